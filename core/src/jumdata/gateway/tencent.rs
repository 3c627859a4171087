//! Tencent marketplace: HMAC-SHA1 over `x-date` and `x-source`.
//!
//! Document: 腾讯云 API 网关, 密钥对认证 (cloud.tencent.com/document/product/296/11819).

use super::{Fresh, Request, Signed, hmac_sha1, put};
use crate::error::Result;
use crate::secret::Secret;
use base64::prelude::{BASE64_STANDARD, Engine as _};

pub(super) fn sign(
    mut request: Request,
    secret_id: &Secret,
    secret_key: &Secret,
    source: &str,
    fresh: &Fresh,
) -> Result<Signed> {
    let date = fresh.now.to_http_date();
    let headers = [("x-date", date.as_str()), ("x-source", source)];
    put(&mut request, "authorization", &authorization(secret_id, secret_key, &headers))?;
    put(&mut request, "x-date", &date)?;
    put(&mut request, "x-source", source)?;
    Ok(Signed { request, canonical_request: None, string_to_sign: Some(string_to_sign(&headers).into()) })
}

/// `name: value` for each header, names in lower case, without a line break at the end.
pub(super) fn string_to_sign(headers: &[(&str, &str)]) -> String {
    let lines: Vec<_> = headers.iter().map(|(name, value)| format!("{}: {value}", name.to_lowercase())).collect();
    lines.join("\n")
}

pub(super) fn authorization(secret_id: &Secret, secret_key: &Secret, headers: &[(&str, &str)]) -> String {
    let names: Vec<_> = headers.iter().map(|(name, _)| name.to_lowercase()).collect();
    let signature = BASE64_STANDARD.encode(hmac_sha1(secret_key, &string_to_sign(headers)));
    let (id, names) = (secret_id.expose(), names.join(" "));
    format!(r#"hmac id="{id}", algorithm="hmac-sha1", headers="{names}", signature="{signature}""#)
}
