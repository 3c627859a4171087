//! What a client is made from: accounts, addresses, time-outs. Read from JSON or written in Rust.

pub mod environment;

use crate::check::Preflight;
use crate::error::{Error, Result};
use crate::limits::Limits;
use crate::secret::Secret;
use crate::{baidu, juhe, jumdata, wire};
use environment::Environment;
use serde::Deserialize;
use serde_json::{Value, json};

/// The whole configuration. Every field has a default; an account that is missing only fails the calls that need it.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Keys and addresses.
    pub accounts: Accounts,
    /// The address of a sandbox (`http://127.0.0.1:PORT`): its accounts stand for what is not given of them, in test mode.
    pub sandbox: Option<String>,
    /// Environment variables that make accounts where none is given: `SHIREN_JUHE_KEY` and its like. Others are left
    /// alone.
    pub environment: Environment,
    /// Calls per second, calls in flight, breaker and budget of each account.
    pub limits: Limits,
    /// Time for DNS, connect and TLS, in milliseconds. Default 10,000.
    pub connect_timeout_ms: u32,
    /// Time for a whole call, waiting and repetitions included, in milliseconds. Default 30,000.
    pub timeout_ms: u32,
    /// How long an idle connection is kept, in milliseconds. Default 15,000; short, because a connection that the
    /// other side has closed is the commonest reason for `billed: unknown`.
    pub idle_timeout_ms: u32,
    /// The largest reply that is read, in bytes. Default 32 MiB: Baidu's detail carries pictures.
    pub max_reply_bytes: u32,
    /// The largest file that `evidence.fetch` writes to a `path`, in bytes; it is never held in memory. Default 1 GiB.
    pub max_evidence_bytes: u32,
    /// `http://user:password@host:port` of a proxy. None by default; the environment's proxies are not used.
    pub proxy: Option<Secret>,
    /// Further certificate authorities to trust, as PEM text.
    pub ca_pem: Option<String>,
    /// Allow `http://` to hosts that are not this machine. Names, ID numbers and faces then travel in clear text.
    pub allow_plain_http: bool,
    /// Further hosts that `evidence.fetch` may ask, by https, beside those of the vendors' documents: names without
    /// scheme and port.
    pub evidence_hosts: Vec<String>,
    /// Refuse the vendors' real hosts, so that no test can spend money.
    pub test_mode: bool,
    /// What is refused before it is sent. By default what a document forbids, and numbers that cannot exist.
    pub preflight: Preflight,
    /// Sent as `User-Agent`.
    pub user_agent: String,
}

impl Default for Config {
    fn default() -> Config {
        Config {
            accounts: Accounts::default(),
            sandbox: None,
            environment: Environment::new(),
            limits: Limits::default(),
            connect_timeout_ms: 10_000,
            timeout_ms: 30_000,
            idle_timeout_ms: 15_000,
            max_reply_bytes: 32 << 20,
            max_evidence_bytes: 1 << 30,
            proxy: None,
            ca_pem: None,
            allow_plain_http: false,
            evidence_hosts: Vec::new(),
            test_mode: false,
            preflight: Preflight::default(),
            user_agent: concat!("shiren/", env!("CARGO_PKG_VERSION")).to_owned(),
        }
    }
}

/// One account for each vendor. More accounts of one vendor are more clients.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Accounts {
    /// 聚合数据.
    pub juhe: Option<juhe::Account>,
    /// 聚美智数, through a cloud marketplace.
    pub jumdata: Option<jumdata::Account>,
    /// 百度智能云.
    pub baidu: Option<baidu::Account>,
}

impl Accounts {
    /// Those of a sandbox's default tenant.
    fn of_sandbox(url: &str) -> Accounts {
        // All that is asked for is there, and all of it is text.
        serde_json::from_value(accounts_of_sandbox(url)).unwrap_or_default()
    }

