//! How long to wait before a repetition: exponential back-off with full jitter.

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

/// `Retry-After` in whole seconds; its date form is rare and is not read.
pub(super) fn retry_after(headers: &http::HeaderMap) -> Option<Duration> {
    let text = headers.get(http::header::RETRY_AFTER)?.to_str().ok()?.trim();
    text.parse().ok().map(Duration::from_secs)
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
        assert_eq!(retry_after(&headers), None);
        headers.insert(http::header::RETRY_AFTER, " 3 ".parse().unwrap());
        assert_eq!(retry_after(&headers), Some(Duration::from_secs(3)));
        headers.insert(http::header::RETRY_AFTER, "-1".parse().unwrap());
        assert_eq!(retry_after(&headers), None);
    }
}
