use crate::Verdict;
use crate::juhe::faceid::search::Search;
use crate::juhe::sample::{answered, finished as sample, search, spoilt};
use crate::verdict::Billed;
use crate::verdict::Check::{self, Error as Tried, Failed, NotChecked, Passed};
use crate::verdict::Decision::{self, Inconclusive, Rejected};
use serde_json::{Value, json};

fn verdict(body: &Value) -> Verdict {
    answered(search(), body.to_string()).result.unwrap().verdict
}

fn codes(verdict: &Verdict) -> Vec<&str> {
    verdict.reasons.iter().map(|reason| &*reason.code).collect()
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
