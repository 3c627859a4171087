//! verifyface: a photo against the register's photo of the person. Document: 人脸实名认证开发文档.

mod v2;
pub mod verify2;

use crate::error::{Error, Kind, Result};
use crate::juhe::codes;
use crate::juhe::envelope::Envelope;
use crate::operation::Repeat;
use crate::secret::Personal;
use crate::verdict::{Billed, Check, Checks, Reason, Vendor, Verdict};
use crate::wire::Blob;

pub use v2::Verify2Reply;

/// Refuses what would only come back as an error: nothing is sent, nothing is billed.
fn check_subject(idcard: &Personal, realname: &Personal, image: &Blob) -> Result<()> {
    for (field, empty) in
        [("/idcard", idcard.is_empty()), ("/realname", realname.is_empty()), ("/image", image.is_empty())]
    {
        if empty {
            return Err(Error::invalid_argument(field, "this must not be empty"));
        }
    }
    Ok(())
}

/// The error of a code other than 0. `billed` is what this variant says about such a reply.
fn service_error(envelope: &Envelope<'_>, billed: Option<Billed>) -> Error {
    let code = envelope.code;
    let mut error = codes::system_error(code, &envelope.reason).unwrap_or_else(|| match code {
        226401 => {
            let mut error = codes::vendor_error(Kind::Vendor, code, &envelope.reason);
            error.retryable = true;
            error
        }
        226403 => {
            let mut error = codes::vendor_error(Kind::InvalidArgument, code, &envelope.reason);
            let names = [("姓名", "realname"), ("身份证", "idcard"), ("图片", "image")];
            error.field =
                names.iter().find(|(word, _)| envelope.reason.contains(word)).map(|(_, field)| (*field).to_owned());
            error
        }
        226404 => codes::vendor_error(Kind::Vendor, code, &envelope.reason).with_hint("try another photo"),
        _ => codes::vendor_error(Kind::Vendor, code, &envelope.reason),
    });
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
    verdict.reasons.push(Reason::new("226402", envelope.reason.clone()));
    verdict.references.order = envelope.result.note("orderid");
    verdict
}
