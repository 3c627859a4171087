//! What a picture file says of itself, read without decoding it.

use base64::prelude::{BASE64_STANDARD, Engine as _};
use bytes::Bytes;
use serde::Serialize;
use std::borrow::Cow;
use std::fmt;

/// The kind of a file, by its first bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "PhotoFormat"))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Format {
    /// JPEG.
    Jpeg,
    /// PNG.
    Png,
    /// WebP.
    Webp,
    /// Windows bitmap.
    Bmp,
    /// GIF.
    Gif,
    /// HEIC or HEIF, as iPhones store photos.
    Heic,
    /// AVIF.
    Avif,
    /// TIFF.
    Tiff,
    /// None of these.
    Unknown,
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Format::Jpeg => "JPEG",
            Format::Png => "PNG",
            Format::Webp => "WebP",
            Format::Bmp => "BMP",
            Format::Gif => "GIF",
            Format::Heic => "HEIC",
            Format::Avif => "AVIF",
            Format::Tiff => "TIFF",
            Format::Unknown => "no picture format that is known here",
        })
    }
}

/// What was around the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Wrapping {
    /// Nothing: these are the bytes of the file.
    None,
    /// They are Base64 text.
    Base64,
    /// They are a `data:` URL.
    DataUrl,
}

/// What a file says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Facts {
    /// By the first bytes, not by a name.
    pub format: Format,
    /// What was around the file.
    pub wrapping: Wrapping,
    /// Bytes of the file itself.
    pub bytes: u32,
    /// Characters of its Base64 text.
    pub base64_bytes: u32,
    /// Pixels across, as stored; absent where the header does not say.
    pub width: Option<u32>,
    /// Pixels down, as stored.
    pub height: Option<u32>,
    /// EXIF orientation, 1 to 8; 1 is upright, and is what no mark means.
    pub orientation: u8,
    /// Whether there are EXIF data.
    pub exif: bool,
    /// Whether the EXIF data say where the photo was taken.
    pub gps: bool,
}

impl Facts {
    /// Pixels across and down as a person sees it.
    pub fn upright(&self) -> Option<(u32, u32)> {
        let (width, height) = (self.width?, self.height?);
        Some(if self.orientation >= 5 { (height, width) } else { (width, height) })
    }
}

/// The file inside Base64 text or a `data:` URL, if that is what was given.
pub(crate) fn unwrap(bytes: &Bytes) -> (Bytes, Wrapping) {
    let text = bytes.trim_ascii();
    let (text, wrapping) = match text.get(..5).is_some_and(|start| start.eq_ignore_ascii_case(b"data:")) {
        // A comma ends the head, which is short.
        true => match text.iter().take(200).position(|byte| *byte == b',') {
            Some(comma) => (&text[comma + 1..], Wrapping::DataUrl),
            None => return (bytes.clone(), Wrapping::None),
        },
        false => (text, Wrapping::Base64),
    };
    // Pictures begin with bytes that Base64 text has not, but for a few: their first 64 tell.
    let digit = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=' | b'\r' | b'\n');
    if text.len() < 16 || !text.iter().take(64).all(digit) {
        return (bytes.clone(), Wrapping::None);
    }
    let digits: Cow<'_, [u8]> = match text.iter().any(u8::is_ascii_whitespace) {
        true => text.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect(),
        false => text.into(),
    };
    match BASE64_STANDARD.decode(&digits) {
        Ok(inner) => (inner.into(), wrapping),
        Err(_) => (bytes.clone(), Wrapping::None),
    }
}

/// Reads a file's header.
pub(crate) fn read(file: &[u8], wrapping: Wrapping) -> Facts {
    let format = format(file);
    let mut facts = Facts {
        format,
        wrapping,
        bytes: u32::try_from(file.len()).unwrap_or(u32::MAX),
        base64_bytes: u32::try_from(file.len().div_ceil(3).saturating_mul(4)).unwrap_or(u32::MAX),
        width: None,
        height: None,
        orientation: 1,
        exif: false,
        gps: false,
    };
    let found = match format {
        Format::Jpeg => jpeg(file),
        Format::Png => png(file),
        Format::Webp => webp(file),
        Format::Gif => (half(file, 6).zip(half(file, 8)), None),
        Format::Bmp => (bitmap(file), None),
        _ => (None, None),
    };
    if let Some((width, height)) = found.0 {
        (facts.width, facts.height) = (Some(width), Some(height));
    }
    if let Some(exif) = found.1 {
        facts.exif = true;
        (facts.orientation, facts.gps) = tags(exif).unwrap_or((1, false));
    }
    facts
}

