//! Each fault, by what a client sees and what the ledger holds.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use shiren_sandbox::{Fault, Kind, Sandbox};

use crate::wire::{FORM, KEY, Reply, address, encoded, get, jpeg, persona, post_json, read, request, try_form};

const VERIFY2: &str = "/juhe/verifyface/verify2";

fn sandbox() -> Sandbox {
    Sandbox::start_blocking().unwrap()
}

fn fields() -> Vec<(&'static str, String)> {
    let person = persona("passes");
    vec![
        ("key", KEY.into()),
        ("idcard", person.id_number.clone()),
        ("realname", person.name.clone()),
        ("image", jpeg()),
    ]
}

/// One paid call; an error where a client would have one.
fn call(sandbox: &Sandbox) -> std::io::Result<Reply> {
    let fields = fields();
    let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    try_form(sandbox, VERIFY2, &fields)
}

fn raw(sandbox: &Sandbox) -> Vec<u8> {
    let fields = fields();
    let body = encoded(&fields.iter().map(|(name, value)| (*name, value.as_str())).collect::<Vec<_>>());
    request(address(sandbox.url()), "POST", VERIFY2, &format!("content-type: {FORM}\r\n"), body.as_bytes())
}

/// The normal state: answered, booked.
fn works(sandbox: &Sandbox) {
    let before = sandbox.ledger().len();
    assert_eq!(call(sandbox).unwrap().json()["result"]["authResult"], "00XX");
    assert_eq!(sandbox.ledger().len(), before + 1);
}

#[test]
fn refuse() {
    let sandbox = sandbox();
    let mut kept = TcpStream::connect(address(sandbox.url())).unwrap();
    kept.write_all(&raw(&sandbox)).unwrap();
    read(&mut kept).unwrap();
    let reply = post_json(&sandbox, "/_sandbox/faults", r#"{"kind":"refuse","milliseconds":1500}"#);
    assert_eq!((reply.status, reply.header("connection")), (200, Some("close")));
    assert_eq!(call(&sandbox).unwrap_err().kind(), ErrorKind::ConnectionRefused);
    kept.set_read_timeout(Some(Duration::from_secs(2))).unwrap();
    let gone = kept.read(&mut [0; 16]).or_else(|error| match error.kind() {
        ErrorKind::ConnectionReset => Ok(0),
        _ => Err(error),
    });
    assert_eq!(gone.unwrap(), 0, "an idle connection is gone too");
    assert_eq!(sandbox.ledger().len(), 1);
    std::thread::sleep(Duration::from_millis(2_000));
    works(&sandbox);
    sandbox.fault(Kind::Refuse { milliseconds: 1_500 }).unwrap();
    assert_eq!(call(&sandbox).unwrap_err().kind(), ErrorKind::ConnectionRefused);
}

#[test]
fn at_the_door() {
    let sandbox = sandbox();
    sandbox.fault(Kind::ResetOnAccept).unwrap();
    let error = call(&sandbox).unwrap_err().kind();
    assert!(matches!(error, ErrorKind::ConnectionReset | ErrorKind::BrokenPipe), "{error:?}");
    sandbox.fault(Kind::HangOnAccept).unwrap();
    assert!(hangs(&sandbox));
    assert!(sandbox.journal().is_empty() && sandbox.ledger().is_empty());
    works(&sandbox);
}

/// Whether a call gets no answer within a while.
fn hangs(sandbox: &Sandbox) -> bool {
    let mut stream = TcpStream::connect(address(sandbox.url())).unwrap();
    stream.set_read_timeout(Some(Duration::from_millis(250))).unwrap();
    stream.write_all(&raw(sandbox)).unwrap();
    matches!(read(&mut stream).unwrap_err().kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut)
}

#[test]
fn hangs_before_and_after_billing() {
    let sandbox = sandbox();
    sandbox.fault(Kind::Hang).unwrap();
    assert!(hangs(&sandbox));
    assert_eq!(sandbox.ledger().len(), 0);
    sandbox.fault(Kind::HangAfterBilling).unwrap();
    assert!(hangs(&sandbox));
    assert_eq!(sandbox.ledger().len(), 1);
    works(&sandbox);
}

#[test]
fn drops_before_and_after_billing() {
    let sandbox = sandbox();
    for (kind, booked) in [(Kind::DropBeforeBilling, 0), (Kind::DropMidRequest, 0), (Kind::DropAfterBilling, 1)] {
        let name = kind.name();
        sandbox.fault(kind).unwrap();
        let error = call(&sandbox).unwrap_err().kind();
        assert!(
            matches!(error, ErrorKind::UnexpectedEof | ErrorKind::ConnectionReset | ErrorKind::BrokenPipe),
            "{name}: {error:?}"
        );
        assert_eq!(sandbox.ledger().len(), booked, "{name}");
        assert_eq!(sandbox.journal().last().unwrap().fault, Some(name));
        sandbox.reset();
    }
}

#[test]
fn mid_request_needs_no_body() {
    let sandbox = sandbox();
    sandbox.fault(Kind::DropMidRequest).unwrap();
    let mut stream = TcpStream::connect(address(sandbox.url())).unwrap();
    let request = raw(&sandbox);
    stream.write_all(&request[..request.len() - 1000]).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(2))).unwrap();
    let error = read(&mut stream).unwrap_err().kind();
    assert!(
        matches!(error, ErrorKind::UnexpectedEof | ErrorKind::ConnectionReset),
        "cut before the end came: {error:?}"
    );
}

