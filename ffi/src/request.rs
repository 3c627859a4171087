//! What to ask for: an operation and its fields, set one by one.

use crate::boundary::{borrow, free, name, quietly, slice, text};
use crate::error::SHIREN_OK;
use bytes::Bytes;
use serde_json::Value;
use shiren::wire::Parts;
use shiren::{Error, Result};
use std::ffi::c_char;
use std::panic::{AssertUnwindSafe, catch_unwind};
use zeroize::Zeroize;

/// How deep a pointer may reach: no request comes near it.
const DEPTH: usize = 32;
/// How long a list may become.
const LENGTH: usize = 10_000;

/// A request in the making. It may be run more than once, and by several threads as long as nobody sets a field.
pub struct shiren_request {
    operation: String,
    fields: Value,
    parts: Parts,
    /// How many parts there have been: a name is not given twice.
    named: usize,
    /// What the first setter that failed had to say; running says it again.
    failed: Option<Error>,
}

impl shiren_request {
    fn new(operation: Result<&str>) -> shiren_request {
        let empty = Value::Object(serde_json::Map::new());
        let (operation, failed) = match operation {
            Ok(operation) => (operation.to_owned(), None),
            Err(error) => (String::new(), Some(error)),
        };
        shiren_request { operation, fields: empty, parts: Parts::new(), named: 0, failed }
    }

    pub(crate) fn operation(&self) -> &str {
        &self.operation
    }

    /// The request as it crosses.
    pub(crate) fn encode(&self) -> Result<(Json, Parts)> {
        if let Some(error) = &self.failed {
            return Err(error.clone());
        }
        let json = serde_json::to_vec(&self.fields).map_err(|_| Error::internal("a request could not be written"))?;
        Ok((Json(json), self.parts.clone()))
    }

    /// Puts a value where a JSON pointer points, and makes the objects and lists on the way.
    fn set(&mut self, pointer: &str, value: Value) -> Result<()> {
        let wrong = |message: &str| Error::invalid_argument(pointer, message);
        if pointer.is_empty() {
            if !value.is_object() {
                return Err(wrong("a whole request is a JSON object"));
            }
            let before = std::mem::replace(&mut self.fields, value);
            self.forget(before);
            return Ok(());
        }
        let Some(path) = pointer.strip_prefix('/') else {
            return Err(wrong("a JSON pointer begins with a slash, as \"/subject/name\""));
        };
        if path.split('/').count() > DEPTH {
            return Err(wrong("no request is as deep as this"));
        }
        let mut place = &mut self.fields;
        for token in path.split('/') {
            let token = token.replace("~1", "/").replace("~0", "~");
            let index = match token.as_str() {
                "-" => Some(None),
                digits => digits.parse::<usize>().ok().filter(|at| at.to_string() == digits).map(Some),
            };
            if place.is_null() {
                *place = if index.is_some() { Value::Array(Vec::new()) } else { Value::Object(serde_json::Map::new()) };
            }
            place = match place {
                Value::Object(fields) => fields.entry(token).or_insert(Value::Null),
                Value::Array(items) => {
                    let Some(index) = index else { return Err(wrong("there is a list here: its items have numbers")) };
                    let at = index.unwrap_or(items.len());
                    if at > items.len() || at >= LENGTH {
                        return Err(wrong("a list is filled from 0 on without gaps; \"-\" appends"));
                    }
                    if at == items.len() {
                        items.push(Value::Null);
                    }
                    &mut items[at]
                }
                _ => return Err(wrong("there is a value here already, which is no object and no list")),
            };
        }
        let before = std::mem::replace(place, value);
        self.forget(before);
        Ok(())
    }

    /// A request that is used again with other values keeps nothing of those before.
    fn forget(&mut self, mut value: Value) {
        self.drop_parts(&value);
        wipe(&mut value);
    }

    fn drop_parts(&mut self, value: &Value) {
        match value {
            Value::Array(items) => items.iter().for_each(|item| self.drop_parts(item)),
            Value::Object(fields) => {
                if let Some(Value::String(name)) = fields.get("part").filter(|_| fields.len() == 1)
                    && let Some(at) = self.parts.iter().position(|(known, _)| known == name)
                {
                    wipe_bytes(self.parts.remove(at).1);
                }
                fields.values().for_each(|field| self.drop_parts(field));
            }
            _ => {}
        }
    }
}

impl Drop for shiren_request {
    fn drop(&mut self) {
        wipe(&mut self.fields);
        self.parts.drain(..).for_each(|(_, bytes)| wipe_bytes(bytes));
    }
}

/// A photo shows a person. Where a call still has it, that call's copy of the pointer is the last.
fn wipe_bytes(bytes: Bytes) {
    if let Ok(mut bytes) = bytes.try_into_mut() {
        bytes.as_mut().zeroize();
    }
}

