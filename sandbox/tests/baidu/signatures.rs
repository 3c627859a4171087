//! BCE signatures: a signer written here, held against known answers, then against the sandbox.

use hmac::{Hmac, KeyInit, Mac};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use sha2::Sha256;
use shiren_sandbox::Sandbox;

use crate::wire::{advance, last_notes, send};
use crate::{path, sandbox};

fn hmac(key: &str, message: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).unwrap();
    mac.update(message.as_bytes());
    mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Enough of the algorithm for targets and headers that need no more than `:` and `/` encoded.
struct Signer<'a> {
    key: &'a str,
    secret: &'a str,
    /// As they are to be listed.
    listed: &'a str,
    headers: &'a [(&'a str, &'a str)],
}

impl Signer<'_> {
    fn authorization(&self, timestamp: &str, seconds: u32, method: &str, target: &str) -> String {
        let encoded = |text: &str| text.replace('/', "%2F").replace(':', "%3A").replace('=', "%3D").replace(';', "%3B");
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let mut pairs: Vec<&str> = query.split('&').collect();
        pairs.sort();
        let mut lines: Vec<String> =
            self.headers.iter().map(|(name, value)| format!("{}:{}", name.to_lowercase(), encoded(value))).collect();
        lines.sort();
        let canonical = format!("{method}\n{path}\n{}\n{}", pairs.join("&"), lines.join("\n"));
        let prefix = format!("bce-auth-v1/{}/{timestamp}/{seconds}", self.key);
        format!("{prefix}/{}/{}", self.listed, hmac(&hmac(self.secret, &prefix), &canonical))
    }
}

#[test]
fn the_signer_gives_the_known_answers() {
    let published = Signer {
        key: "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        secret: "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb",
        listed: "",
        headers: &[
            ("Host", "bj.bcebos.com"),
            ("Content-Type", "text/plain"),
            ("Content-Length", "8"),
            ("Content-Md5", "NFzcPqhviddjRNnSOGo4rw=="),
            ("x-bce-date", "2015-04-27T08:23:49Z"),
        ],
    };
    let target = "/v1/test/myfolder/readme.txt?partNumber=9&uploadId=a44cc9bab11cbd156984767aad637851";
    assert_eq!(
        published.authorization("2015-04-27T08:23:49Z", 1800, "PUT", target),
        "bce-auth-v1/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/2015-04-27T08:23:49Z/1800//\
         d74a04362e6a848f5b39b15421cb449427f419c95a480fd6b8cf9fc783e2999e"
    );
    // As both official clients sign a faceprint call.
    let official = Signer {
        key: "ALTAKEXAMPLEaccesskeyid0000",
        secret: "exampleSecretAccessKey0123456789",
        listed: "host;x-bce-date",
        headers: &[("Host", "aip.baidubce.com"), ("x-bce-date", "2026-01-15T08:00:00Z")],
    };
    let target = "/rpc/2.0/brain/solution/faceprint/idcard/submit?aipSdk=python&aipVersion=4_15_13";
    let signature = "263476ab31e5776a86fe90117d428ddbec30f53603c158f85584187777477fee";
    assert!(official.authorization("2026-01-15T08:00:00Z", 1800, "POST", target).ends_with(signature));
}

fn at(sandbox: &Sandbox, ahead: i64) -> String {
    let time = sandbox.state().clock.now() + SignedDuration::from_secs(ahead);
    Timestamp::from_second(time.as_second()).unwrap().to_string()
}

const KEY: &str = "sandbox-baidu-ak";
const SECRET: &str = "sandbox-baidu-sk";

