//! The admin API.

use serde_json::{Value, json};
use shiren_sandbox::Sandbox;

use crate::wire::{compare, form, get, jpeg, persona, post_json, send};

const VERIFY2: &str = "/juhe/verifyface/verify2";

#[test]
fn ledger_and_journal() {
    let sandbox = Sandbox::start_blocking().unwrap();
    compare(&sandbox, VERIFY2, "passes");
    compare(&sandbox, VERIFY2, "juhe-v2-0K");
    let ledger = get(&sandbox, "/_sandbox/ledger").json();
    assert_eq!(ledger.as_array().unwrap().len(), 1);
    let charge = &ledger[0];
    assert_eq!(
        [&charge["tenant"], &charge["vendor"], &charge["operation"], &charge["choice"]],
        [&json!("default"), &json!("juhe"), &json!("juhe.verifyface.verify2"), &json!(false)]
    );
    let journal = get(&sandbox, "/_sandbox/journal").json();
    let outcomes: Vec<_> = journal.as_array().unwrap().iter().map(|e| (&e["outcome"], &e["billed"])).collect();
    assert_eq!(outcomes, [(&json!("0 00XX"), &json!(1)), (&json!("0 0KXX"), &json!(0))]);
    assert_eq!(journal[0]["order"], charge["order"]);
    assert_eq!(journal[1]["persona"], "juhe-v2-0K");
}

#[test]
fn personas_are_listed() {
    let sandbox = Sandbox::start_blocking().unwrap();
    let listed = get(&sandbox, "/_sandbox/personas").json();
    assert_eq!(listed[0]["id"], "passes");
    assert_eq!(listed[0]["outcomes"]["verify2"]["auth_result"], "00XX");
    assert_eq!(listed.as_array().unwrap().len(), sandbox.personas().len());
}

