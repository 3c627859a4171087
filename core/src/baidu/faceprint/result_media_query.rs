//! 实时方案视频获取: `POST …/faceprint/result/media/query`. Never a verdict.

use super::Asked;
use crate::baidu::envelope::call;
use crate::baidu::fields::{Fields, clear_all};
use crate::error::Result;
use crate::operation::{Io, Meta, Operation, Place};
use crate::reply::Extra;
use crate::secret::{Personal, Secret};
use crate::wire;
use serde::{Deserialize, Serialize};

/// Fetches the addresses of a session's video and pictures. Free; Baidu records only where that was agreed.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ResultMediaQuery {
    /// Of verify_token_generate.
    pub verify_token: Secret,
}

/// The media. Addresses may be `http://`; they are kept for 1 day, and whoever has one sees the person.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ResultMediaQueryReply {
    /// `processVideo`: the video of a plan with real-time liveness. Never together with `video`.
    #[serde(serialize_with = "clear_all")]
    pub process_video: Vec<Personal>,
    /// `video`: the video of any other plan.
    #[serde(serialize_with = "clear_all")]
    pub video: Vec<Personal>,
    /// Four face images, of plans with real-time liveness.
    #[serde(serialize_with = "clear_all")]
    pub images: Vec<Personal>,
    /// `extInfo`: what went wrong with the video, where something did.
    pub ext_info: Option<String>,
    /// Baidu's number for this call.
    pub log_id: Option<String>,
    /// Every other field of `result` and of the reply.
    pub extra: Extra,
    /// The vendor's text, where asked for.
    #[serde(serialize_with = "wire::clear")]
    pub raw: Option<Personal>,
}

impl Operation for ResultMediaQuery {
    const META: Meta = Meta {
        id: "baidu.faceprint.result_media_query",
        doc: "Fetches the addresses of a session's video and pictures (实时方案视频获取).",
        place: Place::Remote,
    };
    type Response = ResultMediaQueryReply;

    async fn run(self, io: Io) -> Result<ResultMediaQueryReply> {
        let body = Asked::about(&self.verify_token)?;
        let words = [body.verify_token];
        call(&io, "/rpc/2.0/brain/solution/faceprint/result/media/query", &body, &words, |envelope, text| {
            let result = envelope.result(Some(&self.verify_token))?;
            let mut fields = Fields::of(&result);
            Ok(ResultMediaQueryReply {
                process_video: fields.texts("processVideo").unwrap_or_default(),
                video: fields.texts("video").unwrap_or_default(),
                images: fields.texts("images").unwrap_or_default(),
                ext_info: fields.text("extInfo"),
                log_id: envelope.log_id.clone(),
                extra: fields.extra().and(envelope.extra()),
                raw: io.raw(text),
            })
        })
        .await
    }
}
