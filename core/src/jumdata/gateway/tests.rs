//! The trap of each signer, and every refusal of each gateway. The known answers are vectors of `jumdata.gateway.sign`.

use super::*;
use crate::harness::{Answer, Still, ok, run_in, status};
use crate::jumdata::lifecheck::{init::Init, result::Fetch};
use crate::{Billed, Kind};
use std::sync::Arc;

fn fresh() -> Fresh {
    Fresh { now: Time::from_unix_ms(1_768_464_000_000), nonce: "n-1".into() }
}

fn form(url: &str, body: &'static str) -> Request {
    http::Request::post(url).header(CONTENT_TYPE, FORM).body(Bytes::from(body)).unwrap()
}

fn x_ca() -> Gateway {
    Gateway::XCa { app_key: "key".into(), app_secret: "x-ca-canary".into(), stage: None }
}

fn tencent() -> Gateway {
    Gateway::Tencent { secret_id: "id".into(), secret_key: "tencent-canary".into(), source: "market".into() }
}

fn huawei() -> Gateway {
    Gateway::Huawei { app_key: "key".into(), app_secret: "huawei-canary".into() }
}

fn own() -> Gateway {
    Gateway::Own { app_id: "id".into(), app_secret: "own-canary".into(), product_code: "life_check".into() }
}

fn string_to_sign(request: Request) -> String {
    sign(&x_ca(), request, &fresh()).unwrap().string_to_sign.unwrap().expose().to_owned()
}

/// The gateway takes the headers by the names in the list, and signs them under these names: letter for letter.
#[test]
fn trap_x_ca_the_lists_letters_are_the_signed_ones() {
    let signed = sign(&x_ca(), form("https://e.cn/init", "a=1"), &fresh()).unwrap();
    let names = signed.request.headers()["x-ca-signature-headers"].to_str().unwrap().to_owned();
    assert_eq!(names, "X-Ca-Key,X-Ca-Nonce,X-Ca-Timestamp");
    let text = signed.string_to_sign.unwrap();
    for name in names.split(',') {
        let value = signed.request.headers()[name].to_str().unwrap();
        assert!(text.expose().contains(&format!("\n{name}:{value}\n")), "{name}");
    }
}

/// HTTP libraries add `Accept: */*`, which was not signed.
#[test]
fn trap_x_ca_accept_is_set_by_us() {
    let signed = sign(&x_ca(), form("https://e.cn/init", ""), &fresh()).unwrap();
    assert_eq!(signed.request.headers()["accept"], "application/json");
    assert!(signed.string_to_sign.unwrap().expose().starts_with("POST\napplication/json\n"));
}

/// Query and form are one list, decoded, sorted by name; empty values have no `=`; of two the first counts.
#[test]
fn trap_x_ca_parameters_are_raw_sorted_and_first() {
    let text = string_to_sign(form("https://e.cn/p/a?z=%2F%20&b=query&empty=", "b=form&a=%E7%8E%8B+%26&B=2&none"));
    assert_eq!(text.lines().last(), Some("/p/a?B=2&a=王 &&b=query&empty&none&z=/ "));
    let bare = string_to_sign(form("https://e.cn/p", ""));
    assert_eq!(bare.lines().last(), Some("/p"), "no question mark without parameters");
}

/// A form is covered field by field and has no Content-MD5; another body only by it.
#[test]
fn trap_x_ca_content_md5_only_without_a_form() {
    assert!(
        !sign(&x_ca(), form("https://e.cn/p", "a=1"), &fresh()).unwrap().request.headers().contains_key("content-md5")
    );
    let json = http::Request::post("https://e.cn/p").header(CONTENT_TYPE, "application/json");
    let signed = sign(&x_ca(), json.body(Bytes::from("a=1")).unwrap(), &fresh()).unwrap();
    assert!(signed.request.headers().contains_key("content-md5"));
    assert!(signed.string_to_sign.unwrap().expose().ends_with("\n/p"), "no field of a body that is no form");
}

