//! The delay of a schedule's run after its due time, so that not all of them start at once.

use chrono::TimeDelta;

use super::{Cron, description};
use crate::id::ScheduleId;

impl Cron {
    /// Less than a minute and the same for a schedule in every process; zero if it is due every
    /// minute.
    #[must_use]
    pub fn jitter(&self, schedule: ScheduleId) -> TimeDelta {
        if description::every_minute(&self.text) {
            return TimeDelta::zero();
        }
        TimeDelta::seconds(spread(schedule.get()))
    }
}

/// Spreads ids that follow each other over the seconds of a minute: Fibonacci hashing (Knuth, The
/// Art of Computer Programming, volume 3, section 6.4), which no release of a library changes.
const fn spread(id: i64) -> i64 {
    let hash = id.wrapping_mul(0x9E37_79B9_7F4A_7C15_u64.cast_signed());
    (((hash >> 32) & 0xFFFF_FFFF) * 60) >> 32
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    fn jitter(cron: &str, id: i64) -> i64 {
        let cron: Cron = cron.parse().expect("a valid expression");
        cron.jitter(ScheduleId::new(id)).num_seconds()
    }

    #[test]
    fn it_is_less_than_a_minute_always_the_same_and_spread() {
        let all: Vec<_> = (1..=60).map(|id| jitter("0 6 * * *", id)).collect();
        assert!(all.iter().all(|seconds| (0..60).contains(seconds)));
        assert_eq!(&all[..4], [37, 14, 51, 28], "as in every release");
        let seconds: HashSet<_> = all.iter().collect();
        assert!(seconds.len() > 40, "{} of 60", seconds.len());
    }

    #[test]
    fn what_is_due_every_minute_does_not_wait() {
        for text in ["* * * * *", "*/1 * * * *", "0-59 9 * * *"] {
            assert_eq!(jitter(text, 1), 0, "{text}");
        }
        assert_ne!(jitter("*/2 * * * *", 1), 0);
    }
}
