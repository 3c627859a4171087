use crate::shell::{command, on, persona, run, sandbox, shiren};

#[test]
fn a_number_is_looked_at_and_masked() {
    let number = &persona("passes").id_number;
    let plain = shiren(&["id", number]);
    assert_eq!((plain.code, plain.err.as_str()), (0, ""), "{plain:?}");
    assert!(plain.out.starts_with("✔ accepted") && plain.out.contains("北京市"), "{}", plain.out);
    assert!(plain.out.contains("1101************10") && plain.out.contains("1800-**-**"), "{}", plain.out);
    let json = shiren(&["id", number, "--json"]);
    assert!(
        !json.out.contains(&**number) && !json.out.contains("1800-01-02") && !json.out.contains("110101"),
        "{json:?}"
    );
    assert_eq!(json.json()["sex"], "male");
    let shown = shiren(&["id", number, "--json", "--show"]).json();
    assert_eq!((shown["normalized"].as_str(), shown["birth_date"].as_str()), (Some(&**number), Some("1800-01-02")));
    assert_eq!(shown["region"]["code"], "110101");
}

#[test]
fn a_wrong_number_ends_with_2_and_says_why() {
    let wrong = shiren(&["id", "110101180001020011"]);
    assert_eq!(wrong.code, 2);
    assert!(wrong.out.starts_with("✘ rejected") && wrong.out.contains("id_number.check_digit"), "{}", wrong.out);
    assert!(wrong.out.contains("GB 11643-1999") && !wrong.out.contains("110101180001020011"), "{}", wrong.out);
    let json = shiren(&["id", "30-February", "--json"]);
    assert_eq!((json.code, json.json()["findings"][0]["severity"].as_str()), (2, Some("reject")));
}

#[test]
fn values_come_from_standard_input_too() {
    for arguments in [&["id", "-", "--json", "--show"][..], &["id", "--json", "--show"]] {
        let reply = run(&mut command(arguments), b"11010519491231002x\n");
        assert_eq!((reply.code, reply.json()["normalized"].as_str()), (0, Some("11010519491231002X")));
    }
    let mobile = run(&mut command(&["mobile", "-", "--json", "--show"]), b"+86 154-0000-1800\n");
    assert_eq!((mobile.code, mobile.json()["normalized"].as_str()), (0, Some("15400001800")));
}

#[test]
fn mobiles_and_names() {
    let mobile = shiren(&["mobile", "154 0000 1800"]);
    assert_eq!(mobile.code, 0);
    assert!(mobile.out.contains("154******00") && mobile.out.contains("mobile.spelling"), "{}", mobile.out);
    assert_eq!(shiren(&["mobile", "010-12345678"]).code, 2);
    let name = shiren(&["name", "阿卜杜拉•买买提"]);
    assert_eq!(name.code, 0);
    assert!(name.out.contains("name.dot") && !name.out.contains("买买提"), "{}", name.out);
    let shown = shiren(&["name", "阿卜杜拉•买买提", "--show", "--json"]).json();
    assert_eq!((shown["normalized"].as_str(), shown["han"].as_u64()), (Some("阿卜杜拉·买买提"), Some(7)));
    for person in ["Zoë O'Neill-Lee", "𠮷田"] {
        assert_eq!(shiren(&["name", person, "--json"]).json()["findings"], serde_json::json!([]), "{person}");
    }
    assert_eq!(shiren(&["name", "王*"]).code, 2);
}

#[test]
fn a_call_can_be_checked_without_being_sent() {
    let sandbox = sandbox();
    let asked = sandbox.journal().len();
    let base = ["call", "juhe.faceid.query", "--check", "--json", "cert_name=王小二", "order_id=order00001"];
    let wrong = on(&sandbox, &[&base[..], &["cert_no=110101180001020011", "return_url=https://e.cn/#/a"]].concat());
    assert_eq!(wrong.code, 2);
    let reply = wrong.json();
    assert_eq!(reply["findings"][0]["rule"], "id_number.check_digit");
    assert_eq!(reply["findings"][1]["rule"], "return_url.hash_route");
    let fine = on(&sandbox, &[&base[..], &["cert_no=110101180001020010", "return_url=https://e.cn/a"]].concat());
    assert_eq!((fine.code, fine.json()["accepted"].as_bool()), (0, Some(true)));
    let sent = on(
        &sandbox,
        &[
            "call",
            "juhe.faceid.query",
            "--json",
            "cert_name=王小二",
            "order_id=order00001",
            "cert_no=110101180001020011",
            "return_url=https://e.cn/",
        ],
    );
    assert_eq!((sent.code, sent.error()["field"].as_str()), (2, Some("/cert_no")));
    assert_eq!(sandbox.journal().len(), asked, "nothing was sent");
}

#[test]
fn the_level_comes_from_the_configuration() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("config.json");
    let check = |preflight: &str| {
        std::fs::write(&file, format!(r#"{{"preflight":{preflight}}}"#)).unwrap();
        let path = file.display().to_string();
        let base = ["call", "jumdata.lifecheck.init", "--check", "--json", "--config", &path];
        shiren(&[&base[..], &["return_url=https://e.cn/?a=1"]].concat()).code
    };
    assert_eq!(check(r#"{"level":"standard"}"#), 0);
    assert_eq!(check(r#"{"level":"strict"}"#), 2);
    assert_eq!(check(r#"{"level":"strict","allow":["return_url.query"]}"#), 0);
    assert_eq!(check(r#"{"allow":["no.such"]}"#), 10);
}
