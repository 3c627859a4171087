//! Checks before paying: what can be seen to be wrong with a request before it is sent.
//!
//! A [`Rule`] is one row of a table and has a ground: what is [needed](Ground::Needed), what a vendor's document
//! forbids, what cannot exist by a standard, and advice. [`Preflight`] says which of them refuse a call; every call
//! with such fields asks through one door, [`Operation::preflight`](crate::Operation::preflight). Nothing is changed
//! on the way: a call sends what it was given. [`id_number`], [`mobile`] and [`name`] give the normalised spelling.

pub mod id_number;
pub mod mobile;
pub mod name;
pub(crate) mod request;
pub mod return_url;

use crate::error::{Error, Result};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// What a rule rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ground {
    /// Without it there is no request: refused always.
    Needed,
    /// A vendor's document forbids it, or has an error code for it.
    Document,
    /// It cannot exist, or cannot be what is meant.
    Standard,
    /// It may be right, and often is not.
    Advice,
}

impl Ground {
    /// The name that documentation uses.
    pub const fn name(self) -> &'static str {
        match self {
            Ground::Needed => "needed",
            Ground::Document => "document",
            Ground::Standard => "standard",
            Ground::Advice => "advice",
        }
    }
}

/// One thing that is looked for.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// Its stable name, as `id_number.check_digit`.
    pub slug: &'static str,
    /// What it rests on.
    pub ground: Ground,
    /// What is wrong, as a sentence without the value.
    pub message: &'static str,
    /// The document or standard that says so.
    pub source: &'static str,
    /// What to do about it.
    pub fix: Option<&'static str>,
}

impl Rule {
    /// What this rule finds in a field.
    pub(crate) fn at(&self, field: impl Into<String>) -> Finding {
        Finding {
            field: field.into(),
            rule: self.slug,
            severity: if self.ground == Ground::Advice { Severity::Warn } else { Severity::Reject },
            message: self.message.into(),
            source: self.source,
            fix: self.fix.map(Cow::Borrowed),
            ground: self.ground,
        }
    }
}

/// A file's rules: a constant for each, and their list.
macro_rules! table {
    ($($name:ident = $ground:ident $slug:literal $message:literal, $source:literal $(, $fix:literal)?;)*) => {
        $(const $name: $crate::check::Rule = $crate::check::Rule {
            slug: $slug,
            ground: $crate::check::Ground::$ground,
            message: $message,
            source: $source,
            fix: table!(@fix $($fix)?),
        };)*
        /// Every rule of this file.
        pub(super) const RULES: &[$crate::check::Rule] = &[$($name,)*];
    };
    (@fix) => { None };
    (@fix $fix:literal) => { Some($fix) };
}
use table;

/// Every rule, by what it looks at.
pub fn rules() -> impl Iterator<Item = &'static Rule> {
    [id_number::RULES, mobile::RULES, name::RULES, return_url::RULES, request::RULES].into_iter().flatten()
}

/// How much a finding weighs by itself. Whether it stops a call is up to [`Preflight`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// It works, and could be better.
    Advice,
    /// It may be right; a failure may be billed.
    Warn,
    /// It is not worth sending.
    Reject,
}

/// Something that was found in a field. It never holds the value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Finding {
    /// The field, as a JSON pointer into the request.
    pub field: String,
    /// The rule's stable name.
    pub rule: &'static str,
    /// How much it weighs.
    pub severity: Severity,
    /// What is wrong, as a sentence.
    pub message: Cow<'static, str>,
    /// The document or standard that says so.
    pub source: &'static str,
    /// What to do about it.
    pub fix: Option<Cow<'static, str>>,
    #[serde(skip)]
    #[cfg_attr(feature = "schema", schemars(skip))]
    ground: Ground,
}

impl Finding {
    /// The same in other words.
    fn saying(mut self, message: impl Into<Cow<'static, str>>) -> Finding {
        self.message = message.into();
        self
    }

    /// The error that refuses a call for it.
    fn error(self) -> Error {
        let message = match self.ground {
            Ground::Needed => self.message.into_owned(),
            _ => format!("{} [rule {}; {}]", self.message, self.rule, self.source),
        };
        let error = Error::invalid_argument(self.field, message);
        match self.fix {
            Some(fix) => error.with_hint(fix),
            None => error,
        }
    }
}

/// Whether nothing among them is to be rejected.
fn accepted(findings: &[Finding]) -> bool {
    findings.iter().all(|finding| finding.severity < Severity::Reject)
}

/// Findings that the normalised spelling does away with weigh less: it stands beside them.
fn mended(mut findings: Vec<Finding>, rules: &[&Rule]) -> Vec<Finding> {
    for finding in &mut findings {
        if rules.iter().any(|rule| rule.slug == finding.rule) {
            finding.severity = Severity::Warn;
        }
    }
    findings
}

/// Which findings refuse a call before it is sent. Empty fields are refused whatever this says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Preflight {
    /// How much is refused. Default `standard`.
    pub level: Level,
    /// Rules that refuse nothing, by their names, as `id_number.check_digit`.
    pub allow: Vec<String>,
}

/// How much is refused before it is sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// Only empty fields.
    Off,
    /// What a vendor's document forbids.
    Documented,
    /// That, and what cannot exist: a wrong check digit, 30 February.
    #[default]
    Standard,
    /// Everything that is found, warnings included.
    Strict,
}

impl Preflight {
    /// What holds where nothing else was said.
    pub(crate) const DEFAULT: Preflight = Preflight { level: Level::Standard, allow: Vec::new() };

    /// Whether a call is refused for it.
    pub fn refuses(&self, finding: &Finding) -> bool {
        let refused = match finding.ground {
            Ground::Needed => return true,
            Ground::Document => self.level != Level::Off,
            Ground::Standard => matches!(self.level, Level::Standard | Level::Strict),
            Ground::Advice => self.level == Level::Strict,
        };
        refused && !self.allow.iter().any(|rule| rule == finding.rule)
    }

    /// Refuses a call for the first finding that is reason enough, and logs the others.
    pub(crate) fn admit(&self, findings: Vec<Finding>) -> Result<()> {
        for finding in findings {
            if self.refuses(&finding) {
                return Err(finding.error());
            }
            tracing::debug!(field = finding.field, rule = finding.rule, "preflight: {}", finding.message);
        }
        Ok(())
    }

    /// Refuses names of rules that do not exist.
    pub(crate) fn check(&self) -> Result<()> {
        for (index, allowed) in self.allow.iter().enumerate() {
            let rule = rules().find(|rule| rule.slug == allowed);
            let why = match rule {
                Some(rule) if rule.ground == Ground::Needed => "an empty field is refused always",
                Some(_) => continue,
                None => "there is no such rule",
            };
            let mut error = Error::configuration(why).with_hint("docs/checks.md lists the rules");
            error.field = Some(format!("/preflight/allow/{index}"));
            return Err(error);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
