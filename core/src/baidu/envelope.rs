//! Envelope B: `{success, result, log_id}`, on failure with `code, message` or `error_code, error_msg`; and the one
//! way in which every faceprint call goes out.

use super::account::{Account, Auth};
use super::bce::{self, Unsigned};
use super::codes;
use super::fields::Fields;
use crate::error::{Error, Kind, Result};
use crate::operation::{Io, Money};
use crate::percent::UNRESERVED;
use crate::reply::{Extra, Flaw, Object, without_envelope};
use crate::secret::{Secret, scrub};
use crate::time::Time;
use crate::verdict::{Billed, Vendor};
use bytes::Bytes;
use percent_encoding::{percent_decode_str, utf8_percent_encode};
use serde::Serialize;

/// Calls one of the faceprint paths, and reads its answer. All of them are free.
///
/// With an access_token: it is in the URL, and nowhere else; when the vendor refuses it, it is renewed once and the
/// call is made once more. With bce-auth-v1: each attempt is signed anew. With a Bearer key: it is in a header, and
/// nothing is fetched. Never two of them.
pub(super) async fn call<T: Send>(
    io: &Io,
    path: &str,
    body: &(impl Serialize + Sync),
    words: &[&str],
    read: impl Fn(&Envelope<'_>, &str) -> Result<T> + Sync,
) -> Result<T> {
    let body = serde_json::to_vec(body).map_err(|_| Error::internal("a body could not be written as JSON"))?;
    let body = Bytes::from(body);
    match io.accounts().baidu()?.auth {
        Auth::Bce | Auth::Bearer => once(io, path, body, None, words, read).await,
        Auth::AccessToken => {
            let token = io.token(Vendor::Baidu, None).await?;
            match once(io, path, body.clone(), Some(&token), words, &read).await {
                Err(error) if codes::renews_token(&error) => {
                    let token = io.token(Vendor::Baidu, Some(token)).await?;
                    once(io, path, body, Some(&token), words, &read).await
                }
                result => result,
            }
        }
    }
}

/// The same for the verify_token's results: 18 that stays means that the paid services behind the plan are off.
pub(super) async fn call_result<T: Send>(
    io: &Io,
    path: &str,
    body: &(impl Serialize + Sync),
    words: &[&str],
    read: impl Fn(&Envelope<'_>, &str) -> Result<T> + Sync,
) -> Result<T> {
    let refused = std::sync::atomic::AtomicU32::new(0);
    let result = call(io, path, body, words, |envelope, text| {
        read(envelope, text).inspect_err(|error| {
            if error.vendor_code.as_deref() == Some("18") {
                refused.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            }
        })
    })
    .await;
    result.map_err(|mut error| {
        if error.vendor_code.as_deref() == Some("18") && refused.into_inner() >= codes::ATTEMPTS_ON_18 {
            error.kind = Kind::Configuration;
            error.retryable = false;
            error.hint = Some(codes::SWITCH_ON.into());
        }
        error
    })
}

async fn once<T: Send>(
    io: &Io,
    path: &str,
    body: Bytes,
    token: Option<&Secret>,
    words: &[&str],
    read: impl Fn(&Envelope<'_>, &str) -> Result<T> + Sync,
) -> Result<T> {
    let mut words = words.to_vec();
    let account = io.accounts().baidu()?;
    // The key itself travels in a header: a careless text could send it back.
    words.push(account.api_key.expose());
    words.extend(token.map(Secret::expose));
    let (words, read) = (&words, &read);
    io.call(
        Vendor::Baidu,
        Money::Free,
        |context| post(context.accounts().baidu()?, path, body.clone(), token, context.now()),
        |answer| {
            let text = String::from_utf8_lossy(answer.body());
            let reply = Envelope::read(answer, &text, words).and_then(|envelope| {
                read(&envelope, &text).map_err(|mut error| {
                    error.references.log.clone_from(&envelope.log_id);
                    error
                })
            });
            Ok((reply?, Billed::No))
        },
    )
    .await
}

/// A JSON POST, with a token in the URL or a signature in the headers.
fn post(account: &Account, path: &str, body: Bytes, token: Option<&Secret>, now: Time) -> Result<http::Request<Bytes>> {
    let wrong = || Error::configuration("the address of the Baidu account is no address");
    let mut url = format!("{}{path}", account.base_url.trim_end_matches('/'));
    let mut request = http::Request::post(&url).header(http::header::CONTENT_TYPE, "application/json");
    match token {
        Some(token) => {
            url.push_str("?access_token=");
            url.extend(utf8_percent_encode(token.expose(), UNRESERVED));
            request = request.uri(url);
        }
        None if account.auth == Auth::Bearer => {
            let mut authorization = http::HeaderValue::from_str(&format!("Bearer {}", account.api_key.expose()))
                .map_err(|_| Error::configuration("the API Key of the Baidu account is not printable ASCII"))?;
            authorization.set_sensitive(true);
            request = request.header(http::header::AUTHORIZATION, authorization);
        }
        None => {
            let uri: http::Uri = url.parse().map_err(|_| wrong())?;
            let host = uri.authority().ok_or_else(wrong)?.as_str();
            let date = now.to_seconds_text();
            let signed = bce::sign(
                &account.api_key,
                &account.secret_key,
                &Unsigned {
                    method: "POST",
                    path: &percent_decode_str(uri.path()).decode_utf8_lossy(),
                    query: Vec::new(),
                    headers: vec![("host", host), ("x-bce-date", &date)],
                    timestamp: now,
                    expiration: bce::EXPIRATION,
                    headers_to_sign: None,
                },
            );
            let mut authorization = http::HeaderValue::from_str(&signed.authorization)
                .map_err(|_| Error::configuration("the API Key of the Baidu account is not printable ASCII"))?;
            authorization.set_sensitive(true);
            request = request
                .header(http::header::HOST, host)
                .header("x-bce-date", date)
                .header(http::header::AUTHORIZATION, authorization);
        }
    }
    request.body(body).map_err(|_| wrong())
}

/// What every answer of faceprint has in common.
pub(crate) struct Envelope<'a> {
    object: Object<'a>,
    words: &'a [&'a str],
    /// `success`: of most calls "the query worked", of result/detail the verdict itself.
    pub(super) success: Option<bool>,
    /// Every `error_code` and `code` that is not 0.
    pub(super) codes: Vec<i64>,
    /// `error_msg` or `message`, without the words of the request.
    pub(super) message: String,
    /// Baidu's number for this answer.
    pub(super) log_id: Option<String>,
}

const FIELDS: [&str; 7] = ["success", "result", "log_id", "code", "message", "error_code", "error_msg"];

impl<'a> Envelope<'a> {
    /// Reads an answer. `words` are the person's data and the tokens of the request.
    pub(super) fn read(answer: &http::Response<Bytes>, text: &'a str, words: &'a [&'a str]) -> Result<Envelope<'a>> {
        let object = Object::read(text);
        let (success, mistyped) = match object.boolean("success") {
            Ok(success) => (success, None),
            Err(flaw) if flaw.is_ambiguous() => return Err(flaw.into()),
            Err(flaw) => (None, Some(flaw)),
        };
        let mut codes = Vec::new();
        for name in ["error_code", "code"] {
            codes.extend(object.integer(name)?.filter(|code| *code != 0 && !codes.contains(code)));
        }
        let said = [object.note("error_msg"), object.note("message")];
        let mut said: Vec<_> = said.into_iter().flatten().filter(|text| !text.trim().is_empty()).collect();
        said.dedup();
        if success.is_none() && codes.is_empty() && (said.is_empty() || !object.is_whole()) {
            return Err(mistyped.map_or_else(|| no_envelope(answer), Error::from));
        }
        if !object.is_whole() {
            return Err(Error::decode("the vendor's reply breaks off"));
        }
        let (message, log_id) = (scrub(&said.join(" / "), words), object.note("log_id"));
        Ok(Envelope { object, words, success, codes, message, log_id })
    }

    /// A text of the vendor without the person's data and the tokens of the request.
    pub(super) fn scrub(&self, text: Option<String>) -> String {
        scrub(&text.unwrap_or_default(), self.words)
    }

    /// Whether `success` is true and no code contradicts it.
    pub(super) fn succeeded(&self) -> bool {
        self.success == Some(true) && self.codes.is_empty()
    }

    /// The answer's error; of several codes, that of the gateway.
    pub(super) fn error(&self) -> Error {
        let code = self.codes.iter().find(|code| codes::gateway(**code).is_some()).or(self.codes.first());
        let mut error = codes::error(code.copied(), &self.message);
        error.references.log.clone_from(&self.log_id);
        error
    }

    /// `result`, after an answer that is no failure; empty when `null` or absent. An answer to another verify_token
    /// is no answer to this one.
    pub(super) fn result(&self, verify_token: Option<&Secret>) -> Result<Object<'a>> {
        if !self.succeeded() {
            return Err(self.error());
        }
        let result = self.object.object("result")?.unwrap_or_default();
        if let Some(asked) = verify_token {
            for object in [&self.object, &result] {
                if object.text("verify_token")?.is_some_and(|named| Secret::from(named) != *asked) {
                    return Err(Error::decode("the vendor's reply is about another verify_token"));
                }
            }
        }
        Ok(result)
    }

    /// The answer of a call whose `result` may be ignored, whatever it is.
    pub(super) fn taken(&self) -> Result<&Object<'a>> {
        if self.succeeded() { Ok(&self.object) } else { Err(self.error()) }
    }

    /// The first code, as text.
    pub(super) fn code(&self) -> Option<String> {
        self.codes.first().map(ToString::to_string)
    }

    /// The text, where there is one.
    pub(super) fn message(&self) -> Option<String> {
        (!self.message.is_empty()).then(|| self.message.clone())
    }

    /// The whole answer, for fields that stand beside `result`.
    pub(super) fn object(&self) -> &Object<'a> {
        &self.object
    }

    /// What stands beside `result`.
    pub(super) fn beside(&self) -> Fields<'_, 'a> {
        let mut fields = Fields::of(&self.object);
        fields.skip(&FIELDS);
        fields
    }

    /// Unknown fields beside `result`.
    pub(super) fn extra(&self) -> Extra {
        self.beside().extra()
    }
}

/// A deciding field as it was read: absent, usable, or there and not usable.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Reading<T> {
    Absent,
    Usable(T),
    Unusable,
}

impl<T> Reading<T> {
    /// The strict reading of a field. One that occurs twice is an error: then there is no verdict at all.
    pub(super) fn of(read: Result<Option<T>, Flaw>) -> Result<Reading<T>> {
        match read {
            Ok(Some(value)) => Ok(Reading::Usable(value)),
            Ok(None) => Ok(Reading::Absent),
            Err(flaw) if flaw.is_ambiguous() => Err(flaw.into()),
            Err(_) => Ok(Reading::Unusable),
        }
    }

    /// The value, where it is usable.
    pub(super) fn usable(self) -> Option<T> {
        match self {
            Reading::Usable(value) => Some(value),
            _ => None,
        }
    }
}

/// An answer without an envelope. Every call of Baidu is free.
pub(super) fn no_envelope(answer: &http::Response<Bytes>) -> Error {
    without_envelope(answer, "check accounts.baidu.base_url")
}

#[cfg(test)]
mod tests;
