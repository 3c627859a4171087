use super::*;
use crate::check::Severity;
use crate::harness::run;
use crate::photo::header::{Format, Wrapping};

const ROTATED: &[u8] = include_bytes!("../../../../tests/photos/phone-rotated.jpg");
const PORTRAIT: &[u8] = include_bytes!("../../../../tests/photos/portrait.jpg");

fn fitted(image: &[u8], service: Service) -> Result<FitReply> {
    run(Fit { image: Blob::from(image.to_vec()), service: Some(service), ..Fit::default() }, []).result
}

fn decoded(file: &[u8], side: usize) -> RgbImage {
    decode(file, &header::read(file, Wrapping::None), side, 100_000_000).unwrap()
}

/// Brightness.
#[derive(Clone)]
struct Samples {
    width: usize,
    height: usize,
    data: Vec<u8>,
}

fn luma(picture: &RgbImage) -> Samples {
    let light = |pixel: &image::Rgb<u8>| {
        let [r, g, b] = pixel.0.map(f64::from);
        (0.299 * r + 0.587 * g + 0.114 * b).round() as u8
    };
    Samples {
        width: picture.width() as usize,
        height: picture.height() as usize,
        data: picture.pixels().map(light).collect(),
    }
}

/// Decoded and resized, not turned.
fn scaled(file: &[u8], width: usize, height: usize) -> Samples {
    luma(&resized(&decoded(file, width.max(height)), (width, height), 1).unwrap())
}

/// Mean structural similarity of two pictures' brightness, over squares of 8×8, each 4 apart.
fn ssim(a: &Samples, b: &Samples) -> f64 {
    assert_eq!((a.width, a.height), (b.width, b.height));
    let (mut sum, mut count) = (0.0, 0.0);
    for top in (0..=a.height - 8).step_by(4) {
        for left in (0..=a.width - 8).step_by(4) {
            let (mut x, mut y, mut xx, mut yy, mut xy) = (0.0, 0.0, 0.0, 0.0, 0.0);
            for at in 0..64 {
                let place = (top + at / 8) * a.width + left + at % 8;
                let (p, q) = (f64::from(a.data[place]), f64::from(b.data[place]));
                (x, y, xx, yy, xy) = (x + p, y + q, xx + p * p, yy + q * q, xy + p * q);
            }
            let (x, y) = (x / 64.0, y / 64.0);
            let (xx, yy, xy) = (xx / 64.0 - x * x, yy / 64.0 - y * y, xy / 64.0 - x * y);
            let (c1, c2) = (6.5025, 58.5225);
            sum += (2.0 * x * y + c1) * (2.0 * xy + c2) / ((x * x + y * y + c1) * (xx + yy + c2));
            count += 1.0;
        }
    }
    sum / count
}

/// The same by somebody else's decoder, at full size, averaged exactly.
fn reference(file: &[u8], width: usize, height: usize) -> Samples {
    let mut decoder = jpeg_decoder::Decoder::new(file);
    let pixels = decoder.decode().unwrap();
    let info = decoder.info().unwrap();
    let (w, h) = (usize::from(info.width), usize::from(info.height));
    let mut data = Vec::with_capacity(width * height);
    for y in 0..height {
        for x in 0..width {
            let (x0, x1) = (x as f64 * w as f64 / width as f64, (x + 1) as f64 * w as f64 / width as f64);
            let (y0, y1) = (y as f64 * h as f64 / height as f64, (y + 1) as f64 * h as f64 / height as f64);
            let (mut sum, mut area) = (0.0, 0.0);
            for row in y0 as usize..(y1.ceil() as usize).min(h) {
                let tall = (y1.min(row as f64 + 1.0) - y0.max(row as f64)).max(0.0);
                for column in x0 as usize..(x1.ceil() as usize).min(w) {
                    let part = tall * (x1.min(column as f64 + 1.0) - x0.max(column as f64)).max(0.0);
                    let at = (row * w + column) * 3;
                    let [r, g, b] = [0, 1, 2].map(|channel| f64::from(pixels[at + channel]));
                    sum += part * (0.299 * r + 0.587 * g + 0.114 * b);
                    area += part;
                }
            }
            data.push((sum / area).round() as u8);
        }
    }
    Samples { width, height, data }
}

#[test]
fn a_phone_photo_comes_out_upright_small_and_clean() {
    let reply = fitted(ROTATED, Service::JuheVerify2).unwrap();
    let facts = header::read(&reply.image, Wrapping::None);
    // Its background is noise, the hardest thing to write in 20 KB: a little smaller is better than much coarser.
    assert!(reply.width * 4 == reply.height * 3 && (640..=800).contains(&reply.height), "{reply:?}");
    assert!((16_000..=20_000).contains(&reply.bytes) && reply.rounds <= 9, "{reply:?}");
    assert_eq!((facts.format, facts.orientation, facts.exif, facts.gps), (Format::Jpeg, 1, false, false));
    assert!(reply.findings.iter().all(|found| found.severity == Severity::Advice), "{:?}", reply.findings);
    // The portrait stands on it upright, 3024 wide from 504 down.
    let out = scaled(&reply.image, 600, 800);
    let middle: Vec<u8> = out.data[100 * 600..700 * 600].to_vec();
    let portrait = scaled(PORTRAIT, 600, 600);
    let alike = ssim(&Samples { width: 600, height: 600, data: middle }, &portrait);
    assert!(alike > 0.75, "{alike}");
}

