//! Tokens: kept, shared, renewed; risk 8.

use super::*;
use crate::baidu;
use crate::time::Time;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

fn token(stale: Option<&Secret>) -> Probe {
    Probe { paid: false, token: true, stale: stale.cloned() }
}

fn granted(token: &str, seconds: u64) -> Fault {
    Fault::Status(200, format!(r#"{{"access_token":"{token}","expires_in":{seconds},"scope":"brain_all_scope"}}"#))
}

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
        assert!(began.elapsed() < Duration::from_secs(15), "{fault:?}: {:?}", began.elapsed());
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

/// A fetch is a free request to the account: the limits hold for it, the breaker learns from it, and it costs nothing.
#[test]
fn a_fetch_keeps_to_the_limits_of_its_account() {
    let server = Server::start([], Fault::Status(502, String::new()));
    let mut config = config(&server);
    config.limits.baidu.breaker = Some(crate::limits::Breaker { failures: 2, open_ms: 60_000 });
    let client = Client::new(config).unwrap();
    client.call_blocking(token(None)).unwrap_err();
    let asked = server.requests().len();
    assert_eq!(client.limits().baidu.breaker, Condition::Open);
    for call in [FREE, PAID] {
        let error = client.call_blocking(call).unwrap_err();
        assert_eq!((error.kind, error.field.as_deref()), (Kind::RateLimited, Some("/limits/baidu/breaker")));
    }
    let usage = client.limits().baidu;
    assert_eq!((usage.billed, usage.unknown, usage.reserved, usage.in_flight), (0, 0, 0, 0));
    assert_eq!(server.requests().len(), asked);
}
