//! 对比图片上传接口: `POST …/faceprint/uploadMatchImage`.

use super::filled;
use crate::baidu::envelope::call;
use crate::error::{Error, Result};
use crate::operation::{Io, Meta, Operation, Place};
use crate::reply::Extra;
use crate::secret::{Personal, Secret};
use crate::wire::{self, Blob};
use base64::prelude::{BASE64_STANDARD, Engine as _};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

/// Uploads the photo that the face is compared with, before the page opens. Only for plans with 自建人脸库比对. Free.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct UploadMatchImage {
    /// Of verify_token_generate.
    pub verify_token: Secret,
    /// The photo as a file: up to 10 MB as Base64 (7.5 MB of bytes), below 1920×1080 pixels.
    pub image: Blob,
    /// 质量控制参数. Baidu's default is `NONE`.
    #[serde(default)]
    pub quality_control: Option<Control>,
    /// 活体控制参数. Baidu's default is `NONE`.
    #[serde(default)]
    pub liveness_control: Option<Control>,
}

/// How strictly Baidu looks at the uploaded photo.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "UPPERCASE")]
pub enum Control {
    /// Not at all.
    None,
    /// A little.
    Low,
    /// As usual.
    Normal,
    /// Very.
    High,
}

/// It was taken.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct UploadMatchImageReply {
    /// Baidu's number for this call.
    pub log_id: Option<String>,
    /// Every other field of the reply.
    pub extra: Extra,
    /// The vendor's text, where asked for.
    #[serde(serialize_with = "wire::clear")]
    pub raw: Option<Personal>,
}

#[derive(Serialize)]
struct Body<'a> {
    verify_token: &'a str,
    image: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    quality_control: Option<Control>,
    #[serde(skip_serializing_if = "Option::is_none")]
    liveness_control: Option<Control>,
}

/// 编码后的图片大小不超过10M.
const LARGEST: usize = 10 << 20;

impl Operation for UploadMatchImage {
    const META: Meta = Meta {
        id: "baidu.faceprint.upload_match_image",
        doc: "Uploads the photo that the face on the hosted page is compared with (对比图片上传).",
        place: Place::Remote,
    };
    type Response = UploadMatchImageReply;

    async fn run(self, io: Io) -> Result<UploadMatchImageReply> {
        let token = filled("/verify_token", self.verify_token.expose())?;
        if self.image.is_empty() {
            return Err(Error::invalid_argument("/image", "this must not be empty"));
        }
        if self.image.len().div_ceil(3) * 4 > LARGEST {
            return Err(Error::invalid_argument("/image", "as Base64 the image may have up to 10 MB"));
        }
        let image = Zeroizing::new(BASE64_STANDARD.encode(&*self.image));
        let body = Body {
            verify_token: token,
            image: &image,
            quality_control: self.quality_control,
            liveness_control: self.liveness_control,
        };
        call(&io, "/rpc/2.0/brain/solution/faceprint/uploadMatchImage", &body, &[token], |envelope, text| {
            envelope.taken()?;
            Ok(UploadMatchImageReply { log_id: envelope.log_id.clone(), extra: envelope.extra(), raw: io.raw(text) })
        })
        .await
    }
}
