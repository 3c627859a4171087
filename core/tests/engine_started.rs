//! Started calls: one callback each, whatever happens; cancel; close.
#![cfg(feature = "client")]

mod faults;

use faults::{Fault, Server};
use shiren::engine::Queue;
use shiren::juhe::verifyface::verify2::Verify2;
use shiren::wire::{Parts, Wire};
use shiren::{Billed, CallOptions, Client, Config, Kind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};
use std::time::Duration;

const ID: &str = "juhe.verifyface.verify2";
const PERSON: &[u8] = br#"{"idcard":"110101180001010015","realname":"x","image":"/9g="}"#;
const LIMIT: Duration = Duration::from_secs(20);

fn client_at(server: &Server) -> Client {
    Client::new(Config::sandbox(&server.url())).unwrap()
}

fn start(client: &Client, tell: &mpsc::Sender<(u64, shiren::Result<Wire>)>) -> shiren::Result<u64> {
    let tell = tell.clone();
    client.start(ID, PERSON, Parts::new(), CallOptions::default(), move |id, result| tell.send((id, result)).unwrap())
}

#[test]
fn a_started_call_delivers_its_reply() {
    let server = Server::start([], Fault::Answer);
    let client = client_at(&server);
    let (tell, told) = mpsc::channel();
    let ids: Vec<_> = (0..20).map(|_| start(&client, &tell).unwrap()).collect();
    let mut seen: Vec<_> = (0..20)
        .map(|_| {
            let (id, result) = told.recv_timeout(LIMIT).unwrap();
            let json: serde_json::Value = serde_json::from_slice(&result.unwrap().json).unwrap();
            assert_eq!(json["verdict"]["decision"], "passed");
            id
        })
        .collect();
    seen.sort_unstable();
    assert_eq!(seen, ids);
    assert_eq!(server.billed(), 20);
}

#[test]
fn json_calls_go_the_same_way() {
    let server = Server::start([], Fault::Answer);
    let client = client_at(&server);
    let wire = client.call_json_blocking(ID, PERSON, Parts::new(), CallOptions::default()).unwrap();
    assert!(wire.json.starts_with(b"{\"verdict\""));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(client.call_json(ID, PERSON, Parts::new(), CallOptions::default())).unwrap();
    let unknown = client.call_json_blocking("no.such", b"{}", Parts::new(), CallOptions::default()).unwrap_err();
    assert_eq!(unknown.kind, Kind::UnknownOperation);
    let malformed = client.call_json_blocking(ID, b"{", Parts::new(), CallOptions::default()).unwrap_err();
    assert_eq!(malformed.kind, Kind::InvalidArgument);
    assert_eq!(client.counters().by_operation[ID].calls, 3);
}

#[test]
fn a_watched_call_is_given_up_when_its_watcher_says_so() {
    let server = Server::start([Fault::Silence], Fault::Answer);
    let client = client_at(&server);
    let (told, outcomes) = mpsc::channel();
    client.on_outcome(move |outcome| told.send(outcome.clone()).unwrap());
    let (inner, mut looks) = (client.clone(), 0);
    let watched = |goes_on: &mut dyn FnMut() -> bool| {
        client.call_json_watched(ID, PERSON, Parts::new(), CallOptions::default(), Duration::from_millis(300), goes_on)
    };
    let error = watched(&mut || {
        looks += 1;
        // Who looks may call the same client.
        inner.call_json_blocking(ID, PERSON, Parts::new(), CallOptions::default()).unwrap();
        looks < 3
    })
    .unwrap_err();
    assert_eq!((error.kind, error.billed, looks), (Kind::Cancelled, Billed::Unknown, 3));
    assert_eq!(outcomes.iter().take(4).filter(|outcome| outcome.cancelled).count(), 1);
    let wire = watched(&mut || false).unwrap();
    assert!(wire.json.starts_with(b"{\"verdict\""), "a quick call is not asked about");
}

#[test]
fn what_cannot_start_has_no_callback() {
    let server = Server::start([], Fault::Answer);
    let client = client_at(&server);
    let never = |_, _| panic!("done was called");
    let options = CallOptions::default();
    assert_eq!(client.start("no.such", b"{}", Parts::new(), options, never).unwrap_err().kind, Kind::UnknownOperation);
    assert_eq!(client.start(ID, b"[", Parts::new(), options, never).unwrap_err().kind, Kind::InvalidArgument);
    client.close(LIMIT).unwrap();
    assert_eq!(client.start(ID, PERSON, Parts::new(), options, never).unwrap_err().kind, Kind::Closed);
}

