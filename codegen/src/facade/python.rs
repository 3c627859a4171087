//! Python: words and models over the reply's dict, grouped methods for both clients from one template, functions for
//! what needs no client.

mod errors;

use crate::ir::{Enum, Field, Ir, Op, Role, Struct, Type};
use crate::names::{self, Language};
use crate::output::Output;
use crate::refusal::{Refusal, Result};
use crate::template::{self, wrapped};
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// What a model or a word has of its own: a field of that name would hide it.
const TAKEN: &[&str] = &["from_dict", "to_dict", "known"];

/// Arguments that every method has beside the operation's own, and what its body calls.
const OPTIONS: &[&str] = &["self", "timeout", "raw", "fields", "reply", "models"];

/// The package's generated files.
pub(super) fn files(ir: &Ir) -> Result<Vec<Output>> {
    let models = ir.structs.iter().filter(|shape| shape.role != Role::Request && shape.role != Role::Error);
    let models: Vec<_> = models.map(model).collect::<Result<_>>()?;
    let blobs = models.iter().flat_map(|model| &model.fields).any(|field| field.annotation.contains("Blob"));
    let methods: BTreeMap<&str, Method> = ir
        .operations
        .iter()
        .map(|operation| Ok((operation.id.as_str(), method(ir, operation)?)))
        .collect::<Result<_>>()?;
    let words: Vec<_> = ir.enums.iter().map(|list| word_list(ir, list)).collect();
    let operations = |is_async: bool| {
        let context = json!({"root": ir.tree, "groups": ir.tree.all(), "methods": methods, "is_async": is_async});
        template::render("python/operations.py.j2", context)
    };
    let local = ir.local();
    Ok(vec![
        Output {
            path: "bindings/python/python/shiren/models.py".into(),
            text: template::render("python/models.py.j2", json!({"words": words, "models": models, "blobs": blobs})),
        },
        Output { path: "bindings/python/python/shiren/_operations.py".into(), text: operations(false) },
        Output { path: "bindings/python/python/shiren/_async_operations.py".into(), text: operations(true) },
        Output {
            path: "bindings/python/python/shiren/_local.py".into(),
            text: template::render(
                "python/local.py.j2",
                json!({"root": local, "groups": local.all(), "methods": methods}),
            ),
        },
        Output { path: "bindings/python/python/shiren/_errors.py".into(), text: errors::file(ir) },
        Output {
            path: "bindings/python/python/shiren/_config_fields.py".into(),
            text: template::render(
                "python/config_fields.py.j2",
                json!({"fields": ir.config, "groups": ir.config_groups()}),
            ),
        },
    ])
}

#[derive(Serialize)]
struct WordList {
    name: String,
    doc: String,
    fallback: Option<String>,
    words: Vec<(String, String, Vec<String>)>,
    /// Whether users write its words.
    literal: bool,
}

fn word_list(ir: &Ir, list: &Enum) -> WordList {
    let sent = list.sent || ir.structs.iter().any(|shape| shape.sent && shape.received && holds(shape, &list.name));
    WordList {
        name: list.name.clone(),
        doc: docstring(&list.doc, 4),
        fallback: list.fallback.clone(),
        words: list
            .values
            .iter()
            .map(|value| (names::upper(&value.word), value.word.clone(), wrapped(&value.doc, 108)))
            .collect(),
        literal: sent,
    }
}

fn holds(shape: &Struct, name: &str) -> bool {
    shape.fields.iter().any(|field| field.ty.shape() == Some(name))
}

#[derive(Serialize)]
struct Model {
    name: String,
    doc: String,
    fields: Vec<Attribute>,
}

#[derive(Serialize)]
struct Attribute {
    name: String,
    annotation: String,
    specifier: String,
    doc: Vec<String>,
}

fn model(shape: &Struct) -> Result<Model> {
    let fields = shape.fields.iter().map(|field| {
        let name = names::safe(&field.name, Language::Python);
        if TAKEN.contains(&name.as_str()) || name.starts_with('_') {
            return Err(Refusal::new(&shape.name, &field.name, "a Python model has a member of this name; rename it"));
        }
        let optional = field.optional || (!field.required && !shape.received);
        let annotation = annotation("", &field.ty, !shape.received);
        let annotation = if optional { format!("{annotation} | None") } else { annotation };
        Ok(Attribute { name, annotation, specifier: specifier(field, shape), doc: wrapped(&field.doc, 108) })
    });
    Ok(Model { name: shape.name.clone(), doc: docstring(&shape.doc, 4), fields: fields.collect::<Result<_>>()? })
}

