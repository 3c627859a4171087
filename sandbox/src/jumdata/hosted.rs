//! The page behind a token: one check within 10 minutes, then the way back.

use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Form, Router};
use http::{StatusCode, header};
use jiff::{SignedDuration, Timestamp};

use super::lifecheck::{Check, LIFE};
use super::{codes, returns};
use crate::clock::over;
use crate::journal::Entry;
use crate::ledger::Booking;
use crate::page::{Page, send_to};
use crate::sessions::{Choice, Completed, Completion, Refused, Session, SessionView};
use crate::state::Shared;
use crate::{personas, portrait};

const NAME: &str = "聚美智数 Jumdata";

pub(super) fn routes() -> Router<Shared> {
    Router::new().route("/lifecheck/v2/check/index", get(show).post(submit)).route("/image/{name}", get(image))
}

/// The sessions as the admin API shows them.
pub(crate) fn sessions(state: &crate::state::State) -> Vec<SessionView> {
    let now = state.clock.now();
    let view = |session: Session<Check>| SessionView {
        status: status(&session, now),
        vendor: "jumdata",
        created: session.created,
        expires: session.created + SignedDuration::try_from(LIFE).expect("10 minutes"),
        page_url: Some(format!("{}/jumdata/lifecheck/v2/check/index?token={}", state.url, session.id)),
        persona: None,
        subject: None,
        outcomes: choices(),
        id: session.id,
        tenant: session.tenant,
    };
    state.jumdata.sessions.all().into_iter().map(view).collect()
}

fn status(session: &Session<Check>, now: Timestamp) -> &'static str {
    match session.state.ending {
        Some(200 | 202 | 203 | 301) => "finished",
        Some(_) => "broken",
        None if over(session.created, LIFE, now) => "expired",
        None if session.state.begun => "begun",
        None if session.opened.is_some() => "opened",
        None => "new",
    }
}

fn choices() -> Vec<Choice> {
    let choice = |value: &str, label: String| Choice { value: value.into(), label };
    vec![
        choice("pass", format!("200 {} · Pass", codes::PASSED)),
        choice("202", format!("202 {} · Not a live person", codes::text(202))),
        choice("203", format!("203 {} · No camera, or another fault", codes::text(203))),
        choice("201", format!("201 {} · The result gets lost", codes::text(201))),
        choice("301", format!("301 {} · Passed, but the token ends before it is fetched", codes::text(301))),
    ]
}

/// Ends a session as its page would.
pub(crate) async fn complete(
    state: &Arc<crate::state::State>,
    id: &str,
    completion: &Completion,
) -> Result<Completed, Refused> {
    let now = state.clock.now();
    let session = state.jumdata.sessions.get(id).ok_or(Refused::Unknown)?;
    let here = |status| Ok(Completed { redirect: None, status });
    match completion.outcome.as_deref() {
        // Closing the page changes nothing, and nobody is sent anywhere.
        Some("cancel") => return here(status(&session, now)),
        Some("begin") => {
            begin(state, id)?;
            return here("begun");
        }
        _ => {}
    }
    let mut entry = Entry::new(now, "jumdata", "jumdata.lifecheck.page");
    entry.tenant = Some(session.tenant.clone());
    entry.order = Some(id.into());
    entry.persona = completion.persona.clone();
    let tenant = state.tenants.find(|tenant| tenant.id == session.tenant).ok_or(Refused::Unknown)?;
    let mut code = ending(completion, tenant.jumdata_outcome)?;
    if session.state.misconfigured {
        code = 203;
        entry.notes.push("colours and actions without LookFront: the page cannot check anybody".into());
    }
    let session = state.jumdata.sessions.change(id, |session| {
        open_still(session, now)?;
        session.finished = Some(now);
        session.state.ending = Some(code);
        Ok(session.clone())
    });
    let session = session.ok_or(Refused::Unknown)??;

    entry.outcome = code.to_string();
    // 301 by choice is a check that passed and was fetched too late.
    if let 200 | 202 | 301 = code {
        entry.billed = 1;
        let rule = "一次完成的检测 (one charge for each finished check, passed or not)";
        let booking = Booking { operation: "jumdata.lifecheck.init", order: id.into(), rule, choice: true };
        state.ledger.book(now, "jumdata", &session.tenant, booking);
    }
    state.journal.write(entry);
    let status = status(&session, now);
    if status == "broken" {
        return here(status);
    }
    let append = if state.settings().jumdata_proper_urls { returns::proper } else { returns::literal };
    let landing = append(&session.state.return_url, id, matches!(code, 200 | 301));
    Ok(Completed { redirect: Some(landing), status })
}

