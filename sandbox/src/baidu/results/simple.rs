//! `result/simple`: the picture of a passed verification.

use serde_json::json;

use super::{Outcome, RESULTS, face_url, failure, last};
use crate::baidu::envelope::success;
use crate::exchange::{Answer, Call};
use crate::state::State;

pub(in crate::baidu) fn simple(state: &State, call: &Call) -> Answer {
    read(state, call).unwrap_or_else(|refused| *refused)
}

fn read(state: &State, call: &Call) -> Outcome {
    let (about, attempt) = last(state, call, RESULTS)?;
    if !attempt.passed {
        return Err(failure(state, about, &attempt));
    }
    let image = face_url(state, &about.session.id, None);
    Ok(about.noted(success(json!({"image": image}))))
}
