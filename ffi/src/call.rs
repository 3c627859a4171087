//! Calls: blocking, to a queue, to a callback; and their cancellation.

use crate::boundary::{borrow, deliver, fallible, options, place, quietly};
use crate::client::shiren_client;
use crate::error::shiren_error;
use crate::queue::shiren_queue;
use crate::request::{lent, shiren_request};
use crate::response::shiren_response;
use shiren::{CallOptions, Error, Result};
use std::ffi::c_void;
use std::time::Duration;

/// What may be said about one call. Set struct_size, and zero for the rest: `{sizeof(shiren_call_options)}`.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct shiren_call_options {
    /// sizeof(shiren_call_options)
    pub struct_size: usize,
    /// Time for the whole call in milliseconds, waiting and repetitions included; 0: the configuration's.
    pub timeout_ms: u32,
    /// 1: keep the vendor's text as it came, in "/raw" of the reply. It may hold a person's data. Else 0.
    pub raw: u32,
}

const DEFAULTS: shiren_call_options =
    shiren_call_options { struct_size: size_of::<shiren_call_options>(), timeout_ms: 0, raw: 0 };

/// Gets the end of a call, exactly once, on a thread of the library: a response or an error, the other is NULL. What it
/// gets is its own, to be freed. It may call every function of this header but shiren_client_close and
/// shiren_client_free with its client.
pub type shiren_callback = Option<
    unsafe extern "C" fn(user_data: *mut c_void, id: u64, response: *mut shiren_response, error: *mut shiren_error),
>;

/// # Safety
/// As [`options`].
unsafe fn read(given: *const shiren_call_options) -> Result<CallOptions> {
    // SAFETY: by this function's own contract; all zeros are a value of the struct.
    let given = unsafe { options(given, DEFAULTS, "options") }?;
    if given.raw > 1 {
        return Err(Error::invalid_argument("options.raw", "this must be 0 or 1"));
    }
    let options = CallOptions::default().raw(given.raw == 1);
    Ok(match given.timeout_ms {
        0 => options,
        ms => options.timeout(Duration::from_millis(ms.into())),
    })
}

/// Runs a request and waits for its reply.
///
/// @param client    NULL is fine for operations that call no vendor
/// @param options   NULL: the defaults
/// @param response  receives the reply on success; free it with shiren_response_free
/// @param error     receives what went wrong, to be freed with shiren_error_free; may be NULL
/// @return SHIREN_OK or the kind of the error
#[unsafe(no_mangle)]
pub unsafe extern "C" fn shiren_run(
    client: *const shiren_client,
    request: *const shiren_request,
    options: *const shiren_call_options,
    response: *mut *mut shiren_response,
    error: *mut *mut shiren_error,
) -> i32 {
    // SAFETY: the caller gives NULL or living handles, options of the size they say, and NULL or places.
    unsafe {
        fallible(error, || {
            place(response)?;
            let (request, options) = (lent(request)?, read(options)?);
            let (json, parts) = request.encode()?;
            let wire = match client.as_ref() {
                Some(client) => client.client.call_json_blocking(request.operation(), &json, parts, options)?,
                None => shiren::local_json(request.operation(), &json, parts)?,
            };
            deliver(response, shiren_response::new(wire)?)
        })
    }
}

/// Starts a request whose end comes to a queue, exactly once. When this fails, nothing comes.
///
/// @param user_data  comes back with the completion
/// @param id         receives the call's number, for shiren_cancel; may be NULL
#[unsafe(no_mangle)]
pub unsafe extern "C" fn shiren_start(
    client: *const shiren_client,
    request: *const shiren_request,
    options: *const shiren_call_options,
    queue: *const shiren_queue,
    user_data: *mut c_void,
    id: *mut u64,
    error: *mut *mut shiren_error,
) -> i32 {
    // SAFETY: the caller gives NULL or living handles, options of the size they say, and NULL or places.
    unsafe {
        fallible(error, || {
            let (client, request, queue) = (borrow(client, "client")?, lent(request)?, borrow(queue, "queue")?);
            let options = read(options)?;
            let (json, parts) = request.encode()?;
            let tag = user_data.expose_provenance() as u64;
            let number = queue.queue.start(&client.client, request.operation(), &json, parts, options, tag)?;
            if let Some(id) = id.as_mut() {
                *id = number;
            }
            Ok(())
        })
    }
}

/// Starts a request whose end comes to a callback, exactly once. When this fails, it does not come.
///
/// @param user_data  comes back with the callback
/// @param id         receives the call's number, for shiren_cancel; may be NULL. The callback may come before it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn shiren_start_callback(
    client: *const shiren_client,
    request: *const shiren_request,
    options: *const shiren_call_options,
    callback: shiren_callback,
    user_data: *mut c_void,
    id: *mut u64,
    error: *mut *mut shiren_error,
) -> i32 {
    // SAFETY: the caller gives NULL or living handles, options of the size they say, and NULL or places.
    unsafe {
        fallible(error, || {
            let (client, request) = (borrow(client, "client")?, lent(request)?);
            let options = read(options)?;
            let (json, parts) = request.encode()?;
            let what = (request.operation(), &*json, parts);
            let number = client.dispatcher()?.start(&client.client, what, options, callback, user_data)?;
            if let Some(id) = id.as_mut() {
                *id = number;
            }
            Ok(())
        })
    }
}

/// Cancels a started call. Its end comes all the same: as an error of kind SHIREN_CANCELLED, or as the reply if that
/// was faster. The error says whether the call may have been paid for.
///
/// @return whether it was still running
#[unsafe(no_mangle)]
pub unsafe extern "C" fn shiren_cancel(client: *const shiren_client, id: u64) -> bool {
    // SAFETY: the caller gives NULL or a living client.
    let Some(client) = (unsafe { client.as_ref() }) else { return false };
    quietly(false, || client.client.cancel(id))
}

#[cfg(test)]
mod tests;
