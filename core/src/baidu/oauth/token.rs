//! 获取 access_token: `POST https://aip.baidubce.com/oauth/2.0/token`.

use crate::baidu::account::Auth;
use crate::baidu::{codes, envelope};
use crate::error::{Error, Kind, Result};
use crate::operation::{Io, Meta, Money, Operation, Place};
use crate::percent::UNRESERVED;
use crate::reply::{Extra, Object};
use crate::secret::{Personal, Secret, scrub};
use crate::verdict::{Billed, Vendor};
use crate::wire;
use bytes::Bytes;
use percent_encoding::utf8_percent_encode;
use serde::{Deserialize, Serialize};

/// Fetches an access_token with the account's two keys. Free. A newer token does not end an older one.
///
/// The client does this by itself, keeps the token and renews it.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Token {}

/// The token.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TokenReply {
    /// Goes into the URL of every call.
    #[serde(serialize_with = "wire::clear")]
    pub access_token: Secret,
    /// How long it lives, in seconds: 2,592,000 (30 days).
    #[cfg_attr(feature = "schema", schemars(range(min = 1, max = crate::reply::LARGEST)))]
    pub expires_in: u64,
    /// What it is good for, separated by blanks.
    pub scope: Option<String>,
    /// Not used by these interfaces.
    #[serde(serialize_with = "wire::clear")]
    pub refresh_token: Option<Secret>,
    /// Not used by these interfaces.
    #[serde(serialize_with = "wire::clear")]
    pub session_key: Option<Secret>,
    /// Not used by these interfaces.
    #[serde(serialize_with = "wire::clear")]
    pub session_secret: Option<Secret>,
    /// Every other field.
    pub extra: Extra,
    /// The vendor's text, where asked for.
    #[serde(serialize_with = "wire::clear")]
    pub raw: Option<Personal>,
}

const FIELDS: [&str; 6] = ["access_token", "expires_in", "scope", "refresh_token", "session_key", "session_secret"];

impl Operation for Token {
    const META: Meta = Meta {
        id: "baidu.oauth.token",
        doc: "Fetches an access_token with the account's two keys.",
        place: Place::Remote,
    };
    type Response = TokenReply;

    async fn run(self, io: Io) -> Result<TokenReply> {
        let account = io.accounts().baidu()?;
        if account.auth == Auth::Bearer {
            return Err(Error::configuration("a Bearer key is sent as it is: no access_token is fetched with it"));
        }
        let words = [account.secret_key.expose(), account.api_key.expose()];
        io.call(
            Vendor::Baidu,
            Money::Free,
            |context| {
                let account = context.accounts().baidu()?;
                let base = account.base_url.trim_end_matches('/');
                let id = utf8_percent_encode(account.api_key.expose(), UNRESERVED);
                let secret = utf8_percent_encode(account.secret_key.expose(), UNRESERVED);
                let query = format!("grant_type=client_credentials&client_id={id}&client_secret={secret}");
                http::Request::post(format!("{base}/oauth/2.0/token?{query}"))
                    .body(Bytes::new())
                    .map_err(|_| Error::configuration("the address of the Baidu account is no address"))
            },
            |answer| {
                let text = String::from_utf8_lossy(answer.body());
                let object = Object::read(&text);
                if let Some(error) = refusal(&object, &words)? {
                    return Err(error);
                }
                if !object.has("access_token") {
                    return Err(envelope::no_envelope(answer));
                }
                let token = Object::required(object.text("access_token")?, "access_token")?;
                let expires_in = Object::required(object.integer("expires_in")?, "expires_in")?;
                if !object.is_whole() || token.is_empty() || expires_in < 1 {
                    return Err(Error::decode("the vendor's reply holds no usable token"));
                }
                let secret = |name: &str| object.note(name).map(Secret::from);
                let reply = TokenReply {
                    access_token: token.into(),
                    expires_in: expires_in.unsigned_abs(),
                    scope: object.note("scope"),
                    refresh_token: secret("refresh_token"),
                    session_key: secret("session_key"),
                    session_secret: secret("session_secret"),
                    extra: object.extra(&FIELDS),
                    raw: io.raw(&text),
                };
                Ok((reply, Billed::No))
            },
        )
        .await
    }
}

