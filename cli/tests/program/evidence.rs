use crate::shell::{command, on, persona, run, sandbox};
use shiren_sandbox::Completion;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::process::Command;
use std::time::{Duration, Instant};

/// A server that promises so many bytes of a JPEG to everybody, sends a part of them, and then waits.
fn serve(promised: usize, sent: usize) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            std::thread::spawn(move || {
                let _ = stream.read(&mut [0; 4096]);
                let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {promised}\r\n\r\n");
                let mut body = vec![0; sent];
                body[..3].copy_from_slice(b"\xff\xd8\xff");
                let _ = stream.write_all(&[head.as_bytes(), &body].concat());
                if sent < promised {
                    std::thread::sleep(Duration::from_secs(20));
                }
            });
        }
    });
    url
}

/// `evidence get` of a picture there, into a folder.
fn get(url: &str, folder: &tempfile::TempDir, more: &[&str]) -> Command {
    let out = folder.path().join("face.jpg").display().to_string();
    let mut arguments = vec!["evidence", "get", "--vendor", "juhe", "--url", "env:ADDRESS", "--out", &out];
    arguments.extend(more);
    let mut command = command(&arguments);
    command.env("SHIREN_SANDBOX", url).env("ADDRESS", format!("{url}/juhe/canary.jpg?Signature=canary"));
    command
}

fn names(folder: &tempfile::TempDir) -> Vec<String> {
    folder.path().read_dir().unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

#[test]
fn from_a_verdict_to_a_file() {
    let (sandbox, folder) = (sandbox(), tempfile::tempdir().unwrap());
    let (session, person) = (folder.path().join("s.json").display().to_string(), persona("passes"));
    let mut start = vec!["liveness", "start", "--vendor", "juhe", "--return-url", "https://shop.example/back"];
    start.extend(["--save", &session, "--name", &person.name, "--id-number", &person.id_number]);
    assert_eq!(on(&sandbox, &start).code, 0);
    let saved: serde_json::Value = serde_json::from_slice(&std::fs::read(&session).unwrap()).unwrap();
    sandbox.complete_blocking(saved["reference"].as_str().unwrap(), Completion::default()).unwrap();
    let verdict = on(&sandbox, &["--json", "liveness", "finish", "--session", &session]);
    let address = verdict.json()["verdict"]["evidence"]["image_url"].as_str().unwrap().to_owned();

    let out = folder.path().join("face.jpg");
    let name = out.to_str().unwrap();
    for (input, arguments) in [
        (&verdict.out, &["evidence", "get", "-o", name, "--json"][..]),
        (&format!("{address}\n"), &["evidence", "fetch", "--url", "-", "--vendor", "juhe", "-o", name, "--json"]),
    ] {
        let fetched = run(command(arguments).env("SHIREN_SANDBOX", sandbox.url()), input.as_bytes());
        assert_eq!(fetched.code, 0, "{fetched:?}");
        let reply = fetched.json();
        let bytes = std::fs::read(&out).unwrap();
        assert_eq!((reply["content_type"].as_str(), reply["path"].as_str()), (Some("image/jpeg"), Some(name)));
        assert_eq!(reply["bytes"].as_u64(), Some(bytes.len() as u64));
        assert!(bytes.starts_with(b"\xff\xd8\xff") && bytes.ends_with(b"\xff\xd9"));
        std::fs::remove_file(&out).unwrap();
    }
    sandbox.advance(Duration::from_secs(600));
    let mut late = command(&["evidence", "get", "-o", name]);
    let late = run(late.env("SHIREN_SANDBOX", sandbox.url()), verdict.out.as_bytes());
    assert_eq!((late.code, out.exists()), (12, false), "{late:?}");
    assert!(late.err.contains("10 minutes") && !late.err.contains(&address), "{}", late.err);
}

#[test]
fn an_address_is_not_taken_from_an_argument_and_never_shown() {
    let (url, folder) = (serve(100, 100), tempfile::tempdir().unwrap());
    let fetched = run(&mut get(&url, &folder, &[]), b"");
    assert_eq!((fetched.code, fetched.err.as_str()), (0, ""), "{fetched:?}");
    assert!(fetched.out.contains("face.jpg: image/jpeg, 100 B") && !fetched.out.contains("canary"), "{}", fetched.out);
    for (arguments, input, says) in [
        (&["--url", "https://canary.juhe.cn/canary", "--vendor", "juhe"][..], "", "everybody here can read"),
        (&["--vendor", "juhe"], "http://169.254.169.254/canary", "evidence_hosts"),
        (&[], "http://127.0.0.1/canary", "juhe, jumdata or baidu"),
        (&["--vendor", "canary"], "http://127.0.0.1/canary", "juhe, jumdata and baidu"),
        (&[], "{\"verdict\": {\"vendor\": \"juhe\", \"evidence\": null}, \"canary\": 1}", "no verdict with evidence"),
        (&[], "{canary", "neither an address nor JSON"),
        (&["--url", "env:NO_CANARY"], "", "the environment has no"),
    ] {
        let out = folder.path().join("other.jpg").display().to_string();
        let mut refused = command(&[&["evidence", "get", "--out", &out], arguments].concat());
        let refused = run(refused.env("SHIREN_SANDBOX", &url), input.as_bytes());
        assert_eq!((refused.code, refused.out.as_str()), (2, ""), "{refused:?}");
        assert!(refused.err.contains(says) && !refused.err.contains("canary"), "{}", refused.err);
    }
    assert_eq!(names(&folder), ["face.jpg"]);
}

#[test]
fn a_full_disk_leaves_nothing() {
    let (url, folder) = (serve(1 << 20, 1 << 20), tempfile::tempdir().unwrap());
    let get = get(&url, &folder, &["--json"]);
    let mut full = Command::new("sh");
    // No file may grow beyond 64 blocks; the signal that says so is not heard, as on a disk without space.
    full.args(["-c", "trap '' XFSZ; ulimit -f 64; exec \"$@\"", "sh"]).arg(get.get_program()).args(get.get_args());
    full.env_clear().envs(get.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let ended = run(full.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped()), b"");
    assert_eq!(ended.code, 2, "{ended:?}");
    let error = ended.error();
    assert_eq!((&error["field"], &error["kind"]), (&"--out".into(), &"invalid_argument".into()), "{error}");
    assert!(error["message"].as_str().unwrap().contains("cannot be written: file too large"), "{error}");
    assert!(names(&folder).is_empty());
    let nowhere = run(
        command(&["evidence", "get", "--vendor", "juhe", "-o", "/no/such/folder/f"]).env("SHIREN_SANDBOX", &url),
        format!("{url}/a").as_bytes(),
    );
    assert_eq!(nowhere.code, 2, "{nowhere:?}");
}

#[cfg(unix)]
#[test]
fn given_up_by_a_signal_it_leaves_nothing() {
    let (url, folder) = (serve(50 << 20, 1 << 20), tempfile::tempdir().unwrap());
    let child = get(&url, &folder, &["--json"]).spawn().unwrap();
    let until = Instant::now() + Duration::from_secs(20);
    while names(&folder).is_empty() {
        assert!(Instant::now() < until, "it does not begin");
        std::thread::sleep(Duration::from_millis(5));
    }
    let kill = Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap();
    assert!(kill.success());
    let ended = child.wait_with_output().unwrap();
    assert_eq!(ended.status.code(), Some(130), "{ended:?}");
    assert!(names(&folder).is_empty(), "{:?}", names(&folder));
}
