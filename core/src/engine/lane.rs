//! Lanes: one pool of connections for each tokio runtime that calls. A connection's task lives on the runtime that
//! opened it, and would hang elsewhere.

use super::lock;
use super::transport::{Fuse, Transport};
use crate::error::{Error, Result};
use crate::evidence::save::Save;
use bytes::Bytes;
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, Weak};
use tokio::runtime::{self, Handle, RuntimeFlavor};
use tokio::sync::oneshot;

/// More runtimes than this at one time, and the one that called longest ago loses its idle connections.
const MOST: usize = 64;

/// The connections of one runtime.
pub(super) struct Lane {
    transport: Arc<Transport>,
    pool: reqwest::Client,
    /// A runtime of one thread is blind while nobody drives it: it gets a turn before each request.
    turn: bool,
    /// Ends the marker's task together with the lane.
    _end: oneshot::Sender<()>,
}

impl Lane {
    /// Sends a request and reads its answer.
    pub(super) async fn send(
        &self,
        request: http::Request<Bytes>,
        save: Option<&Save>,
        fuse: &Arc<Fuse>,
    ) -> Result<http::Response<Bytes>> {
        if self.turn {
            // The first turn lets the I/O driver look, the second lets the connections' tasks act on what it saw:
            // a connection that the other side has closed is then not used again.
            tokio::task::yield_now().await;
            tokio::task::yield_now().await;
        }
        self.transport.send(&self.pool, request, save, fuse).await
    }
}

struct Place {
    lane: Arc<Lane>,
    alive: Arc<AtomicBool>,
    used: u64,
}

type Places = Mutex<HashMap<runtime::Id, Place>>;

/// All lanes of one client.
pub(super) struct Lanes {
    transport: Arc<Transport>,
    places: Arc<Places>,
    clock: AtomicU64,
    pid: u32,
}

impl Lanes {
    pub(super) fn new(transport: Transport) -> Lanes {
        Lanes {
            transport: Arc::new(transport),
            places: Arc::default(),
            clock: AtomicU64::new(0),
            pid: std::process::id(),
        }
    }

    /// The lane of the runtime that this runs on.
    pub(super) fn here(&self) -> Result<Arc<Lane>> {
        let handle = Handle::try_current().map_err(|_| {
            Error::configuration("an asynchronous call needs a tokio runtime")
                .with_hint("use the blocking call, or `start`")
        })?;
        let (id, used) = (handle.id(), self.clock.fetch_add(1, Ordering::Relaxed));
        if let Some(lane) = self.known(id, used) {
            return Ok(lane);
        }
        let (end, ended) = oneshot::channel();
        let lane = Arc::new(Lane {
            pool: self.transport.pool()?,
            transport: self.transport.clone(),
            turn: handle.runtime_flavor() == RuntimeFlavor::CurrentThread,
            _end: end,
        });
        let alive = Arc::new(AtomicBool::new(true));
        let marker = Marker { alive: alive.clone(), places: Arc::downgrade(&self.places), id };
        // Not under the lock: a runtime that shuts down drops the task, and with it the marker, at once.
        drop(handle.spawn(async move {
            let _marker = marker;
            let _ = ended.await;
        }));
        let gone = {
            let mut places = lock(&self.places);
            let mut gone = vec![places.insert(id, Place { lane: lane.clone(), alive, used })];
            if places.len() > MOST
                && let Some(oldest) = places.iter().min_by_key(|(_, place)| place.used).map(|(id, _)| *id)
            {
                gone.push(places.remove(&oldest));
            }
            gone
        };
        drop(gone);
        Ok(lane)
    }

    fn known(&self, id: runtime::Id, used: u64) -> Option<Arc<Lane>> {
        let mut places = lock(&self.places);
        // A runtime's id may be given again after its end.
        let place = places.get_mut(&id).filter(|place| place.alive.load(Ordering::Acquire))?;
        place.used = used;
        Some(place.lane.clone())
    }

    /// Gives all connections up; calls that still run keep theirs.
    pub(super) fn clear(&self) {
        let gone = std::mem::take(&mut *lock(&self.places));
        drop(gone);
    }

    #[cfg(test)]
    pub(super) fn count(&self) -> usize {
        lock(&self.places).len()
    }
}

impl Drop for Lanes {
    fn drop(&mut self) {
        if std::process::id() != self.pid {
            // After a fork the sockets' registrations are shared with the parent: closing ours would disturb its.
            std::mem::forget(self.places.clone());
        } else {
            // The markers hold on to the list only weakly, but a lane of a running call outlives the client.
            self.clear();
        }
    }
}

/// Lives on a runtime, and takes the lane off the list when that runtime ends.
struct Marker {
    alive: Arc<AtomicBool>,
    places: Weak<Places>,
    id: runtime::Id,
}

impl Drop for Marker {
    fn drop(&mut self) {
        self.alive.store(false, Ordering::Release);
        let Some(places) = self.places.upgrade() else { return };
        let gone = {
            let mut places = lock(&places);
            let mine = places.get(&self.id).is_some_and(|place| Arc::ptr_eq(&place.alive, &self.alive));
            mine.then(|| places.remove(&self.id))
        };
        drop(gone);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Config;

    fn runtime() -> runtime::Runtime {
        runtime::Builder::new_current_thread().enable_all().build().unwrap()
    }

    #[test]
    fn a_lane_ends_with_its_runtime() {
        let lanes = Lanes::new(Transport::new(&Config::default()).unwrap());
        let (one, other) = (runtime(), runtime());
        let first = one.block_on(async { lanes.here().unwrap() });
        assert!(one.block_on(async { Arc::ptr_eq(&first, &lanes.here().unwrap()) }));
        assert!(other.block_on(async { !Arc::ptr_eq(&first, &lanes.here().unwrap()) }));
        assert_eq!(lanes.count(), 2);
        drop(one);
        assert_eq!(lanes.count(), 1);
        drop(lanes);
        other.block_on(tokio::task::yield_now());
        assert_eq!(other.metrics().num_alive_tasks(), 0, "nothing of ours stays on a user's runtime");
    }

    #[test]
    fn there_are_not_too_many() {
        let lanes = Lanes::new(Transport::new(&Config::default()).unwrap());
        let runtimes: Vec<_> = (0..MOST + 3).map(|_| runtime()).collect();
        for runtime in &runtimes {
            runtime.block_on(async { lanes.here().map(drop) }).unwrap();
        }
        assert_eq!(lanes.count(), MOST);
    }

    #[test]
    fn without_a_runtime_it_says_so() {
        let lanes = Lanes::new(Transport::new(&Config::default()).unwrap());
        assert_eq!(lanes.here().err().unwrap().kind, crate::Kind::Configuration);
    }
}