    /// The Juhe account, or an error that says how to set it.
    pub fn juhe(&self) -> Result<&juhe::Account> {
        self.juhe.as_ref().ok_or_else(|| missing("juhe", "set accounts.juhe.key"))
    }

    /// The Jumdata account, or an error that says how to set it.
    pub fn jumdata(&self) -> Result<&jumdata::Account> {
        self.jumdata.as_ref().ok_or_else(|| missing("jumdata", "set accounts.jumdata: init_url, result_url, gateway"))
    }

    /// The Baidu account, or an error that says how to set it.
    pub fn baidu(&self) -> Result<&baidu::Account> {
        self.baidu.as_ref().ok_or_else(|| missing("baidu", "set accounts.baidu: api_key, secret_key"))
    }
}

fn missing(vendor: &str, hint: &'static str) -> Error {
    let mut error = Error::configuration(format!("no {vendor} account is configured")).with_hint(hint);
    error.field = Some(format!("/accounts/{vendor}"));
    error
}

impl Config {
    /// Reads a configuration from JSON. Errors name the field and quote no value.
    pub fn from_json(json: &[u8]) -> Result<Config> {
        let whole = with_sandbox(json);
        let config: Config =
            wire::decode(whole.as_deref().unwrap_or(json), wire::Parts::new()).map_err(|mut error| {
                error.kind = crate::Kind::Configuration;
                error
            })?;
        let config = config.settled()?;
        config.check()?;
        Ok(config)
    }

    /// The accounts of a sandbox at this address (`http://127.0.0.1:PORT`), in test mode.
    pub fn sandbox(url: &str) -> Config {
        Config { accounts: Accounts::of_sandbox(url), test_mode: true, ..Config::default() }
    }

    /// With the accounts that `sandbox` or else `environment` stand for, where none is given. A client does that by
    /// itself.
    pub fn settled(mut self) -> Result<Config> {
        let further = match self.sandbox.take() {
            Some(url) => {
                self.test_mode = true;
                self.check_address("/sandbox", &url).map_err(|error| {
                    error.with_hint("give the address that `shiren sandbox` prints, as http://127.0.0.1:PORT")
                })?;
                Accounts::of_sandbox(&url)
            }
            None => environment::accounts(&self.environment)?,
        };
        self.environment.clear();
        let Accounts { juhe, jumdata, baidu } = &mut self.accounts;
        *juhe = juhe.take().or(further.juhe);
        *jumdata = jumdata.take().or(further.jumdata);
        *baidu = baidu.take().or(further.baidu);
        Ok(self)
    }

    /// Checks addresses and numbers, before anything is sent.
    pub fn check(&self) -> Result<()> {
        let Accounts { juhe, jumdata, baidu } = &self.accounts;
        let mut addresses: Vec<(&str, &str)> = Vec::new();
        if let Some(juhe) = juhe {
            addresses.push(("/accounts/juhe/base_url", &juhe.base_url));
            juhe.check("/accounts/juhe")?;
        }
        if let Some(jumdata) = jumdata {
            addresses.push(("/accounts/jumdata/init_url", &jumdata.init_url));
            addresses.push(("/accounts/jumdata/result_url", &jumdata.result_url));
            jumdata.gateway.check("/accounts/jumdata/gateway")?;
        }
        if let Some(baidu) = baidu {
            addresses.push(("/accounts/baidu/base_url", &baidu.base_url));
            baidu.check("/accounts/baidu")?;
        }
        for (field, address) in addresses {
            self.check_address(field, address)?;
        }
        for (index, host) in self.evidence_hosts.iter().enumerate() {
            let plain = |part: &str| {
                !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
            };
            if !host.contains('.') || !host.split('.').all(plain) || host.parse::<std::net::IpAddr>().is_ok() {
                return Err(wrong(
                    &format!("/evidence_hosts/{index}"),
                    "the name of a host is wanted, and nothing else",
                ));
            }
        }
        self.preflight.check()?;
        for (field, value) in [
            ("/connect_timeout_ms", self.connect_timeout_ms),
            ("/timeout_ms", self.timeout_ms),
            ("/max_reply_bytes", self.max_reply_bytes),
            ("/max_evidence_bytes", self.max_evidence_bytes),
        ] {
            if value == 0 {
                return Err(wrong(field, "0 would make every call fail").with_hint("leave it out for the default"));
            }
        }
        self.limits.check()
    }