/// A request holds names and numbers of people.
fn wipe(value: &mut Value) {
    match value {
        Value::String(text) => text.zeroize(),
        Value::Array(items) => items.iter_mut().for_each(wipe),
        Value::Object(fields) => fields.values_mut().for_each(wipe),
        _ => {}
    }
}

/// The text of a request.
pub(crate) struct Json(Vec<u8>);

impl std::ops::Deref for Json {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl Drop for Json {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

/// Runs a setter and remembers its failure.
///
/// # Safety
/// `request` is NULL or a living request that no other thread uses; `pointer` is NULL or ends with a NUL.
unsafe fn set(
    request: *mut shiren_request,
    pointer: *const c_char,
    value: impl FnOnce(&mut shiren_request, &str) -> Result<Value>,
) -> i32 {
    // SAFETY: by this function's own contract.
    let Some(request) = (unsafe { request.as_mut() }) else {
        return Error::invalid_argument("request", "NULL").kind.number();
    };
    let parts = request.parts.len();
    let result = catch_unwind(AssertUnwindSafe(|| {
        // SAFETY: by this function's own contract.
        let pointer = unsafe { name(pointer, "pointer") }?;
        let value = value(request, pointer)?;
        request.set(pointer, value)
    }))
    .unwrap_or_else(|_| Err(Error::internal("the library panicked; nothing of it crossed")));
    match result {
        Ok(()) => SHIREN_OK,
        Err(error) => {
            let number = error.kind.number();
            request.parts.truncate(parts);
            request.failed.get_or_insert(error);
            number
        }
    }
}

/// A new request for an operation, as "juhe.verifyface.verify2". An id that does not exist is told by shiren_run.
/// Never NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn shiren_request_new(operation: *const c_char) -> *mut shiren_request {
    quietly(std::ptr::null_mut(), || {
        // SAFETY: the caller gives NULL or a text that ends with a NUL.
        let operation = unsafe { name(operation, "operation") };
        Box::into_raw(Box::new(shiren_request::new(operation)))
    })
}

/// Frees a request, and wipes what was in it. NULL is fine.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn shiren_request_free(request: *mut shiren_request) {
    // SAFETY: the caller gives NULL or a request that it does not use again.
    unsafe { free(request) }
}

/// Sets a field to a text (UTF-8).
///
/// @param pointer  which field, as a JSON pointer: "/realname", "/subject/name"; of a list "/colors/0" or, behind the
///                 last, "/colors/-". What is on the way is made.
/// @param length   of the text in bytes, or SHIREN_NUL
/// @return SHIREN_OK, or the kind of what was wrong. It need not be looked at: shiren_run says it again.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn shiren_request_text(
    request: *mut shiren_request,
    pointer: *const c_char,
    value: *const c_char,
    length: usize,
) -> i32 {
    // SAFETY: the caller gives what `set` and `text` ask for.
    unsafe { set(request, pointer, |_, field| Ok(Value::from(text(value, length, field)?))) }
}

/// Sets a field to a whole number.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn shiren_request_int(request: *mut shiren_request, pointer: *const c_char, value: i64) -> i32 {
    // SAFETY: the caller gives what `set` asks for.
    unsafe { set(request, pointer, |_, _| Ok(Value::from(value))) }
}

/// Sets a field to a number. Infinities and NaN are refused.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn shiren_request_double(
    request: *mut shiren_request,
    pointer: *const c_char,
    value: f64,
) -> i32 {
    // SAFETY: the caller gives what `set` asks for.
    unsafe {
        set(request, pointer, |_, field| match serde_json::Number::from_f64(value) {
            Some(number) => Ok(Value::Number(number)),
            None => Err(Error::invalid_argument(field, "this must be a finite number")),
        })
    }
}

/// Sets a field to true or false.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn shiren_request_bool(request: *mut shiren_request, pointer: *const c_char, value: bool) -> i32 {
    // SAFETY: the caller gives what `set` asks for.
    unsafe { set(request, pointer, |_, _| Ok(Value::from(value))) }
}

/// Sets a field to bytes, as a photo: the file as it is, not Base64. They are copied.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn shiren_request_bytes(
    request: *mut shiren_request,
    pointer: *const c_char,
    data: *const u8,
    length: usize,
) -> i32 {
    // SAFETY: the caller gives what `set` and `slice` ask for.
    unsafe {
        set(request, pointer, |request, field| {
            let bytes = Bytes::copy_from_slice(slice(data, length, field)?);
            let part = format!("part{}", request.named);
            request.named += 1;
            request.parts.push((part.clone(), bytes));
            Ok(serde_json::json!({ "part": part }))
        })
    }
}

