//! Baidu (百度智能云): H5 人脸实名认证方案, a hosted page with liveness, identity and face checks.

mod account;
pub mod bce;
pub mod codes;
mod envelope;
pub mod oauth;

pub use account::{Account, Auth};
