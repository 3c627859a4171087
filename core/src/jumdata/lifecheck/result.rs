//! 获取实人认证结果: `POST` to the marketplace's call address.

use crate::error::{Error, Result};
use crate::jumdata::codes::{self, OUTCOMES};
use crate::jumdata::envelope::Envelope;
use crate::jumdata::gateway;
use crate::operation::{Io, Meta, Money, Operation, Place};
use crate::reply::Extra;
use crate::secret::{Personal, Secret, scrub};
use crate::time::Time;
use crate::verdict::{Billed, Check, Decision, Evidence, Reason, Vendor, Verdict, required};
use crate::wire;
use serde::{Deserialize, Serialize};

/// Fetches the result of a session. Free by the documents; a marketplace may still meter it: never poll in a loop.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Fetch {
    /// 初始化接口返回的 token.
    pub token: Secret,
    /// When the session ends, from 初始化: from then on "no result yet" means expired.
    #[serde(default)]
    pub expires_at: Option<Time>,
}

/// The result.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FetchReply {
    /// What it means: at most that a live person was there.
    pub verdict: Verdict,
    /// `code`.
    #[cfg_attr(feature = "schema", schemars(range(min = crate::reply::SMALLEST, max = crate::reply::LARGEST)))]
    pub code: i64,
    /// `msg`.
    pub msg: String,
    /// 本次请求号.
    pub task_no: Option<String>,
    /// 检测通过时返回人像照片: an address, or what the vendor puts there.
    #[serde(serialize_with = "wire::clear")]
    pub face_image_url: Option<Secret>,
    /// Every other field of `data` and of the reply.
    pub extra: Extra,
    /// The vendor's text, where asked for.
    #[serde(serialize_with = "wire::clear")]
    pub raw: Option<Personal>,
}

impl Operation for Fetch {
    const META: Meta = Meta {
        id: "jumdata.lifecheck.result",
        doc: "Fetches the result of a hosted liveness session (获取实人认证结果).",
        place: Place::Remote,
    };
    type Response = FetchReply;

    async fn run(self, io: Io) -> Result<FetchReply> {
        if self.token.is_empty() {
            return Err(Error::invalid_argument("/token", "this must not be empty"));
        }
        io.call(
            Vendor::Jumdata,
            Money::Free,
            |context| {
                let address = &context.accounts().jumdata()?.result_url;
                gateway::post(context, address, &[("token", self.token.expose())])
            },
            |answer| {
                let text = String::from_utf8_lossy(answer.body());
                let gateway = &io.accounts().jumdata()?.gateway;
                let mut envelope = Envelope::read(gateway, answer, &text, Billed::No)?;
                envelope.msg = scrub(&envelope.msg, &[self.token.expose()]);
                if !OUTCOMES.iter().any(|row| row.code == envelope.code) {
                    return Err(envelope.name(codes::result_error(gateway, envelope.code, &envelope.msg)));
                }
                let image = envelope.data.text("faceImageUrl");
                if let Err(flaw) = &image
                    && flaw.is_ambiguous()
                {
                    return Err(envelope.name(flaw.clone().into()));
                }
                let image = image.ok().flatten().filter(|image| !image.trim().is_empty());
                let verdict = judge(&envelope, image.as_deref(), io.sent_at(), self.expires_at);
                let extra = std::mem::take(&mut envelope.extra).and(envelope.data.extra(&["faceImageUrl"]));
                let reply = FetchReply {
                    verdict,
                    code: envelope.code,
                    msg: envelope.msg,
                    task_no: envelope.task_no,
                    face_image_url: image.map(Secret::from),
                    extra,
                    raw: io.raw(&text),
                };
                Ok((reply, Billed::No))
            },
        )
        .await
    }
}

