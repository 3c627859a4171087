//! What a photo is, and what each service's document says to it.

use super::header::{self, Facts, Format, Wrapping};
use super::limits::{Bound, RULES, Rule, Service};
use crate::check::Severity;
use crate::error::{Error, Result};
use crate::operation::{Io, Meta, Operation, Place};
use crate::wire::Blob;
use serde::{Deserialize, Serialize};

/// Says what a photo is and what is wrong with it, before a call is paid for. Nothing is decoded.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Inspect {
    /// The photo as a file.
    pub image: Blob,
    /// For which service. Default: for all.
    #[serde(default)]
    pub service: Option<Service>,
}

/// What was found.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct InspectReply {
    /// What the file says of itself.
    pub facts: Facts,
    /// Whether no finding is an error.
    pub acceptable: bool,
    /// What is wrong, service by service.
    pub findings: Vec<PhotoFinding>,
}

/// A rule that the photo does not meet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PhotoFinding {
    /// Whose rule.
    pub service: Service,
    /// Its name: `format`, `min_bytes`, `max_bytes`, `best_bytes`, `max_base64`, `best_side`, `min_face`, `below`,
    /// `data_url`, `upright`, `gps`, `unreadable`.
    pub rule: &'static str,
    /// How much it weighs.
    pub severity: Severity,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub fix: &'static str,
    /// Where the rule stands.
    pub source: &'static str,
}

const FIT: &str = "photo.fit makes it fit";

impl Operation for Inspect {
    const META: Meta = Meta {
        id: "photo.inspect",
        doc: "Says what a photo is, and what each service's document says to it.",
        place: Place::Local,
    };
    type Response = InspectReply;

    async fn run(self, _: Io) -> Result<InspectReply> {
        if self.image.is_empty() {
            return Err(Error::invalid_argument("/image", "this must not be empty"));
        }
        let (file, wrapping) = header::unwrap(self.image.bytes());
        let facts = header::read(&file, wrapping);
        let rules = RULES.iter().filter(|rule| self.service.is_none_or(|service| service == rule.service));
        let mut findings: Vec<_> = rules.filter_map(|rule| check(rule, &facts)).collect();
        // Advice on the best size is idle where the size is wrong altogether.
        let wrong: Vec<_> = findings.iter().map(|found| (found.service, found.rule, found.severity)).collect();
        findings.retain(|found| {
            let same = |rule: &str| wrong.iter().any(|other| (other.0, other.1) == (found.service, rule));
            let doubled =
                wrong.iter().any(|other| (other.0, other.1) == (found.service, found.rule) && other.2 > found.severity);
            !(doubled || found.rule == "best_bytes" && (same("min_bytes") || same("max_bytes")))
        });
        let acceptable = findings.iter().all(|found| found.severity < Severity::Reject);
        Ok(InspectReply { facts, acceptable, findings })
    }
}

