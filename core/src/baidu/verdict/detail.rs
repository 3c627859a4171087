//! 查询认证结果 (`result/detail`): `success` is the verdict itself.

use super::failure::Failed;
use super::{Claim, Expectation, subject};
use crate::baidu::envelope::{Envelope, Reading};
use crate::error::Result;
use crate::reply::Object;
use crate::secret::Secret;
use crate::verdict::{Billed, Reason, Score, Vendor, Verdict};

/// The verdict of an answer. A charge cannot be seen in it.
pub(crate) fn judge(
    envelope: &Envelope<'_>,
    verify_token: &Secret,
    wanted: &Expectation<'_>,
    operation: &'static str,
) -> Result<Verdict> {
    let mut verdict = Verdict::new(Vendor::Baidu, operation);
    verdict.references.log.clone_from(&envelope.log_id);
    verdict.billed = Billed::Unknown;
    match envelope.success {
        Some(true) => {}
        Some(false) => {
            let failed =
                Failed { codes: &envelope.codes, message: &envelope.message, scored: None, nothing_asked: false };
            if failed.is_error() {
                return Err(envelope.error());
            }
            failed.judge(&mut verdict, wanted);
            return Ok(verdict);
        }
        None => return Err(envelope.error()),
    }
    let result = envelope.result(Some(verify_token))?;
    let scores = Reading::of(result.object("verify_result"))?.usable().unwrap_or_default();
    let demoted = [
        Reading::of(result.boolean("is_demote"))?,
        Reading::of(scores.boolean("is_demote"))?,
        Reading::of(envelope.object().boolean("is_demote"))?,
    ];
    let liveness = score(&scores, "liveness_score")?;
    let claim = Claim {
        score: score(&scores, "score")?.usable().filter(|score| score.value > 0.0),
        plan_threshold: Reading::Absent,
        charge_type: Reading::Absent,
        matched: subject::compare(wanted.subject, &Reading::of(result.object("idcard_confirm"))?)?,
        demoted: demotion(demoted),
        doubt: (!liveness.usable().is_some_and(|score| score.value > 0.0))
            .then(|| Reason::new("liveness_score", "liveness_score is missing or 0: liveness did not pass")),
    };
    verdict.reasons.push(Reason::new("success", "认证成功"));
    claim.weigh(&mut verdict, wanted);
    Ok(verdict)
}

/// A score of 0 to 100. One that occurs twice is an error; an empty one is none.
pub(super) fn score(object: &Object<'_>, name: &str) -> Result<Reading<Score>> {
    if let Reading::Absent = Reading::of(object.text(name))? {
        return Ok(Reading::Absent);
    }
    match object.score(name) {
        Some("") => Ok(Reading::Absent),
        raw => Ok(Score::read(raw, 100).map_or(Reading::Unusable, Reading::Usable)),
    }
}

/// One place says so is enough; `false` needs that no place says otherwise or cannot be read.
pub(super) fn demotion<const N: usize>(places: [Reading<bool>; N]) -> Option<bool> {
    if places.contains(&Reading::Usable(true)) {
        return Some(true);
    }
    (places.contains(&Reading::Usable(false)) && !places.contains(&Reading::Unusable)).then_some(false)
}

#[cfg(test)]
mod tests;
