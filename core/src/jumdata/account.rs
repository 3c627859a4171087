//! How to reach Jumdata: the addresses a marketplace gives, and how it wants calls signed.

use crate::error::{Error, Result};
use crate::secret::Secret;
use serde::Deserialize;

/// A Jumdata account, bought on a cloud marketplace or from Jumdata itself.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Account {
    /// The marketplace's call address of 实人认证初始化. The document names none; Jumdata's own gateway lives at
    /// `https://api.jumdata.com`.
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
    /// Aliyun marketplace, signed: `X-Ca-Signature` by HMAC-SHA256.
    XCa {
        /// AppKey.
        app_key: Secret,
        /// AppSecret.
        app_secret: Secret,
        /// `X-Ca-Stage`: `RELEASE`, `PRE` or `TEST`. Not sent by default; the gateway then takes `RELEASE`.
        #[serde(default)]
        stage: Option<String>,
    },
    /// Tencent marketplace: `Authorization: hmac …` by HMAC-SHA1 over date and source.
    Tencent {
        /// SecretId of the purchase.
        secret_id: Secret,
        /// SecretKey of the purchase.
        secret_key: Secret,
        /// `X-Source`. Default `market`, as in the marketplace's samples.
        #[serde(default = "market")]
        source: String,
    },
    /// Huawei marketplace, simple: `X-Apig-AppCode: …`.
    HuaweiAppcode {
        /// The AppCode of the purchase.
        appcode: Secret,
    },
    /// Huawei marketplace, signed: `SDK-HMAC-SHA256`.
    Huawei {
        /// AppKey.
        app_key: Secret,
        /// AppSecret.
        app_secret: Secret,
    },
    /// Jumdata's own gateway: `appId`, `timestamp`, `sign` and `productCode` among the form's fields.
    Own {
        /// appId.
        app_id: Secret,
        /// appSecret.
        app_secret: Secret,
        /// productCode. Default `life_check`; empty: not sent.
        #[serde(default = "product_code")]
        product_code: String,
    },
}

impl Gateway {
    /// The key that only the caller and the marketplace know.
    pub(crate) fn secret(&self) -> &Secret {
        match self {
            Gateway::Appcode { appcode } | Gateway::HuaweiAppcode { appcode } => appcode,
            Gateway::XCa { app_secret, .. } | Gateway::Huawei { app_secret, .. } | Gateway::Own { app_secret, .. } => {
                app_secret
            }
            Gateway::Tencent { secret_key, .. } => secret_key,
        }
    }

    /// What travels in clear in a header or a form, by field.
    fn visible(&self) -> Vec<(&'static str, &str)> {
        match self {
            Gateway::Appcode { appcode } | Gateway::HuaweiAppcode { appcode } => vec![("appcode", appcode.expose())],
            Gateway::XCa { app_key, stage, .. } => {
                let stage = stage.as_deref().map(|stage| ("stage", stage));
                [Some(("app_key", app_key.expose())), stage].into_iter().flatten().collect()
            }
            Gateway::Tencent { secret_id, source, .. } => {
                vec![("secret_id", secret_id.expose()), ("source", source.as_str())]
            }
            Gateway::Huawei { app_key, .. } => vec![("app_key", app_key.expose())],
            Gateway::Own { app_id, .. } => vec![("app_id", app_id.expose())],
        }
    }

    fn secret_field(&self) -> &'static str {
        match self {
            Gateway::Appcode { .. } | Gateway::HuaweiAppcode { .. } => "appcode",
            Gateway::Tencent { .. } => "secret_key",
            _ => "app_secret",
        }
    }

    /// Whether the keys can be sent at all. `at` is the gateway's own place in the configuration.
    pub(crate) fn check(&self, at: &str) -> Result<()> {
        let wrong = |field: &str, why: &str| {
            let mut error = Error::configuration(why);
            error.field = Some(format!("{at}/{field}"));
            Err(error)
        };
        for (field, text) in self.visible() {
            if text.is_empty() {
                return wrong(field, "this must not be empty");
            }
            // A quote or a comma would end the value inside the header.
            if !text.bytes().all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'"' | b',')) {
                return wrong(field, "this has blanks or odd characters; copy it anew from the marketplace");
            }
        }
        self.secret().check(&format!("{at}/{}", self.secret_field()))
    }
}

