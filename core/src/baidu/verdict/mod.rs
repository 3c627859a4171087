//! What the results of a session mean. Only `result/getall` and `result/detail` say anything that counts;
//! `result/simple`, `result/stat`, the media and the landed URL are never verdicts.

pub(crate) mod detail;
mod failure;
pub(crate) mod getall;
mod subject;

use super::envelope::Reading;
use crate::subject::Subject;
use crate::time::Time;
use crate::verdict::{Check, Checks, Decision, Reason, Score, Threshold, Verdict, required};
use serde::{Deserialize, Serialize};
use std::time::Duration;

pub(crate) use subject::Match;

/// How long a verify_token waits for its verification.
pub(crate) const LIFETIME: Duration = Duration::from_secs(2 * 60 * 60);

/// What a session is expected to prove. It follows from the plan, and from what was handed in before the page opened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Expect {
    /// A live person, whoever it is.
    Liveness,
    /// A live person with the face of the photo that was uploaded (自建人脸库比对).
    OwnPhoto,
    /// A live person with the face that the register has of the expected subject. The default, for it is the
    /// strictest.
    #[default]
    Identity,
}

/// What the caller holds a reply against.
#[derive(Debug)]
pub(crate) struct Expectation<'a> {
    pub(crate) expect: Expect,
    pub(crate) subject: Option<&'a Subject>,
    /// 指定用户信息上报 succeeded in this session.
    pub(crate) submitted: bool,
    /// When the verify_token was generated. Unknown: no answer is ever read as "expired".
    pub(crate) generated_at: Option<Time>,
    pub(crate) threshold: Option<Threshold>,
    pub(crate) require_realtime: bool,
    /// When this answer was asked for.
    pub(crate) asked_at: Time,
}

impl Expectation<'_> {
    fn is_over(&self) -> bool {
        self.generated_at.is_some_and(|start| self.asked_at >= start.plus(LIFETIME))
    }

    /// Nobody has acted yet, or nobody will any more.
    fn unfinished(&self) -> Decision {
        if self.is_over() { Decision::Expired } else { Decision::Pending }
    }

    fn required(&self) -> &'static [fn(&Checks) -> Check] {
        match self.expect {
            Expect::Liveness => &[required::LIVENESS],
            Expect::OwnPhoto => &[required::LIVENESS, required::FACE],
            Expect::Identity => &[required::LIVENESS, required::FACE, required::IDENTITY],
        }
    }
}

/// What a reply that says "passed" brings with it.
struct Claim {
    /// The similarity, where it is readable and not 0: 0 means that nothing was compared.
    score: Option<Score>,
    /// The plan's threshold, where the reply tells it.
    plan_threshold: Reading<Score>,
    /// `verify` or `match`, where the reply tells it.
    charge_type: Reading<String>,
    /// Whether the person verified is the one expected.
    matched: Match,
    /// `is_demote`.
    demoted: Option<bool>,
    /// Why the live person is in doubt although the reply says "passed".
    doubt: Option<Reason>,
}

impl Claim {
    /// Whether the charge is of the other kind, or of a kind that does not exist. Nothing charged says nothing.
    fn charged_as_other_than(&self, kind: &str) -> bool {
        match &self.charge_type {
            Reading::Absent => false,
            Reading::Usable(told) => !told.is_empty() && told != kind,
            Reading::Unusable => true,
        }
    }

    fn is_bound(&self, wanted: &Expectation<'_>) -> bool {
        match self.matched {
            Match::Equal => true,
            Match::Absent | Match::Fits => wanted.submitted,
            Match::Differs | Match::Unreadable => false,
        }
    }

