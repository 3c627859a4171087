//! From the registry to the middle form.

use super::schema::{Reader, Shape, Shapes};
use super::{Enum, ErrorKind, Field, Group, Ir, Op, Role, Struct, Type, Word, doc};
use crate::names;
use crate::refusal::{Refusal, Result};
use serde_json::Value;
use shiren::registry::Entry;
use shiren::{Billed, Check, Decision, Hint, Kind, Vendor};
use std::collections::{BTreeMap, BTreeSet};

/// The shape of an error, which no operation names but every façade has.
const ERROR: &str = "Error";

/// Reads every entry, in whatever order they come.
pub fn build(entries: &[&Entry]) -> Result<Ir> {
    let mut entries: Vec<&Entry> = entries.to_vec();
    entries.sort_by_key(|entry| entry.meta.id);
    check_ids(&entries)?;
    let mut shapes = Shapes::default();
    let mut roots = Vec::new();
    for entry in &entries {
        let id = entry.meta.id;
        let (request, reply) = ((entry.request)().to_value(), (entry.response)().to_value());
        let request_fields = Reader::new(id, &request, &mut shapes).fields(&request, "request")?;
        let reply_fields = Reader::new(id, &reply, &mut shapes).fields(&reply, "reply")?;
        roots.push((*entry, (request, request_fields), (reply, reply_fields)));
    }
    let detail = schemars::schema_for!(shiren::error::Detail).to_value();
    let error_fields = Reader::new(ERROR, &detail, &mut shapes).fields(&detail, "")?;

    let (mut operations, mut structs) = (Vec::new(), vec![root(ERROR, &detail, error_fields, Role::Error, None)]);
    for (entry, (request, request_fields), (reply, reply_fields)) in roots {
        let id = entry.meta.id;
        let class = names::class(id);
        let reply_class = match shared(&shapes, &reply, &reply_fields) {
            Some(name) => name,
            None => {
                let name = format!("{class}Reply");
                structs.push(root(&name, &reply, reply_fields, Role::Reply, Some(id)));
                name
            }
        };
        structs.push(root(&class, &request, request_fields, Role::Request, Some(id)));
        let about = doc::plain(request["description"].as_str().unwrap_or(entry.meta.doc));
        operations.push(Op {
            id: id.to_owned(),
            path: id.split('.').map(str::to_owned).collect(),
            doc: entry.meta.doc.to_owned(),
            about,
            place: entry.meta.place.name(),
            request: class,
            reply: reply_class,
        });
    }
    let mut enums = Vec::new();
    let mut owners = BTreeMap::new();
    for (name, found) in shapes.found {
        owners.insert(name, found.operation);
        match found.shape {
            Shape::Struct(shape) => structs.push(shape),
            Shape::Enum(list) => enums.push(explained(list)),
        }
    }
    check_classes(&structs, &enums, &owners)?;
    mark(&operations, &mut structs, &mut enums);
    let mut ir = Ir {
        version: 1,
        tree: tree(&operations),
        operations,
        structs: by_need(structs),
        enums,
        error_kinds: Kind::ALL
            .iter()
            .map(|kind| ErrorKind {
                number: kind.number(),
                name: kind.name(),
                parent: (*kind == Kind::Tls).then(|| Kind::Network.name()),
                meaning: kind.meaning(),
            })
            .collect(),
        decisions: words("Decision").unwrap_or_default(),
        checks: words("Check").unwrap_or_default(),
        billed: words("Billed").unwrap_or_default(),
        vendors: words("Vendor").unwrap_or_default(),
        config: super::config::fields(),
    };
    ir.enums.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(ir)
}

/// A root's shape, where the same is part of others: a `Session` is the reply of one operation and goes into another.
fn shared(shapes: &Shapes, schema: &Value, fields: &[Field]) -> Option<String> {
    let name = schema["title"].as_str()?;
    match &shapes.found.get(name)?.shape {
        Shape::Struct(shape) if shape.fields == fields => Some(name.to_owned()),
        _ => None,
    }
}

fn root(name: &str, schema: &Value, fields: Vec<Field>, role: Role, operation: Option<&str>) -> Struct {
    Struct {
        name: name.to_owned(),
        doc: doc::plain(schema["description"].as_str().unwrap_or_default()),
        role,
        operation: operation.map(str::to_owned),
        sent: role == Role::Request,
        received: matches!(role, Role::Reply | Role::Error),
        tag: None,
        fields,
    }
}

/// The core's own table behind a list of words.
fn words(name: &str) -> Option<Vec<Word>> {
    fn table<T: Copy>(all: &[T], name: fn(T) -> &'static str, meaning: fn(T) -> &'static str) -> Vec<Word> {
        let word = |value: &T| Word { word: name(*value).to_owned(), doc: doc::plain(meaning(*value)) };
        all.iter().map(word).collect()
    }
    Some(match name {
        "Vendor" => table(Vendor::ALL, Vendor::name, Vendor::meaning),
        "Decision" => table(Decision::ALL, Decision::name, Decision::meaning),
        "Check" => table(Check::ALL, Check::name, Check::meaning),
        "Billed" => table(Billed::ALL, Billed::name, Billed::meaning),
        "Hint" => table(Hint::ALL, Hint::name, Hint::meaning),
        "ErrorKind" => table(Kind::ALL, Kind::name, Kind::meaning),
        _ => return None,
    })
}

