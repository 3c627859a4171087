//! The one idea: everything is an operation, and an operation is written once.
//!
//! An operation is straight-line code that awaits nothing but [`Io`]. It needs no runtime: an [`Exchange`] polls it
//! with a waker that does nothing, and what it asks for comes out as a value. The engine answers for real, a test
//! answers from a file.

use crate::check::{Finding, Preflight};
use crate::config::Accounts;
use crate::error::{Error, Kind, Result};
use crate::evidence::save::Save;
use crate::secret::{Personal, Secret};
use crate::time::Time;
use crate::verdict::{Billed, Vendor};
use bytes::Bytes;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context as TaskContext, Poll, Waker};
use std::time::Duration;

/// What is fixed about an operation.
#[derive(Clone, Copy, Debug)]
pub struct Meta {
    /// `juhe.verifyface.verify2`: also its path in the source and in every language.
    pub id: &'static str,
    /// One sentence.
    pub doc: &'static str,
    /// Where it runs.
    pub place: Place,
}

/// Where an operation runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// It calls a vendor.
    Remote,
    /// It computes, at once; no client is needed.
    Local,
    /// It computes for a while: asynchronous callers run it on a worker thread.
    Heavy,
}

impl Place {
    /// The word for it in every language.
    pub const fn name(self) -> &'static str {
        match self {
            Place::Remote => "remote",
            Place::Local => "local",
            Place::Heavy => "heavy",
        }
    }
}

/// Whether a request may cost money. It belongs to the request: a flow mixes both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Money {
    /// It never costs.
    Free,
    /// It may cost: it is never sent twice unless it certainly never left.
    Billable,
}

/// Whether the library itself may send a request once more after this error.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Repeat {
    /// No.
    #[default]
    Never,
    /// When the call is free: up to this many attempts in all, at least `floor` apart.
    Free { attempts: u32, floor: Duration },
    /// Even when the call is paid, because not a byte of it left.
    #[cfg_attr(not(feature = "client"), allow(dead_code, reason = "only the engine knows"))]
    Unsent { attempts: u32 },
}

impl Repeat {
    /// The ordinary answer for a passing fault of a free call.
    pub(crate) const FREE: Repeat = Repeat::Free { attempts: 3, floor: Duration::ZERO };

    fn allows(self, money: Money, attempt: u32) -> Option<Duration> {
        match self {
            Repeat::Free { attempts, floor } if money == Money::Free && attempt < attempts => Some(floor),
            Repeat::Unsent { attempts } if attempt < attempts => Some(Duration::ZERO),
            _ => None,
        }
    }
}

/// An operation: its value is the request, [`run`](Operation::run) is what it does.
pub trait Operation: DeserializeOwned + Schema + Send + 'static {
    /// Id, one sentence, place.
    const META: Meta;
    /// What it answers.
    type Response: Serialize + Schema + Send + 'static;
    /// Everything that can be seen to be wrong with the request before it is sent, warnings included. What of it
    /// refuses the call is up to [`Config::preflight`](crate::Config::preflight).
    fn preflight(&self, _now: Time) -> Vec<Finding> {
        Vec::new()
    }
    /// Straight-line code. The only thing it may await is `io`, one ask at a time.
    fn run(self, io: Io) -> impl Future<Output = Result<Self::Response>> + Send;
}

/// A shape that the generator can read: `schemars::JsonSchema` with feature `schema`, anything without it.
#[cfg(feature = "schema")]
pub trait Schema: schemars::JsonSchema {}
#[cfg(feature = "schema")]
impl<T: schemars::JsonSchema> Schema for T {}
/// A shape that the generator can read: `schemars::JsonSchema` with feature `schema`, anything without it.
#[cfg(not(feature = "schema"))]
pub trait Schema {}
#[cfg(not(feature = "schema"))]
impl<T> Schema for T {}

/// What an operation can ask for.
#[allow(clippy::large_enum_variant, reason = "it lives for a moment, on the stack")]
pub enum Ask {
    /// May the next attempt go out? Waits for limits and for the back-off before a repetition.
    Ready {
        /// Whose limits.
        vendor: Vendor,
        /// 1 for the first attempt.
        attempt: u32,
        /// Wait at least this long before a repetition.
        floor: Duration,
        /// What the request may cost that comes next; `None` when none comes and this is only a pause.
        money: Option<Money>,
    },
    /// Send this, once.
    Send {
        /// Whose connection.
        vendor: Vendor,
        /// Whether it may cost.
        money: Money,
        /// The request, complete and signed.
        request: http::Request<Bytes>,
        /// Where the body of a 200 goes instead of into memory.
        save: Option<Save>,
    },
    /// A token of the account: from the store, or fetched.
    Token {
        /// Whose token.
        vendor: Vendor,
        /// The token that was refused, if one was.
        stale: Option<Secret>,
    },
}

