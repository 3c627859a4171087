//! A server that fails in every way that costs money, and books what it would have billed.
//!
//! One thread for each connection, no runtime: what is tested must not depend on the same library on both sides.
#![allow(dead_code)]

use std::collections::VecDeque;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// What the server does with one connection, or with one request on it.
#[derive(Clone, Debug)]
pub(crate) enum Fault {
    /// Answers with a whole reply and keeps the connection.
    Answer,
    /// Answers with this status and body and keeps the connection; books nothing.
    Status(u16, String),
    /// Answers with these raw bytes and closes; books the request.
    Raw(Vec<u8>),
    /// Books the request, waits, and answers.
    Slow(Duration),
    /// Answers, and then closes the connection without saying so beforehand.
    AnswerAndClose,
    /// Closes right after accepting, before anything is read.
    CloseOnAccept,
    /// Reads the head and closes; the body never counts.
    CutAfterHead,
    /// Reads the whole request, books it, and closes without an answer.
    CutAfterBody,
    /// Books the request and sends half of a reply.
    HalfReply,
    /// Books the request and never answers.
    Silence,
}

/// What verify2 answers when it is one person, and bills.
pub(crate) const PASSED: &str =
    r#"{"reason":"ok","result":{"authResult":"00XX","rxfs":"900","charge":true,"orderid":"o1"},"error_code":0}"#;

#[derive(Default)]
struct Books {
    billed: AtomicUsize,
    connections: AtomicUsize,
    closed: AtomicUsize,
    requests: Mutex<Vec<String>>,
    script: Mutex<VecDeque<Fault>>,
    stopped: AtomicBool,
}

/// A running server; it stops when this is dropped.
pub(crate) struct Server {
    address: SocketAddr,
    books: Arc<Books>,
    scheme: &'static str,
}

/// Something to read and write: plain or TLS.
pub(crate) trait Stream: Read + Write {}
impl<T: Read + Write> Stream for T {}

impl Server {
    /// Does `script` in order, one entry for each request (or connection, for `CloseOnAccept`), then `rest`.
    pub(crate) fn start(script: impl IntoIterator<Item = Fault>, rest: Fault) -> Server {
        Server::with(script, rest, "http", |stream| Ok(Box::new(stream)))
    }

    /// The same behind TLS.
    pub(crate) fn start_tls(tls: Arc<rustls::ServerConfig>, rest: Fault) -> Server {
        Server::with([], rest, "https", move |stream| {
            let session = rustls::ServerConnection::new(tls.clone()).map_err(io::Error::other)?;
            let mut stream = rustls::StreamOwned::new(session, stream);
            while stream.conn.is_handshaking() {
                stream.conn.complete_io(&mut stream.sock)?;
            }
            Ok(Box::new(stream))
        })
    }

