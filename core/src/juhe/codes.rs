//! Juhe's codes, one row a code: text, our kind, what it costs, who may repeat.
//!
//! Documents: 错误码参照 of each interface; authResult字节码说明 of 人脸对比V2.

use crate::error::{Error, Kind};
use crate::operation::Repeat;
use crate::verdict::{Billed, Check};
use std::time::Duration;

/// A 系统级错误码.
#[derive(Debug)]
pub struct System {
    /// `error_code`.
    pub code: i64,
    /// 旧版本(resultcode).
    pub legacy: i64,
    /// The document's text.
    pub text: &'static str,
    /// Our kind.
    pub kind: Kind,
    /// What a paid call with this answer cost.
    pub billed: Billed,
    /// Whether the caller may repeat a call that was not billed.
    pub retryable: bool,
    /// Whether the library repeats a free call.
    pub(crate) repeat: Repeat,
    /// What to do about it.
    pub hint: &'static str,
}

const fn system(code: i64, text: &'static str, kind: Kind, hint: &'static str) -> System {
    System { code, legacy: code - 9900, text, kind, billed: Billed::No, retryable: false, repeat: Repeat::Never, hint }
}

/// Every system code of the documents.
pub static SYSTEM: &[System] = &[
    system(10001, "错误的请求KEY", Kind::Authentication, "check accounts.juhe.key"),
    system(10002, "该KEY无请求权限", Kind::Authentication, "the key is of another interface: 个人中心 → 我的数据"),
    system(10003, "KEY过期", Kind::Authentication, "renew the key at Juhe"),
    system(10004, "错误的OPENID", Kind::Authentication, "check accounts.juhe.openid"),
    system(10005, "应用未审核超时，请提交认证", Kind::Configuration, "submit the application for review at Juhe"),
    system(10007, "未知的请求源", Kind::Configuration, "ask Juhe which sources are allowed for this key"),
    system(10008, "被禁止的IP", Kind::Authentication, "add this machine's address to the key's list at Juhe"),
    system(10009, "被禁止的KEY", Kind::Authentication, "ask Juhe why the key is blocked"),
    System {
        retryable: true,
        repeat: Repeat::FREE,
        ..system(10011, "当前IP请求超过限制", Kind::RateLimited, "send fewer calls at a time")
    },
    system(10012, "请求超过次数限制", Kind::Quota, "buy more calls at Juhe"),
    system(10013, "测试KEY超过请求限制", Kind::Quota, "a test key has few calls: use the bought one"),
    System {
        billed: Billed::Unknown,
        repeat: Repeat::FREE,
        ..system(10014, "系统内部异常", Kind::Vendor, "ask Juhe whether the call was charged before repeating it")
    },
    System {
        retryable: true,
        repeat: Repeat::Free { attempts: 2, floor: Duration::from_millis(500) },
        ..system(10020, "接口维护", Kind::Vendor, "the interface is under maintenance: try later")
    },
    system(10021, "接口停用", Kind::Vendor, "the interface was switched off"),
];

/// Of a legacy `resultcode`, the `error_code`: 101–121 are 10001–10021.
pub(crate) fn from_legacy(resultcode: i64) -> Option<i64> {
    (101..=121).contains(&resultcode).then_some(9900 + resultcode)
}

/// The error of a system code, as a paid call has it. `reason` is the vendor's text.
fn system_error(code: i64, reason: &str) -> Option<Error> {
    let row = SYSTEM.iter().find(|row| row.code == code)?;
    let mut error = vendor_error(row.kind, code, if reason.is_empty() { row.text } else { reason });
    error.retryable = row.retryable;
    error.repeat = row.repeat;
    Some(error.with_billed(row.billed).with_hint(row.hint))
}

/// An error with the vendor's code and text.
fn vendor_error(kind: Kind, code: i64, text: &str) -> Error {
    let mut error = Error::new(kind, if text.is_empty() { "the vendor refused the call" } else { text });
    error.vendor_code = Some(code.to_string());
    error.vendor_text = Some(text.to_owned());
    error
}

/// A 服务级错误码.
#[derive(Debug)]
pub struct Service {
    /// `error_code`: `2`, three digits of the interface (264 verifyface, 793 faceid, 801 verifyface_mobile), two more.
    pub code: i64,
    /// The document's text.
    pub text: &'static str,
    /// Our kind, where it is an error.
    pub kind: Kind,
    /// The vendor's parameter at fault, where the code alone says so.
    pub field: Option<&'static str>,
    /// Whether the caller may repeat a call that was not billed.
    pub retryable: bool,
    /// Whether the library repeats a free call.
    pub(crate) repeat: Repeat,
    /// What to do about it.
    pub hint: Option<&'static str>,
}

