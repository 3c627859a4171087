//! The native part of the npm package `shiren`: clients, mailboxes, local operations, log records. Everything typed is
//! TypeScript, in `src-ts`.
//!
//! Rules: no thread of the engine ever runs JavaScript or waits for it. What it has to tell lies in the mailbox of an
//! environment (the main thread's, or a worker's), whose event loop is woken once and takes everything.
#![deny(unsafe_code)]

pub mod client;
pub mod local;
mod log;
pub mod mailbox;
pub mod reply;
mod request;

use napi_derive::napi;

/// The version of this library.
#[napi(catch_unwind)]
pub fn version() -> &'static str {
    env!("CARGO_PKG_VERSION")
}
