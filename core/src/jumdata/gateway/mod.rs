//! One signer for each marketplace, behind one seam: a request goes in, the same request comes out signed.
//!
//! A signer sees the whole request, and what must be fresh for each attempt; it knows no account and no clock.

mod appcode;
mod huawei;
mod own;
mod refusals;
pub mod sign;
mod tencent;
mod x_ca;

pub(super) use refusals::refusal;

use crate::digest::hex;
use crate::error::{Error, Result};
use crate::jumdata::Account;
use crate::jumdata::account::Gateway;
use crate::operation::Context;
use crate::secret::Secret;
use crate::time::Time;
use bytes::Bytes;
use hmac::{Hmac, KeyInit, Mac};
use http::header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderValue};

type Request = http::Request<Bytes>;

/// What every form is sent as.
const FORM: &str = "application/x-www-form-urlencoded; charset=UTF-8";
/// What is accepted: always said by us, because HTTP libraries add a `*/*` that was not signed.
const JSON: &str = "application/json";

/// What no two attempts share.
struct Fresh {
    now: Time,
    nonce: String,
}

impl Fresh {
    fn of(context: &dyn Context) -> Fresh {
        Fresh { now: context.now(), nonce: dashed(context.nonce()) }
    }
}

/// Sixteen bytes in the shape of a UUID, which the gateways' documents recommend for nonces.
fn dashed(bytes: [u8; 16]) -> String {
    let hex = hex(&bytes);
    [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-")
}

/// A signed request, and what was signed: to compare with what a gateway says it saw. It holds the fields' values.
struct Signed {
    request: Request,
    canonical_request: Option<Secret>,
    string_to_sign: Option<Secret>,
}

impl From<Request> for Signed {
    fn from(request: Request) -> Signed {
        Signed { request, canonical_request: None, string_to_sign: None }
    }
}

/// A form POST to a call address, signed as its marketplace wants it.
pub(super) fn post(context: &dyn Context, address: &str, fields: &[(&str, &str)]) -> Result<Request> {
    let account: &Account = context.accounts().jumdata()?;
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.extend_pairs(fields);
    let request = http::Request::post(address)
        .header(CONTENT_TYPE, FORM)
        .header(ACCEPT, JSON)
        .body(Bytes::from(form.finish()))
        .map_err(|_| Error::configuration("the call address of the Jumdata account is no address"))?;
    Ok(sign(&account.gateway, request, &Fresh::of(context))?.request)
}

/// The seam: one line for each marketplace.
fn sign(gateway: &Gateway, request: Request, fresh: &Fresh) -> Result<Signed> {
    match gateway {
        Gateway::Appcode { appcode } => appcode::aliyun(request, appcode).map(Signed::from),
        Gateway::XCa { app_key, app_secret, stage } => {
            x_ca::sign(request, app_key, app_secret, stage.as_deref(), fresh)
        }
        Gateway::Tencent { secret_id, secret_key, source } => {
            tencent::sign(request, secret_id, secret_key, source, fresh)
        }
        Gateway::HuaweiAppcode { appcode } => appcode::huawei(request, appcode).map(Signed::from),
        Gateway::Huawei { app_key, app_secret } => huawei::sign(request, app_key, app_secret, fresh),
        Gateway::Own { app_id, app_secret, product_code } => {
            own::sign(request, app_id, app_secret, product_code, fresh).map(Signed::from)
        }
    }
}

/// Sets a header that no log may show.
fn put(request: &mut Request, name: &'static str, value: &str) -> Result<()> {
    let mut value = HeaderValue::from_str(value).map_err(|_| {
        let mut error = Error::configuration("a key of the marketplace has characters that no header can carry");
        error.field = Some("/accounts/jumdata/gateway".into());
        error
    })?;
    value.set_sensitive(true);
    request.headers_mut().insert(name, value);
    Ok(())
}

/// A header as text; empty when absent.
fn header<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers.get(name).and_then(|value| std::str::from_utf8(value.as_bytes()).ok()).unwrap_or_default()
}

/// Whether the body is a form.
fn is_form(headers: &HeaderMap) -> bool {
    let kind = header(headers, "content-type").split(';').next().unwrap_or_default();
    kind.trim().eq_ignore_ascii_case("application/x-www-form-urlencoded")
}

fn hmac_sha1(key: &Secret, text: &str) -> Vec<u8> {
    // HMAC takes keys of every length.
    let Ok(mut mac) = Hmac::<sha1::Sha1>::new_from_slice(key.expose().as_bytes()) else { return Vec::new() };
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

fn sha256_hex(bytes: &[u8]) -> String {
    use sha2::Digest as _;
    hex(&sha2::Sha256::digest(bytes))
}

#[cfg(test)]
mod tests;
