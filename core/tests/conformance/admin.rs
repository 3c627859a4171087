//! The sandbox, driven by its admin API only, as a runner in another language drives it.

use super::Outcome;
use serde_json::Value;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

const PATIENCE: Duration = Duration::from_secs(10);

/// A sandbox somewhere.
pub(super) struct Admin {
    /// Its address, as `http://127.0.0.1:PORT`.
    pub(super) url: String,
    /// The accounts of its ready line.
    pub(super) accounts: Value,
}

impl Admin {
    pub(super) fn authority(&self) -> &str {
        self.url.trim_start_matches("http://")
    }

    pub(super) fn get(&self, path: &str) -> Outcome<Value> {
        self.ask("GET", path, "")
    }

    pub(super) fn post(&self, path: &str, body: &Value) -> Outcome<Value> {
        self.ask("POST", path, &body.to_string())
    }

    fn ask(&self, method: &str, path: &str, body: &str) -> Outcome<Value> {
        let (host, length) = (self.authority(), body.len());
        let head = format!("{method} /_sandbox{path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n");
        let failed = |error: std::io::Error| format!("{method} {path}: {error}");
        let mut stream = self.connect().map_err(failed)?;
        write!(stream, "{head}content-length: {length}\r\n\r\n{body}").map_err(failed)?;
        let mut reply = String::new();
        stream.read_to_string(&mut reply).map_err(failed)?;
        let (head, body) = reply.split_once("\r\n\r\n").unwrap_or((&reply, ""));
        if !head.starts_with("HTTP/1.1 200") {
            return Err(format!("{method} {path}: {} {body}", head.lines().next().unwrap_or("no answer")));
        }
        serde_json::from_str(body).map_err(|error| format!("{method} {path}: {error}"))
    }

    /// While a fault of kind `refuse` lasts, nobody gets in.
    fn connect(&self) -> std::io::Result<TcpStream> {
        let began = Instant::now();
        loop {
            match TcpStream::connect(self.authority()) {
                Err(_) if began.elapsed() < PATIENCE => std::thread::sleep(Duration::from_millis(20)),
                done => return done,
            }
        }
    }
}
