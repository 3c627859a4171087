//! 认证详细内容: what the vendor found out, and what it means.

use super::codes::{CERTIFY, LIVE};
use crate::juhe::envelope::once;
use crate::reply::{Extra, Flaw, Object};
use crate::verdict::{Check, Decision, Reason, Score, Threshold, Verdict, required};
use serde::Serialize;

/// `detail` of a result, as sent. The verdict beside it says what it means.
#[derive(Clone, Debug, Default, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "FaceidDetail"))]
pub struct Detail {
    /// 活体检测结果: T or F.
    pub live_passed: Option<String>,
    /// 活体检测结果状态码, 200 to 205.
    pub live_code: Option<String>,
    /// 活体检测结果描述.
    pub live_message: Option<String>,
    /// `live_score`, 活体人脸质量分数: how good the picture is. It is no similarity and decides nothing.
    pub live_quality: Option<String>,
    /// 人脸对比实名结果: T or F.
    pub certify_passed: Option<String>,
    /// 人脸对比实名状态码, 200 to 206.
    pub certify_code: Option<String>,
    /// 人脸对比实名结果描述.
    pub certify_message: Option<String>,
    /// In the samples of the document, in none of its tables: `1` with a comparison that was made.
    pub certify_res: Option<String>,
    /// 人脸和公安比对分数, of 100. It is held against the threshold.
    pub certify_score: Option<String>,
    /// Every other field of `detail`. `img` is in the verdict's evidence.
    pub extra: Extra,
}

const FIELDS: [&str; 10] = [
    "live_passed",
    "live_code",
    "live_message",
    "live_score",
    "certify_passed",
    "certify_code",
    "certify_message",
    "certify_res",
    "certify_score",
    "img",
];

/// The document's two rows on false accepts.
const RATES: [(f64, f64); 2] = [(60.0, 0.001), (70.0, 0.0001)];

impl Detail {
    /// Keeps what was sent, for people to read.
    pub(crate) fn read(detail: &Object<'_>) -> Detail {
        Detail {
            live_passed: detail.note("live_passed"),
            live_code: detail.note("live_code"),
            live_message: detail.note("live_message"),
            live_quality: detail.note("live_score"),
            certify_passed: detail.note("certify_passed"),
            certify_code: detail.note("certify_code"),
            certify_message: detail.note("certify_message"),
            certify_res: detail.note("certify_res"),
            certify_score: detail.note("certify_score"),
            extra: detail.extra(&FIELDS),
        }
    }
}

/// `detail` of a result; a flaw when it decides and cannot be read to its end.
pub(crate) fn of<'a>(result: &Object<'a>) -> Result<Option<Object<'a>>, Flaw> {
    match result.object("detail") {
        Err(flaw) if flaw.is_ambiguous() => Err(flaw),
        Ok(detail) => Ok(detail),
        Err(_) => Ok(None),
    }
}

/// `T` and `F`, and nothing else, are an answer.
pub(crate) fn flag(object: &Object<'_>, name: &str) -> Result<Option<bool>, Flaw> {
    match object.text(name) {
        Ok(Some(text)) if text == "T" => Ok(Some(true)),
        Ok(Some(text)) if text == "F" => Ok(Some(false)),
        Err(flaw) if flaw.is_ambiguous() => Err(flaw),
        _ => Ok(None),
    }
}

/// A code as text or number; of another type it is present, but no code of the document.
fn code(object: &Object<'_>, name: &str) -> Result<Option<String>, Flaw> {
    match object.text(name) {
        Ok(code) => Ok(code),
        Err(flaw) if flaw.is_ambiguous() => Err(flaw),
        Err(_) => Ok(Some(object.note(name).unwrap_or_default())),
    }
}

/// Fills checks, score, reasons and decision of a finished verification.
pub(super) fn judge(
    verdict: &mut Verdict,
    result: &Object<'_>,
    detail: &Object<'_>,
    threshold: Threshold,
) -> Result<(), Flaw> {
    verdict.threshold = Some(threshold.0);
    verdict.false_accept_rate = threshold.false_accept_rate(&RATES);
    let live_undecided = judge_liveness(verdict, detail)?;
    let certify_undecided = judge_comparison(verdict, detail, threshold)?;
    let by_checks = verdict.checks.decide(&[required::LIVENESS, required::IDENTITY, required::FACE], false);
    verdict.decision = match flag(result, "passed")? {
        _ if by_checks == Decision::Rejected => Decision::Rejected,
        Some(true) => by_checks,
        Some(false) if live_undecided || certify_undecided => Decision::Inconclusive,
        Some(false) => Decision::Rejected,
        None => Decision::Inconclusive,
    };
    match flag(result, "passed")? {
        Some(true) if verdict.decision == Decision::Passed => {}
        Some(true) if by_checks != Decision::Passed => verdict
            .reasons
            .push(Reason::new("passed T", "the vendor says passed, and its codes or its score do not bear it out")),
        Some(false) => verdict.reasons.push(Reason::new("passed F", result.note("message").unwrap_or_default())),
        _ => verdict.reasons.push(Reason::new("passed", "passed is missing, or neither T nor F")),
    }
    Ok(())
}

