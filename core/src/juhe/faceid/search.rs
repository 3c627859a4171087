//! 查询认证结果: `POST https://apis.juhe.cn/faceid/search`.

use super::detail::{self, Detail, flag, judge};
use super::{GRACE, IMAGE};
use crate::error::{Error, Result};
use crate::juhe::body::Form;
use crate::juhe::codes;
use crate::juhe::envelope::{self, Envelope};
use crate::operation::{Io, Meta, Money, Operation, Place, Repeat};
use crate::reply::{Extra, Object};
use crate::secret::{Personal, same};
use crate::time::Time;
use crate::verdict::{Billed, Check, Decision, Evidence, Reason, Threshold, Vendor, Verdict};
use crate::wire;
use serde::{Deserialize, Serialize};

/// Asks for the result of a session (查询认证结果). Free, and the only answer that counts: the way back is a hint.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Search {
    /// 聚合订单号 of `juhe.faceid.query`.
    pub jh_order_id: String,
    /// The `certify_score` from which it is the person, 50 to 100. Default 70.
    #[serde(default)]
    pub threshold: Option<f64>,
    /// Allow a threshold below 50.
    #[serde(default)]
    pub allow_low_threshold: bool,
    /// `expires_at` of the session. With it, `pending` becomes `expired` a minute later; a result still counts.
    #[serde(default)]
    pub expires_at: Option<Time>,
}

/// The reply of faceid's search.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SearchReply {
    /// What it means. Its evidence is `img`: it expires 10 minutes after the reply.
    pub verdict: Verdict,
    /// 状态码: 0, or of a session without a result 279302, 279305, 279306 or 279307.
    #[cfg_attr(feature = "schema", schemars(range(min = crate::reply::SMALLEST, max = crate::reply::LARGEST)))]
    pub error_code: i64,
    /// 请求描述.
    pub reason: String,
    /// 聚合订单号, the one asked for.
    pub jh_order_id: String,
    /// 认证结果: T or F. Alone it proves nothing: read the verdict.
    pub passed: Option<String>,
    /// 认证结果描述.
    pub message: Option<String>,
    /// 认证详细内容.
    pub detail: Option<Detail>,
    /// Every other field of `result`.
    pub extra: Extra,
    /// The vendor's text, where asked for.
    #[serde(serialize_with = "wire::clear")]
    pub raw: Option<Personal>,
}

const FIELDS: [&str; 4] = ["jh_order_id", "passed", "message", "detail"];

impl Operation for Search {
    const META: Meta = Meta {
        id: "juhe.faceid.search",
        doc: "Asks for the result of a session on the vendor's page (查询认证结果).",
        place: Place::Remote,
    };
    type Response = SearchReply;

    async fn run(self, io: Io) -> Result<SearchReply> {
        if self.jh_order_id.is_empty() {
            return Err(Error::invalid_argument("/jh_order_id", "this must not be empty"));
        }
        let threshold = Threshold::read(self.threshold, self.allow_low_threshold)?.unwrap_or(Threshold::DEFAULT);
        let key = &io.accounts().juhe()?.key;
        io.call(
            Vendor::Juhe,
            Money::Free,
            |context| {
                let account = context.accounts().juhe()?;
                let fields = [("key", account.key.expose()), ("jhOrderId", &self.jh_order_id)];
                envelope::post(account, "/faceid/search", Form::of(&fields).finish())
            },
            |answer| {
                let text = envelope::text(answer);
                let reply = Envelope::read(answer, &text, &[key.expose()], Billed::No)
                    .and_then(|envelope| self.read(&envelope, threshold, io.sent_at(), io.now()));
                match reply {
                    Ok(reply) => Ok((SearchReply { raw: io.raw(&text), ..reply }, Billed::No)),
                    Err(error) => Err(free(error)),
                }
            },
        )
        .await
    }
}

/// Asking costs nothing, so whatever the library would repeat the caller may repeat too.
fn free(error: Error) -> Error {
    let mut error = error.with_billed(Billed::No);
    error.retryable = error.repeat != Repeat::Never;
    error
}

impl Search {
    fn read(&self, envelope: &Envelope<'_>, threshold: Threshold, asked: Time, now: Time) -> Result<SearchReply> {
        let ended = self.expires_at.is_some_and(|end| asked >= end.plus(GRACE));
        match envelope.code {
            0 => self.finished(envelope, threshold, now),
            279305 => Ok(self.unfinished(envelope, Decision::Inconclusive)),
            279306 | 279307 if ended => Ok(self.unfinished(envelope, Decision::Expired)),
            279306 | 279307 => Ok(self.unfinished(envelope, Decision::Pending)),
            279302 if ended => Ok(self.unfinished(envelope, Decision::Expired)),
            code => {
                let mut error = codes::error(codes::interface::FACEID, code, &envelope.reason);
                if code == 279301 {
                    error.field = Some("jhOrderId".to_owned());
                }
                error.references.order = Some(self.jh_order_id.clone());
                Err(error)
            }
        }
    }

    fn verdict(&self) -> Verdict {
        let mut verdict = Verdict::new(Vendor::Juhe, Self::META.id);
        verdict.references.order = Some(self.jh_order_id.clone());
        verdict
    }

    /// A session without a result. Whether it will cost is not known.
    fn unfinished(&self, envelope: &Envelope<'_>, decision: Decision) -> SearchReply {
        let mut verdict = self.verdict();
        verdict.decision = decision;
        let text = codes::service_text(envelope.code, &envelope.reason);
        let mut reason = Reason::new(envelope.code.to_string(), text);
        reason = match decision {
            Decision::Expired => reason.then("start a new session"),
            Decision::Pending => reason.then("ask again when the person came back"),
            _ => reason.then("ask again before the session ends, or start a new one"),
        };
        if decision == Decision::Inconclusive {
            verdict.checks.liveness = Check::Error;
        }
        verdict.reasons.push(reason);
        self.reply(envelope, verdict, None)
    }

    fn finished(&self, envelope: &Envelope<'_>, threshold: Threshold, now: Time) -> Result<SearchReply> {
        let result = &envelope.result;
        let order = Object::required(result.text("jh_order_id")?, "jh_order_id")?;
        if !same(&order, &self.jh_order_id) {
            return Err(Error::decode("the vendor's reply is about another order"));
        }
        let sent = detail::of(result)?;
        let typed = sent.as_ref().map(Detail::read);
        let detail = sent.unwrap_or_default();
        let mut verdict = self.verdict();
        judge(&mut verdict, result, &detail, threshold)?;
        // One charge for each finished verification, passed or not: the document is silent, this is a choice.
        verdict.billed = if flag(result, "passed")?.is_some() { Billed::Yes } else { Billed::Unknown };
        verdict.evidence = detail
            .note("img")
            .filter(|img| !img.is_empty())
            .map(|img| Evidence { image_url: Personal::from(img), expires_at: Some(now.plus(IMAGE)) });
        Ok(self.reply(envelope, verdict, typed))
    }

    fn reply(&self, envelope: &Envelope<'_>, verdict: Verdict, detail: Option<Detail>) -> SearchReply {
        SearchReply {
            verdict,
            error_code: envelope.code,
            reason: envelope.reason.clone(),
            jh_order_id: self.jh_order_id.clone(),
            passed: envelope.result.note("passed"),
            message: envelope.result.note("message"),
            detail,
            extra: envelope.result.extra(&FIELDS),
            raw: None,
        }
    }
}

#[cfg(test)]
mod tests;
