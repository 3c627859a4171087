//! Jumdata's side of the sandbox, over real HTTP: every documented code, each clock, each redirect.

mod marketplaces;
#[path = "../baidu/wire.rs"]
mod wire;

use std::process::Command;

use serde_json::{Value, json};
use shiren_sandbox::{Fault, Kind, NewTenant, Sandbox, Settings};
use wire::{Reply, admin, advance, complete, get, last_notes, post_form, post_json, send};

const APPCODE: (&str, &str) = ("Authorization", "APPCODE sandbox-jumdata-appcode");
const INIT: &str = "/jumdata/lifecheck/init";
const RESULT: &str = "/jumdata/lifecheck/result";
const PAGE: &str = "/jumdata/lifecheck/v2/check/index";

fn sandbox() -> Sandbox {
    Sandbox::start_blocking().unwrap()
}

fn lenient() -> Sandbox {
    Sandbox::builder().strict(false).start_blocking().unwrap()
}

fn init(sandbox: &Sandbox, fields: &[(&str, &str)]) -> Reply {
    post_form(sandbox, INIT, &[APPCODE], fields)
}

fn token(sandbox: &Sandbox) -> String {
    token_to(sandbox, "https://example.com/back")
}

fn token_to(sandbox: &Sandbox, return_url: &str) -> String {
    let reply = init(sandbox, &[("returnUrl", return_url)]).json();
    assert_eq!(reply["code"], 200, "{reply}");
    assert_eq!(reply["msg"], "成功");
    reply["data"]["token"].as_str().unwrap().to_owned()
}

fn result(sandbox: &Sandbox, token: &str) -> Value {
    post_form(sandbox, RESULT, &[APPCODE], &[("token", token)]).json()
}

#[test]
fn passes_and_brings_a_picture() {
    let sandbox = sandbox();
    let token = token(&sandbox);
    assert_eq!(result(&sandbox, &token)["code"], 201);
    let done = complete(&sandbox, &token, json!({"persona": "passes"}));
    assert_eq!(done["redirect"], format!("https://example.com/back?token={token}&success=true"));
    assert_eq!(done["status"], "finished");
    for _ in 0..2 {
        let reply = result(&sandbox, &token);
        assert_eq!((&reply["code"], &reply["msg"]), (&json!(200), &json!("实人认证通过")));
        let task = reply["taskNo"].as_str().unwrap();
        assert!(task.len() == 24 && task.bytes().all(|byte| byte.is_ascii_digit()), "{task}");
        let image = get(&sandbox, reply["data"]["faceImageUrl"].as_str().unwrap());
        assert_eq!((image.status, image.header("content-type")), (200, Some("image/jpeg")));
        assert!(image.body.starts_with(b"\xff\xd8\xff"));
    }
}

#[test]
fn every_result_code_by_persona_and_by_choice() {
    // persona, choice, code, text, redirect, charges
    let rows = [
        ("jumdata-200", "pass", 200, "实人认证通过", Some("true"), 1),
        ("jumdata-201", "201", 201, "未查询到检测结果", None, 0),
        ("jumdata-202", "202", 202, "实人认证未通过", Some("false"), 1),
        ("jumdata-203", "203", 203, "检测失败", Some("false"), 0),
        ("jumdata-301", "301", 301, "token已过期", Some("true"), 1),
    ];
    let sandbox = sandbox();
    for (persona, choice, code, text, success, charges) in rows {
        for body in [json!({"persona": persona}), json!({"outcome": choice})] {
            admin(&sandbox, "reset", json!({}));
            let token = token(&sandbox);
            let done = complete(&sandbox, &token, body);
            let landing = success.map(|success| format!("https://example.com/back?token={token}&success={success}"));
            assert_eq!(done["redirect"].as_str(), landing.as_deref(), "{persona}");
            let reply = result(&sandbox, &token);
            assert_eq!((&reply["code"], &reply["msg"]), (&json!(code), &json!(text)), "{persona}");
            assert_eq!(reply.get("data").is_some(), code == 200, "data is absent but on 200");
            let ledger = sandbox.ledger();
            assert_eq!(ledger.len(), charges, "{persona}");
            assert!(ledger.iter().all(|charge| charge.choice && charge.order == token && charge.tenant == "default"));
        }
    }
}

