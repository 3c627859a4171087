//! Baidu (百度智能云): H5 人脸实名认证方案, a hosted page with liveness, identity and face checks.

mod account;
pub mod bce;
pub mod codes;
mod envelope;
pub mod faceprint;
mod fields;
pub mod handover;
pub mod oauth;
pub mod returns;
pub(crate) mod verdict;

pub use account::{Account, Auth};
pub use verdict::Expect;
