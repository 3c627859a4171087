//! Neither keys nor people come out where nobody asked for them.

use crate::shell::{PHOTO, command, compare, persona, run, sandbox, shiren};
use serde_json::json;
use shiren_sandbox::NewTenant;

#[test]
fn a_key_is_not_taken_from_an_argument() {
    for arguments in [
        &["call", "juhe.cipher.key", "openid=canary-openid"][..],
        &["call", "juhe.cipher.key", "openid:=\"canary-openid\""],
        &["call", "jumdata.lifecheck.result", "token=canary-token"],
        &["call", "liveness.finish", "session:={\"reference\":\"canary-token\"}"],
    ] {
        let refused = shiren(arguments);
        assert_eq!(refused.code, 2, "{refused:?}");
        assert!(refused.err.contains("not taken from an argument"), "{}", refused.err);
        assert!(!refused.err.contains("canary") && refused.out.is_empty());
    }
}

#[test]
fn keys_and_people_do_not_reach_the_output() {
    let sandbox = sandbox();
    let tenant = sandbox
        .add_tenant(NewTenant {
            id: "canary".into(),
            juhe_key: Some("canary-juhe-key".into()),
            juhe_openid: Some("canary-juhe-openid".into()),
            ..NewTenant::default()
        })
        .unwrap();
    let url = sandbox.url();
    let config = json!({"accounts": {"juhe": {
        "key": tenant.juhe_key, "openid": tenant.juhe_openid, "base_url": format!("{url}/juhe")}}});
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), config.to_string()).unwrap();
    let config = file.path().to_str().unwrap();
    let person = persona("identity_mismatch");
    let subject = json!({"name": person.name, "id_number": person.id_number}).to_string();
    let base = ["compare", "--photo", PHOTO, "--subject-file", "-", "--config", config, "--service"];
    for more in
        [&["juhe_verify"][..], &["juhe_verify_encry", "--json"], &["juhe_verify2"], &["juhe_verify2_encry", "--json"]]
    {
        for armed in [None, Some("garbage"), Some("echo_personal"), Some("drop_after_billing"), Some("quota")] {
            if let Some(kind) = armed {
                let fault: shiren_sandbox::Fault = serde_json::from_value(json!({"kind": kind})).unwrap();
                sandbox.fault(fault).unwrap();
            }
            let ended = run(&mut command(&[&base[..], more].concat()), subject.as_bytes());
            let shown = format!("{}{}", ended.out, ended.err);
            for canary in ["canary", &person.id_number, &person.name] {
                assert!(!shown.contains(canary), "{more:?} {armed:?}: {shown}");
            }
        }
    }
    std::fs::write(file.path(), r#"{"accounts":{"juhe":{"key":"canary-juhe-key","kye":1}}}"#).unwrap();
    let broken = shiren(&compare("juhe_verify", "passes", &["--config", config]));
    assert_eq!(broken.code, 10);
    assert!(!broken.err.contains("canary"), "{}", broken.err);
}

#[test]
fn what_went_astray_on_the_command_line_is_not_quoted() {
    for arguments in [
        &["compare", "--service", "juhe_verify", "--photo", "x", "王小二"][..],
        &["compare", "--service", "juhe_verify", "--photo", "x", "--threshold", "王小二"],
        &["returns", "verify", "--url", "x", "--vendor", "王小二"],
        &["sandbox", "--port", "王小二"],
        &["ops", "a", "王小二"],
    ] {
        for json in [&[][..], &["--json"]] {
            let refused = shiren(&[arguments, json].concat());
            assert_eq!(refused.code, 2, "{refused:?}");
            assert!(!format!("{refused:?}").contains("王小二"), "{refused:?}");
        }
    }
    let known = shiren(&["compare", "--nmae", "王小二"]);
    assert!(known.err.contains("--nmae") && known.err.contains("--name"), "{}", known.err);
}
