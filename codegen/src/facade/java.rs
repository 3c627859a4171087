//! Java: a package for each group of ids, one class a file. Requests have builders, replies read from the fields that came,
//! words are constants of open classes, and each kind of error is an exception.

use crate::ir::{Enum, Field, Group, Ir, Op, Role, Struct, Type};
use crate::names::{self, Language};
use crate::output::Output;
use crate::refusal::{Refusal, Result};
use crate::template::{self, wrapped};
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// Where everything generated is, and nothing else.
pub(crate) const FOLDER: &str = "bindings/java/src/generated/java";

/// What every model has of its own: a field's method of that name would hide it.
const TAKEN: &[&str] =
    &["builder", "build", "fromJson", "fromMap", "list", "optional", "required", "set", "shown", "toJson", "toMap"];

/// Classes that generated files name without a package.
const KNOWN: &[&str] = &[
    "com.shiren.CallOptions",
    "com.shiren.Model",
    "com.shiren.Shiren",
    "com.shiren.Word",
    "com.shiren.internal.Calls",
    "com.shiren.internal.Reads",
    "java.nio.file.Path",
    "java.time.Instant",
    "java.util.ArrayList",
    "java.util.Collections",
    "java.util.LinkedHashMap",
    "java.util.List",
    "java.util.Map",
    "java.util.Optional",
    "java.util.concurrent.CompletableFuture",
];

/// Classes of Java itself that a shape would hide.
const JAVA_LANG: &[&str] = &["Boolean", "Builder", "Double", "Integer", "Long", "Object", "Override", "String"];

/// The binding's generated files.
pub(super) fn files(ir: &Ir) -> Result<Vec<Output>> {
    let classes = classes(ir)?;
    let mut files = Files { classes: &classes, outputs: Vec::new() };
    for shape in ir.structs.iter().filter(|shape| shape.role != Role::Error) {
        let Class { package, name } = &classes[&shape.name];
        let fields = shape.fields.iter().map(|field| attribute(&classes, shape, field)).collect::<Result<Vec<_>>>()?;
        let built = shape.sent && !ir.returns(&shape.name);
        let context = json!({
            "package": package, "name": name, "doc": javadoc(&shape.doc, 0), "fields": fields,
            "received": shape.received, "built": built,
        });
        files.add(package, name, "java/model.java.j2", context, &[]);
    }
    for list in &ir.enums {
        let Class { package, name } = &classes[&list.name];
        files.add(package, name, "java/word.java.j2", words(list, package), &[]);
    }
    operations(ir, &ir.tree, &mut files);
    errors(ir, &mut files);
    let plain: Vec<_> = ir.config.iter().filter(|field| !field.secret).map(|field| &field.path).collect();
    let context = json!({"plain": plain, "groups": ir.config_groups()});
    files.add("com.shiren.internal", "ConfigFields", "java/config_fields.java.j2", context, &[]);
    Ok(files.outputs)
}

struct Class {
    package: String,
    name: String,
}

impl Class {
    fn full(&self) -> String {
        format!("{}.{}", self.package, self.name)
    }
}

/// Words that only methods may not be called by, because every object has them: a package may.
const OF_OBJECTS: &[&str] = &["clone", "equals", "finalize", "notify", "wait"];

/// The package of a group: its ids' beginning.
fn package(path: &[String]) -> String {
    let part = |name: &String| match OF_OBJECTS.contains(&&**name) {
        true => name.clone(),
        false => names::safe(name, Language::Java),
    };
    path.iter().fold("com.shiren".into(), |package, name| package + "." + &part(name))
}