#[test]
fn scaled_decoding_is_as_good_as_averaging() {
    assert_eq!(decoded(ROTATED, 800).dimensions(), (1008, 756), "a quarter, not all");
    let alike = ssim(&scaled(ROTATED, 800, 600), &reference(ROTATED, 800, 600));
    println!("SSIM of the scaled picture: {alike:.4}");
    assert!(alike > 0.98, "{alike}");
    let whole = ssim(&scaled(PORTRAIT, 512, 512), &reference(PORTRAIT, 512, 512));
    assert!(whole > 0.995, "{whole}");
    for side in [256, 128, 64] {
        let alike = ssim(&scaled(PORTRAIT, side, side), &reference(PORTRAIT, side, side));
        assert!(alike > 0.97, "{side}: {alike}");
    }
}

/// 100×100 pixels.
fn small(quality: u8) -> Vec<u8> {
    encoded(&resized(&decoded(PORTRAIT, 100), (100, 100), 1).unwrap(), quality).unwrap()
}

#[test]
fn small_photos_are_not_enlarged_and_told_of() {
    let file = small(90);
    let reply = fitted(&file, Service::JuheVerify2).unwrap();
    assert_eq!((reply.width, reply.height, reply.quality), (100, 100, 95));
    let rules: Vec<_> = reply.findings.iter().map(|found| found.rule).collect();
    assert!(rules.contains(&"min_face") && rules.contains(&"best_bytes"), "{rules:?}");
    assert!(reply.bytes >= 5_120 || rules.contains(&"min_bytes"));
}

#[test]
fn baidu_has_its_own_limits() {
    let reply = fitted(ROTATED, Service::BaiduUploadMatchImage).unwrap();
    assert!(reply.width < 1920 && reply.height == 1079 && reply.quality == 90, "{reply:?}");
}

#[test]
fn every_orientation_is_turned_upright() {
    // Three pixels across, two down: what EXIF says of row 0 and column 0.
    let stored = |orientation| {
        let picture = RgbImage::from_raw(3, 2, (1..=6u8).flat_map(|grey| [grey; 3]).collect()).unwrap();
        let turned = upright(picture, orientation);
        (turned.width(), turned.pixels().map(|pixel| pixel.0[0]).collect::<Vec<u8>>())
    };
    assert_eq!(stored(1), (3, vec![1, 2, 3, 4, 5, 6]));
    assert_eq!(stored(2), (3, vec![3, 2, 1, 6, 5, 4]));
    assert_eq!(stored(3), (3, vec![6, 5, 4, 3, 2, 1]));
    assert_eq!(stored(4), (3, vec![4, 5, 6, 1, 2, 3]));
    assert_eq!(stored(5), (2, vec![1, 4, 2, 5, 3, 6]));
    assert_eq!(stored(6), (2, vec![4, 1, 5, 2, 6, 3]));
    assert_eq!(stored(7), (2, vec![6, 3, 5, 2, 4, 1]));
    assert_eq!(stored(8), (2, vec![3, 6, 2, 5, 1, 4]));
}

#[test]
fn transparent_is_white() {
    let mut file = Vec::new();
    let clear = image::RgbaImage::from_pixel(160, 130, image::Rgba([9, 9, 9, 0]));
    clear.write_to(&mut std::io::Cursor::new(&mut file), image::ImageFormat::Png).unwrap();
    assert!(decoded(&file, 800).pixels().all(|pixel| pixel.0 == [255; 3]));
    assert!(fitted(&file, Service::JuheVerify2).unwrap().findings.iter().any(|found| found.rule == "min_bytes"));
}

#[test]
fn too_many_pixels_are_refused_before_they_are_decoded() {
    let mut bomb = PORTRAIT.to_vec();
    let frame = bomb.windows(2).position(|two| two == [0xff, 0xc0]).unwrap();
    bomb[frame + 5..frame + 9].fill(0xff);
    let error = fitted(&bomb, Service::JuheVerify2).unwrap_err();
    assert_eq!(error.field.as_deref(), Some("/image"));
    assert!(error.message.contains("too many"), "{error}");
    let small = Fit { image: Blob::from(ROTATED), max_megapixels: Some(12), ..Fit::default() };
    assert!(run(small, []).result.is_err(), "12.2 megapixels");
}

#[test]
fn broken_files_are_errors_that_name_the_field() {
    let small = small(60);
    for end in (0..small.len() - 2).step_by(7) {
        let error = fitted(&small[..end], Service::JuheVerify2).map(|_| end).unwrap_err();
        assert_eq!(error.field.as_deref(), Some("/image"), "{end}: {error}");
    }
    // Whatever a flipped bit makes of it: a picture or an error, and no panic.
    for at in (0..small.len()).step_by(3) {
        let mut file = small.clone();
        file[at] ^= 1 << (at % 8);
        if let Err(error) = fitted(&file, Service::JuheVerify2) {
            assert_eq!(error.field.as_deref(), Some("/image"), "{at}: {error}");
        }
    }
    for other in [&b"GIF89a\x01\0\x01\0\0\0\0;"[..], b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", b"not a photo at all"] {
        assert_eq!(fitted(other, Service::JuheVerify2).unwrap_err().field.as_deref(), Some("/image"));
    }
}
