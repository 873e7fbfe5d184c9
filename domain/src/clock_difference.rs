//! That this machine's clock and GitHub's disagree.

use std::fmt;

use chrono::TimeDelta;

/// A larger difference is worth a warning: days would start and end at the wrong time.
const TOLERANCE: TimeDelta = TimeDelta::minutes(10);

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

/// What is wrong and what to do. It is worded here and not by the app, because the log and
/// `tidemark check` print it too.
impl fmt::Display for ClockDifference {
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
