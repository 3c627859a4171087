//! What came: a reply as JSON, looked into by pointer, and its byte parts.

use crate::boundary::{Text, free, name, quietly};
use crate::json::{self, Type};
use shiren::wire::{Parts, Wire};
use shiren::{Error, Result};
use std::collections::HashMap;
use std::ffi::c_char;
use std::sync::{Mutex, PoisonError};

/// There is nothing at this pointer.
pub const SHIREN_TYPE_MISSING: i32 = 0;
/// null
pub const SHIREN_TYPE_NULL: i32 = 1;
/// true or false
pub const SHIREN_TYPE_BOOL: i32 = 2;
/// A whole number that an int64_t holds.
pub const SHIREN_TYPE_INT: i32 = 3;
/// Any other number.
pub const SHIREN_TYPE_DOUBLE: i32 = 4;
/// A text.
pub const SHIREN_TYPE_TEXT: i32 = 5;
/// A list.
pub const SHIREN_TYPE_LIST: i32 = 6;
/// An object.
pub const SHIREN_TYPE_OBJECT: i32 = 7;

/// The reply has no verdict.
pub const SHIREN_NO_DECISION: i32 = 0;
/// Let the person in.
pub const SHIREN_PASSED: i32 = 1;
/// Do not.
pub const SHIREN_REJECTED: i32 = 2;
/// It could not be decided; treat it as not passed. Words that this library does not know are this one.
pub const SHIREN_INCONCLUSIVE: i32 = 3;
/// The person has not finished yet.
pub const SHIREN_PENDING: i32 = 4;
/// The session ended before the person finished.
pub const SHIREN_EXPIRED: i32 = 5;

/// A reply. Everything that its getters return lives as long as it does. Any number of threads may read it at once.
pub struct shiren_response {
    json: Text,
    parts: Parts,
    /// Decoded texts, by pointer, and texts of values: made once, and then they stay where they are.
    texts: Mutex<HashMap<(bool, String), Text>>,
}

impl shiren_response {
    pub(crate) fn new(wire: Wire) -> Result<shiren_response> {
        let json = String::from_utf8(wire.json).map_err(|_| Error::internal("a reply is not UTF-8"))?;
        Ok(shiren_response { json: Text::new(json), parts: wire.parts, texts: Mutex::default() })
    }

    fn at(&self, pointer: &str) -> Option<&str> {
        json::at(self.json.as_str(), pointer)
    }

    /// A text that stays: decoded, or the JSON as it is.
    ///
    /// # Safety
    /// `length` is NULL or a place to write to.
    unsafe fn keep(&self, pointer: &str, decoded: bool, length: *mut usize) -> *const c_char {
        let mut texts = self.texts.lock().unwrap_or_else(PoisonError::into_inner);
        let text = match texts.entry((decoded, pointer.to_owned())) {
            std::collections::hash_map::Entry::Occupied(text) => text.into_mut(),
            std::collections::hash_map::Entry::Vacant(place) => {
                let value = match self.at(pointer) {
                    Some(json) if decoded => serde_json::from_str::<String>(json).ok(),
                    json => json.map(str::to_owned),
                };
                match value {
                    Some(value) => place.insert(Text::new(value)),
                    None => return std::ptr::null(),
                }
            }
        };
        // SAFETY: by this function's own contract. The text is on the heap: it stays where it is as the map grows.
        unsafe { text.give(length) }
    }

    fn decision(&self) -> i32 {
        let Some(word) = self.at("/verdict/decision").or_else(|| self.at("/decision")) else {
            return SHIREN_NO_DECISION;
        };
        match serde_json::from_str::<String>(word).as_deref() {
            Ok("passed") => SHIREN_PASSED,
            Ok("rejected") => SHIREN_REJECTED,
            Ok("pending") => SHIREN_PENDING,
            Ok("expired") => SHIREN_EXPIRED,
            _ => SHIREN_INCONCLUSIVE,
        }
    }
}

/// What a getter reads at a pointer; nothing of NULL, and nothing where nothing is.
///
/// # Safety
/// `response` is NULL or a living response; `pointer` is NULL or ends with a NUL.
unsafe fn read<T>(
    response: *const shiren_response,
    pointer: *const c_char,
    read: impl FnOnce(&shiren_response, &str) -> Option<T>,
) -> Option<T> {
    quietly(None, || {
        // SAFETY: by this function's own contract.
        let (response, pointer) = unsafe { (response.as_ref()?, name(pointer, "pointer").ok()?) };
        read(response, pointer)
    })
}