/// Sets a field to any JSON value; with the pointer "" the whole request.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn shiren_request_json(
    request: *mut shiren_request,
    pointer: *const c_char,
    json: *const c_char,
    length: usize,
) -> i32 {
    // SAFETY: the caller gives what `set` and `text` ask for.
    unsafe {
        set(request, pointer, |_, field| {
            serde_json::from_str(text(json, length, field)?).map_err(|error| {
                let at = format!("not valid JSON at line {}, column {}", error.line(), error.column());
                Error::invalid_argument(field, at)
            })
        })
    }
}

/// A request that somebody lends.
///
/// # Safety
/// `request` is NULL or a living request that nobody changes meanwhile.
pub(crate) unsafe fn lent<'a>(request: *const shiren_request) -> Result<&'a shiren_request> {
    // SAFETY: by this function's own contract.
    unsafe { borrow(request, "request") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request() -> shiren_request {
        shiren_request::new(Ok("x"))
    }

    fn json(request: &shiren_request) -> String {
        String::from_utf8(request.encode().unwrap().0.to_vec()).unwrap()
    }

    #[test]
    fn objects_and_lists_are_made_on_the_way() {
        let mut made = request();
        for (pointer, value) in [
            ("/subject/name", "n"),
            ("/colors/-", "red"),
            ("/colors/1", "blue"),
            ("/form/0/value", "v"),
            ("/a~1b~0", "s"),
        ] {
            made.set(pointer, value.into()).unwrap();
        }
        made.set("/colors/0", "green".into()).unwrap();
        let expected = r#"{"subject":{"name":"n"},"colors":["green","blue"],"form":[{"value":"v"}],"a/b~":"s"}"#;
        assert_eq!(json(&made), expected);
    }

    #[test]
    fn bytes_that_are_replaced_are_gone() {
        let handle = Box::into_raw(Box::new(request()));
        // SAFETY: the handle lives, the literals end with a NUL, and there are as many bytes as it says.
        unsafe {
            for photo in [b"one", b"two"] {
                shiren_request_bytes(handle, c"/form/image".as_ptr(), photo.as_ptr(), photo.len());
            }
            shiren_request_bytes(handle, c"/back".as_ptr(), b"back".as_ptr(), 4);
            let (json, parts) = (*handle).encode().unwrap();
            assert_eq!(&*json, br#"{"form":{"image":{"part":"part1"}},"back":{"part":"part2"}}"#);
            assert_eq!(parts.iter().map(|(_, bytes)| &bytes[..]).collect::<Vec<_>>(), [&b"two"[..], b"back"]);
            shiren_request_text(handle, c"/form".as_ptr(), c"no more".as_ptr(), usize::MAX);
            assert_eq!((*handle).parts.len(), 1);
            shiren_request_bytes(handle, c"/form/image".as_ptr(), b"x".as_ptr(), 1);
            assert_eq!((*handle).parts.len(), 1, "what could not be set is not kept");
            shiren_request_free(handle);
        }
    }

    #[test]
    fn pointers_that_lead_nowhere_are_refused_by_name() {
        let mut made = request();
        made.set("/name", "n".into()).unwrap();
        made.set("/list/0", 1.into()).unwrap();
        for pointer in ["name", "/name/first", "/list/2", "/list/x", "/list/00", &"/x".repeat(33)] {
            let error = made.set(pointer, 1.into()).unwrap_err();
            assert_eq!(error.field.as_deref(), Some(pointer), "{error}");
        }
        assert!(made.set("", 1.into()).is_err());
        made.set("", serde_json::json!({"whole": 1})).unwrap();
        assert_eq!(json(&made), r#"{"whole":1}"#);
    }

    #[test]
    fn a_setter_that_failed_is_told_by_run() {
        let made = shiren_request::new(Ok("x"));
        let handle = Box::into_raw(Box::new(made));
        // SAFETY: the handle lives, and the literals end with a NUL.
        unsafe {
            assert_eq!(shiren_request_double(handle, c"/threshold".as_ptr(), f64::NAN), 1);
            assert_eq!(shiren_request_text(handle, c"/name".as_ptr(), c"\xff".as_ptr(), usize::MAX), 1);
            assert_eq!(shiren_request_int(handle, c"/n".as_ptr(), 1), SHIREN_OK);
            assert_eq!(shiren_request_int(handle, std::ptr::null(), 1), 1);
            assert_eq!(shiren_request_int(std::ptr::null_mut(), c"/n".as_ptr(), 1), 1);
            let error = (*handle).encode().err().expect("the first failure");
            assert_eq!(error.field.as_deref(), Some("/threshold"));
            shiren_request_free(handle);
        }
        let missing = shiren_request::new(Err(Error::invalid_argument("operation", "NULL")));
        assert_eq!(missing.encode().err().unwrap().field.as_deref(), Some("operation"));
    }
}