#[test]
fn every_common_code_by_fault_and_by_standing() {
    let sandbox = sandbox();
    let texts = [
        (400, "参数错误"),
        (500, "系统维护，请稍候再试"),
        (604, "接口停用"),
        (606, "调用超限，请稍候再试"),
        (609, "请求过于频繁，请稍候再试"),
        (610, "请求超时"),
        (999, "其他"),
    ];
    for (code, text) in texts {
        sandbox.fault(Kind::Code { code, reason: None, booked: false }).unwrap();
        let reply = init(&sandbox, &[("returnUrl", "https://e.cn")]).json();
        assert_eq!((&reply["code"], &reply["msg"]), (&json!(code), &json!(text)));
        assert!(reply.get("data").is_none() && reply["taskNo"].as_str().unwrap().len() == 24);
    }
    sandbox.fault(Kind::Code { code: 999, reason: Some("另有原因".into()), booked: false }).unwrap();
    assert_eq!(result(&sandbox, "x")["msg"], "另有原因");
    sandbox.fault(Kind::Quota).unwrap();
    assert_eq!(result(&sandbox, "x")["code"], 606);
    let tenant =
        NewTenant { id: "stopped".into(), standing_codes: [("jumdata".into(), 604)].into(), ..Default::default() };
    let tenant = sandbox.add_tenant(tenant).unwrap();
    let appcode = format!("APPCODE {}", tenant.jumdata_appcode);
    let reply = post_form(&sandbox, INIT, &[("Authorization", &appcode)], &[("returnUrl", "https://e.cn")]);
    assert_eq!(reply.json()["code"], 604);
}

#[test]
fn the_gateway_refuses_without_a_body() {
    let sandbox = sandbox();
    for authorization in ["APPCODE wrong", "APPCODE  sandbox-jumdata-appcode", "sandbox-jumdata-appcode", "Bearer x"] {
        let reply = post_form(&sandbox, INIT, &[("Authorization", authorization)], &[("returnUrl", "https://e.cn")]);
        assert_eq!((reply.status, reply.body.len()), (400, 0), "{authorization}");
        assert!(reply.header("X-Ca-Error-Message").unwrap().starts_with("Invalid AppCode"));
        assert_eq!(reply.header("X-Ca-Error-Code").unwrap().len(), 6);
        assert_eq!(reply.header("X-Ca-Request-Id").unwrap().len(), 36);
    }
    let none = post_form(&sandbox, RESULT, &[], &[("token", "x")]);
    assert_eq!(none.status, 400);
    assert!(last_notes(&sandbox).contains("no Authorization"));
    for (code, status) in [(403, 403), (429, 429), (503, 503), (504, 504)] {
        let kind = Kind::Code { code, reason: None, booked: false };
        sandbox.fault(Fault { path: Some("/jumdata/".into()), ..kind.into() }).unwrap();
        let reply = init(&sandbox, &[("returnUrl", "https://e.cn")]);
        assert_eq!((reply.status, reply.body.len()), (status, 0));
        assert!(!reply.header("X-Ca-Error-Code").unwrap().is_empty());
    }
}

#[test]
fn init_checks_its_parameters() {
    let sandbox = sandbox();
    let long = format!("https://example.com/{}", "a".repeat(109));
    let bad: [&[(&str, &str)]; 12] = [
        &[],
        &[("returnUrl", "")],
        &[("returnUrl", &long)],
        &[("returnUrl", "javascript:alert(1)")],
        &[("returnUrl", "https://e.cn"), ("colors", "#FFFFFF,#CFF9FF")],
        &[("returnUrl", "https://e.cn"), ("colors", "#000000,#3C0636")],
        &[("returnUrl", "https://e.cn"), ("colors", "#FFFFFF，#000000")],
        &[("returnUrl", "https://e.cn"), ("colors", "#FFFFFF, #000000")],
        &[("returnUrl", "https://e.cn"), ("colors", "#ABCDEF")],
        &[("returnUrl", "https://e.cn"), ("actions", "Smile")],
        &[("returnUrl", "https://e.cn"), ("actions", "BlinkEye，NodHead")],
        &[("returnUrl", "https://e.cn"), ("colors", "#FFFFFF,#000000"), ("actions", "BlinkEye")],
    ];
    for fields in bad {
        let reply = init(&sandbox, fields).json();
        assert_eq!((&reply["code"], &reply["msg"]), (&json!(400), &json!("参数错误")), "{fields:?}");
        assert!(!last_notes(&sandbox).is_empty(), "the journal says what the vendor would not");
    }
    let longest = &long[..128];
    let good: [&[(&str, &str)]; 6] = [
        &[("returnUrl", longest)],
        &[("returnUrl", "pages/index/index")],
        &[("returnUrl", "https://e.cn"), ("colors", "#ffffff")],
        &[("returnUrl", "https://e.cn"), ("colors", "#FFFFFF,#000000")],
        &[("returnUrl", "https://e.cn"), ("actions", "NodHead,BlinkEye,NodHead")],
        &[("returnUrl", "https://e.cn"), ("colors", "#FFFFFF,#000000"), ("actions", "BlinkEye,LookFront")],
    ];
    for fields in good {
        assert_eq!(init(&sandbox, fields).json()["code"], 200, "{fields:?}");
    }
    assert_eq!(result(&sandbox, "")["code"], 400);
    assert!(sandbox.ledger().is_empty());
}

