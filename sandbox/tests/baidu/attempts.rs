//! Every way an attempt may end, and what it costs.

use serde_json::{Value, json};

use crate::wire::{admin, last_notes};
use crate::{App, CAMERA, LOW_SCORE, assert_failure, persona, sandbox, with_plan};

#[test]
fn every_code_by_persona() {
    let sandbox = sandbox();
    let mut seen = 0;
    for persona in shiren_sandbox::personas().iter().filter(|persona| persona.id.starts_with("baidu-")) {
        admin(&sandbox, "reset", json!({"tenant": "default"}));
        let app = App::new(&sandbox);
        let said = &persona.outcomes.baidu;
        let token = app.session(&persona.id);
        app.complete(&token, json!({}));
        assert_failure(&app.read("detail", &token), said.code);
        assert_failure(&app.read("simple", &token), said.code);
        let attempt = &app.attempts(&token)[0];
        assert_eq!(attempt["code"], said.code.to_string());
        assert_eq!(attempt["is_verify_passed"], false);
        assert_ne!(attempt["message"], "Unknown error");
        // Charged exactly when the back end was asked, that is when liveness was passed.
        let alive = said.liveness_score > 0.0;
        assert_eq!(attempt["is_charged"], alive, "{}", persona.id);
        assert_eq!(attempt["verify_detail"]["verify_log_id"] == "", !alive);
        assert_eq!(attempt["verify_detail"]["score"], Value::Null);
        assert_eq!(sandbox.ledger().len(), usize::from(alive));
        seen += 1;
    }
    assert!(seen >= 30, "each code of the tables has a persona");
}

#[test]
fn every_code_by_choice() {
    let sandbox = sandbox();
    let app = App::new(&sandbox);
    let token = app.session("passes");
    let offered = sandbox.sessions().into_iter().find(|session| session.id == token).unwrap().outcomes;
    assert!(offered.len() > 45);
    for choice in offered {
        let token = app.session("passes");
        app.complete(&token, json!({"outcome": choice.value}));
        let code = match choice.value.as_str() {
            "pass" => 0,
            "low-score" => LOW_SCORE,
            "camera" => CAMERA,
            code => code.parse().unwrap(),
        };
        assert_eq!(app.attempts(&token)[0]["code"], code.to_string());
    }
}

#[test]
fn the_named_people() {
    // code, score, charged
    let rows = [
        ("passes", 0, json!(93.66), true),
        ("face_differs", LOW_SCORE, json!(21.3), true),
        ("identity_mismatch", 222351, Value::Null, true),
        ("no_record", 222355, Value::Null, true),
        ("photo_unusable", 223114, Value::Null, false),
        ("liveness_fails", 223120, Value::Null, false),
        ("borderline", LOW_SCORE, json!(79.5), true),
        ("low_score_pass", 0, json!(30), true),
        ("middle_dot", 0, json!(93.66), true),
        ("rare_character", 0, json!(93.66), true),
        ("apostrophe", 0, json!(93.66), true),
    ];
    let sandbox = sandbox();
    let app = App::new(&sandbox);
    for (id, code, score, charged) in rows {
        let token = app.session(id);
        let before = sandbox.ledger().len();
        app.complete(&token, json!({}));
        let attempt = &app.attempts(&token)[0];
        assert_eq!(attempt["code"], code.to_string(), "{id}");
        assert_eq!(attempt["is_verify_passed"], code == 0);
        assert_eq!(attempt["verify_detail"]["score"], score);
        assert_eq!(attempt["verify_detail"]["threshold"], 80);
        assert_eq!(attempt["is_charged"], charged);
        assert_eq!(sandbox.ledger().len() - before, usize::from(charged));
        assert_eq!(attempt["idcard_confirm"]["name"], persona(id).name);
        assert_eq!(attempt["idcard_confirm"]["idcard_number"], persona(id).id_number);
        assert_eq!(app.read("detail", &token)["success"], code == 0, "detail's success is the verdict");
    }
    let charge = &sandbox.ledger()[0];
    assert_eq!((charge.vendor, charge.operation, charge.choice), ("baidu", "baidu.face.verify_v4", true));
}

