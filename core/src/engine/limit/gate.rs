//! The gate of one account: who may go, who waits in line, and who is turned away.
//!
//! All state is behind one lock that is never held across an await. Whoever changes something (enters, leaves, comes
//! back, or is woken by its own timer) calls up those at the head of the line; each then finds its answer in `called`.
//! So a caller whose thread is blocked keeps its place until its time is over, and nobody needs a thread for the line.

use super::breaker::{Breaker, Pass, Shut, State as BreakerState};
use super::bucket::Bucket;
use super::budget::{Broke, Budget};
use super::health::{self, Health};
use super::{Condition, Usage};
use crate::engine::lock;
use crate::engine::transport::Fuse;
use crate::error::{Error, Kind, Result};
use crate::limits::Limit;
use crate::operation::{Money, Settlement};
use crate::verdict::{Billed, Vendor};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::{Instant, sleep_until};

const HINT: &str = "a limit of this client, not of the vendor: see `limits` in its configuration";

pub(in crate::engine) struct Gate {
    vendor: Vendor,
    limit: Limit,
    state: Mutex<State>,
}

struct State {
    bucket: Option<Bucket>,
    breaker: Breaker,
    budget: Budget,
    /// The vendor asked to be left alone until then.
    held: Option<Instant>,
    in_flight: u32,
    refused: u64,
    last: u64,
    line: BTreeMap<u64, Waiter>,
    /// Those who have left the line and have not looked yet.
    called: BTreeMap<u64, Called>,
}

struct Waiter {
    notify: Arc<Notify>,
    money: Money,
    give_up: Instant,
    /// When it will look by itself.
    armed: Instant,
}

struct Called {
    answer: Result<Leave, Refusal>,
    give_up: Instant,
}

/// The right to send one request.
#[derive(Clone, Copy)]
struct Leave {
    pass: Pass,
    taken: Instant,
}

/// Why not.
#[derive(Clone, Copy)]
enum Refusal {
    Budget(Broke),
    Shut(Shut),
    /// The vendor asked for more time than there is.
    Held(Instant),
    /// The rate allows it only then.
    Rate(Instant),
    Full,
    Waited,
}

enum Answer {
    Go,
    No(Refusal),
    /// Not now; then, if that is a matter of time.
    Wait(Option<Instant>),
}

/// To be woken when the lock is free again.
type Woken = Vec<Arc<Notify>>;

impl State {
    fn ask(&self, limit: &Limit, now: Instant, money: Money, give_up: Instant) -> Answer {
        if let Err(shut) = self.breaker.ask(now, money) {
            return Answer::No(Refusal::Shut(shut));
        }
        if let Some(held) = self.held.filter(|held| *held > now) {
            return if held < give_up { Answer::Wait(Some(held)) } else { Answer::No(Refusal::Held(held)) };
        }
        if limit.in_flight.is_some_and(|most| self.in_flight >= most) {
            return Answer::Wait(None);
        }
        match self.bucket.as_ref().and_then(|bucket| bucket.next(now)) {
            Some(next) if next < give_up => Answer::Wait(Some(next)),
            Some(next) => Answer::No(Refusal::Rate(next)),
            None => Answer::Go,
        }
    }

    fn take(&mut self, now: Instant) -> Leave {
        self.in_flight += 1;
        if let Some(bucket) = &mut self.bucket {
            bucket.take(now);
        }
        Leave { pass: self.breaker.pass(), taken: now }
    }

    /// Takes back what was never used.
    fn untake(&mut self, leave: Leave, now: Instant) {
        self.in_flight -= 1;
        if let Some(bucket) = &mut self.bucket {
            bucket.give_back(leave.taken, now);
        }
        self.breaker.report(leave.pass, Health::Unclear, now);
    }

