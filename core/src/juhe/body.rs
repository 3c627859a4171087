//! The form that goes out, written in one pass: photo → Base64 → AES → Base64 → form.
//!
//! After Base64 only `+`, `/` and `=` need escaping, and escaping is what costs, not AES. So Base64 digits are written
//! already escaped, two at a time, from a table; the photo goes by in pieces that stay in the nearest cache, and the
//! only allocation is the body itself.

use super::cipher;
use aes::Aes128;
use aes::cipher::{Block, BlockCipherEncrypt};
use base64::prelude::{BASE64_STANDARD, Engine as _};
use bytes::Bytes;
use zeroize::{Zeroize, Zeroizing};

const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Two Base64 digits for twelve bits.
static PAIRS: [[u8; 2]; 4096] = pairs();

/// The same, form-escaped: up to six bytes from the lowest on, and in the highest byte how many.
static ESCAPED: [u64; 4096] = escaped();

/// Bytes of a photo at a time: a multiple of 36, which are 48 digits, which are 3 blocks.
const PIECE: usize = 36 * 32;
/// The same as Base64.
const TEXT: usize = PIECE / 3 * 4;
/// Where six bytes are written: at most 8 digits of 3 bytes, and the stores reach a little farther.
const WINDOW: usize = 40;
/// Where a piece is written: six bytes become at most 24.
const PAGE: usize = TEXT / 6 * 24 + WINDOW;

const fn pairs() -> [[u8; 2]; 4096] {
    let mut table = [[0; 2]; 4096];
    let mut bits = 0;
    while bits < 4096 {
        table[bits] = [DIGITS[bits >> 6], DIGITS[bits & 63]];
        bits += 1;
    }
    table
}

const fn escaped() -> [u64; 4096] {
    let mut table = [0; 4096];
    let mut bits = 0;
    while bits < 4096 {
        let (mut entry, mut length, mut half) = (0, 0, 0);
        while half < 2 {
            let (text, count): (u64, u64) = match DIGITS[bits >> (6 - 6 * half) & 63] {
                b'+' => (u64::from_le_bytes(*b"%2B\0\0\0\0\0"), 3),
                b'/' => (u64::from_le_bytes(*b"%2F\0\0\0\0\0"), 3),
                digit => (digit as u64, 1),
            };
            entry |= text << (8 * length);
            length += count;
            half += 1;
        }
        table[bits] = entry | length << 56;
        bits += 1;
    }
    table
}

/// The digits of Base64 with padding for so many bytes.
const fn digits(bytes: usize) -> usize {
    bytes.div_ceil(3) * 4
}

/// Room for so many digits as they usually are, one in 32 escaped, and for a person's data beside them.
const fn room(digits: usize) -> usize {
    digits + digits / 16 + digits / 64 + 1024
}

/// Appends Base64 digits, escaped. Only the last piece may be other than a multiple of three.
fn escape(bytes: &[u8], page: &mut [u8; PAGE], form: &mut Vec<u8>) {
    let (sixes, rest) = bytes.as_chunks();
    let mut at = 0;
    for &[a, b, c, d, e, f] in sixes {
        let bits = u64::from_be_bytes([0, 0, a, b, c, d, e, f]);
        let window = &mut page[at..at + WINDOW];
        let mut end = 0;
        for shift in [36, 24, 12, 0] {
            let entry = ESCAPED[(bits >> shift) as usize & 4095];
            // At most 18; the mask says so to the compiler. Of the eight bytes, the next store covers the surplus.
            let start = end & 31;
            window[start..start + 8].copy_from_slice(&entry.to_le_bytes());
            end += (entry >> 56) as usize;
        }
        at += end;
    }
    form.extend_from_slice(&page[..at]);
    for digit in BASE64_STANDARD.encode(rest).bytes() {
        match digit {
            b'+' => form.extend_from_slice(b"%2B"),
            b'/' => form.extend_from_slice(b"%2F"),
            b'=' => form.extend_from_slice(b"%3D"),
            digit => form.push(digit),
        }
    }
}

/// Writes Base64 digits.
fn encode(piece: &[u8; PIECE], text: &mut [u8; TEXT]) {
    for (&[a, b, c, d, e, f], eight) in piece.as_chunks().0.iter().zip(text.as_chunks_mut::<8>().0) {
        let bits = u64::from_be_bytes([0, 0, a, b, c, d, e, f]);
        let [first, second, third, fourth] = [36, 24, 12, 0].map(|shift| PAIRS[(bits >> shift) as usize & 4095]);
        *eight = [first[0], first[1], second[0], second[1], third[0], third[1], fourth[0], fourth[1]];
    }
}

/// A form in the making.
pub(crate) struct Form(Vec<u8>);

impl Form {
    /// A form of short texts.
    pub(crate) fn of(fields: &[(&str, &str)]) -> Form {
        let room = fields.iter().map(|(name, value)| name.len() + value.len() + value.len() / 8 + 2).sum();
        fields.iter().fold(Form(Vec::with_capacity(room)), |form, (name, value)| form.text(name, value))
    }

    /// A form with room for this photo beside a person's data, so that it need not grow.
    pub(crate) fn with_photo(bytes: usize) -> Form {
        Form(Vec::with_capacity(room(digits(bytes))))
    }

    /// A form with room for this photo encrypted.
    pub(crate) fn with_sealed_photo(bytes: usize) -> Form {
        Form(Vec::with_capacity(room(digits(digits(bytes) + 16))))
    }

    /// A text.
    pub(crate) fn text(mut self, name: &str, value: &str) -> Form {
        self.name(name);
        for part in form_urlencoded::byte_serialize(value.as_bytes()) {
            self.0.extend_from_slice(part.as_bytes());
        }
        self
    }

    /// A text, encrypted.
    pub(crate) fn sealed_text(self, name: &str, value: &str, aes: &Aes128) -> Form {
        self.text(name, &BASE64_STANDARD.encode(cipher::seal(aes, value.as_bytes())))
    }

    /// A photo as Base64.
    pub(crate) fn photo(mut self, name: &str, photo: &[u8]) -> Form {
        self.name(name);
        let mut page = [0; PAGE];
        for piece in photo.chunks(PIECE) {
            escape(piece, &mut page, &mut self.0);
        }
        page.zeroize();
        self
    }

    /// A photo as its Base64 text encrypted.
    pub(crate) fn sealed_photo(mut self, name: &str, photo: &[u8], aes: &Aes128) -> Form {
        self.name(name);
        let (mut text, mut page) = ([0; TEXT], [0; PAGE]);
        let (pieces, rest) = photo.as_chunks();
        for piece in pieces {
            encode(piece, &mut text);
            aes.encrypt_blocks(Block::<Aes128>::slice_as_chunks_mut(&mut text).0);
            escape(&text, &mut page, &mut self.0);
        }
        // The rest is padded, and may be a block longer than a piece.
        let rest = Zeroizing::new(BASE64_STANDARD.encode(rest));
        for piece in cipher::seal(aes, rest.as_bytes()).chunks(PIECE) {
            escape(piece, &mut page, &mut self.0);
        }
        self
    }

    /// The body.
    pub(crate) fn finish(self) -> Bytes {
        Bytes::from(self.0)
    }

    /// Names are ours, and need no escaping.
    fn name(&mut self, name: &str) {
        if !self.0.is_empty() {
            self.0.push(b'&');
        }
        self.0.extend_from_slice(name.as_bytes());
        self.0.push(b'=');
    }
}

#[cfg(test)]
mod tests;
