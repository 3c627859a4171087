//! Baidu's codes, one row a code or a range.
//!
//! The interface document names only 18 and 0; the others come from Baidu's public pages of error codes
//! (ai.baidu.com/ai-doc/FACE/ok3co871g, FACE/zl958mm8k, IMAGERECOGNITION/zk3bcxgfg).

use crate::error::{Error, Kind};
use crate::operation::Repeat;
use crate::verdict::Check;
use std::time::Duration;

/// A code that says that a call itself failed. All calls are free.
#[derive(Debug)]
pub struct Gateway {
    /// `error_code` or `code`; of a range, its first.
    pub first: i64,
    /// The last of the range.
    pub last: i64,
    /// Baidu's text.
    pub text: &'static str,
    /// Our kind.
    pub kind: Kind,
    /// Whether the access_token is renewed once.
    pub renews_token: bool,
    /// Whether the library repeats the call.
    pub(crate) repeat: Repeat,
    /// What to do about it.
    pub hint: Option<&'static str>,
}

const fn code(code: i64, text: &'static str, kind: Kind, hint: Option<&'static str>) -> Gateway {
    Gateway { first: code, last: code, text, kind, renews_token: false, repeat: Repeat::Never, hint }
}

const fn range(first: i64, last: i64, text: &'static str, hint: Option<&'static str>) -> Gateway {
    Gateway { first, last, ..code(first, text, Kind::InvalidArgument, hint) }
}

const fn again(row: Gateway) -> Gateway {
    Gateway { repeat: Repeat::FREE, ..row }
}

const fn token(row: Gateway) -> Gateway {
    Gateway { renews_token: true, ..row }
}

const KEYS: Option<&str> = Some("check accounts.baidu: api_key, secret_key");
const CONSOLE: Option<&str> = Some("look at the application in Baidu's console: is the service switched on for it?");
const BUY: Option<&str> = Some("buy more calls in Baidu's console");
const PLAN: Option<&str> = Some("check plan_id in the console of 人脸实名认证");

/// Every gateway code, the more special row first.
pub static GATEWAY: &[Gateway] = &[
    again(code(1, "Unknown error", Kind::Vendor, None)),
    again(code(2, "Service temporarily unavailable", Kind::Vendor, None)),
    code(3, "Unsupported openapi method", Kind::InvalidArgument, Some("check accounts.baidu.base_url")),
    again(code(4, "Open api request limit reached", Kind::RateLimited, Some("send fewer calls at a time"))),
    code(6, "No permission to access data", Kind::Authentication, CONSOLE),
    Gateway {
        repeat: Repeat::Free { attempts: 2, floor: Duration::ZERO },
        ..code(13, "Get service token failed", Kind::Vendor, None)
    },
    code(14, "IAM Certification failed", Kind::Authentication, Some("check secret_key and this machine's clock")),
    code(15, "app not exsits or create failed", Kind::Authentication, CONSOLE),
    code(17, "Open api daily request limit reached", Kind::Quota, BUY),
    Gateway {
        repeat: Repeat::Free { attempts: ATTEMPTS_ON_18, floor: Duration::from_secs(1) },
        ..code(18, "Open api qps request limit reached", Kind::RateLimited, Some("send fewer calls at a time"))
    },
    code(19, "Open api total request limit reached", Kind::Quota, BUY),
    token(code(100, "Invalid parameter", Kind::Authentication, KEYS)),
    token(code(110, "Access token invalid or no longer valid", Kind::Authentication, KEYS)),
    token(code(111, "Access token expired", Kind::Authentication, KEYS)),
    again(code(282000, "internal error", Kind::Vendor, None)),
    code(283435, "方案不存在。Plan not exist.", Kind::Configuration, PLAN),
    again(code(283512, "服务异常,请稍后再试", Kind::Vendor, None)),
    code(283513, "请求参数错误", Kind::InvalidArgument, None),
    code(283520, "请传入核验方式", Kind::InvalidArgument, Some("this is the plan of an app, not of an H5 page")),
    again(code(216300, "db error", Kind::Vendor, None)),
    again(code(216400, "backend error", Kind::Vendor, None)),
    code(216100, "invalid param", Kind::InvalidArgument, None),
    code(216101, "not enough param", Kind::InvalidArgument, None),
    code(216102, "service not support", Kind::InvalidArgument, None),
    code(216103, "param too long", Kind::InvalidArgument, None),
    code(216110, "appid not exist", Kind::InvalidArgument, None),
    code(216111, "invalid userid", Kind::InvalidArgument, None),
    code(216200, "empty image", Kind::InvalidArgument, None),
    code(216201, "image format error", Kind::InvalidArgument, None),
    code(216202, "image size error", Kind::InvalidArgument, Some("Base64 up to 10 MB, below 1920×1080")),
    range(216100, 216199, "invalid param", None),
    range(216200, 216299, "image error", None),
];

/// How often a call is tried that is answered by 18.
pub(crate) const ATTEMPTS_ON_18: u32 = 3;

/// What a lasting 18 of simple, detail and getall means (FAQ 2 of the document).
pub(crate) const SWITCH_ON: &str =
    "switch on 人脸实名认证V4 and 人脸对比V4, the two paid services behind the plan, or look at their free quota";

