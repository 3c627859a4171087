//! Envelope J: `{error_code, reason, result}`, and the request that goes out.

use crate::error::{Error, Result};
use crate::juhe::Account;
use crate::juhe::codes;
use crate::reply::{Flaw, Object, without_envelope};
use crate::secret::scrub;
use crate::verdict::Billed;
use bytes::Bytes;
use std::borrow::Cow;

/// A POST of a form to one of Juhe's paths.
pub(crate) fn post(account: &Account, path: &str, form: Bytes) -> Result<http::Request<Bytes>> {
    http::Request::post(format!("{}{path}", account.base_url.trim_end_matches('/')))
        .header(http::header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(form)
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
            Ok(result) => result.unwrap_or_default(),
            Err(flaw) if code != 0 && !flaw.is_ambiguous() => Object::default(),
            Err(flaw) => return Err(Error::from(flaw).with_billed(broken)),
        };
        Ok(Envelope { code, reason: scrub(&object.note("reason").unwrap_or_default(), words), result })
    }
}

/// A flaw when a field that decides occurs twice, whatever its type.
pub(crate) fn once(object: &Object<'_>, name: &str) -> Result<(), Flaw> {
    match object.text(name) {
        Err(flaw) if flaw.is_ambiguous() => Err(flaw),
        _ => Ok(()),
    }
}

/// An answer without an envelope: nobody knows what it cost.
pub(crate) fn no_envelope(answer: &http::Response<Bytes>) -> Error {
    without_envelope(answer, "check accounts.juhe.base_url").with_billed(Billed::Unknown)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Kind;
    use crate::operation::Repeat;

    fn read(status: u16, body: &str, zero: Billed) -> Result<(i64, String)> {
        let answer = http::Response::builder().status(status).body(Bytes::from(body.to_owned())).unwrap();
        let text = text(&answer);
        Envelope::read(&answer, &text, &["王小二"], zero).map(|envelope| (envelope.code, envelope.reason))
    }

    #[test]
    fn strict_reading_of_error_code() {
        for (body, code) in [
            (r#"{"error_code":0}"#, 0),
            (r#"{"error_code":"10001"}"#, 10001),
            (r#"{"error_code":10001,"resultcode":"104"}"#, 10001),
            (r#"{"resultcode":"101"}"#, 10001),
            (r#"{"resultcode":121}"#, 10021),
        ] {
            assert_eq!(read(200, body, Billed::Yes).unwrap().0, code, "{body}");
        }
        for body in [
            r#"{"error_code":null}"#,
            r#"{"error_code":null,"resultcode":"101"}"#,
            r#"{"error_code":false}"#,
            r#"{"error_code":0.0}"#,
            r#"{"error_code":""}"#,
            r#"{"error_code":"zero"}"#,
            r#"{"error_code":0,"error_code":0}"#,
            r#"{"resultcode":"200"}"#,
            r#"{"resultcode":"100"}"#,
            r#"{"resultcode":"122"}"#,
            r#"{"resultcode":"0"}"#,
            r#"{"resultcode":null}"#,
            r#"{"reason":"成功"}"#,
            "{}",
            "[]",
            "",
            "null",
        ] {
            let error = read(200, body, Billed::Yes).unwrap_err();
            assert_eq!((error.kind, error.billed), (Kind::Decode, Billed::Unknown), "{body}");
        }
    }

    #[test]
    fn a_readable_zero_says_what_it_cost() {
        for body in [
            r#"{"error_code":0,"result":{"res":"#,
            r#"{"error_code":0,"result":[]}"#,
            r#"{"error_code":0,"result":1}"#,
            r#"{"error_code":0,"result":{},"result":{}}"#,
            r#"{"error_code":0,"result":{"\ud800":1}}"#,
            r#"{"error_code":0} trailing"#,
        ] {
            for zero in [Billed::Yes, Billed::Unknown] {
                let error = read(200, body, zero).unwrap_err();
                assert_eq!((error.kind, error.billed), (Kind::Decode, zero), "{body}");
            }
        }
        let error = read(200, r#"{"error_code":10001,"reason":"#, Billed::Yes).unwrap_err();
        assert_eq!((error.kind, error.billed), (Kind::Decode, Billed::Unknown));
        assert_eq!(read(200, r#"{"error_code":10001,"result":[]}"#, Billed::Yes).unwrap().0, 10001);
    }

    #[test]
    fn the_status_counts_only_without_an_envelope() {
        assert_eq!(read(500, r#"{"error_code":10020}"#, Billed::Yes).unwrap().0, 10020);
        assert_eq!(read(404, r#"{"error_code":0,"result":{}}"#, Billed::Yes).unwrap().0, 0);
        for (status, kind, repeat) in [
            (500, Kind::Vendor, Repeat::FREE),
            (503, Kind::Vendor, Repeat::FREE),
            (302, Kind::Vendor, Repeat::Never),
            (404, Kind::Decode, Repeat::Never),
            (200, Kind::Decode, Repeat::Never),
        ] {
            let error = read(status, "<html>", Billed::Yes).unwrap_err();
            assert_eq!((error.kind, error.repeat, error.billed), (kind, repeat, Billed::Unknown), "{status}");
            assert_eq!(error.http_status, Some(status));
        }
    }

    #[test]
    fn the_vendors_words_lose_the_persons() {
        let (_, reason) = read(200, r#"{"error_code":1,"reason":"姓名 王小二 / \u738b小二"}"#, Billed::Yes).unwrap();
        assert_eq!(reason, "姓名 *** / ***");
    }
}
