//! 实人认证初始化: `POST` to the marketplace's call address.

use crate::check::{Finding, request, return_url};
use crate::error::{Error, Result};
use crate::jumdata::envelope::Envelope;
use crate::jumdata::{codes, gateway};
use crate::operation::{Io, Meta, Money, Operation, Place};
use crate::reply::Extra;
use crate::secret::{Personal, Secret};
use crate::time::Time;
use crate::verdict::{Billed, Vendor};
use crate::wire;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// A token ends this long after 初始化, and with it the result that was not fetched.
pub(crate) const LIFE: Duration = Duration::from_secs(10 * 60);

/// Begins a session of 炫光静默实人认证. The session is paid when it ends.
///
/// It takes no name and no ID number: nothing here says who the live person is.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Init {
    /// Where the page goes when it is finished: http(s), or a mini-program path. At most 128 characters.
    pub return_url: String,
    /// 闪光颜色, of the 14 documented ones; several must mix bright and dark. Empty: no flashing.
    #[serde(default)]
    pub colors: Vec<String>,
    /// 动作, in this order, of the 9 documented ones; with colours, `LookFront` must be among them.
    #[serde(default)]
    pub actions: Vec<String>,
}

/// The session that began.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct InitReply {
    /// 本次检测的 token. Whoever has it can fetch the result.
    #[serde(serialize_with = "wire::clear")]
    pub token: Secret,
    /// The result must be *fetched* before this: 10 minutes from the moment before sending.
    pub expires_at: Time,
    /// `unknown`: the session is open, and paid when it ends.
    pub billed: Billed,
    /// `code`: 200.
    #[cfg_attr(feature = "schema", schemars(range(min = crate::reply::SMALLEST, max = crate::reply::LARGEST)))]
    pub code: i64,
    /// `msg`.
    pub msg: String,
    /// 本次请求号.
    pub task_no: Option<String>,
    /// Every other field of `data` and of the reply.
    pub extra: Extra,
    /// The vendor's text, where asked for.
    #[serde(serialize_with = "wire::clear")]
    pub raw: Option<Personal>,
}

impl Operation for Init {
    const META: Meta = Meta {
        id: "jumdata.lifecheck.init",
        doc: "Begins a hosted liveness session (实人认证初始化).",
        place: Place::Remote,
    };
    type Response = InitReply;

    fn preflight(&self, _: Time) -> Vec<Finding> {
        let mut findings = return_url::look("/return_url", &self.return_url, Vendor::Jumdata);
        findings.extend(request::colors_and_actions(("/colors", &self.colors), ("/actions", &self.actions)));
        findings
    }

    async fn run(self, io: Io) -> Result<InitReply> {
        io.admit(&self)?;
        let (colors, actions) = (self.colors.join(","), self.actions.join(","));
        let mut fields = vec![("returnUrl", self.return_url.as_str())];
        fields.extend(
            [("colors", colors.as_str()), ("actions", actions.as_str())].iter().filter(|(_, text)| !text.is_empty()),
        );
        io.call(
            Vendor::Jumdata,
            Money::Billable,
            |context| gateway::post(context, &context.accounts().jumdata()?.init_url, &fields),
            |answer| {
                let text = String::from_utf8_lossy(answer.body());
                let gateway = &io.accounts().jumdata()?.gateway;
                let mut envelope = Envelope::read(gateway, answer, &text, Billed::Unknown)?;
                if envelope.code != 200 {
                    return Err(envelope.name(codes::init_error(gateway, envelope.code, &envelope.msg)));
                }
                let token = envelope.data.text("token").map_err(Error::from);
                let token = token.and_then(|token| match token.filter(|token| !token.is_empty()) {
                    Some(token) => Ok(token),
                    None => Err(Error::decode("the vendor says 200 and gives no token")),
                });
                let token = token.map_err(|error| envelope.name(error.with_billed(Billed::Unknown)))?;
                let extra = std::mem::take(&mut envelope.extra).and(envelope.data.extra(&["token"]));
                let reply = InitReply {
                    token: token.into(),
                    expires_at: io.sent_at().plus(LIFE),
                    billed: Billed::Unknown,
                    code: envelope.code,
                    msg: envelope.msg,
                    task_no: envelope.task_no,
                    extra,
                    raw: io.raw(&text),
                };
                Ok((reply, Billed::Unknown))
            },
        )
        .await
    }
}

