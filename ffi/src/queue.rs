//! The completion queue: for event loops, and for threads that collect.

use crate::boundary::{borrow, fallible, fill, free, quietly, room};
use crate::callback::handles;
use crate::client::time;
use crate::error::{SHIREN_OK, SHIREN_TIMEOUT, shiren_error};
use crate::response::shiren_response;
use shiren::Result;
use shiren::engine::Queue;
use std::ffi::c_void;

/// A completion queue. It may serve several clients; any number of threads may wait at it.
pub struct shiren_queue {
    pub(crate) queue: Queue,
}

/// The end of a started call.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct shiren_completion {
    /// sizeof(shiren_completion)
    pub struct_size: usize,
    /// The number that shiren_start gave.
    pub id: u64,
    /// What was given to shiren_start.
    pub user_data: *mut c_void,
    /// The reply, yours to free; NULL when it failed.
    pub response: *mut shiren_response,
    /// What went wrong, yours to free; NULL when there is a reply.
    pub error: *mut shiren_error,
}

/// The size of a completion in the first version: an older one cannot take what came.
const FIRST: usize = std::mem::offset_of!(shiren_completion, error) + size_of::<*mut shiren_error>();

/// A new, empty queue. Never NULL.
#[unsafe(no_mangle)]
pub extern "C" fn shiren_queue_new() -> *mut shiren_queue {
    quietly(std::ptr::null_mut(), || Box::into_raw(Box::new(shiren_queue { queue: Queue::new() })))
}

/// Frees a queue; nobody may be waiting at it. What calls in flight come to is forgotten; they are not cancelled, and
/// their outcomes are told. NULL is fine. In a child process that inherited the queue it does nothing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn shiren_queue_free(queue: *mut shiren_queue) {
    // SAFETY: the caller gives NULL or a queue that it does not use again. In a forked child, a thread of the parent
    // may have been in the middle of it.
    unsafe {
        if queue.as_ref().is_some_and(|queue| queue.queue.unforked().is_ok()) {
            free(queue);
        }
    }
}

/// Waits for the next completion.
///
/// @param timeout_ms  at most so long; 0: not at all; SHIREN_FOREVER
/// @param completion  with struct_size set
/// @return SHIREN_OK: it was written. SHIREN_TIMEOUT: nothing came. SHIREN_CLOSED: the queue was closed and is empty, or
///         was made before the process forked.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn shiren_queue_next(
    queue: *const shiren_queue,
    timeout_ms: u32,
    completion: *mut shiren_completion,
) -> i32 {
    let mut came = true;
    // SAFETY: the caller gives NULL or a living queue, and NULL or a struct of the size it says.
    let status = unsafe {
        fallible(std::ptr::null_mut(), || {
            let queue = borrow(queue, "queue")?;
            // A struct that cannot be filled must not cost a completion.
            room(completion, FIRST, "completion")?;
            let wait = (timeout_ms != u32::MAX).then(|| time(timeout_ms));
            match queue.queue.next(wait)? {
                Some(end) => {
                    let (response, error) = handles(end.result);
                    let user_data = std::ptr::with_exposed_provenance_mut(end.tag as usize);
                    let struct_size = size_of::<shiren_completion>();
                    let filled = shiren_completion { struct_size, id: end.id, user_data, response, error };
                    fill(completion, filled, "completion")
                }
                None => {
                    came = false;
                    Ok(())
                }
            }
        })
    };
    if status == SHIREN_OK && !came { SHIREN_TIMEOUT } else { status }
}

/// A descriptor that can be read as long as a completion waits or the queue is closed: for epoll, poll, kqueue, libuv.
/// Do not read from it and do not close it; call shiren_queue_next with 0 until it says SHIREN_TIMEOUT. Not on Windows.
///
/// @return the descriptor, or -1
#[unsafe(no_mangle)]
pub unsafe extern "C" fn shiren_queue_fd(queue: *const shiren_queue) -> i32 {
    // SAFETY: the caller gives NULL or a living queue.
    let Some(queue) = (unsafe { queue.as_ref() }) else { return -1 };
    quietly(-1, || descriptor(&queue.queue).unwrap_or(-1))
}

#[cfg(unix)]
fn descriptor(queue: &Queue) -> Result<i32> {
    queue.fd()
}

#[cfg(not(unix))]
fn descriptor(_: &Queue) -> Result<i32> {
    Ok(-1)
}

/// Closes a queue: wakes everybody who waits at it. What has come and what still comes can be collected; when it is
/// empty, shiren_queue_next says SHIREN_CLOSED at once.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn shiren_queue_close(queue: *const shiren_queue) {
    // SAFETY: the caller gives NULL or a living queue.
    if let Some(queue) = unsafe { queue.as_ref() } {
        quietly((), || queue.queue.close());
    }
}