#[test]
fn cancel_ends_a_call_and_tells_what_it_may_have_cost() {
    let server = Server::start([], Fault::Silence);
    let client = client_at(&server);
    let (tell, told) = mpsc::channel();
    let id = start(&client, &tell).unwrap();
    while server.billed() == 0 {
        std::thread::sleep(Duration::from_millis(1));
    }
    assert!(client.cancel(id));
    let (seen, result) = told.recv_timeout(LIMIT).unwrap();
    let error = result.unwrap_err();
    assert_eq!((seen, error.kind, error.billed, error.retryable), (id, Kind::Cancelled, Billed::Unknown, false));
    client.close(LIMIT).unwrap();
    assert!(!client.cancel(id) && !client.cancel(12345));
    let total = client.counters().total;
    assert_eq!((total.calls, total.cancelled, total.unknown), (1, 1, 1));
}

/// Risk 10, without the network: completion and cancel meet at every moment, and each call is delivered once.
#[test]
fn ten_thousand_rounds_of_start_and_cancel_deliver_once_each() {
    const ROUNDS: usize = 10_000;
    let client = Client::new(Config::sandbox("http://127.0.0.1:1")).unwrap();
    let told = Arc::new(AtomicUsize::new(0));
    let outcomes = Arc::new(AtomicUsize::new(0));
    let counted = outcomes.clone();
    client.on_outcome(move |_| {
        counted.fetch_add(1, Ordering::AcqRel);
    });
    // Refused before anything is sent: an empty name.
    let json = br#"{"idcard":"110101180001010015","realname":"","image":"/9g="}"#;
    for round in 0..ROUNDS {
        let told = told.clone();
        let done = move |_, result: shiren::Result<Wire>| {
            let kind = result.unwrap_err().kind;
            assert!(matches!(kind, Kind::InvalidArgument | Kind::Cancelled));
            told.fetch_add(1, Ordering::AcqRel);
        };
        let id = client.start(ID, json, Parts::new(), CallOptions::default(), done).unwrap();
        if round % 3 != 0 {
            client.cancel(id);
        }
    }
    client.close(Duration::from_secs(10)).unwrap();
    assert_eq!((told.load(Ordering::Acquire), outcomes.load(Ordering::Acquire)), (ROUNDS, ROUNDS));
}

#[test]
fn started_and_cancelled_over_the_network_the_ledger_agrees() {
    const CALLS: usize = 300;
    let server = Server::start([], Fault::Slow(Duration::from_micros(200)));
    let client = client_at(&server);
    let (tell, told) = mpsc::channel();
    for call in 0..CALLS {
        let id = start(&client, &tell).unwrap();
        std::thread::sleep(Duration::from_micros((call as u64 * 37) % 1500));
        if call % 2 == 0 {
            client.cancel(id);
        }
    }
    for _ in 0..CALLS {
        let _ = told.recv_timeout(LIMIT).unwrap();
    }
    std::thread::sleep(Duration::from_millis(300));
    let (total, ledger) = (client.counters().total, server.billed() as u64);
    assert_eq!(total.calls, CALLS as u64);
    assert!(total.billed <= ledger && ledger <= total.billed + total.unknown, "{total:?}, ledger {ledger}");
    assert!(told.try_recv().is_err(), "delivered twice");
}

#[test]
fn close_cancels_what_runs_and_refuses_what_comes() {
    let server = Server::start([], Fault::Silence);
    let client = client_at(&server);
    let (tell, told) = mpsc::channel();
    for _ in 0..5 {
        start(&client, &tell).unwrap();
    }
    let blocked = std::thread::spawn({
        let client = client.clone();
        move || client.call_json_blocking(ID, PERSON, Parts::new(), CallOptions::default())
    });
    while server.billed() < 6 {
        std::thread::sleep(Duration::from_millis(1));
    }
    client.close(LIMIT).unwrap();
    // Every callback has returned by now.
    let ended: Vec<_> = told.try_iter().map(|(_, result)| result.unwrap_err().kind).collect();
    assert_eq!(ended, [Kind::Cancelled; 5]);
    assert_eq!(blocked.join().unwrap().unwrap_err().kind, Kind::Cancelled);
    let error = client.call_blocking(Verify2::default()).unwrap_err();
    assert_eq!((error.kind, error.billed), (Kind::Closed, Billed::No));
    client.close(LIMIT).unwrap();
}

