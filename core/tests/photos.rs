//! Photos as they come: with GPS in them, cut off, or with a bit that fell over on the way.

use shiren::check::Severity;
use shiren::photo::fit::{Fit, FitReply};
use shiren::photo::inspect::{Inspect, InspectReply};
use shiren::{Blob, Error, local};
use std::time::{Duration, Instant};

const PORTRAIT: &[u8] = include_bytes!("../../tests/photos/portrait.jpg");
const SMALL: [(&str, &[u8]); 4] = [
    ("progressive JPEG", include_bytes!("../../tests/photos/small/progressive.jpg")),
    ("PNG", include_bytes!("../../tests/photos/small/palette.png")),
    ("WebP with loss", include_bytes!("../../tests/photos/small/lossy.webp")),
    ("WebP without loss", include_bytes!("../../tests/photos/small/lossless.webp")),
];

fn fit(file: impl Into<Blob>) -> Result<FitReply, Error> {
    local(Fit { image: file.into(), ..Fit::default() })
}

fn inspect(file: impl Into<Blob>) -> InspectReply {
    local(Inspect { image: file.into(), ..Inspect::default() }).expect("facts")
}

/// A TIFF directory: entries of tag, type, count and value, in the byte order of the function.
type Number = fn(u32, usize) -> Vec<u8>;

fn big(value: u32, bytes: usize) -> Vec<u8> {
    value.to_be_bytes()[4 - bytes..].to_vec()
}

fn little(value: u32, bytes: usize) -> Vec<u8> {
    value.to_le_bytes()[..bytes].to_vec()
}

/// EXIF as a phone writes it: orientation 6, a maker, and 39° 54' 27" N, 116° 23' 50" E.
fn exif(number: Number) -> Vec<u8> {
    let short = |value| [number(value, 2), vec![0; 2]].concat();
    let entry = |tag, kind, count, value: Vec<u8>| [number(tag, 2), number(kind, 2), number(count, 4), value].concat();
    let order = if number(1, 2) == [0, 1] { *b"MM" } else { *b"II" };
    // The first directory ends at 8 + 2 + 3 * 12 + 4, the second has 4 entries; the texts and fractions follow.
    let (gps, after) = (50, 50 + 2 + 4 * 12 + 4);
    let fractions = |degrees, minutes, seconds| {
        [degrees, 1, minutes, 1, seconds, 1].into_iter().flat_map(|part| number(part, 4)).collect::<Vec<u8>>()
    };
    let tiff = [
        order.to_vec(),
        number(42, 2),
        number(8, 4),
        number(3, 2),
        entry(0x010f, 2, 7, number(after + 48, 4)),
        entry(0x0112, 3, 1, short(6)),
        entry(0x8825, 4, 1, number(gps, 4)),
        number(0, 4),
        number(4, 2),
        entry(1, 2, 2, b"N\0\0\0".to_vec()),
        entry(2, 5, 3, number(after, 4)),
        entry(3, 2, 2, b"E\0\0\0".to_vec()),
        entry(4, 5, 3, number(after + 24, 4)),
        number(0, 4),
        fractions(39, 54, 27),
        fractions(116, 23, 50),
        b"CANARY\0".to_vec(),
    ];
    [b"Exif\0\0".to_vec(), tiff.concat()].concat()
}

/// The same JPEG with this segment right after its first two bytes.
fn with_segment(jpeg: &[u8], marker: u8, content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len() + 2).expect("a segment").to_be_bytes();
    [&jpeg[..2], &[0xff, marker], &length, content, &jpeg[2..]].concat()
}

/// The markers of a JPEG's segments, up to the picture itself.
fn markers(jpeg: &[u8]) -> Vec<u8> {
    let (mut at, mut found) = (2, Vec::new());
    while jpeg[at] == 0xff && jpeg[at + 1] != 0xda {
        found.push(jpeg[at + 1]);
        at += 2 + usize::from(u16::from_be_bytes([jpeg[at + 2], jpeg[at + 3]]));
    }
    found
}

#[test]
fn where_it_was_taken_is_warned_of_and_left_out() {
    for number in [big as Number, little] {
        let file = with_segment(&with_segment(PORTRAIT, 0xfe, b"CANARY"), 0xe1, &exif(number));
        let looked = inspect(file.clone());
        assert!(looked.facts.gps && looked.facts.exif && looked.facts.orientation == 6, "{:?}", looked.facts);
        let warned: Vec<_> = looked.findings.iter().filter(|found| found.rule == "gps").collect();
        assert!(!warned.is_empty() && warned.iter().all(|found| found.severity == Severity::Warn), "{warned:?}");

        let image = fit(file).expect("a photo").image;
        let facts = inspect(image.clone()).facts;
        assert!(!facts.gps && !facts.exif && facts.orientation == 1, "{facts:?}");
        for gone in [&b"CANARY"[..], b"Exif", &exif(number)[20..]] {
            assert!(!image.windows(gone.len()).any(|bytes| bytes == gone), "something of it is left");
        }
        let allowed = |marker: &u8| matches!(marker, 0xe0 | 0xdb | 0xc0 | 0xc4 | 0xdd);
        assert!(markers(&image).iter().all(allowed), "{:x?}", markers(&image));
    }
    assert!(!inspect(PORTRAIT).facts.gps);
}

