//! What an answer means: the verdict, its checks, its score, and who paid.

use crate::error::{Error, Result};
use crate::secret::Personal;
use crate::time::Time;
use crate::wire;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::fmt;

macro_rules! words {
    ($(#[doc = $doc:literal])* $name:ident { $($(#[doc = $item:literal])* $variant:ident = $text:literal,)* }) => {
        $(#[doc = $doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($(#[doc = $item])* $variant,)* }

        impl $name {
            /// Every value, in order.
            pub const ALL: &'static [$name] = &[$($name::$variant,)*];

            /// The word that crosses to other languages.
            pub const fn name(self) -> &'static str {
                match self { $($name::$variant => $text,)* }
            }

            /// One sentence on what it means.
            pub const fn meaning(self) -> &'static str {
                match self { $($name::$variant => concat!($($item),*).trim_ascii(),)* }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.name())
            }
        }

        // The words stand in the table, not in the variants' names.
        #[cfg(feature = "schema")]
        impl schemars::JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({
                    "type": "string",
                    "enum": [$($text),*],
                    "description": concat!($($doc),*).trim_ascii(),
                })
            }
        }
    };
}

words! {
    /// Whose service it is.
    Vendor {
        /// 聚合数据, juhe.cn
        Juhe = "juhe",
        /// 聚美智数, jumdata.com, sold through cloud marketplaces
        Jumdata = "jumdata",
        /// 百度智能云, H5 人脸实名认证方案
        Baidu = "baidu",
    }
}

words! {
    /// The answer to the caller's question. Only `passed` lets somebody in.
    Decision {
        /// Every required check passed and nothing contradicts it.
        Passed = "passed",
        /// The vendor said no.
        Rejected = "rejected",
        /// Neither yes nor no: a fault, an unusable photo, no record, an unknown code.
        Inconclusive = "inconclusive",
        /// The person has not finished yet; ask again later.
        Pending = "pending",
        /// The session ended without a result; start a new one.
        Expired = "expired",
    }
}

words! {
    /// The outcome of one check.
    Check {
        /// The vendor says yes and every condition on the score holds.
        Passed = "passed",
        /// The vendor says no.
        Failed = "failed",
        /// The source holds nothing to compare with.
        NoRecord = "no_record",
        /// This call does not do it, the vendor stopped before it, or does not say.
        NotChecked = "not_checked",
        /// Tried, and no answer either way.
        Error = "error",
    }
}

words! {
    /// Whether money was spent. The order is that of certainty of loss: `no` < `unknown` < `yes`.
    Billed {
        /// Certainly not.
        No = "no",
        /// It cannot be known from here; look at the vendor's bill.
        Unknown = "unknown",
        /// Certainly.
        Yes = "yes",
    }
}

words! {
    /// What a browser brought back. Never let anybody in by it.
    Hint {
        /// It says passed.
        Passed = "passed",
        /// It says not passed.
        Failed = "failed",
        /// It says nothing.
        None = "none",
    }
}

impl Hint {
    /// Weighs the hint against the server's verdict: it can take a pass away, and never gives one.
    pub fn weigh(self, verdict: &mut Verdict) {
        if self == Hint::Failed && verdict.decision == Decision::Passed {
            verdict.decision = Decision::Inconclusive;
            verdict.reasons.push(
                Reason::new("hint_contradicts", "the way back says not passed, the server says passed")
                    .then("start a new session"),
            );
        }
    }
}

impl Billed {
    /// The bill of two requests together.
    #[must_use]
    pub fn and(self, other: Billed) -> Billed {
        self.max(other)
    }
}

/// The four checks a vendor may make.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Checks {
    /// Do name and ID number belong together?
    pub identity: Check,
    /// Is it the face of that person (or of the photo given)?
    pub face: Check,
    /// Was a live person in front of the camera?
    pub liveness: Check,
    /// Does the mobile belong to that person?
    pub mobile: Check,
}

impl Default for Checks {
    fn default() -> Checks {
        Checks {
            identity: Check::NotChecked,
            face: Check::NotChecked,
            liveness: Check::NotChecked,
            mobile: Check::NotChecked,
        }
    }
}

impl Checks {
    fn all(self) -> [Check; 4] {
        [self.identity, self.face, self.liveness, self.mobile]
    }

    /// The decision that follows from the checks: any failed check rejects; all `required` ones passed,
    /// without a contradiction, pass; everything else is inconclusive.
    pub fn decide(self, required: &[fn(&Checks) -> Check], contradiction: bool) -> Decision {
        if self.all().contains(&Check::Failed) {
            Decision::Rejected
        } else if !required.is_empty() && !contradiction && required.iter().all(|of| of(&self) == Check::Passed) {
            Decision::Passed
        } else {
            Decision::Inconclusive
        }
    }
}

