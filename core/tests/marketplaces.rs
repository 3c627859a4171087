//! Jumdata through each marketplace, and Baidu by a Bearer key, against the sandbox's own reading of their documents.

use shiren::jumdata::Gateway;
use shiren::liveness::finish::Finish;
use shiren::liveness::start::{JumdataOptions, Start};
use shiren::subject::Subject;
use shiren::{Billed, Client, Config, Decision, Error, Kind, Personal, Time, Vendor, baidu};
use shiren_sandbox::{Completion, Fault, Sandbox, Tenant};
use std::io::Write;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{SystemTime, UNIX_EPOCH};

/// Every marketplace with the keys of a tenant; the secret is replaced where another is given.
fn gateways(tenant: &Tenant, secret: Option<&str>) -> Vec<(&'static str, Gateway)> {
    let keys = tenant.jumdata_keys.clone();
    let of = |right: &str| secret.unwrap_or(right).into();
    vec![
        ("appcode", Gateway::Appcode { appcode: of(&tenant.jumdata_appcode) }),
        (
            "x_ca",
            Gateway::XCa {
                app_key: keys.aliyun_app_key.into(),
                app_secret: of(&keys.aliyun_app_secret),
                stage: Some("RELEASE".into()),
            },
        ),
        (
            "tencent",
            Gateway::Tencent {
                secret_id: keys.tencent_secret_id.into(),
                secret_key: of(&keys.tencent_secret_key),
                source: "market".into(),
            },
        ),
        ("huawei_appcode", Gateway::HuaweiAppcode { appcode: of(&keys.huawei_appcode) }),
        ("huawei", Gateway::Huawei { app_key: keys.huawei_app_key.into(), app_secret: of(&keys.huawei_app_secret) }),
        (
            "own",
            Gateway::Own {
                app_id: keys.own_app_id.into(),
                app_secret: of(&keys.own_app_secret),
                product_code: "life_check".into(),
            },
        ),
    ]
}

fn config(sandbox: &Sandbox, gateway: Gateway) -> Config {
    let mut config = Config::sandbox(sandbox.url());
    config.accounts.jumdata.as_mut().expect("an account").gateway = gateway;
    config
}

fn client(sandbox: &Sandbox, gateway: Gateway) -> Client {
    Client::new(config(sandbox, gateway)).expect("a client")
}

fn start() -> Start {
    Start::new(Vendor::Jumdata, None, "https://example.com/back?user=7&name=%E7%8E%8B")
}

fn notes(sandbox: &Sandbox) -> String {
    sandbox.journal().last().map(|entry| entry.notes.join("; ")).unwrap_or_default()
}

#[test]
fn a_session_passes_on_every_marketplace() {
    let sandbox = Sandbox::start_blocking().expect("a sandbox");
    for (name, gateway) in gateways(&sandbox.account(), None) {
        let client = client(&sandbox, gateway);
        let mut request = start();
        request.jumdata = Some(JumdataOptions {
            colors: vec!["#FFFFFF".into(), "#000000".into()],
            actions: vec!["LookFront".into(), "BlinkEye".into()],
        });
        let session =
            client.call_blocking(request).unwrap_or_else(|error| panic!("{name}: {error}; {}", notes(&sandbox)));
        let completed =
            sandbox.complete_blocking(session.reference.expose(), Completion::default()).expect("completed");
        let mut finish = Finish::new(session);
        finish.landed_url = completed.redirect.map(Personal::from);
        let verdict = client.call_blocking(finish).unwrap_or_else(|error| panic!("{name}: {error}")).verdict;
        assert_eq!((verdict.decision, verdict.billed), (Decision::Passed, Billed::Yes), "{name}");
    }
    assert_eq!(sandbox.ledger().len(), 6);
}