#[test]
fn the_clock_goes_forward() {
    let sandbox = Sandbox::start_blocking().unwrap();
    let moved = post_json(&sandbox, "/_sandbox/clock", r#"{"advance_seconds":3600}"#).json();
    assert_eq!(moved["ahead_seconds"], 3600.0);
    assert_eq!(post_json(&sandbox, "/_sandbox/clock", r#"{"advance_seconds":-1}"#).status, 400);
    assert_eq!(post_json(&sandbox, "/_sandbox/clock", r#"{"advance":1}"#).status, 400);
    compare(&sandbox, VERIFY2, "passes");
    let ahead = sandbox.ledger()[0].time.duration_since(now());
    assert!((3590..3610).contains(&ahead.as_secs()), "{ahead}");
}

fn now() -> jiff::Timestamp {
    jiff::Timestamp::now()
}

fn compare_as(sandbox: &Sandbox, key: &str) -> Value {
    let (person, image) = (persona("passes"), jpeg());
    let fields = [("key", key), ("idcard", &*person.id_number), ("realname", &*person.name), ("image", &*image)];
    form(sandbox, VERIFY2, &fields).json()
}

#[test]
fn tenants_are_apart() {
    let sandbox = Sandbox::start_blocking().unwrap();
    let made = post_json(&sandbox, "/_sandbox/tenants", r#"{"id":"t1"}"#).json();
    assert_eq!(made["juhe_key"], "t1-juhe-key");
    assert_eq!(made["accounts"]["juhe"]["key"], "t1-juhe-key");
    assert_eq!(get(&sandbox, "/_sandbox/tenants").json()[0]["accounts"], sandbox.accounts());
    assert_eq!(post_json(&sandbox, "/_sandbox/tenants", r#"{"id":"t1"}"#).status, 400);
    assert_eq!(post_json(&sandbox, "/_sandbox/tenants", r#"{"id":"t2","juhe_kye":"x"}"#).status, 400);
    post_json(&sandbox, "/_sandbox/tenants", r#"{"id":"late","standing_codes":{"juhe":10003}}"#);

    let armed = post_json(&sandbox, "/_sandbox/faults", r#"{"kind":"quota","tenant":"t1","times":0}"#).json();
    assert_eq!(compare_as(&sandbox, "t1-juhe-key")["error_code"], 10012);
    assert_eq!(compare_as(&sandbox, "t1-juhe-key")["error_code"], 10012);
    assert_eq!(compare_as(&sandbox, "sandbox-juhe-key")["error_code"], 0);
    assert_eq!(compare_as(&sandbox, "late-juhe-key")["error_code"], 10003);
    let target = format!("/_sandbox/faults/{}", armed["id"]);
    assert_eq!(send(&sandbox, "DELETE", &target, "", b"").unwrap().status, 200);
    assert_eq!(send(&sandbox, "DELETE", &target, "", b"").unwrap().status, 404);
    assert_eq!(compare_as(&sandbox, "t1-juhe-key")["error_code"], 0);

    let count = |target: &str| get(&sandbox, target).json().as_array().unwrap().len();
    assert_eq!(count("/_sandbox/ledger?tenant=t1"), 1);
    assert_eq!(count("/_sandbox/ledger?tenant=default"), 1);
    assert_eq!(count("/_sandbox/ledger"), 2);
    assert_eq!(count("/_sandbox/journal?tenant=t1"), 3);
    post_json(&sandbox, "/_sandbox/reset", r#"{"tenant":"t1"}"#);
    assert_eq!((count("/_sandbox/ledger?tenant=t1"), count("/_sandbox/ledger")), (0, 1));
    assert_eq!(compare_as(&sandbox, "t1-juhe-key")["error_code"], 0, "a tenant outlives its own reset");
}

#[test]
fn reset_takes_everything() {
    let sandbox = Sandbox::start_blocking().unwrap();
    post_json(&sandbox, "/_sandbox/tenants", r#"{"id":"t1"}"#);
    post_json(&sandbox, "/_sandbox/clock", r#"{"advance_seconds":60}"#);
    post_json(&sandbox, "/_sandbox/settings", r#"{"strict":false}"#);
    post_json(&sandbox, "/_sandbox/faults", r#"{"kind":"hang","path":"/baidu"}"#);
    compare(&sandbox, "/juhe/faceid/search", "passes");
    post_json(&sandbox, "/_sandbox/reset", "");
    assert_eq!(get(&sandbox, "/_sandbox/clock").json()["ahead_seconds"], 0.0);
    assert_eq!(get(&sandbox, "/_sandbox/settings").json()["strict"], true);
    for target in ["ledger", "journal", "faults", "sessions"] {
        assert_eq!(get(&sandbox, &format!("/_sandbox/{target}")).json(), json!([]), "{target}");
    }
    assert_eq!(compare_as(&sandbox, "t1-juhe-key")["error_code"], 10001);
}

#[test]
fn settings_change_in_part() {
    let sandbox = Sandbox::start_blocking().unwrap();
    let changed = post_json(&sandbox, "/_sandbox/settings", r#"{"juhe_notify":{"retries":2}}"#).json();
    assert_eq!((&changed["juhe_notify"]["retries"], &changed["strict"]), (&json!(2), &json!(true)));
    assert_eq!(post_json(&sandbox, "/_sandbox/settings", r#"{"srtict":false}"#).status, 400);
}

#[test]
fn it_ends_when_dropped() {
    let sandbox = Sandbox::start_blocking().unwrap();
    let address = crate::wire::address(sandbox.url()).to_owned();
    drop(sandbox);
    assert!(std::net::TcpStream::connect(address).is_err());
}

#[tokio::test]
async fn in_process_on_the_callers_runtime() {
    let sandbox = Sandbox::start().await.unwrap();
    let address = crate::wire::address(sandbox.url()).to_owned();
    drop(tokio::net::TcpStream::connect(&address).await.unwrap());
    sandbox.stop();
    // The task that holds the listener ends at its next turn.
    for _ in 0..100 {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        if tokio::net::TcpStream::connect(&address).await.is_err() {
            return;
        }
    }
    panic!("still listening");
}
