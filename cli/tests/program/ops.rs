use crate::shell::shiren;
use shiren::registry::OPERATIONS;

#[test]
fn all_operations_are_listed() {
    let list = shiren(&["ops", "--json"]);
    let ids: Vec<_> =
        list.json().as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap().to_owned()).collect();
    assert_eq!(ids, OPERATIONS.iter().map(|entry| entry.meta.id).collect::<Vec<_>>());
    let text = shiren(&["ops"]);
    assert!(OPERATIONS.iter().all(|entry| text.out.contains(entry.meta.id)), "{}", text.out);
    let some = shiren(&["ops", "--vendor", "jumdata", "--json"]).json();
    assert!(some.as_array().unwrap().iter().all(|row| row["id"].as_str().unwrap().starts_with("jumdata.")));
    let none = shiren(&["ops", "--vendor", "nobody", "--json"]);
    assert_eq!((none.code, none.error()["field"].as_str()), (2, Some("--vendor")));
}

#[test]
fn each_operation_is_shown() {
    for entry in OPERATIONS {
        let shown = shiren(&["ops", entry.meta.id]);
        assert_eq!(shown.code, 0, "{shown:?}");
        assert!(shown.out.contains("\nRequest\n") && shown.out.contains("\nReply\n"), "{}", shown.out);
    }
    let schema = shiren(&["ops", "juhe.verifyface.verify2", "--json"]).json();
    assert_eq!(schema["request"]["properties"]["image"]["x-shiren"], "blob");
    assert!(schema["response"]["properties"]["verdict"].is_object());
    assert_eq!(shiren(&["ops", "no.such.operation"]).code, 2);
}

#[test]
fn the_reference_is_written_and_checked() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("reference");
    let arguments = |more: &[&str]| shiren(&[&["ops", "--reference", path.to_str().unwrap()], more].concat());
    let missing = arguments(&["--check"]);
    assert_eq!(missing.code, 1);
    assert!(missing.out.contains("juhe.md differs"), "{}", missing.out);
    assert!(!path.exists(), "a check writes nothing");
    assert_eq!(arguments(&[]).code, 0);
    assert_eq!(arguments(&["--check"]).code, 0);
    let before = std::fs::read_to_string(path.join("juhe.md")).unwrap();
    std::fs::write(path.join("juhe.md"), before.replace("身份证号", "?")).unwrap();
    std::fs::write(path.join("old.md"), before.lines().next().unwrap().to_owned() + "\n").unwrap();
    std::fs::write(path.join("own.md"), "written by hand\n").unwrap();
    let differs = arguments(&["--check", "--json"]);
    assert_eq!((differs.code, differs.json()["differing"].to_string()), (1, r#"["juhe.md","old.md"]"#.to_owned()));
    assert_eq!(arguments(&[]).code, 0);
    assert_eq!(std::fs::read_to_string(path.join("juhe.md")).unwrap(), before);
    assert!(!path.join("old.md").exists() && path.join("own.md").exists());
}
