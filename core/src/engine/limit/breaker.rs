//! The breaker of one account: open after faults in a row, then one probe at a time.

use super::health::Health;
use crate::error::Kind;
use crate::limits;
use crate::operation::Money;
use std::time::Duration;
use tokio::time::Instant;

/// Failed probes lengthen the time between them up to this.
const LONGEST: u32 = 8;

#[derive(Clone, Copy, Debug)]
pub(super) enum State {
    Closed {
        failures: u32,
    },
    /// Free requests may probe from `until` on. A paid one whose predecessors had left when they failed might be paid
    /// for in vain: it leaves the free ones as much time again.
    Open {
        until: Instant,
        paid: Instant,
        cool: Duration,
        cause: Kind,
    },
    Probing {
        paid: Instant,
        cool: Duration,
        cause: Kind,
    },
}

/// By which right a request is on its way.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pass {
    period: u64,
    probe: bool,
}

/// Nothing passes; from `until` on, if that is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Shut {
    pub(super) until: Option<Instant>,
    pub(super) cause: Kind,
}

#[derive(Debug)]
pub(super) struct Breaker {
    settings: Option<limits::Breaker>,
    pub(super) state: State,
    /// Grows with each change: who set out in another period has nothing to say in this one.
    period: u64,
}

impl Breaker {
    pub(super) fn new(settings: Option<limits::Breaker>) -> Breaker {
        Breaker { settings, state: State::Closed { failures: 0 }, period: 0 }
    }

    pub(super) fn is_on(&self) -> bool {
        self.settings.is_some()
    }

    /// Whether a request would pass.
    pub(super) fn ask(&self, now: Instant, money: Money) -> Result<(), Shut> {
        match self.state {
            State::Closed { .. } => Ok(()),
            State::Open { until, paid, cause, .. } => {
                let from = if money == Money::Billable { paid } else { until };
                if now >= from { Ok(()) } else { Err(Shut { until: Some(from), cause }) }
            }
            State::Probing { cause, .. } => Err(Shut { until: None, cause }),
        }
    }

    /// One that may pass does.
    pub(super) fn pass(&mut self) -> Pass {
        let State::Open { paid, cool, cause, .. } = self.state else {
            return Pass { period: self.period, probe: false };
        };
        self.change(State::Probing { paid, cool, cause });
        Pass { period: self.period, probe: true }
    }

    /// How it went.
    pub(super) fn report(&mut self, pass: Pass, health: Health, now: Instant) {
        let Some(settings) = &self.settings else { return };
        if pass.period != self.period {
            return;
        }
        let first = Duration::from_millis(settings.open_ms.into());
        match (self.state, health) {
            (State::Closed { .. }, Health::Fine) => self.state = State::Closed { failures: 0 },
            (State::Closed { failures }, Health::Fault { exposed, cause }) => {
                let failures = failures + 1;
                if failures < settings.failures {
                    self.state = State::Closed { failures };
                } else {
                    self.open(now, first, exposed, cause);
                }
            }
            (State::Probing { .. }, Health::Fine) => self.change(State::Closed { failures: 0 }),
            (State::Probing { cool, .. }, Health::Fault { exposed, cause }) => {
                self.open(now, (cool * 2).min(first * LONGEST), exposed, cause);
            }
            // The probe told nothing: the next one may go at once.
            (State::Probing { paid, cool, cause }, Health::Unclear) => {
                debug_assert!(pass.probe);
                self.change(State::Open { until: now, paid, cool, cause });
            }
            (State::Closed { .. }, Health::Unclear) | (State::Open { .. }, _) => {}
        }
    }

    fn open(&mut self, now: Instant, cool: Duration, exposed: bool, cause: Kind) {
        let until = now + cool;
        self.change(State::Open { until, paid: if exposed { until + cool } else { until }, cool, cause });
    }

    fn change(&mut self, state: State) {
        self.state = state;
        self.period += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Money::{Billable, Free};

    const LEFT: Health = Health::Fault { exposed: true, cause: Kind::Timeout };
    const UNSENT: Health = Health::Fault { exposed: false, cause: Kind::Network };
    const SECOND: Duration = Duration::from_secs(1);

    fn breaker() -> Breaker {
        Breaker::new(Some(limits::Breaker { failures: 3, open_ms: 1000 }))
    }

    fn call(breaker: &mut Breaker, health: Health, now: Instant) {
        breaker.ask(now, Free).unwrap();
        let pass = breaker.pass();
        breaker.report(pass, health, now);
    }

    fn opened(health: Health, now: Instant) -> Breaker {
        let mut breaker = breaker();
        (0..3).for_each(|_| call(&mut breaker, health, now));
        breaker
    }

    #[test]
    fn only_faults_in_a_row_open_it() {
        let (mut breaker, now) = (breaker(), Instant::now());
        for health in [LEFT, UNSENT, Health::Fine, LEFT, Health::Unclear, LEFT] {
            call(&mut breaker, health, now);
        }
        breaker.ask(now, Billable).unwrap();
        call(&mut breaker, LEFT, now);
        assert_eq!(breaker.ask(now, Free), Err(Shut { until: Some(now + SECOND), cause: Kind::Timeout }));
    }

    #[test]
    fn one_probe_at_a_time_closes_it_or_doubles_the_wait() {
        let mut now = Instant::now();
        let mut breaker = opened(LEFT, now);
        for seconds in [1, 2, 4, 8, 8] {
            assert_eq!(breaker.ask(now, Free).unwrap_err().until, Some(now + seconds * SECOND));
            now += seconds * SECOND;
            breaker.ask(now, Free).unwrap();
            let probe = breaker.pass();
            assert_eq!(breaker.ask(now, Free), Err(Shut { until: None, cause: Kind::Timeout }));
            breaker.report(probe, LEFT, now);
        }
        now += 8 * SECOND;
        let probe = breaker.pass();
        breaker.report(probe, Health::Unclear, now);
        let probe = breaker.pass();
        breaker.report(probe, Health::Fine, now);
        breaker.ask(now, Billable).unwrap();
        call(&mut breaker, LEFT, now);
        breaker.ask(now, Billable).unwrap();
    }

    #[test]
    fn a_paid_request_leaves_the_probe_to_the_free_ones_where_it_might_be_lost() {
        let now = Instant::now();
        let breaker = opened(LEFT, now);
        breaker.ask(now + SECOND, Free).unwrap();
        assert_eq!(breaker.ask(now + SECOND, Billable).unwrap_err().until, Some(now + 2 * SECOND));
        breaker.ask(now + 2 * SECOND, Billable).unwrap();
        // Where nothing ever left, it risks nothing.
        opened(UNSENT, now).ask(now + SECOND, Billable).unwrap();
    }

    #[test]
    fn stragglers_have_nothing_to_say() {
        let now = Instant::now();
        let mut breaker = breaker();
        let stragglers = [breaker.pass(), breaker.pass()];
        (0..3).for_each(|_| call(&mut breaker, LEFT, now));
        breaker.report(stragglers[0], Health::Fine, now);
        assert!(breaker.ask(now, Free).is_err());
        let _probe = breaker.pass();
        breaker.report(stragglers[1], Health::Fine, now);
        assert!(breaker.ask(now + SECOND, Free).is_err(), "only the probe tells");
    }
}
