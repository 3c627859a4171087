//! AES-128/ECB/PKCS5 under the first 16 characters of the OpenId's MD5, as Base64: Juhe's encrypted calls.

use aes::Aes128;
use aes::cipher::{Array, BlockCipherDecrypt, BlockCipherEncrypt, KeyInit};
use base64::prelude::{BASE64_STANDARD, Engine};
use md5::{Digest, Md5};

/// An account's key.
#[derive(Clone, Debug)]
pub(crate) struct Key([u8; 16]);

impl Key {
    /// From the OpenId: MD5, lower-case hex, the first 16 characters as they stand.
    pub(crate) fn from_openid(openid: &str) -> Self {
        let mut key = [0; 16];
        key.copy_from_slice(&hex_md5(openid.as_bytes()).as_bytes()[..16]);
        Self(key)
    }

    pub(crate) fn encrypt(&self, plain: &[u8]) -> String {
        let cipher = Aes128::new(&Array::from(self.0));
        let pad = 16 - plain.len() % 16;
        let mut bytes = plain.to_vec();
        bytes.resize(plain.len() + pad, pad as u8);
        for block in bytes.chunks_exact_mut(16) {
            cipher.encrypt_block(block.try_into().expect("16 bytes"));
        }
        BASE64_STANDARD.encode(bytes)
    }

    /// None for anything that this key did not make.
    pub(crate) fn decrypt(&self, text: &str) -> Option<Vec<u8>> {
        let cipher = Aes128::new(&Array::from(self.0));
        let mut bytes = BASE64_STANDARD.decode(text).ok()?;
        if bytes.is_empty() || bytes.len() % 16 != 0 {
            return None;
        }
        for block in bytes.chunks_exact_mut(16) {
            cipher.decrypt_block(block.try_into().expect("16 bytes"));
        }
        let pad = *bytes.last()?;
        let kept = bytes.len().checked_sub(pad.into())?;
        if !(1..=16).contains(&pad) || bytes[kept..].iter().any(|byte| *byte != pad) {
            return None;
        }
        bytes.truncate(kept);
        Some(bytes)
    }
}

/// Lower-case hex MD5.
pub(crate) fn hex_md5(bytes: &[u8]) -> String {
    Md5::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Base64 of whole blocks that are no ciphertext of anybody's JSON.
pub(crate) fn garbage() -> String {
    BASE64_STANDARD.encode([0x5a; 64])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_answers() {
        // Agreed upon by four other implementations.
        let key = Key::from_openid("JH0123456789abcdef0123456789abcdef");
        assert_eq!(&key.0, b"961d7934f501820f");
        for (plain, sealed) in [
            ("", "0xfD8nyPpu3ia4birgaW7g=="),
            ("a", "D+vMslcxMSdMm5O+CAlAKg=="),
            ("1234567890123456", "pYBn6QUdAvItOpD/BSiqndMXw/J8j6bt4muG4q4Glu4="),
            ("阿卜杜拉·买买提", "+uljW8AOKeHc9gHoDelV+ymjypSnTrj3EaBuYjwbQNs="),
        ] {
            assert_eq!(key.encrypt(plain.as_bytes()), sealed);
            assert_eq!(key.decrypt(sealed).unwrap(), plain.as_bytes());
        }
    }

    #[test]
    fn every_byte_of_the_padding_counts() {
        let key = Key::from_openid("a");
        // The first block alone ends in 01 02: a length of two, but not twice 02.
        let sealed = BASE64_STANDARD.decode(key.encrypt(b"0123456789abcd\x01\x02")).unwrap();
        assert!(key.decrypt(&BASE64_STANDARD.encode(&sealed[..16])).is_none());
    }

    #[test]
    fn nonsense_is_refused() {
        let key = Key::from_openid("a");
        let other = Key::from_openid("b").encrypt("张三".as_bytes());
        for text in ["", "not base64!", "YWJj", &other, &garbage()] {
            assert!(key.decrypt(text).is_none(), "{text}");
        }
    }
}
