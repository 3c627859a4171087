//! The five calls after the page: what a user did, and what it cost.

mod detail;
mod getall;
mod idcard;
mod media;
mod simple;
mod stat;

use std::time::Duration;

use serde_json::{Value, json};

pub(super) use detail::detail;
pub(super) use getall::getall;
pub(super) use media::media;
pub(super) use simple::simple;
pub(super) use stat::stat;

use super::attempt::Attempt;
use super::envelope::refuse;
use super::session::{About, KEPT, LIFE, ended, readable};
use crate::clock::over;
use crate::exchange::{Answer, Call};
use crate::state::State;

type Outcome = Result<Answer, Box<Answer>>;

/// The verification and its last attempt, while results of this kind are kept.
fn last(state: &State, call: &Call, life: Duration) -> Result<(About, Attempt), Box<Answer>> {
    let about = About::read(state, call)?;
    match readable(&about.session, life, call.time) {
        Some(last) => {
            let last = last.clone();
            Ok((about, last))
        }
        None => Err(unreadable(state, call, &about)),
    }
}

/// 用户进行操作后再查询接口,否则生成Token无法生效.
fn unreadable(state: &State, call: &Call, about: &About) -> Box<Answer> {
    let session = &about.session;
    let note = match session.state.attempts.is_empty() {
        false => "the results are no longer kept",
        true if over(session.created, LIFE, call.time) => "the 2 hours are over, and nobody was verified",
        true => "asked before the user acted; the token stays good",
    };
    let mut answer = ended(state, &session.id, note);
    answer.person = session.state.subject.as_ref().map(|subject| subject.person.clone());
    answer
}

/// An attempt's own failure, as simple and detail report it.
fn failure(state: &State, about: About, attempt: &Attempt) -> Box<Answer> {
    let answer = refuse(state, attempt.code, "the last attempt did not pass");
    Box::new(about.noted(*answer))
}

/// The picture of an attempt.
fn face_url(state: &State, token: &str, order: Option<usize>) -> String {
    let order = order.map(|order| format!("&order={order}")).unwrap_or_default();
    format!("{}/baidu/solution/faceprint/image/query?verify_token={token}{order}", state.url)
}

/// As in the table: 2023-6-20 18:00:00, in Chinese time.
fn moment(time: jiff::Timestamp) -> String {
    crate::clock::chinese(time, "%Y-%-m-%-d %H:%M:%S")
}

/// A number without a needless fraction.
fn number(value: f64) -> Value {
    if value.fract() == 0.0 { json!(value as i64) } else { json!(value) }
}

/// For 3 days.
const RESULTS: Duration = KEPT;
