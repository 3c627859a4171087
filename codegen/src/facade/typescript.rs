//! TypeScript: words and frozen models over the reply's object, request interfaces with the wire's names beside them,
//! grouped methods, functions for what needs no client, one error class for each kind.

mod config;
mod errors;

use crate::ir::{Enum, Field, Ir, Op, Role, Struct, Type};
use crate::names::{self, Language};
use crate::output::Output;
use crate::refusal::{Refusal, Result};
use crate::template;
use serde::Serialize;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

/// What a model has of its own, and what would make it look like a promise: a field of that name would hide it.
const TAKEN: &[&str] = &["constructor", "prototype", "toJSON", "toObject", "toString", "valueOf", "then"];

/// What a client has beside its operations.
const CLIENT: &[&str] =
    &["call", "close", "closed", "constructor", "counters", "limits", "onOutcome", "then", "toJSON"];

/// The package's generated files.
pub(super) fn files(ir: &Ir) -> Result<Vec<Output>> {
    check_names(ir)?;
    let received = ir.structs.iter().filter(|shape| shape.received && shape.role != Role::Error);
    let models: Vec<_> = received.map(|shape| model(ir, shape)).collect();
    let sent: Vec<_> = ir.structs.iter().filter(|shape| shape.sent && !ir.returns(&shape.name)).collect();
    let inputs: Vec<_> = sent.iter().map(|shape| input(ir, shape)).collect();
    let shapes: Vec<_> = sent.iter().map(|shape| table(ir, shape)).collect();
    let methods: BTreeMap<&str, Method> =
        ir.operations.iter().map(|operation| (operation.id.as_str(), method(ir, operation))).collect();
    let local = ir.local();
    let words: Vec<_> = ir.enums.iter().filter(|list| list.name != "ErrorKind").map(word_list).collect();
    let file =
        |path: &'static str, template, context| Output { path: path.into(), text: template::render(template, context) };
    Ok(vec![
        file(
            "bindings/node/src-ts/models.ts",
            "typescript/models.ts.j2",
            json!({
                "words": words,
                "models": models,
                "readers": readers(&models),
                "kinds": models.iter().any(|model| model.fields.iter().any(|field| field.annotation.contains("ErrorKind"))),
            }),
        ),
        file(
            "bindings/node/src-ts/requests.ts",
            "typescript/requests.ts.j2",
            json!({"inputs": inputs, "imports": imports(ir, &inputs)}),
        ),
        file("bindings/node/src-ts/shapes.ts", "typescript/shapes.ts.j2", json!({"shapes": shapes})),
        file(
            "bindings/node/src-ts/operations.ts",
            "typescript/operations.ts.j2",
            json!({"root": ir.tree, "groups": ir.tree.all(), "methods": methods}),
        ),
        file(
            "bindings/node/src-ts/local.ts",
            "typescript/local.ts.j2",
            json!({"groups": local.all(), "methods": methods}),
        ),
        file("bindings/node/src-ts/errors.ts", "typescript/errors.ts.j2", errors::context(ir)),
        file(
            "bindings/node/src-ts/config_fields.ts",
            "typescript/config_fields.ts.j2",
            json!({"interface": config::interface(ir, "", 2), "fields": ir.config, "groups": ir.config_groups()}),
        ),
    ])
}

