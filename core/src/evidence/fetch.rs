//! Evidence as a file: a GET of the address that a reply gave, while it lives.

use super::save::{Progress, Save, Saved};
use super::{media, origin};
use crate::error::{Error, Kind, Result};
use crate::operation::{Context, Io, Meta, Money, Operation, Place, Repeat};
use crate::secret::{Personal, Secret};
use crate::time::Time;
use crate::verdict::{Billed, Evidence, Vendor};
use crate::wire::Blob;
use bytes::Bytes;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// Fetches a face image, an ID-card image or a video from where the vendor keeps it. Free.
///
/// Only the vendor's own hosts are asked, by https, and redirects are not followed; further hosts are named by the
/// configuration's `evidence_hosts`.
///
/// With `path` the file goes to disk piece by piece, up to the configuration's `max_evidence_bytes`, and is never held in
/// memory; without, it comes in the reply, up to `max_reply_bytes`.
// A path and not a stream: it crosses every language for nothing, and only who owns the file can promise that it is
// whole or not there.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Fetch {
    /// The address, as the reply gave it. Whoever has it sees the person.
    pub url: Secret,
    /// Whose it is.
    pub vendor: Vendor,
    /// When it ends, where that is known: afterwards nothing is sent.
    #[serde(default)]
    pub expires_at: Option<Time>,
    /// Write the file here, readable by its owner only, instead of returning it. The name appears when the file is
    /// whole; a file that had it is replaced. A long video may need more time than a call has by default.
    #[serde(default)]
    pub path: Option<Personal>,
    /// Who is told how far the file is; only in Rust, and only with `path`.
    #[serde(skip)]
    pub progress: Option<Progress>,
}

impl Fetch {
    /// What lies at an address of a reply.
    pub fn new(vendor: Vendor, url: impl Into<Secret>) -> Fetch {
        Fetch { url: url.into(), vendor, expires_at: None, path: None, progress: None }
    }

    /// The evidence of a verdict.
    pub fn of(vendor: Vendor, evidence: &Evidence) -> Fetch {
        Fetch { expires_at: evidence.expires_at, ..Fetch::new(vendor, evidence.image_url.expose()) }
    }

    /// The same, into a file.
    #[must_use]
    pub fn to(mut self, path: impl Into<Personal>) -> Fetch {
        self.path = Some(path.into());
        self
    }
}

/// What was fetched.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FetchReply {
    /// The file as it came; none when it was written to `path`.
    pub media: Option<Blob>,
    /// What it is by its own bytes, whatever the server called it: `image/jpeg`, `image/png`, `video/mp4`, …
    pub content_type: &'static str,
    /// Its length.
    pub bytes: u32,
}

/// How long each vendor keeps what it gave an address of, and what can be done when it is gone.
fn lifetime(vendor: Vendor) -> &'static str {
    match vendor {
        Vendor::Juhe => "the address lives 10 minutes: juhe.faceid.search gives a new one",
        Vendor::Jumdata => "the address lives as long as its token, 10 minutes, and there is no other",
        Vendor::Baidu => "images are kept for 3 days, recordings for 1 day",
    }
}

impl Operation for Fetch {
    const META: Meta = Meta {
        id: "evidence.fetch",
        doc: "Fetches a face image, an ID-card image or a video from where the vendor keeps it.",
        place: Place::Remote,
    };
    type Response = FetchReply;

    async fn run(self, io: Io) -> Result<FetchReply> {
        let io = io.saving(self.save()?);
        io.call(self.vendor, Money::Free, |context| self.request(context), |answer| self.read(answer)).await
    }
}

impl Fetch {
    fn save(&self) -> Result<Option<Save>> {
        let Some(path) = &self.path else { return Ok(None) };
        let path = PathBuf::from(path.expose());
        if path.file_name().is_none() {
            return Err(Error::invalid_argument("/path", "this does not name a file"));
        }
        let admits = |head: &[u8]| media::content_type(head).is_some();
        Ok(Some(Save { path, admits, progress: self.progress.clone() }))
    }

    fn request(&self, context: &dyn Context) -> Result<http::Request<Bytes>> {
        if self.url.is_empty() {
            return Err(Error::invalid_argument("/url", "this must not be empty"));
        }
        let uri = origin::checked(self.url.expose(), self.vendor, context)?;
        if self.expires_at.is_some_and(|end| context.now() >= end) {
            return Err(Error::invalid_argument("/expires_at", "expired: the address has ended; nothing was sent")
                .with_vendor(self.vendor)
                .with_hint(lifetime(self.vendor)));
        }
        http::Request::get(uri)
            .body(Bytes::new())
            .map_err(|_| Error::invalid_argument("/url", "this is not an address"))
    }

    /// The server's own words are not passed on: they may quote the address.
    fn read(&self, answer: &http::Response<Bytes>) -> Result<(FetchReply, Billed)> {
        let status = answer.status();
        let failed = |kind, text: &str| Error::new(kind, format!("{text} (HTTP {})", status.as_u16()));
        match status.as_u16() {
            200 => {}
            401 | 403 | 404 | 410 => {
                return Err(failed(Kind::Vendor, "the vendor does not give this file, or no longer")
                    .with_hint(lifetime(self.vendor)));
            }
            429 => {
                let mut error = failed(Kind::RateLimited, "the vendor's server asks to wait");
                (error.repeat, error.retryable) = (Repeat::FREE, true);
                return Err(error);
            }
            300..=399 => return Err(failed(Kind::Vendor, "the vendor's server redirects; not followed")),
            500..=599 => {
                let mut error = failed(Kind::Vendor, "the vendor's server failed");
                (error.repeat, error.retryable) = (Repeat::FREE, true);
                return Err(error);
            }
            _ => return Err(failed(Kind::Vendor, "the vendor's server refused")),
        }
        let content_type = media::content_type(answer.body())
            .ok_or_else(|| Error::decode("what came is neither a picture nor a video that is known here"))?;
        let (media, bytes) = match (&self.path, answer.extensions().get::<Saved>()) {
            (None, _) => (Some(Blob::from(answer.body().clone())), answer.body().len() as u64),
            (Some(_), Some(saved)) => (None, saved.bytes),
            (Some(_), None) => return Err(Error::internal("whoever sent the request did not write the file")),
        };
        let bytes = u32::try_from(bytes).map_err(|_| Error::decode("the file is larger than 4 GiB"))?;
        Ok((FetchReply { media, content_type, bytes }, Billed::No))
    }
}

#[cfg(test)]
mod tests;
