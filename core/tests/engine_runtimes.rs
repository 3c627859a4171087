//! Risk 3: runtimes mixed. Risk 4: panics in the caller's code. And many threads at once.
#![cfg(feature = "client")]

mod faults;

use faults::{Fault, Server};
use shiren::juhe::verifyface::verify2::Verify2;
use shiren::wire::Parts;
use shiren::{CallOptions, Client, Config, Kind};
use std::time::{Duration, Instant};
use tokio::runtime::{Builder, Runtime};

const LIMIT: Duration = Duration::from_secs(20);

fn person() -> Verify2 {
    Verify2 {
        idcard: "110101180001010015".into(),
        realname: "王小二".into(),
        image: vec![0xff; 6000].into(),
        ..Verify2::default()
    }
}

fn client_at(server: &Server) -> Client {
    Client::new(Config::sandbox(&server.url())).unwrap()
}

fn one_thread() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

#[test]
fn blocking_then_another_runtime_then_after_it_died() {
    let server = Server::start([], Fault::Answer);
    let client = client_at(&server);
    let began = Instant::now();
    client.call_blocking(person()).unwrap();
    let first = one_thread();
    first.block_on(client.call(person())).unwrap();
    first.block_on(client.call(person())).unwrap();
    client.call_blocking(person()).unwrap();
    drop(first);
    client.call_blocking(person()).unwrap();
    let second = Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    second.block_on(client.call(person())).unwrap();
    second
        .block_on(async {
            tokio::spawn({
                let client = client.clone();
                async move { client.call(person()).await }
            })
            .await
        })
        .unwrap()
        .unwrap();
    second.shutdown_background();
    for _ in 0..5 {
        one_thread().block_on(client.call(person())).unwrap();
    }
    client.call_blocking(person()).unwrap();
    assert!(began.elapsed() < LIMIT, "{:?}", began.elapsed());
    assert_eq!(server.billed(), 13);
    assert_eq!(client.counters().total.unknown, 0);
}

#[test]
fn a_runtime_that_dies_with_a_call_in_flight_takes_only_that_call() {
    let server = Server::start([Fault::Silence], Fault::Answer);
    let client = client_at(&server);
    let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    runtime.spawn({
        let client = client.clone();
        async move { client.call(person()).await }
    });
    while server.billed() == 0 {
        std::thread::sleep(Duration::from_millis(2));
    }
    runtime.shutdown_timeout(Duration::from_secs(1));
    let total = client.counters().total;
    assert_eq!((total.calls, total.cancelled, total.unknown), (1, 1, 1), "the abandoned call is told");
    client.call_blocking(person()).unwrap();
    one_thread().block_on(client.call(person())).unwrap();
}

#[test]
fn the_last_client_may_be_dropped_inside_an_async_function() {
    let server = Server::start([], Fault::Answer);
    for blocking_first in [false, true] {
        let client = client_at(&server);
        if blocking_first {
            client.call_blocking(person()).unwrap();
        }
        let runtime = one_thread();
        runtime.block_on(async move {
            client.call(person()).await.unwrap();
            drop(client);
            tokio::task::yield_now().await;
        });
    }
    let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let client = client_at(&server);
    client.call_blocking(person()).unwrap();
    runtime.block_on(async move { tokio::spawn(async move { drop(client) }).await.unwrap() });
}

#[test]
fn dropping_the_client_leaves_started_calls_alone() {
    let server = Server::start([], Fault::Slow(Duration::from_millis(50)));
    let client = client_at(&server);
    let (tell, told) = std::sync::mpsc::channel();
    let json = br#"{"idcard":"110101180001010015","realname":"x","image":"/9g="}"#;
    let options = CallOptions::default();
    client
        .start("juhe.verifyface.verify2", json, Parts::new(), options, move |_, result| tell.send(result).unwrap())
        .unwrap();
    one_thread().block_on(async move { drop(client) });
    told.recv_timeout(LIMIT).unwrap().unwrap();
}

#[test]
fn a_blocking_call_works_inside_any_runtime() {
    let server = Server::start([], Fault::Answer);
    let client = client_at(&server);
    let call = || {
        let client = client.clone();
        move || client.call_blocking(person()).map(drop)
    };
    let began = Instant::now();
    let single = one_thread();
    single.block_on(async { call()() }).unwrap();
    single.block_on(async { tokio::spawn(async { std::future::ready(()).await }).await.unwrap() });
    single.block_on(async { tokio::task::spawn_blocking(call()).await.unwrap() }).unwrap();
    let many = Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let task = call();
    many.block_on(async { tokio::spawn(async move { task() }).await.unwrap() }).unwrap();
    many.block_on(async { tokio::task::spawn_blocking(call()).await.unwrap() }).unwrap();
    many.block_on(async { tokio::task::spawn(async { tokio::task::yield_now().await }).await.unwrap() });
    let _entered = many.enter();
    call()().unwrap();
    assert!(began.elapsed() < LIMIT);
    assert_eq!(server.billed(), 5);
}

#[test]
fn thirty_two_threads_block_at_once() {
    let server = Server::start([], Fault::Slow(Duration::from_millis(5)));
    let client = client_at(&server);
    let began = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..32 {
            scope.spawn(|| (0..5).for_each(|_| client.call_blocking(person()).map(drop).unwrap()));
        }
    });
    assert_eq!(server.billed(), 160);
    let total = client.counters().total;
    assert_eq!((total.billed, total.unknown), (160, 0));
    assert!(began.elapsed() < LIMIT, "{:?}", began.elapsed());
}

#[test]
fn without_a_runtime_an_asynchronous_call_says_so() {
    let client = Client::new(Config::sandbox("http://127.0.0.1:1")).unwrap();
    let mut call = Box::pin(client.call(person()));
    let polled = call.as_mut().poll(&mut std::task::Context::from_waker(std::task::Waker::noop()));
    let std::task::Poll::Ready(Err(error)) = polled else { panic!("it waits for nothing") };
    assert_eq!(error.kind, Kind::Configuration);
    assert!(error.hint.is_some());
}
