use crate::shell::{command, on, run, sandbox, shiren};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use shiren_sandbox::{Fault, Sandbox};
use std::io::{Read as _, Write as _};
use std::net::TcpListener;

fn config(value: &Value) -> tempfile::NamedTempFile {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), value.to_string()).unwrap();
    file
}

fn accounts(sandbox: &Sandbox, juhe_key: &str, appcode: &str, baidu: &Value) -> Value {
    let url = sandbox.url();
    let mut baidu = baidu.clone();
    baidu["base_url"] = format!("{url}/baidu").into();
    json!({"accounts": {
        "juhe": {"key": juhe_key, "base_url": format!("{url}/juhe")},
        "jumdata": {
            "init_url": format!("{url}/jumdata/lifecheck/init"), "result_url": format!("{url}/jumdata/lifecheck/result"),
            "gateway": {"kind": "appcode", "appcode": appcode},
        },
        "baidu": baidu,
    }})
}

/// The health of a check.
fn health(report: &Value, what: &str) -> String {
    let checks = report["checks"].as_array().unwrap();
    let check = checks.iter().find(|check| check["what"] == what).unwrap_or_else(|| panic!("{what}: {report}"));
    check["health"].as_str().unwrap().to_owned()
}

#[test]
fn a_sandbox_is_well_and_nothing_is_paid() {
    let sandbox = sandbox();
    let report = on(&sandbox, &["doctor", "--json"]);
    assert_eq!(report.code, 0, "{report:?}");
    let report = report.json();
    assert_eq!((&report["good"], &report["offline"]), (&json!(true), &json!(false)));
    for check in report["checks"].as_array().unwrap() {
        assert_eq!(check["health"], "good", "{check}");
    }
    for vendor in ["juhe", "jumdata", "baidu"] {
        assert_eq!(health(&report, &format!("{vendor}.key")), "good");
    }
    let text = on(&sandbox, &["doctor"]);
    assert_eq!((text.code, text.err.as_str()), (0, ""));
    assert!(text.out.contains("✔  juhe key") && !text.out.contains(['✘', '?', '·']), "{}", text.out);
    let asked: Vec<_> =
        sandbox.journal().into_iter().map(|entry| (entry.operation, entry.billed, entry.subject)).collect();
    let free = ["juhe.faceid.search", "jumdata.lifecheck.result", "baidu.oauth.token"];
    assert_eq!(asked, [free, free].concat().into_iter().map(|id| (id, 0, None)).collect::<Vec<_>>());
    assert!(sandbox.ledger().is_empty());
}

#[test]
fn a_key_that_is_refused_ends_with_10() {
    let sandbox = sandbox();
    for (code, ends, is) in [(10001, 10, "bad"), (10002, 0, "unclear"), (10012, 11, "bad"), (10021, 12, "bad")] {
        let fault = json!({"kind": "code", "code": code, "path": "/juhe/faceid"});
        sandbox.fault(serde_json::from_value::<Fault>(fault).unwrap()).unwrap();
        let report = on(&sandbox, &["doctor", "--json"]);
        assert_eq!(report.code, ends, "{report:?}");
        let report = report.json();
        assert_eq!((health(&report, "juhe.key").as_str(), health(&report, "juhe.network").as_str()), (is, "good"));
        assert_eq!(health(&report, "baidu.key"), "good", "the others are asked all the same");
    }
    assert!(sandbox.ledger().is_empty());
}

#[test]
fn wrong_keys_are_found_and_no_key_is_shown() {
    let sandbox = sandbox();
    for baidu in [
        json!({"api_key": "canary-ak", "secret_key": "canary-sk"}),
        json!({"api_key": "sandbox-baidu-ak", "secret_key": "canary-sk", "auth": "bce"}),
        json!({"api_key": "bce-v3/ALTAK-canary/key", "auth": "bearer"}),
    ] {
        let file = config(&accounts(&sandbox, "canary-key", "canary-appcode", &baidu));
        let path = file.path().to_str().unwrap();
        let report = shiren(&["doctor", "--meter", "--json", "--config", path]);
        assert_eq!(report.code, 10, "{report:?}");
        for key in ["juhe.key", "jumdata.key", "baidu.key"] {
            assert_eq!(health(&report.json(), key), "bad", "{key} {baidu}: {}", report.out);
        }
        let text = shiren(&["doctor", "--meter", "--config", path]);
        for out in [&report.out, &text.out, &text.err] {
            assert!(!out.contains("canary") && !out.contains("sandbox-baidu"), "{out}");
        }
    }
    for baidu in [
        json!({"api_key": "sandbox-baidu-ak", "secret_key": "sandbox-baidu-sk", "auth": "bce"}),
        json!({"api_key": "bce-v3/ALTAK-sandbox/bearer", "auth": "bearer"}),
    ] {
        let file = config(&accounts(&sandbox, "sandbox-juhe-key", "sandbox-jumdata-appcode", &baidu));
        let report = shiren(&["doctor", "--meter", "--json", "--config", file.path().to_str().unwrap()]);
        assert_eq!(report.code, 0, "{report:?}");
        assert_eq!(
            (health(&report.json(), "baidu.key"), health(&report.json(), "jumdata.key")),
            ("good".into(), "good".into())
        );
    }
    assert!(sandbox.ledger().is_empty());
}

