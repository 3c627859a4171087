//! What some language could not express is refused, with the operation and the field.

mod fixture;

use schemars::{Schema, json_schema};
use shiren::operation::{Meta, Place};
use shiren::registry::Entry;
use shiren_codegen::generate;

type Make = fn() -> Schema;

fn entry(id: &'static str, request: Make, response: Make) -> Entry {
    let meta = Meta { id, doc: "For a test.", place: Place::Local };
    let source = &fixture::ENTRIES[0];
    Entry { meta, start: source.start, preflight: source.preflight, request, response }
}

fn empty() -> Schema {
    json_schema!({"type": "object", "title": "Empty"})
}

/// The refusal of these entries.
#[track_caller]
fn refused(entries: &[Entry], operation: &str, field: &str, why: &str) {
    let refusal = generate(&entries.iter().collect::<Vec<_>>()).map(|_| ()).expect_err("it was generated");
    assert_eq!((&*refusal.operation, &*refusal.field), (operation, field), "{refusal}");
    assert!(refusal.why.contains(why), "{refusal}");
    let text = refusal.to_string();
    assert!(text.contains(operation) && text.contains(field), "{text}");
}

/// A request of one field `f` with this schema, and perhaps definitions.
macro_rules! field {
    ($node:tt, $field:literal, $why:literal) => { field!($node, {}, $field, $why) };
    ($node:tt, $defs:tt, $field:literal, $why:literal) => {{
        let make: Make = || json_schema!({"type": "object", "title": "T", "properties": {"f": $node}, "$defs": $defs});
        refused(&[entry("a.b", make, empty)], "a.b", &format!("request/f{}", $field), $why);
        refused(&[entry("a.b", empty, make)], "a.b", &format!("reply/f{}", $field), $why);
    }};
}

#[test]
fn types_that_some_language_lacks() {
    field!(true, "", "any JSON at all");
    field!({}, "", "without a type");
    field!({"type": "integer", "format": "int64"}, "", "64 bits");
    field!({"type": "integer", "format": "uint64", "minimum": 0}, "", "64 bits");
    field!({"type": "integer", "minimum": 0, "maximum": 9007199254740992u64}, "", "64 bits");
    field!({"type": "integer", "minimum": 0, "maximum": 18446744073709551615u64}, "", "64 bits");
    field!({"type": ["string", "integer"]}, "", "one of several types");
    field!({"anyOf": [{"type": "string"}, {"type": "integer"}]}, "", "one of several types");
    field!({"type": "null"}, "", "one of several types");
    field!({"type": "string", "enum": ["a"]}, "", "without a name");
    field!({"type": "string", "const": "a"}, "", "without a name");
    field!({"type": "string", "x-shiren": "odd"}, "", "`x-shiren: odd`");
    field!({"type": "object", "properties": {"g": {"type": "string"}}}, "", "an object without a name");
    field!({"type": "object", "additionalProperties": {"type": "string"}}, "", "keys of the caller's");
    field!({"type": "string", "pattern": "^a"}, "", "the keyword `pattern`");
    field!({"$ref": "#"}, "", "holds itself");
    field!({"$ref": "#/$defs/Gone"}, "", "does not define `Gone`");
}

#[test]
fn lists_of_what_has_no_list() {
    field!({"type": "array", "items": {"type": "array", "items": {"type": "string"}}}, "[]", "a list of lists");
    field!({"type": "array", "items": {"type": ["string", "null"]}}, "[]", "may be null");
    field!({"type": "array", "items": {"type": "object", "additionalProperties": true}}, "[]", "unknown objects");
}

