//! OAuth three ways, access_tokens and bearer keys.

use serde_json::json;
use shiren_sandbox::Kind;

use crate::wire::{admin, advance, get, last_notes, post_form, post_json, send};
use crate::{App, access_token, access_token_of, path, sandbox};

const OAUTH: &str = "/baidu/oauth/2.0/token";
const QUERY: &str = "grant_type=client_credentials&client_id=sandbox-baidu-ak&client_secret=sandbox-baidu-sk";

#[test]
fn three_ways() {
    let sandbox = sandbox();
    let target = format!("{OAUTH}?{QUERY}");
    let fields = [
        ("grant_type", "client_credentials"),
        ("client_id", "sandbox-baidu-ak"),
        ("client_secret", "sandbox-baidu-sk"),
    ];
    for reply in [
        send(&sandbox, "POST", &target, &[], b""),
        get(&sandbox, &target),
        post_form(&sandbox, OAUTH, &[], &fields),
        post_json(&sandbox, &target, &[], &json!({})),
    ] {
        assert_eq!(reply.status, 200);
        let reply = reply.json();
        assert_eq!(reply["expires_in"], 2_592_000);
        let scope = reply["scope"].as_str().unwrap();
        assert!(scope.split(' ').any(|scope| scope == "brain_all_scope"), "{scope}");
        for field in ["refresh_token", "session_key", "session_secret"] {
            assert!(!reply[field].as_str().unwrap().is_empty());
        }
        let token = reply["access_token"].as_str().unwrap();
        let parts: Vec<&str> = token.split('.').collect();
        let [version, hex, life, expiry, app] = parts[..] else { panic!("{token}") };
        assert_eq!((version, life), ("24", "2592000"));
        assert!(hex.len() == 32 && hex.bytes().all(|byte| byte.is_ascii_hexdigit()));
        assert!(app.starts_with("282335-"));
        let now = sandbox.state().clock.now().as_second();
        assert!((expiry.parse::<i64>().unwrap() - now - 2_592_000).abs() < 5);
    }
}

#[test]
fn wrong_clients() {
    let sandbox = sandbox();
    let ask = |query: &str| get(&sandbox, &format!("{OAUTH}?{query}"));
    for (query, error, description) in [
        ("grant_type=client_credentials&client_id=x&client_secret=y", "invalid_client", "unknown client id"),
        (
            "grant_type=client_credentials&client_id=sandbox-baidu-ak&client_secret=y",
            "invalid_client",
            "Client authentication failed",
        ),
        (
            "grant_type=password&client_id=sandbox-baidu-ak",
            "unsupported_grant_type",
            "The authorization grant type is not supported",
        ),
        ("", "invalid_request", "invalid request"),
    ] {
        let reply = ask(query);
        assert_eq!(reply.status, 401);
        assert_eq!(reply.json(), json!({"error": error, "error_description": description}));
    }
    assert_eq!(send(&sandbox, "PUT", &format!("{OAUTH}?{QUERY}"), &[], b"").status, 405);
}

#[test]
fn thirty_days_and_a_newer_one_ends_nothing() {
    let sandbox = sandbox();
    let old = App::new(&sandbox);
    advance(&sandbox, 10.0);
    let new = App::new(&sandbox);
    assert_ne!(old.access_token, new.access_token);
    old.generate("1");
    advance(&sandbox, 2_592_000.0 - 20.0);
    old.generate("1");
    advance(&sandbox, 10.0);
    let reply = old.call("verifyToken/generate", json!({"plan_id": 1}));
    assert_eq!(reply, json!({"error_code": 111, "error_msg": "Access token expired"}));
    new.generate("1");
    App::new(&sandbox).generate("1");
}

