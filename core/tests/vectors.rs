//! Known answers for every operation: JSON files under `tests/vectors/`, the same that every language runs.
//!
//! A vector is `{note, now?, request, steps, response | error}`. Each step is what the operation asks for and what it
//! is told: a token, or a request that is expected (its parts that are named) and its reply. Of the result, what the
//! vector names must be there; what it does not name is free.

use base64::prelude::{BASE64_STANDARD, Engine as _};
use bytes::Bytes;
use serde_json::{Map, Value, json};
use shiren::operation::{Ask, Context, Io, Options, Reply, Step};
use shiren::registry::{self, Entry};
use shiren::{Accounts, Billed, Config, Error, Kind, Time};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

struct Still {
    accounts: Accounts,
    now: Time,
    nonce: AtomicU64,
}

impl Context for Still {
    fn now(&self) -> Time {
        self.now
    }

    fn nonce(&self) -> [u8; 16] {
        u128::from(self.nonce.fetch_add(1, Ordering::Relaxed)).to_be_bytes()
    }

    fn accounts(&self) -> &Accounts {
        &self.accounts
    }
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors")
}

/// The folder of an operation: its id with slashes.
fn folder_of(entry: &Entry) -> PathBuf {
    folder().join(entry.meta.id.replace('.', "/"))
}

fn vectors_of(entry: &Entry) -> Vec<PathBuf> {
    let Ok(listing) = std::fs::read_dir(folder_of(entry)) else { return Vec::new() };
    let mut files: Vec<_> = listing.map(|file| file.expect("a file").path()).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "json"));
    files.sort();
    files
}

fn form(body: &[u8]) -> Map<String, Value> {
    let text = std::str::from_utf8(body).expect("a form is ASCII").replace('+', " ");
    let decode = |text: &str| percent_encoding::percent_decode_str(text).decode_utf8().expect("UTF-8").into_owned();
    let pairs = text.split('&').filter_map(|pair| pair.split_once('='));
    pairs.map(|(name, value)| (decode(name), Value::String(decode(value)))).collect()
}

/// What `expected` names must be in `actual`; lists are compared whole.
fn contains(actual: &Value, expected: &Value, path: &str) -> Result<(), String> {
    match (actual, expected) {
        (Value::Object(actual), Value::Object(expected)) => expected.iter().try_for_each(|(name, value)| {
            let path = format!("{path}/{name}");
            match actual.get(name) {
                Some(actual) => contains(actual, value, &path),
                None => Err(format!("{path} is missing")),
            }
        }),
        (Value::Array(actual), Value::Array(expected)) if actual.len() == expected.len() => actual
            .iter()
            .zip(expected)
            .enumerate()
            .try_for_each(|(index, (actual, expected))| contains(actual, expected, &format!("{path}/{index}"))),
        (Value::Number(a), Value::Number(b)) if a.as_f64() == b.as_f64() => Ok(()),
        _ if actual == expected => Ok(()),
        _ => Err(format!("{path}: expected {expected}, got {actual}")),
    }
}

fn check_request(request: &http::Request<Bytes>, expected: &Value) -> Result<(), String> {
    let headers = request.headers().iter();
    let headers: Map<String, Value> =
        headers.map(|(name, value)| (name.to_string(), value.to_str().expect("a text header").into())).collect();
    let (method, url) = (request.method().as_str(), request.uri().to_string());
    let mut actual = json!({ "method": method, "url": url, "headers": headers });
    if let Some(expected) = expected.get("form") {
        let sent = form(request.body());
        let named: BTreeSet<_> = expected.as_object().expect("a form is an object").keys().collect();
        if named != sent.keys().collect() {
            return Err(format!("the form has {:?}, not {named:?}", sent.keys().collect::<Vec<_>>()));
        }
        actual["form"] = Value::Object(sent);
    }
    if let Some(expected) = expected.get("json") {
        actual["json"] = serde_json::from_slice(request.body()).map_err(|_| "the body is not JSON")?;
        if actual["json"] != *expected {
            return Err(format!("the body is {}, not {expected}", actual["json"]));
        }
    }
    contains(&actual, expected, "request")
}

fn reply(step: &Value) -> Result<http::Response<Bytes>, Error> {
    if let Some(error) = step.get("error") {
        let kind = Kind::ALL.iter().find(|kind| error["kind"] == kind.name()).expect("a kind of error");
        let billed = Billed::ALL.iter().find(|billed| error["billed"] == billed.name()).expect("a bill");
        return Err(Error::new(*kind, "as the vector says").with_billed(*billed));
    }
    let reply = &step["reply"];
    let mut response = http::Response::builder().status(reply["status"].as_u64().unwrap_or(200) as u16);
    for (name, value) in reply["headers"].as_object().into_iter().flatten() {
        response = response.header(name, value.as_str().expect("text"));
    }
    let body = match reply.get("json") {
        Some(json) => json.to_string(),
        None => reply["text"].as_str().expect("a reply has json or text").to_owned(),
    };
    Ok(response.body(Bytes::from(body)).expect("a response"))
}

