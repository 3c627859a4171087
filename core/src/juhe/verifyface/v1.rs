//! What 人脸对比认证 answers, asked plainly or encrypted: res, score, code.

use super::{PHOTO_RULES, no_record, service_error};
use crate::error::{Error, Result};
use crate::juhe::body::Form;
use crate::juhe::envelope::{Envelope, once};
use crate::operation::Io;
use crate::reply::{Extra, Flaw, Object};
use crate::secret::Personal;
use crate::secret::scrub;
use crate::verdict::{Billed, Check, Checks, Reason, Score, Threshold, Vendor, Verdict, required};
use crate::wire;
use serde::Serialize;

/// The reply of verify and verify_encry.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct VerifyReply {
    /// What it means.
    pub verdict: Verdict,
    /// 返回码: 0, or 226402 (查无记录).
    #[cfg_attr(feature = "schema", schemars(range(min = crate::reply::SMALLEST, max = crate::reply::LARGEST)))]
    pub error_code: i64,
    /// 返回说明.
    pub reason: String,
    /// 比对结果: 1 compared (the score decides), 2 the ID agrees but no comparison, 3 the ID does not agree.
    #[cfg_attr(feature = "schema", schemars(range(min = crate::reply::SMALLEST, max = crate::reply::LARGEST)))]
    pub res: Option<i64>,
    /// 识别说明.
    pub message: Option<String>,
    /// 比对分值 as sent, with `res` 1: of 100, or of 1000 where `thousand` was asked for.
    pub score: Option<String>,
    /// With `res` 2: 3003, 3004 or 3005.
    pub code: Option<String>,
    /// With `res` 2: what `code` means.
    pub desc: Option<String>,
    /// The vendor's number of this call: in every sample of the document, in none of its tables.
    pub orderid: Option<String>,
    /// Every other field of `result`.
    pub extra: Extra,
    /// The vendor's text, where asked for.
    #[serde(serialize_with = "wire::clear")]
    pub raw: Option<Personal>,
}

const FIELDS: [&str; 6] = ["res", "message", "score", "code", "desc", "orderid"];

/// 分值说明: false accepts by threshold.
const RATES: [(f64, f64); 5] = [(50.0, 0.01), (60.0, 0.001), (70.0, 0.0001), (80.0, 0.000_01), (90.0, 0.000_001)];

/// What the caller asked for, as far as it bears on reading the answer.
#[derive(Clone, Copy)]
pub(super) struct Terms {
    threshold: Threshold,
    scale: u16,
}

impl Terms {
    /// The threshold, or the platform's own; the scale that this very request asks for.
    pub(super) fn read(threshold: Option<f64>, allow_low: bool, thousand: bool) -> Result<Terms> {
        let threshold = Threshold::read(threshold, allow_low)?.unwrap_or(Threshold::DEFAULT);
        Ok(Terms { threshold, scale: if thousand { 1000 } else { 100 } })
    }
}

/// `thousand` goes along only when it is meant.
pub(super) fn thousand(form: Form, thousand: bool) -> Form {
    if thousand { form.text("thousand", "1") } else { form }
}

/// Reads a reply. With `error_code` 0 the call was billed, whatever else it says.
pub(super) fn read(
    envelope: &Envelope<'_>,
    text: &str,
    words: &[&str],
    terms: Terms,
    operation: &'static str,
    io: &Io,
) -> Result<(VerifyReply, Billed)> {
    let result = &envelope.result;
    let (res, verdict) = match envelope.code {
        0 => {
            let (res, verdict) = judge(result, words, terms, operation).map_err(|flaw| {
                let mut error = Error::from(flaw).with_billed(Billed::Yes);
                error.references.order = result.note("orderid");
                error
            })?;
            (Some(res), verdict)
        }
        226402 => (None, no_record(envelope, operation, Billed::No)),
        _ => return Err(service_error(envelope, None)),
    };
    let billed = verdict.billed;
    let reply = VerifyReply {
        verdict,
        error_code: envelope.code,
        reason: envelope.reason.clone(),
        res,
        message: result.note("message"),
        score: result.note("score"),
        code: result.note("code"),
        desc: result.note("desc"),
        orderid: result.note("orderid"),
        extra: result.extra(&FIELDS),
        raw: io.raw(text),
    };
    Ok((reply, billed))
}

fn judge(result: &Object<'_>, words: &[&str], terms: Terms, operation: &'static str) -> Result<(i64, Verdict), Flaw> {
    let res = Object::required(result.integer("res")?, "res")?;
    once(result, "score")?;
    once(result, "code")?;
    let mut verdict = Verdict::new(Vendor::Juhe, operation);
    verdict.billed = Billed::Yes;
    verdict.references.order = result.note("orderid");
    verdict.threshold = Some(terms.threshold.0);
    verdict.false_accept_rate = terms.threshold.false_accept_rate(&RATES);
    let (identity, face, reason) = match res {
        1 => {
            verdict.score = Score::read(result.score("score"), terms.scale);
            let (face, reason) = hold_against(verdict.score.as_ref(), terms.threshold);
            (Check::Passed, face, reason)
        }
        2 => {
            // A code of another type is another code: the row `other`.
            let (face, reason) = not_compared(result.integer("code").ok().flatten(), result, words);
            (Check::Passed, face, reason)
        }
        3 => (
            Check::Failed,
            Check::NotChecked,
            Reason::new("res 3", "身份证号与姓名不匹配").then("check name and number"),
        ),
        _ => (Check::Error, Check::Error, Reason::new(format!("res {res}"), said(result, "message", words))),
    };
    verdict.checks = Checks { identity, face, ..Checks::default() };
    verdict.reasons.push(reason);
    verdict.decision = verdict.checks.decide(&[required::IDENTITY, required::FACE], false);
    Ok((res, verdict))
}

/// `res` 1 only says that two faces were compared; whether it is the person, the score says.
fn hold_against(score: Option<&Score>, threshold: Threshold) -> (Check, Reason) {
    match score {
        Some(score) if threshold.admits(score) => {
            (Check::Passed, Reason::new("res 1", "身份证号与姓名匹配，且比对成功"))
        }
        Some(_) => {
            (Check::Failed, Reason::new("below_threshold", "the score is below the threshold").then("take a new photo"))
        }
        None => (
            Check::Error,
            Reason::new("no_score", "the score is missing, unreadable or off its scale")
                .then("report it to the vendor"),
        ),
    }
}

fn not_compared(code: Option<i64>, result: &Object<'_>, words: &[&str]) -> (Check, Reason) {
    match code {
        Some(3003) => (
            Check::Error,
            Reason::new("3003", "人脸库中的照片检测不到人脸").then("use other means: a new photo does not help"),
        ),
        Some(3004) => (Check::Error, Reason::new("3004", "用户上传的照片检测不到人脸").then(PHOTO_RULES)),
        // Whether "different" or "could not be compared" is not said: taken as different.
        Some(3005) => (Check::Failed, Reason::new("3005", "人脸比对失败").then("take a new photo")),
        Some(code) => (Check::Error, Reason::new(code.to_string(), said(result, "desc", words))),
        None => (Check::Error, Reason::new("res 2", said(result, "desc", words))),
    }
}

/// The vendor's own words, without the person's.
fn said(result: &Object<'_>, name: &str, words: &[&str]) -> String {
    scrub(&result.note(name).unwrap_or_default(), words)
}

#[cfg(test)]
mod tests;
