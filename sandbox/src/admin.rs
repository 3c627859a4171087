//! The admin API under `/_sandbox/`.

use std::time::Duration;

use axum::extract::{Path, Query, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use bytes::Bytes;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::connection::Connection;
use crate::faults::Fault;
use crate::personas;
use crate::sessions::{Completion, Refused};
use crate::state::Shared;
use crate::tenants::{NewTenant, Tenant};

pub(crate) fn routes() -> Router<Shared> {
    Router::new()
        .route("/personas", get(|| async { Json(personas::all()) }))
        .route("/ledger", get(ledger))
        .route("/journal", get(journal))
        .route("/clock", get(clock).post(advance))
        .route("/faults", get(faults).post(arm).delete(disarm))
        .route("/faults/{id}", axum::routing::delete(disarm_one))
        .route("/reset", post(reset))
        .route("/tenants", get(tenants).post(add_tenant))
        .route("/settings", get(settings).post(change_settings))
        .route("/sessions", get(sessions))
        .route("/sessions/{id}/complete", post(complete))
}

/// A refusal that says what was wrong with the request.
struct Wrong(StatusCode, String);

impl IntoResponse for Wrong {
    fn into_response(self) -> Response {
        (self.0, Json(json!({"error": self.1}))).into_response()
    }
}

fn bad(reason: impl ToString) -> Wrong {
    Wrong(StatusCode::BAD_REQUEST, reason.to_string())
}

/// Reads JSON whatever the content type says, so that a bare `curl -d` works; an empty body is `{}`.
fn read<T: for<'a> Deserialize<'a>>(body: &Bytes) -> Result<T, Wrong> {
    serde_json::from_slice(if body.is_empty() { b"{}" } else { body }).map_err(bad)
}

#[derive(Deserialize)]
struct Of {
    tenant: Option<String>,
}

async fn ledger(State(state): State<Shared>, Query(of): Query<Of>) -> Response {
    Json(state.ledger.charges(of.tenant.as_deref())).into_response()
}

async fn journal(State(state): State<Shared>, Query(of): Query<Of>) -> Response {
    Json(state.journal.entries(of.tenant.as_deref())).into_response()
}

async fn clock(State(state): State<Shared>) -> Json<Value> {
    Json(json!({"now": state.clock.now().to_string(), "ahead_seconds": state.clock.ahead().as_secs_f64()}))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Advance {
    advance_seconds: f64,
}

async fn advance(State(state): State<Shared>, body: Bytes) -> Result<Json<Value>, Wrong> {
    let Advance { advance_seconds } = read(&body)?;
    // The clock never goes back: an expiry that was seen stays.
    let by = Duration::try_from_secs_f64(advance_seconds).map_err(|_| bad("advance_seconds is 0 or more"))?;
    state.clock.advance(by);
    Ok(clock(State(state)).await)
}

async fn faults(State(state): State<Shared>) -> Response {
    Json(state.faults.remaining()).into_response()
}

async fn arm(State(state): State<Shared>, request: Request) -> Result<Response, Wrong> {
    let connection = request.extensions().get::<Connection>().cloned().unwrap_or_default();
    let body = axum::body::to_bytes(request.into_body(), 1 << 20).await.map_err(bad)?;
    let given: Value = read(&body)?;
    let fault: Fault = serde_json::from_value(given.clone()).map_err(bad)?;
    let known = serde_json::to_value(&fault).map_err(bad)?;
    // A misspelt field would arm another fault than the one that was meant.
    let unknown = |field: &&String| known.get(field.as_str()).is_none() && !given[field.as_str()].is_null();
    if let Some(field) = given.as_object().and_then(|given| given.keys().find(unknown)) {
        return Err(bad(format!("unknown field {field}")));
    }
    let refuses = fault.kind.name() == "refuse";
    if refuses {
        connection.spare();
    }
    let id = state.arm(fault).map_err(bad)?;
    let mut response = Json(json!({"id": id})).into_response();
    if refuses {
        // Otherwise this connection would outlive the refusal and serve the next call.
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    Ok(response)
}

async fn disarm(State(state): State<Shared>) -> Json<Value> {
    Json(json!({"removed": state.faults.disarm(None)}))
}

async fn disarm_one(State(state): State<Shared>, Path(id): Path<u64>) -> Result<Json<Value>, Wrong> {
    match state.faults.disarm(Some(id)) {
        0 => Err(Wrong(StatusCode::NOT_FOUND, "no such fault waits".into())),
        removed => Ok(Json(json!({"removed": removed}))),
    }
}

async fn reset(State(state): State<Shared>, body: Bytes) -> Result<Json<Value>, Wrong> {
    let of: Of = read(&body)?;
    state.reset(of.tenant.as_deref());
    Ok(Json(json!({"reset": of.tenant.as_deref().unwrap_or("everything")})))
}

/// A tenant, and the accounts of a client that is one.
#[derive(Serialize)]
struct Told {
    #[serde(flatten)]
    tenant: Tenant,
    accounts: Value,
}

impl Told {
    fn of(state: &Shared, tenant: Tenant) -> Told {
        Told { accounts: tenant.accounts(&state.url), tenant }
    }
}

async fn tenants(State(state): State<Shared>) -> Response {
    Json(state.tenants.all().into_iter().map(|tenant| Told::of(&state, tenant)).collect::<Vec<_>>()).into_response()
}

async fn add_tenant(State(state): State<Shared>, body: Bytes) -> Result<Response, Wrong> {
    let new: NewTenant = read(&body)?;
    let tenant = state.tenants.add(new).map_err(bad)?;
    Ok(Json(Told::of(&state, tenant)).into_response())
}

async fn settings(State(state): State<Shared>) -> Response {
    Json(state.settings()).into_response()
}

async fn change_settings(State(state): State<Shared>, body: Bytes) -> Result<Response, Wrong> {
    let change: Value = read(&body)?;
    state.set_settings(state.settings().merged(&change).map_err(bad)?);
    Ok(settings(State(state)).await)
}

async fn sessions(State(state): State<Shared>, Query(of): Query<Of>) -> Response {
    let mut views = state.sessions();
    views.retain(|view| of.tenant.as_ref().is_none_or(|tenant| view.tenant == *tenant));
    Json(views).into_response()
}

async fn complete(State(state): State<Shared>, Path(id): Path<String>, body: Bytes) -> Result<Response, Wrong> {
    let completion: Completion = read(&body)?;
    let done = state.complete(&id, completion).await.map_err(|refused| {
        let status = match refused {
            Refused::Unknown => StatusCode::NOT_FOUND,
            Refused::Submitted | Refused::Expired => StatusCode::CONFLICT,
            Refused::Outcome | Refused::Persona => StatusCode::BAD_REQUEST,
        };
        Wrong(status, refused.to_string())
    })?;
    Ok(Json(done).into_response())
}
