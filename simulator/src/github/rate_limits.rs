//! GitHub's rate limits: requests an hour, points a minute, requests at once.
//!
//! <https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api>

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};

/// A minute's points; a GET costs one.
const POINTS_A_MINUTE: u64 = 900;

/// Requests that may be in flight at the same time.
pub(crate) const AT_ONCE: usize = 100;

/// Whose budget a request is taken from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Payer {
    /// All tokens of a user together.
    User(u64),
    /// An installation.
    Installation(u64),
    /// A GitHub App in its own name.
    App(u64),
    /// Everyone without valid credentials: 60 an hour.
    Address,
}

/// A budget as the rate-limit headers show it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Standing {
    pub(crate) limit: u64,
    pub(crate) used: u64,
    pub(crate) reset: DateTime<Utc>,
}

/// Why a request may not be served.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exhausted {
    Primary,
    Secondary,
}

#[derive(Debug, Default)]
pub(crate) struct Budgets {
    hours: HashMap<Payer, Standing>,
    minutes: HashMap<Payer, (DateTime<Utc>, u64)>,
}

impl Standing {
    pub(crate) fn remaining(self) -> u64 {
        self.limit.saturating_sub(self.used)
    }
}

impl Budgets {
    /// The budget, without taking anything from it.
    pub(crate) fn standing(&mut self, payer: Payer, limit: u64, now: DateTime<Utc>) -> Standing {
        let fresh = Standing {
            limit,
            used: 0,
            reset: now + TimeDelta::hours(1),
        };
        let standing = self.hours.entry(payer).or_insert(fresh);
        if standing.reset <= now {
            *standing = fresh;
        }
        standing.limit = limit;
        *standing
    }

    /// Takes one request, unless none is left.
    pub(crate) fn take(
        &mut self,
        payer: Payer,
        limit: u64,
        now: DateTime<Utc>,
    ) -> Result<Standing, Exhausted> {
        if self.standing(payer, limit, now).remaining() == 0 {
            return Err(Exhausted::Primary);
        }
        Ok(self.change(payer, 1))
    }

    /// Gives a request back: an answer 304 is free.
    pub(crate) fn refund(&mut self, payer: Payer) -> Standing {
        self.change(payer, -1)
    }

    /// Leaves so many requests until the reset.
    pub(crate) fn leave(&mut self, payer: Payer, limit: u64, remaining: u64, now: DateTime<Utc>) {
        self.standing(payer, limit, now);
        if let Some(standing) = self.hours.get_mut(&payer) {
            standing.used = standing.limit.saturating_sub(remaining);
        }
    }

    /// Counts a point; refuses when the minute has none left.
    pub(crate) fn point(&mut self, payer: Payer, now: DateTime<Utc>) -> Result<(), Exhausted> {
        let (since, points) = self.minutes.entry(payer).or_insert((now, 0));
        if now - *since >= TimeDelta::minutes(1) {
            (*since, *points) = (now, 0);
        }
        *points += 1;
        if *points > POINTS_A_MINUTE {
            Err(Exhausted::Secondary)
        } else {
            Ok(())
        }
    }

    fn change(&mut self, payer: Payer, requests: i64) -> Standing {
        let standing = self.hours.entry(payer).or_insert(Standing {
            limit: 0,
            used: 0,
            reset: DateTime::UNIX_EPOCH,
        });
        standing.used = standing.used.saturating_add_signed(requests);
        *standing
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_decreases_ends_and_starts_anew_after_the_hour() {
        let now: DateTime<Utc> = "2026-03-01T12:00:00Z".parse().unwrap();
        let mut budgets = Budgets::default();
        let payer = Payer::User(1);
        assert_eq!(budgets.take(payer, 2, now).unwrap().remaining(), 1);
        assert_eq!(budgets.take(payer, 2, now).unwrap().remaining(), 0);
        assert_eq!(budgets.take(payer, 2, now), Err(Exhausted::Primary));
        assert_eq!(budgets.refund(payer).remaining(), 1);
        let later = now + TimeDelta::hours(1);
        let standing = budgets.take(payer, 2, later).unwrap();
        assert_eq!(
            (standing.used, standing.reset),
            (1, later + TimeDelta::hours(1))
        );
    }

    #[test]
    fn a_minute_has_nine_hundred_points() {
        let now: DateTime<Utc> = "2026-03-01T12:00:00Z".parse().unwrap();
        let mut budgets = Budgets::default();
        assert!((0..900).all(|_| budgets.point(Payer::Address, now).is_ok()));
        assert_eq!(
            budgets.point(Payer::Address, now),
            Err(Exhausted::Secondary)
        );
        assert!(
            budgets
                .point(Payer::Address, now + TimeDelta::minutes(1))
                .is_ok()
        );
    }
}
