//! The flow `liveness`: begin a hosted session, send the person to its page, read the verdict from the server.

pub mod finish;
mod session;
pub mod start;
#[cfg(test)]
mod tests;

pub use session::{Expect, Session};
