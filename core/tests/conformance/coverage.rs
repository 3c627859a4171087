//! What the scenarios reach: every operation, every kind of error, every decision, every bill.

use super::Outcome;
use super::scenario::{Scenario, Step};
use serde_json::{Map, Value};
use shiren::{Billed, Decision, Kind, registry};
use std::collections::{BTreeMap, BTreeSet};

type Scenarios = BTreeMap<String, Outcome<Scenario>>;
type Check = fn(&Scenarios) -> Outcome<()>;

pub(super) const CHECKS: [(&str, Check); 5] = [
    ("there are at least 60 scenarios, and each says what it promises", enough),
    ("every operation is called and answers", operations),
    ("every kind of error comes", kinds),
    ("every decision comes", decisions),
    ("every bill comes, of replies and of errors", bills),
];

fn enough(scenarios: &Scenarios) -> Outcome<()> {
    if scenarios.len() < 60 {
        return Err(format!("there are only {}", scenarios.len()));
    }
    let mut notes = BTreeSet::new();
    for (name, scenario) in scenarios {
        let note = &scenario.as_ref().map_err(|why| format!("{name}: {why}"))?.note;
        if !note.ends_with('.') || !notes.insert(note) {
            return Err(format!("{name}: a note of its own, one sentence"));
        }
    }
    Ok(())
}

fn steps(scenarios: &Scenarios) -> impl Iterator<Item = &Step> {
    scenarios.values().flatten().flat_map(|scenario| &scenario.steps)
}

/// Every value that some scenario expects at a pointer with this ending.
fn expected<'a>(
    scenarios: &'a Scenarios,
    side: fn(&Step) -> Option<&Map<String, Value>>,
    ending: &str,
) -> BTreeSet<&'a str> {
    let pointers = steps(scenarios).filter_map(side).flatten();
    pointers.filter(|(pointer, _)| pointer.ends_with(ending)).filter_map(|(_, value)| value.as_str()).collect()
}

fn reply(step: &Step) -> Option<&Map<String, Value>> {
    step.reply.as_ref()
}

fn error(step: &Step) -> Option<&Map<String, Value>> {
    step.error.as_ref()
}

fn all<'a>(what: &str, wanted: impl IntoIterator<Item = &'a str>, there: &BTreeSet<&str>) -> Outcome<()> {
    let missing: Vec<_> = wanted.into_iter().filter(|name| !there.contains(name)).collect();
    if missing.is_empty() { Ok(()) } else { Err(format!("{what}: no scenario for {}", missing.join(", "))) }
}

fn operations(scenarios: &Scenarios) -> Outcome<()> {
    let answered = steps(scenarios).filter(|step| step.reply.is_some());
    let answered: BTreeSet<_> = answered.filter_map(|step| step.call.as_deref()).collect();
    all("operations", registry::OPERATIONS.iter().map(|entry| entry.meta.id), &answered)
}

/// `internal` is a fault of this library: no sandbox can bring it about, and the crate's own tests have it.
fn kinds(scenarios: &Scenarios) -> Outcome<()> {
    let wanted = Kind::ALL.iter().filter(|kind| **kind != Kind::Internal).map(|kind| kind.name());
    all("kinds", wanted, &expected(scenarios, error, "/kind"))
}

fn decisions(scenarios: &Scenarios) -> Outcome<()> {
    let wanted = Decision::ALL.iter().map(|decision| decision.name());
    all("decisions", wanted, &expected(scenarios, reply, "/verdict/decision"))
}

/// An error with `billed: yes` is one whose answer was paid for and cannot be read.
fn bills(scenarios: &Scenarios) -> Outcome<()> {
    let wanted = || Billed::ALL.iter().map(|billed| billed.name());
    all("bills of verdicts", wanted(), &expected(scenarios, reply, "/verdict/billed"))?;
    all("bills of errors", wanted(), &expected(scenarios, error, "/billed"))
}
