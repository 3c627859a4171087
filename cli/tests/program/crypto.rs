use crate::shell::{command, run, shiren};

const OPENID: (&str, &str) = ("SHIREN_JUHE_OPENID", "JHsandbox0openid");
const KEY: (&str, &str) = ("SHIREN_JUHE_KEY", "sandbox-juhe-key");

fn with((name, value): (&str, &str), arguments: &[&str], input: &str) -> (i32, String) {
    let ended = run(command(arguments).env(name, value), input.as_bytes());
    (ended.code, format!("{}{}", ended.out, ended.err))
}

#[test]
fn keys_come_from_the_environment() {
    assert_eq!(with(OPENID, &["crypto", "key"], ""), (0, "e22b86d275bfe414\n".into()));
    assert_eq!(with(("MY", OPENID.1), &["crypto", "key", "--openid-env", "MY"], ""), (0, "e22b86d275bfe414\n".into()));
    assert_eq!(shiren(&["crypto", "key", "--sandbox", "http://127.0.0.1:1"]).out, "e22b86d275bfe414\n");
    let none = shiren(&["crypto", "key", "--json"]);
    assert_eq!((none.code, none.error()["kind"].as_str()), (10, Some("configuration")));
    assert!(none.out.contains("SHIREN_JUHE_OPENID"));
    assert_eq!(with(OPENID, &["crypto", "key", "--openid-env", "NO_SUCH"], "").0, 10, "the named one is meant");
}

#[test]
fn what_is_encrypted_decrypts() {
    let (code, cipher) = with(OPENID, &["crypto", "encrypt", "张伟"], "");
    assert_eq!((code, cipher.as_str()), (0, "LswZhLuTtSXUna1JZK5oWw==\n"));
    assert_eq!(with(OPENID, &["crypto", "encrypt"], "张伟\n"), (0, cipher.clone()));
    assert_eq!(with(OPENID, &["crypto", "decrypt"], &cipher), (0, "张伟\n".into()));
    assert_eq!(with(("SHIREN_JUHE_OPENID", "another"), &["crypto", "decrypt"], &cipher).0, 14);
}

#[test]
fn signatures_are_made_and_checked() {
    let (code, sign) = with(KEY, &["crypto", "sign", r#"{"a":1}"#], "");
    assert_eq!((code, sign.trim()), (0, "fcd384f31b3252fb921a20ec0700c173"));
    assert_eq!(with(KEY, &["crypto", "verify", "--sign", sign.trim()], "{\"a\":1}\n").0, 0);
    let wrong = run(command(&["crypto", "verify", "--json", "{}", "--sign", sign.trim()]).env(KEY.0, KEY.1), b"");
    assert_eq!((wrong.code, wrong.json()["valid"].as_bool()), (14, Some(false)));
    assert_eq!(with(OPENID, &["crypto", "sign", "x"], "").0, 10, "an OpenId is no key");
}