/// Selectors for [`Checks::decide`].
pub(crate) mod required {
    use super::{Check, Checks};

    pub(crate) const IDENTITY: fn(&Checks) -> Check = |checks| checks.identity;
    pub(crate) const FACE: fn(&Checks) -> Check = |checks| checks.face;
    pub(crate) const LIVENESS: fn(&Checks) -> Check = |checks| checks.liveness;
    pub(crate) const MOBILE: fn(&Checks) -> Check = |checks| checks.mobile;
}

/// A similarity score.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Score {
    /// 0 to 100, whatever the vendor's scale.
    pub value: f64,
    /// As the vendor wrote it.
    pub raw: String,
    /// The vendor's scale: 100 or 1000.
    pub scale: u16,
}

impl Score {
    /// Reads a vendor's score: a JSON number, or text of digits with an optional fraction, within its scale.
    /// Anything else (a sign, an exponent, a blank, NaN, 650 of 100) is no score.
    pub(crate) fn read(raw: Option<&str>, scale: u16) -> Option<Score> {
        let raw = raw?;
        let (whole, fraction) = raw.split_once('.').map_or((raw, None), |(whole, rest)| (whole, Some(rest)));
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if whole.len() > 4 || !digits(whole) || !fraction.is_none_or(digits) {
            return None;
        }
        let number: f64 = raw.parse().ok()?;
        let scale_number = f64::from(scale);
        (number <= scale_number).then(|| Score { value: number * 100.0 / scale_number, raw: raw.to_owned(), scale })
    }
}

/// The threshold a score is held against, 0 to 100.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Threshold(pub(crate) f64);

impl Threshold {
    /// The platforms' own: a false-accept rate of 0.01 %.
    pub(crate) const DEFAULT: Threshold = Threshold(70.0);

    /// What a caller may ask for: 50 to 100; below 50 only with `allow_low`; never 0 to 1, which is a
    /// probability mistaken for a score, and never NaN.
    pub(crate) fn read(asked: Option<f64>, allow_low: bool) -> Result<Option<Threshold>> {
        let Some(value) = asked else { return Ok(None) };
        if !(value > 1.0 && value <= 100.0) {
            return Err(Error::invalid_argument("/threshold", "a threshold is a score from 50 to 100, not a fraction")
                .with_hint("leave it out for the default of 70"));
        }
        if value < 50.0 && !allow_low {
            return Err(Error::invalid_argument("/threshold", "below 50 more than 1 in 100 strangers would pass")
                .with_hint("set allow_low_threshold if that is meant"));
        }
        Ok(Some(Threshold(value)))
    }

    /// Of the rows `(score, rate)`, the rate of the highest row not above this threshold.
    pub(crate) fn false_accept_rate(self, rows: &[(f64, f64)]) -> Option<f64> {
        rows.iter().rfind(|(score, _)| *score <= self.0).map(|(_, rate)| *rate)
    }

    /// Whether a score reaches it.
    pub(crate) fn admits(self, score: &Score) -> bool {
        score.value >= self.0
    }
}

/// One reason for the decision, in the vendor's words where there are any.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Reason {
    /// The vendor's code (`0F`, `3004`, `live_code 202`), or a word of this library (`below_threshold`).
    pub code: Cow<'static, str>,
    /// What it says.
    pub message: Cow<'static, str>,
    /// The likely cause, where the document gives one.
    pub cause: Option<Cow<'static, str>>,
    /// What to do next, where the document or we know.
    pub next_step: Option<Cow<'static, str>>,
}

impl Reason {
    /// A reason without cause and advice.
    pub(crate) fn new(code: impl Into<Cow<'static, str>>, message: impl Into<Cow<'static, str>>) -> Reason {
        Reason { code: code.into(), message: message.into(), cause: None, next_step: None }
    }

    /// The same reason with a next step.
    pub(crate) fn then(mut self, next_step: &'static str) -> Reason {
        self.next_step = Some(next_step.into());
        self
    }
}

/// The vendor's numbers for a request or a session.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct References {
    /// Juhe's `orderid` or `jh_order_id`.
    pub order: Option<String>,
    /// Jumdata's `taskNo`.
    pub task: Option<String>,
    /// Baidu's `log_id`, or a gateway's request id.
    pub log: Option<String>,
}

/// What the vendor keeps for a while as a proof.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Evidence {
    /// Address of the face image. A secret while it lives: whoever has it sees the face.
    #[serde(serialize_with = "wire::clear")]
    pub image_url: Personal,
    /// When the address ends.
    pub expires_at: Option<Time>,
}