/// `{error, error_description}` of OAuth, or `{error_code, error_msg}` of the gateway in front of it.
fn refusal(object: &Object<'_>, words: &[&str]) -> Result<Option<Error>> {
    if let Some(code) = object.integer("error_code")?.filter(|code| *code != 0) {
        let text = object.note("error_msg").unwrap_or_default();
        return Ok(Some(codes::error(Some(code), &scrub(&text, words))));
    }
    let Some(code) = object.note("error") else { return Ok(None) };
    let code = scrub(&code, words);
    let text = scrub(&object.note("error_description").unwrap_or_default(), words);
    // RFC 6749, 5.2: those that say who is asking, and whether it may.
    let refused = ["invalid_client", "unauthorized_client", "invalid_grant", "access_denied"].contains(&code.as_str());
    let kind = if refused { Kind::Authentication } else { Kind::Vendor };
    let mut error = Error::new(kind, if text.is_empty() { "the vendor gives no token" } else { &text });
    error.vendor_code = Some(code);
    error.vendor_text = (!text.is_empty()).then_some(text);
    if refused {
        error = error.with_hint("check accounts.baidu: api_key, secret_key");
    }
    Ok(Some(error))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::harness::{ok, run, status};

    const GOOD: &str = r#"{"access_token":"24.c0ffee.2592000.1.282335-1","expires_in":2592000,"scope":"public brain_all_scope","refresh_token":"r-canary","session_key":"k-canary","session_secret":"s-canary","new":1}"#;

    fn fail(answer: crate::harness::Answer) -> Error {
        run(Token {}, [answer]).result.unwrap_err()
    }

    #[test]
    fn keys_go_in_the_query_and_the_body_is_empty() {
        let run = run(Token {}, [ok(GOOD)]);
        let request = &run.requests[0];
        assert_eq!(request.method(), "POST");
        assert_eq!(
            request.uri().to_string(),
            "http://127.0.0.1:1/baidu/oauth/2.0/token?grant_type=client_credentials&client_id=sandbox-baidu-ak&client_secret=sandbox-baidu-sk"
        );
        assert!(request.body().is_empty());
        let reply = run.result.unwrap();
        assert_eq!((reply.access_token.expose(), reply.expires_in), ("24.c0ffee.2592000.1.282335-1", 2_592_000));
        assert_eq!(reply.extra["new"], 1);
        let shown = format!("{reply:?}");
        assert!(!shown.contains("c0ffee") && !shown.contains("canary"), "{shown}");
    }

    #[test]
    fn refusals_by_oauth_and_by_the_gateway() {
        for (body, kind, code) in [
            (
                r#"{"error":"invalid_client","error_description":"unknown client id"}"#,
                Kind::Authentication,
                "invalid_client",
            ),
            (
                r#"{"error":"invalid_client","error_description":"Client authentication failed"}"#,
                Kind::Authentication,
                "invalid_client",
            ),
            (r#"{"error":"unsupported_grant_type"}"#, Kind::Vendor, "unsupported_grant_type"),
            (r#"{"error_code":"14","error_msg":"IAM Certification failed"}"#, Kind::Authentication, "14"),
            (r#"{"error_code":17,"error_msg":""}"#, Kind::Quota, "17"),
        ] {
            for answer in [ok(body), status(401, body)] {
                let error = fail(answer);
                assert_eq!((error.kind, error.vendor_code.as_deref()), (kind, Some(code)), "{body}");
                assert!(!error.retryable && error.billed == Billed::No);
            }
        }
    }

    #[test]
    fn a_token_that_is_not_certain_is_none() {
        for bad in [
            r#"{}"#,
            r#"{"access_token":null,"expires_in":1}"#,
            r#"{"access_token":"","expires_in":1}"#,
            r#"{"access_token":7,"expires_in":1}"#,
            r#"{"access_token":"a","access_token":"b","expires_in":1}"#,
            r#"{"access_token":"a"}"#,
            r#"{"access_token":"a","expires_in":0}"#,
            r#"{"access_token":"a","expires_in":-1}"#,
            r#"{"access_token":"a","expires_in":1.5}"#,
            r#"{"access_token":"a","expires_in":1,"expires_in":2}"#,
            r#"{"access_token":"a","expires_in":99999999999999999}"#,
            r#"{"access_token":"a","expires_in":1"#,
            "<html>",
        ] {
            assert_eq!(fail(ok(bad)).kind, Kind::Decode, "{bad}");
        }
        assert_eq!(run(Token {}, [status(502, "x"), status(503, ""), ok(GOOD)]).requests.len(), 3);
        assert_eq!(fail(status(302, "")).kind, Kind::Vendor);
    }

    #[test]
    fn an_echoed_key_stays_out_of_the_error() {
        let error =
            fail(ok(r#"{"error":"invalid_client","error_description":"no sandbox-baidu-sk for sandbox-baidu-ak"}"#));
        let shown = format!("{error} {error:?} {}", serde_json::to_string(&error).unwrap());
        assert!(!shown.contains("sandbox-baidu"), "{shown}");
    }
}
