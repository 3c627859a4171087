use crate::shell::{command, compare, run, shiren};
use serde_json::{Value, json};
use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, Command};
use std::time::{Duration, Instant};

fn start(arguments: &[&str]) -> (Child, Value, BufReader<std::process::ChildStdout>) {
    let mut child = command(&[&["sandbox"], arguments].concat()).spawn().unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    out.read_line(&mut line).unwrap();
    (child, serde_json::from_str(&line).unwrap(), out)
}

fn end(child: &mut Child, signal: &str) -> i32 {
    assert!(Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap().success());
    let until = Instant::now() + Duration::from_secs(5);
    while Instant::now() < until {
        if let Some(status) = child.try_wait().unwrap() {
            return status.code().unwrap_or(-1);
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    child.kill().unwrap();
    panic!("it did not end")
}

#[test]
fn the_ready_line_is_the_only_line_and_is_a_configuration() {
    let (mut child, ready, mut out) = start(&["--port", "0"]);
    let fields: Vec<_> = ready.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(fields, ["ready", "url", "accounts"]);
    assert_eq!(ready["ready"], true);
    assert!(ready["url"].as_str().unwrap().starts_with("http://127.0.0.1:"));
    assert_eq!(ready["accounts"]["juhe"]["key"], "sandbox-juhe-key");
    assert_eq!(ready["accounts"]["juhe"]["openid"], "JHsandbox0openid");
    assert_eq!(ready["accounts"]["baidu"]["plan_id"], "1");

    let config = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(config.path(), json!({"accounts": ready["accounts"]}).to_string()).unwrap();
    let file = config.path().to_str().unwrap();
    let by_file = shiren(&compare("juhe_verify2_encry", "passes", &["--config", file, "--json"]));
    assert_eq!((by_file.code, by_file.json()["verdict"]["decision"].as_str()), (0, Some("passed")));
    let by_address = shiren(&compare("juhe_verify2", "passes", &["--sandbox", ready["url"].as_str().unwrap()]));
    assert_eq!(by_address.code, 0, "{by_address:?}");
    let by_variable = run(command(&compare("juhe_verify2", "passes", &[])).env("SHIREN_CONFIG", file), b"");
    assert_eq!(by_variable.code, 0, "{by_variable:?}");

    assert_eq!(end(&mut child, "-TERM"), 0);
    let mut rest = String::new();
    out.read_to_string(&mut rest).unwrap();
    assert_eq!(rest, "", "after the ready line only standard error is written to");
}

#[test]
fn ctrl_c_ends_it_cleanly() {
    let (mut child, ..) = start(&[]);
    assert_eq!(end(&mut child, "-INT"), 0);
}

#[test]
fn it_starts_at_once() {
    let began = Instant::now();
    let (mut child, ..) = start(&[]);
    let took = began.elapsed();
    end(&mut child, "-TERM");
    assert!(took < Duration::from_secs(1), "{took:?}");
}

#[test]
fn the_accounts_in_the_environment_reach_it() {
    let (mut child, ready, _out) = start(&["--lenient"]);
    let accounts = &ready["accounts"];
    let mut call = command(&compare("juhe_verify_encry", "passes", &["--json"]));
    call.env("SHIREN_JUHE_KEY", "k").env("SHIREN_JUHE_OPENID", "o");
    // The vendor's own host: test the environment without going there.
    let refused = run(call.env("SHIREN_JUMDATA_APPCODE", "a"), b"");
    assert_eq!((refused.code, refused.error()["field"].as_str()), (10, Some("SHIREN_JUMDATA_INIT_URL")));
    let mut start = command(&["liveness", "start", "--vendor", "jumdata", "--return-url", "https://e.cn/", "--json"]);
    start.env("SHIREN_JUMDATA_INIT_URL", accounts["jumdata"]["init_url"].as_str().unwrap());
    start.env("SHIREN_JUMDATA_RESULT_URL", accounts["jumdata"]["result_url"].as_str().unwrap());
    start.env("SHIREN_JUMDATA_APPCODE", "sandbox-jumdata-appcode");
    let session = run(&mut start, b"");
    assert_eq!(session.code, 0, "{session:?}");
    end(&mut child, "-TERM");
}

#[test]
fn a_port_that_is_taken_is_said_to_be() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let refused = shiren(&["sandbox", "--port", &port, "--json"]);
    assert_eq!((refused.code, refused.error()["field"].as_str()), (2, Some("--port")));
    assert_eq!(shiren(&["sandbox", "--strict", "--lenient"]).code, 2);
}
