//! `result/detail`: `success` is the verdict itself, and there are fields only when it passed.

use serde_json::{Map, Value, json};

use super::{Outcome, RESULTS, failure, idcard, last};
use crate::baidu::envelope::success;
use crate::exchange::{Answer, Call};
use crate::state::State;

pub(in crate::baidu) fn detail(state: &State, call: &Call) -> Answer {
    read(state, call).unwrap_or_else(|refused| *refused)
}

fn read(state: &State, call: &Call) -> Outcome {
    let (about, attempt) = last(state, call, RESULTS)?;
    if !attempt.passed {
        return Err(failure(state, about, &attempt));
    }
    let plan = &about.session.state.plan;
    let sample = state.settings().baidu.sample_shapes;
    let mut verified = json!({
        // 仅活体检测时返回为0.
        "score": attempt.score.unwrap_or(0.0),
        "liveness_score": attempt.liveness_score,
        "spoofing": 0.0,
    });
    let mut result = Map::new();
    if plan.realtime && sample {
        verified["is_demote"] = attempt.demoted.into();
    }
    result.insert("verify_result".into(), verified);
    if plan.realtime && !sample {
        result.insert("is_demote".into(), attempt.demoted.into());
    }
    if let Some(subject) = &attempt.confirmed {
        if attempt.ocr_count > 0 {
            let mut card = idcard::read(subject);
            card.insert("id_card_number".into(), subject.person.id_number.clone().into());
            result.insert("idcard_ocr_result".into(), card.into());
            let sides: Map<String, Value> = idcard::sides(attempt.ocr_count)
                .iter()
                .map(|side| (format!("{side}_base64"), idcard::BASE64.as_str().into()))
                .collect();
            result.insert("idcard_images".into(), sides.into());
        }
        let person = &subject.person;
        result.insert("idcard_confirm".into(), json!({"idcard_number": person.id_number, "name": person.name}));
    }
    Ok(about.noted(success(result.into())))
}
