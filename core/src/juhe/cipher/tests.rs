use super::*;
use crate::Kind;
use crate::harness::{Still, run, run_in};
use crate::juhe::body::Form;
use crate::juhe::sample::form;
use sha2::Sha256;
use std::sync::Arc;

const OPENID: &str = "JH0123456789abcdef0123456789abcdef";
const BODY: &str = r#"{"reason":"查询成功","result":{"charge":true,"authResult":"00XX","rxfs":984.48,"orderid":"JH264123120811292845373987"},"error_code":0}"#;

/// Known answers, computed alike by Python, OpenSSL, Java and Node: OpenId, key, plaintext, ciphertext, form-encoded.
const KNOWN: [[&str; 5]; 10] = [
    [OPENID, "961d7934f501820f", "", "0xfD8nyPpu3ia4birgaW7g==", "0xfD8nyPpu3ia4birgaW7g%3D%3D"],
    [OPENID, "961d7934f501820f", "a", "D+vMslcxMSdMm5O+CAlAKg==", "D%2BvMslcxMSdMm5O%2BCAlAKg%3D%3D"],
    [
        OPENID,
        "961d7934f501820f",
        "1234567890123456",
        "pYBn6QUdAvItOpD/BSiqndMXw/J8j6bt4muG4q4Glu4=",
        "pYBn6QUdAvItOpD%2FBSiqndMXw%2FJ8j6bt4muG4q4Glu4%3D",
    ],
    [
        OPENID,
        "961d7934f501820f",
        "12345678901234567",
        "pYBn6QUdAvItOpD/BSiqnX79wt76mZCJqQQuRrNzXLU=",
        "pYBn6QUdAvItOpD%2FBSiqnX79wt76mZCJqQQuRrNzXLU%3D",
    ],
    [OPENID, "961d7934f501820f", "张三", "fDbdJ3Vv5JRrWy+a3FU2/g==", "fDbdJ3Vv5JRrWy%2Ba3FU2%2Fg%3D%3D"],
    [
        OPENID,
        "961d7934f501820f",
        "阿卜杜拉·买买提",
        "+uljW8AOKeHc9gHoDelV+ymjypSnTrj3EaBuYjwbQNs=",
        "%2BuljW8AOKeHc9gHoDelV%2BymjypSnTrj3EaBuYjwbQNs%3D",
    ],
    [
        OPENID,
        "961d7934f501820f",
        "11010519491231002X",
        "SapRRYKf9v+GbaE9LjHYou8Okj+/LxunUX80KOq7ieo=",
        "SapRRYKf9v%2BGbaE9LjHYou8Okj%2B%2FLxunUX80KOq7ieo%3D",
    ],
    [
        OPENID,
        "961d7934f501820f",
        "440524188001010014",
        "8qYrBQRuqapvTIIp8CR19T+M4C/uFtktUE1IQGOfLkU=",
        "8qYrBQRuqapvTIIp8CR19T%2BM4C%2FuFtktUE1IQGOfLkU%3D",
    ],
    [
        "jhTESTopenid",
        "cd2e0e87e800bc23",
        "11010519491231002X",
        "8uCbx1NK4eBIbjlV53TCpkRl9YPdXxMfkdBCXgCM5Hw=",
        "8uCbx1NK4eBIbjlV53TCpkRl9YPdXxMfkdBCXgCM5Hw%3D",
    ],
    [
        OPENID,
        "961d7934f501820f",
        BODY,
        "I26icaZI4/MNRMwEuwmfGG5+UjYlyfWKw8qJ+3IfOSv2Df7Tn5+QS6Nfxi8SavhSaSi4azunACP8I6tIiiwwcUiGUkLhe+uuOu4KnFduaiAQtkDh9lfOp3esDM6jyJLV/E5RCqFn5RtsboM0Z4ZI2XssveSdaiXnmwN1WBLrqZfXpLgDLfExz2WOJpqGaGxT",
        "I26icaZI4%2FMNRMwEuwmfGG5%2BUjYlyfWKw8qJ%2B3IfOSv2Df7Tn5%2BQS6Nfxi8SavhSaSi4azunACP8I6tIiiwwcUiGUkLhe%2BuuOu4KnFduaiAQtkDh9lfOp3esDM6jyJLV%2FE5RCqFn5RtsboM0Z4ZI2XssveSdaiXnmwN1WBLrqZfXpLgDLfExz2WOJpqGaGxT",
    ],
];

