//! 2 hours, 3 days, 1 day, and the one text for all their ends.

use serde_json::json;

use crate::wire::{admin, advance, get, last_notes};
use crate::{App, assert_ended, sandbox, with_plan};

const CALLS: [&str; 5] = ["simple", "detail", "stat", "media/query", "getall"];
const HOUR: f64 = 3600.0;

#[test]
fn two_hours_to_verify() {
    let sandbox = sandbox();
    let app = App::new(&sandbox);
    let token = app.session("passes");
    advance(&sandbox, 2.0 * HOUR - 5.0);
    assert_eq!(app.submit(&token, "张伟", "110101180001020010")["success"], true);
    advance(&sandbox, 5.0);
    assert_ended(&app.submit(&token, "张伟", "110101180001020010"));
    for call in CALLS {
        assert_ended(&app.read(call, &token));
        assert!(last_notes(&sandbox).contains("2 hours"));
    }
    assert_eq!(admin(&sandbox, &format!("sessions/{token}/complete"), json!({})).status, 409);
    assert_eq!(get(&sandbox, &format!("/baidu/face/print/?token={token}")).status, 410);
}

#[test]
fn three_days_to_read_from_the_end() {
    let sandbox = sandbox();
    let app = App::new(&sandbox);
    let token = app.session("passes");
    advance(&sandbox, HOUR);
    app.complete(&token, json!({}));
    let image = app.read("simple", &token)["result"]["image"].as_str().unwrap().to_owned();
    // The verification's own 2 hours no longer count.
    advance(&sandbox, 72.0 * HOUR - 5.0);
    for call in CALLS.into_iter().filter(|call| *call != "media/query") {
        assert_eq!(app.read(call, &token)["success"], true, "{call}");
    }
    assert_eq!(get(&sandbox, &image).status, 200);
    advance(&sandbox, 5.0);
    for call in CALLS {
        assert_ended(&app.read(call, &token));
        assert!(last_notes(&sandbox).contains("no longer kept"));
    }
    assert_eq!(get(&sandbox, &image).status, 403);
}

#[test]
fn one_day_for_recordings() {
    let sandbox = with_plan(json!({"media": true}));
    let app = App::new(&sandbox);
    let token = app.generate("p");
    app.submit(&token, "张伟", "110101180001020010");
    app.complete(&token, json!({}));
    let video = app.read("media/query", &token)["result"]["video"][0].as_str().unwrap().to_owned();
    advance(&sandbox, 24.0 * HOUR - 5.0);
    assert_eq!(app.read("media/query", &token)["success"], true);
    assert_eq!(get(&sandbox, &video).status, 200);
    advance(&sandbox, 5.0);
    assert_ended(&app.read("media/query", &token));
    assert_eq!(get(&sandbox, &video).status, 403);
    assert_eq!(app.read("detail", &token)["success"], true);
}

#[test]
fn asking_before_the_user_acted() {
    let sandbox = sandbox();
    let app = App::new(&sandbox);
    let token = app.session("passes");
    for call in CALLS {
        assert_ended(&app.read(call, &token));
        assert!(last_notes(&sandbox).contains("before the user acted"));
    }
    // Begun is acted: there is a list of attempts, and it is empty.
    app.complete(&token, json!({"outcome": "begin"}));
    assert!(app.attempts(&token).is_empty());
    assert_ended(&app.read("detail", &token));
    // The token stayed good.
    app.complete(&token, json!({}));
    assert_eq!(app.read("detail", &token)["success"], true);
}

#[test]
fn after_the_end_a_token_only_reads() {
    let sandbox = sandbox();
    let app = App::new(&sandbox);
    let token = app.session("passes");
    app.complete(&token, json!({}));
    assert_ended(&app.submit(&token, "李娜", "110101180001030017"));
    assert!(last_notes(&sandbox).contains("only reads"));
    assert_eq!(app.attempts(&token)[0]["idcard_confirm"]["name"], "张伟");
}

/// Correction 25: a page with the real numbers exists; until it is read, they are settings.
#[test]
fn the_invented_numbers_can_be_changed() {
    let sandbox = sandbox();
    let app = App::new(&sandbox);
    admin(&sandbox, "settings", json!({"baidu": {"codes": {"token": 7654321, "low_score": 7654322}}}));
    let reply = app.read("detail", "nonsense");
    assert_eq!((&reply["code"], &reply["message"]), (&json!(7654321), &json!("Token无效或者已过期")));
    let token = app.session("face_differs");
    app.complete(&token, json!({}));
    assert_eq!(app.read("detail", &token)["error_code"], 7654322);
}
