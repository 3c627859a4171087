//! The flow without a socket: what is sent, what is refused, what a hint may do.

use super::finish::Finish;
use super::start::{BaiduOptions, JuheOptions, JumdataOptions, Start};
use super::{Expect, Session};
use crate::harness::{Answer, ok, run};
use crate::subject::Subject;
use crate::{Blob, Decision, Kind, Vendor};

const BACK: &str = "https://example.com/back";

fn subject() -> Subject {
    Subject::new("王小二", "110101180001010015")
}

fn start(vendor: Vendor) -> Start {
    Start::new(vendor, (vendor != Vendor::Jumdata).then(subject), BACK)
}

fn begun(vendor: Vendor) -> Vec<Answer> {
    match vendor {
        Vendor::Juhe => vec![ok(
            r#"{"reason":"SUCCESS","result":{"jh_order_id":"JH79320240513145425BLEnR","verify_url":"http://m.alyms.cn/F4.bTPyEV"},"error_code":0}"#,
        )],
        Vendor::Jumdata => vec![ok(r#"{"code":200,"msg":"成功","taskNo":"1","data":{"token":"jum-token"}}"#)],
        Vendor::Baidu => vec![
            ok(r#"{"success":true,"result":{"verify_token":"bai-token"},"log_id":"1"}"#),
            ok(r#"{"success":true,"result":1,"log_id":"2"}"#),
        ],
    }
}

fn session(vendor: Vendor) -> Session {
    run(start(vendor), begun(vendor)).result.unwrap()
}

fn paths<R>(run: &crate::harness::Run<R>) -> Vec<&str> {
    run.requests.iter().map(|request| request.uri().path().rsplit('/').next().unwrap()).collect()
}

#[test]
fn juhe_gets_an_order_number_of_its_own_and_any_page_address() {
    let run = run(start(Vendor::Juhe), begun(Vendor::Juhe));
    let session = run.result.unwrap();
    let order = session.order_id.unwrap();
    assert!((8..=32).contains(&order.len()) && order.bytes().all(|byte| byte.is_ascii_alphanumeric()), "{order}");
    // Correction 22: "https only" must not refuse an address that the vendor hands over.
    assert_eq!(session.page_url.expose(), "http://m.alyms.cn/F4.bTPyEV");
    assert_eq!(session.expires_at.to_string(), "2026-01-15T08:30:00Z");
    assert_eq!(session.expect, Expect::Identity);
}

/// Correction 28: the page is the document's own; trap 3's rule that a pass is only about life is in `expect`.
#[test]
fn correction_28_jumdatas_page() {
    let session = session(Vendor::Jumdata);
    assert_eq!(session.page_url.expose(), "http://127.0.0.1:1/jumdata/lifecheck/v2/check/index?token=jum-token");
    assert_eq!(crate::jumdata::default_page_url(), "https://api-h5.jumdata.com/lifecheck/v2/check/index");
    assert_eq!(session.expect, Expect::Liveness);
}

/// Correction 3: a subject would suggest that somebody looks at it.
#[test]
fn correction_3_jumdata_takes_no_subject() {
    let refused = run(Start::new(Vendor::Jumdata, Some(subject()), BACK), []).result.unwrap_err();
    assert_eq!((refused.kind, refused.field.as_deref()), (Kind::InvalidArgument, Some("/subject")));
}

/// Correction 21: submit belongs to plans with a given identity, upload to plans with a photo of one's own.
#[test]
fn correction_21_baidu_submits_or_uploads_or_neither() {
    let with_subject = run(start(Vendor::Baidu), begun(Vendor::Baidu));
    assert_eq!(paths(&with_subject), ["generate", "submit"]);
    assert_eq!(with_subject.result.unwrap().expect, Expect::Identity);

    let photo = Blob::from(&b"\xff\xd8\xff\xd9"[..]);
    let bare = || Start::new(Vendor::Baidu, None, BACK);
    let uploaded = run(Start { photo: Some(photo.clone()), ..bare() }, begun(Vendor::Baidu));
    assert_eq!(paths(&uploaded), ["generate", "uploadMatchImage"]);
    assert_eq!(uploaded.result.unwrap().expect, Expect::OwnPhoto);

    let neither = run(bare(), begun(Vendor::Baidu).into_iter().take(1));
    assert_eq!(paths(&neither), ["generate"]);
    assert_eq!(neither.result.unwrap().expect, Expect::Liveness);

    let both = run(Start { photo: Some(photo), ..start(Vendor::Baidu) }, []).result.unwrap_err();
    assert_eq!(both.field.as_deref(), Some("/photo"));
}

#[test]
fn what_belongs_to_another_vendor_is_refused() {
    let field = |start: Start| run(start, []).result.unwrap_err().field.clone().unwrap();
    assert_eq!(field(Start { juhe: Some(JuheOptions::default()), ..start(Vendor::Baidu) }), "/juhe");
    assert_eq!(field(Start { jumdata: Some(JumdataOptions::default()), ..start(Vendor::Juhe) }), "/jumdata");
    assert_eq!(field(Start { baidu: Some(BaiduOptions::default()), ..start(Vendor::Juhe) }), "/baidu");
    assert_eq!(field(Start { photo: Some(Blob::from(&b"x"[..])), ..start(Vendor::Juhe) }), "/photo");
    assert_eq!(field(Start::new(Vendor::Juhe, None, BACK)), "/subject");
    assert_eq!(field(Start { return_url: String::new(), ..start(Vendor::Jumdata) }), "/return_url");
    let mut mobile = start(Vendor::Juhe);
    mobile.subject.as_mut().unwrap().mobile = Some("19907770777".into());
    assert_eq!(field(mobile), "/subject/mobile");
}

#[test]
fn errors_of_the_calls_name_this_flows_fields() {
    let field = |start: Start| run(start, []).result.unwrap_err().field.clone().unwrap();
    let juhe = |options: JuheOptions| Start { juhe: Some(options), ..start(Vendor::Juhe) };
    assert_eq!(field(juhe(JuheOptions { order_id: Some("short".into()), ..JuheOptions::default() })), "/juhe/order_id");
    // Correction 32: the models are 1 to 5.
    for model in [0, 6] {
        assert_eq!(field(juhe(JuheOptions { model: Some(model), ..JuheOptions::default() })), "/juhe/model");
    }
    let colors = vec!["#FFFFFF".into(), "#FFD9E3".into()];
    let jumdata = Start { jumdata: Some(JumdataOptions { colors, actions: vec![] }), ..start(Vendor::Jumdata) };
    assert_eq!(field(jumdata), "/jumdata/colors");
}

fn landed(vendor: Vendor, passed: bool) -> String {
    match vendor {
        Vendor::Juhe => {
            let make = crate::juhe::returns::Make {
                return_url: BACK.into(),
                jh_order_id: Some("JH79320240513145425BLEnR".into()),
                passed: Some(passed),
                ..crate::juhe::returns::Make::default()
            };
            run(make, []).result.unwrap().url.expose().to_owned()
        }
        Vendor::Jumdata => format!("{BACK}?token=jum-token&success={passed}"),
        Vendor::Baidu => BACK.to_owned(),
    }
}

fn passed(vendor: Vendor) -> Answer {
    match vendor {
        Vendor::Juhe => ok(
            r#"{"reason":"SUCCESS","result":{"passed":"T","message":"","jh_order_id":"JH79320240513145425BLEnR","detail":{"live_passed":"T","live_code":"200","live_score":"91.1","certify_passed":"T","certify_code":"200","certify_res":"1","certify_score":"87"}},"error_code":0}"#,
        ),
        Vendor::Jumdata => ok(r#"{"code":200,"msg":"实人认证通过","data":{"faceImageUrl":"https://x/1.jpg"}}"#),
        Vendor::Baidu => ok(
            r#"{"success":true,"log_id":"3","result":{"verify_count":1,"ocr_charge_count":0,"match_charge_count":0,"verify_charge_count":1,"verify_result":[{"order":1,"is_verify_passed":true,"code":"0","message":"","is_charged":true,"charge_type":"verify","is_ocr_charge":false,"verify_detail":{"score":89.9,"threshold":80,"verify_log_id":"x"}}]}}"#,
        ),
    }
}

#[test]
fn the_server_decides_and_a_hint_can_only_take_away() {
    for vendor in Vendor::ALL.iter().copied() {
        let decide = |landed_url: Option<String>| {
            let finish = Finish { landed_url: landed_url.map(Into::into), ..Finish::new(session(vendor)) };
            run(finish, [passed(vendor)]).result.unwrap().verdict
        };
        assert_eq!(decide(None).decision, Decision::Passed, "{vendor}");
        assert_eq!(decide(Some(landed(vendor, true))).decision, Decision::Passed, "{vendor}");
        let denied = decide(Some(landed(vendor, false)));
        if vendor == Vendor::Baidu {
            assert_eq!(denied.decision, Decision::Passed, "Baidu's landed URL says nothing");
        } else {
            assert_eq!(denied.decision, Decision::Inconclusive, "{vendor}");
            assert!(denied.reasons.iter().any(|reason| reason.code == "hint_contradicts"), "{vendor}");
        }
    }
    let refused = ok(r#"{"code":202,"msg":"实人认证未通过"}"#);
    let finish =
        Finish { landed_url: Some(landed(Vendor::Jumdata, true).into()), ..Finish::new(session(Vendor::Jumdata)) };
    assert_eq!(
        run(finish, [refused]).result.unwrap().verdict.decision,
        Decision::Rejected,
        "a forged yes gives nothing"
    );
}

#[test]
fn a_bad_landed_url_is_an_error_before_anything_is_asked() {
    for (vendor, url) in [
        (Vendor::Juhe, format!("{BACK}?response=%7B%7D&sign=00000000000000000000000000000000")),
        (Vendor::Juhe, BACK.to_owned()),
        (Vendor::Jumdata, format!("{BACK}?token=another&success=true")),
    ] {
        let finish = Finish { landed_url: Some(url.into()), ..Finish::new(session(vendor)) };
        let error = run(finish, []).result.unwrap_err();
        assert_eq!((error.kind, error.field.as_deref()), (Kind::Signature, Some("/landed_url")), "{vendor}");
    }
}

/// A pending result is returned at once, unless the caller gives it time; then it is asked again, apart.
#[test]
fn waiting_is_the_callers_choice() {
    let pending = || ok(r#"{"code":201,"msg":"未查询到检测结果"}"#);
    let once = run(Finish::new(session(Vendor::Jumdata)), [pending()]);
    assert_eq!(once.result.unwrap().verdict.decision, Decision::Pending);
    let finish = Finish { wait_ms: 60_000, ..Finish::new(session(Vendor::Jumdata)) };
    let waited = run(finish, [pending(), pending(), passed(Vendor::Jumdata)]);
    assert_eq!(waited.result.unwrap().verdict.decision, Decision::Passed);
    let short = Finish { wait_ms: 100, ..Finish::new(session(Vendor::Jumdata)) };
    assert_eq!(run(short, [pending()]).result.unwrap().verdict.decision, Decision::Pending);
}

#[test]
fn asked_twice_baidu_passes_only_when_both_results_do() {
    let ask = |detail: &str| {
        let finish = Finish { double_check: true, ..Finish::new(session(Vendor::Baidu)) };
        let run = run(finish, [passed(Vendor::Baidu), ok(detail)]);
        run.result.unwrap().verdict.decision
    };
    let yes = r#"{"success":true,"result":{"verify_result":{"score":93.7,"liveness_score":0.96,"spoofing":0.0}},"log_id":"4"}"#;
    assert_eq!(ask(yes), Decision::Passed);
    assert_eq!(
        ask(r#"{"success":false,"code":223120,"message":"liveness check fail","log_id":"4"}"#),
        Decision::Rejected
    );
    assert_eq!(ask(r#"{"success":false,"code":223119,"message":"","log_id":"4"}"#), Decision::Inconclusive);
}

#[test]
fn a_threshold_for_jumdata_and_a_strangers_subject_are_refused() {
    let threshold = Finish { threshold: Some(80.0), ..Finish::new(session(Vendor::Jumdata)) };
    assert_eq!(run(threshold, []).result.unwrap_err().field.as_deref(), Some("/threshold"));
    let stranger =
        Finish { subject: Some(Subject::new("王小三", "110101180001010015")), ..Finish::new(session(Vendor::Juhe)) };
    assert_eq!(run(stranger, []).result.unwrap_err().field.as_deref(), Some("/subject"));
    let same = Finish { subject: Some(subject()), ..Finish::new(session(Vendor::Juhe)) };
    assert!(run(same, [passed(Vendor::Juhe)]).result.unwrap().verdict.passed());
}

#[test]
fn a_session_holds_nobody_and_cannot_be_altered() {
    for vendor in Vendor::ALL.iter().copied() {
        let session = session(vendor);
        let json = serde_json::to_string(&session).unwrap();
        assert!(!json.contains("王小二") && !json.contains("110101180001010015"), "{json}");
        assert!(!format!("{session:?}").contains(session.reference.expose()), "the handle is a secret");
        let mut altered = session.clone();
        altered.expect = Expect::Liveness;
        altered.expires_at = altered.expires_at.plus(std::time::Duration::from_secs(1));
        let error = run(Finish::new(altered), []).result.unwrap_err();
        assert_eq!(error.kind, Kind::Signature, "{vendor}");
        let stored: Session = serde_json::from_str(&json).unwrap();
        assert!(run(Finish::new(stored), [passed(vendor)]).result.unwrap().verdict.passed(), "{vendor}");
    }
}
