//! The examples, run as programs on the sandbox.

use shiren_sandbox::{Completion, Sandbox};
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Built beside the tests.
fn example(name: &str) -> PathBuf {
    let tests = std::env::current_exe().expect("a path");
    tests.parent().and_then(Path::parent).expect("the build folder").join("examples").join(name)
}

fn command(name: &str, sandbox: &Sandbox) -> Command {
    let person = &sandbox.personas()[0];
    let mut command = Command::new(example(name));
    command.env("SHIREN_SANDBOX", sandbox.url()).args([&person.name, &person.id_number]);
    command
}

#[test]
fn compare_a_photo() {
    let sandbox = Sandbox::start_blocking().expect("a sandbox");
    let photo = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/photos/portrait.jpg");
    let output = command("compare", &sandbox).arg(photo).output().expect("it runs");
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && text.starts_with("passed, billed: yes"), "{text} {output:?}");
    assert_eq!(sandbox.ledger().len(), 1);
}

#[test]
fn a_hosted_session() {
    let sandbox = Sandbox::start_blocking().expect("a sandbox");
    let mut program =
        command("liveness", &sandbox).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("it runs");
    let mut output = BufReader::new(program.stdout.take().expect("its output"));
    let mut page = String::new();
    output.read_line(&mut page).expect("the page");
    assert!(page.starts_with(sandbox.url()), "{page}");
    let session = sandbox.sessions().pop().expect("a session");
    let completed = sandbox.complete_blocking(&session.id, Completion::default()).expect("completed");
    let mut input = program.stdin.take().expect("its input");
    writeln!(input, "{}", completed.redirect.expect("an address")).expect("typed");
    drop(input);
    let mut rest = String::new();
    output.read_to_string(&mut rest).expect("the rest");
    assert!(program.wait().expect("it ends").success());
    assert!(rest.contains("passed: Checks") && rest.contains("billed: yes"), "{rest}");
}
