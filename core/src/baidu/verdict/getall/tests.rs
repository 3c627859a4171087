//! A session that passed: every row, and what must not pass.

mod failures;
mod replies;

use crate::baidu::Expect;
use crate::baidu::faceprint::result_getall::{ResultGetall, ResultGetallReply};
use crate::harness::{Still, ok, run, run_in};
use crate::subject::Subject;
use crate::{Billed, Check, Decision, Error, Kind, Time, Verdict};
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::Ordering;

fn subject() -> Option<Subject> {
    Some(Subject::new("王小二", "11010118000101004X"))
}

fn asked(expect: Expect) -> ResultGetall {
    let subject = if expect == Expect::Identity { subject() } else { None };
    ResultGetall { verify_token: "v-canary".into(), expect, subject, ..ResultGetall::default() }
}

/// A session with one attempt that passed, charged as 人脸实名认证V4.
fn passed() -> Value {
    json!({ "success": true, "log_id": "1", "result": {
        "verify_count": 1, "ocr_charge_count": 0, "match_charge_count": 0, "verify_charge_count": 1,
        "verify_result": [{
            "order": 1, "is_verify_passed": true, "code": "0", "message": "核验成功",
            "is_charged": true, "charge_type": "verify", "is_ocr_charge": false, "ocr_count": 0,
            "verify_detail": {
                "face_image": "https://example.com/face.jpg?canary", "verify_log_id": "2", "score": 89.9,
                "threshold": 80, "liveness_score": 0, "spoofing_score": 0, "is_demote": false,
            },
            "idcard_confirm": { "name": "王小二", "idcard_number": "11010118000101004X", "idcard_type": "0" },
        }],
    }})
}

const ATTEMPT: &str = "/result/verify_result/0";
const DETAIL: &str = "/result/verify_result/0/verify_detail";

/// The same with one field set to something else, or taken away by `null`.
fn with(mut reply: Value, at: &str, name: &str, value: Value) -> Value {
    let object = reply.pointer_mut(at).unwrap().as_object_mut().unwrap();
    object.insert(name.to_owned(), value);
    reply
}

fn without(mut reply: Value, at: &str, name: &str) -> Value {
    reply.pointer_mut(at).unwrap().as_object_mut().unwrap().remove(name);
    reply
}

fn matched(reply: Value) -> Value {
    let reply = with(reply, ATTEMPT, "charge_type", json!("match"));
    with(without(reply, ATTEMPT, "idcard_confirm"), DETAIL, "score", json!("91.5"))
}

fn failed(code: Value, message: &str) -> Value {
    let reply = with(with(passed(), ATTEMPT, "is_verify_passed", json!(false)), ATTEMPT, "code", code);
    without(with(reply, ATTEMPT, "message", json!(message)), DETAIL, "score")
}

fn reply(asked: ResultGetall, answer: &Value) -> ResultGetallReply {
    run(asked, [ok(answer.to_string())]).result.unwrap()
}

fn verdict(asked: ResultGetall, answer: &Value) -> Verdict {
    reply(asked, answer).verdict
}

fn error(answer: &str) -> Error {
    run(asked(Expect::Liveness), [ok(answer)]).result.unwrap_err()
}

/// liveness, face, identity, decision
type Row = (Check, Check, Check, Decision);

fn row(verdict: &Verdict) -> Row {
    let checks = verdict.checks;
    assert_eq!(checks.mobile, Check::NotChecked);
    (checks.liveness, checks.face, checks.identity, verdict.decision)
}

fn says(verdict: &Verdict, code: &str) -> bool {
    verdict.reasons.iter().any(|reason| reason.code == code)
}

use Check::{Error as E, Failed as F, NoRecord as R, NotChecked as N, Passed as P};
use Decision::{Expired, Inconclusive, Passed, Pending, Rejected};