/// Adds what the core's tables say, and what an unknown word is read as.
fn explained(mut list: Enum) -> Enum {
    for known in words(&list.name).unwrap_or_default() {
        if let Some(value) = list.values.iter_mut().find(|value| value.word == known.word) {
            value.doc = known.doc;
        }
    }
    let fallback = if list.name == "Decision" { Decision::Inconclusive.name() } else { "unknown" };
    list.fallback = list.values.iter().find(|value| value.word == fallback).map(|value| value.word.clone());
    list
}

fn check_ids(entries: &[&Entry]) -> Result<()> {
    for (index, entry) in entries.iter().enumerate() {
        let id = entry.meta.id;
        if !id.split('.').all(names::is_snake) {
            return Err(Refusal::new(id, "", "an id is words in snake_case with dots between them"));
        }
        // Sorted by id, an operation stands before everything below it, and two of the same id side by side.
        for other in &entries[index + 1..] {
            let other = other.meta.id;
            if other == id {
                return Err(Refusal::new(id, "", "two operations have this id"));
            }
            if other.strip_prefix(id).is_some_and(|rest| rest.starts_with('.')) {
                return Err(Refusal::new(id, "", format!("it is an operation, and also the group of `{other}`")));
            }
        }
    }
    Ok(())
}

/// Every class has a name of its own, in any letter case: file systems and languages without modules need that.
fn check_classes(structs: &[Struct], enums: &[Enum], owners: &BTreeMap<String, String>) -> Result<()> {
    let mut seen: BTreeMap<String, &str> = BTreeMap::new();
    let names = structs.iter().map(|shape| (&shape.name, shape.operation.as_deref()));
    for (name, operation) in names.chain(enums.iter().map(|list| (&list.name, None))) {
        if let Some(other) = seen.insert(name.to_lowercase(), name) {
            let operation = operation.or(owners.get(name).map(String::as_str)).unwrap_or(ERROR);
            let why = format!("its class `{name}` has the name of another one, `{other}`; rename one of them");
            return Err(Refusal::new(operation, "", why));
        }
    }
    Ok(())
}

/// Which shapes are sent, which are received.
fn mark(operations: &[Op], structs: &mut [Struct], enums: &mut [Enum]) {
    let held: BTreeMap<String, Vec<String>> = structs
        .iter()
        .map(|shape| {
            (shape.name.clone(), shape.fields.iter().filter_map(|field| field.ty.shape().map(str::to_owned)).collect())
        })
        .collect();
    let reach = |roots: Vec<&str>| {
        let (mut found, mut open) = (BTreeSet::new(), roots);
        while let Some(name) = open.pop() {
            if found.insert(name.to_owned()) {
                open.extend(held.get(name).into_iter().flatten().map(String::as_str));
            }
        }
        found
    };
    let sent = reach(operations.iter().map(|operation| operation.request.as_str()).collect());
    let received = reach(operations.iter().map(|operation| operation.reply.as_str()).chain([ERROR]).collect());
    for shape in structs {
        (shape.sent, shape.received) = (sent.contains(&shape.name), received.contains(&shape.name));
    }
    for list in enums {
        (list.sent, list.received) = (sent.contains(&list.name), received.contains(&list.name));
    }
}

/// By name, but what a shape holds comes before it.
fn by_need(structs: Vec<Struct>) -> Vec<Struct> {
    fn place(name: &str, left: &mut BTreeMap<String, Struct>, done: &mut Vec<Struct>) {
        let Some(shape) = left.remove(name) else { return };
        for field in &shape.fields {
            if let Some(name) = field.ty.shape() {
                place(name, left, done);
            }
        }
        done.push(shape);
    }
    let mut left: BTreeMap<String, Struct> = structs.into_iter().map(|shape| (shape.name.clone(), shape)).collect();
    let names: Vec<String> = left.keys().cloned().collect();
    let mut done = Vec::new();
    for name in names {
        place(&name, &mut left, &mut done);
    }
    done
}

fn tree<'a>(operations: impl IntoIterator<Item = &'a Op>) -> Group {
    let mut root = Group::default();
    for operation in operations {
        let mut group = &mut root;
        for (depth, name) in operation.path[..operation.path.len() - 1].iter().enumerate() {
            let at = match group.groups.iter().position(|known| known.name == *name) {
                Some(at) => at,
                None => {
                    let path = operation.path[..=depth].to_vec();
                    group.groups.push(Group { name: name.clone(), path, ..Group::default() });
                    group.groups.len() - 1
                }
            };
            group = &mut group.groups[at];
        }
        group.operations.push(operation.id.clone());
    }
    root
}

impl Ir {
    /// The tree of the operations that need no client.
    pub fn local(&self) -> Group {
        tree(self.operations.iter().filter(|operation| operation.place != "remote"))
    }

    /// Whether a shape is the reply of an operation and goes back in a request, as `Session` does.
    pub fn returns(&self, name: &str) -> bool {
        let sent = self.find_struct(name).is_some_and(|shape| shape.sent);
        sent && self.operations.iter().any(|operation| operation.reply == name)
    }

    /// The type of a field's elements if it is a list, its own otherwise.
    pub fn element(ty: &Type) -> &Type {
        match ty {
            Type::List { of } => of,
            ty => ty,
        }
    }
}
