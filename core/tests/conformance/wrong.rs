//! That the runner fails when it should: every expectation of some scenarios, made wrong, one at a time.

use super::Outcome;
use super::admin::Admin;
use super::run::run;
use super::scenario::Scenario;
use serde_json::{Value, json};
use std::collections::BTreeMap;

type Scenarios = BTreeMap<String, Outcome<Scenario>>;
type Check = fn(&Scenarios, &Admin) -> Outcome<()>;

pub(super) const CHECKS: [(&str, Check); 4] = [
    ("a wrong expectation fails", wrong_expectations),
    ("a wrong ledger or journal fails", wrong_books),
    ("an answer where an error is expected fails, and the other way round", wrong_side),
    ("an expectation of nothing, and what was never saved, fail", nothing),
];

/// Verdicts, a hosted session with a photo, bytes and every matcher, an error; all of them quick.
const SAMPLES: [&str; 4] = ["compare/passes", "liveness/juhe_passed", "local/page_qr", "paid/dropped_after_billing"];

fn samples(scenarios: &Scenarios) -> Outcome<Vec<&Scenario>> {
    let sample = |name: &&str| scenarios.get(*name).and_then(|read| read.as_ref().ok());
    SAMPLES.iter().map(|name| sample(name).ok_or_else(|| format!("{name} is missing"))).collect()
}

fn must_fail(scenario: &Scenario, admin: &Admin, change: &str) -> Outcome<()> {
    match run(scenario, admin) {
        Ok(()) => Err(format!("{:?} holds although {change}", scenario.note)),
        Err(_) => Ok(()),
    }
}

/// Another value of the same kind, so that only the comparison can tell.
fn other(value: &Value) -> Value {
    match value {
        Value::String(text) if text.starts_with('$') => json!("something else"),
        Value::String(text) => json!(format!("{text}x")),
        Value::Bool(yes) => json!(!yes),
        Value::Number(number) => json!(number.as_f64().unwrap_or_default() + 1.0),
        Value::Object(fields) if fields.contains_key("$at_most") => json!({"$at_most": -1}),
        Value::Object(fields) if fields.contains_key("$at_least") => json!({"$at_least": 1e300}),
        Value::Object(fields) if fields.contains_key("$contains") => json!({"$contains": "\u{1}"}),
        Value::Object(fields) if fields.contains_key("$file") => json!({"$file": "no-face.jpg"}),
        Value::Object(_) | Value::Array(_) => Value::Null,
        Value::Null => json!({"$is": "present"}),
    }
}

fn wrong_expectations(scenarios: &Scenarios, admin: &Admin) -> Outcome<()> {
    for scenario in samples(scenarios)? {
        run(scenario, admin)?;
        for at in 0..scenario.steps.len() {
            let step = &scenario.steps[at];
            for pointer in step.reply.iter().chain(&step.error).flat_map(|expected| expected.keys()) {
                let mut changed = scenario.clone();
                let step = &mut changed.steps[at];
                let expected = step.reply.as_mut().or(step.error.as_mut()).and_then(|it| it.get_mut(pointer));
                let expected = expected.ok_or("it was there before")?;
                *expected = other(expected);
                must_fail(&changed, admin, &format!("step {at} expects another {pointer}"))?;
            }
        }
    }
    Ok(())
}

fn wrong_books(scenarios: &Scenarios, admin: &Admin) -> Outcome<()> {
    for scenario in samples(scenarios)? {
        let mut changed = scenario.clone();
        changed.ledger.push("juhe.verifyface.verify2".into());
        must_fail(&changed, admin, "the ledger has one charge less")?;
        let mut changed = scenario.clone();
        changed.journal = Some(vec!["juhe.nothing".into()]);
        must_fail(&changed, admin, "the journal has something else")?;
    }
    Ok(())
}

fn wrong_side(scenarios: &Scenarios, admin: &Admin) -> Outcome<()> {
    for scenario in samples(scenarios)? {
        let mut changed = scenario.clone();
        let calls = changed.steps.iter_mut().filter(|step| step.call.is_some());
        calls.for_each(|step| std::mem::swap(&mut step.reply, &mut step.error));
        must_fail(&changed, admin, "reply and error are exchanged")?;
    }
    Ok(())
}

fn nothing(scenarios: &Scenarios, admin: &Admin) -> Outcome<()> {
    for scenario in samples(scenarios)? {
        let mut changed = scenario.clone();
        for step in changed.steps.iter_mut().filter(|step| step.call.is_some()) {
            step.reply.iter_mut().chain(&mut step.error).for_each(serde_json::Map::clear);
        }
        must_fail(&changed, admin, "nothing is expected")?;
        let mut changed = scenario.clone();
        changed.config = json!({"timeout_ms": "$never"});
        must_fail(&changed, admin, "$never was not saved")?;
    }
    Ok(())
}
