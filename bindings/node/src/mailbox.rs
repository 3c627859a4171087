//! One environment's mailbox: what the engine's threads have to tell it, and the one call that wakes its event loop.

use crate::reply::Ending;
use napi::bindgen_prelude::{Env, Function};
use napi::threadsafe_function::{ThreadsafeFunction, ThreadsafeFunctionCallMode};
use napi_derive::napi;
use shiren::wire::Wire;
use shiren::{Client, Outcome};
use std::collections::VecDeque;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

/// More log records than this wait for nobody: the newest are dropped and counted.
const MOST_RECORDS: usize = 2_000;

/// How long an environment that ends waits for the calls that it cancels.
const PATIENCE: Duration = Duration::from_millis(500);

/// Weak: the function alone does not keep the process alive. Never called twice before the loop has been there.
type Wake = ThreadsafeFunction<(), (), (), napi::Status, false, true>;

/// Something to tell.
enum Event {
    /// A started call ended.
    End(u64, shiren::Result<Wire>),
    /// A call of the client with this number ended.
    Outcome(u32, Outcome),
    /// Level, target, text.
    Record(u8, &'static str, String),
}

#[derive(Default)]
struct State {
    waiting: VecDeque<Event>,
    records: usize,
    dropped: u32,
    /// The loop was woken and has not come yet.
    woken: bool,
    /// The environment is gone.
    ended: bool,
    clients: Vec<Weak<Client>>,
}

/// What the engine's threads hold of a mailbox.
pub(crate) struct Slot {
    state: Mutex<State>,
    wake: Wake,
    /// The least important level that is wanted: 0 none, 1 error, … 5 trace.
    level: AtomicU8,
}

impl Slot {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn push(&self, event: Event) {
        let mut state = self.lock();
        if state.ended {
            return;
        }
        if matches!(event, Event::Record(..)) {
            if state.records == MOST_RECORDS {
                state.dropped += 1;
                return;
            }
            state.records += 1;
        }
        state.waiting.push_back(event);
        if std::mem::replace(&mut state.woken, true) {
            return;
        }
        // Without the lock: node's own lock is taken in there.
        drop(state);
        self.wake.call((), ThreadsafeFunctionCallMode::NonBlocking);
    }

    pub(crate) fn end(&self, id: u64, result: shiren::Result<Wire>) {
        self.push(Event::End(id, result));
    }

    pub(crate) fn outcome(&self, client: u32, outcome: &Outcome) {
        self.push(Event::Outcome(client, outcome.clone()));
    }

    pub(crate) fn record(&self, level: u8, target: &'static str, text: String) {
        self.push(Event::Record(level, target, text));
    }

    /// The least important level that this environment wants.
    pub(crate) fn level(&self) -> u8 {
        self.level.load(Ordering::Relaxed)
    }

    /// A client whose calls end with this environment.
    pub(crate) fn remember(&self, client: &Arc<Client>) {
        let mut state = self.lock();
        state.clients.retain(|known| known.strong_count() > 0);
        state.clients.push(Arc::downgrade(client));
    }

    /// The environment ends: a worker was terminated, or the process exits. What runs is cancelled.
    fn finish(&self) {
        let (clients, waiting) = {
            let mut state = self.lock();
            state.ended = true;
            (std::mem::take(&mut state.clients), std::mem::take(&mut state.waiting))
        };
        drop(waiting);
        crate::log::forget(self);
        let until = Instant::now() + PATIENCE;
        for client in clients.iter().filter_map(Weak::upgrade) {
            // A call that does not end in this time ends with the process.
            let _ = client.close(until.saturating_duration_since(Instant::now()));
        }
    }
}

/// What has come.
#[napi(object)]
pub struct Batch {
    /// Ends of started calls.
    pub ends: Vec<Ending>,
    /// Outcomes of observed clients.
    pub outcomes: Vec<Told>,
    /// Log records.
    pub records: Vec<Record>,
    /// How many log records found no room.
    pub dropped: u32,
}

/// The outcome of a call.
#[napi(object)]
pub struct Told {
    /// The client's number.
    pub client: u32,
    /// The operation's id.
    pub operation: String,
    /// Whose service it called.
    pub vendor: Option<String>,
    /// In milliseconds.
    pub duration_ms: f64,
    /// The kind of its error.
    pub error: Option<String>,
    /// What it cost.
    pub billed: String,
    /// How many requests went out, or tried to.
    pub attempts: u32,
    /// Whether the caller gave it up.
    pub cancelled: bool,
    /// How far the server's clock was ahead, in milliseconds.
    pub clock_ms: Option<f64>,
}

/// A log record.
#[napi(object)]
pub struct Record {
    /// 1 error … 5 trace.
    pub level: u8,
    /// Where it is from.
    pub target: String,
    /// What it says.
    pub text: String,
}

/// The mailbox of this environment.
#[napi]
pub struct Mailbox {
    pub(crate) slot: Arc<Slot>,
}

#[napi]
impl Mailbox {
    /// `wake` is called on the event loop when something has come; it calls `drain`.
    #[napi(constructor, catch_unwind)]
    pub fn new(env: Env, wake: Function<'_, (), ()>) -> napi::Result<Mailbox> {
        let wake = wake.build_threadsafe_function::<()>().weak::<true>().build()?;
        let slot = Arc::new(Slot { state: Mutex::default(), wake, level: AtomicU8::new(0) });
        env.add_env_cleanup_hook(slot.clone(), |slot| slot.finish())?;
        crate::log::remember(&slot);
        Ok(Mailbox { slot })
    }

    /// Everything that has come.
    #[napi(catch_unwind)]
    pub fn drain(&self) -> Batch {
        let (waiting, dropped) = {
            let mut state = self.slot.lock();
            state.woken = false;
            state.records = 0;
            (std::mem::take(&mut state.waiting), std::mem::take(&mut state.dropped))
        };
        let mut batch = Batch { ends: Vec::new(), outcomes: Vec::new(), records: Vec::new(), dropped };
        for event in waiting {
            match event {
                Event::End(id, result) => batch.ends.push(Ending::of(id, result)),
                Event::Outcome(client, outcome) => batch.outcomes.push(told(client, &outcome)),
                Event::Record(level, target, text) => {
                    batch.records.push(Record { level, target: target.replace("::", "."), text });
                }
            }
        }
        batch
    }

    /// Sets the least important level that is wanted: 0 none, 1 error, 2 warn, 3 info, 4 debug, 5 trace.
    #[napi(catch_unwind)]
    pub fn log_level(&self, level: u8) {
        self.slot.level.store(level, Ordering::Relaxed);
        crate::log::levels_changed();
    }
}

fn told(client: u32, outcome: &Outcome) -> Told {
    Told {
        client,
        operation: outcome.operation.into(),
        vendor: outcome.vendor.map(|vendor| vendor.name().into()),
        duration_ms: outcome.duration.as_secs_f64() * 1000.0,
        error: outcome.error.map(|kind| kind.name().into()),
        billed: outcome.billed.name().into(),
        attempts: outcome.attempts,
        cancelled: outcome.cancelled,
        clock_ms: outcome.clock_ms.map(|clock| clock as f64),
    }
}
