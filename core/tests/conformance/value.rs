//! Values in a scenario: literal JSON, and the few forms that begin with `$`.

use super::Outcome;
use serde_json::{Map, Value, json};
use shiren::wire::Parts;
use std::path::Path;

/// What a scenario can refer to by `$name`, and the bytes that crossed so far.
///
/// Bytes stand in a resolved value as `{"$held": n}`, which no scenario can write.
#[derive(Default)]
pub(super) struct Names {
    named: Map<String, Value>,
    held: Vec<Vec<u8>>,
    /// Personal data that was used: no error may repeat it.
    pub(super) personal: Vec<String>,
}

impl Names {
    pub(super) fn set(&mut self, name: &str, value: Value) {
        self.named.insert(name.into(), value);
    }

    /// Keeps bytes, and gives the value that stands for them.
    pub(super) fn hold(&mut self, bytes: Vec<u8>) -> Value {
        self.held.push(bytes);
        json!({"$held": self.held.len() - 1})
    }

    /// The bytes that a value stands for.
    pub(super) fn held(&self, value: &Value) -> Option<&[u8]> {
        let at = value.get("$held")?.as_u64()?;
        self.held.get(usize::try_from(at).ok()?).map(Vec::as_slice)
    }

    /// The value with every reference and form replaced.
    pub(super) fn resolve(&mut self, value: &Value) -> Outcome<Value> {
        match value {
            Value::String(text) => match text.strip_prefix('$') {
                Some(escaped) if escaped.starts_with('$') => Ok(escaped.into()),
                Some(reference) => self.look_up(reference),
                None => Ok(value.clone()),
            },
            Value::Array(items) => items.iter().map(|item| self.resolve(item)).collect(),
            Value::Object(fields) => match form(fields) {
                Some((name, operand)) => self.build(name, operand),
                None => fields.iter().map(|(name, value)| Ok((name.clone(), self.resolve(value)?))).collect(),
            },
            _ => Ok(value.clone()),
        }
    }

    /// `name` and a JSON pointer behind it.
    fn look_up(&mut self, reference: &str) -> Outcome<Value> {
        let (name, pointer) = reference.split_at(reference.find('/').unwrap_or(reference.len()));
        let found = self.named.get(name).ok_or_else(|| format!("${name} was not saved"))?;
        let found = found.pointer(pointer).ok_or_else(|| format!("${name} has no {pointer}"))?.clone();
        if let (true, Some(text)) = (name == "persona", found.as_str()) {
            self.personal.push(text.to_owned());
        }
        Ok(found)
    }

    fn build(&mut self, name: &str, operand: &Value) -> Outcome<Value> {
        let operand = self.resolve(operand)?;
        match (name, &operand) {
            ("$file", Value::String(file)) => {
                let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/photos").join(file);
                Ok(self.hold(std::fs::read(path).map_err(|error| format!("{file}: {error}"))?))
            }
            ("$bytes", Value::String(text)) => Ok(self.hold(text.clone().into_bytes())),
            ("$join", Value::Array(items)) => items
                .iter()
                .map(|item| item.as_str().ok_or_else(|| format!("$join takes texts, not {item}")))
                .collect::<Outcome<String>>()
                .map(Value::String),
            ("$merge", Value::Array(items)) => {
                let mut merged = Value::Null;
                items.iter().for_each(|patch| merge(&mut merged, patch));
                Ok(merged)
            }
            // A matcher: its operand is resolved, the rest is up to the comparison.
            ("$is" | "$contains" | "$at_least" | "$at_most", _) => Ok(json!({name: operand})),
            _ => Err(format!("{name} cannot be {operand}")),
        }
    }

    /// Takes every `{"$held": n}` out of a request: `{"part": name}` stands in its place, the bytes go beside it.
    pub(super) fn detach(&self, value: &mut Value, parts: &mut Parts) {
        if let Some(bytes) = self.held(value) {
            let name = format!("p{}", parts.len());
            parts.push((name.clone(), bytes.to_vec().into()));
            *value = json!({"part": name});
            return;
        }
        children(value).for_each(|child| self.detach(child, parts));
    }

    /// The way back, for a reply.
    pub(super) fn attach(&mut self, value: &mut Value, parts: &Parts) {
        let part = value.get("part").and_then(Value::as_str);
        if let Some((_, bytes)) = part.and_then(|name| parts.iter().find(|(known, _)| known == name)) {
            *value = self.hold(bytes.to_vec());
            return;
        }
        children(value).for_each(|child| self.attach(child, parts));
    }
}

/// The name and operand of an object whose only field begins with `$`.
pub(super) fn form(fields: &Map<String, Value>) -> Option<(&str, &Value)> {
    let (name, operand) = fields.iter().next()?;
    (fields.len() == 1 && name.starts_with('$') && name != "$held").then_some((name.as_str(), operand))
}

fn children(value: &mut Value) -> Box<dyn Iterator<Item = &mut Value> + '_> {
    match value {
        Value::Object(fields) => Box::new(fields.values_mut()),
        Value::Array(items) => Box::new(items.iter_mut()),
        _ => Box::new(std::iter::empty()),
    }
}

/// RFC 7386.
pub(super) fn merge(target: &mut Value, patch: &Value) {
    let Value::Object(patch) = patch else {
        *target = patch.clone();
        return;
    };
    if !target.is_object() {
        *target = json!({});
    }
    let fields = target.as_object_mut().expect("it was just made one");
    for (name, value) in patch {
        if value.is_null() {
            fields.remove(name);
        } else {
            merge(fields.entry(name).or_insert(Value::Null), value);
        }
    }
}
