//! A hosted page on another device.

pub mod qr;
