//! `oauth/2.0/token`: by POST with a query, by POST with a form, or by GET.

use http::{Method, StatusCode};
use serde_json::json;

use super::access::LIFE;
use crate::exchange::{Answer, Call, Reply};
use crate::random;
use crate::state::State;
use crate::tenants::Tenant;

pub(super) const OPERATION: &str = "baidu.oauth.token";

/// What an app may do. Without `brain_all_scope` the official Python client turns to BCE signatures for good.
const SCOPE: &str = "public brain_all_scope brain_solution_faceprint vis-faceverify_faceverify_h5-face-liveness \
                     wise_adapt lebo_resource_base lightservice_public hetu_basic";

/// Whose API key it is, right secret or not.
pub(super) fn tenant(state: &State, call: &Call) -> Option<Tenant> {
    let id = field(call, "client_id");
    state.tenants.find(|tenant| tenant.baidu_api_key == id)
}

/// A parameter, from the query or from a form body; a client that posts both says the same in both.
fn field(call: &Call, name: &str) -> String {
    let of = |encoded| form_urlencoded::parse(encoded).find(|field| field.0 == name).map(|field| field.1.into_owned());
    of(call.query.as_bytes()).or_else(|| of(&call.body)).unwrap_or_default()
}

pub(super) fn token(state: &State, call: &Call) -> Answer {
    if call.method != Method::POST && call.method != Method::GET {
        return Answer::not_allowed("GET, POST");
    }
    match field(call, "grant_type").as_str() {
        "client_credentials" => {}
        "" => return refused("invalid_request", "invalid request"),
        _ => return refused("unsupported_grant_type", "The authorization grant type is not supported"),
    }
    let Some(tenant) = tenant(state, call) else {
        return refused("invalid_client", "unknown client id");
    };
    if field(call, "client_secret") != tenant.baidu_secret_key {
        return refused("invalid_client", "Client authentication failed");
    }
    let expires_in = LIFE.as_secs();
    let refresh = format!("25.{}.315360000.{}.282335-{}", random::hex(32), call.time.as_second(), random::digits(8));
    Answer::new(
        Reply::json(json!({
            "refresh_token": refresh,
            "expires_in": expires_in,
            "session_key": random::alphanumeric(72),
            "access_token": state.baidu.access_tokens.issue(&tenant.id, call.time),
            "scope": SCOPE,
            "session_secret": random::hex(32),
        })),
        "0",
    )
}

fn refused(error: &'static str, description: &str) -> Answer {
    let body = json!({"error": error, "error_description": description});
    // The status is a guess; clients go by `error`.
    Answer::new(Reply { status: StatusCode::UNAUTHORIZED, ..Reply::json(body) }, error)
}
