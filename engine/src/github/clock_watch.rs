//! Whether this machine's clock and GitHub's agree.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use domain::ClockDifference;
use http::HeaderMap;
use parking_lot::Mutex;

use super::edge::clock_ahead;

/// How far this machine's clock is from GitHub's, by the newest response; shared by all clients.
#[derive(Clone, Default)]
pub(crate) struct ClockWatch(Arc<Mutex<Option<ClockDifference>>>);

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
