//! Sends one request over reqwest, and knows whether a byte of it left.

use super::file::File;
use super::tls;
use crate::config::Config;
use crate::error::{Error, Kind, Result};
use crate::evidence::save::{HEAD, Save, Saved};
use crate::operation::Repeat;
use bytes::{Bytes, BytesMut};
use http_body::{Body, Frame, SizeHint};
use rustls::ClientConfig;
use rustls::pki_types::CertificateDer;
use std::error::Error as StdError;
use std::io;
use std::pin::Pin;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};
use std::time::Duration;

/// How often a request that never left may be tried in all.
const UNSENT: Repeat = Repeat::Unsent { attempts: 3 };

const WAITING: u8 = 0;
const BURNING: u8 = 1;
const PULLED: u8 = 2;

/// Whether the body of a request was asked for. That happens after connect, and before the first byte is written:
/// unlit, the vendor cannot have seen the request.
///
/// Lighting and pulling exclude each other, so that a call that was given up and said to have cost nothing cannot
/// go out a moment later.
#[derive(Debug)]
pub(super) struct Fuse(AtomicU8);

impl Fuse {
    /// A request without a body is never polled for it, and counts as sent from the start.
    pub(super) fn new(body: &Bytes) -> Arc<Fuse> {
        Arc::new(Fuse(AtomicU8::new(if body.is_empty() { BURNING } else { WAITING })))
    }

    fn light(&self) -> bool {
        self.0.compare_exchange(WAITING, BURNING, Ordering::AcqRel, Ordering::Acquire) != Err(PULLED)
    }

    /// Makes sure that the request never leaves. `false`: too late, it may have.
    pub(super) fn pull(&self) -> bool {
        self.0.compare_exchange(WAITING, PULLED, Ordering::AcqRel, Ordering::Acquire) != Err(BURNING)
    }

    /// There was no connection that it could have left on.
    fn put_out(&self) {
        self.0.store(PULLED, Ordering::Release);
    }
}

/// A body that lights its fuse when it is first asked for.
struct Fused {
    bytes: Option<Bytes>,
    fuse: Arc<Fuse>,
}

impl Body for Fused {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        if self.bytes.is_some() && !self.fuse.light() {
            self.bytes = None;
            return Poll::Ready(Some(Err(io::Error::other("the call was given up"))));
        }
        Poll::Ready(self.bytes.take().map(|bytes| Ok(Frame::data(bytes))))
    }

    fn is_end_stream(&self) -> bool {
        self.bytes.as_ref().is_none_or(Bytes::is_empty)
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.bytes.as_ref().map_or(0, |bytes| bytes.len() as u64))
    }
}

/// What connections are made from; checked when a client is made, used for each lane.
pub(super) struct Transport {
    proxy: Option<reqwest::Proxy>,
    user_agent: http::HeaderValue,
    authorities: Vec<CertificateDer<'static>>,
    tls: OnceLock<ClientConfig>,
    connect: Duration,
    idle: Duration,
    limit: usize,
    largest_file: u64,
}

impl Transport {
    pub(super) fn new(config: &Config) -> Result<Transport> {
        let proxy = config.proxy.as_ref().map(|proxy| proxy_at(proxy.expose())).transpose()?;
        let user_agent = http::HeaderValue::from_str(&config.user_agent).map_err(|_| {
            let mut error = Error::configuration("a user agent is printable text on one line");
            error.field = Some("/user_agent".to_owned());
            error
        })?;
        Ok(Transport {
            proxy,
            user_agent,
            authorities: config.ca_pem.as_deref().map(tls::authorities).transpose()?.unwrap_or_default(),
            tls: OnceLock::new(),
            connect: Duration::from_millis(config.connect_timeout_ms.into()),
            idle: Duration::from_millis(config.idle_timeout_ms.into()),
            limit: usize::try_from(config.max_reply_bytes).unwrap_or(usize::MAX),
            largest_file: config.max_evidence_bytes.into(),
        })
    }

    /// A pool of connections.
    pub(super) fn pool(&self) -> Result<reqwest::Client> {
        let tls = match self.tls.get() {
            Some(tls) => tls,
            None => {
                let made = tls::config(&self.authorities)?;
                self.tls.get_or_init(|| made)
            }
        };
        let mut builder = reqwest::Client::builder()
            .tls_backend_preconfigured(tls.clone())
            .http1_only()
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .no_proxy()
            .user_agent(self.user_agent.clone())
            .connect_timeout(self.connect)
            .pool_idle_timeout(self.idle)
            .tcp_nodelay(true);
        if let Some(proxy) = &self.proxy {
            builder = builder.proxy(proxy.clone());
        }
        builder.build().map_err(|_| Error::internal("the HTTP library refused its settings"))
    }