#[test]
fn close_waits_for_a_slow_callback_but_not_for_ever() {
    let server = Server::start([], Fault::Answer);
    let client = client_at(&server);
    let (entered, enter) = mpsc::channel();
    let (leave, left) = mpsc::channel::<()>();
    client
        .start(ID, PERSON, Parts::new(), CallOptions::default(), move |_, _| {
            entered.send(()).unwrap();
            let _ = left.recv();
        })
        .unwrap();
    enter.recv_timeout(LIMIT).unwrap();
    assert_eq!(client.close(Duration::from_millis(50)).unwrap_err().kind, Kind::Timeout);
    leave.send(()).unwrap();
    client.close(LIMIT).unwrap();
}

#[test]
fn a_callback_can_neither_close_nor_wait_for_its_client() {
    let server = Server::start([], Fault::Answer);
    let client = client_at(&server);
    let (tell, told) = mpsc::channel();
    let inner = client.clone();
    let done = move |_, _| {
        let call = inner.call_json_blocking(ID, PERSON, Parts::new(), CallOptions::default());
        tell.send((inner.close(LIMIT).unwrap_err().kind, call.unwrap_err().kind)).unwrap();
        panic!("of a test: the next call does not mind");
    };
    client.start(ID, PERSON, Parts::new(), CallOptions::default(), done).unwrap();
    assert_eq!(told.recv_timeout(LIMIT).unwrap(), (Kind::Configuration, Kind::Configuration));
    client.call_json_blocking(ID, PERSON, Parts::new(), CallOptions::default()).unwrap();
    client.close(LIMIT).unwrap();
}

#[test]
fn a_callback_may_start_the_next_call() {
    let server = Server::start([], Fault::Answer);
    let client = client_at(&server);
    let (tell, told) = mpsc::channel();
    let inner = client.clone();
    let next = move |_, _| {
        start(&inner, &tell).unwrap();
    };
    client.start(ID, PERSON, Parts::new(), CallOptions::default(), next).unwrap();
    told.recv_timeout(LIMIT).unwrap().1.unwrap();
}

#[test]
fn close_races_with_completion() {
    let server = Server::start([], Fault::Answer);
    for round in 0..100 {
        let client = client_at(&server);
        let (tell, told) = mpsc::channel();
        for _ in 0..3 {
            start(&client, &tell).unwrap();
        }
        std::thread::sleep(Duration::from_micros((round * 53) % 2000));
        client.close(LIMIT).unwrap();
        assert_eq!(told.try_iter().count(), 3, "round {round}");
        assert_eq!(client.counters().total.calls, 3);
    }
}

#[test]
fn a_queue_collects_from_several_clients_and_keeps_the_tags() {
    let server = Server::start([], Fault::Answer);
    let clients = [client_at(&server), client_at(&server)];
    let queue = Queue::new();
    let mut started: Vec<_> = (0..20)
        .map(|tag| {
            let client = &clients[usize::from(tag % 2 == 0)];
            let id = queue.start(client, ID, PERSON, Parts::new(), CallOptions::default(), tag).unwrap();
            (tag, id)
        })
        .collect();
    let refused = queue.start(&clients[0], ID, b"{}", Parts::new(), CallOptions::default(), 99).unwrap_err();
    assert_eq!(refused.kind, Kind::InvalidArgument);
    let mut collected: Vec<_> = (0..20)
        .map(|_| {
            let completion = queue.next(Some(LIMIT)).unwrap().expect("in time");
            completion.result.unwrap();
            (completion.tag, completion.id)
        })
        .collect();
    started.sort_unstable();
    collected.sort_unstable();
    assert_eq!(collected, started);
    assert!(queue.next(Some(Duration::from_millis(50))).unwrap().is_none(), "a refused call brings nothing");
}

#[test]
fn a_call_whose_end_was_delivered_cannot_be_cancelled() {
    let server = Server::start([], Fault::Answer);
    let client = client_at(&server);
    let (tell, told) = mpsc::channel();
    let inside = client.clone();
    let done = move |id, _| tell.send((id, inside.cancel(id))).unwrap();
    let id = client.start(ID, PERSON, Parts::new(), CallOptions::default(), done).unwrap();
    assert_eq!(told.recv_timeout(LIMIT).unwrap(), (id, false));
}
