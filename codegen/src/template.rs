//! Templates: strict about what is not there, and the filters that all languages share.

use crate::names::{self, Language};
use minijinja::{Environment, Error, ErrorKind, UndefinedBehavior};
use serde::Serialize;
use std::sync::LazyLock;

/// Every template by its name: those of a language in its own folder.
const TEMPLATES: &[(&str, &str)] = &[
    ("c/shiren_ops.h.j2", include_str!("../templates/c/shiren_ops.h.j2")),
    ("c/values.h.j2", include_str!("../templates/c/values.h.j2")),
    ("cpp/shiren_ops.hpp.j2", include_str!("../templates/cpp/shiren_ops.hpp.j2")),
    ("cpp/values.hpp.j2", include_str!("../templates/cpp/values.hpp.j2")),
    ("cpp/crossing.hpp.j2", include_str!("../templates/cpp/crossing.hpp.j2")),
    ("python/models.py.j2", include_str!("../templates/python/models.py.j2")),
    ("python/operations.py.j2", include_str!("../templates/python/operations.py.j2")),
    ("python/local.py.j2", include_str!("../templates/python/local.py.j2")),
    ("python/errors.py.j2", include_str!("../templates/python/errors.py.j2")),
    ("python/config_fields.py.j2", include_str!("../templates/python/config_fields.py.j2")),
    ("typescript/models.ts.j2", include_str!("../templates/typescript/models.ts.j2")),
    ("typescript/requests.ts.j2", include_str!("../templates/typescript/requests.ts.j2")),
    ("typescript/shapes.ts.j2", include_str!("../templates/typescript/shapes.ts.j2")),
    ("typescript/operations.ts.j2", include_str!("../templates/typescript/operations.ts.j2")),
    ("typescript/local.ts.j2", include_str!("../templates/typescript/local.ts.j2")),
    ("typescript/errors.ts.j2", include_str!("../templates/typescript/errors.ts.j2")),
    ("typescript/config_fields.ts.j2", include_str!("../templates/typescript/config_fields.ts.j2")),
    ("java/model.java.j2", include_str!("../templates/java/model.java.j2")),
    ("java/word.java.j2", include_str!("../templates/java/word.java.j2")),
    ("java/operations.java.j2", include_str!("../templates/java/operations.java.j2")),
    ("java/functions.java.j2", include_str!("../templates/java/functions.java.j2")),
    ("java/exception.java.j2", include_str!("../templates/java/exception.java.j2")),
    ("java/error_classes.java.j2", include_str!("../templates/java/error_classes.java.j2")),
    ("java/config_fields.java.j2", include_str!("../templates/java/config_fields.java.j2")),
];

/// Renders a template. What it names and is not there is an error, not an empty text.
pub(crate) fn render(name: &str, context: impl Serialize) -> String {
    /// Read once: a language may have some hundred files.
    static ENVIRONMENT: LazyLock<Environment<'static>> =
        LazyLock::new(|| environment().unwrap_or_else(|error| panic!("{error:#}")));
    let attempt = || ENVIRONMENT.get_template(name)?.render(context);
    // The templates are part of this program: one that fails is a fault of ours, and every test sees it.
    attempt().unwrap_or_else(|error| panic!("{name}: {error:#}"))
}

fn environment() -> Result<Environment<'static>, Error> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(|_| minijinja::AutoEscape::None);
    environment.set_trim_blocks(true);
    environment.set_lstrip_blocks(true);
    environment.set_keep_trailing_newline(true);
    environment.add_filter("camel", |name: &str| names::camel(name));
    environment.add_filter("pascal", |name: &str| names::pascal(name));
    environment.add_filter("snake", |name: &str| names::snake(name));
    environment.add_filter("constant", |name: &str| names::upper(name));
    environment.add_filter("class", |path: Vec<String>| names::class(&path.join(".")));
    environment.add_filter("safe_in", safe_in);
    environment.add_filter("block_comment", block_comment);
    environment.add_filter("line_comment", line_comment);
    for (name, text) in TEMPLATES {
        environment.add_template(name, text)?;
    }
    Ok(environment)
}

fn safe_in(name: &str, language: &str) -> Result<String, Error> {
    let unknown = || Error::new(ErrorKind::InvalidOperation, format!("no language is called {language}"));
    Language::find(language).ok_or_else(unknown).map(|language| names::safe(name, language))
}

/// How wide a generated line may be.
const WIDTH: usize = 110;

/// `/** … */`, indented; ends with a line feed. Nothing at all for an empty text.
pub(crate) fn block_comment(text: &str, indent: usize) -> String {
    let text = text.replace("*/", "* /");
    let lines = wrapped(&text, WIDTH - indent - 7);
    let space = " ".repeat(indent);
    match &lines[..] {
        [] => String::new(),
        [only] => format!("{space}/** {only} */\n"),
        lines => {
            let lines = lines.iter().map(|line| format!("{space} * {line}").trim_end().to_owned() + "\n");
            format!("{space}/**\n{}{space} */\n", lines.collect::<String>())
        }
    }
}

/// Lines with `mark` before each, indented; ends with a line feed. Nothing at all for an empty text.
fn line_comment(text: &str, indent: usize, mark: &str) -> String {
    let space = " ".repeat(indent);
    let line = |line: &String| {
        // A backslash at its end would draw the next line of C++ into the comment.
        let end = if line.ends_with('\\') { "." } else { "" };
        format!("{space}{mark} {line}").trim_end().to_owned() + end + "\n"
    };
    wrapped(text, WIDTH - indent - mark.len() - 1).iter().map(line).collect()
}

/// Lines of at most `width` columns; an empty one between paragraphs.
pub(crate) fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for paragraph in text.split('\n') {
        let mut line = String::new();
        for word in paragraph.split_whitespace() {
            if !line.is_empty() && columns(&line) + 1 + columns(word) > width {
                lines.push(std::mem::take(&mut line));
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
        lines.push(line);
    }
    while lines.last().is_some_and(String::is_empty) {
        lines.pop();
    }
    lines
}

/// How many columns a text takes: a Chinese letter takes two.
fn columns(text: &str) -> usize {
    text.chars().map(|letter| if ('\u{2e80}'..='\u{ffdc}').contains(&letter) { 2 } else { 1 }).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_are_wrapped_and_cannot_end_early() {
        assert_eq!(block_comment("", 4), "");
        assert_eq!(block_comment("One */ two.", 4), "    /** One * / two. */\n");
        assert_eq!(block_comment("One.\n\nTwo.", 0), "/**\n * One.\n *\n * Two.\n */\n");
        assert_eq!(line_comment("One.\n\nTwo\\", 2, "///"), "  /// One.\n  ///\n  /// Two\\.\n");
        let text = "word ".repeat(60);
        assert!(block_comment(&text, 4).lines().all(|line| line.len() <= WIDTH));
        assert_eq!(columns("聚合a"), 5);
    }

    #[test]
    fn what_is_not_there_is_an_error() {
        let mut environment = environment().unwrap();
        environment.add_template("t", "{{ nothing }}").unwrap();
        assert!(environment.get_template("t").unwrap().render(()).is_err());
        environment.add_template("u", "{{ 'class' | safe_in('cobol') }}").unwrap();
        assert!(environment.get_template("u").unwrap().render(()).unwrap_err().to_string().contains("cobol"));
    }
}
