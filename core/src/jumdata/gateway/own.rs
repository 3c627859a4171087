//! Jumdata's own gateway: the signature is among the form's fields.
//!
//! Document: 聚美智数, 接口说明 (showdoc.com.cn/jumdata/10493501037505671).

use super::{Fresh, Request, is_form, sha256_hex};
use crate::error::{Error, Result};
use crate::secret::Secret;

pub(super) fn sign(
    request: Request,
    app_id: &Secret,
    app_secret: &Secret,
    product_code: &str,
    fresh: &Fresh,
) -> Result<Request> {
    if !is_form(request.headers()) {
        return Err(Error::configuration("Jumdata's own gateway takes forms only"));
    }
    let timestamp = fresh.now.unix_ms().to_string();
    let (mut head, body) = request.into_parts();
    let mut form = form_urlencoded::Serializer::new(String::from_utf8_lossy(&body).into_owned());
    form.append_pair("appId", app_id.expose());
    form.append_pair("timestamp", &timestamp);
    form.append_pair("sign", &signature(app_id, app_secret, &timestamp));
    if !product_code.is_empty() {
        form.append_pair("productCode", product_code);
    }
    head.headers.remove(http::header::CONTENT_LENGTH);
    Ok(Request::from_parts(head, form.finish().into()))
}

/// In this order: appId, appSecret, timestamp. What was signed holds the secret, so it is never shown.
pub(super) fn signature(app_id: &Secret, app_secret: &Secret, timestamp: &str) -> String {
    let text = Secret::from([app_id.expose(), app_secret.expose(), timestamp].concat());
    sha256_hex(text.expose().as_bytes())
}
