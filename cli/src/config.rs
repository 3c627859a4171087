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
pub(crate) const VARIABLES: [&str; 8] = [
    "SHIREN_JUHE_KEY",
    "SHIREN_JUHE_OPENID",
    "SHIREN_JUMDATA_INIT_URL",
    "SHIREN_JUMDATA_RESULT_URL",
    "SHIREN_JUMDATA_APPCODE",
    "SHIREN_BAIDU_API_KEY",
    "SHIREN_BAIDU_SECRET_KEY",
    "SHIREN_BAIDU_PLAN_ID",
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
    const JUMDATA: [&str; 3] = ["SHIREN_JUMDATA_INIT_URL", "SHIREN_JUMDATA_RESULT_URL", "SHIREN_JUMDATA_APPCODE"];
    if let Some([init_url, result_url, appcode]) = together(JUMDATA, &of)? {
        let gateway = json!({"kind": "appcode", "appcode": appcode});
        accounts.insert("jumdata".into(), json!({"init_url": init_url, "result_url": result_url, "gateway": gateway}));
    }
    if let Some([api_key, secret_key]) = together(["SHIREN_BAIDU_API_KEY", "SHIREN_BAIDU_SECRET_KEY"], &of)? {
        let plan_id = of("SHIREN_BAIDU_PLAN_ID");
        accounts.insert("baidu".into(), json!({"api_key": api_key, "secret_key": secret_key, "plan_id": plan_id}));
    }
    let config = json!({"accounts": Value::Object(accounts)});
    Config::from_json(config.to_string().as_bytes())
}

/// All of these variables, or none of them.
fn together<const N: usize>(names: [&str; N], of: &impl Fn(&str) -> Option<String>) -> Result<Option<[String; N]>> {
    let values = names.map(of);
    if values.iter().all(Option::is_none) {
        return Ok(None);
    }
    match names.iter().zip(&values).find(|(_, value)| value.is_none()) {
        Some((missing, _)) => {
            let mut error = Error::configuration(format!("{missing} is not set, although its companions are"));
            error.field = Some((*missing).to_owned());
            Err(error)
        }
        None => Ok(Some(values.map(Option::unwrap_or_default))),
    }
}

/// What to set, where an account is missing.
pub(crate) fn advice(field: &str) -> Option<&'static str> {
    Some(match field {
        "/accounts/juhe" => "set SHIREN_JUHE_KEY, or give --config FILE, or --sandbox URL",
        "/accounts/juhe/openid" => {
            "set SHIREN_JUHE_OPENID beside SHIREN_JUHE_KEY, or accounts.juhe.openid in the --config file"
        }
        "/accounts/jumdata" => {
            "set SHIREN_JUMDATA_INIT_URL, SHIREN_JUMDATA_RESULT_URL and SHIREN_JUMDATA_APPCODE, or give --config FILE, or --sandbox URL"
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
    }
}
