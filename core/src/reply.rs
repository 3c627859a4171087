//! Reading a vendor's JSON: deciding fields strictly, everything else kept whatever it is.
//!
//! A vendor's object is read as a list of `(name, raw JSON)` in its own order. So one odd field (`1e400`, a lone
//! surrogate) cannot spoil the others, a field that occurs twice is seen instead of silently overwritten, and what
//! was readable before the text breaks off is still there.

use crate::error::{Error, Kind};
use crate::operation::Repeat;
use bytes::Bytes;
use serde::Serialize;
use serde::de::{DeserializeSeed, MapAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;

/// The largest integer that every language holds exactly, and the smallest.
pub(crate) const LARGEST: i64 = (1 << 53) - 1;
pub(crate) const SMALLEST: i64 = -LARGEST;

/// Why a deciding field could not be read. Names the field, never its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Flaw {
    field: String,
    expected: &'static str,
}

const TWICE: &str = "it occurs twice";
const BROKEN: &str = "it cannot be read to its end";

impl Flaw {
    /// Whether the field occurs, or may occur, more than once: then there is no verdict at all.
    pub(crate) fn is_ambiguous(&self) -> bool {
        matches!(self.expected, TWICE | BROKEN)
    }
}

impl From<Flaw> for Error {
    fn from(flaw: Flaw) -> Error {
        let mut error = Error::decode(format!("the vendor's reply has no usable `{}`: {}", flaw.field, flaw.expected));
        error.field = Some(flaw.field);
        error
    }
}

/// An answer without the vendor's envelope: here, and only here, the HTTP status counts. Says nothing of the bill.
pub(crate) fn without_envelope(answer: &http::Response<Bytes>, addresses: &'static str) -> Error {
    let status = answer.status();
    let mut error = if status.is_server_error() {
        let mut error = Error::new(Kind::Vendor, format!("the vendor's server failed (HTTP {})", status.as_u16()));
        (error.repeat, error.retryable) = (Repeat::FREE, true);
        error
    } else if status.is_redirection() {
        Error::new(Kind::Vendor, format!("the vendor's server redirects (HTTP {}); not followed", status.as_u16()))
            .with_hint(addresses)
    } else {
        Error::decode("the vendor's reply is not its JSON")
    };
    error.http_status = Some(status.as_u16());
    error
}

/// A vendor's JSON object.
#[derive(Debug, Default)]
pub(crate) struct Object<'a> {
    fields: Vec<(Cow<'a, str>, &'a RawValue)>,
    whole: bool,
}

struct Collect<'o, 'a>(&'o mut Vec<(Cow<'a, str>, &'a RawValue)>);

impl<'a> DeserializeSeed<'a> for Collect<'_, 'a> {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'a>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'a> Visitor<'a> for Collect<'_, 'a> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'a>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(Key(name)) = map.next_key()? {
            self.0.push((name, map.next_value()?));
        }
        Ok(())
    }
}

/// A key that borrows where it can; `Cow<str>` itself never borrows in serde.
struct Key<'a>(Cow<'a, str>);

impl<'de: 'a, 'a> serde::Deserialize<'de> for Key<'a> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct KeyVisitor;
        impl<'de> Visitor<'de> for KeyVisitor {
            type Value = Key<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a name")
            }

            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Key<'de>, E> {
                Ok(Key(Cow::Borrowed(text)))
            }

            fn visit_str<E>(self, text: &str) -> Result<Key<'de>, E> {
                Ok(Key(Cow::Owned(text.to_owned())))
            }
        }
        deserializer.deserialize_str(KeyVisitor)
    }
}

impl<'a> Object<'a> {
    /// Reads what can be read; [`is_whole`](Self::is_whole) says whether that was all.
    pub(crate) fn read(text: &'a str) -> Object<'a> {
        let mut fields = Vec::new();
        let mut json = serde_json::Deserializer::from_str(text.strip_prefix('\u{feff}').unwrap_or(text));
        let whole = Collect(&mut fields).deserialize(&mut json).is_ok() && json.end().is_ok();
        Object { fields, whole }
    }

    /// Whether the text was one well-formed object and nothing else.
    pub(crate) fn is_whole(&self) -> bool {
        self.whole
    }

    /// Whether there is a field of this name, even `null`.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.fields.iter().any(|(known, _)| known == name)
    }

