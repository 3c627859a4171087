//! Aliyun marketplace, simple: `Authorization: APPCODE <appcode>`, with exactly one space.

use crate::error::{Error, Result};
use crate::secret::Secret;
use bytes::Bytes;
use http::HeaderValue;
use http::header::AUTHORIZATION;

pub(super) fn sign(mut request: http::Request<Bytes>, appcode: &Secret) -> Result<http::Request<Bytes>> {
    let text = appcode.expose().trim();
    if text.is_empty() {
        return Err(wrong("it is empty"));
    }
    let mut value = HeaderValue::from_str(&format!("APPCODE {text}")).map_err(|_| wrong("it has odd characters"))?;
    value.set_sensitive(true);
    request.headers_mut().insert(AUTHORIZATION, value);
    Ok(request)
}

fn wrong(why: &str) -> Error {
    let mut error = Error::configuration(format!("the AppCode cannot be sent: {why}"));
    error.field = Some("/accounts/jumdata/gateway/appcode".into());
    error
}
