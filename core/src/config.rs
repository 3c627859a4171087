//! What a client is made from: accounts, addresses, time-outs. Read from JSON or written in Rust.

use crate::check::Preflight;
use crate::error::{Error, Result};
use crate::limits::Limits;
use crate::secret::Secret;
use crate::{baidu, juhe, jumdata, wire};
use serde::Deserialize;

/// The whole configuration. Every field has a default; an account that is missing only fails the calls that need it.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Keys and addresses.
    pub accounts: Accounts,
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
        let config: Config = wire::decode(json, wire::Parts::new()).map_err(|mut error| {
            error.kind = crate::Kind::Configuration;
            error
        })?;
        config.check()?;
        Ok(config)
    }

    /// The accounts of a sandbox at this address (`http://127.0.0.1:PORT`), in test mode.
    pub fn sandbox(url: &str) -> Config {
        let url = url.trim_end_matches('/');
        Config {
            accounts: Accounts {
                juhe: Some(juhe::Account {
                    openid: Some("JHsandbox0openid".into()),
                    base_url: format!("{url}/juhe"),
                    ..juhe::Account::new("sandbox-juhe-key")
                }),
                jumdata: Some(jumdata::Account {
                    init_url: format!("{url}/jumdata/lifecheck/init"),
                    result_url: format!("{url}/jumdata/lifecheck/result"),
                    page_url: format!("{url}/jumdata/lifecheck/v2/check/index"),
                    gateway: jumdata::Gateway::Appcode { appcode: "sandbox-jumdata-appcode".into() },
                }),
                baidu: Some(baidu::Account {
                    plan_id: Some("1".into()),
                    base_url: format!("{url}/baidu"),
                    page_url: format!("{url}/baidu/face/print/"),
                    ..baidu::Account::new("sandbox-baidu-ak", "sandbox-baidu-sk")
                }),
            },
            test_mode: true,
            ..Config::default()
        }
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
