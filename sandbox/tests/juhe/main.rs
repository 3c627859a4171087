//! Juhe's calls over real HTTP, against what the documents say.

mod codes;
mod faceid;
mod foreign;
mod requests;
#[path = "../wire/mod.rs"]
mod wire;
