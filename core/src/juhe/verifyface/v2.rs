//! What 人脸对比V2 answers, plain or encrypted: authResult, charge, rxfs.

use super::{PHOTO_RULES, no_record, service_error};
use crate::error::{Error, Result};
use crate::juhe::codes::{self, AUTH_FIRST, AUTH_SECOND, AuthByte};
use crate::juhe::envelope::{Envelope, once};
use crate::operation::Io;
use crate::reply::{Extra, Object};
use crate::secret::Personal;
use crate::verdict::{Billed, Check, Checks, Reason, Score, Threshold, Vendor, Verdict, required};
use crate::wire;
use serde::Serialize;

/// The reply of verify2 and verify2_encry.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Verify2Reply {
    /// What it means.
    pub verdict: Verdict,
    /// 返回码: 0, or 226402 (查无记录).
    #[cfg_attr(feature = "schema", schemars(range(min = crate::reply::SMALLEST, max = crate::reply::LARGEST)))]
    pub error_code: i64,
    /// 返回说明.
    pub reason: String,
    /// 字节码, four bytes of which the first two count.
    pub auth_result: Option<String>,
    /// 分数, of 1000, as sent.
    pub rxfs: Option<String>,
    /// 是否计费.
    pub charge: Option<bool>,
    /// 流水号.
    pub orderid: Option<String>,
    /// Every other field of `result`.
    pub extra: Extra,
    /// The vendor's text, where asked for (of verify2_encry: decrypted).
    #[serde(serialize_with = "wire::clear")]
    pub raw: Option<Personal>,
}

const FIELDS: [&str; 4] = ["authResult", "rxfs", "charge", "orderid"];

/// Two letters of an authResult of exactly four characters.
fn letters(auth: Option<&str>) -> Option<(char, char)> {
    let mut characters = auth?.chars();
    let (first, second) = (characters.next()?, characters.next()?);
    (characters.count() == 2).then_some((first, second))
}

/// The price by the two columns of the document that speak of it: `charge`, and the list of charged authResults.
pub(super) fn billed(code: i64, charge: Option<bool>, listed: Option<bool>) -> Billed {
    match (code, charge, listed) {
        (0, Some(true), _) => Billed::Yes,
        (0, Some(false), Some(true)) => Billed::Unknown,
        (0, Some(false), _) => Billed::No,
        (0, None, Some(true)) => Billed::Yes,
        (0, None, _) => Billed::Unknown,
        (_, Some(true), _) => Billed::Yes,
        (_, Some(false), _) => Billed::No,
        (10014, None, _) => Billed::Unknown,
        (_, None, _) => Billed::No,
    }
}

fn either(charge: Option<bool>) -> Billed {
    if charge == Some(true) { Billed::Yes } else { Billed::Unknown }
}

/// Reads a reply, decrypted where it was encrypted.
pub(super) fn read(
    envelope: &Envelope<'_>,
    text: &str,
    threshold: Option<Threshold>,
    operation: &'static str,
    io: &Io,
) -> Result<(Verify2Reply, Billed)> {
    let result = &envelope.result;
    let charge = match result.boolean("charge") {
        Ok(charge) => charge,
        Err(flaw) if flaw.is_ambiguous() => return Err(Error::from(flaw).with_billed(Billed::Unknown)),
        Err(_) => None,
    };
    let verdict = match envelope.code {
        0 => {
            let auth = match result.text("authResult") {
                Ok(auth) => auth,
                // Two answers: `charge` alone cannot say that neither of them costs.
                Err(flaw) if flaw.is_ambiguous() => return Err(Error::from(flaw).with_billed(either(charge))),
                Err(_) => None,
            };
            if threshold.is_some() {
                once(result, "rxfs").map_err(|flaw| Error::from(flaw).with_billed(either(charge)))?;
            }
            judge(result, auth.as_deref(), charge, threshold, operation)
        }
        226402 => no_record(envelope, operation, billed(226402, charge, None)),
        code => return Err(service_error(envelope, Some(billed(code, charge, None)))),
    };
    let bill = verdict.billed;
    Ok((
        Verify2Reply {
            error_code: envelope.code,
            reason: envelope.reason.clone(),
            auth_result: result.note("authResult"),
            rxfs: result.note("rxfs"),
            charge,
            orderid: result.note("orderid"),
            extra: result.extra(&FIELDS),
            raw: io.raw(text),
            verdict,
        },
        bill,
    ))
}

fn judge(
    result: &Object<'_>,
    auth: Option<&str>,
    charge: Option<bool>,
    threshold: Option<Threshold>,
    operation: &'static str,
) -> Verdict {
    let mut verdict = Verdict::new(Vendor::Juhe, operation);
    verdict.references.order = result.note("orderid");
    verdict.score = Score::read(result.score("rxfs"), 1000);
    verdict.threshold = threshold.map(|Threshold(value)| value);
    let Some((first, second)) = letters(auth) else {
        verdict.checks = Checks { identity: Check::Error, face: Check::Error, ..Checks::default() };
        verdict.reasons.push(Reason::new("authResult", "authResult is missing or not four characters"));
        verdict.billed = billed(0, charge, None);
        return verdict;
    };
    let identity = codes::auth_byte(AUTH_FIRST, first);
    let face = codes::auth_byte(AUTH_SECOND, second);
    let listed = identity.charged || (first == '0' && face.charged);
    verdict.checks.identity = identity.check;
    let (decisive, code) = if first == '0' { (face, format!("0{second}")) } else { (identity, first.to_string()) };
    let mut decided_by = reason(code, decisive);
    if let ('0', 'F' | 'G', Some(step)) = (first, second, &decided_by.next_step) {
        decided_by.next_step = Some(format!("{step}；{PHOTO_RULES}").into());
    }
    verdict.reasons.push(decided_by);
    if first == '0' {
        verdict.checks.face = face.check;
        if face.check == Check::Passed {
            hold_against(&mut verdict, threshold);
        }
    } else if second != 'X' {
        verdict.reasons.push(Reason::new(
            "contradiction",
            "the second byte speaks of a face although the first stopped before it",
        ));
    }
    verdict.billed = billed(0, charge, Some(listed));
    if matches!((charge, listed), (Some(true), false) | (Some(false), true)) {
        verdict.reasons.push(
            Reason::new("billing_mismatch", "charge and the document's list of charged authResults disagree")
                .then("compare with the vendor's bill"),
        );
    }
    verdict.retryable = decisive.retryable && verdict.billed == Billed::No;
    verdict.decision = verdict.checks.decide(&[required::IDENTITY, required::FACE], false);
    verdict
}

fn reason(code: String, row: &'static AuthByte) -> Reason {
    Reason {
        code: code.into(),
        message: row.text.into(),
        cause: row.cause.map(Into::into),
        next_step: row.next_step.map(Into::into),
    }
}

/// The vendor says 同一人; a threshold of the caller is one more condition.
fn hold_against(verdict: &mut Verdict, threshold: Option<Threshold>) {
    let Some(threshold) = threshold else { return };
    match &verdict.score {
        Some(score) if threshold.admits(score) => {}
        Some(_) => {
            verdict.checks.face = Check::Failed;
            verdict.reasons.push(
                Reason::new("below_threshold", "the score is below the caller's threshold")
                    .then("1.重新拍照；2.传入合格图片"),
            );
        }
        None => {
            verdict.checks.face = Check::Error;
            verdict.reasons.push(Reason::new("no_score", "a threshold was set, and the reply has no usable rxfs"));
        }
    }
}

#[cfg(test)]
mod tests;
