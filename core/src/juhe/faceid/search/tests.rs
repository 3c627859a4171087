use super::*;
use crate::Hint;
use crate::Kind;
use crate::harness::{Run, Still, ok, run_in, status};
use crate::juhe::sample::{ORDER, answered, finished as sample, form, search, set, spoilt};
use crate::verdict::Check::{Error as Tried, NotChecked};
use crate::verdict::Decision::{self, Expired, Inconclusive, Pending, Rejected};
use serde_json::{Value, json};
use std::sync::Arc;

const NOW: u64 = 1_768_464_000_000;

fn verdict(body: &Value) -> Verdict {
    answered(search(), body.to_string()).result.unwrap().verdict
}

#[test]
fn the_documents_sample_passes_and_is_whole() {
    let run = answered(search(), sample().to_string());
    assert_eq!(run.requests[0].uri(), "http://127.0.0.1:1/juhe/faceid/search");
    let fields = form(&run.requests[0]);
    assert_eq!((fields.len(), &*fields["key"], &*fields["jhOrderId"]), (2, "sandbox-juhe-key", ORDER));
    assert_eq!(run.spent, Billed::No, "asking is free");
    let reply = run.result.unwrap();
    assert!(!format!("{reply:?}").contains("oss.example.com"), "whoever has the address sees the face");
    let verdict = &reply.verdict;
    assert!(verdict.passed());
    assert_eq!(verdict.billed, Billed::Yes, "the verification was not");
    assert_eq!((verdict.threshold, verdict.false_accept_rate), (Some(70.0), Some(0.0001)));
    assert_eq!(verdict.references.order.as_deref(), Some(ORDER));
    assert_eq!(verdict.checks.mobile, NotChecked);
    // correction_2: the quality of the live picture is never the score.
    assert_eq!(verdict.score.as_ref().unwrap().value, 87.0);
    let detail = reply.detail.unwrap();
    assert_eq!(detail.live_quality.as_deref(), Some("91.11730"));
    // trap_3: scores and codes are text, and certify_res is in no table.
    assert_eq!((detail.certify_res.as_deref(), detail.certify_score.as_deref()), (Some("1"), Some("87")));
    let evidence = verdict.evidence.as_ref().unwrap();
    assert_eq!(evidence.image_url.expose(), "https://oss.example.com/a.jpeg?sig=1");
    assert_eq!(evidence.expires_at, Some(Time::from_unix_ms(NOW + 600_000)), "ten minutes after the reply");
    assert!(detail.extra.is_empty() && reply.extra.is_empty());
}

#[test]
fn a_reply_about_another_order_is_no_verdict() {
    for order in [json!("JH79320240517095231mUzn8"), json!(""), Value::Null, json!(7), json!(format!("{ORDER} "))] {
        let mut body = sample();
        set(&mut body["result"], "jh_order_id", order.clone());
        let run = answered(search(), body.to_string());
        let error = run.result.unwrap_err();
        assert_eq!((error.kind, error.billed, error.retryable), (Kind::Decode, Billed::No, false), "{order}");
    }
}

