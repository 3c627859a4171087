//! The six calls that are no verdict: what goes out, what comes back, what is refused before it is sent.

use super::idcard_submit::IdcardSubmit;
use super::result_media_query::ResultMediaQuery;
use super::result_simple::ResultSimple;
use super::result_stat::ResultStat;
use super::upload_match_image::{Control, UploadMatchImage};
use super::verify_token_generate::VerifyTokenGenerate;
use crate::harness::{Still, ok, run, run_in};
use crate::{Kind, Time};
use bytes::Bytes;
use serde_json::{Value, json};
use std::sync::Arc;

const GENERATED: &str = r#"{"success":true,"result":{"verify_token":"v-canary","new":1},"log_id":"1814798895"}"#;

fn body(request: &http::Request<Bytes>) -> Value {
    assert_eq!(
        (request.method().as_str(), &request.headers()["content-type"]),
        ("POST", &"application/json".parse().unwrap())
    );
    serde_json::from_slice(request.body()).unwrap()
}

fn submit() -> IdcardSubmit {
    IdcardSubmit {
        verify_token: "v-canary".into(),
        id_name: "王小二".into(),
        id_no: "11010118000101004X".into(),
        certificate_type: 0,
    }
}

fn upload(image: Vec<u8>) -> UploadMatchImage {
    UploadMatchImage { verify_token: "v-canary".into(), image: image.into(), ..UploadMatchImage::default() }
}

#[test]
fn a_session_begins_and_lives_two_hours() {
    let run_one = run(VerifyTokenGenerate::default(), [ok(GENERATED)]);
    let url = run_one.requests[0].uri().to_string();
    assert_eq!(
        url,
        "http://127.0.0.1:1/baidu/rpc/2.0/brain/solution/faceprint/verifyToken/generate?access_token=token-1"
    );
    assert_eq!(body(&run_one.requests[0]), json!({ "plan_id": "1" }));
    let reply = run_one.result.unwrap();
    assert_eq!(reply.verify_token.expose(), "v-canary");
    assert_eq!(reply.generated_at, Time::from_unix_ms(1_768_464_000_000));
    assert_eq!(reply.expires_at, Time::from_unix_ms(1_768_464_000_000 + 7_200_000));
    assert_eq!((reply.extra["new"].as_u64(), reply.log_id.as_deref()), (Some(1), Some("1814798895")));
    assert!(!format!("{reply:?}").contains("canary"));
}

/// Trap 23: the sample sends the number 1, the table says string: a string it is.
#[test]
fn trap_23_the_plan_is_text() {
    let own = VerifyTokenGenerate { plan_id: Some("17".into()) };
    assert_eq!(body(&run(own, [ok(GENERATED)]).requests[0]), json!({ "plan_id": "17" }));
    let mut still = Still::new();
    still.accounts.baidu.as_mut().unwrap().plan_id = None;
    let error = run_in(Arc::new(still), VerifyTokenGenerate::default(), []).result.unwrap_err();
    assert_eq!((error.kind, error.field.as_deref()), (Kind::InvalidArgument, Some("/plan_id")));
    let empty = VerifyTokenGenerate { plan_id: Some(" ".into()) };
    assert_eq!(run(empty, []).result.unwrap_err().field.as_deref(), Some("/plan_id"));
}