#[test]
fn nobody_else_passes() {
    let sandbox = sandbox();
    let app = App::new(&sandbox);
    for (name, number, code) in [
        ("张三", "11010519491231002X", 222351),
        // A persona's name with another's number.
        ("张伟", &persona("face_differs").id_number, 222351),
        ("张3", "11010519491231002X", 222352),
        ("张三", "110105194912310021", 222353),
        ("张三", "500***********3390", 222353),
    ] {
        let token = app.generate("1");
        assert_eq!(app.submit(&token, name, number)["success"], true);
        let session = sandbox.sessions().into_iter().find(|session| session.id == token).unwrap();
        assert!(session.persona.is_none() && !session.outcomes.iter().any(|choice| choice.value == "pass"));
        let pass = admin(&sandbox, &format!("sessions/{token}/complete"), json!({"outcome": "pass"}));
        assert_eq!(pass.status, 400);
        app.complete(&token, json!({}));
        let attempt = &app.attempts(&token)[0];
        assert_eq!((&attempt["code"], &attempt["is_charged"]), (&json!(code.to_string()), &json!(true)), "{name}");
    }
    // The document's own example of a text.
    let token = app.session("identity_mismatch");
    app.complete(&token, json!({}));
    assert_eq!(app.attempts(&token)[0]["message"], "身份证姓名不匹配");
}

#[test]
fn somebody_else_before_the_camera() {
    let sandbox = sandbox();
    let app = App::new(&sandbox);
    for (asked, seen, code) in [
        ("passes", "middle_dot", LOW_SCORE),
        ("passes", "liveness_fails", 223120),
        ("identity_mismatch", "passes", 222351),
        ("face_differs", "passes", LOW_SCORE),
        ("liveness_fails", "passes", LOW_SCORE),
        ("passes", "passes", 0),
    ] {
        let token = app.session(asked);
        app.complete(&token, json!({"persona": seen}));
        assert_eq!(app.attempts(&token)[0]["code"], code.to_string(), "{asked} {seen}");
    }
}

#[test]
fn a_refused_camera_is_free() {
    let sandbox = with_plan(json!({"identity": "ocr"}));
    let app = App::new(&sandbox);
    for plan in ["1", "p"] {
        let token = if plan == "1" { app.session("passes") } else { app.generate("p") };
        app.complete(&token, json!({"outcome": "camera"}));
        let attempt = &app.attempts(&token)[0];
        assert_eq!(attempt["code"], CAMERA.to_string());
        assert_eq!(attempt["verify_detail"]["verify_log_id"], "");
        assert_eq!(attempt["verify_detail"]["face_image"], "");
        for (flag, time) in [("is_charged", "charge_time"), ("is_ocr_charge", "ocr_charge_time")] {
            assert_eq!((&attempt[flag], &attempt[time]), (&json!(false), &json!("")));
        }
    }
    assert!(sandbox.ledger().is_empty());
}

#[test]
fn several_attempts_while_the_url_stays() {
    let sandbox = with_plan(json!({"url_ends_on_failure": false}));
    let app = App::new(&sandbox);
    let token = app.generate("p");
    let persona = persona("passes");
    app.submit(&token, &persona.name, &persona.id_number);
    for outcome in ["low-score", "223120", "222350"] {
        assert_eq!(app.complete(&token, json!({"outcome": outcome}))["status"], "begun");
    }
    let failing = app.read("getall", &token)["result"].clone();
    assert_eq!((&failing["verify_count"], &failing["verify_charge_count"]), (&json!(3), &json!(2)));
    assert_failure(&app.read("detail", &token), 222350);
    assert_eq!(app.complete(&token, json!({}))["status"], "finished");
    let attempts = app.attempts(&token);
    let orders: Vec<_> = attempts.iter().map(|attempt| attempt["order"].as_u64().unwrap()).collect();
    assert_eq!(orders, [1, 2, 3, 4]);
    let charged: Vec<_> = attempts.iter().map(|attempt| attempt["is_charged"].as_bool().unwrap()).collect();
    assert_eq!(charged, [true, false, true, true]);
    assert_eq!(app.read("getall", &token)["result"]["verify_charge_count"], 3);
    assert_eq!(sandbox.ledger().len(), 3);
    assert_eq!(app.read("detail", &token)["success"], true);
    // After a pass nobody tries again.
    assert_eq!(admin(&sandbox, &format!("sessions/{token}/complete"), json!({})).status, 409);
}

#[test]
fn one_attempt_where_the_url_ends() {
    let sandbox = sandbox();
    let app = App::new(&sandbox);
    let token = app.session("liveness_fails");
    assert_eq!(app.complete(&token, json!({}))["status"], "finished");
    assert_eq!(admin(&sandbox, &format!("sessions/{token}/complete"), json!({})).status, 409);
    assert_eq!(app.attempts(&token).len(), 1);
}