/// `date source` of the document's own example, and that nothing follows the last line.
#[test]
fn trap_tencent_lower_case_names_and_no_line_break_at_the_end() {
    let headers = [("Date", "Fri, 09 Oct 2015 00:00:00 GMT"), ("Source", "AndriodApp")];
    assert_eq!(tencent::string_to_sign(&headers), "date: Fri, 09 Oct 2015 00:00:00 GMT\nsource: AndriodApp");
    assert_eq!(
        tencent::authorization(&"AKIDexample".into(), &"SKexample".into(), &headers),
        r#"hmac id="AKIDexample", algorithm="hmac-sha1", headers="date source", signature="kUODsfob389QpaYM4zuGTBbbjBc=""#
    );
}

#[test]
fn trap_huawei_the_path_ends_with_a_slash_and_the_headers_with_an_empty_line() {
    let canonical = |url: &str| {
        let signed = sign(&huawei(), form(url, "a=1"), &fresh()).unwrap();
        signed.canonical_request.unwrap().expose().to_owned()
    };
    for (url, path, query) in [
        ("https://e.cn", "/", ""),
        ("https://e.cn/", "/", ""),
        ("https://e.cn/a/b", "/a/b/", ""),
        ("https://e.cn/a/b/?b=2&a=%2f&b=1&c", "/a/b/", "a=%2F&b=1&b=2&c="),
        ("https://e.cn/%e7%8e%8b", "/%E7%8E%8B/", ""),
    ] {
        let digest = sha256_hex(b"a=1");
        let expected =
            format!("POST\n{path}\n{query}\nhost:e.cn\nx-sdk-date:20260115T080000Z\n\nhost;x-sdk-date\n{digest}");
        assert_eq!(canonical(url), expected, "{url}");
    }
    assert!(canonical("https://e.cn:8443/a").contains("\nhost:e.cn:8443\n"), "as it is sent, port included");
}

/// The SDK leaves all bodies out that are no JSON; ours are covered, and a caller's own digest is taken and signed.
#[test]
fn trap_huawei_the_form_itself_is_signed() {
    let signature = |body: &'static str, content: Option<&'static str>| {
        let mut request = form("https://e.cn/a", body);
        if let Some(content) = content {
            request.headers_mut().insert("x-sdk-content-sha256", HeaderValue::from_static(content));
        }
        let signed = sign(&huawei(), request, &fresh()).unwrap();
        signed.request.headers()["authorization"].to_str().unwrap().to_owned()
    };
    assert_ne!(signature("token=1", None), signature("token=2", None));
    let unsigned = signature("token=1", Some("UNSIGNED-PAYLOAD"));
    assert_eq!(unsigned, signature("token=2", Some("UNSIGNED-PAYLOAD")));
    assert!(unsigned.contains("SignedHeaders=host;x-sdk-content-sha256;x-sdk-date,"), "{unsigned}");
}

#[test]
fn trap_own_the_order_of_the_digest() {
    let sign = own::signature(&"xyzxy2121zxyz".into(), &"efcefcef1121cefcefc1212121".into(), "1555378976238");
    assert_eq!(sign, "6ddcdc405743c576cb6d34b17b47ed56e2b9b6670fae1fe85ed01244fd31558b");
    let empty = Gateway::Own { app_id: "id".into(), app_secret: "s".into(), product_code: String::new() };
    let signed = super::sign(&empty, form("https://e.cn/a", ""), &fresh()).unwrap();
    assert!(std::str::from_utf8(signed.request.body()).unwrap().starts_with("appId=id&timestamp=1768464000000&sign="));
    assert!(!std::str::from_utf8(signed.request.body()).unwrap().contains("productCode"));
}

fn context(gateway: Gateway) -> Arc<Still> {
    let mut still = Still::new();
    still.accounts.jumdata.as_mut().unwrap().gateway = gateway;
    Arc::new(still)
}

fn init() -> Init {
    Init { return_url: "https://example.com/back".into(), ..Init::default() }
}

fn fetch() -> Fetch {
    Fetch { token: "t-1".into(), expires_at: None }
}

