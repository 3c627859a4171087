//! What the engine has to tell Python: outcomes and log records. Its threads leave them here and go on; one Python
//! thread collects them. So logging can neither wait for the interpreter nor stop it.

use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use pyo3::types::{PyList, PyTuple};
use shiren::Outcome;
use std::cell::RefCell;
use std::collections::VecDeque;
use std::fmt;
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tracing::field::{Field, Visit};
use tracing::span;
use tracing::{Level, Metadata, Subscriber};

/// More log records than this wait for nobody: the newest are dropped and counted.
const MOST_RECORDS: usize = 2_000;

/// Something to tell.
enum Event {
    /// A call of the client with this number ended.
    Outcome(u64, Outcome),
    /// Python's number of the level, target, text.
    Record(u8, &'static str, String),
}

struct State {
    waiting: VecDeque<Event>,
    records: usize,
    dropped: u64,
    /// How many events have come, how many were taken, and how many of those Python is done with.
    come: u64,
    taken: u64,
    told: u64,
    closed: bool,
}

impl State {
    const fn new() -> State {
        State { waiting: VecDeque::new(), records: 0, dropped: 0, come: 0, taken: 0, told: 0, closed: false }
    }

    fn push(&mut self, event: Event) {
        self.waiting.push_back(event);
        self.come += 1;
        ARRIVED.notify_one();
    }
}

static STATE: Mutex<State> = Mutex::new(State::new());
static TOLD: Condvar = Condvar::new();
static ARRIVED: Condvar = Condvar::new();
/// Python's number of the lowest level that is wanted; 60: none.
static LEVEL: AtomicU8 = AtomicU8::new(60);

thread_local! {
    /// The lock, held from before a fork until after it: the child's copy is then in order.
    static HELD: RefCell<Option<MutexGuard<'static, State>>> = const { RefCell::new(None) };
}

fn lock() -> MutexGuard<'static, State> {
    STATE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Whether Python logs the end of each call, by `DEBUG`.
pub(crate) fn calls_are_logged() -> bool {
    LEVEL.load(Ordering::Relaxed) <= 10
}

/// Leaves an outcome. Outcomes are never dropped.
pub(crate) fn outcome(client: u64, outcome: &Outcome) {
    lock().push(Event::Outcome(client, outcome.clone()));
}

fn record(level: u8, target: &'static str, text: String) {
    let mut state = lock();
    if state.records < MOST_RECORDS {
        state.records += 1;
        state.push(Event::Record(level, target, text));
    } else {
        state.dropped += 1;
    }
}

/// What is waiting.
#[pyclass(frozen, module = "shiren._native")]
pub(crate) struct Events {
    /// `(client, outcome)` of each call that ended.
    #[pyo3(get)]
    outcomes: Py<PyList>,
    /// `(level, logger, text)` of each log record.
    #[pyo3(get)]
    records: Py<PyList>,
    /// How many log records found no room.
    #[pyo3(get)]
    dropped: u64,
    /// Whether nothing will come any more.
    #[pyo3(get)]
    closed: bool,
}

/// Waits at most so many seconds for events, and takes all of them. Whoever asks is done with those before.
#[pyfunction]
pub(crate) fn events(py: Python<'_>, timeout: f64) -> PyResult<Events> {
    let wait = Duration::try_from_secs_f64(timeout).unwrap_or_default();
    let (waiting, dropped, closed) = py.detach(|| {
        let until = Instant::now() + wait.min(Duration::from_secs(3600));
        let mut state = lock();
        state.told = state.taken;
        TOLD.notify_all();
        while state.waiting.is_empty() && !state.closed {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break;
            }
            state = ARRIVED.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        state.records = 0;
        state.taken = state.come;
        (std::mem::take(&mut state.waiting), std::mem::take(&mut state.dropped), state.closed)
    });
    let (outcomes, records) = (PyList::empty(py), PyList::empty(py));
    for event in waiting {
        match event {
            Event::Outcome(client, outcome) => outcomes.append((client, fields(py, &outcome)?))?,
            Event::Record(level, target, text) => records.append((level, target.replace("::", "."), text))?,
        }
    }
    Ok(Events { outcomes: outcomes.unbind(), records: records.unbind(), dropped, closed })
}

fn fields<'py>(py: Python<'py>, outcome: &Outcome) -> PyResult<Bound<'py, PyTuple>> {
    let (vendor, error) = (outcome.vendor.map(|vendor| vendor.name()), outcome.error.map(|kind| kind.name()));
    let seconds = outcome.duration.as_secs_f64();
    (outcome.operation, vendor, seconds, error, outcome.billed.name(), outcome.attempts, outcome.cancelled)
        .into_pyobject(py)
}

