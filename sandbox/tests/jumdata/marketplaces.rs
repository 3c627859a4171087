//! How each marketplace's gateway refuses: its status, its headers, its body, and what the journal says of it.

use shiren_sandbox::Sandbox;

use super::wire::{Reply, last_notes, post_form};
use super::{RESULT, sandbox};

fn ask(sandbox: &Sandbox, headers: &[(&str, &str)], fields: &[(&str, &str)]) -> Reply {
    let mut all = vec![("token", "t-1")];
    all.extend(fields);
    post_form(sandbox, RESULT, headers, &all)
}

#[test]
fn aliyun_refuses_without_a_body_and_repeats_what_was_signed() {
    let sandbox = sandbox();
    const LIST: &str = "X-Ca-Key,X-Ca-Nonce,X-Ca-Timestamp";
    let rows = [
        ("nobody", LIST, "Invalid AppKey"),
        ("sandbox-aliyun-key", "X-Ca-Key,X-Ca-Timestamp", "Header `X-Ca-Signature-Headers` is Required"),
        ("sandbox-aliyun-key", "", "Header `X-Ca-Signature-Headers` is Required"),
        ("sandbox-aliyun-key", LIST, "Invalid Signature, Server StringToSign:`POST##"),
    ];
    for (key, list, message) in rows {
        let headers = [
            ("X-Ca-Key", key),
            ("X-Ca-Nonce", "n-1"),
            ("X-Ca-Timestamp", "1768464000000"),
            ("X-Ca-Signature-Headers", list),
            ("X-Ca-Signature", "AAAA"),
        ];
        let reply = ask(&sandbox, &headers, &[]);
        assert_eq!((reply.status, reply.body.len()), (400, 0), "{message}");
        let said = reply.header("X-Ca-Error-Message").unwrap();
        assert!(said.starts_with(message), "{said}");
        assert_eq!(reply.header("X-Ca-Error-Code").unwrap().len(), 6);
        assert_eq!(reply.header("X-Ca-Request-Id").unwrap().len(), 36);
        if said.contains("StringToSign") {
            assert!(said.ends_with("#X-Ca-Key:sandbox-aliyun-key#X-Ca-Nonce:n-1#X-Ca-Timestamp:1768464000000#/jumdata/lifecheck/result?token=t-1`"), "{said}");
        }
        assert!(!last_notes(&sandbox).is_empty());
    }
}

#[test]
fn tencent_refuses_with_a_message() {
    let sandbox = sandbox();
    let hmac = |id: &str, algorithm: &str, listed: &str| {
        format!(r#"hmac id="{id}", algorithm="{algorithm}", headers="{listed}", signature="AAAA""#)
    };
    let rows = [
        ("hmac nothing".to_owned(), "HMAC authorization format error."),
        (hmac("sandbox-tencent-id", "hmac-md5", "x-date x-source"), "HMAC algorithm not supported."),
        (hmac("nobody", "hmac-sha1", "x-date x-source"), "HMAC signature cannot be verified."),
        (
            hmac("sandbox-tencent-id", "hmac-sha1", "x-source"),
            "HMAC signature cannot be verified, a valid x-date header is required for HMAC Authentication.",
        ),
        (hmac("sandbox-tencent-id", "hmac-sha1", "x-date x-source"), "HMAC signature does not match."),
    ];
    for (authorization, message) in rows {
        let headers = [
            ("Authorization", authorization.as_str()),
            ("X-Date", "Thu, 15 Jan 2026 08:00:00 GMT"),
            ("X-Source", "market"),
        ];
        let reply = ask(&sandbox, &headers, &[]);
        assert_eq!((reply.status, reply.json()["message"].as_str()), (401, Some(message)));
    }
}

#[test]
fn huawei_refuses_with_an_apig_code() {
    let sandbox = sandbox();
    let sdk = |key: &str, listed: &str| format!("SDK-HMAC-SHA256 Access={key}, SignedHeaders={listed}, Signature=00");
    let rows = [
        ("SDK-HMAC-SHA256 nothing".to_owned(), "three parts"),
        (sdk("nobody", "host;x-sdk-date"), "not known"),
        (sdk("sandbox-huawei-key", "x-sdk-date"), "not covered"),
        (sdk("sandbox-huawei-key", "x-sdk-date;host"), "not sorted"),
        (sdk("sandbox-huawei-key", "host;x-sdk-date"), "does not fit"),
    ];
    let refused = |reply: Reply| {
        let json = reply.json();
        assert_eq!((reply.status, json["error_code"].as_str()), (401, Some("APIG.0303")));
        assert!(json["error_msg"].is_string() && json["request_id"].as_str().unwrap().len() == 32);
    };
    for (authorization, note) in rows {
        let headers = [("Authorization", authorization.as_str()), ("X-Sdk-Date", "20260115T080000Z")];
        refused(ask(&sandbox, &headers, &[]));
        assert!(last_notes(&sandbox).contains(note), "{note}: {}", last_notes(&sandbox));
    }
    refused(ask(&sandbox, &[("X-Apig-AppCode", "nobody")], &[]));
    let known = ask(&sandbox, &[("X-Apig-AppCode", "sandbox-huawei-appcode")], &[]);
    assert_eq!(known.json()["code"], 201);
}

#[test]
fn jumdatas_own_gateway_refuses_in_its_envelope() {
    let sandbox = sandbox();
    for (id, note) in [("nobody", "not known"), ("sandbox-own-id", "SHA-256")] {
        let fields = [("appId", id), ("timestamp", "1768464000000"), ("sign", "00")];
        let reply = ask(&sandbox, &[], &fields);
        assert_eq!((reply.status, &reply.json()["code"]), (200, &serde_json::json!(401)));
        assert!(last_notes(&sandbox).contains(note));
    }
}
