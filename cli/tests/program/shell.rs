//! A shell of a few lines: runs the program with nothing of this process' environment.

use serde_json::Value;
use shiren_sandbox::{Persona, Sandbox, personas};
use std::io::Write as _;
use std::process::{Command, Stdio};

pub(crate) const PHOTO: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/photos/portrait.jpg");

/// What a run left behind.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Run {
    /// Standard output as one JSON document, and nothing on standard error.
    pub(crate) fn json(&self) -> Value {
        assert_eq!(self.err, "", "with --json all is on standard output");
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The error of a run with `--json`.
    pub(crate) fn error(&self) -> Value {
        let mut document = self.json();
        assert_eq!(document.as_object().unwrap().len(), 1, "{document}");
        document["error"].take()
    }
}

pub(crate) fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_shiren"));
    command.args(arguments).env_clear().stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

pub(crate) fn shiren(arguments: &[&str]) -> Run {
    run(&mut command(arguments), b"")
}

pub(crate) fn run(command: &mut Command, input: &[u8]) -> Run {
    let mut child = command.stdin(Stdio::piped()).spawn().unwrap();
    // A program that does not read its input may end before all of it is written.
    let _ = child.stdin.take().unwrap().write_all(input);
    let output = child.wait_with_output().unwrap();
    Run {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// The same on a sandbox.
pub(crate) fn on(sandbox: &Sandbox, arguments: &[&str]) -> Run {
    run(command(arguments).env("SHIREN_SANDBOX", sandbox.url()), b"")
}

pub(crate) fn sandbox() -> Sandbox {
    Sandbox::start_blocking().unwrap()
}

pub(crate) fn persona(id: &str) -> &'static Persona {
    personas().iter().find(|persona| persona.id == id).unwrap()
}

/// `compare` of a persona.
pub(crate) fn compare<'a>(service: &'a str, id: &str, more: &[&'a str]) -> Vec<&'a str> {
    let persona = persona(id);
    let mut arguments = vec!["compare", "--service", service, "--photo", PHOTO, "--name", &persona.name];
    arguments.extend(["--id-number", &persona.id_number]);
    arguments.extend(more);
    arguments
}