/// Sends a generate call whose headers are exactly these and the signature.
fn ask(sandbox: &Sandbox, target: &str, headers: &[(&str, &str)], authorization: &str) -> Value {
    let mut all = vec![("Authorization", authorization)];
    all.extend(headers);
    if !all.iter().any(|header| header.0 == "Content-Type") {
        all.push(("Content-Type", "application/json"));
    }
    send(sandbox, "POST", target, &all, br#"{"plan_id":"1"}"#).json()
}

#[test]
fn good_signatures() {
    let sandbox = sandbox();
    let date = at(&sandbox, 0);
    let host = sandbox.url().strip_prefix("http://").unwrap().to_owned();
    let plain = path("verifyToken/generate");
    let with_query = format!("{plain}?aipVersion=4_15_13&aipSdk=python");
    let type_and_length = [("Content-Type", "application/json"), ("Content-Length", "15")];
    // listed, signed
    let rows: [(&str, Vec<(&str, &str)>); 5] = [
        ("host;x-bce-date", vec![("Host", &host), ("x-bce-date", &date)]),
        // The official Python client: the name without the port, and a list in no order.
        ("x-bce-date;content-type;host", vec![("x-bce-date", &date), type_and_length[0], ("Host", "127.0.0.1")]),
        // The official Node client.
        ("host;content-type;x-bce-date", vec![("Host", &host), type_and_length[0], ("x-bce-date", &date)]),
        ("host", vec![("Host", "aip.baidubce.com")]),
        // An empty list means the default set.
        ("", vec![("Host", &host), type_and_length[0], type_and_length[1], ("x-bce-date", &date)]),
    ];
    for target in [&plain, &with_query] {
        for (listed, headers) in &rows {
            let signer = Signer { key: KEY, secret: SECRET, listed, headers };
            let authorization = signer.authorization(&date, 1800, "POST", target);
            // The length is sent in any case.
            let sent: Vec<_> = headers.iter().copied().filter(|header| header.0 != "Content-Length").collect();
            let reply = ask(&sandbox, target, &sent, &authorization);
            assert_eq!(reply["success"], true, "{listed}: {reply} {}", last_notes(&sandbox));
        }
    }
}

#[test]
fn bad_signatures() {
    let sandbox = sandbox();
    let date = at(&sandbox, 0);
    let target = path("verifyToken/generate");
    let headers = [("Host", "127.0.0.1"), ("x-bce-date", date.as_str())];
    let good = Signer { key: KEY, secret: SECRET, listed: "host;x-bce-date", headers: &headers };
    let authorization = good.authorization(&date, 1800, "POST", &target);
    let refused = |target: &str, authorization: &str, note: &str| {
        let reply = ask(&sandbox, target, &headers, authorization);
        assert_eq!(reply, json!({"error_code": 14, "error_msg": "IAM Certification failed"}), "{authorization}");
        assert!(last_notes(&sandbox).contains(note), "{} lacks {note}", last_notes(&sandbox));
    };
    assert_eq!(ask(&sandbox, &target, &headers, &authorization)["success"], true);
    let fit = "does not fit";
    refused(&format!("{target}?a=b"), &authorization, fit);
    refused(&path("idcard/submit"), &authorization, fit);
    refused(&target, &good.authorization(&date, 1800, "GET", &target), fit);
    // Signed for the vendor's own path, without the sandbox's prefix.
    refused(&target, &good.authorization(&date, 1800, "POST", target.strip_prefix("/baidu").unwrap()), fit);
    refused(&target, &Signer { secret: "wrong", ..good }.authorization(&date, 1800, "POST", &target), fit);
    refused(&target, &authorization.replace("/1800/", "/1801/"), fit);
    refused(&target, &authorization[..authorization.len() - 1], fit);
    let unknown = Signer { key: "nobody", ..good };
    refused(&target, &unknown.authorization(&date, 1800, "POST", &target), "not known");
    let without_host = Signer { listed: "x-bce-date", headers: &headers[1..], ..good };
    refused(&target, &without_host.authorization(&date, 1800, "POST", &target), "lack host");
    refused(&target, "bce-auth-v1/a/b", "six parts");
    refused(&target, &good.authorization("today", 1800, "POST", &target), "timestamp");
    refused(&target, &good.authorization(&at(&sandbox, 3600), 1800, "POST", &target), "future");
    refused(&target, &good.authorization(&at(&sandbox, -1801), 1800, "POST", &target), "expired");
    advance(&sandbox, 1801.0);
    refused(&target, &authorization, "expired");
}
