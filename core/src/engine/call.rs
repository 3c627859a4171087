//! One running call: answers what its operation asks for, until it is done, cancelled or out of time.

use super::client::Shared;
use super::lane::Lane;
use super::limit::Permit;
use super::outcome::Record;
use super::retry;
use super::running::Switch;
use super::transport::{Fuse, passing};
use crate::error::{Error, Kind, Result};
use crate::evidence::save::Save;
use crate::local::compute;
use crate::operation::{Ask, Context as _, Exchange, Io, Money, Options, Place, Repeat, Reply, Step};
use crate::verdict::{Billed, Vendor};
use bytes::Bytes;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, timeout_at};
use tracing::Instrument;

/// A call on its way. Dropping it is cancelling it: it still tells its outcome.
pub(super) struct Call<R> {
    pub(super) shared: Arc<Shared>,
    pub(super) exchange: Exchange<R>,
    /// The right to send the next request, or that of the one on its way. Before `record`: what an abandoned request
    /// may have cost is booked before it is told.
    pub(super) permit: Option<Permit>,
    /// It stands in line at a limit.
    pub(super) queued: bool,
    pub(super) record: Record,
    pub(super) place: Place,
    pub(super) deadline: Instant,
    /// No request is attempted more often than this, whatever its error allows.
    pub(super) attempts: u32,
    /// The `Retry-After` of the last answer.
    pub(super) retry_after: Option<Duration>,
}

const CANCELLED: &str = "the call was cancelled";

/// The moment after this time; a day is for ever here.
pub(super) fn deadline(time: Duration) -> Instant {
    Instant::now() + time.min(Duration::from_secs(86_400))
}

