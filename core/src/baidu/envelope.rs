//! Envelope B: `{success, result, log_id}`, on failure with `code, message` or `error_code, error_msg`; and the one
//! way in which every faceprint call goes out.

use super::account::{Account, Auth};
use super::bce::{self, Unsigned, VALUE};
use super::codes;
use super::fields::Fields;
use crate::error::{Error, Kind, Result};
use crate::operation::{Io, Money, Repeat};
use crate::reply::{Extra, Flaw, Object};
use crate::secret::{Secret, scrub};
use crate::time::Time;
use crate::verdict::{Billed, Vendor};
use bytes::Bytes;
use percent_encoding::{percent_decode_str, utf8_percent_encode};
use serde::Serialize;

/// Calls one of the faceprint paths, and reads its answer. All of them are free.
///
/// With an access_token: it is in the URL, and nowhere else; when the vendor refuses it, it is renewed once and the
/// call is made once more. With bce-auth-v1: each attempt is signed anew. Never both.
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
        Auth::Bce => once(io, path, body, None, words, read).await,
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
            url.extend(utf8_percent_encode(token.expose(), VALUE));
            request = request.uri(url);
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

/// An answer without an envelope: here, and only here, the HTTP status counts.
pub(super) fn no_envelope(answer: &http::Response<Bytes>) -> Error {
    let status = answer.status();
    let mut error = if status.is_server_error() {
        let mut error = Error::new(Kind::Vendor, format!("the vendor's server failed (HTTP {})", status.as_u16()));
        error.repeat = Repeat::FREE;
        error.retryable = true;
        error
    } else if status.is_redirection() {
        Error::new(Kind::Vendor, format!("the vendor's server redirects (HTTP {}); not followed", status.as_u16()))
            .with_hint("check accounts.baidu.base_url")
    } else {
        Error::decode("the vendor's reply is not its JSON")
    };
    error.http_status = Some(status.as_u16());
    error
}

#[cfg(test)]
mod tests {
    use crate::baidu::Auth;
    use crate::baidu::codes::{GATEWAY, SWITCH_ON};
    use crate::baidu::faceprint::idcard_submit::IdcardSubmit;
    use crate::baidu::faceprint::result_detail::ResultDetail;
    use crate::baidu::faceprint::result_getall::ResultGetall;
    use crate::baidu::faceprint::result_simple::ResultSimple;
    use crate::baidu::faceprint::result_stat::ResultStat;
    use crate::harness::{Answer, Still, ok, run, run_in, status};
    use crate::operation::{Ask, Exchange, Io, Operation, Options, Reply, Step};
    use crate::secret::Secret;
    use crate::{Billed, Error, Kind};
    use std::sync::Arc;
    use std::time::Duration;

    fn stat() -> ResultStat {
        ResultStat { verify_token: "v-canary".into() }
    }

    fn simple() -> ResultSimple {
        ResultSimple { verify_token: "v-canary".into() }
    }

    const GOOD: &str = r#"{"success":true,"result":{},"log_id":"7"}"#;

    fn fail(answer: Answer) -> Error {
        run(stat(), [answer]).result.unwrap_err()
    }

    /// How often a call is made that is answered by this code, and how it ends.
    fn answered_by(body: &str, times: usize) -> Error {
        let run = run(stat(), (0..times).map(|_| ok(body)));
        assert_eq!(run.requests.len(), times, "{body}");
        run.result.unwrap_err()
    }

