//! Huawei marketplace, signed: SDK-HMAC-SHA256.
//!
//! Document: 华为云 API 网关, AK/SK 签名认证算法; checked with the tests of the official Python SDK.

use super::{Fresh, Request, Signed, header, put, sha256_hex};
use crate::digest::{hex, hmac_sha256};
use crate::error::{Error, Result};
use crate::percent::UNRESERVED;
use crate::secret::Secret;
use percent_encoding::{percent_decode_str, utf8_percent_encode};

const ALGORITHM: &str = "SDK-HMAC-SHA256";
/// A digest that the caller has put there himself: `UNSIGNED-PAYLOAD` in the SDK's requests without JSON.
const CONTENT: &str = "x-sdk-content-sha256";

pub(super) fn sign(mut request: Request, app_key: &Secret, app_secret: &Secret, fresh: &Fresh) -> Result<Signed> {
    let authority = request.uri().authority().map(|authority| authority.as_str().to_owned());
    let host =
        authority.ok_or_else(|| Error::configuration("the call address of the Jumdata account names no host"))?;
    let date = fresh.now.to_basic_text();
    put(&mut request, "host", &host)?;
    put(&mut request, "x-sdk-date", &date)?;
    let (canonical, names) = canonical_request(&request);
    let text = format!("{ALGORITHM}\n{date}\n{}", sha256_hex(canonical.as_bytes()));
    let signature = hex(&hmac_sha256(app_secret.expose(), &[text.as_bytes()]));
    let key = app_key.expose();
    put(
        &mut request,
        "authorization",
        &format!("{ALGORITHM} Access={key}, SignedHeaders={names}, Signature={signature}"),
    )?;
    Ok(Signed { request, canonical_request: Some(canonical.into()), string_to_sign: Some(text.into()) })
}

/// The canonical request, and the names of the headers it covers.
fn canonical_request(request: &Request) -> (String, String) {
    let headers = request.headers();
    // Our form's own digest is signed: leaving the body out would let anybody on the way change it.
    let own = header(headers, CONTENT);
    let digest = if own.is_empty() { sha256_hex(request.body()) } else { own.to_owned() };
    let names: Vec<_> =
        ["host", CONTENT, "x-sdk-date"].into_iter().filter(|name| !header(headers, name).is_empty()).collect();
    let lines: String = names.iter().map(|name| format!("{name}:{}\n", header(headers, name).trim())).collect();
    let names = names.join(";");
    // Each header's line ends by itself, and an empty line stands after them.
    let canonical = format!(
        "{}\n{}\n{}\n{lines}\n{names}\n{digest}",
        request.method(),
        path(request.uri().path()),
        query(request.uri().query().unwrap_or_default()),
    );
    (canonical, names)
}

/// Each part percent-encoded once, and always a slash at the end.
fn path(path: &str) -> String {
    let parts: Vec<_> = path.split('/').map(encoded_once).collect();
    let slash = if path.ends_with('/') { "" } else { "/" };
    format!("{}{slash}", parts.join("/"))
}

fn query(query: &str) -> String {
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    let mut pairs: Vec<_> = pairs
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(name, value)| (encoded_once(name), encoded_once(value)))
        .collect();
    pairs.sort_unstable();
    pairs.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&")
}

fn encoded_once(text: &str) -> String {
    let meant: Vec<u8> = percent_decode_str(text).collect();
    utf8_percent_encode(&String::from_utf8_lossy(&meant), UNRESERVED).to_string()
}