/// The class of each shape and each list of words; two of one name are refused.
fn classes(ir: &Ir) -> Result<BTreeMap<String, Class>> {
    let mut found = BTreeMap::new();
    let mut seen = BTreeMap::new();
    let by_id: BTreeMap<&str, &Op> = ir.operations.iter().map(|operation| (&*operation.id, operation)).collect();
    let shapes = ir.structs.iter().filter(|shape| shape.role != Role::Error);
    let shapes = shapes.map(|shape| (shape, shape.operation.as_deref().and_then(|id| by_id.get(id))));
    let of_shapes = shapes.map(|(shape, operation)| match (operation, shape.role) {
        (Some(operation), Role::Request | Role::Reply) => {
            let (last, group) = operation.path.split_last().expect("an id has a name");
            let end = if shape.role == Role::Request { "Request" } else { "Reply" };
            (&shape.name, Class { package: package(group), name: names::pascal(last) + end })
        }
        _ => (&shape.name, Class { package: "com.shiren.model".into(), name: shape.name.clone() }),
    });
    let of_words =
        ir.enums.iter().map(|list| (&list.name, Class { package: "com.shiren.model".into(), name: list.name.clone() }));
    for (shape, class) in of_shapes.chain(of_words) {
        let hides = JAVA_LANG.contains(&&*class.name)
            || KNOWN.iter().any(|known| known.rsplit('.').next() == Some(&class.name));
        if hides {
            let why = format!("Java has a class {} already; rename the shape", class.name);
            return Err(Refusal::new(shape, "", why));
        }
        // Folders of some systems do not tell capitals from small letters.
        if let Some(other) = seen.insert(class.full().to_lowercase(), shape) {
            let why = format!("in Java both `{shape}` and `{other}` would be {}; rename one of them", class.full());
            return Err(Refusal::new(shape, "", why));
        }
        found.insert(shape.clone(), class);
    }
    Ok(found)
}

struct Files<'a> {
    classes: &'a BTreeMap<String, Class>,
    outputs: Vec<Output>,
}

impl Files<'_> {
    /// Renders a class, and imports what it names.
    fn add(&mut self, package: &str, name: &str, template: &str, context: Value, more: &[String]) {
        let text = template::render(template, context);
        let code = text.lines().filter(|line| !["/**", "*", "//"].iter().any(|mark| line.trim().starts_with(mark)));
        let code: BTreeSet<&str> =
            code.flat_map(|line| line.split(|letter: char| !letter.is_ascii_alphanumeric())).collect();
        let models = self.classes.values().filter(|class| class.package == "com.shiren.model").map(Class::full);
        let known = KNOWN.iter().map(|&known| known.to_owned()).chain(models).chain(more.iter().cloned());
        let imports: BTreeSet<String> = known
            .filter(|full| {
                let (of, simple) = full.rsplit_once('.').expect("a full name");
                of != package && simple != name && code.contains(simple)
            })
            .collect();
        let mut imports = imports.iter().map(|full| format!("import {full};\n")).collect::<String>();
        if !imports.is_empty() {
            imports.push('\n');
        }
        let path = format!("{FOLDER}/{}/{name}.java", package.replace('.', "/"));
        self.outputs.push(Output { path: path.into(), text: text.replacen("IMPORTS\n", &imports, 1) });
    }
}

#[derive(Serialize)]
struct Attribute {
    name: String,
    wire: String,
    doc: String,
    inner_doc: String,
    getter_type: String,
    getter: String,
    setter_type: String,
    shown: String,
    blob: bool,
}

fn attribute(classes: &BTreeMap<String, Class>, shape: &Struct, field: &Field) -> Result<Attribute> {
    let name = names::safe(&names::camel(&field.name), Language::Java);
    if TAKEN.contains(&&*name) || name == "fields" {
        return Err(Refusal::new(&shape.name, &field.name, "a Java model has a member of this name; rename it"));
    }
    let wire = &field.name;
    let optional = field.optional || !field.required;
    let read = read(classes, Ir::element(&field.ty));
    let (getter_type, getter) = match &field.ty {
        Type::List { of } => (format!("List<{}>", java(classes, of, true)), format!("list(\"{wire}\", {read})")),
        Type::Extra => {
            (java(classes, &field.ty, true), format!("optional(\"{wire}\", {read}).orElse(Collections.emptyMap())"))
        }
        ty if optional => (format!("Optional<{}>", java(classes, ty, true)), format!("optional(\"{wire}\", {read})")),
        ty => (java(classes, ty, false), format!("required(\"{wire}\", {read})")),
    };
    let setter_type = match &field.ty {
        Type::List { of } => format!("List<{}>", java(classes, of, true)),
        ty => java(classes, ty, false),
    };
    let nested = matches!(Ir::element(&field.ty), Type::Struct { .. }) && shape.received;
    let mask = if field.guard.is_some() { "*" } else { "" };
    let shown = format!("\"{mask}{wire}\"") + &if nested { format!(", {read}") } else { String::new() };
    Ok(Attribute {
        name,
        wire: wire.clone(),
        doc: javadoc(&field.doc, 4),
        inner_doc: javadoc(&field.doc, 8),
        getter_type,
        getter,
        setter_type,
        shown,
        blob: field.ty == Type::Blob,
    })
}

