//! The native part of the Python package `shiren`: clients, queues, local operations, events. Everything typed is
//! Python, in `python/shiren`.
//!
//! Rules: no thread of the engine ever attaches to the interpreter, so none can wait for it; nothing is locked while
//! a Python thread attaches or detaches.
#![forbid(unsafe_code)]

mod client;
mod events;
mod failure;
mod queue;
mod reply;
mod request;

use pyo3::prelude::*;

/// The native part of the package `shiren`.
#[pymodule(gil_used = false)]
mod _native {
    #[pymodule_export]
    use super::client::{Client, claim, leave, local, operations};
    #[pymodule_export]
    use super::events::{Events, after_fork, before_fork, events, flush, log_level};
    #[pymodule_export]
    use super::queue::Queue;
    use super::*;

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        super::events::listen();
        module.add("__version__", env!("CARGO_PKG_VERSION"))
    }
}
