//! What a file is, by its first bytes: the vendors' own words about it are not believed.

/// First bytes, where they stand, and what they mean.
const SIGNS: [(usize, &[u8], &str); 12] = [
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (0, b"BM", "image/bmp"),
    (8, b"WEBP", "image/webp"),
    (8, b"AVI ", "video/x-msvideo"),
    (4, b"ftypqt  ", "video/quicktime"),
    (4, b"ftyp3gp", "video/3gpp"),
    (4, b"ftyp", "video/mp4"),
    (0, b"\x1a\x45\xdf\xa3", "video/webm"),
    (0, b"FLV\x01", "video/x-flv"),
];

/// The type of a picture or a video; none for anything else, a page with an error above all.
pub(super) fn content_type(bytes: &[u8]) -> Option<&'static str> {
    let matches = |at: usize, sign: &[u8]| bytes.get(at..).is_some_and(|rest| rest.starts_with(sign));
    let (_, _, name) = SIGNS.iter().find(|(at, sign, _)| matches(*at, sign))?;
    // WebP and AVI are RIFF files; a bitmap begins with two letters that any text may begin with.
    let whole = match *name {
        "image/webp" | "video/x-msvideo" => bytes.starts_with(b"RIFF"),
        "image/bmp" => bytes.get(6..10).is_some_and(|reserved| reserved == [0; 4]),
        _ => true,
    };
    whole.then_some(*name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_bytes_are_enough() {
        assert!(SIGNS.iter().all(|(at, sign, _)| at + sign.len() <= crate::evidence::save::HEAD));
    }

    #[test]
    fn by_the_bytes_and_nothing_else() {
        for (bytes, expected) in [
            (&b"\xff\xd8\xff\xe0"[..], Some("image/jpeg")),
            (b"\x89PNG\r\n\x1a\n\0", Some("image/png")),
            (b"GIF89a", Some("image/gif")),
            (b"BM\x10\0\0\0\0\0\0\0", Some("image/bmp")),
            (b"RIFF\0\0\0\0WEBPVP8 ", Some("image/webp")),
            (b"RIFF\0\0\0\0AVI LIST", Some("video/x-msvideo")),
            (b"\0\0\0\x18ftypmp42", Some("video/mp4")),
            (b"\0\0\0\x14ftypqt  ", Some("video/quicktime")),
            (b"\x1a\x45\xdf\xa3\x01", Some("video/webm")),
            (b"BMW is a car", None),
            (b"XXXX\0\0\0\0WEBP", None),
            (b"\xff\xd8", None),
            (b"<html>ftyp", None),
            (b"<?xml version='1.0'?><Error>", None),
            (b"", None),
        ] {
            assert_eq!(content_type(bytes), expected, "{bytes:?}");
        }
    }
}
