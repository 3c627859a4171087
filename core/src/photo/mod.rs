//! Photos, before they are paid for: what a file is and what the vendors will say to it ([`inspect`]), and the same
//! photo as the vendors want it ([`fit`]).
//!
//! The map: [`header`] what a file says of itself · [`limits`] the vendors' rules as data · [`inspect`], [`fit`] the
//! operations · `decode` any file to pixels.

mod decode;
pub mod fit;
pub mod header;
pub mod inspect;
pub mod limits;
