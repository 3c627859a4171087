//! 人脸对比V2加密版: `POST https://apis.juhe.cn/verifyface/verify2Encry`.

use super::{Verify2Reply, check_image, look, sealed_form, v2};
use crate::check::Finding;
use crate::error::{Error, Result};
use crate::juhe::envelope::{self, Envelope};
use crate::juhe::{Account, cipher};
use crate::operation::{Io, Meta, Money, Operation, Place};
use crate::secret::Personal;
use crate::time::Time;
use crate::verdict::{Billed, Threshold, Vendor};
use crate::wire::Blob;
use bytes::Bytes;
use serde::Deserialize;

/// Compares a photo with the register's photo of the person, encrypted both ways (人脸对比V2加密版). Costs money: see
/// `charge`.
///
/// Needs the account's OpenId. Give the data in clear: it is encrypted here, and the answer is decrypted.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Verify2Encry {
    /// 身份证号, in clear.
    pub idcard: Personal,
    /// 姓名, in clear.
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

impl Operation for Verify2Encry {
    const META: Meta = Meta {
        id: "juhe.verifyface.verify2_encry",
        doc: "Compares a photo with the register's photo of the person, encrypted both ways (人脸对比V2加密版).",
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
        let form = sealed_form(account, &self.idcard, &self.realname, &self.image)?.finish();
        io.call(
            Vendor::Juhe,
            Money::Billable,
            |_| envelope::post(account, "/verifyface/verify2Encry", form.clone()),
            |answer| {
                let body = envelope::text(answer);
                let words = [self.idcard.expose(), self.realname.expose(), account.key.expose()];
                if is_plain(&body) {
                    let envelope = Envelope::read(answer, &body, &words, Billed::Unknown)?;
                    if envelope.code == 0 {
                        return Err(Error::decode("an answer came in plain that must come encrypted")
                            .with_billed(Billed::Unknown));
                    }
                    return v2::read(&envelope, &body, threshold, Self::META.id, &io);
                }
                let text = open(account, answer, &body)?;
                let envelope = Envelope::read(answer, &text, &words, Billed::Unknown)?;
                v2::read(&envelope, &text, threshold, Self::META.id, &io)
            },
        )
        .await
    }
}

/// What fails before the account is known comes back as plain JSON. Base64 has no brace.
fn is_plain(text: &str) -> bool {
    text.trim_start_matches('\u{feff}').trim_start().starts_with('{')
}

/// Decrypts an answer. A wrong key can still give well-padded bytes, but hardly a brace.
fn open(account: &Account, answer: &http::Response<Bytes>, body: &str) -> Result<String> {
    let plain = cipher::decrypt(&cipher::key(account.openid()?), body).ok();
    let text = plain.map(|plain| String::from_utf8_lossy(&plain).into_owned()).filter(|text| is_plain(text));
    text.ok_or_else(|| {
        let status = answer.status();
        if status.is_server_error() || status.is_redirection() {
            return envelope::no_envelope(answer);
        }
        Error::decode("the vendor's reply does not decrypt").with_hint("wrong OpenId?").with_billed(Billed::Unknown)
    })
}

#[cfg(test)]
mod tests;
