//! Who is meant: by options, from a file, or from the environment.

use crate::config::variable;
use crate::fields::{Fields, text_from};
use crate::output;
use clap::Args;
use serde_json::{Map, Value};
use shiren::{Error, Result};

/// The person. Arguments can be read by everybody on this machine: for real people take --subject-file, or `-`
/// (standard input), `@FILE` or `env:NAME` in place of a value.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Person (for real people take --subject-file: a process list shows arguments)")]
pub(crate) struct Subject {
    /// 姓名 [env: SHIREN_SUBJECT_NAME]
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// 身份证号 [env: SHIREN_SUBJECT_ID_NUMBER]
    #[arg(long, value_name = "NUMBER")]
    id_number: Option<String>,
    /// 手机号, where the service compares it [env: SHIREN_SUBJECT_MOBILE]
    #[arg(long, value_name = "NUMBER")]
    mobile: Option<String>,
    /// JSON of the person, `{"name": …, "id_number": …, "mobile": …}`; `-` is standard input.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["name", "id_number", "mobile"])]
    subject_file: Option<String>,
}

const FIELDS: [(&str, &str); 3] =
    [("name", "SHIREN_SUBJECT_NAME"), ("id_number", "SHIREN_SUBJECT_ID_NUMBER"), ("mobile", "SHIREN_SUBJECT_MOBILE")];

impl Subject {
    /// Puts the person into a request, and says who it is, masked. `None`: nobody was named.
    pub(crate) fn put(&self, fields: &mut Fields) -> Result<Option<String>> {
        let subject = self.read()?;
        if subject.is_empty() {
            return Ok(None);
        }
        let text = |name: &str| subject.get(name).and_then(Value::as_str).unwrap_or_default();
        let mut about = format!("{} · {}", output::masked_name(text("name")), output::masked_number(text("id_number")));
        if !text("mobile").is_empty() {
            about.push_str(&format!(" · {}", output::masked_number(text("mobile"))));
        }
        fields.set(&["subject"], Value::Object(subject));
        Ok(Some(about))
    }

    fn read(&self) -> Result<Map<String, Value>> {
        if let Some(file) = &self.subject_file {
            let text = text_from("--subject-file", &format!("@{file}"))?;
            return match serde_json::from_str(&text) {
                Ok(Value::Object(subject)) => Ok(subject),
                _ => Err(Error::invalid_argument("--subject-file", "this is not a JSON object")
                    .with_hint(r#"write {"name": "…", "id_number": "…"}"#)),
            };
        }
        let given = [&self.name, &self.id_number, &self.mobile];
        let mut subject = Map::new();
        for ((field, from), given) in FIELDS.into_iter().zip(given) {
            let option = format!("--{}", field.replace('_', "-"));
            let text = given.as_deref().map(|given| text_from(&option, given)).transpose()?.or_else(|| variable(from));
            if let Some(text) = text {
                subject.insert(field.to_owned(), text.into());
            }
        }
        Ok(subject)
    }
}
