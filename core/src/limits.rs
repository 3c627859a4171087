//! What a client holds itself to for each account: calls per second, calls in flight, a breaker, a budget.

use crate::error::{Error, Result};
use crate::verdict::Vendor;
use serde::Deserialize;

/// The limits of each account. The defaults hold nobody back but an account whose vendor asked for a pause.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// 聚合数据.
    pub juhe: Limit,
    /// 聚美智数.
    pub jumdata: Limit,
    /// 百度智能云.
    pub baidu: Limit,
}

/// The limits of one account. They hold for a client and its clones, whatever threads and runtimes call.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Limit {
    /// Requests per second; fractions are fine. None by default.
    pub per_second: Option<f64>,
    /// How many requests may follow each other at once after a rest. Default 1: evenly spaced, so that no second of
    /// the vendor's ever holds more.
    pub burst: u32,
    /// Requests on their way at one time. No limit by default.
    pub in_flight: Option<u32>,
    /// Calls that may wait for one of these limits; one more fails at once. Default 1,000.
    pub queue: u32,
    /// How long a call waits in the queue, in milliseconds. Default 5,000. A paid call waits at most half of the time
    /// it has left, so that the other half remains for its answer.
    pub queue_timeout_ms: u32,
    /// The longest pause that a vendor's `Retry-After` can bring about, in milliseconds. Default 60,000; 0 ignores it.
    pub retry_after_max_ms: u32,
    /// The pause after a throttling answer that names no time, in milliseconds. Default 1,000; 0 for none.
    pub throttled_ms: u32,
    /// Stop calling a vendor that is down. Off by default.
    pub breaker: Option<Breaker>,
    /// Requests that may be billed in the life of this client; 0 refuses every paid one. No limit by default.
    ///
    /// What was billed counts, and what may have been: `unknown` bills, and paid requests waiting or on their way.
    pub max_billed: Option<u32>,
}

impl Default for Limit {
    fn default() -> Limit {
        Limit {
            per_second: None,
            burst: 1,
            in_flight: None,
            queue: 1_000,
            queue_timeout_ms: 5_000,
            retry_after_max_ms: 60_000,
            throttled_ms: 1_000,
            breaker: None,
            max_billed: None,
        }
    }
}

/// When to stop calling a vendor that is down, and when to try again.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Breaker {
    /// Faults in a row that open it: no connection, no answer, HTTP 5xx, the vendor's own internal errors. What the
    /// vendor refuses for a reason of the caller's never counts. Default 5.
    pub failures: u32,
    /// How long it stays open at first, in milliseconds; each failed probe doubles it, up to eight times. Default
    /// 10,000.
    pub open_ms: u32,
}

impl Default for Breaker {
    fn default() -> Breaker {
        Breaker { failures: 5, open_ms: 10_000 }
    }
}

impl Limits {
    /// The limits of this vendor's account.
    pub fn of(&self, vendor: Vendor) -> &Limit {
        match vendor {
            Vendor::Juhe => &self.juhe,
            Vendor::Jumdata => &self.jumdata,
            Vendor::Baidu => &self.baidu,
        }
    }

    /// Checks the numbers.
    pub(crate) fn check(&self) -> Result<()> {
        for vendor in Vendor::ALL {
            self.of(*vendor).check(*vendor)?;
        }
        Ok(())
    }
}

impl Limit {
    fn check(&self, vendor: Vendor) -> Result<()> {
        let wrong = |entry: &str, message: &str, hint: &'static str| {
            let mut error = Error::configuration(message).with_hint(hint);
            error.field = Some(format!("/limits/{vendor}/{entry}"));
            Err(error)
        };
        const LEAVE: &str = "leave it out for no limit";
        if self.per_second.is_some_and(|rate| !(0.001..=1_000_000.0).contains(&rate)) {
            return wrong("per_second", "a rate is between 0.001 and 1,000,000 a second", LEAVE);
        }
        if self.burst == 0 {
            return wrong("burst", "0 would make every call wait for ever", "1 spaces the calls evenly");
        }
        if self.in_flight == Some(0) {
            return wrong("in_flight", "0 would make every call wait for ever", LEAVE);
        }
        if let Some(breaker) = &self.breaker {
            if breaker.failures == 0 {
                return wrong("breaker/failures", "0 faults would open it for ever", "leave the breaker out");
            }
            if breaker.open_ms == 0 {
                return wrong("breaker/open_ms", "0 would never hold a call back", "leave the breaker out");
            }
        }
        // A guard that guards nothing is worse than none.
        if vendor == Vendor::Baidu && self.max_billed.is_some() {
            return wrong(
                "max_billed",
                "Baidu charges on its page, not for calls: this would guard nothing",
                "bound the sessions you start; result_getall lists every charge",
            );
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use crate::{Config, Kind};

    #[test]
    fn wrong_numbers_name_their_entry() {
        for (json, field) in [
            (r#"{"juhe":{"per_second":0}}"#, "/limits/juhe/per_second"),
            (r#"{"juhe":{"per_second":-1}}"#, "/limits/juhe/per_second"),
            (r#"{"juhe":{"per_second":1e300}}"#, "/limits/juhe/per_second"),
            (r#"{"jumdata":{"burst":0}}"#, "/limits/jumdata/burst"),
            (r#"{"baidu":{"in_flight":0}}"#, "/limits/baidu/in_flight"),
            (r#"{"juhe":{"in_flight":-1}}"#, "/limits/juhe/in_flight"),
            (r#"{"juhe":{"breaker":{"failures":0}}}"#, "/limits/juhe/breaker/failures"),
            (r#"{"juhe":{"breaker":{"open_ms":0}}}"#, "/limits/juhe/breaker/open_ms"),
            (r#"{"juhe":{"breaker":{"after":1}}}"#, "/limits/juhe/breaker/after"),
            (r#"{"baidu":{"max_billed":5}}"#, "/limits/baidu/max_billed"),
            (r#"{"juhe":{"max_billed":1.5}}"#, "/limits/juhe/max_billed"),
        ] {
            let error = Config::from_json(format!(r#"{{"limits":{json}}}"#).as_bytes()).unwrap_err();
            assert_eq!((error.kind, error.field.as_deref()), (Kind::Configuration, Some(field)), "{json}");
        }
        let error = Config::from_json(br#"{"limits":{"jhue":{}}}"#).unwrap_err();
        assert_eq!(error.field.as_deref(), Some("/limits/jhue"));
    }

    #[test]
    fn what_is_left_out_has_its_default() {
        let config =
            Config::from_json(br#"{"limits":{"juhe":{"per_second":0.5,"max_billed":0,"breaker":{}}}}"#).unwrap();
        let juhe = &config.limits.juhe;
        assert_eq!((juhe.per_second, juhe.burst, juhe.max_billed), (Some(0.5), 1, Some(0)));
        assert_eq!(juhe.breaker, Some(super::Breaker { failures: 5, open_ms: 10_000 }));
        assert_eq!(config.limits.baidu, super::Limit::default());
    }
}
