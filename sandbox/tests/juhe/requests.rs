//! What the calls make of their requests: order of checks, missing fields, formats, pictures, scores.

use serde_json::{Value, json};
use shiren_sandbox::{Kind, Sandbox};

use crate::wire::{FORM, KEY, compare, encoded, form, get, jpeg, persona, picture, send};

fn sandbox() -> Sandbox {
    Sandbox::start_blocking().unwrap()
}

/// A comparison of the persona that passes, with some fields in place of the good ones.
fn with(sandbox: &Sandbox, target: &str, changes: &[(&str, &str)]) -> Value {
    let (person, image) = (persona("passes"), jpeg());
    let good = [
        ("key", KEY),
        ("idcard", person.id_number.as_str()),
        ("realname", person.name.as_str()),
        ("mobile", person.mobile.as_str()),
        ("image", image.as_str()),
        ("certName", person.name.as_str()),
        ("certNo", person.id_number.as_str()),
        ("orderId", "order001"),
        ("returnUrl", "https://example.com"),
    ];
    let kept = good.into_iter().filter(|field| changes.iter().all(|change| change.0 != field.0));
    let fields: Vec<_> = kept.chain(changes.iter().copied()).collect();
    form(sandbox, target, &fields).json()
}

#[test]
fn method_and_content_type() {
    let sandbox = sandbox();
    let query = encoded(&[("key", KEY)]);
    for (target, code) in [
        ("/juhe/verifyface/verify", 226403),
        ("/juhe/verifyface/verify2", 226403),
        ("/juhe/verifyface_mobile/query", 280101),
        ("/juhe/faceid/query", 279301),
        ("/juhe/faceid/search", 279301),
    ] {
        let reply = get(&sandbox, &format!("{target}?{query}"));
        assert_eq!((reply.status, reply.header("allow")), (405, Some("POST")));
        let reply = send(&sandbox, "POST", target, "content-type: application/json\r\n", b"{}").unwrap().json();
        assert_eq!(reply["error_code"], code, "{target}");
        let headers = format!("content-type: {FORM}; charset=UTF-8\r\n");
        let reply = send(&sandbox, "POST", target, &headers, query.as_bytes()).unwrap().json();
        assert_ne!(reply["error_code"], 10001, "a charset may stand there");
    }
    // The order: a wrong key is found only after the content type.
    let reply = send(&sandbox, "POST", "/juhe/faceid/query", "", b"key=nobody").unwrap().json();
    assert_eq!(reply["error_code"], 279301);
}

#[test]
fn lenient_takes_what_strict_refuses() {
    let sandbox = Sandbox::builder().strict(false).start_blocking().unwrap();
    let (person, image) = (persona("passes"), jpeg());
    let fields = [
        ("key", KEY),
        ("idcard", person.id_number.as_str()),
        ("realname", person.name.as_str()),
        ("image", image.as_str()),
    ];
    let reply = get(&sandbox, &format!("/juhe/verifyface/verify2?{}", encoded(&fields))).json();
    assert_eq!(reply["result"]["authResult"], "00XX");
    let body = json!({"key": KEY, "idcard": person.id_number, "realname": person.name, "image": image}).to_string();
    let reply = send(&sandbox, "POST", "/juhe/verifyface/verify", "", body.as_bytes()).unwrap().json();
    assert_eq!(reply["result"]["res"], 1);
}

#[test]
fn keys() {
    let sandbox = sandbox();
    for target in ["/juhe/verifyface/verify2Encry", "/juhe/verifyface_mobile/query", "/juhe/faceid/search"] {
        for key in ["", "nobody", "sandbox-juhe-key "] {
            assert_eq!(form(&sandbox, target, &[("key", key)]).json()["error_code"], 10001);
        }
        // A key in the URL is none.
        let reply = form(&sandbox, &format!("{target}?key={KEY}"), &[("a", "b")]).json();
        assert_eq!(reply["error_code"], 10001);
    }
    assert!(sandbox.journal().iter().any(|entry| entry.notes.iter().any(|note| note.contains("elsewhere"))));
}

#[test]
fn verifyface_fields() {
    let sandbox = sandbox();
    let large = picture(b"\xff\xd8\xff", 102_401);
    let prefixed = format!("data:image/jpg;base64,{}", jpeg());
    let spoilt = jpeg().replacen('w', " ", 1);
    let rows = [
        ("idcard", "", "参数错误(身份证号码格式不正确)"),
        ("realname", "", "参数错误(姓名格式不正确)"),
        ("image", "", "参数错误(图片为空)"),
        ("idcard", "110105194912310021", "参数错误(身份证号码格式不正确)"),
        ("idcard", "110105491231002", "参数错误(身份证号码格式不正确)"),
        ("realname", "张3", "参数错误(姓名格式不正确)"),
        ("image", large.as_str(), "参数错误(图片过大)"),
        ("image", prefixed.as_str(), "参数错误(图片base64格式错误)"),
        ("image", spoilt.as_str(), "参数错误(图片base64格式错误)"),
    ];
    for (field, value, reason) in rows {
        for target in ["/juhe/verifyface/verify", "/juhe/verifyface/verify2"] {
            let reply = with(&sandbox, target, &[(field, value)]);
            assert_eq!((&reply["error_code"], &reply["reason"]), (&json!(226403), &json!(reason)), "{field} {target}");
        }
    }
    // Everything missing: the first in the document's order.
    let reply = form(&sandbox, "/juhe/verifyface/verify2", &[("key", KEY)]).json();
    assert_eq!(reply["reason"], "参数错误(身份证号码格式不正确)");
    assert!(sandbox.ledger().is_empty());
}

