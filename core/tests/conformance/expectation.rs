//! Whether what came is what a scenario expects.

use super::Outcome;
use super::value::{Names, form};
use serde_json::{Map, Value};

/// Holds each pointer of `expected` (resolved) against `actual`.
pub(super) fn check(names: &Names, what: &str, expected: &Map<String, Value>, actual: &Value) -> Outcome<()> {
    if expected.is_empty() {
        return Err(format!("{what} expects nothing"));
    }
    for (pointer, expected) in expected {
        let found = actual.pointer(pointer).unwrap_or(&Value::Null);
        if !fits(names, expected, found)? {
            return Err(format!("{what}{pointer}: expected {expected}, got {found}"));
        }
    }
    Ok(())
}

fn fits(names: &Names, expected: &Value, found: &Value) -> Outcome<bool> {
    if let Some(bytes) = names.held(expected) {
        return Ok(names.held(found) == Some(bytes));
    }
    let Some((matcher, operand)) = expected.as_object().and_then(form) else { return Ok(equal(expected, found)) };
    let number = |test: fn(f64, f64) -> bool| {
        Ok(found.as_f64().zip(operand.as_f64()).is_some_and(|(found, operand)| test(found, operand)))
    };
    match (matcher, operand.as_str()) {
        ("$is", Some("present")) => Ok(!found.is_null()),
        ("$is", Some("bytes")) => Ok(names.held(found).is_some_and(|bytes| !bytes.is_empty())),
        ("$contains", Some(text)) => Ok(found.as_str().is_some_and(|found| found.contains(text))),
        ("$at_least", None) => number(|found, operand| found >= operand),
        ("$at_most", None) => number(|found, operand| found <= operand),
        _ => Err(format!("no such matcher: {expected}")),
    }
}

/// Numbers by value, everything else exactly. An absent value is `null`.
fn equal(expected: &Value, found: &Value) -> bool {
    match (expected, found) {
        (Value::Number(expected), Value::Number(found)) => expected.as_f64() == found.as_f64(),
        (Value::Array(expected), Value::Array(found)) => {
            expected.len() == found.len() && expected.iter().zip(found).all(|(expected, found)| equal(expected, found))
        }
        (Value::Object(expected), Value::Object(found)) => {
            expected.len() == found.len()
                && expected.iter().all(|(name, expected)| found.get(name).is_some_and(|found| equal(expected, found)))
        }
        _ => expected == found,
    }
}
