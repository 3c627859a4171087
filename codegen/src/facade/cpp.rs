//! C++: request and reply structs, over the getters and setters of `shiren.h`.

use crate::ir::{Ir, Op, Role, Struct, Type};
use crate::names::{self, Language};
use crate::output::Output;
use crate::refusal::{Refusal, Result};
use crate::template;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

/// What the hand-written header and the fixed part of the generated one declare.
const DECLARED: [&str; 2] =
    [include_str!("../../../include/shiren.hpp"), include_str!("../../templates/cpp/values.hpp.j2")];

/// The types that are declared already, at file level.
fn taken() -> BTreeMap<String, String> {
    let lines = DECLARED.iter().flat_map(|text| text.lines());
    let rest = lines.filter_map(|line| {
        ["class [[nodiscard]] ", "enum class ", "class ", "struct ", "using "]
            .iter()
            .find_map(|start| line.strip_prefix(start))
    });
    let names = rest.filter_map(|rest| rest.split(|letter: char| !letter.is_ascii_alphanumeric()).next());
    names.map(|name| (format!("::shiren::{name}"), "`shiren.hpp`".to_owned())).collect()
}

/// `include/shiren_ops.hpp`.
pub(super) fn files(ir: &Ir) -> Result<Vec<Output>> {
    check_names(ir)?;
    let classes: BTreeMap<&str, String> =
        ir.structs.iter().map(|shape| (shape.name.as_str(), class(ir, shape))).collect();
    let spaces: Vec<_> = ir.operations.iter().map(space).collect();
    let returned: BTreeSet<&str> = stored(ir);
    let context = json!({"ir": ir, "classes": classes, "spaces": spaces, "returned": returned});
    Ok(vec![Output { path: "include/shiren_ops.hpp".into(), text: template::render("cpp/shiren_ops.hpp.j2", context) }])
}

/// `shiren::juhe::verifyface` of the id `juhe.verifyface.verify2`.
fn space(operation: &Op) -> String {
    let groups = operation.path[..operation.path.len() - 1].iter();
    let groups = groups.map(|group| format!("::{}", names::safe(group, Language::Cpp)));
    format!("shiren{}", groups.collect::<String>())
}

/// A shape's whole name: an operation's lie in its namespace, all others in `shiren`.
fn class(ir: &Ir, shape: &Struct) -> String {
    let operation = ir.operations.iter().find(|operation| Some(&operation.id) == shape.operation.as_ref());
    match operation {
        Some(operation) => {
            let name = names::pascal(&operation.path[operation.path.len() - 1]);
            let end = if shape.role == Role::Reply { "Reply" } else { "" };
            format!("::{}::{name}{end}", space(operation))
        }
        None => format!("::shiren::{}", shape.name),
    }
}

/// The shapes that are written as JSON to be stored: replies that go back in requests, and all that they hold.
fn stored(ir: &Ir) -> BTreeSet<&str> {
    let mut open: Vec<&str> =
        ir.structs.iter().map(|shape| shape.name.as_str()).filter(|name| ir.returns(name)).collect();
    let mut found = BTreeSet::new();
    while let Some(name) = open.pop() {
        if found.insert(name) {
            let fields = ir.find_struct(name).map(|shape| &shape.fields[..]).unwrap_or_default();
            open.extend(fields.iter().filter_map(|field| field.ty.shape()));
        }
    }
    found
}

fn check_names(ir: &Ir) -> Result<()> {
    let mut seen = taken();
    for operation in &ir.operations {
        let mut space = String::from("::shiren");
        for group in &operation.path[..operation.path.len() - 1] {
            space = format!("{space}::{}", names::safe(group, Language::Cpp));
            seen.insert(space.clone(), format!("the namespace of `{}`", operation.id));
        }
    }
    let mut claim = |name: String, operation: &str, what: &str| match seen.insert(name.clone(), what.to_owned()) {
        None => Ok(()),
        Some(other) => {
            let why = format!("in C++ both {what} and {other} would be `{name}`; rename one of them");
            Err(Refusal::new(operation, "", why))
        }
    };
    for shape in ir.structs.iter().filter(|shape| shape.role != Role::Error) {
        let operation = shape.operation.as_deref().unwrap_or(&shape.name);
        claim(class(ir, shape), operation, &format!("`{}`", shape.name))?;
    }
    for name in stored(ir) {
        for field in ir.find_struct(name).map(|shape| &shape.fields[..]).unwrap_or_default() {
            if matches!(Ir::element(&field.ty), Type::Blob | Type::Double) {
                let why = "a reply that goes back in a request is stored as JSON, which holds no bytes and rounds a double; use text";
                return Err(Refusal::new(name, &field.name, why));
            }
        }
    }
    for list in &ir.enums {
        claim(format!("::shiren::{}", list.name), &list.name, &format!("`{}`", list.name))?;
    }
    Ok(())
}