    /// The rows of both tables for a reply that says "passed", in their order.
    fn weigh(self, verdict: &mut Verdict, wanted: &Expectation<'_>) {
        let reasons = &mut verdict.reasons;
        let plan = self.plan_threshold.clone().usable().map(|score| score.value);
        let asked = wanted.threshold.map(|Threshold(value)| value);
        verdict.threshold = [plan, asked].into_iter().flatten().reduce(f64::max);
        let is_below = self.score.as_ref().zip(verdict.threshold).is_some_and(|(score, limit)| score.value < limit);
        let differs = self.matched == Match::Differs;
        let mut contradiction = false;
        let mut say = |code: &'static str, message: &'static str| reasons.push(Reason::new(code, message));

        let face = match (&self.score, is_below, &self.plan_threshold) {
            (None, ..) => Check::NotChecked,
            (_, true, _) => Check::Failed,
            (_, _, Reading::Unusable) => Check::Error,
            _ => Check::Passed,
        };
        let mut identity = Check::NotChecked;
        if differs {
            identity = Check::Failed;
            say("subject_differs", "the person who was verified is not the one who is expected");
        }
        match face {
            Check::Failed => say("below_threshold", "the score is below the threshold"),
            Check::Error => {
                contradiction = true;
                say("threshold", "the plan's threshold is not readable");
            }
            Check::NotChecked if wanted.threshold.is_some() => {
                contradiction = true;
                say("no_score", "a threshold was set, and the reply has no usable score");
            }
            Check::NotChecked if wanted.expect != Expect::Liveness => {
                say("no_score", "the reply has no usable score: no face was compared");
            }
            _ => {}
        }
        match wanted.expect {
            Expect::Liveness => {}
            Expect::OwnPhoto if self.charged_as_other_than("match") => {
                contradiction = true;
                say("charge_type", "the face was not compared with the photo of one's own");
            }
            Expect::OwnPhoto => {}
            Expect::Identity if self.charged_as_other_than("verify") => {
                say("charge_type", "the face was not compared with that of the register");
            }
            Expect::Identity if differs => {}
            Expect::Identity if !self.is_bound(wanted) => {
                say("subject_not_bound", "nothing says that the person who was verified is the one who is expected");
            }
            Expect::Identity if self.score.is_some() => identity = Check::Passed,
            Expect::Identity => {}
        }
        let mut liveness = Check::Passed;
        if let Some(doubt) = self.doubt {
            if !differs && !is_below {
                liveness = Check::Error;
            }
            reasons.push(doubt);
        }
        if self.demoted == Some(true) {
            reasons.push(Reason::new("demoted", "real-time detection was demoted to the upload of a recorded video"));
        }
        if wanted.require_realtime && self.demoted != Some(false) {
            contradiction = true;
            reasons.push(Reason::new("not_realtime", "real-time detection is required, and the reply does not say so"));
        }
        verdict.score = self.score;
        verdict.checks = Checks { identity, face, liveness, mobile: Check::NotChecked };
        verdict.decision = verdict.checks.decide(wanted.required(), contradiction);
        if verdict.decision == Decision::Passed && identity == Check::NotChecked {
            verdict.reasons.push(Reason::new("identity_not_checked", "a live person; who it is was not checked"));
        }
    }
}

/// The verdict of a session of which both results were asked: passed only if both say so, rejected if either does.
pub(crate) fn both(mut getall: Verdict, detail: Verdict) -> Verdict {
    let decision = match (getall.decision, detail.decision) {
        (Decision::Rejected, _) | (_, Decision::Rejected) => Decision::Rejected,
        (one, other) if one == other => one,
        (Decision::Passed, _) | (_, Decision::Passed) => {
            let reason = Reason::new("results_contradict", "result/getall and result/detail disagree");
            getall.reasons.push(reason);
            Decision::Inconclusive
        }
        (preferred, _) => preferred,
    };
    let merge = |one: Check, other: Check| match (one, other) {
        (Check::Failed, _) | (_, Check::Failed) => Check::Failed,
        (Check::NotChecked, known) | (known, Check::NotChecked) => known,
        (Check::Passed, known) => known,
        (known, _) => known,
    };
    getall.checks = Checks {
        identity: merge(getall.checks.identity, detail.checks.identity),
        face: merge(getall.checks.face, detail.checks.face),
        liveness: merge(getall.checks.liveness, detail.checks.liveness),
        mobile: Check::NotChecked,
    };
    for reason in detail.reasons {
        if !getall.reasons.contains(&reason) {
            getall.reasons.push(reason);
        }
    }
    getall.retryable &= decision != Decision::Rejected;
    getall.decision = decision;
    getall
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verdict::Vendor;

    fn verdict(decision: Decision, face: Check) -> Verdict {
        let mut verdict = Verdict::new(Vendor::Baidu, "x");
        verdict.decision = decision;
        verdict.checks.face = face;
        verdict
    }

    /// mapping 2.6, both asked: passed only if both say passed, rejected if either rejects.
    #[test]
    fn both_results_have_to_agree() {
        use Decision::{Expired, Inconclusive, Passed, Pending, Rejected};
        for one in Decision::ALL {
            for other in Decision::ALL {
                let expected = match (*one, *other) {
                    (Rejected, _) | (_, Rejected) => Rejected,
                    (Passed, Passed) => Passed,
                    (Passed, _) | (_, Passed) => Inconclusive,
                    (preferred, _) => preferred,
                };
                let got = both(verdict(*one, Check::NotChecked), verdict(*other, Check::NotChecked));
                assert_eq!(got.decision, expected, "{one} {other}");
                assert!(!matches!((one, other), (Pending | Expired, _)) || got.decision != Passed);
            }
        }
    }

    #[test]
    fn the_worse_check_is_kept() {
        for (one, other, expected) in [
            (Check::Passed, Check::Failed, Check::Failed),
            (Check::Passed, Check::Error, Check::Error),
            (Check::Error, Check::Passed, Check::Error),
            (Check::NotChecked, Check::Passed, Check::Passed),
            (Check::Passed, Check::Passed, Check::Passed),
            (Check::NoRecord, Check::NotChecked, Check::NoRecord),
        ] {
            let got = both(verdict(Decision::Inconclusive, one), verdict(Decision::Inconclusive, other));
            assert_eq!(got.checks.face, expected, "{one} {other}");
        }
    }
}