    /// The raw JSON of a deciding field: `None` when absent or `null`, a flaw when it occurs twice.
    fn deciding(&self, name: &str) -> Result<Option<&'a str>, Flaw> {
        let mut found = self.fields.iter().filter(|(known, _)| known == name).map(|(_, raw)| raw.get());
        let first = found.next();
        if found.next().is_some() {
            return Err(Flaw { field: name.to_owned(), expected: TWICE });
        }
        Ok(first.filter(|raw| *raw != "null"))
    }

    /// Flaws of the shape `missing` for a required field.
    pub(crate) fn required<T>(value: Option<T>, name: &str) -> Result<T, Flaw> {
        value.ok_or_else(|| Flaw { field: name.to_owned(), expected: "it is missing or null" })
    }

    /// A deciding integer: a JSON integer, or text of ASCII digits. Absent or `null` is `None`; a float, a boolean,
    /// any other text is a flaw, never 0. So is what not every language holds exactly.
    pub(crate) fn integer(&self, name: &str) -> Result<Option<i64>, Flaw> {
        let Some(raw) = self.deciding(name)? else { return Ok(None) };
        let flaw = || Flaw { field: name.to_owned(), expected: "an integer, or text of digits, is expected" };
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let plain = match raw.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
            Some(text) if digits(text) => text,
            None if digits(raw.strip_prefix('-').unwrap_or(raw)) => raw,
            _ => return Err(flaw()),
        };
        let value: i64 = plain.parse().map_err(|_| flaw())?;
        if (SMALLEST..=LARGEST).contains(&value) { Ok(Some(value)) } else { Err(flaw()) }
    }

    /// A deciding boolean: only `true` and `false`.
    pub(crate) fn boolean(&self, name: &str) -> Result<Option<bool>, Flaw> {
        match self.deciding(name)? {
            None => Ok(None),
            Some("true") => Ok(Some(true)),
            Some("false") => Ok(Some(false)),
            Some(_) => Err(Flaw { field: name.to_owned(), expected: "true or false is expected" }),
        }
    }

    /// A deciding text.
    pub(crate) fn text(&self, name: &str) -> Result<Option<String>, Flaw> {
        let Some(raw) = self.deciding(name)? else { return Ok(None) };
        serde_json::from_str(raw).map(Some).map_err(|_| Flaw { field: name.to_owned(), expected: "text is expected" })
    }

    /// A deciding object. `null` and absence are `None`; anything else that is no object is a flaw.
    pub(crate) fn object(&self, name: &str) -> Result<Option<Object<'a>>, Flaw> {
        let Some(raw) = self.deciding(name)? else { return Ok(None) };
        if !raw.starts_with('{') {
            return Err(Flaw { field: name.to_owned(), expected: "an object is expected" });
        }
        let object = Object::read(raw);
        // A name that cannot be read stops the reading: what stands behind it could be the same field again.
        if !object.whole {
            return Err(Flaw { field: name.to_owned(), expected: BROKEN });
        }
        Ok(Some(object))
    }

    /// A deciding list, each element as raw JSON.
    pub(crate) fn list(&self, name: &str) -> Result<Option<Vec<&'a str>>, Flaw> {
        let Some(raw) = self.deciding(name)? else { return Ok(None) };
        let list: Vec<&'a RawValue> =
            serde_json::from_str(raw).map_err(|_| Flaw { field: name.to_owned(), expected: "a list is expected" })?;
        Ok(Some(list.into_iter().map(RawValue::get).collect()))
    }

    /// A score as the vendor wrote it: a number's digits, or the text inside the quotes. `None` when absent, `null`,
    /// escaped, or twice.
    pub(crate) fn score(&self, name: &str) -> Option<&'a str> {
        let raw = self.deciding(name).ok().flatten()?;
        match raw.strip_prefix('"') {
            Some(rest) => rest.strip_suffix('"'),
            None => Some(raw),
        }
    }

    /// A field that decides nothing, as text: a text's content, a number's or boolean's JSON, else `None`.
    pub(crate) fn note(&self, name: &str) -> Option<String> {
        let (_, raw) = self.fields.iter().find(|(known, _)| known == name)?;
        match raw.get().as_bytes().first()? {
            b'"' => serde_json::from_str(raw.get()).ok(),
            b'{' | b'[' | b'n' => None,
            _ => Some(raw.get().to_owned()),
        }
    }

    /// Every field that is not in `known`, in the vendor's order. What JSON values cannot hold (`1e400`, a lone
    /// surrogate, more digits than a double) is kept as the text of its JSON.
    pub(crate) fn extra(&self, known: &[&str]) -> Extra {
        let unknown = self.fields.iter().filter(|(name, _)| !known.contains(&name.as_ref()));
        unknown.map(|(name, raw)| (name.to_string(), faithful(raw.get()))).collect()
    }
}

