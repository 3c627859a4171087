//! 获取verify_token接口: `POST …/faceprint/verifyToken/generate`.

use super::filled;
use crate::baidu::envelope::call;
use crate::baidu::fields::Fields;
use crate::baidu::verdict::LIFETIME;
use crate::check::{Finding, request};
use crate::error::{Error, Result};
use crate::operation::{Io, Meta, Operation, Place};
use crate::reply::{Extra, Object};
use crate::secret::{Personal, Secret};
use crate::time::Time;
use crate::wire;
use serde::{Deserialize, Serialize};

/// Begins a session: a verify_token for the hosted page. Free.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct VerifyTokenGenerate {
    /// 方案ID from the console. Default: the account's.
    #[serde(default)]
    pub plan_id: Option<String>,
}

/// The session.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct VerifyTokenGenerateReply {
    /// Names the session. Whoever has it can act in it and, afterwards, fetch the person's data.
    #[serde(serialize_with = "wire::clear")]
    pub verify_token: Secret,
    /// The moment before it was asked for.
    pub generated_at: Time,
    /// Until when the person may act: 2 hours later. A result can be fetched for 3 days, the media for 1 day.
    pub expires_at: Time,
    /// Baidu's number for this call.
    pub log_id: Option<String>,
    /// Every other field of `result` and of the reply.
    pub extra: Extra,
    /// The vendor's text, where asked for.
    #[serde(serialize_with = "wire::clear")]
    pub raw: Option<Personal>,
}

// The document's table says string, its sample sends the number 1: the table is followed.
#[derive(Serialize)]
struct Body<'a> {
    plan_id: &'a str,
}

impl Operation for VerifyTokenGenerate {
    const META: Meta = Meta {
        id: "baidu.faceprint.verify_token_generate",
        doc: "Begins a session of 人脸实名认证 on the hosted page.",
        place: Place::Remote,
    };
    type Response = VerifyTokenGenerateReply;

    fn preflight(&self, _: Time) -> Vec<Finding> {
        request::plan_id("/plan_id", self.plan_id.as_deref())
    }

    async fn run(self, io: Io) -> Result<VerifyTokenGenerateReply> {
        io.admit(&self)?;
        let plan = self.plan_id.as_deref().or(io.accounts().baidu()?.plan_id.as_deref()).ok_or_else(|| {
            Error::invalid_argument("/plan_id", "this is required where the account has no plan")
                .with_hint("set it, or accounts.baidu.plan_id: 方案ID in the console of 人脸实名认证")
        })?;
        let body = Body { plan_id: filled("/plan_id", plan)? };
        call(&io, "/rpc/2.0/brain/solution/faceprint/verifyToken/generate", &body, &[], |envelope, text| {
            let result = envelope.result(None)?;
            let token = Object::required(result.text("verify_token")?, "verify_token")?;
            if token.is_empty() {
                return Err(Error::decode("the vendor's reply has an empty verify_token"));
            }
            let mut fields = Fields::of(&result);
            fields.skip(&["verify_token"]);
            let generated_at = io.sent_at();
            Ok(VerifyTokenGenerateReply {
                verify_token: token.into(),
                generated_at,
                expires_at: generated_at.plus(LIFETIME),
                log_id: envelope.log_id.clone(),
                extra: fields.extra().and(envelope.extra()),
                raw: io.raw(text),
            })
        })
        .await
    }
}