#[test]
fn deciding_fields_that_occur_twice_are_no_verdict() {
    let sample = sample().to_string();
    for (one, two) in [
        (r#""passed":"T","#, r#""passed":"T","passed":"F","#),
        (r#""live_code":"200""#, r#""live_code":"200","live_code":"201""#),
        (r#""live_passed":"T""#, r#""live_passed":"T","live_passed":"F""#),
        (r#""certify_code":"200""#, r#""certify_code":"200","certify_code":"204""#),
        (r#""certify_passed":"T""#, r#""certify_passed":"T","certify_passed":"F""#),
        (r#""certify_score":"87""#, r#""certify_score":"87","certify_score":"1""#),
        (r#""certify_res":"1""#, r#""certify_res":"1","certify_res":"0""#),
        (r#""certify_res":"1""#, r#""certify_res":"1","\ud800":1,"certify_code":"204""#),
        (r#""detail":{"#, r#""detail":{},"detail":{"#),
        (r#""error_code":0"#, r#""error_code":0,"error_code":279307"#),
        (r#""reason":"#, r#""result":{},"reason":"#),
    ] {
        let body = sample.replace(one, two);
        assert_ne!(body, sample, "{one}");
        let error = answered(search(), body).result.unwrap_err();
        assert_eq!((error.kind, error.billed), (Kind::Decode, Billed::No), "{two}");
    }
    let twice = sample
        .replace(&format!(r#""jh_order_id":"{ORDER}""#), &format!(r#""jh_order_id":"x","jh_order_id":"{ORDER}""#));
    assert_eq!(answered(search(), twice).result.unwrap_err().kind, Kind::Decode);
}

#[test]
fn replies_that_are_none() {
    for body in [
        r#"{"error_code":0,"reason":"x","result":null}"#,
        r#"{"error_code":0,"reason":"x"}"#,
        r#"{"error_code":0,"reason":"x","result":[]}"#,
        r#"{"error_code":null}"#,
        r#"{"error_code":0.0}"#,
        r#"{"error_code":false}"#,
        r#"{"error_code":0,"result":{"passed":"T","#,
        r#"{"resultcode":"200","reason":"x"}"#,
        "",
        "[]",
        "<html>",
    ] {
        let error = answered(search(), body).result.unwrap_err();
        assert_eq!((error.kind, error.billed, error.retryable), (Kind::Decode, Billed::No, false), "{body}");
    }
}

/// At `seconds` after the session's end.
fn at(seconds: i64, body: &str) -> Run<SearchReply> {
    let context = Still::new();
    let end = Time::from_unix_ms(u64::try_from(i64::try_from(NOW).unwrap() - seconds * 1000).unwrap());
    run_in(Arc::new(context), Search { expires_at: Some(end), ..search() }, [ok(body)])
}

#[test]
fn sessions_without_a_result() {
    for code in [279306, 279307] {
        let body = format!(r#"{{"reason":"as sent","result":null,"error_code":{code}}}"#);
        let reply = answered(search(), &*body).result.unwrap();
        assert_eq!((reply.verdict.decision, reply.verdict.billed), (Pending, Billed::Unknown), "{code}");
        assert_eq!(reply.verdict.checks, Default::default());
        assert_eq!((reply.error_code, &*reply.verdict.reasons[0].message), (code, "as sent"));
        for (seconds, decision) in [(-1800, Pending), (0, Pending), (59, Pending), (60, Expired), (86_400, Expired)] {
            let verdict = at(seconds, &body).result.unwrap().verdict;
            assert_eq!((verdict.decision, verdict.billed), (decision, Billed::Unknown), "{code} {seconds}");
            assert!(!verdict.retryable);
        }
    }
}

#[test]
fn correction_31_liveness_fault_is_a_verdict() {
    let body = r#"{"reason":"活体检测异常: camera","result":null,"error_code":279305}"#;
    for run in [answered(search(), body), at(-60, body), at(600, body)] {
        let verdict = run.result.unwrap().verdict;
        assert_eq!((verdict.decision, verdict.billed), (Inconclusive, Billed::Unknown));
        assert_eq!(verdict.checks, crate::Checks { liveness: Tried, ..Default::default() });
        assert_eq!(verdict.reasons[0].message, "活体检测异常: camera");
    }
}

#[test]
fn an_unknown_order_is_an_error_until_the_session_is_over() {
    let body = r#"{"reason":"查询不到认证记录","result":null,"error_code":279302}"#;
    for run in [answered(search(), body), at(-60, body), at(59, body)] {
        let error = run.result.unwrap_err();
        assert_eq!((error.kind, error.billed, error.retryable), (Kind::Vendor, Billed::No, false));
        assert!(error.hint.as_deref().unwrap().contains("another account"));
        assert_eq!(error.references.order.as_deref(), Some(ORDER));
    }
    assert_eq!(at(60, body).result.unwrap().verdict.decision, Expired);
}

#[test]
fn a_result_that_is_found_late_counts() {
    assert!(at(3600, &sample().to_string()).result.unwrap().verdict.passed());
}

#[test]
fn errors_of_search_and_their_repetition() {
    let body = |code: i64| format!(r#"{{"reason":"","result":null,"error_code":{code}}}"#);
    let error = answered(search(), body(279301)).result.unwrap_err();
    assert_eq!((error.kind, error.field.as_deref()), (Kind::InvalidArgument, Some("jhOrderId")));
    assert_eq!((error.billed, error.retryable), (Billed::No, false));
    for code in [279303, 279304] {
        let run = crate::harness::run(search(), [ok(body(code)), ok(body(code)), ok(sample().to_string())]);
        assert!(run.result.unwrap().verdict.passed(), "{code}: a free call is repeated");
        let run = crate::harness::run(search(), (0..3).map(|_| ok(body(code))));
        let error = run.result.unwrap_err();
        assert_eq!((error.kind, error.billed, error.retryable), (Kind::Vendor, Billed::No, true), "{code}");
    }
    let run = crate::harness::run(search(), [status(503, "busy"), ok(sample().to_string())]);
    assert!(run.result.is_ok(), "5xx without envelope: a free call is repeated");
    let run = crate::harness::run(search(), [status(302, "")]);
    let error = run.result.unwrap_err();
    assert_eq!((error.kind, error.billed, error.retryable), (Kind::Vendor, Billed::No, false));
    let run = crate::harness::run(search(), [status(500, body(279301))]);
    assert_eq!(run.result.unwrap_err().kind, Kind::InvalidArgument, "the envelope decides, not the status");
    let refused = crate::harness::run(Search::default(), []).result.unwrap_err();
    assert_eq!(refused.field.as_deref(), Some("/jh_order_id"));
}

#[test]
fn every_unknown_field_survives() {
    let mut body = sample();
    body["result"]["more"] = json!({"a": 1});
    body["result"]["detail"]["new"] = json!("n");
    let reply = answered(search(), body.to_string()).result.unwrap();
    assert_eq!(reply.extra["more"]["a"], 1);
    assert_eq!(reply.detail.unwrap().extra["new"], "n");
    assert_eq!(reply.raw, Some(body.to_string().into()));
}

#[test]
fn the_hint_can_take_a_pass_away_and_never_give_one() {
    for (hint, body, decision) in [
        (Hint::Failed, sample(), Inconclusive),
        (Hint::Passed, sample(), Decision::Passed),
        (Hint::None, sample(), Decision::Passed),
        (Hint::Passed, spoilt(json!("F"), json!({})), Rejected),
        (Hint::Passed, spoilt(json!("T"), json!({"certify_score": null})), Inconclusive),
        (Hint::Failed, spoilt(json!("F"), json!({})), Rejected),
    ] {
        let mut verdict = verdict(&body);
        hint.weigh(&mut verdict);
        assert_eq!(verdict.decision, decision, "{hint:?}");
        let contradicts = verdict.reasons.iter().any(|reason| reason.code == "hint_contradicts");
        assert_eq!(contradicts, hint == Hint::Failed && decision == Inconclusive, "{hint:?}");
    }
    let mut pending = at(0, r#"{"reason":"","error_code":279307}"#).result.unwrap().verdict;
    Hint::Passed.weigh(&mut pending);
    assert_eq!(pending.decision, Pending);
}
