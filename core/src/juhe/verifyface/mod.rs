//! verifyface: a photo against the register's photo of the person. Document: 人脸实名认证开发文档.

mod v1;
mod v2;
pub mod verify;
pub mod verify2;
pub mod verify2_encry;
pub mod verify_encry;

use crate::check::{Finding, request};
use crate::error::{Error, Result};
use crate::juhe::body::Form;
use crate::juhe::envelope::Envelope;
use crate::juhe::{Account, cipher, codes};
use crate::operation::Repeat;
use crate::secret::Personal;
use crate::time::Time;
use crate::verdict::{Billed, Check, Checks, Reason, Vendor, Verdict};
use crate::wire::Blob;

pub use v1::VerifyReply;
pub use v2::Verify2Reply;

/// 注意事项 (3) to (7): what a photo must be like, and what no program can see beforehand.
pub(crate) const PHOTO_RULES: &str = "请勿使用身份证翻拍照，请勿反光、污损、模糊或梯度变形；照片请勿强曝光，逆光，背光等；\
照片请勿出现人脸遮挡（饰物、头发等），勿戴口罩、墨镜；照片请勿人为拉伸、压缩（人脸图片变形，影响比对效果）；照片中无特殊复杂背景。";

/// What can be seen to be wrong with the person.
fn look(idcard: &Personal, realname: &Personal, now: Time) -> Vec<Finding> {
    request::juhe_person(("/idcard", idcard), ("/realname", realname), now)
}

/// Refuses no photo at all, and text where the bytes of a photo belong: it would be encoded a second time.
pub(crate) fn check_image(image: &Blob) -> Result<()> {
    let wrong = |message| Err(Error::invalid_argument("/image", message));
    if image.is_empty() {
        return wrong("this must not be empty");
    }
    if image.starts_with(b"data:") {
        return wrong("the photo's bytes are wanted, not a data: address");
    }
    // No picture format is made of these alone: each begins with, or soon has, a byte outside of ASCII or a zero.
    if image.iter().all(|byte| byte.is_ascii_alphanumeric() || b"+/=-_\r\n".contains(byte)) {
        return wrong("the photo's bytes are wanted, not their Base64 text");
    }
    Ok(())
}

/// The form of the plain variants. The photo is encoded here, once for all attempts.
fn plain_form(account: &Account, idcard: &Personal, realname: &Personal, image: &Blob) -> Form {
    Form::with_photo(image.len())
        .text("key", account.key.expose())
        .text("idcard", idcard.expose())
        .text("realname", realname.expose())
        .photo("image", image)
}

/// The form of the encrypted variants. Of the photo, the Base64 text is what is encrypted.
fn sealed_form(account: &Account, idcard: &Personal, realname: &Personal, image: &Blob) -> Result<Form> {
    let aes = cipher::aes(&cipher::key(account.openid()?))?;
    Ok(Form::with_sealed_photo(image.len())
        .text("key", account.key.expose())
        .sealed_text("idcard", idcard.expose(), &aes)
        .sealed_text("realname", realname.expose(), &aes)
        .sealed_photo("image", image, &aes))
}

/// The error of a code other than 0. `billed` is what this variant says about such a reply.
fn service_error(envelope: &Envelope<'_>, billed: Option<Billed>) -> Error {
    let mut error = codes::error(codes::interface::VERIFYFACE, envelope.code, &envelope.reason);
    if envelope.code == 226403 {
        let names = [("姓名", "realname"), ("身份证", "idcard"), ("图片", "image")];
        error.field =
            names.iter().find(|(word, _)| envelope.reason.contains(word)).map(|(_, field)| (*field).to_owned());
    }
    error.references.order = envelope.result.note("orderid");
    // A paid call is never repeated by the library, whatever its code says for free ones.
    error.repeat = Repeat::Never;
    match billed {
        Some(billed) => error.with_billed(billed),
        None => error,
    }
}

/// 226402 查无记录 is an answer, not an error: the register does not know this person.
fn no_record(envelope: &Envelope<'_>, operation: &'static str, billed: Billed) -> Verdict {
    let mut verdict = Verdict::new(Vendor::Juhe, operation);
    verdict.checks = Checks { identity: Check::NoRecord, ..Checks::default() };
    verdict.billed = billed;
    verdict.reasons.push(Reason::new("226402", codes::service_text(226402, &envelope.reason)));
    verdict.references.order = envelope.result.note("orderid");
    verdict
}