/// What a rule says to these facts.
pub(crate) fn check(rule: &Rule, facts: &Facts) -> Option<PhotoFinding> {
    let size = facts.upright();
    let finding = |name, message: String, advice| {
        Some(PhotoFinding {
            service: rule.service,
            rule: name,
            severity: rule.severity,
            message,
            fix: advice,
            source: rule.source,
        })
    };
    match rule.bound {
        Bound::Formats(known) => {
            if known.contains(&facts.format) {
                if facts.format == Format::Jpeg && size.is_none() {
                    return finding("unreadable", "a JPEG whose header is broken".into(), "take another photo");
                }
                return None;
            }
            let advice = match facts.format {
                Format::Jpeg | Format::Png | Format::Webp => FIT,
                Format::Heic | Format::Avif => "convert it to JPEG first; phones do so when told to be compatible",
                Format::Unknown => "is this a photo, and its whole file?",
                _ => "convert it to JPEG first",
            };
            let names: Vec<_> = known.iter().map(Format::to_string).collect();
            finding("format", format!("it is {}; wanted is {}", facts.format, names.join(", ")), advice)
        }
        Bound::MinBytes(least) if facts.bytes < least => finding(
            "min_bytes",
            format!("{} bytes; at least {least} are needed", facts.bytes),
            "take a larger photo, or compress it less",
        ),
        Bound::MaxBytes(most) if facts.bytes > most => {
            finding("max_bytes", format!("{} bytes; at most {most} are allowed", facts.bytes), FIT)
        }
        Bound::BestBytes(least, most) if !(least..=most).contains(&facts.bytes) => {
            finding("best_bytes", format!("{} bytes; between {least} and {most} is best", facts.bytes), FIT)
        }
        Bound::MaxBase64(most) if facts.base64_bytes > most => finding(
            "max_base64",
            format!("{} characters of Base64; at most {most} are sure to be allowed", facts.base64_bytes),
            FIT,
        ),
        Bound::BestSide(best) => match size.map(|(width, height)| width.max(height)) {
            Some(side) if side > best => {
                finding("best_side", format!("the longest side has {side} pixels; {best} is best"), FIT)
            }
            Some(side) if side < best => finding(
                "best_side",
                format!("the longest side has {side} pixels; {best} is best"),
                "take a larger photo, if there is one; enlarging adds nothing",
            ),
            _ => None,
        },
        Bound::MinFace(least) => match size.map(|(width, height)| width.min(height)) {
            Some(side) if side < least => finding(
                "min_face",
                format!("the picture has {side} pixels at its narrowest; the face alone needs {least} by {least}"),
                "take a larger photo",
            ),
            _ => None,
        },
        Bound::Below(width, height) => match size {
            Some((w, h)) if w >= width || h >= height => {
                let message = format!("{w} by {h} pixels; it has to be less than {width} by {height}");
                let mut found = finding("below", message, FIT)?;
                if w < height && h < width {
                    // Whether the limit turns with the picture is not said.
                    found.severity = Severity::Warn;
                }
                Some(found)
            }
            _ => None,
        },
        Bound::NoDataUrl => match facts.wrapping {
            Wrapping::None => None,
            Wrapping::Base64 => finding(
                "data_url",
                "these are Base64 text, not the bytes of a file: it would be encoded twice".into(),
                "decode it first",
            ),
            Wrapping::DataUrl => finding(
                "data_url",
                "these are a data: URL, not the bytes of a file".into(),
                "cut it behind the comma and decode the rest",
            ),
        },
        Bound::Upright if facts.orientation != 1 => finding(
            "upright",
            format!("it is stored turned, with EXIF orientation {}", facts.orientation),
            "photo.fit turns it upright",
        ),
        Bound::NoGps if facts.gps => finding("gps", "it says where it was taken".into(), "photo.fit leaves that out"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::harness::run;

    fn inspect(image: &[u8], service: Option<Service>) -> InspectReply {
        run(Inspect { image: Blob::from(image.to_vec()), service }, []).result.unwrap()
    }

    fn rules(reply: &InspectReply) -> Vec<(&'static str, Severity)> {
        reply.findings.iter().map(|found| (found.rule, found.severity)).collect()
    }

    const ROTATED: &[u8] = include_bytes!("../../../tests/photos/phone-rotated.jpg");
    const PORTRAIT: &[u8] = include_bytes!("../../../tests/photos/portrait.jpg");

    #[test]
    fn a_phone_photo_is_too_much_for_all() {
        use Severity::{Advice, Reject, Warn};
        let reply = inspect(ROTATED, Some(Service::JuheVerify2));
        let expected = [("max_bytes", Reject), ("max_base64", Warn), ("best_side", Advice), ("upright", Warn)];
        assert_eq!((rules(&reply), reply.acceptable), (expected.to_vec(), false));
        let reply = inspect(ROTATED, Some(Service::BaiduUploadMatchImage));
        assert_eq!(rules(&reply), [("below", Reject), ("upright", Warn)]);
        let reply = inspect(PORTRAIT, Some(Service::JuheVerify2));
        assert_eq!((rules(&reply), reply.acceptable), (vec![("best_bytes", Advice), ("best_side", Advice)], true));
        let reply = inspect(PORTRAIT, None);
        assert!(Service::ALL.iter().all(|service| {
            *service == Service::BaiduUploadMatchImage || reply.findings.iter().any(|found| found.service == *service)
        }));
    }

    #[test]
    fn each_rule_says_something_to_somebody() {
        let good = Facts {
            format: Format::Jpeg,
            wrapping: Wrapping::None,
            bytes: 18_000,
            base64_bytes: 24_000,
            width: Some(800),
            height: Some(600),
            orientation: 1,
            exif: false,
            gps: false,
        };
        assert!(RULES.iter().all(|rule| check(rule, &good).is_none()), "what photo.fit makes is right for all");
        let bad = [
            ("format", Facts { format: Format::Heic, ..good.clone() }),
            ("min_bytes", Facts { bytes: 5_119, ..good.clone() }),
            ("max_bytes", Facts { bytes: 102_401, ..good.clone() }),
            ("best_bytes", Facts { bytes: 20_481, ..good.clone() }),
            ("max_base64", Facts { base64_bytes: (10 << 20) + 1, ..good.clone() }),
            ("best_side", Facts { width: Some(801), ..good.clone() }),
            ("min_face", Facts { height: Some(127), ..good.clone() }),
            ("below", Facts { height: Some(1080), ..good.clone() }),
            ("data_url", Facts { wrapping: Wrapping::DataUrl, ..good.clone() }),
            ("data_url", Facts { wrapping: Wrapping::Base64, ..good.clone() }),
            ("upright", Facts { orientation: 6, ..good.clone() }),
            ("gps", Facts { gps: true, ..good.clone() }),
            ("unreadable", Facts { width: None, ..good.clone() }),
        ];
        for (name, facts) in bad {
            assert!(RULES.iter().any(|rule| check(rule, &facts).is_some_and(|found| found.rule == name)), "{name}");
        }
        let turned = Facts { width: Some(1079), height: Some(1919), ..good };
        let found = RULES.iter().filter_map(|rule| check(rule, &turned)).find(|found| found.rule == "below");
        assert_eq!(found.map(|found| found.severity), Some(Severity::Warn));
    }

    #[test]
    fn nothing_is_no_photo() {
        let error = run(Inspect::default(), []).result.unwrap_err();
        assert_eq!(error.field.as_deref(), Some("/image"));
    }
}
