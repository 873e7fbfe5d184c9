//! What a GitHub user may still ask: one for all connections of the user in this process.
//!
//! The hourly budget belongs to the user and not to the token, and GitHub bans who goes on asking
//! after a limit: <https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api>

use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use domain::report::RateLimit;
use tokio::sync::watch;

use super::error::{GithubError, Limit};
use super::pause::{Pause, Trial, Turn};

/// So many requests of an hour are left to people, who connect and look at lists meanwhile; of a
/// small budget it is one of a hundred.
const RESERVE: u32 = 50;
/// The shortest pause after a limit; what is said to last no time would be asked again at once.
const SHORTEST: TimeDelta = TimeDelta::seconds(1);
/// Where the first request after a pause meets a limit again, the next pause is at least this
/// long, and twice as long each time.
const AGAIN: TimeDelta = TimeDelta::minutes(2);
/// What growing pauses grow to.
const LONGEST: TimeDelta = TimeDelta::minutes(16);

/// What remains to a user, or to an installation, and until when GitHub wants to hear nothing.
#[derive(Default)]
pub(crate) struct Allowance {
    told: Mutex<Told>,
    pause: Pause,
}

#[derive(Default)]
struct Told {
    budget: Option<RateLimit>,
    /// Requests that GitHub's figure may not count yet.
    under_way: u32,
    /// How many pauses followed each other without a good answer between them.
    pauses: u32,
}

/// Leave to send one request, to be held until its answer is there.
pub(crate) struct Leave<'a> {
    allowance: &'a Allowance,
    _trial: Option<Trial<'a>>,
}

impl Allowance {
    /// The hourly budget as the newest answer told it.
    pub(crate) fn budget(&self) -> Option<RateLimit> {
        self.told().budget
    }

