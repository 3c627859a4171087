//! A photo as a vendor wants it: upright, of the right size in pixels and in bytes, with nothing in it but the picture.

use super::decode::decode;
use super::header::{self, Facts};
use super::inspect::{PhotoFinding, check};
use super::limits::{Aim, RULES, Service};
use crate::error::{Error, Result};
use crate::operation::{Io, Meta, Operation, Place};
use crate::wire::Blob;
use fast_image_resize as resize;
use image::metadata::Orientation;
use image::{DynamicImage, RgbImage};
use serde::{Deserialize, Serialize};

/// Below this quality a smaller picture looks better.
const FLOOR: u8 = 20;
/// Passes over the picture to find its quality, for one size in pixels.
const ROUNDS: u32 = 6;
/// A picture is made smaller at most so often.
const SIZES: u32 = 4;
/// Pixels that are read unless the caller says otherwise.
const MEGAPIXELS: u32 = 100;

/// Makes a photo fit: JPEG, PNG or WebP in, JPEG out, upright, without EXIF and GPS.
///
/// For Juhe: longest side 800, 16 to 20 KB, never above 20,000 bytes. For Baidu's upload: below 1920×1080, below 10 MB
/// of Base64, quality 90. Nothing is enlarged. What the document would still say to the result is in `findings`.
///
/// Quality: scaled down as it is decoded, the picture (before it is compressed to 20 KB) has an SSIM of at least 0.98
/// to a full decode that is averaged down; transparent places are white.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Fit {
    /// The photo as a file. Base64 text and `data:` URLs are unwrapped.
    pub image: Blob,
    /// For which service. Default: `juhe_verify2`, the strictest of Juhe's.
    #[serde(default)]
    pub service: Option<Service>,
    /// Photos of more than so many million pixels are refused before they are decoded. Default 100, at most 1000. What must be
    /// decoded whole takes more memory, and has bounds of its own: progressive JPEG 55, PNG and WebP 41.
    #[serde(default)]
    pub max_megapixels: Option<u32>,
}

/// The photo that fits.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FitReply {
    /// The JPEG file.
    pub image: Blob,
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// Bytes of the file.
    pub bytes: u32,
    /// JPEG quality, 1 to 100.
    pub quality: u8,
    /// How many qualities were tried.
    pub rounds: u32,
    /// What the photo was before.
    pub source: Facts,
    /// What the service's document still says to it: a photo too small to be good stays too small.
    pub findings: Vec<PhotoFinding>,
}

impl Operation for Fit {
    const META: Meta = Meta {
        id: "photo.fit",
        doc: "Makes a photo fit: upright, 800 pixels, 16 to 20 KB of JPEG, no EXIF.",
        place: Place::Heavy,
    };
    type Response = FitReply;

    async fn run(self, _: Io) -> Result<FitReply> {
        if self.image.is_empty() {
            return Err(Error::invalid_argument("/image", "this must not be empty"));
        }
        let megapixels = self.max_megapixels.unwrap_or(MEGAPIXELS);
        if !(1..=1000).contains(&megapixels) {
            return Err(Error::invalid_argument("/max_megapixels", "between 1 and 1000"));
        }
        let service = self.service.unwrap_or(Service::JuheVerify2);
        let (file, wrapping) = header::unwrap(self.image.bytes());
        let source = header::read(&file, wrapping);
        fit(&file, source, service, u64::from(megapixels) * 1_000_000)
    }
}

fn fit(file: &[u8], source: Facts, service: Service, most_pixels: u64) -> Result<FitReply> {
    let aim = service.aim();
    let (mut width, mut height) = source.upright().map_or((1, 1), |size| aim.size(size));
    let decoded = decode(file, &source, width.max(height), most_pixels)?;
    let (mut rounds, mut guess) = (0, if aim.good == 0 { aim.quality } else { 35 });
    for size in 1.. {
        let picture = upright(resized(&decoded, (width, height), source.orientation)?, source.orientation);
        let (found, bytes) = search(|quality| encoded(&picture, quality), &aim, guess, &mut rounds)?;
        if let Some((quality, image)) = found {
            let result = header::read(&image, header::Wrapping::None);
            let rules = RULES.iter().filter(|rule| rule.service == service);
            return Ok(FitReply {
                width: width as u32,
                height: height as u32,
                bytes: result.bytes,
                quality,
                rounds,
                source,
                findings: rules.filter_map(|rule| check(rule, &result)).collect(),
                image: Blob::from(image),
            });
        }
        if size == SIZES || width.min(height) == 1 {
            break;
        }
        let ratio = ((aim.most as f32 / bytes as f32).sqrt() * 0.95).min(0.9);
        let shrink = |side: usize| ((side as f32 * ratio) as usize).max(1);
        (width, height, guess) = (shrink(width), shrink(height), FLOOR + 8);
    }
    Err(Error::internal("the photo does not become small enough"))
}

