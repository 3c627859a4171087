//! A server that reads a request and answers the same each time; it works on threads of its own, which are not counted.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;

/// The answer of a compare that passed.
pub(crate) const REPLY: &str = r#"{"reason":"成功","result":{"res":1,"score":"96","message":"身份证号与姓名匹配，且比对成功","orderid":"JH264117091113513280159458"},"error_code":0}"#;

/// Starts one, plain or with this TLS configuration, and gives its address.
pub(crate) fn serve(tls: Option<Arc<rustls::ServerConfig>>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let scheme = if tls.is_some() { "https" } else { "http" };
    let url = format!("{scheme}://{}/juhe", listener.local_addr().expect("an address"));
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let (stream, tls) = (stream.expect("a connection"), tls.clone());
            stream.set_nodelay(true).expect("no delay");
            std::thread::spawn(move || match tls {
                Some(tls) => {
                    let session = rustls::ServerConnection::new(tls).expect("a session");
                    answer(rustls::StreamOwned::new(session, stream));
                }
                None => answer::<TcpStream>(stream),
            });
        }
    });
    url
}

fn answer<S: Read + Write>(stream: S) {
    let mut reader = BufReader::with_capacity(64 << 10, stream);
    let (mut line, mut body) = (String::new(), Vec::new());
    let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ";
    let reply = format!("{head}{}\r\n\r\n{REPLY}", REPLY.len());
    loop {
        let mut length = 0;
        loop {
            line.clear();
            if reader.read_line(&mut line).unwrap_or(0) == 0 {
                return;
            }
            if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                length = value.trim().parse().expect("a length");
            }
            if line == "\r\n" {
                break;
            }
        }
        body.resize(length, 0);
        reader.read_exact(&mut body).expect("a body");
        // Requests do not overlap on a connection: what is buffered is read, and the stream is free to write on.
        reader.get_mut().write_all(reply.as_bytes()).expect("a reply");
        reader.get_mut().flush().expect("a reply");
    }
}
