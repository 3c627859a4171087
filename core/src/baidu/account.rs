//! A Baidu application: its keys, its plan, and how it authenticates.

use crate::error::Result;
use crate::secret::Secret;
use serde::Deserialize;

/// A Baidu account (one application of 百度智能云).
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Account {
    /// The application's API Key.
    pub api_key: Secret,
    /// The application's Secret Key. Only `auth: bearer` does without.
    #[serde(default)]
    pub secret_key: Secret,
    /// How calls prove who calls. Default: an access_token.
    #[serde(default)]
    pub auth: Auth,
    /// 方案ID of the H5 plan, from the console.
    #[serde(default)]
    pub plan_id: Option<String>,
    /// Default `https://aip.baidubce.com`.
    #[serde(default = "base_url")]
    pub base_url: String,
    /// The hosted page. Default `https://brain.baidu.com/face/print/`.
    #[serde(default = "page_url")]
    pub page_url: String,
}

/// How calls prove who calls; never two ways in one request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Auth {
    /// `access_token` in the URL, fetched with the two keys, kept and renewed.
    #[default]
    AccessToken,
    /// 百度云AKSK鉴权: each request is signed by bce-auth-v1 with the two keys.
    Bce,
    /// `Authorization: Bearer …` with a key of the new style (`bce-v3/…`) as `api_key`. No token is ever fetched.
    Bearer,
}

impl Account {
    /// The key that only the caller and Baidu know.
    pub(crate) fn secret(&self) -> &Secret {
        match self.auth {
            Auth::Bearer => &self.api_key,
            Auth::AccessToken | Auth::Bce => &self.secret_key,
        }
    }

    /// Whether the keys that this way of authentication needs are there.
    pub(crate) fn check(&self, at: &str) -> Result<()> {
        let mut needed = vec![("api_key", &self.api_key)];
        if self.auth != Auth::Bearer {
            needed.push(("secret_key", &self.secret_key));
        }
        needed.into_iter().try_for_each(|(field, key)| {
            key.check(&format!("{at}/{field}")).map_err(|error| match field {
                "secret_key" if key.is_empty() => error.with_hint("only `auth: bearer` does without a secret_key"),
                _ => error,
            })
        })
    }

    /// An account with a Bearer key and defaults.
    pub fn bearer(key: impl Into<Secret>) -> Account {
        Account { auth: Auth::Bearer, ..Account::new(key, "") }
    }

    /// An account with its two keys and defaults.
    pub fn new(api_key: impl Into<Secret>, secret_key: impl Into<Secret>) -> Account {
        Account {
            api_key: api_key.into(),
            secret_key: secret_key.into(),
            auth: Auth::default(),
            plan_id: None,
            base_url: base_url(),
            page_url: page_url(),
        }
    }
}

fn base_url() -> String {
    "https://aip.baidubce.com".to_owned()
}

pub(super) fn page_url() -> String {
    "https://brain.baidu.com/face/print/".to_owned()
}
