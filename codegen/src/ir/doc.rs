//! Documentation, freed from what only Rust's own pages understand.

use super::Guard;

/// Paragraphs of one line each, an empty line between them, without Rust's links. Lists keep their lines.
pub(crate) fn plain(text: &str) -> String {
    let paragraphs = text.split("\n\n").map(|paragraph| {
        let mut lines: Vec<String> = Vec::new();
        for line in paragraph.lines().map(str::trim).filter(|line| !line.is_empty()) {
            match lines.last_mut() {
                Some(last) if !line.starts_with("* ") => {
                    last.push(' ');
                    last.push_str(line);
                }
                _ => lines.push(line.to_owned()),
            }
        }
        lines.join("\n")
    });
    shiren::registry::unlinked(&paragraphs.filter(|paragraph| !paragraph.is_empty()).collect::<Vec<_>>().join("\n\n"))
}

/// The same, with a sentence on why it must not be printed.
pub(crate) fn guarded(text: &str, guard: Option<Guard>) -> String {
    let text = plain(text);
    match guard {
        Some(Guard::Personal) => text + " Personal data.",
        Some(Guard::Secret) => text + " A secret.",
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_joined_and_links_are_taken_out() {
        assert_eq!(plain("One\ntwo, see [`x`](a::x).\n\n\n* a\n  b\n* c"), "One two, see `x`.\n\n* a b\n* c");
        assert_eq!(plain("an open [`bracket"), "an open [`bracket");
    }
}
