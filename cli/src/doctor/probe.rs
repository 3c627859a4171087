//! What only the vendors can tell: whether they are reached, and whether they know the keys. Only free calls, about
//! orders and tokens that do not exist.

use super::{Health, Report};
use crate::ask::ask;
use crate::fields::Fields;
use crate::ops;
use serde_json::Value;
use shiren::{CallOptions, Client, Config, Error, Kind, Result, Vendor, baidu};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Signatures are refused by clocks that are further apart, sooner or later: by Aliyun and Huawei at 15 minutes.
const SKEW: Duration = Duration::from_secs(300);

/// No order and no token is called so.
const NOBODY: &str = "shiren-doctor-no-such";

/// How vendors are asked.
pub(super) struct Probe<'a> {
    pub(super) config: &'a Config,
    pub(super) client: &'a Client,
    /// For one call, in milliseconds.
    pub(super) patience: u32,
    /// Ask also what a marketplace may count.
    pub(super) meter: bool,
}

impl Probe<'_> {
    /// Asks each vendor that has an account.
    pub(super) fn run(&self, report: &mut Report) -> Result<()> {
        let clocks = Arc::<Mutex<Vec<(Vendor, i64)>>>::default();
        let told = clocks.clone();
        self.client.on_outcome(move |outcome| {
            if let (Some(vendor), Some(ahead)) = (outcome.vendor, outcome.clock_ms) {
                told.lock().unwrap_or_else(PoisonError::into_inner).push((vendor, ahead));
            }
        });
        self.vendors(report)?;
        clock(&clocks.lock().unwrap_or_else(PoisonError::into_inner), report);
        Ok(())
    }

    fn vendors(&self, report: &mut Report) -> Result<()> {
        let accounts = &self.config.accounts;
        if let Some(account) = &accounts.juhe {
            let reply = self.ask("juhe.faceid.search", "jh_order_id", NOBODY)?;
            if reached("juhe", &account.base_url, &reply, report) {
                juhe(reply, report);
            }
        }
        if let Some(account) = &accounts.jumdata {
            let (at, init) = (origin_of(&account.result_url), origin_of(&account.init_url));
            let reply = self.root(self.client, at)?;
            if reached("jumdata", at, &reply, report) {
                self.jumdata(report)?;
            }
            if init != at {
                let reply = self.root(&self.at_init()?, init)?;
                reached("jumdata", init, &reply, report);
            }
        }
        if let Some(account) = &accounts.baidu {
            let by_token = matches!(account.auth, baidu::Auth::AccessToken);
            let reply = match by_token {
                true => self.ask("baidu.oauth.token", "", "")?,
                false => self.ask("baidu.faceprint.result_simple", "verify_token", NOBODY)?,
            };
            if reached("baidu", &account.base_url, &reply, report) {
                keys("baidu", if by_token { "gave an access_token" } else { "took the key" }, reply, report);
            }
        }
        Ok(())
    }

    /// A GET of Jumdata's gateway. No key goes along, so that nobody can count it. Whatever answers, answers.
    fn root(&self, client: &Client, at: &str) -> Result<Result<Value>> {
        self.ask_by(client, "evidence.fetch", "url", &format!("{at}/"))
    }

    /// A client whose own host is that of init_url: only an account's own host may be fetched from.
    fn at_init(&self) -> Result<Client> {
        let mut config = self.config.clone();
        if let Some(account) = &mut config.accounts.jumdata {
            account.result_url.clone_from(&account.init_url);
        }
        Client::new(config)
    }

    fn ask(&self, id: &str, field: &str, value: &str) -> Result<Result<Value>> {
        self.ask_by(self.client, id, field, value)
    }

    /// Being given up is the only error that ends the examination.
    fn ask_by(&self, client: &Client, id: &str, field: &str, value: &str) -> Result<Result<Value>> {
        let mut fields = Fields::of(ops::find(id)?);
        if !field.is_empty() {
            fields.set(&[field], value.into());
        }
        if id == "evidence.fetch" {
            fields.set(&["vendor"], "jumdata".into());
        }
        let options = CallOptions::default().timeout(Duration::from_millis(self.patience.into()));
        match ask(client, id, fields, options) {
            Err(error) if error.kind == Kind::Cancelled => Err(error),
            reply => Ok(reply),
        }
    }

    fn jumdata(&self, report: &mut Report) -> Result<()> {
        // Test mode has refused every real gateway already.
        if !self.meter && !self.config.test_mode {
            let text = "not tried: the free call that proves it may be counted by a marketplace";
            report.add("jumdata.key", Health::Unclear, text).fix = Some("--meter tries it".into());
            return Ok(());
        }
        let reply = self.ask("jumdata.lifecheck.result", "token", NOBODY)?;
        keys("jumdata", "took the key", reply, report);
        Ok(())
    }
}

