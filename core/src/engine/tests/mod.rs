//! What needs the engine's inside: free calls and their repetition, heavy operations, forks, traces.

#[path = "../../../tests/faults/mod.rs"]
mod faults;
mod tokens;

use super::*;
use crate::Config;
use crate::error::{Error, Kind, Result};
use crate::operation::{Io, Meta, Money, Operation, Place, Repeat};
use crate::secret::Secret;
use crate::verdict::{Billed, Vendor};
use bytes::Bytes;
use faults::{Fault, Server};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// One request to the Baidu account's address, free or paid.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
struct Probe {
    paid: bool,
    /// Ask for a token first; ask again, once, if this is set and the first equals it.
    token: bool,
    stale: Option<Secret>,
}

/// Its answer.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
struct Answer {
    text: String,
    #[serde(skip)]
    #[cfg_attr(feature = "schema", schemars(skip))]
    token: Option<Secret>,
}

impl Operation for Probe {
    const META: Meta = Meta { id: "test.probe", doc: "Asks for something.", place: Place::Remote };
    type Response = Answer;

    async fn run(self, io: Io) -> Result<Answer> {
        if self.token {
            let token = io.token(Vendor::Baidu, self.stale).await?;
            return Ok(Answer { text: String::new(), token: Some(token) });
        }
        let money = if self.paid { Money::Billable } else { Money::Free };
        io.call(
            Vendor::Baidu,
            money,
            |context| {
                let account = context.accounts().baidu()?;
                http::Request::post(format!("{}/probe?access_token=secret-token", account.base_url))
                    .body(Bytes::from_static(b"x"))
                    .map_err(|_| Error::internal("x"))
            },
            |answer| {
                if answer.status().is_server_error() {
                    let mut error = Error::new(Kind::Vendor, "busy").with_billed(Billed::Unknown);
                    error.repeat = Repeat::FREE;
                    return Err(error);
                }
                let text = String::from_utf8_lossy(answer.body()).into_owned();
                Ok((Answer { text, token: None }, Billed::Yes))
            },
        )
        .await
    }
}

const FREE: Probe = Probe { paid: false, token: false, stale: None };
const PAID: Probe = Probe { paid: true, token: false, stale: None };

fn config(server: &Server) -> Config {
    Config { timeout_ms: 3_000, ..Config::sandbox(&server.url()) }
}

fn client(server: &Server) -> Client {
    Client::new(config(server)).unwrap()
}

// Repetition ----------------------------------------------------------------------------------------------------------

#[test]
fn a_free_call_is_repeated_after_what_passes() {
    for fault in [Fault::CutAfterHead, Fault::CutAfterBody, Fault::HalfReply, Fault::Status(503, String::new())] {
        let server = Server::start([fault.clone(), fault], Fault::Answer);
        let answer = client(&server).call_blocking(FREE).unwrap();
        assert!(answer.text.contains("authResult"));
        assert_eq!(server.requests().len(), 3);
    }
}

#[test]
fn a_paid_call_is_not() {
    for fault in [Fault::CutAfterHead, Fault::CutAfterBody, Fault::HalfReply, Fault::Status(503, String::new())] {
        let server = Server::start([fault.clone()], Fault::Answer);
        let error = client(&server).call_blocking(PAID).unwrap_err();
        assert_eq!(error.billed, Billed::Unknown);
        assert_eq!(server.requests().len(), 1);
    }
}

#[test]
fn a_free_call_costs_nothing_however_it_ends() {
    let server = Server::start([], Fault::CutAfterBody);
    let client = client(&server);
    let error = client.call_blocking(FREE).unwrap_err();
    assert_eq!((error.kind, error.billed, error.retryable), (Kind::Network, Billed::No, true));
    assert!(!format!("{error} {error:?}").contains("secret-token"), "{error:?}");
    assert_eq!(server.requests().len(), 3, "three attempts in all");
    let slow = Server::start([], Fault::Silence);
    let options = CallOptions::default().timeout(Duration::from_millis(100));
    let error = super::Client::new(config(&slow)).unwrap().call_blocking_with(FREE, options).unwrap_err();
    assert_eq!((error.kind, error.billed), (Kind::Timeout, Billed::No));
    assert_eq!(client.counters().total.unknown, 0);
}

