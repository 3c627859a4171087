//! Who calls: an access_token, a BCE signature or a bearer key.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::Duration;

use http::header;
use jiff::Timestamp;

use super::bce;
use crate::clock::over;
use crate::exchange::Call;
use crate::random;
use crate::state::State;
use crate::tenants::Tenant;

/// access_token的有效期为30天.
pub(super) const LIFE: Duration = Duration::from_secs(2_592_000);

/// The tokens that were given out; a newer one ends none of them.
#[derive(Debug, Default)]
pub(super) struct AccessTokens {
    issued: Mutex<BTreeMap<String, Issued>>,
}

#[derive(Clone, Debug)]
struct Issued {
    tenant: String,
    at: Timestamp,
}

impl AccessTokens {
    /// As `24.<32hex>.<expires_in>.<unix expiry>.282335-<appid>`.
    pub(super) fn issue(&self, tenant: &str, at: Timestamp) -> String {
        let expiry = at.as_second() + LIFE.as_secs() as i64;
        let token = format!("24.{}.{}.{expiry}.282335-{}", random::hex(32), LIFE.as_secs(), random::digits(8));
        self.issued.lock().unwrap().insert(token.clone(), Issued { tenant: tenant.into(), at });
        token
    }

    fn get(&self, token: &str) -> Option<Issued> {
        self.issued.lock().unwrap().get(token).cloned()
    }

    pub(super) fn reset(&self, tenant: Option<&str>) {
        self.issued.lock().unwrap().retain(|_, issued| tenant.is_some_and(|tenant| issued.tenant != tenant));
    }
}

/// A caller who is known.
#[derive(Debug)]
pub(super) struct Admitted {
    pub(super) tenant: Tenant,
    /// What is odd about the way it was done.
    pub(super) warning: Option<&'static str>,
}

/// Why a caller is not known.
#[derive(Debug)]
pub(super) struct Stranger {
    pub(super) code: i64,
    pub(super) note: &'static str,
}

fn stranger<T>(code: i64, note: &'static str) -> Result<T, Stranger> {
    Err(Stranger { code, note })
}

pub(super) fn admit(state: &State, call: &Call) -> Result<Admitted, Stranger> {
    let given = form_urlencoded::parse(call.query.as_bytes()).find(|(name, _)| name == "access_token");
    let authorization = call.headers.get(header::AUTHORIZATION).map(|value| value.to_str().unwrap_or_default());
    match (given, authorization) {
        (Some((_, token)), other) => {
            let warning = other.map(|_| "two ways to authenticate in one request: the access_token decided");
            by_token(state, call, &token, warning)
        }
        (None, Some(text)) if text.starts_with(bce::VERSION) => by_signature(state, call, text),
        (None, Some(text)) => match text.strip_prefix("Bearer ") {
            Some(key) => {
                match state.tenants.find(|tenant| tenant.baidu_api_key == key || tenant.baidu_bearer_key == key) {
                    Some(tenant) => Ok(Admitted { tenant, warning: None }),
                    None => stranger(110, "the bearer key is no API key known here"),
                }
            }
            None => stranger(14, "Authorization is neither bce-auth-v1 nor Bearer"),
        },
        (None, None) => stranger(110, "no access_token, and no Authorization header"),
    }
}

fn by_token(state: &State, call: &Call, given: &str, warning: Option<&'static str>) -> Result<Admitted, Stranger> {
    if given.is_empty() {
        return stranger(100, "access_token is empty");
    }
    // The official Node client appends `?aipSdk=node` to the whole query once more.
    let (token, warning) = match given.split_once('?') {
        Some((token, _)) => (token, Some("the access_token drags a second query behind it")),
        None => (given, warning),
    };
    let Some(issued) = state.baidu.access_tokens.get(token) else {
        return stranger(110, "this access_token was never given out");
    };
    if over(issued.at, LIFE, call.time) {
        return stranger(111, "this access_token is older than 30 days");
    }
    match state.tenants.find(|tenant| tenant.id == issued.tenant) {
        Some(tenant) => Ok(Admitted { tenant, warning }),
        None => stranger(110, "the tenant of this access_token is gone"),
    }
}

fn by_signature(state: &State, call: &Call, text: &str) -> Result<Admitted, Stranger> {
    let Some(claim) = bce::Claim::read(text) else {
        return stranger(14, "the bce-auth-v1 header has not the six parts");
    };
    let Some(tenant) = state.tenants.find(|tenant| tenant.baidu_api_key == claim.access_key) else {
        return stranger(14, "the access key of the signature is not known here");
    };
    match claim.check(&tenant.baidu_secret_key, call) {
        Ok(()) => Ok(Admitted { tenant, warning: None }),
        Err(note) => stranger(14, note),
    }
}
