//! 核验及计费信息获取 (`result/getall`): `success` only says that the query worked; the verdict is that of the last
//! attempt.

use super::detail::{demotion, score};
use super::failure::Failed;
use super::{Claim, Expectation, subject};
use crate::baidu::envelope::{Envelope, Reading};
use crate::error::Result;
use crate::reply::Object;
use crate::secret::Secret;
use crate::verdict::{Billed, Check, Checks, Decision, Evidence, Reason, Vendor, Verdict};

/// The verdict of an answer, with what the session has cost so far.
pub(crate) fn judge(
    envelope: &Envelope<'_>,
    verify_token: &Secret,
    wanted: &Expectation<'_>,
    operation: &'static str,
) -> Result<Verdict> {
    let mut verdict = Verdict::new(Vendor::Baidu, operation);
    verdict.references.log.clone_from(&envelope.log_id);
    if envelope.success != Some(true) {
        let failed = Failed { codes: &envelope.codes, message: &envelope.message, scored: None, nothing_asked: false };
        if failed.is_error() {
            return Err(envelope.error());
        }
        failed.judge(&mut verdict, wanted);
        return Ok(verdict);
    }
    let result = envelope.result(Some(verify_token))?;
    let count = Reading::of(result.integer("verify_count"))?.usable();
    let list = Reading::of(result.list("verify_result"))?.usable();
    let objects: Option<Vec<Object<'_>>> = list
        .filter(|list| i64::try_from(list.len()).ok() == count)
        .and_then(|list| list.into_iter().map(whole).collect());
    verdict.billed = bill(&result, objects.as_deref(), wanted.is_over())?;
    let attempts = objects.as_deref().map(attempts).transpose()?.flatten();
    let Some(attempts) = attempts else {
        verdict.checks =
            Checks { identity: Check::Error, face: Check::Error, liveness: Check::Error, ..Checks::default() };
        verdict.reasons.push(Reason::new("verify_result", "the list of attempts is missing or contradicts itself"));
        return Ok(verdict);
    };
    match attempts.into_iter().max_by_key(|attempt| attempt.order) {
        Some(attempt) => attempt.judge(envelope, &mut verdict, wanted)?,
        None => {
            verdict.decision = wanted.unfinished();
            verdict.reasons.push(match verdict.decision {
                Decision::Expired => {
                    Reason::new("expired", "nobody was verified within 2 hours").then("start a new session")
                }
                _ => Reason::new("pending", "nobody has been verified yet"),
            });
        }
    }
    Ok(verdict)
}

/// An attempt that is read to its end: behind a name that cannot be read, a deciding field could stand once more.
fn whole(raw: &str) -> Option<Object<'_>> {
    Some(Object::read(raw)).filter(Object::is_whole)
}

const COUNTS: [&str; 3] = ["ocr_charge_count", "match_charge_count", "verify_charge_count"];

/// What the session has cost: yes by any charge, no only when everything is there and says so.
fn bill(result: &Object<'_>, attempts: Option<&[Object<'_>]>, is_over: bool) -> Result<Billed> {
    let (mut charged, mut complete) = (false, attempts.is_some());
    for name in COUNTS {
        let count = Reading::of(result.integer(name))?;
        charged |= matches!(count, Reading::Usable(count) if count > 0);
        complete &= count == Reading::Usable(0);
    }
    // A list that does not fit its count may still show a charge.
    let loose: Vec<Object<'_>> = match attempts {
        Some(_) => Vec::new(),
        None => result.list("verify_result").ok().flatten().into_iter().flatten().map(Object::read).collect(),
    };
    let attempts = attempts.unwrap_or(&loose);
    for attempt in attempts {
        for name in ["is_charged", "is_ocr_charge"] {
            let flag = Reading::of(attempt.boolean(name))?;
            charged |= flag == Reading::Usable(true);
            complete &= flag == Reading::Usable(false);
        }
    }
    Ok(match (charged, complete) {
        (true, _) => Billed::Yes,
        (false, true) if !attempts.is_empty() || is_over => Billed::No,
        _ => Billed::Unknown,
    })
}

struct Attempt<'o, 'a> {
    object: &'o Object<'a>,
    order: i64,
    passed: bool,
}

/// Every attempt, or `None` when one has no order of its own or does not say whether it passed.
fn attempts<'o, 'a>(objects: &'o [Object<'a>]) -> Result<Option<Vec<Attempt<'o, 'a>>>> {
    let mut attempts: Vec<Attempt<'o, 'a>> = Vec::with_capacity(objects.len());
    for object in objects {
        let order = Reading::of(object.integer("order"))?.usable().filter(|order| *order > 0);
        let passed = Reading::of(object.boolean("is_verify_passed"))?.usable();
        let (Some(order), Some(passed)) = (order, passed) else { return Ok(None) };
        if attempts.iter().any(|known| known.order == order) {
            return Ok(None);
        }
        attempts.push(Attempt { object, order, passed });
    }
    Ok(Some(attempts))
}

impl Attempt<'_, '_> {
    fn judge(&self, envelope: &Envelope<'_>, verdict: &mut Verdict, wanted: &Expectation<'_>) -> Result<()> {
        let code = Reading::of(self.object.integer("code"))?;
        let message = envelope.scrub(self.object.note("message"));
        let detail = Reading::of(self.object.object("verify_detail"))?.usable().unwrap_or_default();
        let (similarity, threshold) = (score(&detail, "score")?, score(&detail, "threshold")?);
        if let Some(image) = detail.note("face_image").filter(|image| !image.is_empty()) {
            verdict.evidence = Some(Evidence { image_url: image.into(), expires_at: None });
        }
        if !self.passed {
            let codes: Vec<i64> = code.usable().into_iter().filter(|code| *code != 0).collect();
            let failed = Failed {
                codes: &codes,
                message: &message,
                scored: similarity.usable().zip(threshold.usable()),
                nothing_asked: detail.has("verify_log_id")
                    && detail.note("verify_log_id").is_none_or(|id| id.trim().is_empty()),
            };
            failed.judge(verdict, wanted);
            return Ok(());
        }
        if code != Reading::Usable(0) {
            verdict.checks =
                Checks { identity: Check::Error, face: Check::Error, liveness: Check::Error, ..Checks::default() };
            verdict.reasons.push(Reason::new("code", "the attempt says passed, and its code is not 0"));
            return Ok(());
        }
        let claim = Claim {
            score: similarity.usable().filter(|score| score.value > 0.0),
            plan_threshold: threshold,
            charge_type: Reading::of(self.object.text("charge_type"))?,
            matched: subject::compare(wanted.subject, &Reading::of(self.object.object("idcard_confirm"))?)?,
            demoted: demotion([
                Reading::of(detail.boolean("is_demote"))?,
                Reading::of(self.object.boolean("is_demote"))?,
            ]),
            doubt: risk(&detail, envelope)?,
        };
        verdict.reasons.push(Reason::new("0", "核验成功"));
        claim.weigh(verdict, wanted);
        Ok(())
    }
}

/// `risk_level` 1 and 2 are a risk, and so is what nobody knows; 3, 4, `null` and absence are none.
fn risk(detail: &Object<'_>, envelope: &Envelope<'_>) -> Result<Option<Reason>> {
    let tag = || envelope.scrub(detail.note("risk_tag"));
    Ok(match Reading::of(detail.integer("risk_level"))? {
        Reading::Absent | Reading::Usable(3 | 4) => None,
        Reading::Usable(level) => Some(Reason::new(format!("risk_level {level}"), tag())),
        Reading::Unusable => Some(Reason::new("risk_level", tag())),
    })
}

#[cfg(test)]
mod tests;
