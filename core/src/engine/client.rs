//! The client: the one door through which operations are called.

use super::call::{Call, deadline};
use super::lane::Lanes;
use super::limit::{Gates, Usages};
use super::lock;
use super::outcome::{Counters, Outcome, Outcomes, Record};
use super::own::Own;
use super::running::{Running, Ticket, callback, inside};
use super::token::{MemoryStore, TokenStore, Tokens};
use super::transport::Transport;
use crate::check::Preflight;
use crate::config::{Accounts, Config};
use crate::error::{Error, Kind, Result};
use crate::operation::{Context, Exchange, Io, Meta, Operation, Options, Place};
use crate::registry;
use crate::secret::Secret;
use crate::time::Time;
use crate::verdict::Vendor;
use crate::wire::{Parts, Wire};
use std::fmt;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// What a caller may say about one call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct CallOptions {
    /// Keep the vendor's text as it came, in `raw` of the reply.
    pub raw: bool,
    /// Time for the whole call, waiting and repetitions included; the configuration's by default.
    pub timeout: Option<Duration>,
}

impl CallOptions {
    /// The same with the vendor's text in `raw`.
    #[must_use]
    pub fn raw(mut self, raw: bool) -> CallOptions {
        self.raw = raw;
        self
    }

    /// The same with another time for the whole call.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> CallOptions {
        self.timeout = Some(timeout);
        self
    }
}

/// Calls operations, asynchronously or blocking, from as many threads and runtimes as there are.
///
/// Cloning is cheap, and clones are the same client: they share tokens, counters and connections. Dropping the last
/// one anywhere, also inside an async function, neither blocks nor panics; calls in flight go on to their end
/// ([`close`](Client::close) cancels them).
///
/// A call is cancelled by dropping its future. Whatever happens to a call, it gives exactly one [`Outcome`].
#[derive(Clone)]
pub struct Client(Arc<Shared>);

/// Makes a [`Client`] with more than a configuration.
pub struct Builder {
    config: Config,
    clock: Box<dyn Fn() -> Time + Send + Sync>,
    store: Box<dyn TokenStore>,
}

impl Builder {
    /// Another clock than the system's: signatures, lifetimes and expiries go by it, time-outs do not.
    #[must_use]
    pub fn clock(mut self, clock: impl Fn() -> Time + Send + Sync + 'static) -> Builder {
        self.clock = Box::new(clock);
        self
    }

    /// Another place for access tokens than this client's memory.
    #[must_use]
    pub fn token_store(mut self, store: impl TokenStore + 'static) -> Builder {
        self.store = Box::new(store);
        self
    }

    /// The client. Fails when the configuration cannot work; nothing is connected yet.
    pub fn build(self) -> Result<Client> {
        self.build_in(std::process::id())
    }

    /// A client of the process with this number.
    pub(super) fn build_in(self, pid: u32) -> Result<Client> {
        let config = self.config.settled()?;
        config.check()?;
        let running = Arc::<Running>::default();
        Ok(Client(Arc::new(Shared {
            lanes: Lanes::new(Transport::new(&config)?),
            gates: Gates::new(&config.limits),
            tokens: Tokens::new(self.store),
            outcomes: Outcomes::new(running.clone()),
            running,
            own: Mutex::new(None),
            clock: self.clock,
            config,
            pid,
        })))
    }
}

impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder").field("config", &self.config).finish_non_exhaustive()
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("config", &self.0.config).finish_non_exhaustive()
    }
}

impl Client {
    /// A client. Fails when the configuration cannot work; nothing is connected yet.
    pub fn new(config: Config) -> Result<Client> {
        Client::builder(config).build()
    }

    /// A client with another clock or token store.
    pub fn builder(config: Config) -> Builder {
        Builder { config, clock: Box::new(crate::local::now), store: Box::new(MemoryStore::default()) }
    }

    /// Calls an operation on the caller's tokio runtime, which must have I/O and time enabled. Local operations
    /// need no runtime; heavy ones run on one of its worker threads.
    pub async fn call<O: Operation>(&self, operation: O) -> Result<O::Response> {
        self.call_with(operation, CallOptions::default()).await
    }

