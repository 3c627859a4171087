//! One event for each call, abandoned and cancelled ones included, and the counters that come from it.

use super::lock;
use super::running::{Running, callback};
use super::transport::Fuse;
use crate::error::{Error, Kind, Result};
use crate::operation::Money;
use crate::verdict::{Billed, Vendor};
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// How a call ended. It holds nothing about a person.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Outcome {
    /// The operation's id.
    pub operation: &'static str,
    /// Whose service it called, if it came that far.
    pub vendor: Option<Vendor>,
    /// From the call to its end, waiting and repetitions included.
    pub duration: Duration,
    /// The kind of its error; `None` when it succeeded.
    pub error: Option<Kind>,
    /// What it cost.
    pub billed: Billed,
    /// How many requests went out, or tried to.
    pub attempts: u32,
    /// Whether the caller gave it up: cancelled it, closed the client, or dropped the future.
    pub cancelled: bool,
    /// How far the server's clock was ahead of the client's, in milliseconds, by the `Date` of the last answer that had one;
    /// below zero: behind. It is good to a second and the time on the way. Signatures fail when it is minutes.
    pub clock_ms: Option<i64>,
}

/// How many calls ended in which way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Tally {
    /// All that ended.
    pub calls: u64,
    /// Those that ended in an error, cancelled ones included.
    pub errors: u64,
    /// Those that the caller gave up.
    pub cancelled: u64,
    /// Those that were billed.
    pub billed: u64,
    /// Those of which nobody knows whether they were billed.
    pub unknown: u64,
}

impl Tally {
    fn add(&mut self, outcome: &Outcome) {
        self.calls += 1;
        self.errors += u64::from(outcome.error.is_some());
        self.cancelled += u64::from(outcome.cancelled);
        self.billed += u64::from(outcome.billed == Billed::Yes);
        self.unknown += u64::from(outcome.billed == Billed::Unknown);
    }
}

/// What a client has counted since it was made.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counters {
    /// All operations together.
    pub total: Tally,
    /// Each operation, by id.
    pub by_operation: BTreeMap<&'static str, Tally>,
}

type Observer = Arc<dyn Fn(&Outcome) + Send + Sync>;

/// The observers and the counters of one client.
pub(super) struct Outcomes {
    running: Arc<Running>,
    observers: Mutex<Arc<[Observer]>>,
    counters: Mutex<Counters>,
}

impl Outcomes {
    pub(super) fn new(running: Arc<Running>) -> Arc<Outcomes> {
        Arc::new(Outcomes { running, observers: Mutex::new(Arc::new([])), counters: Mutex::default() })
    }

    pub(super) fn observe(&self, observer: Observer) {
        let mut observers = lock(&self.observers);
        *observers = observers.iter().cloned().chain([observer]).collect();
    }

    pub(super) fn counters(&self) -> Counters {
        lock(&self.counters).clone()
    }

    fn tell(&self, outcome: &Outcome) {
        {
            let mut counters = lock(&self.counters);
            counters.total.add(outcome);
            counters.by_operation.entry(outcome.operation).or_default().add(outcome);
        }
        let observers = lock(&self.observers).clone();
        for observer in observers.iter() {
            callback(&self.running, || observer(outcome));
        }
    }
}

/// What is known about a call while it runs. It tells its outcome exactly once: when it ends, or when it is dropped.
pub(super) struct Record {
    /// `None` when it has been told, or when nobody is to be told.
    outcomes: Option<Arc<Outcomes>>,
    pub(super) span: tracing::Span,
    operation: &'static str,
    began: Instant,
    pub(super) vendor: Option<Vendor>,
    pub(super) attempts: u32,
    pub(super) clock_ms: Option<i64>,
    /// What the answered requests cost.
    pub(super) settled: Billed,
    /// The request that is out.
    pub(super) flight: Option<(Money, Arc<Fuse>)>,
}

impl Record {
    /// `outcomes`: whom to tell; `None` for what the engine does on its own account.
    pub(super) fn new(operation: &'static str, outcomes: Option<Arc<Outcomes>>) -> Record {
        let empty = tracing::field::Empty;
        Record {
            outcomes,
            span: tracing::info_span!(
                "shiren.call",
                operation,
                vendor = empty,
                attempt = empty,
                status = empty,
                billed = empty,
                error = empty
            ),
            operation,
            began: Instant::now(),
            vendor: None,
            attempts: 0,
            clock_ms: None,
            settled: Billed::No,
            flight: None,
        }
    }