const fn service(code: i64, text: &'static str, kind: Kind) -> Service {
    Service { code, text, kind, field: None, retryable: false, repeat: Repeat::Never, hint: None }
}

const fn wrong(code: i64, text: &'static str, field: &'static str) -> Service {
    Service { field: Some(field), ..service(code, text, Kind::InvalidArgument) }
}

/// Every service code of the documents. Some are answers, not errors: the operations say which.
pub static SERVICE: &[Service] = &[
    Service { retryable: true, ..service(226401, "数据源超时", Kind::Vendor) },
    service(226402, "查无记录", Kind::Vendor),
    service(226403, "参数错误", Kind::InvalidArgument),
    Service { hint: Some("try another photo"), ..service(226404, "对比错误", Kind::Vendor) },
    service(279301, "参数异常", Kind::InvalidArgument),
    Service {
        hint: Some("another order, or the key of another account?"),
        ..service(279302, "查询不到认证记录", Kind::Vendor)
    },
    Service { retryable: true, repeat: Repeat::FREE, ..service(279303, "网络异常", Kind::Vendor) },
    Service { retryable: true, repeat: Repeat::FREE, ..service(279304, "查询失败", Kind::Vendor) },
    service(279305, "活体检测异常，具体参考reason", Kind::Vendor),
    service(279306, "活体检测未完成，具体参考reason", Kind::Vendor),
    service(279307, "客户端未提交认证或认证未完成", Kind::Vendor),
    service(280101, "任一参数不能为空", Kind::InvalidArgument),
    wrong(280102, "身份证号格式错", "idcard"),
    wrong(280103, "手机号格式错误", "mobile"),
    wrong(280104, "姓名格式错误", "realname"),
    Service { retryable: true, ..service(280105, "身份核验失败、手机号核验失败", Kind::Vendor) },
];

/// `2`, and the number of an interface: what its service codes begin with.
pub(crate) mod interface {
    pub(crate) const VERIFYFACE: i64 = 2264;
    pub(crate) const FACEID: i64 = 2793;
    pub(crate) const VERIFYFACE_MOBILE: i64 = 2801;
}

/// The error of any code but 0, as a paid call of this interface has it; what a code that is no system code cost is
/// the operation's to say. `reason` is the vendor's text.
pub(crate) fn error(interface: i64, code: i64, reason: &str) -> Error {
    if let Some(error) = system_error(code, reason) {
        return error;
    }
    let Some(row) = SERVICE.iter().find(|row| row.code == code && code / 100 == interface) else {
        return vendor_error(Kind::Vendor, code, reason);
    };
    let mut error = vendor_error(row.kind, code, if reason.is_empty() { row.text } else { reason });
    error.field = row.field.map(str::to_owned);
    error.retryable = row.retryable;
    error.repeat = row.repeat;
    error.hint = row.hint.map(Into::into);
    error
}

/// Whether the call was refused before it reached a service: a 系统级错误码.
pub(crate) fn is_system(code: i64) -> bool {
    SYSTEM.iter().any(|row| row.code == code)
}

/// The text of a service code, where the vendor sent none.
pub(crate) fn service_text(code: i64, reason: &str) -> String {
    let documented = || SERVICE.iter().find(|row| row.code == code).map(|row| row.text).unwrap_or_default();
    if reason.is_empty() { documented().to_owned() } else { reason.to_owned() }
}

/// A byte of `authResult`: its text, the document's likely cause and next step, and what it means.
#[derive(Debug)]
pub struct AuthByte {
    /// The letter; `None` is the row 其他代码.
    pub letter: Option<char>,
    /// 代码说明.
    pub text: &'static str,
    /// 可能出现原因.
    pub cause: Option<&'static str>,
    /// 下一步建议.
    pub next_step: Option<&'static str>,
    /// What it means for the check this byte is about.
    pub check: Check,
    /// Whether the document lists it as charged.
    pub charged: bool,
    /// Whether it may go better next time (when it was not billed).
    pub retryable: bool,
}

const fn byte(
    letter: char,
    text: &'static str,
    check: Check,
    cause: Option<&'static str>,
    next_step: Option<&'static str>,
) -> AuthByte {
    AuthByte { letter: Some(letter), text, cause, next_step, check, charged: false, retryable: false }
}

