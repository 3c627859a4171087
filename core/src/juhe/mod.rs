//! Juhe (聚合数据): faceid (hosted page), verifyface (photo against the register, four variants), verifyface_mobile.

mod account;
pub mod cipher;
pub mod codes;
mod envelope;
pub mod verifyface;

pub use account::Account;