    /// Sends a request and reads its answer. The errors name the host and nothing else of the address; whether it
    /// was billed is for the fuse to say.
    pub(super) async fn send(
        &self,
        pool: &reqwest::Client,
        request: http::Request<Bytes>,
        save: Option<&Save>,
        fuse: &Arc<Fuse>,
    ) -> Result<http::Response<Bytes>> {
        // First of all: where nothing can be written, nothing need be sent.
        let file = match save {
            Some(save) => Some((save, File::create(&save.path).await?)),
            None => None,
        };
        let host = request.uri().host().unwrap_or_default().to_owned();
        let request = request
            .map(|bytes| reqwest::Body::wrap(Fused { bytes: Some(bytes), fuse: fuse.clone() }))
            .try_into()
            .map_err(|_| Error::configuration("an account's address is no address"))?;
        let mut answer = pool.execute(request).await.map_err(|error| self.fault(&error, &host, fuse))?;
        let mut response = http::Response::new(Bytes::new());
        *response.status_mut() = answer.status();
        *response.headers_mut() = std::mem::take(answer.headers_mut());
        let read = match file {
            Some((save, file)) if answer.status() == http::StatusCode::OK => {
                self.store(&mut answer, save, file, &host, fuse).await
            }
            _ => self.read(&mut answer, &host, fuse).await.map(|body| (body, None)),
        };
        let (body, saved) = read.map_err(|mut error| {
            error.http_status = Some(answer.status().as_u16());
            error
        })?;
        *response.body_mut() = body;
        if let Some(saved) = saved {
            response.extensions_mut().insert(saved);
        }
        Ok(response)
    }

    /// Writes the body to a file, once its first bytes are admitted, and gives these back.
    async fn store(
        &self,
        answer: &mut reqwest::Response,
        save: &Save,
        mut file: File,
        host: &str,
        fuse: &Fuse,
    ) -> Result<(Bytes, Option<Saved>)> {
        let (whole, mut came, mut head) = (answer.content_length(), 0, BytesMut::new());
        let mut admitted = false;
        loop {
            if came.max(whole.unwrap_or_default()) > self.largest_file {
                return Err(Error::decode(format!("the file is larger than {} bytes", self.largest_file))
                    .with_hint("raise max_evidence_bytes if such files are expected"));
            }
            let chunk = answer.chunk().await.map_err(|error| self.fault(&error, host, fuse))?;
            came += chunk.as_ref().map_or(0, |chunk| chunk.len() as u64);
            if !admitted {
                head.extend_from_slice(chunk.as_deref().unwrap_or_default());
                if head.len() < HEAD && chunk.is_some() {
                    continue;
                }
                if !(save.admits)(&head) {
                    return Ok((head.freeze(), None));
                }
                admitted = true;
                file = file.write(&head).await?;
                head.truncate(HEAD);
            } else if let Some(chunk) = &chunk {
                file = file.write(chunk).await?;
            }
            if let Some(progress) = &save.progress {
                progress.tell(came, whole);
            }
            if chunk.is_none() {
                let bytes = file.finish().await?;
                return Ok((head.freeze(), Some(Saved { bytes })));
            }
        }
    }

    async fn read(&self, answer: &mut reqwest::Response, host: &str, fuse: &Fuse) -> Result<Bytes> {
        let (mut whole, mut rest) = (Bytes::new(), BytesMut::new());
        while let Some(chunk) = answer.chunk().await.map_err(|error| self.fault(&error, host, fuse))? {
            if whole.len() + rest.len() + chunk.len() > self.limit {
                return Err(Error::decode(format!("the reply is larger than {} bytes", self.limit))
                    .with_hint("raise max_reply_bytes if such replies are expected"));
            }
            if whole.is_empty() && rest.is_empty() {
                whole = chunk;
                continue;
            }
            rest.extend_from_slice(&std::mem::take(&mut whole));
            rest.extend_from_slice(&chunk);
        }
        Ok(if rest.is_empty() { whole } else { rest.freeze() })
    }

