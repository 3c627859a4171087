//! Every person of the sandbox through every way: who is let in, and that every bill agrees with the ledger.

use shiren::compare::{Compare, Service};
use shiren::liveness::finish::Finish;
use shiren::liveness::start::Start;
use shiren::subject::Subject;
use shiren::{Billed, Blob, Client, Config, Decision, Personal, Vendor, Verdict};
use shiren_sandbox::{Completion, Persona, Sandbox};

const PHOTO: &[u8] = include_bytes!("../../tests/photos/portrait.jpg");

struct Stage {
    sandbox: Sandbox,
    client: Client,
    yes: usize,
    unknown: usize,
}

impl Stage {
    fn new() -> Stage {
        let sandbox = Sandbox::start_blocking().expect("a sandbox");
        let mut config = Config::sandbox(sandbox.url());
        // The people behind throttling codes must not keep the others waiting.
        let limits = &mut config.limits;
        for limit in [&mut limits.juhe, &mut limits.jumdata, &mut limits.baidu] {
            limit.throttled_ms = 0;
        }
        let client = Client::new(config).expect("a client");
        Stage { sandbox, client, yes: 0, unknown: 0 }
    }

    fn book(&mut self, billed: Billed, charged: usize, what: &str) {
        match billed {
            Billed::Yes => self.yes += 1,
            Billed::Unknown => self.unknown += 1,
            Billed::No => {}
        }
        let agrees = match billed {
            Billed::Yes => charged == 1,
            Billed::No => charged == 0,
            Billed::Unknown => charged <= 1,
        };
        assert!(agrees, "{what}: billed {billed}, and the ledger has {charged} charges");
    }

    fn compare(&mut self, person: &Persona, service: Service) -> Option<Verdict> {
        let mut subject = Subject::new(person.name.as_str(), person.id_number.as_str());
        subject.mobile = (service == Service::JuheVerifyfaceMobile).then(|| Personal::from(person.mobile.as_str()));
        let photo = Blob::from(PHOTO);
        let before = self.sandbox.ledger().len();
        let compare =
            Compare { service, subject, photo, threshold: None, allow_low_threshold: false, fallback: vec![] };
        let result = self.client.call_blocking(compare).map(|reply| reply.verdict);
        let charged = self.sandbox.ledger().len() - before;
        let billed = result.as_ref().map_or_else(|error| error.billed, |verdict| verdict.billed);
        self.book(billed, charged, &format!("{} by {service:?}", person.id));
        result.ok()
    }

    fn hosted(&mut self, person: &Persona, vendor: Vendor) -> Option<Verdict> {
        let subject = Subject::new(person.name.as_str(), person.id_number.as_str());
        let subject = (vendor != Vendor::Jumdata).then_some(subject);
        let before = self.sandbox.ledger().len();
        let start = Start::new(vendor, subject.clone(), "https://example.com/back?user=7");
        let what = format!("{} by {vendor}", person.id);
        let session = match self.client.call_blocking(start) {
            Ok(session) => session,
            Err(error) => {
                self.book(error.billed, self.sandbox.ledger().len() - before, &what);
                return None;
            }
        };
        let reference = session.reference.expose().to_owned();
        let completion = Completion { persona: Some(person.id.clone()), ..Completion::default() };
        let completed = self.sandbox.complete_blocking(&reference, completion).expect("a finished page");
        let mut finish = Finish::new(session);
        finish.landed_url = completed.redirect.map(Personal::from);
        finish.subject = subject;
        let result = self.client.call_blocking(finish);
        let charged = self.sandbox.ledger().len() - before;
        match &result {
            Ok(reply) => self.book(reply.verdict.billed, charged, &what),
            Err(error) => assert_eq!(error.billed, Billed::No, "{what}: asking costs nothing: {error}"),
        }
        result.ok().map(|reply| reply.verdict)
    }
}

fn passed(verdict: &Option<Verdict>) -> bool {
    verdict.as_ref().is_some_and(|verdict| verdict.decision == Decision::Passed)
}

/// Written from the people's outcomes and the documents, not from the library's tables.
#[test]
fn only_those_who_should_pass_do_and_every_bill_agrees_with_the_ledger() {
    let mut stage = Stage::new();
    for person in stage.sandbox.personas() {
        let outcomes = &person.outcomes;
        let v1 = &outcomes.verify;
        let v1_passes = v1.error_code == 0 && v1.res == 1 && v1.score.is_some_and(|score| score >= 70.0);
        let v2_passes = outcomes.verify2.error_code == 0 && outcomes.verify2.auth_result.starts_with("00");
        let mobile_passes = outcomes.mobile.error_code == 0 && outcomes.mobile.res == 100;
        for (service, passes) in [
            (Service::JuheVerify, v1_passes),
            (Service::JuheVerifyEncry, v1_passes),
            (Service::JuheVerify2, v2_passes),
            (Service::JuheVerify2Encry, v2_passes),
            (Service::JuheVerifyfaceMobile, mobile_passes),
        ] {
            let verdict = stage.compare(person, service);
            assert_eq!(passed(&verdict), passes, "{} by {service:?}: {verdict:?}", person.id);
        }
        let faceid = &outcomes.faceid;
        let faceid_passes = faceid.error_code == 0
            && faceid.live_code == 200
            && faceid.certify_code == Some(200)
            && faceid.certify_score.is_some_and(|score| score.parse::<f64>().expect("a number") >= 70.0);
        let baidu_passes = outcomes.baidu.code == 0 && outcomes.baidu.score.is_some_and(|score| score >= 80.0);
        for (vendor, passes) in [
            (Vendor::Juhe, faceid_passes),
            (Vendor::Jumdata, outcomes.jumdata.code == 200),
            (Vendor::Baidu, baidu_passes),
        ] {
            let verdict = stage.hosted(person, vendor);
            assert_eq!(passed(&verdict), passes, "{} by {vendor}: {verdict:?}", person.id);
        }
    }
    let ledger = stage.sandbox.ledger().len();
    println!(
        "{} people: {} billed, {} unknown, {ledger} in the ledger",
        stage.sandbox.personas().len(),
        stage.yes,
        stage.unknown
    );
    assert!(stage.yes <= ledger && ledger <= stage.yes + stage.unknown);
    assert!(stage.yes > 100, "the people reach the charges at all");
}

#[test]
fn strangers_never_pass() {
    let mut stage = Stage::new();
    let mut stranger = stage.sandbox.personas()[0].clone();
    stranger.name = "王小二".into();
    for service in [
        Service::JuheVerify,
        Service::JuheVerifyEncry,
        Service::JuheVerify2,
        Service::JuheVerify2Encry,
        Service::JuheVerifyfaceMobile,
    ] {
        let verdict = stage.compare(&stranger, service).expect("a verdict");
        assert_eq!(verdict.decision, Decision::Rejected, "{service:?}");
    }
}
