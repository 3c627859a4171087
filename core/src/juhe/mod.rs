//! Juhe (聚合数据): faceid (hosted page), verifyface (photo against the register, four variants), verifyface_mobile.

mod account;
mod body;
pub mod cipher;
pub mod codes;
mod envelope;
pub mod faceid;
pub mod notify;
pub mod returns;
pub mod sign;
pub mod verifyface;
pub mod verifyface_mobile;

#[cfg(test)]
pub(crate) mod sample;

pub use account::Account;
