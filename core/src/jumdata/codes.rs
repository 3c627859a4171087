//! Jumdata's codes, one row a code. Document: 公共 code 返回码说明; 获取实人认证结果, code 返回码说明.

use crate::error::{Error, Kind};
use crate::jumdata::account::Gateway;
use crate::operation::Repeat;
use crate::verdict::{Billed, Check, Decision};

/// A 公共返回码 that is an error.
#[derive(Debug)]
pub struct Common {
    /// `code`.
    pub code: i64,
    /// The document's text.
    pub text: &'static str,
    /// Our kind.
    pub kind: Kind,
    /// What 初始化 with this answer cost.
    pub init_billed: Billed,
    /// Whether the caller may repeat 初始化.
    pub init_retryable: bool,
    /// Whether the library repeats the free 获取结果.
    pub result_repeat: bool,
    /// What to do about it.
    pub hint: &'static str,
}

const fn common(
    code: i64,
    text: &'static str,
    kind: Kind,
    init_billed: Billed,
    (init_retryable, result_repeat): (bool, bool),
    hint: &'static str,
) -> Common {
    Common { code, text, kind, init_billed, init_retryable, result_repeat, hint }
}

/// Every common code of the document but 200.
pub static COMMON: &[Common] = &[
    common(400, "参数错误", Kind::InvalidArgument, Billed::No, (false, false), "check returnUrl, colors and actions"),
    common(500, "系统维护，请稍候再试", Kind::Vendor, Billed::Unknown, (false, true), "try later"),
    common(604, "接口停用", Kind::Vendor, Billed::No, (false, false), "ask Jumdata whether the product still runs"),
    common(606, "调用超限，请稍候再试", Kind::RateLimited, Billed::No, (true, true), "send fewer calls"),
    common(609, "请求过于频繁，请稍候再试", Kind::RateLimited, Billed::No, (true, true), "send fewer calls at a time"),
    common(610, "请求超时", Kind::Vendor, Billed::Unknown, (false, true), "try later"),
    common(999, "其他，以实际返回为准", Kind::Vendor, Billed::Unknown, (false, false), "read the vendor's text"),
];

/// Codes that only Jumdata's own gateway gives, from its public pages. Where those say nothing of the bill, a refusal
/// of the account itself costs nothing (a choice), and nobody knows of the rest.
pub static OWN: &[Common] = &[
    // No page names the code of a wrong signature: this one is a guess.
    common(401, "签名错误", Kind::Authentication, Billed::No, (false, false), SIGNED),
    common(404, "请求资源不存在", Kind::Configuration, Billed::Unknown, (false, false), ADDRESS),
    common(501, "数据源维护", Kind::Vendor, Billed::Unknown, (false, false), "try later"),
    common(601, "未开通", Kind::Configuration, Billed::No, (false, false), "have the product switched on by Jumdata"),
    common(602, "停用", Kind::Configuration, Billed::No, (false, false), "ask Jumdata why the product is switched off"),
    common(603, "余额不足", Kind::Quota, Billed::No, (false, false), "top up the account at Jumdata"),
];

const SIGNED: &str = "check app_id and app_secret in accounts.jumdata.gateway, and this machine's clock";
const ADDRESS: &str = "check accounts.jumdata.init_url and result_url";

fn error(code: i64, text: &str, row: Option<&Common>) -> Error {
    let text = match row {
        Some(row) if text.is_empty() => row.text,
        _ if text.is_empty() => "the vendor refused the call",
        _ => text,
    };
    let mut error = Error::new(row.map_or(Kind::Vendor, |row| row.kind), text);
    error.vendor_code = Some(code.to_string());
    error.vendor_text = Some(text.to_owned());
    error.hint = row.map(|row| row.hint.into());
    error
}

fn row(gateway: &Gateway, code: i64) -> Option<&'static Common> {
    let own: &[Common] = if matches!(gateway, Gateway::Own { .. }) { OWN } else { &[] };
    COMMON.iter().chain(own).find(|row| row.code == code)
}

/// The error of 初始化 with a code other than 200.
pub(super) fn init_error(gateway: &Gateway, code: i64, text: &str) -> Error {
    let row = row(gateway, code);
    let mut error = error(code, text, row);
    error.retryable = row.is_some_and(|row| row.init_retryable);
    error.with_billed(row.map_or(Billed::Unknown, |row| row.init_billed))
}

/// The error of 获取结果 with a code that is neither an outcome nor documented. Asking costs nothing.
pub(super) fn result_error(gateway: &Gateway, code: i64, text: &str) -> Error {
    let row = row(gateway, code);
    let mut error = error(code, text, row);
    if row.is_some_and(|row| row.result_repeat) {
        error.retryable = true;
        error.repeat = Repeat::FREE;
    }
    error
}

/// An outcome of 获取结果.
#[derive(Debug)]
pub struct Outcome {
    /// `code`.
    pub code: i64,
    /// code 说明.
    pub text: &'static str,
    /// 原因说明.
    pub cause: Option<&'static str>,
    /// What to do next (ours).
    pub next_step: Option<&'static str>,
    /// The one check that Jumdata makes.
    pub liveness: Check,
    /// The decision; `passed` also needs a face image.
    pub decision: Decision,
    /// What the verification cost.
    pub billed: Billed,
}

/// Every outcome of the document.
pub static OUTCOMES: &[Outcome] = &[
    Outcome {
        code: 200,
        text: "实人认证通过",
        cause: None,
        next_step: None,
        liveness: Check::Passed,
        decision: Decision::Passed,
        billed: Billed::Yes,
    },
    Outcome {
        code: 201,
        text: "未查询到检测结果",
        cause: None,
        next_step: Some("ask again after the person has finished"),
        liveness: Check::NotChecked,
        decision: Decision::Pending,
        billed: Billed::Unknown,
    },
    Outcome {
        code: 202,
        text: "实人认证未通过",
        cause: Some("1.检测到摄像头视频劫持攻击 2.在视频中用户做出的动作不符合给定的序列 3.人脸未通过认证判断"),
        next_step: None,
        liveness: Check::Failed,
        decision: Decision::Rejected,
        billed: Billed::Yes,
    },
    Outcome {
        code: 203,
        text: "实人认证检测失败",
        cause: Some(
            "1.浏览器缺少进行实人认证采集的特性或出现软硬件故障 2.用户拒绝进行实人认证采集，例如摄像头权限被禁止 3.动作参数错误 4.其它错误",
        ),
        next_step: Some("start a new session with another browser, and allow the camera"),
        liveness: Check::Error,
        decision: Decision::Inconclusive,
        billed: Billed::Unknown,
    },
    Outcome {
        code: 301,
        text: "token已过期",
        cause: Some("指初始化之后未在10分钟内获取结果"),
        next_step: Some("start a new session and fetch its result within 10 minutes"),
        liveness: Check::NotChecked,
        decision: Decision::Expired,
        billed: Billed::Unknown,
    },
];
