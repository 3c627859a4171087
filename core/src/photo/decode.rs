//! Any file that can be read, to pixels that are hardly more than what is wanted.

use super::header::{Facts, Format};
use crate::error::{Error, Result};
use image::{DynamicImage, ImageFormat, ImageReader, Limits, RgbImage};
use std::io::Cursor;

/// A decoder is not given more than this.
const MEMORY: usize = 320 << 20;
/// A progressive JPEG keeps the coefficients of the whole picture, two bytes for each of three colours.
const PROGRESSIVE: u64 = MEMORY as u64 / 6;
/// A PNG or a WebP is decoded whole, up to four bytes a pixel, and then put on white.
const WHOLE: u64 = MEMORY as u64 / 8;

fn broken(why: impl std::fmt::Display) -> Error {
    Error::invalid_argument("/image", format!("the photo cannot be read: {why}")).with_hint("take another photo")
}

fn too_large(width: u32, height: u32) -> Error {
    Error::invalid_argument("/image", format!("{width} by {height} pixels are too many"))
        .with_hint("is it a photo at all?")
}

/// Decodes a file whose header said this, to no less than `side` pixels on its longest side if it has them.
pub(crate) fn decode(file: &[u8], facts: &Facts, side: usize, most_pixels: u64) -> Result<RgbImage> {
    match facts.format {
        Format::Jpeg | Format::Png | Format::Webp => {}
        Format::Unknown => return Err(broken("it is in no picture format that is known here")),
        other => {
            return Err(Error::invalid_argument("/image", format!("{other} cannot be read here"))
                .with_hint("convert it to JPEG first"));
        }
    }
    let (Some(width), Some(height)) = (facts.width, facts.height) else { return Err(broken("its header is broken")) };
    if width == 0 || height == 0 {
        return Err(broken("it has no pixels"));
    }
    let most = if facts.format == Format::Jpeg { most_pixels } else { most_pixels.min(WHOLE) };
    if u64::from(width) * u64::from(height) > most {
        return Err(too_large(width, height));
    }
    match facts.format {
        Format::Jpeg => jpeg(file, side, (width, height)),
        Format::Png => other(file, ImageFormat::Png, (width, height)),
        _ => other(file, ImageFormat::WebP, (width, height)),
    }
}

/// The inverse transform of each block gives only as many pixels as are needed: most of the work is not done.
fn jpeg(file: &[u8], side: usize, (width, height): (u32, u32)) -> Result<RgbImage> {
    use jpeg_decoder::{CodingProcess, PixelFormat};
    // A file that lost its end decodes to a picture with a grey half.
    if !file.windows(2).rev().take(1 << 16).any(|two| two == [0xff, 0xd9]) {
        return Err(broken("it ends too early"));
    }
    let mut decoder = jpeg_decoder::Decoder::new(file);
    decoder.set_max_decoding_buffer_size(MEMORY);
    decoder.read_info().map_err(broken)?;
    let progressive = decoder.info().is_some_and(|info| info.coding_process == CodingProcess::DctProgressive);
    if progressive && u64::from(width) * u64::from(height) > PROGRESSIVE {
        return Err(too_large(width, height));
    }
    let wanted = u16::try_from(side).unwrap_or(u16::MAX);
    let (width, height) = decoder.scale(wanted, wanted).map_err(broken)?;
    let pixels = decoder.decode().map_err(broken)?;
    let format = decoder.info().ok_or_else(|| broken("its header is broken"))?.pixel_format;
    // Amounts of ink, stored inverted: they darken each other.
    let ink = |colour: u8, black: u8| ((u16::from(colour) * u16::from(black) + 127) / 255) as u8;
    let rgb: Vec<u8> = match format {
        PixelFormat::RGB24 => pixels,
        PixelFormat::L8 => pixels.iter().flat_map(|grey| [*grey; 3]).collect(),
        PixelFormat::L16 => pixels.chunks_exact(2).flat_map(|grey| [grey[1]; 3]).collect(),
        PixelFormat::CMYK32 => {
            pixels.chunks_exact(4).flat_map(|four| [0, 1, 2].map(|at| ink(255 - four[at], 255 - four[3]))).collect()
        }
    };
    RgbImage::from_raw(width.into(), height.into(), rgb).ok_or_else(|| broken("rows are missing"))
}

fn other(file: &[u8], format: ImageFormat, size: (u32, u32)) -> Result<RgbImage> {
    let mut limits = Limits::default();
    limits.max_alloc = Some(MEMORY as u64);
    (limits.max_image_width, limits.max_image_height) = (Some(size.0), Some(size.1));
    let mut reader = ImageReader::with_format(Cursor::new(file), format);
    reader.limits(limits);
    Ok(on_white(reader.decode().map_err(broken)?))
}

/// What is transparent is white, as paper is.
fn on_white(picture: DynamicImage) -> RgbImage {
    if !picture.color().has_alpha() {
        return picture.into_rgb8();
    }
    let rgba = picture.into_rgba8();
    let mut rgb = RgbImage::new(rgba.width(), rgba.height());
    for (from, to) in rgba.pixels().zip(rgb.pixels_mut()) {
        let over = |value: u8| 255 - ((u32::from(255 - value) * u32::from(from[3]) + 127) / 255) as u8;
        to.0 = [over(from[0]), over(from[1]), over(from[2])];
    }
    rgb
}
