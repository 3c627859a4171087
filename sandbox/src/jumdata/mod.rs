//! Jumdata's side of the wire, written from its document.

mod codes;
mod gateway;
mod hosted;
mod lifecheck;
mod parameters;
mod returns;

use axum::Router;
use serde_json::{Value, json};

pub(crate) use hosted::{complete, sessions};
pub(crate) use lifecheck::State;

use crate::exchange::{Answer, Call, Reply, Vendor, route};
use crate::random;
use crate::state::Shared;
use crate::tenants::Tenant;

struct Jumdata;

impl Vendor for Jumdata {
    const NAME: &'static str = "jumdata";
    const QUOTA: i64 = 606;

    fn tenant(state: &crate::state::State, call: &Call) -> Option<Tenant> {
        gateway::tenant(state, call)
    }

    fn refuse(_: &crate::state::State, call: &Call, code: i64, reason: Option<&str>) -> Reply {
        gateway::refusal(call, code, reason).unwrap_or_else(|| envelope(code, reason, None))
    }
}

/// The calls and pages, to be nested under `/jumdata`.
pub(crate) fn routes() -> Router<Shared> {
    Router::new()
        .route("/lifecheck/init", route::<Jumdata>("jumdata.lifecheck.init", lifecheck::init))
        .route("/lifecheck/result", route::<Jumdata>("jumdata.lifecheck.result", lifecheck::result))
        .merge(hosted::routes())
}

/// `{code, msg, taskNo, data}`; `data` is left out when there is none, as in the samples.
fn envelope(code: i64, msg: Option<&str>, data: Option<Value>) -> Reply {
    let msg = msg.unwrap_or_else(|| codes::text(code));
    let mut body = json!({"code": code, "msg": msg, "taskNo": random::digits(24)});
    if let Some(data) = data {
        body["data"] = data;
    }
    Reply::json(body)
}

/// An answer without data.
fn says(code: i64) -> Answer {
    Answer::new(envelope(code, None, None), code.to_string())
}