/// What the vendors' answers say of this machine's clock.
fn clock(told: &[(Vendor, i64)], report: &mut Report) {
    let Some((vendor, ahead)) = told.iter().max_by_key(|(_, ahead)| ahead.unsigned_abs()) else {
        report.add("clock", Health::Skipped, "not known: no answer had a date");
        return;
    };
    let (off, way) = (Duration::from_millis(ahead.unsigned_abs()), if *ahead > 0 { "behind" } else { "ahead of" });
    if off <= SKEW {
        report.add("clock", Health::Good, "less than 5 minutes from the vendors' own");
        return;
    }
    let text = format!("this machine's clock is {} minutes {way} that of {vendor}'s server", off.as_secs() / 60);
    report.add("clock", Health::Unclear, text).fix =
        Some("set it (NTP): signatures with another time are refused, and sessions seem to end early or late".into());
}

/// `https://host:port` of an address.
pub(super) fn origin_of(address: &str) -> &str {
    let start = address.find("://").map_or(0, |at| at + 3);
    address[start..].find(['/', '?', '#']).map_or(address, |end| &address[..start + end])
}

fn reached(vendor: &str, address: &str, reply: &Result<Value>, report: &mut Report) -> bool {
    let what = format!("{vendor}.network");
    match reply {
        Err(error) if matches!(error.kind, Kind::Network | Kind::Tls | Kind::Timeout) => {
            let line = report.fail(what, error.clone());
            if error.kind == Kind::Timeout {
                line.message = format!("{}: {}", origin_of(address), line.message);
            }
            if line.fix.is_none() {
                line.fix = Some("check the address, the firewall, and whether a proxy is needed".into());
            }
            let key = format!("{vendor}.key");
            if !report.0.iter().any(|line| line.what == key) {
                report.add(key, Health::Skipped, "not known: nobody was reached");
            }
            false
        }
        // Refused by this library itself: nobody was asked.
        Err(error) if is_ours(error) => {
            report.fail(what, error.clone());
            false
        }
        _ => {
            report.add(what, Health::Good, format!("{} answers", origin_of(address)));
            true
        }
    }
}

/// Whether an error is of this library, and not an answer.
fn is_ours(error: &Error) -> bool {
    match error.kind {
        Kind::Configuration | Kind::InvalidArgument => error.vendor_code.is_none() && error.http_status.is_none(),
        Kind::RateLimited => error.field.as_deref().is_some_and(|field| field.starts_with("/limits")),
        _ => false,
    }
}

/// What a vendor says of an order that does not exist, once it has accepted the key.
fn juhe(reply: Result<Value>, report: &mut Report) {
    let code = reply.as_ref().err().and_then(|error| error.vendor_code.as_deref());
    match code {
        Some("279301" | "279302") => {
            report.add("juhe.key", Health::Good, "faceid took the key");
        }
        Some("10001") => {
            keys("juhe", "took the key", reply, report);
            if let Some(line) = report.0.last_mut() {
                line.fix = Some(
                    "check SHIREN_JUHE_KEY or accounts.juhe.key; each interface has a key of its own, and faceid was asked"
                        .into(),
                );
            }
        }
        // Each interface has a key of its own, and nobody can be asked for free about the others.
        Some("10002") => {
            report.add("juhe.key", Health::Unclear, "the key is known to Juhe, but not for faceid (10002)").fix = Some(
                "use faceid's own key for faceid; whether this one is verifyface's only a paid call can tell".into(),
            );
        }
        _ => keys("juhe", "took the key", reply, report),
    }
}

/// The rest: an answer about a token that does not exist is as good as any.
fn keys(vendor: &str, done: &str, reply: Result<Value>, report: &mut Report) {
    let what = format!("{vendor}.key");
    let error = match reply {
        Ok(_) => {
            report.add(what, Health::Good, format!("{vendor} {done}"));
            return;
        }
        Err(error) => error,
    };
    let about_the_token = error.vendor_code.is_some()
        && (error.kind == Kind::InvalidArgument
            || error.vendor_text.as_deref().is_some_and(|text| text.contains(baidu::codes::TOKEN_OVER)));
    if about_the_token {
        report.add(what, Health::Good, format!("{vendor} {done}"));
    } else {
        report.fail(what, error);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins() {
        for (address, origin) in [
            ("https://e.cn/a/b", "https://e.cn"),
            ("https://e.cn:8443", "https://e.cn:8443"),
            ("http://[::1]:1/?a=1", "http://[::1]:1"),
            ("https://e.cn?a", "https://e.cn"),
        ] {
            assert_eq!(origin_of(address), origin);
        }
    }

    #[test]
    fn codes_that_prove_a_key() {
        let ends = |code: &str, kind| {
            let mut error = Error::new(kind, "x");
            error.vendor_code = Some(code.to_owned());
            let mut report = Report::default();
            juhe(Err(error), &mut report);
            report.0[0].health
        };
        assert_eq!(ends("279302", Kind::Vendor), Health::Good);
        assert_eq!(ends("10001", Kind::Authentication), Health::Bad);
        assert_eq!(ends("10002", Kind::Authentication), Health::Unclear);
        assert_eq!(ends("10020", Kind::Vendor), Health::Bad);
    }
}