    /// The same, with options.
    pub async fn call_with<O: Operation>(&self, operation: O, options: CallOptions) -> Result<O::Response> {
        let (call, ticket) =
            self.0.begin(O::META, options, false, |io| Ok(Exchange::new(io, |io| operation.run(io))))?;
        call.run(&ticket.switch).await
    }

    /// Calls an operation and waits for it on this thread. Any number of threads may; none needs a runtime.
    ///
    /// Inside a runtime (in a task, in `spawn_blocking`) it works too, with one more thread for each call; in a task
    /// it stops that task's thread, as any blocking does. From a callback of this client it is refused.
    pub fn call_blocking<O: Operation>(&self, operation: O) -> Result<O::Response> {
        self.call_blocking_with(operation, CallOptions::default())
    }

    /// The same, with options.
    pub fn call_blocking_with<O: Operation>(&self, operation: O, options: CallOptions) -> Result<O::Response> {
        self.0.block(O::META, options, |io| Ok(Exchange::new(io, |io| operation.run(io))))
    }

    /// Calls an operation by id, from JSON to JSON, on the caller's tokio runtime.
    pub async fn call_json(&self, id: &str, json: &[u8], parts: Parts, options: CallOptions) -> Result<Wire> {
        let entry = registry::find(id)?;
        let (call, ticket) = self.0.begin(entry.meta, options, false, |io| (entry.start)(json, parts, io))?;
        call.run(&ticket.switch).await
    }

    /// Calls an operation by id, from JSON to JSON, and waits for it on this thread.
    pub fn call_json_blocking(&self, id: &str, json: &[u8], parts: Parts, options: CallOptions) -> Result<Wire> {
        let entry = registry::find(id)?;
        self.0.block(entry.meta, options, |io| (entry.start)(json, parts, io))
    }

    /// The same, asking `goes_on` every so often, on this thread and outside of any runtime; `false` cancels the call.
    ///
    /// For hosts that see an interrupt only when they look: what `goes_on` does may call this client in turn.
    pub fn call_json_watched(
        &self,
        id: &str,
        json: &[u8],
        parts: Parts,
        options: CallOptions,
        every: Duration,
        mut goes_on: impl FnMut() -> bool,
    ) -> Result<Wire> {
        let entry = registry::find(id)?;
        self.0.watch(entry.meta, options, |io| (entry.start)(json, parts, io), every, &mut goes_on)
    }

    /// Starts a call and returns its number at once. `done` gets the number and the result, exactly once, on a
    /// thread of the client (perhaps before this returns); of a local operation, which is done here, on this one. It
    /// must be quick and must not wait for this client. When this fails, `done` is not called.
    pub fn start(
        &self,
        id: &str,
        json: &[u8],
        parts: Parts,
        options: CallOptions,
        done: impl FnOnce(u64, Result<Wire>) + Send + 'static,
    ) -> Result<u64> {
        let entry = registry::find(id)?;
        let (mut call, ticket) = self.0.begin(entry.meta, options, true, |io| (entry.start)(json, parts, io))?;
        let (id, running) = (ticket.id, call.shared.running.clone());
        let delivery = move || Delivery { ticket, running, done: Some(Box::new(done)) };
        if call.place == Place::Local {
            let delivery = delivery();
            // A panic ends like one in a task: the delivery that it drops tells of it.
            let _ = catch_unwind(AssertUnwindSafe(move || delivery.deliver(call.run_here())));
            return Ok(id);
        }
        let own = match self.0.own() {
            Ok(own) => own,
            Err(error) => return call.record.end(Err(error)),
        };
        own.spawn(move || {
            let delivery = delivery();
            async move {
                let result = call.run(&delivery.ticket.switch).await;
                delivery.deliver(result);
            }
        })?;
        Ok(id)
    }

    /// Cancels a started call. `true`: it was still running; its `done` comes all the same, with an error of kind
    /// `cancelled`, or with the result if that was faster.
    pub fn cancel(&self, id: u64) -> bool {
        self.0.unforked().is_ok() && self.0.running.cancel(id)
    }

