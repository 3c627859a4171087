//! Reading Baidu's JSON requests, strictly or leniently.

use http::Method;
use serde_json::{Map, Value};

use super::access::{self, Stranger};
use super::envelope::refuse;
use crate::exchange::{Answer, Call};
use crate::state::State;
use crate::tenants::Tenant;

/// The fields of a request.
#[derive(Debug)]
pub(super) struct Fields(Map<String, Value>);

/// A caller and what was sent.
#[derive(Debug)]
pub(super) struct Admitted {
    pub(super) tenant: Tenant,
    pub(super) fields: Fields,
    pub(super) warning: Option<&'static str>,
}

/// The checks that come first in every call: method, content type, caller, JSON.
pub(super) fn admit(state: &State, call: &Call, unreadable: i64) -> Result<Admitted, Box<Answer>> {
    let strict = state.settings().strict;
    if strict && call.method != Method::POST {
        return Err(Box::new(Answer::not_allowed("POST")));
    }
    if strict && !call.content_type().eq_ignore_ascii_case("application/json") {
        return Err(refuse(state, unreadable, "the document says application/json"));
    }
    let access::Admitted { tenant, warning } =
        access::admit(state, call).map_err(|Stranger { code, note }| refuse(state, code, note))?;
    match serde_json::from_slice(&call.body) {
        Ok(Value::Object(fields)) => Ok(Admitted { tenant, fields: Fields(fields), warning }),
        _ if strict => Err(refuse(state, unreadable, "the body is not a JSON object")),
        _ => {
            let form = form_urlencoded::parse(&call.body).into_owned();
            let fields = form.map(|(name, value)| (name, Value::String(value))).collect();
            Ok(Admitted { tenant, fields: Fields(fields), warning })
        }
    }
}

impl Fields {
    /// A field of any type; null counts as absent.
    pub(super) fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    /// A text that must be there; an empty one is as good as none.
    pub(super) fn required(&self, state: &State, name: &str) -> Result<&str, Box<Answer>> {
        match self.get(name) {
            None => Err(refuse(state, 216101, format!("{name} is missing"))),
            Some(Value::String(text)) if text.is_empty() => Err(refuse(state, 216101, format!("{name} is empty"))),
            Some(Value::String(text)) => Ok(text),
            Some(_) => Err(refuse(state, 216100, format!("{name} is not a text"))),
        }
    }

    /// One of the four levels of quality_control and liveness_control.
    pub(super) fn level(&self, state: &State, name: &str) -> Result<(), Box<Answer>> {
        match self.get(name).map(|value| value.as_str().unwrap_or_default()) {
            None | Some("NONE" | "LOW" | "NORMAL" | "HIGH") => Ok(()),
            Some(_) => Err(refuse(state, 216100, format!("{name} is not NONE, LOW, NORMAL or HIGH"))),
        }
    }
}
