//! What vendors keep for a while as a proof: face images, ID-card images, videos; and where they keep it.

pub mod fetch;
mod media;
mod origin;
pub mod save;
