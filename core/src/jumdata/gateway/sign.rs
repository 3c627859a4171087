//! Signing by hand, to compare with what a marketplace's gateway says it saw.

use super::{FORM, Fresh, dashed};
use crate::error::{Error, Kind, Result};
use crate::jumdata::account::Gateway;
use crate::operation::{Io, Meta, Operation, Place};
use crate::secret::{Personal, Secret};
use crate::time::Time;
use crate::wire;
use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use serde::{Deserialize, Serialize};

/// Signs a request as a marketplace wants it, and sends nothing. Every call is signed anew by itself; this is for
/// looking at what is signed.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Sign {
    /// How to sign, and the keys. Default: the account's.
    #[serde(default)]
    pub gateway: Option<Gateway>,
    /// Default `POST`.
    #[serde(default = "post")]
    pub method: String,
    /// The call address, with its query, percent-encoded.
    pub url: Personal,
    /// The headers as they are sent, without those that the signature adds. With a form, its `Content-Type` is there
    /// by default.
    #[serde(default)]
    pub headers: Vec<Header>,
    /// The form's fields, not encoded.
    #[serde(default)]
    pub form: Vec<Field>,
    /// A body that is no form.
    #[serde(default)]
    pub body: Option<Personal>,
    /// The moment of signing. Default: now.
    #[serde(default)]
    pub timestamp: Option<Time>,
    /// What never comes again. Default: a new one.
    #[serde(default)]
    pub nonce: Option<String>,
}

fn post() -> String {
    "POST".to_owned()
}

/// A header.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "GatewayHeader"))]
#[serde(deny_unknown_fields)]
pub struct Header {
    /// Its name, in any letter case.
    pub name: String,
    /// Its value.
    pub value: Secret,
}

/// A field of a form.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "GatewayField"))]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: Personal,
}

/// The signed request.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SignReply {
    /// All headers, those of the signature among them.
    pub headers: Vec<SignedHeader>,
    /// The body as it is sent: with Jumdata's own gateway the signature is in it.
    #[serde(serialize_with = "wire::clear")]
    pub body: Personal,
    /// Huawei: what the digest in `string_to_sign` is of.
    #[serde(serialize_with = "wire::clear")]
    pub canonical_request: Option<Secret>,
    /// What was signed. None for an AppCode, and for Jumdata's own gateway, where it would hold the appSecret.
    #[serde(serialize_with = "wire::clear")]
    pub string_to_sign: Option<Secret>,
}

/// A header of the signed request.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SignedHeader {
    /// Its name, in lower case, as it is sent.
    pub name: String,
    /// Its value.
    #[serde(serialize_with = "wire::clear")]
    pub value: Secret,
}

impl Operation for Sign {
    const META: Meta = Meta {
        id: "jumdata.gateway.sign",
        doc: "Signs a request as a marketplace wants it, without sending it.",
        place: Place::Local,
    };
    type Response = SignReply;

    async fn run(self, io: Io) -> Result<SignReply> {
        let gateway = match &self.gateway {
            Some(gateway) => {
                gateway.check("/gateway").map_err(|mut error| {
                    error.kind = Kind::InvalidArgument;
                    error
                })?;
                gateway
            }
            None => &io.accounts().jumdata()?.gateway,
        };
        let fresh = Fresh {
            now: self.timestamp.unwrap_or_else(|| io.now()),
            nonce: self.nonce.clone().unwrap_or_else(|| dashed(io.nonce())),
        };
        if fresh.nonce.is_empty() || !fresh.nonce.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(Error::invalid_argument("/nonce", "a nonce is printable ASCII"));
        }
        if matches!(gateway, Gateway::Own { .. }) && self.body.is_some() {
            return Err(Error::invalid_argument("/body", "Jumdata's own gateway takes forms only; give `form`"));
        }
        let signed = super::sign(gateway, self.request()?, &fresh)?;
        let headers = signed.request.headers().iter();
        let headers = headers.map(|(name, value)| SignedHeader {
            name: name.to_string(),
            value: String::from_utf8_lossy(value.as_bytes()).into_owned().into(),
        });
        Ok(SignReply {
            headers: headers.collect(),
            body: String::from_utf8_lossy(signed.request.body()).into_owned().into(),
            canonical_request: signed.canonical_request,
            string_to_sign: signed.string_to_sign,
        })
    }
}

fn wrong(field: impl Into<String>, message: &str) -> Error {
    Error::invalid_argument(field, message)
}

impl Sign {
    fn request(&self) -> Result<http::Request<Bytes>> {
        let method = http::Method::from_bytes(self.method.as_bytes());
        let method = method.map_err(|_| wrong("/method", "this is not an HTTP method"))?;
        let url: http::Uri =
            self.url.expose().parse().map_err(|_| wrong("/url", "this is not an address; is it percent-encoded?"))?;
        if url.host().is_none() {
            return Err(wrong("/url", "an address starts with https:// and names a host"));
        }
        let is_form = self.body.is_none() && (method == http::Method::POST || !self.form.is_empty());
        let body = match &self.body {
            Some(_) if !self.form.is_empty() => return Err(wrong("/body", "give either `form` or `body`")),
            Some(body) => body.expose().to_owned(),
            None => {
                let mut form = form_urlencoded::Serializer::new(String::new());
                form.extend_pairs(self.form.iter().map(|field| (&field.name, field.value.expose())));
                form.finish()
            }
        };
        let mut request = http::Request::new(Bytes::from(body));
        (*request.method_mut(), *request.uri_mut()) = (method, url);
        for (index, header) in self.headers.iter().enumerate() {
            let name = HeaderName::from_bytes(header.name.as_bytes())
                .map_err(|_| wrong(format!("/headers/{index}/name"), "this is not a header's name"))?;
            let value = HeaderValue::from_str(header.value.expose())
                .map_err(|_| wrong(format!("/headers/{index}/value"), "this is not a header's value"))?;
            if request.headers_mut().insert(name, value).is_some() {
                return Err(wrong(format!("/headers/{index}/name"), "this header occurs twice"));
            }
        }
        if is_form && !request.headers().contains_key(CONTENT_TYPE) {
            request.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(FORM));
        }
        Ok(request)
    }
}