/// A type as Java writes it; `boxed`: as a parameter of another type.
fn java(classes: &BTreeMap<String, Class>, ty: &Type, boxed: bool) -> String {
    let (plain, box_of) = match ty {
        Type::Text => ("String", "String"),
        Type::Bool => ("boolean", "Boolean"),
        Type::Int { .. } if small(ty) => ("int", "Integer"),
        Type::Int { .. } => ("long", "Long"),
        Type::Double => ("double", "Double"),
        Type::Blob => ("byte[]", "byte[]"),
        Type::Time => ("Instant", "Instant"),
        Type::Extra => ("Map<String, Object>", "Map<String, Object>"),
        Type::List { of } => return format!("List<{}>", java(classes, of, true)),
        Type::Struct { name } | Type::Enum { name } => return classes[name].name.clone(),
    };
    if boxed { box_of } else { plain }.into()
}

fn small(ty: &Type) -> bool {
    matches!(ty, Type::Int { min, max } if i32::try_from(*min).is_ok() && i32::try_from(*max).is_ok())
}

/// The function that reads a value of this type.
fn read(classes: &BTreeMap<String, Class>, ty: &Type) -> String {
    match ty {
        Type::Text => "Reads::text".into(),
        Type::Bool => "Reads::flag".into(),
        Type::Int { .. } if small(ty) => "Reads::small".into(),
        Type::Int { .. } => "Reads::whole".into(),
        Type::Double => "Reads::number".into(),
        Type::Blob => "Reads::bytes".into(),
        Type::Time => "Reads::moment".into(),
        Type::Extra | Type::List { .. } => "Reads::object".into(),
        Type::Struct { name } => format!("Reads.model({}::fromMap)", classes[name].name),
        Type::Enum { name } => format!("Reads.word({}::of)", classes[name].name),
    }
}

fn words(list: &Enum, package: &str) -> Value {
    let words = list
        .values
        .iter()
        .map(|word| json!({"constant": names::upper(&word.word), "text": word.word, "doc": javadoc(&word.doc, 4)}));
    json!({
        "package": package, "name": list.name, "doc": javadoc(&list.doc, 0), "words": words.collect::<Vec<_>>(),
        "fallback": list.fallback.as_deref().map(names::upper),
    })
}

/// The classes of a group and of those inside: with a client, and without.
fn operations(ir: &Ir, group: &Group, files: &mut Files<'_>) {
    for inner in &group.groups {
        operations(ir, inner, files);
    }
    let root = group.path.is_empty();
    let package = package(&group.path);
    let capital = names::pascal(&group.name);
    let within = ir.operations.iter().filter(|operation| group.operations.contains(&operation.id));
    let all: Vec<Value> = within.clone().map(|operation| method(ir, files.classes, operation)).collect();
    let groups = group.groups.iter().map(|inner| {
        let name = names::safe(&names::camel(&inner.name), Language::Java);
        json!({"name": name, "id": inner.path.join("."), "class": names::pascal(&inner.name) + "Operations"})
    });
    let imports: Vec<String> = group
        .groups
        .iter()
        .map(|inner| format!("{}.{}Operations", self::package(&inner.path), names::pascal(&inner.name)))
        .collect();
    let id = group.path.join(".");
    let name = capital.clone() + "Operations";
    let about = if root { "Every operation.".into() } else { format!("Operations of {{@code {id}}}.") };
    let context = json!({
        "package": package, "name": name, "root": root, "about": about, "operations": all,
        "groups": groups.collect::<Vec<_>>(),
    });
    files.add(&package, &name, "java/operations.java.j2", context, &imports);
    let local = within.filter(|operation| operation.place != "remote");
    let local: Vec<Value> = local.map(|operation| method(ir, files.classes, operation)).collect();
    if !local.is_empty() {
        let name = capital + "Functions";
        let context = json!({"package": package, "name": name, "id": id, "operations": local});
        files.add(&package, &name, "java/functions.java.j2", context, &[]);
    }
}

