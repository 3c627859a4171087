//! Accounts out of environment variables: one mapping for the program and for every language.

use super::Accounts;
use crate::error::{Error, Result};
use crate::secret::Secret;
use crate::{baidu, juhe, jumdata};
use serde_json::json;
use std::collections::BTreeMap;

/// Variables by name. One that is empty counts as absent.
pub type Environment = BTreeMap<String, Secret>;

/// The variables that make accounts.
pub const VARIABLES: [&str; 17] = [
    "SHIREN_JUHE_KEY",
    "SHIREN_JUHE_OPENID",
    "SHIREN_JUMDATA_INIT_URL",
    "SHIREN_JUMDATA_RESULT_URL",
    "SHIREN_JUMDATA_GATEWAY",
    "SHIREN_JUMDATA_APPCODE",
    "SHIREN_JUMDATA_APP_KEY",
    "SHIREN_JUMDATA_APP_ID",
    "SHIREN_JUMDATA_APP_SECRET",
    "SHIREN_JUMDATA_SECRET_ID",
    "SHIREN_JUMDATA_SECRET_KEY",
    "SHIREN_JUMDATA_STAGE",
    "SHIREN_JUMDATA_SOURCE",
    "SHIREN_JUMDATA_PRODUCT_CODE",
    "SHIREN_BAIDU_API_KEY",
    "SHIREN_BAIDU_SECRET_KEY",
    "SHIREN_BAIDU_PLAN_ID",
];

const JUMDATA: &str = "SHIREN_JUMDATA_";

/// The keys of each gateway of Jumdata, and what may be left out: fields of the configuration, and variables by their
/// names in capitals. The first one is meant where none is named.
const GATEWAYS: [(&str, &[&str], &[&str]); 6] = [
    ("appcode", &["appcode"], &[]),
    ("x_ca", &["app_key", "app_secret"], &["stage"]),
    ("tencent", &["secret_id", "secret_key"], &["source"]),
    ("huawei_appcode", &["appcode"], &[]),
    ("huawei", &["app_key", "app_secret"], &[]),
    ("own", &["app_id", "app_secret"], &["product_code"]),
];

fn value<'a>(environment: &'a Environment, name: &str) -> Option<&'a str> {
    environment.get(name).map(Secret::expose).filter(|value| !value.is_empty())
}

/// The accounts that these variables make. A vendor of whom none is set has none; of whom only some, is an error.
pub(super) fn accounts(environment: &Environment) -> Result<Accounts> {
    let of = |name: &str| value(environment, name);
    let juhe = of("SHIREN_JUHE_KEY")
        .map(|key| juhe::Account { openid: of("SHIREN_JUHE_OPENID").map(Secret::from), ..juhe::Account::new(key) });
    let baidu = match ["SHIREN_BAIDU_API_KEY", "SHIREN_BAIDU_SECRET_KEY"].map(|name| of(name).ok_or(name)) {
        [Ok(api_key), Ok(secret_key)] => Some(baidu::Account {
            plan_id: of("SHIREN_BAIDU_PLAN_ID").map(str::to_owned),
            ..baidu::Account::new(api_key, secret_key)
        }),
        [Ok(_), Err(missing)] | [Err(missing), Ok(_)] => return Err(absent(missing)),
        [Err(_), Err(_)] => None,
    };
    Ok(Accounts { juhe, jumdata: jumdata(environment)?, baidu })
}

/// Jumdata's account by the gateway that is named; none where no variable is set.
fn jumdata(environment: &Environment) -> Result<Option<jumdata::Account>> {
    let of = |name: &str| value(environment, name);
    if !VARIABLES.iter().any(|name| name.starts_with(JUMDATA) && of(name).is_some()) {
        return Ok(None);
    }
    let Some((kind, keys, more)) = gateway(environment) else {
        let known: Vec<_> = GATEWAYS.iter().map(|(known, ..)| *known).collect();
        let mut error = Error::configuration(format!("there is no such gateway; there are: {}", known.join(", ")));
        error.field = Some("SHIREN_JUMDATA_GATEWAY".to_owned());
        return Err(error);
    };
    let needed = |field: &str| {
        let name = variable(field);
        of(&name).ok_or_else(|| match of("SHIREN_JUMDATA_GATEWAY") {
            Some(_) => absent(&name),
            None => absent(&name).with_hint("SHIREN_JUMDATA_GATEWAY names another gateway than appcode"),
        })
    };
    let mut account = json!({
        "init_url": needed("init_url")?, "result_url": needed("result_url")?, "gateway": {"kind": kind},
    });
    for key in *keys {
        account["gateway"][key] = needed(key)?.into();
    }
    for key in *more {
        if let Some(text) = of(&variable(key)) {
            account["gateway"][key] = text.into();
        }
    }
    // All of its fields are there, and all of them are texts.
    serde_json::from_value(account).map(Some).map_err(|_| Error::internal("the gateway's account was not understood"))
}

/// The row of the gateway that is named, or else of the first one.
fn gateway(
    environment: &Environment,
) -> Option<&'static (&'static str, &'static [&'static str], &'static [&'static str])> {
    let named = value(environment, "SHIREN_JUMDATA_GATEWAY").unwrap_or(GATEWAYS[0].0);
    GATEWAYS.iter().find(|(known, ..)| *known == named)
}

/// The variable of a field of Jumdata's account.
fn variable(field: &str) -> String {
    format!("{JUMDATA}{}", field.to_uppercase())
}

