//! Every row of result/detail, and what must not pass.

use crate::baidu::Expect;
use crate::baidu::faceprint::result_detail::{ResultDetail, ResultDetailReply};
use crate::harness::{Still, ok, run, run_in};
use crate::subject::Subject;
use crate::{Billed, Check, Decision, Error, Kind, Time, Verdict};
use Check::{Error as E, Failed as F, NoRecord as R, NotChecked as N, Passed as P};
use Decision::{Expired, Inconclusive, Passed, Pending, Rejected};
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::Ordering;

fn subject() -> Option<Subject> {
    Some(Subject::new("王小二", "11010118000101004X"))
}

fn asked(expect: Expect) -> ResultDetail {
    let subject = if expect == Expect::Identity { subject() } else { None };
    ResultDetail { verify_token: "v-canary".into(), expect, subject, ..ResultDetail::default() }
}

fn passed() -> Value {
    json!({ "success": true, "log_id": "1", "result": {
        "verify_result": { "score": 93.7835, "liveness_score": 0.9672966, "spoofing": 0.0 },
        "idcard_confirm": { "name": "王小二", "idcard_number": "11010118000101004X" },
    }})
}

fn with(mut reply: Value, at: &str, name: &str, value: Value) -> Value {
    reply.pointer_mut(at).unwrap().as_object_mut().unwrap().insert(name.to_owned(), value);
    reply
}

fn without(mut reply: Value, at: &str, name: &str) -> Value {
    reply.pointer_mut(at).unwrap().as_object_mut().unwrap().remove(name);
    reply
}

const SCORES: &str = "/result/verify_result";

fn reply(asked: ResultDetail, answer: &Value) -> ResultDetailReply {
    run(asked, [ok(answer.to_string())]).result.unwrap()
}

fn verdict(asked: ResultDetail, answer: &Value) -> Verdict {
    reply(asked, answer).verdict
}

fn error(answer: &str) -> Error {
    run(asked(Expect::Identity), [ok(answer)]).result.unwrap_err()
}

type Row = (Check, Check, Check, Decision);

fn row(verdict: &Verdict) -> Row {
    (verdict.checks.liveness, verdict.checks.face, verdict.checks.identity, verdict.decision)
}

