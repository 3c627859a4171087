//! Looking into a reply's JSON text by pointer, one level at a time. The text is never read as a whole: unknown fields
//! of a vendor may hold numbers and texts that no type of ours can, and must not stand in the way of the others.

use serde::de::{Deserializer as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use std::fmt;
use std::marker::PhantomData;

/// What kind of value a JSON text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Type {
    Null,
    Bool,
    Int,
    Double,
    Text,
    List,
    Object,
}

impl Type {
    pub(crate) fn of(json: &str) -> Type {
        match json.as_bytes().first() {
            Some(b'n') => Type::Null,
            Some(b't' | b'f') => Type::Bool,
            Some(b'"') => Type::Text,
            Some(b'[') => Type::List,
            Some(b'{') => Type::Object,
            _ if json.parse::<i64>().is_ok() => Type::Int,
            _ => Type::Double,
        }
    }
}

/// The JSON text of the value at a pointer.
pub(crate) fn at<'a>(json: &'a str, pointer: &str) -> Option<&'a str> {
    let json = json.trim_ascii();
    if pointer.is_empty() {
        return Some(json);
    }
    let mut value = json;
    for token in pointer.strip_prefix('/')?.split('/') {
        let token = token.replace("~1", "/").replace("~0", "~");
        value = walk(value, |key| key == Key::Name(&token) || key == Key::Item(&token))?;
    }
    Some(value)
}

/// How many items a list or members an object has; 0 of anything else.
pub(crate) fn size(json: &str) -> usize {
    let mut count = 0;
    walk(json, |_| {
        count += 1;
        false
    });
    count
}

/// The bytes' part that an object `{"part": name}` names.
pub(crate) fn part(json: &str) -> Option<String> {
    if size(json) != 1 {
        return None;
    }
    serde_json::from_str(at(json, "/part")?).ok()
}

/// What stands before a value: its name, or its number as text.
#[derive(PartialEq)]
enum Key<'a> {
    Name(&'a str),
    Item(&'a str),
}

/// The first value of an object or a list whose key is wanted.
fn walk(json: &str, wanted: impl FnMut(Key<'_>) -> bool) -> Option<&str> {
    let mut reader = serde_json::Deserializer::from_str(json);
    let walk = Walk { wanted, lifetime: PhantomData };
    match Type::of(json) {
        Type::Object => reader.deserialize_map(walk).ok()?,
        Type::List => reader.deserialize_seq(walk).ok()?,
        _ => None,
    }
}

struct Walk<'a, F> {
    wanted: F,
    lifetime: PhantomData<&'a str>,
}

impl<'a, F: FnMut(Key<'_>) -> bool> Visitor<'a> for Walk<'a, F> {
    type Value = Option<&'a str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object or a list")
    }

    fn visit_map<A: MapAccess<'a>>(mut self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut found = None;
        while let Some((key, value)) = map.next_entry::<&RawValue, &RawValue>()? {
            let name = serde_json::from_str::<String>(key.get());
            if found.is_none() && name.is_ok_and(|name| (self.wanted)(Key::Name(&name))) {
                found = Some(value.get());
            }
        }
        Ok(found)
    }

    fn visit_seq<A: SeqAccess<'a>>(mut self, mut list: A) -> Result<Self::Value, A::Error> {
        let (mut found, mut index) = (None, 0_usize);
        while let Some(value) = list.next_element::<&RawValue>()? {
            if (self.wanted)(Key::Item(&index.to_string())) {
                found = Some(value.get());
                break;
            }
            index += 1;
        }
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const REPLY: &str = r#" {"verdict":{"decision":"passed","reasons":[{"code":"1"},{"code":"2"}]},"a/b":1,
        "extra":{"huge":1e400,"broken":"\ud800","long":123456789012345678901234567890,"\ud800":1},"last":null} "#;

    #[test]
    fn pointers_lead_to_values_beside_what_no_type_can_hold() {
        for (pointer, expected) in [
            ("/verdict/decision", Some("\"passed\"")),
            ("/verdict/reasons/1/code", Some("\"2\"")),
            ("/verdict/reasons/2", None),
            ("/verdict/reasons/01", None),
            ("/verdict/reasons/-", None),
            ("/verdict/decision/x", None),
            ("/a~1b", Some("1")),
            ("/extra/huge", Some("1e400")),
            ("/extra/long", Some("123456789012345678901234567890")),
            ("/extra/broken", Some(r#""\ud800""#)),
            ("/last", Some("null")),
            ("/missing", None),
            ("verdict", None),
        ] {
            assert_eq!(at(REPLY, pointer), expected, "{pointer}");
        }
        assert_eq!(at(REPLY, "").unwrap().len(), REPLY.trim().len());
    }

    #[test]
    fn kinds_sizes_and_parts() {
        for (json, expected) in [
            ("null", Type::Null),
            ("true", Type::Bool),
            ("-7", Type::Int),
            ("7.0", Type::Double),
            ("123456789012345678901234567890", Type::Double),
            ("\"\"", Type::Text),
            ("[]", Type::List),
            ("{}", Type::Object),
        ] {
            assert_eq!(Type::of(json), expected, "{json}");
        }
        assert_eq!((size("[1,[2,3]]"), size(r#"{"a":1}"#), size("\"ab\""), size("{}")), (2, 1, 0, 0));
        assert_eq!(part(r#"{"part":"part0"}"#).as_deref(), Some("part0"));
        assert_eq!(part(r#"{"part":"part0","more":1}"#), None);
    }
}
