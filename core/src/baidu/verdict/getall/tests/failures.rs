//! A session that did not pass, or that nobody finished; and what it cost.

use super::*;

/// mapping 2.6, the table of failures, as a code of an attempt.
#[test]
fn every_failure_of_an_attempt() {
    let rows: &[(&[i64], Row)] = &[
        (&[222351, 222354, 222360], (N, N, F, Rejected)),
        (&[222352, 222353], (N, N, E, Inconclusive)),
        (&[222350, 222355], (N, R, N, Inconclusive)),
        (&[223120, 223131, 223051, 800002], (F, N, N, Rejected)),
        (&[223119, 800001], (E, N, N, Inconclusive)),
        (&[223113, 223114, 223115, 223116, 223118, 222213, 222309], (N, E, N, Inconclusive)),
        (&[223121, 223122, 223123, 223124, 223125, 223126, 223127], (N, E, N, Inconclusive)),
        (&[222361, 222901, 222908, 222916], (N, N, E, Inconclusive)),
        // A code of the gateway inside an attempt is a failure like any other: the query itself worked.
        (&[18, 110, 216100, 223117, 222917, 222900, 999999], (E, E, E, Inconclusive)),
    ];
    for (codes, expected) in rows {
        for code in *codes {
            for code in [json!(code), json!(code.to_string())] {
                let verdict = verdict(asked(Expect::Identity), &failed(code.clone(), ""));
                assert_eq!(row(&verdict), *expected, "{code}");
                assert!(!verdict.reasons[0].message.is_empty() && !verdict.retryable, "{code}");
            }
        }
    }
    let listed = |code: i64| rows.iter().any(|(codes, _)| codes.contains(&code));
    assert!(crate::baidu::codes::FAILURES.iter().all(|row| listed(row.first) && listed(row.last)));
    let mismatch = verdict(asked(Expect::Liveness), &failed(json!("424242"), "身份证姓名不匹配"));
    assert_eq!(row(&mismatch), (N, N, F, Rejected), "whatever its code");
    for odd in [json!(0), json!("0"), Value::Null, json!("E7"), json!(true)] {
        assert_eq!(row(&verdict(asked(Expect::Liveness), &failed(odd, ""))), (E, E, E, Inconclusive));
    }
}

#[test]
fn a_rejecting_row_wins() {
    let below = |score: Value| with(failed(json!("223113"), ""), DETAIL, "score", score);
    assert_eq!(row(&verdict(asked(Expect::Liveness), &below(json!(79)))), (N, F, N, Rejected));
    assert_eq!(row(&verdict(asked(Expect::Liveness), &below(json!("0")))), (N, F, N, Rejected));
    assert_eq!(row(&verdict(asked(Expect::Liveness), &below(json!(80)))), (N, E, N, Inconclusive));
    let both = with(below(json!(1)), ATTEMPT, "code", json!("223120"));
    assert_eq!(row(&verdict(asked(Expect::Liveness), &both)), (F, F, N, Rejected));
    let text = with(failed(json!("222352"), "身份证姓名不匹配"), DETAIL, "verify_log_id", json!(""));
    assert_eq!(row(&verdict(asked(Expect::Liveness), &text)), (N, N, F, Rejected));
}

/// The document, `verify_log_id`: empty when no service was asked.
#[test]
fn nothing_was_asked() {
    for empty in [json!(""), json!(" "), Value::Null] {
        let answer = with(failed(json!("7"), "用户拒绝摄像头授权"), DETAIL, "verify_log_id", empty);
        let verdict = verdict(asked(Expect::Identity), &answer);
        assert_eq!(row(&verdict), (N, N, N, Inconclusive));
        assert!(verdict.reasons[0].next_step.is_some());
    }
    let answer = with(failed(json!("800001"), ""), DETAIL, "verify_log_id", json!(""));
    assert_eq!(row(&verdict(asked(Expect::Identity), &answer)), (E, N, N, Inconclusive), "its own row comes first");
}

const START: u64 = 1_768_464_000_000;

fn at(seconds: u64, generated: bool, answer: &Value) -> Verdict {
    let still = Still::new();
    still.now_ms.store(START + seconds * 1000, Ordering::Relaxed);
    let generated_at = generated.then(|| Time::from_unix_ms(START));
    let asked = ResultGetall { generated_at, ..asked(Expect::Identity) };
    run_in(Arc::new(still), asked, [ok(answer.to_string())]).result.unwrap().verdict
}