/// mapping 2.6, result/detail: every row with success true. A charge is never seen here.
#[test]
fn every_row_of_a_pass() {
    let (live, own, who) = (Expect::Liveness, Expect::OwnPhoto, Expect::Identity);
    let stranger = || {
        let confirm = json!({ "name": "李小三", "idcard_number": "110101180001010015" });
        with(passed(), "/result", "idcard_confirm", confirm)
    };
    let scored = |value| with(passed(), SCORES, "score", value);
    let alive = |value| with(passed(), SCORES, "liveness_score", value);
    let strict = |expect| ResultDetail { threshold: Some(95.0), ..asked(expect) };
    let submitted = || ResultDetail { submitted: true, ..asked(who) };
    let unconfirmed = || without(passed(), "/result", "idcard_confirm");
    let masked = json!({ "name": "王*", "idcard_number": "110***********004X" });
    let masked = || with(passed(), "/result", "idcard_confirm", masked.clone());
    let rows: Vec<(&str, ResultDetail, Value, Row)> = vec![
        ("subject differs", asked(who), stranger(), (P, P, F, Rejected)),
        ("differs, submitted", ResultDetail { submitted: true, ..asked(who) }, stranger(), (P, P, F, Rejected)),
        ("differs, liveness", ResultDetail { subject: subject(), ..asked(live) }, stranger(), (P, P, F, Rejected)),
        ("differs, nothing compared", asked(who), with(stranger(), SCORES, "score", json!(0)), (P, N, F, Rejected)),
        ("below the caller's threshold", strict(who), passed(), (P, F, P, Rejected)),
        ("below, liveness", strict(live), passed(), (P, F, N, Rejected)),
        ("liveness_score 0", asked(who), alive(json!(0)), (E, P, P, Inconclusive)),
        ("liveness_score 0.0", asked(live), alive(json!(0.0)), (E, P, N, Inconclusive)),
        ("liveness_score null", asked(live), alive(Value::Null), (E, P, N, Inconclusive)),
        ("liveness_score empty", asked(live), alive(json!("")), (E, P, N, Inconclusive)),
        ("liveness_score true", asked(live), alive(json!(true)), (E, P, N, Inconclusive)),
        ("liveness_score negative", asked(live), alive(json!(-0.9)), (E, P, N, Inconclusive)),
        ("liveness_score gone", asked(live), without(passed(), SCORES, "liveness_score"), (E, P, N, Inconclusive)),
        ("no scores", asked(live), without(passed(), "/result", "verify_result"), (E, N, N, Inconclusive)),
        (
            "scores of no kind",
            asked(live),
            with(passed(), "/result", "verify_result", json!(7)),
            (E, N, N, Inconclusive),
        ),
        ("no result", asked(live), with(passed(), "", "result", Value::Null), (E, N, N, Inconclusive)),
        ("expects liveness", asked(live), passed(), (P, P, N, Passed)),
        ("expects liveness, not compared", asked(live), scored(json!(0)), (P, N, N, Passed)),
        ("expects own photo", asked(own), passed(), (P, P, N, Passed)),
        ("expects identity, confirmed", asked(who), passed(), (P, P, P, Passed)),
        ("expects identity, submitted", submitted(), unconfirmed(), (P, P, P, Passed)),
        ("expects identity, masked", submitted(), masked(), (P, P, P, Passed)),
        ("own photo, not compared", asked(own), scored(json!(0)), (P, N, N, Inconclusive)),
        ("own photo, score of no kind", asked(own), scored(json!("93分")), (P, N, N, Inconclusive)),
        ("own photo, score off its scale", asked(own), scored(json!(937)), (P, N, N, Inconclusive)),
        ("own photo, score gone", asked(own), without(passed(), SCORES, "score"), (P, N, N, Inconclusive)),
        ("identity, not compared", asked(who), scored(json!(0)), (P, N, N, Inconclusive)),
        ("identity, not bound", asked(who), unconfirmed(), (P, P, N, Inconclusive)),
        ("identity, masked only", asked(who), masked(), (P, P, N, Inconclusive)),
        ("identity, nobody named", ResultDetail { subject: None, ..asked(who) }, passed(), (P, P, N, Inconclusive)),
        (
            "confirm of no kind",
            submitted(),
            with(passed(), "/result", "idcard_confirm", json!("x")),
            (P, P, N, Inconclusive),
        ),
        ("a threshold and no score", strict(live), scored(json!(0)), (P, N, N, Inconclusive)),
    ];
    for (name, asked, answer, expected) in rows {
        let verdict = verdict(asked, &answer);
        assert_eq!(row(&verdict), expected, "{name}");
        assert_eq!((verdict.billed, verdict.retryable), (Billed::Unknown, false), "{name}");
    }
}

/// Corrections 5 and 6: score 0 says nothing about who it is; liveness_score 0 is not passed, spoofing 0 not run.
#[test]
fn corrections_5_and_6_zeros() {
    let score = |value| verdict(asked(Expect::Identity), &with(passed(), SCORES, "score", value));
    assert_eq!(score(json!(0.0)).decision, Inconclusive);
    assert!(score(json!(0)).score.is_none(), "a score of what was not compared is none");
    let spoofing = with(passed(), SCORES, "spoofing", json!(0.99));
    assert_eq!(verdict(asked(Expect::Identity), &spoofing).decision, Passed, "it decides nothing");
}