/// The call that makes a field's descriptor.
fn specifier(field: &Field, shape: &Struct) -> String {
    let mut arguments = vec![format!("\"{}\"", field.name)];
    let call = match &field.ty {
        Type::Struct { name } => {
            arguments.push(name.clone());
            "model"
        }
        Type::Enum { name } => {
            arguments.push(name.clone());
            "word"
        }
        Type::List { of } => match &**of {
            Type::Struct { name } => {
                arguments.push(name.clone());
                "models"
            }
            Type::Enum { name } => {
                arguments.push(name.clone());
                "words"
            }
            _ => "values",
        },
        Type::Time => "moment",
        Type::Extra => "extra",
        _ => "value",
    };
    if field.guard.is_some() {
        arguments.push("guarded=True".into());
    }
    let absent = if matches!(field.ty, Type::List { .. }) && !field.optional { "()" } else { "None" };
    if !field.required || field.optional {
        let default = field.default.as_ref().filter(|_| !shape.received).and_then(literal);
        arguments.push(format!("default={}", default.unwrap_or_else(|| absent.into())));
    }
    format!("{call}({})", arguments.join(", "))
}

/// A type as Python writes it; `sent`: as an argument, where more is taken than is ever given.
fn annotation(module: &str, ty: &Type, sent: bool) -> String {
    match ty {
        Type::Text => "str".into(),
        Type::Bool => "bool".into(),
        Type::Int { .. } => "int".into(),
        Type::Double => "float".into(),
        Type::Blob if sent => "Blob".into(),
        Type::Blob => "bytes".into(),
        Type::Time if sent => "datetime | str".into(),
        Type::Time => "datetime".into(),
        Type::Extra => "dict[str, Any]".into(),
        Type::List { of } if sent => format!("Sequence[{}]", annotation(module, of, sent)),
        Type::List { of } => format!("tuple[{}, ...]", annotation(module, of, sent)),
        Type::Enum { name } if sent => format!("{module}{name} | {module}{name}Word"),
        Type::Struct { name } | Type::Enum { name } => format!("{module}{name}"),
    }
}

#[derive(Serialize)]
struct Method {
    id: String,
    name: String,
    reply: String,
    remote: bool,
    arguments: Vec<Argument>,
    doc: String,
    function_doc: String,
}

#[derive(Serialize)]
struct Argument {
    name: String,
    wire: String,
    annotation: String,
    default: Option<String>,
}

fn method(ir: &Ir, operation: &Op) -> Result<Method> {
    let fields = ir.find_struct(&operation.request).map(|shape| &shape.fields[..]).unwrap_or_default();
    let mut arguments = Vec::new();
    let mut about = vec![operation.about.clone(), String::new()];
    for field in fields {
        let name = names::safe(&field.name, Language::Python);
        if OPTIONS.contains(&name.as_str()) {
            let why = "a Python method uses this name itself; rename the field";
            return Err(Refusal::new(&operation.id, &field.name, why));
        }
        about.push(format!("``{name}``: {}", field.doc.replace('\n', " ")).trim_end().to_owned());
        let mut annotation = annotation("models.", &field.ty, true);
        let default = if field.required {
            None
        } else {
            let default = field.default.as_ref().and_then(literal);
            // A list that may be nothing at all means something else than an empty one.
            let list = matches!(field.ty, Type::List { .. }) && !field.optional;
            let default = default.unwrap_or_else(|| if list { "()".into() } else { "None".into() });
            if default == "None" {
                annotation.push_str(" | None");
            }
            Some(default)
        };
        arguments.push(Argument { name, wire: field.name.clone(), annotation, default });
    }
    let local = about.join("\n");
    let remote = operation.place == "remote";
    if remote {
        about.push(
            "``timeout``: seconds for the whole call. ``raw``: keep the vendor's text in ``raw`` of the reply.".into(),
        );
    }
    Ok(Method {
        id: operation.id.clone(),
        name: names::safe(&operation.path[operation.path.len() - 1], Language::Python),
        reply: operation.reply.clone(),
        remote,
        arguments,
        doc: docstring(&about.join("\n"), 8),
        function_doc: docstring(&local, 8),
    })
}

/// A default that Python can show; nothing for one that only the core knows.
fn literal(value: &Value) -> Option<String> {
    match value {
        Value::Bool(flag) => Some(if *flag { "True" } else { "False" }.into()),
        Value::Number(number) => Some(number.to_string()),
        Value::String(text) if !text.is_empty() => Some(format!("{text:?}")),
        _ => None,
    }
}

/// A docstring with its quotes, indented but for its first line.
fn docstring(text: &str, indent: usize) -> String {
    let text = text.replace('\\', "\\\\").replace("\"\"\"", "'''");
    let text = if text.trim().is_empty() { "What it says." } else { text.trim() };
    let space = " ".repeat(indent);
    let lines = wrapped(text, 116 - indent);
    match &lines[..] {
        [only] if !only.ends_with('"') => format!("\"\"\"{only}\"\"\""),
        lines => {
            let rest = lines[1..].iter().map(|line| format!("{space}{line}").trim_end().to_owned() + "\n");
            format!("\"\"\"{}\n{}{space}\"\"\"", lines[0], rest.collect::<String>())
        }
    }
}
