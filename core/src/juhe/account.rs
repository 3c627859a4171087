//! A Juhe account: the key of the API, and the OpenId of the encrypted calls.

use crate::error::{Error, Result};
use crate::secret::Secret;
use serde::Deserialize;

/// A Juhe account.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Account {
    /// 个人中心 → 我的数据, above the name of the interface. Also signs the return URL.
    pub key: Secret,
    /// 个人中心 → 账号管理 → 基本信息. Only the encrypted calls need it.
    #[serde(default)]
    pub openid: Option<Secret>,
    /// Default `https://apis.juhe.cn`.
    #[serde(default = "base_url")]
    pub base_url: String,
}

impl Account {
    /// An account with its key and defaults.
    pub fn new(key: impl Into<Secret>) -> Account {
        Account { key: key.into(), openid: None, base_url: base_url() }
    }

    /// Whether the keys can be right. `at` is the account's place in the configuration.
    pub(crate) fn check(&self, at: &str) -> Result<()> {
        self.key.check(&format!("{at}/key"))?;
        self.openid.as_ref().map_or(Ok(()), |openid| openid.check(&format!("{at}/openid")))
    }

    /// The OpenId, or an error that says where to find it.
    pub(crate) fn openid(&self) -> Result<&Secret> {
        self.openid.as_ref().ok_or_else(|| {
            let mut error = Error::configuration("the encrypted calls need the account's OpenId")
                .with_hint("set accounts.juhe.openid: 个人中心 → 账号管理 → 基本信息");
            error.field = Some("/accounts/juhe/openid".into());
            error
        })
    }
}

fn base_url() -> String {
    "https://apis.juhe.cn".to_owned()
}
