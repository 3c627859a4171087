//! One encrypted compare over loopback: the engine against bare reqwest, with the same body built in the same way.
//!
//! Both sides run the same operation (build, sign, encrypt, read the reply); one lets the engine send, the other sends
//! by a bare reqwest client on its own current-thread runtime. Rounds alternate, photos rotate, and what counts is the
//! ratio: CPU time of the calling thread, from the kernel's scheduler.

use bytes::Bytes;
use shiren::juhe::verifyface::verify_encry::VerifyEncry;
use shiren::operation::{Ask, Context, Exchange, Io, Operation, Options, Reply, Step};
use shiren::{Accounts, Blob, Client, Config, Time};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::sync::Arc;
use std::time::{Duration, Instant};

const REPLY: &str = r#"{"reason":"成功","result":{"res":1,"score":"96","message":"身份证号与姓名匹配，且比对成功","orderid":"JH264117091113513280159458"},"error_code":0}"#;
const ROUNDS: usize = 15;
const CALLS: usize = 300;

/// A server that reads a request and answers the same each time.
fn serve() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}/juhe", listener.local_addr().expect("an address"));
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.expect("a connection");
            std::thread::spawn(move || {
                stream.set_nodelay(true).expect("no delay");
                let mut reader = BufReader::with_capacity(64 << 10, stream.try_clone().expect("a clone"));
                let (mut line, mut body) = (String::new(), Vec::new());
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
                    let head = format!(
                        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
                        REPLY.len()
                    );
                    stream.write_all((head + REPLY).as_bytes()).expect("a reply");
                }
            });
        }
    });
    url
}

struct Plain(Accounts);

impl Context for Plain {
    fn now(&self) -> Time {
        Time::from_unix_ms(1)
    }

    fn nonce(&self) -> [u8; 16] {
        [0; 16]
    }

    fn accounts(&self) -> &Accounts {
        &self.0
    }
}

fn cpu() -> Duration {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").expect("Linux");
    Duration::from_nanos(text.split(' ').next().expect("a number").parse().expect("nanoseconds"))
}

fn photos() -> Vec<Blob> {
    (0..16u32)
        .map(|seed| {
            let mut state = seed.wrapping_mul(2_654_435_761) | 1;
            let bytes = (0..20 << 10).map(|_| {
                state ^= state << 13;
                state ^= state >> 17;
                state ^= state << 5;
                state as u8
            });
            Blob::from(bytes.collect::<Vec<u8>>())
        })
        .collect()
}

fn request(photo: &Blob) -> VerifyEncry {
    VerifyEncry {
        idcard: "11010118000101001X".into(),
        realname: "王小二".into(),
        image: photo.clone(),
        ..VerifyEncry::default()
    }
}

fn measure(photos: &[Blob], mut call: impl FnMut(VerifyEncry)) -> (Duration, Duration) {
    let (wall, used) = (Instant::now(), cpu());
    for index in 0..CALLS {
        call(request(&photos[index % photos.len()]));
    }
    (wall.elapsed() / CALLS as u32, (cpu() - used) / CALLS as u32)
}

fn main() {
    let mut config = Config::sandbox("http://127.0.0.1:1");
    config.accounts.juhe.as_mut().expect("an account").base_url = serve();
    let client = Client::new(config.clone()).expect("a client");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let tls = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("TLS versions")
        .with_root_certificates(rustls::RootCertStore::empty())
        .with_no_client_auth();
    let bare =
        reqwest::Client::builder().tls_backend_preconfigured(tls).http1_only().no_proxy().build().expect("reqwest");
    let context: Arc<dyn Context> = Arc::new(Plain(config.accounts));
    let photos = photos();

    let by_engine = |request: VerifyEncry| {
        assert!(client.call_blocking(request).expect("a reply").verdict.passed());
    };
    let by_reqwest = |request: VerifyEncry| {
        let mut exchange = Exchange::new(Io::new(context.clone(), Options::default()), |io| request.run(io));
        let mut told = None;
        let reply = runtime.block_on(async {
            loop {
                told = Some(match exchange.resume(told) {
                    Step::Done(reply) => break reply,
                    Step::Ask(Ask::Ready { .. }) => Reply::Ready(Ok(true)),
                    Step::Ask(Ask::Send { request, .. }) => {
                        let request = request.map(reqwest::Body::from).try_into().expect("a request");
                        let answer = bare.execute(request).await.expect("an answer");
                        let bytes: Bytes = answer.bytes().await.expect("a body");
                        Reply::Sent(Ok(http::Response::new(bytes)))
                    }
                    Step::Ask(Ask::Token { .. }) => unreachable!("this call needs no token"),
                });
            }
        });
        assert!(reply.expect("a reply").verdict.passed());
    };

    let (mut engine, mut reqwest) = (Vec::new(), Vec::new());
    for round in 0..=ROUNDS {
        let pair = (measure(&photos, by_engine), measure(&photos, by_reqwest));
        if round > 0 {
            engine.push(pair.0);
            reqwest.push(pair.1);
        }
    }
    let median = |mut values: Vec<f64>| {
        values.sort_by(f64::total_cmp);
        values[values.len() / 2]
    };
    let micros = |times: &[(Duration, Duration)], cpu: bool| {
        median(times.iter().map(|(wall, used)| if cpu { used } else { wall }.as_secs_f64() * 1e6).collect())
    };
    let ratio = |cpu: bool| {
        let pick = |(wall, used): &(Duration, Duration)| if cpu { *used } else { *wall }.as_secs_f64();
        median(engine.iter().zip(&reqwest).map(|(ours, theirs)| pick(ours) / pick(theirs)).collect())
    };
    println!("one encrypted compare, 20 KB photo, loopback, one at a time; {ROUNDS} rounds of {CALLS} calls, medians");
    println!("{:<14}{:>16}{:>16}{:>8}", "", "engine", "bare reqwest", "ratio");
    println!(
        "{:<14}{:>13.1} µs{:>13.1} µs{:>8.2}",
        "CPU, caller",
        micros(&engine, true),
        micros(&reqwest, true),
        ratio(true)
    );
    println!(
        "{:<14}{:>13.1} µs{:>13.1} µs{:>8.2}",
        "wall",
        micros(&engine, false),
        micros(&reqwest, false),
        ratio(false)
    );
}