/// What it is told.
pub enum Reply {
    /// Whether to go on: `false` when the time allowed would not suffice.
    Ready(Result<bool>),
    /// The vendor's answer, or why there is none. The error says whether it was billed.
    Sent(Result<http::Response<Bytes>>),
    /// The token.
    Token(Result<Secret>),
}

/// Clock, nonce, accounts: all that keeps an operation from being a pure function.
pub trait Context: Send + Sync {
    /// The present moment.
    fn now(&self) -> Time;
    /// Sixteen bytes that never come again.
    fn nonce(&self) -> [u8; 16];
    /// Keys and addresses.
    fn accounts(&self) -> &Accounts;
    /// Further hosts that evidence may be fetched from.
    fn evidence_hosts(&self) -> &[String] {
        &[]
    }
    /// Whether the vendors' real hosts are refused.
    fn test_mode(&self) -> bool {
        false
    }
    /// Which findings refuse a call before it is sent.
    fn preflight(&self) -> &Preflight {
        static DEFAULT: Preflight = Preflight::DEFAULT;
        &DEFAULT
    }
}

/// What a caller may say about one call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Keep the vendor's text as it came, in `raw` of the reply.
    pub raw: bool,
}

/// An operation's only way to the outside.
#[derive(Clone)]
pub struct Io {
    context: Arc<dyn Context>,
    options: Options,
    save: Option<Save>,
    slot: Arc<Mutex<Slot>>,
}

#[derive(Default)]
struct Slot {
    ask: Option<Ask>,
    reply: Option<Reply>,
    spent: Option<Billed>,
    settlement: Option<Settlement>,
    open: bool,
    sent_at: Time,
}

fn lock(slot: &Mutex<Slot>) -> MutexGuard<'_, Slot> {
    slot.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Io {
    /// A way out for one exchange.
    pub fn new(context: Arc<dyn Context>, options: Options) -> Io {
        Io { context, options, save: None, slot: Arc::default() }
    }

    /// The same, but what a 200 brings goes into a file.
    pub(crate) fn saving(self, save: Option<Save>) -> Io {
        Io { save, ..self }
    }

    /// The present moment.
    pub fn now(&self) -> Time {
        self.context.now()
    }

    /// Sixteen bytes that never come again.
    pub(crate) fn nonce(&self) -> [u8; 16] {
        self.context.nonce()
    }

    /// Waits before asking the same again; `false` when the time allowed for the call would not suffice.
    pub(crate) async fn pause(&self, vendor: Vendor, floor: Duration) -> Result<bool> {
        match self.ask(Ask::Ready { vendor, attempt: 2, floor, money: None }).await {
            Reply::Ready(ready) => ready,
            _ => Err(Error::internal("an answer to another question")),
        }
    }

    /// The moment before the last request was built: lifetimes count from it.
    pub(crate) fn sent_at(&self) -> Time {
        lock(&self.slot).sent_at
    }

    /// Keys and addresses.
    pub fn accounts(&self) -> &Accounts {
        self.context.accounts()
    }

    /// Refuses a request that is not worth sending: nothing was sent, nothing is billed.
    pub(crate) fn admit<O: Operation>(&self, request: &O) -> Result<()> {
        self.context.preflight().admit(request.preflight(self.now()))
    }

    /// The vendor's text, where the caller asked for it.
    pub(crate) fn raw(&self, body: &str) -> Option<Personal> {
        self.options.raw.then(|| Personal::from(body))
    }

    /// Sends a request and reads its answer.
    ///
    /// `build` runs once for each attempt, after any waiting, so that nonce, timestamp and signature are fresh.
    /// `read` gives the reply and what it cost; its errors say what they cost themselves. A request is repeated only
    /// as its error's `Repeat` allows: never a paid one that may have arrived.
    pub(crate) async fn call<T>(
        &self,
        vendor: Vendor,
        money: Money,
        build: impl Fn(&dyn Context) -> Result<http::Request<Bytes>> + Send,
        read: impl Fn(&http::Response<Bytes>) -> Result<(T, Billed)> + Send,
    ) -> Result<T> {
        let (mut attempt, mut floor, mut last) = (1, Duration::ZERO, None);
        loop {
            match self.ask(Ask::Ready { vendor, attempt, floor, money: Some(money) }).await {
                Reply::Ready(Ok(true)) => {}
                Reply::Ready(Ok(false)) => {
                    return Err(last.unwrap_or_else(|| Error::new(Kind::Timeout, "no time was left to send anything")));
                }
                Reply::Ready(Err(error)) => return Err(last.unwrap_or(error)),
                _ => return Err(Error::internal("an answer to another question")),
            }
            let sent_at = self.now();
            let request = build(&*self.context)?;
            {
                let mut slot = lock(&self.slot);
                slot.sent_at = sent_at;
                slot.open = money == Money::Billable;
            }
            let Reply::Sent(answer) = self.ask(Ask::Send { vendor, money, request, save: self.save.clone() }).await
            else {
                return Err(Error::internal("an answer to another question"));
            };
            let result = answer.map_err(|error| error.with_vendor(vendor)).and_then(|answer| {
                read(&answer).map_err(|mut error| {
                    error.vendor = Some(vendor);
                    error.http_status.get_or_insert(answer.status().as_u16());
                    error
                })
            });
            let billed = match &result {
                Ok((_, billed)) => *billed,
                Err(error) => error.billed,
            };
            let billed = if money == Money::Billable { billed } else { Billed::No };
            self.settle(Settlement { billed, error: result.as_ref().err().cloned() });
            match result {
                Ok((reply, _)) => return Ok(reply),
                Err(error) => match error.repeat.allows(money, attempt) {
                    Some(wait) => (floor, last) = (wait.max(error.retry_after().unwrap_or_default()), Some(error)),
                    None => return Err(error),
                },
            }
            attempt += 1;
        }
    }

    /// A token of the account.
    pub(crate) async fn token(&self, vendor: Vendor, stale: Option<Secret>) -> Result<Secret> {
        match self.ask(Ask::Token { vendor, stale }).await {
            Reply::Token(token) => token,
            _ => Err(Error::internal("an answer to another question")),
        }
    }

    fn settle(&self, settlement: Settlement) {
        let mut slot = lock(&self.slot);
        slot.open = false;
        slot.spent = Some(slot.spent.unwrap_or(Billed::No).and(settlement.billed));
        slot.settlement = Some(settlement);
    }

    async fn ask(&self, ask: Ask) -> Reply {
        let mut ask = Some(ask);
        poll_fn(|_| {
            let mut slot = lock(&self.slot);
            if ask.is_some() {
                slot.ask = ask.take();
                return Poll::Pending;
            }
            slot.reply.take().map_or(Poll::Pending, Poll::Ready)
        })
        .await
    }
}

