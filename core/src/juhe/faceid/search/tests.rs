use super::*;
use crate::Kind;
use crate::harness::{Run, Still, ok, run_in, status};
use crate::juhe::returns::Hint;
use crate::juhe::sample::{ORDER, answered, form, search};
use crate::verdict::Check::{self, Error as Tried, Failed, NotChecked, Passed};
use crate::verdict::Decision::{self, Expired, Inconclusive, Pending, Rejected};
use serde_json::{Value, json};
use std::sync::Arc;

const NOW: u64 = 1_768_464_000_000;

/// The document's sample, to be spoilt.
fn sample() -> Value {
    json!({
        "reason": "SUCCESS",
        "result": {
            "passed": "T",
            "message": "身份证号与姓名匹配，且比对成功",
            "jh_order_id": ORDER,
            "detail": {
                "live_passed": "T", "live_code": "200", "live_message": "活体检测通过", "live_score": "91.11730",
                "certify_passed": "T", "certify_code": "200", "certify_message": "身份证号与姓名匹配，且比对成功",
                "certify_res": "1", "certify_score": "87", "img": "https://oss.example.com/a.jpeg?sig=1"
            }
        },
        "error_code": 0
    })
}

/// The sample with these fields of `detail` (null removes one) and this `passed`.
fn spoilt(passed: Value, fields: Value) -> Value {
    let mut body = sample();
    set(&mut body["result"], "passed", passed);
    for (name, value) in fields.as_object().unwrap() {
        set(&mut body["result"]["detail"], name, value.clone());
    }
    body
}

fn set(object: &mut Value, name: &str, value: Value) {
    match value {
        Value::Null => object.as_object_mut().unwrap().remove(name),
        value => object.as_object_mut().unwrap().insert(name.to_owned(), value),
    };
}

fn verdict(body: &Value) -> Verdict {
    answered(search(), body.to_string()).result.unwrap().verdict
}

