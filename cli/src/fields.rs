//! `key=value` arguments to the JSON of a request, by the operation's schema.

use crate::cli;
use crate::config::variable;
use crate::output;
use crate::schema::{self, Node, Type};
use serde_json::{Map, Number, Value};
use shiren::registry::Entry;
use shiren::wire::Parts;
use shiren::{Error, Result};
use std::path::Path;

/// How fields are written; shown in the help of the commands that take them.
pub(crate) const GRAMMAR: &str = "\
Fields:
  key=text            text, a number, true or false: as the field's type wants
  key:=json           JSON as it stands; key:=@file.json reads it from a file
  key=@file  key=@-   the content of a file, or of standard input: a photo, a long text
  key=env:NAME        an environment variable; keys and tokens come only so, or from a file
  a.b=text  /a/b=text a field of a field;  key=x key=y  a list

Arguments can be read by everybody on this machine: for real people take @file, @- or env:.";

/// A request that grows field by field.
#[derive(Debug)]
pub(crate) struct Fields {
    schema: Value,
    operation: &'static str,
    value: Value,
    parts: Parts,
    stdin_taken: bool,
}

/// Where the text of a field comes from.
enum Source {
    /// An argument, which everybody on the machine can read.
    Typed(Vec<u8>),
    /// A file, standard input or the environment.
    Kept(Vec<u8>),
}

impl Fields {
    /// An empty request of this operation.
    pub(crate) fn of(entry: &Entry) -> Fields {
        Fields {
            schema: (entry.request)().to_value(),
            operation: entry.meta.id,
            value: Value::Object(Map::new()),
            parts: Parts::new(),
            stdin_taken: false,
        }
    }

    /// The JSON text and its byte parts.
    pub(crate) fn finish(self) -> (Vec<u8>, Parts) {
        (self.value.to_string().into_bytes(), self.parts)
    }

    /// Sets a field that the program itself knows.
    pub(crate) fn set(&mut self, path: &[&str], value: Value) {
        let path: Vec<String> = path.iter().map(|name| (*name).to_owned()).collect();
        *slot(&mut self.value, &path) = value;
    }

    /// The same, where there is a value.
    pub(crate) fn set_some(&mut self, path: &[&str], value: Option<impl Into<Value>>) {
        if let Some(value) = value {
            self.set(path, value.into());
        }
    }

    /// Sets a field of bytes.
    pub(crate) fn set_bytes(&mut self, path: &[&str], bytes: Vec<u8>) {
        let part = self.part(bytes);
        self.set(path, part);
    }

    fn part(&mut self, bytes: Vec<u8>) -> Value {
        let name = format!("part{}", self.parts.len());
        self.parts.push((name.clone(), bytes.into()));
        serde_json::json!({ "part": name })
    }

    /// Reads `key=value` arguments.
    pub(crate) fn read(&mut self, arguments: &[String]) -> Result<()> {
        arguments.iter().try_for_each(|argument| self.read_one(argument))
    }

    fn read_one(&mut self, argument: &str) -> Result<()> {
        let Some((key, text)) = argument.split_once('=') else {
            return Err(Error::invalid_argument("fields", "a field is written key=value")
                .with_hint("`shiren ops OPERATION` shows its fields"));
        };
        let (key, is_json) = key.strip_suffix(':').map_or((key, false), |key| (key, true));
        let path = path(key);
        let pointer: String = path.iter().map(|name| format!("/{name}")).collect();
        let schema = self.schema.clone();
        let node = self.find(Node::of(&schema), &path, &pointer)?;
        let value = if is_json { self.json(node, text, &pointer)? } else { self.value_of(node, text, &pointer)? };
        let is_list = node.kind() == Type::List && !is_json;
        let place = slot(&mut self.value, &path);
        match place {
            Value::Array(list) if is_list => list.push(value),
            Value::Null if is_list => *place = Value::Array(vec![value]),
            Value::Null => *place = value,
            _ => return Err(Error::invalid_argument(pointer, "this field is given twice")),
        }
        Ok(())
    }