#[test]
fn pictures() {
    let sandbox = sandbox();
    let small = picture(b"\xff\xd8\xff", 5_119);
    let enough = picture(b"\xff\xd8\xff", 5_120);
    let most = picture(b"\xff\xd8\xff", 102_400);
    let png = picture(b"\x89PNG\r\n\x1a\n", 20_000);
    let bitmap = picture(b"BM", 20_000);
    let small_png = picture(b"\x89PNG\r\n\x1a\n", 5_000);
    let text = picture(b"hello", 20_000);
    let rows = [
        (&small, 1, "0JXX", 100),
        (&enough, 1, "00XX", 100),
        (&most, 1, "00XX", 100),
        (&png, 1, "0EXX", 100),
        (&bitmap, 1, "0EXX", 100),
        (&small_png, 1, "0JXX", 100),
        (&text, 2, "0EXX", 104),
    ];
    for (image, v1, v2, mobile) in rows {
        let changes = [("image", image.as_str())];
        assert_eq!(with(&sandbox, "/juhe/verifyface/verify", &changes)["result"]["res"], v1);
        let reply = with(&sandbox, "/juhe/verifyface/verify2", &changes);
        assert_eq!((&reply["result"]["authResult"], &reply["result"]["charge"]), (&json!(v2), &json!(true)));
        assert_eq!(with(&sandbox, "/juhe/verifyface_mobile/query", &changes)["result"]["res"], mobile);
    }
    assert_eq!(sandbox.ledger().len(), 3 * 7);
    // Identity comes before the photo.
    let reply = with(&sandbox, "/juhe/verifyface/verify2", &[("realname", "王伟"), ("image", &small)]);
    assert_eq!(reply["result"]["authResult"], "5XXX");
    // A picture that cannot be read has no code of its own on mobile.
    let reply = with(&sandbox, "/juhe/verifyface_mobile/query", &[("image", "data:x")]);
    assert_eq!((&reply["result"]["res"], &reply["result"]["score"]), (&json!(104), &json!(0)));
}

#[test]
fn mobile_fields() {
    let sandbox = sandbox();
    let target = "/juhe/verifyface_mobile/query";
    for field in ["idcard", "realname", "mobile", "image"] {
        assert_eq!(with(&sandbox, target, &[(field, "")])["error_code"], 280101, "{field}");
    }
    assert_eq!(with(&sandbox, target, &[("idcard", "1")])["error_code"], 280102);
    assert_eq!(with(&sandbox, target, &[("mobile", "1")])["error_code"], 280103);
    assert_eq!(with(&sandbox, target, &[("realname", "1")])["error_code"], 280104);
    // Somebody else's mobile.
    let reply = with(&sandbox, target, &[("mobile", "15400000099")]);
    assert_eq!((&reply["result"]["res"], &reply["error_code"]), (&json!(101), &json!(0)));
    assert_eq!(sandbox.ledger().len(), 1);
}

#[test]
fn thousand_is_one_or_nothing() {
    let sandbox = sandbox();
    let score =
        |value: &str| with(&sandbox, "/juhe/verifyface/verify", &[("thousand", value)])["result"]["score"].clone();
    assert_eq!([score("1"), score("0"), score("true"), score("")], ["960", "96", "96", "96"]);
    assert_eq!(with(&sandbox, "/juhe/verifyface/verify2", &[("thousand", "1")])["result"]["rxfs"], 984.48);
}

#[test]
fn faceid_query_fields() {
    let sandbox = sandbox();
    let target = "/juhe/faceid/query";
    let rows = [
        ("certName", ""),
        ("certNo", ""),
        ("orderId", ""),
        ("returnUrl", ""),
        ("certName", "1"),
        ("certNo", "110105491231002"),
        ("orderId", "1234567"),
        ("orderId", "123456789012345678901234567890123"),
        ("orderId", "order-001"),
        ("orderId", "订单订单订单"),
        ("model", "0"),
        ("model", "6"),
        ("deviceType", "web"),
        ("returnUrl", "example.com"),
        ("notifyUrl", "example.com"),
    ];
    for (field, value) in rows {
        let reply = with(&sandbox, target, &[(field, value)]);
        assert_eq!(reply["error_code"], 279301, "{field}={value}");
        assert!(reply["reason"].as_str().unwrap().contains(field), "{reply}");
        assert_eq!(reply["result"], Value::Null);
    }
    for (field, value) in [("model", "5"), ("deviceType", "WEB"), ("orderId", "a".repeat(32).as_str())] {
        assert_eq!(with(&sandbox, target, &[(field, value)])["error_code"], 0, "{field}");
    }
}

#[test]
fn the_journal_holds_no_person() {
    let sandbox = sandbox();
    compare(&sandbox, "/juhe/verifyface/verify2", "passes");
    sandbox.fault(Kind::EchoPersonal).unwrap();
    let echoed = compare(&sandbox, "/juhe/verifyface/verify2", "passes");
    let person = persona("passes");
    assert!(echoed["reason"].as_str().unwrap().contains(&person.name));
    assert!(echoed["reason"].as_str().unwrap().contains(&person.id_number));
    let journal = serde_json::to_string(&sandbox.journal()).unwrap();
    assert!(journal.contains("张*"));
    for secret in [person.name.as_str(), &person.id_number, KEY, &jpeg()[..40]] {
        assert!(!journal.contains(secret), "{journal}");
    }
}