    /// Calls up whoever stands at the head of the line, as far as there is room.
    fn call_up(&mut self, limit: &Limit, now: Instant, woken: &mut Woken) {
        if self.line.is_empty() {
            return;
        }
        // Whoever was called and has not looked until its time was over keeps nobody else out.
        let mut idle = Vec::new();
        for called in self.called.values_mut().filter(|called| called.give_up <= now) {
            if let Ok(leave) = std::mem::replace(&mut called.answer, Err(Refusal::Waited)) {
                idle.push(leave);
            }
        }
        idle.into_iter().for_each(|leave| self.untake(leave, now));
        while let Some((&number, waiter)) = self.line.first_key_value() {
            let answer = if waiter.give_up <= now {
                Err(Refusal::Waited)
            } else {
                match self.ask(limit, now, waiter.money, waiter.give_up) {
                    Answer::Go => Ok(()),
                    Answer::No(refusal) => Err(refusal),
                    Answer::Wait(then) => {
                        // It was waiting for room, and now waits for time.
                        if then.is_some_and(|then| waiter.armed > then) {
                            woken.push(waiter.notify.clone());
                        }
                        return;
                    }
                }
            };
            let Some(waiter) = self.line.remove(&number) else { return };
            let answer = answer.map(|()| self.take(now));
            self.called.insert(number, Called { answer, give_up: waiter.give_up });
            woken.push(waiter.notify);
        }
    }

    /// When somebody with so many before it should look by itself.
    fn alarm(&self, limit: &Limit, now: Instant, before: usize, give_up: Instant) -> Instant {
        if limit.in_flight.is_some_and(|most| self.in_flight >= most) {
            return give_up;
        }
        let next = self.bucket.as_ref().and_then(|bucket| bucket.next(now));
        let Some(then) = self.held.filter(|held| *held > now).max(next) else { return give_up };
        let interval = self.bucket.as_ref().map_or(Duration::ZERO, |bucket| bucket.interval);
        let before = u32::try_from(before).unwrap_or(u32::MAX);
        then.checked_add(interval.saturating_mul(before)).map_or(give_up, |then| then.min(give_up))
    }
}

fn wake(woken: Woken) {
    woken.iter().for_each(|notify| notify.notify_one());
}

impl Gate {
    pub(super) fn new(vendor: Vendor, limit: Limit) -> Gate {
        Gate {
            vendor,
            state: Mutex::new(State {
                bucket: limit.per_second.map(|rate| Bucket::new(rate, limit.burst)),
                breaker: Breaker::new(limit.breaker.clone()),
                budget: Budget::new(limit.max_billed),
                held: None,
                in_flight: 0,
                refused: 0,
                last: 0,
                line: BTreeMap::new(),
                called: BTreeMap::new(),
            }),
            limit,
        }
    }

    /// Waits for the right to send one request.
    pub(in crate::engine) async fn admit(self: &Arc<Self>, money: Money, deadline: Instant) -> Result<Permit> {
        let mut place = match self.enter(money, deadline)? {
            Entry::In(permit) => return Ok(permit),
            Entry::Waits(place) => place,
        };
        loop {
            tokio::select! {
                () = place.notify.notified() => {}
                () = sleep_until(place.armed) => {}
            }
            if let Some(answer) = place.look() {
                return answer;
            }
        }
    }

    fn enter(self: &Arc<Self>, money: Money, deadline: Instant) -> Result<Entry> {
        let (now, mut woken) = (Instant::now(), Woken::new());
        let patience = Duration::from_millis(self.limit.queue_timeout_ms.into());
        let (give_up, late) = match money {
            Money::Billable => (now + patience.min(deadline.saturating_duration_since(now) / 2), false),
            Money::Free => ((now + patience).min(deadline), deadline < now + patience),
        };
        let entry = {
            let mut state = lock(&self.state);
            state.call_up(&self.limit, now, &mut woken);
            self.enter_at(&mut state, money, now, give_up, late)
        };
        wake(woken);
        entry
    }