/// Frees a reply, and wipes what was in it. NULL is fine.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn shiren_response_free(response: *mut shiren_response) {
    // SAFETY: the caller gives NULL or a response that it does not use again.
    unsafe { free(response) }
}

/// The whole reply as JSON; bytes in it are {"part": name}. It may hold a person's data.
///
/// @param length  receives its length in bytes; may be NULL
/// @return the text, with a NUL behind it; NULL of NULL
#[unsafe(no_mangle)]
pub unsafe extern "C" fn shiren_response_json(response: *const shiren_response, length: *mut usize) -> *const c_char {
    // SAFETY: the caller gives NULL or a living response, and NULL or a place for the length.
    unsafe { response.as_ref().map_or(std::ptr::null(), |response| response.json.give(length)) }
}

/// The decision of the reply's verdict: SHIREN_PASSED … SHIREN_EXPIRED, or SHIREN_NO_DECISION. Only SHIREN_PASSED
/// lets a person in; what was not checked at all stands in "/verdict/checks".
#[unsafe(no_mangle)]
pub unsafe extern "C" fn shiren_response_decision(response: *const shiren_response) -> i32 {
    // SAFETY: the caller gives NULL or a living response.
    let Some(response) = (unsafe { response.as_ref() }) else { return SHIREN_NO_DECISION };
    quietly(SHIREN_INCONCLUSIVE, || response.decision())
}

/// The type of the value at a JSON pointer: SHIREN_TYPE_MISSING, …
#[unsafe(no_mangle)]
pub unsafe extern "C" fn shiren_response_type(response: *const shiren_response, pointer: *const c_char) -> i32 {
    // SAFETY: the caller gives what `read` asks for.
    let found = unsafe { read(response, pointer, |response, pointer| response.at(pointer).map(Type::of)) };
    match found {
        None => SHIREN_TYPE_MISSING,
        Some(Type::Null) => SHIREN_TYPE_NULL,
        Some(Type::Bool) => SHIREN_TYPE_BOOL,
        Some(Type::Int) => SHIREN_TYPE_INT,
        Some(Type::Double) => SHIREN_TYPE_DOUBLE,
        Some(Type::Text) => SHIREN_TYPE_TEXT,
        Some(Type::List) => SHIREN_TYPE_LIST,
        Some(Type::Object) => SHIREN_TYPE_OBJECT,
    }
}

/// The text at a JSON pointer, as "/verdict/reasons/0/message".
///
/// @param length  receives its length in bytes; may be NULL
/// @return UTF-8 with a NUL behind it; NULL when there is no text here
#[unsafe(no_mangle)]
pub unsafe extern "C" fn shiren_response_text(
    response: *const shiren_response,
    pointer: *const c_char,
    length: *mut usize,
) -> *const c_char {
    // SAFETY: the caller gives what `read` and `keep` ask for.
    unsafe {
        read(response, pointer, |response, pointer| Some(response.keep(pointer, true, length)))
            .unwrap_or(std::ptr::null())
    }
}

/// The JSON text of whatever is at a JSON pointer: for fields that have no type of their own.
///
/// @return the text, with a NUL behind it; NULL when there is nothing here
#[unsafe(no_mangle)]
pub unsafe extern "C" fn shiren_response_value(
    response: *const shiren_response,
    pointer: *const c_char,
    length: *mut usize,
) -> *const c_char {
    // SAFETY: the caller gives what `read` and `keep` ask for.
    unsafe {
        read(response, pointer, |response, pointer| Some(response.keep(pointer, false, length)))
            .unwrap_or(std::ptr::null())
    }
}

/// The whole number at a JSON pointer.
///
/// @return whether there is one; if not, *value stays as it was
#[unsafe(no_mangle)]
pub unsafe extern "C" fn shiren_response_int(
    response: *const shiren_response,
    pointer: *const c_char,
    value: *mut i64,
) -> bool {
    // SAFETY: the caller gives what `read` asks for, and NULL or a place for the value.
    unsafe {
        let found = read(response, pointer, |response, pointer| response.at(pointer)?.parse::<i64>().ok());
        write(found, value)
    }
}

