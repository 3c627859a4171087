//! Clients that nobody here wrote: curl for the form encoding, openssl for the encryption.

use std::io::Write;
use std::process::{Command, Stdio};

use serde_json::Value;
use shiren_sandbox::{Kind, Sandbox};

use crate::wire::{KEY, form, jpeg, persona, picture};

/// Runs a program on some input.
pub(crate) fn piped(program: &str, arguments: &[&str], input: &[u8]) -> String {
    let mut child =
        Command::new(program).args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect(program);
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_vec();
    let writer = std::thread::spawn(move || drop(stdin.write_all(&input)));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    String::from_utf8(output.stdout).unwrap()
}

/// The account's AES key, in hex, as openssl wants it.
fn key() -> String {
    let digest = piped("openssl", &["md5", "-r"], b"JHsandbox0openid");
    digest[..16].bytes().map(|byte| format!("{byte:02x}")).collect()
}

fn encrypted(text: &str) -> String {
    piped("openssl", &["enc", "-aes-128-ecb", "-K", &key(), "-a", "-A"], text.as_bytes())
}

fn decrypted(text: &str) -> String {
    piped("openssl", &["enc", "-d", "-aes-128-ecb", "-K", &key(), "-a", "-A"], text.as_bytes())
}

/// Posts with curl, which escapes each value by itself.
fn curl(sandbox: &Sandbox, target: &str, fields: &[(&str, &str)]) -> String {
    let url = format!("{}{target}", sandbox.url());
    // As a configuration, because a picture is longer than an argument may be.
    let lines = fields.iter().map(|(name, value)| format!("data-urlencode = \"{name}={value}\"\n"));
    piped("curl", &["-s", "--noproxy", "*", "-K", "-", &url], lines.collect::<String>().as_bytes())
}

fn fields(id: &str, image: &str, seal: impl Fn(&str) -> String) -> Vec<(&'static str, String)> {
    let person = persona(id);
    vec![
        ("key", KEY.to_owned()),
        ("idcard", seal(&person.id_number)),
        ("realname", seal(&person.name)),
        ("image", seal(image)),
    ]
}

fn borrowed<'a>(fields: &'a [(&'static str, String)]) -> Vec<(&'static str, &'a str)> {
    fields.iter().map(|(name, value)| (*name, value.as_str())).collect()
}

#[test]
fn curl_in_clear() {
    let sandbox = Sandbox::start_blocking().unwrap();
    for id in ["passes", "middle_dot", "rare_character", "apostrophe"] {
        let reply = curl(&sandbox, "/juhe/verifyface/verify2", &borrowed(&fields(id, &jpeg(), str::to_owned)));
        let reply: Value = serde_json::from_str(&reply).unwrap();
        assert_eq!(reply["result"]["authResult"], "00XX", "{id}");
    }
}

#[test]
fn openssl_and_verify_encry() {
    let sandbox = Sandbox::start_blocking().unwrap();
    let mut fields = fields("rare_character", &jpeg(), encrypted);
    fields.push(("thousand", "1".into()));
    let reply: Value =
        serde_json::from_str(&curl(&sandbox, "/juhe/verifyface/verifyEncry", &borrowed(&fields))).expect("plain JSON");
    assert_eq!((&reply["result"]["res"], &reply["result"]["score"]), (&1.into(), &"960".into()));
    assert_eq!(sandbox.ledger()[0].operation, "juhe.verifyface.verify_encry");
    // Clear text where ciphertext belongs.
    fields[1].1 = persona("rare_character").id_number.clone();
    let reply: Value =
        serde_json::from_str(&curl(&sandbox, "/juhe/verifyface/verifyEncry", &borrowed(&fields))).unwrap();
    assert_eq!((&reply["error_code"], &reply["reason"]), (&226403.into(), &"参数错误(身份证号码格式不正确)".into()));
}

#[test]
fn openssl_and_verify2_encry() {
    let sandbox = Sandbox::start_blocking().unwrap();
    let target = "/juhe/verifyface/verify2Encry";
    let sealed = curl(&sandbox, target, &borrowed(&fields("passes", &jpeg(), encrypted)));
    assert!(sealed.bytes().all(|b| b.is_ascii_alphanumeric() || b"+/=".contains(&b)), "bare Base64: {sealed}");
    let reply: Value = serde_json::from_str(&decrypted(&sealed)).unwrap();
    assert_eq!((&reply["result"]["authResult"], &reply["result"]["charge"]), (&"00XX".into(), &true.into()));
    assert_eq!(sandbox.ledger().len(), 1);

    // Service errors are ciphertext too.
    for (id, image, code) in [
        ("juhe-226404", jpeg(), 226404),
        ("passes", picture(b"\xff\xd8\xff", 102_401), 226403),
        ("passes", "x".into(), 226403),
    ] {
        // Not with curl, whose configuration holds no line as long as the large picture's.
        let sealed = form(&sandbox, target, &borrowed(&fields(id, &image, encrypted)));
        let reply: Value = serde_json::from_str(&decrypted(sealed.text())).unwrap();
        assert_eq!((&reply["error_code"], &reply["result"]["charge"]), (&code.into(), &false.into()));
    }
    let unreadable = fields("passes", &jpeg(), |text| if text.len() > 100 { "AAAA".into() } else { encrypted(text) });
    let reply: Value = serde_json::from_str(&decrypted(&curl(&sandbox, target, &borrowed(&unreadable)))).unwrap();
    assert_eq!(reply["reason"], "参数错误(图片base64格式错误)");

    // Before the key is known, and for system codes, plain JSON.
    let reply: Value = serde_json::from_str(&curl(&sandbox, target, &[("key", "nobody")])).unwrap();
    assert_eq!(reply["resultcode"], "101");
    sandbox.fault(Kind::Quota).unwrap();
    let reply: Value =
        serde_json::from_str(&curl(&sandbox, target, &borrowed(&fields("passes", &jpeg(), encrypted)))).unwrap();
    assert_eq!(reply["error_code"], 10012);

    sandbox.fault(Kind::WrongKeyAes).unwrap();
    let sealed = curl(&sandbox, target, &borrowed(&fields("passes", &jpeg(), encrypted)));
    assert!(serde_json::from_str::<Value>(&decrypted_or_empty(&sealed)).is_err());
    sandbox.fault(Kind::GarbageAes).unwrap();
    let sealed = curl(&sandbox, target, &borrowed(&fields("passes", &jpeg(), encrypted)));
    assert!(serde_json::from_str::<Value>(&decrypted_or_empty(&sealed)).is_err());
    assert_eq!(sandbox.ledger().len(), 3, "booked all the same");
}

/// Like `decrypted`, for bytes that may be no text.
fn decrypted_or_empty(text: &str) -> String {
    let arguments = ["enc", "-d", "-aes-128-ecb", "-nopad", "-K", &key(), "-a", "-A"];
    let mut child =
        Command::new("openssl").args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap_or_default()
}
