//! Evidence from the sandbox of each vendor, within its lifetime and after it.

use shiren::baidu::faceprint::result_getall::ResultGetall;
use shiren::baidu::faceprint::result_media_query::ResultMediaQuery;
use shiren::baidu::faceprint::result_simple::ResultSimple;
use shiren::baidu::faceprint::verify_token_generate::VerifyTokenGenerate;
use shiren::evidence::fetch::{Fetch, FetchReply};
use shiren::liveness::finish::Finish;
use shiren::liveness::start::Start;
use shiren::subject::Subject;
use shiren::verdict::Evidence;
use shiren::{Billed, Client, Config, Error, Kind, Personal, Secret, Time, Vendor};
use shiren_sandbox::{Completion, IdentityEntry, Plan, Sandbox, Settings};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

const MINUTE: Duration = Duration::from_secs(60);
const DAY: Duration = Duration::from_secs(24 * 3600);

struct Stage {
    sandbox: Sandbox,
    client: Client,
    ahead_ms: Arc<AtomicU64>,
}

impl Stage {
    fn new() -> Stage {
        let mut settings = Settings::default();
        let plan = Plan { identity: IdentityEntry::OcrBothSides, media: true, ..Plan::default() };
        settings.baidu.plans.insert("cards".into(), plan);
        let sandbox = Sandbox::builder().settings(settings).start_blocking().expect("a sandbox");
        let ahead_ms = Arc::new(AtomicU64::new(0));
        let ahead = ahead_ms.clone();
        let clock = move || {
            let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_millis() as u64;
            Time::from_unix_ms(now + ahead.load(Ordering::Relaxed))
        };
        let config = Config { max_reply_bytes: 1 << 20, ..Config::sandbox(sandbox.url()) };
        let client = Client::builder(config).clock(clock).build().expect("a client");
        Stage { sandbox, client, ahead_ms }
    }

    fn advance(&self, by: Duration) {
        self.sandbox.advance(by);
        self.ahead_ms.fetch_add(by.as_millis() as u64, Ordering::Relaxed);
    }

    /// The evidence of a session that passed.
    fn evidence(&self, vendor: Vendor) -> Evidence {
        let person = &self.sandbox.personas()[0];
        let subject = Subject::new(person.name.as_str(), person.id_number.as_str());
        let subject = (vendor != Vendor::Jumdata).then_some(subject);
        let start = Start::new(vendor, subject, "https://example.com/back");
        let mut finish = Finish::new(self.client.call_blocking(start).expect("a session"));
        let reference = finish.session.reference.expose();
        let completed = self.sandbox.complete_blocking(reference, Completion::default()).expect("completed");
        finish.landed_url = completed.redirect.map(Personal::from);
        let verdict = self.client.call_blocking(finish).expect("a verdict").verdict;
        assert!(verdict.passed());
        verdict.evidence.expect("evidence")
    }

    fn fetch(&self, fetch: Fetch) -> Result<FetchReply, Error> {
        let url = fetch.url.expose().to_owned();
        let result = self.client.call_blocking(fetch);
        if let Err(error) = &result {
            let path = url.rsplit_once('/').map_or("", |(_, path)| path);
            assert!(!format!("{error} {error:?}").contains(path), "{error:?}");
            assert_eq!(error.billed, Billed::No);
        }
        result
    }
}

fn is_jpeg(reply: &FetchReply) {
    assert_eq!(reply.content_type, "image/jpeg");
    let media = reply.media.as_ref().expect("no path was given");
    assert!(media.starts_with(b"\xff\xd8\xff") && media.ends_with(b"\xff\xd9"));
    assert_eq!(reply.bytes as usize, media.len());
}

#[test]
fn juhe_ten_minutes() {
    let stage = Stage::new();
    let evidence = stage.evidence(Vendor::Juhe);
    assert!(evidence.expires_at.is_some());
    stage.advance(9 * MINUTE);
    is_jpeg(&stage.fetch(Fetch::of(Vendor::Juhe, &evidence)).expect("an image"));

    stage.advance(MINUTE);
    let error = stage.fetch(Fetch::of(Vendor::Juhe, &evidence)).unwrap_err();
    assert_eq!((error.kind, error.field.as_deref()), (Kind::InvalidArgument, Some("/expires_at")));
    assert_eq!(error.http_status, None, "nothing was sent");

    let error = stage.fetch(Fetch::new(Vendor::Juhe, evidence.image_url.expose())).unwrap_err();
    assert_eq!((error.kind, error.http_status, error.retryable), (Kind::Vendor, Some(403), false));
    assert!(error.hint.as_ref().is_some_and(|hint| hint.contains("10 minutes")), "{error}");
}

#[test]
fn jumdata_as_long_as_its_token() {
    let stage = Stage::new();
    let evidence = stage.evidence(Vendor::Jumdata);
    is_jpeg(&stage.fetch(Fetch::of(Vendor::Jumdata, &evidence)).expect("an image"));
    stage.advance(10 * MINUTE);
    let error = stage.fetch(Fetch::new(Vendor::Jumdata, evidence.image_url.expose())).unwrap_err();
    assert_eq!((error.kind, error.http_status), (Kind::Vendor, Some(403)));
}

#[test]
fn baidu_faces_cards_and_recordings() {
    let stage = Stage::new();
    let generate = VerifyTokenGenerate { plan_id: Some("cards".into()) };
    let token: Secret = stage.client.call_blocking(generate).expect("a token").verify_token;
    stage.sandbox.complete_blocking(token.expose(), Completion::default()).expect("completed");
    let fetch = |url: &str| stage.fetch(Fetch::new(Vendor::Baidu, url));

    let simple = stage.client.call_blocking(ResultSimple { verify_token: token.clone() }).expect("a result");
    let face = simple.image.expect("an address");
    is_jpeg(&fetch(face.expose()).expect("a face"));

    let getall = ResultGetall { verify_token: token.clone(), ..ResultGetall::default() };
    let attempts = stage.client.call_blocking(getall).expect("a result").verify_result;
    let images = attempts[0].idcard_images.as_ref().expect("images of the card");
    for side in [&images.front_image, &images.back_image] {
        is_jpeg(&fetch(side.as_ref().expect("an address").expose()).expect("a card"));
    }

    let media = stage.client.call_blocking(ResultMediaQuery { verify_token: token }).expect("a result");
    let video = media.video.first().or(media.process_video.first()).expect("an address").clone();
    assert_eq!(fetch(video.expose()).expect("a video").content_type, "video/mp4");

    stage.advance(DAY);
    assert_eq!(fetch(video.expose()).unwrap_err().http_status, Some(403), "recordings live for a day");
    is_jpeg(&fetch(face.expose()).expect("images live longer"));
    stage.advance(2 * DAY);
    let error = fetch(face.expose()).unwrap_err();
    assert!(error.hint.as_ref().is_some_and(|hint| hint.contains("3 days")), "{error}");
}
