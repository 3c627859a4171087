//! Evidence that goes to disk: whole or not at all, and never held in memory.

use shiren::evidence::fetch::Fetch;
use shiren::evidence::save::Progress;
use shiren::{Billed, CallOptions, Client, Config, Error, Kind, Vendor};
use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

const MB: u64 = 1 << 20;
const VIDEO: &[u8] = b"\0\0\0\x18ftypmp42";

/// A server that answers each connection by this, from its number on; it holds no file itself.
fn serve(
    answer: impl Fn(usize, &mut TcpStream) -> io::Result<()> + Send + Sync + 'static,
) -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let (came, answer) = (Arc::new(AtomicUsize::new(0)), Arc::new(answer));
    let count = came.clone();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let (number, answer) = (count.fetch_add(1, Ordering::Relaxed), answer.clone());
            std::thread::spawn(move || {
                let mut head = [0; 4096];
                let _ = stream.read(&mut head);
                // Whoever was fetching may have gone.
                let _ = answer(number, &mut stream);
            });
        }
    });
    (url, came)
}

/// A head that promises so many bytes, and the beginning of a video.
fn promise(stream: &mut TcpStream, bytes: u64) -> io::Result<()> {
    write!(stream, "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: {bytes}\r\n\r\n")?;
    stream.write_all(VIDEO)
}

/// So many bytes in pieces.
fn pour(stream: &mut TcpStream, mut bytes: u64) -> io::Result<()> {
    while bytes > 0 {
        let piece = bytes.min(64 << 10);
        stream.write_all(&[7; 64 << 10][..piece as usize])?;
        bytes -= piece;
    }
    stream.flush()
}

fn whole(stream: &mut TcpStream, bytes: u64) -> io::Result<()> {
    promise(stream, bytes)?;
    pour(stream, bytes - VIDEO.len() as u64)
}

/// The kind of the error, and whether it was given up.
type Ended = (Option<Kind>, bool);

struct Stage {
    client: Client,
    url: String,
    came: Arc<AtomicUsize>,
    folder: tempfile::TempDir,
    outcomes: Arc<Mutex<Vec<Ended>>>,
}

impl Stage {
    fn new(answer: impl Fn(usize, &mut TcpStream) -> io::Result<()> + Send + Sync + 'static) -> Stage {
        let (url, came) = serve(answer);
        let config = Config { max_reply_bytes: MB as u32, max_evidence_bytes: 64 << 20, ..Config::sandbox(&url) };
        let client = Client::new(config).expect("a client");
        let outcomes = Arc::<Mutex<Vec<_>>>::default();
        let told = outcomes.clone();
        client.on_outcome(move |outcome| told.lock().expect("a list").push((outcome.error, outcome.cancelled)));
        Stage { client, url, came, folder: tempfile::tempdir().expect("a folder"), outcomes }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("canary.mp4")
    }

    fn fetch(&self) -> Fetch {
        let url = format!("{}/juhe/canary?Signature=canary", self.url);
        Fetch::new(Vendor::Juhe, url).to(self.path().to_str().expect("text"))
    }

    fn failed(&self) -> Error {
        let error = self.client.call_blocking(self.fetch()).expect_err("it cannot work");
        assert!(!format!("{error} {error:?}").contains("canary"), "{error:?}");
        assert_eq!(error.billed, Billed::No);
        assert_eq!(self.outcomes.lock().expect("a list").len(), 1, "told once");
        error
    }

    fn names(&self) -> Vec<String> {
        let entries = self.folder.path().read_dir().expect("a folder");
        entries.map(|entry| entry.expect("an entry").file_name().into_string().expect("text")).collect()
    }