/// A vendor's answer, normalised. It fails closed: what is not certain is not `passed`.
///
/// `passed` never stands alone: read [`checks`](Verdict::checks) for what was not checked at all.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Verdict {
    /// The answer.
    pub decision: Decision,
    /// What it rests on.
    pub checks: Checks,
    /// The similarity, where a face was compared.
    pub score: Option<Score>,
    /// The threshold the score was held against, 0 to 100.
    pub threshold: Option<f64>,
    /// The share of strangers that would pass this threshold, by the vendor's own table (0.0001 = 1 in 10,000).
    pub false_accept_rate: Option<f64>,
    /// Whether this verification cost money.
    pub billed: Billed,
    /// Whether the same call may be repeated by the caller: true only when it was not billed and may go better.
    pub retryable: bool,
    /// Why.
    pub reasons: Vec<Reason>,
    /// Who says so.
    pub vendor: Vendor,
    /// The operation that asked.
    pub operation: Cow<'static, str>,
    /// The vendor's numbers.
    pub references: References,
    /// The face image, where the vendor offers one.
    pub evidence: Option<Evidence>,
}

impl Verdict {
    /// A verdict that lets nobody in, to be filled.
    pub(crate) fn new(vendor: Vendor, operation: &'static str) -> Verdict {
        Verdict {
            decision: Decision::Inconclusive,
            checks: Checks::default(),
            score: None,
            threshold: None,
            false_accept_rate: None,
            billed: Billed::Unknown,
            retryable: false,
            reasons: Vec::new(),
            vendor,
            operation: operation.into(),
            references: References::default(),
            evidence: None,
        }
    }

    /// Whether the person is let in.
    pub fn passed(&self) -> bool {
        self.decision == Decision::Passed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_failed_check_rejects_and_only_all_required_pass() {
        let all = [required::IDENTITY, required::FACE];
        let mut checks = Checks { identity: Check::Passed, face: Check::Passed, ..Checks::default() };
        assert_eq!(checks.decide(&all, false), Decision::Passed);
        assert_eq!(checks.decide(&all, true), Decision::Inconclusive, "a contradiction never passes");
        assert_eq!(checks.decide(&[], false), Decision::Inconclusive, "nothing required proves nothing");
        checks.mobile = Check::Failed;
        assert_eq!(checks.decide(&all, false), Decision::Rejected, "even a check that was not required");
        checks.mobile = Check::NotChecked;
        for half in [Check::NoRecord, Check::NotChecked, Check::Error] {
            checks.face = half;
            assert_eq!(checks.decide(&all, false), Decision::Inconclusive, "{half}");
        }
    }

    #[test]
    fn scores_are_read_strictly() {
        let value = |raw: &str, scale| Score::read(Some(raw), scale).map(|score| score.value);
        assert_eq!(value("96", 100), Some(96.0));
        assert_eq!(value("91.11730", 100), Some(91.1173));
        assert_eq!(value("984.48", 1000), Some(98.448));
        assert_eq!(value("0", 100), Some(0.0));
        assert_eq!(value("100", 100), Some(100.0));
        for bad in
            ["650", "100.01", "-1", "+96", "9e1", " 96", "96 ", "", ".5", "5.", "NaN", "inf", "0x60", "99999", "九"]
        {
            assert_eq!(value(bad, 100), None, "{bad:?}");
        }
        assert_eq!(Score::read(None, 100), None);
    }

    #[test]
    fn thresholds_that_would_let_everybody_in_are_refused() {
        assert_eq!(Threshold::read(None, false).unwrap(), None);
        assert_eq!(Threshold::read(Some(50.0), false).unwrap(), Some(Threshold(50.0)));
        assert_eq!(Threshold::read(Some(100.0), false).unwrap(), Some(Threshold(100.0)));
        assert_eq!(Threshold::read(Some(40.0), true).unwrap(), Some(Threshold(40.0)));
        for bad in [0.0, -0.0, -1.0, 0.7, 1.0, 100.1, f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            for allow_low in [false, true] {
                let error = Threshold::read(Some(bad), allow_low).unwrap_err();
                assert_eq!(error.field.as_deref(), Some("/threshold"), "{bad}");
            }
        }
        assert!(Threshold::read(Some(49.9), false).is_err());
    }

    #[test]
    fn the_rate_is_that_of_the_highest_row_not_above() {
        let rows = [(60.0, 0.001), (70.0, 0.0001)];
        assert_eq!(Threshold(59.0).false_accept_rate(&rows), None);
        assert_eq!(Threshold(60.0).false_accept_rate(&rows), Some(0.001));
        assert_eq!(Threshold(69.9).false_accept_rate(&rows), Some(0.001));
        assert_eq!(Threshold(95.0).false_accept_rate(&rows), Some(0.0001));
    }

    #[test]
    fn bills_add_up_to_the_worst() {
        assert_eq!(Billed::No.and(Billed::Unknown), Billed::Unknown);
        assert_eq!(Billed::Yes.and(Billed::Unknown), Billed::Yes);
        assert_eq!(Billed::No.and(Billed::No), Billed::No);
    }
}
