//! The machine around the vendors: faults, clock, tenants, settings, reset.

mod admin;
mod faults;
#[path = "../wire/mod.rs"]
mod wire;
