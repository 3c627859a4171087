//! The line in front of an account: order, cancels, stalled callers, breaker and pauses. Time stands still here.

use super::*;
use crate::engine::lock;
use crate::engine::transport::Fuse;
use crate::error::{Error, Kind, Result};
use crate::limits::{Breaker, Limit};
use crate::operation::{Money, Settlement};
use crate::verdict::Billed;
use bytes::Bytes;
use std::future::Future;
use std::sync::Mutex;
use std::time::Duration;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep};

const MS: Duration = Duration::from_millis(1);

fn gate(limit: Limit) -> Arc<Gate> {
    Arc::new(Gate::new(Vendor::Juhe, limit))
}

/// Runs a test on a clock that jumps to whatever is waited for.
fn still<T>(test: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap().block_on(test)
}

async fn admit(gate: &Arc<Gate>, money: Money) -> Result<Permit> {
    gate.admit(money, Instant::now() + 30_000 * MS).await
}

/// Sends, and gets this.
fn settle(mut permit: Permit, billed: Billed, error: Option<Error>) {
    permit.sent(&lit());
    permit.settle(&Settlement { billed, error }, None);
}

/// Of a request that has left.
fn lit() -> Arc<Fuse> {
    Fuse::new(&Bytes::new())
}

/// Of one that has not.
fn unlit() -> Arc<Fuse> {
    Fuse::new(&Bytes::from_static(b"x"))
}

fn refusal(result: Result<Permit>) -> (Kind, String, Option<u32>) {
    let error = result.err().expect("a refusal");
    assert_eq!((error.billed, error.vendor), (Billed::No, Some(Vendor::Juhe)));
    assert!(error.hint.as_deref().unwrap().contains("a limit of this client"));
    (error.kind, error.field.clone().unwrap(), error.retry_after_ms)
}

fn vendor_is_down() -> Option<Error> {
    let mut error = Error::new(Kind::Vendor, "x");
    error.http_status = Some(502);
    Some(error)
}

fn throttled(wait: Option<u32>) -> Option<Error> {
    let mut error = Error::new(Kind::RateLimited, "x");
    (error.http_status, error.retry_after_ms) = (Some(429), wait);
    Some(error)
}

#[test]
fn without_limits_nobody_waits() {
    still(async {
        let gate = gate(Limit::default());
        let began = Instant::now();
        let mut permits = Vec::new();
        for _ in 0..5_000 {
            permits.push(admit(&gate, Money::Billable).await.unwrap());
        }
        assert_eq!((began.elapsed(), gate.usage().in_flight), (Duration::ZERO, 5_000));
        drop(permits);
        assert_eq!(gate.usage(), Usage::default());
    });
}

#[test]
fn the_rate_holds_and_who_came_first_goes_first() {
    still(async {
        let gate = gate(Limit { per_second: Some(10.0), burst: 3, ..Limit::default() });
        let order = Arc::<Mutex<Vec<(usize, Duration)>>>::default();
        let began = Instant::now();
        let tasks: Vec<JoinHandle<()>> = (0..23)
            .map(|number| {
                let (gate, order) = (gate.clone(), order.clone());
                tokio::spawn(async move {
                    let permit = admit(&gate, Money::Free).await.unwrap();
                    lock(&order).push((number, began.elapsed()));
                    settle(permit, Billed::No, None);
                })
            })
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
        for (place, (number, at)) in lock(&order).iter().enumerate() {
            assert_eq!(place, *number);
            let expected = 100 * MS * u32::try_from(place.saturating_sub(2)).unwrap();
            assert!(*at >= expected && *at <= expected + 5 * MS, "{place}: {at:?}");
        }
    });
}

#[test]
fn no_more_are_in_flight_than_allowed_and_a_late_comer_does_not_overtake() {
    still(async {
        let gate = gate(Limit { in_flight: Some(2), ..Limit::default() });
        let (first, _second) = (admit(&gate, Money::Free).await.unwrap(), admit(&gate, Money::Free).await.unwrap());
        let third = tokio::spawn({
            let gate = gate.clone();
            async move { admit(&gate, Money::Free).await.unwrap() }
        });
        sleep(MS).await;
        assert_eq!((gate.usage().waiting, gate.usage().in_flight), (1, 2));
        drop(first);
        // The third is called, though it has not looked yet: the place is taken.
        let began = Instant::now();
        assert_eq!(refusal(admit(&gate, Money::Free).await).1, "/limits/juhe/queue_timeout_ms");
        assert_eq!(began.elapsed(), 5_000 * MS);
        let third = third.await.unwrap();
        assert_eq!((gate.usage().waiting, gate.usage().in_flight, gate.usage().refused), (0, 2, 1));
        drop(third);
    });
}

