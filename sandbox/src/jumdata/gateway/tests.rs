//! The known answers of the client's vectors, seen from the server's side: only their data is shared.

use std::path::Path;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use serde_json::Value;

use super::*;

fn call(method: &str, url: &str, headers: &[(String, String)], body: &str) -> Call {
    let uri: http::Uri = url.parse().unwrap();
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        map.insert(HeaderName::from_bytes(name.as_bytes()).unwrap(), HeaderValue::from_str(value).unwrap());
    }
    map.entry("host").or_insert_with(|| HeaderValue::from_str(uri.authority().unwrap().as_str()).unwrap());
    Call {
        operation: "jumdata.lifecheck.init",
        method: Method::from_bytes(method.as_bytes()).unwrap(),
        path: uri.path().into(),
        query: uri.query().unwrap_or_default().into(),
        headers: map,
        body: Bytes::from(body.to_owned()),
        time: Timestamp::UNIX_EPOCH,
        tenant: None,
    }
}

struct Vector {
    call: Call,
    request: Value,
    response: Value,
}

fn vector(name: &str) -> Vector {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors/jumdata/gateway/sign");
    let vector: Value = serde_json::from_slice(&std::fs::read(folder.join(name)).unwrap()).unwrap();
    let (request, response) = (vector["request"].clone(), vector["response"].clone());
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let headers = response["headers"].as_array().unwrap().iter();
    let headers: Vec<_> = headers.map(|header| (text(&header["name"]), text(&header["value"]))).collect();
    let body = response["body"].as_str().or(request["body"].as_str()).unwrap_or_default();
    let call = call(request["method"].as_str().unwrap_or("POST"), &text(&request["url"]), &headers, body);
    Vector { call, request, response }
}

#[test]
fn aliyun_known_answers() {
    for name in ["xca_form_init.json", "xca_query_and_form_cn.json", "xca_get_noparam.json", "xca_json_body.json"] {
        let Vector { call, request, response } = vector(name);
        let listed: Vec<&str> = text(&call, "x-ca-signature-headers").split(',').collect();
        let signing = aliyun::string_to_sign(&call, &listed);
        assert_eq!(signing, response["string_to_sign"].as_str().unwrap(), "{name}");
        let secret = request["gateway"]["app_secret"].as_str().unwrap();
        use base64::prelude::{BASE64_STANDARD, Engine as _};
        let right = BASE64_STANDARD.encode(hmac_sha256(secret, &signing));
        assert_eq!(right, text(&call, "x-ca-signature"), "{name}");
    }
}

#[test]
fn aliyun_parameters() {
    let kind = ("content-type".to_owned(), "application/x-www-form-urlencoded".to_owned());
    let call = call("POST", "https://e.cn/p?z=%2F%20&b=query&empty=", &[kind], "b=form&a=%E7%8E%8B+%26&B=2&none");
    assert!(aliyun::string_to_sign(&call, &[]).ends_with("\n/p?B=2&a=王 &&b=query&empty&none&z=/ "));
}

#[test]
fn huawei_known_answer() {
    let Vector { call, request, response } = vector("hw_post_json.json");
    let listed = "host;x-sdk-date";
    assert_eq!(huawei::canonical_request(&call, listed), response["canonical_request"].as_str().unwrap());
    let secret = request["gateway"]["app_secret"].as_str().unwrap();
    assert!(text(&call, "authorization").ends_with(&huawei::signature_of(&call, listed, secret)));
}

#[test]
fn huawei_paths_end_with_one_slash() {
    for (url, path) in [
        ("https://e.cn/", "/"),
        ("https://e.cn/a", "/a/"),
        ("https://e.cn/a/", "/a/"),
        ("https://e.cn/%e7%8e%8b", "/%E7%8E%8B/"),
    ] {
        let canonical = huawei::canonical_request(&call("POST", url, &[], ""), "host");
        assert_eq!(canonical.lines().nth(1), Some(path), "{url}");
    }
}

#[test]
fn tencent_known_answers() {
    let Vector { call, request, .. } = vector("tc_market_xdate_xsource.json");
    let secret = request["gateway"]["secret_key"].as_str().unwrap();
    assert_eq!(tencent::signature_of(&call, "x-date x-source", secret), "fGmVKinNs0YkDtf9XumB8H/zgEY=");
    let headers = [("date", "Fri, 09 Oct 2015 00:00:00 GMT"), ("source", "AndriodApp")];
    let call = self::call("GET", "https://e.cn/", &headers.map(|(name, value)| (name.into(), value.into())), "");
    assert_eq!(tencent::signature_of(&call, "date source", "SKexample"), "kUODsfob389QpaYM4zuGTBbbjBc=");
}

#[test]
fn own_known_answer() {
    let Vector { call, request, .. } = vector("jum_doc.json");
    let gateway = &request["gateway"];
    let (id, secret) = (gateway["app_id"].as_str().unwrap(), gateway["app_secret"].as_str().unwrap());
    assert_eq!(own::sign(id, secret, &own::field(&call, "timestamp").unwrap()), own::field(&call, "sign").unwrap());
}

#[test]
fn moments() {
    let http = moment("%a, %d %b %Y %H:%M:%S GMT", "Thu, 15 Jan 2026 08:00:00 GMT").unwrap();
    assert_eq!(http.to_string(), "2026-01-15T08:00:00Z");
    assert_eq!(moment("%Y%m%dT%H%M%SZ", "20260115T080000Z"), Some(http));
    for odd in ["", "2026-01-15T08:00:00Z", "20260115T080000", "20260115T080000+0800"] {
        assert_eq!(moment("%Y%m%dT%H%M%SZ", odd), None, "{odd}");
    }
}

#[test]
fn a_nonce_counts_once_in_its_window_and_for_its_tenant() {
    let nonces = Nonces::default();
    let now = Timestamp::UNIX_EPOCH;
    assert!(nonces.take("a", "n", now) && !nonces.take("a", "n", now) && nonces.take("b", "n", now));
    assert!(nonces.take("a", "n", now + SignedDuration::from_secs(15 * 60 + 1)));
    nonces.reset(Some("b"));
    assert!(nonces.take("b", "n", now));
}