    /// Why there is no answer, in our own words: reqwest's would carry the address with its query.
    fn fault(&self, error: &reqwest::Error, host: &str, fuse: &Fuse) -> Error {
        let cause = Cause::of(error);
        let way = if self.proxy.is_some() { " through the proxy" } else { "" };
        if error.is_connect() {
            fuse.put_out();
            if let Some(tls) = cause.tls {
                return Error::new(Kind::Tls, format!("the TLS handshake with {host}{way} failed: {tls}"))
                    .with_hint("set ca_pem if this server has its own certificate authority");
            }
        }
        if fuse.pull() {
            let reason = if error.is_dns() {
                "its name could not be resolved"
            } else if error.is_timeout() || cause.io == Some(io::ErrorKind::TimedOut) {
                "not within the time for connecting"
            } else {
                match cause.io {
                    Some(io::ErrorKind::ConnectionRefused) => "refused",
                    Some(io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable) => "not reachable",
                    Some(io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionReset) => "closed by the other side",
                    _ if self.proxy.is_some() => "the proxy did not let it through",
                    _ => "it broke before anything was sent",
                }
            };
            return passing(Kind::Network, format!("no connection to {host}{way}: {reason}"), UNSENT);
        }
        passing(Kind::Network, format!("the connection to {host}{way} broke before the answer was whole"), Repeat::FREE)
    }
}

/// An error that may be gone the next time; whoever knows the bill takes `retryable` back.
pub(super) fn passing(kind: Kind, message: impl Into<String>, repeat: Repeat) -> Error {
    let mut error = Error::new(kind, message);
    error.repeat = repeat;
    error.retryable = true;
    error
}

fn proxy_at(address: &str) -> Result<reqwest::Proxy> {
    let refused = |message: &str| {
        let mut error = Error::configuration(message);
        error.field = Some("/proxy".to_owned());
        error.with_hint("http://user:password@host:port")
    };
    let uri: http::Uri = address.parse().map_err(|_| refused("this is not an address"))?;
    if !matches!(uri.scheme_str(), Some("http" | "https")) || uri.host().is_none_or(str::is_empty) {
        return Err(refused("a proxy's address starts with http:// or https:// and names a host"));
    }
    reqwest::Proxy::all(address).map_err(|_| refused("this is not an address"))
}

/// What lies at the bottom of a chain of errors.
#[derive(Default)]
struct Cause {
    io: Option<io::ErrorKind>,
    tls: Option<String>,
}

impl Cause {
    fn of(error: &(dyn StdError + 'static)) -> Cause {
        let (mut cause, mut next) = (Cause::default(), Some(error));
        while let Some(error) = next {
            next = error.source();
            if let Some(tls) = error.downcast_ref::<rustls::Error>() {
                cause.tls = Some(tls.to_string());
            } else if let Some(io) = error.downcast_ref::<io::Error>() {
                cause.io = Some(io.kind());
                // `source` of an I/O error skips the error it wraps.
                if let Some(inner) = io.get_ref() {
                    next = Some(inner);
                }
            }
        }
        cause
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fuse_is_lit_or_pulled_never_both() {
        let body = Bytes::from_static(b"x");
        let fuse = Fuse::new(&body);
        assert!(fuse.light() && fuse.light() && !fuse.pull());
        let fuse = Fuse::new(&body);
        assert!(fuse.pull() && fuse.pull() && !fuse.light());
        assert!(!Fuse::new(&Bytes::new()).pull(), "without a body nothing tells when it leaves");
    }

    #[test]
    fn a_pulled_body_gives_nothing_away() {
        let fuse = Fuse::new(&Bytes::from_static(b"x"));
        assert!(fuse.pull());
        let mut body = Fused { bytes: Some(Bytes::from_static(b"secret")), fuse };
        let polled = Pin::new(&mut body).poll_frame(&mut Context::from_waker(std::task::Waker::noop()));
        assert!(matches!(polled, Poll::Ready(Some(Err(_)))));
        assert!(body.is_end_stream());
    }

    #[test]
    fn bad_settings_name_their_field_and_hide_their_value() {
        for bad in ["", "host:1", "socks5://h:1", "http://", "http://user:hunter2@"] {
            let config = Config { proxy: Some(bad.into()), ..Config::default() };
            let error = Transport::new(&config).err().unwrap_or_else(|| panic!("{bad} was taken"));
            assert_eq!((error.kind, error.field.as_deref()), (Kind::Configuration, Some("/proxy")), "{bad}");
            assert!(!format!("{error:?}").contains("hunter2"));
        }
        let config = Config { user_agent: "a\nb".into(), ..Config::default() };
        assert_eq!(Transport::new(&config).err().unwrap().field.as_deref(), Some("/user_agent"));
    }

    #[test]
    fn the_cause_is_found_inside_io_errors() {
        let inner = io::Error::new(io::ErrorKind::InvalidData, rustls::Error::DecryptError);
        let cause = Cause::of(&io::Error::other(inner));
        assert_eq!(cause.io, Some(io::ErrorKind::InvalidData));
        assert!(cause.tls.is_some());
    }
}