/// Waits at most so many seconds until Python is done with everything that has come. `False`: it is not.
#[pyfunction]
pub(crate) fn flush(py: Python<'_>, timeout: f64) -> bool {
    let wait = Duration::try_from_secs_f64(timeout).unwrap_or_default().min(Duration::from_secs(3600));
    py.detach(|| {
        let (until, mut state) = (Instant::now() + wait, lock());
        let wanted = state.come;
        while state.told < wanted {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return false;
            }
            state = TOLD.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        true
    })
}

/// Wakes the thread that waits for events, for the last time.
pub(crate) fn close() {
    lock().closed = true;
    ARRIVED.notify_all();
}

/// Sets the lowest level, by Python's numbers, that is worth a log record.
#[pyfunction]
pub(crate) fn log_level(level: u8) {
    if LEVEL.swap(level, Ordering::Relaxed) != level {
        tracing::callsite::rebuild_interest_cache();
    }
}

/// To be called before a fork.
#[pyfunction]
pub(crate) fn before_fork(py: Python<'_>) {
    py.detach(|| {
        let held = lock();
        HELD.with_borrow_mut(|place| *place = Some(held));
    });
}

/// To be called after a fork, in parent and child: what the parent was going to be told is the parent's.
#[pyfunction]
pub(crate) fn after_fork(child: bool) -> PyResult<()> {
    let mut held = HELD
        .with_borrow_mut(Option::take)
        .ok_or_else(|| PyRuntimeError::new_err("after_fork without before_fork on this thread"))?;
    if child {
        *held = State::new();
        crate::client::alone();
    }
    Ok(())
}

/// Sends the core's log records here. Only ours: the libraries below may log what they send.
pub(crate) fn listen() {
    // Fails when the module is made a second time in one process: then it is listening already.
    let _ = tracing::subscriber::set_global_default(Listener { spans: AtomicU64::new(1) });
}

struct Listener {
    spans: AtomicU64,
}

fn number(level: &Level) -> u8 {
    match *level {
        Level::ERROR => 40,
        Level::WARN => 30,
        Level::INFO => 20,
        Level::DEBUG => 10,
        Level::TRACE => 5,
    }
}

impl Subscriber for Listener {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        let target = metadata.target();
        metadata.is_event()
            && (target == "shiren" || target.starts_with("shiren::"))
            && number(metadata.level()) >= LEVEL.load(Ordering::Relaxed)
    }

    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(self.spans.fetch_add(1, Ordering::Relaxed).max(1))
    }

    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}

    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}

    fn event(&self, event: &tracing::Event<'_>) {
        let mut text = Text(String::new());
        event.record(&mut text);
        record(number(event.metadata().level()), event.metadata().target(), text.0);
    }

    fn enter(&self, _: &span::Id) {}

    fn exit(&self, _: &span::Id) {}
}

struct Text(String);

impl Visit for Text {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        use fmt::Write;
        let room = if self.0.is_empty() { "" } else { " " };
        let _ = match field.name() {
            "message" => write!(self.0, "{room}{value:?}"),
            name => write!(self.0, "{room}{name}={value:?}"),
        };
    }
}