fn encrypt_op(openid: &str, text: &str) -> Encrypt {
    Encrypt { openid: Some(openid.into()), text: Some(text.into()), ..Default::default() }
}

fn account() -> crate::juhe::Account {
    let mut account = crate::juhe::Account::new("k");
    account.base_url = "http://127.0.0.1:1".into();
    account
}

#[test]
fn trap_10_known_answers() {
    for [openid, ascii, plain, cipher, encoded] in KNOWN {
        let derived = run(Key { openid: Some(openid.into()) }, []).result.unwrap().key;
        assert_eq!(derived.expose(), ascii);
        assert_eq!(run(encrypt_op(openid, plain), []).result.unwrap().text, cipher);
        let bytes =
            Encrypt { bytes: Some(Blob::from(plain.as_bytes().to_vec())), key: Some(derived), ..Default::default() };
        assert_eq!(run(bytes, []).result.unwrap().text, cipher, "bytes and the key do the same");
        let opened = Decrypt { openid: Some(openid.into()), text: cipher.into(), ..Default::default() };
        let opened = run(opened, []).result.unwrap();
        assert_eq!((opened.text, &*opened.bytes), (Some(plain.into()), plain.as_bytes()));
        let request = crate::juhe::envelope::post(&account(), "/x", Form::of(&[("f", cipher)]).finish()).unwrap();
        assert_eq!(std::str::from_utf8(request.body()).unwrap(), format!("f={encoded}"), "escaped exactly once");
    }
}