/// What must hold of any bytes: an answer in time, and an error that names the field.
fn survives(name: &str, at: usize, file: Vec<u8>) -> Result<FitReply, Error> {
    let began = Instant::now();
    let facts = inspect(file.clone()).facts;
    let fitted = fit(file);
    assert!(began.elapsed() < Duration::from_secs(20), "{name} {at}: {:?}", began.elapsed());
    match &fitted {
        Ok(reply) => assert!(reply.bytes as usize == reply.image.len() && reply.bytes <= 20_000, "{name} {at}"),
        Err(error) => assert_eq!(error.field.as_deref(), Some("/image"), "{name} {at}: {error} {facts:?}"),
    }
    fitted
}

#[test]
fn what_was_cut_off_is_an_error() {
    for (name, file) in SMALL {
        assert!(fit(file).is_ok(), "{name}");
        // The last bytes of a PNG and of a WebP hold no pixels.
        let end = file.len() - 16;
        for at in (1..end).step_by(1 + end / 150).chain([end]) {
            assert!(survives(name, at, file[..at].to_vec()).is_err(), "{name}: {at} of {} bytes", file.len());
        }
    }
}

#[test]
fn whatever_a_flipped_bit_makes_of_it_it_ends_well() {
    for (name, file) in SMALL {
        let (mut good, mut bad) = (0, 0);
        // Every bit of the beginning, where the sizes stand, and some of the rest.
        let head = (0..48).flat_map(|at| (0..8).map(move |bit| (at, bit)));
        let rest = (48..file.len()).step_by(1 + file.len() / 120).map(|at| (at, at % 8));
        for (at, bit) in head.chain(rest) {
            let mut file = file.to_vec();
            file[at] ^= 1 << bit;
            match survives(name, at, file) {
                Ok(_) => good += 1,
                Err(_) => bad += 1,
            }
        }
        assert!(good + bad > 450 && bad > 20, "{name}: {good} pictures, {bad} errors");
    }
}

#[test]
fn a_small_file_cannot_ask_for_much_memory() {
    let (_, jpeg) = SMALL[0];
    let frame = jpeg.windows(2).position(|two| two == [0xff, 0xc2]).expect("a progressive frame");
    let (_, png) = SMALL[1];
    // A WebP of one colour, 38 bytes whatever its size: 14 bits of width, 14 of height, each less one.
    let webp = b"RIFF\x1e\0\0\0WEBPVP8L\x11\0\0\0\x2f\x0e\xe7\xc3\x09\x07\x50\xc1\xe2\x95\xb1\xff\x81\x88\xe8\x7f\0\0";
    let sized = |width: u32, height: u32| {
        let mut one = jpeg.to_vec();
        one[frame + 5..frame + 7].copy_from_slice(&big(height, 2));
        one[frame + 7..frame + 9].copy_from_slice(&big(width, 2));
        let mut two = png.to_vec();
        two[16..20].copy_from_slice(&big(width, 4));
        two[20..24].copy_from_slice(&big(height, 4));
        let sum = crc(&two[12..29]);
        two[29..33].copy_from_slice(&big(sum, 4));
        let mut three = webp.to_vec();
        let bits = (width - 1) & 0x3fff | ((height - 1) & 0x3fff) << 14;
        three[21..25].copy_from_slice(&little(bits, 4));
        [("progressive JPEG", one), ("PNG", two), ("WebP", three)]
    };
    assert_eq!(fit(sized(300, 200)[2].1.clone()).map(|reply| (reply.width, reply.height)).ok(), Some((300, 200)));
    // Within the 100 megapixels of a JPEG that is decoded row by row; and as many as can be written down.
    for (width, height) in [(10_000, 9_999), (16_383, 6_000), (16_384, 16_384)] {
        for (at, (name, file)) in sized(width, height).into_iter().enumerate() {
            let before = memory("VmRSS:");
            let error = survives(name, at, file).expect_err("it is too large");
            assert!(error.message.contains("too many"), "{name}: {error}");
            let more = memory("VmHWM:").saturating_sub(before);
            assert!(more < 64 << 20, "{name}: {more} bytes");
        }
    }
}

/// PNG's checksum.
fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0_u32, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| if sum & 1 == 1 { sum >> 1 ^ 0xedb8_8320 } else { sum >> 1 })
    })
}

/// A line of this process' status, in bytes.
fn memory(line: &str) -> u64 {
    let text = std::fs::read_to_string("/proc/self/status").expect("Linux");
    let value = text.lines().find_map(|text| text.strip_prefix(line)).expect("a line");
    value.trim().split(' ').next().and_then(|text| text.parse::<u64>().ok()).expect("a number") << 10
}
