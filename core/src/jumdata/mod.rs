//! Jumdata (聚美智数): 炫光静默实人认证, a hosted liveness page sold through cloud marketplaces.
//!
//! It takes no name and no ID number: a pass proves a live person, not who it is.

mod account;
pub mod codes;
mod envelope;
pub mod gateway;
pub mod handover;
pub mod lifecheck;
pub mod returns;

#[cfg(test)]
pub(crate) use account::default_page_url;
pub use account::{Account, Gateway};