/// The number at a JSON pointer; a whole one too.
///
/// @return whether there is one; if not, *value stays as it was
#[unsafe(no_mangle)]
pub unsafe extern "C" fn shiren_response_double(
    response: *const shiren_response,
    pointer: *const c_char,
    value: *mut f64,
) -> bool {
    // SAFETY: the caller gives what `read` asks for, and NULL or a place for the value.
    unsafe {
        let found = read(response, pointer, |response, pointer| {
            let json = response.at(pointer)?;
            matches!(Type::of(json), Type::Int | Type::Double).then(|| json.parse::<f64>().ok()).flatten()
        });
        write(found.filter(|number| number.is_finite()), value)
    }
}

/// The true or false at a JSON pointer.
///
/// @return whether there is one; if not, *value stays as it was
#[unsafe(no_mangle)]
pub unsafe extern "C" fn shiren_response_bool(
    response: *const shiren_response,
    pointer: *const c_char,
    value: *mut bool,
) -> bool {
    // SAFETY: the caller gives what `read` asks for, and NULL or a place for the value.
    unsafe {
        let found = read(response, pointer, |response, pointer| response.at(pointer)?.parse::<bool>().ok());
        write(found, value)
    }
}

/// # Safety
/// `out` is NULL or a place to write to.
unsafe fn write<T>(found: Option<T>, out: *mut T) -> bool {
    match found {
        Some(value) if !out.is_null() => {
            // SAFETY: by this function's own contract.
            unsafe { out.write(value) };
            true
        }
        found => found.is_some(),
    }
}

/// How many items the list, or members the object, at a JSON pointer has; 0 for anything else.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn shiren_response_size(response: *const shiren_response, pointer: *const c_char) -> usize {
    // SAFETY: the caller gives what `read` asks for.
    unsafe { read(response, pointer, |response, pointer| response.at(pointer).map(json::size)).unwrap_or(0) }
}