#[test]
fn what_a_marketplace_may_count_is_asked_only_when_told() {
    let sandbox = sandbox();
    let keys = json!({"api_key": "sandbox-baidu-ak", "secret_key": "sandbox-baidu-sk"});
    let file = config(&accounts(&sandbox, "sandbox-juhe-key", "sandbox-jumdata-appcode", &keys));
    let report = shiren(&["doctor", "--json", "--config", file.path().to_str().unwrap()]);
    assert_eq!(report.code, 0, "{report:?}");
    assert_eq!(
        (health(&report.json(), "jumdata.network").as_str(), health(&report.json(), "jumdata.key").as_str()),
        ("good", "unclear")
    );
    assert!(report.out.contains("--meter"));
    assert!(sandbox.journal().iter().all(|entry| entry.vendor != "jumdata"));
}

#[test]
fn both_addresses_of_jumdata_are_tried() {
    let sandbox = sandbox();
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let keys = json!({"api_key": "sandbox-baidu-ak", "secret_key": "sandbox-baidu-sk"});
    let mut value = accounts(&sandbox, "sandbox-juhe-key", "sandbox-jumdata-appcode", &keys);
    value["accounts"]["jumdata"]["init_url"] = format!("http://127.0.0.1:{port}/init").into();
    let file = config(&value);
    let report = shiren(&["doctor", "--meter", "--json", "--config", file.path().to_str().unwrap()]);
    assert_eq!(report.code, 13, "{report:?}");
    let report = report.json();
    let checks = report["checks"].as_array().unwrap();
    let of =
        |what: &str| checks.iter().filter(|check| check["what"] == what).map(|check| check["health"].clone()).collect();
    let (network, key): (Vec<_>, Vec<_>) = (of("jumdata.network"), of("jumdata.key"));
    assert_eq!((network, key), (vec![json!("good"), json!("bad")], vec![json!("good")]));
    assert!(sandbox.ledger().is_empty());
}

#[test]
fn an_unreachable_vendor_ends_with_13() {
    // A port that was free a moment ago.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let url = format!("http://127.0.0.1:{port}");
    let report = shiren(&["doctor", "--json", "--sandbox", &url]);
    assert_eq!(report.code, 13, "{report:?}");
    let report = report.json();
    assert_eq!(report["good"], false);
    for vendor in ["juhe", "jumdata", "baidu"] {
        assert_eq!(health(&report, &format!("{vendor}.network")), "bad");
        assert_eq!(health(&report, &format!("{vendor}.key")), "skipped");
    }
    assert_eq!(health(&report, "clock"), "skipped");
    let offline = shiren(&["doctor", "--offline", "--sandbox", &url]);
    assert_eq!(offline.code, 0, "nobody was asked: {offline:?}");
}

/// A server that answers everything with an order that does not exist, at another time.
fn out_of_time(seconds: i64) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let _ = stream.read(&mut [0; 8192]);
            let date = Timestamp::now() + SignedDuration::from_secs(seconds);
            let date = date.strftime("%a, %d %b %Y %H:%M:%S GMT");
            let body = r#"{"error_code":279302,"reason":"x","result":null}"#;
            let head = format!("HTTP/1.1 200 OK\r\ndate: {date}\r\ncontent-length: {}\r\n", body.len());
            let _ = stream.write_all(format!("{head}connection: close\r\n\r\n{body}").as_bytes());
        }
    });
    url
}

#[test]
fn a_clock_that_is_off_is_worth_a_look() {
    for (seconds, is, says) in [
        (0, "good", "less than 5 minutes"),
        (280, "good", "less than 5 minutes"),
        (605, "unclear", "10 minutes behind"),
        (-3605, "unclear", "60 minutes ahead of"),
    ] {
        let file = config(&json!({"accounts": {"juhe": {"key": "canary", "base_url": out_of_time(seconds)}}}));
        let looked = shiren(&["doctor", "--json", "--config", file.path().to_str().unwrap()]);
        assert_eq!(looked.code, 0, "{looked:?}");
        let report = looked.json();
        assert_eq!(
            (health(&report, "juhe.key").as_str(), health(&report, "clock").as_str()),
            ("good", is),
            "{seconds}"
        );
        assert!(looked.out.contains(says), "{seconds}: {}", looked.out);
    }
}

