//! What is printed: tables for people, JSON for programs, errors for both.

use crate::config;
use comfy_table::{Attribute, Cell, Color, ContentArrangement, Table, presets};
use serde_json::{Value, json};
use shiren::{Billed, Error, Kind, Result};
use std::io::{self, IsTerminal as _, Write as _};
use std::path::Path;

/// No photo, session or URL is larger.
pub(crate) const LARGEST_INPUT: u64 = 64 << 20;

/// Where and how to print.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Output {
    /// One JSON document instead of text.
    pub(crate) json: bool,
    color: bool,
}

/// How a word is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tone {
    /// As it is.
    Plain,
    /// A yes.
    Good,
    /// A no.
    Bad,
    /// Neither.
    Unclear,
    /// Of less weight.
    Faint,
}

impl Output {
    /// Colours only for a terminal that wants them.
    pub(crate) fn new(json: bool) -> Output {
        let refused = config::variable("NO_COLOR").is_some() || config::variable("TERM").as_deref() == Some("dumb");
        Output { json, color: !json && !refused && io::stdout().is_terminal() }
    }

    /// Prints a line, or many. A reader that has gone away is no error: the exit code still says what came out.
    pub(crate) fn line(&self, text: impl AsRef<str>) -> Result<()> {
        let mut out = io::stdout().lock();
        let written = writeln!(out, "{}", text.as_ref()).and_then(|()| out.flush());
        match written {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                Err(Error::internal(format!("standard output cannot be written: {error}")))
            }
            _ => Ok(()),
        }
    }

    /// Prints a JSON document for people to read.
    pub(crate) fn document(&self, value: &Value) -> Result<()> {
        self.line(format!("{value:#}"))
    }

    /// A word in its colour.
    pub(crate) fn tinted(&self, tone: Tone, text: &str) -> String {
        let code = match tone {
            _ if !self.color => return text.to_owned(),
            Tone::Plain => return text.to_owned(),
            Tone::Good => "32",
            Tone::Bad => "31",
            Tone::Unclear => "33",
            Tone::Faint => "2",
        };
        format!("\u{1b}[{code}m{text}\u{1b}[0m")
    }

    /// A table that fits the terminal; without a terminal, 120 columns.
    pub(crate) fn table(&self, header: &[&str]) -> Table {
        let mut table = Table::new();
        table.load_preset(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
        // No terminal, or one that does not know its size.
        if table.width().is_none_or(|width| width < 40) {
            table.set_width(config::variable("COLUMNS").and_then(|text| text.parse().ok()).unwrap_or(120));
        }
        if self.color {
            table.enforce_styling();
        } else {
            table.force_no_tty();
        }
        if !header.is_empty() {
            table.set_header(header.iter().map(|text| Cell::new(text).add_attribute(Attribute::Bold)));
        }
        table
    }

    /// A cell in its colour.
    pub(crate) fn cell(&self, tone: Tone, text: impl ToString) -> Cell {
        let cell = Cell::new(text);
        match tone {
            _ if !self.color => cell,
            Tone::Plain => cell,
            Tone::Good => cell.fg(Color::Green),
            Tone::Bad => cell.fg(Color::Red),
            Tone::Unclear => cell.fg(Color::Yellow),
            Tone::Faint => cell.add_attribute(Attribute::Dim),
        }
    }

    /// Prints an error: as `{"error": …}` on standard output with `--json`, else as text on standard error.
    pub(crate) fn error(&self, error: &Error) {
        let mut error = error.clone();
        if let Some(advice) = error.field.as_deref().and_then(config::advice) {
            error.hint = Some(advice.into());
        }
        if self.json {
            let value = serde_json::to_value(&error).unwrap_or(Value::Null);
            // If nobody reads it, the exit code still says it.
            let _ = self.document(&json!({ "error": value }));
        } else {
            let _ = writeln!(io::stderr().lock(), "{}", describe(&error));
        }
    }

    /// A remark beside the answer.
    pub(crate) fn remark(&self, text: &str) {
        let _ = writeln!(io::stderr().lock(), "{text}");
    }
}

