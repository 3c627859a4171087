//! One controllable clock: real time plus an offset. Every expiry of every vendor reads it, and nothing else.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp, tz::Offset};
use serde::{Serialize, Serializer};

/// The clock of a sandbox.
#[derive(Debug, Default)]
pub struct Clock {
    ahead_millis: AtomicI64,
}

impl Clock {
    /// What time it is here.
    pub fn now(&self) -> Timestamp {
        Timestamp::now() + SignedDuration::from_millis(self.ahead_millis.load(Ordering::SeqCst))
    }

    /// Moves the clock forward; it never goes back but by a reset.
    pub fn advance(&self, by: Duration) {
        // A century is enough for any test, and keeps the sum inside what a timestamp can hold.
        let millis = by.as_millis().min(3_155_760_000_000) as i64;
        let _ = self.ahead_millis.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |ahead| {
            Some(ahead.saturating_add(millis).min(3_155_760_000_000))
        });
    }

    /// How far it is ahead of real time.
    pub fn ahead(&self) -> Duration {
        Duration::from_millis(self.ahead_millis.load(Ordering::SeqCst).unsigned_abs())
    }

    pub(crate) fn reset(&self) {
        self.ahead_millis.store(0, Ordering::SeqCst);
    }
}

/// Whether `life` has passed since `start`: a thing is expired at exactly its life, and later.
pub(crate) fn over(start: Timestamp, life: Duration, now: Timestamp) -> bool {
    now.duration_since(start) >= SignedDuration::try_from(life).unwrap_or(SignedDuration::MAX)
}

/// The moment in Chinese time, in the pattern of `strftime`: order ids carry it.
pub(crate) fn chinese(time: Timestamp, pattern: &str) -> String {
    Offset::constant(8).to_datetime(time).strftime(pattern).to_string()
}

/// RFC 3339, for JSON.
pub(crate) fn as_text<S: Serializer>(time: &Timestamp, out: S) -> Result<S::Ok, S::Error> {
    time.to_string().serialize(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn advances_and_expires_at_the_limit() {
        let clock = Clock::default();
        let start = clock.now();
        clock.advance(Duration::from_secs(1800));
        assert!(over(start, Duration::from_secs(1800), clock.now()));
        let exactly = start + SignedDuration::from_secs(600);
        assert!(over(start, Duration::from_secs(600), exactly));
        assert!(!over(start, Duration::from_secs(600), exactly - SignedDuration::from_millis(1)));
    }

    #[test]
    fn order_ids_carry_chinese_time() {
        let time: Timestamp = "2024-05-17T01:52:31Z".parse().unwrap();
        assert_eq!(chinese(time, "%Y%m%d%H%M%S"), "20240517095231");
    }
}
