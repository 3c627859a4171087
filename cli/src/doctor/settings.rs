//! What can be seen without asking anybody: accounts, addresses, limits.

use super::{Health, Report};
use shiren::{Accounts, Config, Limit, baidu, check, juhe, jumdata};

/// Looks at a configuration that was checked already.
pub(super) fn look(config: &Config, report: &mut Report) {
    let accounts = &config.accounts;
    match &accounts.juhe {
        None => absent("juhe", report),
        Some(account) if account.openid.is_none() => {
            report.add("juhe.account", Health::Good, "key is set; openid is not: only the encrypted calls need it");
        }
        Some(_) => drop(report.add("juhe.account", Health::Good, "key and openid are set")),
    }
    if let Some(account) = &accounts.juhe {
        address("juhe.base_url", &account.base_url, config, report);
        limits("juhe", &config.limits.juhe, report);
    }
    match &accounts.jumdata {
        None => absent("jumdata", report),
        Some(account) => {
            let text = format!("the addresses and the keys of the gateway {} are set", gateway(&account.gateway));
            report.add("jumdata.account", Health::Good, text);
            address("jumdata.init_url", &account.init_url, config, report);
            address("jumdata.result_url", &account.result_url, config, report);
            limits("jumdata", &config.limits.jumdata, report);
        }
    }
    match &accounts.baidu {
        None => absent("baidu", report),
        Some(account) => {
            let keys = match account.auth {
                baidu::Auth::Bearer => "a Bearer key is set",
                baidu::Auth::Bce => "both keys are set, to sign each call (bce)",
                _ => "both keys are set, to fetch an access_token",
            };
            let plan =
                if account.plan_id.is_some() { "and plan_id too" } else { "plan_id is not: give it to each session" };
            report.add("baidu.account", Health::Good, format!("{keys}; {plan}"));
            address("baidu.base_url", &account.base_url, config, report);
            limits("baidu", &config.limits.baidu, report);
        }
    }
    general(config, report);
}

fn absent(vendor: &str, report: &mut Report) {
    report.add(format!("{vendor}.account"), Health::Skipped, "not configured: calls that need it fail");
}

fn gateway(gateway: &jumdata::Gateway) -> &'static str {
    use jumdata::Gateway;
    match gateway {
        Gateway::Appcode { .. } => "appcode (Aliyun)",
        Gateway::XCa { .. } => "x_ca (Aliyun, signed)",
        Gateway::Tencent { .. } => "tencent",
        Gateway::HuaweiAppcode { .. } => "huawei_appcode",
        Gateway::Huawei { .. } => "huawei (signed)",
        Gateway::Own { .. } => "own (Jumdata's)",
        _ => "of another kind",
    }
}

/// Where an address points: its scheme and host, and whose host that is.
fn address(what: &str, address: &str, config: &Config, report: &mut Report) {
    let at = super::probe::origin_of(address);
    if is_here(at) {
        report.add(what, Health::Good, format!("{at}: this machine"));
    } else if address.starts_with("http://") {
        report.add(what, Health::Unclear, format!("{at}: names, ID numbers and faces travel in clear text")).fix =
            Some("use https, and take allow_plain_http out".into());
    } else if is_real(at) {
        report.add(what, Health::Good, format!("{at}: https, a real host of the vendors; calls cost money"));
    } else {
        let text = format!("{at}: https, but no host of the vendors that is known here");
        report.add(what, Health::Unclear, text).fix =
            (!config.test_mode).then(|| "names, ID numbers and faces are sent there: is it yours?".into());
    }
}

/// Whether a configuration with this address is accepted: the library's own rule, not a copy of it.
fn accepted(address: String, config: Config) -> bool {
    let juhe = juhe::Account { base_url: address, ..juhe::Account::new("-") };
    Config { accounts: Accounts { juhe: Some(juhe), ..Accounts::default() }, ..config }.check().is_ok()
}

/// Plain http is spoken only there.
fn is_here(at: &str) -> bool {
    let host = at.split_once("://").map_or(at, |(_, host)| host);
    accepted(format!("http://{host}"), Config::default())
}

/// Test mode refuses it.
fn is_real(at: &str) -> bool {
    !accepted(at.to_owned(), Config { test_mode: true, allow_plain_http: true, ..Config::default() })
}

fn limits(vendor: &str, limit: &Limit, report: &mut Report) {
    let mut parts = Vec::new();
    parts.extend(limit.per_second.map(|rate| format!("{rate} calls per second")));
    parts.extend(limit.in_flight.map(|calls| format!("{calls} in flight")));
    parts.extend(limit.breaker.as_ref().map(|breaker| format!("breaker after {} faults", breaker.failures)));
    parts.extend(limit.max_billed.map(|calls| format!("at most {calls} billed calls")));
    let what = format!("{vendor}.limits");
    if limit.max_billed == Some(0) {
        report.add(what, Health::Unclear, parts.join(", ")).fix =
            Some("max_billed 0 refuses every paid call: raise it, or take it out".into());
        return;
    }
    report.add(what, Health::Good, if parts.is_empty() { "none".into() } else { parts.join(", ") });
}

fn general(config: &Config, report: &mut Report) {
    let preflight = &config.preflight;
    let mut text = format!("level {}", format!("{:?}", preflight.level).to_lowercase());
    if !preflight.allow.is_empty() {
        text.push_str(&format!(", but not: {}", preflight.allow.join(", ")));
    }
    let is_off = preflight.level == check::Level::Off;
    let line = report.add("preflight", if is_off { Health::Unclear } else { Health::Good }, text);
    line.fix = is_off.then(|| "a number that cannot exist is then sent, and may be paid for".into());
    let mut text = format!("{} ms to connect, {} ms for a call", config.connect_timeout_ms, config.timeout_ms);
    if config.proxy.is_some() {
        text.push_str(", through a proxy");
    }
    if config.ca_pem.is_some() {
        text.push_str(", further certificate authorities are trusted");
    }
    report.add("connection", Health::Good, text);
    let text = if config.test_mode { "on: the vendors' real hosts are refused" } else { "off" };
    report.add("test_mode", Health::Good, text);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_told_apart() {
        for (at, here, real) in [
            ("http://127.0.0.1:80", true, false),
            ("http://[::1]:80", true, false),
            ("https://localhost", true, false),
            ("https://apis.juhe.cn", false, true),
            ("https://x.market.alicloudapi.com", false, true),
            ("https://example.com:8443", false, false),
            ("http://10.0.0.1", false, false),
        ] {
            assert_eq!((is_here(at), is_real(at)), (here, real), "{at}");
        }
    }
}
