//! `result/getall`: every attempt and every charge. `success` only says that the query worked.

use serde_json::{Map, Value, json};

use super::{Outcome, RESULTS, face_url, idcard, moment, number, unreadable};
use crate::baidu::attempt::Attempt;
use crate::baidu::envelope::success;
use crate::baidu::session::{About, LIFE, Subject, readable};
use crate::clock::over;
use crate::exchange::{Answer, Call};
use crate::state::State;

pub(in crate::baidu) fn getall(state: &State, call: &Call) -> Answer {
    read(state, call).unwrap_or_else(|refused| *refused)
}

fn read(state: &State, call: &Call) -> Outcome {
    let about = About::read(state, call)?;
    let session = &about.session;
    // Who has begun has acted, so there is a list, though still an empty one.
    let begun = session.state.begun && session.state.attempts.is_empty() && !over(session.created, LIFE, call.time);
    if !begun && readable(session, RESULTS, call.time).is_none() {
        return Err(unreadable(state, call, &about));
    }
    let attempts = &session.state.attempts;
    let charged = |kind: &str| attempts.iter().filter(|attempt| attempt.charge == Some(kind)).count();
    let list: Vec<Value> = attempts.iter().map(|attempt| entry(state, &about, attempt)).collect();
    let result = json!({
        "verify_count": attempts.len(),
        // As in the sample: the card was read twice, and charged once.
        "ocr_charge_count": attempts.iter().filter(|attempt| attempt.ocr_count > 0).count(),
        "match_charge_count": charged("match"),
        "verify_charge_count": charged("verify"),
        "verify_result": list,
    });
    Ok(about.noted(success(result)))
}

fn entry(state: &State, about: &About, attempt: &Attempt) -> Value {
    let sample = state.settings().baidu.sample_shapes;
    let time = moment(attempt.time);
    let when = |charged: bool| if charged { time.clone() } else { String::new() };
    let (charged, read) = (attempt.charge.is_some(), attempt.ocr_count > 0);
    let message = if sample && attempt.passed { "" } else { &attempt.message };
    let mut entry = json!({
        "order": attempt.order,
        "is_verify_passed": attempt.passed,
        "code": attempt.code.to_string(),
        "message": message,
        "verify_time": time,
        "is_charged": charged,
        "charge_type": attempt.charge.unwrap_or_default(),
        "charge_time": when(charged),
        "is_ocr_charge": read,
        "ocr_count": attempt.ocr_count,
        "ocr_charge_time": when(read),
        "verify_detail": verify_detail(state, about, attempt, sample),
    });
    if let Some(subject) = &attempt.confirmed {
        let mut confirm = json!({
            "name": subject.person.name,
            "idcard_number": subject.person.id_number,
            "idcard_type": subject.certificate_type.to_string(),
        });
        if read {
            // Inside in the sample, beside it in the table.
            let place = if sample { &mut confirm } else { &mut entry };
            place["idcard_ocr_result"] = card(subject).into();
            place["idcard_images"] = images(state, &about.session.id, attempt).into();
        }
        entry["idcard_confirm"] = confirm;
    }
    entry
}

fn verify_detail(state: &State, about: &About, attempt: &Attempt, sample: bool) -> Value {
    let plan = &about.session.state.plan;
    let face = if attempt.face { face_url(state, &about.session.id, Some(attempt.order)) } else { String::new() };
    // 预留功能字段，当前返回为0; the sample has 80.
    let reserved = if sample { 80 } else { 0 };
    let mut detail = json!({
        "face_image": face,
        "verify_log_id": attempt.log_id,
        "score": attempt.score.map_or(Value::Null, number),
        "threshold": number(plan.threshold),
        "liveness_score": reserved,
        "spoofing_score": reserved,
    });
    if plan.risk_control {
        detail["risk_level"] = attempt.risk.unwrap_or("4").into();
        detail["risk_tag"] = attempt.risk.map_or("", |_| "sandbox_risk").into();
    }
    if plan.realtime {
        detail["is_demote"] = attempt.demoted.into();
    }
    detail
}

fn card(subject: &Subject) -> Map<String, Value> {
    let mut card = idcard::read(subject);
    card.insert("idcard_number".into(), subject.person.id_number.clone().into());
    card.insert("idcard_type".into(), subject.certificate_type.to_string().into());
    card
}

fn images(state: &State, token: &str, attempt: &Attempt) -> Map<String, Value> {
    let url =
        |side: &str| format!("{}/baidu/solution/faceprint/image/idcard?verify_token={token}&side={side}", state.url);
    idcard::sides(attempt.ocr_count).iter().map(|side| (format!("{side}_image"), url(side).into())).collect()
}