#[test]
fn strangers() {
    let sandbox = sandbox();
    let body = json!({"plan_id": "1"});
    let generate = path("verifyToken/generate");
    let ask = |query: &str, headers: &[(&str, &str)]| {
        post_json(&sandbox, &format!("{generate}{query}"), headers, &body).json()
    };
    for (query, code) in [("", 110), ("?access_token=", 100), ("?access_token=24.nonsense", 110)] {
        assert_eq!(ask(query, &[])["error_code"], code, "{query}");
    }
    assert_eq!(ask("", &[("Authorization", "Bearer nonsense")])["error_code"], 110);
    assert_eq!(ask("", &[("Authorization", "Basic nonsense")])["error_code"], 14);
    assert_eq!(ask("", &[("Authorization", "Bearer sandbox-baidu-ak")])["success"], true);
}

#[test]
fn with_two_ways_the_token_decides() {
    let sandbox = sandbox();
    let target = format!("{}?access_token={}", path("verifyToken/generate"), access_token(&sandbox));
    let body = json!({"plan_id": "1"});
    let reply = post_json(&sandbox, &target, &[("Authorization", "Bearer nonsense")], &body).json();
    assert_eq!(reply["success"], true);
    assert!(last_notes(&sandbox).contains("two ways"));
    let target = format!("{}?access_token=x", path("verifyToken/generate"));
    let reply = post_json(&sandbox, &target, &[("Authorization", "Bearer sandbox-baidu-ak")], &body).json();
    assert_eq!(reply["error_code"], 110);
}

#[test]
fn the_node_clients_second_question_mark() {
    let sandbox = sandbox();
    let token = access_token(&sandbox);
    let target = format!("{}?aipSdk=node&access_token={token}?aipSdk=node", path("verifyToken/generate"));
    assert_eq!(post_json(&sandbox, &target, &[], &json!({"plan_id": "1"})).json()["success"], true);
}

#[test]
fn every_gateway_code_by_fault() {
    let sandbox = sandbox();
    let app = App::new(&sandbox);
    for code in [1, 2, 3, 4, 6, 13, 14, 15, 17, 18, 19, 100, 110, 111, 282000] {
        sandbox.fault(Kind::Code { code, reason: None, booked: false }).unwrap();
        let reply = app.read("getall", "x");
        assert_eq!(reply["error_code"], code);
        assert!(!reply["error_msg"].as_str().unwrap().is_empty() && reply.get("success").is_none());
        // The document's FAQ: 18 comes with a log_id.
        assert_eq!(reply.get("log_id").is_some(), code == 18);
    }
    for code in [216300, 216400, 283512, 283520] {
        sandbox.fault(Kind::Code { code, reason: None, booked: false }).unwrap();
        crate::assert_failure(&app.read("getall", "x"), code);
    }
    sandbox.fault(Kind::Quota).unwrap();
    assert_eq!(app.read("getall", "x")["error_code"], 17);
    assert_eq!(app.call("result/nonsense", json!({}))["error_code"], 3);
}

#[test]
fn tenants_do_not_see_each_other() {
    let sandbox = sandbox();
    let made = admin(&sandbox, "tenants", json!({"id": "other", "baidu_plan": "77"})).json();
    assert_eq!(made["baidu_api_key"], "other-baidu-ak");
    let ours = App::new(&sandbox);
    let theirs = App { sandbox: &sandbox, access_token: access_token_of(&sandbox, "other-baidu-ak", "other-baidu-sk") };
    let token = ours.session("passes");
    ours.complete(&token, json!({}));
    // A foreign app's token ends like any other.
    for call in ["simple", "detail", "stat", "media/query", "getall"] {
        crate::assert_ended(&theirs.read(call, &token));
        assert!(last_notes(&sandbox).contains("another app"));
    }
    crate::assert_ended(&theirs.submit(&token, "张伟", "110101180001020010"));
    theirs.generate("77");
    crate::assert_failure(&theirs.call("verifyToken/generate", json!({"plan_id": "1"})), 283435);
    crate::assert_failure(&ours.call("verifyToken/generate", json!({"plan_id": "77"})), 283435);
    assert!(sandbox.ledger().iter().all(|charge| charge.tenant == "default"));
    sandbox.state().reset(Some("default"));
    assert_eq!(ours.call("verifyToken/generate", json!({"plan_id": "1"}))["error_code"], 110);
    theirs.generate("77");
}