#[test]
fn the_line_is_bounded_and_so_is_the_wait() {
    still(async {
        let gate = gate(Limit { per_second: Some(1.0), queue: 2, queue_timeout_ms: 1_500, ..Limit::default() });
        admit(&gate, Money::Free).await.unwrap().sent(&lit());
        let waiting: Vec<_> = (0..2)
            .map(|_| {
                let gate = gate.clone();
                tokio::spawn(async move { admit(&gate, Money::Free).await })
            })
            .collect();
        sleep(MS).await;
        let (kind, field, wait) = refusal(admit(&gate, Money::Free).await);
        assert_eq!((kind, field.as_str()), (Kind::RateLimited, "/limits/juhe/queue"));
        assert!((2_900..=3_000).contains(&wait.unwrap()), "{wait:?}");
        let mut waiting = waiting.into_iter();
        waiting.next().unwrap().await.unwrap().unwrap().sent(&lit());
        let began = Instant::now();
        let (kind, field, wait) = refusal(waiting.next().unwrap().await.unwrap());
        assert_eq!((kind, field.as_str()), (Kind::RateLimited, "/limits/juhe/per_second"), "it could not go in time");
        assert!(began.elapsed() < 10 * MS && wait.is_some());
    });
}

#[test]
fn a_deadline_holds_in_the_line_and_a_paid_call_keeps_half_of_it() {
    still(async {
        let gate = gate(Limit { in_flight: Some(1), ..Limit::default() });
        let _held = admit(&gate, Money::Free).await.unwrap();
        let began = Instant::now();
        let (kind, field, _) = refusal(gate.admit(Money::Free, began + 200 * MS).await);
        assert_eq!((kind, field.as_str()), (Kind::Timeout, "/limits/juhe/queue_timeout_ms"));
        assert_eq!(began.elapsed(), 200 * MS);
        let began = Instant::now();
        let (kind, ..) = refusal(gate.admit(Money::Billable, began + 200 * MS).await);
        assert_eq!((kind, began.elapsed()), (Kind::RateLimited, 100 * MS));
        assert_eq!(gate.usage().reserved, 0);
    });
}

/// Ten thousand come, two thirds give up at random moments, also between being called and looking.
#[test]
fn whoever_gives_up_leaves_nothing_behind() {
    still(async {
        let limit = Limit {
            in_flight: Some(3),
            per_second: Some(100_000.0),
            burst: 50,
            queue: 20_000,
            queue_timeout_ms: 60_000,
            max_billed: Some(1_000_000),
            ..Limit::default()
        };
        let gate = gate(limit);
        let most = Arc::<Mutex<(u64, u64)>>::default();
        let mut seed = 0x2545_f491_4f6c_dd1d_u64;
        let mut random = move |below: u64| {
            seed ^= seed << 13;
            seed ^= seed >> 7;
            seed ^= seed << 17;
            seed % below
        };
        let mut tasks = Vec::new();
        for number in 0..10_000 {
            let (gate, most) = (gate.clone(), most.clone());
            let money = if random(2) == 0 { Money::Free } else { Money::Billable };
            let (busy, send) = (random(3), random(3));
            let task = tokio::spawn(async move {
                let mut permit = admit(&gate, money).await.unwrap();
                {
                    let mut most = lock(&most);
                    most.0 = most.0.max(gate.usage().in_flight);
                    most.1 += 1;
                }
                if send > 0 {
                    permit.sent(&unlit());
                }
                sleep(MS * u32::try_from(busy).unwrap()).await;
                if send == 1 {
                    permit.settle(&Settlement { billed: Billed::No, error: None }, None);
                }
            });
            if random(3) > 0 {
                let give_up = random(400);
                let abort = task.abort_handle();
                tasks.push(tokio::spawn(async move {
                    if give_up < 200 {
                        sleep(MS * u32::try_from(give_up).unwrap()).await;
                    } else {
                        for _ in 0..give_up {
                            tokio::task::yield_now().await;
                        }
                    }
                    abort.abort();
                }));
            }
            tasks.push(task);
            if number % 64 == 0 {
                tokio::task::yield_now().await;
            }
        }
        for task in tasks {
            let _ = task.await;
        }
        let usage = gate.usage();
        assert_eq!((usage.waiting, usage.in_flight, usage.reserved, usage.unknown), (0, 0, 0, 0));
        let (most, went) = *lock(&most);
        assert!(most <= 3 && went > 1_000, "{most} in flight, {went} went");
        let _all = [admit(&gate, Money::Free).await, admit(&gate, Money::Free).await, admit(&gate, Money::Free).await]
            .map(Result::unwrap);
    });
}

