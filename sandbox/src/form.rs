//! Form-encoded requests, read strictly or leniently.

use serde_json::Value;

use crate::exchange::Call;

/// The fields of a request.
#[derive(Debug, Default)]
pub(crate) struct Form {
    fields: Vec<(String, String)>,
}

impl Form {
    /// The fields of the form, whatever the header says; leniently those of the query and of a JSON object too.
    pub(crate) fn read(call: &Call, strict: bool) -> Self {
        let mut form = Self::default();
        if !strict {
            form.take(call.query.as_bytes());
        }
        match serde_json::from_slice(&call.body) {
            Ok(Value::Object(object)) if !strict => form.fields.extend(object.into_iter().map(|(name, value)| {
                let text = value.as_str().map_or_else(|| value.to_string(), Into::into);
                (name, text)
            })),
            _ => form.take(&call.body),
        }
        form
    }

    fn take(&mut self, encoded: &[u8]) {
        self.fields.extend(form_urlencoded::parse(encoded).into_owned());
    }

    /// The last one counts, as in PHP; absent and empty are the same.
    pub(crate) fn get(&self, name: &str) -> &str {
        self.fields.iter().rev().find(|field| field.0 == name).map_or("", |field| &field.1)
    }
}
