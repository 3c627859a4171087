//! What went wrong.

use crate::boundary::{Text, free, optional, quietly};
use shiren::{Billed, Error};
use std::ffi::c_char;

/// Success. Every other status is one of the kinds below.
pub const SHIREN_OK: i32 = 0;
/// A value is missing, malformed or not allowed; shiren_error_field names it. Nothing was sent, or the vendor refused it.
pub const SHIREN_INVALID_ARGUMENT: i32 = 1;
/// The client or the account is set up wrongly.
pub const SHIREN_CONFIGURATION: i32 = 2;
/// No operation has this id.
pub const SHIREN_UNKNOWN_OPERATION: i32 = 3;
/// The vendor refused the key, the token, the signature or the caller's address.
pub const SHIREN_AUTHENTICATION: i32 = 4;
/// The account's number of calls is used up.
pub const SHIREN_QUOTA: i32 = 5;
/// Too many calls in a short time; waiting helps.
pub const SHIREN_RATE_LIMITED: i32 = 6;
/// The vendor answered with an error of its own.
pub const SHIREN_VENDOR: i32 = 7;
/// No connection, or it broke.
pub const SHIREN_NETWORK: i32 = 8;
/// The TLS handshake failed: the server could not prove who it is.
pub const SHIREN_TLS: i32 = 9;
/// No answer within the time allowed.
pub const SHIREN_TIMEOUT: i32 = 10;
/// The caller gave the call up.
pub const SHIREN_CANCELLED: i32 = 11;
/// The client or the queue was closed, or was made before the process forked.
pub const SHIREN_CLOSED: i32 = 12;
/// The answer could not be read, or contradicts itself.
pub const SHIREN_DECODE: i32 = 13;
/// A signature, an order or a token does not match: do not trust this message.
pub const SHIREN_SIGNATURE: i32 = 14;
/// A fault of this library; please report it.
pub const SHIREN_INTERNAL: i32 = 15;

/// Certainly not paid for.
pub const SHIREN_BILLED_NO: i32 = 0;
/// Nobody knows: the request may have arrived. Do not repeat it blindly.
pub const SHIREN_BILLED_UNKNOWN: i32 = 1;
/// Paid for.
pub const SHIREN_BILLED_YES: i32 = 2;

pub(crate) fn billed(billed: Billed) -> i32 {
    match billed {
        Billed::No => SHIREN_BILLED_NO,
        Billed::Yes => SHIREN_BILLED_YES,
        _ => SHIREN_BILLED_UNKNOWN,
    }
}

/// What went wrong. Its texts live as long as it does, end with a NUL, and hold no name, ID number, mobile, photo, key
/// or token.
pub struct shiren_error {
    error: Error,
    message: Text,
    field: Option<Text>,
    vendor: Option<Text>,
    vendor_code: Option<Text>,
    vendor_text: Option<Text>,
    hint: Option<Text>,
    json: Text,
}

impl shiren_error {
    pub(crate) fn new(error: Error) -> shiren_error {
        let text = |text: &Option<String>| text.as_deref().map(Text::new);
        shiren_error {
            message: Text::new(error.message.as_str()),
            field: text(&error.field),
            vendor: error.vendor.map(|vendor| Text::new(vendor.to_string())),
            vendor_code: text(&error.vendor_code),
            vendor_text: text(&error.vendor_text),
            hint: error.hint.as_deref().map(Text::new),
            json: Text::new(serde_json::to_string(&error).unwrap_or_default()),
            error,
        }
    }

    /// What a getter says of it; of NULL, `otherwise`.
    ///
    /// # Safety
    /// `error` is NULL or a living error.
    unsafe fn read<T>(error: *const shiren_error, otherwise: T, read: impl FnOnce(&shiren_error) -> T) -> T {
        // SAFETY: by this function's own contract.
        match unsafe { error.as_ref() } {
            Some(error) => quietly(otherwise, || read(error)),
            None => otherwise,
        }
    }
}

/// Frees an error. NULL is fine.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn shiren_error_free(error: *mut shiren_error) {
    // SAFETY: the caller gives NULL or an error that it does not use again.
    unsafe { free(error) }
}

/// The kind: SHIREN_INVALID_ARGUMENT and so on; SHIREN_OK of NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn shiren_error_kind(error: *const shiren_error) -> i32 {
    // SAFETY: the caller gives NULL or a living error.
    unsafe { shiren_error::read(error, SHIREN_OK, |error| error.error.kind.number()) }
}

/// One sentence for a person; NULL of NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn shiren_error_message(error: *const shiren_error) -> *const c_char {
    // SAFETY: the caller gives NULL or a living error.
    unsafe { shiren_error::read(error, std::ptr::null(), |error| error.message.as_ptr()) }
}

/// The field at fault, as a JSON pointer into the request or as the vendor's parameter name; or NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn shiren_error_field(error: *const shiren_error) -> *const c_char {
    // SAFETY: the caller gives NULL or a living error.
    unsafe { shiren_error::read(error, std::ptr::null(), |error| optional(&error.field)) }
}

/// Whose answer it was: "juhe", "jumdata", "baidu"; or NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn shiren_error_vendor(error: *const shiren_error) -> *const c_char {
    // SAFETY: the caller gives NULL or a living error.
    unsafe { shiren_error::read(error, std::ptr::null(), |error| optional(&error.vendor)) }
}

