//! Aliyun's API gateway: an AppCode, or `X-Ca-Signature`.
//!
//! Document: 阿里云 API 网关, 请求签名说明 (help.aliyun.com/product/29475.html); its table of error codes.

use base64::prelude::{BASE64_STANDARD, Engine as _};
use http::StatusCode;
use jiff::Timestamp;
use md5::{Digest, Md5};

use super::{Stranger, hmac_sha256, is_near, text};
use crate::exchange::{Call, Reply};
use crate::random;
use crate::state::State;
use crate::tenants::Tenant;

/// Whose AppCode it is. Strictly there is one space after the scheme.
pub(super) fn by_appcode(state: &State, call: &Call) -> Option<Tenant> {
    let given = text(call, "authorization");
    let code = if state.settings().strict {
        given.strip_prefix("APPCODE ")?
    } else {
        let (scheme, code) = given.trim().split_once(char::is_whitespace)?;
        scheme.eq_ignore_ascii_case("APPCODE").then(|| code.trim())?
    };
    state.tenants.find(|tenant| tenant.jumdata_appcode == code)
}

pub(super) fn appcode(state: &State, call: &Call) -> Result<Tenant, Stranger> {
    by_appcode(state, call).ok_or_else(|| {
        let note = match call.headers.contains_key("authorization") {
            false => "there is no Authorization header",
            true => "Authorization is not `APPCODE <code>` with one space and a known code",
        };
        Stranger::new(refused(StatusCode::BAD_REQUEST, "A400AC", "Invalid AppCode `not exists`"), note)
    })
}

pub(super) fn by_key(state: &State, call: &Call) -> Option<Tenant> {
    state.tenants.find(|tenant| tenant.jumdata_keys.aliyun_app_key == text(call, "x-ca-key"))
}

pub(super) fn signed(state: &State, call: &Call) -> Result<Tenant, Stranger> {
    let bad =
        |code: &str, message: &str, note| Err(Stranger::new(refused(StatusCode::BAD_REQUEST, code, message), note));
    let Some(tenant) = by_key(state, call) else {
        return bad("A400IK", "Invalid AppKey", "X-Ca-Key is not known here");
    };
    let listed: Vec<&str> = text(call, "x-ca-signature-headers").split(',').map(str::trim).collect();
    let covers = |name: &str| listed.iter().any(|listed| listed.eq_ignore_ascii_case(name));
    if !["x-ca-key", "x-ca-timestamp", "x-ca-nonce"].into_iter().all(covers) {
        return bad("I400MH", "Header `X-Ca-Signature-Headers` is Required", "key, timestamp or nonce is not covered");
    }
    let digest = text(call, "content-md5");
    if !digest.is_empty() && digest != BASE64_STANDARD.encode(Md5::digest(&call.body)) {
        return bad("I400I5", "Invalid Content-MD5", "Content-MD5 is not that of the body");
    }
    let method = text(call, "x-ca-signature-method");
    if !method.is_empty() && method != "HmacSHA256" {
        return bad("A400IS", "Invalid Signature", "only HmacSHA256 is known here");
    }
    let signing = string_to_sign(call, &listed);
    let right = BASE64_STANDARD.encode(hmac_sha256(&tenant.jumdata_keys.aliyun_app_secret, &signing));
    if right != text(call, "x-ca-signature") {
        // As the real one does, the line breaks shown as `#`; a header cannot hold more than ASCII.
        let shown: String = signing.chars().map(|c| if c == '\n' { '#' } else { c }).collect();
        let shown = shown.replace(|c: char| !(c.is_ascii_graphic() || c == ' '), "?");
        let message = format!("Invalid Signature, Server StringToSign:`{shown}`");
        return bad("A400IS", &message, "the signature does not fit this request");
    }
    let signed_at = text(call, "x-ca-timestamp").parse().ok().and_then(|ms| Timestamp::from_millisecond(ms).ok());
    match signed_at {
        None => return bad("A400IT", "Invalid Timestamp", "X-Ca-Timestamp is not a number of milliseconds"),
        Some(at) if !is_near(call, at) => {
            return bad("A400IT", "Timestamp Expired", "X-Ca-Timestamp is over 15 minutes off the sandbox's clock");
        }
        Some(_) => {}
    }
    if !state.jumdata.nonces.take(&tenant.id, text(call, "x-ca-nonce"), call.time) {
        return bad("A400NU", "Nonce Used", "X-Ca-Nonce came before within 15 minutes");
    }
    Ok(tenant)
}

pub(super) fn string_to_sign(call: &Call, listed: &[&str]) -> String {
    const APART: [&str; 6] =
        ["x-ca-signature", "x-ca-signature-headers", "accept", "content-md5", "content-type", "date"];
    let mut lines = vec![call.method.to_string()];
    lines.extend(["accept", "content-md5", "content-type", "date"].map(|name| text(call, name).to_owned()));
    let mut names: Vec<&str> =
        listed.iter().copied().filter(|name| !APART.iter().any(|apart| apart.eq_ignore_ascii_case(name))).collect();
    names.sort_unstable();
    // Under the very letters of the list.
    lines.extend(names.iter().map(|name| format!("{name}:{}", text(call, name))));
    lines.push(resource(call));
    lines.join("\n")
}

/// The path and, after a `?`, every parameter of query and form by its name, undecorated.
fn resource(call: &Call) -> String {
    let mut parameters: Vec<(String, String)> = form_urlencoded::parse(call.query.as_bytes()).into_owned().collect();
    if call.is_form() {
        parameters.extend(form_urlencoded::parse(&call.body).into_owned());
    }
    // A stable sort keeps the first of those that share a name in front.
    parameters.sort_by(|a, b| a.0.cmp(&b.0));
    parameters.dedup_by(|later, first| later.0 == first.0);
    let mut resource = call.path.clone();
    for (index, (name, value)) in parameters.iter().enumerate() {
        resource.push(if index == 0 { '?' } else { '&' });
        resource.push_str(name);
        if !value.is_empty() {
            resource.push('=');
            resource.push_str(value);
        }
    }
    resource
}

/// What the gateway itself refuses: an empty body, the reason in the headers.
pub(super) fn refusal(status: i64, message: Option<&str>) -> Option<Reply> {
    // Code and message by Aliyun's table for gateways in a private network.
    let (status, code, usual) = match status {
        403 => (StatusCode::FORBIDDEN, "B403MQ", "Api Market Subscription quota exhausted"),
        429 => (StatusCode::TOO_MANY_REQUESTS, "T429PA", "Throttled by APP Flow Control"),
        503 => (StatusCode::SERVICE_UNAVAILABLE, "D503BB", "Service Unavailable"),
        504 => (StatusCode::GATEWAY_TIMEOUT, "D504BO", "Async Service"),
        _ => return None,
    };
    Some(refused(status, code, message.unwrap_or(usual)))
}

fn refused(status: StatusCode, code: &str, message: &str) -> Reply {
    let request = [8, 4, 4, 4, 12].map(|length| random::hex(length).to_uppercase()).join("-");
    let headers = vec![
        ("x-ca-request-id", request),
        ("x-ca-error-code", code.to_owned()),
        ("x-ca-error-message", message.to_owned()),
    ];
    Reply { headers, ..Reply::text(status, "") }
}
