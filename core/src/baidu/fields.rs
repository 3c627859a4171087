//! Fields of a reply that decide nothing: typed where they can be, and in `extra` where they cannot.

use crate::reply::{Extra, Object};
use crate::secret::{Personal, Secret};
use serde::Serializer;
use serde::ser::SerializeSeq;

/// Takes fields out of an object; what was not taken, or could not be read as asked, stays for [`extra`](Self::extra).
pub(super) struct Fields<'o, 'a> {
    object: &'o Object<'a>,
    taken: Vec<&'static str>,
}

impl<'o, 'a> Fields<'o, 'a> {
    pub(super) fn of(object: &'o Object<'a>) -> Fields<'o, 'a> {
        Fields { object, taken: Vec::new() }
    }

    fn take<T>(&mut self, name: &'static str, value: Option<T>) -> Option<T> {
        // `null` and absence are read as nothing by every reading.
        if value.is_some() || matches!(self.object.text(name), Ok(None)) {
            self.taken.push(name);
        }
        value
    }

    /// A text, or a number's or boolean's JSON.
    pub(super) fn text(&mut self, name: &'static str) -> Option<String> {
        self.take(name, self.object.note(name))
    }

    /// The same, guarded.
    pub(super) fn personal(&mut self, name: &'static str) -> Option<Personal> {
        self.text(name).map(Personal::from)
    }

    /// The same, guarded.
    pub(super) fn secret(&mut self, name: &'static str) -> Option<Secret> {
        self.text(name).map(Secret::from)
    }

    /// A count, as a number or as text of digits.
    pub(super) fn count(&mut self, name: &'static str) -> Option<u32> {
        let value = self.object.integer(name).ok().flatten();
        self.take(name, value.and_then(|value| u32::try_from(value).ok()))
    }

    /// A boolean.
    pub(super) fn flag(&mut self, name: &'static str) -> Option<bool> {
        self.take(name, self.object.boolean(name).ok().flatten())
    }

    /// An object.
    pub(super) fn object(&mut self, name: &'static str) -> Option<Object<'a>> {
        self.take(name, self.object.object(name).ok().flatten())
    }

    /// A list of objects; one that holds anything else is not taken.
    pub(super) fn objects(&mut self, name: &'static str) -> Option<Vec<Object<'a>>> {
        let list = self.object.list(name).ok().flatten();
        let objects = list.map(|list| list.into_iter().map(Object::read).collect::<Vec<_>>());
        self.take(name, objects.filter(|objects| objects.iter().all(Object::is_whole)))
    }

    /// A list of texts; one that holds anything else is not taken.
    pub(super) fn texts(&mut self, name: &'static str) -> Option<Vec<Personal>> {
        let list = self.object.list(name).ok().flatten();
        let texts = list.and_then(|list| list.into_iter().map(|raw| serde_json::from_str(raw).ok()).collect());
        self.take(name, texts)
    }

    /// Counts a field as taken that was read elsewhere.
    pub(super) fn skip(&mut self, names: &[&'static str]) {
        self.taken.extend(names);
    }

    /// Everything else.
    pub(super) fn extra(&self) -> Extra {
        self.object.extra(&self.taken)
    }
}

/// Writes guarded texts openly: for reply fields that must reach the caller.
pub(super) fn clear_all<S: Serializer>(texts: &[Personal], serializer: S) -> Result<S::Ok, S::Error> {
    let mut list = serializer.serialize_seq(Some(texts.len()))?;
    for text in texts {
        list.serialize_element(text.expose())?;
    }
    list.end()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_read_is_kept() {
        let object = Object::read(r#"{"a":"x","b":-1,"c":null,"d":[1],"e":[{}],"f":["u"],"g":"true","h":7,"i":{}}"#);
        let mut fields = Fields::of(&object);
        assert_eq!(fields.text("a").as_deref(), Some("x"));
        assert_eq!(fields.count("b"), None);
        assert_eq!(fields.text("c"), None);
        assert!(fields.objects("d").is_none() && fields.texts("d").is_none());
        assert_eq!(fields.objects("e").unwrap().len(), 1);
        assert_eq!(fields.texts("f").unwrap().len(), 1);
        assert_eq!(fields.flag("g"), None);
        assert_eq!(fields.count("missing"), None);
        assert!(fields.object("i").is_some() && fields.object("h").is_none());
        let extra: Vec<_> = fields.extra().keys().cloned().collect();
        assert_eq!(extra, ["b", "d", "g", "h"]);
    }
}
