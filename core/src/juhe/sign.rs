//! The signature of a return: `md5(response + key)`. Document: sign值说明 of 发起认证请求.
//!
//! The key of the API is also the signing secret: sign and verify on a server, never in a browser.

use crate::error::{Error, Result};
use crate::juhe::cipher::md5_hex;
use crate::operation::{Io, Meta, Operation, Place};
use crate::secret::{Personal, Secret, same};
use serde::{Deserialize, Serialize};

/// The lower-case hexadecimal MD5 of a response followed by the key.
pub fn sign(response: &[u8], key: &Secret) -> String {
    md5_hex(&[response, key.expose().as_bytes()])
}

/// Whether `given` is the signature, in time that does not depend on where they differ. The vendor writes it in
/// lower case; upper case is taken too, as hexadecimal means the same in both.
pub fn matches(response: &[u8], given: &str, key: &Secret) -> bool {
    same(&sign(response, key), &given.to_ascii_lowercase())
}

/// The key that was given, else the account's. An empty key would let anybody sign.
pub(crate) fn key(given: Option<Secret>, io: &Io) -> Result<Secret> {
    match given {
        Some(key) if key.is_empty() => Err(Error::invalid_argument("/key", "this must not be empty")),
        Some(key) => Ok(key),
        None => match &io.accounts().juhe()?.key {
            key if key.is_empty() => Err(Error::configuration("the key of the Juhe account is empty")),
            key => Ok(key.clone()),
        },
    }
}

/// Signs a response as the vendor does: for tests and for servers that play the vendor.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Make {
    /// The exact text, not percent-encoded.
    pub response: Personal,
    /// The key of the API. Default: the account's.
    #[serde(default)]
    pub key: Option<Secret>,
}

/// A signature.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SignReply {
    /// 32 hexadecimal digits in lower case.
    pub sign: String,
}

impl Operation for Make {
    const META: Meta = Meta {
        id: "juhe.sign.make",
        doc: "Signs a response as the vendor does: md5(response + key).",
        place: Place::Local,
    };
    type Response = SignReply;

    async fn run(self, io: Io) -> Result<SignReply> {
        let key = key(self.key, &io)?;
        Ok(SignReply { sign: sign(self.response.expose().as_bytes(), &key) })
    }
}

/// Checks the signature of a response whose exact text is at hand. From a URL, `juhe.returns.verify` is the way.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Verify {
    /// The exact text after one percent-decoding; JSON that was parsed and written again is another text.
    pub response: Personal,
    /// The signature. Upper case is taken too.
    pub sign: String,
    /// The key of the API. Default: the account's.
    #[serde(default)]
    pub key: Option<Secret>,
}

/// Whether a signature is right.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ValidReply {
    /// Only `true` means anything. It proves neither freshness nor whose session it is.
    pub valid: bool,
}

impl Operation for Verify {
    const META: Meta = Meta {
        id: "juhe.sign.verify",
        doc: "Checks the signature of a response: md5(response + key).",
        place: Place::Local,
    };
    type Response = ValidReply;

    async fn run(self, io: Io) -> Result<ValidReply> {
        let key = key(self.key, &io)?;
        Ok(ValidReply { valid: matches(self.response.expose().as_bytes(), &self.sign, &key) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Kind;
    use crate::harness::run;

    const KEY: &str = "0123456789abcdef0123456789abcdef";
    const COMPACT: &str = r#"{"error_code":0,"reason":"SUCCESS","result":{"passed":"T","message":"身份证号与姓名匹配，且比对成功","jh_order_id":"JH79320240517095231mUzn9","detail":{"live_passed":"T","live_code":"200","live_message":"活体检测通过","live_score":"91.11730","certify_passed":"T","certify_code":"200","certify_message":"身份证号与姓名匹配，且比对成功","certify_res":"1","certify_score":"87"}}}"#;

    /// The same fields, each on its own line.
    fn pretty() -> String {
        let lines = COMPACT.replace(",\"", ",\n\"").replace('{', "{\n");
        lines.replace("}}}", "\n}\n}\n}")
    }

    /// Known answers, computed alike by Python, OpenSSL, Java and Node: response, sign, and the sign of the same
    /// text percent-encoded and of the key put first.
    fn known() -> [(String, &'static str, [&'static str; 2]); 5] {
        [
            (
                COMPACT.into(),
                "cdce5211aa58417f7a14a05a6121c5ff",
                ["93db94bf72339cfa0bbad5b73dc388a0", "d14a337f586b75b960cf00212c3c51e0"],
            ),
            (
                pretty(),
                "407517e758b8edea91e6bcde62595adf",
                ["6eb8a6b51684334d2ec71577ba46b4f1", "b77392fa0506f46434a35fd5cae0dddb"],
            ),
            (
                "{\"a\":\"1+1 = 2\",\"b\":\"100%\",\"c\":\"x%2By\",\"d\":\"a&b=c#d\"}".into(),
                "2956ae77a5d91971ce5e6edb8626d877",
                ["e3ea99c7927b51723c53952378959f59", "0bb33e5441112b173881a58c175182c0"],
            ),
            (
                "{\"u\":\"https:\\/\\/example.com\\/\"}".into(),
                "0ce004eb1d347c849f33e05fc15dd756",
                ["c43f5bcd663ea84ad375cd4b890fd01c", "2a297becd119877babdb5a501db536b4"],
            ),
            (String::new(), "8516ac99dc60603295de7bdb6a153530", ["", "x"]),
        ]
    }

    fn valid(response: &str, sign: &str) -> bool {
        let request = Verify { response: response.into(), sign: sign.into(), key: Some(KEY.into()) };
        run(request, []).result.unwrap().valid
    }

    #[test]
    fn trap_1_known_answers() {
        for (response, sign, wrong) in known() {
            let made = run(Make { response: (&*response).into(), key: Some(KEY.into()) }, []).result.unwrap();
            assert_eq!(made.sign, sign);
            assert!(valid(&response, sign));
            assert!(valid(&response, &sign.to_uppercase()), "upper case means the same");
            for wrong in wrong {
                assert!(!valid(&response, wrong), "{wrong}");
            }
            for bent in [&sign[1..], &format!("{sign}0"), &format!(" {sign}"), ""] {
                assert!(!valid(&response, bent), "{bent}");
            }
            assert!(!valid(&format!("{response} "), sign), "one byte more is another text");
        }
    }

    #[test]
    fn trap_1_json_written_anew_is_another_text() {
        let value: serde_json::Value = serde_json::from_str(&pretty()).unwrap();
        assert!(!valid(&value.to_string(), "407517e758b8edea91e6bcde62595adf"));
    }

    #[test]
    fn an_empty_key_would_let_anybody_sign() {
        let request = Verify { response: "{}".into(), sign: md5_hex(&[b"{}"]), key: Some("".into()) };
        let error = run(request, []).result.unwrap_err();
        assert_eq!((error.kind, error.field.as_deref()), (Kind::InvalidArgument, Some("/key")));
        let mut context = crate::harness::Still::new();
        context.accounts.juhe.as_mut().unwrap().key = "".into();
        let request = Make { response: "{}".into(), key: None };
        let error = crate::harness::run_in(std::sync::Arc::new(context), request, []).result.unwrap_err();
        assert_eq!(error.kind, Kind::Configuration);
    }

    #[test]
    fn the_accounts_key_is_the_default() {
        let made = run(Make { response: "{}".into(), key: None }, []).result.unwrap();
        assert_eq!(made.sign, sign(b"{}", &"sandbox-juhe-key".into()));
    }
}