/// mapping 2.6, the table of failures, as the answer of result/detail.
#[test]
fn every_failure() {
    let rows: &[(&[i64], Row)] = &[
        (&[222351, 222354, 222360], (N, N, F, Rejected)),
        (&[222352, 222353], (N, N, E, Inconclusive)),
        (&[222350, 222355], (N, R, N, Inconclusive)),
        (&[223120, 223131, 223051, 800002], (F, N, N, Rejected)),
        (&[223119, 800001], (E, N, N, Inconclusive)),
        (&[223113, 223114, 223115, 223116, 223118, 222213, 222309], (N, E, N, Inconclusive)),
        (&[223121, 223122, 223123, 223124, 223125, 223126, 223127], (N, E, N, Inconclusive)),
        (&[222361, 222901, 222916], (N, N, E, Inconclusive)),
        (&[223117, 222917, 999999], (E, E, E, Inconclusive)),
    ];
    for (codes, expected) in rows {
        for code in *codes {
            for answer in [
                json!({ "success": false, "result": null, "code": code, "message": "text" }),
                json!({ "success": false, "error_code": code.to_string(), "error_msg": "text" }),
            ] {
                let reply = reply(asked(Expect::Identity), &answer);
                assert_eq!(row(&reply.verdict), *expected, "{answer}");
                assert_eq!(reply.verdict.reasons[0].message, "text");
                assert_eq!((reply.success, reply.code), (Some(false), Some(code.to_string())));
                assert_eq!(reply.verdict.billed, Billed::Unknown);
            }
        }
    }
    let mismatch = json!({ "success": false, "code": 1, "message": "身份证姓名不匹配" });
    assert_eq!(row(&verdict(asked(Expect::Liveness), &mismatch)), (N, N, F, Rejected), "even with a gateway's code");
    let two = json!({ "success": false, "code": 222352, "error_code": 223120, "message": "" });
    assert_eq!(row(&verdict(asked(Expect::Liveness), &two)), (F, N, N, Rejected), "a rejecting row wins");
    assert_eq!(row(&verdict(asked(Expect::Liveness), &json!({ "success": false }))), (E, E, E, Inconclusive));
    for (code, kind) in [(17, Kind::Quota), (283435, Kind::Configuration), (216100, Kind::InvalidArgument)] {
        assert_eq!(error(&json!({ "success": false, "code": code }).to_string()).kind, kind);
    }
}

