//! The envelopes: success, a failure of the face service, a refusal by the gateway.

use serde_json::{Value, json};

use super::codes;
use crate::exchange::{Answer, Reply};
use crate::random;
use crate::state::State;

/// `{success: true, result, log_id}`.
pub(super) fn success(result: Value) -> Answer {
    Answer::new(Reply::json(json!({"success": true, "result": result, "log_id": random::digits(10)})), "0")
}

/// `{success: false, result: null, …}`. The document shows no failure: number and text go under both pairs of names.
fn failed(code: i64, message: &str) -> Reply {
    Reply::json(json!({
        "success": false,
        "result": null,
        "code": code,
        "message": message,
        "error_code": code,
        "error_msg": message,
        "log_id": random::digits(10),
    }))
}

/// The reply of a code, in the shape that its family has.
pub(super) fn refusal(state: &State, code: i64, reason: Option<&str>) -> Reply {
    let invented = state.settings().baidu.codes;
    let text = match code {
        _ if code == invented.token => codes::TOKEN,
        _ if code == invented.low_score => codes::LOW_SCORE,
        _ if code == invented.camera => codes::CAMERA,
        _ => codes::text(code),
    };
    let text = reason.unwrap_or(text);
    if !codes::is_gateway(code) {
        return failed(code, text);
    }
    let mut body = json!({"error_code": code, "error_msg": text});
    if code == 18 {
        // 提示openapi限制,且有返回logid: the two paid services behind the plan are not switched on.
        body["log_id"] = random::digits(10).into();
    }
    Reply::json(body)
}

/// A failure with a diagnosis for the journal.
pub(super) fn refuse(state: &State, code: i64, note: impl Into<String>) -> Box<Answer> {
    let mut answer = Answer::new(refusal(state, code, None), code.to_string());
    answer.notes.push(note.into());
    Box::new(answer)
}
