//! How requests come in and replies go out across a language border: JSON, with byte parts beside it.

use crate::error::{Error, Result};
use base64::prelude::{BASE64_STANDARD, Engine as _};
use bytes::Bytes;
use serde::de::{DeserializeOwned, MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::cell::RefCell;
use std::fmt;

/// Byte parts beside a JSON text, by name.
pub type Parts = Vec<(String, Bytes)>;

/// A reply as it crosses: JSON text, and the byte parts it names by `{"part": name}`.
#[derive(Clone, Default)]
pub struct Wire {
    /// The JSON text.
    pub json: Vec<u8>,
    /// The parts it names.
    pub parts: Parts,
}

/// Says only how much there is: a reply may hold a person's data.
impl fmt::Debug for Wire {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Wire({} bytes, {} parts)", self.json.len(), self.parts.len())
    }
}

thread_local! {
    static INCOMING: RefCell<Option<Parts>> = const { RefCell::new(None) };
    static OUTGOING: RefCell<Option<Parts>> = const { RefCell::new(None) };
}

/// Puts `parts` in a slot while `work` runs, and gives back what is in the slot afterwards.
fn with_parts<T>(
    slot: &'static std::thread::LocalKey<RefCell<Option<Parts>>>,
    parts: Parts,
    work: impl FnOnce() -> T,
) -> (T, Parts) {
    let before = slot.replace(Some(parts));
    let result = work();
    (result, slot.replace(before).unwrap_or_default())
}

/// Reads a request. Its errors name the field by a JSON pointer and never quote a value.
pub fn decode<T: DeserializeOwned>(json: &[u8], parts: Parts) -> Result<T> {
    let (result, _) = with_parts(&INCOMING, parts, || {
        let mut deserializer = serde_json::Deserializer::from_slice(json);
        let mut track = serde_path_to_error::Track::new();
        let value = T::deserialize(serde_path_to_error::Deserializer::new(&mut deserializer, &mut track))
            .map_err(|error| unquoted(&pointer(&track.path()), &error))?;
        deserializer.end().map_err(|error| unquoted("", &error))?;
        Ok(value)
    });
    result
}

/// Writes a reply.
pub fn encode<T: Serialize>(value: &T) -> Result<Wire> {
    let (json, parts) = with_parts(&OUTGOING, Parts::new(), || serde_json::to_vec(value));
    Ok(Wire { json: json.map_err(|_| Error::internal("a reply could not be written as JSON"))?, parts })
}

fn pointer(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    let mut text = String::new();
    for segment in path {
        match segment {
            Segment::Seq { index } => text.push_str(&format!("/{index}")),
            Segment::Map { key } => text.push_str(&format!("/{}", key.replace('~', "~0").replace('/', "~1"))),
            Segment::Enum { variant } => text.push_str(&format!("/{variant}")),
            Segment::Unknown => {}
        }
    }
    text
}

/// serde's own messages quote the value at fault; of them only our types' words are passed on.
fn unquoted(field: &str, error: &serde_json::Error) -> Error {
    let text = error.to_string();
    if let Some(name) = text.strip_prefix("missing field `").and_then(|rest| rest.split('`').next()) {
        return Error::invalid_argument(format!("{field}/{name}"), "this field is required");
    }
    if text.starts_with("unknown field `") {
        let known = text.split("expected ").nth(1).and_then(|rest| rest.split(" at line").next()).unwrap_or("none");
        return Error::invalid_argument(field, format!("no such field here; there are: {}", known.replace('`', "")));
    }
    let expected = if error.is_data() {
        text.rsplit_once("expected ").map(|(_, rest)| rest.split(" at line").next().unwrap_or(rest))
    } else {
        None
    };
    match expected {
        Some(expected) => Error::invalid_argument(field, format!("expected {}", expected.replace('`', ""))),
        None => Error::invalid_argument(
            field,
            format!("not valid JSON at line {}, column {}", error.line(), error.column()),
        ),
    }
}

/// Writes a guarded text openly: for reply fields that must reach the caller.
pub(crate) fn clear<S: Serializer>(text: &impl Guarded, serializer: S) -> Result<S::Ok, S::Error> {
    match text.open() {
        Some(text) => serializer.serialize_str(text),
        None => serializer.serialize_none(),
    }
}

/// What [`clear`] can write.
pub(crate) trait Guarded {
    fn open(&self) -> Option<&str>;
}

impl Guarded for crate::Personal {
    fn open(&self) -> Option<&str> {
        Some(self.expose())
    }
}

impl Guarded for crate::Secret {
    fn open(&self) -> Option<&str> {
        Some(self.expose())
    }
}

impl<T: Guarded> Guarded for Option<T> {
    fn open(&self) -> Option<&str> {
        self.as_ref().and_then(Guarded::open)
    }
}