/// 亮色.
pub const BRIGHT: [&str; 7] = ["#FFFFFF", "#FFD9E3", "#D8D6FF", "#CFF9FF", "#FFCEFD", "#D8FFCD", "#FFF4CB"];
/// 暗色.
pub const DARK: [&str; 7] = ["#000000", "#3B3C04", "#183C03", "#063C28", "#063C3A", "#060D3C", "#3C0636"];
/// 动作.
pub const ACTIONS: [&str; 9] =
    ["LookFront", "LookLeft", "LookRight", "LookUp", "LookDown", "OpenMouth", "BlinkEye", "ShakeHead", "NodHead"];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Kind;
    use crate::harness::{ok, run, status};

    fn init() -> Init {
        Init { return_url: "https://example.com/back".into(), ..Init::default() }
    }

    fn strings(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|text| (*text).to_owned()).collect()
    }

    #[test]
    fn a_session_begins_and_its_end_counts_from_before_sending() {
        let request =
            Init { colors: strings(&["#FFFFFF", "#000000"]), actions: strings(&["LookFront", "NodHead"]), ..init() };
        let run =
            run(request, [ok(r#"{"code":200,"msg":"成功","taskNo":"0434","data":{"token":"t-1","new":1},"x":2}"#)]);
        let reply = run.result.unwrap();
        assert_eq!(reply.token.expose(), "t-1");
        assert_eq!(reply.expires_at.to_string(), "2026-01-15T08:10:00Z");
        assert_eq!((reply.billed, run.spent), (Billed::Unknown, Billed::Unknown));
        assert_eq!(serde_json::to_string(&reply.extra).unwrap(), r#"{"x":2,"new":1}"#);
        let request = &run.requests[0];
        assert_eq!(request.headers()["authorization"], "APPCODE sandbox-jumdata-appcode");
        assert!(request.headers()["authorization"].is_sensitive());
        assert_eq!(
            std::str::from_utf8(request.body()).unwrap(),
            "returnUrl=https%3A%2F%2Fexample.com%2Fback&colors=%23FFFFFF%2C%23000000&actions=LookFront%2CNodHead"
        );
        assert!(!format!("{reply:?}").contains("t-1"), "the token is a secret");
    }

    /// mapping 2.5, common codes, column init.
    #[test]
    fn every_code_of_init() {
        for (code, kind, billed, retryable) in [
            (400, Kind::InvalidArgument, Billed::No, false),
            (500, Kind::Vendor, Billed::Unknown, false),
            (604, Kind::Vendor, Billed::No, false),
            (606, Kind::RateLimited, Billed::No, true),
            (609, Kind::RateLimited, Billed::No, true),
            (610, Kind::Vendor, Billed::Unknown, false),
            (999, Kind::Vendor, Billed::Unknown, false),
            (201, Kind::Vendor, Billed::Unknown, false),
            (202, Kind::Vendor, Billed::Unknown, false),
            (203, Kind::Vendor, Billed::Unknown, false),
            (301, Kind::Vendor, Billed::Unknown, false),
            (12345, Kind::Vendor, Billed::Unknown, false),
        ] {
            let run = run(init(), [ok(format!(r#"{{"code":{code},"msg":"说明","taskNo":"77"}}"#))]);
            let error = run.result.unwrap_err();
            assert_eq!((error.kind, error.billed, error.retryable), (kind, billed, retryable), "{code}");
            assert_eq!(error.vendor_code.as_deref(), Some(code.to_string().as_str()));
            assert_eq!(error.references.task.as_deref(), Some("77"), "{code}");
            assert_eq!(run.spent, billed, "{code}: and never sent again");
        }
    }

    #[test]
    fn a_200_without_a_token_is_no_session_and_may_have_cost() {
        for data in [
            "",
            r#","data":null"#,
            r#","data":{}"#,
            r#","data":{"token":""}"#,
            r#","data":{"token":7}"#,
            r#","data":[]"#,
            r#","data":{"token":"a","token":"b"}"#,
        ] {
            let error = run(init(), [ok(format!(r#"{{"code":200,"msg":"成功"{data}}}"#))]).result.unwrap_err();
            assert_eq!((error.kind, error.billed), (Kind::Decode, Billed::Unknown), "{data}");
        }
        for text in [
            "",
            "<html>",
            r#"{"code":200,"data":{"tok"#,
            r#"{"code":true}"#,
            r#"{"code":200.0}"#,
            r#"{"code":null}"#,
            r#"{"code":200,"code":200}"#,
        ] {
            let error = run(init(), [ok(text)]).result.unwrap_err();
            assert_eq!((error.kind, error.billed), (Kind::Decode, Billed::Unknown), "{text}");
        }
        for code in [302, 502] {
            let error = run(init(), [status(code, "")]).result.unwrap_err();
            assert_eq!((error.kind, error.billed, error.http_status), (Kind::Vendor, Billed::Unknown, Some(code)));
        }
    }

    /// Trap 16, trap 15, correction 29: what the document forbids is refused before a session is paid for.
    #[test]
    fn trap_15_and_16_colours_actions_and_return_url() {
        let refused = |request: Init| run(request, []).result.unwrap_err().field.clone().unwrap();
        let colors = |texts: &[&str]| Init { colors: strings(texts), ..init() };
        assert_eq!(refused(colors(&["#FFFFFF", "#FFD9E3"])), "/colors");
        assert_eq!(refused(colors(&["#000000", "#3C0636"])), "/colors");
        assert_eq!(refused(colors(&["#123456"])), "/colors/0");
        assert_eq!(refused(Init { actions: strings(&["LookFront", "Jump"]), ..init() }), "/actions/1");
        let both = |actions: &[&str]| Init { actions: strings(actions), ..colors(&["#ffffff", "#000000"]) };
        assert_eq!(refused(both(&["NodHead"])), "/actions");
        assert_eq!(refused(Init { return_url: String::new(), ..init() }), "/return_url");
        assert_eq!(refused(Init { return_url: "ftp://x/".into(), ..init() }), "/return_url");
        assert_eq!(refused(Init { return_url: format!("https://e.cn/{}", "页".repeat(116)), ..init() }), "/return_url");

        let passes =
            |request: Init| run(request, [ok(r#"{"code":200,"data":{"token":"t"}}"#)]).result.map(|_| ()).unwrap();
        passes(Init { return_url: format!("https://e.cn/{}", "页".repeat(115)), ..init() });
        passes(Init { return_url: "/pages/index/index".into(), ..init() });
        passes(colors(&["#000000"]));
        passes(both(&["NodHead", "LookFront", "NodHead"]));
        for color in BRIGHT.iter().chain(&DARK) {
            passes(colors(&[color]));
        }
        passes(Init { actions: strings(&ACTIONS), ..init() });
        assert_eq!((BRIGHT.len() + DARK.len(), ACTIONS.len()), (14, 9));
    }

    #[test]
    fn the_gateways_refusals_cost_nothing_and_leak_nothing() {
        let refused = |code: u16, name: &str, message: &str| {
            let mut answer = status(code, "").unwrap();
            for (header, value) in
                [("x-ca-error-code", name), ("x-ca-error-message", message), ("x-ca-request-id", "R-1")]
            {
                answer.headers_mut().insert(header, value.parse().unwrap());
            }
            run(init(), [Ok(answer)]).result.unwrap_err()
        };
        for (code, message, kind, retryable) in [
            (400, "Invalid AppCode `not exists`", Kind::Authentication, false),
            (403, "Unauthorized", Kind::Authentication, false),
            (403, "Quota Exhausted", Kind::Quota, false),
            (403, "Api Market Subscription quota exhausted", Kind::Quota, false),
            (403, "User Arrears", Kind::Quota, false),
            (403, "Throttled by USER Flow Control", Kind::RateLimited, true),
            (429, "Throttled by API Flow Control", Kind::RateLimited, true),
        ] {
            let error = refused(code, "A400XX", message);
            assert_eq!((error.kind, error.billed, error.retryable), (kind, Billed::No, retryable), "{message}");
            assert_eq!(error.references.log.as_deref(), Some("R-1"));
        }
        assert_eq!(refused(503, "D503SU", "Service Unavailable").billed, Billed::Unknown);
        let error = refused(400, "I400SG", "Invalid Signature, Server StringToSign:POST#realname=王小二");
        assert!(!format!("{error:?}").contains("realname"), "{error:?}");
    }
}