/// Trap 26: `success` of detail is the verdict itself; missing or of another type, there is none.
#[test]
fn trap_26_success_is_the_verdict() {
    let failed = with(passed(), "", "success", json!(false));
    assert_eq!(verdict(asked(Expect::Liveness), &failed).decision, Inconclusive, "scores beside false pass nobody");
    for odd in [json!("true"), json!(1), json!("T"), Value::Null] {
        assert_eq!(error(&with(passed(), "", "success", odd).to_string()).kind, Kind::Decode);
    }
    assert_eq!(error(&without(passed(), "", "success").to_string()).kind, Kind::Decode);
    assert_eq!(error(r#"{"error_code":222351,"error_msg":"x"}"#).kind, Kind::Vendor, "no success, but a code");
    assert_eq!(error(r#"{"error_msg":"x"}"#).kind, Kind::Vendor);
    assert_eq!(error(&with(passed(), "", "code", json!(222351)).to_string()).kind, Kind::Vendor, "true with a code");
}

#[test]
fn twice_is_no_verdict() {
    let text = passed().to_string();
    for (name, other) in [
        ("success", "false"),
        ("result", "{}"),
        ("verify_result", "{}"),
        ("score", "1"),
        ("liveness_score", "0"),
        ("idcard_confirm", "{}"),
        ("name", "\"李小三\""),
        ("idcard_number", "\"110101180001010015\""),
    ] {
        let field = format!("\"{name}\":");
        let twice = text.replacen(&field, &format!("{field}{other},{field}"), 1);
        assert_eq!(error(&twice).kind, Kind::Decode, "{name}");
    }
    for at in ["\"score\":", "\"verify_result\":", "\"log_id\":"] {
        let twice = text.replacen(at, &format!("\"is_demote\":false,\"is_demote\":true,{at}"), 1);
        assert_eq!(error(&twice).kind, Kind::Decode, "is_demote before {at}");
    }
}

/// Trap 23: is_demote beside verify_result, inside it, or beside result.
#[test]
fn trap_23_every_place_of_is_demote() {
    for at in ["/result", SCORES, ""] {
        for (value, told, strict) in [
            (json!(true), true, Inconclusive),
            (json!(false), false, Passed),
            (json!("true"), false, Inconclusive),
            (Value::Null, false, Inconclusive),
        ] {
            let answer = with(passed(), at, "is_demote", value.clone());
            let reply = reply(asked(Expect::Identity), &answer);
            assert_eq!(reply.is_demote, value.as_bool(), "{at} {value}");
            assert_eq!(reply.verdict.decision, Passed);
            assert_eq!(reply.verdict.reasons.iter().any(|reason| reason.code == "demoted"), told);
            let asked = ResultDetail { require_realtime: true, ..asked(Expect::Identity) };
            assert_eq!(verdict(asked, &answer).decision, strict, "{at} {value}");
        }
    }
}

/// Trap 24: the same text before and after two hours.
#[test]
fn trap_24_token_over_before_and_after() {
    const START: u64 = 1_768_464_000_000;
    let answer = json!({ "success": false, "code": 283999, "message": "Token无效或者已过期" }).to_string();
    for (seconds, generated, decision) in
        [(0, true, Pending), (7199, true, Pending), (7200, true, Expired), (999_999, false, Pending)]
    {
        let still = Still::new();
        still.now_ms.store(START + seconds * 1000, Ordering::Relaxed);
        let generated_at = generated.then(|| Time::from_unix_ms(START));
        let asked = ResultDetail { generated_at, ..asked(Expect::Identity) };
        let verdict = run_in(Arc::new(still), asked, [ok(answer.clone())]).result.unwrap().verdict;
        assert_eq!(row(&verdict), (N, N, N, decision), "{seconds}");
    }
}

#[test]
fn replies_stay_whole_and_guarded() {
    let ocr = json!({ "name": "王小二", "id_card_number": "11010118000101004X", "address": "a-canary", "gender": "女",
        "nation": "汉", "birthday": "18000101", "issue_authority": "b-canary", "issue_time": "1", "expire_time": "2" });
    let mut answer = with(passed(), "/result", "idcard_ocr_result", ocr);
    let images = json!({ "front_base64": "/9j/canary", "back_base64": "/9j/canary" });
    answer = with(answer, "/result", "idcard_images", images);
    for (at, name) in [("", "new_1"), ("/result", "new_2"), (SCORES, "new_3"), ("/result/idcard_confirm", "new_4")] {
        answer = with(answer, at, name, json!("n-canary"));
    }
    let reply = reply(asked(Expect::Identity), &answer);
    let wire = serde_json::to_value(&reply).unwrap();
    assert_eq!(wire.to_string().matches("n-canary").count(), 4 + 4, "four fields, and raw");
    assert_eq!(wire["idcard_ocr_result"]["idcard_number"], "11010118000101004X");
    assert_eq!(wire["idcard_images"]["front_base64"], "/9j/canary");
    assert_eq!((&wire["score"], &wire["liveness_score"]), (&json!("93.7835"), &json!("0.9672966")));
    let shown = format!("{reply:?} {:?}", asked(Expect::Identity));
    for word in ["canary", "王小二", "11010118", "18000101"] {
        assert!(!shown.contains(word), "{word}: {shown}");
    }
}

#[test]
fn what_is_obviously_wrong_is_not_sent() {
    let field = |asked| run(asked, []).result.unwrap_err().field.clone();
    let who = |name: &str, number: &str| ResultDetail {
        subject: Some(Subject::new(name, number)),
        ..asked(Expect::Identity)
    };
    assert_eq!(field(ResultDetail::default()).as_deref(), Some("/verify_token"));
    assert_eq!(field(who(" ", "1")).as_deref(), Some("/subject/name"));
    assert_eq!(field(who("王小二", "")).as_deref(), Some("/subject/id_number"));
    let low =
        |allow_low_threshold| ResultDetail { threshold: Some(40.0), allow_low_threshold, ..asked(Expect::Liveness) };
    assert_eq!(field(low(false)).as_deref(), Some("/threshold"));
    assert_eq!(verdict(low(true), &passed()).decision, Passed);
    let default: ResultDetail = crate::wire::decode(br#"{"verify_token":"v"}"#, Vec::new()).unwrap();
    assert_eq!(default.expect, Expect::Identity, "the strictest is the default");
}
