//! 核验及计费信息获取: `POST …/faceprint/result/getall`. Its `success` only says that the query worked.

use super::{Asked, IdcardConfirm, OcrResult};
use crate::baidu::envelope::{Envelope, call_result};
use crate::baidu::fields::Fields;
use crate::baidu::verdict::{Expect, Expectation, getall};
use crate::error::Result;
use crate::operation::{Io, Meta, Operation, Place};
use crate::reply::{Extra, Object};
use crate::secret::{Personal, Secret};
use crate::subject::Subject;
use crate::time::Time;
use crate::verdict::{Threshold, Verdict};
use crate::wire;
use serde::{Deserialize, Serialize};

/// Fetches every attempt of a session with what it cost, and holds the last one against what the session expects.
/// Free.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ResultGetall {
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

/// The result. Times are Baidu's, in China's time.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ResultGetallReply {
    /// What the last attempt means.
    pub verdict: Verdict,
    /// Whether the query worked; nothing else.
    pub success: Option<bool>,
    /// The code of a query that failed.
    pub code: Option<String>,
    /// The text of a query that failed.
    pub message: Option<String>,
    /// 核验次数.
    pub verify_count: Option<u32>,
    /// 身份证识别OCR接口的计费次数.
    pub ocr_charge_count: Option<u32>,
    /// 人脸对比V4接口的计费次数.
    pub match_charge_count: Option<u32>,
    /// 人脸实名认证V4接口的计费次数.
    pub verify_charge_count: Option<u32>,
    /// 核验结果信息, in Baidu's order; `order` tells the order in time.
    pub verify_result: Vec<Attempt>,
    /// Baidu's number for this call.
    pub log_id: Option<String>,
    /// Every other field of `result` and of the reply.
    pub extra: Extra,
    /// The vendor's text, where asked for.
    #[serde(serialize_with = "wire::clear")]
    pub raw: Option<Personal>,
}

/// One attempt.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "GetallAttempt"))]
pub struct Attempt {
    /// 1 for the first.
    pub order: Option<u32>,
    /// 本次核验是否通过.
    pub is_verify_passed: Option<bool>,
    /// 本次核验的错误码; `0` is a success.
    pub code: Option<String>,
    /// 本次核验的错误信息.
    pub message: Option<String>,
    /// 本次核验完成的时间点: `2023-6-20 18:00:00`.
    pub verify_time: Option<String>,
    /// 本次核验是否计费.
    pub is_charged: Option<bool>,
    /// 计费类型: `verify` (人脸实名认证V4) or `match` (人脸对比V4).
    pub charge_type: Option<String>,
    /// 本次计费的时间点.
    pub charge_time: Option<String>,
    /// 身份证识别OCR是否计费.
    pub is_ocr_charge: Option<bool>,
    /// ocr 收费时间点.
    pub ocr_charge_time: Option<String>,
    /// ocr次数.
    pub ocr_count: Option<u32>,
    /// 核验的详细信息.
    pub verify_detail: Option<VerifyDetail>,
    /// 用户手动输入或二次确认的身份证信息.
    pub idcard_confirm: Option<IdcardConfirm>,
    /// OCR采集的身份证信息, wherever it stands.
    pub idcard_ocr_result: Option<OcrResult>,
    /// 采集的身份证图片信息, wherever it stands.
    pub idcard_images: Option<IdcardImageUrls>,
    /// Every other field.
    pub extra: Extra,
}

/// What an attempt found.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct VerifyDetail {
    /// 人脸最佳质量图下载url.
    #[serde(serialize_with = "wire::clear")]
    pub face_image: Option<Personal>,
    /// The log_id of the service behind; empty when none was asked.
    pub verify_log_id: Option<String>,
    /// 人脸相似度得分, 0 to 100, as sent.
    pub score: Option<String>,
    /// 本次核验时，所使用的方案配置相似度阈值, as sent.
    pub threshold: Option<String>,
    /// 预留功能字段, as sent.
    pub liveness_score: Option<String>,
    /// 预留功能字段, as sent.
    pub spoofing_score: Option<String>,
    /// 安全风控等级: 1 and 2 are a risk, 3 and 4 are none.
    pub risk_level: Option<String>,
    /// 安全风控标签.
    pub risk_tag: Option<String>,
    /// Whether real-time detection was demoted to a recorded video.
    pub is_demote: Option<bool>,
    /// Every other field.
    pub extra: Extra,
}

