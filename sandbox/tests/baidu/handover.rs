//! generate, submit and upload: what they take and what they refuse.

use base64::prelude::{BASE64_STANDARD, Engine};
use serde_json::{Value, json};

use crate::wire::{last_notes, post_form, post_json, send};
use crate::{App, access_token, assert_ended, assert_failure, lenient, path, sandbox, with_plan};

#[test]
fn generate() {
    let sandbox = sandbox();
    let app = App::new(&sandbox);
    // A text in the table, a number in the sample.
    for plan in [json!("1"), json!(1)] {
        let reply = app.call("verifyToken/generate", json!({"plan_id": plan}));
        assert_eq!(reply["success"], true);
        let token = reply["result"]["verify_token"].as_str().unwrap();
        assert!(token.len() == 24 && token.bytes().all(|byte| byte.is_ascii_alphanumeric()), "{token}");
        assert!(reply["log_id"].is_string());
    }
    for (body, code) in [
        (json!({}), 216101),
        (json!({"plan_id": null}), 216101),
        (json!({"plan_id": true}), 216100),
        (json!({"plan_id": "999"}), 283435),
        (json!({"plan_id": 999}), 283435),
        (json!([1]), 283513),
    ] {
        assert_failure(&app.call("verifyToken/generate", body), code);
    }
}

