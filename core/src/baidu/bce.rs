//! bce-auth-v1 (百度云AKSK鉴权): a request signed with the two keys instead of carrying a token.
//!
//! Document: 百度智能云, 生成认证字符串 (cloud.baidu.com/doc/Reference/s/njwvz1yfu).

use crate::digest::{hex, hmac_sha256};
use crate::error::{Error, Result};
use crate::operation::{Io, Meta, Operation, Place};
use crate::percent::UNRESERVED;
use crate::secret::Secret;
use crate::time::Time;
use crate::wire;
use percent_encoding::{AsciiSet, utf8_percent_encode};
use serde::{Deserialize, Serialize};

/// How long a signature holds when nothing else is said, in seconds: that of the official clients.
pub(crate) const EXPIRATION: u32 = 1800;

/// UriEncodeExceptSlash; UriEncode itself is [`UNRESERVED`].
const PATH: &AsciiSet = &UNRESERVED.remove(b'/');

/// Signed when no list is given, beside every `x-bce-*`.
const USUAL: [&str; 4] = ["host", "content-length", "content-type", "content-md5"];

/// What is signed. Texts are as they are meant, not yet percent-encoded.
pub(crate) struct Unsigned<'a> {
    pub(crate) method: &'a str,
    pub(crate) path: &'a str,
    pub(crate) query: Vec<(&'a str, Option<&'a str>)>,
    pub(crate) headers: Vec<(&'a str, &'a str)>,
    pub(crate) timestamp: Time,
    pub(crate) expiration: u32,
    /// `None`: the usual ones, named in the result. Empty: the usual ones, and the result names none.
    pub(crate) headers_to_sign: Option<&'a [String]>,
}

/// A signature and what it covers.
pub(crate) struct Signed {
    pub(crate) authorization: String,
    pub(crate) signature: String,
    pub(crate) signed_headers: Vec<String>,
    pub(crate) canonical_request: String,
}

/// HMAC-SHA256 as lower-case hexadecimal text.
fn hmac_hex(key: &str, text: &str) -> String {
    hex(&hmac_sha256(key, &[text.as_bytes()]))
}

/// The key of the day: its hexadecimal text, not its raw bytes, is the next key.
fn signing_key(sk: &Secret, prefix: &str) -> Secret {
    hmac_hex(sk.expose(), prefix).into()
}

fn encode(text: &str) -> String {
    utf8_percent_encode(text, UNRESERVED).to_string()
}

fn canonical_uri(path: &str) -> String {
    let slash = if path.starts_with('/') { "" } else { "/" };
    format!("{slash}{}", utf8_percent_encode(path, PATH))
}

/// The encoded `k=v` texts are sorted, not the keys: `text10=` comes before `text1=`.
fn canonical_query(query: &[(&str, Option<&str>)]) -> String {
    let named = query.iter().filter(|(name, _)| !name.eq_ignore_ascii_case("authorization"));
    let mut pairs: Vec<_> =
        named.map(|(name, value)| format!("{}={}", encode(name), encode(value.unwrap_or_default()))).collect();
    pairs.sort_unstable();
    pairs.join("&")
}

/// The canonical lines and the names of the headers that are signed. Headers with an empty value are left out.
fn canonical_headers(headers: &[(&str, &str)], wanted: Option<&[String]>) -> (String, Vec<String>) {
    let wanted = wanted.filter(|list| !list.is_empty());
    let is_wanted = |name: &str| match wanted {
        Some(list) => list.iter().any(|wanted| wanted.trim().eq_ignore_ascii_case(name)),
        None => USUAL.contains(&name) || name.starts_with("x-bce-"),
    };
    let (mut lines, mut names) = (Vec::new(), Vec::new());
    for (name, value) in headers {
        let (name, value) = (name.trim().to_ascii_lowercase(), value.trim());
        if !value.is_empty() && is_wanted(&name) {
            lines.push(format!("{}:{}", encode(&name), encode(value)));
            names.push(name);
        }
    }
    lines.sort_unstable();
    names.sort_unstable();
    (lines.join("\n"), names)
}

