//! Jumdata's return codes: the common table, and the one of `result`.

/// The text of a code. 200 is 成功 here; `result` says 实人认证通过 with the same number.
pub(super) fn text(code: i64) -> &'static str {
    match code {
        200 => "成功",
        // The sample; the table has 实人认证检测失败.
        203 => "检测失败",
        201 => "未查询到检测结果",
        202 => "实人认证未通过",
        301 => "token已过期",
        400 => "参数错误",
        500 => "系统维护，请稍候再试",
        604 => "接口停用",
        606 => "调用超限，请稍候再试",
        609 => "请求过于频繁，请稍候再试",
        610 => "请求超时",
        _ => "其他",
    }
}

/// The text of 200 in `result`.
pub(super) const PASSED: &str = "实人认证通过";