/// Nothing hides what a model or a client has of its own, and no two types have one name.
fn check_names(ir: &Ir) -> Result<()> {
    for shape in &ir.structs {
        for field in &shape.fields {
            if TAKEN.contains(&names::camel(&field.name).as_str()) {
                return Err(Refusal::new(&shape.name, &field.name, "a model has a member of this name; rename it"));
            }
        }
    }
    for operation in &ir.operations {
        if CLIENT.contains(&member(&operation.path[0]).as_str()) {
            return Err(Refusal::new(&operation.id, "", "a client has a member of this name; rename it"));
        }
        if operation.path[1..].iter().any(|name| TAKEN.contains(&names::camel(name).as_str())) {
            return Err(Refusal::new(
                &operation.id,
                "",
                "every object of JavaScript has a member of this name; rename it",
            ));
        }
    }
    let errors: BTreeSet<String> = ir.error_kinds.iter().map(|kind| errors::class(kind.name)).collect();
    let shapes = ir.structs.iter().filter(|shape| shape.role != Role::Error).map(|shape| &shape.name);
    let own = ["Client", "Config", "Model", "Secret", "ShirenError", "AbortError", "Outcome", "Bytes", "CallOptions"];
    for name in shapes.chain(ir.enums.iter().map(|list| &list.name)) {
        if errors.contains(name) || own.contains(&name.as_str()) {
            return Err(Refusal::new(name, "", "the npm package exports something else by this name; rename it"));
        }
    }
    Ok(())
}

#[derive(Serialize)]
struct WordList {
    name: String,
    doc: String,
    /// Key, word, doc.
    words: Vec<(String, String, String)>,
}

fn word_list(list: &Enum) -> WordList {
    let words = list.values.iter().map(|value| (names::pascal(&value.word), value.word.clone(), value.doc.clone()));
    WordList { name: list.name.clone(), doc: list.doc.clone(), words: words.collect() }
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
    wire: String,
    annotation: String,
    doc: String,
    /// The function that reads it: `value`, `word(Decision, 'inconclusive')`, `model(Checks)`.
    reader: String,
    guarded: bool,
}

fn model(ir: &Ir, shape: &Struct) -> Model {
    let fields = shape.fields.iter().map(|field| Attribute {
        name: names::camel(&field.name),
        wire: field.name.clone(),
        annotation: match given(ir, &field.ty) {
            annotation if field.optional => format!("{annotation} | null"),
            annotation => annotation,
        },
        doc: field.doc.clone(),
        reader: reader(ir, field),
        // Bytes are photos and films of people.
        guarded: field.guard.is_some() || matches!(Ir::element(&field.ty), Type::Blob | Type::Extra),
    });
    Model { name: shape.name.clone(), doc: shape.doc.clone(), fields: fields.collect() }
}

fn reader(ir: &Ir, field: &Field) -> String {
    let word = |name: &str, call: &str| match ir.find_enum(name).and_then(|list| list.fallback.as_ref()) {
        Some(fallback) => format!("{call}(Object.values({name}), '{fallback}')"),
        None if call == "words" => "values".into(),
        None => "value".into(),
    };
    let call = match &field.ty {
        Type::Struct { name } => format!("model({name})"),
        Type::Enum { name } => word(name, "word"),
        Type::List { of } => match &**of {
            Type::Struct { name } => format!("models({name})"),
            Type::Enum { name } => word(name, "words"),
            _ => "values".into(),
        },
        Type::Time => "moment".into(),
        Type::Extra => "extra".into(),
        _ => "value".into(),
    };
    if matches!(field.ty, Type::List { .. }) && !field.optional { format!("several({call})") } else { call }
}

/// The readers that the models use, for their import.
fn readers(models: &[Model]) -> BTreeSet<String> {
    let calls = models.iter().flat_map(|model| &model.fields).flat_map(|field| field.reader.split(['(', ')', ',']));
    let known = ["extra", "model", "models", "moment", "several", "value", "values", "word", "words"];
    calls.map(str::trim).filter(|call| known.contains(call)).map(str::to_owned).collect()
}

/// A type that replies give.
fn given(ir: &Ir, ty: &Type) -> String {
    match ty {
        Type::Text => "string".into(),
        Type::Bool => "boolean".into(),
        Type::Int { .. } | Type::Double => "number".into(),
        Type::Blob => "Buffer".into(),
        Type::Time => "Date".into(),
        Type::Extra => "Readonly<Record<string, unknown>>".into(),
        Type::List { of } => {
            let of = given(ir, of);
            if of.contains('<') { format!("ReadonlyArray<{of}>") } else { format!("readonly {of}[]") }
        }
        Type::Struct { name } => name.clone(),
        Type::Enum { name } => match ir.find_enum(name) {
            Some(list) if list.fallback.is_some() => name.clone(),
            _ => format!("Open<{name}>"),
        },
    }
}

