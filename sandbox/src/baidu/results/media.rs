//! `result/media/query`: the recording and its pictures, for a day, where recording was switched on.

use serde_json::{Value, json};

use super::{Outcome, last};
use crate::baidu::envelope::success;
use crate::baidu::session::MEDIA_KEPT;
use crate::exchange::{Answer, Call};
use crate::state::State;

pub(in crate::baidu) fn media(state: &State, call: &Call) -> Answer {
    read(state, call).unwrap_or_else(|refused| *refused)
}

fn read(state: &State, call: &Call) -> Outcome {
    let (about, attempt) = last(state, call, MEDIA_KEPT)?;
    let verification = &about.session.state;
    let url = |name: &str| format!("{}/baidu/media/{}/{name}", state.url, verification.media);
    let nothing = || Value::Array(Vec::new());
    let (mut process_video, mut video, mut images) = (nothing(), nothing(), nothing());
    if verification.plan.media && attempt.face {
        images = (1..=4).map(|n| url(&format!("{n}.jpg"))).collect();
        // A real-time plan that was demoted uploads a recording like any other.
        match verification.plan.realtime && !attempt.demoted {
            true => process_video = json!([url("video.mp4")]),
            false => video = json!([url("video.mp4")]),
        }
    }
    let result = json!({"processVideo": process_video, "video": video, "images": images, "extInfo": null});
    Ok(about.noted(success(result)))
}
