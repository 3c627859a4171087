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
use serde_json::json;
use shiren_sandbox::Sandbox;
use std::sync::{Arc, Mutex, PoisonError};

/// What went well, or a sentence on what did not.
type Outcome<T> = Result<T, String>;

/// The default tenant's accounts, as the ready line of `shiren sandbox` has them.
fn admin(sandbox: &Sandbox) -> Admin {
    let (url, tenant) = (sandbox.url(), sandbox.account());
    let accounts = json!({
        "juhe": {"key": tenant.juhe_key, "openid": tenant.juhe_openid, "base_url": format!("{url}/juhe")},
        "jumdata": {
            "init_url": format!("{url}/jumdata/lifecheck/init"),
            "result_url": format!("{url}/jumdata/lifecheck/result"),
            "page_url": format!("{url}/jumdata/lifecheck/v2/check/index"),
            "gateway": {"kind": "appcode", "appcode": tenant.jumdata_appcode},
        },
        "baidu": {
            "api_key": tenant.baidu_api_key,
            "secret_key": tenant.baidu_secret_key,
            "plan_id": tenant.baidu_plan,
            "base_url": format!("{url}/baidu"),
            "page_url": format!("{url}/baidu/face/print/"),
        },
    });
    Admin { url: url.to_owned(), accounts }
}

fn main() {
    let sandbox = Sandbox::start_blocking().expect("a sandbox");
    // One sandbox for all, reset between them: what a runner in another language has. So one at a time.
    let stage = Arc::new(Mutex::new(admin(&sandbox)));
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
