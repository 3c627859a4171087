//! 人脸对比V2: `POST https://apis.juhe.cn/verifyface/verify2`.

use super::{Verify2Reply, check_image, look, plain_form, v2};
use crate::check::Finding;
use crate::error::Result;
use crate::juhe::envelope::{self, Envelope};
use crate::operation::{Io, Meta, Money, Operation, Place};
use crate::secret::Personal;
use crate::time::Time;
use crate::verdict::{Billed, Threshold, Vendor};
use crate::wire::Blob;
use serde::Deserialize;

/// Compares a photo with the register's photo of the person (人脸对比V2). Costs money: see `charge`.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Verify2 {
    /// 身份证号.
    pub idcard: Personal,
    /// 姓名.
    pub realname: Personal,
    /// The photo as a JPEG file, 5 to 100 KB; best 16 to 20 KB, longest side 800 pixels.
    pub image: Blob,
    /// One more condition on the vendor's own verdict: `rxfs` of at least this, 50 to 100. None by default.
    #[serde(default)]
    pub threshold: Option<f64>,
    /// Allow a threshold below 50.
    #[serde(default)]
    pub allow_low_threshold: bool,
}

impl Operation for Verify2 {
    const META: Meta = Meta {
        id: "juhe.verifyface.verify2",
        doc: "Compares a photo with the register's photo of the person (人脸对比V2).",
        place: Place::Remote,
    };
    type Response = Verify2Reply;

    fn preflight(&self, now: Time) -> Vec<Finding> {
        look(&self.idcard, &self.realname, now)
    }

    async fn run(self, io: Io) -> Result<Verify2Reply> {
        io.admit(&self)?;
        check_image(&self.image)?;
        let threshold = Threshold::read(self.threshold, self.allow_low_threshold)?;
        let account = io.accounts().juhe()?;
        let form = plain_form(account, &self.idcard, &self.realname, &self.image).finish();
        io.call(
            Vendor::Juhe,
            Money::Billable,
            |_| envelope::post(account, "/verifyface/verify2", form.clone()),
            |answer| {
                let text = envelope::text(answer);
                let words = [self.idcard.expose(), self.realname.expose(), account.key.expose()];
                let envelope = Envelope::read(answer, &text, &words, Billed::Unknown)?;
                v2::read(&envelope, &text, threshold, Self::META.id, &io)
            },
        )
        .await
    }
}
