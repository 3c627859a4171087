//! The C ABI of Shiren. One file for each C type; the conventions that hold for all are in docs/abi.md.
//!
//! In reading order, which is also the header's: [`client`] · [`request`] · [`call`] run, start, cancel · [`queue`] ·
//! [`response`] · [`error`] · [`outcome`] · [`logger`]. Behind them: [`boundary`] what crosses and how · [`callback`] a
//! thread over a queue · [`json`] looking into a reply.
#![deny(unsafe_op_in_unsafe_fn)]
#![warn(clippy::undocumented_unsafe_blocks)]
#![allow(non_camel_case_types, reason = "the names of C")]
#![allow(clippy::missing_safety_doc, reason = "the conventions at the top of shiren.h hold for every function")]

pub mod client;

pub mod request;

pub mod call;

pub mod queue;

pub mod response;

pub mod error;

pub mod outcome;

pub mod logger;

mod boundary;

mod callback;

mod json;

use std::ffi::{CStr, c_char};
use std::sync::OnceLock;

/// The version of the ABI that this header describes. It changes only when a program that was built against an
/// older header would break; so does the library's SONAME.
pub const SHIREN_ABI_VERSION: u32 = 1;

/// The ABI version of the library that was loaded. Equal to SHIREN_ABI_VERSION, or the two do not belong together.
#[unsafe(no_mangle)]
pub extern "C" fn shiren_abi_version() -> u32 {
    SHIREN_ABI_VERSION
}

/// The version of the library, as "0.1.0". Static.
#[unsafe(no_mangle)]
pub extern "C" fn shiren_version() -> *const c_char {
    const VERSION: &CStr = match CStr::from_bytes_with_nul(concat!(env!("CARGO_PKG_VERSION"), "\0").as_bytes()) {
        Ok(version) => version,
        Err(_) => c"",
    };
    VERSION.as_ptr()
}

/// All operations as a JSON list of {"id", "doc", "place"}; `place` is "remote" (it calls a vendor), "local" or
/// "heavy" (it computes for a while); the last two need no client. Static, ends with a NUL. The fields of each are in
/// shiren_ops.h and in docs/reference.
///
/// @param length  receives the length in bytes; may be NULL
#[unsafe(no_mangle)]
pub unsafe extern "C" fn shiren_operations_json(length: *mut usize) -> *const c_char {
    static TEXT: OnceLock<boundary::Text> = OnceLock::new();
    boundary::quietly(std::ptr::null(), || {
        let text = TEXT.get_or_init(|| {
            let list: Vec<_> = shiren::registry::OPERATIONS
                .iter()
                .map(|entry| {
                    let meta = entry.meta;
                    serde_json::json!({"id": meta.id, "doc": meta.doc, "place": meta.place.name()})
                })
                .collect();
            boundary::Text::new(serde_json::Value::from(list).to_string())
        });
        // SAFETY: the caller gives NULL or a place to write to.
        unsafe { text.give(length) }
    })
}
