//! Pictures and recordings behind the addresses in the results, as long as those are kept.

use std::collections::HashMap;
use std::time::Duration;

use axum::Router;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::{StatusCode, header};

use super::attempt::Attempt;
use super::session::{KEPT, MEDIA_KEPT, Verification, readable};
use crate::portrait;
use crate::sessions::Session;
use crate::state::Shared;

/// A drawing of a card, without anybody on it.
pub(super) static CARD: &[u8] = include_bytes!("card.jpg");
/// The first box of an MP4 file and nothing else: enough for a client that downloads it.
const VIDEO: &[u8] = b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom\0\0\0\x08mdat";

pub(super) fn routes() -> Router<Shared> {
    Router::new()
        .route("/solution/faceprint/image/query", get(face))
        .route("/solution/faceprint/image/idcard", get(idcard))
        .route("/media/{key}/{name}", get(media))
}

fn jpeg(bytes: &'static [u8]) -> Response {
    ([(header::CONTENT_TYPE, "image/jpeg")], bytes).into_response()
}

/// The bytes, if somebody of this kind was there and is still remembered.
fn serve(
    state: &Shared,
    session: Option<Session<Verification>>,
    life: Duration,
    holds: impl Fn(&Session<Verification>, &Attempt) -> bool,
    bytes: Response,
) -> Response {
    let now = state.clock.now();
    match session {
        None => StatusCode::NOT_FOUND.into_response(),
        Some(session) => match readable(&session, life, now) {
            None => (StatusCode::FORBIDDEN, "expired").into_response(),
            Some(last) if holds(&session, last) => bytes,
            Some(_) => StatusCode::NOT_FOUND.into_response(),
        },
    }
}

fn of(state: &Shared, query: &HashMap<String, String>) -> Option<Session<Verification>> {
    state.baidu.sessions.get(query.get("verify_token")?)
}

async fn face(State(state): State<Shared>, Query(query): Query<HashMap<String, String>>) -> Response {
    let order: Option<usize> = query.get("order").and_then(|order| order.parse().ok());
    let taken = |session: &Session<Verification>, last: &Attempt| match order {
        None => last.face,
        Some(order) => session.state.attempts.iter().any(|attempt| attempt.order == order && attempt.face),
    };
    serve(&state, of(&state, &query), KEPT, taken, jpeg(portrait::JPEG))
}

async fn idcard(State(state): State<Shared>, Query(query): Query<HashMap<String, String>>) -> Response {
    let needed = if query.get("side").is_some_and(|side| side == "back") { 2 } else { 1 };
    let read = |session: &Session<Verification>, _: &Attempt| {
        session.state.attempts.iter().any(|attempt| attempt.ocr_count >= needed)
    };
    serve(&state, of(&state, &query), KEPT, read, jpeg(CARD))
}

async fn media(State(state): State<Shared>, Path((key, name)): Path<(String, String)>) -> Response {
    let session = state.baidu.sessions.find(|session| session.state.media == key);
    let bytes = match name.as_str() {
        "video.mp4" => ([(header::CONTENT_TYPE, "video/mp4")], VIDEO).into_response(),
        "1.jpg" | "2.jpg" | "3.jpg" | "4.jpg" => jpeg(portrait::JPEG),
        _ => return StatusCode::NOT_FOUND.into_response(),
    };
    let recorded = |session: &Session<Verification>, last: &Attempt| session.state.plan.media && last.face;
    serve(&state, session, MEDIA_KEPT, recorded, bytes)
}
