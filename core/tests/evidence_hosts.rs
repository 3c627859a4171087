//! Evidence from where it never comes, and replies that are none. Alone in its program: it reads the log.

use shiren::evidence::fetch::Fetch;
use shiren::{Billed, Client, Config, Kind, Vendor};
use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("the log").write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// A server that gives each of these answers once, on a connection of its own, and counts who came.
fn serve(answers: Vec<Vec<u8>>) -> (String, Arc<AtomicU64>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let came = Arc::new(AtomicU64::new(0));
    let count = came.clone();
    std::thread::spawn(move || {
        for answer in answers {
            let (mut stream, _) = listener.accept().expect("a connection");
            count.fetch_add(1, Ordering::Relaxed);
            let mut head = [0; 4096];
            let _ = stream.read(&mut head);
            let _ = stream.write_all(&answer);
        }
        // Whoever comes now is counted, and gets nothing.
        while listener.accept().is_ok() {
            count.fetch_add(1, Ordering::Relaxed);
        }
    });
    (url, came)
}

fn answer(head: &str, body: &[u8]) -> Vec<u8> {
    let head = format!("HTTP/1.1 {head}\r\nconnection: close\r\ncontent-length: {}\r\n\r\n", body.len());
    [head.as_bytes(), body].concat()
}

#[test]
fn hostile_hosts_redirects_and_giants_are_refused_and_no_log_has_the_address() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_span_events(tracing_subscriber::fmt::format::FmtSpan::FULL)
        .with_writer(move || writer.clone())
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);

    let cut = b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n\xff\xd8\xff".to_vec();
    let (base, came) = serve(vec![
        answer("200 OK", b"\xff\xd8\xff\xd9"),
        answer("302 Found\r\nlocation: http://127.0.0.1:1/unsaid", b""),
        answer("200 OK", &[0xff; 2 << 20]),
        answer("200 OK\r\ncontent-type: image/jpeg", b"<html>unsaid"),
        cut.clone(),
        cut.clone(),
        cut,
    ]);
    let mut config = Config { max_reply_bytes: 1 << 20, ..Config::sandbox(&base) };
    config.evidence_hosts = vec!["cdn.example.com".into()];
    let client = Client::new(config).expect("a client");
    let url = format!("{base}/juhe/img/unsaid?Signature=unsaid");
    let fetch = |url: &str| client.call_blocking(Fetch::new(Vendor::Juhe, url));
    let failed = |url: &str| {
        let error = fetch(url).unwrap_err();
        let shown = format!("{error} {error:?} {}", serde_json::to_string(&error).expect("JSON"));
        assert!(!shown.contains("unsaid"), "{shown}");
        assert_eq!(error.billed, Billed::No);
        error
    };
    assert_eq!(fetch(&url).expect("an image").bytes, 4);
    for hostile in [
        url.replace("127.0.0.1", "127.0.0.2"),
        url.replace("127.0.0.1", "localhost"),
        url.replace("http://", "https://"),
        url.replace("http://", "http://unsaid@"),
        "https://oss-cn-shanghai.aliyuncs.com.example.com/unsaid".into(),
        // Test mode.
        "https://a.oss-cn-shanghai.aliyuncs.com/unsaid".into(),
        "https://cdn.example.com/unsaid".into(),
    ] {
        let error = failed(&hostile);
        assert_eq!((error.kind, error.field.as_deref()), (Kind::InvalidArgument, Some("/url")), "{error}");
    }
    assert_eq!(came.load(Ordering::Relaxed), 1, "nobody else came");
    for (kind, status, what) in [
        (Kind::Vendor, Some(302), "a redirect"),
        (Kind::Decode, Some(200), "more than max_reply_bytes"),
        (Kind::Decode, Some(200), "a page"),
        (Kind::Network, Some(200), "half a picture"),
    ] {
        let error = failed(&url);
        assert_eq!((error.kind, error.http_status), (kind, status), "{what}: {error}");
    }
    assert_eq!(came.load(Ordering::Relaxed), 7, "free, so the broken one was tried three times");
    let logged = String::from_utf8(log.0.lock().expect("the log").clone()).expect("text");
    assert!(logged.contains("evidence.fetch"), "the log is read");
    assert!(!logged.contains("unsaid"), "a log has the address");
}
