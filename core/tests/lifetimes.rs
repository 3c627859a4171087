//! One clock for sandbox and client: every lifetime of the documents, from begin to after its end.

use shiren::liveness::finish::Finish;
use shiren::liveness::start::Start;
use shiren::subject::Subject;
use shiren::{Client, Config, Decision, Kind, Personal, Time, Vendor, Verdict};
use shiren_sandbox::{Completion, Sandbox};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

struct Stage {
    sandbox: Sandbox,
    client: Client,
    ahead_ms: Arc<AtomicU64>,
}

impl Stage {
    fn new() -> Stage {
        let sandbox = Sandbox::start_blocking().expect("a sandbox");
        let ahead_ms = Arc::new(AtomicU64::new(0));
        let ahead = ahead_ms.clone();
        let clock = move || {
            let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_millis() as u64;
            Time::from_unix_ms(now + ahead.load(Ordering::Relaxed))
        };
        let client = Client::builder(Config::sandbox(sandbox.url())).clock(clock).build().expect("a client");
        Stage { sandbox, client, ahead_ms }
    }

    fn advance(&self, by: Duration) {
        self.sandbox.advance(by);
        self.ahead_ms.fetch_add(by.as_millis() as u64, Ordering::Relaxed);
    }

    fn start(&self, vendor: Vendor) -> Finish {
        let person = &self.sandbox.personas()[0];
        let subject = Subject::new(person.name.as_str(), person.id_number.as_str());
        let subject = (vendor != Vendor::Jumdata).then_some(subject);
        Finish::new(
            self.client.call_blocking(Start::new(vendor, subject, "https://example.com/back")).expect("a session"),
        )
    }

    fn finish(&self, finish: &Finish) -> Verdict {
        self.client.call_blocking(finish.clone()).expect("a verdict").verdict
    }

    fn complete(&self, finish: &mut Finish) {
        let reference = finish.session.reference.expose();
        let completed = self.sandbox.complete_blocking(reference, Completion::default()).expect("completed");
        finish.landed_url = completed.redirect.map(Personal::from);
    }
}

const MINUTE: Duration = Duration::from_secs(60);

#[test]
fn juhe_thirty_minutes_and_a_late_result_counts() {
    let stage = Stage::new();
    let mut session = stage.start(Vendor::Juhe);
    assert_eq!(stage.finish(&session).decision, Decision::Pending);
    stage.advance(29 * MINUTE);
    stage.complete(&mut session);
    assert_eq!(stage.finish(&session).decision, Decision::Passed);
    stage.advance(60 * MINUTE);
    assert_eq!(stage.finish(&session).decision, Decision::Passed, "a finished result found later counts");

    let abandoned = stage.start(Vendor::Juhe);
    stage.advance(30 * MINUTE + Duration::from_secs(30));
    assert_eq!(stage.finish(&abandoned).decision, Decision::Pending, "somebody may submit in the last second");
    stage.advance(MINUTE);
    assert_eq!(stage.finish(&abandoned).decision, Decision::Expired);
}

/// Correction 26: 301 is a result that was not *fetched* in time.
#[test]
fn jumdata_ten_minutes_to_fetch() {
    let stage = Stage::new();
    let mut session = stage.start(Vendor::Jumdata);
    assert_eq!(stage.finish(&session).decision, Decision::Pending);
    stage.complete(&mut session);
    let verdict = stage.finish(&session);
    assert_eq!(verdict.decision, Decision::Passed);
    assert!(verdict.evidence.is_some());
    stage.advance(10 * MINUTE);
    assert_eq!(stage.finish(&session).decision, Decision::Expired, "a pass that is fetched late is lost");

    let abandoned = stage.start(Vendor::Jumdata);
    stage.advance(10 * MINUTE);
    assert_eq!(stage.finish(&abandoned).decision, Decision::Expired);
}

