//! TLS, proxy, redirects, sizes, time.
#![cfg(feature = "client")]

mod faults;

use faults::{Fault, Server};
use shiren::juhe::verifyface::verify2::Verify2;
use shiren::{Billed, CallOptions, Client, Config, Kind};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::time::{Duration, Instant};

fn person() -> Verify2 {
    Verify2 {
        idcard: "110101180001010015".into(),
        realname: "王小二".into(),
        image: vec![0xff; 6000].into(),
        ..Verify2::default()
    }
}

/// A server whose certificate nobody knows, and that certificate as PEM.
fn stranger() -> (Server, String) {
    let made = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned(), "localhost".to_owned()]).unwrap();
    let key = rustls::pki_types::PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
    let tls = rustls::ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .unwrap();
    (Server::start_tls(Arc::new(tls), Fault::Answer), made.cert.pem())
}

#[test]
fn an_unknown_certificate_is_refused_before_anything_is_sent() {
    let (server, _) = stranger();
    let client = Client::new(Config::sandbox(&server.url())).unwrap();
    let error = client.call_blocking(person()).unwrap_err();
    assert_eq!((error.kind, error.billed, error.retryable), (Kind::Tls, Billed::No, false), "{error}");
    assert!(error.message.contains("127.0.0.1"));
    assert_eq!((server.billed(), server.connections()), (0, 1), "and it is not tried again");
}

#[test]
fn the_callers_authority_is_trusted() {
    let (server, pem) = stranger();
    let client = Client::new(Config { ca_pem: Some(pem), ..Config::sandbox(&server.url()) }).unwrap();
    client.call_blocking(person()).unwrap();
    client.call_blocking(person()).unwrap();
    assert_eq!((server.billed(), server.connections()), (2, 1));
    // For its own names only.
    let other = format!("https://127.0.0.2:{}", server.port());
    let config = Config { ca_pem: client.config().ca_pem.clone(), ..Config::sandbox(&other) };
    let error = Client::new(config).unwrap().call_blocking(person()).unwrap_err();
    assert_ne!(error.billed, Billed::Yes);
    assert!(matches!(error.kind, Kind::Tls | Kind::Network), "{error}");
}

#[test]
fn plain_http_behind_https_is_a_tls_error() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let _ = stream.read(&mut [0; 64]);
            let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n");
        }
    });
    let error = Client::new(Config::sandbox(&url)).unwrap().call_blocking(person()).unwrap_err();
    assert_eq!((error.kind, error.billed), (Kind::Tls, Billed::No), "{error}");
}

#[test]
fn a_certificate_that_cannot_be_read_is_a_configuration_error() {
    let config = Config { ca_pem: Some("x".into()), ..Config::sandbox("http://127.0.0.1:1") };
    let error = Client::new(config).unwrap_err();
    assert_eq!((error.kind, error.field.as_deref()), (Kind::Configuration, Some("/ca_pem")));
}

/// The first line and the headers of one request.
fn head(stream: &TcpStream) -> Vec<String> {
    let lines = BufReader::new(stream).lines().map_while(Result::ok);
    lines.take_while(|line| !line.is_empty()).collect()
}

#[test]
fn the_proxy_is_used_and_told_who_asks() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let proxy = format!("http://user:hunter2@{}", listener.local_addr().unwrap());
    let seen = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let head = head(&stream);
        stream.write_all(b"HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n").unwrap();
        let (mut tunnel, _) = listener.accept().unwrap();
        let connect = self::head(&tunnel);
        tunnel.write_all(b"HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n").unwrap();
        (head, connect)
    });
    let mut config = Config { proxy: Some(proxy.into()), ..Config::sandbox("http://localhost:9") };
    config.timeout_ms = 2000;
    let plain = Client::new(config.clone()).unwrap().call_blocking(person()).unwrap_err();
    config.accounts.juhe.as_mut().unwrap().base_url = "https://localhost:9/juhe".into();
    let tunnelled = Client::new(config).unwrap().call_blocking(person()).unwrap_err();
    let (plain_head, connect) = seen.join().unwrap();
    assert!(plain_head[0].starts_with("POST http://localhost:9/juhe/verifyface/verify2 "), "{plain_head:?}");
    assert!(plain_head.iter().any(|line| line.to_ascii_lowercase().starts_with("proxy-authorization: basic ")));
    assert!(connect[0].starts_with("CONNECT localhost:9 "), "{connect:?}");
    assert_eq!((plain.billed, plain.http_status), (Billed::Unknown, Some(502)), "it may have gone on from there");
    assert_eq!((tunnelled.kind, tunnelled.billed), (Kind::Network, Billed::No), "{tunnelled}");
    assert!(!format!("{plain:?} {tunnelled:?}").contains("hunter2"));
}

