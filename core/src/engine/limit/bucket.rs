//! Requests per second: one after another in time, a few at once after a rest.

use std::time::Duration;
use tokio::time::Instant;

/// Counts in time instead of tokens: each request moves `full` on by one interval.
#[derive(Debug)]
pub(super) struct Bucket {
    pub(super) interval: Duration,
    /// How far `full` may be ahead.
    slack: Duration,
    full: Option<Instant>,
}

impl Bucket {
    pub(super) fn new(per_second: f64, burst: u32) -> Bucket {
        let interval = Duration::from_secs_f64(1.0 / per_second);
        Bucket { interval, slack: interval.saturating_mul(burst.saturating_sub(1)), full: None }
    }

    /// When the next request may go, if that is later than now.
    pub(super) fn next(&self, now: Instant) -> Option<Instant> {
        let early = self.full?.checked_sub(self.slack)?;
        (early > now).then_some(early)
    }

    pub(super) fn take(&mut self, now: Instant) {
        self.full = Some(self.full.map_or(now, |full| full.max(now)) + self.interval);
    }

    /// Nothing was sent for what was taken then. After more than an interval the place in time is gone anyway.
    pub(super) fn give_back(&mut self, taken: Instant, now: Instant) {
        if now < taken + self.interval {
            self.full = self.full.and_then(|full| full.checked_sub(self.interval));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_second_holds_more_than_the_rate_and_one_burst() {
        for (rate, burst) in [(10.0, 1), (10.0, 5), (0.5, 1), (3.0, 3)] {
            let mut bucket = Bucket::new(rate, burst);
            let (mut now, mut sent) = (Instant::now(), Vec::new());
            for step in 0..20_000_u64 {
                // Asked at uneven moments, with rests.
                now += Duration::from_millis(if step % 997 == 0 { 4000 } else { step % 7 });
                if bucket.next(now).is_none() {
                    bucket.take(now);
                    sent.push(now);
                }
            }
            let most = sent
                .iter()
                .map(|first| sent.iter().filter(|at| *at >= first && **at < *first + Duration::from_secs(1)).count());
            assert!(most.max().unwrap() < rate.ceil() as usize + burst as usize, "{rate} {burst}");
        }
    }

    #[test]
    fn what_is_given_back_is_there_again_and_no_more() {
        let (mut bucket, now) = (Bucket::new(1.0, 1), Instant::now());
        bucket.take(now);
        assert_eq!(bucket.next(now), Some(now + Duration::from_secs(1)));
        bucket.give_back(now, now + Duration::from_millis(10));
        assert_eq!(bucket.next(now + Duration::from_millis(10)), None);
        bucket.take(now);
        let later = now + Duration::from_secs(9);
        bucket.take(later);
        bucket.give_back(now, later);
        assert!(bucket.next(later).is_some(), "the second one's place stays taken");
    }
}
