//! When requests of a GitHub user may be sent, for all of the user's connections in this process.
//!
//! The hourly rate limit belongs to the user and not to the token, and GitHub bans clients that
//! continue after a limit:
//! <https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api>

use chrono::{DateTime, TimeDelta, Utc};
use domain::report::RateLimit;
use parking_lot::Mutex;
use tokio::sync::watch;

use super::cooldown::{Admission, Cooldown, Probe};
use super::error::{GithubError, Limit};

/// Requests of each hour reserved for people, who connect and list repositories meanwhile; at most
/// one in a hundred.
const RESERVE: u32 = 50;
/// The shortest cooldown after a limit; one of no length would repeat the request at once.
const MIN_WAIT: TimeDelta = TimeDelta::seconds(1);
/// If the probe meets a limit again, the next cooldown is at least this long, and doubles each
/// time.
const REPEATED_WAIT: TimeDelta = TimeDelta::minutes(2);
/// The longest of these growing cooldowns.
const MAX_WAIT: TimeDelta = TimeDelta::minutes(16);

/// The rate limit of a user or an installation, and the cooldown that GitHub asked for.
#[derive(Default)]
pub(crate) struct RateLimiter {
    state: Mutex<State>,
    cooldown: Cooldown,
}

#[derive(Default)]
struct State {
    rate_limit: Option<RateLimit>,
    /// Requests that GitHub's count may not include yet.
    in_flight: u32,
    /// How many cooldowns followed each other without a success.
    cooldowns: u32,
}

/// A permit for one request, to be held until its response.
pub(crate) struct RateLimitPermit<'a> {
    rate_limiter: &'a RateLimiter,
    _probe: Option<Probe<'a>>,
}

impl RateLimiter {
    /// The hourly rate limit as of the newest response.
    pub(crate) fn rate_limit(&self) -> Option<RateLimit> {
        self.state.lock().rate_limit
    }

    /// Admission check against cooldown and reserve.
    pub(crate) fn admit(&self, now: DateTime<Utc>) -> Admission<RateLimitPermit<'_>> {
        let mut state = self.state.lock();
        // After the reset the limit is unknown until a response states it. Check this before the
        // cooldown: a probe that is then not sent would wake all others in vain.
        if let Some(rate_limit) = state
            .rate_limit
            .filter(|rate_limit| now < rate_limit.resets_at)
        {
            let left = rate_limit.remaining.saturating_sub(state.in_flight);
            if left <= RESERVE.min(rate_limit.total / 100) {
                let until = rate_limit.resets_at;
                let limit = match rate_limit.remaining {
                    0 => Limit::Primary,
                    _ => Limit::Reserve,
                };
                return Admission::RetryAt(until, GithubError::RateLimited { limit, until });
            }
        }
        match self.cooldown.admit(now) {
            Admission::Granted(probe) => {
                state.in_flight += 1;
                Admission::Granted(RateLimitPermit {
                    rate_limiter: self,
                    _probe: probe,
                })
            }
            Admission::RetryAt(until, reason) => Admission::RetryAt(until, reason),
            Admission::ProbeInFlight => Admission::ProbeInFlight,
        }
    }

    /// Whether at least half of the hour's requests are left, and no cooldown is active. Data that
    /// can wait is requested only then. While the rate limit is unknown, there is headroom.
    pub(crate) fn has_headroom(&self, now: DateTime<Utc>) -> bool {
        let state = self.state.lock();
        let rate_limit = state
            .rate_limit
            .filter(|rate_limit| now < rate_limit.resets_at);
        let left = rate_limit.is_none_or(|rate_limit| {
            rate_limit.remaining.saturating_sub(state.in_flight) >= rate_limit.total / 2
        });
        left && !self.cooldown.is_active(now)
    }

    /// Notifies of cooldowns that start or end.
    pub(crate) fn changes(&self) -> watch::Receiver<()> {
        self.cooldown.changes()
    }

    /// Records the rate limit that a response states.
    pub(super) fn record_rate_limit(&self, new: Option<RateLimit>) {
        let Some(new) = new else {
            return;
        };
        let mut state = self.state.lock();
        // Responses can overtake each other: within the hour, the lowest remaining count is the
        // newest.
        let older = state.rate_limit.is_some_and(|known| {
            known.resets_at == new.resets_at
                && known.total == new.total
                && known.remaining < new.remaining
        });
        if !older {
            state.rate_limit = Some(new);
        }
    }

    /// Records what a response, or its error, means for later requests.
    pub(super) fn record<T>(&self, outcome: &Result<T, GithubError>, now: DateTime<Utc>) {
        match outcome {
            Err(GithubError::RateLimited { limit, until }) => self.throttle(*limit, *until, now),
            // A timeout says nothing about limits.
            Err(error) if error.is_unreachable() => {}
            _ => {
                if !self.cooldown.is_active(now) {
                    self.state.lock().cooldowns = 0;
                }
                self.cooldown.finish();
            }
        }
    }

    fn throttle(&self, limit: Limit, until: DateTime<Utc>, now: DateTime<Utc>) {
        let least = {
            let mut state = self.state.lock();
            // Requests that were in flight when the cooldown started do not count as a second one.
            if !self.cooldown.is_active(now) {
                state.cooldowns = state.cooldowns.saturating_add(1);
            }
            match state.cooldowns {
                0 | 1 => MIN_WAIT,
                cooldowns => (REPEATED_WAIT * (1 << (cooldowns - 2).min(3))).min(MAX_WAIT),
            }
        };
        let until = until.max(now + least);
        self.cooldown
            .start(until, GithubError::RateLimited { limit, until });
    }
}

