use crate::juhe::sample::{ID, NAME, answered, form, photo, verify, verify_encry};
use crate::verdict::Check::{self, Error as Tried, Failed, NotChecked, Passed};
use crate::verdict::Decision::{self, Inconclusive, Rejected};
use crate::verdict::{Billed, Verdict};
use crate::{Kind, harness};
use base64::prelude::{BASE64_STANDARD, Engine as _};

fn reply(result: &str) -> String {
    format!(r#"{{"reason":"成功","result":{result},"error_code":0}}"#)
}

/// The same answer to both variants.
fn both(result: &str) -> [Verdict; 2] {
    [
        answered(verify(), reply(result)).result.unwrap().verdict,
        answered(verify_encry(), reply(result)).result.unwrap().verdict,
    ]
}

#[test]
fn every_row_of_res_and_code() {
    type Row = (&'static str, Check, Check, Decision, &'static str);
    let rows: [Row; 13] = [
        (r#"{"res":1,"score":"70"}"#, Passed, Passed, Decision::Passed, "res 1"),
        (r#"{"res":"1","score":96.5}"#, Passed, Passed, Decision::Passed, "res 1"),
        (r#"{"res":1,"score":"69.99"}"#, Passed, Failed, Rejected, "below_threshold"),
        (r#"{"res":1}"#, Passed, Tried, Inconclusive, "no_score"),
        (r#"{"res":1,"score":"high"}"#, Passed, Tried, Inconclusive, "no_score"),
        (r#"{"res":1,"score":"100.5"}"#, Passed, Tried, Inconclusive, "no_score"),
        (r#"{"res":2,"code":"3003","desc":"x"}"#, Passed, Tried, Inconclusive, "3003"),
        (r#"{"res":2,"code":"3004","desc":"x"}"#, Passed, Tried, Inconclusive, "3004"),
        (r#"{"res":2,"code":3005,"desc":"x"}"#, Passed, Failed, Rejected, "3005"),
        (r#"{"res":2,"code":"3006","desc":"x"}"#, Passed, Tried, Inconclusive, "3006"),
        (r#"{"res":2,"desc":"x","score":"99"}"#, Passed, Tried, Inconclusive, "res 2"),
        (r#"{"res":3,"score":"99"}"#, Failed, NotChecked, Rejected, "res 3"),
        (r#"{"res":4,"score":"99","message":"y"}"#, Tried, Tried, Inconclusive, "res 4"),
    ];
    for (result, identity, face, decision, reason) in rows {
        for verdict in both(result) {
            assert_eq!((verdict.checks.identity, verdict.checks.face), (identity, face), "{result}");
            assert_eq!((verdict.checks.liveness, verdict.checks.mobile), (NotChecked, NotChecked), "{result}");
            assert_eq!(verdict.decision, decision, "{result}");
            assert_eq!(verdict.billed, Billed::Yes, "{result}: error_code 0 is billed in every row");
            assert!(!verdict.retryable, "{result}");
            assert_eq!(verdict.reasons[0].code, reason, "{result}");
        }
    }
}

#[test]
fn texts_and_next_steps() {
    let reason = |result: &str| both(result)[0].reasons[0].clone();
    for (result, message, next_step) in [
        (r#"{"res":1,"score":"96"}"#, "身份证号与姓名匹配，且比对成功", None),
        (
            r#"{"res":2,"code":"3003"}"#,
            "人脸库中的照片检测不到人脸",
            Some("use other means: a new photo does not help"),
        ),
        (r#"{"res":2,"code":"3004"}"#, "用户上传的照片检测不到人脸", Some(super::PHOTO_RULES)),
        (r#"{"res":2,"code":"3005"}"#, "人脸比对失败", Some("take a new photo")),
        (r#"{"res":2,"code":"3999","desc":"as sent"}"#, "as sent", None),
        (r#"{"res":2,"desc":"as sent"}"#, "as sent", None),
        (r#"{"res":3}"#, "身份证号与姓名不匹配", Some("check name and number")),
        (r#"{"res":9,"message":"as sent"}"#, "as sent", None),
    ] {
        let reason = reason(result);
        assert_eq!((&*reason.message, reason.next_step.as_deref()), (message, next_step), "{result}");
    }
}

#[test]
fn correction_37_the_photo_rules_are_the_next_step_of_3004() {
    let step = both(r#"{"res":2,"code":"3004"}"#)[0].reasons[0].next_step.clone().unwrap();
    for rule in ["翻拍照", "强曝光", "口罩", "拉伸", "背景"] {
        assert!(step.contains(rule), "{rule}");
    }
}

#[test]
fn trap_9_res_1_alone_lets_nobody_in() {
    for score in
        ["", r#","score":"0""#, r#","score":null"#, r#","score":true"#, r#","score":"-99""#, r#","score":[99]"#]
    {
        for verdict in both(&format!(r#"{{"res":1{score}}}"#)) {
            assert!(!verdict.passed(), "{score}");
        }
    }
}

#[test]
fn correction_35_res_1_and_2_prove_the_identity() {
    for result in [r#"{"res":1,"score":"1"}"#, r#"{"res":2,"code":"3005"}"#] {
        assert_eq!(both(result)[0].checks.identity, Passed, "{result}");
    }
}

#[test]
fn trap_8_the_scale_is_that_of_this_very_request() {
    let body = reply(r#"{"res":1,"score":"650"}"#);
    let mut request = verify();
    request.threshold = Some(60.0);
    let run = answered(request.clone(), &*body);
    assert!(!form(&run.requests[0]).contains_key("thousand"));
    let verdict = run.result.unwrap().verdict;
    assert_eq!((verdict.decision, verdict.score), (Inconclusive, None), "650 of 100 is no score");

    request.thousand = true;
    let run = answered(request, &*body);
    assert_eq!(form(&run.requests[0])["thousand"], "1");
    let verdict = run.result.unwrap().verdict;
    assert!(verdict.passed());
    let score = verdict.score.unwrap();
    assert_eq!((score.value, &*score.raw, score.scale), (65.0, "650", 1000));

    let mut request = verify_encry();
    request.thousand = true;
    let run = answered(request, reply(r#"{"res":1,"score":"87"}"#));
    assert_eq!(form(&run.requests[0])["thousand"], "1", "it goes in clear beside the ciphertexts");
    assert_eq!(run.result.unwrap().verdict.decision, Rejected, "87 of 1000 is 8.7");
}

#[test]
fn trap_8_the_false_accept_rate_is_that_of_the_threshold() {
    for (threshold, rate) in [
        (None, 0.0001),
        (Some(50.0), 0.01),
        (Some(59.9), 0.01),
        (Some(60.0), 0.001),
        (Some(70.0), 0.0001),
        (Some(80.0), 0.000_01),
        (Some(90.0), 0.000_001),
        (Some(100.0), 0.000_001),
    ] {
        let mut request = verify();
        request.threshold = threshold;
        let verdict = answered(request, reply(r#"{"res":1,"score":"100"}"#)).result.unwrap().verdict;
        assert_eq!(verdict.false_accept_rate, Some(rate), "{threshold:?}");
        assert_eq!(verdict.threshold, Some(threshold.unwrap_or(70.0)));
    }
    let mut request = verify();
    (request.threshold, request.allow_low_threshold) = (Some(40.0), true);
    let verdict = answered(request, reply(r#"{"res":1,"score":"45"}"#)).result.unwrap().verdict;
    assert!(verdict.passed());
    assert_eq!(verdict.false_accept_rate, None, "the document has no row so low");
}

#[test]
fn a_reply_that_cannot_be_read_is_billed_when_error_code_0_can() {
    for result in [
        "{}",
        r#"{"res":null,"score":"99"}"#,
        r#"{"res":1.0,"score":"99"}"#,
        r#"{"res":true,"score":"99"}"#,
        r#"{"res":"one","score":"99"}"#,
        r#"{"res":1,"score":"99","res":3}"#,
        r#"{"res":1,"score":"99","score":"1"}"#,
        r#"{"res":2,"code":"3003","code":"3005"}"#,
        r#"{"res":1,"score":"99","\ud800":0,"res":3}"#,
        "null",
        "[]",
        "\"x\"",
    ] {
        let (plain, sealed) = (answered(verify(), reply(result)), answered(verify_encry(), reply(result)));
        for (error, spent) in [(plain.result.unwrap_err(), plain.spent), (sealed.result.unwrap_err(), sealed.spent)] {
            assert_eq!((error.kind, error.billed, spent), (Kind::Decode, Billed::Yes, Billed::Yes), "{result}");
            assert!(!error.retryable);
        }
    }
    let cut = answered(verify(), r#"{"error_code":0,"reason":"成功","result":{"res":1,"sco"#).result.unwrap_err();
    assert_eq!((cut.kind, cut.billed), (Kind::Decode, Billed::Yes));
    let cut = answered(verify(), r#"{"reason":"成功","result":{"res":1,"sco"#).result.unwrap_err();
    assert_eq!((cut.kind, cut.billed), (Kind::Decode, Billed::Unknown));
}

#[test]
fn correction_38_orderid_and_every_other_field_survive() {
    let body = reply(
        r#"{"res":2,"code":"3004","message":"身份证核查成功，但人脸比对失败","desc":"用户上传的照片检测不到人脸","orderid":"JH264117091113492036501983","new":{"a":[1]}}"#,
    );
    let reply = answered(verify(), &*body).result.unwrap();
    assert_eq!(reply.orderid.as_deref(), Some("JH264117091113492036501983"));
    assert_eq!(reply.verdict.references.order, reply.orderid);
    assert_eq!((reply.res, reply.code.as_deref()), (Some(2), Some("3004")));
    assert_eq!(reply.extra["new"]["a"][0], 1);
    assert_eq!(reply.raw.as_ref().map(crate::Personal::expose), Some(&*body));
}

#[test]
fn the_documents_samples() {
    let sample = r#"{"reason":"成功","result":{"res":1,"score":"96","message":"身份证号与姓名匹配，且比对成功","orderid":"JH264117091113513280159458"},"error_code":0}"#;
    assert!(answered(verify(), sample).result.unwrap().verdict.passed());
    let sample = r#"{"reason":"成功","result":{"res":3,"message":"身份证号与姓名不匹配","orderid":"JH264117091113492036501983"},"error_code":0}"#;
    assert_eq!(answered(verify_encry(), sample).result.unwrap().verdict.decision, Rejected);
}

#[test]
fn trap_7_and_the_form_of_verify() {
    let run = answered(verify(), reply(r#"{"res":3}"#));
    assert_eq!(run.requests[0].uri(), "http://127.0.0.1:1/juhe/verifyface/verify");
    let form = form(&run.requests[0]);
    assert_eq!(form.len(), 4);
    assert_eq!((&*form["key"], &*form["idcard"], &*form["realname"]), ("sandbox-juhe-key", ID, NAME));
    assert_eq!(form["image"], BASE64_STANDARD.encode(&*photo()));
    assert!(crate::juhe::Account::new("k").base_url.starts_with("https://"), "the document's http is not spoken");
}

#[test]
fn trap_10_the_form_of_verify_encry() {
    let run = answered(verify_encry(), reply(r#"{"res":3}"#));
    assert_eq!(run.requests[0].uri(), "http://127.0.0.1:1/juhe/verifyface/verifyEncry");
    let form = form(&run.requests[0]);
    assert_eq!(form.len(), 4);
    assert_eq!(form["key"], "sandbox-juhe-key", "the key goes in clear");
    let key = crate::juhe::cipher::key(&"JHsandbox0openid".into());
    let open = |name: &str| crate::juhe::cipher::decrypt(&key, &form[name]).unwrap().to_vec();
    assert_eq!((open("idcard"), open("realname")), (ID.as_bytes().to_vec(), NAME.as_bytes().to_vec()));
    assert_eq!(open("image"), BASE64_STANDARD.encode(&*photo()).as_bytes(), "of the photo, the Base64 text");
    let body = std::str::from_utf8(run.requests[0].body()).unwrap();
    assert!(!body.contains(ID) && !body.contains('/') && body.matches('=').count() == 4, "escaped once: {body}");
}

#[test]
fn an_encrypted_call_without_openid_sends_nothing() {
    let mut context = harness::Still::new();
    context.accounts.juhe.as_mut().unwrap().openid = None;
    let run = harness::run_in(std::sync::Arc::new(context), verify_encry(), []);
    let error = run.result.unwrap_err();
    assert_eq!((error.kind, error.field.as_deref()), (Kind::Configuration, Some("/accounts/juhe/openid")));
    assert_eq!((run.requests.len(), error.billed), (0, Billed::No));
}

#[test]
fn trap_13_and_correction_36_what_is_obvious_is_refused_before_it_costs() {
    let refused = |change: fn(&mut super::super::verify::Verify)| {
        let mut request = verify();
        change(&mut request);
        let run = harness::run(request, []);
        let error = run.result.unwrap_err();
        assert_eq!((error.kind, error.billed), (Kind::InvalidArgument, Billed::No));
        error.field.clone().unwrap()
    };
    assert_eq!(refused(|request| request.idcard = "".into()), "/idcard");
    assert_eq!(refused(|request| request.realname = "".into()), "/realname");
    assert_eq!(refused(|request| request.image = Default::default()), "/image");
    assert_eq!(refused(|request| request.image = b"data:image/jpg;base64,/9j/".to_vec().into()), "/image");
    assert_eq!(refused(|request| request.image = b"/9j/4AAQSkZJRg==\r\n".to_vec().into()), "/image");
    assert_eq!(refused(|request| request.threshold = Some(0.7)), "/threshold");
    assert_eq!(refused(|request| request.threshold = Some(49.0)), "/threshold");
}