    /// The schema of a field; an unknown one is named, with what there is instead.
    fn find<'a>(&self, root: Node<'a>, path: &[String], pointer: &str) -> Result<Node<'a>> {
        let mut node = root;
        for name in path {
            let Some(inner) = node.field(name) else {
                // An object with alternatives, or with names of its own, is read by the operation itself.
                if node.fields().is_empty() && matches!(node.kind(), Type::Object | Type::Any) {
                    return Ok(node);
                }
                let known: Vec<_> = node.fields().into_iter().map(|(name, _)| name).collect();
                let error = Error::invalid_argument(
                    pointer,
                    format!("{} has no such field; there are: {}", self.operation, known.join(", ")),
                );
                return Err(match schema::similar(name, known) {
                    Some(near) => error.with_hint(format!("did you mean {near}?")),
                    None => error,
                });
            };
            node = inner;
        }
        Ok(node)
    }

    fn source(&mut self, text: &str, pointer: &str) -> Result<Source> {
        if let Some(name) = text.strip_prefix("env:") {
            let value = variable(name)
                .ok_or_else(|| Error::invalid_argument(pointer, format!("the environment has no {name}")))?;
            return Ok(Source::Kept(value.into_bytes()));
        }
        match text.strip_prefix('@') {
            Some("-") if self.stdin_taken => Err(Error::invalid_argument(pointer, "standard input is taken already")),
            Some("-") => {
                self.stdin_taken = true;
                cli::stdin().map(Source::Kept)
            }
            Some(file) => output::read_file(pointer, Path::new(file)).map(Source::Kept),
            None => Ok(Source::Typed(text.as_bytes().to_vec())),
        }
    }

    fn json(&mut self, node: Node<'_>, text: &str, pointer: &str) -> Result<Value> {
        let source = if text.starts_with("env:") || text.starts_with('@') {
            self.source(text, pointer)?
        } else {
            Source::Typed(text.as_bytes().to_vec())
        };
        let (bytes, typed) = match source {
            Source::Typed(bytes) => (bytes, true),
            Source::Kept(bytes) => (bytes, false),
        };
        // serde's own message would quote what was written.
        let value: Value = serde_json::from_slice(&bytes).map_err(|error| {
            let place = format!("not valid JSON at line {}, column {}", error.line(), error.column());
            Error::invalid_argument(pointer, place)
        })?;
        if typed && node.holds_secret(&value) {
            return Err(secret_typed(pointer));
        }
        Ok(value)
    }

    fn value_of(&mut self, node: Node<'_>, text: &str, pointer: &str) -> Result<Value> {
        let kind = node.kind();
        let node = if kind == Type::List { node.items() } else { node };
        let bytes = match self.source(text, pointer)? {
            Source::Typed(_) if node.is_secret() => return Err(secret_typed(pointer)),
            Source::Typed(_) if node.kind() == Type::Bytes && Path::new(text).is_file() => {
                return Err(Error::invalid_argument(pointer, "bytes are read from a file by @")
                    .with_hint(format!("write {}=@{text}", pointer.trim_start_matches('/'))));
            }
            Source::Kept(bytes) if node.kind() == Type::Bytes => return Ok(self.part(bytes)),
            Source::Typed(bytes) => bytes,
            Source::Kept(mut bytes) => {
                // The line break that an editor or `echo` puts at the end is not meant.
                if bytes.ends_with(b"\n") {
                    bytes.truncate(bytes.len() - if bytes.ends_with(b"\r\n") { 2 } else { 1 });
                }
                bytes
            }
        };
        let text = String::from_utf8(bytes).map_err(|_| Error::invalid_argument(pointer, "this is not UTF-8 text"))?;
        coerced(node.kind(), text, pointer)
    }
}

fn secret_typed(pointer: &str) -> Error {
    let key = pointer.trim_start_matches('/').replace('/', ".");
    Error::invalid_argument(pointer, "a key or a token is not taken from an argument, which everybody here can read")
        .with_hint(format!("write {key}=env:NAME, {key}=@file or {key}=@-"))
}

fn coerced(kind: Type, text: String, pointer: &str) -> Result<Value> {
    let expected = |what: &str| Err(Error::invalid_argument(pointer, format!("{what} is expected")));
    match kind {
        Type::Integer => match text.parse::<i64>() {
            Ok(number) => Ok(Value::from(number)),
            Err(_) => expected("a whole number"),
        },
        Type::Number => match text.parse::<f64>().ok().and_then(Number::from_f64) {
            Some(number) => Ok(Value::Number(number)),
            None => expected("a number"),
        },
        Type::Boolean => match text.as_str() {
            "true" => Ok(Value::Bool(true)),
            "false" => Ok(Value::Bool(false)),
            _ => expected("true or false"),
        },
        Type::Object => {
            let key = pointer.trim_start_matches('/').replace('/', ".");
            let error = Error::invalid_argument(pointer, "this is an object with fields of its own");
            Err(error.with_hint(format!("write {key}.field=value, or {key}:=@file.json")))
        }
        Type::Text | Type::Bytes | Type::List | Type::Any => Ok(Value::String(text)),
    }
}

/// `a.b`, or a JSON pointer.
fn path(key: &str) -> Vec<String> {
    match key.strip_prefix('/') {
        Some(pointer) => pointer.split('/').map(|name| name.replace("~1", "/").replace("~0", "~")).collect(),
        None => key.split('.').map(str::to_owned).collect(),
    }
}

/// The place of a field, with the objects on the way to it.
fn slot<'v>(value: &'v mut Value, path: &[String]) -> &'v mut Value {
    path.iter().fold(value, |value, name| {
        if !value.is_object() {
            *value = Value::Object(Map::new());
        }
        &mut value[name.as_str()]
    })
}