#[test]
fn strict_and_lenient_differ() {
    let strict = sandbox();
    let target = format!("{INIT}?returnUrl=https%3A%2F%2Fe.cn");
    let refused = send(&strict, "GET", &target, &[APPCODE], b"");
    assert_eq!((refused.status, refused.header("allow")), (405, Some("POST")));
    let body = json!({"returnUrl": "https://e.cn"});
    assert_eq!(post_json(&strict, INIT, &[APPCODE], &body).json()["code"], 400);

    let lenient = lenient();
    assert_eq!(send(&lenient, "GET", &target, &[APPCODE], b"").json()["code"], 200);
    assert_eq!(
        post_json(&lenient, INIT, &[("Authorization", "appcode  sandbox-jumdata-appcode")], &body).json()["code"],
        200
    );
    // Colours with actions but without LookFront: taken, and then nobody can be checked.
    let fields = [("returnUrl", "https://e.cn"), ("colors", "#FFFFFF,#000000"), ("actions", "BlinkEye")];
    let token = init(&lenient, &fields).json()["data"]["token"].as_str().unwrap().to_owned();
    let done = complete(&lenient, &token, json!({"outcome": "pass"}));
    assert_eq!(done["redirect"], format!("https://e.cn?token={token}&success=false"));
    assert_eq!(result(&lenient, &token)["code"], 203);
}

#[test]
fn ten_minutes_from_init() {
    let sandbox = sandbox();
    let [unopened, passed, late] = [(), (), ()].map(|()| token(&sandbox));
    complete(&sandbox, &passed, json!({}));
    let image = result(&sandbox, &passed)["data"]["faceImageUrl"].as_str().unwrap().to_owned();
    advance(&sandbox, 590.0);
    assert_eq!(result(&sandbox, &unopened)["code"], 201);
    assert_eq!(result(&sandbox, &passed)["code"], 200);
    assert_eq!(get(&sandbox, &image).status, 200);
    advance(&sandbox, 10.0);
    for token in [&unopened, &passed, &late] {
        assert_eq!(result(&sandbox, token)["code"], 301);
    }
    assert_eq!(get(&sandbox, &image).status, 403);
    assert_eq!(get(&sandbox, &format!("{PAGE}?token={late}")).status, 410);
    assert_eq!(admin(&sandbox, &format!("sessions/{late}/complete"), json!({})).status, 409);
    assert_eq!(sandbox.ledger().len(), 1);
}

#[test]
fn one_check_for_each_token() {
    let sandbox = sandbox();
    let token = token(&sandbox);
    complete(&sandbox, &token, json!({"outcome": "202"}));
    let again = admin(&sandbox, &format!("sessions/{token}/complete"), json!({"outcome": "pass"}));
    assert_eq!(again.status, 409);
    assert_eq!(get(&sandbox, &format!("{PAGE}?token={token}")).status, 409);
    assert_eq!(result(&sandbox, &token)["code"], 202);
    assert_eq!(sandbox.ledger().len(), 1);
}

