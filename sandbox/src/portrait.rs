//! The picture that the sandbox's cameras take.

/// A JPEG of a face.
pub(crate) static JPEG: &[u8] = include_bytes!("juhe/portrait.jpg");