/// Unknown fields of a reply, in the vendor's order. They may hold a person's data: `Debug` shows only their names.
#[derive(Clone, Default, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct Extra(serde_json::Map<String, Value>);

impl Extra {
    /// The same with the fields of `other` behind.
    #[must_use]
    pub(crate) fn and(mut self, other: Extra) -> Extra {
        self.0.extend(other.0);
        self
    }
}

impl FromIterator<(String, Value)> for Extra {
    fn from_iter<I: IntoIterator<Item = (String, Value)>>(fields: I) -> Extra {
        Extra(fields.into_iter().collect())
    }
}

impl std::ops::Deref for Extra {
    type Target = serde_json::Map<String, Value>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl fmt::Debug for Extra {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Extra")?;
        f.debug_set().entries(self.0.keys()).finish()
    }
}

fn faithful(raw: &str) -> Value {
    match serde_json::from_str::<Value>(raw) {
        Ok(Value::Number(number)) if number.is_f64() && raw.len() > 17 => Value::String(raw.to_owned()),
        Ok(value) => value,
        Err(_) => Value::String(raw.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_are_never_guessed() {
        let read = |json: &str| Object::read(&format!("{{\"c\":{json}}}")).integer("c").map_err(|_| ());
        assert_eq!(read("0"), Ok(Some(0)));
        assert_eq!(read("\"10001\""), Ok(Some(10001)));
        assert_eq!(read("-1"), Ok(Some(-1)));
        assert_eq!(read("null"), Ok(None));
        for bad in [
            "0.0",
            "0e0",
            "false",
            "\"\"",
            "\" 0\"",
            "\"0x0\"",
            "\"-1\"",
            "[]",
            "{}",
            "99999999999999999999",
            "9007199254740992",
            "-9007199254740992",
            "\"\\u0030\"",
        ] {
            assert_eq!(read(bad), Err(()), "{bad}");
        }
    }

    #[test]
    fn a_deciding_field_that_occurs_twice_is_a_flaw() {
        let object = Object::read(r#"{"passed":"F","a":1,"passed":"T","p\u0061ssed":"T"}"#);
        assert_eq!(object.text("passed").unwrap_err().expected, "it occurs twice");
        assert_eq!(object.note("passed").as_deref(), Some("F"));
        let escaped = Object::read(r#"{"passed":"F","p\u0061ssed":"T"}"#);
        assert!(escaped.text("passed").is_err(), "an escaped name is the same name");
    }

    #[test]
    fn what_stands_before_the_break_is_read() {
        let object = Object::read(r#"{"error_code":0,"reason":"成功","result":{"res":1,"sco"#);
        assert!(!object.is_whole());
        assert_eq!(object.integer("error_code"), Ok(Some(0)));
        assert!(!object.has("result"));
        assert!(!Object::read("").is_whole());
        assert!(!Object::read("[1]").is_whole());
        assert!(!Object::read("{} {}").is_whole());
        assert!(Object::read("\u{feff}{}").is_whole());
    }

    #[test]
    fn odd_unknown_fields_spoil_nothing_and_are_kept() {
        let text =
            r#"{"error_code":0,"big":1e400,"half":"\ud800","long":12345678901234567890123,"n":{"x":[1,2]},"z":null}"#;
        let object = Object::read(text);
        assert!(object.is_whole());
        let extra = object.extra(&["error_code"]);
        assert_eq!(
            serde_json::to_string(&extra).unwrap(),
            r#"{"big":"1e400","half":"\"\\ud800\"","long":"12345678901234567890123","n":{"x":[1,2]},"z":null}"#
        );
    }

    #[test]
    fn depth_is_no_weapon() {
        let deep = format!("{{\"error_code\":1,\"x\":{}}}", "[".repeat(100_000) + &"]".repeat(100_000));
        let object = Object::read(&deep);
        assert_eq!(object.integer("error_code"), Ok(Some(1)));
        assert!(object.extra(&["error_code"])["x"].is_string());
    }

    #[test]
    fn booleans_and_texts_are_strict() {
        let object = Object::read(r#"{"a":"true","b":1,"c":true,"d":"T","e":5,"s":"8\u0037","t":87.5}"#);
        assert!(object.boolean("a").is_err());
        assert!(object.boolean("b").is_err());
        assert_eq!(object.boolean("c"), Ok(Some(true)));
        assert_eq!(object.text("d"), Ok(Some("T".to_owned())));
        assert!(object.text("e").is_err());
        assert_eq!(object.score("t"), Some("87.5"));
        assert_eq!(object.note("t").as_deref(), Some("87.5"));
    }
}