impl<R: Send + 'static> Call<R> {
    /// Runs to the end, or until the switch is thrown.
    pub(super) async fn run(mut self, switch: &Switch) -> Result<R> {
        let span = self.record.span.clone();
        async {
            let ended = tokio::select! {
                biased;
                () = switch.thrown() => None,
                result = self.go() => Some(result),
            };
            match ended {
                Some(Err(error)) if error.kind == Kind::Cancelled && self.shared.is_closed() => {
                    self.record.cancelled(CANCELLED)
                }
                Some(result) => self.record.end(result),
                None => {
                    self.permit = None;
                    if self.queued && self.shared.is_closed() {
                        self.record.closed()
                    } else {
                        self.record.cancelled(CANCELLED)
                    }
                }
            }
        }
        .instrument(span)
        .await
    }

    /// Runs a local or heavy operation on this thread.
    pub(super) fn run_here(mut self) -> Result<R> {
        let result = compute(&mut self.exchange);
        self.record.end(result)
    }

    async fn go(&mut self) -> Result<R> {
        match self.place {
            Place::Remote => self.drive().await,
            Place::Heavy if tokio::runtime::Handle::try_current().is_ok() => {
                // The record stays here: an abandoned call is told at once, the work ends when it ends.
                let nothing = Exchange::new(Io::new(self.shared.clone(), Options::default()), |_| async {
                    Err(Error::internal("the work is done elsewhere"))
                });
                let mut exchange = std::mem::replace(&mut self.exchange, nothing);
                tokio::task::spawn_blocking(move || compute(&mut exchange))
                    .await
                    .unwrap_or_else(|_| Err(Error::internal("a worker thread died")))
            }
            Place::Heavy | Place::Local => compute(&mut self.exchange),
        }
    }

    /// Answers what the operation asks for.
    pub(super) async fn drive(&mut self) -> Result<R> {
        let mut reply = None;
        let (mut lane, mut sent) = (None, false);
        loop {
            let step = self.exchange.resume(reply.take());
            // The last answer was read: what it cost is settled, and nothing is out.
            self.record.settled = self.exchange.settled();
            self.record.flight = None;
            if let (Some(settlement), Some(permit)) = (self.exchange.settlement(), self.permit.take_if(|_| sent)) {
                permit.settle(&settlement, self.retry_after);
            }
            sent = matches!(step, Step::Ask(Ask::Send { .. }));
            if !sent {
                self.permit = None;
            }
            reply = Some(match step {
                Step::Done(result) => {
                    return result.map_err(|mut error| {
                        if error.retry_after_ms.is_none() && error.http_status.is_some() {
                            error.retry_after_ms = self.retry_after.and_then(|wait| wait.as_millis().try_into().ok());
                        }
                        error
                    });
                }
                Step::Ask(Ask::Ready { vendor, attempt, floor, money }) => {
                    self.record.vendor = Some(vendor);
                    Reply::Ready(self.ready(vendor, attempt, floor, money).await)
                }
                Step::Ask(Ask::Send { vendor, money, request, save }) => {
                    self.record.vendor = Some(vendor);
                    Reply::Sent(self.send(&mut lane, money, request, save.as_ref()).await)
                }
                Step::Ask(Ask::Token { vendor, stale }) => {
                    self.record.vendor = Some(vendor);
                    let token = self.shared.token(vendor, stale);
                    Reply::Token(match timeout_at(self.deadline, token).await {
                        Ok(token) => token,
                        Err(_) => Err(Error::new(Kind::Timeout, "no access token within the time allowed")),
                    })
                }
            });
        }
    }

    /// Waits for the back-off, and then for the limits of the account.
    async fn ready(&mut self, vendor: Vendor, attempt: u32, floor: Duration, money: Option<Money>) -> Result<bool> {
        if attempt > self.attempts {
            return Ok(false);
        }
        if attempt > 1 {
            let asked = self.retry_after.unwrap_or_default();
            let until = Instant::now() + retry::wait(attempt, floor.max(asked)).min(Duration::from_secs(86_400));
            if until >= self.deadline {
                return Ok(false);
            }
            tokio::time::sleep_until(until).await;
        }
        if Instant::now() >= self.deadline {
            return Ok(false);
        }
        if let Some(money) = money {
            self.queued = true;
            let permit = self.shared.gates.of(vendor).admit(money, self.deadline).await;
            self.queued = false;
            // Whoever `close` cancels leaves a place, perhaps to a call that it is yet to cancel: nothing goes out any more.
            if self.shared.is_closed() {
                return Err(Error::new(Kind::Cancelled, CANCELLED));
            }
            self.permit = Some(permit?);
        }
        Ok(true)
    }

    async fn send(
        &mut self,
        lane: &mut Option<Arc<Lane>>,
        money: Money,
        request: http::Request<Bytes>,
        save: Option<&Save>,
    ) -> Result<http::Response<Bytes>> {
        let lane = match lane {
            Some(lane) => lane,
            None => lane.insert(self.shared.lanes.here()?),
        };
        let fuse = Fuse::new(request.body());
        match &mut self.permit {
            Some(permit) => permit.sent(&fuse),
            None => return Err(Error::internal("a request without leave")),
        }
        self.retry_after = None;
        self.record.attempts += 1;
        self.record.flight = Some((money, fuse.clone()));
        self.record.span.record("attempt", self.record.attempts);
        if let Some(vendor) = self.record.vendor {
            self.record.span.record("vendor", vendor.name());
        }
        // Boxed: a call is moved several times before it runs, and would be four times as large with this in it.
        let sending = Box::pin(lane.send(request, save, &fuse));
        let answer = timeout_at(self.deadline, sending).await.unwrap_or_else(|_| {
            let error = passing(Kind::Timeout, "no answer within the time allowed", Repeat::FREE);
            Err(if save.is_some() {
                error.with_hint("give a large file more time: timeout_ms, or the call's own")
            } else {
                error
            })
        });
        match answer {
            Ok(answer) => {
                self.record.span.record("status", answer.status().as_u16());
                let now = self.shared.now();
                self.retry_after = retry::retry_after(answer.headers(), now);
                self.record.clock_ms = retry::ahead(answer.headers(), now).or(self.record.clock_ms);
                Ok(answer)
            }
            Err(error) => {
                let sent = money == Money::Billable && !fuse.pull();
                Err(error.with_billed(if sent { Billed::Unknown } else { Billed::No }))
            }
        }
    }
}