/// mapping 2.6, an empty list; 2.8: unknown while pending, no once expired.
#[test]
fn pending_until_two_hours_and_then_expired() {
    let empty = with(with(passed(), "/result", "verify_count", json!(0)), "/result", "verify_result", json!([]));
    let empty = with(empty, "/result", "verify_charge_count", json!(0));
    let told = |verdict: Verdict| (row(&verdict), verdict.billed, verdict.retryable);
    assert_eq!(told(at(0, true, &empty)), ((N, N, N, Pending), Billed::Unknown, false));
    assert_eq!(told(at(7199, true, &empty)), ((N, N, N, Pending), Billed::Unknown, false));
    assert_eq!(told(at(7200, true, &empty)), ((N, N, N, Expired), Billed::No, false));
    assert_eq!(told(at(99_999, false, &empty)), ((N, N, N, Pending), Billed::Unknown, false));
    let charged = with(empty.clone(), "/result", "ocr_charge_count", json!(1));
    assert_eq!(at(7200, true, &charged).billed, Billed::Yes);
    let unsaid = without(empty, "/result", "ocr_charge_count");
    assert_eq!(at(7200, true, &unsaid).billed, Billed::Unknown);
    assert_eq!(at(99_999, true, &passed()).decision, Passed, "a result that is found later counts");
}

/// Trap 24, corrections 19 and 20: one text, whatever its number; not acted yet, or over.
#[test]
fn trap_24_token_over_before_and_after() {
    for answer in [
        json!({ "success": false, "code": 283999, "message": "Token无效或者已过期" }),
        json!({ "success": false, "message": "Token无效或者已过期" }),
        json!({ "error_code": "7", "error_msg": "Token无效或者已过期" }),
        json!({ "success": false, "code": 110, "message": "Token无效或者已过期" }),
    ] {
        let early = at(7199, true, &answer);
        assert_eq!((row(&early), early.billed), ((N, N, N, Pending), Billed::Unknown), "{answer}");
        assert!(early.reasons[0].cause.as_deref().unwrap().contains("access_token"));
        let late = at(7200, true, &answer);
        assert_eq!((row(&late), late.billed), ((N, N, N, Expired), Billed::Unknown), "{answer}");
        assert!(!early.retryable && !late.retryable);
    }
}

/// Trap 26: `success` of getall only says that the query worked.
#[test]
fn trap_26_success_is_not_the_verdict() {
    let verdict_of = |answer: Value| verdict(asked(Expect::Liveness), &answer).decision;
    assert_eq!(verdict_of(failed(json!("223120"), "")), Rejected, "success true, and the attempt failed");
    assert_eq!(verdict_of(with(passed(), "", "success", json!(false))), Inconclusive, "the other way round");
    let answer = with(with(passed(), "", "success", json!(false)), "", "code", json!(222351));
    assert_eq!(verdict_of(answer), Rejected);
    let answer = with(with(passed(), "", "success", json!(false)), "", "code", json!(17));
    assert_eq!(error(&answer.to_string()).kind, Kind::Quota);
    for odd in [json!("true"), json!(1), Value::Null] {
        assert_eq!(error(&with(passed(), "", "success", odd).to_string()).kind, Kind::Decode);
    }
    let answer = with(passed(), "", "error_code", json!(7));
    assert_eq!(error(&answer.to_string()).kind, Kind::Vendor, "true with a code");
}

/// mapping 2.6 and 2.8, billed; correction 11.
#[test]
fn correction_11_what_a_session_has_cost() {
    let free = || {
        let answer = with(failed(json!("222361"), ""), "/result", "verify_charge_count", json!(0));
        with(answer, ATTEMPT, "is_charged", json!(false))
    };
    let billed = |answer: Value| verdict(asked(Expect::Identity), &answer).billed;
    assert_eq!(billed(free()), Billed::No);
    assert!(verdict(asked(Expect::Identity), &free()).retryable, "222361: later, and nothing was paid");
    for (at, name) in [(ATTEMPT, "is_charged"), (ATTEMPT, "is_ocr_charge")] {
        assert_eq!(billed(with(free(), at, name, json!(true))), Billed::Yes, "{name}");
        assert_eq!(billed(without(free(), at, name)), Billed::Unknown, "{name}");
        assert_eq!(billed(with(free(), at, name, json!("false"))), Billed::Unknown, "{name}");
    }
    for name in ["ocr_charge_count", "match_charge_count", "verify_charge_count"] {
        assert_eq!(billed(with(free(), "/result", name, json!(1))), Billed::Yes, "{name}");
        assert_eq!(billed(with(free(), "/result", name, json!("2"))), Billed::Yes, "{name}");
        assert_eq!(billed(without(free(), "/result", name)), Billed::Unknown, "{name}");
        assert_eq!(billed(with(free(), "/result", name, json!(-1))), Billed::Unknown, "{name}");
    }
    assert_eq!(billed(with(free(), "/result", "verify_count", json!(2))), Billed::Unknown);
    let loose = with(with(free(), "/result", "verify_count", json!(2)), ATTEMPT, "is_charged", json!(true));
    assert_eq!(billed(loose), Billed::Yes, "even in a list that does not fit its count");
    let spent = run(asked(Expect::Identity), [ok(passed().to_string())]).spent;
    assert_eq!(spent, Billed::No, "asking is free");
}
