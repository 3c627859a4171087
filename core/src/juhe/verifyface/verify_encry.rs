//! 人脸对比加密版: `POST https://apis.juhe.cn/verifyface/verifyEncry`.

use super::v1::{self, Terms};
use super::{VerifyReply, check_image, look, sealed_form};
use crate::check::Finding;
use crate::error::Result;
use crate::juhe::envelope::{self, Envelope};
use crate::operation::{Io, Meta, Money, Operation, Place};
use crate::secret::Personal;
use crate::time::Time;
use crate::verdict::{Billed, Vendor};
use crate::wire::Blob;
use serde::Deserialize;

/// Compares a photo with the register's photo of the person, the person's data encrypted (人脸对比加密版). Costs money
/// when `error_code` is 0.
///
/// Needs the account's OpenId. Give the data in clear: it is encrypted here. The answer comes in plain JSON.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct VerifyEncry {
    /// 身份证号, in clear.
    pub idcard: Personal,
    /// 姓名, in clear.
    pub realname: Personal,
    /// The photo as a file (JPEG, or another common format), up to 100 KB; best 16 to 20 KB, longest side 800 pixels.
    pub image: Blob,
    /// Ask for a score of 1000 instead of 100. The verdict's score is of 100 either way.
    #[serde(default)]
    pub thousand: bool,
    /// The score from which it is the person, 50 to 100 whatever the vendor's scale. Default 70.
    #[serde(default)]
    pub threshold: Option<f64>,
    /// Allow a threshold below 50.
    #[serde(default)]
    pub allow_low_threshold: bool,
}

impl Operation for VerifyEncry {
    const META: Meta = Meta {
        id: "juhe.verifyface.verify_encry",
        doc: "Compares a photo with the register's photo of the person, encrypted (人脸对比加密版).",
        place: Place::Remote,
    };
    type Response = VerifyReply;

    fn preflight(&self, now: Time) -> Vec<Finding> {
        look(&self.idcard, &self.realname, now)
    }

    async fn run(self, io: Io) -> Result<VerifyReply> {
        io.admit(&self)?;
        check_image(&self.image)?;
        let terms = Terms::read(self.threshold, self.allow_low_threshold, self.thousand)?;
        let account = io.accounts().juhe()?;
        let form = sealed_form(account, &self.idcard, &self.realname, &self.image)?;
        let form = v1::thousand(form, self.thousand).finish();
        io.call(
            Vendor::Juhe,
            Money::Billable,
            |_| envelope::post(account, "/verifyface/verifyEncry", form.clone()),
            |answer| {
                let text = envelope::text(answer);
                let words = [self.idcard.expose(), self.realname.expose(), account.key.expose()];
                let envelope = Envelope::read(answer, &text, &words, Billed::Yes)?;
                v1::read(&envelope, &text, &words, terms, Self::META.id, &io)
            },
        )
        .await
    }
}
