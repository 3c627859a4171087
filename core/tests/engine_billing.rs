//! Risk 2: paid twice, or `unknown` where `no` was certain. Risk 6: an outcome lost on cancel.
#![cfg(feature = "client")]

mod faults;

use faults::{Fault, Server};
use shiren::juhe::verifyface::verify2::Verify2;
use shiren::{Billed, CallOptions, Client, Config, Kind, Outcome};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

fn person() -> Verify2 {
    Verify2 {
        idcard: "110101180001010015".into(),
        realname: "王小二".into(),
        image: vec![0xff; 6000].into(),
        ..Verify2::default()
    }
}

fn client_at(url: &str) -> Client {
    let mut config = Config::sandbox(url);
    config.timeout_ms = 3_000;
    config.connect_timeout_ms = 1_000;
    Client::new(config).unwrap()
}

fn watched(client: &Client) -> Arc<Mutex<Vec<Outcome>>> {
    let seen = Arc::<Mutex<Vec<Outcome>>>::default();
    let into = seen.clone();
    client.on_outcome(move |outcome| into.lock().unwrap().push(outcome.clone()));
    seen
}

/// Calls once; gives the error, the outcome, and what the server booked.
fn once(fault: Fault) -> (shiren::Error, Outcome, usize) {
    let server = Server::start([], fault);
    let client = client_at(&server.url());
    let seen = watched(&client);
    let error = client.call_blocking(person()).unwrap_err();
    let shown = format!("{error} {error:?}");
    for canary in ["王小二", "110101180001010015", "sandbox-juhe-key"] {
        assert!(!shown.contains(canary), "{shown}");
    }
    let seen = seen.lock().unwrap();
    assert_eq!(seen.len(), 1);
    (error, seen[0].clone(), server.billed())
}

#[test]
fn a_whole_answer_is_billed_once() {
    let server = Server::start([], Fault::Answer);
    let client = client_at(&server.url());
    let seen = watched(&client);
    let reply = client.call_blocking(person()).unwrap();
    assert_eq!((reply.verdict.decision, reply.verdict.billed), (shiren::Decision::Passed, Billed::Yes));
    assert_eq!(server.billed(), 1);
    let seen = seen.lock().unwrap();
    assert_eq!((seen[0].billed, seen[0].attempts, seen[0].error), (Billed::Yes, 1, None));
    assert_eq!((seen[0].operation, seen[0].vendor), ("juhe.verifyface.verify2", Some(shiren::Vendor::Juhe)));
    let total = client.counters().total;
    assert_eq!((total.calls, total.billed, total.unknown, total.errors), (1, 1, 0, 0));
}

#[test]
fn a_refused_port_costs_nothing_and_is_tried_again() {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let client = client_at(&format!("http://127.0.0.1:{port}"));
    let seen = watched(&client);
    let error = client.call_blocking(person()).unwrap_err();
    assert_eq!((error.kind, error.billed, error.retryable), (Kind::Network, Billed::No, true));
    assert!(error.message.contains("127.0.0.1") && error.message.contains("refused"), "{error}");
    assert_eq!(seen.lock().unwrap()[0].attempts, 3);
}

#[test]
fn a_name_that_does_not_resolve_costs_nothing() {
    let mut config = Config::sandbox("http://no-such-host.invalid");
    config.allow_plain_http = true;
    let error = Client::new(config).unwrap().call_blocking(person()).unwrap_err();
    assert_eq!((error.kind, error.billed), (Kind::Network, Billed::No), "{error}");
}

/// The kernel completes the connection before the server closes it: a request that was begun is `unknown`, even
/// though this server never reads; only what certainly did not leave is `no`.
#[test]
fn closing_on_accept_is_never_called_billed() {
    let (error, outcome, billed) = once(Fault::CloseOnAccept);
    assert_eq!((error.kind, billed), (Kind::Network, 0));
    assert_eq!(error.billed, outcome.billed);
    assert_ne!(error.billed, Billed::Yes);
}

#[test]
fn hanging_in_the_accept_queue_is_unknown() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let client = client_at(&format!("http://{}", listener.local_addr().unwrap()));
    let began = Instant::now();
    let options = CallOptions::default().timeout(Duration::from_millis(1_500));
    let error = client.call_blocking_with(person(), options).unwrap_err();
    assert_eq!((error.kind, error.billed, error.retryable), (Kind::Timeout, Billed::Unknown, false));
    assert!(began.elapsed() < Duration::from_secs(10));
    assert_eq!(client.counters().total.unknown, 1);
}

#[test]
fn cut_after_the_head_is_unknown_and_sent_once() {
    let (error, outcome, billed) = once(Fault::CutAfterHead);
    assert_eq!((error.kind, error.billed, error.retryable), (Kind::Network, Billed::Unknown, false));
    assert_eq!((outcome.attempts, outcome.billed, billed), (1, Billed::Unknown, 0));
}

#[test]
fn cut_after_the_body_is_unknown_and_sent_once() {
    let (error, outcome, billed) = once(Fault::CutAfterBody);
    assert_eq!((error.kind, error.billed), (Kind::Network, Billed::Unknown));
    assert_eq!((outcome.attempts, billed), (1, 1));
}

