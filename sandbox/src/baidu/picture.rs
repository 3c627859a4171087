//! The picture of `uploadMatchImage`.

use base64::prelude::{BASE64_STANDARD, Engine};

/// 编码后的图片大小不超过10M.
const LARGEST: usize = 10 << 20;

/// What is wrong with a picture, as code and diagnosis.
pub(super) fn check(text: &str) -> Result<(), (i64, &'static str)> {
    if text.len() > LARGEST {
        return Err((216202, "the Base64 text is larger than 10 MB"));
    }
    let Ok(bytes) = BASE64_STANDARD.decode(text) else {
        return Err(match text.starts_with("data:") {
            true => (216201, "the image begins with data:"),
            false => (216201, "the image is no Base64"),
        });
    };
    let Some((width, height)) = size(&bytes) else {
        return Err((216201, "the image is neither JPEG nor PNG nor BMP"));
    };
    // 图片分辨率小于1920*1080, taken for either orientation.
    if width.max(height) >= 1920 || width.min(height) >= 1080 {
        return Err((216202, "the image is not smaller than 1920x1080"));
    }
    Ok(())
}

/// Width and height in pixels.
fn size(bytes: &[u8]) -> Option<(u32, u32)> {
    let big = |at: usize| Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?));
    let little = |at: usize| Some(i32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?).unsigned_abs());
    if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        Some((big(16)?, big(20)?))
    } else if bytes.starts_with(b"BM") {
        Some((little(18)?, little(22)?))
    } else if bytes.starts_with(b"\xff\xd8\xff") {
        jpeg_size(bytes)
    } else {
        None
    }
}

/// From the frame header, the only segment that holds it.
fn jpeg_size(bytes: &[u8]) -> Option<(u32, u32)> {
    let short = |at: usize| Some(u32::from(u16::from_be_bytes(bytes.get(at..at + 2)?.try_into().ok()?)));
    let mut at = 2;
    loop {
        if *bytes.get(at)? != 0xff {
            return None;
        }
        match *bytes.get(at + 1)? {
            0xff => at += 1,
            // Markers without a segment.
            0x01 | 0xd0..=0xd8 => at += 2,
            // C4, C8 and CC are tables, not frames.
            0xc4 | 0xc8 | 0xcc => at += 2 + short(at + 2)? as usize,
            0xc0..=0xcf => return Some((short(at + 7)?, short(at + 5)?)),
            _ => at += 2 + short(at + 2)? as usize,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn png(width: u32, height: u32) -> String {
        let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
        bytes.extend(width.to_be_bytes());
        bytes.extend(height.to_be_bytes());
        BASE64_STANDARD.encode(bytes)
    }

    #[test]
    fn sizes() {
        assert_eq!(size(crate::portrait::JPEG), Some((512, 512)));
        assert_eq!(check(&png(1919, 1079)), Ok(()));
        assert_eq!(check(&png(1079, 1919)), Ok(()));
        for (width, height) in [(1920, 100), (100, 1920), (1080, 1080), (1919, 1080)] {
            assert_eq!(check(&png(width, height)).unwrap_err().0, 216202, "{width}x{height}");
        }
    }

    #[test]
    fn nonsense() {
        for text in ["data:image/jpeg;base64,/9j/", "!", "/9j/", "AAAA", ""] {
            assert_eq!(check(text).unwrap_err().0, 216201, "{text}");
        }
        assert_eq!(check(&"A".repeat(LARGEST + 4)).unwrap_err().0, 216202);
        // Not even half of a JPEG makes it panic.
        for end in 0..400 {
            size(&crate::portrait::JPEG[..end]);
        }
    }
}
