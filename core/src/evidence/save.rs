//! A file that is not to be held in memory: the order that goes with a request, and what comes back of it.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

/// As many first bytes tell what a file is.
pub const HEAD: usize = 12;

/// An order to whoever sends a request: the body of a 200 goes into a file, piece by piece.
///
/// Nothing is written before `admits` has seen the first [`HEAD`] bytes. Whoever sends then answers with these alone as the body and
/// with [`Saved`] among the response's extensions; without it, nothing was written. The file has its name only when it is
/// whole.
#[derive(Clone, Debug)]
pub struct Save {
    /// The file. One that is there is replaced.
    pub path: PathBuf,
    /// Whether a file may begin like that; asked once, with all of a short file.
    pub admits: fn(&[u8]) -> bool,
    /// Who is told how far it is.
    pub progress: Option<Progress>,
}

/// The file was written, and is whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Saved {
    /// Its length.
    pub bytes: u64,
}

/// Is told how many bytes have come, and how many there are where the server says so; again from 0 when a transfer is
/// repeated. It must be quick.
#[derive(Clone)]
pub struct Progress(Arc<dyn Fn(u64, Option<u64>) + Send + Sync>);

impl Progress {
    /// Tells `observer`.
    pub fn new(observer: impl Fn(u64, Option<u64>) + Send + Sync + 'static) -> Progress {
        Progress(Arc::new(observer))
    }

    #[cfg_attr(not(feature = "client"), allow(dead_code, reason = "only the engine writes files"))]
    pub(crate) fn tell(&self, bytes: u64, of: Option<u64>) {
        (self.0)(bytes, of);
    }
}

impl fmt::Debug for Progress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Progress")
    }
}
