//! Whether this machine's clock and GitHub's agree.

use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use http::HeaderMap;
use parking_lot::Mutex;

use super::edge::clock_ahead;

/// A larger difference is worth a warning: days would start and end at the wrong time.
const TOLERANCE: TimeDelta = TimeDelta::minutes(10);

/// How far this machine's clock is from GitHub's, by the newest response; shared by all clients.
#[derive(Clone, Default)]
pub(crate) struct ClockWatch(Arc<Mutex<Option<ClockDifference>>>);

/// That this machine's clock differs from GitHub's by more than ten minutes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClockDifference {
    /// How far it is ahead; negative if it is behind.
    pub ahead: TimeDelta,
}

impl ClockDifference {
    /// `None` if the clocks agree well enough.
    #[must_use]
    pub fn from_ahead(ahead: TimeDelta) -> Option<Self> {
        (ahead.abs() > TOLERANCE).then_some(Self { ahead })
    }
}

impl ClockWatch {
    /// Records GitHub's time from a response's headers.
    pub(super) fn record(&self, headers: &HeaderMap, now: DateTime<Utc>) {
        let difference = clock_ahead(headers, now).and_then(ClockDifference::from_ahead);
        let mut known = self.0.lock();
        match (*known, difference) {
            (None, Some(difference)) => tracing::warn!(
                clock.ahead_seconds = difference.ahead.num_seconds(),
                "{difference}"
            ),
            (Some(_), None) => tracing::info!("the clock agrees with GitHub again"),
            _ => {}
        }
        *known = difference;
    }

    /// How far the clocks differ; `None` if they agree, or before the first response.
    pub(crate) fn difference(&self) -> Option<ClockDifference> {
        *self.0.lock()
    }
}

impl fmt::Display for ClockDifference {
    /// What is wrong and what to do.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let minutes = self.ahead.num_minutes().unsigned_abs();
        let (number, unit) = match minutes {
            0..120 => (minutes, "minutes"),
            120..2_880 => (minutes / 60, "hours"),
            _ => (minutes / 1_440, "days"),
        };
        let side = if self.ahead < TimeDelta::zero() {
            "behind"
        } else {
            "ahead of"
        };
        write!(
            f,
            "This server’s clock is {number} {unit} {side} GitHub’s. Correct it, because days and schedules depend on it."
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_differs_is_told_until_it_agrees_again() {
        let watch = ClockWatch::default();
        let mut headers = HeaderMap::new();
        headers.insert(
            http::header::DATE,
            "Fri, 27 Nov 2026 06:00:00 GMT".parse().expect("a header"),
        );
        let message_at = |now: &str| {
            watch.record(&headers, now.parse().expect("a time"));
            watch.difference().map(|difference| difference.to_string())
        };
        assert_eq!(message_at("2026-11-27T06:09:00Z"), None);
        let ahead = message_at("2026-11-30T06:00:00Z").expect("a warning");
        assert!(
            ahead.starts_with("This server’s clock is 3 days ahead of GitHub’s"),
            "{ahead}"
        );
        let behind = message_at("2026-11-27T05:48:00Z").expect("a warning");
        assert!(behind.contains("12 minutes behind"), "{behind}");
        assert_eq!(message_at("2026-11-27T05:55:00Z"), None);
    }
}