/// Nonce, timestamp and signature are made anew for each attempt.
#[test]
fn every_attempt_is_signed_anew() {
    let signatures = |gateway: Gateway, name: &str| {
        let context = context(gateway);
        // 609 is throttling: the free result is asked for again.
        let run = run_in(context, fetch(), [ok(r#"{"code":609}"#), ok(r#"{"code":201}"#)]);
        assert!(run.result.is_ok());
        run.requests.iter().map(|request| header(request.headers(), name).to_owned()).collect::<Vec<_>>()
    };
    for name in ["x-ca-signature", "x-ca-nonce"] {
        let both = signatures(x_ca(), name);
        assert_eq!(both.len(), 2);
        assert_ne!(both[0], both[1], "{name}");
    }
    for (first, later) in [(tencent as fn() -> Gateway, "authorization"), (huawei, "authorization")] {
        let at = |ms: u64| {
            let still = context(first());
            still.now_ms.store(ms, std::sync::atomic::Ordering::Relaxed);
            let run = run_in(still, fetch(), [ok(r#"{"code":201}"#)]);
            header(run.requests[0].headers(), later).to_owned()
        };
        assert_ne!(at(1_768_464_000_000), at(1_768_464_001_000));
    }
}

/// No `Debug` of a request shows a key or a signature.
#[test]
fn signed_headers_are_marked_as_sensitive() {
    for gateway in [x_ca(), tencent(), huawei(), Gateway::HuaweiAppcode { appcode: "huawei-code-canary".into() }] {
        let run = run_in(context(gateway), fetch(), [ok(r#"{"code":201}"#)]);
        let headers = run.requests[0].headers();
        let shown = format!("{headers:?}");
        assert!(!shown.contains("canary"), "{shown}");
        for name in ["authorization", "x-ca-signature", "x-ca-key", "x-apig-appcode"] {
            assert!(headers.get(name).is_none_or(HeaderValue::is_sensitive), "{name}");
        }
    }
}

fn aliyun(code: u16, name: &str, message: &str) -> Answer {
    let mut answer = status(code, "").unwrap();
    for (header, value) in [("x-ca-error-code", name), ("x-ca-error-message", message), ("x-ca-request-id", "R-1")] {
        answer.headers_mut().insert(header, HeaderValue::from_bytes(value.as_bytes()).unwrap());
    }
    Ok(answer)
}

fn apig(code: u16, name: &str) -> Answer {
    status(code, format!(r#"{{"error_code":"{name}","error_msg":"王小二 110101180001010010","request_id":"R-1"}}"#))
}

fn said(code: u16, message: &str) -> Answer {
    status(code, format!(r#"{{"message":"{message}"}}"#))
}

/// Asks both: what the paid one says, and how often the free one is asked.
fn check(gateway: fn() -> Gateway, answer: fn() -> Answer, kind: Kind, billed: Billed, what: &str) {
    let run = run_in(context(gateway()), init(), [answer()]);
    let error = run.result.unwrap_err();
    assert_eq!((error.kind, error.billed, run.spent), (kind, billed, billed), "{what}: {error}");
    let throttled = kind == Kind::RateLimited;
    assert_eq!(error.retryable, throttled, "{what}");
    assert!(error.hint.is_some(), "{what}");
    let shown = format!("{error} {error:?}");
    for word in ["王", "1101011800", "StringToSign", "canary"] {
        assert!(!shown.contains(word), "{what}: {shown}");
    }
    let attempts = if throttled || billed == Billed::Unknown { 3 } else { 1 };
    let run = run_in(context(gateway()), fetch(), (0..attempts).map(|_| answer()));
    assert_eq!((run.requests.len(), run.result.unwrap_err().billed), (attempts, Billed::No), "{what}: asking is free");
}

macro_rules! refusals {
    ($name:ident, $gateway:expr, [$($answer:expr => $kind:ident $billed:ident;)*]) => {
        #[test]
        fn $name() {
            $(check($gateway, || $answer, Kind::$kind, Billed::$billed, stringify!($answer));)*
        }
    };
}

refusals! { every_refusal_of_aliyun, x_ca, [
    aliyun(400, "A400AC", "Invalid AppCode `not exists`") => Authentication No;
    aliyun(400, "A400IK", "Invalid AppKey") => Authentication No;
    aliyun(403, "A403IS", "Invalid AppSecret") => Authentication No;
    aliyun(400, "", "Invalid Signature, Server StringToSign:`POST#token=110101180001010010`") => Authentication No;
    aliyun(400, "", "Invalid Timestamp") => Authentication No;
    aliyun(400, "", "Timestamp Expired") => Authentication No;
    aliyun(400, "", "Invalid Nonce") => Authentication No;
    aliyun(400, "", "Nonce Used") => Authentication No;
    aliyun(403, "", "Unauthorized") => Authentication No;
    aliyun(400, "", "Invalid Url") => Authentication No;
    aliyun(400, "", "Invalid Param Location") => Authentication No;
    aliyun(403, "", "Quota Exhausted") => Quota No;
    aliyun(403, "", "Quota Expired") => Quota No;
    aliyun(403, "B403MQ", "Api Market Subscription quota exhausted") => Quota No;
    aliyun(403, "", "User Arrears") => Quota No;
    aliyun(403, "", "Expiry of Authorization") => Quota No;
    aliyun(403, "", "Throttled by USER Flow Control") => RateLimited No;
    aliyun(403, "", "Throttled by APP Flow Control") => RateLimited No;
    aliyun(429, "T429PA", "Throttled by API Flow Control") => RateLimited No;
    aliyun(429, "T429XX", "words of tomorrow") => RateLimited No;
    aliyun(400, "I400HD", "Invalid Header `X` 王小二") => Authentication No;
    aliyun(400, "I400MH", "Header `X` is Required") => Authentication No;
    aliyun(400, "I400BD", "Invalid Body: 110101180001010010") => Authentication No;
    aliyun(400, "I400PA", "Invalid Request Path `x`") => Authentication No;
    aliyun(405, "I405UM", "Unsupported Method `x`") => Configuration No;
    aliyun(403, "I403PT", "Invalid protocol http unsupported") => Authentication No;
    aliyun(413, "I413RL", "Request body too Large") => InvalidArgument No;
    aliyun(413, "I413UL", "Request URL too Large") => InvalidArgument No;
    aliyun(400, "I400CT", "Invalid Content-Type: `x`") => Authentication No;
    aliyun(404, "I404DO", "Invalid Domain `x`") => Configuration No;
    aliyun(410, "I410GG", "Group's instance invalid") => Configuration No;
    aliyun(400, "I400SG", "Invalid Stage") => Authentication No;
    aliyun(404, "I404NF", "API not found") => Configuration No;
    aliyun(418, "Z418ZZ", "110101180001010010") => Vendor No;
    aliyun(500, "", "Internal Error") => Vendor Unknown;
    aliyun(500, "", "Failed To Invoke Backend Service") => Vendor Unknown;
    aliyun(502, "D502FC", "") => Vendor Unknown;
    aliyun(503, "D503BB", "Service Unavailable") => Vendor Unknown;
    aliyun(504, "", "Async Service") => Vendor Unknown;
    status(503, "") => Vendor Unknown;
] }

refusals! { every_refusal_of_huawei, huawei, [
    apig(404, "APIG.0101") => Configuration No;
    apig(400, "APIG.0201") => InvalidArgument No;
    apig(413, "APIG.0201") => InvalidArgument No;
    apig(502, "APIG.0201") => Vendor Unknown;
    apig(504, "APIG.0201") => Vendor Unknown;
    apig(401, "APIG.0301") => Authentication No;
    apig(403, "APIG.0302") => Authentication No;
    apig(401, "APIG.0303") => Authentication No;
    apig(401, "APIGW.0303") => Authentication No;
    apig(403, "APIG.0304") => Authentication No;
    apig(429, "APIG.0308") => RateLimited No;
    apig(403, "APIG.0308") => RateLimited No;
    apig(405, "APIG.0501") => Quota No;
    apig(401, "APIG.9998") => Authentication No;
    apig(500, "APIG.0601") => Vendor Unknown;
    status(503, "") => Vendor Unknown;
] }

refusals! { every_refusal_of_tencent, tencent, [
    said(401, "HMAC signature does not match") => Authentication No;
    said(401, "HMAC signature cannot be verified, the x-date header is out of date for HMAC Authentication.") => Authentication No;
    said(403, "HMAC signature cannot be verified, a valid date or x-date header is required") => Authentication No;
    said(401, "HMAC apikey is invalid for API.") => Authentication No;
    said(401, "HMAC id or signature missing.") => Authentication No;
    said(401, "王小二 110101180001010010") => Authentication No;
    said(403, "Found no validate usage plan.") => Quota No;
    said(403, "body param token is required.") => Authentication No;
    said(404, "Found no api.") => Configuration No;
    said(404, "There is no api match uri[/x].") => Configuration No;
    said(429, "API rate limit exceeded.") => RateLimited No;
    said(429, "API quota exceeded.") => Quota No;
    said(500, "Internal Server Error.") => Vendor Unknown;
    said(502, "Bad Gateway.") => Vendor Unknown;
    said(504, "Gateway Time-out.") => Vendor Unknown;
] }

fn envelope(code: i64) -> Answer {
    ok(format!(r#"{{"code":{code},"message":"说明"}}"#))
}

/// The codes that only Jumdata's own gateway has; on a marketplace they are unknown ones.
#[test]
fn every_refusal_of_jumdatas_own_gateway() {
    for (code, kind, billed) in [
        (401, Kind::Authentication, Billed::No),
        (404, Kind::Configuration, Billed::Unknown),
        (501, Kind::Vendor, Billed::Unknown),
        (601, Kind::Configuration, Billed::No),
        (602, Kind::Configuration, Billed::No),
        (603, Kind::Quota, Billed::No),
        (606, Kind::RateLimited, Billed::No),
        (604, Kind::Vendor, Billed::No),
    ] {
        let error = run_in(context(own()), init(), [envelope(code)]).result.unwrap_err();
        assert_eq!((error.kind, error.billed), (kind, billed), "{code}");
        assert_eq!(error.vendor_text.as_deref(), Some("说明"), "`message` in place of `msg`");
        if !matches!(code, 606 | 604) {
            let run = run_in(context(own()), fetch(), [envelope(code)]);
            assert_eq!((run.result.unwrap_err().kind, run.requests.len()), (kind, 1), "{code}");
            let error = run_in(context(x_ca()), init(), [envelope(code)]).result.unwrap_err();
            assert_eq!((error.kind, error.billed), (Kind::Vendor, Billed::Unknown), "{code} on a marketplace");
        }
    }
}

/// What is not this account's gateway's is nobody's: it may have cost.
#[test]
fn another_gateways_words_are_no_refusal() {
    for (gateway, answer) in [
        (x_ca as fn() -> Gateway, apig(401, "APIG.0303")),
        (x_ca, said(401, "HMAC signature does not match")),
        (huawei, said(401, "HMAC signature does not match")),
        (huawei, aliyun(400, "A400AC", "Invalid AppCode")),
        (huawei, status(401, r#"{"error_code":"APIG.0303","error_code":"APIG.0303"}"#)),
        (huawei, status(401, r#"{"error_code":"APIG.0303","#)),
        (huawei, status(401, r#"{"error_code":"APIG.03x3"}"#)),
        (tencent, apig(401, "APIG.0303")),
        (tencent, said(200, "HMAC signature does not match")),
        (tencent, status(401, r#"{"message":1}"#)),
        (own, said(401, "HMAC signature does not match")),
    ] {
        let error = run_in(context(gateway()), init(), [answer]).result.unwrap_err();
        assert_eq!((error.kind, error.billed), (Kind::Decode, Billed::Unknown), "{error:?}");
    }
}

/// Request numbers and codes are passed on only when they are nothing else.
#[test]
fn references_are_identifiers() {
    let error = run_in(context(x_ca()), init(), [aliyun(400, "A400AC", "Invalid AppCode")]).result.unwrap_err();
    assert_eq!((error.vendor_code.as_deref(), error.references.log.as_deref()), (Some("A400AC"), Some("R-1")));
    let error = run_in(context(huawei()), init(), [apig(401, "APIG.0303")]).result.unwrap_err();
    assert_eq!((error.vendor_code.as_deref(), error.references.log.as_deref()), (Some("APIG.0303"), Some("R-1")));
    let odd = aliyun(400, "a person", "Invalid AppCode");
    assert_eq!(run_in(context(x_ca()), init(), [odd]).result.unwrap_err().vendor_code, None);
}
