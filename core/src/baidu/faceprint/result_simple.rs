//! 获取认证人脸接口: `POST …/faceprint/result/simple`. Never a verdict.

use super::Asked;
use crate::baidu::envelope::call_result;
use crate::baidu::fields::Fields;
use crate::error::Result;
use crate::operation::{Io, Meta, Operation, Place};
use crate::reply::Extra;
use crate::secret::{Personal, Secret};
use crate::wire;
use serde::{Deserialize, Serialize};

/// Fetches the address of the face image of a finished session. Free. It says nothing about who it is.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ResultSimple {
    /// Of verify_token_generate.
    pub verify_token: Secret,
}

/// The image.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ResultSimpleReply {
    /// 返回采集的用户人脸信息: an address that carries the verify_token; may be `http://`. Kept for 3 days. Whoever has
    /// it sees the face: fetch it on the server, do not log it.
    #[serde(serialize_with = "wire::clear")]
    pub image: Option<Secret>,
    /// Baidu's number for this call.
    pub log_id: Option<String>,
    /// Every other field of `result` and of the reply.
    pub extra: Extra,
    /// The vendor's text, where asked for.
    #[serde(serialize_with = "wire::clear")]
    pub raw: Option<Personal>,
}

impl Operation for ResultSimple {
    const META: Meta = Meta {
        id: "baidu.faceprint.result_simple",
        doc: "Fetches the address of the face image of a finished session (获取认证人脸).",
        place: Place::Remote,
    };
    type Response = ResultSimpleReply;

    async fn run(self, io: Io) -> Result<ResultSimpleReply> {
        let body = Asked::about(&self.verify_token)?;
        let words = [body.verify_token];
        call_result(&io, "/rpc/2.0/brain/solution/faceprint/result/simple", &body, &words, |envelope, text| {
            let result = envelope.result(Some(&self.verify_token))?;
            let mut fields = Fields::of(&result);
            Ok(ResultSimpleReply {
                image: fields.secret("image"),
                log_id: envelope.log_id.clone(),
                extra: fields.extra().and(envelope.extra()),
                raw: io.raw(text),
            })
        })
        .await
    }
}