fn method(ir: &Ir, classes: &BTreeMap<String, Class>, operation: &Op) -> Value {
    let last = operation.path.last().map(String::as_str).unwrap_or_default();
    debug_assert!(ir.find_struct(&operation.request).is_some());
    json!({
        "id": operation.id, "name": names::safe(&names::camel(last), Language::Java),
        "remote": operation.place == "remote", "doc": javadoc(&operation.about, 4),
        "request": classes[&operation.request].name, "reply": classes[&operation.reply].name,
    })
}

/// An exception for each kind of error.
fn errors(ir: &Ir, files: &mut Files<'_>) {
    let class = |name: &str| names::pascal(name) + "Exception";
    for kind in &ir.error_kinds {
        let parent = class(kind.parent.unwrap_or("shiren"));
        let name = class(kind.name);
        let context = json!({
            "name": name, "parent": parent, "doc": javadoc(kind.meaning, 0), "final": ir.error_kinds.iter().all(|other| other.parent != Some(kind.name)),
        });
        files.add("com.shiren", &name, "java/exception.java.j2", context, &[]);
    }
    let kinds = ir.error_kinds.iter().map(|kind| {
        json!({
            "name": kind.name, "number": kind.number, "class": class(kind.name), "constant": names::upper(kind.name),
        })
    });
    let context = json!({"kinds": kinds.collect::<Vec<_>>()});
    files.add("com.shiren", "ErrorClasses", "java/error_classes.java.j2", context, &[]);
}

/// A documentation comment with a line feed behind it.
fn javadoc(text: &str, indent: usize) -> String {
    let text = if text.trim().is_empty() { "What it says." } else { text.trim() };
    let space = " ".repeat(indent);
    let mut lines = Vec::new();
    for (number, paragraph) in text.split("\n\n").enumerate() {
        if number > 0 {
            lines.push(String::new());
        }
        let mark = if number > 0 { "<p>" } else { "" };
        lines.extend(wrapped(&(mark.to_owned() + &html(paragraph)), 108 - indent));
    }
    match &lines[..] {
        [only] => format!("{space}/** {only} */\n"),
        lines => {
            let lines = lines.iter().map(|line| format!("{space} * {line}").trim_end().to_owned() + "\n");
            format!("{space}/**\n{}{space} */\n", lines.collect::<String>())
        }
    }
}

/// As javadoc reads it. A backslash before `u` would be read by the compiler, even in a comment.
fn html(text: &str) -> String {
    let escape = |text: &str| {
        let pairs = [("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("@", "&#64;"), ("\\", "&#92;"), ("*/", "*&#47;")];
        pairs.iter().fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
    };
    let code = |number: usize, part: &str| {
        if number % 2 == 1 { format!("<code>{}</code>", escape(part)) } else { escape(part) }
    };
    text.split('`').enumerate().map(|(number, part)| code(number, part)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_are_what_javadoc_and_the_compiler_can_read() {
        assert_eq!(javadoc("", 4), "    /** What it says. */\n");
        assert_eq!(
            javadoc("A `<b>` & \\u002a/ */ @x.\n\nMore.", 0),
            "/**\n * A <code>&lt;b&gt;</code> &amp; &#92;u002a/ *&#47; &#64;x.\n *\n * <p>More.\n */\n"
        );
    }
}