fn run(entry: &Entry, file: &Path) -> Result<(), String> {
    let text = std::fs::read(file).map_err(|error| error.to_string())?;
    let vector: Value = serde_json::from_slice(&text).map_err(|error| error.to_string())?;
    let now = vector.get("now").cloned().unwrap_or_else(|| json!("2026-01-15T08:00:00Z"));
    let context = Arc::new(Still {
        accounts: Config::sandbox("http://127.0.0.1:1").accounts,
        now: serde_json::from_value(now).map_err(|error| error.to_string())?,
        nonce: AtomicU64::new(1),
    });
    let request = vector["request"].to_string();
    let mut steps = vector["steps"].as_array().cloned().unwrap_or_default().into_iter();
    let started = (entry.start)(request.as_bytes(), Vec::new(), Io::new(context, Options::default()));
    let mut wrong = None;
    let result = started.and_then(|mut exchange| {
        let mut told = None;
        loop {
            told = Some(match exchange.resume(told) {
                Step::Done(result) => break result,
                Step::Ask(Ask::Ready { .. }) => Reply::Ready(Ok(true)),
                Step::Ask(Ask::Token { .. }) => {
                    let step = steps.next().unwrap_or_default();
                    Reply::Token(step["token"].as_str().map(Into::into).ok_or_else(|| Error::internal("no token step")))
                }
                Step::Ask(Ask::Send { request, .. }) => {
                    let Some(step) = steps.next() else { break Err(Error::internal("one more request than steps")) };
                    if let Err(why) = check_request(&request, &step["expect"]) {
                        wrong.get_or_insert(why);
                    }
                    Reply::Sent(reply(&step))
                }
            });
        }
    });
    if let Some(why) = wrong {
        return Err(why);
    }
    if steps.next().is_some() {
        return Err("not every step was asked for".into());
    }
    match (result, vector.get("response"), vector.get("error")) {
        (Ok(wire), Some(expected), None) => {
            let mut actual: Value = serde_json::from_slice(&wire.json).map_err(|error| error.to_string())?;
            inline_parts(&mut actual, &wire.parts);
            contains(&actual, expected, "response")
        }
        (Err(error), None, Some(expected)) => {
            contains(&serde_json::to_value(&error).expect("an error is JSON"), expected, "error")
        }
        (Ok(_), ..) => Err("it answered, and the vector expects an error".into()),
        (Err(error), ..) => Err(format!("it failed, and the vector expects an answer: {error}")),
    }
}

/// `{"part": name}` becomes Base64 text, as vectors write bytes.
fn inline_parts(value: &mut Value, parts: &[(String, Bytes)]) {
    let part = value.get("part").and_then(Value::as_str);
    if let Some((_, bytes)) = part.and_then(|name| parts.iter().find(|(known, _)| known == name)) {
        *value = Value::String(BASE64_STANDARD.encode(bytes));
        return;
    }
    match value {
        Value::Object(fields) => fields.values_mut().for_each(|value| inline_parts(value, parts)),
        Value::Array(items) => items.iter_mut().for_each(|value| inline_parts(value, parts)),
        _ => {}
    }
}

#[test]
fn every_vector_holds() {
    let (mut failures, mut count) = (Vec::new(), 0);
    for entry in registry::OPERATIONS {
        for file in vectors_of(entry) {
            count += 1;
            if let Err(why) = run(entry, &file) {
                failures.push(format!("{}: {why}", file.strip_prefix(folder()).expect("a vector").display()));
            }
        }
    }
    println!("{count} vectors");
    assert!(failures.is_empty(), "{} of {count} failed:\n{}", failures.len(), failures.join("\n"));
}

#[test]
fn every_operation_has_its_file_and_its_vectors() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for entry in registry::OPERATIONS {
        let id = entry.meta.id;
        let own = source.join(id.replace('.', "/")).with_extension("rs");
        // Small local operations share the file of their family.
        let family = source.join(id.rsplit_once('.').map_or(id, |(family, _)| family).replace('.', "/"));
        let family = family.with_extension("rs");
        assert!(own.exists() || family.exists(), "{id}: neither {own:?} nor {family:?} is there");
        assert!(!vectors_of(entry).is_empty(), "{id}: no vectors in {:?}", folder_of(entry));
    }
}

#[test]
fn ids_are_unique_and_well_formed() {
    let mut seen = BTreeSet::new();
    for entry in registry::OPERATIONS {
        let id = entry.meta.id;
        assert!(seen.insert(id), "{id} is registered twice");
        assert!(id.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'.')), "{id}");
        assert!(entry.meta.doc.ends_with('.') && entry.meta.doc.len() < 120, "{id}: one sentence");
    }
    assert_eq!(registry::find("juhe.nothing").err().map(|error| error.kind), Some(Kind::UnknownOperation));
}