    fn enter_at(
        self: &Arc<Self>,
        state: &mut State,
        money: Money,
        now: Instant,
        give_up: Instant,
        late: bool,
    ) -> Result<Entry> {
        let refuse = |state: &mut State, refusal| Err(self.refuse(state, refusal, now, late));
        if let Err(broke) = state.budget.reserve(money) {
            return refuse(state, Refusal::Budget(broke));
        }
        let refusal = match state.ask(&self.limit, now, money, give_up) {
            Answer::Go if state.line.is_empty() => {
                let leave = state.take(now);
                return Ok(Entry::In(Permit::new(self.clone(), money, leave)));
            }
            Answer::No(refusal) => refusal,
            Answer::Go | Answer::Wait(_) if state.line.len() >= self.limit.queue as usize => Refusal::Full,
            Answer::Go | Answer::Wait(_) if give_up <= now => Refusal::Waited,
            Answer::Go | Answer::Wait(_) => {
                state.last += 1;
                let (number, notify) = (state.last, Arc::new(Notify::new()));
                let armed = state.alarm(&self.limit, now, state.line.len(), give_up);
                state.line.insert(number, Waiter { notify: notify.clone(), money, give_up, armed });
                let gate = Some(self.clone());
                return Ok(Entry::Waits(Place { gate, number, notify, money, give_up, late, armed }));
            }
        };
        state.budget.settle(money, Billed::No);
        refuse(state, refusal)
    }

    fn refuse(&self, state: &mut State, refusal: Refusal, now: Instant, late: bool) -> Error {
        state.refused += 1;
        let (kind, entry, message, again) = match refusal {
            Refusal::Budget(Broke { passing: false }) => {
                (Kind::Quota, "max_billed", "all calls that may be billed are used up".to_owned(), None)
            }
            Refusal::Budget(Broke { passing: true }) => {
                (Kind::Quota, "max_billed", "all calls that may be billed are used up or on their way".to_owned(), None)
            }
            Refusal::Shut(Shut { until, cause }) => {
                (Kind::RateLimited, "breaker", format!("this vendor seems to be down (last: {cause})"), until)
            }
            Refusal::Held(then) => {
                (Kind::RateLimited, "retry_after_max_ms", "the vendor asked for a pause".to_owned(), Some(then))
            }
            Refusal::Rate(then) => {
                (Kind::RateLimited, "per_second", "too many calls for the time allowed".to_owned(), Some(then))
            }
            Refusal::Full => {
                (Kind::RateLimited, "queue", "too many calls wait already".to_owned(), self.turn(state, now))
            }
            Refusal::Waited if late => {
                (Kind::Timeout, "queue_timeout_ms", "the time allowed was over before its turn".to_owned(), None)
            }
            Refusal::Waited => (
                Kind::RateLimited,
                "queue_timeout_ms",
                "its turn did not come in time".to_owned(),
                self.turn(state, now),
            ),
        };
        let mut error = Error::new(kind, message).with_vendor(self.vendor).with_hint(HINT);
        error.field = Some(format!("/limits/{}/{entry}", self.vendor));
        error.retryable = !matches!(refusal, Refusal::Budget(Broke { passing: false }));
        error.retry_after_ms = again
            .and_then(|then| then.saturating_duration_since(now).as_millis().try_into().ok().map(|ms: u32| ms.max(1)));
        error
    }

    /// When the whole line will have had its turn, where that is a matter of time alone.
    fn turn(&self, state: &State, now: Instant) -> Option<Instant> {
        let far = now + Duration::from_secs(86_400);
        let then = state.alarm(&self.limit, now, state.line.len(), far);
        (then < far).then_some(then)
    }

    /// What is going on.
    pub(super) fn usage(&self) -> Usage {
        let now = Instant::now();
        let state = lock(&self.state);
        let (condition, shut) = match state.breaker.state {
            _ if !state.breaker.is_on() => (Condition::Off, None),
            BreakerState::Closed { .. } => (Condition::Closed, None),
            BreakerState::Open { until, .. } if until > now => (Condition::Open, Some(until)),
            BreakerState::Open { .. } | BreakerState::Probing { .. } => (Condition::HalfOpen, None),
        };
        let left = state.held.max(shut).map_or(Duration::ZERO, |until| until.saturating_duration_since(now));
        Usage {
            waiting: state.line.len() as u64,
            in_flight: state.in_flight.into(),
            refused: state.refused,
            breaker: condition,
            pause_ms: u32::try_from(left.as_millis()).unwrap_or(u32::MAX),
            billed: state.budget.billed,
            unknown: state.budget.unknown,
            reserved: state.budget.open,
            max_billed: state.budget.most,
        }
    }
}

#[allow(clippy::large_enum_variant, reason = "it lives for a moment, on the stack")]
enum Entry {
    In(Permit),
    Waits(Place),
}

