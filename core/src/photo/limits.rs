//! What each service's document says of photos, as data. One row a rule.

use super::header::Format;
use crate::check::Severity;
use serde::{Deserialize, Serialize};

/// A service that takes a photo.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "PhotoService"))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Service {
    /// Juhe 人脸对比认证, clear or encrypted.
    JuheVerify,
    /// Juhe 人脸对比V2, clear or encrypted.
    JuheVerify2,
    /// Juhe 人脸四要素核验.
    JuheVerifyfaceMobile,
    /// Baidu 对比图片上传.
    BaiduUploadMatchImage,
}

impl Service {
    /// Every service.
    pub const ALL: &'static [Service] =
        &[Service::JuheVerify, Service::JuheVerify2, Service::JuheVerifyfaceMobile, Service::BaiduUploadMatchImage];
}

/// What a rule asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
    /// One of these formats.
    Formats(&'static [Format]),
    /// At least so many bytes of the file.
    MinBytes(u32),
    /// At most so many bytes of the file.
    MaxBytes(u32),
    /// Best between so many bytes.
    BestBytes(u32, u32),
    /// At most so many characters of its Base64 text.
    MaxBase64(u32),
    /// Best with the longest side of so many pixels.
    BestSide(u32),
    /// The face has at least so many pixels in both directions, hence also the picture.
    MinFace(u32),
    /// Less than so many pixels across and down.
    Below(u32, u32),
    /// Base64 without `data:` before it.
    NoDataUrl,
    /// Stored upright.
    Upright,
    /// Without a place in it.
    NoGps,
}

/// A rule of a service.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// Whose.
    pub service: Service,
    /// What.
    pub bound: Bound,
    /// How much it weighs.
    pub severity: Severity,
    /// Where it stands.
    pub source: &'static str,
}

const JPEG: &[Format] = &[Format::Jpeg];
const COMMON: &[Format] = &[Format::Jpeg, Format::Png, Format::Bmp];
const READ: &[Format] = &[Format::Jpeg, Format::Png, Format::Webp, Format::Bmp, Format::Gif, Format::Tiff];

const V1: &str = "Juhe 人脸对比认证, 接口备注";
const V1_PHOTO: &str = "Juhe 人脸对比认证, 对照片的规范 (1)(2)";
const V2: &str = "Juhe 人脸对比V2, 接口备注";
const V2_PHOTO: &str = "Juhe 人脸对比V2, 对照片的规范 (2)";
const V2_E: &str = "Juhe 人脸对比V2, 权威比对结果 E";
const V2_J: &str = "Juhe 人脸对比V2, 权威比对结果 J";
const MOBILE: &str = "Juhe 人脸四要素核验, 请求参数 image";
const MOBILE_PHOTO: &str = "this library: the rule of its sisters 人脸对比, 对照片的规范 (2)";
const UPLOAD: &str = "Baidu 对比图片上传, 请求参数 image";
const OURS: &str = "this library: no document says that a mark in EXIF is looked at";
const SILENT: &str = "this library: the document names no format";
const BYTES: &str = "this library: the upload takes bytes and writes the Base64 itself";
const PRIVACY: &str = "this library: a vendor needs no place";

const fn rule(service: Service, bound: Bound, severity: Severity, source: &'static str) -> Rule {
    Rule { service, bound, severity, source }
}

use Bound::*;
use Service::{BaiduUploadMatchImage as Upload, JuheVerify as One, JuheVerify2 as Two, JuheVerifyfaceMobile as Mobile};
use Severity::{Advice, Reject, Warn};

/// All rules. 5K and 100K are read as 5,120 and 102,400 bytes of the file: whether 100K means the Base64 text is not said.
pub static RULES: &[Rule] = &[
    rule(One, Formats(COMMON), Reject, V1_PHOTO),
    rule(One, Formats(JPEG), Advice, V1),
    rule(One, MaxBytes(102_400), Reject, V1_PHOTO),
    rule(One, MaxBase64(102_400), Warn, V1_PHOTO),
    rule(One, BestBytes(16_000, 20_480), Advice, V1),
    rule(One, BestSide(800), Advice, V1),
    rule(One, MinFace(128), Reject, V1_PHOTO),
    rule(One, NoDataUrl, Reject, V1),
    rule(One, Upright, Warn, OURS),
    rule(One, NoGps, Warn, PRIVACY),
    rule(Two, Formats(JPEG), Reject, V2_E),
    rule(Two, MinBytes(5_120), Reject, V2_J),
    rule(Two, MaxBytes(102_400), Reject, V2_PHOTO),
    rule(Two, MaxBase64(102_400), Warn, V2_PHOTO),
    rule(Two, BestBytes(16_000, 20_480), Advice, V2),
    rule(Two, BestSide(800), Advice, V2),
    rule(Two, MinFace(128), Reject, V2_PHOTO),
    rule(Two, NoDataUrl, Reject, V2),
    rule(Two, Upright, Warn, OURS),
    rule(Two, NoGps, Warn, PRIVACY),
    rule(Mobile, Formats(JPEG), Advice, SILENT),
    rule(Mobile, BestBytes(16_000, 20_480), Advice, MOBILE),
    rule(Mobile, MaxBytes(102_400), Advice, MOBILE_PHOTO),
    rule(Mobile, MinFace(128), Advice, MOBILE_PHOTO),
    rule(Mobile, NoDataUrl, Reject, MOBILE),
    rule(Mobile, Upright, Warn, OURS),
    rule(Mobile, NoGps, Warn, PRIVACY),
    rule(Upload, Formats(READ), Warn, SILENT),
    rule(Upload, MaxBase64(10 << 20), Reject, UPLOAD),
    rule(Upload, Below(1920, 1080), Reject, UPLOAD),
    rule(Upload, NoDataUrl, Warn, BYTES),
    rule(Upload, Upright, Warn, OURS),
    rule(Upload, NoGps, Warn, PRIVACY),
];

/// What `photo.fit` aims at.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Aim {
    /// Longest side.
    pub(crate) side: u32,
    /// Both sides below this, where there is such a limit.
    pub(crate) below: Option<(u32, u32)>,
    /// No larger file.
    pub(crate) most: usize,
    /// Good enough from here on.
    pub(crate) good: usize,
    /// The best quality to try.
    pub(crate) quality: u8,
}

impl Service {
    /// What `photo.fit` aims at for this service. 20K is read as 20,000, so that it holds either way.
    pub(crate) fn aim(self) -> Aim {
        match self {
            Upload => Aim { side: 1919, below: Some((1920, 1080)), most: (10 << 20) / 4 * 3, good: 0, quality: 90 },
            One | Two | Mobile => Aim { side: 800, below: None, most: 20_000, good: 18_600, quality: 95 },
        }
    }
}
