//! The configuration as an interface.

use crate::ir::Ir;
use crate::names;
use crate::template;
use std::collections::BTreeSet;

/// The lines of the configuration's interface below a path.
pub(super) fn interface(ir: &Ir, path: &str, indent: usize) -> String {
    let (space, mut text, mut done) = (" ".repeat(indent), String::new(), BTreeSet::new());
    let start = format!("{path}/");
    for field in ir.config.iter().filter(|field| field.path.starts_with(&start)) {
        let rest = &field.path[start.len()..];
        let name = rest.split('/').next().unwrap_or_default();
        if !done.insert(name) {
            continue;
        }
        let key = names::camel(name);
        if rest.contains('/') {
            let inner = interface(ir, &format!("{path}/{name}"), indent + 2);
            text.push_str(&format!("{space}readonly {key}?: {{\n{inner}{space}}} | undefined;\n"));
            continue;
        }
        let ty = match field.ty {
            "bool" => "boolean".into(),
            "number" => "number".into(),
            "texts" => "readonly string[]".into(),
            "words" => field.words.iter().map(|word| format!("'{word}'")).collect::<Vec<_>>().join(" | "),
            _ => "string".to_owned(),
        };
        let ty = if field.ty == "named" {
            format!("Readonly<Record<string, Referable<{ty}>>>")
        } else {
            format!("Referable<{ty}>")
        };
        text.push_str(&template::block_comment(&field.doc, indent));
        text.push_str(&format!("{space}readonly {key}?: {ty} | undefined;\n"));
    }
    text
}