/// Addresses of the pictures of the ID card.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct IdcardImageUrls {
    /// 身份证正面图片的下载url.
    #[serde(serialize_with = "wire::clear")]
    pub front_image: Option<Personal>,
    /// 身份证背面图片的下载url.
    #[serde(serialize_with = "wire::clear")]
    pub back_image: Option<Personal>,
    /// Every other field.
    pub extra: Extra,
}

impl Attempt {
    fn read(object: &Object<'_>, envelope: &Envelope<'_>) -> Attempt {
        let mut fields = Fields::of(object);
        let confirm = fields.object("idcard_confirm");
        let inside = confirm.as_ref();
        let mut inside = inside.map(Fields::of);
        // The table has these two beside idcard_confirm, the sample inside it.
        let mut either = |name| fields.object(name).or_else(|| inside.as_mut().and_then(|inside| inside.object(name)));
        let (ocr, images) = (either("idcard_ocr_result"), either("idcard_images"));
        Attempt {
            order: fields.count("order"),
            is_verify_passed: fields.flag("is_verify_passed"),
            code: fields.text("code"),
            message: fields.text("message").map(|text| envelope.scrub(Some(text))),
            verify_time: fields.text("verify_time"),
            is_charged: fields.flag("is_charged"),
            charge_type: fields.text("charge_type"),
            charge_time: fields.text("charge_time"),
            is_ocr_charge: fields.flag("is_ocr_charge"),
            ocr_charge_time: fields.text("ocr_charge_time"),
            ocr_count: fields.count("ocr_count"),
            verify_detail: fields.object("verify_detail").as_ref().map(VerifyDetail::read),
            idcard_confirm: inside.as_mut().map(IdcardConfirm::read),
            idcard_ocr_result: ocr.as_ref().map(OcrResult::read),
            idcard_images: images.as_ref().map(IdcardImageUrls::read),
            extra: fields.extra(),
        }
    }
}

impl VerifyDetail {
    fn read(object: &Object<'_>) -> VerifyDetail {
        let mut fields = Fields::of(object);
        VerifyDetail {
            face_image: fields.personal("face_image"),
            verify_log_id: fields.text("verify_log_id"),
            score: fields.text("score"),
            threshold: fields.text("threshold"),
            liveness_score: fields.text("liveness_score"),
            spoofing_score: fields.text("spoofing_score"),
            risk_level: fields.text("risk_level"),
            risk_tag: fields.text("risk_tag"),
            is_demote: fields.flag("is_demote"),
            extra: fields.extra(),
        }
    }
}

impl IdcardImageUrls {
    fn read(object: &Object<'_>) -> IdcardImageUrls {
        let mut fields = Fields::of(object);
        IdcardImageUrls {
            front_image: fields.personal("front_image"),
            back_image: fields.personal("back_image"),
            extra: fields.extra(),
        }
    }
}

impl Operation for ResultGetall {
    const META: Meta = Meta {
        id: "baidu.faceprint.result_getall",
        doc: "Fetches every attempt of a session, its verdict and its charges (核验及计费信息获取).",
        place: Place::Remote,
    };
    type Response = ResultGetallReply;

    async fn run(self, io: Io) -> Result<ResultGetallReply> {
        let body = Asked::about(&self.verify_token)?;
        let threshold = Threshold::read(self.threshold, self.allow_low_threshold)?;
        let mut words = vec![body.verify_token];
        if let Some(subject) = &self.subject {
            subject.check_hosted()?;
            words.extend([subject.name.expose(), subject.id_number.expose()]);
        }
        call_result(&io, "/rpc/2.0/brain/solution/faceprint/result/getall", &body, &words, |envelope, text| {
            let wanted = Expectation {
                expect: self.expect,
                subject: self.subject.as_ref(),
                submitted: self.submitted,
                generated_at: self.generated_at,
                threshold,
                require_realtime: self.require_realtime,
                asked_at: io.sent_at(),
            };
            let verdict = getall::judge(envelope, &self.verify_token, &wanted, Self::META.id)?;
            let result = envelope.beside().object("result").unwrap_or_default();
            let mut fields = Fields::of(&result);
            let attempts = fields.objects("verify_result").unwrap_or_default();
            Ok(ResultGetallReply {
                verdict,
                success: envelope.success,
                code: envelope.code(),
                message: envelope.message(),
                verify_count: fields.count("verify_count"),
                ocr_charge_count: fields.count("ocr_charge_count"),
                match_charge_count: fields.count("match_charge_count"),
                verify_charge_count: fields.count("verify_charge_count"),
                verify_result: attempts.iter().map(|object| Attempt::read(object, envelope)).collect(),
                log_id: envelope.log_id.clone(),
                extra: fields.extra().and(envelope.extra()),
                raw: io.raw(text),
            })
        })
        .await
    }
}
