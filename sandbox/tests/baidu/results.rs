//! The five replies after the page, in the shapes of the document's tables and of its samples.

use base64::prelude::{BASE64_STANDARD, Engine};
use serde_json::{Value, json};

use crate::wire::{admin, get};
use crate::{App, with_plan};

fn keys(value: &Value) -> Vec<&str> {
    value.as_object().unwrap_or_else(|| panic!("{value}")).keys().map(String::as_str).collect()
}

#[test]
fn simple_is_a_picture() {
    let sandbox = with_plan(json!({}));
    let app = App::new(&sandbox);
    let token = app.session("passes");
    app.complete(&token, json!({}));
    let url = app.read("simple", &token)["result"]["image"].as_str().unwrap().to_owned();
    assert_eq!(url, format!("{}/baidu/solution/faceprint/image/query?verify_token={token}", sandbox.url()));
    let image = get(&sandbox, &url);
    assert_eq!((image.status, image.header("content-type")), (200, Some("image/jpeg")));
    assert!(image.body.starts_with(b"\xff\xd8\xff"));
    assert_eq!(get(&sandbox, &url.replace(&token, "nonsense")).status, 404);
}

#[test]
fn detail_in_the_tables_shape() {
    let sandbox = with_plan(json!({"identity": "ocr_both_sides", "realtime": true}));
    let app = App::new(&sandbox);
    let token = app.generate("p");
    app.complete(&token, json!({}));
    let result = app.read("detail", &token)["result"].clone();
    assert_eq!(
        result["idcard_ocr_result"],
        json!({
            "address": "北京市东城区沙箱胡同1号", "birthday": "18000102", "name": "张伟",
            "id_card_number": "110101180001020010", "gender": "男", "nation": "汉", "expire_time": "20400101",
            "issue_authority": "北京市公安局东城分局", "issue_time": "20200101",
        })
    );
    for side in ["front_base64", "back_base64"] {
        let image = BASE64_STANDARD.decode(result["idcard_images"][side].as_str().unwrap()).unwrap();
        assert!(image.starts_with(b"\xff\xd8\xff"));
    }
    assert_eq!(result["verify_result"], json!({"score": 93.66, "liveness_score": 0.9985, "spoofing": 0.0}));
    assert_eq!(result["is_demote"], false);
    assert_eq!(result["idcard_confirm"], json!({"idcard_number": "110101180001020010", "name": "张伟"}));

    admin(&sandbox, "settings", json!({"baidu": {"sample_shapes": true}}));
    let result = app.read("detail", &token)["result"].clone();
    assert_eq!(result["verify_result"]["is_demote"], false);
    assert!(result.get("is_demote").is_none());
}

#[test]
fn detail_without_what_the_plan_does_not_do() {
    let sandbox = with_plan(json!({}));
    let app = App::new(&sandbox);
    let token = app.session("passes");
    app.complete(&token, json!({}));
    assert_eq!(keys(&app.read("detail", &token)["result"]), ["verify_result", "idcard_confirm"]);
}