/// mapping 2.6, result/getall: the rows of a session that passed.
#[test]
fn every_row_of_a_passed_attempt() {
    let (live, own, who) = (Expect::Liveness, Expect::OwnPhoto, Expect::Identity);
    let stranger = json!({ "name": "李小三", "idcard_number": "110101180001010015" });
    let low = || with(passed(), DETAIL, "score", json!(79.9));
    let unscored = |value| with(passed(), DETAIL, "score", value);
    let rows: Vec<(&str, ResultGetall, Value, Row)> = vec![
        ("expects liveness", asked(live), passed(), (P, P, N, Passed)),
        ("expects liveness, not compared", asked(live), unscored(json!("")), (P, N, N, Passed)),
        ("expects own photo", asked(own), matched(passed()), (P, P, N, Passed)),
        ("expects own photo, not charged", asked(own), without(passed(), ATTEMPT, "charge_type"), (P, P, N, Passed)),
        ("expects identity", asked(who), passed(), (P, P, P, Passed)),
        (
            "identity by submit",
            ResultGetall { submitted: true, ..asked(who) },
            without(passed(), ATTEMPT, "idcard_confirm"),
            (P, P, P, Passed),
        ),
        (
            "subject differs",
            asked(who),
            with(passed(), ATTEMPT, "idcard_confirm", stranger.clone()),
            (P, P, F, Rejected),
        ),
        (
            "subject differs, submitted",
            ResultGetall { submitted: true, ..asked(who) },
            with(passed(), ATTEMPT, "idcard_confirm", stranger.clone()),
            (P, P, F, Rejected),
        ),
        (
            "subject differs, liveness",
            ResultGetall { subject: subject(), ..asked(live) },
            with(passed(), ATTEMPT, "idcard_confirm", stranger.clone()),
            (P, P, F, Rejected),
        ),
        ("differs and low", asked(who), with(low(), ATTEMPT, "idcard_confirm", stranger), (P, F, F, Rejected)),
        ("below the plan's threshold", asked(who), low(), (P, F, P, Rejected)),
        (
            "below the caller's threshold",
            ResultGetall { threshold: Some(95.0), ..asked(who) },
            passed(),
            (P, F, P, Rejected),
        ),
        ("below, own photo", asked(own), with(matched(passed()), DETAIL, "score", json!(50)), (P, F, N, Rejected)),
        ("below, liveness", asked(live), low(), (P, F, N, Rejected)),
        (
            "risk before it passes",
            asked(who),
            with(passed(), DETAIL, "risk_level", json!("1")),
            (E, P, P, Inconclusive),
        ),
        ("risk, liveness", asked(live), with(passed(), DETAIL, "risk_level", json!(2)), (E, P, N, Inconclusive)),
        ("risk and low", asked(who), with(low(), DETAIL, "risk_level", json!("1")), (P, F, P, Rejected)),
        ("score empty", asked(who), unscored(json!("")), (P, N, N, Inconclusive)),
        ("score null", asked(who), unscored(Value::Null), (P, N, N, Inconclusive)),
        ("score 0", asked(who), unscored(json!(0)), (P, N, N, Inconclusive)),
        ("score off its scale", asked(who), unscored(json!(650)), (P, N, N, Inconclusive)),
        ("score 0, own photo", asked(own), with(matched(passed()), DETAIL, "score", json!(0)), (P, N, N, Inconclusive)),
        ("own photo charged as verify", asked(own), passed(), (P, P, N, Inconclusive)),
        ("subject not bound", ResultGetall { subject: None, ..asked(who) }, passed(), (P, P, N, Inconclusive)),
        (
            "subject only masked",
            asked(who),
            with(passed(), ATTEMPT, "idcard_confirm", json!({"name":"王**","idcard_number":"110***********004X"})),
            (P, P, N, Inconclusive),
        ),
        (
            "masked and submitted",
            ResultGetall { submitted: true, ..asked(who) },
            with(passed(), ATTEMPT, "idcard_confirm", json!({"name":"王**","idcard_number":"110***********004X"})),
            (P, P, P, Passed),
        ),
        ("code not 0", asked(live), with(passed(), ATTEMPT, "code", json!("222351")), (E, E, E, Inconclusive)),
    ];
    for (name, asked, answer, expected) in rows {
        let verdict = verdict(asked, &answer);
        assert_eq!(row(&verdict), expected, "{name}");
        assert_eq!(verdict.billed, Billed::Yes, "{name}");
        let alone = verdict.passed() && verdict.checks.identity == N;
        assert_eq!(says(&verdict, "identity_not_checked"), alone, "{name}: a pass never stands alone");
    }
}

/// Correction 7: 1, 2 and what nobody knows is a risk; 3, 4, null and absence are none.
#[test]
fn correction_7_risk_levels() {
    for (level, decision) in [
        (json!("3"), Passed),
        (json!(4), Passed),
        (Value::Null, Passed),
        (json!("1"), Inconclusive),
        (json!(2), Inconclusive),
        (json!("0"), Inconclusive),
        (json!(5), Inconclusive),
        (json!(""), Inconclusive),
        (json!("high"), Inconclusive),
        (json!(true), Inconclusive),
        (json!([3]), Inconclusive),
        (json!(3.0), Inconclusive),
    ] {
        let answer = with(with(passed(), DETAIL, "risk_level", level.clone()), DETAIL, "risk_tag", json!("摄像头劫持"));
        let verdict = verdict(asked(Expect::Identity), &answer);
        assert_eq!(verdict.decision, decision, "{level}");
        assert_eq!(verdict.reasons.iter().any(|reason| reason.message == "摄像头劫持"), decision == Inconclusive);
    }
}

