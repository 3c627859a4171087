//! A small HTTP client of its own, so that every header is as the test wrote it and no redirect is followed.

#![allow(dead_code)]

use std::io::{Read, Write};
use std::net::TcpStream;

use serde_json::Value;
use shiren_sandbox::Sandbox;

/// A reply.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Reply {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|header| header.0.eq_ignore_ascii_case(name)).map(|header| header.1.as_str())
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// Sends a request; `Host` is the sandbox's own unless the headers say otherwise.
pub(crate) fn send(sandbox: &Sandbox, method: &str, target: &str, headers: &[(&str, &str)], body: &[u8]) -> Reply {
    let authority = sandbox.url().strip_prefix("http://").expect("plain http");
    let target = target.strip_prefix(sandbox.url()).unwrap_or(target);
    let mut head = format!("{method} {target} HTTP/1.1\r\nConnection: close\r\nContent-Length: {}\r\n", body.len());
    if !headers.iter().any(|header| header.0.eq_ignore_ascii_case("host")) {
        head.push_str(&format!("Host: {authority}\r\n"));
    }
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    let mut stream = TcpStream::connect(authority).expect("the sandbox listens");
    stream.write_all(format!("{head}\r\n").as_bytes()).unwrap();
    stream.write_all(body).unwrap();
    let mut raw = Vec::new();
    stream.read_to_end(&mut raw).unwrap();
    let end = raw.windows(4).position(|four| four == b"\r\n\r\n").expect("a head");
    let head = String::from_utf8(raw[..end].to_vec()).unwrap();
    let mut lines = head.lines();
    let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
    let headers = lines.filter_map(|line| line.split_once(": ")).map(|(n, v)| (n.to_owned(), v.to_owned())).collect();
    Reply { status, headers, body: raw[end + 4..].to_vec() }
}

pub(crate) fn get(sandbox: &Sandbox, target: &str) -> Reply {
    send(sandbox, "GET", target, &[], b"")
}

pub(crate) fn post_form(sandbox: &Sandbox, target: &str, headers: &[(&str, &str)], fields: &[(&str, &str)]) -> Reply {
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    let mut all = vec![("Content-Type", "application/x-www-form-urlencoded")];
    all.extend(headers);
    send(sandbox, "POST", target, &all, body.as_bytes())
}

pub(crate) fn post_json(sandbox: &Sandbox, target: &str, headers: &[(&str, &str)], body: &Value) -> Reply {
    let mut all = vec![("Content-Type", "application/json")];
    all.extend(headers);
    send(sandbox, "POST", target, &all, body.to_string().as_bytes())
}

/// `POST /_sandbox/{path}`.
pub(crate) fn admin(sandbox: &Sandbox, path: &str, body: Value) -> Reply {
    post_json(sandbox, &format!("/_sandbox/{path}"), &[], &body)
}

/// Ends a session headlessly; the reply must be a good one.
pub(crate) fn complete(sandbox: &Sandbox, id: &str, body: Value) -> Value {
    let reply = admin(sandbox, &format!("sessions/{id}/complete"), body);
    assert_eq!(reply.status, 200, "{}", reply.text());
    reply.json()
}

pub(crate) fn advance(sandbox: &Sandbox, seconds: f64) {
    assert_eq!(admin(sandbox, "clock", serde_json::json!({"advance_seconds": seconds})).status, 200);
}

/// The notes of the last line of the journal.
pub(crate) fn last_notes(sandbox: &Sandbox) -> String {
    sandbox.journal().last().map(|entry| entry.notes.join("; ")).unwrap_or_default()
}
