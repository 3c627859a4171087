//! The generated headers, compiled as every standard that they are for, and run against a library that writes down what it
//! is asked.

mod fixture;

use shiren_codegen::generate;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const STRICT: [&str; 4] = ["-pedantic", "-Wall", "-Wextra", "-Werror"];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// A directory with `shiren.h` and the headers generated from the fixture.
fn headers() -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    for output in generate(&fixture::ENTRIES.iter().collect::<Vec<_>>()).unwrap() {
        output.write(directory.path()).unwrap();
    }
    std::fs::copy(root().join("include/shiren.h"), directory.path().join("include/shiren.h")).unwrap();
    directory
}

fn compile(compiler: &str, standard: &str, include: &Path, arguments: &[&Path]) -> Output {
    let mut command = Command::new(compiler);
    command.arg(format!("-std={standard}")).args(STRICT).arg("-I").arg(include).args(arguments);
    command.output().unwrap_or_else(|error| panic!("{compiler} is needed for this test: {error}"))
}

fn accepted(compiler: &str, standard: &str, include: &Path, headers: &[&str]) {
    let directory = tempfile::tempdir().unwrap();
    let source = directory.path().join(if compiler == "gcc" { "header.c" } else { "header.cpp" });
    // Twice, as when two other headers include it.
    let lines: String = headers.iter().chain(headers).map(|header| format!("#include \"{header}\"\n")).collect();
    std::fs::write(&source, lines + "int main(void) { return 0; }\n").unwrap();
    let output = compile(compiler, standard, include, &[Path::new("-fsyntax-only"), &source]);
    let messages = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{headers:?} as {standard}:\n{}", messages.chars().take(2000).collect::<String>());
}

#[test]
fn every_operation_compiles_as_every_standard() {
    let include = root().join("include");
    for standard in ["c99", "c11", "c17", "c2x"] {
        accepted("gcc", standard, &include, &["shiren_ops.h"]);
    }
    // shiren_ops.hpp is another way to all of it, so both are in one compilation.
    for standard in ["c++17", "c++20"] {
        accepted("g++", standard, &include, &["shiren_ops.h", "shiren_ops.hpp"]);
    }
}

/// Builds a program with the recorder, and gives what it prints.
fn printed(program: &str) -> String {
    let directory = headers();
    let include = directory.path().join("include");
    let programs = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/programs");
    let object = directory.path().join("program.o");
    let (compiler, standard) = if program.ends_with(".c") { ("gcc", "c99") } else { ("g++", "c++17") };
    let output_to = |path: &PathBuf| PathBuf::from(format!("-o{}", path.display()));
    let output =
        compile(compiler, standard, &include, &[Path::new("-c"), &output_to(&object), &programs.join(program)]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let binary = directory.path().join("program");
    let output = compile("g++", "c++17", &include, &[&output_to(&binary), &object, &programs.join("recorder.cpp")]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let output = Command::new(&binary).output().unwrap();
    assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// What both programs have to ask for, in this order.
const ASKED: &str = r#"new demo.every.thing
text /name 王小二
text /key k
text /class c
double /threshold 0
int /count 0
int /degrees -3
bool /loud true
bool /careful false
bytes /photo 3
text /at 2026-01-31T08:00:00.250Z
text /shade DARK
json /shades []
text /shades/0 LIGHT
text /shades/1 DARK
json /tags []
text /thing/name one
json /other {}
text /other/name two
int /other/grams 7
json /things []
json /things/0 {}
text /things/0/name three
json /things/1 {}
text /things/1/name four
json /figure {}
text /figure/kind square
text /figure/shade LIGHT
int /figure/width 9
"#;

const TICKET: &str = r#"int /ticket/number 5
text /ticket/expires_at 1969-12-31T23:59:59.999Z
text /ticket/shade LIGHT
"#;

#[test]
fn a_c_struct_asks_for_what_is_set_and_for_nothing_else() {
    let expected = format!(
        "{ASKED}{TICKET}run\nfree\nnew demo.every.thing\nint /degrees 0\nint /ticket/number 0\nstart\nfree\nnew demo.open\nrun\nfree\n"
    );
    assert_eq!(printed("requests.c"), expected);
}

#[test]
fn a_cpp_struct_asks_for_the_same() {
    let text = printed("requests.cpp");
    // By value or by pointer, what a shape holds comes into an object that is made first.
    let text = text.replace("json /thing {}\n", "").replace("json /ticket {}\n", "");
    let stored = r#"json /ticket {"number":5,"expires_at":"1969-12-31T23:59:59.999Z","label":null,"shade":"LIGHT"}"#;
    let minimal = "text /name \ntext /class \nint /degrees 0\nbytes /photo 0\ntext /thing/name \n";
    assert_eq!(
        text,
        format!("{ASKED}{TICKET}free\nnew demo.every.thing\n{minimal}{stored}\nfree\nnew demo.open\nfree\n")
    );
}

#[test]
fn a_cpp_reply_is_read_field_by_field() {
    assert_eq!(printed("replies.cpp"), "read\n");
}