/// Correction 9: what was charged tells what was compared.
#[test]
fn correction_9_charge_types() {
    for (kind, own, who) in [
        (json!("verify"), Inconclusive, Passed),
        (json!("match"), Passed, Inconclusive),
        (json!(""), Passed, Passed),
        (Value::Null, Passed, Passed),
        (json!("other"), Inconclusive, Inconclusive),
        (json!(1), Inconclusive, Inconclusive),
    ] {
        let answer = with(passed(), ATTEMPT, "charge_type", kind.clone());
        assert_eq!(verdict(asked(Expect::OwnPhoto), &answer).decision, own, "{kind}");
        assert_eq!(verdict(asked(Expect::Identity), &answer).decision, who, "{kind}");
    }
}

/// Correction 10: the score is held against the plan's threshold, and against the caller's.
#[test]
fn correction_10_thresholds() {
    let of = |threshold: Value| with(passed(), DETAIL, "threshold", threshold);
    for (plan, decision, used) in [
        (json!(89.9), Passed, Some(89.9)),
        (json!("89.91"), Rejected, Some(89.91)),
        (Value::Null, Passed, None),
        (json!(""), Passed, None),
        (json!("80分"), Inconclusive, None),
        (json!(800), Inconclusive, None),
        (json!(-1), Inconclusive, None),
        (json!([]), Inconclusive, None),
    ] {
        for expect in [Expect::Identity, Expect::Liveness] {
            let verdict = verdict(asked(expect), &of(plan.clone()));
            assert_eq!((verdict.decision, verdict.threshold), (decision, used), "{plan}");
        }
    }
    let strict = || ResultGetall { threshold: Some(85.0), ..asked(Expect::Liveness) };
    assert_eq!(verdict(strict(), &passed()).threshold, Some(85.0), "the higher of the two");
    let unscored = with(passed(), DETAIL, "score", json!(""));
    let unscored = verdict(strict(), &unscored);
    assert_eq!(row(&unscored), (P, N, N, Inconclusive), "a threshold is one more condition");
    for bad in [0.0, 0.8, 49.0, 101.0, f64::NAN] {
        let asked = ResultGetall { threshold: Some(bad), ..asked(Expect::Liveness) };
        assert_eq!(run(asked, []).result.unwrap_err().field.as_deref(), Some("/threshold"));
    }
}

/// mapping 2.6, second row: a list that contradicts itself says nothing.
#[test]
fn a_list_that_contradicts_itself() {
    let two = |one: Value, other: Value| {
        let attempt = passed()["result"]["verify_result"][0].clone();
        let list = json!([with(attempt.clone(), "", "order", one), with(attempt, "", "order", other)]);
        with(with(passed(), "/result", "verify_count", json!(2)), "/result", "verify_result", list)
    };
    for (name, answer) in [
        ("no list", without(passed(), "/result", "verify_result")),
        ("a list that is null", with(passed(), "/result", "verify_result", Value::Null)),
        ("an object", with(passed(), "/result", "verify_result", json!({}))),
        ("no count", without(passed(), "/result", "verify_count")),
        ("count 2", with(passed(), "/result", "verify_count", json!(2))),
        ("count 0", with(passed(), "/result", "verify_count", json!(0))),
        ("a count that is none", with(passed(), "/result", "verify_count", json!(1.0))),
        ("no order", without(passed(), ATTEMPT, "order")),
        ("order null", with(passed(), ATTEMPT, "order", Value::Null)),
        ("order 0", with(passed(), ATTEMPT, "order", json!(0))),
        ("an order that is none", with(passed(), ATTEMPT, "order", json!(true))),
        ("one order twice", two(json!(1), json!("1"))),
        ("passed missing", without(passed(), ATTEMPT, "is_verify_passed")),
        ("passed null", with(passed(), ATTEMPT, "is_verify_passed", Value::Null)),
        ("passed as text", with(passed(), ATTEMPT, "is_verify_passed", json!("true"))),
        ("passed as number", with(passed(), ATTEMPT, "is_verify_passed", json!(1))),
        ("no objects", with(passed(), "/result", "verify_result", json!([true]))),
        ("result null", with(passed(), "", "result", Value::Null)),
    ] {
        let verdict = verdict(asked(Expect::Liveness), &answer);
        assert_eq!(row(&verdict), (E, E, E, Inconclusive), "{name}");
    }
    let hidden =
        passed().to_string().replacen("\"order\":1,", "\"order\":1,\"is_verify_passed\":true,\"\\ud800\":0,", 1);
    let verdict_of = run(asked(Expect::Liveness), [ok(hidden)]).result.unwrap().verdict;
    assert_eq!(row(&verdict_of), (E, E, E, Inconclusive), "a name that cannot be read hides what follows");
    assert_eq!(verdict(asked(Expect::Liveness), &two(json!(1), json!(2))).decision, Passed);
    assert_eq!(
        verdict(asked(Expect::Liveness), &with(passed(), "/result", "verify_count", json!("1"))).decision,
        Passed
    );
}

