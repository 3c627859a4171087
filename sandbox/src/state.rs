//! Everything a running sandbox knows, in one place.

use std::sync::{Arc, Mutex};

use crate::clock::Clock;
use crate::door::Door;
use crate::faults::{Fault, Faults, Kind};
use crate::journal::Journal;
use crate::ledger::Ledger;
use crate::sessions::{Completed, Completion, Refused, SessionView};
use crate::settings::Settings;
use crate::tenants::Tenants;
use crate::{baidu, juhe, jumdata};

/// How handlers hold the state.
pub(crate) type Shared = Arc<State>;

/// The state of a sandbox.
pub struct State {
    /// The address, as `http://127.0.0.1:PORT`.
    pub url: String,
    /// The one clock.
    pub clock: Clock,
    /// The charges.
    pub ledger: Ledger,
    /// The requests.
    pub journal: Journal,
    /// The armed faults.
    pub faults: Faults,
    /// The accounts.
    pub tenants: Tenants,
    settings: Mutex<Settings>,
    initial: Settings,
    pub(crate) door: Door,
    pub(crate) juhe: juhe::State,
    pub(crate) jumdata: jumdata::State,
    pub(crate) baidu: baidu::State,
}

// Sessions hold whoever was asked for, so nothing but the address is shown.
impl std::fmt::Debug for State {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("State").field("url", &self.url).finish_non_exhaustive()
    }
}

impl State {
    pub(crate) fn new(url: String, settings: Settings, door: Door) -> Self {
        Self {
            url,
            clock: Clock::default(),
            ledger: Ledger::default(),
            journal: Journal::default(),
            faults: Faults::default(),
            tenants: Tenants::default(),
            initial: settings.clone(),
            settings: Mutex::new(settings),
            door,
            juhe: juhe::State::default(),
            jumdata: jumdata::State::default(),
            baidu: baidu::State::default(),
        }
    }

    /// The settings as they are now.
    pub fn settings(&self) -> Settings {
        self.settings.lock().unwrap().clone()
    }

    /// Replaces the settings.
    pub fn set_settings(&self, settings: Settings) {
        *self.settings.lock().unwrap() = settings;
    }

    /// Arms a fault and gives its number.
    pub fn arm(&self, fault: Fault) -> Result<u64, &'static str> {
        if let Kind::Refuse { milliseconds } = fault.kind {
            let id = self.faults.arm(fault)?;
            self.door.close(std::time::Duration::from_millis(milliseconds));
            return Ok(id);
        }
        self.faults.arm(fault)
    }

    /// Back to the start: all of it, or what belongs to one tenant (the clock and the settings are everybody's).
    pub fn reset(&self, tenant: Option<&str>) {
        self.ledger.reset(tenant);
        self.journal.reset(tenant);
        self.juhe.reset(tenant);
        self.jumdata.reset(tenant);
        self.baidu.reset(tenant);
        match tenant {
            Some(tenant) => self.faults.disarm_tenant(tenant),
            None => {
                self.faults.disarm(None);
                self.tenants.reset();
                self.clock.reset();
                self.set_settings(self.initial.clone());
            }
        }
    }

    /// The sessions of all vendors.
    pub fn sessions(&self) -> Vec<SessionView> {
        let mut views = juhe::sessions(self);
        views.extend(jumdata::sessions(self));
        views.extend(baidu::sessions(self));
        views
    }

    /// Ends a session as its hosted page would.
    pub(crate) async fn complete(self: &Arc<Self>, id: &str, completion: Completion) -> Result<Completed, Refused> {
        // Each vendor looks among its own sessions; ids never meet, for each has its vendor's form.
        match juhe::complete(self, id, &completion).await {
            Err(Refused::Unknown) => {}
            done => return done,
        }
        match jumdata::complete(self, id, &completion).await {
            Err(Refused::Unknown) => {}
            done => return done,
        }
        baidu::complete(self, id, &completion).await
    }
}
