//! Reads the JSON schemas of the registry: which fields there are, of which type, and what they are for.

use serde_json::Value;
use shiren::registry;

/// A field of a request or a reply.
#[derive(Clone, Debug)]
pub(crate) struct Field {
    /// Its name; of a field inside an object, with dots.
    pub(crate) name: String,
    /// Its type in words.
    pub(crate) kind: String,
    /// Whether it must be given.
    pub(crate) required: bool,
    /// What it is for.
    pub(crate) doc: String,
}

/// A node of a schema, with the definitions it may refer to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Node<'a> {
    root: &'a Value,
    node: &'a Value,
}

/// What a value has to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Type {
    /// Text.
    Text,
    /// Bytes, handed over beside the JSON.
    Bytes,
    /// A whole number.
    Integer,
    /// A number.
    Number,
    /// `true` or `false`.
    Boolean,
    /// A list.
    List,
    /// An object with fields of its own.
    Object,
    /// Anything.
    Any,
}

impl<'a> Node<'a> {
    /// The whole schema.
    pub(crate) fn of(root: &'a Value) -> Node<'a> {
        Node { root, node: root }.resolved()
    }

    /// Follows references, and looks through `null` beside a type.
    fn resolved(self) -> Node<'a> {
        let mut node = self.node;
        // No schema of ours refers this often; a circle would.
        for _ in 0..16 {
            if let Some(name) = node["$ref"].as_str().and_then(|path| path.strip_prefix("#/$defs/")) {
                node = &self.root["$defs"][name];
            } else if let Some(inner) = only_one(&node["anyOf"]).or_else(|| only_one(&node["allOf"])) {
                node = inner;
            } else {
                break;
            }
        }
        Node { root: self.root, node }
    }

    /// The name of the type that is referred to.
    pub(crate) fn type_name(self) -> Option<&'a str> {
        let node = only_one(&self.node["anyOf"]).unwrap_or(self.node);
        let node = if node["type"] == "array" { &node["items"] } else { node };
        node["$ref"].as_str()?.strip_prefix("#/$defs/")
    }

    /// The fields of an object, in the order of the source.
    pub(crate) fn fields(self) -> Vec<(&'a str, Node<'a>)> {
        let node = self.resolved();
        let properties = node.node["properties"].as_object().into_iter().flatten();
        properties.map(|(name, field)| (name.as_str(), Node { root: self.root, node: field })).collect()
    }

    /// A field of an object.
    pub(crate) fn field(self, name: &str) -> Option<Node<'a>> {
        self.fields().into_iter().find(|(known, _)| *known == name).map(|(_, field)| field)
    }

    /// What the elements of a list are.
    pub(crate) fn items(self) -> Node<'a> {
        Node { root: self.root, node: &self.resolved().node["items"] }.resolved()
    }

    /// What a value has to be.
    pub(crate) fn kind(self) -> Type {
        let node = self.resolved().node;
        if node["x-shiren"] == "blob" {
            return Type::Bytes;
        }
        match json_type(node) {
            Some("string") => Type::Text,
            Some("integer") => Type::Integer,
            Some("number") => Type::Number,
            Some("boolean") => Type::Boolean,
            Some("array") => Type::List,
            Some("object") => Type::Object,
            _ if node["oneOf"].is_array() => Type::Object,
            _ => Type::Any,
        }
    }

    /// Whether it is an account's key or a token.
    pub(crate) fn is_secret(self) -> bool {
        self.resolved().node["x-shiren"] == "secret"
    }

    /// Whether a value holds text where the schema has a secret.
    pub(crate) fn holds_secret(self, value: &Value) -> bool {
        match value {
            Value::String(_) => self.is_secret(),
            Value::Array(list) => list.iter().any(|item| self.items().holds_secret(item)),
            Value::Object(object) => {
                object.iter().any(|(name, value)| self.field(name).is_some_and(|field| field.holds_secret(value)))
            }
            _ => false,
        }
    }

    fn description(self) -> String {
        let own = self.node["description"].as_str();
        let text = own.or_else(|| self.resolved().node["description"].as_str()).unwrap_or_default();
        registry::unlinked(&text.split_whitespace().collect::<Vec<_>>().join(" "))
    }

    /// The type in words.
    pub(crate) fn words(self) -> String {
        let node = self.resolved().node;
        if let Some(values) = node["enum"].as_array() {
            return values.iter().map(plain).collect::<Vec<_>>().join(" | ");
        }
        if let Some(values) = node["oneOf"].as_array() {
            let constants: Vec<_> = values.iter().map(|value| plain(&value["const"])).collect();
            if values.iter().all(|value| !value["const"].is_null()) {
                return constants.join(" | ");
            }
        }
        let guarded = match node["x-shiren"].as_str() {
            Some("personal") => "personal ",
            Some("secret") => "secret ",
            _ => "",
        };
        match self.kind() {
            Type::Text if node["format"] == "date-time" => "time".into(),
            Type::Text => format!("{guarded}text"),
            Type::Bytes => "bytes".into(),
            Type::Integer => "integer".into(),
            Type::Number => "number".into(),
            Type::Boolean => "true | false".into(),
            Type::List => format!("list of {}", self.items().words()),
            Type::Object => "object".into(),
            Type::Any => "any".into(),
        }
    }

    /// Every field and every field of its objects, one row each. Of the types in `elsewhere` only their name is told.
    pub(crate) fn rows(self, elsewhere: &[&str]) -> Vec<Field> {
        let mut rows = Vec::new();
        self.collect("", elsewhere, 0, &mut rows);
        rows
    }

    fn collect(self, prefix: &str, elsewhere: &[&str], depth: usize, rows: &mut Vec<Field>) {
        let required = &self.resolved().node["required"];
        for (name, field) in self.fields() {
            let required = required.as_array().is_some_and(|names| names.iter().any(|known| known == name));
            let told = field.type_name().filter(|name| elsewhere.contains(name));
            let kind = match told {
                Some(name) if field.kind() == Type::List => format!("list of {name}"),
                Some(name) => name.to_owned(),
                None => field.words(),
            };
            let name = format!("{prefix}{name}");
            rows.push(Field { name: name.clone(), kind, required, doc: field.description() });
            if told.is_none() && depth < 4 {
                match field.kind() {
                    Type::Object => field.collect(&format!("{name}."), elsewhere, depth + 1, rows),
                    Type::List => field.items().collect(&format!("{name}[]."), elsewhere, depth + 1, rows),
                    _ => {}
                }
            }
        }
    }
}