/// Signs.
pub(crate) fn sign(ak: &Secret, sk: &Secret, request: &Unsigned<'_>) -> Signed {
    let date = request.timestamp.to_seconds_text();
    let prefix = format!("bce-auth-v1/{}/{date}/{}", ak.expose(), request.expiration);
    let (lines, names) = canonical_headers(&request.headers, request.headers_to_sign);
    let canonical_request = format!(
        "{}\n{}\n{}\n{lines}",
        request.method.to_ascii_uppercase(),
        canonical_uri(request.path),
        canonical_query(&request.query)
    );
    let signature = hmac_hex(signing_key(sk, &prefix).expose(), &canonical_request);
    let listed =
        if request.headers_to_sign.is_some_and(<[String]>::is_empty) { String::new() } else { names.join(";") };
    Signed {
        authorization: format!("{prefix}/{listed}/{signature}"),
        signature,
        signed_headers: names,
        canonical_request,
    }
}

/// Signs a request to a Baidu service by bce-auth-v1. The keys are the account's where they are left out.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Sign {
    /// Access Key: of an application, its API Key. Default: the account's.
    #[serde(default)]
    pub ak: Option<Secret>,
    /// Secret Key. Default: the account's.
    #[serde(default)]
    pub sk: Option<Secret>,
    /// `POST`.
    pub method: String,
    /// The path, not percent-encoded: `/rpc/2.0/brain/solution/faceprint/verifyToken/generate`.
    pub path: String,
    /// The query, not percent-encoded.
    #[serde(default)]
    pub query: Vec<QueryParameter>,
    /// The headers as they are sent; `host` and `x-bce-date` among them.
    #[serde(default)]
    pub headers: Vec<Header>,
    /// The moment of signing, the same as in `x-bce-date`. Default: now.
    #[serde(default)]
    pub timestamp: Option<Time>,
    /// How long the signature holds, in seconds. Default 1800.
    #[serde(default)]
    pub expiration: Option<u32>,
    /// Which headers to sign. Left out: `host`, `content-length`, `content-type`, `content-md5` and every `x-bce-*`
    /// that is there, each named in the result. Empty: the same ones, and the result names none.
    #[serde(default)]
    pub headers_to_sign: Option<Vec<String>>,
}

/// One parameter of a query.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct QueryParameter {
    /// Its name.
    pub name: String,
    /// Its value; none is the same as an empty one.
    #[serde(default)]
    pub value: Option<Secret>,
}

/// One header.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "BceHeader"))]
#[serde(deny_unknown_fields)]
pub struct Header {
    /// Its name, in any letter case.
    pub name: String,
    /// Its value.
    pub value: Secret,
}

/// The signature.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SignReply {
    /// The value of the header `authorization`.
    #[serde(serialize_with = "wire::clear")]
    pub authorization: Secret,
    /// Its last part: 64 hexadecimal digits.
    #[serde(serialize_with = "wire::clear")]
    pub signature: Secret,
    /// The headers that are covered, lower-case and sorted.
    pub signed_headers: Vec<String>,
    /// What was signed, to compare with what a server says it saw.
    #[serde(serialize_with = "wire::clear")]
    pub canonical_request: Secret,
}

