//! Callbacks: a thread of the library over a completion queue, so that a slow one holds up no connection.

use crate::call::shiren_callback;
use crate::error::shiren_error;
use crate::response::shiren_response;
use shiren::engine::{Completion, Queue};
use shiren::wire::Parts;
use shiren::{CallOptions, Client, Error, Kind, Result};
use std::collections::HashMap;
use std::ffi::c_void;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread::ThreadId;
use std::time::{Duration, Instant};

/// Where to deliver a call's end.
struct Address {
    callback: unsafe extern "C" fn(*mut c_void, u64, *mut shiren_response, *mut shiren_error),
    user_data: *mut c_void,
}

// SAFETY: the pointer is only handed back to the caller, who was told that it crosses to another thread.
unsafe impl Send for Address {}

#[derive(Default)]
struct Waiting {
    last: u64,
    addresses: HashMap<u64, Address>,
    /// Calls whose callback has not returned yet.
    open: usize,
}

/// One client's thread for callbacks.
pub(crate) struct Dispatcher {
    queue: Queue,
    waiting: Mutex<Waiting>,
    returned: Condvar,
    thread: OnceLock<ThreadId>,
}

impl Dispatcher {
    pub(crate) fn new() -> Result<Arc<Dispatcher>> {
        let dispatcher = Arc::new(Dispatcher {
            queue: Queue::new(),
            waiting: Mutex::default(),
            returned: Condvar::new(),
            thread: OnceLock::new(),
        });
        let here = dispatcher.clone();
        std::thread::Builder::new()
            .name("shiren-callback".to_owned())
            .spawn(move || {
                here.thread.get_or_init(|| std::thread::current().id());
                while let Ok(Some(completion)) = here.queue.next(None) {
                    here.deliver(completion);
                }
            })
            .map_err(|_| Error::internal("the system has no room for one more thread"))?;
        Ok(dispatcher)
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether this is the thread that callbacks run on.
    pub(crate) fn is_here(&self) -> bool {
        self.thread.get() == Some(&std::thread::current().id())
    }

    /// Starts a call. When this fails, the callback is not called.
    pub(crate) fn start(
        &self,
        client: &Client,
        (id, json, parts): (&str, &[u8], Parts),
        options: CallOptions,
        callback: shiren_callback,
        user_data: *mut c_void,
    ) -> Result<u64> {
        let callback = callback.ok_or_else(|| Error::invalid_argument("callback", "this must not be NULL"))?;
        let tag = {
            let mut waiting = self.waiting();
            waiting.last += 1;
            waiting.open += 1;
            let tag = waiting.last;
            waiting.addresses.insert(tag, Address { callback, user_data });
            tag
        };
        self.queue.start(client, id, json, parts, options, tag).inspect_err(|_| {
            self.waiting().addresses.remove(&tag);
            self.ended();
        })
    }

    fn deliver(&self, completion: Completion) {
        let address = self.waiting().addresses.remove(&completion.tag);
        if let Some(Address { callback, user_data }) = address {
            let (response, error) = handles(completion.result);
            // SAFETY: the caller gave a function of this type; what it gets is its own.
            unsafe { callback(user_data, completion.id, response, error) };
            self.ended();
        }
    }

    fn ended(&self) {
        self.waiting().open -= 1;
        self.returned.notify_all();
    }

    /// Waits until every callback has returned, then lets the thread go.
    pub(crate) fn finish(&self, time: Duration) -> Result<()> {
        let until = Instant::now().checked_add(time);
        let mut waiting = self.waiting();
        while waiting.open > 0 {
            let left = until.map_or(Duration::MAX, |until| until.saturating_duration_since(Instant::now()));
            if left.is_zero() {
                return Err(Error::new(Kind::Timeout, "not every callback has returned in this time"));
            }
            // A condition variable of some systems takes no time as long as `MAX`.
            let slice = left.min(Duration::from_secs(3600));
            waiting = self.returned.wait_timeout(waiting, slice).unwrap_or_else(PoisonError::into_inner).0;
        }
        self.queue.close();
        Ok(())
    }
}

/// A result as two handles, one of them NULL.
pub(crate) fn handles(result: Result<shiren::wire::Wire>) -> (*mut shiren_response, *mut shiren_error) {
    match result.and_then(shiren_response::new) {
        Ok(response) => (Box::into_raw(Box::new(response)), std::ptr::null_mut()),
        Err(error) => (std::ptr::null_mut(), Box::into_raw(Box::new(shiren_error::new(error)))),
    }
}
