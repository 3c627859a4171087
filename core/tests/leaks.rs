//! Risk 5: canary strings through every way and every fault; then errors, logs and `Debug` are searched for them.

use shiren::compare::{Compare, Service};
use shiren::liveness::finish::Finish;
use shiren::liveness::start::Start;
use shiren::subject::Subject;
use shiren::{Blob, Client, Config, Personal, Vendor};
use shiren_sandbox::{Completion, Fault, Sandbox};
use std::io::Write;
use std::sync::{Arc, Mutex};
use std::time::Duration;

const NAME: &str = "王金丝'雀+";
const NUMBER: &str = "110101180107079993";
const MOBILE: &str = "19907770777";
const STATE: &str = "canary-in-the-return-url";

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

fn faults() -> Vec<serde_json::Value> {
    let kinds = r#"[
        {"kind":"reset_on_accept"}, {"kind":"drop_before_billing"}, {"kind":"drop_after_billing"},
        {"kind":"drop_mid_request"}, {"kind":"cut_reply"}, {"kind":"garbage"}, {"kind":"garbage_aes"},
        {"kind":"wrong_key_aes"}, {"kind":"status","status":502}, {"kind":"status","status":404,"body":"<html>"},
        {"kind":"quota"}, {"kind":"echo_personal"}, {"kind":"hang"}, {"kind":"hang_after_billing"},
        {"kind":"redirect","location":"http://127.0.0.1:1/"}, {"kind":"huge","bytes":3000000},
        {"kind":"code","code":10001}, {"kind":"code","code":10014}, {"kind":"code","code":226403},
        {"kind":"code","code":100}, {"kind":"code","code":999}, {"kind":"body","text":"{\"error_code\":0,\"error_code\":0}"}
    ]"#;
    serde_json::from_str(kinds).expect("faults")
}

#[test]
fn nothing_personal_or_secret_reaches_an_error_a_log_or_debug() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_span_events(tracing_subscriber::fmt::format::FmtSpan::FULL)
        .with_writer(move || writer.clone())
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);

    let sandbox = Sandbox::start_blocking().expect("a sandbox");
    let mut config = Config { timeout_ms: 400, max_reply_bytes: 1 << 20, ..Config::sandbox(sandbox.url()) };
    // Each fault is to reach the operation after it too.
    let limits = &mut config.limits;
    for limit in [&mut limits.juhe, &mut limits.jumdata, &mut limits.baidu] {
        limit.throttled_ms = 0;
    }
    let mut shown = format!("{config:?}");
    let client = Client::new(config).expect("a client");
    let seen = Arc::new(Mutex::new(String::new()));
    let events = seen.clone();
    client.on_outcome(move |outcome| events.lock().expect("the events").push_str(&format!("{outcome:?}")));
    let mut references: Vec<String> = Vec::new();

    let subject = || Subject::new(NAME, NUMBER);
    let photo = Blob::from(&b"\xff\xd8\xff\xe0 canary photo \xff\xd9"[..]);
    let mut faults: Vec<_> = faults().into_iter().map(Some).collect();
    faults.push(None);
    for fault in faults {
        let arm = |path: &str| {
            let Some(mut fault) = fault.clone() else { return };
            fault["path"] = path.into();
            fault["times"] = 5.into();
            let fault: Fault = serde_json::from_value(fault).expect("a fault");
            // Faults of the connection take no path.
            if sandbox.fault(fault.clone()).is_err() {
                sandbox.fault(Fault { path: None, times: 1, ..fault }).expect("a fault without a path");
            }
        };
        for service in [
            Service::JuheVerify,
            Service::JuheVerifyEncry,
            Service::JuheVerify2,
            Service::JuheVerify2Encry,
            Service::JuheVerifyfaceMobile,
        ] {
            arm("/juhe/verifyface");
            let mut subject = subject();
            subject.mobile = (service == Service::JuheVerifyfaceMobile).then(|| Personal::from(MOBILE));
            let compare = Compare {
                service,
                subject,
                photo: photo.clone(),
                threshold: None,
                allow_low_threshold: false,
                fallback: vec![],
            };
            shown += &format!("{compare:?}");
            match client.call_blocking(compare) {
                Ok(reply) => shown += &format!("{reply:?}"),
                Err(error) => shown += &format!("{error} {error:?} {}", serde_json::to_string(&error).expect("JSON")),
            }
            sandbox.disarm();
        }
        for vendor in Vendor::ALL.iter().copied() {
            for fault_at_start in [true, false] {
                if fault_at_start {
                    arm(&format!("/{vendor}"));
                }
                let subject = (vendor != Vendor::Jumdata).then(subject);
                let start = Start::new(vendor, subject, format!("https://example.com/{STATE}"));
                let session = match client.call_blocking(start) {
                    Ok(session) => session,
                    Err(error) => {
                        shown += &format!("{error} {error:?} {}", serde_json::to_string(&error).expect("JSON"));
                        sandbox.disarm();
                        continue;
                    }
                };
                sandbox.disarm();
                shown += &format!("{session:?}");
                references.push(session.reference.expose().to_owned());
                let completed = sandbox.complete_blocking(session.reference.expose(), Completion::default());
                if !fault_at_start {
                    arm(&format!("/{vendor}"));
                }
                let mut finish = Finish::new(session);
                finish.landed_url = completed.ok().and_then(|completed| completed.redirect).map(Personal::from);
                shown += &format!("{finish:?}");
                match client.call_blocking(finish) {
                    Ok(reply) => shown += &format!("{reply:?}"),
                    Err(error) => {
                        shown += &format!("{error} {error:?} {}", serde_json::to_string(&error).expect("JSON"))
                    }
                }
                sandbox.disarm();
            }
        }
    }
    client.close(Duration::from_secs(5)).expect("closed");

    let log = String::from_utf8_lossy(&log.0.lock().expect("the log")).into_owned();
    assert!(log.contains("operation=\"liveness.finish\""), "the log is on");
    assert!(shown.len() > 10_000, "errors and Debug were collected");
    let events = seen.lock().expect("the events").clone();
    assert!(events.contains("liveness.finish"), "the observer saw the calls");

    let mut canaries: Vec<String> = [
        NAME,
        "王金丝",
        NUMBER,
        MOBILE,
        "canary photo",
        "sandbox-juhe-key",
        "JHsandbox0openid",
        "sandbox-jumdata-appcode",
        "sandbox-baidu-ak",
        "sandbox-baidu-sk",
        "access_token=24",
        "%E7%8E%8B%E9%87%91",
    ]
    .map(str::to_owned)
    .into();
    // Juhe's order is a number to quote to its support; the other handles are secrets.
    canaries.extend(references.into_iter().filter(|reference| !reference.starts_with("JH")));
    for canary in &canaries {
        for (place, text) in [("errors and Debug", &shown), ("the log", &log), ("the observer", &events)] {
            if let Some(at) = text.find(canary.as_str()) {
                let from = text[..at].char_indices().rev().nth(200).map_or(0, |(index, _)| index);
                let to = text[at..].char_indices().nth(200).map_or(text.len(), |(index, _)| at + index);
                panic!("{place} holds {canary:?}: …{}…", &text[from..to]);
            }
        }
    }
}
