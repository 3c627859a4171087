//! A reply or an error on its way out: JSON text for `JSON.parse`, and the bytes that it names.

use napi::bindgen_prelude::Buffer;
use napi_derive::napi;
use serde_json::{Value, json};
use shiren::wire::Wire;
use std::borrow::Cow;

/// The greatest whole number that a double holds exactly, as digits.
const LARGEST: &[u8] = b"9007199254740991";

/// How a call ended: `json` is its reply, or the error's fields when `failed`.
#[napi(object)]
pub struct Ending {
    /// The number of the call; 0 where there is none.
    pub id: f64,
    /// Whether it is an error.
    pub failed: bool,
    /// JSON text.
    pub json: String,
    /// Bytes that `{"part": name}` stands for.
    pub parts: Option<Vec<Part>>,
}

/// Bytes beside the JSON.
#[napi(object)]
pub struct Part {
    /// Its name.
    pub name: String,
    /// The bytes.
    pub data: Buffer,
}

impl Ending {
    /// The end of the call with this number.
    pub(crate) fn of(id: u64, result: shiren::Result<Wire>) -> Ending {
        // Numbers of calls are counted from 1: they stay exact for longer than any process lives.
        let id = id as f64;
        match result {
            Ok(wire) => {
                let parts = wire.parts.into_iter();
                let parts: Vec<Part> = parts.map(|(name, data)| Part { name, data: Vec::from(data).into() }).collect();
                let json = text(exact(&wire.json).into_owned());
                Ending { id, failed: false, json, parts: (!parts.is_empty()).then_some(parts) }
            }
            Err(error) => Ending { id, failed: true, json: failure(&error), parts: None },
        }
    }
}

/// The fields of an error, with its whole text beside them.
pub(crate) fn failure(error: &shiren::Error) -> String {
    let mut fields = serde_json::to_value(error).unwrap_or_else(|_| json!({"kind": "internal"}));
    if let Value::Object(fields) = &mut fields {
        fields.insert("text".into(), error.to_string().into());
    }
    fields.to_string()
}

/// serde_json writes nothing but UTF-8.
fn text(json: Vec<u8>) -> String {
    String::from_utf8(json).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

/// The JSON with whole numbers that a double would round as text, which they are in every language that has such
/// numbers only as doubles.
fn exact(json: &[u8]) -> Cow<'_, [u8]> {
    let mut written: Vec<u8> = Vec::new();
    let (mut at, mut copied) = (0, 0);
    while at < json.len() {
        match json[at] {
            b'"' => at = end_of_text(json, at),
            b'-' | b'0'..=b'9' => {
                let length =
                    json[at..].iter().take_while(|byte| matches!(byte, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E'));
                let end = at + length.count();
                if too_long(&json[at..end]) {
                    written.extend_from_slice(&json[copied..at]);
                    written.push(b'"');
                    written.extend_from_slice(&json[at..end]);
                    written.push(b'"');
                    copied = end;
                }
                at = end;
            }
            _ => at += 1,
        }
    }
    if copied == 0 {
        return Cow::Borrowed(json);
    }
    written.extend_from_slice(&json[copied..]);
    Cow::Owned(written)
}

fn end_of_text(json: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while at < json.len() {
        match json[at] {
            b'"' => return at + 1,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    at
}

/// Whether it is a whole number beyond what a double holds exactly.
fn too_long(number: &[u8]) -> bool {
    let digits = number.strip_prefix(b"-").unwrap_or(number);
    digits.len() >= LARGEST.len()
        && digits.iter().all(u8::is_ascii_digit)
        && (digits.len() > LARGEST.len() || digits > LARGEST)
}
