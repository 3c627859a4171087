//! The table of failures: a code or a text, and what it means for which check.

use super::Expectation;
use crate::baidu::codes::{self, About, Again, Failure};
use crate::verdict::{Billed, Check, Checks, Decision, Reason, Score, Verdict};

/// A verification that failed, or an answer that says so.
pub(super) struct Failed<'a> {
    pub(super) codes: &'a [i64],
    pub(super) message: &'a str,
    /// Score and plan's threshold, where both are there.
    pub(super) scored: Option<(Score, Score)>,
    /// `verify_log_id` is there and empty: no service was asked.
    pub(super) nothing_asked: bool,
}

impl Failed<'_> {
    fn code(&self) -> String {
        self.codes.first().map_or_else(|| "message".to_owned(), ToString::to_string)
    }

    fn known(&self) -> impl Iterator<Item = (i64, &'static Failure)> {
        self.codes.iter().filter_map(|code| codes::failure_of(*code).map(|row| (*code, row)))
    }

    fn reason(&self, code: i64, row: &Failure) -> Reason {
        let message = if self.message.is_empty() { row.text.to_owned() } else { self.message.to_owned() };
        let reason = Reason::new(code.to_string(), message);
        match (row.again, row.about, row.check) {
            (Again::NewAttempt, ..) => reason.then(NEW_ATTEMPT),
            (Again::Later, ..) => reason.then("ask again later"),
            (Again::No, About::Identity, _) => reason.then("check name and number"),
            _ => reason,
        }
    }

    /// Whether this is a verdict at all: a code of the gateway that comes with no row of its own is an error.
    pub(super) fn is_error(&self) -> bool {
        let is_known = self.is_rejected() || self.known().next().is_some() || self.message.contains(codes::TOKEN_OVER);
        !is_known && self.codes.iter().any(|code| codes::gateway(*code).is_some())
    }

    fn is_mismatch(&self) -> bool {
        self.message.contains(codes::MISMATCH)
    }

    fn is_below(&self) -> bool {
        self.scored.as_ref().is_some_and(|(score, threshold)| score.value < threshold.value)
    }

    fn is_rejected(&self) -> bool {
        self.is_mismatch() || self.is_below() || self.known().any(|(_, row)| row.check == Check::Failed)
    }

    /// Fills checks, reasons and decision. `billed` is that of the verdict, set before.
    pub(super) fn judge(&self, verdict: &mut Verdict, wanted: &Expectation<'_>) {
        if let Some((score, threshold)) = &self.scored {
            verdict.threshold = Some(threshold.value);
            verdict.score = Some(score.clone());
        }
        if self.is_rejected() {
            self.reject(verdict);
        } else if let Some((code, row)) = self.known().next() {
            *check_of(&mut verdict.checks, row.about) = row.check;
            verdict.reasons.push(self.reason(code, row));
            verdict.decision = verdict.checks.decide(&[], false);
            verdict.retryable = row.again == Again::Later && verdict.billed == Billed::No;
        } else if self.nothing_asked {
            let message = if self.message.is_empty() { "no service was asked" } else { self.message };
            verdict.reasons.push(Reason::new(self.code(), message.to_owned()).then(NEW_ATTEMPT));
        } else if self.message.contains(codes::TOKEN_OVER) {
            verdict.decision = wanted.unfinished();
            let mut reason = Reason::new(self.code(), self.message.to_owned());
            (reason.cause, reason.next_step) = if verdict.decision == Decision::Pending {
                (Some("the person has not acted yet, or the access_token is of another application".into()), None)
            } else {
                (Some(codes::TOKEN_ENDINGS.into()), Some("start a new session".into()))
            };
            verdict.reasons.push(reason);
        } else {
            verdict.checks =
                Checks { identity: Check::Error, face: Check::Error, liveness: Check::Error, ..Checks::default() };
            let message = if self.message.is_empty() { "a failure without a known code" } else { self.message };
            verdict.reasons.push(Reason::new(self.code(), message.to_owned()));
        }
    }

    /// A rejecting row wins over all others.
    fn reject(&self, verdict: &mut Verdict) {
        for (code, row) in self.known().filter(|(_, row)| row.check == Check::Failed) {
            *check_of(&mut verdict.checks, row.about) = Check::Failed;
            verdict.reasons.push(self.reason(code, row));
        }
        if self.is_mismatch() {
            if verdict.checks.identity != Check::Failed {
                let reason = Reason::new(self.code(), self.message.to_owned());
                verdict.reasons.push(reason.then("check name and number"));
            }
            verdict.checks.identity = Check::Failed;
        }
        if self.is_below() {
            verdict.checks.face = Check::Failed;
            verdict.reasons.push(Reason::new("below_threshold", "the score is below the threshold of the plan"));
        }
        verdict.decision = verdict.checks.decide(&[], false);
    }
}

const NEW_ATTEMPT: &str = "let the person try again";

fn check_of(checks: &mut Checks, about: About) -> &mut Check {
    match about {
        About::Identity => &mut checks.identity,
        About::Face => &mut checks.face,
        About::Liveness => &mut checks.liveness,
    }
}
