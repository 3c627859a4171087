//! `shiren photo`: photos before they are paid for, and a page's address for a phone. All computed here.

use crate::ask::ask;
use crate::exit::{self, Exit};
use crate::fields::{Fields, text_from};
use crate::ops;
use crate::output::{Output, Tone, read_file};
use base64::prelude::{BASE64_STANDARD, Engine as _};
use clap::{Args, Subcommand, ValueEnum};
use serde_json::Value;
use shiren::{CallOptions, Client, Config, Error, Result};
use std::path::{Path, PathBuf};

/// What to do with a photo.
#[derive(Debug, Subcommand)]
pub(crate) enum Photo {
    /// Say what a photo is and what each service's document says to it; exit code 1 when one forbids it.
    Inspect {
        /// The photo.
        file: PathBuf,
        /// For one service. Default: all.
        #[arg(long)]
        service: Option<Service>,
    },
    /// Make a photo fit: upright, 800 pixels, 16 to 20 KB of JPEG, no EXIF.
    Fit {
        /// The photo: JPEG, PNG or WebP.
        file: PathBuf,
        /// Where to write the JPEG.
        #[arg(short, long, value_name = "FILE")]
        output: PathBuf,
        /// For which service. Default: juhe-verify2.
        #[arg(long)]
        service: Option<Service>,
    },
    /// Draw a hosted page's address as a QR code.
    Qr(Qr),
}

/// Draws a page's address as a QR code: on the terminal, or to a file.
#[derive(Debug, Args)]
pub(crate) struct Qr {
    /// The address; it may hold a token, so better `-` (standard input), `@FILE` or `env:NAME`.
    url: String,
    /// Write an SVG.
    #[arg(long, value_name = "FILE", conflicts_with = "png")]
    svg: Option<PathBuf>,
    /// Write a PNG.
    #[arg(long, value_name = "FILE")]
    png: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Service {
    JuheVerify,
    JuheVerify2,
    JuheVerifyfaceMobile,
    BaiduUploadMatchImage,
}

impl Service {
    fn name(self) -> &'static str {
        match self {
            Service::JuheVerify => "juhe_verify",
            Service::JuheVerify2 => "juhe_verify2",
            Service::JuheVerifyfaceMobile => "juhe_verifyface_mobile",
            Service::BaiduUploadMatchImage => "baidu_upload_match_image",
        }
    }
}

/// A reply of a photo operation; no account is needed.
fn compute(id: &'static str, file: &Path, service: Option<Service>) -> Result<Value> {
    let mut fields = Fields::of(ops::find(id)?);
    fields.set_bytes(&["image"], read_file("FILE", file)?);
    fields.set_some(&["service"], service.map(Service::name));
    ask(&Client::new(Config::default())?, id, fields, CallOptions::default())
}

fn write(argument: &str, path: &Path, bytes: &[u8]) -> Result<()> {
    std::fs::write(path, bytes)
        .map_err(|error| Error::invalid_argument(argument, format!("{} cannot be written: {error}", path.display())))
}

/// Takes the bytes out of a reply.
fn take_image(reply: &mut Value) -> Result<Vec<u8>> {
    let text = reply["image"].as_str().unwrap_or_default();
    let bytes = BASE64_STANDARD.decode(text).map_err(|_| Error::internal("a reply's image is not Base64"))?;
    if let Some(fields) = reply.as_object_mut() {
        fields.remove("image");
    }
    Ok(bytes)
}

impl Photo {
    /// Computes and prints.
    pub(crate) fn run(self, output: &Output) -> Result<Exit> {
        match self {
            Photo::Qr(qr) => qr.run(output),
            Photo::Inspect { file, service } => {
                let reply = compute("photo.inspect", &file, service)?;
                if output.json {
                    output.document(&reply)?;
                } else {
                    output.line(facts(&reply["facts"]))?;
                    findings(output, &reply["findings"])?;
                }
                Ok(if reply["acceptable"] == true { exit::DONE } else { exit::NO })
            }
            Photo::Fit { file, output: to, service } => {
                let mut reply = compute("photo.fit", &file, service)?;
                write("--output", &to, &take_image(&mut reply)?)?;
                if output.json {
                    output.document(&reply)?;
                } else {
                    output.line(format!("from {}", facts(&reply["source"])))?;
                    output.line(format!(
                        "to   jpeg, {} × {} pixels, {} bytes, quality {}, {} rounds: {}",
                        reply["width"],
                        reply["height"],
                        reply["bytes"],
                        reply["quality"],
                        reply["rounds"],
                        to.display()
                    ))?;
                    findings(output, &reply["findings"])?;
                }
                Ok(exit::DONE)
            }
        }
    }
}

fn facts(facts: &Value) -> String {
    let mut text = facts["format"].as_str().unwrap_or_default().to_owned();
    if let (Some(width), Some(height)) = (facts["width"].as_u64(), facts["height"].as_u64()) {
        text.push_str(&format!(", {width} × {height} pixels"));
    }
    text.push_str(&format!(", {} bytes ({} as Base64)", facts["bytes"], facts["base64_bytes"]));
    if facts["orientation"] != 1 {
        text.push_str(&format!(", EXIF orientation {}", facts["orientation"]));
    }
    if facts["gps"] == true {
        text.push_str(", GPS");
    }
    match facts["wrapping"].as_str() {
        Some("base64") => text.push_str(", as Base64 text"),
        Some("data_url") => text.push_str(", as a data: URL"),
        _ => {}
    }
    text
}

fn findings(output: &Output, findings: &Value) -> Result<()> {
    let findings = findings.as_array().map(Vec::as_slice).unwrap_or_default();
    if findings.is_empty() {
        return Ok(());
    }
    let mut table = output.table(&["service", "", "what", "what to do"]);
    for found in findings {
        let word = |name: &str| found[name].as_str().unwrap_or_default();
        let tone = match word("severity") {
            "reject" => Tone::Bad,
            "warn" => Tone::Unclear,
            _ => Tone::Faint,
        };
        table.add_row([
            output.cell(Tone::Plain, word("service")),
            output.cell(tone, word("severity")),
            output.cell(Tone::Plain, word("message")),
            output.cell(Tone::Plain, word("fix")),
        ]);
    }
    output.line(table.to_string())
}

impl Qr {
    fn run(self, output: &Output) -> Result<Exit> {
        let format = match (&self.svg, &self.png) {
            (Some(_), _) => "svg",
            (_, Some(_)) => "png",
            _ => "text",
        };
        let id = "page.qr";
        let mut fields = Fields::of(ops::find(id)?);
        fields.set(&["url"], text_from("URL", &self.url)?.into());
        fields.set(&["format"], format.into());
        let mut reply = ask(&Client::new(Config::default())?, id, fields, CallOptions::default())?;
        if let Some(path) = &self.svg {
            write("--svg", path, reply["text"].as_str().unwrap_or_default().as_bytes())?;
            reply["text"] = Value::Null;
        }
        if let Some(path) = &self.png {
            write("--png", path, &take_image(&mut reply)?)?;
        }
        if output.json {
            output.document(&reply)?;
        } else if let Some(path) = self.svg.or(self.png) {
            output.line(path.display().to_string())?;
        } else {
            output.line(reply["text"].as_str().unwrap_or_default().trim_end_matches('\n'))?;
        }
        Ok(exit::DONE)
    }
}
