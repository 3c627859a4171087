//! Limits through the client: a budget that holds, a close that wakes, a pause that all keep.
#![cfg(feature = "client")]

mod faults;

use faults::{Fault, Server};
use shiren::baidu::faceprint::verify_token_generate::VerifyTokenGenerate;
use shiren::engine::Condition;
use shiren::juhe::verifyface::verify2::Verify2;
use shiren::limits::{Breaker, Limit};
use shiren::wire::Parts;
use shiren::{Billed, CallOptions, Client, Config, Error, Kind, Result};
use shiren_sandbox::{Fault as Trouble, Kind as Broken, Sandbox};
use std::sync::{Arc, Mutex, mpsc};
use std::time::{Duration, Instant};

const PHOTO: &[u8] = include_bytes!("../../tests/photos/portrait.jpg");
const TIME: Duration = Duration::from_secs(3);

fn person() -> Verify2 {
    Verify2 {
        idcard: "110101180001010015".into(),
        realname: "王小二".into(),
        image: PHOTO.to_vec().into(),
        ..Verify2::default()
    }
}

fn client(url: &str, juhe: Limit) -> Client {
    let mut config = Config::sandbox(url);
    config.limits.juhe = juhe;
    Client::new(config).unwrap()
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

/// Starts a call, and waits for its end.
fn start(client: &Client, person: &Verify2, options: CallOptions) {
    let json = serde_json::json!({
        "idcard": person.idcard.expose(),
        "realname": person.realname.expose(),
        "image": { "part": "photo" }
    });
    let parts: Parts = vec![("photo".to_owned(), bytes::Bytes::from_static(PHOTO))];
    let (tell, told) = mpsc::channel();
    let done = move |_, _: Result<_>| tell.send(()).unwrap();
    client.start("juhe.verifyface.verify2", json.to_string().as_bytes(), parts, options, done).unwrap();
    told.recv().unwrap();
}

/// The guard under 64 callers of all sorts, while replies are lost, late, garbled, or never come.
#[test]
fn a_budget_holds_to_the_last_call_whatever_happens() {
    const MOST: u32 = 40;
    let sandbox = Sandbox::start_blocking().unwrap();
    let someone = sandbox.personas().iter().find(|someone| someone.id == "passes").unwrap();
    let person = Verify2 {
        idcard: someone.id_number.as_str().into(),
        realname: someone.name.as_str().into(),
        image: PHOTO.to_vec().into(),
        ..Verify2::default()
    };
    for kind in [
        Broken::DropAfterBilling,
        Broken::HangAfterBilling,
        Broken::CutReply,
        Broken::Garbage,
        Broken::Delay { milliseconds: 600 },
        Broken::DropBeforeBilling,
        Broken::DropMidRequest,
        Broken::ResetOnAccept,
        Broken::Quota,
        Broken::Code { code: 10014, reason: None, booked: true },
        Broken::Code { code: 10001, reason: None, booked: false },
    ] {
        sandbox.fault(Trouble { times: 2, ..kind.into() }).unwrap();
    }
    let limit = Limit { max_billed: Some(MOST), in_flight: Some(12), throttled_ms: 0, ..Limit::default() };
    let client = client(sandbox.url(), limit);
    std::thread::scope(|scope| {
        for caller in 0..64 {
            let (client, person) = (client.clone(), &person);
            scope.spawn(move || {
                let own = runtime();
                for round in 0..6 {
                    let options = CallOptions::default().timeout(Duration::from_millis(1_500));
                    match (caller + round) % 4 {
                        0 => drop(client.call_blocking_with(person.clone(), options)),
                        1 => drop(own.block_on(client.call_with(person.clone(), options))),
                        2 => {
                            let give_up = Duration::from_millis(caller * 17 % 700);
                            let call = client.call(person.clone());
                            drop(own.block_on(async { tokio::time::timeout(give_up, call).await }));
                        }
                        _ => start(&client, person, options),
                    }
                }
            });
        }
    });
    // Who came while all was set aside was turned away, though some came back: now the rest.
    let spent = |error: &Error| error.field.as_deref() == Some("/limits/juhe/max_billed");
    while !client.call_blocking(person.clone()).is_err_and(|error| spent(&error)) {}
    let charged = sandbox.ledger().len();
    let usage = client.limits().juhe;
    assert!(charged <= MOST as usize, "{charged} charges of {MOST}");
    assert_eq!((usage.in_flight, usage.waiting, usage.reserved), (0, 0, 0));
    assert_eq!(usage.billed + usage.unknown, u64::from(MOST), "the budget was used to the end: {usage:?}");
    assert!(charged as u64 >= usage.billed && usage.billed > 0 && usage.unknown > 5, "{charged}, {usage:?}");
    let total = client.counters().total;
    assert_eq!((total.billed, total.unknown), (usage.billed, usage.unknown), "each outcome tells the same");
    let error = client.clone().call_blocking(person.clone()).unwrap_err();
    assert!(spent(&error) && !error.retryable, "{error}");
    assert_eq!((error.kind, error.billed), (Kind::Quota, Billed::No));
}

#[test]
fn close_wakes_those_who_wait_and_says_why() {
    let server = Server::start([], Fault::Silence);
    let client = client(&server.url(), Limit { in_flight: Some(1), queue_timeout_ms: 30_000, ..Limit::default() });
    let outcomes = Arc::<Mutex<Vec<(Option<Kind>, Billed, bool)>>>::default();
    let into = outcomes.clone();
    client.on_outcome(move |outcome| {
        into.lock().unwrap().push((outcome.error, outcome.billed, outcome.cancelled));
    });
    let (tell, told) = mpsc::channel::<Error>();
    std::thread::scope(|scope| {
        for caller in 0..9 {
            let (client, tell) = (client.clone(), tell.clone());
            scope.spawn(move || match caller % 3 {
                0 => tell.send(client.call_blocking(person()).unwrap_err()).unwrap(),
                1 => tell.send(runtime().block_on(client.call(person())).unwrap_err()).unwrap(),
                _ => {
                    let json = br#"{"idcard":"110101180001010015","realname":"x","image":"/9g="}"#;
                    let done = move |_, result: Result<_>| tell.send(result.err().unwrap()).unwrap();
                    client.start("juhe.verifyface.verify2", json, Parts::new(), CallOptions::default(), done).unwrap();
                }
            });
        }
        let until = Instant::now() + TIME;
        while client.limits().juhe.waiting < 8 || server.requests().is_empty() {
            assert!(Instant::now() < until, "{:?}", client.limits());
            std::thread::sleep(Duration::from_millis(1));
        }
        client.close(TIME).unwrap();
    });
    let mut ends: Vec<_> = (0..9).map(|_| told.recv_timeout(TIME).unwrap()).map(|e| (e.kind, e.billed)).collect();
    ends.sort_by_key(|(kind, billed)| (*billed != Billed::Unknown, kind.number()));
    assert_eq!(ends[0], (Kind::Cancelled, Billed::Unknown), "the one that was on its way");
    // One that gets the first one's place in the moment of closing is cancelled before it goes out.
    let woken =
        |(kind, billed): &(Kind, Billed)| matches!(kind, Kind::Closed | Kind::Cancelled) && *billed == Billed::No;
    assert!(ends[1..].iter().all(woken), "{ends:?}");
    let outcomes = outcomes.lock().unwrap();
    assert_eq!((outcomes.len(), outcomes.iter().filter(|(_, _, given_up)| *given_up).count()), (9, 9));
    let usage = client.limits().juhe;
    assert_eq!((usage.in_flight, usage.waiting, usage.reserved, usage.unknown), (0, 0, 0, 1));
    assert_eq!(server.requests().len(), 1);
}

#[test]
fn a_pause_by_date_is_kept_by_every_caller() {
    let head = concat!(
        "HTTP/1.1 429 X\r\ndate: Sun, 06 Nov 1994 08:49:36 GMT\r\nretry-after: Sun, 06 Nov 1994 08:49:39 GMT\r\n",
        "content-length: 0\r\nconnection: close\r\n\r\n"
    );
    let server = Server::start([Fault::Raw(head.into())], Fault::Answer);
    let client = client(&server.url(), Limit::default());
    let began = Instant::now();
    client.call_blocking(person()).unwrap_err();
    assert!((1..=3_000).contains(&client.limits().juhe.pause_ms), "{:?}", client.limits());
    // A call that has no time for it hears so at once, and nothing is sent.
    let options = CallOptions::default().timeout(Duration::from_millis(300));
    let error = client.call_blocking_with(person(), options).unwrap_err();
    assert_eq!((error.kind, error.billed, error.retryable), (Kind::RateLimited, Billed::No, true));
    assert!(error.retry_after_ms.is_some_and(|ms| ms > 300), "{error}");
    assert_eq!(error.field.as_deref(), Some("/limits/juhe/retry_after_max_ms"));
    std::thread::scope(|scope| {
        for caller in 0..8 {
            let client = client.clone();
            scope.spawn(move || {
                if caller % 2 == 0 {
                    client.call_blocking(person()).unwrap();
                } else {
                    runtime().block_on(client.call(person())).unwrap();
                }
            });
        }
    });
    assert!(began.elapsed() >= Duration::from_secs(3), "{:?}", began.elapsed());
    assert_eq!(server.requests().len(), 9);
}

#[test]
fn a_vendor_that_is_down_is_left_alone() {
    let server = Server::start(vec![Fault::Status(502, String::new()); 3], Fault::Answer);
    let breaker = Some(Breaker { failures: 3, open_ms: 2_000 });
    let client = client(&server.url(), Limit { breaker, ..Limit::default() });
    for _ in 0..3 {
        client.call_blocking(person()).unwrap_err();
    }
    assert_eq!(client.limits().juhe.breaker, Condition::Open);
    let error = client.call_blocking(person()).unwrap_err();
    assert_eq!((error.kind, error.field.as_deref()), (Kind::RateLimited, Some("/limits/juhe/breaker")));
    assert_eq!((error.billed, error.retryable), (Billed::No, true));
    assert_eq!(server.requests().len(), 3, "nothing is sent while it is open");
    std::thread::sleep(Duration::from_millis(u64::from(error.retry_after_ms.unwrap()) + 5));
    client.call_blocking(person()).unwrap();
    assert_eq!(client.limits().juhe.breaker, Condition::Closed);
}

#[test]
fn what_the_vendor_refuses_opens_no_breaker() {
    let refused = r#"{"reason":"x","result":null,"error_code":10001}"#;
    let server = Server::start([], Fault::Status(200, refused.into()));
    let client =
        client(&server.url(), Limit { breaker: Some(Breaker { failures: 1, open_ms: 60_000 }), ..Limit::default() });
    for _ in 0..3 {
        assert_eq!(client.call_blocking(person()).unwrap_err().kind, Kind::Authentication);
    }
    assert_eq!((client.limits().juhe.breaker, server.requests().len()), (Condition::Closed, 3));
}

/// A fetch of a token takes a place of its own, and must not wait for the call that waits for it.
#[test]
fn one_place_is_enough_for_calls_and_their_tokens() {
    let sandbox = Sandbox::start_blocking().unwrap();
    let mut config = Config::sandbox(sandbox.url());
    config.limits.baidu = Limit { in_flight: Some(1), ..Limit::default() };
    let client = Client::new(config).unwrap();
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| client.call_blocking(VerifyTokenGenerate::default()).unwrap());
        }
    });
    let usage = client.limits().baidu;
    assert_eq!((usage.in_flight, usage.waiting, usage.billed, usage.reserved), (0, 0, 0, 0));
}