/// Text that everybody could read if it were an argument: only `-` (standard input), `@file`, `env:NAME`.
pub(crate) fn secret_from(argument: &str, given: &str) -> Result<String> {
    if given == "-" || given.starts_with('@') || given.starts_with("env:") {
        return text_from(argument, given);
    }
    Err(Error::invalid_argument(argument, "this is not taken from an argument, which everybody here can read")
        .with_hint(format!("write {argument} -, {argument} @file or {argument} env:NAME")))
}

/// Text that is an argument, or `-` (standard input), `@file`, `env:NAME`.
pub(crate) fn text_from(argument: &str, given: &str) -> Result<String> {
    let mut bytes = match (given, given.strip_prefix("env:"), given.strip_prefix('@')) {
        ("-" | "@-", ..) => cli::stdin()?,
        (_, Some(name), _) => variable(name)
            .ok_or_else(|| Error::invalid_argument(argument, format!("the environment has no {name}")))?
            .into_bytes(),
        (_, _, Some(file)) => output::read_file(argument, Path::new(file))?,
        _ => return Ok(given.to_owned()),
    };
    if bytes.ends_with(b"\n") {
        bytes.truncate(bytes.len() - if bytes.ends_with(b"\r\n") { 2 } else { 1 });
    }
    String::from_utf8(bytes).map_err(|_| Error::invalid_argument(argument, "this is not UTF-8 text"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn fields() -> Fields {
        let schema = json!({
            "type": "object",
            "properties": {
                "name": {"type": "string", "x-shiren": "personal"},
                "key": {"type": "string", "x-shiren": "secret"},
                "image": {"type": "string", "x-shiren": "blob"},
                "threshold": {"type": ["number", "null"]},
                "model": {"type": "integer"},
                "thousand": {"type": "boolean"},
                "colors": {"type": "array", "items": {"type": "string"}},
                "subject": {"$ref": "#/$defs/Subject"}
            },
            "$defs": {"Subject": {"type": "object", "properties": {
                "id_number": {"type": "string"}, "token": {"type": "string", "x-shiren": "secret"}}}}
        });
        Fields { schema, operation: "test", value: json!({}), parts: Parts::new(), stdin_taken: false }
    }

    fn read(arguments: &[&str]) -> Result<Value> {
        let mut fields = fields();
        let arguments: Vec<String> = arguments.iter().map(|text| (*text).to_owned()).collect();
        fields.read(&arguments)?;
        Ok(fields.value)
    }

    #[test]
    fn values_become_what_the_schema_says() {
        let value = read(&[
            "name=5=6",
            "threshold=70.5",
            "model=3",
            "thousand=true",
            "colors=red",
            "colors=blue",
            "subject.id_number=11",
        ])
        .unwrap();
        assert_eq!(
            value,
            json!({"name": "5=6", "threshold": 70.5, "model": 3, "thousand": true, "colors": ["red", "blue"],
                   "subject": {"id_number": "11"}})
        );
        assert_eq!(read(&["/subject/id_number=1"]).unwrap(), json!({"subject": {"id_number": "1"}}));
        assert_eq!(read(&["colors:=[\"a\"]", "threshold:=null"]).unwrap(), json!({"colors": ["a"], "threshold": null}));
    }

    #[test]
    fn what_does_not_fit_is_named_and_not_quoted() {
        for (argument, field) in [
            ("model=王小二", "/model"),
            ("threshold=NaN", "/threshold"),
            ("thousand=1", "/thousand"),
            ("subject=王小二", "/subject"),
            ("threshold:={王小二", "/threshold"),
            ("nmae=王小二", "/nmae"),
            ("subject.foo=王小二", "/subject/foo"),
            ("key=王小二", "/key"),
            ("subject:={\"token\":\"王小二\"}", "/subject"),
            ("name=env:SHIREN_NO_SUCH_VARIABLE", "/name"),
            ("name=@/no/such/file", "/name"),
        ] {
            let error = read(&[argument]).unwrap_err();
            assert_eq!(error.field.as_deref(), Some(field), "{argument}: {error}");
            assert!(!format!("{error} {error:?}").contains("王小二"), "{error:?}");
        }
        assert!(read(&["nmae=x"]).unwrap_err().to_string().contains("did you mean name?"));
        assert!(read(&["name=a", "name=b"]).is_err());
        assert!(read(&["name"]).is_err());
    }

    #[test]
    fn files_are_parts_for_bytes_and_text_for_text() {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        std::io::Write::write_all(&mut file, b"sk-1\n").unwrap();
        let path = file.path().display().to_string();
        let mut fields = fields();
        fields.read(&[format!("image=@{path}"), format!("key=@{path}")]).unwrap();
        assert_eq!(fields.value, json!({"image": {"part": "part0"}, "key": "sk-1"}));
        assert_eq!(&*fields.parts[0].1, b"sk-1\n");
        let error = read(&[&format!("image={path}")]).unwrap_err();
        assert!(error.to_string().contains("image=@"), "{error}");
    }
}