/// What `result` will answer: as chosen, as the persona says, or as the tenant is set.
fn ending(completion: &Completion, usual: i64) -> Result<i64, Refused> {
    let persona = match completion.persona.as_deref() {
        Some(id) => Some(personas::by_id(id).ok_or(Refused::Persona)?),
        None => None,
    };
    match completion.outcome.as_deref().filter(|chosen| !chosen.is_empty()) {
        Some("pass") => Ok(200),
        Some(chosen) if choices().iter().any(|choice| choice.value == chosen) => {
            chosen.parse().map_err(|_| Refused::Outcome)
        }
        Some(_) => Err(Refused::Outcome),
        None => Ok(persona.map_or(usual, |persona| persona.outcomes.jumdata.code)),
    }
}

fn begin(state: &crate::state::State, id: &str) -> Result<(), Refused> {
    let now = state.clock.now();
    let begun = state.jumdata.sessions.change(id, |session| {
        open_still(session, now)?;
        session.opened.get_or_insert(now);
        session.state.begun = true;
        Ok(())
    });
    begun.ok_or(Refused::Unknown)?
}

fn open_still(session: &Session<Check>, now: Timestamp) -> Result<(), Refused> {
    if session.state.ending.is_some() {
        Err(Refused::Submitted)
    } else if over(session.created, LIFE, now) {
        Err(Refused::Expired)
    } else {
        Ok(())
    }
}

fn token(query: &HashMap<String, String>) -> &str {
    query.get("token").map_or("", String::as_str)
}

async fn show(State(state): State<Shared>, Query(query): Query<HashMap<String, String>>) -> Response {
    let now = state.clock.now();
    let Some(session) = state.jumdata.sessions.get(token(&query)) else {
        return Page::refuses(NAME, Refused::Unknown);
    };
    if let Err(refused) = open_still(&session, now) {
        return Page::refuses(NAME, refused);
    }
    state.jumdata.sessions.change(&session.id, |session| {
        session.opened.get_or_insert(now);
    });
    let usual = state.tenants.find(|tenant| tenant.id == session.tenant).map(|tenant| tenant.jumdata_outcome);
    let page = Page {
        vendor: NAME,
        subject: None,
        persona: None,
        outcome: usual.map(|code| format!("{code} {}", codes::text(code))),
        choices: choices(),
        begun: session.state.begun,
        message: None,
    };
    page.show()
}

async fn submit(
    State(state): State<Shared>,
    Query(query): Query<HashMap<String, String>>,
    Form(posted): Form<HashMap<String, String>>,
) -> Response {
    let id = token(&query);
    let outcome = match posted.get("action").map(String::as_str) {
        Some("begin") => {
            return match begin(&state, id) {
                Ok(()) => show(State(state), Query(query)).await,
                Err(refused) => Page::refuses(NAME, refused),
            };
        }
        Some("cancel") => return Page::says(NAME, "已放弃，可重新打开链接 · Left; the link may be opened again"),
        _ => posted.get("outcome").cloned(),
    };
    match complete(&state, id, &Completion { outcome, persona: None }).await {
        Ok(Completed { redirect: Some(landing), .. }) => send_to(&landing),
        Ok(_) => Page::says(NAME, "检测中断，没有结果 · The check broke off without a result"),
        Err(refused) => Page::refuses(NAME, refused),
    }
}

/// faceImageUrl, until the token ends.
async fn image(State(state): State<Shared>, Path(name): Path<String>) -> Response {
    let key = name.trim_end_matches(".jpg");
    let now = state.clock.now();
    let taken = |session: &Session<Check>| session.state.image == key && session.state.ending == Some(200);
    match state.jumdata.sessions.find(taken) {
        None => StatusCode::NOT_FOUND.into_response(),
        Some(session) if over(session.created, LIFE, now) => (StatusCode::FORBIDDEN, "expired").into_response(),
        Some(_) => ([(header::CONTENT_TYPE, "image/jpeg")], portrait::JPEG).into_response(),
    }
}
