//! A scenario as its file has it, and all the files.

use super::Outcome;
use serde::Deserialize;
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// One file. An unknown field is refused: a misspelt expectation would never fail.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Scenario {
    /// One sentence: what is promised.
    pub(super) note: String,
    /// Merged over the sandbox's configuration.
    #[serde(default = "unchanged")]
    pub(super) config: Value,
    pub(super) steps: Vec<Step>,
    /// The operations that were charged, in order.
    pub(super) ledger: Vec<String>,
    /// The operations that were asked for, in order; pages and notices too.
    #[serde(default)]
    pub(super) journal: Option<Vec<String>>,
}

fn unchanged() -> Value {
    Value::Object(Map::new())
}

/// One step: exactly one of the first eight, and what goes with it.
#[derive(Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Step {
    pub(super) call: Option<String>,
    pub(super) clock: Option<Value>,
    pub(super) fault: Option<Value>,
    pub(super) settings: Option<Value>,
    pub(super) complete: Option<Value>,
    pub(super) open: Option<Value>,
    pub(super) close: Option<bool>,
    pub(super) wait_ms: Option<u64>,

    pub(super) request: Option<Value>,
    pub(super) options: Options,
    pub(super) cancel: Option<Cancel>,
    pub(super) reply: Option<Map<String, Value>>,
    pub(super) error: Option<Map<String, Value>>,
    pub(super) save: BTreeMap<String, String>,
}

/// What a caller may say about one call.
#[derive(Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Options {
    pub(super) raw: bool,
    pub(super) timeout_ms: Option<u64>,
}

/// When a started call is cancelled.
#[derive(Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Cancel {
    /// Not before the ledger has so many charges.
    pub(super) charges: usize,
    /// And so many milliseconds later.
    pub(super) after_ms: u64,
}

impl Step {
    /// Says what is wrong with the form of a step.
    pub(super) fn check(&self) -> Outcome<()> {
        let actions = [
            self.call.is_some(),
            self.clock.is_some(),
            self.fault.is_some(),
            self.settings.is_some(),
            self.complete.is_some(),
            self.open.is_some(),
            self.close.is_some(),
            self.wait_ms.is_some(),
        ];
        if actions.iter().filter(|there| **there).count() != 1 {
            return Err("a step is exactly one of call, clock, fault, settings, complete, open, close, wait_ms".into());
        }
        let expected = (self.reply.is_some(), self.error.is_some());
        match expected {
            (true, false) | (false, true) if self.call.is_some() => {}
            (false, _) if self.open.is_some() => {}
            (false, false) if self.call.is_none() => {}
            _ => return Err("a call has a reply or an error, open may have an error, other steps have neither".into()),
        }
        if self.call.is_none() && (self.request.is_some() || self.cancel.is_some()) {
            return Err("only a call has a request or is cancelled".into());
        }
        Ok(())
    }
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/conformance")
}

/// All scenarios by name, `area/name`.
pub(super) fn all() -> BTreeMap<String, Outcome<Scenario>> {
    let mut found = BTreeMap::new();
    let areas = std::fs::read_dir(folder()).expect("the folder of the scenarios");
    for area in areas.map(|entry| entry.expect("an area").path()).filter(|path| path.is_dir()) {
        for file in std::fs::read_dir(&area).expect("an area") {
            let path = file.expect("a file").path();
            let relative = path.strip_prefix(folder()).expect("within the folder").with_extension("");
            found.insert(relative.to_string_lossy().into_owned(), read(&path));
        }
    }
    found
}

fn read(path: &Path) -> Outcome<Scenario> {
    let text = std::fs::read(path).map_err(|error| error.to_string())?;
    let scenario: Scenario = serde_json::from_slice(&text).map_err(|error| error.to_string())?;
    for (at, step) in scenario.steps.iter().enumerate() {
        step.check().map_err(|why| format!("step {at}: {why}"))?;
    }
    Ok(scenario)
}