fn codes(verdict: &Verdict) -> Vec<&str> {
    verdict.reasons.iter().map(|reason| &*reason.code).collect()
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
fn trap_4_every_live_code() {
    // Beside a comparison that passed.
    for (code, text, live_passed, liveness, decision) in [
        (json!("200"), "活体检测通过", json!("T"), Passed, Decision::Passed),
        (json!(200), "活体检测通过", json!("T"), Passed, Decision::Passed),
        (json!("200"), "活体检测通过", json!("F"), Failed, Rejected),
        (json!("200"), "活体检测通过", Value::Null, Tried, Inconclusive),
        (json!("200"), "活体检测通过", json!(true), Tried, Inconclusive),
        (json!("200"), "活体检测通过", json!("t"), Tried, Inconclusive),
        (json!("201"), "活体检测存在风险", json!("F"), Failed, Rejected),
        (json!("202"), "业务策略限制", json!("F"), Failed, Rejected),
        (json!("203"), "活体照片质量较低", json!("F"), Tried, Inconclusive),
        (json!("204"), "权威比对源异常", json!("F"), Tried, Inconclusive),
        (json!("205"), "意愿判定不通过", json!("F"), Failed, Rejected),
        // live_passed T beside another code: the code counts.
        (json!("201"), "活体检测存在风险", json!("T"), Failed, Rejected),
        (json!("203"), "活体照片质量较低", json!("T"), Tried, Inconclusive),
        (json!("206"), "活体检测通过", json!("T"), Tried, Inconclusive),
        (json!("0200"), "活体检测通过", json!("T"), Tried, Inconclusive),
        (json!(true), "活体检测通过", json!("T"), Tried, Inconclusive),
        (Value::Null, "live_code is missing", json!("T"), Tried, Inconclusive),
    ] {
        let verdict = verdict(&spoilt(json!("T"), json!({"live_code": code, "live_passed": live_passed})));
        assert_eq!((verdict.checks.liveness, verdict.decision), (liveness, decision), "{code} {live_passed}");
        assert_eq!(verdict.reasons[0].message, text, "{code} {live_passed}");
    }
    let advice = |code: &str| {
        let verdict = verdict(&spoilt(json!("F"), json!({"live_code": code, "live_passed": "F"})));
        verdict.reasons[0].next_step.clone()
    };
    assert!(advice("202").unwrap().contains("多开、分身"), "the document's advice on cloned apps");
    assert!(advice("203").unwrap().contains("light"));
    assert!(advice("204").unwrap().contains("later"));
    assert_eq!(advice("201"), None);
}

#[test]
fn trap_4_every_certify_code() {
    type Row = (Value, Check, Check, Decision);
    let rows: [Row; 20] = [
        (json!({}), Passed, Passed, Decision::Passed),
        (json!({"certify_res": null}), Passed, Passed, Decision::Passed),
        (json!({"certify_score": "70"}), Passed, Passed, Decision::Passed),
        (json!({"certify_score": 70}), Passed, Passed, Decision::Passed),
        (json!({"certify_score": "69.9"}), Passed, Failed, Rejected),
        (json!({"certify_score": "69.9", "certify_res": "0"}), Passed, Failed, Rejected),
        (json!({"certify_score": null}), Passed, Tried, Inconclusive),
        (json!({"certify_score": "870"}), Passed, Tried, Inconclusive),
        (json!({"certify_res": "0"}), Passed, Tried, Inconclusive),
        (json!({"certify_res": true}), Passed, Tried, Inconclusive),
        (json!({"certify_passed": "F"}), NotChecked, Failed, Rejected),
        (json!({"certify_passed": null}), Tried, Tried, Inconclusive),
        (json!({"certify_code": "201", "certify_passed": "F"}), NotChecked, Tried, Inconclusive),
        (json!({"certify_code": "202", "certify_passed": "F"}), NotChecked, Tried, Inconclusive),
        (json!({"certify_code": "203", "certify_passed": "F"}), NotChecked, Failed, Rejected),
        (json!({"certify_code": "204", "certify_passed": "F"}), Failed, NotChecked, Rejected),
        (json!({"certify_code": "205", "certify_passed": "F"}), Tried, Tried, Inconclusive),
        (json!({"certify_code": "206", "certify_passed": "F"}), Tried, Tried, Inconclusive),
        (json!({"certify_code": "299"}), Tried, Tried, Inconclusive),
        (json!({"certify_code": null}), Tried, Tried, Inconclusive),
    ];
    for (fields, identity, face, decision) in rows {
        let found = verdict(&spoilt(json!("T"), fields.clone()));
        assert_eq!((found.checks.identity, found.checks.face), (identity, face), "{fields}");
        assert_eq!(found.decision, decision, "{fields}");
    }
    let null = sample().to_string().replace(r#""certify_res":"1""#, r#""certify_res":null"#);
    let found = answered(search(), null).result.unwrap().verdict;
    assert_eq!((found.checks.face, found.decision), (Tried, Inconclusive), "present and not 1");
    // certify_passed T beside another code: the code counts.
    for code in ["201", "203", "204", "205", "299"] {
        let found = verdict(&spoilt(json!("T"), json!({"certify_code": code, "certify_passed": "T"})));
        assert!(!found.passed(), "{code}");
    }
    for (code, text) in [
        ("200", "身份证号与姓名匹配，且比对成功"),
        ("201", "人脸库中的照片检测不到人脸"),
        ("202", "用户上传的照片检测不到人脸"),
        ("203", "人脸比对失败"),
        ("204", "身份证号与姓名不匹配"),
        ("205", "人脸对比网络超时"),
        ("206", "人脸对比异常"),
    ] {
        let found = verdict(&spoilt(json!("T"), json!({"certify_code": code})));
        let reason = found.reasons.iter().find(|reason| reason.code == format!("certify_code {code}")).unwrap();
        assert_eq!(reason.message, text);
    }
}

#[test]
fn when_liveness_stopped_it_nothing_was_compared() {
    for (live, liveness, decision) in
        [("201", Failed, Rejected), ("203", Tried, Inconclusive), ("204", Tried, Inconclusive)]
    {
        let found = verdict(&spoilt(
            json!("F"),
            json!({"live_code": live, "live_passed": "F", "certify_passed": "F", "certify_code": null,
                "certify_res": null, "certify_score": null, "img": null}),
        ));
        assert_eq!(found.checks.liveness, liveness, "{live}");
        assert_eq!((found.checks.identity, found.checks.face), (NotChecked, NotChecked), "{live}");
        assert_eq!((found.decision, found.billed), (decision, Billed::Yes), "{live}");
        assert_eq!(found.evidence, None);
    }
}

#[test]
fn every_row_of_the_decision() {
    let low = json!({"live_code": "203", "live_passed": "F", "certify_code": null, "certify_passed": "F"});
    for (passed, fields, decision) in [
        (json!("T"), json!({"certify_code": "204"}), Rejected),
        (json!("F"), json!({"certify_code": "204"}), Rejected),
        (Value::Null, json!({"certify_code": "204"}), Rejected),
        (json!("T"), json!({}), Decision::Passed),
        (json!("T"), low.clone(), Inconclusive),
        (json!("F"), low, Inconclusive),
        (json!("F"), json!({"live_code": "204"}), Inconclusive),
        (json!("F"), json!({"certify_code": "201"}), Inconclusive),
        (json!("F"), json!({"certify_code": "202"}), Inconclusive),
        (json!("F"), json!({"certify_code": "205"}), Inconclusive),
        (json!("F"), json!({"certify_code": "206"}), Inconclusive),
        (json!("F"), json!({}), Rejected),
        (json!("F"), json!({"live_code": "999"}), Rejected),
        (json!("F"), json!({"live_code": null}), Rejected),
        (json!("F"), json!({"certify_code": null}), Rejected),
        (json!("F"), json!({"certify_res": "0"}), Rejected),
        (Value::Null, json!({}), Inconclusive),
        (json!(true), json!({}), Inconclusive),
        (json!("t"), json!({}), Inconclusive),
        (json!("TRUE"), json!({}), Inconclusive),
        (json!(["T"]), json!({}), Inconclusive),
    ] {
        let found = verdict(&spoilt(passed.clone(), fields.clone()));
        assert_eq!(found.decision, decision, "{passed} {fields}");
        let bill = if passed == "T" || passed == "F" { Billed::Yes } else { Billed::Unknown };
        assert_eq!(found.billed, bill, "{passed}");
    }
    for detail in [Value::Null, json!("x"), json!([]), json!({})] {
        for (passed, decision) in [("T", Inconclusive), ("F", Rejected)] {
            let mut body = sample();
            body["result"]["passed"] = json!(passed);
            body["result"]["detail"] = detail.clone();
            assert_eq!(verdict(&body).decision, decision, "{detail} {passed}");
            body["result"].as_object_mut().unwrap().remove("detail");
            assert_eq!(verdict(&body).decision, decision, "{passed} without detail");
        }
    }
}

#[test]
fn correction_1_certify_score_is_held_against_the_threshold() {
    let low = spoilt(json!("T"), json!({"certify_score": "30"}));
    let found = verdict(&low);
    assert_eq!((found.checks.face, found.decision), (Failed, Rejected), "passed T with 30 must not pass");
    assert!(codes(&found).contains(&"below_threshold"), "{:?}", codes(&found));

    let with = |threshold: f64, low: bool, body: &Value| {
        let request = Search { threshold: Some(threshold), allow_low_threshold: low, ..search() };
        answered(request, body.to_string()).result.unwrap().verdict
    };
    let found = with(60.0, false, &spoilt(json!("T"), json!({"certify_score": "65"})));
    assert_eq!((found.decision, found.threshold, found.false_accept_rate), (Decision::Passed, Some(60.0), Some(0.001)));
    let found = with(90.0, false, &sample());
    assert_eq!((found.decision, found.false_accept_rate), (Rejected, Some(0.0001)), "the document has no row above 70");
    assert_eq!(with(50.0, false, &sample()).false_accept_rate, None);
    assert!(with(20.0, true, &low).passed());
    let error = crate::harness::run(Search { threshold: Some(20.0), ..search() }, []).result.unwrap_err();
    assert_eq!(error.field.as_deref(), Some("/threshold"));
}

#[test]
fn correction_2_live_score_is_no_similarity() {
    let found = verdict(&spoilt(json!("T"), json!({"live_score": "99", "certify_score": null})));
    assert_eq!((found.score.clone(), found.decision), (None, Inconclusive));
    let found = verdict(&spoilt(json!("T"), json!({"live_score": "1"})));
    assert!(found.passed(), "nor does a poor picture reject");
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
