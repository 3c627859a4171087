//! Jumdata's own gateway: `appId`, `timestamp` and `sign` among the form's fields.
//!
//! Document: 聚美智数, 接口说明 (showdoc.com.cn/jumdata/10493501037505671). It names no code for a wrong signature.

use jiff::Timestamp;
use sha2::{Digest, Sha256};

use super::super::envelope;
use super::{Stranger, hex, is_near};
use crate::exchange::Call;
use crate::state::State;
use crate::tenants::Tenant;

pub(super) fn field(call: &Call, name: &str) -> Option<String> {
    form_urlencoded::parse(&call.body).find(|field| field.0 == name).map(|field| field.1.into_owned())
}

pub(super) fn by_id(state: &State, call: &Call) -> Option<Tenant> {
    let id = field(call, "appId")?;
    state.tenants.find(|tenant| tenant.jumdata_keys.own_app_id == id)
}

pub(super) fn signed(state: &State, call: &Call) -> Result<Tenant, Stranger> {
    let wrong = |note| Err(Stranger::new(envelope(401, Some("签名错误"), None), note));
    let Some(tenant) = by_id(state, call) else { return wrong("appId is not known here") };
    let timestamp = field(call, "timestamp").unwrap_or_default();
    if sign(&tenant.jumdata_keys.own_app_id, &tenant.jumdata_keys.own_app_secret, &timestamp)
        != field(call, "sign").unwrap_or_default()
    {
        return wrong("sign is not the SHA-256 of appId, appSecret and timestamp");
    }
    match timestamp.parse().ok().and_then(|ms| Timestamp::from_millisecond(ms).ok()) {
        Some(signed_at) if is_near(call, signed_at) => Ok(tenant),
        _ => wrong("timestamp is over 15 minutes off the sandbox's clock, or not in milliseconds"),
    }
}

pub(super) fn sign(app_id: &str, app_secret: &str, timestamp: &str) -> String {
    hex(&Sha256::digest(format!("{app_id}{app_secret}{timestamp}")))
}
