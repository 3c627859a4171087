//! A client of a few lines over a bare socket, so that nothing between it and the server hides what was sent.

#![allow(dead_code)] // Each test program uses its own part of it.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use base64::prelude::{BASE64_STANDARD, Engine};
use serde_json::Value;
use shiren_sandbox::{Persona, Sandbox, personas};

pub(crate) const FORM: &str = "application/x-www-form-urlencoded";
pub(crate) const KEY: &str = "sandbox-juhe-key";

#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Reply {
    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("no JSON: {self:?}"))
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let fits = |line: &&str| line.split(':').next().is_some_and(|found| found.eq_ignore_ascii_case(name));
        self.head.lines().find(fits).and_then(|line| line.split_once(": ")).map(|line| line.1)
    }
}

pub(crate) fn address(url: &str) -> &str {
    url.strip_prefix("http://").unwrap()
}

pub(crate) fn request(host: &str, method: &str, target: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let length = body.len();
    let head = format!("{method} {target} HTTP/1.1\r\nhost: {host}\r\ncontent-length: {length}\r\n{headers}\r\n");
    [head.as_bytes(), body].concat()
}

/// Sends one request on a connection of its own.
pub(crate) fn send(sandbox: &Sandbox, method: &str, target: &str, headers: &str, body: &[u8]) -> io::Result<Reply> {
    let host = address(sandbox.url());
    let mut stream = TcpStream::connect(host)?;
    stream.set_read_timeout(Some(Duration::from_secs(5)))?;
    stream.write_all(&request(host, method, target, &format!("connection: close\r\n{headers}"), body))?;
    read(&mut stream)
}

/// Reads one reply, to its announced length or to the end of the stream; a short body is an error.
pub(crate) fn read(stream: &mut TcpStream) -> io::Result<Reply> {
    let mut bytes = Vec::new();
    let mut part = [0; 65536];
    let short = || io::Error::from(io::ErrorKind::UnexpectedEof);
    let head_end = loop {
        if let Some(at) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break at;
        }
        match stream.read(&mut part)? {
            0 => return Err(short()),
            read => bytes.extend_from_slice(&part[..read]),
        }
    };
    let head = String::from_utf8(bytes[..head_end].to_vec()).unwrap();
    let mut reply = Reply { status: head[9..12].parse().unwrap(), head, body: bytes.split_off(head_end + 4) };
    match reply.header("content-length").map(|length| length.parse::<usize>().unwrap()) {
        Some(length) => {
            while reply.body.len() < length {
                match stream.read(&mut part)? {
                    0 => return Err(short()),
                    read => reply.body.extend_from_slice(&part[..read]),
                }
            }
        }
        None => drop(stream.read_to_end(&mut reply.body)?),
    }
    Ok(reply)
}

pub(crate) fn encoded(fields: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
}

pub(crate) fn try_form(sandbox: &Sandbox, target: &str, fields: &[(&str, &str)]) -> io::Result<Reply> {
    send(sandbox, "POST", target, &format!("content-type: {FORM}\r\n"), encoded(fields).as_bytes())
}

pub(crate) fn form(sandbox: &Sandbox, target: &str, fields: &[(&str, &str)]) -> Reply {
    try_form(sandbox, target, fields).unwrap()
}

pub(crate) fn get(sandbox: &Sandbox, target: &str) -> Reply {
    send(sandbox, "GET", target, "", b"").unwrap()
}

pub(crate) fn post_json(sandbox: &Sandbox, target: &str, body: &str) -> Reply {
    send(sandbox, "POST", target, "", body.as_bytes()).unwrap()
}

pub(crate) fn persona(id: &str) -> &'static Persona {
    personas().iter().find(|persona| persona.id == id).unwrap_or_else(|| panic!("no persona {id}"))
}

/// Bytes that begin like a picture of this kind.
pub(crate) fn picture(magic: &[u8], length: usize) -> String {
    let mut bytes = vec![7; length];
    bytes[..magic.len()].copy_from_slice(magic);
    BASE64_STANDARD.encode(bytes)
}

pub(crate) fn jpeg() -> String {
    picture(b"\xff\xd8\xff\xe0", 17_000)
}

/// A face comparison of a persona with a good picture.
pub(crate) fn compare(sandbox: &Sandbox, target: &str, id: &str) -> Value {
    let persona = persona(id);
    let image = jpeg();
    let fields = [
        ("key", KEY),
        ("idcard", &persona.id_number),
        ("realname", &persona.name),
        ("mobile", &persona.mobile),
        ("image", &image),
    ];
    form(sandbox, target, &fields).json()
}