/// The row of a gateway code.
pub fn gateway(code: i64) -> Option<&'static Gateway> {
    GATEWAY.iter().find(|row| (row.first..=row.last).contains(&code))
}

/// The error of a code; without a code, of a failure that has only a text. `text` is the vendor's, scrubbed.
pub(crate) fn error(code: Option<i64>, text: &str) -> Error {
    let row = code.and_then(gateway);
    let said = match row {
        Some(row) if text.is_empty() => row.text,
        _ if text.is_empty() => "the vendor refused the call",
        _ => text,
    };
    let mut error = Error::new(row.map_or(Kind::Vendor, |row| row.kind), said);
    error.vendor_code = code.map(|code| code.to_string());
    error.vendor_text = (!text.is_empty()).then(|| text.to_owned());
    if let Some(row) = row {
        error.repeat = row.repeat;
        error.retryable = row.repeat != Repeat::Never;
        error.hint = row.hint.map(Into::into);
    } else if text.contains(TOKEN_OVER) {
        error.hint = Some(TOKEN_ENDINGS.into());
    }
    error
}

/// Whether an error says that the access_token is no longer good.
pub(crate) fn renews_token(error: &Error) -> bool {
    let code = error.vendor_code.as_deref().and_then(|code| code.parse().ok());
    code.and_then(gateway).is_some_and(|row| row.renews_token)
}

/// The one text of all endings of a verify_token (FAQ 1 of the document). Its number is not published.
pub const TOKEN_OVER: &str = "Token无效或者已过期";

/// The four endings that share this text.
pub const TOKEN_ENDINGS: &str = "the verify_token is of another application's access_token, or 2 hours old without a \
    verification, or already used, or its result is older than 3 days";

/// The text of a mismatch, whatever its code.
pub const MISMATCH: &str = "身份证姓名不匹配";

/// What may be done about a failed attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Again {
    /// Nothing: the answer stands.
    No,
    /// The person tries once more.
    NewAttempt,
    /// Asking later may help.
    Later,
}

/// Which check a failure is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    /// Name and number.
    Identity,
    /// The face.
    Face,
    /// The live person.
    Liveness,
}

/// A code that says how a verification failed: a verdict, not an error.
#[derive(Debug)]
pub struct Failure {
    /// `code`; of a range, its first.
    pub first: i64,
    /// The last of the range.
    pub last: i64,
    /// Baidu's text.
    pub text: &'static str,
    /// Which check.
    pub about: About,
    /// Its outcome. `failed` rejects.
    pub check: Check,
    /// What may be done.
    pub again: Again,
}

const fn failure(code: i64, text: &'static str, about: About, check: Check, again: Again) -> Failure {
    Failure { first: code, last: code, text, about, check, again }
}

use About::{Face, Identity, Liveness};
use Again::{Later, NewAttempt, No};

/// Every code of a failed verification that is known.
pub static FAILURES: &[Failure] = &[
    failure(222351, "id number and name not match or id number not exist", Identity, Check::Failed, No),
    failure(222354, "id number not exist", Identity, Check::Failed, No),
    failure(222360, "invalid name or id number", Identity, Check::Failed, No),
    failure(222352, "name format error", Identity, Check::Error, No),
    failure(222353, "id number format error", Identity, Check::Error, No),
    failure(222350, "police picture is none or low quality", Face, Check::NoRecord, No),
    failure(222355, "police picture not exist", Face, Check::NoRecord, No),
    failure(223120, "liveness check fail", Liveness, Check::Failed, No),
    failure(223131, "合成图检测未通过", Liveness, Check::Failed, No),
    failure(223051, "唇语验证未通过", Liveness, Check::Failed, No),
    failure(800002, "炫瞳检测失败", Liveness, Check::Failed, No),
    failure(223119, "liveness control item error", Liveness, Check::Error, NewAttempt),
    failure(800001, "采集超时", Liveness, Check::Error, NewAttempt),
    failure(223113, "face is covered", Face, Check::Error, NewAttempt),
    failure(223114, "face is fuzzy", Face, Check::Error, NewAttempt),
    failure(223115, "face light is not good", Face, Check::Error, NewAttempt),
    failure(223116, "incomplete face", Face, Check::Error, NewAttempt),
    failure(223118, "quality control error", Face, Check::Error, NewAttempt),
    failure(223121, "left eye is occluded", Face, Check::Error, NewAttempt),
    failure(223122, "right eye is occluded", Face, Check::Error, NewAttempt),
    failure(223123, "left cheek is occluded", Face, Check::Error, NewAttempt),
    failure(223124, "right cheek is occluded", Face, Check::Error, NewAttempt),
    failure(223125, "chin is occluded", Face, Check::Error, NewAttempt),
    failure(223126, "nose is occluded", Face, Check::Error, NewAttempt),
    failure(223127, "mouth is occluded", Face, Check::Error, NewAttempt),
    failure(222213, "face size is too small", Face, Check::Error, NewAttempt),
    failure(222309, "image size is too small", Face, Check::Error, NewAttempt),
    failure(222361, "system busy", Identity, Check::Error, Later),
    Failure { first: 222901, last: 222916, ..failure(222901, "system busy", Identity, Check::Error, Later) },
];

/// The row of a failed verification.
pub fn failure_of(code: i64) -> Option<&'static Failure> {
    FAILURES.iter().find(|row| (row.first..=row.last).contains(&code))
}
