//! One signer for each marketplace, behind one seam: a request goes in, the same request comes out signed.

mod appcode;

use crate::error::{Error, Kind, Result};
use crate::jumdata::Account;
use crate::jumdata::account::Gateway;
use crate::operation::{Context, Repeat};
use crate::verdict::Billed;
use bytes::Bytes;

/// A form POST to a call address, signed as its marketplace wants it.
pub(super) fn post(context: &dyn Context, address: &str, fields: &[(&str, &str)]) -> Result<http::Request<Bytes>> {
    let account: &Account = context.accounts().jumdata()?;
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.extend_pairs(fields);
    let request = http::Request::post(address)
        .header(http::header::CONTENT_TYPE, "application/x-www-form-urlencoded; charset=UTF-8")
        .header(http::header::ACCEPT, "application/json")
        .body(Bytes::from(form.finish()))
        .map_err(|_| Error::configuration("the call address of the Jumdata account is no address"))?;
    match &account.gateway {
        Gateway::Appcode { appcode } => appcode::sign(request, appcode),
    }
}

/// A refusal by the gateway itself, before Jumdata saw the request: an empty body, the reason in headers.
///
/// Such a call was not billed. 500, 503 and 504 come from behind the gateway: nobody knows.
pub(super) fn refusal(answer: &http::Response<Bytes>) -> Option<Error> {
    let header = |name: &str| answer.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let (code, reason) = (header("x-ca-error-code"), header("x-ca-error-message"));
    let status = answer.status().as_u16();
    if code.is_empty() && reason.is_empty() && !matches!(status, 500 | 503 | 504) {
        return None;
    }
    let throttled = status == 429 || reason.contains("Throttled");
    let exhausted = ["Quota", "quota", "Arrears", "Expiry", "Expired"].iter().any(|word| reason.contains(word));
    let (kind, hint) = match status {
        500 | 503 | 504 => (Kind::Vendor, "the marketplace could not reach the service"),
        _ if throttled => (Kind::RateLimited, "send fewer calls at a time"),
        _ if exhausted => (Kind::Quota, "renew the purchase at the marketplace"),
        400 | 401 | 403 => (Kind::Authentication, "check the AppCode and the call address at the marketplace"),
        _ => (Kind::Vendor, "look the code up in the marketplace's documents"),
    };
    let message = if reason.is_empty() { "the marketplace's gateway refused the call" } else { first_line(reason) };
    let mut error = Error::new(kind, message).with_hint(hint);
    error.http_status = Some(status);
    error.vendor_code = (!code.is_empty()).then(|| code.to_owned());
    error.references.log = Some(header("x-ca-request-id").to_owned()).filter(|id| !id.is_empty());
    error.retryable = throttled;
    if throttled || kind == Kind::Vendor && status >= 500 {
        error.repeat = Repeat::FREE;
    }
    Some(if status >= 500 { error.with_billed(Billed::Unknown) } else { error })
}

/// `Invalid Signature, Server StringToSign:…` goes on with what was signed, a person's data included.
fn first_line(reason: &str) -> &str {
    reason.split([',', '`', ':']).next().unwrap_or_default().trim()
}
