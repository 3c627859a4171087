//! Settings: strict or lenient, and the choices made where the vendors' documents are silent.

use serde::{Deserialize, Serialize};

use crate::baidu::BaiduSettings;

/// How the sandbox decides what the documents leave open. Each field can be set through the admin API by itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Strict refuses a wrong method or content type as a careful vendor would; lenient accepts them.
    pub strict: bool,
    /// Juhe's notice after a finished verification.
    pub juhe_notify: Notify,
    /// Jumdata puts `token` and `success` into the query of the returnUrl. False, the default, appends
    /// `?token=…&success=…` literally, as the document writes it, whatever the returnUrl holds.
    pub jumdata_proper_urls: bool,
    /// Baidu's plans and choices.
    pub baidu: BaiduSettings,
}

/// How Juhe's `notifyUrl` is called; the document gives no format.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Notify {
    /// `POST` or `GET`.
    pub method: String,
    /// `form` or `json`; a GET has its fields in the query.
    pub format: String,
    /// How long after the end; 0 means before the browser is sent back.
    pub delay_milliseconds: u64,
    /// How often more it is tried when the other side does not answer with 2xx.
    pub retries: u32,
}

impl Default for Settings {
    fn default() -> Self {
        let juhe_notify = Notify { method: "POST".into(), format: "form".into(), delay_milliseconds: 0, retries: 0 };
        Self { strict: true, juhe_notify, jumdata_proper_urls: false, baidu: BaiduSettings::default() }
    }
}

impl Settings {
    /// These settings with the fields of `change` in place of their own; an unknown field is refused.
    pub fn merged(&self, change: &serde_json::Value) -> Result<Self, serde_json::Error> {
        let mut whole = serde_json::to_value(self)?;
        merge(&mut whole, change);
        serde_json::from_value(whole)
    }
}

fn merge(into: &mut serde_json::Value, change: &serde_json::Value) {
    match (into, change) {
        (serde_json::Value::Object(into), serde_json::Value::Object(change)) => {
            for (name, value) in change {
                merge(into.entry(name).or_insert(serde_json::Value::Null), value);
            }
        }
        (into, change) => *into = change.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_changes_and_the_rest_stays() {
        let changed = Settings::default().merged(&serde_json::json!({"juhe_notify": {"format": "json"}})).unwrap();
        assert_eq!(changed.juhe_notify.format, "json");
        assert_eq!(changed.juhe_notify.method, "POST");
        assert!(Settings::default().merged(&serde_json::json!({"stirct": false})).is_err());
    }
}