/// What one request came to, once its answer was read.
#[derive(Clone, Debug)]
pub struct Settlement {
    /// What it cost.
    pub billed: Billed,
    /// What was wrong with it.
    pub error: Option<Error>,
}

/// A running operation seen from outside: no runtime, no waker, no thread.
pub struct Exchange<R> {
    work: Pin<Box<dyn Future<Output = Result<R>> + Send>>,
    slot: Arc<Mutex<Slot>>,
}

/// What an exchange does next.
#[allow(clippy::large_enum_variant, reason = "it lives for a moment, on the stack")]
pub enum Step<R> {
    /// It asks for something; answer by the next [`Exchange::resume`].
    Ask(Ask),
    /// It is finished.
    Done(Result<R>),
}

impl<R> Exchange<R> {
    /// Begins; nothing happens before the first [`resume`](Self::resume).
    pub fn new<F: Future<Output = Result<R>> + Send + 'static>(io: Io, work: impl FnOnce(Io) -> F) -> Exchange<R> {
        let slot = io.slot.clone();
        Exchange { work: Box::pin(work(io)), slot }
    }

    /// Goes on until the next question or the end.
    pub fn resume(&mut self, reply: Option<Reply>) -> Step<R> {
        lock(&self.slot).reply = reply;
        match self.work.as_mut().poll(&mut TaskContext::from_waker(Waker::noop())) {
            Poll::Ready(Err(error)) => {
                let billed = error.billed.and(self.spent());
                Step::Done(Err(error.with_billed(billed)))
            }
            Poll::Ready(result) => Step::Done(result),
            Poll::Pending => match lock(&self.slot).ask.take() {
                Some(ask) => Step::Ask(ask),
                None => Step::Done(Err(Error::internal("an operation awaited something other than its Io"))),
            },
        }
    }

    /// What the requests answered so far have cost; one that is still open counts as `unknown`, unless whoever
    /// sends it knows better.
    pub fn spent(&self) -> Billed {
        let slot = lock(&self.slot);
        let settled = slot.spent.unwrap_or(Billed::No);
        if slot.open { settled.and(Billed::Unknown) } else { settled }
    }

    /// What the last request came to; `None` when no answer has been read since this was asked.
    pub fn settlement(&mut self) -> Option<Settlement> {
        lock(&self.slot).settlement.take()
    }

    /// What the settled requests have cost, without the one in flight.
    pub fn settled(&self) -> Billed {
        lock(&self.slot).spent.unwrap_or(Billed::No)
    }
}
