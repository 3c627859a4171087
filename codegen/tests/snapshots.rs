//! What a small registry becomes, word for word. `SHIREN_UPDATE=1 cargo test -p shiren-codegen` writes it anew: read the
//! difference before you commit it.

mod fixture;

use shiren_codegen::{generate, ir};
use std::path::Path;

fn compare(name: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/expected").join(name);
    if std::env::var_os("SHIREN_UPDATE").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
    }
    let expected = std::fs::read_to_string(&path).unwrap();
    for (number, (new, old)) in text.lines().zip(expected.lines()).enumerate() {
        assert_eq!(new, old, "{name}, line {}", number + 1);
    }
    assert_eq!(text.len(), expected.len(), "{name} became longer or shorter");
}

/// Languages of one class a file have a folder.
fn snapshot(name: &str) -> String {
    if name.contains('/') { format!("java/{name}") } else { name.to_owned() }
}

#[test]
fn the_middle_form() {
    let form = ir::build(&fixture::ENTRIES.iter().collect::<Vec<_>>()).unwrap();
    let mut json = serde_json::to_value(&form).unwrap();
    // The core's own tables are held by the core's own tests.
    for table in ["error_kinds", "decisions", "checks", "billed", "vendors", "config"] {
        json.as_object_mut().unwrap().shift_remove(table);
    }
    compare("ir.json", &(serde_json::to_string_pretty(&json).unwrap() + "\n"));
}

#[test]
fn every_file() {
    for output in generate(&fixture::ENTRIES.iter().collect::<Vec<_>>()).unwrap() {
        let name = Path::new(&*output.path).file_name().unwrap().to_str().unwrap();
        // Configuration and errors are the core's, whatever there is in the registry; so is what comes before the words of C.
        let core = [
            "_config_fields.py",
            "_errors.py",
            "config_fields.ts",
            "errors.ts",
            "ConfigFields.java",
            "ErrorClasses.java",
        ];
        if core.contains(&name) || name.ends_with("Exception.java") {
            continue;
        }
        let name = output.path.split_once("java/com/").map_or(name, |(_, class)| class);
        let from = output.text.find("---- Words").unwrap_or_default();
        compare(&snapshot(name), &output.text[from..]);
    }
}
