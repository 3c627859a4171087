use crate::shell::{PHOTO, command, compare, on, persona, run, sandbox};
use serde_json::json;

#[test]
fn the_exit_code_is_the_decision() {
    let sandbox = sandbox();
    for (service, persona, code) in [
        ("juhe_verify", "passes", 0),
        ("juhe_verify_encry", "face_differs", 1),
        ("juhe_verify2", "identity_mismatch", 1),
        ("juhe_verify2_encry", "photo_unusable", 3),
        ("juhe_verify", "low_score_pass", 1),
        ("juhe_verify", "no_record", 3),
    ] {
        let ended = on(&sandbox, &compare(service, persona, &[]));
        assert_eq!(ended.code, code, "{service} {persona}: {ended:?}");
        assert_eq!(ended.err, "");
    }
    let mobile = persona("passes").mobile.clone();
    assert_eq!(on(&sandbox, &compare("juhe_verifyface_mobile", "passes", &["--mobile", &mobile])).code, 0);
}

#[test]
fn a_fallback_is_asked_where_nothing_was_billed() {
    let sandbox = sandbox();
    let ended = on(&sandbox, &compare("juhe_verify", "no_record", &["--fallback", "juhe_verify2", "--json"]));
    let services: Vec<_> = ended.json()["attempts"].as_array().unwrap().iter().map(|a| a["service"].clone()).collect();
    assert_eq!(services, ["juhe_verify", "juhe_verify2"]);
    assert_eq!(sandbox.ledger().len(), 1);
    let text = on(&sandbox, &compare("juhe_verify", "no_record", &["--fallback", "juhe_verify2"]));
    assert!(text.out.contains("asked juhe_verify: inconclusive, billed no"), "{}", text.out);
    let once = on(&sandbox, &compare("juhe_verify", "face_differs", &["--fallback", "juhe_verify2", "--json"]));
    assert_eq!(once.json()["attempts"].as_array().unwrap().len(), 1, "a no is not asked about elsewhere");
}

#[test]
fn the_person_may_come_without_arguments() {
    let sandbox = sandbox();
    let person = persona("passes");
    let subject = json!({"name": person.name, "id_number": person.id_number}).to_string();
    let base = ["compare", "--service", "juhe_verify2", "--photo", PHOTO];
    let by_stdin = run(
        command(&[&base[..], &["--subject-file", "-"]].concat()).env("SHIREN_SANDBOX", sandbox.url()),
        subject.as_bytes(),
    );
    assert_eq!(by_stdin.code, 0, "{by_stdin:?}");
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), &subject).unwrap();
    assert_eq!(on(&sandbox, &[&base[..], &["--subject-file", file.path().to_str().unwrap()]].concat()).code, 0);
    let mut by_environment = command(&base);
    by_environment.env("SHIREN_SANDBOX", sandbox.url());
    by_environment.env("SHIREN_SUBJECT_NAME", &person.name).env("SHIREN_SUBJECT_ID_NUMBER", &person.id_number);
    let by_environment = run(&mut by_environment, b"");
    assert_eq!(by_environment.code, 0);
    assert!(by_environment.out.contains("张* · 1101************10") && !by_environment.out.contains(&person.id_number));
    let photo = std::fs::read(PHOTO).unwrap();
    let mut by_pipe = command(&["compare", "--service", "juhe_verify2", "--photo", "-", "--name", &person.name]);
    by_pipe.args(["--id-number", &person.id_number]).env("SHIREN_SANDBOX", sandbox.url());
    assert_eq!(run(&mut by_pipe, &photo).code, 0);
}

#[test]
fn mistakes_are_named_before_anything_is_sent() {
    let sandbox = sandbox();
    for (arguments, field) in [
        (compare("juhe_verify3", "passes", &["--json"]), "/service"),
        (compare("juhe_verify2", "passes", &["--json", "--threshold", "0.7"]), "/threshold"),
        (compare("juhe_verify2", "passes", &["--json", "--threshold", "NaN"]), "/threshold"),
        (compare("juhe_verify2", "passes", &["--json", "--mobile", "154"]), "/subject/mobile"),
        (vec!["compare", "--json", "--service", "juhe_verify2", "--photo", PHOTO], "/subject"),
        (vec!["compare", "--json", "--service", "juhe_verify2", "--photo", PHOTO, "--name", "x"], "/subject/id_number"),
        (vec!["compare", "--json", "--service", "juhe_verify2", "--photo", "/no/such", "--name", "x"], "--photo"),
        (vec!["compare", "--json", "--photo", PHOTO], "command line"),
    ] {
        let refused = on(&sandbox, &arguments);
        assert_eq!((refused.code, refused.error()["field"].as_str()), (2, Some(field)), "{refused:?}");
    }
    assert!(sandbox.journal().is_empty());
}