/// Every tenant has keys of its own for each marketplace, and sees only its own sessions.
#[test]
fn the_account_is_chosen_by_the_headers_that_come() {
    let sandbox = Sandbox::start_blocking().expect("a sandbox");
    let other = shiren_sandbox::NewTenant { id: "t2".into(), ..Default::default() };
    let other = sandbox.add_tenant(other).expect("a tenant");
    for (name, gateway) in gateways(&other, None) {
        client(&sandbox, gateway).call_blocking(start()).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(sandbox.journal().last().and_then(|entry| entry.tenant.clone()).as_deref(), Some("t2"), "{name}");
    }
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("the log").write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn shown(error: &Error) -> String {
    format!("{error} {error:?} {}", serde_json::to_string(error).expect("JSON"))
}

/// A wrong secret costs nothing and stays unsaid: not by Aliyun's StringToSign, not by a log, not by `Debug`.
#[test]
fn a_wrong_secret_is_authentication_and_leaks_nothing() {
    const WRONG: &str = "canary-of-a-marketplace-secret";
    let log = Log::default();
    let writer = log.clone();
    let subscriber =
        tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(move || writer.clone()).finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    let sandbox = Sandbox::start_blocking().expect("a sandbox");
    let keys = sandbox.account().jumdata_keys;
    let mut all = String::new();
    for (name, gateway) in gateways(&sandbox.account(), Some(WRONG)) {
        let config = config(&sandbox, gateway);
        all += &format!("{config:?}");
        let client = Client::new(config).expect("a client");
        let seen = Arc::new(Mutex::new(String::new()));
        let events = seen.clone();
        client.on_outcome(move |outcome| events.lock().expect("the events").push_str(&format!("{outcome:?}")));
        let error = client.call_blocking(start()).expect_err("a wrong secret");
        assert_eq!((error.kind, error.billed), (Kind::Authentication, Billed::No), "{name}: {error}");
        assert!(!error.retryable && error.hint.is_some(), "{name}");
        all += &shown(&error);
        all += &seen.lock().expect("the events");
    }
    // With the right keys: a session, and what the gateways refuse otherwise.
    for (name, gateway) in gateways(&sandbox.account(), None) {
        let client = client(&sandbox, gateway);
        all += &format!("{:?}", client.call_blocking(start()).expect(name));
        for code in [403, 429, 503, 504, 401, 603, 999] {
            let fault = serde_json::json!({"kind": "code", "code": code, "path": "/jumdata", "times": 1});
            sandbox.fault(serde_json::from_value::<Fault>(fault).expect("a fault")).expect("armed");
            all += &shown(&client.call_blocking(start()).expect_err("a refusal"));
            sandbox.disarm();
        }
    }
    assert_eq!(sandbox.ledger().len(), 0);
    let log = String::from_utf8_lossy(&log.0.lock().expect("the log")).into_owned();
    assert!(log.contains("operation=\"liveness.start\""), "the log is on");
    let secrets = [
        WRONG,
        "sandbox-jumdata-appcode",
        &keys.aliyun_app_key,
        &keys.aliyun_app_secret,
        &keys.tencent_secret_id,
        &keys.tencent_secret_key,
        &keys.huawei_appcode,
        &keys.huawei_app_key,
        &keys.huawei_app_secret,
        &keys.own_app_id,
        &keys.own_app_secret,
        "StringToSign",
        "returnUrl",
        "user=7",
    ];
    for secret in secrets {
        for (place, text) in [("errors and Debug", &all), ("the log", &log)] {
            assert!(!text.contains(secret), "{place} holds {secret:?}");
        }
    }
}

struct Shifted {
    sandbox: Sandbox,
    off_ms: Arc<AtomicI64>,
}

impl Shifted {
    fn client(&self, gateway: Gateway) -> Client {
        let off = self.off_ms.clone();
        let clock = move || {
            let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_millis() as i64;
            Time::from_unix_ms((now + off.load(Ordering::Relaxed)) as u64)
        };
        Client::builder(config(&self.sandbox, gateway)).clock(clock).build().expect("a client")
    }
}

/// A signature holds for 15 minutes around the gateway's clock; an AppCode has none.
#[test]
fn a_clock_far_off_is_refused() {
    let stage = Shifted { sandbox: Sandbox::start_blocking().expect("a sandbox"), off_ms: Arc::default() };
    const MINUTE: i64 = 60_000;
    for (name, gateway) in gateways(&stage.sandbox.account(), None) {
        let client = stage.client(gateway);
        for (off, good) in
            [(0, true), (-14 * MINUTE, true), (14 * MINUTE, true), (-16 * MINUTE, false), (16 * MINUTE, false)]
        {
            stage.off_ms.store(off, Ordering::Relaxed);
            let result = client.call_blocking(start());
            if good || name.ends_with("appcode") {
                result.unwrap_or_else(|error| panic!("{name} {off}: {error}; {}", notes(&stage.sandbox)));
            } else {
                let error = result.expect_err("too far");
                assert_eq!((error.kind, error.billed), (Kind::Authentication, Billed::No), "{name} {off}");
                assert!(notes(&stage.sandbox).contains("15 minutes"), "{name} {off}: {}", notes(&stage.sandbox));
            }
        }
    }
}

/// A throttled result is asked for again, signed anew: an old nonce would be refused.
#[test]
fn a_repetition_is_signed_anew() {
    let sandbox = Sandbox::start_blocking().expect("a sandbox");
    for (name, gateway) in gateways(&sandbox.account(), None) {
        let client = client(&sandbox, gateway);
        let session = client.call_blocking(start()).expect("a session");
        let code = if name == "own" { 609 } else { 429 };
        let fault = serde_json::json!({"kind": "code", "code": code, "path": "/jumdata/lifecheck/result", "times": 2, "booked": true});
        sandbox.fault(serde_json::from_value::<Fault>(fault).expect("a fault")).expect("armed");
        let verdict =
            client.call_blocking(Finish::new(session)).unwrap_or_else(|error| panic!("{name}: {error}")).verdict;
        assert_eq!(verdict.decision, Decision::Pending, "{name}: {}", notes(&sandbox));
        let asked = sandbox.journal().iter().filter(|entry| entry.operation == "jumdata.lifecheck.result").count();
        assert!(asked >= 3, "{name}: {asked}");
    }
}

/// Faults after the answer leave the nonce taken: the same request once more is a replay.
#[test]
fn a_replayed_request_is_refused_by_aliyuns_gateway() {
    let sandbox = Sandbox::start_blocking().expect("a sandbox");
    let keys = sandbox.account().jumdata_keys;
    let gateway =
        serde_json::json!({"kind": "x_ca", "app_key": keys.aliyun_app_key, "app_secret": keys.aliyun_app_secret});
    let url = format!("{}/jumdata/lifecheck/result", sandbox.url());
    let request = serde_json::json!({
        "gateway": gateway,
        "url": url,
        "form": [{"name": "token", "value": "t-1"}],
        "nonce": "once",
    });
    let signed =
        shiren::local_json("jumdata.gateway.sign", request.to_string().as_bytes(), Vec::new()).expect("signed");
    let signed: serde_json::Value = serde_json::from_slice(&signed.json).expect("JSON");
    let send = || {
        use std::io::Read;
        let address = sandbox.url().trim_start_matches("http://").to_owned();
        let mut stream = std::net::TcpStream::connect(&address).expect("a connection");
        let body = signed["body"].as_str().expect("a body");
        let mut text = format!("POST /jumdata/lifecheck/result HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n");
        for header in signed["headers"].as_array().expect("headers") {
            let text_of = |name: &str| header[name].as_str().expect("text").to_owned();
            text += &format!("{}: {}\r\n", text_of("name"), text_of("value"));
        }
        text += &format!("content-length: {}\r\n\r\n{body}", body.len());
        stream.write_all(text.as_bytes()).expect("sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer");
        answer
    };
    let first = send();
    assert!(first.starts_with("HTTP/1.1 200") && first.contains("201"), "signed by hand as by the client: {first}");
    let again = send();
    assert!(again.starts_with("HTTP/1.1 400") && again.contains("Nonce Used"), "{again}");
}

#[test]
fn baidu_by_a_bearer_key_without_a_token() {
    let sandbox = Sandbox::start_blocking().expect("a sandbox");
    let bearer = |key: &str| {
        let mut config = Config::sandbox(sandbox.url());
        let account = config.accounts.baidu.as_mut().expect("an account");
        *account = baidu::Account {
            plan_id: account.plan_id.clone(),
            base_url: account.base_url.clone(),
            page_url: account.page_url.clone(),
            ..baidu::Account::bearer(key)
        };
        Client::new(config).expect("a client")
    };
    let person = &sandbox.personas()[0];
    let subject = || Some(Subject::new(person.name.as_str(), person.id_number.as_str()));
    let start = || Start::new(Vendor::Baidu, subject(), "https://example.com/back");
    let client = bearer(&sandbox.account().baidu_bearer_key);
    let session = client.call_blocking(start()).expect("a session");
    sandbox.complete_blocking(session.reference.expose(), Completion::default()).expect("completed");
    let mut finish = Finish::new(session);
    finish.subject = subject();
    assert_eq!(client.call_blocking(finish.clone()).expect("a verdict").verdict.decision, Decision::Passed);
    // The seal is made with the Bearer key, and not with the empty secret_key.
    let mut forged = serde_json::to_value(&finish.session).expect("JSON");
    forged["expires_at"] = "2099-01-01T00:00:00Z".into();
    let forged = Finish::new(serde_json::from_value(forged).expect("a session"));
    assert_eq!(client.call_blocking(forged).expect_err("forged").kind, Kind::Signature);

    let error = bearer("bce-v3/ALTAK-canary/wrong").call_blocking(start()).expect_err("a wrong key");
    assert_eq!((error.kind, error.billed), (Kind::Authentication, Billed::No));
    assert!(!shown(&error).contains("canary"), "{error:?}");
    let fetched = sandbox.journal().iter().filter(|entry| entry.operation == "baidu.oauth.token").count();
    assert_eq!(fetched, 0, "never a token fetch");
}

#[test]
fn an_account_that_cannot_work_is_refused_by_name() {
    let read = |accounts: &str| Config::from_json(format!(r#"{{"accounts":{{{accounts}}}}}"#).as_bytes());
    let jumdata = |gateway: &str| {
        read(&format!(r#""jumdata":{{"init_url":"https://e.cn/i","result_url":"https://e.cn/r","gateway":{gateway}}}"#))
    };
    for (gateway, field) in [
        (r#"{"kind":"x_ca","app_key":"k","app_secret":""}"#, "/accounts/jumdata/gateway/app_secret"),
        (r#"{"kind":"tencent","secret_id":"a b","secret_key":"s"}"#, "/accounts/jumdata/gateway/secret_id"),
        (r#"{"kind":"huawei","app_key":"k"}"#, "/accounts/jumdata/gateway/app_secret"),
    ] {
        let error = jumdata(gateway).expect_err(gateway);
        assert_eq!((error.kind, error.field.as_deref()), (Kind::Configuration, Some(field)));
    }
    jumdata(r#"{"kind":"own","app_id":"a","app_secret":"s"}"#).expect("defaults");
    let error = read(r#""jumdata":{"gateway":{"kind":"own","app_id":"a","app_secret":"s"}}"#).expect_err("no address");
    assert_eq!(error.field.as_deref(), Some("/accounts/jumdata/init_url"));
    let error = read(r#""baidu":{"api_key":"k"}"#).expect_err("no secret");
    assert_eq!((error.kind, error.field.as_deref()), (Kind::Configuration, Some("/accounts/baidu/secret_key")));
    read(r#""baidu":{"api_key":"bce-v3/ALTAK-x/y","auth":"bearer"}"#).expect("a Bearer key needs no other");
    let error = read(r#""baidu":{"api_key":"","auth":"bearer"}"#).expect_err("no key");
    assert_eq!(error.field.as_deref(), Some("/accounts/baidu/api_key"));
}