impl Aim {
    /// The size of the result for an upright size: never larger.
    fn size(&self, (width, height): (u32, u32)) -> (usize, usize) {
        let mut ratio = f64::from(self.side) / f64::from(width.max(height).max(1));
        if let Some((w, h)) = self.below {
            ratio = ratio.min(f64::from(w - 1) / f64::from(width.max(1)));
            ratio = ratio.min(f64::from(h - 1) / f64::from(height.max(1)));
        }
        let side = |side: u32| ((f64::from(side) * ratio.min(1.0)).round() as usize).max(1);
        (side(width), side(height))
    }
}

/// The picture in another size, before it is turned.
fn resized(picture: &RgbImage, (width, height): (usize, usize), orientation: u8) -> Result<RgbImage> {
    let (width, height) = if orientation >= 5 { (height as u32, width as u32) } else { (width as u32, height as u32) };
    if picture.dimensions() == (width, height) {
        return Ok(picture.clone());
    }
    let failed = |_| Error::internal("a picture could not be resized");
    let (from_width, from_height) = picture.dimensions();
    let kind = resize::PixelType::U8x3;
    let from = resize::images::ImageRef::new(from_width, from_height, picture.as_raw(), kind)
        .map_err(|_| Error::internal("a picture has fewer pixels than it says"))?;
    let mut to = resize::images::Image::new(width, height, kind);
    let options =
        resize::ResizeOptions::new().resize_alg(resize::ResizeAlg::Convolution(resize::FilterType::CatmullRom));
    resize::Resizer::new().resize(&from, &mut to, &options).map_err(failed)?;
    RgbImage::from_raw(width, height, to.into_vec()).ok_or_else(|| Error::internal("a resized picture lost pixels"))
}

/// Turned as its EXIF says it has to be.
fn upright(picture: RgbImage, orientation: u8) -> RgbImage {
    let mut picture = DynamicImage::ImageRgb8(picture);
    if let Some(orientation) = Orientation::from_exif(orientation) {
        picture.apply_orientation(orientation);
    }
    picture.into_rgb8()
}

/// The file of this quality.
fn encoded(picture: &RgbImage, quality: u8) -> Result<Vec<u8>> {
    let side = |side: u32| u16::try_from(side).map_err(|_| Error::internal("a picture is too wide for JPEG"));
    let mut file = Vec::with_capacity(32 << 10);
    let mut encoder = jpeg_encoder::Encoder::new(&mut file, quality);
    encoder.set_sampling_factor(jpeg_encoder::SamplingFactor::R_4_2_0);
    encoder.set_optimized_huffman_tables(true);
    encoder
        .encode(picture.as_raw(), side(picture.width())?, side(picture.height())?, jpeg_encoder::ColorType::Rgb)
        .map_err(|_| Error::internal("a picture could not be written"))?;
    Ok(file)
}

/// A quality and its file.
type Found = Option<(u8, Vec<u8>)>;

/// The best quality whose file is not too large, or how large the file is at the lowest.
fn search(encode: impl Fn(u8) -> Result<Vec<u8>>, aim: &Aim, guess: u8, rounds: &mut u32) -> Result<(Found, usize)> {
    let (mut low, mut high, mut quality) = (FLOOR - 1, aim.quality + 1, guess);
    let (mut best, mut points): (Found, Vec<(f32, f32)>) = (None, Vec::new());
    for round in 1.. {
        *rounds += 1;
        let file = encode(quality)?;
        let bytes = file.len();
        points.push((step(quality).ln(), (bytes as f32).ln()));
        if bytes <= aim.most {
            low = quality;
            best = Some((quality, file));
            if bytes >= aim.good {
                break;
            }
        } else {
            high = quality;
            if quality == FLOOR {
                return Ok((None, bytes));
            }
        }
        if high - low <= 1 || round >= ROUNDS && best.is_some() {
            break;
        }
        quality = match round < ROUNDS {
            true => predict(&points, ((aim.good + aim.most) / 2) as f32).clamp(low + 1, high - 1),
            false => FLOOR,
        };
    }
    Ok((best, 0))
}

/// How coarse a quality is: 1 at 50.
fn step(quality: u8) -> f32 {
    let quality = f32::from(quality);
    if quality < 50.0 { 50.0 / quality } else { 2.0 - quality / 50.0 }
}

/// The quality that should give so many bytes: they fall with a power of the step, known from the last two points.
fn predict(points: &[(f32, f32)], bytes: f32) -> u8 {
    let Some((at, size)) = points.last() else { return FLOOR };
    let slope = match points {
        [.., a, b] if (a.0 - b.0).abs() > 1e-3 => ((a.1 - b.1) / (b.0 - a.0)).clamp(0.4, 1.6),
        _ => 0.85,
    };
    let step = (at + (size - bytes.ln()) / slope).exp();
    let quality = if step > 1.0 { 50.0 / step } else { 100.0 - 50.0 * step };
    quality as u8
}

#[cfg(test)]
mod tests;