pub(crate) fn default_page_url() -> String {
    "https://api-h5.jumdata.com/lifecheck/v2/check/index".to_owned()
}

fn market() -> String {
    "market".to_owned()
}

fn product_code() -> String {
    "life_check".to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Result<Gateway> {
        crate::wire::decode(json.as_bytes(), Vec::new())
    }

    /// Every kind, its secret and its defaults.
    #[test]
    fn kinds_secrets_and_defaults() {
        for (json, secret) in [
            (r#"{"kind":"appcode","appcode":"s-1"}"#, "s-1"),
            (r#"{"kind":"x_ca","app_key":"k","app_secret":"s-2"}"#, "s-2"),
            (r#"{"kind":"tencent","secret_id":"k","secret_key":"s-3"}"#, "s-3"),
            (r#"{"kind":"huawei_appcode","appcode":"s-4"}"#, "s-4"),
            (r#"{"kind":"huawei","app_key":"k","app_secret":"s-5"}"#, "s-5"),
            (r#"{"kind":"own","app_id":"k","app_secret":"s-6"}"#, "s-6"),
        ] {
            let gateway = read(json).unwrap();
            assert_eq!(gateway.secret().expose(), secret);
            gateway.check("").unwrap();
            assert!(!format!("{gateway:?}").contains(secret), "{gateway:?}");
            match gateway {
                Gateway::XCa { stage, .. } => assert_eq!(stage, None),
                Gateway::Tencent { source, .. } => assert_eq!(source, "market"),
                Gateway::Own { product_code, .. } => assert_eq!(product_code, "life_check"),
                _ => {}
            }
        }
        for json in
            [r#"{"kind":"huawei"}"#, r#"{"kind":"aliyun"}"#, r#"{"kind":"appcode","appcode":"s","app_key":"x"}"#]
        {
            assert!(read(json).is_err(), "{json}");
        }
    }

    #[test]
    fn keys_that_cannot_be_sent_are_refused_by_name() {
        for (json, field) in [
            (r#"{"kind":"appcode","appcode":""}"#, "/g/appcode"),
            (r#"{"kind":"appcode","appcode":"a b"}"#, "/g/appcode"),
            (r#"{"kind":"huawei_appcode","appcode":"a\n"}"#, "/g/appcode"),
            (r#"{"kind":"x_ca","app_key":"k","app_secret":""}"#, "/g/app_secret"),
            (r#"{"kind":"x_ca","app_key":"k","app_secret":"canary\n"}"#, "/g/app_secret"),
            (r#"{"kind":"x_ca","app_key":"k","app_secret":"s","stage":"钥"}"#, "/g/stage"),
            (r#"{"kind":"tencent","secret_id":"\"","secret_key":"s"}"#, "/g/secret_id"),
            (r#"{"kind":"tencent","secret_id":"k","secret_key":" "}"#, "/g/secret_key"),
            (r#"{"kind":"tencent","secret_id":"k","secret_key":"s","source":""}"#, "/g/source"),
            (r#"{"kind":"huawei","app_key":"a,b","app_secret":"s"}"#, "/g/app_key"),
            (r#"{"kind":"own","app_id":"","app_secret":"s"}"#, "/g/app_id"),
        ] {
            let error = read(json).unwrap().check("/g").unwrap_err();
            assert_eq!(error.field.as_deref(), Some(field), "{json}");
            assert!(!format!("{error:?}").contains("canary"));
        }
    }
}
