//! Juhe's side of the wire, written from its documents.

mod admission;
pub(crate) mod cipher;
mod codes;
mod faceid;
mod hosted;
mod image;
mod mobile;
mod notify;
mod order;
mod returns;
mod verify;
mod verify2;
mod verifyface;

use axum::Router;
use serde_json::{Value, json};

pub(crate) use faceid::State;
pub(crate) use hosted::{complete, sessions};

use crate::exchange::{Answer, Call, Reply, Vendor, route};
use crate::form::Form;
use crate::state::Shared;
use crate::tenants::Tenant;

struct Juhe;

impl Vendor for Juhe {
    const NAME: &'static str = "juhe";
    const QUOTA: i64 = 10012;

    fn tenant(state: &crate::state::State, call: &Call) -> Option<Tenant> {
        // Leniently, so that journal and faults know the tenant of a request that will be refused for its form.
        let form = Form::read(call, false);
        state.tenants.find(|tenant| tenant.juhe_key == form.get("key"))
    }

    fn refuse(_: &crate::state::State, call: &Call, code: i64, reason: Option<&str>) -> Reply {
        refusal_of(call, call.tenant.as_ref(), &new_order(call), code, reason).reply
    }
}

/// The calls and pages, to be nested under `/juhe`.
pub(crate) fn routes() -> Router<Shared> {
    Router::new()
        .route("/faceid/query", route::<Juhe>("juhe.faceid.query", faceid::query))
        .route("/faceid/search", route::<Juhe>("juhe.faceid.search", faceid::search))
        .route("/verifyface/verify", route::<Juhe>("juhe.verifyface.verify", verify::plain))
        .route("/verifyface/verifyEncry", route::<Juhe>("juhe.verifyface.verify_encry", verify::encrypted))
        .route("/verifyface/verify2", route::<Juhe>("juhe.verifyface.verify2", verify2::plain))
        .route("/verifyface/verify2Encry", route::<Juhe>("juhe.verifyface.verify2_encry", verify2::encrypted))
        .route("/verifyface_mobile/query", route::<Juhe>("juhe.verifyface_mobile.query", mobile::answer))
        .merge(hosted::routes())
}

/// `{reason, result, error_code}`, in the order of the samples.
fn envelope(error_code: i64, reason: &str, result: Value) -> Value {
    json!({"reason": reason, "result": result, "error_code": error_code})
}

/// An error before an order number exists for it.
fn refusal(call: &Call, code: i64, reason: Option<&str>) -> Answer {
    refusal_of(call, call.tenant.as_ref(), &new_order(call), code, reason)
}

fn new_order(call: &Call) -> String {
    match call.operation.starts_with("juhe.verifyface_mobile") {
        true => order::mobile(call.time),
        false => order::verifyface(call.time),
    }
}

/// An error in the shape that its operation gives it; without a reason, the document's own text.
fn refusal_of(call: &Call, tenant: Option<&Tenant>, order: &str, code: i64, reason: Option<&str>) -> Answer {
    let reason = reason.unwrap_or_else(|| codes::text(code));
    if (10001..=10999).contains(&code) {
        // The old code goes along as text, beside the new one as a number; always plain, for there may be no key.
        let legacy = (code - 9900).to_string();
        let body = json!({"resultcode": legacy, "reason": reason, "result": null, "error_code": code});
        return Answer::new(Reply::json(body), code.to_string());
    }
    let result = match call.operation {
        "juhe.verifyface.verify2" | "juhe.verifyface.verify2_encry" => json!({"orderid": order, "charge": false}),
        "juhe.verifyface.verify" | "juhe.verifyface.verify_encry" => json!({"orderid": order}),
        "juhe.verifyface_mobile.query" if code == 280105 => json!({"orderid": order}),
        _ => Value::Null,
    };
    let has_order = !result.is_null();
    let body = envelope(code, reason, result);
    let reply = match tenant {
        Some(tenant) if call.operation == "juhe.verifyface.verify2_encry" => {
            Reply::sealed(body, cipher::Key::from_openid(&tenant.juhe_openid))
        }
        _ => Reply::json(body),
    };
    let mut answer = Answer::new(reply, code.to_string());
    answer.order = has_order.then(|| order.to_owned());
    answer
}

/// A number as PHP would print it: 0, not 0.0.
fn whole(number: f64) -> Value {
    if number.fract() == 0.0 { json!(number as i64) } else { json!(number) }
}
