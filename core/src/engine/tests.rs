//! What needs the engine's inside: free calls and their repetition, tokens (risk 8), heavy operations, forks.

#[path = "../../tests/faults/mod.rs"]
mod faults;

use super::*;
use crate::error::{Error, Kind, Result};
use crate::operation::{Io, Meta, Money, Operation, Place, Repeat};
use crate::secret::Secret;
use crate::time::Time;
use crate::verdict::{Billed, Vendor};
use crate::{Config, baidu};
use bytes::Bytes;
use faults::{Fault, Server};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
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

fn token(stale: Option<&Secret>) -> Probe {
    Probe { paid: false, token: true, stale: stale.cloned() }
}

fn config(server: &Server) -> Config {
    Config { timeout_ms: 3_000, ..Config::sandbox(&server.url()) }
}

fn client(server: &Server) -> Client {
    Client::new(config(server)).unwrap()
}

fn granted(token: &str, seconds: u64) -> Fault {
    Fault::Status(200, format!(r#"{{"access_token":"{token}","expires_in":{seconds},"scope":"brain_all_scope"}}"#))
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
    let busy = b"HTTP/1.1 503 X\r\nretry-after: 1\r\ncontent-length: 0\r\nconnection: close\r\n\r\n".to_vec();
    let server = Server::start([Fault::Raw(busy.clone())], Fault::Answer);
    let began = Instant::now();
    client(&server).call_blocking(FREE).unwrap();
    assert!(began.elapsed() >= Duration::from_secs(1));
    let server = Server::start([], Fault::Raw(busy));
    let began = Instant::now();
    let options = CallOptions::default().timeout(Duration::from_millis(900));
    let error = client(&server).call_blocking_with(FREE, options).unwrap_err();
    assert_eq!((error.kind, error.http_status), (Kind::Vendor, Some(503)));
    assert!(began.elapsed() < Duration::from_millis(800), "waiting would have been in vain");
    assert_eq!(error.retry_after_ms, Some(1000), "and the caller is told");
}

// Tokens --------------------------------------------------------------------------------------------------------------

fn now() -> (Arc<AtomicU64>, impl Fn() -> Time + Send + Sync + 'static) {
    let now = Arc::new(AtomicU64::new(1_768_464_000_000));
    let read = now.clone();
    (now, move || Time::from_unix_ms(read.load(Ordering::Relaxed)))
}

#[test]
fn a_token_is_fetched_once_and_kept() {
    let server = Server::start([], granted("t-1", 2_592_000));
    let client = client(&server);
    for _ in 0..5 {
        assert_eq!(client.call_blocking(token(None)).unwrap().token, Some("t-1".into()));
    }
    let requests = server.requests();
    assert_eq!(requests.len(), 1);
    assert_eq!(
        requests[0],
        "POST /baidu/oauth/2.0/token?grant_type=client_credentials&client_id=sandbox-baidu-ak&client_secret=sandbox-baidu-sk HTTP/1.1"
    );
    assert_eq!(client.counters().total.calls, 5, "the fetch is no call of the caller's");
}

#[test]
fn a_stale_token_is_renewed_once_for_all() {
    let server = Server::start([granted("t-1", 1000), granted("t-2", 1000)], granted("t-3", 1000));
    let client = client(&server);
    let first = client.call_blocking(token(None)).unwrap().token.unwrap();
    for _ in 0..3 {
        assert_eq!(client.call_blocking(token(Some(&first))).unwrap().token, Some("t-2".into()));
    }
    assert_eq!(client.call_blocking(token(None)).unwrap().token, Some("t-2".into()));
    assert_eq!(server.requests().len(), 2);
}

#[test]
fn a_vendor_that_insists_on_a_refused_token_ends_in_an_error() {
    let server = Server::start([], granted("t-1", 1000));
    let error = client(&server).call_blocking(token(Some(&"t-1".into()))).unwrap_err();
    assert_eq!(error.kind, Kind::Authentication);
    assert!(server.requests().len() <= 2);
    assert!(!format!("{error:?}").contains("t-1"));
}

#[test]
fn a_token_is_renewed_before_it_ends() {
    let server = Server::start([granted("t-1", 2_592_000)], granted("t-2", 2_592_000));
    let (now, clock) = now();
    let client = Client::builder(config(&server)).clock(clock).build().unwrap();
    let ask = || client.call_blocking(token(None)).unwrap().token.unwrap();
    assert_eq!(ask(), "t-1".into());
    now.fetch_add(26 * 86_400_000, Ordering::Relaxed);
    assert_eq!(ask(), "t-1".into());
    now.fetch_add(2 * 86_400_000, Ordering::Relaxed);
    assert_eq!(ask(), "t-2".into());
    assert_eq!(server.requests().len(), 2);
}

#[test]
fn while_a_token_lives_a_failing_renewal_hurts_nobody() {
    let server = Server::start([granted("t-1", 1000)], Fault::Status(500, String::new()));
    let (now, clock) = now();
    let client = Client::builder(config(&server)).clock(clock).build().unwrap();
    let ask = || client.call_blocking(token(None));
    ask().unwrap();
    now.fetch_add(900_000, Ordering::Relaxed);
    assert_eq!(ask().unwrap().token, Some("t-1".into()));
    now.fetch_add(200_000, Ordering::Relaxed);
    assert_eq!(ask().unwrap_err().billed, Billed::No);
}

/// Risk 8.
#[test]
fn sixty_four_waiters_on_a_failing_endpoint_make_two_fetches_at_most() {
    for fault in [
        Fault::Status(500, String::new()),
        Fault::Status(401, r#"{"error":"invalid_client"}"#.into()),
        Fault::CutAfterBody,
    ] {
        let server = Server::start([], fault.clone());
        let client = client(&server);
        let began = Instant::now();
        std::thread::scope(|scope| {
            for waiter in 0..64 {
                let client = &client;
                scope.spawn(move || {
                    let error = if waiter % 2 == 0 {
                        client.call_blocking(token(None)).unwrap_err()
                    } else {
                        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
                        runtime.block_on(client.call(token(None))).unwrap_err()
                    };
                    let shown = format!("{error} {error:?}");
                    assert!(!shown.contains("sandbox-baidu-sk") && !shown.contains("sandbox-baidu-ak"), "{shown}");
                });
            }
        });
        assert!(server.requests().len() <= 2, "{fault:?}: {} fetches", server.requests().len());
        assert!(began.elapsed() < Duration::from_secs(3), "{fault:?}: {:?}", began.elapsed());
    }
}

#[test]
fn sixty_four_waiters_share_one_fetch() {
    let body = r#"{"access_token":"t-1","expires_in":1000}"#;
    let server = Server::start([], Fault::Status(200, body.into()));
    let client = client(&server);
    std::thread::scope(|scope| {
        for _ in 0..64 {
            scope.spawn(|| assert_eq!(client.call_blocking(token(None)).unwrap().token, Some("t-1".into())));
        }
    });
    assert_eq!(server.requests().len(), 1);
}

#[test]
fn whoever_gives_up_or_stalls_does_not_take_the_fetch_along() {
    let server = Server::start([Fault::Slow(Duration::from_millis(150))], granted("t-1", 1000));
    let client = client(&server);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    // The first to ask is abandoned while its fetch is under way, and its runtime dies.
    runtime.block_on(async {
        assert!(tokio::time::timeout(Duration::from_millis(20), client.call(token(None))).await.is_err());
    });
    drop(runtime);
    // A reply without a token: the fetch itself fails, and the next one is made after a while.
    client.call_blocking(token(None)).unwrap_err();
    std::thread::sleep(Duration::from_millis(1050));
    // A task that blocks its only thread does not wait for itself.
    let single = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let other = client.clone();
    let got = single.block_on(async move {
        let task = tokio::spawn({
            let other = other.clone();
            async move { other.call(token(None)).await }
        });
        tokio::task::yield_now().await;
        let blocking = other.call_blocking(token(None));
        task.await.unwrap().unwrap();
        blocking
    });
    assert_eq!(got.unwrap().token, Some("t-1".into()));
}

#[test]
fn close_ends_a_fetch() {
    let server = Server::start([], Fault::Silence);
    let client = client(&server);
    let waiting = std::thread::spawn({
        let client = client.clone();
        move || client.call_blocking(token(None))
    });
    while server.requests().is_empty() {
        std::thread::sleep(Duration::from_millis(1));
    }
    client.close(Duration::from_secs(1)).unwrap();
    assert_eq!(waiting.join().unwrap().unwrap_err().kind, Kind::Cancelled);
}

#[test]
fn a_shared_store_saves_the_second_client_a_fetch() {
    let server = Server::start([], granted("t-1", 2_592_000));
    let store = Arc::new(MemoryStore::default());
    for _ in 0..2 {
        let client = Client::builder(config(&server)).token_store(store.clone()).build().unwrap();
        assert_eq!(client.call_blocking(token(None)).unwrap().token, Some("t-1".into()));
    }
    assert_eq!(server.requests().len(), 1);
}

/// Panics, hangs, or gives back what was refused.
struct BadStore(&'static str, AtomicUsize);

impl TokenStore for BadStore {
    fn get<'a>(&'a self, account: &'a str) -> StoreFuture<'a, Option<StoredToken>> {
        assert!(!account.contains("sandbox-baidu-ak"));
        self.1.fetch_add(1, Ordering::Relaxed);
        match self.0 {
            "panics" => panic!("a store of a test"),
            "hangs" => Box::pin(std::future::pending()),
            _ => Box::pin(async {
                let token = "t-0".into();
                let (fetched_at, expires_at) =
                    (crate::local::now(), crate::local::now().plus(Duration::from_secs(9999)));
                Some(StoredToken { token, fetched_at, expires_at })
            }),
        }
    }

    fn put<'a>(&'a self, _: &'a str, _: StoredToken) -> StoreFuture<'a, ()> {
        Box::pin(std::future::ready(()))
    }
}

#[test]
fn a_bad_store_hangs_nobody() {
    for (kind, works) in [("panics", false), ("hangs", true), ("repeats", true)] {
        let server = Server::start([], granted("t-1", 1000));
        let store = BadStore(kind, AtomicUsize::new(0));
        let client = Client::builder(config(&server)).token_store(store).build().unwrap();
        let got = client.call_blocking(token(Some(&"t-0".into())));
        assert_eq!(got.is_ok(), works, "{kind}: {got:?}");
    }
}

#[test]
fn other_vendors_have_no_tokens() {
    let mut config = Config::sandbox("http://127.0.0.1:1");
    config.accounts.baidu = None::<baidu::Account>;
    let error = Client::new(config).unwrap().call_blocking(token(None)).unwrap_err();
    assert_eq!((error.kind, error.field.as_deref()), (Kind::Configuration, Some("/accounts/baidu")));
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
        tokio::time::timeout(Duration::from_millis(10), client.call(Heavy { millis: 100 })).await.is_err()
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
