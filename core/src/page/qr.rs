//! A page's address as a QR code, so that a person goes on with a phone.

use crate::error::{Error, Result};
use crate::operation::{Io, Meta, Operation, Place};
use crate::secret::Secret;
use crate::wire::{self, Blob};
use qrcode::{Color, EcLevel, QrCode};
use serde::{Deserialize, Serialize};
use std::fmt::Write as _;

/// Modules of white around the code, as the standard wants.
const QUIET: usize = 4;
/// Pixels of a module in the PNG.
const PIXELS: usize = 8;

/// What to draw.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "QrFormat"))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Format {
    /// A drawing for a web page.
    #[default]
    Svg,
    /// A picture, 8 pixels a module, black on white.
    Png,
    /// Half blocks for a terminal with dark letters on light or light on dark: both can be scanned.
    Text,
}

/// Draws the address of a hosted page as a QR code.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Qr {
    /// The page: `https://…`, or `http://…` of a sandbox. It may hold a token.
    pub url: Secret,
    /// What to draw. Default `svg`.
    #[serde(default)]
    pub format: Format,
}

/// The code. It says what the address says: do not log it where that must not be logged.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct QrReply {
    /// `image/svg+xml`, `image/png` or `text/plain; charset=utf-8`.
    pub content_type: &'static str,
    /// The SVG or the text.
    #[serde(serialize_with = "wire::clear")]
    pub text: Option<Secret>,
    /// The PNG.
    pub image: Option<Blob>,
    /// Modules on a side, without the white around.
    pub modules: u32,
}

impl Operation for Qr {
    const META: Meta =
        Meta { id: "page.qr", doc: "Draws the address of a hosted page as a QR code.", place: Place::Local };
    type Response = QrReply;

    async fn run(self, _: Io) -> Result<QrReply> {
        let url = self.url.expose();
        let bad = |why: &str| Err(Error::invalid_argument("/url", why));
        if url.is_empty() {
            return bad("this must not be empty");
        }
        let scheme = url.split_once("://").map(|(scheme, _)| scheme.to_ascii_lowercase());
        if !matches!(scheme.as_deref(), Some("https" | "http")) || url.parse::<http::Uri>().is_err() {
            return bad("an address that begins with https:// or http:// is needed, percent-encoded");
        }
        // Where it is long, less redundancy keeps the modules large enough for a camera.
        let level = if url.len() > 300 { EcLevel::L } else { EcLevel::M };
        let Ok(code) = QrCode::with_error_correction_level(url.as_bytes(), level) else {
            return bad("this is too long for a QR code: 2,953 characters at most");
        };
        let code = Code { side: code.width(), dark: code.to_colors().iter().map(|c| *c == Color::Dark).collect() };
        let (content_type, text, image) = match self.format {
            Format::Svg => ("image/svg+xml", Some(code.svg()), None),
            Format::Png => ("image/png", None, Some(code.png()?)),
            Format::Text => ("text/plain; charset=utf-8", Some(code.text()), None),
        };
        Ok(QrReply {
            content_type,
            text: text.map(Secret::from),
            image: image.map(Blob::from),
            modules: code.side as u32,
        })
    }
}

struct Code {
    side: usize,
    dark: Vec<bool>,
}

impl Code {
    /// Whether a module is dark; the quiet zone counts from 0.
    fn dark(&self, x: usize, y: usize) -> bool {
        let inside = QUIET..QUIET + self.side;
        inside.contains(&x) && inside.contains(&y) && self.dark[(y - QUIET) * self.side + x - QUIET]
    }

    fn whole(&self) -> usize {
        self.side + 2 * QUIET
    }

    /// One path of runs in each row.
    fn svg(&self) -> String {
        let whole = self.whole();
        let mut text = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {whole} {whole}\" shape-rendering=\"crispEdges\" role=\"img\"><path fill=\"#fff\" d=\"M0 0h{whole}v{whole}H0z\"/><path d=\""
        );
        for y in 0..whole {
            let mut x = 0;
            while x < whole {
                let run = (x..whole).take_while(|x| self.dark(*x, y)).count();
                if run > 0 {
                    // Writing to a text cannot fail.
                    let _ = write!(text, "M{x} {y}h{run}v1h-{run}z");
                }
                x += run + 1;
            }
        }
        text.push_str("\"/></svg>");
        text
    }

    fn png(&self) -> Result<Vec<u8>> {
        let side = (self.whole() * PIXELS) as u32;
        let picture = image::GrayImage::from_fn(side, side, |x, y| {
            let dark = self.dark(x as usize / PIXELS, y as usize / PIXELS);
            image::Luma([if dark { 0 } else { 0xff }])
        });
        let mut file = Vec::new();
        picture
            .write_to(&mut std::io::Cursor::new(&mut file), image::ImageFormat::Png)
            .map_err(|_| Error::internal("a QR code could not be written as PNG"))?;
        Ok(file)
    }

    /// Two rows a line. Light modules are drawn, so that a dark terminal shows dark on light.
    fn text(&self) -> String {
        let mut text = String::new();
        for y in (0..self.whole()).step_by(2) {
            for x in 0..self.whole() {
                let (upper, lower) = (!self.dark(x, y), y + 1 < self.whole() && !self.dark(x, y + 1));
                text.push(match (upper, lower) {
                    (true, true) => '█',
                    (true, false) => '▀',
                    (false, true) => '▄',
                    (false, false) => ' ',
                });
            }
            text.push('\n');
        }
        text
    }
}