#[test]
fn cards_that_are_read() {
    for (identity, count) in [("ocr", 1), ("ocr_both_sides", 2), ("typed", 0)] {
        let sandbox = with_plan(json!({"identity": identity, "url_ends_on_failure": false}));
        let app = App::new(&sandbox);
        let token = app.generate("p");
        app.complete(&token, json!({"outcome": "223120"}));
        app.complete(&token, json!({"persona": "middle_dot"}));
        let attempts = app.attempts(&token);
        let reads = u64::from(count > 0);
        for attempt in &attempts {
            assert_eq!((&attempt["is_ocr_charge"], &attempt["ocr_count"]), (&json!(count > 0), &json!(count)));
        }
        // Whoever sat there showed a card, and it says who it was.
        assert_eq!(attempts[1]["idcard_confirm"]["name"], "阿卜杜拉·买买提");
        assert_eq!(app.read("getall", &token)["result"]["ocr_charge_count"], 2 * reads);
        let read = sandbox.ledger().into_iter().filter(|charge| charge.operation == "baidu.ocr.idcard").count();
        assert_eq!(read as u64, 2 * reads);
        assert_eq!(sandbox.ledger().len() as u64, 2 * reads + 1);
    }
}

#[test]
fn liveness_alone_compares_nobody() {
    let sandbox = with_plan(json!({"compare": "nothing"}));
    let app = App::new(&sandbox);
    for (persona, code) in [("passes", 0), ("identity_mismatch", 0), ("liveness_fails", 223120)] {
        let token = app.generate("p");
        app.complete(&token, json!({"persona": persona}));
        let attempt = &app.attempts(&token)[0];
        assert_eq!(attempt["code"], code.to_string());
        assert_eq!((&attempt["is_charged"], &attempt["charge_type"]), (&json!(false), &json!("")));
        assert!(attempt.get("idcard_confirm").is_none());
        if code == 0 {
            assert_eq!(app.read("detail", &token)["result"]["verify_result"]["score"], 0.0);
        }
    }
    assert!(sandbox.ledger().is_empty());
}

#[test]
fn own_photo_matches_and_proves_no_identity() {
    let sandbox = with_plan(json!({"compare": "own_photo", "threshold": 90}));
    let app = App::new(&sandbox);
    let image = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
    for (persona, code, score) in [("passes", 0, json!(93.66)), ("face_differs", LOW_SCORE, json!(21.3))] {
        let token = app.generate("p");
        assert_eq!(app.call("uploadMatchImage", json!({"verify_token": token, "image": image}))["success"], true);
        app.complete(&token, json!({"persona": persona}));
        let all = app.read("getall", &token)["result"].clone();
        assert_eq!((&all["match_charge_count"], &all["verify_charge_count"]), (&json!(1), &json!(0)));
        let attempt = &all["verify_result"][0];
        assert_eq!((&attempt["code"], &attempt["charge_type"]), (&json!(code.to_string()), &json!("match")));
        assert_eq!(attempt["verify_detail"]["score"], score);
        assert_eq!(attempt["verify_detail"]["threshold"], 90);
    }
    assert!(sandbox.ledger().iter().all(|charge| charge.operation == "baidu.face.match_v4"));
    assert!(!last_notes(&sandbox).contains("uploadMatchImage"));
}

#[test]
fn a_careless_vendor_repeats_the_person() {
    let sandbox = sandbox();
    let app = App::new(&sandbox);
    let token = app.session("identity_mismatch");
    app.complete(&token, json!({}));
    sandbox.fault(shiren_sandbox::Kind::EchoPersonal).unwrap();
    let reply = app.read("detail", &token);
    let persona = persona("identity_mismatch");
    for field in ["message", "error_msg"] {
        let text = reply[field].as_str().unwrap();
        assert!(text.contains(&persona.name) && text.contains(&persona.id_number));
    }
}

#[test]
fn of_two_submissions_at_once_one_counts() {
    let sandbox = sandbox();
    let app = App::new(&sandbox);
    let token = app.session("passes");
    let target = format!("sessions/{token}/complete");
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let ask = || scope.spawn(|| admin(&sandbox, &target, json!({})).status);
        let all: Vec<_> = (0..8).map(|_| ask()).collect();
        all.into_iter().map(|asked| asked.join().unwrap()).collect()
    });
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
    assert_eq!(sandbox.ledger().len(), 1);
}
