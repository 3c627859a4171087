//! `verifyface/verify2` and `verifyface/verify2Encry`: V2.

use serde_json::json;

use super::codes::charged;
use super::verifyface::Request;
use super::whole;
use crate::exchange::{Answer, Call};
use crate::personas::Verify2;
use crate::state::State;

pub(super) fn plain(state: &State, call: &Call) -> Answer {
    Request::read(state, call, false).map_or_else(|refused| *refused, |request| answer(call, request))
}

/// Request and reply are encrypted.
pub(super) fn encrypted(state: &State, call: &Call) -> Answer {
    Request::read(state, call, true).map_or_else(|refused| *refused, |request| answer(call, request))
}

fn answer(call: &Call, request: Request) -> Answer {
    let uncompared = |auth_result: &str| Verify2 { error_code: 0, auth_result: auth_result.into(), rxfs: 0.0 };
    let mut said = request.persona.map_or(uncompared("5XXX"), |persona| persona.outcomes.verify2.clone());
    // Identity comes before the photo, and the photo's size before its format.
    let identity_holds = said.error_code == 0 && said.auth_result.starts_with('0');
    if identity_holds && request.image.is_small() {
        said = uncompared("0JXX");
    } else if identity_holds && !request.image.is_jpeg() {
        said = uncompared("0EXX");
    }
    if said.error_code != 0 {
        return request.refused(call, said.error_code);
    }
    let charge = charged(&said.auth_result);
    let result = json!({
        "charge": charge,
        "authResult": said.auth_result,
        "rxfs": whole(said.rxfs),
        "orderid": request.order,
    });
    let outcome = format!("0 {}", said.auth_result);
    request.answered(
        call,
        "查询成功",
        result,
        outcome,
        charge.then_some("authResult: 收费的有：00XX,01XX,02XX,0DXX,0EXX,0FXX,0GXX,0JXX,5XXX"),
    )
}