/// Correction 11: several attempts for one token; the highest order counts, wherever it stands.
#[test]
fn correction_11_the_last_attempt_counts() {
    let good = passed()["result"]["verify_result"][0].clone();
    let bad = failed(json!("223120"), "")["result"]["verify_result"][0].clone();
    let both = |one: Value, other: Value| {
        let answer = with(passed(), "/result", "verify_result", json!([one, other]));
        verdict(asked(Expect::Identity), &with(answer, "/result", "verify_count", json!(2))).decision
    };
    let at = |attempt: &Value, order: u32| with(attempt.clone(), "", "order", json!(order));
    assert_eq!(both(at(&good, 1), at(&bad, 2)), Rejected);
    assert_eq!(both(at(&bad, 2), at(&good, 1)), Rejected);
    assert_eq!(both(at(&bad, 1), at(&good, 2)), Passed);
    assert_eq!(both(at(&good, 10), at(&bad, 9)), Passed);
}

/// mapping 2.0: a deciding field that occurs twice is no verdict.
#[test]
fn twice_is_no_verdict() {
    for (field, other) in [
        (r#""success":true"#, r#""success":false"#),
        (r#""verify_count":1"#, r#""verify_count":1"#),
        (r#""order":1"#, r#""order":2"#),
        (r#""is_verify_passed":true"#, r#""is_verify_passed":false"#),
        (r#""code":"0""#, r#""code":"222351""#),
        (r#""is_charged":true"#, r#""is_charged":false"#),
        (r#""charge_type":"verify""#, r#""charge_type":"match""#),
        (r#""verify_charge_count":1"#, r#""verify_charge_count":0"#),
        (r#""score":89.9"#, r#""score":1"#),
        (r#""threshold":80"#, r#""threshold":1"#),
        (r#""is_demote":false"#, r#""is_demote":true"#),
        (r#""is_demote":false"#, r#""risk_level":1,"risk_level":3"#),
        (r#""name":"王小二""#, r#""name":"李小三""#),
        (r#""idcard_number":"11010118000101004X""#, r#""idcard_number":"110101180001010015""#),
    ] {
        let text = passed().to_string();
        assert!(text.contains(field), "{field}");
        let asked = ResultGetall { require_realtime: true, ..asked(Expect::Identity) };
        let twice = text.replacen(field, &format!("{field},{other}"), 1);
        let error = run(asked, [ok(twice)]).result.unwrap_err();
        assert_eq!(error.kind, Kind::Decode, "{field}: {error}");
    }
    let text = passed().to_string();
    for (name, value) in [("verify_result", "[]"), ("result", "{}")] {
        let twice = text.replacen(&format!("\"{name}\":"), &format!("\"{name}\":{value},\"{name}\":"), 1);
        assert_eq!(error(&twice).kind, Kind::Decode, "{name}");
    }
    let twice = text.replacen("\"idcard_confirm\":", "\"idcard_confirm\":null,\"idcard_confirm\":", 1);
    assert_eq!(run(asked(Expect::Identity), [ok(twice)]).result.unwrap_err().kind, Kind::Decode);
}

/// mapping 2.6: is_demote adds a reason; where real time is required, only `false` passes. Either place counts.
#[test]
fn a_demotion_is_told_and_can_be_refused() {
    let gone = || without(passed(), DETAIL, "is_demote");
    for (answer, told, realtime) in [
        (passed(), false, Passed),
        (with(passed(), DETAIL, "is_demote", json!(true)), true, Inconclusive),
        (with(passed(), ATTEMPT, "is_demote", json!(true)), true, Inconclusive),
        (with(gone(), ATTEMPT, "is_demote", json!(false)), false, Passed),
        (gone(), false, Inconclusive),
        (with(passed(), DETAIL, "is_demote", json!("true")), false, Inconclusive),
        (with(passed(), ATTEMPT, "is_demote", json!("true")), false, Inconclusive),
    ] {
        let lenient = verdict(asked(Expect::Identity), &answer);
        assert_eq!((lenient.decision, says(&lenient, "demoted")), (Passed, told), "{answer}");
        let strict = ResultGetall { require_realtime: true, ..asked(Expect::Identity) };
        assert_eq!(verdict(strict, &answer).decision, realtime, "{answer}");
    }
}
