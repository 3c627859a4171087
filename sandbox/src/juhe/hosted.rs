//! The page behind `verify_url`: one submission within 30 minutes, then the notice and the way back.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use axum::Form;
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::{StatusCode, header};
use jiff::SignedDuration;
use serde_json::json;

use super::faceid::{Ending, LIFE, Verification, detail, image_signature, outcome, passed};
use super::{codes, notify, returns};
use crate::clock::over;
use crate::faults::{Kind, Stage};
use crate::journal::{Entry, masked_name, masked_number};
use crate::ledger::Booking;
use crate::page::{Page, send_to};
use crate::personas::{self, Faceid, Outcomes, Persona};
use crate::sessions::{Choice, Completed, Completion, Refused, Session, SessionView};
use crate::state::Shared;

const NAME: &str = "聚合数据 Juhe";

pub(super) fn routes() -> Router<Shared> {
    Router::new().route("/page/{page}", get(show).post(submit)).route("/img/{name}", get(image))
}

/// The sessions as the admin API shows them.
pub(crate) fn sessions(state: &crate::state::State) -> Vec<SessionView> {
    let now = state.clock.now();
    let view = |session: Session<Verification>| SessionView {
        status: status(&session, now),
        vendor: "juhe",
        created: session.created,
        expires: session.created + SignedDuration::try_from(LIFE).expect("30 minutes"),
        page_url: Some(format!("{}/juhe/page/{}", state.url, session.state.page)),
        persona: session.state.persona().map(|persona| persona.id.clone()),
        subject: Some(subject(&session.state)),
        outcomes: choices(session.state.persona()),
        id: session.id,
        tenant: session.tenant,
    };
    state.juhe.sessions.all().into_iter().map(view).collect()
}

fn status(session: &Session<Verification>, now: jiff::Timestamp) -> &'static str {
    match &session.state.ending {
        Some(Ending::Result(_)) => "finished",
        Some(Ending::Broken(_)) => "broken",
        None if over(session.created, LIFE, now) => "expired",
        None if session.state.begun => "begun",
        None if session.opened.is_some() => "opened",
        None => "new",
    }
}

fn subject(verification: &Verification) -> String {
    let person = &verification.person;
    format!("{} {}", masked_name(&person.name), masked_number(&person.id_number))
}

/// What the page offers; somebody who is no persona is not offered to pass.
fn choices(persona: Option<&Persona>) -> Vec<Choice> {
    let choice = |value: String, label: String| Choice { value, label };
    let mut all = Vec::new();
    if persona.is_some() {
        all.push(choice("pass".into(), "通过 · Pass".into()));
    }
    all.extend(
        (201..=205).map(|code| choice(format!("live-{code}"), format!("活体 · Liveness {code} {}", codes::live(code)))),
    );
    all.extend(
        (201..=206).map(|code| {
            choice(format!("certify-{code}"), format!("比对 · Comparison {code} {}", codes::certify(code)))
        }),
    );
    all.extend(
        [279302, 279303, 279304, 279305].map(|code| choice(code.to_string(), format!("{code} {}", codes::text(code)))),
    );
    all
}