    /// Whether a request may be sent: not during a pause, and not from the reserve.
    pub(crate) fn turn(&self, now: DateTime<Utc>) -> Turn<Leave<'_>> {
        let mut told = self.told();
        // After the reset nobody knows, until an answer tells. This is looked at before anybody
        // may try: who tries and then does not would wake all others in vain.
        if let Some(budget) = told.budget.filter(|budget| now < budget.resets_at) {
            let left = budget.remaining.saturating_sub(told.under_way);
            if left <= RESERVE.min(budget.total / 100) {
                let until = budget.resets_at;
                let limit = match budget.remaining {
                    0 => Limit::Primary,
                    _ => Limit::Reserve,
                };
                return Turn::At(until, GithubError::RateLimited { limit, until });
            }
        }
        match self.pause.turn(now) {
            Turn::Now(trial) => {
                told.under_way += 1;
                Turn::Now(Leave {
                    allowance: self,
                    _trial: trial,
                })
            }
            Turn::At(until, reason) => Turn::At(until, reason),
            Turn::Behind => Turn::Behind,
        }
    }

    /// Whether there is plenty: half of the hour's requests at least, and nothing to wait for. Who
    /// asks for what can wait asks only then. Where nobody knows the budget, there is no limit.
    pub(crate) fn has_plenty(&self, now: DateTime<Utc>) -> bool {
        let told = self.told();
        let budget = told.budget.filter(|budget| now < budget.resets_at);
        let left = budget.is_none_or(|budget| {
            budget.remaining.saturating_sub(told.under_way) >= budget.total / 2
        });
        left && !self.pause.lasts(now)
    }

    /// Tells of pauses that begin and end.
    pub(crate) fn news(&self) -> watch::Receiver<()> {
        self.pause.news()
    }

    /// Takes from an answer what it tells of the budget.
    pub(super) fn note_budget(&self, new: Option<RateLimit>) {
        let Some(new) = new else {
            return;
        };
        let mut told = self.told();
        // Answers overtake each other: within the hour, the least that remains is the newest.
        let older = told.budget.is_some_and(|known| {
            known.resets_at == new.resets_at
                && known.total == new.total
                && known.remaining < new.remaining
        });
        if !older {
            told.budget = Some(new);
        }
    }

    /// Takes from an answer, or from its failure, what it means for the requests to come.
    pub(super) fn note<T>(&self, outcome: &Result<T, GithubError>, now: DateTime<Utc>) {
        match outcome {
            Err(GithubError::RateLimited { limit, until }) => self.rest(*limit, *until, now),
            // Nobody knows what GitHub would have said.
            Err(error) if error.is_silence() => {}
            _ => {
                if !self.pause.lasts(now) {
                    self.told().pauses = 0;
                }
                self.pause.end();
            }
        }
    }

    fn rest(&self, limit: Limit, until: DateTime<Utc>, now: DateTime<Utc>) {
        let least = {
            let mut told = self.told();
            // Those that were under way when the pause began are not a second one.
            if !self.pause.lasts(now) {
                told.pauses = told.pauses.saturating_add(1);
            }
            match told.pauses {
                0 | 1 => SHORTEST,
                pauses => (AGAIN * (1 << (pauses - 2).min(3))).min(LONGEST),
            }
        };
        let until = until.max(now + least);
        self.pause
            .begin(until, GithubError::RateLimited { limit, until });
    }

    fn told(&self) -> MutexGuard<'_, Told> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Leave<'_> {
    fn drop(&mut self) {
        let mut told = self.allowance.told();
        told.under_way = told.under_way.saturating_sub(1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds)
    }

    fn of(total: u32, remaining: u32) -> Allowance {
        let allowance = Allowance::default();
        allowance.note_budget(Some(RateLimit {
            total,
            remaining,
            resets_at: at(3_600),
        }));
        allowance
    }

    fn leave(allowance: &Allowance, now: DateTime<Utc>) -> Leave<'_> {
        match allowance.turn(now) {
            Turn::Now(leave) => leave,
            Turn::At(until, reason) => panic!("not before {until}: {reason}"),
            Turn::Behind => panic!("behind another"),
        }
    }

    fn not_before(allowance: &Allowance, now: DateTime<Utc>) -> Option<i64> {
        match allowance.turn(now) {
            Turn::At(until, _) => Some(until.timestamp()),
            Turn::Now(_) | Turn::Behind => None,
        }
    }

    fn limited(until: i64) -> Result<(), GithubError> {
        let (limit, until) = (Limit::Secondary, at(until));
        Err(GithubError::RateLimited { limit, until })
    }

    #[test]
    fn the_reserve_is_left_counting_what_is_under_way_and_only_until_the_reset() {
        let allowance = of(5_000, 52);
        let leaves = [leave(&allowance, at(0)), leave(&allowance, at(0))];
        assert_eq!(not_before(&allowance, at(0)), Some(3_600));
        drop(leaves);
        drop(leave(&allowance, at(0)));
        assert_eq!(not_before(&of(5_000, 50), at(3_599)), Some(3_600));
        drop(leave(&of(5_000, 0), at(3_600)));
        // Of sixty requests an hour none can be spared.
        drop(leave(&of(60, 1), at(0)));
        assert_eq!(not_before(&of(60, 0), at(0)), Some(3_600));
    }

    #[test]
    fn what_can_wait_is_asked_from_the_first_half_of_the_hour_only() {
        let allowance = of(5_000, 2_501);
        assert!(allowance.has_plenty(at(0)));
        let sent = leave(&allowance, at(0));
        assert!(allowance.has_plenty(at(0)));
        let another = leave(&allowance, at(0));
        assert!(!allowance.has_plenty(at(0)), "one more is under way");
        drop((sent, another));
        assert!(allowance.has_plenty(at(0)));
        assert!(of(5_000, 10).has_plenty(at(3_600)), "the hour is over");
        assert!(Allowance::default().has_plenty(at(0)));
        allowance.note(&limited(60), at(0));
        assert!(!allowance.has_plenty(at(59)), "GitHub asks for a pause");
        assert!(allowance.has_plenty(at(60)));
    }

    #[test]
    fn answers_that_overtake_each_other_do_not_raise_what_remains() {
        let allowance = of(5_000, 100);
        let told = |remaining, resets_at| RateLimit {
            total: 5_000,
            remaining,
            resets_at: at(resets_at),
        };
        allowance.note_budget(Some(told(101, 3_600)));
        assert_eq!(allowance.budget(), Some(told(100, 3_600)));
        allowance.note_budget(None);
        allowance.note_budget(Some(told(4_999, 7_200)));
        assert_eq!(allowance.budget(), Some(told(4_999, 7_200)));
    }

    #[test]
    fn pauses_are_as_long_as_github_says_and_grow_while_it_keeps_refusing() {
        let allowance = of(5_000, 4_000);
        let mut now = 0;
        // It always asks for half a minute.
        for expected in [30, 120, 240, 480, 960, 960] {
            let leave = leave(&allowance, at(now));
            allowance.note(&limited(now + 30), at(now));
            // One that was sent at the same time is refused, too.
            allowance.note(&limited(now + 30), at(now));
            drop(leave);
            assert_eq!(not_before(&allowance, at(now)), Some(now + expected));
            now += expected;
        }
        let tried = leave(&allowance, at(now));
        allowance.note(&Ok(()), at(now));
        drop(tried);
        allowance.note(&limited(now), at(now));
        assert_eq!(not_before(&allowance, at(now)), Some(now + 1));
    }

    #[test]
    fn a_limit_that_asks_for_more_gets_more() {
        let allowance = of(5_000, 4_000);
        for (now, until) in [(0, 60), (60, 4_000)] {
            drop(leave(&allowance, at(now)));
            allowance.note(&limited(until), at(now));
            assert_eq!(not_before(&allowance, at(now)), Some(until));
        }
    }

    #[test]
    fn silence_says_nothing_about_a_limit() {
        let allowance = of(5_000, 4_000);
        allowance.note(&limited(60), at(0));
        let tried = leave(&allowance, at(60));
        allowance.note(&Err::<(), _>(GithubError::NoAnswer), at(60));
        assert!(matches!(allowance.turn(at(60)), Turn::Behind));
        drop(tried);
        drop(leave(&allowance, at(60)));
    }
}
