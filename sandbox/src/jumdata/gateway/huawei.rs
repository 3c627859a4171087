//! Huawei's API gateway: an AppCode, or SDK-HMAC-SHA256.
//!
//! Document: 华为云 API 网关, AK/SK 签名认证算法; 错误码.

use http::StatusCode;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde_json::json;
use sha2::{Digest, Sha256};

use super::{Stranger, hex, hmac_sha256, is_near, moment, text};
use crate::exchange::{Call, Reply};
use crate::random;
use crate::state::State;
use crate::tenants::Tenant;

const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

fn wrong<T>(note: &'static str) -> Result<T, Stranger> {
    let message = "Incorrect app authentication information";
    Err(Stranger::new(refused(StatusCode::UNAUTHORIZED, "APIG.0303", message), note))
}

pub(super) fn by_appcode(state: &State, call: &Call) -> Option<Tenant> {
    state.tenants.find(|tenant| tenant.jumdata_keys.huawei_appcode == text(call, "x-apig-appcode"))
}

pub(super) fn appcode(state: &State, call: &Call) -> Result<Tenant, Stranger> {
    by_appcode(state, call).map_or_else(|| wrong("X-Apig-AppCode is not known here"), Ok)
}

/// `SDK-HMAC-SHA256 Access=…, SignedHeaders=…, Signature=…`.
fn part<'a>(call: &'a Call, name: &str) -> Option<&'a str> {
    let parts = text(call, "authorization").strip_prefix("SDK-HMAC-SHA256 ")?.split(", ");
    parts.filter_map(|part| part.split_once('=')).find(|(known, _)| *known == name).map(|(_, value)| value)
}

pub(super) fn by_key(state: &State, call: &Call) -> Option<Tenant> {
    let key = part(call, "Access")?;
    state.tenants.find(|tenant| tenant.jumdata_keys.huawei_app_key == key)
}

pub(super) fn signed(state: &State, call: &Call) -> Result<Tenant, Stranger> {
    let (Some(_), Some(listed), Some(signature)) =
        (part(call, "Access"), part(call, "SignedHeaders"), part(call, "Signature"))
    else {
        return wrong("Authorization has not the three parts");
    };
    let Some(tenant) = by_key(state, call) else { return wrong("the AppKey is not known here") };
    let names: Vec<&str> = listed.split(';').collect();
    if !names.contains(&"x-sdk-date") || !names.contains(&"host") {
        return wrong("x-sdk-date or host is not covered");
    }
    if !names.is_sorted() {
        return wrong("the signed headers are not sorted");
    }
    if signature_of(call, listed, &tenant.jumdata_keys.huawei_app_secret) != signature {
        return wrong("the signature does not fit this request");
    }
    match moment("%Y%m%dT%H%M%SZ", text(call, "x-sdk-date")) {
        Some(signed_at) if is_near(call, signed_at) => Ok(tenant),
        _ => wrong("X-Sdk-Date is over 15 minutes off the sandbox's clock, or no date"),
    }
}

pub(super) fn signature_of(call: &Call, listed: &str, secret: &str) -> String {
    let canonical = canonical_request(call, listed);
    let date = text(call, "x-sdk-date");
    let signing = format!("SDK-HMAC-SHA256\n{date}\n{}", hex(&Sha256::digest(canonical)));
    hex(&hmac_sha256(secret, &signing))
}

pub(super) fn canonical_request(call: &Call, listed: &str) -> String {
    let mut path: String =
        call.path.split('/').map(|part| utf8_percent_encode(&decoded(part), ENCODED).to_string() + "/").collect();
    // A path that ends with a slash has an empty last part.
    if path.ends_with("//") && call.path.ends_with('/') {
        path.pop();
    }
    let mut query: Vec<(String, String)> = call
        .query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(name, value)| (encoded(name), encoded(value)))
        .collect();
    query.sort();
    let query: Vec<String> = query.into_iter().map(|(name, value)| format!("{name}={value}")).collect();
    let mut canonical = format!("{}\n{path}\n{}\n", call.method, query.join("&"));
    for name in listed.split(';') {
        canonical.push_str(&format!("{name}:{}\n", text(call, name).trim()));
    }
    let content = text(call, "x-sdk-content-sha256");
    let content = if content.is_empty() { hex(&Sha256::digest(&call.body)) } else { content.to_owned() };
    canonical + "\n" + listed + "\n" + &content
}

fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

fn encoded(text: &str) -> String {
    utf8_percent_encode(&decoded(text), ENCODED).to_string()
}

/// What the gateway itself refuses.
pub(super) fn refusal(status: i64, message: Option<&str>) -> Option<Reply> {
    let (status, code, usual) = match status {
        403 => (StatusCode::FORBIDDEN, "APIG.0304", "The app is not allowed to access the API"),
        429 => (StatusCode::TOO_MANY_REQUESTS, "APIG.0308", "The throttling threshold has been reached"),
        503 => (StatusCode::SERVICE_UNAVAILABLE, "APIG.0201", "Backend unavailable"),
        504 => (StatusCode::GATEWAY_TIMEOUT, "APIG.0201", "Backend timeout"),
        _ => return None,
    };
    Some(refused(status, code, message.unwrap_or(usual)))
}

fn refused(status: StatusCode, code: &str, message: &str) -> Reply {
    let body = json!({"error_code": code, "error_msg": message, "request_id": random::hex(32)});
    Reply { status, ..Reply::json(body) }
}
