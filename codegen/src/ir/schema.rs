//! Reads JSON schemas as the registry has them. What is not known here is refused: a keyword that is passed over in
//! silence is a field that some language gets wrong.

use super::{Enum, Field, Guard, Role, Struct, Type, Word, doc, union};
use crate::names;
use crate::refusal::{Refusal, Result};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// What may stand in a schema.
const KEYWORDS: [&str; 20] = [
    "$defs",
    "$ref",
    "$schema",
    "additionalProperties",
    "anyOf",
    "allOf",
    "const",
    "contentEncoding",
    "default",
    "description",
    "enum",
    "format",
    "items",
    "maximum",
    "minimum",
    "oneOf",
    "properties",
    "required",
    "title",
    "type",
];

/// Of the largest whole number that a double, and so JavaScript, holds exactly.
const LARGEST: i64 = (1 << 53) - 1;

/// A nested shape.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Shape {
    Struct(Struct),
    Enum(Enum),
}

/// All nested shapes so far.
#[derive(Debug, Default)]
pub(super) struct Shapes {
    /// By name: the schema with all that it refers to, who defined it first, and the shape.
    pub(super) found: BTreeMap<String, Found>,
}

#[derive(Debug)]
pub(super) struct Found {
    pub(super) source: Value,
    pub(super) operation: String,
    pub(super) shape: Shape,
}

/// Reads one schema.
pub(super) struct Reader<'a> {
    pub(super) operation: &'a str,
    pub(super) root: &'a Value,
    pub(super) shapes: &'a mut Shapes,
    /// The shapes that are being read, to see one that holds itself.
    open: Vec<String>,
}

/// A type, and what else its schema says about the field.
pub(super) struct Read {
    pub(super) ty: Type,
    pub(super) optional: bool,
    pub(super) guard: Option<Guard>,
}

impl Read {
    fn plain(ty: Type) -> Read {
        Read { ty, optional: false, guard: None }
    }
}