fn format(file: &[u8]) -> Format {
    let brand = file.get(8..12).filter(|_| file.get(4..8) == Some(b"ftyp"));
    match file {
        [0xff, 0xd8, 0xff, ..] => Format::Jpeg,
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Format::Png,
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Format::Webp,
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Format::Gif,
        [b'B', b'M', ..] if file.len() > 26 => Format::Bmp,
        [b'I', b'I', b'*', 0, ..] | [b'M', b'M', 0, b'*', ..] => Format::Tiff,
        _ => match brand {
            Some(b"avif" | b"avis") => Format::Avif,
            Some(b"heic" | b"heix" | b"heim" | b"heis" | b"hevc" | b"hevx" | b"mif1" | b"msf1") => Format::Heic,
            _ => Format::Unknown,
        },
    }
}

type Found<'a> = (Option<(u32, u32)>, Option<&'a [u8]>);

fn half(file: &[u8], at: usize) -> Option<u32> {
    Some(u16::from_le_bytes(*file.get(at..)?.first_chunk()?).into())
}

fn bitmap(file: &[u8]) -> Option<(u32, u32)> {
    if file.get(14) == Some(&12) {
        return half(file, 18).zip(half(file, 20));
    }
    let side = |at: usize| Some(i32::from_le_bytes(*file.get(at..)?.first_chunk()?).unsigned_abs());
    side(18).zip(side(22))
}

/// A marker, its segment without the length, and what follows; none where the header is cut off or is none.
fn next_segment(data: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let [0xff, after @ ..] = data else { return None };
    let fill = after.iter().take_while(|byte| **byte == 0xff).count();
    let (marker, after) = after[fill..].split_first()?;
    if matches!(marker, 0x01 | 0xd0..=0xd9) {
        return Some((*marker, &[], after));
    }
    let length = usize::from(u16::from_be_bytes(*after.first_chunk::<2>()?));
    Some((*marker, after.get(2..length)?, after.get(length..)?))
}

fn jpeg(file: &[u8]) -> Found<'_> {
    let (mut size, mut exif) = (None, None);
    let mut rest = &file[2..];
    while let Some((marker, segment, after)) = next_segment(rest) {
        rest = after;
        match marker {
            0xc0..=0xcf if !matches!(marker, 0xc4 | 0xc8 | 0xcc) => {
                if let [_, h1, h0, w1, w0, ..] = *segment {
                    size = Some((u16::from_be_bytes([w1, w0]).into(), u16::from_be_bytes([h1, h0]).into()));
                }
            }
            0xe1 if exif.is_none() => exif = segment.strip_prefix(b"Exif\0\0"),
            0xda | 0xd9 => break,
            _ => {}
        }
    }
    (size, exif)
}

fn png(file: &[u8]) -> Found<'_> {
    let side = |at: usize| Some(u32::from_be_bytes(*file.get(at..)?.first_chunk()?));
    let (mut at, mut exif) = (8, None);
    while let Some(length) = side(at) {
        let end = at.saturating_add(8).saturating_add(length as usize);
        if file.get(at + 4..at + 8) == Some(b"eXIf") {
            exif = file.get(at + 8..end);
            break;
        }
        at = end.saturating_add(4);
    }
    (side(16).zip(side(20)), exif)
}

fn webp(file: &[u8]) -> Found<'_> {
    let (mut at, mut size, mut exif) = (12usize, None, None);
    while let Some(length) = file.get(at + 4..).and_then(|rest| rest.first_chunk()) {
        let length = u32::from_le_bytes(*length) as usize;
        let end = (at + 8).saturating_add(length).min(file.len());
        let body = &file[at + 8..end];
        match (&file[at..at + 4], body) {
            (b"VP8X", [_, _, _, _, w0, w1, w2, h0, h1, h2, ..]) => {
                let side = |a: &u8, b: &u8, c: &u8| u32::from_le_bytes([*a, *b, *c, 0]) + 1;
                size = Some((side(w0, w1, w2), side(h0, h1, h2)));
            }
            (b"VP8 ", [_, _, _, 0x9d, 0x01, 0x2a, w0, w1, h0, h1, ..]) if size.is_none() => {
                let side = |a: &u8, b: &u8| u32::from(u16::from_le_bytes([*a, *b]) & 0x3fff);
                size = Some((side(w0, w1), side(h0, h1)));
            }
            (b"VP8L", [0x2f, a, b, c, d, ..]) if size.is_none() => {
                let bits = u32::from_le_bytes([*a, *b, *c, *d]);
                size = Some(((bits & 0x3fff) + 1, (bits >> 14 & 0x3fff) + 1));
            }
            (b"EXIF", body) => exif = Some(body.strip_prefix(b"Exif\0\0").unwrap_or(body)),
            _ => {}
        }
        at = (at + 8).saturating_add(length).saturating_add(length % 2);
    }
    (size, exif)
}

