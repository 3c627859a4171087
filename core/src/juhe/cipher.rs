//! AES as the encrypted calls want it: AES-128/ECB/PKCS5, key from the OpenId, Base64 around it.
//!
//! Document: 人脸对比加密版, 加密说明 (1), (2).

use crate::digest::hex;
use crate::error::{Error, Result};
use crate::operation::{Io, Meta, Operation, Place};
use crate::secret::{Personal, Secret};
use crate::wire::{self, Blob};
use aes::Aes128;
use aes::cipher::{Block, BlockCipherDecrypt, BlockCipherEncrypt, KeyInit};
use base64::prelude::{BASE64_STANDARD, Engine as _};
use md5::{Digest, Md5};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

const BLOCK: usize = 16;

/// Lower-case hexadecimal MD5.
pub(crate) fn md5_hex(parts: &[&[u8]]) -> String {
    let mut digest = Md5::new();
    for part in parts {
        digest.update(part);
    }
    hex(&digest.finalize())
}

/// The key: the first 16 characters of the lower-case hexadecimal MD5 of the OpenId, as ASCII.
pub fn key(openid: &Secret) -> Secret {
    let mut hex = md5_hex(&[openid.expose().as_bytes()]);
    hex.truncate(BLOCK);
    Secret::from(hex)
}

/// The cipher of a key.
pub(super) fn aes(key: &Secret) -> Result<Aes128> {
    Aes128::new_from_slice(key.expose().as_bytes())
        .map_err(|_| Error::invalid_argument("/key", "an AES-128 key is 16 bytes: derive it from the OpenId"))
}

/// Encrypts, pads and writes as Base64 without line breaks. The ciphertext is not lower-cased.
pub fn encrypt(key: &Secret, plain: &[u8]) -> Result<String> {
    Ok(BASE64_STANDARD.encode(seal(&aes(key)?, plain)))
}

/// Encrypts and pads.
pub(super) fn seal(cipher: &Aes128, plain: &[u8]) -> Vec<u8> {
    let padding = BLOCK - plain.len() % BLOCK;
    let mut data = Vec::with_capacity(plain.len() + padding);
    data.extend_from_slice(plain);
    data.resize(plain.len() + padding, padding as u8);
    // In place: no clear text stays behind.
    cipher.encrypt_blocks(Block::<Aes128>::slice_as_chunks_mut(&mut data).0);
    data
}

/// Reads Base64 (quotes and white space around and inside are forgiven) and decrypts.
pub fn decrypt(key: &Secret, text: &str) -> Result<Zeroizing<Vec<u8>>> {
    let unreadable = || Error::decode("this does not decrypt").with_hint("wrong OpenId?");
    let cipher = aes(key)?;
    let digits: Vec<u8> = text.bytes().filter(|byte| !byte.is_ascii_whitespace() && *byte != b'"').collect();
    let mut data = Zeroizing::new(BASE64_STANDARD.decode(digits).map_err(|_| unreadable())?);
    if data.is_empty() || data.len() % BLOCK != 0 {
        return Err(unreadable());
    }
    cipher.decrypt_blocks(Block::<Aes128>::slice_as_chunks_mut(&mut data).0);
    let padding = usize::from(*data.last().ok_or_else(unreadable)?);
    let end = data.len() - padding.clamp(1, BLOCK);
    if padding == 0 || padding > BLOCK || data[end..].iter().any(|byte| usize::from(*byte) != padding) {
        return Err(unreadable());
    }
    data.truncate(end);
    Ok(data)
}

/// The key that was given, or derived from the OpenId that was given, or from the account's.
fn choose(given: Option<Secret>, openid: Option<Secret>, io: &Io) -> Result<Secret> {
    match (given, openid) {
        (Some(_), Some(_)) => Err(Error::invalid_argument("/key", "give the key or the OpenId, not both")),
        (Some(given), None) => Ok(given),
        (None, Some(openid)) if openid.is_empty() => Err(Error::invalid_argument("/openid", "this must not be empty")),
        (None, Some(openid)) => Ok(key(&openid)),
        (None, None) => Ok(key(io.accounts().juhe()?.openid()?)),
    }
}

/// Derives the AES key of an OpenId: the first 16 characters of its lower-case hexadecimal MD5.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Key {
    /// 个人中心 → 账号管理 → 基本信息. Default: the account's.
    #[serde(default)]
    pub openid: Option<Secret>,
}

/// An AES key.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct KeyReply {
    /// 16 ASCII characters that are the 16 bytes of the key.
    #[serde(serialize_with = "wire::clear")]
    pub key: Secret,
}

impl Operation for Key {
    const META: Meta = Meta { id: "juhe.cipher.key", doc: "Derives the AES key of an OpenId.", place: Place::Local };
    type Response = KeyReply;

    async fn run(self, io: Io) -> Result<KeyReply> {
        Ok(KeyReply { key: choose(None, self.openid, &io)? })
    }
}

/// Encrypts a field as the encrypted calls want it (they do it themselves: give them clear data).
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Encrypt {
    /// The AES key, 16 characters. Default: from the OpenId.
    #[serde(default)]
    pub key: Option<Secret>,
    /// The OpenId. Default: the account's.
    #[serde(default)]
    pub openid: Option<Secret>,
    /// The plaintext; of a photo, its Base64 text.
    #[serde(default)]
    pub text: Option<Personal>,
    /// The plaintext as bytes, instead of `text`.
    #[serde(default)]
    pub bytes: Option<Blob>,
}

/// A ciphertext.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct EncryptReply {
    /// Base64 without line breaks; not yet form-encoded (`+`, `/` and `=` must be escaped once).
    pub text: String,
}

impl Operation for Encrypt {
    const META: Meta =
        Meta { id: "juhe.cipher.encrypt", doc: "Encrypts a field: AES-128/ECB/PKCS5, Base64.", place: Place::Local };
    type Response = EncryptReply;

    async fn run(self, io: Io) -> Result<EncryptReply> {
        let plain = match (&self.text, &self.bytes) {
            (Some(text), None) => text.expose().as_bytes(),
            (None, Some(bytes)) => bytes,
            _ => return Err(Error::invalid_argument("/text", "give text or bytes, one of them")),
        };
        let key = choose(self.key, self.openid, &io)?;
        Ok(EncryptReply { text: encrypt(&key, plain)? })
    }
}

/// Decrypts a field, or the answer of an encrypted call.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Decrypt {
    /// The AES key, 16 characters. Default: from the OpenId.
    #[serde(default)]
    pub key: Option<Secret>,
    /// The OpenId. Default: the account's.
    #[serde(default)]
    pub openid: Option<Secret>,
    /// The ciphertext as Base64, not form-encoded. Quotes and white space are forgiven.
    pub text: String,
}

/// A plaintext.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DecryptReply {
    /// The plaintext, where it is UTF-8.
    #[serde(serialize_with = "wire::clear")]
    pub text: Option<Personal>,
    /// The plaintext's bytes.
    pub bytes: Blob,
}

impl Operation for Decrypt {
    const META: Meta = Meta {
        id: "juhe.cipher.decrypt",
        doc: "Decrypts a field or an answer: Base64, AES-128/ECB/PKCS5.",
        place: Place::Local,
    };
    type Response = DecryptReply;

    async fn run(self, io: Io) -> Result<DecryptReply> {
        let key = choose(self.key, self.openid, &io)?;
        let plain = decrypt(&key, &self.text)?;
        Ok(DecryptReply {
            text: std::str::from_utf8(&plain).ok().map(Personal::from),
            bytes: Blob::from(plain.to_vec()),
        })
    }
}

#[cfg(test)]
mod tests;