impl<'a> Reader<'a> {
    pub(super) fn new(operation: &'a str, root: &'a Value, shapes: &'a mut Shapes) -> Reader<'a> {
        Reader { operation, root, shapes, open: Vec::new() }
    }

    pub(super) fn refuse<T>(&self, at: &str, why: impl Into<String>) -> Result<T> {
        Err(Refusal::new(self.operation, at, why))
    }

    /// The fields of an object.
    pub(super) fn fields(&mut self, node: &Value, at: &str) -> Result<Vec<Field>> {
        let object = self.object(node, at)?;
        if object.get("type").and_then(Value::as_str) != Some("object") {
            return self.refuse(at, "a request or a reply is an object with fields");
        }
        if object.contains_key("oneOf") || object.contains_key("anyOf") || object.contains_key("allOf") {
            return self.refuse(
                at,
                "fields beside `oneOf`, `anyOf` or `allOf` cannot be expressed; name them all in one struct",
            );
        }
        if object.get("additionalProperties").is_some_and(|rest| *rest != Value::Bool(false)) {
            return self.refuse(at, "named fields beside unnamed ones; put the unnamed ones into a field of their own");
        }
        let none = Map::new();
        let properties = object.get("properties").and_then(Value::as_object).unwrap_or(&none);
        let required = object.get("required").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        let mut fields: Vec<Field> = Vec::new();
        for (name, node) in properties {
            let at = format!("{at}/{name}");
            if !names::is_snake(name) {
                return self.refuse(&at, "a field's name is in snake_case: a-z, 0-9, _, a letter first");
            }
            if let Some(other) = fields.iter().find(|other| names::camel(&other.name) == names::camel(name)) {
                let why = format!("`{}` and `{name}` are the same name in camelCase", other.name);
                return self.refuse(&at, why);
            }
            let read = self.read(node, &at)?;
            let default = node.get("default").filter(|value| !value.is_null()).cloned();
            fields.push(Field {
                name: name.clone(),
                doc: doc::guarded(node["description"].as_str().unwrap_or_default(), read.guard),
                required: required.iter().any(|known| known == name),
                ty: read.ty,
                optional: read.optional,
                default,
                guard: read.guard,
            });
        }
        Ok(fields)
    }

    /// The schema as an object of known keywords.
    fn object<'n>(&self, node: &'n Value, at: &str) -> Result<&'n Map<String, Value>> {
        let Some(object) = node.as_object() else {
            return self.refuse(at, "any JSON at all; give it a type, or `Extra` for an object of unknown fields");
        };
        match object.keys().find(|key| !KEYWORDS.contains(&key.as_str()) && *key != "x-shiren") {
            Some(key) => self.refuse(at, format!("the generator does not know the keyword `{key}`")),
            None => Ok(object),
        }
    }

    /// The type of a field or of a list's elements.
    fn read(&mut self, node: &Value, at: &str) -> Result<Read> {
        let object = self.object(node, at)?;
        if let Some(path) = object.get("$ref").and_then(Value::as_str) {
            return self.refer(path, at).map(Read::plain);
        }
        for several in ["anyOf", "allOf"] {
            let Some(list) = object.get(several).and_then(Value::as_array) else { continue };
            let (nulls, others): (Vec<_>, Vec<_>) = list.iter().partition(|entry| entry["type"] == "null");
            let [only] = others[..] else {
                return self.refuse(at, "one of several types; use an enum with a tag, or one struct");
            };
            let read = self.read(only, at)?;
            return Ok(Read { optional: read.optional || !nulls.is_empty(), ..read });
        }
        let types: Vec<&str> = match object.get("type") {
            Some(Value::String(name)) => vec![name],
            Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).collect(),
            _ => return self.refuse(at, "a schema without a type"),
        };
        let optional = types.contains(&"null");
        let types: Vec<&str> = types.into_iter().filter(|name| *name != "null").collect();
        let [ty] = types[..] else {
            return self.refuse(at, "one of several types; use an enum with a tag, or one struct");
        };
        let mut guard = None;
        let ty = match ty {
            "string" => match object.get("x-shiren").and_then(Value::as_str) {
                Some("blob") => Type::Blob,
                _ if object.contains_key("enum") || object.contains_key("const") => {
                    return self.refuse(at, "a list of words without a name; make it an enum of its own");
                }
                Some("personal") => {
                    guard = Some(Guard::Personal);
                    Type::Text
                }
                Some("secret") => {
                    guard = Some(Guard::Secret);
                    Type::Text
                }
                Some(other) => return self.refuse(at, format!("`x-shiren: {other}` is not known")),
                None if object.get("format").is_some_and(|format| format == "date-time") => Type::Time,
                None => Type::Text,
            },
            "boolean" => Type::Bool,
            "number" => Type::Double,
            "integer" => self.integer(object, at)?,
            "array" => Type::List { of: Box::new(self.element(&node["items"], at)?) },
            "object" => match object.get("additionalProperties") {
                Some(Value::Bool(true)) if !object.contains_key("properties") => Type::Extra,
                Some(Value::Object(_)) => {
                    return self.refuse(at, "a map with keys of the caller's; make it a list of named pairs");
                }
                _ => return self.refuse(at, "an object without a name; make it a struct of its own"),
            },
            other => return self.refuse(at, format!("the type `{other}`")),
        };
        Ok(Read { ty, optional, guard })
    }

    fn integer(&self, object: &Map<String, Value>, at: &str) -> Result<Type> {
        let (min, max) = match object.get("format").and_then(Value::as_str) {
            Some("int8") => (i64::from(i8::MIN), i64::from(i8::MAX)),
            Some("uint8") => (0, i64::from(u8::MAX)),
            Some("int16") => (i64::from(i16::MIN), i64::from(i16::MAX)),
            Some("uint16") => (0, i64::from(u16::MAX)),
            Some("int32") => (i64::from(i32::MIN), i64::from(i32::MAX)),
            Some("uint32") => (0, i64::from(u32::MAX)),
            _ => (i64::MIN, i64::MAX),
        };
        let min = object.get("minimum").and_then(Value::as_i64).unwrap_or(min);
        let max = object.get("maximum").and_then(Value::as_i64).unwrap_or(max);
        if min < -LARGEST || max > LARGEST {
            let why =
                "64 bits are more than JavaScript's numbers hold; write it as text, or give it a range within 53 bits";
            return self.refuse(at, why);
        }
        Ok(Type::Int { min, max })
    }

    fn element(&mut self, items: &Value, at: &str) -> Result<Type> {
        let at = format!("{at}[]");
        let read = self.read(items, &at)?;
        if read.optional {
            return self.refuse(&at, "a list of things that may be null; leave them out of the list");
        }
        match read.ty {
            Type::List { .. } => self.refuse(&at, "a list of lists; make the inner one a struct"),
            Type::Extra => self.refuse(&at, "a list of unknown objects; make it a struct"),
            ty => Ok(ty),
        }
    }

    /// The type behind a reference; its shape is read when it is met first.
    fn refer(&mut self, path: &str, at: &str) -> Result<Type> {
        let Some(name) = path.strip_prefix("#/$defs/") else {
            return self.refuse(at, "a shape that holds itself, or one from elsewhere");
        };
        let root = self.root;
        let Some(node) = root["$defs"].get(name) else {
            return self.refuse(at, format!("the schema does not define `{name}`"));
        };
        if self.open.iter().any(|open| open == name) {
            return self.refuse(at, format!("`{name}` holds itself; C and C++ cannot hold it by value"));
        }
        if !names::is_pascal(name) {
            return self.refuse(at, format!("`{name}` is no name in PascalCase; rename it with `schemars(rename)`"));
        }
        let base = name.trim_end_matches(|letter: char| letter.is_ascii_digit());
        let numbered = base != name && (root["$defs"].get(base).is_some() || root["title"] == base);
        if numbered {
            let why =
                format!("two shapes are called `{base}`, and one became `{name}`; rename one with `schemars(rename)`");
            return self.refuse(at, why);
        }
        if node["type"] == "object"
            && node["additionalProperties"] == Value::Bool(true)
            && node.get("properties").is_none()
        {
            return Ok(Type::Extra);
        }
        let source = closure(root, name);
        if let Some(found) = self.shapes.found.get(name) {
            if found.source != source {
                let other = &found.operation;
                let why = format!("`{name}` has another shape than in {other}; rename one with `schemars(rename)`");
                return self.refuse(at, why);
            }
            return Ok(found.shape.ty(name));
        }
        self.open.push(name.to_owned());
        let shape = self.shape(name, node, at);
        self.open.pop();
        let shape = shape?;
        let ty = shape.ty(name);
        self.shapes.found.insert(name.to_owned(), Found { source, operation: self.operation.to_owned(), shape });
        Ok(ty)
    }

    fn shape(&mut self, name: &str, node: &Value, at: &str) -> Result<Shape> {
        let at = format!("{at}/${name}");
        let object = self.object(node, &at)?;
        let text = doc::plain(node["description"].as_str().unwrap_or_default());
        let list = |values| Enum {
            name: name.to_owned(),
            doc: text.clone(),
            values,
            fallback: None,
            sent: false,
            received: false,
        };
        if let Some(words) = object.get("enum").and_then(Value::as_array) {
            let values = words.iter().map(|word| self.word(word, "", &at)).collect::<Result<Vec<_>>>()?;
            return Ok(Shape::Enum(list(values)));
        }
        let (mut fields, mut tag) = (Vec::new(), None);
        if let Some(choices) = object.get("oneOf").and_then(Value::as_array) {
            if choices.iter().all(|choice| choice["type"] == "string") {
                return Ok(Shape::Enum(list(self.words(choices, &at)?)));
            }
            (fields, tag) = union::flatten(self, name, choices, &at).map(|(fields, tag)| (fields, Some(tag)))?;
        }
        if tag.is_none() {
            fields = self.fields(node, &at)?;
        }
        Ok(Shape::Struct(Struct {
            name: name.to_owned(),
            doc: text,
            role: Role::Shared,
            operation: None,
            sent: false,
            received: false,
            tag,
            fields,
        }))
    }

    fn words(&self, choices: &[Value], at: &str) -> Result<Vec<Word>> {
        let mut words = Vec::new();
        for choice in choices {
            let text = choice["description"].as_str().unwrap_or_default();
            match choice["enum"].as_array() {
                Some(several) => {
                    for word in several {
                        words.push(self.word(word, "", at)?);
                    }
                }
                None => words.push(self.word(&choice["const"], text, at)?),
            }
        }
        Ok(words)
    }

    pub(super) fn word(&self, word: &Value, text: &str, at: &str) -> Result<Word> {
        match word.as_str() {
            Some(word) if names::is_word(word) => Ok(Word { word: word.to_owned(), doc: doc::plain(text) }),
            _ => self.refuse(at, "a word of a list is made of letters, digits and `_`, a letter first"),
        }
    }
}

impl Shape {
    fn ty(&self, name: &str) -> Type {
        match self {
            Shape::Struct(_) => Type::Struct { name: name.to_owned() },
            Shape::Enum(_) => Type::Enum { name: name.to_owned() },
        }
    }
}

/// A definition with every definition that it refers to: two shapes are the same only if all of it is.
pub(super) fn closure(root: &Value, name: &str) -> Value {
    fn collect(root: &Value, node: &Value, found: &mut BTreeMap<String, Value>) {
        match node {
            Value::Object(object) => {
                if let Some(name) =
                    object.get("$ref").and_then(Value::as_str).and_then(|path| path.strip_prefix("#/$defs/"))
                    && !found.contains_key(name)
                {
                    found.insert(name.to_owned(), root["$defs"][name].clone());
                    collect(root, &root["$defs"][name], found);
                }
                object.values().for_each(|value| collect(root, value, found));
            }
            Value::Array(list) => list.iter().for_each(|value| collect(root, value, found)),
            _ => {}
        }
    }
    let mut found = BTreeMap::from([(name.to_owned(), root["$defs"][name].clone())]);
    collect(root, &root["$defs"][name], &mut found);
    Value::Object(found.into_iter().collect())
}