/// The bytes at a JSON pointer, as "/image" of photo.fit.
///
/// @param pointer  where; NULL: the reply's only bytes
/// @param length   receives their number; may be NULL
/// @return the bytes; NULL when there are none here (and not NULL when there are, but zero of them)
#[unsafe(no_mangle)]
pub unsafe extern "C" fn shiren_response_data(
    response: *const shiren_response,
    pointer: *const c_char,
    length: *mut usize,
) -> *const u8 {
    quietly(std::ptr::null(), || {
        // SAFETY: the caller gives NULL or a living response.
        let Some(response) = (unsafe { response.as_ref() }) else { return std::ptr::null() };
        let bytes = if pointer.is_null() {
            response.parts.first().map(|(_, bytes)| bytes)
        } else {
            // SAFETY: it is not NULL, so it ends with a NUL.
            let named = unsafe { name(pointer, "pointer") }.ok().and_then(|pointer| response.at(pointer));
            named
                .and_then(json::part)
                .and_then(|part| response.parts.iter().find(|(name, _)| *name == part).map(|(_, bytes)| bytes))
        };
        let Some(bytes) = bytes else { return std::ptr::null() };
        if !length.is_null() {
            // SAFETY: the caller gives NULL or a place to write to.
            unsafe { length.write(bytes.len()) };
        }
        bytes.as_ptr()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use shiren::Decision;
    use std::ffi::CStr;

    fn response(json: &str) -> shiren_response {
        shiren_response::new(Wire {
            json: json.into(),
            parts: vec![("part0".into(), (&b"\xff\xd8"[..]).into()), ("part1".into(), (&b""[..]).into())],
        })
        .unwrap()
    }

    #[test]
    fn an_unknown_decision_is_inconclusive() {
        let core: Vec<_> = ["passed", "rejected", "inconclusive", "pending", "expired"].into();
        for (word, number) in core.iter().zip([SHIREN_PASSED, SHIREN_REJECTED, SHIREN_INCONCLUSIVE, 4, 5]) {
            assert_eq!(response(&format!(r#"{{"verdict":{{"decision":"{word}"}}}}"#)).decision(), number);
            assert_eq!(response(&format!(r#"{{"decision":"{word}"}}"#)).decision(), number);
        }
        let all = [Decision::Passed, Decision::Rejected, Decision::Inconclusive, Decision::Pending, Decision::Expired];
        assert_eq!(all.map(|decision| decision.to_string()).to_vec(), core);
        for odd in [r#"{"decision":"PASSED"}"#, r#"{"decision":true}"#, r#"{"verdict":{"decision":null}}"#] {
            assert_eq!(response(odd).decision(), SHIREN_INCONCLUSIVE, "{odd}");
        }
        assert_eq!(response("{}").decision(), SHIREN_NO_DECISION);
    }

    #[test]
    fn values_are_read_by_their_own_type_only() {
        let reply = response(
            r#"{"t":"a\u0000b","n":7,"d":0.5,"b":true,"l":[1,2],"p":{"part":"part0"},"e":{"part":"part1"},"x":1e400}"#,
        );
        // SAFETY: the response lives, the literals end with a NUL, and the places are there.
        unsafe {
            let mut length = 0;
            let text = shiren_response_text(&reply, c"/t".as_ptr(), &mut length);
            assert_eq!((length, *text.add(1), *text.add(3)), (3, 0, 0));
            assert_eq!(text, shiren_response_text(&reply, c"/t".as_ptr(), std::ptr::null_mut()), "it stays");
            assert!(shiren_response_text(&reply, c"/n".as_ptr(), &mut length).is_null());
            let (mut int, mut double, mut boolean) = (-1, -1.0, false);
            assert!(shiren_response_int(&reply, c"/n".as_ptr(), &mut int) && int == 7);
            assert!(!shiren_response_int(&reply, c"/d".as_ptr(), &mut int) && int == 7);
            assert!(shiren_response_double(&reply, c"/n".as_ptr(), &mut double) && double == 7.0);
            assert!(!shiren_response_double(&reply, c"/x".as_ptr(), &mut double) && double == 7.0);
            assert!(!shiren_response_double(&reply, c"/t".as_ptr(), &mut double));
            assert!(shiren_response_bool(&reply, c"/b".as_ptr(), &mut boolean) && boolean);
            assert!(!shiren_response_bool(&reply, c"/n".as_ptr(), &mut boolean));
            assert!(shiren_response_int(&reply, c"/n".as_ptr(), std::ptr::null_mut()), "NULL only asks");
            assert_eq!(shiren_response_size(&reply, c"/l".as_ptr()), 2);
            assert_eq!(shiren_response_type(&reply, c"/l".as_ptr()), SHIREN_TYPE_LIST);
            assert_eq!(shiren_response_type(&reply, c"/none".as_ptr()), SHIREN_TYPE_MISSING);
            let raw = shiren_response_value(&reply, c"/x".as_ptr(), &mut length);
            assert_eq!(CStr::from_ptr(raw).to_str().unwrap(), "1e400");
            let data = shiren_response_data(&reply, c"/p".as_ptr(), &mut length);
            assert_eq!((length, *data), (2, 0xff));
            assert!(!shiren_response_data(&reply, c"/e".as_ptr(), &mut length).is_null() && length == 0);
            assert!(!shiren_response_data(&reply, std::ptr::null(), &mut length).is_null() && length == 2);
            assert!(shiren_response_data(&reply, c"/t".as_ptr(), &mut length).is_null());
        }
    }

    #[test]
    fn null_says_nothing() {
        // SAFETY: NULL is allowed everywhere.
        unsafe {
            let (null, nowhere) = (std::ptr::null(), std::ptr::null_mut());
            assert!(shiren_response_json(null, nowhere).is_null());
            assert_eq!(shiren_response_decision(null), SHIREN_NO_DECISION);
            assert_eq!(shiren_response_type(null, c"".as_ptr()), SHIREN_TYPE_MISSING);
            assert!(shiren_response_data(null, std::ptr::null(), nowhere).is_null());
            assert_eq!(shiren_response_size(null, std::ptr::null()), 0);
            let reply = response("{}");
            assert!(shiren_response_text(&reply, std::ptr::null(), nowhere).is_null());
            assert!(!shiren_response_int(&reply, c"\xff".as_ptr(), std::ptr::null_mut()));
            shiren_response_free(std::ptr::null_mut());
        }
    }
}
