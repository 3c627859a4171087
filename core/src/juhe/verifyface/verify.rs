//! 人脸对比认证: `POST https://apis.juhe.cn/verifyface/verify`.

use super::v1::{self, Terms};
use super::{VerifyReply, check_image, look, plain_form};
use crate::check::Finding;
use crate::error::Result;
use crate::juhe::envelope::{self, Envelope};
use crate::operation::{Io, Meta, Money, Operation, Place};
use crate::secret::Personal;
use crate::time::Time;
use crate::verdict::{Billed, Vendor};
use crate::wire::Blob;
use serde::Deserialize;

/// Compares a photo with the register's photo of the person (人脸对比认证). Costs money when `error_code` is 0.
///
/// The vendor gives a score, not an answer: the person passes at the threshold or above.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Verify {
    /// 身份证号.
    pub idcard: Personal,
    /// 姓名.
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

impl Operation for Verify {
    const META: Meta = Meta {
        id: "juhe.verifyface.verify",
        doc: "Compares a photo with the register's photo of the person (人脸对比认证).",
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
        let form = plain_form(account, &self.idcard, &self.realname, &self.image);
        let form = v1::thousand(form, self.thousand).finish();
        io.call(
            Vendor::Juhe,
            Money::Billable,
            |_| envelope::post(account, "/verifyface/verify", form.clone()),
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
