//! Jumdata (聚美智数): 炫光静默实人认证, a hosted liveness page. It proves a live person, not who it is.

mod account;

pub use account::{Account, Gateway};