fn judge(envelope: &Envelope<'_>, image: Option<&str>, asked: Time, expires_at: Option<Time>) -> Verdict {
    let mut verdict = Verdict::new(Vendor::Jumdata, Fetch::META.id);
    verdict.references.task.clone_from(&envelope.task_no);
    let Some(row) = OUTCOMES.iter().find(|row| row.code == envelope.code) else { return verdict };
    verdict.checks.liveness = row.liveness;
    verdict.decision = row.decision;
    verdict.billed = row.billed;
    let message = if envelope.msg.is_empty() { row.text.to_owned() } else { envelope.msg.clone() };
    verdict.reasons.push(Reason {
        code: row.code.to_string().into(),
        message: message.into(),
        cause: row.cause.map(Into::into),
        next_step: row.next_step.map(Into::into),
    });
    match (row.decision, image) {
        // The code 200 is also the common 成功: without a face image it is no proof.
        (Decision::Passed, None) => {
            verdict.checks.liveness = Check::Error;
            verdict.reasons.push(Reason::new("no_face_image", "200 without data.faceImageUrl is not proof of a pass"));
            verdict.decision = verdict.checks.decide(&[required::LIVENESS], true);
        }
        (Decision::Passed, Some(image)) => {
            verdict.decision = verdict.checks.decide(&[required::LIVENESS], false);
            verdict.evidence = Some(Evidence { image_url: image.into(), expires_at });
        }
        (Decision::Pending, _) if expires_at.is_some_and(|end| asked >= end) => verdict.decision = Decision::Expired,
        _ => {}
    }
    verdict
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Kind;
    use crate::harness::{ok, run, status};

    fn fetch() -> Fetch {
        Fetch { token: "t-canary".into(), expires_at: None }
    }

    fn answer(text: &str) -> Verdict {
        run(fetch(), [ok(text)]).result.unwrap().verdict
    }

    /// mapping 2.5, table result; correction 3: identity, face and mobile are never checked.
    #[test]
    fn every_outcome() {
        for (code, data, liveness, decision, billed) in [
            (200, r#","data":{"faceImageUrl":"https://x/1.jpg"}"#, Check::Passed, Decision::Passed, Billed::Yes),
            (200, "", Check::Error, Decision::Inconclusive, Billed::Yes),
            (201, "", Check::NotChecked, Decision::Pending, Billed::Unknown),
            (202, "", Check::Failed, Decision::Rejected, Billed::Yes),
            (203, "", Check::Error, Decision::Inconclusive, Billed::Unknown),
            (301, "", Check::NotChecked, Decision::Expired, Billed::Unknown),
        ] {
            let verdict = answer(&format!(r#"{{"code":{code},"msg":"说明","taskNo":"77"{data}}}"#));
            assert_eq!(
                (verdict.checks.liveness, verdict.decision, verdict.billed),
                (liveness, decision, billed),
                "{code}"
            );
            for check in [verdict.checks.identity, verdict.checks.face, verdict.checks.mobile] {
                assert_eq!(check, Check::NotChecked, "{code}: Jumdata never checks who it is");
            }
            assert_eq!(verdict.references.task.as_deref(), Some("77"));
            assert_eq!(verdict.reasons[0].code, code.to_string());
            assert_eq!(verdict.evidence.is_some(), decision == Decision::Passed);
        }
        let causes = answer(r#"{"code":202,"msg":"实人认证未通过","taskNo":"1",}"#.replace(",}", "}").as_str());
        assert!(causes.reasons[0].cause.as_ref().unwrap().contains("视频劫持"), "correction 30");
        let causes = answer(r#"{"code":203,"msg":"检测失败"}"#);
        assert!(causes.reasons[0].cause.as_ref().unwrap().contains("动作参数错误"), "corrections 27 and 30");
    }

    /// Correction 4: 200 is also the common 成功; without a face image it proves nothing.
    #[test]
    fn correction_4_a_bare_200_is_no_proof() {
        for data in [
            "",
            r#","data":null"#,
            r#","data":{}"#,
            r#","data":{"faceImageUrl":""}"#,
            r#","data":{"faceImageUrl":" "}"#,
            r#","data":{"faceImageUrl":null}"#,
            r#","data":{"faceImageUrl":true}"#,
            r#","data":{"faceImageUrl":{"a":"b"}}"#,
        ] {
            let verdict = answer(&format!(r#"{{"code":200,"msg":"成功"{data}}}"#));
            assert_eq!((verdict.decision, verdict.checks.liveness), (Decision::Inconclusive, Check::Error), "{data}");
        }
        for hostile in [
            r#"{"code":202,"code":200,"data":{"faceImageUrl":"x"}}"#,
            r#"{"code":200,"data":{"faceImageUrl":"","faceImageUrl":"x"}}"#,
            r#"{"code":200,"data":{},"data":{"faceImageUrl":"x"}}"#,
            r#"{"code":true,"data":{"faceImageUrl":"x"}}"#,
            r#"{"code":"200 ","data":{"faceImageUrl":"x"}}"#,
            r#"{"code":200,"data":"x"}"#,
            r#"{"data":{"faceImageUrl":"x"}}"#,
        ] {
            let error = run(fetch(), [ok(hostile)]).result.unwrap_err();
            assert_eq!((error.kind, error.billed), (Kind::Decode, Billed::No), "{hostile}");
        }
        assert_eq!(answer(r#"{"code":"200","data":{"faceImageUrl":"x"}}"#).decision, Decision::Passed);
    }

    #[test]
    fn no_result_becomes_expired_at_the_end_of_the_session() {
        let decide = |end: &str| {
            let expires_at = Some(serde_json::from_str(&format!("{end:?}")).unwrap());
            run(Fetch { expires_at, ..fetch() }, [ok(r#"{"code":201,"msg":""}"#)]).result.unwrap().verdict.decision
        };
        assert_eq!(decide("2026-01-15T08:00:00.001Z"), Decision::Pending);
        assert_eq!(decide("2026-01-15T08:00:00Z"), Decision::Expired);
    }

    /// mapping 2.5, common codes, column result: asking is free, and repeated only where the table says so.
    #[test]
    fn every_common_code_and_its_repetition() {
        for (code, kind, repeated) in [
            (400, Kind::InvalidArgument, false),
            (500, Kind::Vendor, true),
            (604, Kind::Vendor, false),
            (606, Kind::RateLimited, true),
            (609, Kind::RateLimited, true),
            (610, Kind::Vendor, true),
            (999, Kind::Vendor, false),
            (998, Kind::Vendor, false),
        ] {
            let attempts = if repeated { 3 } else { 1 };
            let run = run(fetch(), (0..attempts).map(|_| ok(format!(r#"{{"code":{code},"msg":""}}"#))));
            let error = run.result.unwrap_err();
            assert_eq!((error.kind, error.billed, run.requests.len()), (kind, Billed::No, attempts), "{code}");
        }
        let run = run(fetch(), [status(502, ""), ok(r#"{"code":500}"#), ok(r#"{"code":201}"#)]);
        assert_eq!(run.result.unwrap().verdict.decision, Decision::Pending);
    }

    #[test]
    fn the_token_stays_out_of_texts() {
        let run = run(fetch(), [ok(r#"{"code":999,"msg":"token t-canary 无效"}"#)]);
        let error = run.result.unwrap_err();
        assert!(!format!("{error} {error:?}").contains("t-canary"), "{error:?}");
        assert_eq!(error.vendor_text.as_deref(), Some("token *** 无效"));
    }

    #[test]
    fn an_empty_token_is_not_sent() {
        assert_eq!(run(Fetch::default(), []).result.unwrap_err().field.as_deref(), Some("/token"));
    }
}