#[test]
fn many_runtimes_and_threads_share_one_line() {
    let gate = gate(Limit { in_flight: Some(2), per_second: Some(2_000.0), ..Limit::default() });
    let most = Mutex::new(0);
    std::thread::scope(|scope| {
        for _ in 0..16 {
            scope.spawn(|| {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
                runtime.block_on(async {
                    for _ in 0..20 {
                        let permit = admit(&gate, Money::Billable).await.unwrap();
                        let in_flight = gate.usage().in_flight;
                        let mut most = lock(&most);
                        *most = in_flight.max(*most);
                        drop(most);
                        settle(permit, Billed::Yes, None);
                    }
                });
            });
        }
    });
    assert!(*lock(&most) <= 2);
    let usage = gate.usage();
    assert_eq!((usage.billed, usage.in_flight, usage.reserved, usage.waiting), (320, 0, 0, 0));
}

/// A future that nobody polls any more stands at the head of the line, or has even been called.
#[test]
fn a_stalled_caller_holds_the_others_up_no_longer_than_its_own_time() {
    still(async {
        let gate = gate(Limit { in_flight: Some(1), queue_timeout_ms: 1_000, ..Limit::default() });
        let first = admit(&gate, Money::Free).await.unwrap();
        let mut stalled = Box::pin(admit(&gate, Money::Free));
        assert!(tokio::time::timeout(MS, &mut stalled).await.is_err());
        drop(first);
        sleep(500 * MS).await;
        let began = Instant::now();
        let next = admit(&gate, Money::Free).await;
        // It was called at once and never looked; the next one gets its place when its time is over.
        assert!(next.is_ok() || began.elapsed() <= 1_000 * MS);
        sleep(600 * MS).await;
        drop(next);
        let next = admit(&gate, Money::Free).await.unwrap();
        assert_eq!(refusal(stalled.await).1, "/limits/juhe/queue_timeout_ms");
        drop(next);
        assert_eq!((gate.usage().in_flight, gate.usage().waiting), (0, 0));
    });
}

#[test]
fn a_pause_that_the_vendor_asked_for_holds_for_all_and_is_bounded() {
    still(async {
        let gate = gate(Limit { retry_after_max_ms: 3_000, ..Limit::default() });
        settle(admit(&gate, Money::Free).await.unwrap(), Billed::No, throttled(Some(86_400_000)));
        let began = Instant::now();
        let (kind, field, wait) = refusal(gate.admit(Money::Free, began + 1_000 * MS).await);
        assert_eq!((kind, field.as_str()), (Kind::RateLimited, "/limits/juhe/retry_after_max_ms"));
        assert_eq!((wait, began.elapsed()), (Some(3_000), Duration::ZERO), "waiting would be in vain");
        assert_eq!(gate.usage().pause_ms, 3_000);
        let waiting: Vec<_> = (0..20)
            .map(|_| {
                let gate = gate.clone();
                tokio::spawn(async move { admit(&gate, Money::Billable).await.map(drop) })
            })
            .collect();
        for task in waiting {
            task.await.unwrap().unwrap();
        }
        let waited = began.elapsed();
        assert!(waited >= 3_000 * MS && waited < 3_010 * MS, "{waited:?}");
        // A throttling answer without a number.
        settle(admit(&gate, Money::Free).await.unwrap(), Billed::No, throttled(None));
        let began = Instant::now();
        drop(admit(&gate, Money::Free).await.unwrap());
        assert!(began.elapsed() >= 1_000 * MS && began.elapsed() < 1_010 * MS);
    });
}

