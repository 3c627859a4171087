//! How long to wait before a repetition: exponential back-off with full jitter; and what time it is at the other side.

use crate::time::Time;
use std::time::Duration;

const BASE: Duration = Duration::from_millis(100);
const CAP: Duration = Duration::from_secs(2);

/// The wait before this attempt (2 is the first repetition), at least `floor`.
pub(super) fn wait(attempt: u32, floor: Duration) -> Duration {
    jittered(attempt, getrandom::u32().unwrap_or(u32::MAX)).max(floor)
}

fn jittered(attempt: u32, random: u32) -> Duration {
    let ceiling = BASE.saturating_mul(1 << attempt.saturating_sub(2).min(16)).min(CAP);
    ceiling.mul_f64(f64::from(random) / f64::from(u32::MAX))
}

/// `Retry-After`: whole seconds, or a date, which counts from the answer's own `Date` where it has one: the vendor's
/// clock need not be ours.
pub(super) fn retry_after(headers: &http::HeaderMap, now: Time) -> Option<Duration> {
    let text = |name| headers.get(name)?.to_str().ok().map(str::trim);
    let wanted = text(http::header::RETRY_AFTER)?;
    if let Ok(seconds) = wanted.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let now = text(http::header::DATE).and_then(date).unwrap_or(now);
    Some(Duration::from_millis(date(wanted)?.unix_ms().saturating_sub(now.unix_ms())))
}

/// How far the answer's `Date` is ahead of this moment, in milliseconds.
pub(super) fn ahead(headers: &http::HeaderMap, now: Time) -> Option<i64> {
    let there = date(headers.get(http::header::DATE)?.to_str().ok()?.trim())?;
    Some(i64::try_from(there.unix_ms()).ok()? - i64::try_from(now.unix_ms()).ok()?)
}

/// A date as HTTP writes it, `Sun, 06 Nov 1994 08:49:37 GMT`; its two obsolete forms are not read.
fn date(text: &str) -> Option<Time> {
    let stamp = jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(text).ok()?;
    u64::try_from(stamp.as_millisecond()).ok().map(Time::from_unix_ms)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ceiling_doubles_and_stops() {
        let ceilings: Vec<_> = (2..=9).map(|attempt| jittered(attempt, u32::MAX).as_millis()).collect();
        assert_eq!(ceilings, [100, 200, 400, 800, 1600, 2000, 2000, 2000]);
        assert_eq!(jittered(u32::MAX, u32::MAX), CAP);
        assert_eq!(jittered(9, 0), Duration::ZERO, "full jitter starts at nothing");
    }

    #[test]
    fn the_floor_holds() {
        assert!((0..100).all(|_| wait(2, Duration::from_secs(1)) == Duration::from_secs(1)));
        assert!((0..100).all(|_| wait(9, Duration::ZERO) <= CAP));
    }

    #[test]
    fn retry_after_is_read_in_seconds() {
        let mut headers = http::HeaderMap::new();
        let now = Time::from_unix_ms(784_111_777_500);
        assert_eq!(retry_after(&headers, now), None);
        for (text, seconds) in [(" 3 ", Some(3)), ("-1", None), ("1.5", None), ("soon", None), ("", None)] {
            headers.insert(http::header::RETRY_AFTER, text.parse().unwrap());
            assert_eq!(retry_after(&headers, now), seconds.map(Duration::from_secs), "{text}");
        }
    }

    #[test]
    fn a_date_counts_by_the_vendors_clock_or_by_ours() {
        let mut headers = http::HeaderMap::new();
        let now = Time::from_unix_ms(784_111_777_500);
        headers.insert(http::header::RETRY_AFTER, "Sun, 06 Nov 1994 08:49:47 GMT".parse().unwrap());
        assert_eq!(retry_after(&headers, now), Some(Duration::from_millis(9500)));
        headers.insert(http::header::DATE, "Sun, 06 Nov 1994 08:49:17 GMT".parse().unwrap());
        assert_eq!(retry_after(&headers, now), Some(Duration::from_secs(30)));
        headers.insert(http::header::RETRY_AFTER, "Sun, 06 Nov 1994 08:00:00 GMT".parse().unwrap());
        assert_eq!(retry_after(&headers, now), Some(Duration::ZERO), "a date in the past is now");
        headers.insert(http::header::RETRY_AFTER, "Sun, 06 Foo 1994 08:00:00 GMT".parse().unwrap());
        assert_eq!(retry_after(&headers, now), None);
    }
    #[test]
    fn clocks_differ_in_both_directions() {
        let mut headers = http::HeaderMap::new();
        let now = Time::from_unix_ms(784_111_777_500);
        assert_eq!(ahead(&headers, now), None);
        for (text, ms) in [
            ("Sun, 06 Nov 1994 08:49:47 GMT", Some(9_500)),
            ("Sun, 06 Nov 1994 08:39:37 GMT", Some(-600_500)),
            ("Sun Nov  6 08:49:37 1994", None),
            ("now", None),
        ] {
            headers.insert(http::header::DATE, text.parse().unwrap());
            assert_eq!(ahead(&headers, now), ms, "{text}");
        }
    }
}