#[test]
fn half_a_reply_is_unknown_and_sent_once() {
    let (error, outcome, billed) = once(Fault::HalfReply);
    assert_eq!((error.kind, error.billed), (Kind::Network, Billed::Unknown));
    assert_eq!((outcome.attempts, billed), (1, 1));
    assert_eq!(error.http_status, Some(200));
}

#[test]
fn silence_is_unknown_and_sent_once() {
    let server = Server::start([], Fault::Silence);
    let client = client_at(&server.url());
    let options = CallOptions::default().timeout(Duration::from_millis(1_500));
    let error = client.call_blocking_with(person(), options).unwrap_err();
    assert_eq!((error.kind, error.billed), (Kind::Timeout, Billed::Unknown));
    assert_eq!((server.billed(), server.requests().len()), (1, 1));
}

#[test]
fn a_server_error_on_a_paid_call_is_not_repeated() {
    let server = Server::start([], Fault::Status(503, "busy".into()));
    let client = client_at(&server.url());
    let error = client.call_blocking(person()).unwrap_err();
    assert_eq!((error.kind, error.billed, error.http_status), (Kind::Vendor, Billed::Unknown, Some(503)));
    assert_eq!(server.requests().len(), 1);
}

/// Blocking callers drive their runtime only while they wait: without a look at the sockets before each request,
/// a connection that was closed meanwhile is used again, and a paid call ends as `unknown`.
#[test]
fn connections_closed_between_calls_are_seen() {
    let server = Server::start([], Fault::AnswerAndClose);
    let client = client_at(&server.url());
    for call in 0..40 {
        client.call_blocking(person()).unwrap_or_else(|error| panic!("call {call}: {error}"));
        while server.closed() <= call {
            std::thread::sleep(Duration::from_micros(200));
        }
    }
    let total = client.counters().total;
    assert_eq!((total.billed, total.unknown, server.billed()), (40, 0, 40));
}

#[test]
fn the_same_on_a_callers_runtime_that_is_driven_call_by_call() {
    let server = Server::start([], Fault::AnswerAndClose);
    let client = client_at(&server.url());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    for call in 0..40 {
        runtime.block_on(client.call(person())).unwrap_or_else(|error| panic!("call {call}: {error}"));
        while server.closed() <= call {
            std::thread::sleep(Duration::from_micros(200));
        }
    }
    assert_eq!((client.counters().total.unknown, server.billed()), (0, 40));
}

#[test]
fn kept_connections_are_used_again() {
    let server = Server::start([], Fault::Answer);
    let client = client_at(&server.url());
    for _ in 0..10 {
        client.call_blocking(person()).unwrap();
    }
    assert_eq!((server.billed(), server.connections()), (10, 1));
}

fn sums(seen: &[Outcome]) -> (usize, usize) {
    let count = |billed| seen.iter().filter(|outcome| outcome.billed == billed).count();
    (count(Billed::Yes), count(Billed::Unknown))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cancelled_at_a_thousand_moments_each_call_has_one_outcome() {
    const CALLS: usize = 1000;
    let server = Server::start([], Fault::Slow(Duration::from_micros(300)));
    let client = client_at(&server.url());
    let seen = watched(&client);
    let mut random: u64 = 0x9e37_79b9_7f4a_7c15;
    let mut tasks = Vec::new();
    for call in 0..CALLS {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        // Early, while it is under way, and late, on a quick machine and on a busy one.
        let wait = Duration::from_micros((random >> 33) % [500, 2_000, 8_000, 40_000][call % 4]);
        let client = client.clone();
        tasks.push(tokio::spawn(async move {
            let _ = tokio::time::timeout(wait, client.call(person())).await;
        }));
        if call % 8 == 7 {
            for task in tasks.drain(..) {
                task.await.unwrap();
            }
        }
    }
    for task in tasks {
        task.await.unwrap();
    }
    // What had left before its call was given up may still be on its way to the ledger.
    tokio::time::sleep(Duration::from_millis(300)).await;
    let seen = seen.lock().unwrap();
    let (yes, unknown) = sums(&seen);
    let ledger = server.billed();
    let cancelled = seen.iter().filter(|outcome| outcome.cancelled).count();
    assert_eq!(seen.len(), CALLS);
    assert!(yes <= ledger && ledger <= yes + unknown, "yes {yes}, ledger {ledger}, unknown {unknown}");
    assert!(cancelled > 20 && yes > 20, "cancelled {cancelled}, yes {yes}: the moments are not spread");
    assert_eq!(client.counters().total.calls, CALLS as u64);
}

#[test]
fn cancelling_before_anything_left_costs_nothing() {
    let server = Server::start([], Fault::Answer);
    let client = client_at(&server.url());
    let seen = watched(&client);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let mut call = Box::pin(client.call(person()));
        let waker = std::task::Waker::noop();
        assert!(call.as_mut().poll(&mut std::task::Context::from_waker(waker)).is_pending());
    });
    let seen = seen.lock().unwrap();
    assert_eq!((seen.len(), seen[0].billed, seen[0].cancelled), (1, Billed::No, true));
    assert_eq!(seen[0].error, Some(Kind::Cancelled));
    assert_eq!(server.billed(), 0);
}
