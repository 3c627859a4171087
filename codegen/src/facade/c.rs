//! C: request structs, and inline functions that build and run requests over the builder of `shiren.h`.

use crate::ir::{Ir, Role, Type};
use crate::names::{self, Language};
use crate::output::Output;
use crate::refusal::{Refusal, Result};
use crate::template;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

/// The room that the header has for a JSON pointer into a request.
const POINTER: usize = 256;

/// Names after `shiren_` that the hand-written headers and the fixed part of the generated one have.
const TAKEN: &[&str] = &[
    "abi_version",
    "blobs",
    "bools",
    "bytes",
    "call_options",
    "callback",
    "cancel",
    "client",
    "completion",
    "counters",
    "doubles",
    "error",
    "ints",
    "log_callback",
    "operations_json",
    "opt_bool",
    "opt_double",
    "opt_int",
    "outcome",
    "outcome_callback",
    "queue",
    "request",
    "response",
    "run",
    "set_logger",
    "start",
    "start_callback",
    "texts",
    "version",
];

/// What functions over a handle of `shiren.h`, and the helpers of the generated header, begin with.
const PREFIXES: &[&str] = &["client_", "error_", "ops_", "queue_", "request_", "response_"];

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
    Ok(vec![Output { path: "include/shiren_ops.h", text: template::render("c/shiren_ops.h.j2", context) }])
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

/// Every name at file level, once: C has one space for them all.
fn check_names(ir: &Ir) -> Result<()> {
    let mut seen: BTreeMap<String, String> = TAKEN.iter().map(|name| ((*name).to_owned(), "shiren.h".into())).collect();
    let mut claim = |name: String, operation: &str, what: &str| match seen
        .insert(name.clone(), what.to_owned())
        .or_else(|| PREFIXES.iter().any(|prefix| name.starts_with(prefix)).then(|| "a function of shiren.h".into()))
    {
        None => Ok(()),
        Some(other) => {
            let why = format!("in C both {what} and {other} would be called `shiren_{name}`; rename one of them");
            Err(Refusal::new(operation, "", why))
        }
    };
    for shape in ir.structs.iter().filter(|shape| shape.sent) {
        let name = shape.operation.as_deref().map_or_else(|| names::snake(&shape.name), names::snake);
        let operation = shape.operation.as_deref().unwrap_or(&shape.name);
        for suffix in ["", "_put", "_list"] {
            claim(format!("{name}{suffix}"), operation, &format!("`{}`", shape.name))?;
        }
    }
    for operation in &ir.operations {
        for suffix in ["request", "run", "start"] {
            claim(
                format!("{}_{suffix}", names::snake(&operation.id)),
                &operation.id,
                &format!("a function of `{}`", operation.id),
            )?;
        }
    }
    for list in &ir.enums {
        let mut words = BTreeSet::new();
        for value in &list.values {
            let constant = names::upper(&value.word);
            if !words.insert(names::safe(&constant.to_lowercase(), Language::C)) {
                return Err(Refusal::new(
                    &list.name,
                    &value.word,
                    "another word of this list is the same but for letter case",
                ));
            }
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
