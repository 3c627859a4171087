use crate::shell::{Run, command, on, persona, run, sandbox};
use serde_json::Value;
use shiren_sandbox::{Completion, Sandbox};
use std::time::Duration;

/// Begins a session of this vendor, saved in a new file.
fn start(sandbox: &Sandbox, vendor: &str, directory: &tempfile::TempDir) -> (String, Value) {
    let person = persona("passes");
    let file = directory.path().join(format!("{vendor}.json")).display().to_string();
    let mut arguments =
        vec!["liveness", "start", "--vendor", vendor, "--return-url", "https://shop.example/back", "--save", &file];
    if vendor != "jumdata" {
        arguments.extend(["--name", &person.name, "--id-number", &person.id_number]);
    }
    let started = on(sandbox, &arguments);
    assert_eq!((started.code, started.err.as_str()), (0, ""), "{started:?}");
    let session: Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
    assert!(started.out.contains(session["page_url"].as_str().unwrap()), "{}", started.out);
    assert!(!started.out.contains(&person.id_number));
    (file, session)
}

fn finish(sandbox: &Sandbox, file: &str, more: &[&str]) -> Run {
    on(sandbox, &[&["liveness", "finish", "--session", file], more].concat())
}

#[test]
fn from_start_to_finish_with_each_vendor() {
    let (sandbox, directory) = (sandbox(), tempfile::tempdir().unwrap());
    for vendor in ["juhe", "jumdata", "baidu"] {
        let (file, session) = start(&sandbox, vendor, &directory);
        assert_eq!(finish(&sandbox, &file, &[]).code, 4, "{vendor}: nobody has been there");
        let who = Completion { outcome: None, persona: (vendor == "jumdata").then(|| "passes".to_owned()) };
        let reference = session["reference"].as_str().unwrap();
        // Baidu's addresses stand in the page's own, which nobody opened here.
        let landed = sandbox.complete_blocking(reference, who).unwrap().redirect;
        assert_eq!(landed.is_some(), vendor != "baidu");
        let landed = landed.unwrap_or("https://shop.example/back".to_owned());
        let finished = finish(&sandbox, &file, &["--landed-url", &landed]);
        assert_eq!((finished.code, finished.err.as_str()), (0, ""), "{vendor}: {finished:?}");
        assert_eq!(finished.out.contains("not who it is"), vendor == "jumdata", "{}", finished.out);
        let verdict = finish(&sandbox, &file, &["--json"]).json();
        assert_eq!(verdict["verdict"]["checks"]["liveness"], "passed", "{vendor}");
    }
}

#[test]
fn a_landed_url_that_was_altered_ends_with_14() {
    let (sandbox, directory) = (sandbox(), tempfile::tempdir().unwrap());
    let (file, session) = start(&sandbox, "juhe", &directory);
    let done = sandbox.complete_blocking(session["reference"].as_str().unwrap(), Completion::default()).unwrap();
    let altered = done.redirect.unwrap().replace("87", "99");
    let refused = finish(&sandbox, &file, &["--json", "--landed-url", &altered]);
    assert_eq!((refused.code, refused.error()["kind"].as_str()), (14, Some("signature")));
}

#[test]
fn a_session_that_was_altered_or_is_no_session_is_refused() {
    let (sandbox, directory) = (sandbox(), tempfile::tempdir().unwrap());
    let (file, _) = start(&sandbox, "baidu", &directory);
    let altered = std::fs::read_to_string(&file).unwrap().replace("\"identity\"", "\"liveness\"");
    let mut command = command(&["liveness", "finish", "--session", "-", "--json"]);
    let refused = run(command.env("SHIREN_SANDBOX", sandbox.url()), altered.as_bytes());
    assert_eq!(refused.code, 14, "what a pass has to prove cannot be lowered on the way: {refused:?}");
    std::fs::write(&file, "no json").unwrap();
    assert_eq!(finish(&sandbox, &file, &[]).code, 2);
    assert_eq!(finish(&sandbox, "/no/such/file", &[]).code, 2);
}

#[test]
fn an_expired_session_ends_with_5() {
    let (sandbox, directory) = (sandbox(), tempfile::tempdir().unwrap());
    let (file, _) = start(&sandbox, "jumdata", &directory);
    sandbox.advance(Duration::from_secs(601));
    assert_eq!(finish(&sandbox, &file, &[]).code, 5);
}

#[test]
fn waiting_ends_when_the_person_comes_back() {
    let (sandbox, directory) = (sandbox(), tempfile::tempdir().unwrap());
    let (file, session) = start(&sandbox, "juhe", &directory);
    let waiting = std::thread::scope(|scope| {
        let waiting = scope.spawn(|| finish(&sandbox, &file, &["--wait", "20"]));
        std::thread::sleep(Duration::from_millis(500));
        sandbox.complete_blocking(session["reference"].as_str().unwrap(), Completion::default()).unwrap();
        waiting.join().unwrap()
    });
    assert_eq!(waiting.code, 0, "{waiting:?}");
}

#[test]
fn a_session_is_kept_before_it_costs_and_never_overwritten() {
    let (sandbox, directory) = (sandbox(), tempfile::tempdir().unwrap());
    let (file, session) = start(&sandbox, "jumdata", &directory);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    }
    let asked = sandbox.journal().len();
    let base = ["liveness", "start", "--vendor", "jumdata", "--return-url", "https://e.cn/", "--json", "--save"];
    for path in [&*file, "/no/such/directory/session.json"] {
        let refused = on(&sandbox, &[&base[..], &[path]].concat());
        assert_eq!((refused.code, refused.error()["field"].as_str()), (2, Some("--save")));
    }
    assert_eq!(sandbox.journal().len(), asked, "nothing was begun that could not be kept");
    assert!(std::fs::read_to_string(&file).unwrap().contains(session["reference"].as_str().unwrap()));
    let other = directory.path().join("other.json").display().to_string();
    let failed = on(&sandbox, &[&base[..], &[&*other, "jumdata.colors=mud"]].concat());
    assert_eq!(failed.code, 2);
    assert!(!std::path::Path::new(&other).exists(), "a start that failed leaves no empty file");
}

#[test]
fn jumdata_takes_no_subject() {
    let sandbox = sandbox();
    let base = ["liveness", "start", "--vendor", "jumdata", "--return-url", "https://e.cn/", "--json"];
    let refused = on(&sandbox, &[&base[..], &["--name", "张伟", "--id-number", "1"]].concat());
    assert_eq!((refused.code, refused.error()["field"].as_str()), (2, Some("/subject")));
}