impl Sign {
    fn keys<'a>(&'a self, io: &'a Io) -> Result<(&'a Secret, &'a Secret)> {
        match (&self.ak, &self.sk) {
            (Some(ak), Some(sk)) => Ok((ak, sk)),
            (None, None) => io.accounts().baidu().map(|account| (&account.api_key, &account.secret_key)),
            (None, Some(_)) => Err(Error::invalid_argument("/ak", "the two keys come together, or both are left out")),
            (Some(_), None) => Err(Error::invalid_argument("/sk", "the two keys come together, or both are left out")),
        }
    }

    fn check(&self) -> Result<()> {
        if http::Method::from_bytes(self.method.as_bytes()).is_err() {
            return Err(Error::invalid_argument("/method", "this is not an HTTP method"));
        }
        let mut seen: Vec<String> = Vec::new();
        for (index, header) in self.headers.iter().enumerate() {
            let name = header.name.trim().to_ascii_lowercase();
            if http::HeaderName::from_bytes(name.as_bytes()).is_err() {
                return Err(Error::invalid_argument(format!("/headers/{index}/name"), "this is not a header's name"));
            }
            if seen.contains(&name) {
                return Err(Error::invalid_argument(format!("/headers/{index}/name"), "this header occurs twice"));
            }
            seen.push(name);
        }
        let wanted = self.headers_to_sign.iter().flatten().enumerate();
        for (index, name) in wanted {
            if !seen.contains(&name.trim().to_ascii_lowercase()) {
                let field = format!("/headers_to_sign/{index}");
                return Err(Error::invalid_argument(field, "this header is not among the headers"));
            }
        }
        Ok(())
    }
}

impl Operation for Sign {
    const META: Meta = Meta {
        id: "baidu.bce.sign",
        doc: "Signs a request to a Baidu service by bce-auth-v1 (百度云AKSK鉴权).",
        place: Place::Local,
    };
    type Response = SignReply;