#[test]
fn a_redirect_is_not_followed() {
    let server = Server::start([], Fault::Status(302, String::new()));
    let error = Client::new(Config::sandbox(&server.url())).unwrap().call_blocking(person()).unwrap_err();
    assert_eq!((error.kind, error.billed, error.http_status), (Kind::Vendor, Billed::Unknown, Some(302)));
    assert_eq!(server.requests(), ["POST /juhe/verifyface/verify2 HTTP/1.1"]);
}

#[test]
fn a_reply_that_is_too_large_is_not_read_to_its_end() {
    let said = Fault::Status(200, "x".repeat(100_000));
    let mut unsaid = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n".to_vec();
    for _ in 0..100 {
        unsaid.extend_from_slice(b"400\r\n");
        unsaid.extend_from_slice(&[b'x'; 1024]);
        unsaid.extend_from_slice(b"\r\n");
    }
    for fault in [said, Fault::Raw(unsaid)] {
        let server = Server::start([], fault);
        let config = Config { max_reply_bytes: 10_000, ..Config::sandbox(&server.url()) };
        let error = Client::new(config).unwrap().call_blocking(person()).unwrap_err();
        assert_eq!((error.kind, error.billed), (Kind::Decode, Billed::Unknown), "{error}");
        assert!(error.message.contains("10000 bytes"), "{error}");
        assert_eq!(server.requests().len(), 1);
    }
}

#[test]
fn a_reply_in_pieces_is_put_together() {
    let body = faults::PASSED;
    let (one, two) = body.split_at(40);
    let raw = format!(
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n{:x}\r\n{one}\r\n{:x}\r\n{two}\r\n0\r\n\r\n",
        one.len(),
        two.len()
    );
    let server = Server::start([], Fault::Raw(raw.into_bytes()));
    let client = Client::new(Config::sandbox(&server.url())).unwrap();
    let json = br#"{"idcard":"110101180001010015","realname":"x","image":"/9g="}"#;
    let options = CallOptions::default().raw(true);
    let wire = client.call_json_blocking("juhe.verifyface.verify2", json, Vec::new(), options).unwrap();
    let reply: serde_json::Value = serde_json::from_slice(&wire.json).unwrap();
    assert_eq!(reply["raw"], body);
}

#[test]
fn the_deadline_covers_repetitions() {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let client = Client::new(Config::sandbox(&format!("http://127.0.0.1:{port}"))).unwrap();
    for ms in [0, 1, 20, 60] {
        let began = Instant::now();
        let options = CallOptions::default().timeout(Duration::from_millis(ms));
        let error = client.call_blocking_with(person(), options).unwrap_err();
        assert!(began.elapsed() < Duration::from_secs(5), "{ms}: {:?}", began.elapsed());
        // The real error, where there was one: not that no time was left to try again.
        assert!(matches!(error.kind, Kind::Network | Kind::Timeout), "{error}");
        assert_eq!(error.billed, Billed::No);
        if ms == 0 {
            assert_eq!(error.kind, Kind::Timeout);
        }
    }
}

#[test]
fn the_configurations_time_is_kept() {
    let server = Server::start([], Fault::Silence);
    let client = Client::new(Config { timeout_ms: 1_500, ..Config::sandbox(&server.url()) }).unwrap();
    let began = Instant::now();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let error = runtime.block_on(client.call(person())).unwrap_err();
    assert_eq!((error.kind, error.billed), (Kind::Timeout, Billed::Unknown));
    assert!(began.elapsed() >= Duration::from_millis(1_490) && began.elapsed() < Duration::from_secs(10));
}

/// A full accept queue: the connection itself does not come about.
#[test]
fn a_connection_that_does_not_come_about_costs_nothing() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let listener = runtime.block_on(async {
        let socket = tokio::net::TcpSocket::new_v4().unwrap();
        socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
        socket.listen(1).unwrap()
    });
    let address = listener.local_addr().unwrap();
    let mut waiting = Vec::new();
    while let Ok(stream) = TcpStream::connect_timeout(&address, Duration::from_millis(100)) {
        waiting.push(stream);
        assert!(waiting.len() < 64, "this system's accept queue has no end");
    }
    let mut config = Config::sandbox(&format!("http://{address}"));
    config.connect_timeout_ms = 100;
    config.timeout_ms = 10_000;
    let client = Client::new(config).unwrap();
    let began = Instant::now();
    let error = client.call_blocking(person()).unwrap_err();
    assert_eq!((error.kind, error.billed, error.retryable), (Kind::Network, Billed::No, true), "{error}");
    assert!(error.message.contains("time for connecting"), "{error}");
    assert!(began.elapsed() < Duration::from_secs(8));
    // The whole call's time may be over first: certain all the same.
    let options = CallOptions::default().timeout(Duration::from_millis(50));
    let error = client.call_blocking_with(person(), options).unwrap_err();
    assert_eq!((error.kind, error.billed), (Kind::Timeout, Billed::No), "{error}");
}