impl Drop for RateLimitPermit<'_> {
    fn drop(&mut self) {
        let mut state = self.rate_limiter.state.lock();
        state.in_flight = state.in_flight.saturating_sub(1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds)
    }

    fn of(total: u32, remaining: u32) -> RateLimiter {
        let rate_limiter = RateLimiter::default();
        rate_limiter.record_rate_limit(Some(RateLimit {
            total,
            remaining,
            resets_at: at(3_600),
        }));
        rate_limiter
    }

    fn permit(rate_limiter: &RateLimiter, now: DateTime<Utc>) -> RateLimitPermit<'_> {
        match rate_limiter.admit(now) {
            Admission::Granted(permit) => permit,
            Admission::RetryAt(until, reason) => panic!("not before {until}: {reason}"),
            Admission::ProbeInFlight => panic!("behind another"),
        }
    }

    fn not_before(rate_limiter: &RateLimiter, now: DateTime<Utc>) -> Option<i64> {
        match rate_limiter.admit(now) {
            Admission::RetryAt(until, _) => Some(until.timestamp()),
            Admission::Granted(_) | Admission::ProbeInFlight => None,
        }
    }

    fn limited(until: i64) -> Result<(), GithubError> {
        let (limit, until) = (Limit::Secondary, at(until));
        Err(GithubError::RateLimited { limit, until })
    }

    #[test]
    fn the_reserve_is_left_counting_what_is_under_way_and_only_until_the_reset() {
        let rate_limiter = of(5_000, 52);
        let permits = [permit(&rate_limiter, at(0)), permit(&rate_limiter, at(0))];
        assert_eq!(not_before(&rate_limiter, at(0)), Some(3_600));
        drop(permits);
        drop(permit(&rate_limiter, at(0)));
        assert_eq!(not_before(&of(5_000, 50), at(3_599)), Some(3_600));
        drop(permit(&of(5_000, 0), at(3_600)));
        // Of sixty requests an hour none is reserved.
        drop(permit(&of(60, 1), at(0)));
        assert_eq!(not_before(&of(60, 0), at(0)), Some(3_600));
    }

    #[test]
    fn what_can_wait_is_asked_from_the_first_half_of_the_hour_only() {
        let rate_limiter = of(5_000, 2_501);
        assert!(rate_limiter.has_headroom(at(0)));
        let sent = permit(&rate_limiter, at(0));
        assert!(rate_limiter.has_headroom(at(0)));
        let another = permit(&rate_limiter, at(0));
        assert!(!rate_limiter.has_headroom(at(0)), "one more is under way");
        drop((sent, another));
        assert!(rate_limiter.has_headroom(at(0)));
        assert!(of(5_000, 10).has_headroom(at(3_600)), "the hour is over");
        assert!(RateLimiter::default().has_headroom(at(0)));
        rate_limiter.record(&limited(60), at(0));
        assert!(
            !rate_limiter.has_headroom(at(59)),
            "GitHub asks for a pause"
        );
        assert!(rate_limiter.has_headroom(at(60)));
    }

    #[test]
    fn answers_that_overtake_each_other_do_not_raise_what_remains() {
        let rate_limiter = of(5_000, 100);
        let state = |remaining, resets_at| RateLimit {
            total: 5_000,
            remaining,
            resets_at: at(resets_at),
        };
        rate_limiter.record_rate_limit(Some(state(101, 3_600)));
        assert_eq!(rate_limiter.rate_limit(), Some(state(100, 3_600)));
        rate_limiter.record_rate_limit(None);
        rate_limiter.record_rate_limit(Some(state(4_999, 7_200)));
        assert_eq!(rate_limiter.rate_limit(), Some(state(4_999, 7_200)));
    }

    #[test]
    fn pauses_are_as_long_as_github_says_and_grow_while_it_keeps_refusing() {
        let rate_limiter = of(5_000, 4_000);
        let mut now = 0;
        // It always asks for half a minute.
        for expected in [30, 120, 240, 480, 960, 960] {
            let permit = permit(&rate_limiter, at(now));
            rate_limiter.record(&limited(now + 30), at(now));
            // A request sent at the same time is refused, too.
            rate_limiter.record(&limited(now + 30), at(now));
            drop(permit);
            assert_eq!(not_before(&rate_limiter, at(now)), Some(now + expected));
            now += expected;
        }
        let tried = permit(&rate_limiter, at(now));
        rate_limiter.record(&Ok(()), at(now));
        drop(tried);
        rate_limiter.record(&limited(now), at(now));
        assert_eq!(not_before(&rate_limiter, at(now)), Some(now + 1));
    }

    #[test]
    fn a_limit_that_asks_for_more_gets_more() {
        let rate_limiter = of(5_000, 4_000);
        for (now, until) in [(0, 60), (60, 4_000)] {
            drop(permit(&rate_limiter, at(now)));
            rate_limiter.record(&limited(until), at(now));
            assert_eq!(not_before(&rate_limiter, at(now)), Some(until));
        }
    }

    #[test]
    fn silence_says_nothing_about_a_limit() {
        let rate_limiter = of(5_000, 4_000);
        rate_limiter.record(&limited(60), at(0));
        let tried = permit(&rate_limiter, at(60));
        rate_limiter.record(&Err::<(), _>(GithubError::TimedOut), at(60));
        assert!(matches!(
            rate_limiter.admit(at(60)),
            Admission::ProbeInFlight
        ));
        drop(tried);
        drop(permit(&rate_limiter, at(60)));
    }
}
