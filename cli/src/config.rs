//! Where accounts come from: a sandbox, a file, or the environment; never an argument.

use crate::output;
use clap::Args;
use shiren::config::environment::{Environment, VARIABLES};
use shiren::{Client, Config, Kind, Result};
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
            Origin::Environment => Config { environment: environment(), ..Config::default() }.settled(),
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

/// The variables of [`VARIABLES`] that are set.
pub(crate) fn environment() -> Environment {
    VARIABLES.into_iter().filter_map(|name| Some((name.to_owned(), variable(name)?.into()))).collect()
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
