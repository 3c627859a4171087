//! How to reach Jumdata: the addresses a marketplace gives, and how it wants calls signed.

use crate::secret::Secret;
use serde::Deserialize;

/// A Jumdata account, bought on a cloud marketplace.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Account {
    /// The marketplace's call address of 实人认证初始化. The document names none.
    pub init_url: String,
    /// The marketplace's call address of 获取实人认证结果.
    pub result_url: String,
    /// The hosted page. Default `https://api-h5.jumdata.com/lifecheck/v2/check/index`.
    #[serde(default = "default_page_url")]
    pub page_url: String,
    /// How calls are signed.
    pub gateway: Gateway,
}

/// How a marketplace's gateway knows the caller.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
#[non_exhaustive]
pub enum Gateway {
    /// Aliyun marketplace, simple: `Authorization: APPCODE …`.
    Appcode {
        /// The AppCode of the purchase.
        appcode: Secret,
    },
}

impl Gateway {
    /// The key that only the caller and the marketplace know.
    pub(crate) fn secret(&self) -> &Secret {
        match self {
            Gateway::Appcode { appcode } => appcode,
        }
    }
}

pub(crate) fn default_page_url() -> String {
    "https://api-h5.jumdata.com/lifecheck/v2/check/index".to_owned()
}
