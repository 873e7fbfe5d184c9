//! GitHub's rate limits: requests per hour, points per minute, concurrent requests.
//!
//! <https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api>

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};

/// Points per minute; a GET costs one.
const POINTS_PER_MINUTE: u64 = 900;

/// How many requests may be in flight at the same time.
pub(crate) const MAX_CONCURRENT_REQUESTS: usize = 100;

/// What a request counts against.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum LimitKey {
    /// All tokens of a user together.
    User(u64),
    /// An installation.
    Installation(u64),
    /// A GitHub App as itself.
    App(u64),
    /// The IP address, for requests without valid credentials: 60 per hour.
    Address,
}

/// A rate limit as the headers show it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RateLimit {
    pub(crate) limit: u64,
    pub(crate) used: u64,
    pub(crate) reset: DateTime<Utc>,
}

/// The limit that a request exceeds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LimitExceeded {
    Primary,
    Secondary,
}

#[derive(Debug, Default)]
pub(crate) struct RateLimits {
    hours: HashMap<LimitKey, RateLimit>,
    minutes: HashMap<LimitKey, (DateTime<Utc>, u64)>,
}

impl RateLimit {
    pub(crate) fn remaining(self) -> u64 {
        self.limit.saturating_sub(self.used)
    }
}

impl RateLimits {
    /// The rate limit, without counting a request.
    pub(crate) fn status(&mut self, key: LimitKey, limit: u64, now: DateTime<Utc>) -> RateLimit {
        let fresh = RateLimit {
            limit,
            used: 0,
            reset: now + TimeDelta::hours(1),
        };
        let rate_limit = self.hours.entry(key).or_insert(fresh);
        if rate_limit.reset <= now {
            *rate_limit = fresh;
        }
        rate_limit.limit = limit;
        *rate_limit
    }

    /// Counts one request, unless none is left.
    pub(crate) fn consume(
        &mut self,
        key: LimitKey,
        limit: u64,
        now: DateTime<Utc>,
    ) -> Result<RateLimit, LimitExceeded> {
        if self.status(key, limit, now).remaining() == 0 {
            return Err(LimitExceeded::Primary);
        }
        Ok(self.adjust(key, 1))
    }

    /// Takes a request back: a 304 is free.
    pub(crate) fn refund(&mut self, key: LimitKey) -> RateLimit {
        self.adjust(key, -1)
    }

    /// Sets the requests left until the reset.
    pub(crate) fn set_remaining(
        &mut self,
        key: LimitKey,
        limit: u64,
        remaining: u64,
        now: DateTime<Utc>,
    ) {
        self.status(key, limit, now);
        if let Some(rate_limit) = self.hours.get_mut(&key) {
            rate_limit.used = rate_limit.limit.saturating_sub(remaining);
        }
    }

    /// Counts a point, unless the minute has none left.
    pub(crate) fn consume_point(
        &mut self,
        key: LimitKey,
        now: DateTime<Utc>,
    ) -> Result<(), LimitExceeded> {
        let (since, points) = self.minutes.entry(key).or_insert((now, 0));
        if now - *since >= TimeDelta::minutes(1) {
            (*since, *points) = (now, 0);
        }
        *points += 1;
        if *points > POINTS_PER_MINUTE {
            Err(LimitExceeded::Secondary)
        } else {
            Ok(())
        }
    }

    fn adjust(&mut self, key: LimitKey, requests: i64) -> RateLimit {
        let rate_limit = self.hours.entry(key).or_insert(RateLimit {
            limit: 0,
            used: 0,
            reset: DateTime::UNIX_EPOCH,
        });
        rate_limit.used = rate_limit.used.saturating_add_signed(requests);
        *rate_limit
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_decreases_runs_out_and_resets_after_the_hour() {
        let now: DateTime<Utc> = "2026-03-01T12:00:00Z".parse().unwrap();
        let mut rate_limits = RateLimits::default();
        let key = LimitKey::User(1);
        assert_eq!(rate_limits.consume(key, 2, now).unwrap().remaining(), 1);
        assert_eq!(rate_limits.consume(key, 2, now).unwrap().remaining(), 0);
        assert_eq!(
            rate_limits.consume(key, 2, now),
            Err(LimitExceeded::Primary)
        );
        assert_eq!(rate_limits.refund(key).remaining(), 1);
        let later = now + TimeDelta::hours(1);
        let rate_limit = rate_limits.consume(key, 2, later).unwrap();
        assert_eq!(
            (rate_limit.used, rate_limit.reset),
            (1, later + TimeDelta::hours(1))
        );
    }

    #[test]
    fn a_minute_has_nine_hundred_points() {
        let now: DateTime<Utc> = "2026-03-01T12:00:00Z".parse().unwrap();
        let mut rate_limits = RateLimits::default();
        assert!((0..900).all(|_| rate_limits.consume_point(LimitKey::Address, now).is_ok()));
        assert_eq!(
            rate_limits.consume_point(LimitKey::Address, now),
            Err(LimitExceeded::Secondary)
        );
        assert!(
            rate_limits
                .consume_point(LimitKey::Address, now + TimeDelta::minutes(1))
                .is_ok()
        );
    }
}
