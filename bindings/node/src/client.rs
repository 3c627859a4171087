//! A client of one environment.

use crate::mailbox::{Mailbox, Slot};
use crate::reply::{Ending, failure};
use crate::request::{options, parts};
use napi::bindgen_prelude::{AsyncTask, Either, Either3, Task, Uint8ArraySlice};
use napi_derive::napi;
use shiren::operation::Place;
use shiren::{Client, Config, registry};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

/// From this level on the end of each call is a log record.
const DEBUG: u8 = 4;

/// A client. What fails gives the error's JSON text in place of its result.
#[napi(js_name = "Client")]
pub struct NativeClient {
    engine: Arc<Client>,
    slot: Arc<Slot>,
    number: u32,
    observed: Arc<AtomicBool>,
}

#[napi]
impl NativeClient {
    /// From the JSON text of a configuration.
    #[napi(catch_unwind)]
    pub fn open(mailbox: &Mailbox, config: String) -> Either<NativeClient, String> {
        static LAST: AtomicU32 = AtomicU32::new(0);
        let made = Config::from_json(config.as_bytes()).and_then(Client::new);
        let engine = match made {
            Ok(engine) => Arc::new(engine),
            Err(error) => return Either::B(failure(&error)),
        };
        let number = LAST.fetch_add(1, Ordering::Relaxed).wrapping_add(1);
        let observed = Arc::<AtomicBool>::default();
        let (slot, wanted) = (mailbox.slot.clone(), observed.clone());
        engine.on_outcome(move |outcome| {
            if wanted.load(Ordering::Relaxed) || slot.level() >= DEBUG {
                slot.outcome(number, outcome);
            }
        });
        mailbox.slot.remember(&engine);
        Either::A(NativeClient { engine, slot: mailbox.slot.clone(), number, observed })
    }

    /// The number that its outcomes carry.
    #[napi(getter)]
    pub fn number(&self) -> u32 {
        self.number
    }

    /// Starts a call and gives its number; its end comes to the mailbox. Of a local operation it gives the end itself.
    #[napi(catch_unwind)]
    pub fn start(
        &self,
        id: String,
        json: String,
        bytes: Option<Vec<Uint8ArraySlice<'_>>>,
        timeout_ms: Option<f64>,
        raw: bool,
    ) -> Either3<f64, String, Ending> {
        let parts = parts(bytes.as_deref().unwrap_or_default());
        let options = match options(timeout_ms, raw) {
            Ok(options) => options,
            Err(error) => return Either3::B(failure(&error)),
        };
        if registry::find(&id).is_ok_and(|entry| entry.meta.place == Place::Local) {
            return Either3::C(Ending::of(0, self.engine.call_json_blocking(&id, json.as_bytes(), parts, options)));
        }
        let slot = self.slot.clone();
        match self.engine.start(&id, json.as_bytes(), parts, options, move |id, result| slot.end(id, result)) {
            Ok(id) => Either3::A(id as f64),
            Err(error) => Either3::B(failure(&error)),
        }
    }

    /// Cancels a started call. `false`: it is over.
    #[napi(catch_unwind)]
    pub fn cancel(&self, id: f64) -> bool {
        self.engine.cancel(id as u64)
    }

    /// Refuses new calls, cancels the others, and waits for their ends on a thread of node's pool.
    #[napi(catch_unwind)]
    pub fn close(&self, deadline_ms: f64) -> AsyncTask<Closing> {
        let deadline = Duration::try_from_secs_f64(deadline_ms / 1000.0).unwrap_or_default();
        AsyncTask::new(Closing { engine: self.engine.clone(), deadline })
    }

    /// What was counted, as JSON.
    #[napi(catch_unwind)]
    pub fn counters(&self) -> String {
        serde_json::to_string(&self.engine.counters()).unwrap_or_default()
    }

    /// What goes on at the limits, as JSON.
    #[napi(catch_unwind)]
    pub fn limits(&self) -> String {
        serde_json::to_string(&self.engine.limits()).unwrap_or_default()
    }

    /// From now on the end of each call comes to the mailbox, also when calls are not logged.
    #[napi(catch_unwind)]
    pub fn observe(&self) {
        self.observed.store(true, Ordering::Relaxed);
    }
}

/// A client on its way out.
pub struct Closing {
    engine: Arc<Client>,
    deadline: Duration,
}

impl Task for Closing {
    type Output = Option<String>;
    type JsValue = Option<String>;

    fn compute(&mut self) -> napi::Result<Option<String>> {
        Ok(self.engine.close(self.deadline).err().map(|error| failure(&error)))
    }

    fn resolve(&mut self, _: napi::Env, failure: Option<String>) -> napi::Result<Option<String>> {
        Ok(failure)
    }
}