#[test]
fn method_and_content_type() {
    let sandbox = sandbox();
    let query = format!("?access_token={}", access_token(&sandbox));
    let generate = format!("{}{query}", path("verifyToken/generate"));
    let refused = send(&sandbox, "GET", &generate, &[], b"");
    assert_eq!((refused.status, refused.header("allow")), (405, Some("POST")));
    assert_failure(&post_form(&sandbox, &generate, &[], &[("plan_id", "1")]).json(), 283513);
    let detail = format!("{}{query}", path("result/detail"));
    assert_failure(&post_form(&sandbox, &detail, &[], &[("verify_token", "x")]).json(), 216100);
    assert_failure(&send(&sandbox, "POST", &detail, &[("Content-Type", "application/json")], b"{").json(), 216100);

    let lenient = lenient();
    let generate = format!("{}?access_token={}", path("verifyToken/generate"), access_token(&lenient));
    assert_eq!(post_form(&lenient, &generate, &[], &[("plan_id", "1")]).json()["success"], true);
    assert_eq!(send(&lenient, "GET", &generate, &[], br#"{"plan_id":1}"#).json()["success"], true);
}

#[test]
fn submit() {
    let sandbox = sandbox();
    let app = App::new(&sandbox);
    let token = app.generate("1");
    let whole = json!({"verify_token": token, "id_name": "张三", "id_no": "11010519491231002X", "certificate_type": 4});
    let reply = app.call("idcard/submit", whole.clone());
    assert_eq!((&reply["success"], &reply["result"]), (&json!(true), &json!(1)));
    let with = |name: &str, value: Value| {
        let mut body = whole.clone();
        body[name] = value;
        app.call("idcard/submit", body)
    };
    for name in ["verify_token", "id_name", "id_no"] {
        assert_failure(&with(name, Value::Null), 216101);
        assert_failure(&with(name, json!("")), 216101);
        assert_failure(&with(name, json!(1)), 216100);
    }
    for value in [Value::Null, json!(1), json!(2), json!("0"), json!(0.5)] {
        assert_failure(&with("certificate_type", value), 216100);
    }
    assert_ended(&with("verify_token", json!("nonsense")));
    // Nobody's personal data in the journal.
    let journal = format!("{:?}", sandbox.journal());
    assert!(journal.contains("张*") && !journal.contains("张三") && !journal.contains("11010519491231002X"));

    let lenient = lenient();
    let app = App::new(&lenient);
    let token = app.generate("1");
    let body = json!({"verify_token": token, "id_name": "张三", "id_no": "11010519491231002X"});
    assert_eq!(app.call("idcard/submit", body)["success"], true);
}

fn png(width: u32, height: u32) -> String {
    let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
    bytes.extend(width.to_be_bytes());
    bytes.extend(height.to_be_bytes());
    BASE64_STANDARD.encode(bytes)
}

#[test]
fn upload() {
    let sandbox = with_plan(json!({"compare": "own_photo"}));
    let app = App::new(&sandbox);
    let token = app.generate("p");
    let upload = |image: Value| app.call("uploadMatchImage", json!({"verify_token": token, "image": image}));
    let good = upload(json!(png(640, 480)));
    assert_eq!((&good["success"], &good["result"]), (&json!(true), &Value::Null));
    for (image, code) in [
        (Value::Null, 216101),
        (json!(""), 216200),
        (json!(7), 216100),
        (json!("no Base64"), 216201),
        (json!(BASE64_STANDARD.encode("no picture")), 216201),
        (json!(format!("data:image/png;base64,{}", png(640, 480))), 216201),
        (json!(png(1920, 640)), 216202),
        (json!(png(1080, 1080)), 216202),
        (json!("A".repeat((10 << 20) + 4)), 216202),
    ] {
        assert_failure(&upload(image), code);
    }
    for name in ["quality_control", "liveness_control"] {
        let with = |level: &str| {
            let body = json!({"verify_token": token, "image": png(640, 480), name: level});
            app.call("uploadMatchImage", body)
        };
        for level in ["NONE", "LOW", "NORMAL", "HIGH"] {
            assert_eq!(with(level)["success"], true);
        }
        assert_failure(&with("low"), 216100);
    }
}

#[test]
fn each_before_its_own_kind_of_plan() {
    let sandbox = with_plan(json!({"compare": "own_photo"}));
    let app = App::new(&sandbox);
    let (identity, own_photo) = (app.generate("1"), app.generate("p"));
    assert_failure(&app.submit(&own_photo, "张三", "11010519491231002X"), 216100);
    let body = json!({"verify_token": identity, "image": png(640, 480)});
    assert_failure(&app.call("uploadMatchImage", body.clone()), 216100);
    assert!(last_notes(&sandbox).contains("自建人脸库比对"));

    let lenient = lenient();
    let app = App::new(&lenient);
    let body = json!({"verify_token": app.generate("1"), "image": png(640, 480)});
    assert_eq!(app.call("uploadMatchImage", body)["success"], true);
}

#[test]
fn who_forgets_them_is_told() {
    let sandbox = with_plan(json!({"compare": "own_photo"}));
    let app = App::new(&sandbox);
    for (plan, code) in [("1", 216101), ("p", 216200)] {
        let token = app.generate(plan);
        app.complete(&token, json!({"persona": "passes"}));
        assert!(last_notes(&sandbox).contains("before the page opens"));
        assert_eq!(app.attempts(&token)[0]["code"], code.to_string());
    }
    assert!(sandbox.ledger().is_empty());
}

#[test]
fn curl_as_a_foreign_client() {
    let sandbox = sandbox();
    let curl = |arguments: &[&str]| -> Value {
        let mut curl = std::process::Command::new("curl");
        let done = curl.arg("-sS").args(arguments).output().expect("curl is installed");
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        serde_json::from_slice(&done.stdout).unwrap()
    };
    let url = sandbox.url();
    let oauth = format!(
        "{url}/baidu/oauth/2.0/token?grant_type=client_credentials&client_id=sandbox-baidu-ak\
         &client_secret=sandbox-baidu-sk"
    );
    let token = curl(&["-X", "POST", &oauth]);
    let access = token["access_token"].as_str().unwrap();
    let call = |name: &str, body: &str| {
        let target = format!("{url}{}?access_token={access}", path(name));
        curl(&[&target, "-H", "Content-Type: application/json", "-d", body])
    };
    let generated = call("verifyToken/generate", r#"{"plan_id": 1}"#);
    let verify = generated["result"]["verify_token"].as_str().unwrap();
    let submitted = call(
        "idcard/submit",
        &format!(r#"{{"verify_token":"{verify}","id_name":"张伟","id_no":"110101180001020010","certificate_type":0}}"#),
    );
    assert_eq!(submitted["result"], 1);
    let complete = format!("{url}/_sandbox/sessions/{verify}/complete");
    assert_eq!(curl(&["-X", "POST", &complete])["status"], "finished");
    assert_eq!(call("result/detail", &format!(r#"{{"verify_token":"{verify}"}}"#))["success"], true);
}

#[test]
fn a_photo_is_brought_and_matched() {
    let sandbox = with_plan(json!({"compare": "own_photo"}));
    let app = App::new(&sandbox);
    let token = app.generate("p");
    let portrait = BASE64_STANDARD.encode(include_bytes!("../../src/juhe/portrait.jpg"));
    let body = json!({"verify_token": token, "image": portrait, "quality_control": "LOW", "liveness_control": "LOW"});
    assert_eq!(app.call("uploadMatchImage", body.clone())["success"], true);
    let target = format!("{}?access_token={}", path("uploadMatchImage"), app.access_token);
    assert_eq!(post_json(&sandbox, &target, &[], &body).json()["result"], Value::Null);
    app.complete(&token, json!({}));
    let attempt = &app.attempts(&token)[0];
    assert_eq!((&attempt["is_verify_passed"], &attempt["charge_type"]), (&json!(true), &json!("match")));
    assert!(attempt.get("idcard_confirm").is_none());
}
