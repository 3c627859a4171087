//! lifecheck: begin a session, fetch its result.

pub mod init;
pub mod result;
