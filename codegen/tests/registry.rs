//! The real registry: generated files are up to date, and the order of registration cannot be seen in them.

mod fixture;

use shiren_codegen::{facade, generate, ir, output, registry};
use std::path::Path;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

#[test]
fn generated_files_are_up_to_date() {
    for output in generate(&registry()).unwrap() {
        assert!(!output.differs(root()).unwrap(), "{} differs: run `make generate`", output.path);
    }
}

#[test]
fn files_that_are_not_generated_any_more_are_found() {
    let outputs = generate(&registry()).unwrap();
    assert_eq!(output::stale(root(), &outputs).unwrap(), Vec::<std::path::PathBuf>::new());
    let without = outputs.iter().filter(|output| !output.path.ends_with("/Verdict.java")).cloned().collect::<Vec<_>>();
    assert_eq!(without.len(), outputs.len() - 1);
    let found = output::stale(root(), &without).unwrap();
    assert!(found.len() == 1 && found[0].ends_with("com/shiren/model/Verdict.java"), "{found:?}");
}

#[test]
fn shuffling_the_registry_changes_nothing() {
    let entries = registry();
    let (form, files) = (ir::build(&entries).unwrap(), generate(&entries).unwrap());
    let mut orders = vec![entries.iter().rev().copied().collect::<Vec<_>>()];
    for step in [5, 7, 11, 29] {
        let mut order = entries.clone();
        order.sort_by_key(|entry| {
            entry.meta.id.bytes().fold(step, |sum: u32, byte| sum.wrapping_mul(31) ^ u32::from(byte))
        });
        orders.push(order);
    }
    for order in orders {
        assert_ne!(
            order.iter().map(|entry| entry.meta.id).collect::<Vec<_>>(),
            entries.iter().map(|entry| entry.meta.id).collect::<Vec<_>>()
        );
        assert_eq!(ir::build(&order).unwrap(), form);
        assert_eq!(generate(&order).unwrap(), files);
    }
}

#[test]
fn another_operation_appears_in_every_facade_and_changes_nothing_else() {
    let before = generate(&registry()).unwrap();
    let mut entries = registry();
    entries.insert(3, &fixture::ENTRIES[0]);
    let form = ir::build(&entries).unwrap();
    assert!(form.operations.iter().any(|operation| operation.id == "demo.open"));
    for facade in facade::ALL {
        let outputs = (facade.files)(&form).unwrap();
        assert!(outputs.iter().any(|output| output.text.contains("demo.open")), "{} lacks it", facade.language);
        for output in outputs {
            let Some(old) = before.iter().find(|old| old.path == output.path) else {
                assert!(output.path.contains("/demo/") || output.path.contains("/model/"), "{} is new", output.path);
                continue;
            };
            let mut lines = output.text.lines();
            for line in old.text.lines() {
                assert!(lines.any(|new| new == line), "{}: {line:?} changed its place or is gone", output.path);
            }
        }
    }
}

/// What templates of other languages rely on.
#[test]
fn the_middle_form_holds_together() {
    let form = ir::build(&registry()).unwrap();
    assert_eq!(form.operations.len(), registry().len());
    let verify2 = form.operations.iter().find(|operation| operation.id == "juhe.verifyface.verify2").unwrap();
    assert_eq!((&*verify2.request, &*verify2.reply), ("JuheVerifyfaceVerify2", "JuheVerifyfaceVerify2Reply"));
    let start = form.operations.iter().find(|operation| operation.id == "liveness.start").unwrap();
    assert_eq!(start.reply, "Session");
    assert!(form.returns("Session") && !form.returns("Verdict"));
    assert_eq!(form.find_enum("Decision").unwrap().fallback.as_deref(), Some("inconclusive"));
    assert_eq!(form.find_enum("Check").unwrap().fallback, None);
    assert_eq!(form.error_kinds.len(), 15);
    assert_eq!(form.decisions, form.find_enum("Decision").unwrap().values, "the schema and the core's table agree");
    assert!(
        form.decisions
            .iter()
            .chain(&form.checks)
            .chain(&form.billed)
            .chain(&form.vendors)
            .all(|word| !word.doc.is_empty())
    );
    let mut seen = Vec::new();
    for shape in &form.structs {
        assert!(shape.sent || shape.received, "{}", shape.name);
        assert!(!shape.doc.contains("[`"), "{}", shape.doc);
        for field in &shape.fields {
            assert!(!field.doc.is_empty(), "{}.{} has no documentation", shape.name, field.name);
            if let Some(name) = field.ty.shape() {
                assert!(seen.contains(&name) || form.find_enum(name).is_some(), "{name} comes after {}", shape.name);
            }
        }
        seen.push(&*shape.name);
    }
    let mut ids = Vec::new();
    fn collect<'a>(group: &'a ir::Group, ids: &mut Vec<&'a str>) {
        ids.extend(group.operations.iter().map(String::as_str));
        group.groups.iter().for_each(|group| collect(group, ids));
    }
    collect(&form.tree, &mut ids);
    ids.sort_unstable();
    assert_eq!(ids, form.operations.iter().map(|operation| &*operation.id).collect::<Vec<_>>());
}
