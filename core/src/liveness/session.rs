//! What lies between start and finish: safe to store, because it holds no personal data and cannot be altered.

use crate::digest::{hex, hmac_sha256};
use crate::error::{Error, Result};
use crate::operation::Io;
use crate::secret::{Secret, same};
use crate::subject::Subject;
use crate::time::Time;
use crate::verdict::Vendor;
use crate::wire;
use serde::{Deserialize, Serialize};

pub use crate::baidu::Expect;

/// A session that began. Store it with the user it belongs to; give it to `liveness.finish`.
///
/// It holds no name and no ID number. It does hold the vendor's token, so treat it as a secret. It is sealed with the
/// account's key: a session that was altered, or made by somebody else, is refused by `liveness.finish`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Session {
    /// Whose page it is.
    pub vendor: Vendor,
    /// Where to send the person, as a redirect or as a QR code.
    #[serde(serialize_with = "wire::clear")]
    pub page_url: Secret,
    /// The vendor's handle: Juhe's `jh_order_id`, Jumdata's `token`, Baidu's `verify_token`.
    #[serde(serialize_with = "wire::clear")]
    pub reference: Secret,
    /// Juhe's `orderId`: the caller's own number, given or made.
    pub order_id: Option<String>,
    /// The moment before the session was asked for.
    pub started_at: Time,
    /// When the page (Jumdata: also the result) ends.
    pub expires_at: Time,
    /// What a pass has to prove.
    pub expect: Expect,
    /// A keyed digest of the subject: says whether it is the same person, and not who.
    pub subject_digest: Option<String>,
    /// A keyed digest of all the above.
    pub seal: String,
}

impl Session {
    /// The same session with its seal.
    pub(super) fn sealed(mut self, io: &Io) -> Result<Session> {
        self.seal = self.digest(io)?;
        Ok(self)
    }

    /// Refuses a session that this account did not begin, or that was altered since.
    pub(super) fn check(&self, io: &Io) -> Result<()> {
        if same(&self.digest(io)?, &self.seal) {
            return Ok(());
        }
        let error = Error::signature("this session was altered, or begun with another account");
        Err(error.with_hint("finish a session with the same account and exactly as liveness.start gave it"))
    }

    fn digest(&self, io: &Io) -> Result<String> {
        let Session { vendor, page_url, reference, order_id, started_at, expires_at, expect, subject_digest, seal: _ } =
            self;
        let fields = (
            (vendor, page_url.expose(), reference.expose(), order_id),
            (started_at, expires_at, expect, subject_digest),
        );
        let text = serde_json::to_vec(&fields).map_err(|_| Error::internal("a session could not be written"))?;
        keyed(io, *vendor, &[b"session", &text])
    }
}

/// The digest of a subject in sessions of this vendor's account.
pub(super) fn subject_digest(io: &Io, vendor: Vendor, subject: &Subject) -> Result<String> {
    keyed(io, vendor, &[b"subject", subject.name.expose().as_bytes(), subject.id_number.expose().as_bytes()])
}

fn keyed(io: &Io, vendor: Vendor, parts: &[&[u8]]) -> Result<String> {
    let accounts = io.accounts();
    let key = match vendor {
        Vendor::Juhe => &accounts.juhe()?.key,
        Vendor::Jumdata => accounts.jumdata()?.gateway.secret(),
        Vendor::Baidu => accounts.baidu()?.secret(),
    };
    // Anybody could make the seal of an empty key.
    if key.is_empty() {
        return Err(Error::configuration(format!("the {vendor} account has no secret to seal a session with")));
    }
    // Each part behind its length, so that no two lists of parts are the same bytes.
    let lengths: Vec<[u8; 8]> = parts.iter().map(|part| (part.len() as u64).to_be_bytes()).collect();
    let framed: Vec<&[u8]> = lengths.iter().zip(parts).flat_map(|(length, part)| [&length[..], *part]).collect();
    Ok(hex(&hmac_sha256(key.expose(), &framed)))
}