    /// Refuses new calls, cancels those that run (those that wait at a limit fail as `closed`), and waits until every `done` has returned. Blocks; fails with
    /// kind `timeout` when that takes longer than `deadline`, and is refused inside a callback of this client.
    /// It may be called again.
    pub fn close(&self, deadline: Duration) -> Result<()> {
        let shared = &self.0;
        shared.unforked()?;
        if inside(&shared.running) {
            return Err(Error::configuration("a client cannot be closed inside its own callback")
                .with_hint("close it from another thread"));
        }
        shared.running.close();
        shared.tokens.close();
        let quiet = shared.running.wait(deadline);
        if let Some(own) = lock(&shared.own).take() {
            own.retire();
        }
        shared.lanes.clear();
        if quiet { Ok(()) } else { Err(Error::new(Kind::Timeout, "not every callback has returned in this time")) }
    }

    /// Tells `observer` about the end of each call, abandoned ones included, on the thread where it ended. It must
    /// be quick; its panics are caught.
    pub fn on_outcome(&self, observer: impl Fn(&Outcome) + Send + Sync + 'static) {
        if self.0.unforked().is_ok() {
            self.0.outcomes.observe(Arc::new(observer));
        }
    }

    /// What was counted since the client was made; nothing in a child process that inherited it.
    pub fn counters(&self) -> Counters {
        if self.0.unforked().is_ok() { self.0.outcomes.counters() } else { Counters::default() }
    }

    /// What goes on at the limits of each account: waiting, in flight, breaker, spent; nothing in a child process that
    /// inherited the client.
    pub fn limits(&self) -> Usages {
        if self.0.unforked().is_ok() { self.0.gates.usages() } else { Usages::default() }
    }

    /// Whether this is the process that made the client; in one that inherited it by a fork, the error of kind `closed`
    /// that every call gives there. It takes no lock.
    pub fn unforked(&self) -> Result<()> {
        self.0.unforked()
    }

    /// What the client was made from.
    pub fn config(&self) -> &Config {
        &self.0.config
    }
}

/// What all clones of a client share.
pub(super) struct Shared {
    pub(super) config: Config,
    clock: Box<dyn Fn() -> Time + Send + Sync>,
    pub(super) lanes: Lanes,
    pub(super) gates: Gates,
    pub(super) tokens: Tokens,
    outcomes: Arc<Outcomes>,
    running: Arc<Running>,
    own: Mutex<Option<Arc<Own>>>,
    pid: u32,
}

impl Context for Shared {
    fn now(&self) -> Time {
        (self.clock)()
    }

    fn nonce(&self) -> [u8; 16] {
        let mut bytes = [0; 16];
        match getrandom::fill(&mut bytes) {
            Ok(()) => bytes,
            Err(_) => crate::local::nonce(),
        }
    }

    fn accounts(&self) -> &Accounts {
        &self.config.accounts
    }

    fn evidence_hosts(&self) -> &[String] {
        &self.config.evidence_hosts
    }

    fn test_mode(&self) -> bool {
        self.config.test_mode
    }

    fn preflight(&self) -> &Preflight {
        &self.config.preflight
    }
}

impl Shared {
    /// Puts a call on its way; nothing is sent before it is run. When this fails, its outcome has been told.
    fn begin<R>(
        self: &Arc<Self>,
        meta: Meta,
        options: CallOptions,
        started: bool,
        exchange: impl FnOnce(Io) -> Result<Exchange<R>>,
    ) -> Result<(Call<R>, Ticket)> {
        // Before any lock: in a forked child its holder may not exist.
        self.unforked()?;
        let mut record = Record::new(meta.id, Some(self.outcomes.clone()));
        let ready = self.running.enter(started).and_then(|ticket| {
            let io = Io::new(self.clone(), Options { raw: options.raw });
            Ok((exchange(io)?, ticket))
        });
        let (exchange, ticket) = match ready {
            Ok(ready) => ready,
            Err(error) => return record.end(Err(error)),
        };
        let time = options.timeout.unwrap_or(Duration::from_millis(self.config.timeout_ms.into()));
        let call = Call {
            shared: self.clone(),
            exchange,
            permit: None,
            queued: false,
            record,
            place: meta.place,
            deadline: deadline(time),
            attempts: u32::MAX,
            retry_after: None,
        };
        Ok((call, ticket))
    }

