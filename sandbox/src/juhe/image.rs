//! The `image` field: Base64 text of a picture.

use base64::prelude::{BASE64_STANDARD, Engine};

/// "大小100K以内", taken as raw bytes.
const LARGEST: usize = 102_400;
/// "小于5K字节", of the picture itself, as V2's table says.
const SMALLEST: usize = 5_120;

/// A picture that could be read.
#[derive(Debug)]
pub(super) struct Image {
    bytes: Vec<u8>,
}

/// Why a picture is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Bad {
    Base64,
    TooLarge,
}

impl Image {
    /// From the text as posted; a `data:` prefix, blanks and line breaks are no Base64.
    pub(super) fn read(text: &str) -> Result<Self, Bad> {
        let bytes = BASE64_STANDARD.decode(text).map_err(|_| Bad::Base64)?;
        if bytes.len() > LARGEST { Err(Bad::TooLarge) } else { Ok(Self { bytes }) }
    }

    pub(super) fn is_jpeg(&self) -> bool {
        self.bytes.starts_with(b"\xff\xd8\xff")
    }

    /// "JPG等常用Windows平台相片格式".
    pub(super) fn is_windows_format(&self) -> bool {
        self.is_jpeg() || self.bytes.starts_with(b"\x89PNG\r\n\x1a\n") || self.bytes.starts_with(b"BM")
    }

    pub(super) fn is_small(&self) -> bool {
        self.bytes.len() < SMALLEST
    }
}

/// What a developer would like to know of a text that is no Base64.
pub(super) fn diagnosis(text: &str) -> Option<&'static str> {
    if text.starts_with("data:") {
        Some("the image begins with data:, which the document forbids")
    } else if text.contains(' ') {
        Some("the image holds blanks: was a + sent without percent-encoding?")
    } else if text.contains(['\r', '\n']) {
        Some("the image holds line breaks")
    } else if text.contains(['-', '_']) {
        Some("the image is in URL-safe Base64")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sized(length: usize) -> Result<Image, Bad> {
        let mut bytes = vec![0; length];
        bytes[..3].copy_from_slice(b"\xff\xd8\xff");
        Image::read(&BASE64_STANDARD.encode(bytes))
    }

    #[test]
    fn limits_are_of_raw_bytes() {
        assert!(sized(5_119).unwrap().is_small());
        assert!(!sized(5_120).unwrap().is_small());
        assert!(sized(102_400).is_ok());
        assert_eq!(sized(102_401).unwrap_err(), Bad::TooLarge);
    }

    #[test]
    fn only_plain_base64() {
        for text in ["data:image/jpg;base64,/9j/", "/9j /9j/", "/9j/\n", "_9j_", "/9j"] {
            assert_eq!(Image::read(text).unwrap_err(), Bad::Base64, "{text}");
        }
    }
}
