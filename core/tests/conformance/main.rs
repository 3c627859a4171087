//! The conformance scenarios of `tests/conformance`, run from Rust. Each is a test of its own; what a file holds and
//! what a runner in another language does is in `tests/conformance/README.md`.

mod admin;
mod coverage;
mod expectation;
mod run;
mod scenario;
mod value;
mod wrong;

use admin::Admin;
use libtest_mimic::{Arguments, Trial};
use shiren_sandbox::Sandbox;
use std::sync::{Arc, Mutex, PoisonError};

/// What went well, or a sentence on what did not.
type Outcome<T> = Result<T, String>;

fn main() {
    let sandbox = Sandbox::start_blocking().expect("a sandbox");
    // One sandbox for all, reset between them: what a runner in another language has. So one at a time.
    let stage = Arc::new(Mutex::new(Admin { url: sandbox.url().to_owned(), accounts: sandbox.accounts() }));
    let scenarios = Arc::new(scenario::all());
    let mut trials = Vec::new();
    for name in scenarios.keys() {
        let (stage, scenarios, key) = (stage.clone(), scenarios.clone(), name.clone());
        trials.push(Trial::test(name, move || {
            let scenario = scenarios[&key].as_ref().map_err(Clone::clone)?;
            let stage = stage.lock().unwrap_or_else(PoisonError::into_inner);
            Ok(run::run(scenario, &stage)?)
        }));
    }
    for (name, check) in coverage::CHECKS {
        let scenarios = scenarios.clone();
        trials.push(Trial::test(format!("coverage: {name}"), move || Ok(check(&scenarios)?)));
    }
    for (name, check) in wrong::CHECKS {
        let (stage, scenarios) = (stage.clone(), scenarios.clone());
        trials.push(Trial::test(format!("runner: {name}"), move || {
            Ok(check(&scenarios, &stage.lock().unwrap_or_else(PoisonError::into_inner))?)
        }));
    }
    let conclusion = libtest_mimic::run(&Arguments::from_args(), trials);
    sandbox.stop();
    conclusion.exit();
}
