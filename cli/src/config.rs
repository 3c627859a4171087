//! Where accounts come from: a sandbox, a file, or the environment; never an argument.

use crate::output;
use clap::Args;
use serde_json::{Map, Value, json};
use shiren::{Client, Config, Error, Kind, Result};
use std::path::{Path, PathBuf};

/// The heading of the options that every command has.
pub(crate) const EVERYWHERE: &str = "Everywhere";

/// How the vendors are reached.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct Connection {
    /// JSON of accounts and time-outs, as `{"accounts": {"juhe": {"key": …}}}` [env: SHIREN_CONFIG].
    #[arg(long, global = true, help_heading = EVERYWHERE, value_name = "FILE", conflicts_with = "sandbox")]
    config: Option<PathBuf>,
    /// Use the accounts of a sandbox at this address [env: SHIREN_SANDBOX].
    #[arg(long, global = true, help_heading = EVERYWHERE, value_name = "URL")]
    sandbox: Option<String>,
    /// Time for a whole call, waiting included.
    #[arg(long, global = true, help_heading = EVERYWHERE, value_name = "MS", value_parser = clap::value_parser!(u32).range(1..))]
    timeout: Option<u32>,
}

/// Where accounts are taken from: what named it, and its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// A sandbox at this address.
    Sandbox(&'static str, String),
    /// This file.
    File(&'static str, PathBuf),
    /// The variables of [`VARIABLES`].
    Environment,
}

/// The environment variables that make accounts.
pub(crate) const VARIABLES: [&str; 17] = [
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

/// An environment variable that says something.
pub(crate) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

impl Connection {
    /// The whole configuration.
    pub(crate) fn config(&self) -> Result<Config> {
        let mut config = self.source()?;
        if let Some(timeout) = self.timeout {
            config.timeout_ms = timeout;
        }
        config.check()?;
        Ok(config)
    }

    /// Whether the accounts were named on the command line.
    pub(crate) fn is_named(&self) -> bool {
        self.sandbox.is_some() || self.config.is_some()
    }

    fn source(&self) -> Result<Config> {
        match self.origin() {
            Origin::Sandbox(_, url) => sandbox(&url),
            Origin::File(_, path) => from_file(&path),
            Origin::Environment => from_environment(variable),
        }
    }

    /// Where accounts are taken from.
    pub(crate) fn origin(&self) -> Origin {
        // What was typed is meant more than what stands in the environment; of the latter, the one that costs nothing.
        if let Some(url) = &self.sandbox {
            return Origin::Sandbox("--sandbox", url.clone());
        }
        if let Some(path) = &self.config {
            return Origin::File("--config", path.clone());
        }
        if let Some(url) = variable("SHIREN_SANDBOX") {
            return Origin::Sandbox("SHIREN_SANDBOX", url);
        }
        if let Some(path) = variable("SHIREN_CONFIG") {
            return Origin::File("SHIREN_CONFIG", path.into());
        }
        Origin::Environment
    }

    /// Whether the time for a call was given on the command line.
    pub(crate) fn is_timed(&self) -> bool {
        self.timeout.is_some()
    }

    /// A client of that configuration, which waits at least this long for a call.
    pub(crate) fn client(&self, at_least_ms: u32) -> Result<Client> {
        let mut config = self.config()?;
        if self.timeout.is_none() {
            config.timeout_ms = config.timeout_ms.max(at_least_ms);
        }
        Client::new(config)
    }
}

fn sandbox(url: &str) -> Result<Config> {
    let config = Config::sandbox(url);
    config.check().map_err(|mut error| {
        error.field = Some("--sandbox".into());
        error.with_hint("give the address that `shiren sandbox` prints, as http://127.0.0.1:PORT")
    })?;
    Ok(config)
}

fn from_file(path: &Path) -> Result<Config> {
    let bytes = output::read_file("--config", path).map_err(|mut error| {
        error.kind = Kind::Configuration;
        error
    })?;
    Config::from_json(&bytes)
}

fn from_environment(of: impl Fn(&str) -> Option<String>) -> Result<Config> {
    let mut accounts = Map::new();
    if let Some(key) = of("SHIREN_JUHE_KEY") {
        accounts.insert("juhe".into(), json!({"key": key, "openid": of("SHIREN_JUHE_OPENID")}));
    }
    if let Some(account) = jumdata(&of)? {
        accounts.insert("jumdata".into(), account);
    }
    let both = ["SHIREN_BAIDU_API_KEY", "SHIREN_BAIDU_SECRET_KEY"];
    if let [Some(api_key), Some(secret_key)] = together(both, &of)? {
        let plan_id = of("SHIREN_BAIDU_PLAN_ID");
        accounts.insert("baidu".into(), json!({"api_key": api_key, "secret_key": secret_key, "plan_id": plan_id}));
    }
    let config = json!({"accounts": Value::Object(accounts)});
    Config::from_json(config.to_string().as_bytes())
}

/// Jumdata's account by the gateway that is named; none where no variable is set.
fn jumdata(of: &impl Fn(&str) -> Option<String>) -> Result<Option<Value>> {
    if !VARIABLES.iter().any(|name| name.starts_with(JUMDATA) && of(name).is_some()) {
        return Ok(None);
    }
    let named = of("SHIREN_JUMDATA_GATEWAY");
    let kind = named.as_deref().unwrap_or(GATEWAYS[0].0);
    let Some((kind, keys, more)) = GATEWAYS.iter().find(|(known, ..)| *known == kind) else {
        let known: Vec<_> = GATEWAYS.iter().map(|(known, ..)| *known).collect();
        let mut error = Error::configuration(format!("there is no such gateway; there are: {}", known.join(", ")));
        error.field = Some("SHIREN_JUMDATA_GATEWAY".to_owned());
        return Err(error);
    };
    let value = |field: &str| {
        let name = format!("{JUMDATA}{}", field.to_uppercase());
        of(&name).ok_or_else(|| {
            let error = absent(&name);
            if named.is_none() {
                error.with_hint("SHIREN_JUMDATA_GATEWAY names another gateway than appcode")
            } else {
                error
            }
        })
    };
    let mut account = json!({
        "init_url": value("init_url")?, "result_url": value("result_url")?, "gateway": {"kind": kind},
    });
    for key in *keys {
        account["gateway"][key] = value(key)?.into();
    }
    for key in *more {
        if let Ok(text) = value(key) {
            account["gateway"][key] = text.into();
        }
    }
    Ok(Some(account))
}

/// The variables that are set, but that the gateway that is named has no use for.
pub(crate) fn useless() -> Vec<&'static str> {
    let named = variable("SHIREN_JUMDATA_GATEWAY");
    let Some((_, keys, more)) = GATEWAYS.iter().find(|(known, ..)| *known == named.as_deref().unwrap_or(GATEWAYS[0].0))
    else {
        return Vec::new();
    };
    let used = |name: &str| {
        let field = name.to_lowercase();
        ["init_url", "result_url", "gateway"].iter().chain(*keys).chain(*more).any(|known| *known == field)
    };
    let of_jumdata = |name: &&str| name.strip_prefix(JUMDATA).is_some_and(|rest| !used(rest));
    VARIABLES.into_iter().filter(|name| of_jumdata(name) && variable(name).is_some()).collect()
}

/// All of these variables, or none of them.
fn together<const N: usize>(names: [&str; N], of: &impl Fn(&str) -> Option<String>) -> Result<[Option<String>; N]> {
    let values = names.map(of);
    match names.iter().zip(&values).find(|(_, value)| value.is_none()) {
        Some((missing, _)) if values.iter().any(Option::is_some) => Err(absent(missing)),
        _ => Ok(values),
    }
}

fn absent(name: &str) -> Error {
    let mut error = Error::configuration(format!("{name} is not set, although its companions are"));
    error.field = Some(name.to_owned());
    error
}

/// What to set, where an account is missing.
pub(crate) fn advice(field: &str) -> Option<&'static str> {
    Some(match field {
        "/accounts/juhe" => "set SHIREN_JUHE_KEY, or give --config FILE, or --sandbox URL",
        "/accounts/juhe/openid" => {
            "set SHIREN_JUHE_OPENID beside SHIREN_JUHE_KEY, or accounts.juhe.openid in the --config file"
        }
        "/accounts/jumdata" => {
            "set SHIREN_JUMDATA_INIT_URL, SHIREN_JUMDATA_RESULT_URL and SHIREN_JUMDATA_APPCODE (other gateways: `shiren --help`), or give --config FILE, or --sandbox URL"
        }
        "/accounts/baidu" => {
            "set SHIREN_BAIDU_API_KEY and SHIREN_BAIDU_SECRET_KEY, or give --config FILE, or --sandbox URL"
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(pairs: &'static [(&'static str, &'static str)]) -> Result<Config> {
        from_environment(|name| pairs.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned()))
    }

    #[test]
    fn the_environment_makes_accounts() {
        let config = environment(&[
            ("SHIREN_JUHE_KEY", "k"),
            ("SHIREN_JUHE_OPENID", "o"),
            ("SHIREN_JUMDATA_INIT_URL", "https://e.cn/init"),
            ("SHIREN_JUMDATA_RESULT_URL", "https://e.cn/result"),
            ("SHIREN_JUMDATA_APPCODE", "a"),
            ("SHIREN_BAIDU_API_KEY", "ak"),
            ("SHIREN_BAIDU_SECRET_KEY", "sk"),
            ("SHIREN_BAIDU_PLAN_ID", "7"),
        ])
        .unwrap();
        let accounts = config.accounts;
        assert_eq!(accounts.juhe.unwrap().openid.unwrap().expose(), "o");
        assert_eq!(accounts.jumdata.unwrap().init_url, "https://e.cn/init");
        assert_eq!(accounts.baidu.unwrap().plan_id.as_deref(), Some("7"));
        assert!(environment(&[]).unwrap().accounts.juhe.is_none());
    }

    #[test]
    fn half_an_account_is_refused_by_name() {
        let error = environment(&[("SHIREN_BAIDU_API_KEY", "ak-123456")]).unwrap_err();
        assert_eq!((error.kind, error.field.as_deref()), (Kind::Configuration, Some("SHIREN_BAIDU_SECRET_KEY")));
        assert!(!format!("{error:?}").contains("ak-123456"));
        let error = environment(&[("SHIREN_JUMDATA_APPCODE", "a")]).unwrap_err();
        assert_eq!(error.field.as_deref(), Some("SHIREN_JUMDATA_INIT_URL"));
        let error = environment(&[
            ("SHIREN_JUMDATA_INIT_URL", "https://e.cn/init"),
            ("SHIREN_JUMDATA_RESULT_URL", "https://e.cn/result"),
            ("SHIREN_JUMDATA_APP_KEY", "k-123456"),
        ])
        .unwrap_err();
        assert_eq!(error.field.as_deref(), Some("SHIREN_JUMDATA_APPCODE"));
        assert!(error.hint.as_ref().unwrap().contains("SHIREN_JUMDATA_GATEWAY"));
    }

    #[test]
    fn each_gateway_of_jumdata_has_its_variables() {
        use shiren::jumdata::Gateway;
        let all = |kind: &'static str| {
            move |name: &str| match name.strip_prefix(JUMDATA)? {
                "GATEWAY" => Some(kind.to_owned()),
                "INIT_URL" | "RESULT_URL" => Some("https://e.cn/x".to_owned()),
                rest => Some(rest.to_lowercase()),
            }
        };
        for (kind, keys, _) in GATEWAYS {
            let gateway = from_environment(all(kind)).unwrap().accounts.jumdata.unwrap().gateway;
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
                other => panic!("{other:?}"),
            };
            assert_eq!(shown, keys, "{kind}");
            assert_eq!(
                matches!(gateway, Gateway::Huawei { .. } | Gateway::HuaweiAppcode { .. }),
                kind.starts_with("huawei")
            );
            for key in keys {
                let missing = format!("{JUMDATA}{}", key.to_uppercase());
                let error = from_environment(|name| all(kind)(name).filter(|_| name != missing)).unwrap_err();
                assert_eq!(error.field, Some(missing), "{kind}");
            }
        }
        let error = from_environment(all("canary")).unwrap_err();
        assert_eq!(error.field.as_deref(), Some("SHIREN_JUMDATA_GATEWAY"));
        assert!(error.message.contains("x_ca, tencent") && !format!("{error:?}").contains("canary"));
    }
}
