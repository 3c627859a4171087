//! `live_code` and `certify_code` of 查询认证结果, one row a code.

use crate::verdict::Check::{self, Error, Failed, NotChecked, Passed};

/// A `live_code`.
#[derive(Debug)]
pub struct Live {
    /// The code.
    pub code: &'static str,
    /// The document's text.
    pub text: &'static str,
    /// What it means; of 200, with `live_passed` T.
    pub check: Check,
    /// Whether it explains `passed` F without anybody having been found false.
    pub undecided: bool,
    /// What to do: the document's advice for 202, ours for the others.
    pub next_step: Option<&'static str>,
}

/// 活体检测结果状态码.
pub static LIVE: &[Live] = &[
    Live { code: "200", text: "活体检测通过", check: Passed, undecided: false, next_step: None },
    Live { code: "201", text: "活体检测存在风险", check: Failed, undecided: false, next_step: None },
    Live {
        code: "202",
        text: "业务策略限制",
        check: Failed,
        undecided: false,
        next_step: Some(
            "提醒用户卸载掉设备上可能安装的各种多开、分身、虚拟环境等软件或插件，恢复设备系统初始安全环境后重试。",
        ),
    },
    Live {
        code: "203",
        text: "活体照片质量较低",
        check: Error,
        undecided: true,
        next_step: Some("start a new session, in better light"),
    },
    Live {
        code: "204",
        text: "权威比对源异常",
        check: Error,
        undecided: true,
        next_step: Some("start a new session later"),
    },
    Live { code: "205", text: "意愿判定不通过", check: Failed, undecided: false, next_step: None },
];

/// A `certify_code`.
#[derive(Debug)]
pub struct Certify {
    /// The code.
    pub code: &'static str,
    /// The document's text.
    pub text: &'static str,
    /// What it means for name and ID number; of 200, with `certify_passed` T.
    pub identity: Check,
    /// What it means for the face; of 200, with `certify_passed` T and a score at or above the threshold.
    pub face: Check,
    /// Whether it explains `passed` F without anybody having been found false.
    pub undecided: bool,
}

const fn certify(code: &'static str, text: &'static str, identity: Check, face: Check, undecided: bool) -> Certify {
    Certify { code, text, identity, face, undecided }
}

/// 人脸对比实名状态码.
pub static CERTIFY: &[Certify] = &[
    certify("200", "身份证号与姓名匹配，且比对成功", Passed, Passed, false),
    certify("201", "人脸库中的照片检测不到人脸", NotChecked, Error, true),
    certify("202", "用户上传的照片检测不到人脸", NotChecked, Error, true),
    // Whether "different" or "could not be compared" is not said: taken as different, like 3005 of verifyface.
    certify("203", "人脸比对失败", NotChecked, Failed, false),
    certify("204", "身份证号与姓名不匹配", Failed, NotChecked, false),
    certify("205", "人脸对比网络超时", Error, Error, true),
    certify("206", "人脸对比异常", Error, Error, true),
];