const fn charged(row: AuthByte) -> AuthByte {
    AuthByte { charged: true, ..row }
}

const fn again(row: AuthByte) -> AuthByte {
    AuthByte { retryable: true, ..row }
}

const OTHER: AuthByte = AuthByte {
    letter: None,
    text: "其他返回代码",
    cause: None,
    next_step: Some("联系接口服务商"),
    check: Check::Error,
    charged: false,
    retryable: false,
};

/// authResult, first byte: the identity. `0` is charged or not by the second byte.
pub static AUTH_FIRST: &[AuthByte] = &[
    byte('0', "身份信息有效", Check::Passed, None, None),
    charged(byte('5', "身份信息无效", Check::Failed, Some("1.身份信息不存在 2.身份信息不匹配"), Some("检查身份信息"))),
    byte('6', "参数错误", Check::Error, Some("身份信息格式不正确"), Some("检查身份信息")),
    byte('7', "系统错误", Check::Error, Some("系统错误或服务异常"), Some("联系接口服务商")),
    again(byte('A', "穿网调用超时", Check::Error, Some("穿网调用超时"), Some("重新认证"))),
    again(byte('E', "接口调用异常", Check::Error, Some("接口调用异常"), Some("重新认证"))),
    again(byte('T', "接口调用超时", Check::Error, Some("接口调用超时"), Some("重新认证"))),
    byte('X', "未执行", Check::NotChecked, None, Some("联系接口服务商")),
    OTHER,
];

const RETAKE: Option<&str> = Some("1.重新拍照；2.传入合格图片");

/// authResult, second byte: the face.
pub static AUTH_SECOND: &[AuthByte] = &[
    charged(byte('0', "同一人", Check::Passed, None, None)),
    charged(byte(
        '1',
        "非同一人",
        Check::Failed,
        Some("1.照片为本人，但是照片可能有角度、光线过暗、脸部区域有亮斑；2.照片为本人，但是该照片尺寸太小"),
        RETAKE,
    )),
    charged(byte(
        '2',
        "疑似为本人",
        Check::Error,
        Some(
            "1.照片为本人，但是照片可能有角度、光线过暗、脸部区域有亮斑；2.照片为本人，但是该照片尺寸太小；3.两人长相类似",
        ),
        RETAKE,
    )),
    again(byte('A', "数据库操作错误", Check::Error, Some("人像比对数据库操作异常"), None)),
    again(byte('B', "人像比对异常", Check::Error, Some("人像比对系统异常"), None)),
    byte('C', "参数错误", Check::Error, Some("业务流水号空或长度不是18位"), None),
    charged(byte('D', "无人像信息", Check::NoRecord, Some("数据库中无该人像信息"), Some("检查该人身份信息是否正确"))),
    charged(byte(
        'E',
        "图像格式不支持",
        Check::Error,
        Some("非JPEG格式图像"),
        Some("检查传入的图像数据是否为JPEG格式"),
    )),
    charged(byte(
        'F',
        "待比对图像建模失败",
        Check::Error,
        Some("1.照片可能有角度，光线过暗，脸部区域有亮斑，模糊；2.照片尺寸太小"),
        RETAKE,
    )),
    charged(byte('G', "现场照片质量不合格", Check::Error, Some("上传照片质量不合格"), Some("自检上传照片质量"))),
    charged(byte(
        'J',
        "现场照片小于5K字节",
        Check::Error,
        None,
        Some("检查图像原始大小（非BASE64编码）是否小于5K字节，重新拍照"),
    )),
    byte(
        'K',
        "公安制证照片质量不佳",
        Check::Error,
        Some("库内照片质量不佳"),
        Some("系统人像信息异常或者未录入认证系统"),
    ),
    again(byte(
        'T',
        "人像引擎超时",
        Check::Error,
        Some("人像服务所有比对引擎同时超时或一个引擎超时，另一个引擎故障"),
        Some("重试或者联系接口服务商"),
    )),
    again(byte('W', "系统其他错误", Check::Error, Some("认证超时"), Some("重试或者联系接口服务商"))),
    byte('X', "未执行", Check::NotChecked, None, None),
    OTHER,
];

/// The row of a letter; the row 其他代码 for any other.
pub fn auth_byte(table: &'static [AuthByte], letter: char) -> &'static AuthByte {
    table.iter().find(|row| row.letter == Some(letter)).unwrap_or(&OTHER)
}

#[cfg(test)]
mod tests;
