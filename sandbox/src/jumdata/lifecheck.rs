//! `init` and `result`, and the checks between them.

use std::time::Duration;

use serde_json::json;

use super::{codes, envelope, gateway, parameters, says};
use crate::clock::over;
use crate::exchange::{Answer, Call};
use crate::random;
use crate::sessions::Sessions;

/// 本次检测的 token，有效期为 10分钟: from init to the fetching of the result.
pub(super) const LIFE: Duration = Duration::from_secs(10 * 60);

/// What Jumdata remembers.
#[derive(Debug, Default)]
pub(crate) struct State {
    pub(super) sessions: Sessions<Check>,
    pub(super) nonces: gateway::Nonces,
}

impl State {
    pub(crate) fn reset(&self, tenant: Option<&str>) {
        self.sessions.reset(tenant);
        self.nonces.reset(tenant);
    }
}

/// What Jumdata keeps of a session beside what all vendors keep.
#[derive(Clone, Debug)]
pub(crate) struct Check {
    pub(super) return_url: String,
    /// The last part of faceImageUrl.
    pub(super) image: String,
    /// Colours and actions that do not go together: whoever comes, the check breaks off with 203.
    pub(super) misconfigured: bool,
    pub(super) begun: bool,
    /// What `result` answers since the page was submitted.
    pub(super) ending: Option<i64>,
}

pub(super) fn init(state: &crate::state::State, call: &Call) -> Answer {
    begin(state, call).unwrap_or_else(|refused| *refused)
}

fn begin(state: &crate::state::State, call: &Call) -> Result<Answer, Box<Answer>> {
    let (form, tenant) = gateway::admit(state, call)?;
    let refuse = |note: &str| {
        let mut answer = says(400);
        answer.notes.push(note.to_owned());
        Box::new(answer)
    };
    let (return_url, colours, actions) = (form.get("returnUrl"), form.get("colors"), form.get("actions"));
    parameters::return_url(return_url).map_err(refuse)?;
    parameters::colours(colours).map_err(refuse)?;
    parameters::actions(actions).map_err(refuse)?;
    let front = parameters::look_front(colours, actions);
    if state.settings().strict {
        front.map_err(refuse)?;
    }

    let token = random::hex(32);
    let mut answer = Answer::new(envelope(200, None, Some(json!({"token": token}))), "200");
    answer.notes.extend(front.err().map(Into::into));
    let check = Check {
        return_url: return_url.into(),
        image: random::hex(32),
        misconfigured: front.is_err(),
        begun: false,
        ending: None,
    };
    state.jumdata.sessions.open(token.clone(), &tenant.id, call.time, check);
    answer.order = Some(token);
    Ok(answer)
}

pub(super) fn result(state: &crate::state::State, call: &Call) -> Answer {
    find(state, call).unwrap_or_else(|refused| *refused)
}

fn find(state: &crate::state::State, call: &Call) -> Result<Answer, Box<Answer>> {
    let (form, tenant) = gateway::admit(state, call)?;
    let token = form.get("token");
    let answer = |code: i64, note: Option<&str>| {
        let mut answer = says(code);
        answer.order = Some(token.to_owned()).filter(|token| !token.is_empty());
        answer.notes.extend(note.map(Into::into));
        answer
    };
    if token.is_empty() {
        return Err(Box::new(answer(400, Some("token is missing"))));
    }
    let session = match state.jumdata.sessions.get(token) {
        Some(session) if session.tenant == tenant.id => session,
        Some(_) => return Err(Box::new(answer(201, Some("this token belongs to another account")))),
        None => return Err(Box::new(answer(201, Some("no init ever gave this token")))),
    };
    if over(session.created, LIFE, call.time) {
        let note = session.state.ending.map(|_| "a result was there, but nobody fetched it within the 10 minutes");
        return Ok(answer(301, note));
    }
    Ok(match session.state.ending {
        None => answer(201, Some("nobody has finished the page")),
        Some(200) => {
            let url = format!("{}/jumdata/image/{}.jpg", state.url, session.state.image);
            let reply = envelope(200, Some(codes::PASSED), Some(json!({"faceImageUrl": url})));
            Answer { reply, ..answer(200, None) }
        }
        Some(code) => answer(code, None),
    })
}
