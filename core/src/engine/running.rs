//! The calls that are running: who may begin, who is cancelled, and when the last callback has returned.

use super::lock;
use crate::error::{Error, Kind, Result};
use std::cell::Cell;
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::Notify;

/// Ends one call from outside.
#[derive(Default)]
pub(super) struct Switch {
    thrown: AtomicBool,
    notify: Notify,
}

impl Switch {
    pub(super) fn throw(&self) {
        self.thrown.store(true, Ordering::Release);
        // Kept for the call if it is not waiting yet: there is only one waiter.
        self.notify.notify_one();
    }

    /// Resolves when the call has been cancelled.
    pub(super) async fn thrown(&self) {
        while !self.thrown.load(Ordering::Acquire) {
            self.notify.notified().await;
        }
    }
}

#[derive(Default)]
struct State {
    closed: bool,
    last: u64,
    calls: HashMap<u64, Arc<Switch>>,
    started: usize,
}

/// The list of running calls of one client.
#[derive(Default)]
pub(super) struct Running {
    state: Mutex<State>,
    ended: Condvar,
}

impl Running {
    /// Puts a call on the list. `started`: it has a callback that `close` waits for.
    pub(super) fn enter(self: &Arc<Self>, started: bool) -> Result<Ticket> {
        let mut state = lock(&self.state);
        if state.closed {
            return Err(Error::new(Kind::Closed, "the client was closed"));
        }
        state.last += 1;
        let (id, switch) = (state.last, Arc::new(Switch::default()));
        state.calls.insert(id, switch.clone());
        state.started += usize::from(started);
        Ok(Ticket { running: self.clone(), id, switch, started })
    }

    /// Whether new calls are refused.
    pub(super) fn is_closed(&self) -> bool {
        lock(&self.state).closed
    }

    /// Cancels a call. `false`: there is none with this number, or it is over.
    pub(super) fn cancel(&self, id: u64) -> bool {
        let switch = lock(&self.state).calls.get(&id).cloned();
        switch.is_some_and(|switch| {
            switch.throw();
            true
        })
    }

    /// Refuses new calls and cancels those that run.
    pub(super) fn close(&self) {
        let switches: Vec<_> = {
            let mut state = lock(&self.state);
            state.closed = true;
            state.calls.values().cloned().collect()
        };
        switches.iter().for_each(|switch| switch.throw());
    }

    /// Waits until the last callback has returned. `false`: it has not, in this time.
    pub(super) fn wait(&self, time: Duration) -> bool {
        let until = Instant::now().checked_add(time);
        let mut state = lock(&self.state);
        while state.started > 0 {
            state = match until {
                Some(until) => {
                    let left = until.saturating_duration_since(Instant::now());
                    if left.is_zero() {
                        return false;
                    }
                    self.ended.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0
                }
                None => self.ended.wait(state).unwrap_or_else(PoisonError::into_inner),
            };
        }
        true
    }
}

/// A call's place on the list; dropping it takes the call off.
pub(super) struct Ticket {
    running: Arc<Running>,
    pub(super) id: u64,
    pub(super) switch: Arc<Switch>,
    started: bool,
}

impl Ticket {
    /// From now on there is nothing to cancel; `close` still waits.
    pub(super) fn decided(&self) {
        lock(&self.running.state).calls.remove(&self.id);
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        let mut state = lock(&self.running.state);
        state.calls.remove(&self.id);
        if self.started {
            state.started -= 1;
            self.running.ended.notify_all();
        }
    }
}

thread_local! {
    /// The list of the client whose callback this thread is in, as an address; 0 outside of callbacks.
    static INSIDE: Cell<usize> = const { Cell::new(0) };
}

fn address(running: &Arc<Running>) -> usize {
    Arc::as_ptr(running).addr()
}

/// Runs a callback of the caller's: its panic stays in it, and [`inside`] knows about it.
pub(super) fn callback(running: &Arc<Running>, work: impl FnOnce()) {
    let before = INSIDE.replace(address(running));
    if std::panic::catch_unwind(std::panic::AssertUnwindSafe(work)).is_err() {
        tracing::error!("a callback panicked");
    }
    INSIDE.set(before);
}

/// Whether this thread is in a callback of this client: waiting here would wait for itself.
pub(super) fn inside(running: &Arc<Running>) -> bool {
    INSIDE.get() == address(running)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ticket_is_on_the_list_while_it_lives() {
        let running = Arc::new(Running::default());
        let (first, second) = (running.enter(true).unwrap(), running.enter(false).unwrap());
        assert_ne!(first.id, second.id);
        assert!(running.cancel(first.id) && !running.cancel(77));
        let id = second.id;
        drop(second);
        assert!(!running.cancel(id));
        running.close();
        assert_eq!(running.enter(false).err().unwrap().kind, Kind::Closed);
        assert!(!running.wait(Duration::from_millis(5)), "the first has a callback");
        drop(first);
        assert!(running.wait(Duration::ZERO));
    }

    #[test]
    fn a_callback_is_known_and_its_panic_stays_inside() {
        let (mine, other) = (Arc::new(Running::default()), Arc::new(Running::default()));
        callback(&mine, || {
            assert!(inside(&mine) && !inside(&other));
            callback(&other, || assert!(inside(&other)));
            assert!(inside(&mine));
            panic!("of a test");
        });
        assert!(!inside(&mine));
    }
}