/// The vendor's own code, as text; or NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn shiren_error_vendor_code(error: *const shiren_error) -> *const c_char {
    // SAFETY: the caller gives NULL or a living error.
    unsafe { shiren_error::read(error, std::ptr::null(), |error| optional(&error.vendor_code)) }
}

/// The vendor's own text; or NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn shiren_error_vendor_text(error: *const shiren_error) -> *const c_char {
    // SAFETY: the caller gives NULL or a living error.
    unsafe { shiren_error::read(error, std::ptr::null(), |error| optional(&error.vendor_text)) }
}

/// What to do about it; or NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn shiren_error_hint(error: *const shiren_error) -> *const c_char {
    // SAFETY: the caller gives NULL or a living error.
    unsafe { shiren_error::read(error, std::ptr::null(), |error| optional(&error.hint)) }
}

/// Whether the call was paid for: SHIREN_BILLED_NO, SHIREN_BILLED_UNKNOWN or SHIREN_BILLED_YES.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn shiren_error_billed(error: *const shiren_error) -> i32 {
    // SAFETY: the caller gives NULL or a living error.
    unsafe { shiren_error::read(error, SHIREN_BILLED_NO, |error| billed(error.error.billed)) }
}

/// Whether the same call may be repeated by the caller: true only when it was certainly not paid for.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn shiren_error_retryable(error: *const shiren_error) -> bool {
    // SAFETY: the caller gives NULL or a living error.
    unsafe { shiren_error::read(error, false, |error| error.error.retryable) }
}

/// How long to wait before that, in milliseconds, where the vendor said so; else 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn shiren_error_retry_after_ms(error: *const shiren_error) -> u32 {
    // SAFETY: the caller gives NULL or a living error.
    unsafe { shiren_error::read(error, 0, |error| error.error.retry_after_ms.unwrap_or(0)) }
}

/// The HTTP status, where there was an answer; else 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn shiren_error_http_status(error: *const shiren_error) -> u32 {
    // SAFETY: the caller gives NULL or a living error.
    unsafe { shiren_error::read(error, 0, |error| error.error.http_status.unwrap_or(0).into()) }
}

/// The whole error as a JSON object, the vendor's request numbers (`references`) included; NULL of NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn shiren_error_json(error: *const shiren_error) -> *const c_char {
    // SAFETY: the caller gives NULL or a living error.
    unsafe { shiren_error::read(error, std::ptr::null(), |error| error.json.as_ptr()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use shiren::Kind;
    use std::ffi::CStr;

    #[test]
    fn the_numbers_are_those_of_the_core() {
        let numbers = [
            SHIREN_INVALID_ARGUMENT,
            SHIREN_CONFIGURATION,
            SHIREN_UNKNOWN_OPERATION,
            SHIREN_AUTHENTICATION,
            SHIREN_QUOTA,
            SHIREN_RATE_LIMITED,
            SHIREN_VENDOR,
            SHIREN_NETWORK,
            SHIREN_TLS,
            SHIREN_TIMEOUT,
            SHIREN_CANCELLED,
            SHIREN_CLOSED,
            SHIREN_DECODE,
            SHIREN_SIGNATURE,
            SHIREN_INTERNAL,
        ];
        let core: Vec<_> = Kind::ALL.iter().map(|kind| kind.number()).collect();
        assert_eq!(numbers, *core);
    }

    #[test]
    fn every_part_of_an_error_can_be_read_and_null_says_nothing() {
        let mut error = Error::invalid_argument("/idcard", "18 digits are needed").with_hint("count them");
        error.retry_after_ms = Some(1500);
        error.http_status = Some(502);
        let error = shiren_error::new(error.with_billed(Billed::Unknown));
        let text = |text: *const c_char| {
            // SAFETY: the texts end with a NUL and live as long as the error.
            (!text.is_null()).then(|| unsafe { CStr::from_ptr(text) }.to_str().unwrap().to_owned())
        };
        // SAFETY: the error lives, and NULL is allowed.
        unsafe {
            assert_eq!(shiren_error_kind(&error), SHIREN_INVALID_ARGUMENT);
            assert_eq!(text(shiren_error_message(&error)).as_deref(), Some("18 digits are needed"));
            assert_eq!(text(shiren_error_field(&error)).as_deref(), Some("/idcard"));
            assert_eq!(text(shiren_error_hint(&error)).as_deref(), Some("count them"));
            assert_eq!(text(shiren_error_vendor(&error)), None);
            assert_eq!(shiren_error_billed(&error), SHIREN_BILLED_UNKNOWN);
            assert_eq!(shiren_error_retry_after_ms(&error), 1500);
            assert_eq!(shiren_error_http_status(&error), 502);
            assert!(text(shiren_error_json(&error)).unwrap().contains(r#""kind":"invalid_argument""#));
            let null = std::ptr::null();
            assert_eq!((shiren_error_kind(null), shiren_error_billed(null)), (SHIREN_OK, SHIREN_BILLED_NO));
            assert!(shiren_error_message(null).is_null() && shiren_error_json(null).is_null());
            shiren_error_free(std::ptr::null_mut());
        }
    }
}
