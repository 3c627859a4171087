//! The engine: runs operations on real connections, and says what each call cost.
//!
//! [`Client`] is the door. Behind it, in reading order: `call` answers what an operation asks for · `transport` sends
//! one request and knows whether a byte of it left · `file` is an answer that goes to disk · `lane` keeps one pool of
//! connections for each tokio runtime · `own` is the runtime of callers who have none · `running` is the list of calls,
//! for cancel and close · `queue` collects what started calls came to · `token` keeps access tokens · `limit` holds
//! accounts to their limits · `retry` says how long to wait · `outcome` tells observers and counts.

mod call;
mod client;
mod file;
mod lane;
mod limit;
mod outcome;
mod own;
mod queue;
mod retry;
mod running;
mod tls;
mod token;
mod transport;

#[cfg(test)]
mod tests;

pub use client::{Builder, CallOptions, Client};
pub use limit::{Condition, Usage, Usages};
pub use outcome::{Counters, Outcome, Tally};
pub use queue::{Completion, Queue};
pub use token::{MemoryStore, StoreFuture, StoredToken, TokenStore};

use std::sync::{Mutex, MutexGuard, PoisonError};

/// A lock whose holder never panics while the data is half changed.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