#[test]
fn retry_after_is_waited_for_or_the_real_error_comes_at_once() {
    let busy = |seconds| {
        let head =
            format!("HTTP/1.1 503 X\r\nretry-after: {seconds}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
        Fault::Raw(head.into())
    };
    let server = Server::start([busy(1)], Fault::Answer);
    let began = Instant::now();
    client(&server).call_blocking(FREE).unwrap();
    assert!(began.elapsed() >= Duration::from_secs(1));
    let server = Server::start([], busy(25));
    let began = Instant::now();
    let options = CallOptions::default().timeout(Duration::from_secs(20));
    let error = client(&server).call_blocking_with(FREE, options).unwrap_err();
    assert_eq!((error.kind, error.http_status), (Kind::Vendor, Some(503)));
    assert_eq!(error.retry_after_ms, Some(25_000), "and the caller is told");
    assert!(began.elapsed() < Duration::from_secs(15), "waiting would have been in vain");
}

// Heavy and local -----------------------------------------------------------------------------------------------------

/// Computes for a while.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
struct Heavy {
    millis: u64,
}

/// Where it was computed.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
struct Thread {
    name: String,
}

impl Operation for Heavy {
    const META: Meta = Meta { id: "test.heavy", doc: "Computes.", place: Place::Heavy };
    type Response = Thread;

    async fn run(self, _: Io) -> Result<Thread> {
        std::thread::sleep(Duration::from_millis(self.millis));
        Ok(Thread { name: format!("{:?}", std::thread::current().id()) })
    }
}

#[test]
fn heavy_work_leaves_the_callers_thread_when_called_asynchronously() {
    let client = Client::new(Config::default()).unwrap();
    let here = format!("{:?}", std::thread::current().id());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    assert_ne!(runtime.block_on(client.call(Heavy { millis: 0 })).unwrap().name, here);
    assert_eq!(client.call_blocking(Heavy { millis: 0 }).unwrap().name, here);
    let abandoned = runtime.block_on(async {
        tokio::time::timeout(Duration::from_millis(10), client.call(Heavy { millis: 1_000 })).await.is_err()
    });
    let total = client.counters().total;
    assert!(abandoned);
    assert_eq!((total.calls, total.cancelled, total.unknown), (3, 1, 0));
}

// Forks ---------------------------------------------------------------------------------------------------------------

#[test]
fn a_client_of_another_process_is_refused() {
    let server = Server::start([], Fault::Answer);
    let client = Client::builder(config(&server)).build_in(std::process::id() + 1).unwrap();
    assert_eq!(client.call_blocking(FREE).unwrap_err().kind, Kind::Closed);
    assert_eq!(client.close(Duration::from_secs(1)).unwrap_err().kind, Kind::Closed);
    assert!(!client.cancel(1));
}

#[test]
fn a_user_can_still_use_reqwest_with_a_provider_of_their_own() {
    let server = Server::start([], Fault::Answer);
    client(&server).call_blocking(FREE).unwrap();
    assert!(rustls::crypto::CryptoProvider::get_default().is_none(), "no process-wide default is installed");
}

// What is traced ------------------------------------------------------------------------------------------------------

/// Writes down every field of every span and event.
#[derive(Clone, Default)]
struct Listener(Arc<Mutex<String>>);

impl tracing::field::Visit for Listener {
    fn record_debug(&mut self, field: &tracing::field::Field, value: &dyn std::fmt::Debug) {
        lock(&self.0).push_str(&format!("{}={value:?} ", field.name()));
    }
}

impl tracing::Subscriber for Listener {
    fn enabled(&self, _: &tracing::Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &tracing::span::Attributes<'_>) -> tracing::span::Id {
        span.record(&mut self.clone());
        tracing::span::Id::from_u64(1)
    }

    fn record(&self, _: &tracing::span::Id, values: &tracing::span::Record<'_>) {
        values.record(&mut self.clone());
    }

    fn record_follows_from(&self, _: &tracing::span::Id, _: &tracing::span::Id) {}

    fn event(&self, event: &tracing::Event<'_>) {
        event.record(&mut self.clone());
    }

    fn enter(&self, _: &tracing::span::Id) {}

    fn exit(&self, _: &tracing::span::Id) {}
}

#[test]
fn a_span_tells_what_happened_and_nothing_about_addresses() {
    let listener = Listener::default();
    tracing::subscriber::with_default(listener.clone(), || {
        let server = Server::start([Fault::Status(503, String::new())], Fault::Answer);
        client(&server).call_blocking(FREE).unwrap();
        let server = Server::start([], Fault::CutAfterBody);
        client(&server).call_blocking(PAID).unwrap_err();
    });
    let heard = lock(&listener.0).clone();
    for word in [
        "operation=\"test.probe\"",
        "vendor=\"baidu\"",
        "attempt=2",
        "status=200",
        "billed=\"unknown\"",
        "error=\"network\"",
    ] {
        assert!(heard.contains(word), "{word}: {heard}");
    }
    for canary in ["secret-token", "access_token", "sandbox-baidu"] {
        assert!(!heard.contains(canary), "{canary}: {heard}");
    }
}