    /// mapping 2.7, table Baidu: every row; each as number and as text, as error_code and as code.
    #[test]
    fn every_gateway_code() {
        let rows: &[(&[i64], Kind, usize)] = &[
            (&[1, 2, 282000, 283512, 216300, 216400], Kind::Vendor, 3),
            (&[4], Kind::RateLimited, 3),
            (&[13], Kind::Vendor, 2),
            (&[18], Kind::RateLimited, 3),
            (&[100, 110, 111], Kind::Authentication, 2),
            (&[17, 19], Kind::Quota, 1),
            (&[6, 14, 15], Kind::Authentication, 1),
            (&[3, 283513, 283520, 216100, 216101, 216199, 216200, 216201, 216202, 216299], Kind::InvalidArgument, 1),
            (&[216102, 216103, 216110, 216111], Kind::InvalidArgument, 1),
            (&[283435], Kind::Configuration, 1),
            (&[5, 16, 216301, 216509, 222001, 222351, 223120, 999999, -1], Kind::Vendor, 1),
        ];
        for (codes, kind, times) in rows {
            for code in *codes {
                for body in [
                    format!(r#"{{"error_code":{code},"error_msg":"text","log_id":5}}"#),
                    format!(r#"{{"success":false,"result":null,"code":{code},"message":"text","log_id":"5"}}"#),
                    // success true with a code that is not 0 is an error.
                    format!(r#"{{"success":true,"result":{{}},"error_code":{code},"error_msg":"text","log_id":"5"}}"#),
                ] {
                    let error = answered_by(&body, *times);
                    assert_eq!(error.kind, *kind, "{body}");
                    assert_eq!(error.vendor_code, Some(code.to_string()), "{body}");
                    assert_eq!(error.vendor_text.as_deref(), Some("text"));
                    assert_eq!(error.references.log.as_deref(), Some("5"), "{body}");
                    assert_eq!(
                        (error.billed, error.retryable),
                        (Billed::No, *times > 1 && *kind != Kind::Authentication)
                    );
                }
                if *code > 0 {
                    let body = format!(r#"{{"error_code":"{code}","error_msg":"text"}}"#);
                    assert_eq!(answered_by(&body, *times).kind, *kind, "as text: {code}");
                }
            }
        }
        let listed = |code: i64| rows.iter().any(|(codes, ..)| codes.contains(&code));
        assert!(GATEWAY.iter().all(|row| listed(row.first) && listed(row.last)), "a row without a test");
    }

    #[test]
    fn a_passing_fault_passes() {
        let run = run(stat(), [ok(r#"{"error_code":2,"error_msg":""}"#), status(502, ""), ok(GOOD)]);
        assert!(run.result.is_ok());
        assert_eq!((run.requests.len(), run.tokens.len()), (3, 1));
    }

    /// Trap 25: a lasting 18 means that the paid services are off; 18 is repeated at least 1 s apart.
    #[test]
    fn trap_25_a_lasting_18_is_a_configuration() {
        const BODY: &str = r#"{"error_code":18,"error_msg":"Open api qps request limit reached","log_id":9}"#;
        let three = || (0..3).map(|_| ok(BODY));
        let token = || Secret::from("v");
        for error in [
            run(simple(), three()).result.unwrap_err(),
            run(ResultDetail { verify_token: token(), ..ResultDetail::default() }, three()).result.unwrap_err(),
            run(ResultGetall { verify_token: token(), ..ResultGetall::default() }, three()).result.unwrap_err(),
        ] {
            assert_eq!((error.kind, error.hint.as_deref()), (Kind::Configuration, Some(SWITCH_ON)));
            assert_eq!((error.vendor_code.as_deref(), error.references.log.as_deref()), (Some("18"), Some("9")));
            assert!(!error.retryable);
        }
        assert_eq!(run(stat(), three()).result.unwrap_err().kind, Kind::RateLimited, "another call");
        assert!(run(simple(), [ok(BODY), ok(BODY), ok(GOOD)]).result.is_ok(), "one that passes");

        let io = Io::new(Arc::new(Still::new()), Options::default());
        let mut exchange = Exchange::new(io, |io| simple().run(io));
        let (mut reply, mut floors) = (None, Vec::new());
        let error = loop {
            reply = Some(match exchange.resume(reply) {
                Step::Done(result) => break result.unwrap_err(),
                // No time is left for the third attempt: nobody knows whether it would have lasted.
                Step::Ask(Ask::Ready { attempt: 3, .. }) => Reply::Ready(Ok(false)),
                Step::Ask(Ask::Ready { floor, .. }) => {
                    floors.push(floor);
                    Reply::Ready(Ok(true))
                }
                Step::Ask(Ask::Token { .. }) => Reply::Token(Ok("t".into())),
                Step::Ask(Ask::Send { .. }) => Reply::Sent(ok(BODY)),
            });
        };
        assert_eq!(floors, [Duration::ZERO, Duration::from_secs(1)]);
        assert_eq!(error.kind, Kind::RateLimited);
    }

    /// Trap 19: the token is in the URL, and nowhere else; it is renewed once.
    #[test]
    fn trap_19_a_refused_token_is_renewed_once() {
        let refused = || ok(r#"{"error_code":110,"error_msg":"Access token invalid or no longer valid"}"#);
        let run_one = run(stat(), [refused(), ok(GOOD)]);
        assert!(run_one.result.is_ok());
        assert_eq!(run_one.tokens, [None, Some("token-1".into())]);
        let urls: Vec<_> = run_one.requests.iter().map(|request| request.uri().query().unwrap().to_owned()).collect();
        assert_eq!(urls, ["access_token=token-1", "access_token=token-2"]);
        assert!(run_one.requests.iter().all(|request| !request.headers().contains_key("authorization")));
        let run_two = run(stat(), [refused(), refused()]);
        assert_eq!(run_two.result.unwrap_err().kind, Kind::Authentication);
    }

    /// Trap 19: whatever the vendor echoes, no token and nobody's data is in an error.
    #[test]
    fn trap_19_nothing_that_is_echoed_reaches_an_error() {
        let body = r#"{"success":false,"code":7,"message":"token-1 v-canary 王小二 11010118000101004X","log_id":"1"}"#;
        let submit = || IdcardSubmit {
            verify_token: "v-canary".into(),
            id_name: "王小二".into(),
            id_no: "11010118000101004X".into(),
            certificate_type: 0,
        };
        let mut shown = format!("{:?}", submit());
        let run = run(submit(), [ok(body)]);
        let sent = String::from_utf8(run.requests[0].body().to_vec()).unwrap();
        assert!(sent.contains("王小二") && sent.contains("v-canary") && !sent.contains("token-1"), "{sent}");
        let error = run.result.unwrap_err();
        shown += &format!("{error} {error:?} {}", serde_json::to_string(&error).unwrap());
        for word in ["token-1", "canary", "王小二", "11010118"] {
            assert!(!shown.contains(word), "{shown}");
        }
    }

    /// Trap 27: signed by bce-auth-v1 anew for each attempt, and then without a token.
    #[test]
    fn trap_27_signed_requests_carry_no_token() {
        let mut still = Still::new();
        still.accounts.baidu.as_mut().unwrap().auth = Auth::Bce;
        let run = run_in(Arc::new(still), stat(), [status(500, ""), ok(GOOD)]);
        assert!(run.result.is_ok() && run.tokens.is_empty());
        for request in &run.requests {
            assert_eq!(request.uri().query(), None);
            let header = |name: &str| request.headers()[name].to_str().unwrap();
            assert_eq!((header("host"), header("x-bce-date")), ("127.0.0.1:1", "2026-01-15T08:00:00Z"));
            let expected = crate::baidu::bce::Sign {
                ak: None,
                sk: None,
                method: "POST".into(),
                path: "/baidu/rpc/2.0/brain/solution/faceprint/result/stat".into(),
                query: Vec::new(),
                headers: ["host", "x-bce-date"]
                    .map(|name| crate::baidu::bce::Header { name: name.into(), value: header(name).into() })
                    .into(),
                timestamp: None,
                expiration: None,
                headers_to_sign: None,
            };
            let expected = crate::harness::run(expected, []).result.unwrap();
            assert_eq!(header("authorization"), expected.authorization.expose());
            assert!(!format!("{:?}", request.headers()).contains("bce-auth-v1"), "marked as sensitive");
        }
        for code in [100, 110, 111, 14] {
            let mut still = Still::new();
            still.accounts.baidu.as_mut().unwrap().auth = Auth::Bce;
            let body = format!(r#"{{"error_code":{code},"error_msg":"x"}}"#);
            let run = run_in(Arc::new(still), stat(), [ok(body)]);
            assert_eq!(run.result.unwrap_err().kind, Kind::Authentication);
            assert!(run.tokens.is_empty());
        }
    }

    #[test]
    fn an_envelope_is_read_strictly() {
        for bad in [
            "",
            "[]",
            "{}",
            r#"{"result":{}}"#,
            r#"{"success":"true","result":{}}"#,
            r#"{"success":1,"result":{}}"#,
            r#"{"success":null,"result":{}}"#,
            r#"{"success":true,"success":true,"result":{}}"#,
            r#"{"success":false,"success":true,"result":{}}"#,
            r#"{"success":true,"error_code":1.5,"result":{}}"#,
            r#"{"success":true,"code":false,"result":{}}"#,
            r#"{"success":true,"code":"","result":{}}"#,
            r#"{"success":true,"code":0,"code":7,"result":{}}"#,
            r#"{"success":true,"result":[]}"#,
            r#"{"success":true,"result":"x"}"#,
            r#"{"success":true,"result":{},"result":{}}"#,
            r#"{"error_code":0,"error_msg":"","result":{}}"#,
            r#"{"success":true,"result":{}"#,
            r#"{"error_code":7,"#,
            r#"{"success":true,"result":{"verify_token":"another"}}"#,
            r#"{"success":true,"verify_token":"another","result":{}}"#,
        ] {
            let error = fail(ok(bad));
            assert_eq!((error.kind, error.billed), (Kind::Decode, Billed::No), "{bad}");
        }
        for good in [
            GOOD,
            r#"{"success":true,"result":null}"#,
            r#"{"success":true,"error_code":0,"code":"0","result":{"verify_token":"v-canary"}}"#,
        ] {
            assert!(run(stat(), [ok(good)]).result.is_ok(), "{good}");
        }
        assert_eq!(fail(ok(r#"{"success":false}"#)).kind, Kind::Vendor);
        assert_eq!(fail(ok(r#"{"error_msg":"x"}"#)).kind, Kind::Vendor);
        let error = fail(status(400, r#"{"success":false,"code":7,"message":"m"}"#));
        assert_eq!((error.kind, error.http_status), (Kind::Vendor, Some(400)), "the envelope decides");
        assert_eq!(fail(status(302, "")).kind, Kind::Vendor);
        assert_eq!(fail(status(404, "")).kind, Kind::Decode);
        let failed = run(stat(), (0..3).map(|_| status(503, "<html>"))).result.unwrap_err();
        assert_eq!((failed.kind, failed.retryable), (Kind::Vendor, true));
    }

    /// Trap 24, correction 19: one text for four endings.
    #[test]
    fn trap_24_the_one_text_names_its_four_endings() {
        let error = fail(ok(r#"{"success":false,"code":283999,"message":"Token无效或者已过期"}"#));
        assert_eq!(error.kind, Kind::Vendor);
        let hint = error.hint.as_deref().unwrap();
        for ending in ["another application", "2 hours", "already used", "3 days"] {
            assert!(hint.contains(ending), "{hint}");
        }
    }
}
