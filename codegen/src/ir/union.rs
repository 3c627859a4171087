//! One of several shapes, told apart by a tag inside: `{"kind": "appcode", "appcode": …}`.
//!
//! No two languages write this alike, and two of ours cannot say it at all. On the wire it is one flat object, so that is
//! what every façade gets: the tag as a list of words, and each shape's fields as optional ones that say for which
//! words they are. Which of them belong together is checked where it always was, in the core.

use super::schema::{Reader, Shape};
use super::{Enum, Field, Type, Word};
use crate::names;
use crate::refusal::Result;
use serde_json::Value;

/// The fields of all choices as one list, and the name of the tag.
pub(super) fn flatten(
    reader: &mut Reader<'_>,
    name: &str,
    choices: &[Value],
    at: &str,
) -> Result<(Vec<Field>, String)> {
    let tag_of = |choice: &Value| {
        let mut tags = choice["properties"].as_object()?.iter().filter(|(_, node)| node.get("const").is_some());
        let (tag, _) = tags.next()?;
        tags.next().is_none().then(|| tag.clone())
    };
    let tag = match choices.first().and_then(tag_of) {
        Some(tag) if choices.iter().all(|choice| tag_of(choice).as_ref() == Some(&tag)) => tag,
        _ => return reader.refuse(at, "one of several shapes without a tag in each; use `serde(tag = …)`"),
    };
    let (mut words, mut fields): (Vec<Word>, Vec<(Field, Vec<String>)>) = (Vec::new(), Vec::new());
    for choice in choices {
        let text = choice["description"].as_str().unwrap_or_default();
        let word = reader.word(&choice["properties"][&tag]["const"], text, at)?;
        let mut bare = choice.clone();
        if let Some(properties) = bare["properties"].as_object_mut() {
            properties.shift_remove(&tag);
        }
        for field in reader.fields(&bare, at)? {
            match fields.iter_mut().find(|(known, _)| known.name == field.name) {
                Some((known, of)) => {
                    if (&known.ty, known.guard) != (&field.ty, field.guard) {
                        let at = format!("{at}/{}", field.name);
                        return reader.refuse(&at, "it has another type in another choice; give it another name there");
                    }
                    if known.default != field.default {
                        known.default = None;
                    }
                    if known.doc != field.doc {
                        known.doc = format!("{} Or: {}", known.doc, field.doc);
                    }
                    of.push(word.word.clone());
                }
                None => fields.push((field, vec![word.word.clone()])),
            }
        }
        words.push(word);
    }
    let list = Enum {
        name: format!("{name}{}", names::pascal(&tag)),
        doc: format!("Which `{name}` it is."),
        values: words,
        fallback: None,
        sent: false,
        received: false,
    };
    let mut all = vec![Field {
        name: tag.clone(),
        doc: "Which one it is; the other fields say for which they are.".into(),
        ty: Type::Enum { name: list.name.clone() },
        required: true,
        optional: false,
        default: None,
        guard: None,
    }];
    let every = choices.len();
    all.extend(fields.into_iter().map(|(field, of)| {
        let (of, doc) = (if of.len() == every { "All".to_owned() } else { quoted(&of) }, field.doc);
        Field { doc: format!("{of}: {doc}"), required: false, optional: true, ..field }
    }));
    reader.define(list, at)?;
    Ok((all, tag))
}

fn quoted(words: &[String]) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}

impl Reader<'_> {
    /// Adds a list of words that no schema names.
    fn define(&mut self, list: Enum, at: &str) -> Result<()> {
        let source = serde_json::json!({ "tag of": self.operation, "words": list.values.iter().map(|value| &value.word).collect::<Vec<_>>() });
        if self.root["$defs"].get(&list.name).is_some() || self.shapes.found.contains_key(&list.name) {
            let why = format!("the tag's list of words would be called `{}`, and so is another shape", list.name);
            return self.refuse(at, why);
        }
        let found =
            super::schema::Found { source, operation: self.operation.to_owned(), shape: Shape::Enum(list.clone()) };
        self.shapes.found.insert(list.name, found);
        Ok(())
    }
}