fn sha256(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The generated picture of the known answers: 15,360 bytes.
fn image() -> Vec<u8> {
    let mut bytes: Vec<u8> = (0..15_360_u64).map(|i| ((i * 1_103_515_245 + 12_345) >> 16) as u8).collect();
    bytes[..11].copy_from_slice(b"\xff\xd8\xff\xe0\x00\x10JFIF\x00");
    bytes[15_358..].copy_from_slice(b"\xff\xd9");
    bytes
}

const IMAGE_SHA256: &str = "d477b4e5baeae96fd6d092a5a44e584bd67b726e275c240d9ec20c0d29c25f4d";

#[test]
fn trap_10_of_the_image_the_base64_text_is_encrypted() {
    let plain = BASE64_STANDARD.encode(image());
    assert_eq!(sha256(&plain), "bf6ed246b3d4b11573c63d3f156bcb9094d5bf4a72497dfa3575095272c72748");
    assert!(plain.starts_with("/9j/4AAQSkZJRgCFSxLYnmUr8bh+RArRl10k6rB3PQPJkFYc"));
    let cipher = run(encrypt_op(OPENID, &plain), []).result.unwrap().text;
    assert_eq!((cipher.len(), &*sha256(&cipher)), (27_328, IMAGE_SHA256));
    assert!(cipher.starts_with("pmpgXH3a2H75K55lyYHW7XJcxfNx0gskF2Ad6e9S4pKedzfOAJn5LArtfJZdnnDS"));
    assert!(cipher.ends_with("suCjqvZvdP7RkrUiH/UWbaLp7tbzKCGjXkA6QhRREbHTF8PyfI+m7eJrhuKuBpbu"));
}

#[test]
fn trap_10_the_calls_send_the_known_image_once_encoded() {
    let mut context = Still::new();
    context.accounts.juhe.as_mut().unwrap().openid = Some(OPENID.into());
    let request = crate::juhe::verifyface::verify_encry::VerifyEncry {
        idcard: "440524188001010014".into(),
        realname: "张三".into(),
        image: image().into(),
        ..Default::default()
    };
    let answer = crate::harness::ok(r#"{"error_code":0,"result":{"res":3}}"#);
    let run = run_in(Arc::new(context), request, [answer]);
    let fields = form(&run.requests[0]);
    assert_eq!(sha256(&fields["image"]), IMAGE_SHA256);
    assert_eq!(fields["idcard"], "8qYrBQRuqapvTIIp8CR19T+M4C/uFtktUE1IQGOfLkU=");
    assert_eq!(fields["realname"], "fDbdJ3Vv5JRrWy+a3FU2/g==");
    let body = std::str::from_utf8(run.requests[0].body()).unwrap();
    assert!(body.contains("realname=fDbdJ3Vv5JRrWy%2Ba3FU2%2Fg%3D%3D&"), "{}", &body[..200]);
}

#[test]
fn correction_42_the_ciphertext_is_not_lower_cased() {
    let cipher = run(encrypt_op(OPENID, "a"), []).result.unwrap().text;
    assert_ne!(cipher, cipher.to_lowercase());
    let lower = Decrypt { openid: Some(OPENID.into()), text: cipher.to_lowercase(), ..Default::default() };
    assert!(run(lower, []).result.is_err());
}

#[test]
fn what_does_not_decrypt_is_a_decode_error() {
    let good = KNOWN[5][3];
    for text in ["", "!", "AAAA", good.trim_end_matches('='), &good[4..], "0xfD8nyPpu3ia4birgaW7h=="] {
        let error = run(Decrypt { openid: Some(OPENID.into()), text: text.into(), key: None }, []).result.unwrap_err();
        assert_eq!((error.kind, error.hint.as_deref()), (Kind::Decode, Some("wrong OpenId?")), "{text}");
    }
    // Encrypting the Base64 of a ciphertext once more is the bug found in a public package: it reads as Base64 text.
    let twice = BASE64_STANDARD.encode(good);
    assert!(run(Decrypt { openid: Some(OPENID.into()), text: twice, key: None }, []).result.is_err());
    let spaced = format!("\"{}\r\n{}\"", &good[..20], &good[20..]);
    assert!(run(Decrypt { openid: Some(OPENID.into()), text: spaced, key: None }, []).result.is_ok());
    let binary = encrypt(&key(&OPENID.into()), b"\xff\xfe").unwrap();
    let opened = run(Decrypt { openid: Some(OPENID.into()), text: binary, key: None }, []).result.unwrap();
    assert_eq!((opened.text, &*opened.bytes), (None, &b"\xff\xfe"[..]));
}

#[test]
fn the_key_comes_from_one_place() {
    let field = |request: Encrypt| run(request, []).result.unwrap_err().field.clone().unwrap();
    let text = || Some(Personal::from("a"));
    assert_eq!(field(Encrypt { key: Some("k".into()), text: text(), ..Default::default() }), "/key");
    let both = Encrypt { key: Some("961d7934f501820f".into()), openid: Some(OPENID.into()), text: text(), bytes: None };
    assert_eq!(field(both), "/key");
    assert_eq!(field(Encrypt { openid: Some("".into()), text: text(), ..Default::default() }), "/openid");
    assert_eq!(field(Encrypt { openid: Some(OPENID.into()), ..Default::default() }), "/text");
    let two = Encrypt { openid: Some(OPENID.into()), text: text(), bytes: Some(Blob::default()), key: None };
    assert_eq!(field(two), "/text");
    let own = run(Encrypt { text: text(), ..Default::default() }, []).result.unwrap().text;
    assert_eq!(own, encrypt(&key(&"JHsandbox0openid".into()), b"a").unwrap(), "the account's OpenId by default");
    let mut context = Still::new();
    context.accounts.juhe = None;
    let error = run_in(Arc::new(context), Key::default(), []).result.unwrap_err();
    assert_eq!(error.kind, Kind::Configuration);
    assert!(!format!("{:?}", run(Key { openid: Some(OPENID.into()) }, []).result.unwrap()).contains("961d"));
}
