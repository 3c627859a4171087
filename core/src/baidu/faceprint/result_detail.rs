//! 查询认证结果接口: `POST …/faceprint/result/detail`. Its `success` is the verdict itself.

use super::{Asked, IdcardConfirm, OcrResult};
use crate::baidu::envelope::call_result;
use crate::baidu::fields::Fields;
use crate::baidu::verdict::{Expect, Expectation, detail};
use crate::error::Result;
use crate::operation::{Io, Meta, Operation, Place};
use crate::reply::{Extra, Object};
use crate::secret::{Personal, Secret};
use crate::subject::Subject;
use crate::time::Time;
use crate::verdict::{Threshold, Verdict};
use crate::wire;
use serde::{Deserialize, Serialize};

/// Fetches the result of a session, and holds it against what the session expects. Free.
///
/// It tells neither what was charged nor whether a risk was seen: prefer `result_getall`.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ResultDetail {
    /// Of verify_token_generate.
    pub verify_token: Secret,
    /// What the session is to prove. Default `identity`.
    #[serde(default)]
    pub expect: Expect,
    /// Who is expected. Compared with the person whom the reply names.
    #[serde(default)]
    pub subject: Option<Subject>,
    /// idcard_submit succeeded in this session: the page verified that person and nobody else.
    #[serde(default)]
    pub submitted: bool,
    /// Of verify_token_generate. Left out, an unfinished session is always `pending`, never `expired`.
    #[serde(default)]
    pub generated_at: Option<Time>,
    /// One more condition on Baidu's own verdict: `score` of at least this, 50 to 100. None by default.
    #[serde(default)]
    pub threshold: Option<f64>,
    /// Allow a threshold below 50.
    #[serde(default)]
    pub allow_low_threshold: bool,
    /// Pass only when the reply says that real-time detection was not demoted to a recorded video.
    #[serde(default)]
    pub require_realtime: bool,
}

/// The result. Its fields come only when the person passed.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ResultDetailReply {
    /// What it means.
    pub verdict: Verdict,
    /// 返回本次身份核验是否成功的结果.
    pub success: Option<bool>,
    /// The code of a failure.
    pub code: Option<String>,
    /// The text of a failure.
    pub message: Option<String>,
    /// 活体检测分数, 0 to 1, as sent; 0 is not passed.
    pub liveness_score: Option<String>,
    /// 人脸实名认证比对得分, 0 to 100, as sent; 0 is not compared.
    pub score: Option<String>,
    /// 合成图分数, as sent; 0 is not checked. It decides nothing.
    pub spoofing: Option<String>,
    /// Whether real-time detection was demoted to a recorded video.
    pub is_demote: Option<bool>,
    /// 返回采集的身份证信息, of plans with OCR.
    pub idcard_ocr_result: Option<OcrResult>,
    /// 返回采集的身份证图片信息, of plans with OCR.
    pub idcard_images: Option<IdcardImages>,
    /// 用户二次确认的身份证信息.
    pub idcard_confirm: Option<IdcardConfirm>,
    /// Baidu's number for this call.
    pub log_id: Option<String>,
    /// Every other field of `verify_result`, of `result` and of the reply.
    pub extra: Extra,
    /// The vendor's text, where asked for.
    #[serde(serialize_with = "wire::clear")]
    pub raw: Option<Personal>,
}

/// Pictures of the ID card, as Base64.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct IdcardImages {
    /// 身份证图片的正面信息.
    #[serde(serialize_with = "wire::clear")]
    pub front_base64: Option<Personal>,
    /// 身份证图片的反面信息.
    #[serde(serialize_with = "wire::clear")]
    pub back_base64: Option<Personal>,
    /// Every other field.
    pub extra: Extra,
}

impl IdcardImages {
    fn read(object: &Object<'_>) -> IdcardImages {
        let mut fields = Fields::of(object);
        IdcardImages {
            front_base64: fields.personal("front_base64"),
            back_base64: fields.personal("back_base64"),
            extra: fields.extra(),
        }
    }
}

impl Operation for ResultDetail {
    const META: Meta = Meta {
        id: "baidu.faceprint.result_detail",
        doc: "Fetches the result of a session; its `success` is the verdict (查询认证结果).",
        place: Place::Remote,
    };
    type Response = ResultDetailReply;

    async fn run(self, io: Io) -> Result<ResultDetailReply> {
        let body = Asked::about(&self.verify_token)?;
        let threshold = Threshold::read(self.threshold, self.allow_low_threshold)?;
        let mut words = vec![body.verify_token];
        if let Some(subject) = &self.subject {
            subject.check_hosted()?;
            words.extend([subject.name.expose(), subject.id_number.expose()]);
        }
        call_result(&io, "/rpc/2.0/brain/solution/faceprint/result/detail", &body, &words, |envelope, text| {
            let wanted = Expectation {
                expect: self.expect,
                subject: self.subject.as_ref(),
                submitted: self.submitted,
                generated_at: self.generated_at,
                threshold,
                require_realtime: self.require_realtime,
                asked_at: io.sent_at(),
            };
            let verdict = detail::judge(envelope, &self.verify_token, &wanted, Self::META.id)?;
            let mut outer = envelope.beside();
            let result = outer.object("result").unwrap_or_default();
            let mut fields = Fields::of(&result);
            let scores = fields.object("verify_result").unwrap_or_default();
            let mut inner = Fields::of(&scores);
            let (beside, inside) = (fields.flag("is_demote"), inner.flag("is_demote"));
            let confirm = fields.object("idcard_confirm");
            Ok(ResultDetailReply {
                verdict,
                success: envelope.success,
                code: envelope.code(),
                message: envelope.message(),
                liveness_score: inner.text("liveness_score"),
                score: inner.text("score"),
                spoofing: inner.text("spoofing"),
                is_demote: beside.or(inside).or(outer.flag("is_demote")),
                idcard_ocr_result: fields.object("idcard_ocr_result").as_ref().map(OcrResult::read),
                idcard_images: fields.object("idcard_images").as_ref().map(IdcardImages::read),
                idcard_confirm: confirm.as_ref().map(|object| IdcardConfirm::read(&mut Fields::of(object))),
                log_id: envelope.log_id.clone(),
                extra: inner.extra().and(fields.extra()).and(outer.extra()),
                raw: io.raw(text),
            })
        })
        .await
    }
}
