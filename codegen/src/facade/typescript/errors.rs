//! One class for each kind of error, all with the fields of the core's error.

use super::given;
use crate::ir::{Ir, Role, Type};
use crate::names;
use serde_json::json;

/// The class of a kind.
pub(super) fn class(kind: &str) -> String {
    format!("{}Error", names::pascal(kind))
}

/// What the template needs to know.
pub(super) fn context(ir: &Ir) -> serde_json::Value {
    let kinds: Vec<_> = ir
        .error_kinds
        .iter()
        .map(|kind| {
            let base = kind.parent.map_or("ShirenError".into(), class);
            json!({"name": kind.name, "class": class(kind.name), "doc": kind.meaning, "base": base})
        })
        .collect();
    let error = ir.structs.iter().find(|shape| shape.role == Role::Error);
    let fields = error.map(|shape| &shape.fields[..]).unwrap_or_default();
    let fields: Vec<_> = fields
        .iter()
        .filter(|field| !["kind", "message"].contains(&field.name.as_str()))
        .map(|field| {
            let (annotation, absent) = match &field.ty {
                Type::Bool => ("boolean".into(), "false"),
                Type::Struct { name } => (name.clone(), "null"),
                ty => (given(ir, ty), "null"),
            };
            let absent = if field.name == "billed" { "'no'" } else { absent };
            let annotation = if field.optional { format!("{annotation} | null") } else { annotation };
            json!({
                "name": names::camel(&field.name),
                "wire": field.name,
                "annotation": annotation,
                "absent": absent,
                "doc": field.doc,
                "model": matches!(field.ty, Type::Struct { .. }),
            })
        })
        .collect();
    json!({"kinds": kinds, "fields": fields})
}
