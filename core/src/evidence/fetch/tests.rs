use super::*;
use crate::harness::{Answer, ok, run, status};
use std::time::Duration;

const URL: &str = "http://127.0.0.1:1/juhe/img/JH1.jpeg?Expires=1&Signature=canary";
/// 2026-01-15T08:00:00Z, when the harness stands still.
const NOW: Time = Time::from_unix_ms(1_768_464_000_000);

fn fetch() -> Fetch {
    Fetch::new(Vendor::Juhe, URL)
}

fn jpeg() -> Answer {
    Ok(http::Response::new(Bytes::from_static(b"\xff\xd8\xff\xe0 a face")))
}

#[test]
fn a_picture_by_its_bytes() {
    let run = run(fetch(), [jpeg()]);
    let reply = run.result.unwrap();
    assert_eq!((reply.content_type, reply.bytes), ("image/jpeg", 11));
    assert!(reply.media.as_ref().unwrap().starts_with(b"\xff\xd8\xff"));
    assert_eq!((run.requests[0].method(), run.requests[0].uri().to_string()), (&http::Method::GET, URL.into()));
    assert_eq!(run.spent, Billed::No);
    assert!(!format!("{reply:?}").contains("face"));
}

#[test]
fn after_its_end_nothing_is_sent() {
    for (end, sent) in [(NOW, 0), (Time::from_unix_ms(1), 0), (NOW.plus(Duration::from_millis(1)), 1)] {
        let run = run(Fetch { expires_at: Some(end), ..fetch() }, (0..sent).map(|_| jpeg()));
        assert_eq!(run.requests.len(), sent);
        if let Err(error) = run.result {
            assert_eq!((error.kind, error.field.as_deref()), (Kind::InvalidArgument, Some("/expires_at")));
            assert!(error.hint.as_ref().unwrap().contains("10 minutes"));
        }
    }
}

#[test]
fn what_is_no_picture_is_refused_and_nothing_is_quoted() {
    for (code, kind, attempts) in [
        (200, Kind::Decode, 1),
        (204, Kind::Vendor, 1),
        (302, Kind::Vendor, 1),
        (403, Kind::Vendor, 1),
        (404, Kind::Vendor, 1),
        (429, Kind::RateLimited, 3),
        (503, Kind::Vendor, 3),
    ] {
        let page = |_| status(code, "<Error><Resource>/canary</Resource></Error>");
        let run = run(fetch(), (0..attempts).map(page));
        let error = run.result.unwrap_err();
        assert_eq!((error.kind, error.http_status, run.requests.len()), (kind, Some(code), attempts), "{code}");
        assert_eq!((error.billed, error.retryable), (Billed::No, attempts > 1));
        assert!(!format!("{error} {error:?}").contains("canary"));
        assert_eq!(error.hint.is_some(), matches!(code, 403 | 404), "{code}");
    }
    assert_eq!(run(fetch(), [ok("")]).result.unwrap_err().kind, Kind::Decode);
}

#[test]
fn a_hostile_host_is_not_asked() {
    let run = run(Fetch::new(Vendor::Juhe, "http://169.254.169.254/latest/canary"), []);
    assert_eq!(run.requests.len(), 0);
    let error = run.result.unwrap_err();
    assert_eq!(error.field.as_deref(), Some("/url"));
    assert!(!format!("{error:?}").contains("canary"));
}

#[test]
fn a_file_is_for_whoever_sends_to_write() {
    let mut written = jpeg();
    written.as_mut().unwrap().extensions_mut().insert(Saved { bytes: 3_000_000_000 });
    let reply = run(fetch().to("face.jpg"), [written]).result.unwrap();
    assert_eq!((reply.media, reply.bytes, reply.content_type), (None, 3_000_000_000, "image/jpeg"));
    let error = run(fetch().to("face.jpg"), [jpeg()]).result.unwrap_err();
    assert_eq!(error.kind, Kind::Internal, "not a word of a file that is not there");
    for nothing in ["", "/", "..", "a/.."] {
        let run = run(fetch().to(nothing), []);
        assert_eq!(run.result.unwrap_err().field.as_deref(), Some("/path"), "{nothing:?}");
    }
    assert!(!format!("{:?}", fetch().to("canary.jpg")).contains("canary"));
}
