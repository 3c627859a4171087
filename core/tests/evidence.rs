//! Evidence from the sandbox of each vendor: within its lifetime, after it, and from where it never comes.

use shiren::baidu::faceprint::result_getall::ResultGetall;
use shiren::baidu::faceprint::result_media_query::ResultMediaQuery;
use shiren::baidu::faceprint::result_simple::ResultSimple;
use shiren::baidu::faceprint::verify_token_generate::VerifyTokenGenerate;
use shiren::evidence::fetch::{Fetch, FetchReply};
use shiren::liveness::finish::Finish;
use shiren::liveness::start::Start;
use shiren::subject::Subject;
use shiren::verdict::Evidence;
use shiren::{Billed, Client, Config, Error, Kind, Personal, Secret, Time, Vendor};
use shiren_sandbox::{Completion, IdentityEntry, Plan, Sandbox, Settings};
use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

const MINUTE: Duration = Duration::from_secs(60);
const DAY: Duration = Duration::from_secs(24 * 3600);

struct Stage {
    sandbox: Sandbox,
    client: Client,
    ahead_ms: Arc<AtomicU64>,
}

impl Stage {
    fn new() -> Stage {
        let mut settings = Settings::default();
        let plan = Plan { identity: IdentityEntry::OcrBothSides, media: true, ..Plan::default() };
        settings.baidu.plans.insert("cards".into(), plan);
        let sandbox = Sandbox::builder().settings(settings).start_blocking().expect("a sandbox");
        let ahead_ms = Arc::new(AtomicU64::new(0));
        let ahead = ahead_ms.clone();
        let clock = move || {
            let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_millis() as u64;
            Time::from_unix_ms(now + ahead.load(Ordering::Relaxed))
        };
        let config = Config { max_reply_bytes: 1 << 20, ..Config::sandbox(sandbox.url()) };
        let client = Client::builder(config).clock(clock).build().expect("a client");
        Stage { sandbox, client, ahead_ms }
    }

    fn advance(&self, by: Duration) {
        self.sandbox.advance(by);
        self.ahead_ms.fetch_add(by.as_millis() as u64, Ordering::Relaxed);
    }

    /// The evidence of a session that passed.
    fn evidence(&self, vendor: Vendor) -> Evidence {
        let person = &self.sandbox.personas()[0];
        let subject = Subject::new(person.name.as_str(), person.id_number.as_str());
        let subject = (vendor != Vendor::Jumdata).then_some(subject);
        let start = Start::new(vendor, subject, "https://example.com/back");
        let mut finish = Finish::new(self.client.call_blocking(start).expect("a session"));
        let reference = finish.session.reference.expose();
        let completed = self.sandbox.complete_blocking(reference, Completion::default()).expect("completed");
        finish.landed_url = completed.redirect.map(Personal::from);
        let verdict = self.client.call_blocking(finish).expect("a verdict").verdict;
        assert!(verdict.passed());
        verdict.evidence.expect("evidence")
    }

    fn fetch(&self, fetch: Fetch) -> Result<FetchReply, Error> {
        let url = fetch.url.expose().to_owned();
        let result = self.client.call_blocking(fetch);
        if let Err(error) = &result {
            let path = url.rsplit_once('/').map_or("", |(_, path)| path);
            assert!(!format!("{error} {error:?}").contains(path), "{error:?}");
            assert_eq!(error.billed, Billed::No);
        }
        result
    }
}

fn is_jpeg(reply: &FetchReply) {
    assert_eq!(reply.content_type, "image/jpeg");
    assert!(reply.media.starts_with(b"\xff\xd8\xff") && reply.media.ends_with(b"\xff\xd9"));
    assert_eq!(reply.bytes as usize, reply.media.len());
}

#[test]
fn juhe_ten_minutes() {
    let stage = Stage::new();
    let evidence = stage.evidence(Vendor::Juhe);
    assert!(evidence.expires_at.is_some());
    stage.advance(9 * MINUTE);
    is_jpeg(&stage.fetch(Fetch::of(Vendor::Juhe, &evidence)).expect("an image"));

    stage.advance(MINUTE);
    let error = stage.fetch(Fetch::of(Vendor::Juhe, &evidence)).unwrap_err();
    assert_eq!((error.kind, error.field.as_deref()), (Kind::InvalidArgument, Some("/expires_at")));
    assert_eq!(error.http_status, None, "nothing was sent");

    let error = stage.fetch(Fetch::new(Vendor::Juhe, evidence.image_url.expose())).unwrap_err();
    assert_eq!((error.kind, error.http_status, error.retryable), (Kind::Vendor, Some(403), false));
    assert!(error.hint.as_ref().is_some_and(|hint| hint.contains("10 minutes")), "{error}");
}

#[test]
fn jumdata_as_long_as_its_token() {
    let stage = Stage::new();
    let evidence = stage.evidence(Vendor::Jumdata);
    is_jpeg(&stage.fetch(Fetch::of(Vendor::Jumdata, &evidence)).expect("an image"));
    stage.advance(10 * MINUTE);
    let error = stage.fetch(Fetch::new(Vendor::Jumdata, evidence.image_url.expose())).unwrap_err();
    assert_eq!((error.kind, error.http_status), (Kind::Vendor, Some(403)));
}

#[test]
fn baidu_faces_cards_and_recordings() {
    let stage = Stage::new();
    let generate = VerifyTokenGenerate { plan_id: Some("cards".into()) };
    let token: Secret = stage.client.call_blocking(generate).expect("a token").verify_token;
    stage.sandbox.complete_blocking(token.expose(), Completion::default()).expect("completed");
    let fetch = |url: &str| stage.fetch(Fetch::new(Vendor::Baidu, url));

    let simple = stage.client.call_blocking(ResultSimple { verify_token: token.clone() }).expect("a result");
    let face = simple.image.expect("an address");
    is_jpeg(&fetch(face.expose()).expect("a face"));

    let getall = ResultGetall { verify_token: token.clone(), ..ResultGetall::default() };
    let attempts = stage.client.call_blocking(getall).expect("a result").verify_result;
    let images = attempts[0].idcard_images.as_ref().expect("images of the card");
    for side in [&images.front_image, &images.back_image] {
        is_jpeg(&fetch(side.as_ref().expect("an address").expose()).expect("a card"));
    }

    let media = stage.client.call_blocking(ResultMediaQuery { verify_token: token }).expect("a result");
    let video = media.video.first().or(media.process_video.first()).expect("an address").clone();
    assert_eq!(fetch(video.expose()).expect("a video").content_type, "video/mp4");

    stage.advance(DAY);
    assert_eq!(fetch(video.expose()).unwrap_err().http_status, Some(403), "recordings live for a day");
    is_jpeg(&fetch(face.expose()).expect("images live longer"));
    stage.advance(2 * DAY);
    let error = fetch(face.expose()).unwrap_err();
    assert!(error.hint.as_ref().is_some_and(|hint| hint.contains("3 days")), "{error}");
}

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