fn judge_liveness(verdict: &mut Verdict, detail: &Object<'_>) -> Result<bool, Flaw> {
    let passed = flag(detail, "live_passed")?;
    let Some(code) = code(detail, "live_code")? else {
        verdict.checks.liveness = Check::Error;
        verdict.reasons.push(Reason::new("live_code", "live_code is missing"));
        return Ok(false);
    };
    let name = format!("live_code {code}");
    let Some(row) = LIVE.iter().find(|row| row.code == code) else {
        verdict.checks.liveness = Check::Error;
        verdict.reasons.push(Reason::new(name, detail.note("live_message").unwrap_or_default()));
        return Ok(false);
    };
    let mut reason = Reason::new(name, row.text);
    reason.next_step = row.next_step.map(Into::into);
    verdict.reasons.push(reason);
    verdict.checks.liveness = match (row.check, passed) {
        (Check::Passed, Some(true)) => Check::Passed,
        (Check::Passed, Some(false)) => contradiction(verdict, "live_code 200, but live_passed F", Check::Failed),
        (Check::Passed, None) => contradiction(verdict, "live_code 200 without live_passed", Check::Error),
        (check, _) => check,
    };
    Ok(row.undecided)
}

fn judge_comparison(verdict: &mut Verdict, detail: &Object<'_>, threshold: Threshold) -> Result<bool, Flaw> {
    for name in ["certify_score", "certify_res"] {
        once(detail, name)?;
    }
    let passed = flag(detail, "certify_passed")?;
    verdict.score = Score::read(detail.score("certify_score"), 100);
    let Some(code) = code(detail, "certify_code")? else {
        if verdict.checks.liveness == Check::Passed {
            (verdict.checks.identity, verdict.checks.face) = (Check::Error, Check::Error);
            verdict.reasons.push(Reason::new("certify_code", "certify_code is missing although liveness passed"));
        }
        return Ok(false);
    };
    let name = format!("certify_code {code}");
    let Some(row) = CERTIFY.iter().find(|row| row.code == code) else {
        (verdict.checks.identity, verdict.checks.face) = (Check::Error, Check::Error);
        verdict.reasons.push(Reason::new(name, detail.note("certify_message").unwrap_or_default()));
        return Ok(false);
    };
    verdict.reasons.push(Reason::new(name, row.text));
    (verdict.checks.identity, verdict.checks.face) = match (row.face, passed) {
        (Check::Passed, Some(true)) => (Check::Passed, hold_against(verdict, detail, threshold)),
        (Check::Passed, Some(false)) => {
            (Check::NotChecked, contradiction(verdict, "certify_code 200, but certify_passed F", Check::Failed))
        }
        (Check::Passed, None) => {
            (Check::Error, contradiction(verdict, "certify_code 200 without certify_passed", Check::Error))
        }
        (face, _) => (row.identity, face),
    };
    Ok(row.undecided)
}

/// certify_code 200 only says that two faces were compared; whether it is the person, the score says.
fn hold_against(verdict: &mut Verdict, detail: &Object<'_>, threshold: Threshold) -> Check {
    match &verdict.score {
        None => {
            verdict.reasons.push(Reason::new("no_score", "certify_score is missing, unreadable or off its scale"));
            Check::Error
        }
        Some(score) if !threshold.admits(score) => {
            verdict.reasons.push(
                Reason::new("below_threshold", "certify_score is below the threshold").then("start a new session"),
            );
            Check::Failed
        }
        Some(_) if detail.has("certify_res") && detail.note("certify_res").as_deref() != Some("1") => {
            contradiction(verdict, "certify_code 200, but certify_res is not 1", Check::Error)
        }
        Some(_) => Check::Passed,
    }
}

fn contradiction(verdict: &mut Verdict, message: &'static str, check: Check) -> Check {
    verdict.reasons.push(Reason::new("contradiction", message));
    check
}

#[cfg(test)]
mod tests;
