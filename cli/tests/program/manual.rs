use crate::shell::shiren;

const COMMANDS: [&str; 14] = [
    "demo",
    "sandbox",
    "ops",
    "call",
    "compare",
    "liveness",
    "crypto",
    "returns",
    "id",
    "mobile",
    "name",
    "doctor",
    "completions",
    "man",
];

#[test]
fn completions_know_every_command_and_every_operation() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = shiren(&["completions", shell]);
        assert_eq!((script.code, script.err.as_str()), (0, ""), "{script:?}");
        for command in COMMANDS {
            assert!(script.out.contains(command), "{shell}: {command}");
        }
        // The other shells' scripts complete no positional arguments.
        if ["bash", "zsh"].contains(&shell) {
            assert!(script.out.contains("juhe.verifyface_mobile.query"), "{shell}");
        }
    }
    let json = shiren(&["completions", "fish", "--json"]).json();
    assert_eq!(json["shell"], "fish");
    assert!(json["script"].as_str().unwrap().contains("doctor"));
    assert_eq!(shiren(&["completions", "tcsh"]).code, 2);
    let unknown = shiren(&["call", "juhe.verifyface.verfy2", "--json"]);
    assert_eq!(unknown.error()["kind"], "unknown_operation", "only completions know the ids");
}

#[cfg(unix)]
#[test]
fn bash_takes_the_script() {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), shiren(&["completions", "bash"]).out).unwrap();
    let script = format!(
        "source {}; COMP_WORDS=(shiren call juhe.faceid.); COMP_CWORD=2; _shiren shiren juhe.faceid. call; echo \"${{COMPREPLY[*]}}\"",
        file.path().display()
    );
    // Without bash there is nothing to try.
    let Ok(output) = std::process::Command::new("bash").args(["--norc", "-c", &script]).output() else { return };
    assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), "juhe.faceid.query juhe.faceid.search", "{output:?}");
}

#[test]
fn the_manual_has_every_command() {
    let page = shiren(&["man"]);
    assert_eq!((page.code, page.err.as_str()), (0, ""));
    assert!(page.out.contains("\n.TH shiren 1 ") && page.out.contains("\n.nf\nExit codes:\n"), "{}", page.out);
    for command in COMMANDS {
        assert!(page.out.contains(&format!("shiren\\-{command}(1)")), "{command}");
    }
    assert!(shiren(&["man", "--json"]).json()["page"].as_str().unwrap().contains(".TH"));
}

#[test]
fn every_command_has_a_page() {
    let directory = tempfile::tempdir().unwrap();
    let place = directory.path().join("man1");
    let written = shiren(&["man", "--dir", place.to_str().unwrap(), "--json"]);
    assert_eq!(written.code, 0, "{written:?}");
    for command in COMMANDS.into_iter().chain(["crypto-key", "liveness-start", "returns-verify"]) {
        let page = std::fs::read_to_string(place.join(format!("shiren-{command}.1"))).unwrap();
        assert!(page.contains(&format!("\n.TH shiren-{command} 1 ")) && page.contains(".SH SYNOPSIS"), "{page}");
    }
    let main = std::fs::read_to_string(place.join("shiren.1")).unwrap();
    assert_eq!(main, shiren(&["man"]).out);
    let pages = written.json()["pages"].as_array().unwrap().len();
    assert_eq!(pages, std::fs::read_dir(&place).unwrap().count());
    let refused = shiren(&["man", "--dir", "/dev/null/x", "--json"]);
    assert_eq!((refused.code, refused.error()["field"].as_str()), (2, Some("--dir")));
}
