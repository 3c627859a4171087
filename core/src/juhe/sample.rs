//! For unit tests: an impossible person, a photo, and what a request's form holds.

use crate::harness::{self, Run};
use crate::juhe::verifyface::{verify, verify_encry, verify2, verify2_encry};
use crate::juhe::{faceid, verifyface_mobile};
use crate::operation::Operation;
use crate::wire::Blob;
use bytes::Bytes;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Born in 1800.
pub(crate) const ID: &str = "110101180001010015";
pub(crate) const NAME: &str = "王小二";
pub(crate) const MOBILE: &str = "13800001800";
pub(crate) const ORDER: &str = "JH79320240517095231mUzn9";

/// The beginning of a JPEG.
pub(crate) fn photo() -> Blob {
    Blob::from(Bytes::from_static(b"\xff\xd8\xff\xe0\x00\x10JFIF\x00>?>?"))
}

pub(crate) fn verify() -> verify::Verify {
    verify::Verify { idcard: ID.into(), realname: NAME.into(), image: photo(), ..Default::default() }
}

pub(crate) fn verify_encry() -> verify_encry::VerifyEncry {
    verify_encry::VerifyEncry { idcard: ID.into(), realname: NAME.into(), image: photo(), ..Default::default() }
}

pub(crate) fn verify2() -> verify2::Verify2 {
    verify2::Verify2 { idcard: ID.into(), realname: NAME.into(), image: photo(), ..Default::default() }
}

pub(crate) fn verify2_encry() -> verify2_encry::Verify2Encry {
    verify2_encry::Verify2Encry { idcard: ID.into(), realname: NAME.into(), image: photo(), ..Default::default() }
}

pub(crate) fn mobile() -> verifyface_mobile::query::Query {
    verifyface_mobile::query::Query {
        idcard: ID.into(),
        realname: NAME.into(),
        mobile: MOBILE.into(),
        image: photo(),
        ..Default::default()
    }
}

pub(crate) fn session() -> faceid::query::Query {
    faceid::query::Query {
        cert_name: NAME.into(),
        cert_no: ID.into(),
        order_id: "order00001".into(),
        return_url: "https://example.com/aaa/".into(),
        ..Default::default()
    }
}

pub(crate) fn search() -> faceid::search::Search {
    faceid::search::Search { jh_order_id: ORDER.into(), ..Default::default() }
}

/// Runs a paid call against one body.
pub(crate) fn answered<O: Operation>(operation: O, body: impl Into<String>) -> Run<O::Response> {
    harness::run(operation, [harness::ok(body)])
}

/// The fields of a form, decoded once.
pub(crate) fn form(request: &http::Request<Bytes>) -> BTreeMap<String, String> {
    assert_eq!(request.method(), "POST");
    assert_eq!(request.headers()["content-type"], "application/x-www-form-urlencoded");
    form_urlencoded::parse(request.body()).map(|(name, value)| (name.into_owned(), value.into_owned())).collect()
}

/// The document's sample, to be spoilt.
pub(crate) fn finished() -> Value {
    json!({
        "reason": "SUCCESS",
        "result": {
            "passed": "T",
            "message": "身份证号与姓名匹配，且比对成功",
            "jh_order_id": ORDER,
            "detail": {
                "live_passed": "T", "live_code": "200", "live_message": "活体检测通过", "live_score": "91.11730",
                "certify_passed": "T", "certify_code": "200", "certify_message": "身份证号与姓名匹配，且比对成功",
                "certify_res": "1", "certify_score": "87", "img": "https://oss.example.com/a.jpeg?sig=1"
            }
        },
        "error_code": 0
    })
}

/// The sample with these fields of `detail` (null removes one) and this `passed`.
pub(crate) fn spoilt(passed: Value, fields: Value) -> Value {
    let mut body = finished();
    set(&mut body["result"], "passed", passed);
    for (name, value) in fields.as_object().unwrap() {
        set(&mut body["result"]["detail"], name, value.clone());
    }
    body
}

/// Sets a field; null removes it.
pub(crate) fn set(object: &mut Value, name: &str, value: Value) {
    match value {
        Value::Null => object.as_object_mut().unwrap().remove(name),
        value => object.as_object_mut().unwrap().insert(name.to_owned(), value),
    };
}
