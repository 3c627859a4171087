//! 查询统计结果: `POST …/faceprint/result/stat`. Never a verdict.

use super::Asked;
use crate::baidu::envelope::call;
use crate::baidu::fields::Fields;
use crate::error::Result;
use crate::operation::{Io, Meta, Operation, Place};
use crate::reply::Extra;
use crate::secret::{Personal, Secret};
use crate::wire;
use serde::{Deserialize, Serialize};

/// Fetches how often which service was asked in a session, by error code. Free.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ResultStat {
    /// Of verify_token_generate.
    pub verify_token: Secret,
}

/// The counts, one list a service; empty where Baidu sends none.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ResultStatReply {
    /// `Verify_FIN`: 人脸实名认证接口.
    pub verify_fin: Vec<StatCount>,
    /// `Sessioncode`: 随机校验码接口.
    pub sessioncode: Vec<StatCount>,
    /// `OCR`: OCR身份证识别接口.
    pub ocr: Vec<StatCount>,
    /// `verify`: 人脸实名认证接口.
    pub verify: Vec<StatCount>,
    /// `VideoLiveness`: 视频活体检测接口.
    pub video_liveness: Vec<StatCount>,
    /// `Livenesscolorful`: 炫瞳活体检测接口.
    pub livenesscolorful: Vec<StatCount>,
    /// `VerifySec`: 人脸实名认证接口.
    pub verify_sec: Vec<StatCount>,
    /// Baidu's number for this call.
    pub log_id: Option<String>,
    /// Every other field of `result` and of the reply.
    pub extra: Extra,
    /// The vendor's text, where asked for.
    #[serde(serialize_with = "wire::clear")]
    pub raw: Option<Personal>,
}

/// How often one answer was given. Both fields come as numbers or as text.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct StatCount {
    /// 错误码编号; `0` is a success.
    pub error_code: Option<String>,
    /// 当前错误码的请求数量.
    pub count: Option<u32>,
    /// Every other field.
    pub extra: Extra,
}

fn counts(fields: &mut Fields<'_, '_>, name: &'static str) -> Vec<StatCount> {
    let list = fields.objects(name).unwrap_or_default();
    let one = |object| {
        let mut fields = Fields::of(object);
        StatCount { error_code: fields.text("error_code"), count: fields.count("count"), extra: fields.extra() }
    };
    list.iter().map(one).collect()
}

impl Operation for ResultStat {
    const META: Meta = Meta {
        id: "baidu.faceprint.result_stat",
        doc: "Fetches how often which service was asked in a session (查询统计结果).",
        place: Place::Remote,
    };
    type Response = ResultStatReply;

    async fn run(self, io: Io) -> Result<ResultStatReply> {
        let body = Asked::about(&self.verify_token)?;
        let words = [body.verify_token];
        call(&io, "/rpc/2.0/brain/solution/faceprint/result/stat", &body, &words, |envelope, text| {
            let result = envelope.result(Some(&self.verify_token))?;
            let mut fields = Fields::of(&result);
            Ok(ResultStatReply {
                verify_fin: counts(&mut fields, "Verify_FIN"),
                sessioncode: counts(&mut fields, "Sessioncode"),
                ocr: counts(&mut fields, "OCR"),
                verify: counts(&mut fields, "verify"),
                video_liveness: counts(&mut fields, "VideoLiveness"),
                livenesscolorful: counts(&mut fields, "Livenesscolorful"),
                verify_sec: counts(&mut fields, "VerifySec"),
                log_id: envelope.log_id.clone(),
                extra: fields.extra().and(envelope.extra()),
                raw: io.raw(text),
            })
        })
        .await
    }
}