/// Orientation, and whether there is a place, of EXIF data.
fn tags(exif: &[u8]) -> Option<(u8, bool)> {
    let little = exif.starts_with(b"II");
    let two = |at: usize| {
        let bytes = *exif.get(at..)?.first_chunk()?;
        Some(if little { u16::from_le_bytes(bytes) } else { u16::from_be_bytes(bytes) })
    };
    let four = |at: usize| {
        let bytes = *exif.get(at..)?.first_chunk()?;
        Some(if little { u32::from_le_bytes(bytes) } else { u32::from_be_bytes(bytes) } as usize)
    };
    let start = four(4)?;
    let (mut orientation, mut gps) = (1, false);
    for entry in 0..usize::from(two(start)?) {
        let at = start.checked_add(2 + entry * 12)?;
        // A directory that is cut off says what it still says.
        let Some(tag) = two(at) else { break };
        match tag {
            0x0112 => orientation = two(at + 8).filter(|value| (1..=8).contains(value)).unwrap_or(1) as u8,
            // A directory of nothing is no place.
            0x8825 => gps = four(at + 8).and_then(two).is_some_and(|entries| entries > 0),
            _ => {}
        }
    }
    Some((orientation, gps))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROTATED: &[u8] = include_bytes!("../../../tests/photos/phone-rotated.jpg");
    const PORTRAIT: &[u8] = include_bytes!("../../../tests/photos/portrait.jpg");

    fn facts(file: &[u8]) -> Facts {
        let (file, wrapping) = unwrap(&Bytes::copy_from_slice(file));
        read(&file, wrapping)
    }

    #[test]
    fn photos_are_known() {
        let rotated = facts(ROTATED);
        assert_eq!((rotated.format, rotated.width, rotated.height), (Format::Jpeg, Some(4032), Some(3024)));
        assert_eq!((rotated.orientation, rotated.upright()), (6, Some((3024, 4032))));
        assert!(rotated.exif && !rotated.gps);
        let portrait = facts(PORTRAIT);
        assert_eq!((portrait.bytes, portrait.base64_bytes), (74962, 99952));
        assert_eq!((portrait.upright(), portrait.exif), (Some((512, 512)), false));
    }

    #[test]
    fn wrappings_are_taken_off() {
        let text = BASE64_STANDARD.encode(PORTRAIT);
        let lines: Vec<_> = text.as_bytes().chunks(76).map(|line| std::str::from_utf8(line).unwrap()).collect();
        let url = format!("data:image/jpeg;base64,{text}");
        for (given, expected) in [
            (text.clone(), Wrapping::Base64),
            (lines.join("\r\n"), Wrapping::Base64),
            (format!("{text}\n"), Wrapping::Base64),
            (url, Wrapping::DataUrl),
        ] {
            let found = facts(given.as_bytes());
            assert_eq!((found.wrapping, found.bytes, found.format), (expected, 74962, Format::Jpeg));
        }
        assert_eq!(facts(b"data:nothing at all").wrapping, Wrapping::None);
        assert_eq!(facts(b"").format, Format::Unknown);
    }

    #[test]
    fn other_formats_are_named() {
        let gif = [&b"GIF89a"[..], &[3, 0, 2, 0], &[0; 20]].concat();
        let bmp = [&b"BM"[..], &[0; 12], &[40, 0, 0, 0, 3, 0, 0, 0, 0xfe, 0xff, 0xff, 0xff, 0]].concat();
        let heic = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic";
        let lossless = [&b"RIFF\x1a\0\0\0WEBPVP8L\x0d\0\0\0"[..], &[0x2f, 2, 0x40, 0, 0, 0, 0, 0]].concat();
        let vp8x = [&b"RIFF\x1a\0\0\0WEBPVP8X\x0a\0\0\0"[..], &[0, 0, 0, 0, 2, 0, 0, 1, 0, 0]].concat();
        for (file, format, size) in [
            (&gif[..], Format::Gif, Some((3, 2))),
            (&bmp, Format::Bmp, Some((3, 2))),
            (heic, Format::Heic, None),
            (&lossless, Format::Webp, Some((3, 2))),
            (&vp8x, Format::Webp, Some((3, 2))),
        ] {
            let found = facts(file);
            assert_eq!((found.format, found.upright()), (format, size));
        }
    }

    #[test]
    fn a_place_is_found_in_either_byte_order() {
        let little = [&b"II*\0\x08\0\0\0\x02\0"[..], &[0x12, 1, 3, 0, 1, 0, 0, 0, 8, 0, 0, 0]].concat();
        let little = [&little[..], &[0x25, 0x88, 4, 0, 1, 0, 0, 0, 34, 0, 0, 0, 4, 0]].concat();
        assert_eq!(tags(&little), Some((8, true)));
        let big = [&b"MM\0*\0\0\0\x08\0\x01"[..], &[1, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0]].concat();
        assert_eq!(tags(&big), Some((6, false)));
        for end in 0..little.len() {
            tags(&little[..end]);
        }
        assert_eq!(tags(b"II*\0\xff\xff\xff\xff"), None);
    }

    #[test]
    fn no_header_makes_it_panic() {
        for file in [ROTATED, PORTRAIT] {
            for end in (0..700).chain((700..file.len()).step_by(997)) {
                facts(&file[..end]);
            }
        }
    }
}
