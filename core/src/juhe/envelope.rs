//! Envelope J: `{error_code, reason, result}`, and the form that goes out.

use crate::error::{Error, Kind, Result};
use crate::juhe::Account;
use crate::juhe::codes;
use crate::operation::Repeat;
use crate::reply::{Flaw, Object};
use crate::secret::scrub;
use crate::verdict::Billed;
use bytes::Bytes;
use std::borrow::Cow;

/// A form POST to one of Juhe's paths.
pub(crate) fn post(account: &Account, path: &str, fields: &[(&str, &str)]) -> Result<http::Request<Bytes>> {
    let mut form = form_urlencoded::Serializer::new(String::with_capacity(
        fields.iter().map(|(name, value)| name.len() + value.len() + value.len() / 8 + 2).sum(),
    ));
    form.extend_pairs(fields);
    http::Request::post(format!("{}{path}", account.base_url.trim_end_matches('/')))
        .header(http::header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Bytes::from(form.finish()))
        .map_err(|_| Error::configuration("the address of the Juhe account is no address"))
}

/// The body as text; broken UTF-8 is replaced, so that what is readable stays so.
pub(crate) fn text(answer: &http::Response<Bytes>) -> Cow<'_, str> {
    String::from_utf8_lossy(answer.body())
}

/// What every answer of Juhe has in common.
#[derive(Debug)]
pub(crate) struct Envelope<'a> {
    pub(crate) code: i64,
    pub(crate) reason: String,
    /// `result`; empty when absent, `null`, or (with an error code) anything else.
    pub(crate) result: Object<'a>,
}

impl<'a> Envelope<'a> {
    /// Reads an answer. `words` are the person's data of the request, kept out of the vendor's texts;
    /// `zero` is what a call cost whose `error_code` 0 is readable although the rest is not.
    pub(crate) fn read(
        answer: &http::Response<Bytes>,
        text: &'a str,
        words: &[&str],
        zero: Billed,
    ) -> Result<Envelope<'a>> {
        let object = Object::read(text);
        let code = match object.integer("error_code") {
            Ok(Some(code)) => code,
            Ok(None) if object.is_whole() && !object.has("error_code") => match object.integer("resultcode") {
                Ok(Some(legacy)) => codes::from_legacy(legacy)
                    .ok_or_else(|| Error::decode("an unknown legacy resultcode").with_billed(Billed::Unknown))?,
                _ => return Err(no_envelope(answer)),
            },
            Ok(None) if !object.is_whole() => return Err(no_envelope(answer)),
            Ok(None) => return Err(Error::decode("error_code is null").with_billed(Billed::Unknown)),
            Err(flaw) => return Err(Error::from(flaw).with_billed(Billed::Unknown)),
        };
        let broken = if code == 0 { zero } else { Billed::Unknown };
        if !object.is_whole() {
            return Err(Error::decode("the vendor's reply breaks off").with_billed(broken));
        }
        let result = match object.object("result") {
            // A name that is no text hides what stands behind it, a second `res` for instance.
            Ok(Some(result)) if !result.is_whole() => {
                return Err(Error::decode("the vendor's result cannot be read to its end").with_billed(broken));
            }
            Ok(result) => result.unwrap_or_default(),
            Err(flaw) if code != 0 && !flaw.is_twice() => Object::default(),
            Err(flaw) => return Err(Error::from(flaw).with_billed(broken)),
        };
        Ok(Envelope { code, reason: scrub(&object.note("reason").unwrap_or_default(), words), result })
    }
}

/// A flaw when a field that decides occurs twice, whatever its type.
pub(crate) fn once(object: &Object<'_>, name: &str) -> Result<(), Flaw> {
    match object.text(name) {
        Err(flaw) if flaw.is_twice() => Err(flaw),
        _ => Ok(()),
    }
}

/// An answer without an envelope: here, and only here, the HTTP status counts.
pub(crate) fn no_envelope(answer: &http::Response<Bytes>) -> Error {
    let status = answer.status();
    let mut error = if status.is_server_error() {
        let mut error = Error::new(Kind::Vendor, format!("the vendor's server failed (HTTP {})", status.as_u16()));
        error.repeat = Repeat::FREE;
        error
    } else if status.is_redirection() {
        Error::new(Kind::Vendor, format!("the vendor's server redirects (HTTP {}); not followed", status.as_u16()))
            .with_hint("check accounts.juhe.base_url")
    } else {
        Error::decode("the vendor's reply is not its JSON")
    };
    error.http_status = Some(status.as_u16());
    error.with_billed(Billed::Unknown)
}