#[test]
fn getall_in_the_tables_shape() {
    let sandbox = with_plan(json!({"identity": "ocr_both_sides", "risk_control": true, "realtime": true}));
    let app = App::new(&sandbox);
    let token = app.generate("p");
    app.complete(&token, json!({}));
    let reply = app.read("getall", &token);
    assert!(reply["log_id"].is_string());
    let result = &reply["result"];
    for count in ["verify_count", "ocr_charge_count", "verify_charge_count"] {
        assert_eq!(result[count], 1, "{count}");
    }
    assert_eq!(result["match_charge_count"], 0);
    let attempt = &result["verify_result"][0];
    assert_eq!(
        keys(attempt),
        [
            "order",
            "is_verify_passed",
            "code",
            "message",
            "verify_time",
            "is_charged",
            "charge_type",
            "charge_time",
            "is_ocr_charge",
            "ocr_count",
            "ocr_charge_time",
            "verify_detail",
            "idcard_ocr_result",
            "idcard_images",
            "idcard_confirm",
        ]
    );
    assert_eq!(attempt["order"], 1);
    assert_eq!((&attempt["code"], &attempt["message"]), (&json!("0"), &json!("核验成功")));
    assert_eq!((&attempt["charge_type"], &attempt["ocr_count"]), (&json!("verify"), &json!(2)));
    // As the table writes it: 2023-6-20 18:00:00.
    let time = attempt["verify_time"].as_str().unwrap();
    let now = sandbox.state().clock.now();
    let year = jiff::tz::Offset::constant(8).to_datetime(now).strftime("%Y-%-m-%-d ").to_string();
    assert!(time.starts_with(&year) && attempt["charge_time"] == time && attempt["ocr_charge_time"] == time);
    let detail = &attempt["verify_detail"];
    assert_eq!(
        keys(detail),
        [
            "face_image",
            "verify_log_id",
            "score",
            "threshold",
            "liveness_score",
            "spoofing_score",
            "risk_level",
            "risk_tag",
            "is_demote",
        ]
    );
    assert_eq!((&detail["liveness_score"], &detail["spoofing_score"]), (&json!(0), &json!(0)));
    assert_eq!((&detail["risk_level"], &detail["risk_tag"]), (&json!("4"), &json!("")));
    assert_eq!(get(&sandbox, detail["face_image"].as_str().unwrap()).status, 200);
    assert_eq!(attempt["idcard_confirm"]["idcard_type"], "0");
    assert_eq!(attempt["idcard_ocr_result"]["idcard_number"], "110101180001020010");
    assert_eq!(attempt["idcard_ocr_result"]["idcard_type"], "0");
    for side in ["front_image", "back_image"] {
        let image = get(&sandbox, attempt["idcard_images"][side].as_str().unwrap());
        assert_eq!((image.status, image.header("content-type")), (200, Some("image/jpeg")));
    }

    admin(&sandbox, "settings", json!({"baidu": {"sample_shapes": true}}));
    let attempt = app.attempts(&token)[0].clone();
    assert!(attempt.get("idcard_ocr_result").is_none() && attempt.get("idcard_images").is_none());
    assert_eq!(attempt["idcard_confirm"]["idcard_ocr_result"]["name"], "张伟");
    assert!(attempt["idcard_confirm"]["idcard_images"]["back_image"].is_string());
    assert_eq!((&attempt["message"], &attempt["verify_detail"]["liveness_score"]), (&json!(""), &json!(80)));
}

#[test]
fn certificate_types_come_back() {
    let sandbox = with_plan(json!({}));
    let app = App::new(&sandbox);
    let token = app.generate("1");
    let body = json!({"verify_token": token, "id_name": "张伟", "id_no": "110101180001020010", "certificate_type": 4});
    app.call("idcard/submit", body);
    app.complete(&token, json!({}));
    assert_eq!(app.attempts(&token)[0]["idcard_confirm"]["idcard_type"], "4");
}

#[test]
fn risk_beside_a_pass() {
    let sandbox = with_plan(json!({"risk_control": true}));
    let app = App::new(&sandbox);
    for level in ["1", "2"] {
        let token = app.generate("p");
        app.submit(&token, "张伟", "110101180001020010");
        app.complete(&token, json!({"outcome": format!("risk-{level}")}));
        let attempt = &app.attempts(&token)[0];
        assert_eq!(attempt["is_verify_passed"], true);
        assert_eq!(attempt["verify_detail"]["risk_level"], level);
        assert_ne!(attempt["verify_detail"]["risk_tag"], "");
    }
    // Not offered, and not said, where risk control is off.
    let token = app.session("passes");
    let path = format!("sessions/{token}/complete");
    assert_eq!(admin(&sandbox, &path, json!({"outcome": "risk-1"})).status, 400);
    app.complete(&token, json!({}));
    assert!(app.attempts(&token)[0]["verify_detail"].get("risk_level").is_none());
}