    fn check_address(&self, field: &str, address: &str) -> Result<()> {
        let uri: http::Uri = address.parse().map_err(|_| wrong(field, "this is not an http(s) address"))?;
        let (Some(scheme), Some(host)) = (uri.scheme_str(), uri.host()) else {
            return Err(wrong(field, "an address starts with https:// and names a host"));
        };
        if uri.query().is_some() || uri.authority().is_some_and(|authority| authority.as_str().contains('@')) {
            return Err(wrong(field, "an address has no query and no user in it"));
        }
        match scheme {
            "https" => {}
            "http" if self.allow_plain_http || is_loopback(host) => {}
            "http" => {
                return Err(wrong(field, "plain http would send names, ID numbers and faces in clear text")
                    .with_hint("use https, or set allow_plain_http if that is meant"));
            }
            _ => return Err(wrong(field, "only https (and http to this machine) is spoken")),
        }
        if self.test_mode && is_vendor(host) {
            return Err(wrong(field, "test mode refuses the vendors' real hosts")
                .with_hint("point it at a sandbox, or leave test mode"));
        }
        Ok(())
    }
}

/// The accounts of the default tenant of a sandbox at this address, as a configuration has them.
fn accounts_of_sandbox(url: &str) -> Value {
    let url = url.trim_end_matches('/');
    json!({
        "juhe": {"key": "sandbox-juhe-key", "openid": "JHsandbox0openid", "base_url": format!("{url}/juhe")},
        "jumdata": {
            "init_url": format!("{url}/jumdata/lifecheck/init"),
            "result_url": format!("{url}/jumdata/lifecheck/result"),
            "page_url": format!("{url}/jumdata/lifecheck/v2/check/index"),
            "gateway": {"kind": "appcode", "appcode": "sandbox-jumdata-appcode"},
        },
        "baidu": {
            "api_key": "sandbox-baidu-ak",
            "secret_key": "sandbox-baidu-sk",
            "plan_id": "1",
            "base_url": format!("{url}/baidu"),
            "page_url": format!("{url}/baidu/face/print/"),
        },
    })
}

/// The same configuration with the accounts of the sandbox that it names below its own: another tenant is another key.
/// Nothing if it names none.
fn with_sandbox(json: &[u8]) -> Option<Vec<u8>> {
    #[derive(Deserialize)]
    struct Named {
        sandbox: String,
    }
    fn lay(under: &mut Value, over: Value) {
        match (under, over) {
            (_, Value::Null) => {}
            // Another kind of gateway has other keys.
            (Value::Object(under), Value::Object(over)) if !over.contains_key("kind") => {
                over.into_iter().for_each(|(name, value)| lay(under.entry(name).or_insert(Value::Null), value));
            }
            (under, over) => *under = over,
        }
    }
    let Named { sandbox } = serde_json::from_slice(json).ok()?;
    let mut whole: Value = serde_json::from_slice(json).ok()?;
    let mut accounts = accounts_of_sandbox(&sandbox);
    lay(&mut accounts, whole["accounts"].take());
    whole["accounts"] = accounts;
    Some(whole.to_string().into_bytes())
}

fn wrong(field: &str, message: &str) -> Error {
    let mut error = Error::configuration(message);
    error.field = Some(field.to_owned());
    error
}

