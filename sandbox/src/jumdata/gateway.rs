//! The marketplaces before Jumdata's calls: how each knows the caller, and how it refuses him.
//!
//! Which one is meant is seen by the headers that come; an AppCode of Aliyun's where there are none.

mod aliyun;
mod huawei;
mod own;
mod tencent;

use std::collections::BTreeMap;
use std::sync::Mutex;

use hmac::{Hmac, KeyInit, Mac};
use http::Method;
use jiff::{SignedDuration, Timestamp};

use super::says;
use crate::exchange::{Answer, Call, Reply};
use crate::form::Form;
use crate::state::State;
use crate::tenants::Tenant;

/// How far a signature's moment may be from the sandbox's clock, in both directions.
const WINDOW: SignedDuration = SignedDuration::from_mins(15);

/// The nonces of right signatures, with their moment.
#[derive(Debug, Default)]
pub(super) struct Nonces(Mutex<BTreeMap<(String, String), Timestamp>>);

impl Nonces {
    /// Whether this one is new; from now on it is not.
    fn take(&self, tenant: &str, nonce: &str, now: Timestamp) -> bool {
        let mut seen = self.0.lock().unwrap();
        seen.retain(|_, taken| now.duration_since(*taken) <= WINDOW);
        seen.insert((tenant.into(), nonce.into()), now).is_none()
    }

    pub(super) fn reset(&self, tenant: Option<&str>) {
        self.0.lock().unwrap().retain(|(whose, _), _| tenant.is_some_and(|tenant| whose != tenant));
    }
}

/// A marketplace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Scheme {
    AliyunAppcode,
    AliyunSigned,
    Tencent,
    HuaweiAppcode,
    HuaweiSigned,
    Own,
}

impl Scheme {
    fn of(call: &Call) -> Scheme {
        let authorization = text(call, "authorization");
        if call.headers.contains_key("x-ca-key") || call.headers.contains_key("x-ca-signature") {
            Scheme::AliyunSigned
        } else if call.headers.contains_key("x-apig-appcode") {
            Scheme::HuaweiAppcode
        } else if authorization.starts_with("SDK-HMAC-SHA256") {
            Scheme::HuaweiSigned
        } else if authorization.starts_with("hmac") {
            Scheme::Tencent
        } else if authorization.is_empty() && own::field(call, "appId").is_some() {
            Scheme::Own
        } else {
            Scheme::AliyunAppcode
        }
    }
}

/// Why a caller is refused: the gateway's reply, and what to tell whoever reads the journal.
struct Stranger {
    reply: Box<Reply>,
    note: &'static str,
}

impl Stranger {
    fn new(reply: Reply, note: &'static str) -> Self {
        Self { reply: Box::new(reply), note }
    }
}

/// Whose key the call names; whether it is rightly used is another question.
pub(super) fn tenant(state: &State, call: &Call) -> Option<Tenant> {
    match Scheme::of(call) {
        Scheme::AliyunAppcode => aliyun::by_appcode(state, call),
        Scheme::AliyunSigned => aliyun::by_key(state, call),
        Scheme::Tencent => tencent::by_id(state, call),
        Scheme::HuaweiAppcode => huawei::by_appcode(state, call),
        Scheme::HuaweiSigned => huawei::by_key(state, call),
        Scheme::Own => own::by_id(state, call),
    }
}

fn prove(state: &State, call: &Call) -> Result<Tenant, Stranger> {
    match Scheme::of(call) {
        Scheme::AliyunAppcode => aliyun::appcode(state, call),
        Scheme::AliyunSigned => aliyun::signed(state, call),
        Scheme::Tencent => tencent::signed(state, call),
        Scheme::HuaweiAppcode => huawei::appcode(state, call),
        Scheme::HuaweiSigned => huawei::signed(state, call),
        Scheme::Own => own::signed(state, call),
    }
}

/// What the gateway of this call itself refuses. None for Jumdata's own codes; of the gateways' statuses 400 and 500
/// are among those, so a fault can only bring Jumdata's answer for them.
pub(super) fn refusal(call: &Call, status: i64, message: Option<&str>) -> Option<Reply> {
    match Scheme::of(call) {
        Scheme::AliyunAppcode | Scheme::AliyunSigned => aliyun::refusal(status, message),
        Scheme::Tencent => tencent::refusal(status, message),
        Scheme::HuaweiAppcode | Scheme::HuaweiSigned => huawei::refusal(status, message),
        Scheme::Own => None,
    }
}

/// A header as text; empty when absent.
fn text<'a>(call: &'a Call, name: &str) -> &'a str {
    call.headers.get(name).and_then(|value| std::str::from_utf8(value.as_bytes()).ok()).unwrap_or_default()
}

/// Whether a moment is near enough.
fn is_near(call: &Call, signed_at: Timestamp) -> bool {
    call.time.duration_since(signed_at).abs() <= WINDOW
}

/// A moment in a pattern of `strptime`, in UTC.
fn moment(pattern: &str, text: &str) -> Option<Timestamp> {
    let parsed = jiff::fmt::strtime::parse(pattern, text).ok()?;
    parsed.to_datetime().ok()?.to_zoned(jiff::tz::TimeZone::UTC).ok().map(|zoned| zoned.timestamp())
}

fn hmac_sha256(key: &str, message: &str) -> Vec<u8> {
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(key.as_bytes()).expect("any length is a key");
    mac.update(message.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

fn hmac_sha1(key: &str, message: &str) -> Vec<u8> {
    let mut mac = Hmac::<sha1::Sha1>::new_from_slice(key.as_bytes()).expect("any length is a key");
    mac.update(message.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The checks that come first in every call: method, content type, who calls.
pub(super) fn admit(state: &State, call: &Call) -> Result<(Form, Tenant), Box<Answer>> {
    let strict = state.settings().strict;
    let with = |mut answer: Answer, note: &str| {
        answer.notes.push(note.to_owned());
        Box::new(answer)
    };
    if strict && call.method != Method::POST {
        return Err(Box::new(Answer::not_allowed("POST")));
    }
    if strict && !call.is_form() {
        return Err(with(says(400), "the document says application/x-www-form-urlencoded"));
    }
    match prove(state, call) {
        Ok(tenant) => Ok((Form::read(call, strict), tenant)),
        Err(Stranger { reply, note }) => {
            let outcome = format!("{} refused by the gateway", reply.status.as_u16());
            Err(with(Answer::new(*reply, outcome), note))
        }
    }
}

#[cfg(test)]
mod tests;