    fn block<R: Send + 'static>(
        self: &Arc<Self>,
        meta: Meta,
        options: CallOptions,
        exchange: impl FnOnce(Io) -> Result<Exchange<R>>,
    ) -> Result<R> {
        let (mut call, ticket) = self.begin(meta, options, false, exchange)?;
        if meta.place != Place::Remote {
            return call.run_here();
        }
        match self.own_here() {
            Ok(own) => own.block_on(call.run(&ticket.switch))?,
            Err(error) => call.record.end(Err(error)),
        }
    }

    fn watch<R: Send + 'static>(
        self: &Arc<Self>,
        meta: Meta,
        options: CallOptions,
        exchange: impl FnOnce(Io) -> Result<Exchange<R>>,
        every: Duration,
        goes_on: &mut dyn FnMut() -> bool,
    ) -> Result<R> {
        let (mut call, ticket) = self.begin(meta, options, false, exchange)?;
        if meta.place != Place::Remote {
            return call.run_here();
        }
        let own = match self.own_here() {
            Ok(own) => own,
            Err(error) => return call.record.end(Err(error)),
        };
        let mut run = std::pin::pin!(call.run(&ticket.switch));
        loop {
            // The runtime is left each time: who looks may block on it himself.
            let slice = own.block_on(async { tokio::time::timeout(every, run.as_mut()).await })?;
            match slice {
                Ok(result) => return result,
                Err(_) if goes_on() => {}
                Err(_) => {
                    ticket.switch.throw();
                    return own.block_on(run)?;
                }
            }
        }
    }

    /// The runtime for a blocking call on this thread.
    fn own_here(&self) -> Result<Arc<Own>> {
        if inside(&self.running) {
            return Err(Error::configuration("a callback of a client cannot wait for that client")
                .with_hint("hand the result to another thread, or use `start`"));
        }
        self.own()
    }

    /// The runtime of callers who have none; made on first use.
    pub(super) fn own(&self) -> Result<Arc<Own>> {
        let mut own = lock(&self.own);
        if let Some(own) = &*own {
            return Ok(own.clone());
        }
        if self.running.is_closed() {
            return Err(Error::new(Kind::Closed, "the client was closed"));
        }
        Ok(own.insert(Own::new()?).clone())
    }

    /// An access token for a call.
    pub(super) fn token(
        self: &Arc<Self>,
        vendor: Vendor,
        stale: Option<Secret>,
    ) -> impl Future<Output = Result<Secret>> + Send {
        let shared = self.clone();
        async move {
            match vendor {
                Vendor::Baidu => shared.tokens.get(&shared, stale).await,
                _ => Err(Error::internal("this vendor has no access tokens")),
            }
        }
    }

    pub(super) fn is_closed(&self) -> bool {
        self.running.is_closed()
    }

    fn unforked(&self) -> Result<()> {
        if std::process::id() == self.pid {
            return Ok(());
        }
        Err(Error::new(Kind::Closed, "this client was made before the process forked")
            .with_hint("make a new client in the child process"))
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        if self.unforked().is_ok()
            && let Some(own) = lock(&self.own).take()
        {
            own.retire();
        }
    }
}

type Done = Box<dyn FnOnce(u64, Result<Wire>) + Send>;

/// Hands the result of a started call over, exactly once, however the call ends.
struct Delivery {
    running: Arc<Running>,
    done: Option<Done>,
    /// Given back last: until then `close` waits.
    ticket: Ticket,
}

impl Delivery {
    fn deliver(mut self, result: Result<Wire>) {
        self.hand_over(result);
    }

    fn hand_over(&mut self, result: Result<Wire>) {
        if let Some(done) = self.done.take() {
            self.ticket.decided();
            callback(&self.running, || done(self.ticket.id, result));
        }
    }
}

impl Drop for Delivery {
    fn drop(&mut self) {
        self.hand_over(Err(Error::internal("the call died")));
    }
}
