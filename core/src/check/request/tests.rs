use super::*;
use crate::baidu::faceprint::idcard_submit::IdcardSubmit;
use crate::compare::{Compare, Service};
use crate::harness::run;
use crate::juhe::sample;
use crate::liveness::start::{BaiduOptions, JuheOptions, JumdataOptions, Start};
use crate::operation::Operation;
use crate::subject::Subject;
use crate::{Billed, Blob, Kind, Vendor};

const WRONG: &str = "110101180001010014";

fn rules(findings: &[Finding]) -> Vec<&'static str> {
    findings.iter().map(|finding| finding.rule).collect()
}

#[test]
fn every_rule_finds_what_it_is_for() {
    assert_eq!(rules(&order_id("/o", "12345678")), [""; 0]);
    for order in ["", "1234567", "order-0001", "订单12345678", &"a".repeat(33)] {
        assert_eq!(rules(&order_id("/o", order)), ["order_id.shape"], "{order}");
    }
    assert_eq!(rules(&model("/m", Some(6))), ["model.range"]);
    assert_eq!(rules(&device_type("/d", Some("h5"))), ["device_type.value"]);
    for (url, expected) in [
        (None, &[][..]),
        (Some("http://127.0.0.1:1/n"), &[]),
        (Some(""), &["notify_url.scheme"]),
        (Some("e.cn/n"), &["notify_url.scheme"]),
        (Some("https://e.cn/n#a"), &["notify_url.fragment"]),
    ] {
        assert_eq!(rules(&notify_url("/n", url)), expected, "{url:?}");
    }
    for (plan, expected) in
        [(None, &[][..]), (Some("1"), &[]), (Some(" "), &["plan_id.empty"]), (Some(" 1"), &["plan_id.blanks"])]
    {
        assert_eq!(rules(&plan_id("/p", plan)), expected, "{plan:?}");
    }
    for (kind, number, expected) in [
        (0, sample::ID, &[][..]),
        (4, sample::ID, &["certificate_type.permit"]),
        (0, "830000199003070019", &["certificate_type.permit"]),
        (4, "830000199003070019", &[]),
        (4, "932682198501010017", &["certificate_type.permit"]),
        (1, sample::ID, &["certificate_type.value"]),
        (4, "no number", &[]),
    ] {
        assert_eq!(rules(&certificate_type("/c", kind, &number.into())), expected, "{kind} {number}");
    }
    let juhe = |number: &str| {
        rules(&juhe_person(("/i", &number.into()), ("/n", &sample::NAME.into()), Time::from_unix_ms(1_768_464_000_000)))
    };
    assert_eq!(juhe("830000199003070019"), ["id_number.not_resident"]);
    assert_eq!(juhe("932682198501010017"), ["id_number.not_resident"]);
    assert_eq!(juhe("KAZ110090123105"), ["id_number.foreign_2017", "id_number.not_resident"]);
    assert_eq!(juhe("110105491231002"), ["id_number.fifteen"]);
}

/// Nothing is sent and nothing is billed, by whichever way a number that cannot exist comes in.
fn refused<O: Operation>(operation: O, field: &str) {
    let run = run(operation, []);
    let error = run.result.err().expect("refused");
    assert_eq!((error.kind, error.billed, run.spent), (Kind::InvalidArgument, Billed::No, Billed::No));
    assert_eq!((error.field.as_deref(), run.requests.len(), run.tokens.len()), (Some(field), 0, 0));
    let shown = format!("{error} {error:?} {}", serde_json::to_string(&error).unwrap());
    assert!(!shown.contains(WRONG) && !shown.contains(sample::NAME), "{shown}");
}

#[test]
fn every_call_asks_before_it_sends() {
    refused(crate::juhe::verifyface::verify::Verify { idcard: WRONG.into(), ..sample::verify() }, "/idcard");
    refused(
        crate::juhe::verifyface::verify_encry::VerifyEncry { idcard: WRONG.into(), ..sample::verify_encry() },
        "/idcard",
    );
    refused(crate::juhe::verifyface::verify2::Verify2 { idcard: WRONG.into(), ..sample::verify2() }, "/idcard");
    refused(
        crate::juhe::verifyface::verify2_encry::Verify2Encry { idcard: WRONG.into(), ..sample::verify2_encry() },
        "/idcard",
    );
    refused(crate::juhe::verifyface_mobile::query::Query { idcard: WRONG.into(), ..sample::mobile() }, "/idcard");
    refused(crate::juhe::verifyface_mobile::query::Query { mobile: "12".into(), ..sample::mobile() }, "/mobile");
    refused(crate::juhe::faceid::query::Query { cert_no: WRONG.into(), ..sample::session() }, "/cert_no");
    let submit = IdcardSubmit { verify_token: "t".into(), id_name: sample::NAME.into(), ..IdcardSubmit::default() };
    refused(IdcardSubmit { id_no: WRONG.into(), ..submit.clone() }, "/id_no");
    refused(IdcardSubmit { id_no: sample::ID.into(), certificate_type: 2, ..submit }, "/certificate_type");
}

#[test]
fn flows_ask_before_their_first_step_and_name_their_own_fields() {
    let compare = |service: Service, mobile: Option<&str>| Compare {
        service,
        subject: Subject { mobile: mobile.map(Into::into), ..Subject::new(sample::NAME, WRONG) },
        photo: Blob::from(&b"\xff\xd8\xff"[..]),
        threshold: None,
        allow_low_threshold: false,
        fallback: vec![],
    };
    refused(compare(Service::JuheVerify2, None), "/subject/id_number");
    let mut wrong_mobile = compare(Service::JuheVerify2, Some("12"));
    wrong_mobile.subject.id_number = sample::ID.into();
    wrong_mobile.fallback = vec![Service::JuheVerifyfaceMobile];
    refused(wrong_mobile, "/subject/mobile");

    let start =
        |vendor, number: &str| Start::new(vendor, Some(Subject::new(sample::NAME, number)), "https://example.com/back");
    refused(start(Vendor::Juhe, WRONG), "/subject/id_number");
    refused(start(Vendor::Baidu, WRONG), "/subject/id_number");
    let juhe = Some(JuheOptions { order_id: Some("x".into()), ..JuheOptions::default() });
    refused(Start { juhe, ..start(Vendor::Juhe, sample::ID) }, "/juhe/order_id");
    let baidu = Some(BaiduOptions { failed_url: Some("x".into()), ..BaiduOptions::default() });
    refused(Start { baidu, ..start(Vendor::Baidu, sample::ID) }, "/baidu/failed_url");
    let jumdata = Some(JumdataOptions { colors: vec!["#123456".into()], ..JumdataOptions::default() });
    refused(Start { jumdata, ..Start::new(Vendor::Jumdata, None, "https://e.cn/") }, "/jumdata/colors/0");
    refused(Start::new(Vendor::Jumdata, None, "ftp://e.cn/"), "/return_url");
}

/// A verdict may be missing for other reasons, but nobody of the sandbox is refused here.
#[test]
fn impossible_people_pass() {
    for (name, number) in
        [("Zoë O'Neill-Lee", sample::ID), ("𠮷田", "110101180402290011"), ("阿卜杜拉·买买提", sample::ID)]
    {
        assert!(Subject::new(name, number).look(Time::from_unix_ms(1_768_464_000_000)).is_empty(), "{name}");
    }
}