#[derive(Serialize)]
struct Input {
    name: String,
    doc: String,
    fields: Vec<Property>,
}

#[derive(Serialize)]
struct Property {
    name: String,
    annotation: String,
    required: bool,
    doc: String,
}

fn input(ir: &Ir, shape: &Struct) -> Input {
    let fields = shape.fields.iter().map(|field| Property {
        name: names::camel(&field.name),
        annotation: match taken(ir, &field.ty) {
            annotation if field.required => annotation,
            annotation => format!("{annotation} | null | undefined"),
        },
        required: field.required,
        doc: field.doc.clone(),
    });
    Input { name: input_name(shape), doc: shape.doc.clone(), fields: fields.collect() }
}

/// A shape that goes both ways is a class; what a request takes for it has a name of its own.
fn input_name(shape: &Struct) -> String {
    if shape.received { format!("{}Input", shape.name) } else { shape.name.clone() }
}

/// A type that requests take.
fn taken(ir: &Ir, ty: &Type) -> String {
    match ty {
        Type::Text => "string".into(),
        Type::Bool => "boolean".into(),
        Type::Int { .. } | Type::Double => "number".into(),
        Type::Blob => "Bytes".into(),
        Type::Time => "Date | string".into(),
        Type::Extra => "Readonly<Record<string, unknown>>".into(),
        Type::List { of } => format!("ReadonlyArray<{}>", taken(ir, of)),
        Type::Enum { name } => name.clone(),
        Type::Struct { name } => match ir.find_struct(name) {
            Some(shape) if shape.received && !ir.returns(name) => format!("{name} | {name}Input"),
            _ => name.clone(),
        },
    }
}

/// The names out of `models` that request interfaces use.
fn imports(ir: &Ir, inputs: &[Input]) -> BTreeSet<String> {
    let words = inputs
        .iter()
        .flat_map(|input| &input.fields)
        .flat_map(|field| field.annotation.split(|letter: char| !letter.is_ascii_alphanumeric()));
    let model = |name: &str| ir.find_struct(name).is_some_and(|shape| shape.received);
    words.filter(|name| ir.find_enum(name).is_some() || model(name)).map(str::to_owned).collect()
}

#[derive(Serialize)]
struct Table {
    name: String,
    /// Name, wire name, the shape inside.
    fields: Vec<(String, String, Option<String>)>,
}

fn table(ir: &Ir, shape: &Struct) -> Table {
    let fields = shape.fields.iter().map(|field| {
        let inner = match Ir::element(&field.ty) {
            Type::Struct { name } if !ir.returns(name) => Some(name.clone()),
            _ => None,
        };
        (names::camel(&field.name), field.name.clone(), inner)
    });
    Table { name: shape.name.clone(), fields: fields.collect() }
}

#[derive(Serialize)]
struct Method {
    id: String,
    name: String,
    request: String,
    reply: String,
    /// Whether it may be called with nothing.
    empty: bool,
    heavy: bool,
    doc: String,
}

fn method(ir: &Ir, operation: &Op) -> Method {
    let fields = ir.find_struct(&operation.request).map(|shape| &shape.fields[..]).unwrap_or_default();
    Method {
        id: operation.id.clone(),
        name: member(&operation.path[operation.path.len() - 1]),
        request: operation.request.clone(),
        reply: operation.reply.clone(),
        empty: fields.iter().all(|field| !field.required),
        heavy: operation.place == "heavy",
        doc: operation.about.clone(),
    }
}

/// A method or a group.
fn member(name: &str) -> String {
    names::safe(&names::camel(name), Language::TypeScript)
}
