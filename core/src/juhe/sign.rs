//! The signature of a return: `md5(response + key)`. Document: sign值说明 of 发起认证请求.
//!
//! The key of the API is also the signing secret: sign and verify on a server, never in a browser.

use crate::error::{Error, Result};
use crate::juhe::cipher::md5_hex;
use crate::operation::{Io, Meta, Operation, Place};
use crate::secret::{Personal, Secret, same};
use serde::{Deserialize, Serialize};

/// The lower-case hexadecimal MD5 of a response followed by the key.
pub fn sign(response: &[u8], key: &Secret) -> String {
    md5_hex(&[response, key.expose().as_bytes()])
}

/// Whether `given` is the signature, in time that does not depend on where they differ. The vendor writes it in
/// lower case; upper case is taken too, as hexadecimal means the same in both.
pub fn matches(response: &[u8], given: &str, key: &Secret) -> bool {
    same(&sign(response, key), &given.to_ascii_lowercase())
}

/// The key that was given, else the account's. An empty key would let anybody sign.
pub(crate) fn key(given: Option<Secret>, io: &Io) -> Result<Secret> {
    match given {
        Some(key) if key.is_empty() => Err(Error::invalid_argument("/key", "this must not be empty")),
        Some(key) => Ok(key),
        None => match &io.accounts().juhe()?.key {
            key if key.is_empty() => Err(Error::configuration("the key of the Juhe account is empty")),
            key => Ok(key.clone()),
        },
    }
}

/// Signs a response as the vendor does: for tests and for servers that play the vendor.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Make {
    /// The exact text, not percent-encoded.
    pub response: Personal,
    /// The key of the API. Default: the account's.
    #[serde(default)]
    pub key: Option<Secret>,
}

/// A signature.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SignReply {
    /// 32 hexadecimal digits in lower case.
    pub sign: String,
}

impl Operation for Make {
    const META: Meta = Meta {
        id: "juhe.sign.make",
        doc: "Signs a response as the vendor does: md5(response + key).",
        place: Place::Local,
    };
    type Response = SignReply;

    async fn run(self, io: Io) -> Result<SignReply> {
        let key = key(self.key, &io)?;
        Ok(SignReply { sign: sign(self.response.expose().as_bytes(), &key) })
    }
}

/// Checks the signature of a response whose exact text is at hand. From a URL, `juhe.returns.verify` is the way.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Verify {
    /// The exact text after one percent-decoding; JSON that was parsed and written again is another text.
    pub response: Personal,
    /// The signature. Upper case is taken too.
    pub sign: String,
    /// The key of the API. Default: the account's.
    #[serde(default)]
    pub key: Option<Secret>,
}

/// Whether a signature is right.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ValidReply {
    /// Only `true` means anything. It proves neither freshness nor whose session it is.
    pub valid: bool,
}

impl Operation for Verify {
    const META: Meta = Meta {
        id: "juhe.sign.verify",
        doc: "Checks the signature of a response: md5(response + key).",
        place: Place::Local,
    };
    type Response = ValidReply;

    async fn run(self, io: Io) -> Result<ValidReply> {
        let key = key(self.key, &io)?;
        Ok(ValidReply { valid: matches(self.response.expose().as_bytes(), &self.sign, &key) })
    }
}
