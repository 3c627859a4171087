//! Being told to end: Ctrl-C, and the signal that `kill`, `timeout` and service managers send.

use std::io;

/// Listens from the moment it is made.
pub(crate) struct Signals {
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
}

impl Signals {
    /// Begins to listen; inside a runtime.
    #[cfg(unix)]
    pub(crate) fn new() -> io::Result<Signals> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Signals { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }

    /// Waits for either.
    #[cfg(unix)]
    pub(crate) async fn ended(mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }

    /// Begins to listen; inside a runtime.
    #[cfg(not(unix))]
    pub(crate) fn new() -> io::Result<Signals> {
        Ok(Signals {})
    }

    /// Waits for Ctrl-C.
    #[cfg(not(unix))]
    pub(crate) async fn ended(self) {
        let _ = tokio::signal::ctrl_c().await;
    }
}