    /// A worker thread may be in the middle of writing when its call is given up.
    fn is_soon_empty(&self) {
        let until = Instant::now() + Duration::from_secs(5);
        while !self.names().is_empty() {
            assert!(Instant::now() < until, "{:?}", self.names());
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

/// A line of this process' status, in bytes.
fn memory(line: &str) -> u64 {
    let text = std::fs::read_to_string("/proc/self/status").expect("Linux");
    let value = text.lines().find_map(|text| text.strip_prefix(line)).expect("a line");
    value.trim().split(' ').next().and_then(|text| text.parse::<u64>().ok()).expect("a number") << 10
}

#[test]
fn a_large_file_is_never_in_memory() {
    let stage = Stage::new(|_, stream| whole(stream, 64 * MB));
    let (seen, total) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
    let (into, of) = (seen.clone(), total.clone());
    let mut fetch = stage.fetch();
    fetch.progress = Some(Progress::new(move |bytes, whole| {
        assert!(into.swap(bytes, Ordering::Relaxed) <= bytes, "it only grows");
        of.store(whole.unwrap_or_default(), Ordering::Relaxed);
    }));
    let before = memory("VmRSS:");
    let reply = stage.client.call_blocking(fetch).expect("a file");
    // The other tests of this program run beside it, and hold little.
    let more = memory("VmHWM:").saturating_sub(before);
    assert!(more < 24 * MB, "{more} bytes more for a file of 64 MB");
    assert_eq!((reply.media, reply.content_type, u64::from(reply.bytes)), (None, "video/mp4", 64 * MB));
    assert_eq!((seen.load(Ordering::Relaxed), total.load(Ordering::Relaxed)), (64 * MB, 64 * MB));
    assert_eq!(stage.names(), ["canary.mp4"]);
    let mut file = std::fs::File::open(stage.path()).expect("a file");
    assert_eq!(file.metadata().expect("metadata").len(), 64 * MB);
    let (mut piece, mut sum) = (vec![0; 64 << 10], 0);
    loop {
        let count = file.read(&mut piece).expect("a file");
        if count == 0 {
            break;
        }
        sum += piece[..count].iter().map(|byte| u64::from(*byte)).sum::<u64>();
    }
    let head = VIDEO.iter().map(|byte| u64::from(*byte)).sum::<u64>();
    assert_eq!(sum, head + 7 * (64 * MB - VIDEO.len() as u64), "every byte, and in no other number");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(stage.path().metadata().expect("metadata").permissions().mode() & 0o777, 0o600);
    }
    assert_eq!(*stage.outcomes.lock().expect("a list"), [(None, false)]);
}

#[test]
fn a_transfer_that_is_cut_leaves_nothing_and_is_repeated() {
    let half = |stream: &mut TcpStream| promise(stream, 2 * MB).and_then(|()| pour(stream, MB));
    let stage = Stage::new(move |_, stream| half(stream));
    let error = stage.failed();
    assert_eq!((error.kind, error.http_status, error.retryable), (Kind::Network, Some(200), true), "{error}");
    assert_eq!(stage.came.load(Ordering::Relaxed), 3, "free, so it was tried three times");
    assert!(stage.names().is_empty());

    let stage = Stage::new(move |number, stream| if number == 0 { half(stream) } else { whole(stream, 2 * MB) });
    assert_eq!(stage.client.call_blocking(stage.fetch()).expect("a file").bytes, 2 << 20);
    assert_eq!(stage.path().metadata().expect("metadata").len(), 2 * MB, "nothing of the first half is in it");
    assert_eq!(stage.names(), ["canary.mp4"]);
}

#[test]
fn what_is_too_large_is_given_up() {
    let stage = Stage::new(|_, stream| promise(stream, 64 * MB + 1).and_then(|()| pour(stream, MB)));
    let error = stage.failed();
    assert_eq!((error.kind, error.http_status), (Kind::Decode, Some(200)));
    assert!(error.hint.as_ref().is_some_and(|hint| hint.contains("max_evidence_bytes")), "{error}");
    // Without a length it is seen on the way.
    let stage = Stage::new(|_, stream| {
        write!(stream, "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nc\r\n")?;
        stream.write_all(VIDEO)?;
        loop {
            write!(stream, "\r\n10000\r\n")?;
            pour(stream, 64 << 10)?;
        }
    });
    assert_eq!(stage.failed().kind, Kind::Decode);
    assert!(stage.names().is_empty());
}

#[test]
fn a_page_is_no_file_and_what_was_there_stays() {
    for (status, kind) in [("200 OK", Kind::Decode), ("403 Forbidden", Kind::Vendor), ("302 Found", Kind::Vendor)] {
        let stage = Stage::new(move |_, stream| {
            let page = "<html>canary</html>";
            let head = format!("HTTP/1.1 {status}\r\nlocation: /juhe/canary\r\ncontent-length: {}\r\n\r\n", page.len());
            stream.write_all((head + page).as_bytes())
        });
        std::fs::write(stage.path(), b"the one before").expect("a file");
        assert_eq!(stage.failed().kind, kind, "{status}");
        assert_eq!(std::fs::read(stage.path()).expect("a file"), b"the one before");
        assert_eq!((stage.names().len(), stage.came.load(Ordering::Relaxed)), (1, 1));
    }
    for short in [&b"\xff\xd8\xff\xd9"[..], b""] {
        let stage = Stage::new(move |_, stream| {
            write!(stream, "HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", short.len())?;
            stream.write_all(short)
        });
        let ended = stage.client.call_blocking(stage.fetch());
        assert_eq!(ended.map(|reply| reply.bytes).ok(), (!short.is_empty()).then_some(4));
    }
}

#[test]
fn where_nothing_can_be_written_nothing_is_sent() {
    let stage = Stage::new(|_, stream| whole(stream, MB));
    let (file, folder) = (stage.path(), stage.folder.path().join("canary"));
    std::fs::create_dir(&folder).expect("a folder");
    for path in [folder.as_path(), &folder.join("canary/face.jpg"), Path::new("/dev/null")] {
        let fetch = stage.fetch().to(path.to_str().expect("text"));
        let error = stage.client.call_blocking(fetch).expect_err("it cannot work");
        assert_eq!((error.kind, error.field.as_deref()), (Kind::InvalidArgument, Some("/path")));
        assert!(!format!("{error} {error:?}").contains("canary"), "{error:?}");
    }
    assert_eq!((file.exists(), stage.came.load(Ordering::Relaxed)), (false, 0));
}

#[test]
fn given_up_midway_it_leaves_nothing() {
    let stage = Stage::new(|_, stream| {
        promise(stream, 50 * MB)?;
        pour(stream, MB)?;
        std::thread::sleep(Duration::from_secs(20));
        Ok(())
    });
    let begun = |fetch: &mut Fetch| {
        let (tell, told) = tokio::sync::mpsc::unbounded_channel();
        fetch.progress = Some(Progress::new(move |bytes, _| {
            if bytes > MB {
                let _ = tell.send(());
            }
        }));
        told
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let mut fetch = stage.fetch();
        let mut midway = begun(&mut fetch);
        tokio::select! {
            ended = stage.client.call(fetch) => panic!("{ended:?}"),
            names = async { midway.recv().await.map(|()| stage.names()).expect("it began") } => {
                assert!(names.len() == 1 && names[0] != "canary.mp4", "another name until it is whole: {names:?}");
            }
        }
    });
    stage.is_soon_empty();
    let error = stage
        .client
        .call_blocking_with(stage.fetch(), CallOptions::default().timeout(Duration::from_millis(300)))
        .expect_err("it never ends");
    assert_eq!(error.kind, Kind::Timeout);
    assert!(error.hint.as_ref().is_some_and(|hint| hint.contains("more time")), "{error}");
    stage.is_soon_empty();
    let told = stage.outcomes.lock().expect("a list").clone();
    assert_eq!(told, [(Some(Kind::Cancelled), true), (Some(Kind::Timeout), false)]);
}

#[test]
fn by_json_it_is_one_field_more() {
    let stage = Stage::new(|_, stream| whole(stream, MB));
    let (url, path) = (format!("{}/juhe/a.mp4", stage.url), stage.path());
    let json = serde_json::json!({"url": url, "vendor": "juhe", "path": path}).to_string();
    let call = |json: &str| {
        stage.client.call_json_blocking("evidence.fetch", json.as_bytes(), Vec::new(), CallOptions::default())
    };
    let wire = call(&json).expect("a reply");
    let reply: serde_json::Value = serde_json::from_slice(&wire.json).expect("JSON");
    assert_eq!(reply, serde_json::json!({"media": null, "content_type": "video/mp4", "bytes": MB}));
    assert!(wire.parts.is_empty() && path.metadata().expect("metadata").len() == MB);
}
