//! The vendor's call to `notifyUrl` when a verification was finished, passed or not. Document: notifyUrl.
//!
//! Nothing is said of its method, format or fields, and nothing signs it: anybody can send it. It is a hint that it
//! is time to ask `juhe.faceid.search`, and nothing more.

use crate::error::{Error, Result};
use crate::juhe::envelope::once;
use crate::operation::{Io, Meta, Operation, Place};
use crate::reply::{Extra, Object};
use crate::secret::{Personal, same};
use crate::verdict::Vendor;
use crate::wire::Blob;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Reads a notification: which order was finished. It is not signed: ask `juhe.faceid.search` then, whatever it says.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Read {
    /// `GET` or `POST`.
    pub method: String,
    /// The `Content-Type` header. Without it a body that begins with a brace is JSON, any other a form.
    #[serde(default)]
    pub content_type: Option<String>,
    /// The URL that was called, or its part from the path on.
    #[serde(default)]
    pub url: Option<Personal>,
    /// The body, exactly as received.
    #[serde(default)]
    pub body: Blob,
    /// `jh_order_id` of the session that is waited for.
    #[serde(default)]
    pub expected_order: Option<String>,
}

/// What a notification says.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "JuheNotification"))]
pub struct Notification {
    /// 聚合订单号: ask for it by `juhe.faceid.search`.
    pub jh_order_id: String,
    /// Your own number of the session, where it was sent.
    pub order_id: Option<String>,
    /// Everything else. Nothing in it is true before `search` says so.
    pub extra: Extra,
}

const JH_ORDER: [&str; 2] = ["jh_order_id", "jhOrderId"];
const ORDER: [&str; 2] = ["orderId", "order_id"];

impl Operation for Read {
    const META: Meta = Meta {
        id: "juhe.notify.read",
        doc: "Reads a notification that a session was finished: an unsigned hint.",
        place: Place::Local,
    };
    type Response = Notification;

    async fn run(self, _: Io) -> Result<Notification> {
        let post = self.method.eq_ignore_ascii_case("POST");
        if !post && !self.method.eq_ignore_ascii_case("GET") {
            return Err(Error::invalid_argument("/method", "GET or POST is expected"));
        }
        let url = self.url.as_ref().map_or("", Personal::expose);
        let address = url.split_once('#').map_or(url, |(address, _)| address);
        let mut fields = form(address.split_once('?').map_or("", |(_, query)| query).as_bytes());
        if post {
            fields.extend(self.read_body()?);
        }
        read(fields, self.expected_order.as_deref()).map_err(|error| error.with_vendor(Vendor::Juhe))
    }
}

impl Read {
    fn read_body(&self) -> Result<Vec<(String, Value)>> {
        let text = String::from_utf8_lossy(&self.body);
        let says_json = self.content_type.as_deref().is_some_and(|kind| kind.to_ascii_lowercase().contains("json"));
        if !says_json && !text.trim_start().starts_with('{') {
            return Ok(form(&self.body));
        }
        let object = Object::read(&text);
        if !object.is_whole() {
            return Err(Error::decode("the notification is not JSON").with_vendor(Vendor::Juhe));
        }
        for name in JH_ORDER.iter().chain(&ORDER) {
            once(&object, name).map_err(|flaw| Error::from(flaw).with_vendor(Vendor::Juhe))?;
        }
        Ok(object.extra(&[]).iter().map(|(name, value)| (name.clone(), value.clone())).collect())
    }
}

fn form(text: &[u8]) -> Vec<(String, Value)> {
    form_urlencoded::parse(text).map(|(name, value)| (name.into_owned(), Value::from(value.into_owned()))).collect()
}

fn read(fields: Vec<(String, Value)>, expected: Option<&str>) -> Result<Notification> {
    let jh_order_id = one(&fields, &JH_ORDER)?.ok_or_else(|| Error::decode("the notification names no order"))?;
    if expected.is_some_and(|expected| !same(expected, &jh_order_id)) {
        return Err(Error::signature("the notification is about another order").with_hint("do not trust it"));
    }
    let order_id = one(&fields, &ORDER)?;
    let known = |name: &String| JH_ORDER.contains(&name.as_str()) || ORDER.contains(&name.as_str());
    let extra = fields.into_iter().filter(|(name, _)| !known(name)).collect();
    Ok(Notification { jh_order_id, order_id, extra })
}

/// The one value under these names. Two different ones are nobody's notification.
fn one(fields: &[(String, Value)], names: &[&str]) -> Result<Option<String>> {
    let values =
        fields.iter().filter(|(name, _)| names.contains(&name.as_str())).filter_map(|(_, value)| match value {
            Value::String(text) if !text.is_empty() => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        });
    let mut found = None;
    for value in values {
        if found.replace(value.clone()).is_some_and(|before| before != value) {
            return Err(Error::signature("the notification names two orders"));
        }
    }
    Ok(found)
}