#[test]
fn a_cut_reply_is_short() {
    let sandbox = sandbox();
    sandbox.fault(Kind::CutReply).unwrap();
    let mut stream = TcpStream::connect(address(sandbox.url())).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(2))).unwrap();
    stream.write_all(&raw(&sandbox)).unwrap();
    let mut bytes = Vec::new();
    if let Err(error) = stream.read_to_end(&mut bytes) {
        assert_eq!(error.kind(), ErrorKind::ConnectionReset, "cut, not left hanging");
    }
    let text = String::from_utf8_lossy(&bytes);
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
    let length: usize = length.parse().unwrap();
    assert_eq!(body.len(), length / 2);
    assert!(length > 60);
    assert_eq!(sandbox.ledger().len(), 1);
}

#[test]
fn unreadable_replies_are_booked() {
    let sandbox = sandbox();
    sandbox.fault(Kind::Garbage).unwrap();
    let reply = call(&sandbox).unwrap();
    assert_eq!(reply.status, 200);
    assert!(serde_json::from_slice::<serde_json::Value>(&reply.body).is_err());
    sandbox.fault(Kind::Body { text: r#"{"error_code":0,"error_code":1}"#.into() }).unwrap();
    assert_eq!(call(&sandbox).unwrap().text(), r#"{"error_code":0,"error_code":1}"#);
    sandbox.fault(Kind::Huge { bytes: 300_000 }).unwrap();
    let reply = call(&sandbox).unwrap();
    assert_eq!(reply.header("content-length"), None);
    assert!(reply.body.len() >= 300_000);
    assert_eq!(sandbox.ledger().len(), 3);
}

#[test]
fn statuses_and_codes() {
    let sandbox = sandbox();
    let arm = |json: &str| assert_eq!(post_json(&sandbox, "/_sandbox/faults", json).status, 200, "{json}");
    arm(r#"{"kind":"status","status":502,"body":"bad gateway"}"#);
    let reply = call(&sandbox).unwrap();
    assert_eq!((reply.status, reply.text()), (502, "bad gateway"));
    arm(r#"{"kind":"redirect","location":"http://127.0.0.1:1/"}"#);
    let reply = call(&sandbox).unwrap();
    assert_eq!((reply.status, reply.header("location")), (302, Some("http://127.0.0.1:1/")));
    arm(r#"{"kind":"code","code":10014,"reason":"oh"}"#);
    assert_eq!(call(&sandbox).unwrap().json()["reason"], "oh");
    arm(r#"{"kind":"code","code":226401}"#);
    let reply = call(&sandbox).unwrap().json();
    assert_eq!((&reply["error_code"], &reply["result"]["charge"]), (&226401.into(), &false.into()));
    arm(r#"{"kind":"quota"}"#);
    assert_eq!(call(&sandbox).unwrap().json()["error_code"], 10012);
    assert_eq!(sandbox.ledger().len(), 0);
    arm(r#"{"kind":"status","status":500,"booked":true}"#);
    assert_eq!(call(&sandbox).unwrap().status, 500);
    arm(r#"{"kind":"code","code":10014,"booked":true}"#);
    assert_eq!(call(&sandbox).unwrap().json()["error_code"], 10014);
    assert_eq!(sandbox.ledger().len(), 2);
    works(&sandbox);
}

#[test]
fn late_but_booked_at_once() {
    let sandbox = sandbox();
    sandbox.fault(Kind::Delay { milliseconds: 1_500 }).unwrap();
    let start = Instant::now();
    std::thread::scope(|scope| {
        let called = scope.spawn(|| call(&sandbox).unwrap());
        while sandbox.ledger().is_empty() && start.elapsed() < Duration::from_secs(5) {
            std::thread::sleep(Duration::from_millis(5));
        }
        assert!(start.elapsed() < Duration::from_millis(1_500), "booked before the reply");
        assert_eq!(called.join().unwrap().status, 200);
    });
    assert!(start.elapsed() >= Duration::from_millis(1_500));
}

#[test]
fn idle_close_is_silent() {
    let sandbox = sandbox();
    sandbox.fault(Kind::IdleClose).unwrap();
    let mut stream = TcpStream::connect(address(sandbox.url())).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(2))).unwrap();
    stream.write_all(&raw(&sandbox)).unwrap();
    let reply = read(&mut stream).unwrap();
    assert_eq!((reply.status, reply.header("connection")), (200, None));
    assert_eq!(stream.read(&mut [0; 16]).unwrap(), 0, "closed without a word");
    // Without the fault it stays open for the next request.
    let mut stream = TcpStream::connect(address(sandbox.url())).unwrap();
    for _ in 0..2 {
        stream.write_all(&raw(&sandbox)).unwrap();
        assert_eq!(read(&mut stream).unwrap().status, 200);
    }
}

#[test]
fn counts_paths_and_list() {
    let sandbox = sandbox();
    let fault = Fault { path: Some("/juhe/faceid".into()), times: 2, ..Kind::Quota.into() };
    sandbox.fault(fault).unwrap();
    works(&sandbox);
    let listed = get(&sandbox, "/_sandbox/faults").json();
    assert_eq!((&listed[0]["kind"], &listed[0]["times"], &listed[0]["id"]), (&"quota".into(), &2.into(), &1.into()));
    for (left, code) in [(1, 10012), (0, 10012), (0, 279301)] {
        let reply = try_form(&sandbox, "/juhe/faceid/query", &[("key", KEY)]).unwrap().json();
        assert_eq!(reply["error_code"], code);
        let listed = get(&sandbox, "/_sandbox/faults").json();
        assert_eq!(listed[0]["times"].as_u64().unwrap_or(0), left);
    }
    for wrong in [
        r#"{"kind":"explode"}"#,
        r#"{"kind":"hang","tims":2}"#,
        r#"{"kind":"delay"}"#,
        r#"{"kind":"reset_on_accept","path":"/juhe"}"#,
        r#"{"kind":"drop_mid_request","tenant":"default"}"#,
    ] {
        assert_eq!(post_json(&sandbox, "/_sandbox/faults", wrong).status, 400, "{wrong}");
    }
}
