//! Aliyun marketplace, signed: `X-Ca-Signature` by HMAC-SHA256.
//!
//! Document: 阿里云 API 网关, 请求签名说明 (help.aliyun.com/product/29475.html), and the official sample clients.

use super::{Fresh, JSON, Request, Signed, header, is_form, put};
use crate::digest::hmac_sha256;
use crate::error::Result;
use crate::secret::Secret;
use base64::prelude::{BASE64_STANDARD, Engine as _};
use http::header::{ACCEPT, HeaderName, HeaderValue};
use std::collections::BTreeMap;

pub(super) fn sign(
    mut request: Request,
    app_key: &Secret,
    app_secret: &Secret,
    stage: Option<&str>,
    fresh: &Fresh,
) -> Result<Signed> {
    if !request.headers().contains_key(ACCEPT) {
        request.headers_mut().insert(ACCEPT, HeaderValue::from_static(JSON));
    }
    // A form is signed field by field; any other body by its digest.
    if !is_form(request.headers()) && !request.body().is_empty() && header(request.headers(), "content-md5").is_empty()
    {
        let digest = BASE64_STANDARD.encode(<md5::Md5 as md5::Digest>::digest(request.body()));
        if let Ok(digest) = HeaderValue::from_str(&digest) {
            request.headers_mut().insert(HeaderName::from_static("content-md5"), digest);
        }
    }
    let timestamp = fresh.now.unix_ms().to_string();
    // Sorted by name; the list names them in the very letters that are signed.
    let mut signed = vec![("X-Ca-Key", app_key.expose()), ("X-Ca-Nonce", &fresh.nonce)];
    signed.extend(stage.map(|stage| ("X-Ca-Stage", stage)));
    signed.push(("X-Ca-Timestamp", &timestamp));
    let text = string_to_sign(&request, &signed);
    let signature = BASE64_STANDARD.encode(hmac_sha256(app_secret.expose(), &[text.as_bytes()]));
    let names: Vec<_> = signed.iter().map(|(name, _)| *name).collect();
    put(&mut request, "x-ca-signature-headers", &names.join(","))?;
    put(&mut request, "x-ca-signature", &signature)?;
    put(&mut request, "x-ca-key", app_key.expose())?;
    put(&mut request, "x-ca-nonce", &fresh.nonce)?;
    put(&mut request, "x-ca-timestamp", &timestamp)?;
    if let Some(stage) = stage {
        put(&mut request, "x-ca-stage", stage)?;
    }
    Ok(Signed { request, canonical_request: None, string_to_sign: Some(text.into()) })
}

fn string_to_sign(request: &Request, signed: &[(&str, &str)]) -> String {
    let headers = request.headers();
    let mut text = format!("{}\n", request.method());
    for name in ["accept", "content-md5", "content-type", "date"] {
        text.push_str(header(headers, name));
        text.push('\n');
    }
    for (name, value) in signed {
        text.push_str(&format!("{name}:{value}\n"));
    }
    text + &resource(request)
}

/// The path with the parameters of query and form, decoded, sorted by name; of a name that occurs twice, the first.
fn resource(request: &Request) -> String {
    let query = form_urlencoded::parse(request.uri().query().unwrap_or_default().as_bytes());
    let form: &[u8] = if is_form(request.headers()) { request.body() } else { &[] };
    let mut parameters = BTreeMap::new();
    for (name, value) in query.chain(form_urlencoded::parse(form)) {
        parameters.entry(name).or_insert(value);
    }
    let pairs: Vec<_> = parameters
        .iter()
        .map(|(name, value)| if value.is_empty() { name.to_string() } else { format!("{name}={value}") })
        .collect();
    let mark = if pairs.is_empty() { "" } else { "?" };
    format!("{}{mark}{}", request.uri().path(), pairs.join("&"))
}
