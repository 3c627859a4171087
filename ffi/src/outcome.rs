//! What became of each call, and the counters.

use crate::boundary::Text;
use crate::error::billed;
use shiren::engine::Tally;
use shiren::{Client, Error, Outcome, Result};
use std::ffi::{c_char, c_void};

/// How a call ended. It holds nothing about a person, and lives as long as the callback runs.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct shiren_outcome {
    /// The size of the struct in the library that was loaded: fields behind it are not there.
    pub struct_size: usize,
    /// The operation's id.
    pub operation: *const c_char,
    /// Whose service it called: "juhe", …; NULL if it did not come that far.
    pub vendor: *const c_char,
    /// From the call to its end in microseconds, waiting and repetitions included.
    pub duration_us: u64,
    /// SHIREN_OK or the kind of its error.
    pub status: i32,
    /// SHIREN_BILLED_NO, SHIREN_BILLED_UNKNOWN, SHIREN_BILLED_YES.
    pub billed: i32,
    /// How many requests went out, or tried to.
    pub attempts: u32,
    /// 1: the caller gave it up: cancelled it or closed the client. Else 0.
    pub cancelled: u32,
}

/// Gets the end of each call.
pub type shiren_outcome_callback = Option<unsafe extern "C" fn(user_data: *mut c_void, outcome: *const shiren_outcome)>;

/// What a client has counted.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct shiren_counters {
    /// sizeof(shiren_counters)
    pub struct_size: usize,
    /// All calls that ended.
    pub calls: u64,
    /// Those that ended in an error, cancelled ones included.
    pub errors: u64,
    /// Those that the caller gave up.
    pub cancelled: u64,
    /// Those that were paid for.
    pub billed: u64,
    /// Those of which nobody knows whether they were paid for.
    pub unknown: u64,
}

impl shiren_counters {
    pub(crate) fn new(total: Tally) -> shiren_counters {
        let Tally { calls, errors, cancelled, billed, unknown } = total;
        shiren_counters { struct_size: size_of::<shiren_counters>(), calls, errors, cancelled, billed, unknown }
    }
}

/// The caller's pointer, on its way through other threads.
struct UserData(*mut c_void);

// SAFETY: the pointer is only handed back to the caller, who was told that its callback runs on other threads.
unsafe impl Send for UserData {}
// SAFETY: as above.
unsafe impl Sync for UserData {}

pub(crate) fn observe(client: &Client, callback: shiren_outcome_callback, user_data: *mut c_void) -> Result<()> {
    let callback = callback.ok_or_else(|| Error::invalid_argument("callback", "this must not be NULL"))?;
    let user_data = UserData(user_data);
    client.on_outcome(move |outcome| {
        let user_data = &user_data;
        tell(outcome, |told| {
            // SAFETY: the caller gave a function of this type; the outcome lives until it returns.
            unsafe { callback(user_data.0, told) };
        });
    });
    Ok(())
}

fn tell(outcome: &Outcome, callback: impl FnOnce(*const shiren_outcome)) {
    let operation = Text::new(outcome.operation);
    let vendor = outcome.vendor.map(|vendor| Text::new(vendor.to_string()));
    callback(&shiren_outcome {
        struct_size: size_of::<shiren_outcome>(),
        operation: operation.as_ptr(),
        vendor: crate::boundary::optional(&vendor),
        duration_us: u64::try_from(outcome.duration.as_micros()).unwrap_or(u64::MAX),
        status: outcome.error.map_or(0, |kind| kind.number()),
        billed: billed(outcome.billed),
        attempts: outcome.attempts,
        cancelled: outcome.cancelled.into(),
    });
}
