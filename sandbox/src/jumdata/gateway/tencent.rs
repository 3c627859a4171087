//! Tencent's API gateway: `Authorization: hmac …` over the headers that it lists.
//!
//! Document: 腾讯云 API 网关, 密钥对认证 (cloud.tencent.com/document/product/296/11819), 常见错误.

use base64::prelude::{BASE64_STANDARD, Engine as _};
use http::StatusCode;
use serde_json::json;

use super::{Stranger, hmac_sha1, is_near, moment, text};
use crate::exchange::{Call, Reply};
use crate::state::State;
use crate::tenants::Tenant;

/// `hmac id="…", algorithm="hmac-sha1", headers="…", signature="…"`.
fn part<'a>(call: &'a Call, name: &str) -> Option<&'a str> {
    let parts = text(call, "authorization").strip_prefix("hmac ")?.split(',');
    let mut parts = parts.filter_map(|part| part.trim().split_once('='));
    let (_, value) = parts.find(|(known, _)| *known == name)?;
    value.strip_prefix('"')?.strip_suffix('"')
}

pub(super) fn by_id(state: &State, call: &Call) -> Option<Tenant> {
    let id = part(call, "id")?;
    state.tenants.find(|tenant| tenant.jumdata_keys.tencent_secret_id == id)
}

pub(super) fn signed(state: &State, call: &Call) -> Result<Tenant, Stranger> {
    let bad = |message: &str, note| Err(Stranger::new(refused(StatusCode::UNAUTHORIZED, message), note));
    let (Some(algorithm), Some(listed), Some(signature), Some(_)) =
        (part(call, "algorithm"), part(call, "headers"), part(call, "signature"), part(call, "id"))
    else {
        return bad("HMAC authorization format error.", "Authorization has not the four parts");
    };
    if algorithm != "hmac-sha1" {
        return bad("HMAC algorithm not supported.", "the marketplace says hmac-sha1");
    }
    let Some(tenant) = by_id(state, call) else {
        return bad("HMAC signature cannot be verified.", "the SecretId is not known here");
    };
    let dated = listed.split(' ').find(|name| ["x-date", "date"].contains(name));
    let Some(date) = dated.map(|name| text(call, name)).filter(|date| !date.is_empty()) else {
        return bad(
            "HMAC signature cannot be verified, a valid x-date header is required for HMAC Authentication.",
            "x-date is not there, or not covered",
        );
    };
    if signature_of(call, listed, &tenant.jumdata_keys.tencent_secret_key) != signature {
        return bad("HMAC signature does not match.", "the signature does not fit these headers");
    }
    match moment("%a, %d %b %Y %H:%M:%S GMT", date) {
        Some(signed_at) if is_near(call, signed_at) => Ok(tenant),
        _ => bad(
            "HMAC signature cannot be verified, the x-date header is out of date for HMAC Authentication.",
            "x-date is over 15 minutes off the sandbox's clock, or no date",
        ),
    }
}

pub(super) fn signature_of(call: &Call, listed: &str, secret: &str) -> String {
    let lines: Vec<String> = listed.split(' ').map(|name| format!("{name}: {}", text(call, name))).collect();
    BASE64_STANDARD.encode(hmac_sha1(secret, &lines.join("\n")))
}

/// What the gateway itself refuses.
pub(super) fn refusal(status: i64, message: Option<&str>) -> Option<Reply> {
    let (status, usual) = match status {
        403 => (StatusCode::FORBIDDEN, "Found no validate usage plan."),
        429 => (StatusCode::TOO_MANY_REQUESTS, "API rate limit exceeded."),
        503 => (StatusCode::SERVICE_UNAVAILABLE, "Service Unavailable."),
        504 => (StatusCode::GATEWAY_TIMEOUT, "Gateway Time-out."),
        _ => return None,
    };
    Some(refused(status, message.unwrap_or(usual)))
}

fn refused(status: StatusCode, message: &str) -> Reply {
    Reply { status, ..Reply::json(json!({"message": message})) }
}