#[test]
fn a_session_without_a_token_is_none() {
    for result in [
        r#"null"#,
        r#"{}"#,
        r#"{"verify_token":null}"#,
        r#"{"verify_token":""}"#,
        r#"{"verify_token":7}"#,
        r#"{"verify_token":"a","verify_token":"b"}"#,
    ] {
        let answer = format!(r#"{{"success":true,"result":{result}}}"#);
        let error = run(VerifyTokenGenerate::default(), [ok(answer)]).result.unwrap_err();
        assert_eq!(error.kind, Kind::Decode, "{result}");
    }
}

#[test]
fn no_account_no_call() {
    let mut still = Still::new();
    still.accounts.baidu = None;
    let error = run_in(Arc::new(still), submit(), []).result.unwrap_err();
    assert_eq!((error.kind, error.field.as_deref()), (Kind::Configuration, Some("/accounts/baidu")));
}

/// Trap 20: certificate_type 0 or 4, and nothing else.
#[test]
fn trap_20_certificate_types() {
    const TAKEN: &str = r#"{"success":true,"result":1,"log_id":"1244068892"}"#;
    for certificate_type in [0, 4] {
        let run = run(IdcardSubmit { certificate_type, ..submit() }, [ok(TAKEN)]);
        assert!(run.requests[0].uri().path().ends_with("/faceprint/idcard/submit"));
        assert_eq!(
            body(&run.requests[0]),
            json!({ "verify_token": "v-canary", "id_name": "王小二", "id_no": "11010118000101004X", "certificate_type": certificate_type })
        );
        assert_eq!(run.result.unwrap().result.as_deref(), Some("1"));
    }
    let field = |submit| run(submit, []).result.unwrap_err().field.clone();
    for certificate_type in [1, 2, 3, 5, 255] {
        assert_eq!(field(IdcardSubmit { certificate_type, ..submit() }).as_deref(), Some("/certificate_type"));
    }
    assert_eq!(field(IdcardSubmit { verify_token: "".into(), ..submit() }).as_deref(), Some("/verify_token"));
    assert_eq!(field(IdcardSubmit { id_name: " ".into(), ..submit() }).as_deref(), Some("/id_name"));
    assert_eq!(field(IdcardSubmit { id_no: "".into(), ..submit() }).as_deref(), Some("/id_no"));
    // 返回固定结果1,可忽略
    for odd in [r#"{"success":true}"#, r#"{"success":true,"result":null}"#, r#"{"success":true,"result":[0]}"#] {
        assert!(run(submit(), [ok(odd)]).result.is_ok(), "{odd}");
    }
}

/// Trap 20: Base64 of at most 10 MB; the four words of the controls.
#[test]
fn trap_20_images() {
    const TAKEN: &str = r#"{"success":true,"result":null,"log_id":"1329130892"}"#;
    let run_one = run(upload(b"\xff\xd8\xff".to_vec()), [ok(TAKEN)]);
    assert!(run_one.requests[0].uri().path().ends_with("/faceprint/uploadMatchImage"));
    assert_eq!(body(&run_one.requests[0]), json!({ "verify_token": "v-canary", "image": "/9j/" }));
    assert!(run_one.result.is_ok());
    for (control, word) in
        [(Control::None, "NONE"), (Control::Low, "LOW"), (Control::Normal, "NORMAL"), (Control::High, "HIGH")]
    {
        let asked = UploadMatchImage {
            quality_control: Some(control),
            liveness_control: Some(control),
            ..upload(b"x".to_vec())
        };
        let sent = body(&run(asked, [ok(TAKEN)]).requests[0]);
        assert_eq!((&sent["quality_control"], &sent["liveness_control"]), (&json!(word), &json!(word)));
        assert_eq!(serde_json::from_value::<Control>(json!(word)).unwrap(), control);
    }
    let json = br#"{"verify_token":"v","image":"/9j/","quality_control":"low"}"#;
    let error = crate::wire::decode::<UploadMatchImage>(json, Vec::new()).unwrap_err();
    assert_eq!((error.kind, error.field.as_deref()), (Kind::InvalidArgument, Some("/quality_control")));
    let largest = (10 << 20) / 4 * 3;
    assert!(run(upload(vec![0; largest]), [ok(TAKEN)]).result.is_ok());
    for bad in [vec![0; largest + 1], Vec::new()] {
        assert_eq!(run(upload(bad), []).result.unwrap_err().field.as_deref(), Some("/image"));
    }
}

/// Correction 22: the address of the image carries the verify_token, and may be http.
#[test]
fn correction_22_the_image_address_is_a_secret() {
    let asked = ResultSimple { verify_token: "v-canary".into() };
    let answer =
        r#"{"success":true,"result":{"image":"http://brain.baidu.com/query?verify_token=v-canary"},"log_id":1}"#;
    let run_one = run(asked, [ok(answer)]);
    assert!(run_one.requests[0].uri().path().ends_with("/faceprint/result/simple"));
    assert_eq!(body(&run_one.requests[0]), json!({ "verify_token": "v-canary" }));
    let reply = run_one.result.unwrap();
    assert_eq!(reply.image.as_ref().unwrap().expose(), "http://brain.baidu.com/query?verify_token=v-canary");
    assert!(!format!("{reply:?}").contains("canary"));
    let wire = serde_json::to_value(&reply).unwrap();
    assert!(wire["image"].is_string() && wire.get("verdict").is_none());
    let none = run(ResultSimple { verify_token: "v".into() }, [ok(r#"{"success":true,"result":null}"#)]);
    assert!(none.result.unwrap().image.is_none());
}

/// Trap 21: error_code and count as numbers and as text.
#[test]
fn trap_21_counts_of_both_kinds() {
    let answer = json!({ "success": true, "log_id": "1", "result": {
        "Verify_FIN": [{ "error_code": 0, "count": 1 }],
        "Sessioncode": [{ "error_code": "0", "count": "2" }],
        "OCR": [{ "error_code": "222351", "count": 3, "new": true }, { "error_code": 0, "count": -1 }],
        "verify": [], "VideoLiveness": null, "Livenesscolorful": [7], "Other": 1,
    }});
    let asked = ResultStat { verify_token: "v-canary".into() };
    let run_one = run(asked, [ok(answer.to_string())]);
    assert!(run_one.requests[0].uri().path().ends_with("/faceprint/result/stat"));
    let reply = run_one.result.unwrap();
    let told = |count: &super::result_stat::StatCount| (count.error_code.clone().unwrap(), count.count);
    assert_eq!(told(&reply.verify_fin[0]), ("0".to_owned(), Some(1)));
    assert_eq!(told(&reply.sessioncode[0]), ("0".to_owned(), Some(2)));
    assert_eq!(told(&reply.ocr[0]), ("222351".to_owned(), Some(3)));
    assert_eq!((reply.ocr[0].extra["new"].as_bool(), reply.ocr[1].extra["count"].as_i64()), (Some(true), Some(-1)));
    assert!(reply.verify.is_empty() && reply.video_liveness.is_empty() && reply.verify_sec.is_empty());
    let kept: Vec<_> = reply.extra.keys().collect();
    assert_eq!(kept, ["Livenesscolorful", "Other"], "what is no list of counts is kept as it is");
}

/// Correction 22: media addresses are http; correction 24: four images, extInfo.
#[test]
fn correction_22_media_addresses_may_be_http() {
    let answer = json!({ "success": true, "log_id": "1", "result": {
        "processVideo": ["http://bj.bcebos.com/v1/canary.mp4"], "video": [],
        "images": ["http://bj.bcebos.com/v1/canary.jpg", "b", "c", "d"], "extInfo": null,
    }});
    let asked = || ResultMediaQuery { verify_token: "v-canary".into() };
    let run_one = run(asked(), [ok(answer.to_string())]);
    assert!(run_one.requests[0].uri().path().ends_with("/faceprint/result/media/query"));
    let reply = run_one.result.unwrap();
    assert_eq!((reply.process_video.len(), reply.video.len(), reply.images.len()), (1, 0, 4));
    assert!(!format!("{reply:?}").contains("canary"));
    let wire = serde_json::to_value(&reply).unwrap();
    assert_eq!(wire["process_video"], json!(["http://bj.bcebos.com/v1/canary.mp4"]));
    let off = r#"{"success":true,"result":{"processVideo":[],"images":"none","extInfo":"failed"}}"#;
    let reply = run(asked(), [ok(off)]).result.unwrap();
    assert_eq!((reply.ext_info.as_deref(), reply.extra["images"].as_str()), (Some("failed"), Some("none")));
}