#[test]
fn shapes_that_no_class_can_be() {
    field!({"$ref": "#/$defs/Knot"}, {"Knot": {"type": "object", "properties": {"k": {"$ref": "#/$defs/Knot"}}}}, "/$Knot/k", "holds itself");
    field!({"$ref": "#/$defs/lower"}, {"lower": {"type": "object"}}, "", "PascalCase");
    field!({"$ref": "#/$defs/Word2"}, {"Word": {"type": "object"}, "Word2": {"type": "object"}}, "", "two shapes are called `Word`");
    field!({"$ref": "#/$defs/T2"}, {"T2": {"type": "object"}}, "", "two shapes are called `T`");
    field!({"$ref": "#/$defs/Odd"}, {"Odd": {"type": "string"}}, "/$Odd", "an object with fields");
    field!({"$ref": "#/$defs/Flat"}, {"Flat": {"type": "object", "properties": {}, "additionalProperties": {"type": "string"}}}, "/$Flat", "unnamed ones");
    field!({"$ref": "#/$defs/Both"}, {"Both": {"type": "object", "properties": {}, "anyOf": [{"type": "object"}]}}, "/$Both", "name them all in one struct");
    field!({"$ref": "#/$defs/Words"}, {"Words": {"type": "string", "enum": ["a", 1]}}, "/$Words", "letters, digits");
    field!({"$ref": "#/$defs/Words"}, {"Words": {"oneOf": [{"type": "string", "const": "a.b"}]}}, "/$Words", "letters, digits");
}

#[test]
fn choices_that_do_not_lie_flat() {
    field!({"$ref": "#/$defs/C"}, {"C": {"oneOf": [{"type": "object", "properties": {"a": {"type": "string"}}}, {"type": "object", "properties": {"b": {"type": "string"}}}]}}, "/$C", "without a tag");
    field!({"$ref": "#/$defs/C"}, {"C": {"oneOf": [{"type": "object", "properties": {"k": {"type": "string", "const": "a"}, "v": {"type": "string"}}}, {"type": "object", "properties": {"k": {"type": "string", "const": "b"}, "v": {"type": "boolean"}}}]}}, "/$C/v", "another type in another choice");
    field!({"$ref": "#/$defs/C"}, {"C": {"oneOf": [{"type": "object", "properties": {"k": {"type": "string", "const": "a"}, "f": {"$ref": "#/$defs/CK"}}}]}, "CK": {"type": "object"}}, "/$C", "would be called `CK`");
}

#[test]
fn roots_and_names_of_fields() {
    let text: Make = || json_schema!({"type": "string"});
    refused(&[entry("a.b", text, empty)], "a.b", "request", "an object with fields");
    refused(&[entry("a.b", empty, text)], "a.b", "reply", "an object with fields");
    let upper: Make = || json_schema!({"type": "object", "properties": {"camelCase": {"type": "string"}}});
    refused(&[entry("a.b", upper, empty)], "a.b", "request/camelCase", "snake_case");
    let twins: Make =
        || json_schema!({"type": "object", "properties": {"a1b": {"type": "string"}, "a1_b": {"type": "string"}}});
    assert!(generate(&[&entry("a.b", twins, empty)]).is_ok(), "`a1b` and `a1B` are two names");
    let twins: Make =
        || json_schema!({"type": "object", "properties": {"a1": {"type": "string"}, "a_1": {"type": "string"}}});
    refused(&[entry("a.b", twins, empty)], "a.b", "request/a_1", "the same name in camelCase");
}

#[test]
fn ids() {
    refused(&[entry("a.B", empty, empty)], "a.B", "", "snake_case");
    refused(&[entry("a..b", empty, empty)], "a..b", "", "snake_case");
    refused(&[entry("a.b", empty, empty), entry("a.b", empty, empty)], "a.b", "", "two operations");
    refused(&[entry("a.b.c", empty, empty), entry("a.b", empty, empty)], "a.b", "", "also the group of `a.b.c`");
    refused(&[entry("a.b_c", empty, empty), entry("a_b.c", empty, empty)], "a_b.c", "", "the name of another one");
    refused(&[entry("client.new", empty, empty)], "client.new", "", "`shiren_client_new`");
    refused(&[entry("ops.text", empty, empty)], "ops.text", "", "`shiren_ops_text`");
    refused(&[entry("client", empty, empty)], "client", "", "`shiren.h`");
    refused(&[entry("result", empty, empty)], "result", "", "`shiren.hpp`");
    refused(&[entry("exception", empty, empty)], "exception", "", "`::shiren::Exception`");
    refused(&[entry("json", empty, empty)], "json", "", "`::shiren::Json`");
}

