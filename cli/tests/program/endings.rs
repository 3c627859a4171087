//! How the program ends: exit codes, given up, nobody reading, no colours.

use crate::shell::{command, compare, on, run, sandbox, shiren};
use serde_json::json;
use shiren_sandbox::Fault;
use std::io::Read as _;
use std::net::TcpListener;
use std::process::Command;
use std::time::Duration;

fn fault(json: serde_json::Value) -> Fault {
    serde_json::from_value(json).unwrap()
}

#[test]
fn each_kind_of_error_has_its_code_and_says_what_it_cost() {
    let sandbox = sandbox();
    for (armed, code, kind, billed) in [
        (json!({"kind": "code", "code": 10001}), 10, "authentication", "no"),
        (json!({"kind": "code", "code": 10012}), 11, "quota", "no"),
        (json!({"kind": "code", "code": 10011}), 11, "rate_limited", "no"),
        (json!({"kind": "code", "code": 10014}), 12, "vendor", "unknown"),
        (json!({"kind": "drop_after_billing"}), 13, "network", "unknown"),
        (json!({"kind": "garbage"}), 14, "decode", "unknown"),
    ] {
        sandbox.fault(fault(armed)).unwrap();
        let ended = on(&sandbox, &compare("juhe_verify", "passes", &["--json"]));
        let error = ended.error();
        assert_eq!((ended.code, &error["kind"], &error["billed"]), (code, &json!(kind), &json!(billed)), "{error}");
        assert_eq!(error["retryable"] == true, kind == "rate_limited");
    }
    sandbox.fault(fault(json!({"kind": "hang_after_billing"}))).unwrap();
    let text = on(&sandbox, &compare("juhe_verify", "passes", &["--timeout", "300"]));
    assert_eq!((text.code, text.out.as_str()), (13, ""));
    assert!(text.err.contains("billed     unknown") && text.err.contains("may be paid for already"), "{}", text.err);
    let refused = shiren(&compare("juhe_verify", "passes", &["--sandbox", "http://127.0.0.1:1", "--json"]));
    assert_eq!((refused.code, refused.error()["billed"].as_str()), (13, Some("no")));
}

#[test]
fn the_table_of_exit_codes_is_in_the_help() {
    let help = shiren(&["--help"]);
    assert_eq!(help.code, 0);
    for code in [0, 1, 2, 3, 4, 5, 10, 11, 12, 13, 14, 20, 130] {
        let row = format!("  {code:>3}  ");
        assert!(help.out.lines().any(|line| line.starts_with(&row)), "{code}: {}", help.out);
    }
    for name in ["SHIREN_JUHE_KEY", "SHIREN_BAIDU_PLAN_ID", "SHIREN_CONFIG", "SHIREN_SANDBOX"] {
        assert!(help.out.contains(name));
    }
    assert_eq!(shiren(&["--version"]).code, 0);
    assert_eq!(shiren(&[]).code, 2);
    assert_eq!(shiren(&["nonsense"]).code, 2);
    assert_eq!(shiren(&["--json", "nonsense"]).error()["kind"], "invalid_argument");
    for command in [
        "demo", "sandbox", "ops", "call", "compare", "liveness", "evidence", "crypto", "returns", "id", "mobile",
        "name",
    ] {
        assert_eq!(shiren(&[command, "--help"]).code, 0, "{command}");
    }
}

/// Given up in the middle of a paid call: it may have been paid for, and that is said.
#[test]
fn ctrl_c_and_a_time_limit_of_the_shell_tell_the_bill() {
    for signal in ["-INT", "-TERM"] {
        given_up(signal);
    }
}

fn given_up(signal: &str) {
    let server = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", server.local_addr().unwrap());
    let child = command(&compare("juhe_verify", "passes", &["--sandbox", &url, "--json"])).spawn().unwrap();
    let (mut stream, _) = server.accept().unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    let mut seen = Vec::new();
    let mut part = [0; 65536];
    while !seen.windows(6).any(|bytes| bytes == b"image=") {
        let read = stream.read(&mut part).unwrap();
        assert!(read > 0);
        seen.extend_from_slice(&part[..read]);
    }
    assert!(Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap().success());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130));
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&document["error"]["kind"], &document["error"]["billed"]), (&json!("cancelled"), &json!("unknown")));
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    for arguments in [&["ops", "--json"][..], &["ops"], &["demo"], &["--help"]] {
        let mut child = command(arguments).spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{arguments:?}");
        assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    }
}

#[test]
fn the_exit_code_does_not_depend_on_a_reader() {
    let sandbox = sandbox();
    let mut child = command(&compare("juhe_verify", "face_differs", &["--sandbox", sandbox.url()])).spawn().unwrap();
    drop(child.stdout.take());
    assert_eq!(child.wait().unwrap().code(), Some(1), "a rejected person stays rejected");
}

#[test]
fn colours_are_for_terminals_that_want_them() {
    let sandbox = sandbox();
    let piped = on(&sandbox, &compare("juhe_verify", "passes", &[]));
    assert!(!piped.out.contains('\u{1b}'));
    // `script` gives a terminal where it is installed.
    let program = env!("CARGO_BIN_EXE_shiren");
    let terminal = |name: &str, value: &str| {
        let mut script = Command::new("script");
        script.args(["-qec", &format!("{program} ops"), "/dev/null"]).env("TERM", "xterm").env(name, value);
        script.stdin(std::process::Stdio::null()).output().ok().map(|output| output.stdout)
    };
    if let (Some(coloured), Some(plain)) = (terminal("UNUSED", "1"), terminal("NO_COLOR", "1")) {
        let escapes = |bytes: &[u8]| bytes.windows(2).filter(|pair| pair == b"\x1b[").count();
        assert!(escapes(&coloured) > 0);
        assert_eq!(escapes(&plain), 0, "{}", String::from_utf8_lossy(&plain));
    }
}

#[test]
fn half_a_configuration_says_which_half() {
    for (text, field) in [
        (r#"{"accounts":{"juhe":{}}}"#, "/accounts/juhe/key"),
        (r#"{"timeout_ms":0}"#, "/timeout_ms"),
        (r#"{"accounts":{"juhe":{"key":"k","base_url":"http://apis.juhe.cn"}}}"#, "/accounts/juhe/base_url"),
    ] {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        let arguments = ["call", "juhe.faceid.search", "jh_order_id=1", "--json"];
        let ended = run(command(&arguments).env("SHIREN_CONFIG", file.path()), b"");
        assert_eq!((ended.code, ended.error()["field"].as_str()), (10, Some(field)), "{ended:?}");
    }
}
