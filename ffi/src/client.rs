//! The client: accounts, connections, limits, tokens.

use crate::boundary::{borrow, deliver, fallible, fill, name, place, quietly, text};
use crate::callback::Dispatcher;
use crate::error::shiren_error;
use crate::outcome::{shiren_counters, shiren_outcome_callback};
use crate::response::shiren_response;
use shiren::wire::Wire;
use shiren::{Client, Config, Error, Result};
use std::ffi::{c_char, c_void};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// A client. Through a pointer to const, any number of threads may use it at once.
pub struct shiren_client {
    pub(crate) client: Client,
    dispatcher: Mutex<Option<Arc<Dispatcher>>>,
}

impl shiren_client {
    pub(crate) fn new(client: Client) -> shiren_client {
        shiren_client { client, dispatcher: Mutex::new(None) }
    }

    /// The thread that callbacks run on, made on first use.
    pub(crate) fn dispatcher(&self) -> Result<Arc<Dispatcher>> {
        self.client.unforked()?;
        let mut dispatcher = self.dispatcher.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(dispatcher) = &*dispatcher {
            return Ok(dispatcher.clone());
        }
        Ok(dispatcher.insert(Dispatcher::new()?).clone())
    }

    fn close(&self, time: Duration) -> Result<()> {
        self.client.unforked()?;
        let dispatcher = self.dispatcher.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if dispatcher.as_ref().is_some_and(|dispatcher| dispatcher.is_here()) {
            return Err(Error::configuration("a client cannot be closed inside its own callback")
                .with_hint("close it from another thread"));
        }
        let began = Instant::now();
        self.client.close(time)?;
        dispatcher.map_or(Ok(()), |dispatcher| dispatcher.finish(time.saturating_sub(began.elapsed())))
    }
}

/// Milliseconds, or without a limit.
pub(crate) fn time(ms: u32) -> Duration {
    if ms == u32::MAX { Duration::MAX } else { Duration::from_millis(ms.into()) }
}

/// Makes a client. Nothing is connected yet.
///
/// @param config  a JSON object: {"accounts": {"juhe": {"key": …}}, …}; its fields are in docs/guide.md
/// @param length  of it in bytes, or SHIREN_NUL
#[unsafe(no_mangle)]
pub unsafe extern "C" fn shiren_client_new(
    config: *const c_char,
    length: usize,
    client: *mut *mut shiren_client,
    error: *mut *mut shiren_error,
) -> i32 {
    // SAFETY: the caller gives a text of this length, and NULL or places for the client and the error.
    unsafe {
        fallible(error, || {
            place(client)?;
            let config = Config::from_json(text(config, length, "config")?.as_bytes())?;
            deliver(client, shiren_client::new(Client::new(config)?))
        })
    }
}

/// Makes a client of the sandbox at this address, with the sandbox's own accounts: for tests. It refuses real vendors.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn shiren_client_new_sandbox(
    url: *const c_char,
    client: *mut *mut shiren_client,
    error: *mut *mut shiren_error,
) -> i32 {
    // SAFETY: the caller gives a text that ends with a NUL, and NULL or places for the client and the error.
    unsafe {
        fallible(error, || {
            place(client)?;
            deliver(client, shiren_client::new(Client::new(Config::sandbox(name(url, "url")?))?))
        })
    }
}

/// Closes a client: refuses new calls, cancels those that run, and waits until each has been delivered and every
/// callback has returned. Fails with SHIREN_TIMEOUT when that takes longer; it may then be called again. Inside a
/// callback of this client it is refused. Completions of queues can still be collected afterwards.
///
/// @param timeout_ms  how long to wait at most; SHIREN_FOREVER
#[unsafe(no_mangle)]
pub unsafe extern "C" fn shiren_client_close(
    client: *const shiren_client,
    timeout_ms: u32,
    error: *mut *mut shiren_error,
) -> i32 {
    // SAFETY: the caller gives NULL or a living client, and NULL or a place for the error.
    unsafe { fallible(error, || borrow(client, "client")?.close(time(timeout_ms))) }
}

/// Closes a client without a limit of time, and frees it. NULL is fine. Inside a callback of this client it does
/// nothing but log: nobody may wait there, and what is in use is not freed. In a child process that inherited the
/// client it does nothing: threads that exist only in the parent may have been at work in it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn shiren_client_free(client: *mut shiren_client) {
    quietly((), || {
        // SAFETY: the caller gives NULL or a living client.
        let Some(living) = (unsafe { client.as_ref() }) else { return };
        if living.client.unforked().is_err() {
            return;
        }
        match living.close(Duration::MAX) {
            Err(error) => tracing::error!("a client was not freed: {error}"),
            // SAFETY: the caller does not use it again, and every callback has returned.
            Ok(()) => drop(unsafe { Box::from_raw(client) }),
        }
    });
}

/// Tells `callback` about the end of each call, abandoned ones included, on the thread where it ended. It must be
/// quick, and may be called from several threads at once, until the client is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn shiren_client_on_outcome(
    client: *const shiren_client,
    callback: shiren_outcome_callback,
    user_data: *mut c_void,
    error: *mut *mut shiren_error,
) -> i32 {
    // SAFETY: the caller gives NULL or a living client, and NULL or a place for the error.
    unsafe {
        fallible(error, || {
            let client = borrow(client, "client")?;
            client.client.unforked()?;
            crate::outcome::observe(&client.client, callback, user_data)
        })
    }
}

/// Reads what the client has counted since it was made: all operations together.
///
/// @param counters  with struct_size set
#[unsafe(no_mangle)]
pub unsafe extern "C" fn shiren_client_counters(
    client: *const shiren_client,
    counters: *mut shiren_counters,
    error: *mut *mut shiren_error,
) -> i32 {
    // SAFETY: the caller gives NULL or a living client, NULL or a struct of the size it says, NULL or a place.
    unsafe {
        fallible(error, || {
            let client = borrow(client, "client")?;
            client.client.unforked()?;
            fill(counters, shiren_counters::new(client.client.counters().total), "counters")
        })
    }
}

/// Gives the client's counters, operation by operation ("/counters"), and what goes on at each account's limits
/// ("/limits"), as a response to be read with its getters.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn shiren_client_state(
    client: *const shiren_client,
    state: *mut *mut shiren_response,
    error: *mut *mut shiren_error,
) -> i32 {
    // SAFETY: the caller gives NULL or a living client, and NULL or places for the response and the error.
    unsafe {
        fallible(error, || {
            place(state)?;
            let client = borrow(client, "client")?;
            client.client.unforked()?;
            let (counters, limits) = (client.client.counters(), client.client.limits());
            let json = serde_json::json!({"counters": counters, "limits": limits});
            let wire = Wire { json: json.to_string().into_bytes(), parts: Vec::new() };
            deliver(state, shiren_response::new(wire)?)
        })
    }
}