pub(crate) fn is_loopback(host: &str) -> bool {
    let host = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost")
        || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// The vendors' own domains and the marketplaces that sell them.
fn is_vendor(host: &str) -> bool {
    const DOMAINS: [&str; 13] = [
        "juhe.cn",
        "alyms.cn",
        "jumdata.com",
        "baidubce.com",
        "baidu.com",
        "alicloudapi.com",
        "tencentcs.com",
        "tencentapigw.com",
        "huaweicloudapis.com",
        "huaweicloud.com",
        "myhuaweicloud.com",
        "myqcloud.com",
        "cloudmarket-apigw.com",
    ];
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    DOMAINS.iter().any(|domain| host == *domain || host.ends_with(&format!(".{domain}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn juhe_at(base_url: &str) -> Config {
        let juhe = juhe::Account { base_url: base_url.into(), ..juhe::Account::new("k") };
        Config { accounts: Accounts { juhe: Some(juhe), ..Accounts::default() }, ..Config::default() }
    }

    #[test]
    fn keys_that_no_vendor_gave_out_are_refused() {
        let refused = |json: &str| {
            let error = Config::from_json(json.as_bytes()).and_then(|config| config.check()).unwrap_err();
            (error.field.clone().unwrap_or_default(), error.message.clone())
        };
        for (json, field) in [
            (r#"{"accounts": {"juhe": {"key": ""}}}"#, "/accounts/juhe/key"),
            (r#"{"accounts": {"juhe": {"key": "k\n"}}}"#, "/accounts/juhe/key"),
            (r#"{"accounts": {"juhe": {"key": "k", "openid": ""}}}"#, "/accounts/juhe/openid"),
            (r#"{"accounts": {"baidu": {"api_key": "k ", "secret_key": "s"}}}"#, "/accounts/baidu/api_key"),
            (r#"{"accounts": {"baidu": {"api_key": "k", "secret_key": ""}}}"#, "/accounts/baidu/secret_key"),
        ] {
            let (at, why) = refused(json);
            assert_eq!(at, field, "{json}");
            assert!(why == "this must not be empty" || why.contains("blanks"), "{why}");
        }
    }

    #[test]
    fn plain_http_needs_loopback_or_the_word() {
        for good in ["https://apis.juhe.cn", "http://127.0.0.1:8080/juhe", "http://[::1]:1", "http://localhost"] {
            juhe_at(good).check().unwrap_or_else(|error| panic!("{good}: {error}"));
        }
        for bad in [
            "http://apis.juhe.cn",
            "http://10.0.0.1",
            "http://127.0.0.1.evil.example",
            "ftp://x",
            "apis.juhe.cn",
            "",
            "https://u:p@h",
            "https://h?x=1",
        ] {
            let error = juhe_at(bad).check().unwrap_err();
            assert_eq!(error.field.as_deref(), Some("/accounts/juhe/base_url"), "{bad}");
        }
        let mut config = juhe_at("http://apis.juhe.cn");
        config.allow_plain_http = true;
        config.check().unwrap();
    }

    #[test]
    fn test_mode_refuses_real_hosts() {
        for host in ["https://apis.juhe.cn", "https://JUHE.cn.", "https://aip.baidubce.com"] {
            let mut config = juhe_at(host);
            config.check().unwrap();
            config.test_mode = true;
            assert!(config.check().is_err(), "{host}");
        }
        Config::sandbox("http://127.0.0.1:9").check().unwrap();
    }

    #[test]
    fn a_sandbox_gives_the_accounts_that_are_not_given() {
        let config = Config::from_json(
            br#"{"sandbox": "http://127.0.0.1:9/", "accounts": {"juhe": {"key": "k", "base_url": "http://127.0.0.1:8"}},
                "environment": {"SHIREN_BAIDU_API_KEY": "half"}, "test_mode": false}"#,
        )
        .unwrap();
        assert_eq!(config.accounts.juhe.as_ref().unwrap().base_url, "http://127.0.0.1:8");
        assert_eq!(config.accounts.juhe.unwrap().openid.unwrap().expose(), "JHsandbox0openid");
        assert_eq!(config.accounts.baidu.unwrap().base_url, "http://127.0.0.1:9/baidu");
        assert!(config.test_mode, "a sandbox is for tests, whatever else is said");
        let config = Config::from_json(
            br#"{"sandbox": "http://127.0.0.1:9", "accounts": {"juhe": null, "baidu": {"api_key": "tenant-2"},
                "jumdata": {"gateway": {"kind": "own", "app_id": "i", "app_secret": "s"}}}}"#,
        )
        .unwrap();
        assert_eq!(config.accounts.juhe.unwrap().key.expose(), "sandbox-juhe-key");
        let baidu = config.accounts.baidu.unwrap();
        assert_eq!((baidu.api_key.expose(), &*baidu.base_url), ("tenant-2", "http://127.0.0.1:9/baidu"));
        let jumdata = config.accounts.jumdata.unwrap();
        assert_eq!(jumdata.init_url, "http://127.0.0.1:9/jumdata/lifecheck/init");
        assert!(matches!(jumdata.gateway, jumdata::Gateway::Own { .. }));
        let wrong = Config::from_json(br#"{"sandbox": "http://127.0.0.1:9", "accounts": {"juhe": {"kye": "k"}}}"#);
        assert_eq!(wrong.unwrap_err().field.as_deref(), Some("/accounts/juhe/kye"));
        for address in ["", "127.0.0.1:9", "http://10.0.0.1", "https://apis.juhe.cn", "http://127.0.0.1:9?x"] {
            let error = Config::from_json(format!(r#"{{"sandbox": "{address}"}}"#).as_bytes()).unwrap_err();
            assert_eq!(
                (error.kind, error.field.as_deref()),
                (crate::Kind::Configuration, Some("/sandbox")),
                "{address}"
            );
        }
    }

    #[test]
    fn variables_give_the_accounts_that_are_not_given() {
        let config = Config::from_json(
            br#"{"accounts": {"juhe": {"key": "given"}}, "environment": {"SHIREN_JUHE_KEY": "k", "SHIREN_BAIDU_API_KEY": "a",
                "SHIREN_BAIDU_SECRET_KEY": "s", "HOME": "/root"}}"#,
        )
        .unwrap();
        assert_eq!(config.accounts.juhe.unwrap().key.expose(), "given");
        assert_eq!(config.accounts.baidu.unwrap().secret_key.expose(), "s");
        assert!(config.environment.is_empty() && !config.test_mode);
        let canary = Config { environment: [("HOME".into(), "canary".into())].into(), ..Config::default() };
        assert!(!format!("{canary:?}").contains("canary"));
    }

    #[test]
    fn evidence_hosts_are_names() {
        for (host, good) in [
            ("cdn.example.com", true),
            ("https://cdn.example.com", false),
            ("cdn.example.com:443", false),
            ("*.example.com", false),
            ("10.0.0.1", false),
            ("localhost", false),
            ("example.com.", false),
            ("", false),
        ] {
            let config = Config { evidence_hosts: vec![host.to_owned()], ..Config::default() };
            let field = config.check().err().and_then(|error| error.field.clone());
            assert_eq!(field, (!good).then(|| "/evidence_hosts/0".to_owned()), "{host}");
        }
    }

    #[test]
    fn json_errors_name_the_field_and_hide_the_key() {
        let error = Config::from_json(br#"{"accounts":{"juhe":{"kye":"k-123456"}}}"#).unwrap_err();
        assert_eq!(error.kind, crate::Kind::Configuration);
        assert!(!format!("{error:?}").contains("k-123456"));
        let error = Config::from_json(br#"{"timeout_ms":0}"#).unwrap_err();
        assert_eq!(error.field.as_deref(), Some("/timeout_ms"));
        let config = Config::from_json(br#"{"accounts":{"juhe":{"key":"k-123456"}},"timeout_ms":5}"#).unwrap();
        assert_eq!(config.timeout_ms, 5);
        assert!(!format!("{config:?}").contains("k-123456"));
    }
}