/// A place in the line; dropping it leaves the line at once, with all that it held.
struct Place {
    /// `None` when it is done.
    gate: Option<Arc<Gate>>,
    number: u64,
    notify: Arc<Notify>,
    money: Money,
    give_up: Instant,
    late: bool,
    armed: Instant,
}

impl Place {
    /// The answer, if there is one by now.
    fn look(&mut self) -> Option<Result<Permit>> {
        let gate = self.gate.clone()?;
        let (now, mut woken) = (Instant::now(), Woken::new());
        let answer = {
            let mut state = lock(&gate.state);
            state.call_up(&gate.limit, now, &mut woken);
            let answer = match state.called.remove(&self.number) {
                Some(called) => Some(called.answer),
                None if self.give_up <= now => {
                    state.line.remove(&self.number);
                    Some(Err(Refusal::Waited))
                }
                None => {
                    let before = state.line.range(..self.number).count();
                    self.armed = state.alarm(&gate.limit, now, before, self.give_up);
                    if let Some(waiter) = state.line.get_mut(&self.number) {
                        waiter.armed = self.armed;
                    }
                    None
                }
            };
            answer.map(|answer| {
                self.gate = None;
                answer.map(|leave| Permit::new(gate.clone(), self.money, leave)).map_err(|refusal| {
                    state.budget.settle(self.money, Billed::No);
                    gate.refuse(&mut state, refusal, now, self.late)
                })
            })
        };
        wake(woken);
        answer
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let Some(gate) = self.gate.take() else { return };
        let (now, mut woken) = (Instant::now(), Woken::new());
        {
            let mut state = lock(&gate.state);
            state.budget.settle(self.money, Billed::No);
            state.line.remove(&self.number);
            if let Some(Called { answer: Ok(leave), .. }) = state.called.remove(&self.number) {
                state.untake(leave, now);
            }
            state.call_up(&gate.limit, now, &mut woken);
        }
        wake(woken);
    }
}

/// The right to send one request. Dropping it gives it back, and books what may have been spent.
pub(in crate::engine) struct Permit {
    gate: Arc<Gate>,
    money: Money,
    leave: Leave,
    sent: Option<(Instant, Arc<Fuse>)>,
    done: bool,
}

impl Permit {
    fn new(gate: Arc<Gate>, money: Money, leave: Leave) -> Permit {
        Permit { gate, money, leave, sent: None, done: false }
    }

    /// The request goes out from here on.
    pub(in crate::engine) fn sent(&mut self, fuse: &Arc<Fuse>) {
        self.sent = Some((Instant::now(), fuse.clone()));
    }

    fn has_left(&self) -> bool {
        self.sent.as_ref().is_some_and(|(_, fuse)| !fuse.pull())
    }

    /// The answer was read, or there is none. `retry_after`: what its head asked for.
    pub(in crate::engine) fn settle(mut self, settlement: &Settlement, retry_after: Option<Duration>) {
        let (health, pause) = match &settlement.error {
            None => (Health::Fine, None),
            Some(error) => {
                let out = self.sent.as_ref().map_or(Duration::ZERO, |(at, _)| at.elapsed());
                let health = health::health(self.gate.vendor, error, self.has_left(), out);
                (health, health::pause(&self.gate.limit, error, retry_after))
            }
        };
        self.end(settlement.billed, health, pause);
    }

    fn end(&mut self, billed: Billed, health: Health, pause: Option<Duration>) {
        self.done = true;
        let (now, mut woken) = (Instant::now(), Woken::new());
        let gate = &self.gate;
        {
            let mut state = lock(&gate.state);
            state.budget.settle(self.money, billed);
            if self.sent.is_some() {
                state.in_flight -= 1;
                state.breaker.report(self.leave.pass, health, now);
            } else {
                state.untake(self.leave, now);
            }
            if let Some(pause) = pause {
                state.held = state.held.max(Some(now + pause));
            }
            state.call_up(&gate.limit, now, &mut woken);
        }
        wake(woken);
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        if self.done {
            return;
        }
        // Nobody waits for this request any more. What has not left never will; the rest may be billed.
        let open = self.money == Money::Billable && self.has_left();
        self.end(if open { Billed::Unknown } else { Billed::No }, Health::Unclear, None);
    }
}