/// Bytes: a photo, a body, a picture. `Debug` shows only the length.
///
/// Across a language border it is `{"part": "name"}` with the bytes beside the JSON; in plain JSON it is
/// Base64 text. In Rust it is made from bytes and cloned for nothing.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Blob(Bytes);

impl Blob {
    /// The bytes.
    pub fn bytes(&self) -> &Bytes {
        &self.0
    }
}

impl std::ops::Deref for Blob {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl<T: Into<Bytes>> From<T> for Blob {
    fn from(bytes: T) -> Blob {
        Blob(bytes.into())
    }
}

impl fmt::Debug for Blob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Blob({} bytes)", self.0.len())
    }
}

impl Serialize for Blob {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let name = OUTGOING.with_borrow_mut(|parts| {
            parts.as_mut().map(|parts| {
                let name = format!("part{}", parts.len());
                parts.push((name.clone(), self.0.clone()));
                name
            })
        });
        match name {
            Some(name) => {
                let mut map = serializer.serialize_map(Some(1))?;
                map.serialize_entry("part", &name)?;
                map.end()
            }
            None => serializer.serialize_str(&BASE64_STANDARD.encode(&self.0)),
        }
    }
}

impl<'de> Deserialize<'de> for Blob {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Blob, D::Error> {
        deserializer.deserialize_any(BlobVisitor)
    }
}

struct BlobVisitor;

impl<'de> Visitor<'de> for BlobVisitor {
    type Value = Blob;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("bytes: Base64 text, or {\"part\": name}")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Blob, E> {
        BASE64_STANDARD.decode(text).map(Blob::from).map_err(|_| E::custom("expected Base64 text without line breaks"))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Blob, A::Error> {
        use serde::de::Error as _;
        let expected = A::Error::custom("expected the name of a part that was handed over");
        let Some(("part", name)) = map.next_entry::<&str, String>()? else { return Err(expected) };
        let bytes = INCOMING.with_borrow(|parts| {
            parts.as_ref()?.iter().find(|(known, _)| *known == name).map(|(_, bytes)| bytes.clone())
        });
        bytes.map(Blob).ok_or(expected)
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Blob {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Blob".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "contentEncoding": "base64", "x-shiren": "blob" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Personal;

    #[derive(Debug, Deserialize, Serialize)]
    #[serde(deny_unknown_fields)]
    struct Sample {
        #[serde(skip_serializing)]
        name: Option<Personal>,
        photo: Blob,
        #[serde(default)]
        threshold: Option<f64>,
    }

    #[test]
    fn bytes_cross_as_parts_or_as_base64() {
        let parts = vec![("p".to_owned(), Bytes::from_static(b"\xff\xd8"))];
        let sample: Sample = decode(br#"{"photo":{"part":"p"}}"#, parts).unwrap();
        assert_eq!(&*sample.photo, b"\xff\xd8");
        let sample: Sample = decode(br#"{"photo":"/9g=","name":"n"}"#, Parts::new()).unwrap();
        assert_eq!((&*sample.photo, sample.name.as_ref().unwrap().expose()), (&b"\xff\xd8"[..], "n"));
        let wire = encode(&sample).unwrap();
        assert_eq!(wire.json, br#"{"photo":{"part":"part0"},"threshold":null}"#);
        assert_eq!(wire.parts, [("part0".to_owned(), Bytes::from_static(b"\xff\xd8"))]);
        assert_eq!(serde_json::to_string(&sample).unwrap(), r#"{"photo":"/9g=","threshold":null}"#);
    }

    #[test]
    fn errors_name_the_field_and_quote_no_value() {
        let fail = |json: &str| decode::<Sample>(json.as_bytes(), Parts::new()).unwrap_err();
        for (json, field) in [
            (r#"{"photo":"/9g=","threshold":"王小二"}"#, "/threshold"),
            (r#"{"photo":"/9g=","name":110105180001010000}"#, "/name"),
            (r#"{"photo":"王小二"}"#, "/photo"),
            (r#"{"photo":{"part":"王小二"}}"#, "/photo"),
            (r#"{"photo":{"王小二":"x"}}"#, "/photo"),
            (r#"{}"#, "/photo"),
        ] {
            let error = fail(json);
            assert_eq!(error.field.as_deref(), Some(field), "{json}: {error}");
            let shown = format!("{error} {error:?}");
            assert!(!shown.contains("王小二") && !shown.contains("110105"), "{shown}");
        }
        let error = fail(r#"{"photo":"/9g=","foto":1}"#);
        assert!(error.message.contains("name, photo, threshold"), "{error}");
        let error = fail(r#"{"photo":"/9g=","name":"王小二"#);
        assert!(error.message.contains("not valid JSON"), "{error}");
        assert!(fail(r#"{"photo":"/9g="} x"#).message.contains("not valid JSON"));
    }
}