/// Ends a session as its page would.
pub(crate) async fn complete(
    state: &Arc<crate::state::State>,
    id: &str,
    completion: &Completion,
) -> Result<Completed, Refused> {
    let now = state.clock.now();
    let session = state.juhe.sessions.get(id).ok_or(Refused::Unknown)?;
    let here = |status| Ok(Completed { redirect: None, status });
    match completion.outcome.as_deref() {
        // Closing the page changes nothing.
        Some("cancel") => return here(status(&session, now)),
        Some("begin") => {
            begin(state, id)?;
            return here("begun");
        }
        _ => {}
    }
    let ending = ending(&session.state, completion)?;
    let session = state.juhe.sessions.change(id, |session| {
        open_still(session, now)?;
        if let Ending::Broken(279306) = ending {
            session.state.begun = true;
        } else if !matches!(ending, Ending::Broken(279307)) {
            session.finished = Some(now);
            session.state.ending = Some(ending.clone());
        }
        Ok(session.clone())
    });
    let session = session.ok_or(Refused::Unknown)??;
    let mut entry = Entry::new(now, "juhe", "juhe.faceid.page");
    entry.tenant = Some(session.tenant.clone());
    entry.order = Some(id.into());
    entry.subject = Some(masked_name(&session.state.person.name));
    entry.persona = session.state.persona().map(|persona| persona.id.clone());
    let Ending::Result(result) = ending else {
        entry.outcome = "broken off".into();
        state.journal.write(entry);
        return here(status(&session, now));
    };

    entry.outcome = passed(&result).into();
    entry.billed = 1;
    let rule = "一次完成的认证 (one charge for each finished session, whatever its result)";
    let booking = Booking { operation: "juhe.faceid.query", order: id.into(), rule, choice: true };
    state.ledger.book(now, "juhe", &session.tenant, booking);
    if let Some(url) = session.state.notify_url.clone() {
        entry.notes.extend(told(state, url, &session).await);
    }
    let variant = match state.faults.take(Stage::Completion, "/juhe/faceid", Some(&session.tenant)) {
        Some(Kind::ResponseVariant { variant }) => Some(variant),
        _ => None,
    };
    entry.fault = variant.map(|_| "response_variant");
    let response = json!({"error_code": 0, "reason": "SUCCESS", "result": outcome(&result, id, detail(&result))});
    // The key as it is now: a tenant that is gone has no key to sign with.
    let tenant = state.tenants.find(|tenant| tenant.id == session.tenant).ok_or(Refused::Unknown)?;
    let landing = returns::landing(&session.state.return_url, &returns::text(&response, variant), &tenant.juhe_key);
    state.journal.write(entry);
    Ok(Completed { redirect: Some(landing), status: "finished" })
}

fn begin(state: &crate::state::State, id: &str) -> Result<(), Refused> {
    let now = state.clock.now();
    let begun = state.juhe.sessions.change(id, |session| {
        open_still(session, now)?;
        session.opened.get_or_insert(now);
        session.state.begun = true;
        Ok(())
    });
    begun.ok_or(Refused::Unknown)?
}

fn open_still(session: &Session<Verification>, now: jiff::Timestamp) -> Result<(), Refused> {
    if session.state.ending.is_some() {
        Err(Refused::Submitted)
    } else if over(session.created, LIFE, now) {
        Err(Refused::Expired)
    } else {
        Ok(())
    }
}

/// How it ends: as chosen, or as the two people say, the one asked for and the one before the camera.
fn ending(verification: &Verification, completion: &Completion) -> Result<Ending, Refused> {
    let asked = verification.persona();
    let seen = match completion.persona.as_deref() {
        Some(id) => Some(personas::by_id(id).ok_or(Refused::Persona)?),
        None => asked,
    };
    if let Some(chosen) = completion.outcome.as_deref().filter(|chosen| !chosen.is_empty()) {
        if !choices(asked).iter().any(|choice| choice.value == chosen) {
            return Err(Refused::Outcome);
        }
        return Ok(chosen_ending(chosen));
    }
    let alive = seen.map_or_else(|| Outcomes::passing().faceid, |persona| persona.outcomes.faceid.clone());
    if alive.error_code != 0 {
        return Ok(Ending::Broken(alive.error_code));
    }
    if alive.live_code != 200 {
        return Ok(Ending::Result(alive));
    }
    let unscored = |certify_code| Faceid { certify_code: Some(certify_code), certify_score: None, ..alive.clone() };
    Ok(Ending::Result(match (asked, seen) {
        // Nobody known: name and number do not match.
        (None, _) => unscored(204),
        (Some(asked), Some(seen)) if asked.id == seen.id => alive,
        // Somebody else before the camera: another face, unless the source fails before it compares.
        (Some(asked), _) => match asked.outcomes.faceid.certify_code {
            Some(200 | 203) | None => unscored(203),
            Some(code) => unscored(code),
        },
    }))
}

fn chosen_ending(chosen: &str) -> Ending {
    let passing = Outcomes::passing().faceid;
    let code = |text: &str| text.parse().unwrap_or_default();
    match chosen.split_once('-') {
        Some(("live", live_code)) => Ending::Result(Faceid {
            live_code: code(live_code),
            live_score: "12.50300",
            certify_code: None,
            certify_score: None,
            ..passing
        }),
        Some((_, certify_code)) => {
            Ending::Result(Faceid { certify_code: Some(code(certify_code)), certify_score: None, ..passing })
        }
        None if chosen == "pass" => Ending::Result(passing),
        None => Ending::Broken(code(chosen)),
    }
}

