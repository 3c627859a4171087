//! Starting, holding and stopping a sandbox.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::runtime::Handle;
use tokio::sync::{mpsc, oneshot};

use crate::door::Door;
use crate::faults::Fault;
use crate::journal::Entry;
use crate::ledger::Charge;
use crate::personas::{self, Persona};
use crate::server;
use crate::sessions::{Completed, Completion, Refused, SessionView};
use crate::settings::Settings;
use crate::state::State;
use crate::tenants::{NewTenant, Tenant};

/// How a sandbox starts.
#[derive(Clone, Debug)]
pub struct Builder {
    host: IpAddr,
    port: u16,
    settings: Settings,
}

impl Builder {
    /// The port; 0, the default, lets the system choose.
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// The address to listen on; 127.0.0.1 by default.
    pub fn host(mut self, host: IpAddr) -> Self {
        self.host = host;
        self
    }

    /// Whether a wrong method or content type is refused; true by default.
    pub fn strict(mut self, strict: bool) -> Self {
        self.settings.strict = strict;
        self
    }

    /// All settings at once.
    pub fn settings(mut self, settings: Settings) -> Self {
        self.settings = settings;
        self
    }

    /// Starts on the caller's tokio runtime, and ends with it.
    pub async fn start(self) -> io::Result<Sandbox> {
        let (state, closings) = self.open().await?;
        let (stop, stopped) = oneshot::channel();
        tokio::spawn(server::serve(state.clone(), closings, stopped));
        Ok(Sandbox { state, runtime: Handle::current(), stop: Some(stop), thread: None })
    }

    /// Starts on a thread and a runtime of its own.
    pub fn start_blocking(self) -> io::Result<Sandbox> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let (state, closings) = runtime.block_on(self.open())?;
        let (stop, stopped) = oneshot::channel();
        let handle = runtime.handle().clone();
        let serving = server::serve(state.clone(), closings, stopped);
        let thread = thread::Builder::new().name("shiren-sandbox".into()).spawn(move || {
            runtime.block_on(serving);
            runtime.shutdown_background();
        })?;
        Ok(Sandbox { state, runtime: handle, stop: Some(stop), thread: Some(thread) })
    }

    async fn open(self) -> io::Result<(Arc<State>, mpsc::UnboundedReceiver<Duration>)> {
        let listener = TcpListener::bind(SocketAddr::new(self.host, self.port)).await?;
        let (door, closings) = Door::new(listener)?;
        let mut address = door.address();
        if address.ip().is_unspecified() {
            // Listening everywhere is no address that a client could call.
            address.set_ip(if address.is_ipv4() { Ipv4Addr::LOCALHOST.into() } else { Ipv6Addr::LOCALHOST.into() });
        }
        let url = format!("http://{address}");
        Ok((Arc::new(State::new(url, self.settings, door)), closings))
    }
}

/// A running sandbox; dropping it ends it.
#[derive(Debug)]
pub struct Sandbox {
    state: Arc<State>,
    runtime: Handle,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<thread::JoinHandle<()>>,
}

impl Sandbox {
    /// Starts one on 127.0.0.1, on a port of the system's choice, on the caller's tokio runtime.
    pub async fn start() -> io::Result<Self> {
        Self::builder().start().await
    }

    /// The same on a thread and a runtime of its own, for callers without one, or with several.
    pub fn start_blocking() -> io::Result<Self> {
        Self::builder().start_blocking()
    }

    /// How else it may start.
    pub fn builder() -> Builder {
        Builder { host: Ipv4Addr::LOCALHOST.into(), port: 0, settings: Settings::default() }
    }

    /// Its address, as `http://127.0.0.1:PORT`. Vendors live under `/juhe`, `/jumdata` and `/baidu`.
    pub fn url(&self) -> &str {
        &self.state.url
    }

    /// All that it knows.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// The default tenant's accounts, as `accounts` of a client's configuration: what the ready line tells.
    pub fn accounts(&self) -> serde_json::Value {
        self.account().accounts(self.url())
    }

    /// The default tenant's keys.
    pub fn account(&self) -> Tenant {
        self.state.tenants.all().swap_remove(0)
    }

    /// Makes a tenant.
    pub fn add_tenant(&self, new: NewTenant) -> Result<Tenant, &'static str> {
        self.state.tenants.add(new)
    }

    /// All charges so far.
    pub fn ledger(&self) -> Vec<Charge> {
        self.state.ledger.charges(None)
    }

    /// What happened to each request.
    pub fn journal(&self) -> Vec<Entry> {
        self.state.journal.entries(None)
    }

    /// Moves the clock forward.
    pub fn advance(&self, by: Duration) {
        self.state.clock.advance(by);
    }

    /// Arms a fault and gives its number; a `refuse` acts before this returns.
    pub fn fault(&self, fault: impl Into<Fault>) -> Result<u64, &'static str> {
        self.state.arm(fault.into())
    }

    /// Takes every armed fault away.
    pub fn disarm(&self) {
        self.state.faults.disarm(None);
    }

    /// Back to the start: no charges, no sessions, no faults, no tenants but the default one, real time.
    pub fn reset(&self) {
        self.state.reset(None);
    }

    /// The hosted-page sessions.
    pub fn sessions(&self) -> Vec<SessionView> {
        self.state.sessions()
    }

    /// Ends a hosted-page session as a user would, and says where the browser was sent.
    pub async fn complete(&self, session: &str, completion: Completion) -> Result<Completed, Refused> {
        let (state, session) = (self.state.clone(), session.to_owned());
        // On the sandbox's runtime, so that the caller may sit on any other, or on none.
        let done = self.runtime.spawn(async move { state.complete(&session, completion).await });
        done.await.unwrap_or(Err(Refused::Unknown))
    }

    /// The same for callers without a runtime; not to be called on the sandbox's own.
    pub fn complete_blocking(&self, session: &str, completion: Completion) -> Result<Completed, Refused> {
        let (state, session) = (self.state.clone(), session.to_owned());
        let (send, done) = std::sync::mpsc::channel();
        self.runtime.spawn(async move { send.send(state.complete(&session, completion).await) });
        done.recv().unwrap_or(Err(Refused::Unknown))
    }

    /// The personas, which are the same in every sandbox.
    pub fn personas(&self) -> &'static [Persona] {
        personas::all()
    }

    /// Ends it; every connection is cut.
    pub fn stop(mut self) {
        self.end();
    }

    fn end(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.end();
    }
}
