//! The exit codes: a verdict's decision, or the kind of an error.

use serde_json::Value;
use shiren::{Decision, Error, Kind};
use std::process::ExitCode;

/// How the program ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Exit(pub(crate) u8);

/// Done; of a verdict: passed.
pub(crate) const DONE: Exit = Exit(0);
/// Rejected; or a check of this program itself says no (`ops --check`, `demo`).
pub(crate) const NO: Exit = Exit(1);
/// What was typed cannot be used.
pub(crate) const USAGE: Exit = Exit(2);
/// A signature is wrong.
pub(crate) const SIGNATURE: Exit = Exit(14);
/// A fault of this program.
pub(crate) const INTERNAL: Exit = Exit(20);

/// The table of the help and of the documentation.
pub(crate) const TABLE: &[(u8, &str)] = &[
    (
        0,
        "done; of a verdict: passed (read the checks: what was not checked stays not checked); of `doctor`: nothing wrong was found",
    ),
    (
        1,
        "rejected; of `ops --check`: files differ; of `demo`: the ledger disagrees; of `photo inspect`: a document forbids the photo",
    ),
    (2, "usage, an invalid argument, an unknown operation, a file that cannot be read or written"),
    (3, "inconclusive: neither yes nor no"),
    (4, "pending: the person has not finished; ask again later"),
    (5, "expired: start a new session"),
    (10, "authentication or configuration"),
    (11, "quota or rate limit"),
    (12, "an error of the vendor"),
    (13, "network, TLS or time-out"),
    (14, "an answer that cannot be read, or a signature that does not match: do not trust it"),
    (20, "a fault of this program"),
    (130, "given up, by Ctrl-C or SIGTERM; the error says whether that call may have been paid for"),
];

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(exit.0)
    }
}

impl Exit {
    /// The code of an error.
    pub(crate) fn of_error(error: &Error) -> Exit {
        Exit(match error.kind {
            Kind::InvalidArgument | Kind::UnknownOperation => USAGE.0,
            Kind::Configuration | Kind::Authentication => 10,
            Kind::Quota | Kind::RateLimited => 11,
            Kind::Vendor => 12,
            Kind::Network | Kind::Tls | Kind::Timeout => 13,
            Kind::Decode | Kind::Signature => SIGNATURE.0,
            Kind::Cancelled => 130,
            _ => INTERNAL.0,
        })
    }

    /// The code of a reply: by its verdict, if it has one. A decision that is not known lets nobody in.
    pub(crate) fn of_reply(reply: &Value) -> Exit {
        let Some(verdict) = reply.get("verdict") else { return DONE };
        let word = verdict.get("decision").and_then(Value::as_str);
        let decision = Decision::ALL.iter().find(|decision| Some(decision.name()) == word);
        Exit(match decision {
            Some(Decision::Passed) => DONE.0,
            Some(Decision::Rejected) => NO.0,
            Some(Decision::Pending) => 4,
            Some(Decision::Expired) => 5,
            Some(Decision::Inconclusive) | None => 3,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn every_kind_and_every_decision_is_in_the_table() {
        let known = |exit: Exit| TABLE.iter().any(|(code, _)| *code == exit.0);
        for kind in Kind::ALL {
            let exit = Exit::of_error(&Error::new(*kind, "x"));
            assert!(known(exit) && exit.0 > 1, "{kind}: an error is never taken for a verdict");
        }
        let mut seen = std::collections::BTreeSet::new();
        for decision in Decision::ALL {
            let exit = Exit::of_reply(&json!({"verdict": {"decision": decision.name()}}));
            assert!(known(exit) && seen.insert(exit.0), "{decision}");
            assert_eq!(exit == DONE, *decision == Decision::Passed);
        }
        for odd in [json!({"verdict": {}}), json!({"verdict": null}), json!({"verdict": {"decision": "fine"}})] {
            assert_eq!(Exit::of_reply(&odd), Exit(3), "{odd}");
        }
        assert_eq!(Exit::of_reply(&json!({"url": "x"})), DONE);
    }
}
