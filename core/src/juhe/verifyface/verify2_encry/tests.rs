use crate::juhe::cipher;
use crate::juhe::sample::{answered, verify2_encry};
use crate::verdict::Billed;
use crate::{Kind, harness};

fn body(result: &str) -> String {
    format!(r#"{{"reason":"r","result":{result},"error_code":0}}"#)
}

fn sealed(text: &str) -> String {
    cipher::encrypt(&cipher::key(&"JHsandbox0openid".into()), text.as_bytes()).unwrap()
}

#[test]
fn correction_13_a_pass_in_plain_is_not_believed() {
    let pass = body(r#"{"charge":true,"authResult":"00XX","rxfs":999}"#);
    for text in [pass.clone(), format!("  {pass}"), format!("\u{feff}{pass}")] {
        let run = answered(verify2_encry(), text);
        let error = run.result.unwrap_err();
        assert_eq!((error.kind, error.billed, run.spent), (Kind::Decode, Billed::Unknown, Billed::Unknown));
    }
    let refused =
        answered(verify2_encry(), r#"{"resultcode":"101","reason":"错误的请求KEY","result":null,"error_code":10001}"#);
    let error = refused.result.unwrap_err();
    assert_eq!((error.kind, error.billed), (Kind::Authentication, Billed::No));
}

#[test]
fn what_does_not_decrypt_may_have_been_billed() {
    let pass = body(r#"{"charge":true,"authResult":"00XX","rxfs":999}"#);
    let foreign = cipher::encrypt(&cipher::key(&"another openid".into()), pass.as_bytes()).unwrap();
    let garbage = sealed("no JSON at all");
    for text in [foreign, garbage, String::new(), "null".into(), "!".into(), "AAAA".into(), "<html>".into()] {
        let run = answered(verify2_encry(), text.clone());
        let error = run.result.unwrap_err();
        assert_eq!((error.kind, error.billed, run.spent), (Kind::Decode, Billed::Unknown, Billed::Unknown), "{text}");
        assert_eq!(error.hint.as_deref(), Some("wrong OpenId?"), "{text}");
    }
    let down = harness::run(verify2_encry(), [harness::status(502, "<html>")]).result.unwrap_err();
    assert_eq!((down.kind, down.billed, down.http_status), (Kind::Vendor, Billed::Unknown, Some(502)));
    let quoted = format!("\"{}\"\r\n", sealed(&pass));
    assert!(answered(verify2_encry(), quoted).result.unwrap().verdict.passed(), "quotes and line ends are forgiven");
    let cut = sealed(r#"{"error_code":0,"result":{"charge":true,"auth"#);
    let error = answered(verify2_encry(), cut).result.unwrap_err();
    assert_eq!((error.kind, error.billed), (Kind::Decode, Billed::Unknown));
}

#[test]
fn an_encrypted_call_without_openid_sends_nothing() {
    let mut context = harness::Still::new();
    context.accounts.juhe.as_mut().unwrap().openid = None;
    let run = harness::run_in(std::sync::Arc::new(context), verify2_encry(), []);
    assert_eq!(run.result.unwrap_err().kind, Kind::Configuration);
    assert!(run.requests.is_empty());
}