#[test]
fn the_page_in_a_browser() {
    let sandbox = sandbox();
    let token = token_to(&sandbox, "https://example.com/a?b=c#/d");
    let page = format!("{PAGE}?token={token}");
    assert_eq!(get(&sandbox, &format!("{PAGE}?token=nonsense")).status, 404);
    let shown = get(&sandbox, &page);
    assert_eq!(shown.status, 200);
    assert!(shown.text().contains("Jumdata"));
    // Abandoned: no redirect, no result, and the page opens again.
    let left = post_form(&sandbox, &page, &[], &[("action", "cancel"), ("outcome", "")]);
    assert_eq!((left.status, left.header("location")), (200, None));
    assert_eq!(result(&sandbox, &token)["code"], 201);
    assert!(post_form(&sandbox, &page, &[], &[("action", "begin")]).text().contains("begun"));
    assert_eq!(sandbox.sessions()[0].status, "begun");
    let sent = post_form(&sandbox, &page, &[], &[("action", "submit"), ("outcome", "202")]);
    assert_eq!(sent.status, 303);
    // To the letter of the document, although the returnUrl has a query and a fragment.
    assert_eq!(sent.header("location").unwrap(), format!("https://example.com/a?b=c#/d?token={token}&success=false"));
    assert_eq!(post_form(&sandbox, &page, &[], &[("action", "submit")]).status, 409);
}

#[test]
fn proper_urls_are_an_option() {
    let settings = Settings { jumdata_proper_urls: true, ..Settings::default() };
    let sandbox = Sandbox::builder().settings(settings).start_blocking().unwrap();
    let token = token_to(&sandbox, "https://example.com/a?b=c#/d");
    let done = complete(&sandbox, &token, json!({}));
    assert_eq!(done["redirect"], format!("https://example.com/a?b=c&token={token}&success=true#/d"));
}

#[test]
fn tenants_do_not_see_each_other() {
    let sandbox = sandbox();
    let made = admin(&sandbox, "tenants", json!({"id": "other", "jumdata_outcome": 202})).json();
    let appcode = format!("APPCODE {}", made["jumdata_appcode"].as_str().unwrap());
    let ours = token(&sandbox);
    complete(&sandbox, &ours, json!({}));
    let foreign = post_form(&sandbox, RESULT, &[("Authorization", &appcode)], &[("token", &ours)]).json();
    assert_eq!(foreign["code"], 201);
    assert!(last_notes(&sandbox).contains("another account"));
    assert_eq!(result(&sandbox, "ffffffffffffffffffffffffffffffff")["code"], 201);
    assert!(last_notes(&sandbox).contains("no init"));
    // The default outcome belongs to the tenant.
    let reply = post_form(&sandbox, INIT, &[("Authorization", &appcode)], &[("returnUrl", "https://e.cn")]).json();
    let theirs = reply["data"]["token"].as_str().unwrap();
    complete(&sandbox, theirs, json!({}));
    let charges: Vec<_> = sandbox.ledger().into_iter().map(|charge| charge.tenant).collect();
    assert_eq!(charges, ["default", "other"]);
    sandbox.state().reset(Some("other"));
    assert_eq!(sandbox.sessions().len(), 1);
    assert_eq!(sandbox.ledger().len(), 1);
    assert_eq!(result(&sandbox, &ours)["code"], 200);
}

#[test]
fn wrong_completions_are_refused() {
    let sandbox = sandbox();
    let token = token(&sandbox);
    for body in [json!({"outcome": "nonsense"}), json!({"persona": "nobody"})] {
        assert_eq!(admin(&sandbox, &format!("sessions/{token}/complete"), body).status, 400);
    }
    assert_eq!(admin(&sandbox, "sessions/nonsense/complete", json!({})).status, 404);
    assert_eq!(complete(&sandbox, &token, json!({"outcome": "cancel"}))["status"], "new");
    assert_eq!(complete(&sandbox, &token, json!({"outcome": "begin"}))["status"], "begun");
    assert!(sandbox.ledger().is_empty());
}

#[test]
fn curl_as_a_foreign_client() {
    let sandbox = sandbox();
    let curl = |arguments: &[&str]| -> Value {
        let mut curl = Command::new("curl");
        curl.args(["-sS", "-H", "Authorization: APPCODE sandbox-jumdata-appcode"]);
        let done = curl.args(arguments).output().expect("curl is installed");
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        serde_json::from_slice(&done.stdout).unwrap()
    };
    let init = format!("{}{INIT}", sandbox.url());
    let result = format!("{}{RESULT}", sandbox.url());
    let begun =
        curl(&[&init, "--data-urlencode", "returnUrl=https://example.com/", "-d", "actions=LookFront,BlinkEye"]);
    let token = begun["data"]["token"].as_str().unwrap();
    let complete = format!("{}/_sandbox/sessions/{token}/complete", sandbox.url());
    assert_eq!(curl(&[&complete, "-d", r#"{"outcome":"pass"}"#])["status"], "finished");
    assert_eq!(curl(&[&result, "-d", &format!("token={token}")])["code"], 200);
}