#[test]
fn one_name_for_two_shapes() {
    let one: Make = || json_schema!({"type": "object", "properties": {"f": {"$ref": "#/$defs/S"}}, "$defs": {"S": {"type": "object", "properties": {"a": {"type": "string"}}}}});
    let two: Make = || json_schema!({"type": "object", "properties": {"f": {"$ref": "#/$defs/S"}}, "$defs": {"S": {"type": "object", "properties": {"a": {"type": "boolean"}}}}});
    assert!(generate(&[&entry("a.a", one, one), &entry("a.b", one, empty)]).is_ok());
    refused(&[entry("a.a", one, empty), entry("a.b", two, empty)], "a.b", "request/f", "another shape than in a.a");
    refused(&[entry("a.a", one, two)], "a.a", "reply/f", "another shape");
    // Deeper down, where the shapes themselves look alike.
    let outer: Make = || json_schema!({"type": "object", "properties": {"f": {"$ref": "#/$defs/O"}}, "$defs": {"O": {"type": "object", "properties": {"s": {"$ref": "#/$defs/S"}}}, "S": {"type": "object", "properties": {}}}});
    let other: Make = || json_schema!({"type": "object", "properties": {"f": {"$ref": "#/$defs/O"}}, "$defs": {"O": {"type": "object", "properties": {"s": {"$ref": "#/$defs/S"}}}, "S": {"type": "object", "properties": {"x": {"type": "string"}}}}});
    refused(&[entry("a.a", outer, empty), entry("a.b", other, empty)], "a.b", "request/f", "another shape");
    // A shape with the name of an operation's class.
    let named: Make = || json_schema!({"type": "object", "properties": {"f": {"$ref": "#/$defs/AB"}}, "$defs": {"AB": {"type": "object", "properties": {}}}});
    refused(&[entry("a.b", empty, empty), entry("c", named, empty)], "c", "", "the name of another one");
}

#[test]
fn what_javascript_has_already() {
    refused(&[entry("close", empty, empty)], "close", "", "a client has a member");
    refused(&[entry("on_outcome.x", empty, empty)], "on_outcome.x", "", "a client has a member");
    refused(&[entry("a.to_string", empty, empty)], "a.to_string", "", "every object of JavaScript");
    refused(&[entry("quota_error", empty, empty)], "QuotaError", "", "something else by this name");
    let then: Make = || json_schema!({"type": "object", "properties": {"then": {"type": "string"}}});
    refused(&[entry("a.b", empty, then)], "ABReply", "then", "a member of this name");
}

#[test]
fn what_c_and_cpp_cannot_hold() {
    let words: Make = || json_schema!({"type": "object", "properties": {"f": {"$ref": "#/$defs/W"}}, "$defs": {"W": {"type": "string", "enum": ["low", "LOW"]}}});
    refused(&[entry("a.b", words, empty)], "W", "", "SHIREN_WORD_W_LOW");
    let deep: Make = || {
        let long = "x".repeat(253);
        json_schema!({"type": "object", "properties": {"f": {"$ref": "#/$defs/D"}}, "$defs": {"D": {"type": "object", "properties": {long: {"type": "string"}}}}})
    };
    let field = format!("request/f/{}", "x".repeat(253));
    refused(&[entry("a.b", deep, empty)], "a.b", &field, "too deep");
    let stored: Make =
        || json_schema!({"type": "object", "title": "S", "properties": {"b": {"type": "string", "x-shiren": "blob"}}});
    let sent: Make = || json_schema!({"type": "object", "properties": {"s": {"$ref": "#/$defs/S"}}, "$defs": {"S": {"type": "object", "properties": {"b": {"type": "string", "x-shiren": "blob"}}}}});
    refused(&[entry("a.make", empty, stored), entry("a.take", sent, empty)], "S", "b", "holds no bytes");
}
