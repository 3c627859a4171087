use crate::shell::{PHOTO, command, on, persona, run, sandbox, shiren};
use serde_json::json;

#[test]
fn fields_become_a_request_and_the_reply_is_printed() {
    let sandbox = sandbox();
    let person = persona("passes");
    let (name, number) = (format!("realname={}", person.name), format!("idcard={}", person.id_number));
    let photo = format!("image=@{PHOTO}");
    let fields = ["call", "juhe.verifyface.verify2", &name, &number, &photo];
    let reply = on(&sandbox, &[&fields[..], &["threshold=80.5", "--json", "--raw"]].concat());
    assert_eq!(reply.code, 0, "{reply:?}");
    let reply = reply.json();
    assert_eq!((&reply["verdict"]["decision"], &reply["verdict"]["threshold"]), (&json!("passed"), &json!(80.5)));
    assert!(reply["raw"].as_str().unwrap().contains("authResult"));
    let text = on(&sandbox, &fields);
    assert_eq!((text.code, text.err.as_str()), (0, ""));
    assert!(
        text.out.starts_with("✔ passed 通过\n") && text.out.contains("98.448 of 100 (984.48 of 1000)"),
        "{}",
        text.out
    );
    assert!(!text.out.contains("authResult"));
    assert_eq!(sandbox.ledger().len(), 2);
}

#[test]
fn values_come_from_standard_input_files_and_the_environment() {
    let sandbox = sandbox();
    let person = persona("face_differs");
    let mut call = command(&[
        "call",
        "juhe.verifyface.verify2",
        "realname=env:WHO",
        "idcard=@-",
        &format!("image=@{PHOTO}"),
        "--json",
    ]);
    call.env("SHIREN_SANDBOX", sandbox.url()).env("WHO", &person.name);
    let reply = run(&mut call, format!("{}\n", person.id_number).as_bytes());
    assert_eq!((reply.code, reply.json()["verdict"]["decision"].as_str()), (1, Some("rejected")));
}

#[test]
fn what_is_wrong_is_named_before_anything_is_sent() {
    let sandbox = sandbox();
    let unmarked = format!("image={PHOTO}");
    for (arguments, field, says) in [
        (vec!["idcrad=1"], "/idcrad", "there are: idcard, realname, image"),
        (vec!["threshold=high"], "/threshold", "a number is expected"),
        (vec!["allow_low_threshold=1"], "/allow_low_threshold", "true or false"),
        (vec!["realname=a", "realname=b"], "/realname", "twice"),
        (vec!["realname=a"], "/idcard", "required"),
        (vec!["image=@/no/such/file"], "/image", "cannot be read"),
        (vec![&*unmarked], "/image", "by @"),
        (vec!["realname=@-", "idcard=@-"], "/idcard", "taken already"),
        (vec!["realname"], "fields", "key=value"),
    ] {
        let refused = on(&sandbox, &[&["call", "juhe.verifyface.verify2", "--json"], &arguments[..]].concat());
        assert_eq!(refused.code, 2, "{refused:?}");
        let error = refused.error();
        assert_eq!((&error["kind"], &error["field"]), (&json!("invalid_argument"), &json!(field)), "{error}");
        assert!(error["message"].as_str().unwrap().contains(says), "{error}");
    }
    assert!(sandbox.journal().is_empty());
    let unknown = on(&sandbox, &["call", "juhe.verifyface.verfy2", "--json"]);
    assert_eq!((unknown.code, unknown.error()["kind"].as_str()), (2, Some("unknown_operation")));
    assert!(unknown.out.contains("did you mean juhe.verifyface.verify2?"));
}

#[test]
fn lists_and_objects_are_written_in_parts() {
    let sandbox = sandbox();
    let init = on(
        &sandbox,
        &[
            "call",
            "jumdata.lifecheck.init",
            "return_url=https://e.cn/",
            "actions=LookFront",
            "actions=BlinkEye",
            "--json",
        ],
    );
    assert_eq!(init.code, 0, "{init:?}");
    let person = persona("passes");
    let started = on(
        &sandbox,
        &[
            "call",
            "liveness.start",
            "vendor=juhe",
            "return_url=https://e.cn/",
            &format!("subject.name={}", person.name),
            &format!("/subject/id_number={}", person.id_number),
            "juhe:={\"model\":3}",
            "--json",
        ],
    );
    assert_eq!(started.code, 0, "{started:?}");
    let mut file = tempfile::NamedTempFile::new().unwrap();
    std::io::Write::write_all(&mut file, started.out.as_bytes()).unwrap();
    let session = format!("session:=@{}", file.path().display());
    assert_eq!(on(&sandbox, &["call", "liveness.finish", &session]).code, 4, "nobody has been on the page");
}

#[test]
fn local_operations_need_no_account() {
    let mut call = command(&["call", "juhe.cipher.key", "openid=env:ID", "--json"]);
    let key = run(call.env("ID", "JHsandbox0openid"), b"");
    assert_eq!((key.code, key.json()["key"].as_str()), (0, Some("e22b86d275bfe414")));
    let mut broken = command(&["call", "juhe.cipher.key", "openid=env:ID"]);
    broken.env("ID", "JHsandbox0openid").env("SHIREN_CONFIG", "/no/such/file");
    assert_eq!(run(&mut broken, b"").code, 0);
    let bytes = run(
        command(&["call", "juhe.cipher.decrypt", "text=LswZhLuTtSXUna1JZK5oWw==", "openid=env:ID", "--json"])
            .env("ID", "JHsandbox0openid"),
        b"",
    );
    assert_eq!(bytes.json(), json!({"text": "张伟", "bytes": "5byg5Lyf"}));
    let remote = shiren(&["call", "juhe.faceid.search", "jh_order_id=JH1", "--json"]);
    assert_eq!((remote.code, remote.error()["field"].as_str()), (10, Some("/accounts/juhe")));
    assert!(remote.out.contains("SHIREN_JUHE_KEY"));
}