/// Sends the notice, now or later; what is known of it at once goes into the journal's line.
async fn told(state: &Arc<crate::state::State>, url: String, session: &Session<Verification>) -> Option<String> {
    let how = state.settings().juhe_notify;
    let (id, order_id) = (session.id.clone(), session.state.order_id.clone());
    if how.delay_milliseconds == 0 {
        return Some(notify::send(&url, &how, &id, &order_id).await);
    }
    let (state, tenant) = (state.clone(), session.tenant.clone());
    tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(how.delay_milliseconds)).await;
        let mut entry = Entry::new(state.clock.now(), "juhe", "juhe.faceid.notify");
        entry.notes.push(notify::send(&url, &how, &id, &order_id).await);
        entry.tenant = Some(tenant);
        entry.order = Some(id);
        state.journal.write(entry);
    });
    Some("notify follows".into())
}

async fn show(State(state): State<Shared>, Path(page): Path<String>) -> Response {
    let now = state.clock.now();
    let Some(session) = state.juhe.sessions.find(|session| session.state.page == page) else {
        return Page::refuses(NAME, Refused::Unknown);
    };
    if let Err(refused) = open_still(&session, now) {
        return Page::refuses(NAME, refused);
    }
    state.juhe.sessions.change(&session.id, |session| {
        session.opened.get_or_insert(now);
    });
    let persona = session.state.persona();
    let said =
        persona.map_or_else(|| format!("204 {}", codes::certify(204)), |persona| described(&persona.outcomes.faceid));
    let page = Page {
        vendor: NAME,
        subject: Some(subject(&session.state)),
        persona: persona.map(|persona| format!("{} — {}", persona.id, persona.note)),
        outcome: Some(said),
        choices: choices(persona),
        begun: session.state.begun,
        message: None,
    };
    page.show()
}

fn described(said: &Faceid) -> String {
    match (said.error_code, said.certify_code) {
        (0, Some(code)) => format!("{code} {}", codes::certify(code)),
        (0, None) => format!("{} {}", said.live_code, codes::live(said.live_code)),
        (code, _) => format!("{code} {}", codes::text(code)),
    }
}

async fn submit(
    state: State<Shared>,
    Path(page): Path<String>,
    Form(posted): Form<HashMap<String, String>>,
) -> Response {
    let Some(session) = state.juhe.sessions.find(|session| session.state.page == page) else {
        return Page::refuses(NAME, Refused::Unknown);
    };
    let outcome = match posted.get("action").map(String::as_str) {
        Some("begin") => {
            return match begin(&state, &session.id) {
                Ok(()) => show(state, Path(page)).await,
                Err(refused) => Page::refuses(NAME, refused),
            };
        }
        Some("cancel") => return Page::says(NAME, "已放弃，可重新打开链接 · Left; the link may be opened again"),
        _ => posted.get("outcome").cloned().filter(|outcome| !outcome.is_empty()),
    };
    match complete(&state, &session.id, &Completion { outcome, persona: None }).await {
        Ok(Completed { redirect: Some(landing), .. }) => send_to(&landing),
        Ok(_) => Page::says(NAME, "检测中断，没有结果 · The check broke off without a result"),
        Err(refused) => Page::refuses(NAME, refused),
    }
}

async fn image(
    State(state): State<Shared>,
    Path(name): Path<String>,
    Query(query): Query<HashMap<String, String>>,
) -> Response {
    let jh_order_id = name.trim_end_matches(".jpeg");
    if state.juhe.sessions.get(jh_order_id).is_none() {
        return StatusCode::NOT_FOUND.into_response();
    }
    let expires: i64 = query.get("Expires").and_then(|expires| expires.parse().ok()).unwrap_or_default();
    let ours = query.get("Signature").is_some_and(|given| *given == image_signature(jh_order_id, expires));
    if !ours || state.clock.now().as_second() >= expires {
        return (StatusCode::FORBIDDEN, "expired").into_response();
    }
    // Eileen Collins, NASA, public domain; in fact nobody's picture was taken.
    ([(header::CONTENT_TYPE, "image/jpeg")], crate::portrait::JPEG).into_response()
}
