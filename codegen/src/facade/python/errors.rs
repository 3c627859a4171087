//! Exceptions: one class for each kind of error, all with the fields of the core's error.

use super::docstring;
use crate::ir::{ErrorKind, Ir, Role, Type};
use crate::names;
use crate::template::{self, wrapped};
use serde::Serialize;
use serde_json::json;

/// Classes of Python's own that one would catch.
const BUILT_IN: &[(&str, &str)] = &[
    ("invalid_argument", "ValueError"),
    ("unknown_operation", "LookupError"),
    ("network", "ConnectionError"),
    ("timeout", "TimeoutError"),
];

#[derive(Serialize)]
struct Class {
    name: String,
    kind: &'static str,
    bases: String,
    doc: String,
}

#[derive(Serialize)]
struct Attribute {
    name: String,
    annotation: &'static str,
    default: &'static str,
    doc: Vec<String>,
}

fn class(kind: &ErrorKind) -> Class {
    let name = match kind.name {
        // The vendors' names are a type of their own.
        "vendor" => "VendorError".into(),
        name => names::pascal(name),
    };
    let parent = kind.parent.map_or("ShirenError".into(), names::pascal);
    let bases = match BUILT_IN.iter().find(|(of, _)| *of == kind.name) {
        Some((_, base)) => format!("{parent}, {base}"),
        None => parent,
    };
    let mut doc = kind.meaning.to_owned();
    if kind.name == "cancelled" {
        doc.push_str(" (A cancelled asyncio task raises ``asyncio.CancelledError`` instead.)");
    }
    Class { name, kind: kind.name, bases, doc: docstring(&doc, 4) }
}

/// The file of all classes.
pub(super) fn file(ir: &Ir) -> String {
    let fields = ir.structs.iter().filter(|shape| shape.role == Role::Error).flat_map(|shape| &shape.fields);
    let attributes: Vec<_> = fields
        .filter(|field| field.name != "kind")
        .map(|field| {
            let (annotation, default) = match (&field.ty, field.name.as_str()) {
                (_, "billed") => ("str", "\"no\""),
                (Type::Struct { .. }, _) => ("dict[str, str | None]", "None"),
                (Type::Int { .. }, _) => ("int | None", "None"),
                (Type::Bool, _) => ("bool", "False"),
                _ if field.optional => ("str | None", "None"),
                _ => ("str", "\"\""),
            };
            Attribute { name: field.name.clone(), annotation, default, doc: wrapped(&field.doc, 108) }
        })
        .collect();
    let classes: Vec<_> = ir.error_kinds.iter().map(class).collect();
    let mut names: Vec<_> = classes.iter().map(|class| class.name.as_str()).chain(["ShirenError"]).collect();
    names.sort_unstable();
    template::render("python/errors.py.j2", json!({"attributes": attributes, "classes": classes, "names": names}))
}
