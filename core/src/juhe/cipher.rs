//! AES as the encrypted calls want it: AES-128/ECB/PKCS5, key from the OpenId, Base64 around it.
//!
//! Document: 人脸对比加密版, 加密说明 (1), (2).

use crate::error::{Error, Result};
use crate::secret::Secret;
use aes::Aes128;
use aes::cipher::{Block, BlockCipherDecrypt, BlockCipherEncrypt, KeyInit};
use base64::prelude::{BASE64_STANDARD, Engine as _};
use md5::{Digest, Md5};
use zeroize::Zeroizing;

const BLOCK: usize = 16;

/// Lower-case hexadecimal MD5.
pub(crate) fn md5_hex(parts: &[&[u8]]) -> String {
    let mut digest = Md5::new();
    for part in parts {
        digest.update(part);
    }
    digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The key: the first 16 characters of the lower-case hexadecimal MD5 of the OpenId, as ASCII.
pub fn key(openid: &Secret) -> Secret {
    let mut hex = md5_hex(&[openid.expose().as_bytes()]);
    hex.truncate(BLOCK);
    Secret::from(hex)
}

fn aes(key: &Secret) -> Result<Aes128> {
    Aes128::new_from_slice(key.expose().as_bytes())
        .map_err(|_| Error::invalid_argument("/key", "an AES-128 key is 16 bytes: derive it from the OpenId"))
}

/// Encrypts, pads and writes as Base64 without line breaks. The ciphertext is not lower-cased.
pub fn encrypt(key: &Secret, plain: &[u8]) -> Result<String> {
    let cipher = aes(key)?;
    let padding = BLOCK - plain.len() % BLOCK;
    let mut data = Zeroizing::new(Vec::with_capacity(plain.len() + padding));
    data.extend_from_slice(plain);
    data.resize(plain.len() + padding, padding as u8);
    cipher.encrypt_blocks(Block::<Aes128>::slice_as_chunks_mut(&mut data).0);
    Ok(BASE64_STANDARD.encode(&*data))
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
