//! The page behind a verify_token: `face/print/?token=…&successUrl=…&failedUrl=…`.

use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::{Query, State};
use axum::response::Response;
use axum::routing::get;
use axum::{Form, Router};
use jiff::{SignedDuration, Timestamp};

use super::attempt::{attempt, choices};
use super::codes;
use super::plan::Compare;
use super::session::{LIFE, Subject, Verification, open_still};
use crate::clock::over;
use crate::journal::{Entry, masked_name, masked_number};
use crate::page::{Page, send_to};
use crate::sessions::{Completed, Completion, Refused, Session, SessionView};
use crate::state::Shared;

const NAME: &str = "百度智能云 Baidu";

pub(super) fn routes() -> Router<Shared> {
    let page = || get(show).post(submit);
    Router::new().route("/face/print/", page()).route("/face/print", page())
}

/// The sessions as the admin API shows them.
pub(crate) fn sessions(state: &crate::state::State) -> Vec<SessionView> {
    let now = state.clock.now();
    let view = |session: Session<Verification>| SessionView {
        status: status(&session, now),
        vendor: "baidu",
        created: session.created,
        expires: session.created + SignedDuration::try_from(LIFE).expect("2 hours"),
        // The client adds successUrl and failedUrl, so only the client has it.
        page_url: None,
        persona: session.state.subject.as_ref().and_then(Subject::persona).map(|persona| persona.id.clone()),
        subject: subject(&session.state),
        outcomes: choices(&session.state),
        id: session.id,
        tenant: session.tenant,
    };
    state.baidu.sessions.all().into_iter().map(view).collect()
}

fn status(session: &Session<Verification>, now: Timestamp) -> &'static str {
    match session.state.is_done() {
        true => "finished",
        false if over(session.created, LIFE, now) => "expired",
        false if session.state.begun => "begun",
        false if session.opened.is_some() => "opened",
        false => "new",
    }
}

fn subject(verification: &Verification) -> Option<String> {
    let person = &verification.subject.as_ref()?.person;
    Some(format!("{} {}", masked_name(&person.name), masked_number(&person.id_number)))
}

/// Makes an attempt as its page would.
pub(crate) async fn complete(
    state: &Arc<crate::state::State>,
    id: &str,
    completion: &Completion,
) -> Result<Completed, Refused> {
    let now = state.clock.now();
    let session = state.baidu.sessions.get(id).ok_or(Refused::Unknown)?;
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
    let settings = state.settings().baidu;
    let made = state.baidu.sessions.change(id, |session| {
        open_still(session, now)?;
        let made = attempt(&settings, &session.state, completion, now)?;
        session.opened.get_or_insert(now);
        session.state.begun = true;
        session.state.attempts.push(made.clone());
        if session.state.is_done() {
            session.finished = Some(now);
        }
        Ok((session.clone(), made))
    });
    let (session, made) = made.ok_or(Refused::Unknown)??;

    let mut entry = Entry::new(now, "baidu", "baidu.faceprint.page");
    entry.tenant = Some(session.tenant.clone());
    entry.order = Some(id.into());
    entry.outcome = made.code.to_string();
    if let Some(confirmed) = &made.confirmed {
        entry.subject = Some(masked_name(&confirmed.person.name));
        entry.persona = confirmed.persona().map(|persona| persona.id.clone());
    }
    let unprepared = match session.state.plan.compare {
        Compare::Authority if made.confirmed.is_none() => Some("the plan wants idcard/submit before the page opens"),
        Compare::OwnPhoto if !session.state.photo => Some("the plan wants uploadMatchImage before the page opens"),
        _ => None,
    };
    entry.notes.extend(unprepared.map(Into::into));
    let bookings = made.bookings(id);
    entry.billed = bookings.len();
    for booking in bookings {
        state.ledger.book(now, "baidu", &session.tenant, booking);
    }
    // Exactly as given: nothing is appended.
    let redirect = session.state.returns[usize::from(!made.passed)].clone();
    if redirect.is_none() {
        let which = if made.passed { "successUrl" } else { "failedUrl" };
        entry.notes.push(format!("no page was opened with a {which} that begins with http:// or https://"));
    }
    state.journal.write(entry);
    Ok(Completed { redirect, status: status(&session, now) })
}

fn begin(state: &crate::state::State, id: &str) -> Result<(), Refused> {
    let now = state.clock.now();
    let begun = state.baidu.sessions.change(id, |session| {
        open_still(session, now)?;
        session.opened.get_or_insert(now);
        session.state.begun = true;
        Ok(())
    });
    begun.ok_or(Refused::Unknown)?
}

/// Remembers where the page is to send the browser.
fn open(state: &crate::state::State, query: &HashMap<String, String>) -> Result<Session<Verification>, Refused> {
    let now = state.clock.now();
    let web = |name: &str| {
        let url = query.get(name)?;
        let web = ["http://", "https://"].iter().any(|scheme| {
            url.get(..scheme.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(scheme)) && url.len() > scheme.len()
        });
        web.then(|| url.clone())
    };
    let opened = state.baidu.sessions.change(token(query), |session| {
        open_still(session, now)?;
        session.opened.get_or_insert(now);
        session.state.returns = [web("successUrl"), web("failedUrl")];
        Ok(session.clone())
    });
    opened.ok_or(Refused::Unknown)?
}

fn token(query: &HashMap<String, String>) -> &str {
    query.get("token").map_or("", String::as_str)
}

async fn show(State(state): State<Shared>, Query(query): Query<HashMap<String, String>>) -> Response {
    let session = match open(&state, &query) {
        Ok(session) => session,
        Err(refused) => return refuses(refused),
    };
    let persona = session.state.subject.as_ref().and_then(Subject::persona);
    let usual = attempt(&state.settings().baidu, &session.state, &Completion::default(), state.clock.now());
    let page = Page {
        vendor: NAME,
        subject: subject(&session.state),
        persona: persona.map(|persona| format!("{} — {}", persona.id, persona.note)),
        outcome: usual.ok().map(|usual| format!("{} {}", usual.code, usual.message)),
        choices: choices(&session.state),
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
    if let Err(refused) = open(&state, &query) {
        return refuses(refused);
    }
    let id = token(&query);
    let outcome = match posted.get("action").map(String::as_str) {
        Some("begin") => {
            return match begin(&state, id) {
                Ok(()) => show(State(state), Query(query)).await,
                Err(refused) => refuses(refused),
            };
        }
        Some("cancel") => return Page::says(NAME, "已放弃，可重新打开链接 · Left; the link may be opened again"),
        _ => posted.get("outcome").cloned(),
    };
    match complete(&state, id, &Completion { outcome, persona: None }).await {
        Ok(Completed { redirect: Some(landing), .. }) => send_to(&landing),
        Ok(_) => Page::says(NAME, "已结束，没有可跳转的地址 · Ended; the page was opened without an address to go to"),
        Err(refused) => refuses(refused),
    }
}

/// All the ends of a token have the document's one text here too.
fn refuses(refused: Refused) -> Response {
    let mut response = Page::refuses(NAME, refused);
    if let Refused::Unknown | Refused::Submitted | Refused::Expired = refused {
        let status = response.status();
        response = Page::says(NAME, codes::TOKEN);
        *response.status_mut() = status;
    }
    response
}
