//! The client of one process, and operations that need none.

use crate::events;
use crate::failure::{invalid, raise};
use crate::reply::to_python;
use crate::request::Encoded;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};
use shiren::{CallOptions, Config, Error, Kind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// How often a blocking call looks for signals.
const SLICE: Duration = Duration::from_millis(50);

/// Set when the interpreter ends: nobody may wait here any more.
static LEAVING: AtomicBool = AtomicBool::new(false);
/// The interpreter that this process serves, by a number of its own.
static SERVED: AtomicUsize = AtomicUsize::new(0);
/// Python threads that are in here without the interpreter.
static INSIDE: AtomicUsize = AtomicUsize::new(0);

struct Inside;

impl Inside {
    fn enter() -> shiren::Result<Inside> {
        INSIDE.fetch_add(1, Ordering::SeqCst);
        let inside = Inside;
        if LEAVING.load(Ordering::SeqCst) {
            return Err(Error::new(Kind::Closed, "the interpreter is ending"));
        }
        Ok(inside)
    }
}

impl Drop for Inside {
    fn drop(&mut self) {
        // Not below nothing: a child that was forked inside counts from there.
        let _ = INSIDE.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |inside| inside.checked_sub(1));
    }
}

/// After a fork, in the child: the parent's threads are not here.
pub(crate) fn alone() {
    INSIDE.store(0, Ordering::SeqCst);
}

/// What a caller says about one call.
pub(crate) fn options(py: Python<'_>, timeout: Option<f64>, raw: bool) -> PyResult<CallOptions> {
    let options = CallOptions::default().raw(raw);
    let Some(seconds) = timeout else { return Ok(options) };
    match Duration::try_from_secs_f64(seconds) {
        Ok(time) if !time.is_zero() => Ok(options.timeout(time)),
        _ => Err(invalid(py, "timeout", "a positive number of seconds is needed")),
    }
}

/// A client of this process.
#[pyclass(frozen, module = "shiren._native")]
pub(crate) struct Client {
    pub(crate) engine: shiren::Client,
    number: u64,
    observed: Arc<AtomicBool>,
}

#[pymethods]
impl Client {
    /// From the JSON text of a configuration.
    #[new]
    fn new(py: Python<'_>, config: &str) -> PyResult<Client> {
        static LAST: AtomicU64 = AtomicU64::new(0);
        let made = py.detach(|| shiren::Client::new(Config::from_json(config.as_bytes())?));
        let engine = made.map_err(|error| raise(py, &error))?;
        let number = LAST.fetch_add(1, Ordering::Relaxed) + 1;
        let observed = Arc::<AtomicBool>::default();
        let wanted = observed.clone();
        engine.on_outcome(move |outcome| {
            if wanted.load(Ordering::Relaxed) || events::calls_are_logged() {
                events::outcome(number, outcome);
            }
        });
        Ok(Client { engine, number, observed })
    }

    /// The number that its outcomes carry.
    #[getter]
    fn number(&self) -> u64 {
        self.number
    }

    /// Calls an operation and waits, without the interpreter's lock; signals are looked for meanwhile.
    fn call<'py>(
        &self,
        py: Python<'py>,
        id: &str,
        fields: &Bound<'py, PyDict>,
        timeout: Option<f64>,
        raw: bool,
    ) -> PyResult<Bound<'py, PyAny>> {
        let (encoded, options) = (Encoded::of(fields)?, options(py, timeout, raw)?);
        let mut interrupt = None;
        let result = py.detach(|| {
            let (json, parts) = encoded.read()?;
            Ok::<_, PyErr>(Inside::enter().and_then(|_inside| {
                self.engine.call_json_watched(id, &json, parts, options, SLICE, || {
                    interrupt = Python::try_attach(|py| py.check_signals()).and_then(Result::err);
                    interrupt.is_none()
                })
            }))
        });
        let result: shiren::Result<shiren::wire::Wire> = match (result, interrupt) {
            (_, Some(interrupt)) => return Err(interrupt),
            (result, None) => result?,
        };
        let wire = result.map_err(|error| raise(py, &error))?;
        to_python(py, &wire.json, &wire.parts)
    }

    /// Cancels a started call. `False`: it is over.
    fn cancel(&self, number: u64) -> bool {
        self.engine.cancel(number)
    }

    /// Refuses new calls, cancels the others, and waits for their ends.
    fn close(&self, py: Python<'_>, deadline: f64) -> PyResult<()> {
        let deadline = Duration::try_from_secs_f64(deadline).unwrap_or_default();
        py.detach(|| self.engine.close(deadline)).map_err(|error| raise(py, &error))
    }

    /// What was counted.
    fn counters<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let json = serde_json::to_vec(&self.engine.counters()).unwrap_or_default();
        to_python(py, &json, &[])
    }

    /// What goes on at the limits.
    fn limits<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let json = serde_json::to_vec(&self.engine.limits()).unwrap_or_default();
        to_python(py, &json, &[])
    }

    /// From now on the end of each call is an event, also when calls are not logged.
    fn observe(&self) {
        self.observed.store(true, Ordering::Relaxed);
    }
}

/// Whether the interpreter with this number may use the library: what is shared here belongs to the first that asked.
#[pyfunction]
pub(crate) fn claim(interpreter: usize) -> bool {
    SERVED
        .compare_exchange(0, interpreter, Ordering::SeqCst, Ordering::SeqCst)
        .unwrap_or_else(|served| if served == interpreter { 0 } else { served })
        == 0
}

/// Runs a local operation, without a client and without the interpreter's lock.
#[pyfunction]
pub(crate) fn local<'py>(py: Python<'py>, id: &str, fields: &Bound<'py, PyDict>) -> PyResult<Bound<'py, PyAny>> {
    let encoded = Encoded::of(fields)?;
    let result = py.detach(|| {
        let (json, parts) = encoded.read()?;
        Ok::<_, PyErr>(Inside::enter().and_then(|_inside| shiren::local_json(id, &json, parts)))
    })?;
    let wire = result.map_err(|error| raise(py, &error))?;
    to_python(py, &wire.json, &wire.parts)
}

/// `(id, doc, place)` of every operation.
#[pyfunction]
pub(crate) fn operations(py: Python<'_>) -> PyResult<Bound<'_, PyList>> {
    let list = PyList::empty(py);
    for entry in shiren::registry::OPERATIONS {
        list.append((entry.meta.id, entry.meta.doc, entry.meta.place.name()))?;
    }
    Ok(list)
}

/// The interpreter ends: nobody comes in any more; waits at most so many seconds for those who are inside. To be
/// called when all clients are closed. A thread that came back to an ended interpreter would be killed in here.
#[pyfunction]
pub(crate) fn leave(py: Python<'_>, seconds: f64) -> bool {
    LEAVING.store(true, Ordering::SeqCst);
    let until = Instant::now() + Duration::try_from_secs_f64(seconds).unwrap_or_default();
    py.detach(|| {
        events::close();
        while INSIDE.load(Ordering::SeqCst) > 0 {
            if Instant::now() >= until {
                return false;
            }
            std::thread::sleep(Duration::from_millis(2));
        }
        true
    })
}
