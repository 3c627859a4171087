//! The documents' own texts for Juhe's codes.

/// System codes and their text; the old `resultcode` is the code less 9900.
pub(super) const SYSTEM: [(i64, &str); 14] = [
    (10001, "错误的请求KEY"),
    (10002, "该KEY无请求权限"),
    (10003, "KEY过期"),
    (10004, "错误的OPENID"),
    (10005, "应用未审核超时，请提交认证"),
    (10007, "未知的请求源"),
    (10008, "被禁止的IP"),
    (10009, "被禁止的KEY"),
    (10011, "当前IP请求超过限制"),
    (10012, "请求超过次数限制"),
    (10013, "测试KEY超过请求限制"),
    (10014, "系统内部异常"),
    (10020, "接口维护"),
    (10021, "接口停用"),
];

/// Service codes and their text.
pub(super) const SERVICE: [(i64, &str); 16] = [
    (226401, "数据源超时"),
    (226402, "查无记录"),
    (226403, "参数错误"),
    (226404, "对比错误"),
    (279301, "参数异常"),
    (279302, "查询不到认证记录"),
    (279303, "网络异常"),
    (279304, "查询失败"),
    (279305, "活体检测异常：摄像头中断"),
    (279306, "活体检测未完成：用户尚未完成动作"),
    (279307, "客户端未提交认证或认证未完成"),
    (280101, "任一参数不能为空"),
    (280102, "身份证号格式错"),
    (280103, "手机号格式错误"),
    (280104, "姓名格式错误"),
    // The sample's wording, in a table that joins the two with a comma.
    (280105, "身份核验失败、手机号核验失败"),
];

/// The text of a code.
pub(super) fn text(code: i64) -> &'static str {
    SYSTEM.iter().chain(&SERVICE).find(|row| row.0 == code).map_or("未知错误", |row| row.1)
}

/// The text of `live_code`.
pub(super) fn live(code: i64) -> &'static str {
    match code {
        200 => "活体检测通过",
        201 => "活体检测存在风险",
        202 => "业务策略限制",
        203 => "活体照片质量较低",
        204 => "权威比对源异常",
        205 => "意愿判定不通过",
        _ => "活体检测不通过",
    }
}

/// The text of `certify_code`.
pub(super) fn certify(code: i64) -> &'static str {
    match code {
        200 => "身份证号与姓名匹配，且比对成功",
        201 => "人脸库中的照片检测不到人脸",
        202 => "用户上传的照片检测不到人脸",
        203 => "人脸比对失败",
        204 => "身份证号与姓名不匹配",
        205 => "人脸对比网络超时",
        206 => "人脸对比异常",
        _ => "人脸对比不通过",
    }
}

/// The text of V1's `code`.
pub(super) fn described(code: &str) -> &'static str {
    match code {
        "3003" => "人脸库中的照片检测不到人脸",
        "3004" => "用户上传的照片检测不到人脸",
        _ => "人脸比对失败",
    }
}

/// Whether V2's document lists this answer as charged: 00XX,01XX,02XX,0DXX,0EXX,0FXX,0GXX,0JXX,5XXX.
pub(super) fn charged(auth_result: &str) -> bool {
    let mut letters = auth_result.chars();
    match (letters.next(), letters.next()) {
        (Some('5'), _) => true,
        (Some('0'), Some(second)) => "012DEFGJ".contains(second),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn charges_exactly_the_list() {
        let all: Vec<String> =
            "0567AETXZ".chars().flat_map(|a| "012ABCDEFGJKTWXZ".chars().map(move |b| format!("{a}{b}XX"))).collect();
        let listed: Vec<_> = all.iter().filter(|code| charged(code) && !code.starts_with('5')).collect();
        assert_eq!(listed, ["00XX", "01XX", "02XX", "0DXX", "0EXX", "0FXX", "0GXX", "0JXX"]);
        assert_eq!(all.iter().filter(|code| code.starts_with('5') && charged(code)).count(), 16);
    }
}