/// An error as text: what, where, who, what it cost, what to do.
fn describe(error: &Error) -> String {
    let mut text = format!("shiren: {}", error.kind);
    if let Some(field) = &error.field {
        text.push_str(&format!(" in {field}"));
    }
    text.push_str(&format!(": {}", error.message));
    let mut row = |name: &str, value: String| text.push_str(&format!("\n  {name:<10} {value}"));
    if let (Some(vendor), Some(code)) = (error.vendor, &error.vendor_code) {
        row(
            "vendor",
            format!("{vendor} {code} {}", error.vendor_text.as_deref().unwrap_or_default()).trim_end().into(),
        );
    }
    if let Some(status) = error.http_status.filter(|status| *status != 200) {
        row("http", status.to_string());
    }
    let references = &error.references;
    for (name, value) in [("order", &references.order), ("task", &references.task), ("log", &references.log)] {
        if let Some(value) = value {
            row(name, value.clone());
        }
    }
    let was_sent = error.vendor.is_some() && !matches!(error.kind, Kind::InvalidArgument | Kind::Signature);
    if was_sent || error.billed != Billed::No {
        row("billed", error.billed.to_string());
        let again = match (error.retryable, error.billed) {
            (true, _) => "yes",
            (false, Billed::No) => "it would not help",
            (false, _) => "not before the vendor's bill was looked at: it may be paid for already",
        };
        row("try again", again.to_owned());
    }
    if let Some(hint) = &error.hint {
        row("hint", hint.to_string());
    }
    text
}

/// Reads a file that was named by this argument.
pub(crate) fn read_file(argument: &str, path: &Path) -> Result<Vec<u8>> {
    let cannot = |why: String| Error::invalid_argument(argument, format!("{} cannot be read: {why}", path.display()));
    let length = std::fs::metadata(path).map_err(|error| cannot(error.to_string()))?.len();
    if length > LARGEST_INPUT {
        return Err(cannot("it is larger than 64 MiB".into()));
    }
    std::fs::read(path).map_err(|error| cannot(error.to_string()))
}

/// An ID number or a mobile with its middle hidden.
pub(crate) fn masked_number(number: &str) -> String {
    let characters: Vec<char> = number.chars().collect();
    let (front, back) = if characters.len() >= 15 { (4, 2) } else { (3, 2) };
    if characters.len() < front + back + 3 {
        return "*".repeat(characters.len());
    }
    let hidden = |at: usize| at >= front && at < characters.len() - back;
    characters.iter().enumerate().map(|(at, character)| if hidden(at) { '*' } else { *character }).collect()
}

/// A name of which only the first character is shown.
pub(crate) fn masked_name(name: &str) -> String {
    name.chars().enumerate().map(|(at, character)| if at == 0 { character } else { '*' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_are_masked() {
        assert_eq!(masked_number("110101180001020010"), "1101************10");
        assert_eq!(masked_number("15410000001"), "154******01");
        assert_eq!(masked_number("1234567"), "*******");
        assert_eq!(masked_number(""), "");
        assert_eq!(masked_name("王小二"), "王**");
        assert_eq!(masked_name("𠮷田"), "𠮷*");
    }

    #[test]
    fn errors_say_what_they_cost() {
        let mut error =
            Error::new(Kind::Timeout, "no answer").with_billed(Billed::Unknown).with_vendor(shiren::Vendor::Juhe);
        error.field = None;
        let text = describe(&error);
        assert!(text.contains("billed     unknown") && text.contains("may be paid for already"), "{text}");
        let text = describe(&Error::invalid_argument("/photo", "this must not be empty"));
        assert_eq!(text, "shiren: invalid_argument in /photo: this must not be empty");
    }
}