/// The variables that are set, but that the gateway that is named has no use for.
pub fn unused(environment: &Environment) -> Vec<&'static str> {
    let Some((_, keys, more)) = gateway(environment) else {
        return Vec::new();
    };
    let used: Vec<String> =
        ["init_url", "result_url", "gateway"].iter().chain(*keys).chain(*more).map(|field| variable(field)).collect();
    let unused = |name: &&str| name.starts_with(JUMDATA) && !used.iter().any(|used| used == name);
    VARIABLES.into_iter().filter(unused).filter(|name| value(environment, name).is_some()).collect()
}

fn absent(name: &str) -> Error {
    let mut error = Error::configuration(format!("{name} is not set, although its companions are"));
    error.field = Some(name.to_owned());
    error
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Kind;

    fn environment(pairs: &[(&str, &str)]) -> Environment {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), Secret::from(*value))).collect()
    }

    #[test]
    fn the_environment_makes_accounts() {
        let made = accounts(&environment(&[
            ("SHIREN_JUHE_KEY", "k"),
            ("SHIREN_JUHE_OPENID", "o"),
            ("SHIREN_JUMDATA_INIT_URL", "https://e.cn/init"),
            ("SHIREN_JUMDATA_RESULT_URL", "https://e.cn/result"),
            ("SHIREN_JUMDATA_APPCODE", "a"),
            ("SHIREN_BAIDU_API_KEY", "ak"),
            ("SHIREN_BAIDU_SECRET_KEY", "sk"),
            ("SHIREN_BAIDU_PLAN_ID", "7"),
        ]))
        .unwrap();
        assert_eq!(made.juhe.unwrap().openid.unwrap().expose(), "o");
        assert_eq!(made.jumdata.unwrap().init_url, "https://e.cn/init");
        assert_eq!(made.baidu.unwrap().plan_id.as_deref(), Some("7"));
        let none =
            accounts(&environment(&[("SHIREN_JUHE_KEY", ""), ("SHIREN_LATER_KEY", "k"), ("PATH", "/bin")])).unwrap();
        assert!(none.juhe.is_none() && none.jumdata.is_none() && none.baidu.is_none());
    }

    #[test]
    fn half_an_account_is_refused_by_name() {
        let error = accounts(&environment(&[("SHIREN_BAIDU_API_KEY", "ak-123456")])).unwrap_err();
        assert_eq!((error.kind, error.field.as_deref()), (Kind::Configuration, Some("SHIREN_BAIDU_SECRET_KEY")));
        assert!(!format!("{error:?}").contains("ak-123456"));
        let error = accounts(&environment(&[("SHIREN_JUMDATA_APPCODE", "a")])).unwrap_err();
        assert_eq!(error.field.as_deref(), Some("SHIREN_JUMDATA_INIT_URL"));
        let error = accounts(&environment(&[
            ("SHIREN_JUMDATA_INIT_URL", "https://e.cn/init"),
            ("SHIREN_JUMDATA_RESULT_URL", "https://e.cn/result"),
            ("SHIREN_JUMDATA_APP_KEY", "k-123456"),
        ]))
        .unwrap_err();
        assert_eq!(error.field.as_deref(), Some("SHIREN_JUMDATA_APPCODE"));
        assert!(error.hint.as_ref().unwrap().contains("SHIREN_JUMDATA_GATEWAY"));
    }

    #[test]
    fn each_gateway_of_jumdata_has_its_variables() {
        use crate::jumdata::Gateway;
        let all = |kind: &str| {
            let value = |name: &str| match name.strip_prefix(JUMDATA)? {
                "GATEWAY" => Some(kind.to_owned()),
                "INIT_URL" | "RESULT_URL" => Some("https://e.cn/x".to_owned()),
                rest => Some(rest.to_lowercase()),
            };
            let pairs = VARIABLES.iter().filter_map(|name| Some(((*name).to_owned(), Secret::from(value(name)?))));
            pairs.collect::<Environment>()
        };
        for (kind, keys, more) in GATEWAYS {
            let mut set = all(kind);
            let gateway = accounts(&set).unwrap().jumdata.unwrap().gateway;
            let shown = match &gateway {
                Gateway::Appcode { appcode } | Gateway::HuaweiAppcode { appcode } => vec![appcode.expose()],
                Gateway::XCa { app_key, app_secret, stage } => {
                    assert_eq!(stage.as_deref(), Some("stage"));
                    vec![app_key.expose(), app_secret.expose()]
                }
                Gateway::Tencent { secret_id, secret_key, source } => {
                    assert_eq!(source, "source");
                    vec![secret_id.expose(), secret_key.expose()]
                }
                Gateway::Huawei { app_key, app_secret } => vec![app_key.expose(), app_secret.expose()],
                Gateway::Own { app_id, app_secret, product_code } => {
                    assert_eq!(product_code, "product_code");
                    vec![app_id.expose(), app_secret.expose()]
                }
            };
            assert_eq!(shown, keys, "{kind}");
            assert_eq!(
                matches!(gateway, Gateway::Huawei { .. } | Gateway::HuaweiAppcode { .. }),
                kind.starts_with("huawei")
            );
            // Eight keys and three that may be left out, of which this gateway uses its own.
            assert_eq!(unused(&set).len(), 9 - keys.len() - more.len(), "{kind}: {:?}", unused(&set));
            for key in keys {
                let missing = variable(key);
                let taken = set.remove(&missing).unwrap();
                assert_eq!(accounts(&set).unwrap_err().field.as_ref(), Some(&missing), "{kind}");
                set.insert(missing, taken);
            }
        }
        let error = accounts(&all("canary")).unwrap_err();
        assert_eq!(error.field.as_deref(), Some("SHIREN_JUMDATA_GATEWAY"));
        assert!(error.message.contains("x_ca, tencent") && !format!("{error:?}").contains("canary"));
    }
}
