//! One encrypted compare over loopback: the engine against bare reqwest on a runtime of the same kind; blocking and
//! async, one at a time and 64 in flight, plain and TLS.
//!
//! Bare reqwest runs twice: with the same work around it (build, encrypt, read the reply, by the same code), which shows
//! what the engine itself costs; and with ready bodies whose answers nobody reads, which shows what is left of the wire.

mod measure;
#[path = "measure/photos.rs"]
mod photos;
#[path = "measure/server.rs"]
mod server;
#[path = "measure/still.rs"]
mod still;

use bytes::Bytes;
use criterion::measurement::{Measurement, WallTime};
use measure::{Contender, CpuTime, criterion, race};
use photos::photos;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use shiren::juhe::verifyface::VerifyReply;
use shiren::juhe::verifyface::verify_encry::VerifyEncry;
use shiren::operation::{Ask, Context, Exchange, Io, Operation, Options, Reply, Step};
use shiren::{Blob, Client, Config};
use std::future::Future;
use std::sync::Arc;
use still::{sends, still};
use tokio::runtime::Runtime;

const FLIGHT: usize = 64;

fn request(photo: &Blob) -> VerifyEncry {
    VerifyEncry {
        idcard: "110101180001010015".into(),
        realname: "王小二".into(),
        image: photo.clone(),
        ..VerifyEncry::default()
    }
}

/// Everything that a contender needs, cheap to clone into a task.
#[derive(Clone)]
struct Stage {
    client: Client,
    bare: reqwest::Client,
    context: Arc<dyn Context>,
    photos: Arc<[Blob]>,
    ready: Arc<[http::Request<Bytes>]>,
}

impl Stage {
    fn new(tls: bool, photos: Arc<[Blob]>) -> Stage {
        let made = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).expect("a certificate");
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(made.signing_key.serialize_der()));
        let mut config = Config::sandbox("http://127.0.0.1:1");
        config.ca_pem = Some(made.cert.pem());
        let server = tls.then(|| Arc::new(server_tls(made.cert.der().clone(), key)));
        config.accounts.juhe.as_mut().expect("an account").base_url = server::serve(server);
        let bare = reqwest::Client::builder()
            .tls_backend_preconfigured(client_tls(made.cert.der().clone()))
            .http1_only()
            .no_proxy()
            .build()
            .expect("reqwest");
        let context = still(config.accounts.clone());
        let client = Client::new(config).expect("a client");
        let ready = photos.iter().map(|photo| sends(&context, request(photo))).collect();
        Stage { client, bare, context, photos, ready }
    }

    async fn send(&self, request: http::Request<Bytes>) -> http::Response<Bytes> {
        let request = request.map(reqwest::Body::from).try_into().expect("a request");
        let answer = self.bare.execute(request).await.expect("an answer");
        http::Response::new(answer.bytes().await.expect("a body"))
    }

    /// Bare reqwest, and the same work around it.
    async fn same_work(&self, index: usize) -> VerifyReply {
        let request = request(&self.photos[index % self.photos.len()]);
        let mut exchange = Exchange::new(Io::new(self.context.clone(), Options::default()), |io| request.run(io));
        let mut told = None;
        loop {
            told = Some(match exchange.resume(told) {
                Step::Done(reply) => return reply.expect("a reply"),
                Step::Ask(Ask::Ready { .. }) => Reply::Ready(Ok(true)),
                Step::Ask(Ask::Send { request, .. }) => Reply::Sent(Ok(self.send(request).await)),
                Step::Ask(Ask::Token { .. }) => unreachable!("this call needs no token"),
            });
        }
    }

    /// Bare reqwest with a ready body.
    async fn ready_body(&self, index: usize) {
        let answer = self.send(self.ready[index % self.ready.len()].clone()).await;
        assert_eq!(answer.body(), server::REPLY);
    }

    async fn engine(&self, index: usize) {
        let request = request(&self.photos[index % self.photos.len()]);
        assert!(self.client.call(request).await.expect("a reply").verdict.passed());
    }

    fn blocking(&self, index: usize) {
        let request = request(&self.photos[index % self.photos.len()]);
        assert!(self.client.call_blocking(request).expect("a reply").verdict.passed());
    }
}

fn server_tls(certificate: CertificateDer<'static>, key: PrivateKeyDer<'static>) -> rustls::ServerConfig {
    rustls::ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("TLS versions")
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .expect("a certificate")
}

fn client_tls(authority: CertificateDer<'static>) -> rustls::ClientConfig {
    let mut roots = rustls::RootCertStore::empty();
    roots.add(authority).expect("an authority");
    rustls::ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("TLS versions")
        .with_root_certificates(roots)
        .with_no_client_auth()
}

/// So many calls on one thread, this many at a time.
fn drive<F>(
    runtime: &Runtime,
    flight: usize,
    (first, calls): (usize, usize),
    call: impl Fn(usize) -> F + Clone + Send + 'static,
) where
    F: Future<Output = ()> + Send,
{
    if flight == 1 {
        return runtime.block_on(async {
            for index in first..first + calls {
                call(index).await;
            }
        });
    }
    runtime.block_on(async {
        let tasks: Vec<_> = (0..flight)
            .map(|task| {
                let call = call.clone();
                tokio::spawn(async move {
                    for index in (first + task..first + calls).step_by(flight) {
                        call(index).await;
                    }
                })
            })
            .collect();
        for task in tasks {
            task.await.expect("a task");
        }
    });
}

/// The contenders of a case.
fn contenders<'a>(stage: &Stage, runtime: &'a Runtime, blocking: bool, flight: usize) -> Vec<Contender<'a>> {
    let (ours, same, bare) = (stage.clone(), stage.clone(), stage.clone());
    let engine: Contender<'a> = if blocking {
        ("Shiren", Box::new(move |first, calls| (first..first + calls).for_each(|index| ours.blocking(index))))
    } else {
        let run = move |first, calls| {
            let ours = ours.clone();
            drive(runtime, flight, (first, calls), move |index| {
                let ours = ours.clone();
                async move { ours.engine(index).await }
            });
        };
        ("Shiren", Box::new(run))
    };
    let same = move |first, calls| {
        let same = same.clone();
        drive(runtime, flight, (first, calls), move |index| {
            let same = same.clone();
            async move { drop(same.same_work(index).await) }
        });
    };
    let bare = move |first, calls| {
        let bare = bare.clone();
        drive(runtime, flight, (first, calls), move |index| {
            let bare = bare.clone();
            async move { bare.ready_body(index).await }
        });
    };
    vec![engine, ("reqwest, the same work around it", Box::new(same)), ("reqwest, a ready body", Box::new(bare))]
}

/// All cases; `of` stands behind their names.
fn calls<M: Measurement + 'static>(measurement: M, again: &M, of: &str) {
    let photos: Arc<[Blob]> = photos(32, 20 << 10).into();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let mut criterion = criterion(measurement);
    for tls in [false, true] {
        let stage = Stage::new(tls, photos.clone());
        let wire = if tls { "TLS" } else { "plain" };
        for (way, blocking, flight) in [
            ("blocking, one at a time", true, 1),
            ("async, one at a time", false, 1),
            ("async, 64 in flight", false, FLIGHT),
        ] {
            let contenders = contenders(&stage, &runtime, blocking, flight);
            race(&mut criterion, again, &format!("call, {wire}, {way}{of}"), contenders);
        }
    }
    criterion.final_summary();
}

fn main() {
    calls(CpuTime, &CpuTime, "");
    // How many calls a second: that is of the wall's clock.
    calls(WallTime, &WallTime, " (wall)");
}
