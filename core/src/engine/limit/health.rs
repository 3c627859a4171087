//! What one request tells about the account it went to.

use crate::error::{Error, Kind};
use crate::limits::Limit;
use crate::verdict::Vendor;
use std::time::Duration;

/// A request that had less than this for its answer says nothing about the vendor when its time is over.
const PATIENCE: Duration = Duration::from_secs(1);

/// What a breaker learns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Health {
    /// Somebody answered, be it by a refusal.
    Fine,
    /// The vendor is down, or the way to it. `exposed`: the request had left, and may have been paid for in vain.
    Fault { exposed: bool, cause: Kind },
    /// Neither.
    Unclear,
}

/// Codes by which a vendor says that it is itself at fault.
const fn faults(vendor: Vendor) -> &'static [&'static str] {
    match vendor {
        Vendor::Juhe => &["10014", "10020"],
        Vendor::Jumdata => &["500", "610"],
        Vendor::Baidu => &["1", "2", "282000", "283512", "216300", "216400"],
    }
}

/// What an error says. `out`: how long the request had been on its way.
pub(super) fn health(vendor: Vendor, error: &Error, exposed: bool, out: Duration) -> Health {
    let fault = Health::Fault { exposed, cause: error.kind };
    match error.kind {
        Kind::Network | Kind::Tls => fault,
        Kind::Timeout if out >= PATIENCE => fault,
        Kind::Timeout => Health::Unclear,
        _ if error.vendor_code.as_deref().is_some_and(|code| faults(vendor).contains(&code)) => fault,
        _ if error.http_status.is_some_and(|status| status >= 500) && error.kind != Kind::RateLimited => fault,
        // Without a status there was no answer: a fault of this side.
        _ if error.http_status.is_none() || error.kind == Kind::Decode => Health::Unclear,
        _ => Health::Fine,
    }
}

/// How long an account is left alone after this error.
pub(super) fn pause(limit: &Limit, error: &Error, retry_after: Option<Duration>) -> Option<Duration> {
    let throttled = error.kind == Kind::RateLimited;
    let asked = retry_after.filter(|_| throttled || matches!(error.http_status, Some(429 | 503)));
    let pause = match asked.or(error.retry_after()) {
        Some(asked) => asked.min(Duration::from_millis(limit.retry_after_max_ms.into())),
        None if throttled => Duration::from_millis(limit.throttled_ms.into()),
        None => Duration::ZERO,
    };
    (!pause.is_zero()).then_some(pause)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(kind: Kind, status: Option<u16>, code: &str) -> Error {
        let mut error = Error::new(kind, "x");
        error.http_status = status;
        error.vendor_code = (!code.is_empty()).then(|| code.to_owned());
        error
    }

    #[test]
    fn faults_are_the_vendors_or_the_ways_never_the_callers() {
        let long = Duration::from_secs(3);
        for (vendor, kind, status, code, fault) in [
            (Vendor::Juhe, Kind::Network, None, "", true),
            (Vendor::Juhe, Kind::Tls, None, "", true),
            (Vendor::Juhe, Kind::Timeout, None, "", true),
            (Vendor::Juhe, Kind::Vendor, Some(200), "10014", true),
            (Vendor::Juhe, Kind::Vendor, Some(200), "10020", true),
            (Vendor::Juhe, Kind::Vendor, Some(502), "", true),
            (Vendor::Jumdata, Kind::Vendor, Some(200), "500", true),
            (Vendor::Baidu, Kind::Vendor, Some(200), "282000", true),
            (Vendor::Baidu, Kind::Vendor, Some(200), "10014", false),
            (Vendor::Juhe, Kind::InvalidArgument, Some(200), "226403", false),
            (Vendor::Juhe, Kind::Authentication, Some(200), "10001", false),
            (Vendor::Juhe, Kind::Quota, Some(200), "10012", false),
            (Vendor::Juhe, Kind::RateLimited, Some(503), "", false),
            (Vendor::Juhe, Kind::Decode, Some(200), "", false),
            (Vendor::Juhe, Kind::Configuration, None, "", false),
            (Vendor::Juhe, Kind::Cancelled, None, "", false),
        ] {
            let got = health(vendor, &error(kind, status, code), true, long);
            assert_eq!(matches!(got, Health::Fault { .. }), fault, "{vendor} {kind} {status:?} {code}: {got:?}");
        }
        let hasty = health(Vendor::Juhe, &error(Kind::Timeout, None, ""), true, Duration::from_millis(50));
        assert_eq!(hasty, Health::Unclear, "a caller in a hurry opens no breaker for the others");
        assert_eq!(health(Vendor::Juhe, &error(Kind::Quota, Some(200), "10012"), true, long), Health::Fine);
    }

    #[test]
    fn a_pause_is_what_was_asked_for_within_bounds() {
        let limit = Limit { retry_after_max_ms: 5_000, throttled_ms: 700, ..Limit::default() };
        let pause = |kind, status, asked: Option<u64>| {
            pause(&limit, &error(kind, Some(status), ""), asked.map(Duration::from_secs)).map(|pause| pause.as_millis())
        };
        assert_eq!(pause(Kind::RateLimited, 200, None), Some(700));
        assert_eq!(pause(Kind::RateLimited, 403, Some(2)), Some(2000));
        assert_eq!(pause(Kind::Vendor, 503, Some(86_400)), Some(5000));
        assert_eq!(pause(Kind::Vendor, 503, None), None);
        assert_eq!(pause(Kind::Vendor, 500, Some(9)), None);
        assert_eq!(pause(Kind::Quota, 429, Some(0)), None);
    }
}
