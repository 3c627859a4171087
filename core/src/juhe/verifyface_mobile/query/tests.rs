use super::*;
use crate::Kind;
use crate::harness::run;
use crate::juhe::sample::{ID, MOBILE, NAME, answered, form, mobile, photo};
use crate::verdict::Decision::{self, Inconclusive, Rejected};
use base64::prelude::{BASE64_STANDARD, Engine as _};

fn body(result: &str) -> String {
    format!(r#"{{"reason":"成功","result":{result},"error_code":0}}"#)
}

fn verdict(result: &str) -> Verdict {
    answered(mobile(), body(result)).result.unwrap().verdict
}

#[test]
fn trap_14_every_res_is_three_answers() {
    type Row = (i64, Check, Check, Check, Decision);
    let rows: [Row; 19] = [
        (100, Passed, Passed, Passed, Decision::Passed),
        (101, Passed, Passed, Failed, Rejected),
        (102, Passed, Failed, Passed, Rejected),
        (103, Passed, Failed, Failed, Rejected),
        (104, Passed, Tried, Passed, Inconclusive),
        (105, Failed, NotChecked, Passed, Rejected),
        (106, Passed, Tried, Failed, Rejected),
        (107, Failed, NotChecked, Failed, Rejected),
        (108, Passed, Passed, Tried, Inconclusive),
        (109, Passed, Passed, NoRecord, Inconclusive),
        (110, Passed, Failed, Tried, Rejected),
        (111, Passed, Failed, NoRecord, Rejected),
        (112, Passed, Tried, Tried, Inconclusive),
        (113, Passed, Tried, NoRecord, Inconclusive),
        (114, Failed, NotChecked, Tried, Rejected),
        (115, Tried, NotChecked, Passed, Inconclusive),
        (116, Tried, NotChecked, Failed, Rejected),
        (117, Tried, Tried, Tried, Inconclusive),
        (1, Tried, Tried, Tried, Inconclusive),
    ];
    for (res, identity, face, mobile, decision) in rows {
        let found = verdict(&format!(r#"{{"res":{res},"resmsg":"as sent","score":982.7,"type":"联通"}}"#));
        assert_eq!((found.checks.identity, found.checks.face, found.checks.mobile), (identity, face, mobile), "{res}");
        assert_eq!(found.checks.liveness, NotChecked);
        assert_eq!((found.decision, found.billed, found.retryable), (decision, Billed::Yes, false), "{res}");
        assert_eq!(found.reasons[0].code, format!("res {res}"));
    }
}

#[test]
fn every_res_has_the_documents_text() {
    for (res, text) in [
        (100, "身份、人像核验通过，手机号核验通过"),
        (101, "身份、人像核验通过，手机号核验不通过"),
        (102, "身份、手机核验通过，人像核验不通过"),
        (103, "身份核验通过，手机、人像核验不通过"),
        (104, "身份、手机号核验成功，人像核验失败"),
        (105, "身份核验不通过，手机号核验通过"),
        (106, "身份核验成功，手机号核验不通过，人像核验失败"),
        (107, "身份核验不通过、手机号核验不通过"),
        (108, "身份、人像核验通过，手机号核验失败"),
        (109, "身份、人像核验通过，手机号查询无记录"),
        (110, "身份核验通过，人像核验不通过，手机号核验失败"),
        (111, "身份核验通过，人像核验不通过，手机号查询无记录"),
        (112, "身份核验成功，手机号、人像核验失败"),
        (113, "身份核验成功，手机号查询无记录，人像核验失败"),
        (114, "身份核验不通过、手机号核验失败"),
        (115, "手机号核验通过，身份核验失败"),
        (116, "手机号核验不通过，身份核验失败"),
    ] {
        assert_eq!(verdict(&format!(r#"{{"res":{res}}}"#)).reasons[0].message, text);
    }
    assert_eq!(verdict(&format!(r#"{{"res":999,"resmsg":"x {NAME}"}}"#)).reasons[0].message, "x ***");
}

#[test]
fn correction_45_a_face_that_agrees_has_a_score_above_0() {
    for score in [
        "",
        r#","score":0"#,
        r#","score":"0.0""#,
        r#","score":null"#,
        r#","score":-5"#,
        r#","score":1000.5"#,
        r#","score":"x""#,
    ] {
        for (res, decision) in [(100, Inconclusive), (101, Rejected), (108, Inconclusive), (109, Inconclusive)] {
            let found = verdict(&format!(r#"{{"res":{res}{score}}}"#));
            assert_eq!((found.checks.face, found.decision), (Tried, decision), "{res} {score}");
        }
        assert_eq!(verdict(&format!(r#"{{"res":104{score}}}"#)).checks.face, Tried);
        assert_eq!(verdict(&format!(r#"{{"res":102{score}}}"#)).checks.face, Failed);
    }
    assert!(verdict(r#"{"res":100,"score":0.1}"#).passed(), "the vendor's own verdict has no threshold");
}

#[test]
fn trap_8_the_score_is_of_1000_and_a_threshold_of_100() {
    let with = |threshold: f64, res: i64, score: &str| {
        let request = Query { threshold: Some(threshold), ..mobile() };
        answered(request, body(&format!(r#"{{"res":{res},"score":{score}}}"#))).result.unwrap().verdict
    };
    let found = with(98.0, 100, "982.7");
    let score = found.score.clone().unwrap();
    assert_eq!((score.value, &*score.raw, score.scale), (98.27, "982.7", 1000));
    assert!(found.passed());
    assert_eq!((found.threshold, found.false_accept_rate), (Some(98.0), None));
    let found = with(99.0, 100, "\"982.7\"");
    assert_eq!((found.checks.face, found.decision), (Failed, Rejected));
    assert_eq!(with(50.0, 102, "999").decision, Rejected, "no score outweighs a no");
}

#[test]
fn correction_44_type_resmsg_and_every_other_field_survive() {
    let text = body(
        r#"{"orderid":"JH801240913170041JZU80","res":100,"resmsg":"身份、人像核验通过，手机号核验通过","score":982.7,"type":"联通","new":1}"#,
    );
    let reply = answered(mobile(), &*text).result.unwrap();
    assert_eq!((reply.r#type.as_deref(), reply.resmsg.is_some()), (Some("联通"), true));
    assert_eq!(reply.orderid.as_deref(), Some("JH801240913170041JZU80"));
    assert_eq!(reply.verdict.references.order, reply.orderid);
    assert_eq!((reply.res, reply.score.as_deref()), (100, Some("982.7")));
    assert_eq!((&reply.extra["new"], reply.raw.as_ref().map(Personal::expose)), (&1.into(), Some(&*text)));
    assert_eq!(serde_json::to_value(&reply).unwrap()["type"], "联通");
}

#[test]
fn correction_43_every_service_code() {
    for (code, kind, field, retryable) in [
        (280101, Kind::InvalidArgument, None, false),
        (280102, Kind::InvalidArgument, Some("idcard"), false),
        (280103, Kind::InvalidArgument, Some("mobile"), false),
        (280104, Kind::InvalidArgument, Some("realname"), false),
        (280105, Kind::Vendor, None, true),
        (280199, Kind::Vendor, None, false),
    ] {
        let text = format!(r#"{{"reason":"r {MOBILE}","result":{{"orderid":"JH801"}},"error_code":{code}}}"#);
        let run = answered(mobile(), text);
        let error = run.result.unwrap_err();
        assert_eq!((error.kind, error.field.as_deref()), (kind, field), "{code}");
        assert_eq!((error.billed, run.spent, error.retryable), (Billed::No, Billed::No, retryable), "{code}");
        assert_eq!(error.references.order.as_deref(), Some("JH801"));
        assert_eq!(error.vendor_text.as_deref(), Some("r ***"));
    }
}

#[test]
fn a_reply_that_cannot_be_read_is_billed_when_error_code_0_can() {
    for result in [
        "{}",
        "null",
        "[]",
        r#"{"res":null}"#,
        r#"{"res":100.0,"score":900}"#,
        r#"{"res":true,"score":900}"#,
        r#"{"res":"一百","score":900}"#,
        r#"{"res":100,"res":107,"score":900}"#,
        r#"{"res":100,"score":900,"score":0}"#,
    ] {
        let run = answered(mobile(), body(result));
        let error = run.result.unwrap_err();
        assert_eq!((error.kind, error.billed, run.spent), (Kind::Decode, Billed::Yes, Billed::Yes), "{result}");
    }
    // trap_14: the document's own sample has a full-width comma. Sent like this, it is no JSON.
    let typo = "{\"error_code\":0,\"result\":{\"res\":100,\"resmsg\":\"x\"，\"score\":982.7}}";
    let error = answered(mobile(), typo).result.unwrap_err();
    assert_eq!((error.kind, error.billed), (Kind::Decode, Billed::Yes));
}

#[test]
fn the_form_and_what_is_refused_before_it_costs() {
    let run = answered(mobile(), body(r#"{"res":107}"#));
    assert_eq!(run.requests[0].uri(), "http://127.0.0.1:1/juhe/verifyface_mobile/query");
    let fields = form(&run.requests[0]);
    assert_eq!((fields.len(), &*fields["key"], &*fields["mobile"]), (5, "sandbox-juhe-key", MOBILE));
    assert_eq!((&*fields["idcard"], &*fields["realname"]), (ID, NAME));
    assert_eq!(fields["image"], BASE64_STANDARD.encode(&*photo()));
    for (request, field) in [
        (Query { realname: "".into(), ..mobile() }, "/realname"),
        (Query { idcard: "".into(), ..mobile() }, "/idcard"),
        (Query { mobile: "".into(), ..mobile() }, "/mobile"),
        (Query { image: Blob::default(), ..mobile() }, "/image"),
        (Query { image: b"/9j/4AAQ".to_vec().into(), ..mobile() }, "/image"),
        (Query { threshold: Some(0.9), ..mobile() }, "/threshold"),
    ] {
        assert_eq!(self::field(request), field);
    }
}

fn field(request: Query) -> String {
    run(request, []).result.unwrap_err().field.clone().unwrap()
}
