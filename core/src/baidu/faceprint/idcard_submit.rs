//! 指定用户信息上报接口: `POST …/faceprint/idcard/submit`.

use super::filled;
use crate::baidu::envelope::call;
use crate::check::{Finding, request};
use crate::error::Result;
use crate::operation::{Io, Meta, Operation, Place};
use crate::reply::Extra;
use crate::secret::{Personal, Secret};
use crate::time::Time;
use crate::wire;
use serde::{Deserialize, Serialize};

/// Says who is to be verified, before the page opens. Only for plans with 指定用户身份核验. Free.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct IdcardSubmit {
    /// Of verify_token_generate.
    pub verify_token: Secret,
    /// 姓名.
    pub id_name: Personal,
    /// 身份证件号.
    pub id_no: Personal,
    /// 证件类型: 0 大陆居民二代身份证 (default), 4 港澳台居民居住证.
    #[serde(default)]
    pub certificate_type: u8,
}

/// It was taken.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct IdcardSubmitReply {
    /// 返回固定结果1,可忽略.
    pub result: Option<String>,
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
    id_name: &'a str,
    id_no: &'a str,
    certificate_type: u8,
}

impl Operation for IdcardSubmit {
    const META: Meta = Meta {
        id: "baidu.faceprint.idcard_submit",
        doc: "Says who is to be verified on the hosted page (指定用户信息上报).",
        place: Place::Remote,
    };
    type Response = IdcardSubmitReply;

    fn preflight(&self, now: Time) -> Vec<Finding> {
        let mut findings = request::person(("/id_no", &self.id_no), ("/id_name", &self.id_name), now);
        findings.extend(request::certificate_type("/certificate_type", self.certificate_type, &self.id_no));
        findings
    }

    async fn run(self, io: Io) -> Result<IdcardSubmitReply> {
        let body = Body {
            verify_token: filled("/verify_token", self.verify_token.expose())?,
            id_name: self.id_name.expose(),
            id_no: self.id_no.expose(),
            certificate_type: self.certificate_type,
        };
        io.admit(&self)?;
        let words = [body.verify_token, body.id_name, body.id_no];
        call(&io, "/rpc/2.0/brain/solution/faceprint/idcard/submit", &body, &words, |envelope, text| {
            Ok(IdcardSubmitReply {
                result: envelope.taken()?.note("result"),
                log_id: envelope.log_id.clone(),
                extra: envelope.extra(),
                raw: io.raw(text),
            })
        })
        .await
    }
}