#[test]
fn an_open_breaker_empties_the_line_and_one_probe_closes_it() {
    still(async {
        let breaker = Some(Breaker { failures: 2, open_ms: 1_000 });
        let gate = gate(Limit { in_flight: Some(2), breaker, ..Limit::default() });
        let (one, two) = (admit(&gate, Money::Free).await.unwrap(), admit(&gate, Money::Free).await.unwrap());
        let waiting = tokio::spawn({
            let gate = gate.clone();
            async move { admit(&gate, Money::Billable).await }
        });
        sleep(MS).await;
        settle(one, Billed::No, vendor_is_down());
        // The one that waited went; it is still on its way when the breaker opens.
        let straggler = waiting.await.unwrap().unwrap();
        settle(two, Billed::No, vendor_is_down());
        let (kind, field, wait) = refusal(admit(&gate, Money::Free).await);
        assert_eq!((kind, field.as_str(), wait), (Kind::RateLimited, "/limits/juhe/breaker", Some(1_000)));
        assert_eq!(gate.usage().breaker, Condition::Open);
        settle(straggler, Billed::Yes, None);
        sleep(1_000 * MS).await;
        assert_eq!(gate.usage().breaker, Condition::HalfOpen);
        // They had left when they failed: a paid call leaves the probe to the free ones for as long again.
        assert_eq!(refusal(admit(&gate, Money::Billable).await).2, Some(1_000));
        let probe = admit(&gate, Money::Free).await.unwrap();
        assert_eq!(refusal(admit(&gate, Money::Free).await).2, None, "one at a time");
        // A probe that is given up tells nothing, and takes nothing with it.
        drop(probe);
        settle(admit(&gate, Money::Free).await.unwrap(), Billed::No, vendor_is_down());
        assert_eq!(refusal(admit(&gate, Money::Free).await).2, Some(2_000));
        sleep(4_000 * MS).await;
        settle(admit(&gate, Money::Billable).await.unwrap(), Billed::Yes, None);
        assert_eq!(gate.usage().breaker, Condition::Closed);
        assert_eq!((gate.usage().billed, gate.usage().in_flight), (2, 0));
    });
}

#[test]
fn the_budget_is_closed_while_in_doubt() {
    still(async {
        let gate = gate(Limit { max_billed: Some(2), in_flight: Some(1), ..Limit::default() });
        let first = admit(&gate, Money::Billable).await.unwrap();
        let mut second = Box::pin(admit(&gate, Money::Billable));
        assert!(tokio::time::timeout(MS, &mut second).await.is_err());
        let error = admit(&gate, Money::Billable).await.err().unwrap();
        assert_eq!((error.kind, error.retryable), (Kind::Quota, true), "some may come back");
        drop(second);
        assert_eq!(gate.usage().reserved, 1);
        // Abandoned on its way: nobody knows.
        let mut first = first;
        first.sent(&lit());
        drop(first);
        // Abandoned before it left: certainly not.
        let mut next = admit(&gate, Money::Billable).await.unwrap();
        next.sent(&unlit());
        drop(next);
        settle(admit(&gate, Money::Billable).await.unwrap(), Billed::Yes, None);
        let error = admit(&gate, Money::Billable).await.err().unwrap();
        assert_eq!((error.kind, error.field.as_deref()), (Kind::Quota, Some("/limits/juhe/max_billed")));
        assert!(!error.retryable);
        drop(admit(&gate, Money::Free).await.unwrap());
        let usage = gate.usage();
        assert_eq!((usage.billed, usage.unknown, usage.reserved, usage.max_billed), (1, 1, 0, Some(2)));
    });
}

#[test]
fn who_waited_for_room_and_then_for_the_rate_goes_when_it_may() {
    still(async {
        let gate = gate(Limit { in_flight: Some(1), per_second: Some(10.0), ..Limit::default() });
        let began = Instant::now();
        let mut first = admit(&gate, Money::Free).await.unwrap();
        first.sent(&lit());
        let second = tokio::spawn({
            let gate = gate.clone();
            async move { admit(&gate, Money::Free).await.map(|_| began.elapsed()) }
        });
        sleep(50 * MS).await;
        drop(first);
        let waited = second.await.unwrap().unwrap();
        assert!(waited >= 100 * MS && waited < 110 * MS, "{waited:?}");
    });
}