#[test]
fn media_on_and_off() {
    let sandbox = with_plan(json!({"media": true, "realtime": true}));
    admin(&sandbox, "settings", json!({"baidu": {"plans": {"q": {"media": true}}}}));
    let app = App::new(&sandbox);
    let run = |plan: &str, outcome: &str| {
        let token = app.generate(plan);
        app.submit(&token, "张伟", "110101180001020010");
        app.complete(&token, json!({"outcome": outcome}));
        let reply = app.read("media/query", &token);
        assert_eq!(reply["success"], true);
        let result = reply["result"].clone();
        assert_eq!(keys(&result), ["processVideo", "video", "images", "extInfo"]);
        assert_eq!(result["extInfo"], Value::Null);
        ["processVideo", "video", "images"].map(|list| result[list].as_array().unwrap().clone())
    };
    let counts = |lists: &[Vec<Value>; 3]| [lists[0].len(), lists[1].len(), lists[2].len()];
    assert_eq!(counts(&run("1", "pass")), [0, 0, 0]);
    let live = run("p", "pass");
    assert_eq!(counts(&live), [1, 0, 4]);
    // A demoted one is an uploaded recording.
    assert_eq!(counts(&run("p", "demoted")), [0, 1, 4]);
    assert_eq!(counts(&run("q", "222350")), [0, 1, 4]);
    assert_eq!(counts(&run("q", "camera")), [0, 0, 0]);
    let video = get(&sandbox, live[0][0].as_str().unwrap());
    assert_eq!((video.status, video.header("content-type")), (200, Some("video/mp4")));
    for image in &live[2] {
        assert_eq!(get(&sandbox, image.as_str().unwrap()).header("content-type"), Some("image/jpeg"));
    }
}

#[test]
fn stat_counts_services() {
    let sandbox = with_plan(json!({"identity": "ocr_both_sides", "url_ends_on_failure": false, "risk_control": true}));
    let app = App::new(&sandbox);
    let token = app.generate("p");
    for outcome in ["223120", "222350", "pass"] {
        app.complete(&token, json!({"outcome": outcome}));
    }
    let table = json!({
        "Verify_FIN": [
            {"error_code": "0", "count": 1}, {"error_code": "222350", "count": 1}, {"error_code": "223120", "count": 1},
        ],
        "Sessioncode": [{"error_code": "0", "count": 3}],
        "OCR": [{"error_code": "0", "count": 6}],
        "verify": [{"error_code": "0", "count": 1}, {"error_code": "222350", "count": 1}],
        "VideoLiveness": [{"error_code": "0", "count": "2"}, {"error_code": "223120", "count": "1"}],
        "Livenesscolorful": [],
        "VerifySec": [{"error_code": "0", "count": "1"}, {"error_code": "222350", "count": "1"}],
    });
    assert_eq!(app.read("stat", &token)["result"], table);
    admin(&sandbox, "settings", json!({"baidu": {"sample_shapes": true}}));
    let sample = app.read("stat", &token)["result"].clone();
    assert_eq!(sample["OCR"], json!([{"error_code": 0, "count": 6}]));
    assert_eq!(sample["VerifySec"][0], json!({"error_code": 0, "count": 1}));
}

#[test]
fn a_failed_attempt_fails_two_of_five() {
    let sandbox = with_plan(json!({}));
    let app = App::new(&sandbox);
    let token = app.session("identity_mismatch");
    app.complete(&token, json!({}));
    for (call, success) in
        [("simple", false), ("detail", false), ("stat", true), ("media/query", true), ("getall", true)]
    {
        let reply = app.read(call, &token);
        assert_eq!(reply["success"], success, "{call}");
        if !success {
            crate::assert_failure(&reply, 222351);
        }
    }
}