#[test]
fn offline_asks_nobody() {
    let sandbox = sandbox();
    let report = on(&sandbox, &["doctor", "--offline", "--json"]);
    assert_eq!((report.code, report.json()["offline"].as_bool()), (0, Some(true)));
    assert_eq!(health(&report.json(), "network"), "skipped");
    assert!(sandbox.journal().is_empty());
    assert_eq!(on(&sandbox, &["doctor", "--offline", "--meter"]).code, 2);
}

#[test]
fn configuration_comes_first() {
    let nothing = shiren(&["doctor"]);
    assert_eq!((nothing.code, nothing.err.as_str()), (10, ""));
    assert!(
        nothing.out.contains("no option and no variable") && nothing.out.contains("shiren demo"),
        "{}",
        nothing.out
    );
    let half = run(command(&["doctor", "--json"]).env("SHIREN_BAIDU_API_KEY", "canary-ak"), b"");
    assert_eq!(half.code, 10);
    assert_eq!(health(&half.json(), "configuration"), "bad");
    assert!(half.out.contains("SHIREN_BAIDU_SECRET_KEY") && !half.out.contains("canary"), "{}", half.out);
    for (value, says) in [
        (
            json!({"accounts": {"juhe": {"key": "canary", "base_url": "http://apis.juhe.cn"}}}),
            "/accounts/juhe/base_url",
        ),
        (json!({"accounts": {"juhe": {"key": "canary"}}, "test_mode": true}), "test mode"),
        (json!({"accounts": {"juhe": {"key": "canary"}}, "proxy": "canary"}), "/proxy"),
        (json!({"accounts": {"juhe": {"key": "canary"}}, "timeuot_ms": 1}), "timeuot_ms"),
    ] {
        let file = config(&value);
        let refused = shiren(&["doctor", "--offline", "--config", file.path().to_str().unwrap()]);
        assert_eq!(refused.code, 10, "{refused:?}");
        assert!(refused.out.contains(says) && !refused.out.contains("canary"), "{}", refused.out);
    }
    assert_eq!(shiren(&["doctor", "--config", "/no/such/file"]).code, 10);
}

#[test]
fn settings_are_shown() {
    let file = config(&json!({
        "accounts": {
            "juhe": {"key": "canary", "base_url": "https://example.com"},
            "baidu": {"api_key": "canary", "secret_key": "canary"},
        },
        "limits": {"juhe": {"per_second": 2.5, "in_flight": 3}, "baidu": {"breaker": {}}},
        "preflight": {"level": "off"},
    }));
    let mut offline = command(&["doctor", "--offline", "--json", "--config", file.path().to_str().unwrap()]);
    let report = run(offline.env("SHIREN_JUHE_KEY", "canary"), b"");
    assert_eq!(report.code, 0, "{report:?}");
    assert!(report.out.contains("2.5 calls per second, 3 in flight") && report.out.contains("breaker after 5 faults"));
    assert!(report.out.contains("not used beside that: SHIREN_JUHE_KEY") && !report.out.contains("canary"));
    let report = report.json();
    for (what, is) in [
        ("juhe.base_url", "unclear"),
        ("baidu.base_url", "good"),
        ("jumdata.account", "skipped"),
        ("preflight", "unclear"),
        ("configuration.environment", "unclear"),
    ] {
        assert_eq!(health(&report, what), is, "{what}");
    }
}

#[test]
fn another_marketplace_comes_from_the_environment_too() {
    let mut doctor = command(&["doctor", "--offline", "--json"]);
    for (name, value) in [
        ("GATEWAY", "tencent"),
        ("INIT_URL", "https://example.com/init"),
        ("RESULT_URL", "https://example.com/result"),
        ("SECRET_ID", "canary"),
        ("SECRET_KEY", "canary"),
        ("APPCODE", "canary"),
    ] {
        doctor.env(format!("SHIREN_JUMDATA_{name}"), value);
    }
    let looked = run(&mut doctor, b"");
    assert_eq!(looked.code, 0, "{looked:?}");
    assert!(looked.out.contains("the keys of the gateway tencent are set") && !looked.out.contains("canary"));
    assert!(looked.out.contains("SHIREN_JUMDATA_APPCODE: the gateway of"), "{}", looked.out);
    doctor.env_remove("SHIREN_JUMDATA_SECRET_KEY");
    let half = run(&mut doctor, b"");
    assert!(half.code == 10 && half.out.contains("SHIREN_JUMDATA_SECRET_KEY is not set"), "{half:?}");
}
