//! `shiren ops`: what there is to call.

use crate::exit::{self, Exit};
use crate::output::{Output, Tone};
use crate::reference;
use crate::schema::{self, Field, Node};
use crate::verdict::trimmed;
use clap::Args;
use serde_json::{Value, json};
use shiren::Result;
use shiren::operation::Place;
use shiren::registry::{self, Entry, OPERATIONS};
use std::path::PathBuf;

/// Lists operations, shows one, or writes the reference pages.
#[derive(Debug, Args)]
pub(crate) struct Ops {
    /// Show the fields of this operation; with --json its whole JSON schemas.
    #[arg(value_name = "ID")]
    operation: Option<String>,
    /// Only those of this vendor or group, as `juhe` or `liveness`.
    #[arg(long, value_name = "VENDOR")]
    vendor: Option<String>,
    /// Write the reference pages into this directory.
    #[arg(long, value_name = "DIR", conflicts_with_all = ["operation", "vendor"])]
    reference: Option<PathBuf>,
    /// Write nothing: name the pages that differ, and end with 1 if there are any.
    #[arg(long, requires = "reference")]
    check: bool,
}

/// The operation with this id; a near one is proposed.
pub(crate) fn find(id: &str) -> Result<&'static Entry> {
    registry::find(id).map_err(|error| match schema::similar(id, OPERATIONS.iter().map(|entry| entry.meta.id)) {
        Some(near) => error.with_hint(format!("did you mean {near}? `shiren ops` lists all")),
        None => error,
    })
}

impl Ops {
    /// Lists, shows or writes.
    pub(crate) fn run(self, output: &Output) -> Result<Exit> {
        if let Some(directory) = &self.reference {
            return reference::run(directory, self.check, output);
        }
        match &self.operation {
            Some(id) => show(find(id)?, output)?,
            None => list(self.vendor.as_deref(), output)?,
        }
        Ok(exit::DONE)
    }
}

fn list(group: Option<&str>, output: &Output) -> Result<()> {
    let first = |entry: &Entry| entry.meta.id.split('.').next().unwrap_or_default();
    let entries: Vec<_> = OPERATIONS.iter().filter(|entry| group.is_none_or(|group| first(entry) == group)).collect();
    if let (Some(group), true) = (group, entries.is_empty()) {
        let mut groups: Vec<_> = OPERATIONS.iter().map(first).collect();
        groups.dedup();
        let message = format!("nothing of {group} here; there are: {}", groups.join(", "));
        return Err(shiren::Error::invalid_argument("--vendor", message));
    }
    if output.json {
        let list = entries
            .iter()
            .map(|entry| json!({"id": entry.meta.id, "place": entry.meta.place.name(), "doc": entry.meta.doc}));
        return output.document(&list.collect());
    }
    let mut table = output.table(&["Operation", "Place", "What it does"]);
    for entry in &entries {
        let tone = if entry.meta.place == Place::Remote { Tone::Plain } else { Tone::Faint };
        table.add_row([
            output.cell(Tone::Good, entry.meta.id),
            output.cell(tone, entry.meta.place.name()),
            output.cell(Tone::Plain, entry.meta.doc),
        ]);
    }
    output.line(trimmed(&table.to_string()))?;
    output.line("\n`shiren ops ID` shows the fields of one, `shiren call ID key=value …` calls it.")
}

fn show(entry: &Entry, output: &Output) -> Result<()> {
    let (request, response) = ((entry.request)().to_value(), (entry.response)().to_value());
    let meta = entry.meta;
    if output.json {
        return output.document(&json!({
            "id": meta.id, "place": meta.place.name(), "doc": meta.doc, "request": request, "response": response,
        }));
    }
    output.line(output.tinted(Tone::Good, meta.id))?;
    output.line(about(&request).unwrap_or_else(|| meta.doc.to_owned()))?;
    for (title, schema) in [("Request", &request), ("Reply", &response)] {
        output.line(format!("\n{title}"))?;
        let rows = Node::of(schema).rows(&[]);
        if rows.is_empty() {
            output.line("  (no fields)")?;
            continue;
        }
        output.line(fields(&rows, title == "Request", output))?;
    }
    Ok(())
}

/// What the request's own documentation says.
pub(crate) fn about(schema: &Value) -> Option<String> {
    let text = schema["description"].as_str()?;
    let paragraphs = text.split("\n\n").map(|part| part.split_whitespace().collect::<Vec<_>>().join(" "));
    Some(registry::unlinked(&paragraphs.collect::<Vec<_>>().join("\n\n")))
}

fn fields(rows: &[Field], required: bool, output: &Output) -> String {
    let mut table = output.table(&[]);
    for row in rows {
        let mut cells = vec![output.cell(Tone::Good, &row.name), output.cell(Tone::Plain, &row.kind)];
        if required {
            cells.push(output.cell(Tone::Unclear, if row.required { "required" } else { "" }));
        }
        cells.push(output.cell(Tone::Plain, &row.doc));
        table.add_row(cells);
    }
    trimmed(&table.to_string())
}