    async fn run(self, io: Io) -> Result<SignReply> {
        let (ak, sk) = self.keys(&io)?;
        for (field, key) in [("/ak", ak), ("/sk", sk)] {
            if key.is_empty() || !key.expose().bytes().all(|byte| byte.is_ascii_graphic() && byte != b'/') {
                return Err(Error::invalid_argument(field, "a key is printable ASCII without a slash"));
            }
        }
        self.check()?;
        let signed = sign(
            ak,
            sk,
            &Unsigned {
                method: &self.method,
                path: &self.path,
                query: self.query.iter().map(|part| (&*part.name, part.value.as_ref().map(Secret::expose))).collect(),
                headers: self.headers.iter().map(|header| (&*header.name, header.value.expose())).collect(),
                timestamp: self.timestamp.unwrap_or_else(|| io.now()),
                expiration: self.expiration.unwrap_or(EXPIRATION),
                headers_to_sign: self.headers_to_sign.as_deref(),
            },
        );
        Ok(SignReply {
            authorization: signed.authorization.into(),
            signature: signed.signature.into(),
            signed_headers: signed.signed_headers,
            canonical_request: signed.canonical_request.into(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::harness::run;

    fn sample() -> Sign {
        crate::wire::decode(
            br#"{"ak":"my_ak","sk":"my_sk","method":"get","path":"x","timestamp":"2014-06-13T05:57:36Z"}"#,
            Vec::new(),
        )
        .unwrap()
    }

    fn field(sign: Sign) -> Option<String> {
        run(sign, []).result.unwrap_err().field.clone()
    }

    /// The key is the hexadecimal text of the first HMAC, not its bytes.
    #[test]
    fn signing_keys() {
        for (ak, sk, date, key) in [
            (
                "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
                "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb",
                "2015-04-27T08:23:49Z",
                "1d5ce5f464064cbee060330d973218821825ac6952368a482a592e6615aef479",
            ),
            (
                "my_ak",
                "my_sk",
                "2014-06-13T05:57:36Z",
                "b358d27f22640783b887965f17e6cf57ce5b44e3e44ed171a934df6daff52a7c",
            ),
            (
                "0b0f67dfb88244b289b72b142befad0c",
                "bad522c2126a4618a8125f4b6cf6356f",
                "2015-04-27T08:23:49Z",
                "d9f35aaba8a5f3efa654851917114b6f22cd831116fd7d8431e08af22dcff24c",
            ),
            (
                "ALTAKEXAMPLEaccesskeyid0000",
                "exampleSecretAccessKey0123456789",
                "2026-01-15T08:00:00Z",
                "7d1b91f2fe886fdf1e02d980ec843402a0f4e6f05e28a15e5cc7f7ddd9d360e0",
            ),
        ] {
            assert_eq!(signing_key(&sk.into(), &format!("bce-auth-v1/{ak}/{date}/1800")).expose(), key);
        }
    }

    /// A digest that was published with a buggy encoder, for the keys and the day of `olddoc_default`.
    #[test]
    fn a_wrong_published_digest_is_not_ours() {
        let wrong = "c2d82f9eb62e93233a60f507b67ede797fa4a75d82eef4c35727f97d23b5defa";
        let file = include_str!("../../../tests/vectors/baidu/bce/sign/olddoc_default.json");
        assert!(file.contains("a19e6386e990691aca1114a20357c83713f1cb4be3d74942bb4ed37469ecdacf"));
        assert!(!file.contains(wrong));
        let query = [("partNumber", Some("9")), ("uploadId", Some("VXBsb2FkIElpZS5tMnRzIHVwbG9hZA"))];
        for headers in [vec![("host", "bj.bcebos.com")], Vec::new()] {
            let unsigned = Unsigned {
                method: "PUT",
                path: "/v1/test/myfolder/readme.txt",
                query: query.to_vec(),
                headers,
                timestamp: serde_json::from_str("\"2015-04-27T08:23:49Z\"").unwrap(),
                expiration: 1800,
                headers_to_sign: None,
            };
            let (ak, sk) = ("0b0f67dfb88244b289b72b142befad0c", "bad522c2126a4618a8125f4b6cf6356f");
            assert_ne!(sign(&ak.into(), &sk.into(), &unsigned).signature, wrong);
        }
    }

    #[test]
    fn a_query_of_its_own_authorization_is_not_signed() {
        let query = [("Authorization", Some("x")), ("a", None)];
        assert_eq!(canonical_query(&query), "a=");
        assert_eq!(canonical_uri("a b"), "/a%20b");
    }

    #[test]
    fn what_could_not_be_verified_is_refused() {
        assert_eq!(field(Sign { ak: None, ..sample() }).as_deref(), Some("/ak"));
        assert_eq!(field(Sign { sk: None, ..sample() }).as_deref(), Some("/sk"));
        assert_eq!(field(Sign { ak: Some("a/b".into()), ..sample() }).as_deref(), Some("/ak"));
        assert_eq!(field(Sign { sk: Some("".into()), ..sample() }).as_deref(), Some("/sk"));
        assert_eq!(field(Sign { method: "G T".into(), ..sample() }).as_deref(), Some("/method"));
        let header = |name: &str| Header { name: name.into(), value: "v".into() };
        assert_eq!(
            field(Sign { headers: vec![header("a;b")], ..sample() }).as_deref(),
            Some("/headers/0/name"),
            "a name with the list's separator"
        );
        assert_eq!(
            field(Sign { headers: vec![header("Host"), header("host")], ..sample() }).as_deref(),
            Some("/headers/1/name")
        );
        let wanted = Some(vec!["host".to_owned()]);
        assert_eq!(field(Sign { headers_to_sign: wanted, ..sample() }).as_deref(), Some("/headers_to_sign/0"));
    }

    #[test]
    fn nothing_of_it_prints() {
        let mut asked = sample();
        asked.query.push(QueryParameter { name: "q".into(), value: Some("c-canary".into()) });
        asked.headers.push(Header { name: "x-bce-security-token".into(), value: "c-canary".into() });
        let before = format!("{asked:?}");
        let reply = run(asked, []).result.unwrap();
        let shown = format!("{before} {reply:?}");
        assert!(!shown.contains("canary") && !shown.contains("my_") && !shown.contains("bce-auth-v1"), "{shown}");
        assert!(reply.canonical_request.expose().contains("c-canary"));
    }
}
