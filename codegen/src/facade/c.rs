//! C: request structs, and inline functions that build and run requests over the builder of `shiren.h`.

use crate::ir::{Ir, Role, Type};
use crate::names;
use crate::output::Output;
use crate::refusal::{Refusal, Result};
use crate::template;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

/// The room that the header has for a JSON pointer into a request.
const POINTER: usize = 256;

/// What the hand-written header and the fixed part of the generated one declare.
const DECLARED: [&str; 2] = [include_str!("../../../include/shiren.h"), include_str!("../../templates/c/values.h.j2")];

/// What helpers of the generated header begin with.
const HELPER: &str = "shiren_ops_";

/// `include/shiren_ops.h`.
pub(super) fn files(ir: &Ir) -> Result<Vec<Output>> {
    check_names(ir)?;
    check_pointers(ir)?;
    let sent: Vec<_> = ir.structs.iter().filter(|shape| shape.sent).collect();
    let listed: BTreeSet<&str> = sent
        .iter()
        .flat_map(|shape| &shape.fields)
        .filter_map(|field| match &field.ty {
            Type::List { of } => match &**of {
                Type::Struct { name } => Some(name.as_str()),
                _ => None,
            },
            _ => None,
        })
        .collect();
    let context = json!({"ir": ir, "listed": listed, "replies": replies(ir), "pointer_max": POINTER});
    Ok(vec![Output { path: "include/shiren_ops.h".into(), text: template::render("c/shiren_ops.h.j2", context) }])
}

/// For each operation, the lines of a comment that says where in the reply things are.
fn replies(ir: &Ir) -> BTreeMap<&str, Vec<String>> {
    let lines = |name: &str| {
        let shape = ir.find_struct(name);
        let fields = shape.map(|shape| &shape.fields[..]).unwrap_or_default();
        fields
            .iter()
            .map(|field| {
                let optional = if field.optional { "?" } else { "" };
                format!("/{} ({}{optional})", field.name, words(&field.ty))
            })
            .collect()
    };
    let shared = ir.structs.iter().filter(|shape| shape.received && shape.role != Role::Request);
    shared.map(|shape| (shape.name.as_str(), lines(&shape.name))).collect()
}

fn words(ty: &Type) -> String {
    match ty {
        Type::Text => "text".into(),
        Type::Bool => "bool".into(),
        Type::Int { .. } => "int".into(),
        Type::Double => "double".into(),
        Type::Blob => "bytes".into(),
        Type::Time => "time".into(),
        Type::Extra => "object".into(),
        Type::List { of } => format!("list of {}", words(of)),
        Type::Struct { name } => name.clone(),
        Type::Enum { name } => format!("SHIREN_WORD_{}_…", names::upper(name)),
    }
}

/// The names that are declared already.
fn taken() -> BTreeMap<String, String> {
    let code = DECLARED.iter().flat_map(|text| text.lines()).filter(|line| {
        let line = line.trim_start();
        !line.starts_with("//") && !line.starts_with('*') && !line.starts_with("/*")
    });
    let words = code.flat_map(|line| line.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_'));
    let names = words.filter(|word| word.to_lowercase().starts_with("shiren_"));
    names.map(|name| (name.to_owned(), "`shiren.h`".to_owned())).collect()
}

/// Every name at file level, once: C has one space for them all.
fn check_names(ir: &Ir) -> Result<()> {
    let mut seen = taken();
    let mut claim = |name: String, operation: &str, what: String| {
        let other = name.starts_with(HELPER).then(|| "`shiren_ops.h`".to_owned());
        match seen.insert(name.clone(), what.clone()).or(other) {
            None => Ok(()),
            Some(other) => {
                let why = format!("in C both {what} and {other} would have `{name}`; rename one of them");
                Err(Refusal::new(operation, "", why))
            }
        }
    };
    for shape in ir.structs.iter().filter(|shape| shape.sent) {
        let operation = shape.operation.as_deref().unwrap_or(&shape.name);
        for suffix in ["", "_put", "_list"] {
            claim(format!("shiren_{}{suffix}", names::snake(operation)), operation, format!("`{}`", shape.name))?;
        }
    }
    for operation in &ir.operations {
        for suffix in ["request", "run", "start"] {
            let name = format!("shiren_{}_{suffix}", names::snake(&operation.id));
            claim(name, &operation.id, format!("`{}`", operation.id))?;
        }
    }
    for list in &ir.enums {
        for value in &list.values {
            let name = format!("SHIREN_WORD_{}_{}", names::upper(&list.name), names::upper(&value.word));
            claim(name, &list.name, format!("`{}` of `{}`", value.word, list.name))?;
        }
    }
    Ok(())
}

/// No pointer into a request is longer than the room that the header has for it.
fn check_pointers(ir: &Ir) -> Result<()> {
    fn longest(ir: &Ir, shape: &str, before: usize, at: &str, operation: &str) -> Result<()> {
        for field in ir.find_struct(shape).map(|shape| &shape.fields[..]).unwrap_or_default() {
            let list = matches!(field.ty, Type::List { .. });
            let length = before + 1 + field.name.len() + if list { 21 } else { 0 };
            let at = format!("{at}/{}", field.name);
            if length >= POINTER {
                return Err(Refusal::new(operation, &at, "it lies too deep for a C caller; flatten it"));
            }
            if let Some(name) = field.ty.shape() {
                longest(ir, name, length, &at, operation)?;
            }
        }
        Ok(())
    }
    ir.operations.iter().try_for_each(|operation| longest(ir, &operation.request, 0, "request", &operation.id))
}
