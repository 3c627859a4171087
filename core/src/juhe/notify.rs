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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Kind;
    use crate::harness::run;

    fn read(request: Read) -> Result<Notification> {
        run(request, []).result
    }

    fn get(query: &str) -> Read {
        Read {
            method: "GET".into(),
            url: Some(format!("https://example.com/notify?{query}").into()),
            ..Default::default()
        }
    }

    fn post(content_type: Option<&str>, body: &str) -> Read {
        Read {
            method: "POST".into(),
            content_type: content_type.map(Into::into),
            body: body.as_bytes().to_vec().into(),
            ..Default::default()
        }
    }

    const FORM: Option<&str> = Some("application/x-www-form-urlencoded; charset=utf-8");
    const JSON: Option<&str> = Some("application/json;charset=UTF-8");

    #[test]
    fn facts_2_3_get_or_post_form_or_json_either_spelling() {
        for request in [
            get("jh_order_id=JH1&orderId=order0001&x=1+2"),
            get("jhOrderId=JH1&orderId=order0001&x=1%202#frag"),
            Read {
                method: "get".into(),
                url: Some("/n?jh_order_id=JH1&orderId=order0001&x=1%202".into()),
                ..Default::default()
            },
            post(FORM, "jh_order_id=JH1&orderId=order0001&x=1+2"),
            post(None, "jhOrderId=JH1&orderId=order0001&x=1+2"),
            post(JSON, r#"{"jh_order_id":"JH1","orderId":"order0001","x":"1 2"}"#),
            post(None, r#" {"jhOrderId":"JH1","orderId":"order0001","x":"1 2"}"#),
            post(FORM, r#"{"jhOrderId":"JH1","orderId":"order0001","x":"1 2"}"#),
            Read { url: Some("/n?orderId=order0001&x=1+2".into()), ..post(FORM, "jh_order_id=JH1") },
            Read { url: Some("/n?jh_order_id=JH1&orderId=order0001&x=1+2".into()), ..post(None, "") },
        ] {
            let found = read(request.clone()).unwrap_or_else(|error| panic!("{request:?}: {error}"));
            assert_eq!((&*found.jh_order_id, found.order_id.as_deref()), ("JH1", Some("order0001")), "{request:?}");
            assert_eq!((found.extra.len(), &found.extra["x"]), (1, &"1 2".into()), "{request:?}");
        }
        let bare = read(post(JSON, r#"{"jh_order_id":"JH1","n":{"a":[1]}}"#)).unwrap();
        assert_eq!((bare.order_id, &bare.extra["n"]["a"][0]), (None, &1.into()));
        let number = read(post(JSON, r#"{"jh_order_id":"JH1","orderId":12345678}"#)).unwrap();
        assert_eq!(number.order_id.as_deref(), Some("12345678"));
    }

    #[test]
    fn trap_6_it_is_a_hint_about_one_order_and_no_other() {
        let expect = |order: &str, mut request: Read| {
            request.expected_order = Some(order.into());
            read(request).map_err(|error| error.kind)
        };
        assert!(expect("JH1", get("jh_order_id=JH1")).is_ok());
        for other in ["JH2", "", "jh1"] {
            assert_eq!(expect(other, get("jh_order_id=JH1")).unwrap_err(), Kind::Signature, "{other:?}");
        }
        for request in [
            get("jh_order_id=JH1&jh_order_id=JH2"),
            get("jh_order_id=JH1&jhOrderId=JH2"),
            post(JSON, r#"{"jh_order_id":"JH1","jhOrderId":"JH2"}"#),
            Read { url: Some("/n?jh_order_id=JH2".into()), ..post(FORM, "jh_order_id=JH1") },
            get("jh_order_id=JH1&orderId=a&orderId=b"),
        ] {
            assert_eq!(read(request.clone()).unwrap_err().kind, Kind::Signature, "{request:?}");
        }
    }

    #[test]
    fn what_names_no_order_is_a_decode_error() {
        for request in [
            get(""),
            get("jh_order_id="),
            Read { method: "GET".into(), ..Default::default() },
            Read { method: "GET".into(), ..post(FORM, "jh_order_id=JH1") },
            post(FORM, ""),
            post(JSON, ""),
            post(JSON, "{"),
            post(JSON, "[]"),
            post(JSON, r#"{"jh_order_id":null}"#),
            post(JSON, r#"{"jh_order_id":["JH1"]}"#),
            post(JSON, r#"{"jh_order_id":"JH1","jh_order_id":"JH1"}"#),
        ] {
            let error = read(request.clone()).unwrap_err();
            assert_eq!((error.kind, error.vendor), (Kind::Decode, Some(Vendor::Juhe)), "{request:?}");
        }
        let error = read(Read { method: "PUT".into(), ..get("jh_order_id=JH1") }).unwrap_err();
        assert_eq!((error.kind, error.field.as_deref()), (Kind::InvalidArgument, Some("/method")));
    }
}