    /// What the call has cost by now. A request that has not left never will after this.
    pub(super) fn bill(&self) -> Billed {
        let open = match &self.flight {
            Some((Money::Billable, fuse)) if !fuse.pull() => Billed::Unknown,
            _ => Billed::No,
        };
        self.settled.and(open)
    }

    /// The end of a call that the caller gave up.
    pub(super) fn cancelled<T>(&mut self, message: &str) -> Result<T> {
        let error = Error::new(Kind::Cancelled, message).with_billed(self.bill());
        self.tell(Some(&error), true);
        Err(error)
    }

    /// The end of a call that was waiting when the client was closed.
    pub(super) fn closed<T>(&mut self) -> Result<T> {
        let error = Error::new(Kind::Closed, "the client was closed").with_billed(self.bill());
        self.tell(Some(&error), true);
        Err(error)
    }

    /// The end of a call.
    pub(super) fn end<T>(&mut self, result: Result<T>) -> Result<T> {
        self.tell(result.as_ref().err(), false);
        result
    }

    fn tell(&mut self, error: Option<&Error>, cancelled: bool) {
        let billed = self.bill().and(error.map_or(Billed::No, |error| error.billed));
        self.span.record("billed", billed.name());
        if let Some(error) = error {
            self.span.record("error", error.kind.name());
        }
        let Some(outcomes) = self.outcomes.take() else { return };
        let ms = self.began.elapsed().as_millis();
        match (billed, error) {
            (Billed::Unknown, Some(_)) => {
                tracing::warn!(parent: &self.span, ms, "nobody knows whether this call was billed");
            }
            // The caller has the error: to most programs it is an answer like others.
            (_, Some(_)) => tracing::debug!(parent: &self.span, ms, "the call failed"),
            _ => tracing::debug!(parent: &self.span, ms, "the call ended"),
        }
        outcomes.tell(&Outcome {
            operation: self.operation,
            vendor: self.vendor.or_else(|| error.and_then(|error| error.vendor)),
            duration: self.began.elapsed(),
            error: error.map(|error| error.kind),
            billed,
            attempts: self.attempts,
            cancelled,
            clock_ms: self.clock_ms,
        });
    }
}

impl Drop for Record {
    fn drop(&mut self) {
        if self.outcomes.is_some() {
            let _: Result<()> = self.cancelled("the call was abandoned");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;

    fn listening() -> (Arc<Outcomes>, Arc<Mutex<Vec<Outcome>>>) {
        let outcomes = Outcomes::new(Arc::default());
        let seen = Arc::<Mutex<Vec<Outcome>>>::default();
        let into = seen.clone();
        outcomes.observe(Arc::new(|_| panic!("an observer of a test")));
        outcomes.observe(Arc::new(move |outcome| lock(&into).push(outcome.clone())));
        (outcomes, seen)
    }

    #[test]
    fn each_call_is_told_once() {
        let (outcomes, seen) = listening();
        Record::new("a", Some(outcomes.clone())).end(Ok(())).unwrap();
        drop(Record::new("b", Some(outcomes.clone())));
        let error = Error::new(Kind::Vendor, "x").with_billed(Billed::Unknown);
        Record::new("b", Some(outcomes.clone())).end::<()>(Err(error)).unwrap_err();
        let seen = lock(&seen);
        let told: Vec<_> = seen.iter().map(|o| (o.operation, o.error, o.billed, o.cancelled)).collect();
        assert_eq!(
            told,
            [
                ("a", None, Billed::No, false),
                ("b", Some(Kind::Cancelled), Billed::No, true),
                ("b", Some(Kind::Vendor), Billed::Unknown, false)
            ]
        );
        let counters = outcomes.counters();
        assert_eq!(counters.total, Tally { calls: 3, errors: 2, cancelled: 1, billed: 0, unknown: 1 });
        assert_eq!(counters.by_operation["b"].calls, 2);
    }

    #[test]
    fn an_abandoned_call_asks_the_fuse() {
        let (outcomes, seen) = listening();
        for (money, body) in [(Money::Billable, "x"), (Money::Billable, ""), (Money::Free, "")] {
            let mut record = Record::new("a", Some(outcomes.clone()));
            record.flight = Some((money, Fuse::new(&Bytes::from(body))));
        }
        let bills: Vec<_> = lock(&seen).iter().map(|outcome| outcome.billed).collect();
        assert_eq!(bills, [Billed::No, Billed::Unknown, Billed::No]);
    }
}