    fn with(
        script: impl IntoIterator<Item = Fault>,
        rest: Fault,
        scheme: &'static str,
        wrap: impl Fn(TcpStream) -> io::Result<Box<dyn Stream>> + Send + Sync + 'static,
    ) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let books = Arc::new(Books { script: Mutex::new(script.into_iter().collect()), ..Books::default() });
        let (shared, wrap) = (books.clone(), Arc::new(wrap));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if shared.stopped.load(Ordering::Acquire) {
                    return;
                }
                shared.connections.fetch_add(1, Ordering::AcqRel);
                let (books, rest, wrap) = (shared.clone(), rest.clone(), wrap.clone());
                std::thread::spawn(move || {
                    let _ = stream.set_nodelay(true);
                    let _ = stream.set_read_timeout(Some(Duration::from_secs(20)));
                    let raw = stream.try_clone();
                    if matches!(books.script.lock().unwrap().front().unwrap_or(&rest), Fault::CloseOnAccept) {
                        books.script.lock().unwrap().pop_front();
                        return;
                    }
                    if let Ok(stream) = wrap(stream) {
                        let _ = serve(stream, &books, &rest);
                    }
                    if let Ok(raw) = raw {
                        let _ = raw.shutdown(Shutdown::Both);
                    }
                    books.closed.fetch_add(1, Ordering::AcqRel);
                });
            }
        });
        Server { address, books, scheme }
    }

    /// `http://127.0.0.1:PORT`
    pub(crate) fn url(&self) -> String {
        format!("{}://{}", self.scheme, self.address)
    }

    /// The port, for addresses that name this server otherwise.
    pub(crate) fn port(&self) -> u16 {
        self.address.port()
    }

    /// How many requests it would have billed.
    pub(crate) fn billed(&self) -> usize {
        self.books.billed.load(Ordering::Acquire)
    }

    /// How many connections were made.
    pub(crate) fn connections(&self) -> usize {
        self.books.connections.load(Ordering::Acquire)
    }

    /// How many connections it has closed.
    pub(crate) fn closed(&self) -> usize {
        self.books.closed.load(Ordering::Acquire)
    }

    /// The first lines of the requests whose heads arrived.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.books.requests.lock().unwrap().clone()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.books.stopped.store(true, Ordering::Release);
        let _ = TcpStream::connect(self.address);
    }
}

fn serve(stream: Box<dyn Stream>, books: &Books, rest: &Fault) -> io::Result<()> {
    let mut stream = BufReader::new(stream);
    loop {
        let (mut first, mut length) = (String::new(), 0);
        if stream.read_line(&mut first)? == 0 {
            return Ok(());
        }
        loop {
            let mut line = String::new();
            if stream.read_line(&mut line)? == 0 {
                return Ok(());
            }
            let line = line.trim_end().to_ascii_lowercase();
            if line.is_empty() {
                break;
            }
            if let Some(value) = line.strip_prefix("content-length:") {
                length = value.trim().parse().map_err(io::Error::other)?;
            }
        }
        books.requests.lock().unwrap().push(first.trim_end().to_owned());
        let fault = books.script.lock().unwrap().pop_front().unwrap_or_else(|| rest.clone());
        if matches!(fault, Fault::CutAfterHead) {
            return Ok(());
        }
        let mut body = vec![0; length];
        stream.read_exact(&mut body)?;
        let books_it = !matches!(fault, Fault::Status(..));
        books.billed.fetch_add(usize::from(books_it), Ordering::AcqRel);
        let reply = |status: u16, body: &str| {
            let head =
                format!("HTTP/1.1 {status} X\r\ncontent-type: application/json\r\ncontent-length: {}\r\n", body.len());
            let location = if (300..400).contains(&status) { "location: /elsewhere\r\n" } else { "" };
            format!("{head}{location}\r\n{body}")
        };
        let stream = stream.get_mut();
        match fault {
            Fault::Answer => stream.write_all(reply(200, PASSED).as_bytes())?,
            Fault::Status(status, body) => stream.write_all(reply(status, &body).as_bytes())?,
            Fault::Slow(time) => {
                std::thread::sleep(time);
                stream.write_all(reply(200, PASSED).as_bytes())?;
            }
            Fault::Raw(bytes) => {
                stream.write_all(&bytes)?;
                stream.flush()?;
                return Ok(());
            }
            Fault::AnswerAndClose => {
                stream.write_all(reply(200, PASSED).as_bytes())?;
                stream.flush()?;
                return Ok(());
            }
            Fault::HalfReply => {
                let whole = reply(200, PASSED);
                stream.write_all(&whole.as_bytes()[..whole.len() - 20])?;
                stream.flush()?;
                return Ok(());
            }
            Fault::Silence => {
                std::thread::sleep(Duration::from_secs(15));
                return Ok(());
            }
            Fault::CutAfterBody | Fault::CutAfterHead | Fault::CloseOnAccept => return Ok(()),
        }
        stream.flush()?;
    }
}