/// The one entry of a list that is not `null`.
fn only_one(list: &Value) -> Option<&Value> {
    let mut entries = list.as_array()?.iter().filter(|entry| entry["type"] != "null");
    let first = entries.next()?;
    entries.next().is_none().then_some(first)
}

fn json_type(node: &Value) -> Option<&str> {
    match &node["type"] {
        Value::String(name) => Some(name),
        Value::Array(names) => names.iter().filter_map(Value::as_str).find(|name| *name != "null"),
        _ => None,
    }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// The known names that are most like this one.
pub(crate) fn similar<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let near = |known: &&str| {
        let distance = distance(name, known);
        distance * 2 <= name.chars().count().max(known.chars().count()) || (name.len() > 2 && known.ends_with(name))
    };
    known.into_iter().filter(near).min_by_key(|known| distance(name, known))
}

/// Insertions, deletions and replacements that lie between two words.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (at, x) in a.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], at + 1);
        for (to, y) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(x != *y);
            diagonal = row[to + 1];
            row[to + 1] = replaced.min(diagonal + 1).min(row[to] + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn sample() -> Value {
        json!({
            "type": "object",
            "required": ["name", "inner"],
            "properties": {
                "name": {"type": "string", "x-shiren": "personal", "description": "Who\nit is."},
                "count": {"type": ["integer", "null"]},
                "inner": {"$ref": "#/$defs/Inner", "description": "More."},
                "maybe": {"anyOf": [{"$ref": "#/$defs/Inner"}, {"type": "null"}]},
                "list": {"type": "array", "items": {"$ref": "#/$defs/Word"}},
                "photo": {"type": "string", "x-shiren": "blob"}
            },
            "$defs": {
                "Inner": {"type": "object", "properties": {"key": {"type": "string", "x-shiren": "secret"}}},
                "Word": {"type": "string", "enum": ["a", "b"]}
            }
        })
    }

    #[test]
    fn fields_are_found_through_references() {
        let schema = sample();
        let rows = Node::of(&schema).rows(&[]);
        let told: Vec<_> = rows.iter().map(|row| (row.name.as_str(), row.kind.as_str(), row.required)).collect();
        assert_eq!(
            told,
            [
                ("name", "personal text", true),
                ("count", "integer", false),
                ("inner", "object", true),
                ("inner.key", "secret text", false),
                ("maybe", "object", false),
                ("maybe.key", "secret text", false),
                ("list", "list of a | b", false),
                ("photo", "bytes", false),
            ]
        );
        assert_eq!(rows[0].doc, "Who it is.");
        assert_eq!(Node::of(&schema).rows(&["Inner"])[2].kind, "Inner");
    }

    #[test]
    fn secrets_are_seen_wherever_they_stand() {
        let schema = sample();
        let node = Node::of(&schema);
        assert!(node.holds_secret(&json!({"maybe": {"key": "k"}})));
        assert!(!node.holds_secret(&json!({"name": "x", "maybe": {"key": null}})));
    }

    #[test]
    fn near_names_are_found() {
        let known = ["realname", "idcard", "image", "juhe.verifyface.verify2"];
        assert_eq!(similar("imagee", known), Some("image"));
        assert_eq!(similar("verify2", known), Some("juhe.verifyface.verify2"));
        assert_eq!(similar("zzz", known), None);
    }
}
