//! The marketplace before Jumdata's calls: Aliyun's API gateway with an AppCode.

use http::{Method, StatusCode, header};
use serde_json::Value;

use super::says;
use crate::exchange::{Answer, Call, Reply};
use crate::random;
use crate::state::State;
use crate::tenants::Tenant;

/// Whose AppCode it is. Strictly there is one space after the scheme.
pub(super) fn tenant(state: &State, call: &Call) -> Option<Tenant> {
    let given = call.headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let code = if state.settings().strict {
        given.strip_prefix("APPCODE ")?
    } else {
        let (scheme, code) = given.trim().split_once(char::is_whitespace)?;
        scheme.eq_ignore_ascii_case("APPCODE").then(|| code.trim())?
    };
    state.tenants.find(|tenant| tenant.jumdata_appcode == code)
}

/// What the gateway itself refuses: an empty body, the reason in the headers. None for Jumdata's own codes; of
/// Aliyun's statuses 400 and 500 are among those, so a fault can only bring Jumdata's answer for them.
pub(super) fn refusal(status: i64, message: Option<&str>) -> Option<Reply> {
    // Code and message by Aliyun's table for gateways in a private network.
    let (status, code, usual) = match status {
        403 => (StatusCode::FORBIDDEN, "B403MQ", "Api Market Subscription quota exhausted"),
        429 => (StatusCode::TOO_MANY_REQUESTS, "T429PA", "Throttled by APP Flow Control"),
        503 => (StatusCode::SERVICE_UNAVAILABLE, "D503BB", "Service Unavailable"),
        504 => (StatusCode::GATEWAY_TIMEOUT, "D504BO", "Async Service"),
        _ => return None,
    };
    Some(refused(status, code, message.unwrap_or(usual)))
}

fn refused(status: StatusCode, code: &str, message: &str) -> Reply {
    let request = [8, 4, 4, 4, 12].map(|length| random::hex(length).to_uppercase()).join("-");
    let headers = vec![
        ("x-ca-request-id", request),
        ("x-ca-error-code", code.to_owned()),
        ("x-ca-error-message", message.to_owned()),
    ];
    Reply { headers, ..Reply::text(status, "") }
}

/// The checks that come first in every call: method, content type, AppCode.
pub(super) fn admit(state: &State, call: &Call) -> Result<(Form, Tenant), Box<Answer>> {
    let strict = state.settings().strict;
    let with = |mut answer: Answer, note: &str| {
        answer.notes.push(note.to_owned());
        Box::new(answer)
    };
    if strict && call.method != Method::POST {
        let reply =
            Reply { headers: vec![("allow", "POST".into())], ..Reply::text(StatusCode::METHOD_NOT_ALLOWED, "") };
        return Err(with(Answer::new(reply, "405"), "the document says POST"));
    }
    let kind = call.headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    if strict && !kind.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        return Err(with(says(400), "the document says application/x-www-form-urlencoded"));
    }
    let Some(tenant) = tenant(state, call) else {
        let reply = refused(StatusCode::BAD_REQUEST, "A400AC", "Invalid AppCode `not exists`");
        let note = match call.headers.get(header::AUTHORIZATION) {
            None => "there is no Authorization header",
            Some(_) => "Authorization is not `APPCODE <code>` with one space and a known code",
        };
        return Err(with(Answer::new(reply, "400 Invalid AppCode"), note));
    };
    Ok((Form::read(call, strict), tenant))
}

/// The fields of a request.
#[derive(Debug, Default)]
pub(super) struct Form {
    fields: Vec<(String, String)>,
}

impl Form {
    /// The form's fields; leniently those of the query and of a JSON object too.
    fn read(call: &Call, strict: bool) -> Self {
        let mut form = Self::default();
        if !strict {
            form.take(call.query.as_bytes());
        }
        match serde_json::from_slice(&call.body) {
            Ok(Value::Object(object)) if !strict => form.fields.extend(object.into_iter().map(|(name, value)| {
                let text = value.as_str().map_or_else(|| value.to_string(), Into::into);
                (name, text)
            })),
            _ => form.take(&call.body),
        }
        form
    }

    fn take(&mut self, encoded: &[u8]) {
        self.fields.extend(form_urlencoded::parse(encoded).into_owned());
    }

    /// The last one counts; absent and empty are the same.
    pub(super) fn get(&self, name: &str) -> &str {
        self.fields.iter().rev().find(|field| field.0 == name).map_or("", |field| &field.1)
    }
}
