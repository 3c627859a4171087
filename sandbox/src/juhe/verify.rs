//! `verifyface/verify` and `verifyface/verifyEncry`: V1.

use serde_json::json;

use super::codes;
use super::verifyface::Request;
use crate::exchange::{Answer, Call};
use crate::personas::Verify;
use crate::state::State;

pub(super) fn plain(state: &State, call: &Call) -> Answer {
    Request::read(state, call, false).map_or_else(|refused| *refused, |request| answer(call, request))
}

/// The fields come encrypted; the reply is plain JSON, as in the document's sample.
pub(super) fn encrypted(state: &State, call: &Call) -> Answer {
    Request::read(state, call, true).map_or_else(|refused| *refused, |request| answer(call, request))
}

fn answer(call: &Call, request: Request) -> Answer {
    // Anybody who is no persona: name and number do not match.
    let stranger = Verify { error_code: 0, res: 3, code: None, score: None };
    let mut said = request.persona.map_or(stranger, |persona| persona.outcomes.verify.clone());
    if said.error_code != 0 {
        return request.refused(call, said.error_code);
    }
    if said.res != 3 && !request.image.is_windows_format() {
        said = Verify { error_code: 0, res: 2, code: Some("3004"), score: None };
    }
    let outcome = format!("0 res {} {}", said.res, said.code.unwrap_or_default()).trim_end().to_owned();
    let result = match said.res {
        1 => {
            let scale = if request.thousand { 10.0 } else { 1.0 };
            let score = (said.score.unwrap_or_default() * scale * 100.0).round() / 100.0;
            json!({
                "res": 1,
                "score": score.to_string(),
                "message": "身份证号与姓名匹配，且比对成功",
                "orderid": request.order,
            })
        }
        2 => {
            let code = said.code.unwrap_or("3005");
            json!({
                "res": 2,
                "code": code,
                "message": "身份证核查成功，但人脸比对失败",
                "desc": codes::described(code),
                "orderid": request.order,
            })
        }
        res => json!({"res": res, "message": "身份证号与姓名不匹配", "orderid": request.order}),
    };
    request.answered(call, "成功", result, outcome, Some("error_code: 返回码,0计费一次"))
}
