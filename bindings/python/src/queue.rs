//! Started calls and their ends: one queue for each event loop.

use crate::client::{Client, options};
use crate::failure::{exception, raise};
use crate::reply::to_python;
use crate::request::Encoded;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};

/// A completion queue.
#[pyclass(frozen, module = "shiren._native")]
pub(crate) struct Queue(shiren::engine::Queue);

#[pymethods]
impl Queue {
    #[new]
    fn new() -> Queue {
        Queue(shiren::engine::Queue::new())
    }

    /// A descriptor that can be read while something waits here.
    fn fd(&self, py: Python<'_>) -> PyResult<i32> {
        #[cfg(unix)]
        return self.0.fd().map_err(|error| raise(py, &error));
        #[cfg(not(unix))]
        return Err(pyo3::exceptions::PyNotImplementedError::new_err("this system has no descriptors to watch"));
    }

    /// Starts a call and gives its number.
    fn start(
        &self,
        py: Python<'_>,
        client: &Bound<'_, Client>,
        id: &str,
        fields: &Bound<'_, PyDict>,
        timeout: Option<f64>,
        raw: bool,
    ) -> PyResult<u64> {
        let (encoded, options) = (Encoded::of(fields)?, options(py, timeout, raw)?);
        let (queue, client) = (&self.0, client.get());
        py.detach(|| {
            let (json, parts) = encoded.read()?;
            Ok(queue.start(&client.engine, id, &json, parts, options, 0))
        })
        .and_then(|started: shiren::Result<u64>| started.map_err(|error| raise(py, &error)))
    }

    /// All ends that have come: `(number, reply, None)` or `(number, None, exception)`.
    fn drain<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        let list = PyList::empty(py);
        for completion in self.0.drain().map_err(|error| raise(py, &error))? {
            let none = || py.None().into_bound(py);
            let made = match &completion.result {
                Ok(wire) => to_python(py, &wire.json, &wire.parts).map(|reply| (reply, none())),
                Err(error) => exception(py, error).map(|error| (none(), error)),
            };
            // One that cannot be made is the end of its own call, and of no other.
            let (reply, error) = made.unwrap_or_else(|error| (none(), error.into_value(py).into_bound(py).into_any()));
            list.append((completion.id, reply, error))?;
        }
        Ok(list)
    }
}