#[test]
fn baidu_two_hours_to_act_three_days_to_read() {
    let stage = Stage::new();
    let mut session = stage.start(Vendor::Baidu);
    assert_eq!(stage.finish(&session).decision, Decision::Pending, "asked before the person acted");
    stage.advance(119 * MINUTE);
    stage.complete(&mut session);
    assert_eq!(stage.finish(&session).decision, Decision::Passed);
    stage.advance(Duration::from_secs(2 * 24 * 3600));
    assert_eq!(stage.finish(&session).decision, Decision::Passed);
    stage.advance(Duration::from_secs(24 * 3600));
    assert_eq!(stage.finish(&session).decision, Decision::Expired, "only three days");

    let abandoned = stage.start(Vendor::Baidu);
    stage.advance(120 * MINUTE);
    assert_eq!(stage.finish(&abandoned).decision, Decision::Expired);
}

#[test]
fn an_access_token_of_thirty_days_is_renewed_in_time() {
    let stage = Stage::new();
    stage.start(Vendor::Baidu);
    stage.advance(Duration::from_secs(31 * 24 * 3600));
    let mut session = stage.start(Vendor::Baidu);
    stage.complete(&mut session);
    assert_eq!(stage.finish(&session).decision, Decision::Passed);
    let fetched = stage.sandbox.journal().iter().filter(|entry| entry.operation == "baidu.oauth.token").count();
    assert_eq!(fetched, 2);
}

#[test]
fn a_session_that_was_altered_or_is_somebody_elses_is_refused() {
    let stage = Stage::new();
    let mut session = stage.start(Vendor::Baidu);
    stage.complete(&mut session);
    let json = serde_json::to_value(&session.session).expect("JSON");
    assert!(!json.to_string().contains(&stage.sandbox.personas()[0].id_number), "no personal data in a session");
    for (field, value) in [
        ("expect", serde_json::json!("liveness")),
        ("reference", serde_json::json!("another")),
        ("vendor", serde_json::json!("jumdata")),
        ("expires_at", serde_json::json!("2099-01-01T00:00:00Z")),
        ("started_at", serde_json::json!("2099-01-01T00:00:00Z")),
        ("subject_digest", serde_json::json!(null)),
        ("seal", serde_json::json!("")),
    ] {
        let mut altered = json.clone();
        altered[field] = value;
        let altered = Finish::new(serde_json::from_value(altered).expect("a session"));
        let error = stage.client.call_blocking(altered).expect_err(field);
        assert_eq!(error.kind, Kind::Signature, "{field}");
    }
    let stored = Finish::new(serde_json::from_value(json).expect("a session"));
    assert_eq!(stage.finish(&stored).decision, Decision::Passed, "what was stored comes back whole");
    let mut other = stored;
    other.subject = Some(Subject::new("王小二", "110101180001010015"));
    assert_eq!(stage.client.call_blocking(other).expect_err("another person").kind, Kind::InvalidArgument);
}

#[test]
fn another_sessions_return_is_refused_and_a_forged_no_takes_the_pass_away() {
    let stage = Stage::new();
    for vendor in [Vendor::Juhe, Vendor::Jumdata] {
        let (mut mine, mut theirs) = (stage.start(vendor), stage.start(vendor));
        stage.complete(&mut mine);
        stage.complete(&mut theirs);
        let mut mixed = mine.clone();
        mixed.landed_url = theirs.landed_url.clone();
        let error = stage.client.call_blocking(mixed).expect_err("a mixed session");
        assert_eq!((error.kind, error.field.as_deref()), (Kind::Signature, Some("/landed_url")), "{vendor}");
        mine.landed_url = None;
        assert_eq!(stage.finish(&mine).decision, Decision::Passed, "finish may be called again without it");
    }
    let mut session = stage.start(Vendor::Jumdata);
    stage.complete(&mut session);
    let denied = session.landed_url.as_ref().expect("landed").expose().replace("success=true", "success=false");
    session.landed_url = Some(denied.into());
    let verdict = stage.finish(&session);
    assert_eq!(verdict.decision, Decision::Inconclusive);
    assert!(verdict.reasons.iter().any(|reason| reason.code == "hint_contradicts"));
}
