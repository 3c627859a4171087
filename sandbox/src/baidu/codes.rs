//! Baidu's codes and texts, from its public pages; the interface document itself names only 0 and 18.

/// The text of a code.
pub(super) fn text(code: i64) -> &'static str {
    match code {
        0 => "核验成功",
        1 => "Unknown error",
        2 => "Service temporarily unavailable",
        3 => "Unsupported openapi method",
        4 => "Open api request limit reached",
        6 => "No permission to access data",
        13 => "Get service token failed",
        14 => "IAM Certification failed",
        15 => "app not exsits or create failed",
        17 => "Open api daily request limit reached",
        18 => "Open api qps request limit reached",
        19 => "Open api total request limit reached",
        100 => "Invalid parameter",
        110 => "Access token invalid or no longer valid",
        111 => "Access token expired",
        216100 => "invalid param",
        216101 => "not enough param",
        216102 => "service not support",
        216103 => "param too long",
        216110 => "appid not exist",
        216111 => "invalid userid",
        216200 => "empty image",
        216201 => "image format error",
        216202 => "image size error",
        216300 => "db error",
        216400 => "backend error",
        216509 => "video voice unrecognisable",
        222001 => "param[] is null",
        222002..=222021 => "param format error",
        222213 => "face size is too small",
        222309 => "image size is too small",
        222350 => "police picture is none or low quality",
        // The document's own example of a text.
        222351 => "身份证姓名不匹配",
        222352 => "name format error",
        222353 => "id number format error",
        222354 => "id number not exist",
        222355 => "police picture not exist",
        222360 => "invalid name or id number",
        222361 | 222901..=222916 => "system busy",
        223051 => "唇语验证未通过",
        223101..=223106 => "face library error",
        223113 => "face is covered",
        223114 => "face is fuzzy",
        223115 => "face light is not good",
        223116 => "incomplete face",
        223118 => "quality control error",
        223119 => "liveness control item error",
        223120 => "liveness check fail",
        223121 => "left eye is occlusion",
        223122 => "right eye is occlusion",
        223123 => "left cheek is occlusion",
        223124 => "right cheek is occlusion",
        223125 => "chin contour is occlusion",
        223126 => "nose is occlusion",
        223127 => "mouth is occlusion",
        223131 => "合成图检测未通过",
        282000 => "internal error",
        283435 => "方案不存在。Plan not exist.",
        283512 => "服务异常,请稍后再试",
        283513 => "请求参数错误",
        283520 => "请传入核验方式",
        800001 => "采集超时",
        800002 => "炫瞳检测失败",
        _ => "Unknown error",
    }
}

/// The text of every end of a verify_token; the document gives it no number.
pub(super) const TOKEN: &str = "Token无效或者已过期";
/// The text of a face below the plan's threshold; the documents have neither text nor number.
pub(super) const LOW_SCORE: &str = "人脸比对未通过，得分低于阈值";
/// The text of a refused camera; the documents have neither text nor number.
pub(super) const CAMERA: &str = "用户拒绝摄像头授权";

/// Whether the gateway says it, and not the face service: `{error_code, error_msg}` without `success`.
pub(super) fn is_gateway(code: i64) -> bool {
    code < 1000 || code == 282000
}

/// Whether the authority's source says it: then the liveness check was passed before.
pub(super) fn is_of_source(code: i64) -> bool {
    matches!(code, 222350..=222361 | 222901..=222916)
}

/// Every code with which an attempt may fail.
pub(super) const ATTEMPT: [i64; 45] = [
    222350, 222351, 222352, 222353, 222354, 222355, 222360, 222361, 222901, 222902, 222903, 222904, 222905, 222906,
    222907, 222908, 222909, 222910, 222911, 222912, 222913, 222914, 222915, 222916, 223051, 223119, 223120, 223131,
    800001, 800002, 223113, 223114, 223115, 223116, 223118, 223121, 223122, 223123, 223124, 223125, 223126, 223127,
    222213, 222309, 216509,
];
