//! Data quality anomalies: GitHub reports less than it did, or something impossible.
//! An anomaly changes no number: the highest value of each day is kept. It is stored beside the
//! numbers, so that readers know.

mod false_zero;
mod kind;

use std::fmt;

use serde::{Deserialize, Serialize};
use strum::{Display, EnumString, IntoStaticStr};

pub use false_zero::{BACKGROUND_DAYS, DayCounts, OutageDetector};
pub use kind::AnomalyKind;

use crate::day::Day;
use crate::traffic::Counts;
use crate::unknown_value::UnknownValue;

/// How many days a response may span: GitHub documents 14 and has shown 15.
const LONGEST_WINDOW: i64 = 15;

/// The subject of an anomaly; there is at most one per subject and day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[derive(Display, EnumString, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
#[strum(parse_err_ty = UnknownValue, parse_err_fn = UnknownValue::new)]
pub enum AnomalySubject {
    /// The numbers of a day against the known ones.
    Figures,
    /// The numbers of a day against each other.
    Day,
    /// The total of a window.
    Total,
    /// The uniques of a window.
    People,
    /// The days of a window.
    Window,
    /// Whether the numbers of a day are readable.
    Entry,
}

impl AnomalySubject {
    /// The name in the API and the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}

impl AnomalyKind {
    /// Its subject.
    #[must_use]
    pub const fn subject(self) -> AnomalySubject {
        match self {
            Self::Revised | Self::Truncated | Self::FalseZero => AnomalySubject::Figures,
            Self::UniquesAboveCount => AnomalySubject::Day,
            Self::WrongTotal => AnomalySubject::Total,
            Self::WrongUniques => AnomalySubject::People,
            Self::WindowRegressed | Self::WindowInFuture | Self::WindowTooLong => {
                AnomalySubject::Window
            }
            Self::Unreadable => AnomalySubject::Entry,
        }
    }

    /// Whether to show a warning. A truncated oldest day is normal for GitHub's windows, and
    /// harmless once the whole day is known.
    #[must_use]
    pub const fn needs_warning(self) -> bool {
        !matches!(self, Self::Truncated)
    }

    /// A label of two or three words.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Revised => "Revised downward",
            Self::Truncated => "Truncated",
            Self::FalseZero => "False zero",
            Self::UniquesAboveCount => "More uniques than total",
            Self::WrongTotal => "Wrong total",
            Self::WrongUniques => "Wrong uniques",
            Self::WindowRegressed => "Window moved back",
            Self::WindowInFuture => "Window in the future",
            Self::WindowTooLong => "Window too long",
            Self::Unreadable => "Unreadable",
        }
    }
}

/// An anomaly in a response from GitHub.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Anomaly {
    /// The kind of anomaly.
    pub kind: AnomalyKind,
    /// The day concerned; for a window, its last one.
    pub day: Day,
    /// The stored value, or what the response says elsewhere; `None` without a comparison.
    pub known: Option<Counts>,
    /// What the response says.
    pub reported: Counts,
}

/// A response about views or clones by day.
#[derive(Clone, Copy, Debug)]
pub struct ReportedTraffic<'a> {
    /// The total and uniques of the whole window; `None` if a recording lacks them, or if
    /// unreadable days leave no sum to compare.
    pub total: Option<Counts>,
    /// The days it reports, oldest first.
    pub days: &'a [(Day, Counts)],
    /// The UTC day of the response.
    pub given_on: Day,
}

/// What was known before a response.
#[derive(Clone, Copy, Debug)]
pub struct StoredTraffic<'a> {
    /// The days, oldest first.
    pub days: &'a [(Day, Counts)],
    /// The last day of the newest window so far.
    pub newest: Option<Day>,
    /// The anomalies not resolved by a later response.
    pub open: &'a [Anomaly],
}

impl StoredTraffic<'_> {
    fn on(&self, day: Day) -> Option<Counts> {
        let found = self.days.binary_search_by_key(&day, |(day, _)| *day).ok()?;
        Some(self.days[found].1)
    }

    fn open_on(&self, day: Day) -> Option<AnomalyKind> {
        let about_figures = |anomaly: &&Anomaly| {
            anomaly.day == day && anomaly.kind.subject() == AnomalySubject::Figures
        };
        self.open
            .iter()
            .find(about_figures)
            .map(|anomaly| anomaly.kind)
    }
}

impl ReportedTraffic<'_> {
    /// The anomalies in the response, at most one per subject and day.
    #[must_use]
    pub fn anomalies(&self, known: &StoredTraffic<'_>) -> Vec<Anomaly> {
        let mut anomalies: Vec<Anomaly> = (self.days.iter())
            .filter_map(|(day, reported)| self.of_figures(*day, *reported, known))
            .collect();
        let above = (self.days.iter())
            .filter(|(_, reported)| reported.uniques.get() > reported.count)
            .map(|&(day, reported)| Anomaly {
                kind: AnomalyKind::UniquesAboveCount,
                day,
                known: None,
                reported,
            });
        anomalies.extend(above);
        anomalies.extend(self.of_sums());
        anomalies.extend(self.of_window(known.newest).map(|kind| Anomaly {
            kind,
            day: self.last(),
            known: None,
            reported: self.total.unwrap_or_default(),
        }));
        anomalies
    }

    /// The open anomalies it resolves: it reports at least what was known, or shows no such
    /// anomaly.
    #[must_use]
    pub fn resolved(&self, open: &[Anomaly], anomalies: &[Anomaly]) -> Vec<Anomaly> {
        let settled = |anomaly: &&Anomaly| match anomaly.kind.subject() {
            AnomalySubject::Figures | AnomalySubject::Day | AnomalySubject::Entry => {
                let listed_day = self.days.iter().find(|(day, _)| *day == anomaly.day);
                listed_day.is_some_and(|&(_, reported)| anomaly.is_resolved_by(reported))
            }
            AnomalySubject::Total | AnomalySubject::People if self.total.is_none() => false,
            AnomalySubject::Total | AnomalySubject::People | AnomalySubject::Window => !anomalies
                .iter()
                .any(|it| it.kind.subject() == anomaly.kind.subject()),
        };
        open.iter().filter(settled).copied().collect()
    }

    /// The last day it shows, or the day of the response if it shows none.
    fn last(&self) -> Day {
        self.days.last().map_or(self.given_on, |(day, _)| *day)
    }

    fn of_figures(&self, day: Day, reported: Counts, known: &StoredTraffic<'_>) -> Option<Anomaly> {
        let stored = known.on(day);
        let open = known.open_on(day);
        let kind = if open == Some(AnomalyKind::FalseZero) && reported.count == 0 {
            AnomalyKind::FalseZero
        } else if !stored?.is_revised_downward_by(reported) {
            return None;
        } else if open == Some(AnomalyKind::Revised) || self.days.first()?.0 != day {
            AnomalyKind::Revised
        } else {
            AnomalyKind::Truncated
        };
        // The stored value is the highest of each number. For a day that was never anything but a
        // false zero, nothing better is known.
        let known = stored.filter(|stored| stored.count > 0);
        let known = known.map(|stored| stored.merge(reported));
        Some(Anomaly {
            kind,
            day,
            known,
            reported,
        })
    }

    fn of_sums(&self) -> Vec<Anomaly> {
        let Some(reported) = self.total else {
            return Vec::new();
        };
        let people = || self.days.iter().map(|(_, counts)| counts.uniques.get());
        let total: u64 = (self.days.iter())
            .map(|(_, counts)| u64::from(counts.count))
            .sum();
        let most: u64 = people().map(u64::from).sum();
        let least = people().max().unwrap_or_default();
        let fit = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
        let anomaly = |kind, count, uniques| Anomaly {
            kind,
            day: self.last(),
            known: Some(Counts::new(count, uniques)),
            reported,
        };
        let (count, uniques) = (reported.count, reported.uniques.get());
        let mut anomalies = Vec::new();
        if u64::from(count) != total {
            anomalies.push(anomaly(AnomalyKind::WrongTotal, fit(total), uniques));
        }
        if u64::from(uniques) > most || uniques > count {
            anomalies.push(anomaly(
                AnomalyKind::WrongUniques,
                count,
                fit(most).min(count),
            ));
        } else if uniques < least {
            anomalies.push(anomaly(AnomalyKind::WrongUniques, count, least));
        }
        anomalies
    }

    fn of_window(&self, newest: Option<Day>) -> Option<AnomalyKind> {
        let ((first, _), (last, _)) = (self.days.first()?, self.days.last()?);
        if *last > self.given_on {
            Some(AnomalyKind::WindowInFuture)
        } else if last.days_since(*first) >= LONGEST_WINDOW {
            Some(AnomalyKind::WindowTooLong)
        } else if newest.is_some_and(|newest| *last < newest) {
            Some(AnomalyKind::WindowRegressed)
        } else {
            None
        }
    }
}

impl Anomaly {
    /// Whether a later report of the day resolves the anomaly.
    fn is_resolved_by(&self, reported: Counts) -> bool {
        let agrees = !(self.known).is_some_and(|known| known.is_revised_downward_by(reported));
        match self.kind {
            AnomalyKind::FalseZero => agrees && reported.count > 0,
            AnomalyKind::UniquesAboveCount => reported.uniques.get() <= reported.count,
            AnomalyKind::Unreadable => true,
            _ => agrees,
        }
    }
}

impl fmt::Display for Anomaly {
    /// What GitHub reported and what was kept.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let reported = DisplayCounts(self.reported);
        match (self.kind, self.known) {
            (AnomalyKind::FalseZero, None) => f.write_str(
                "GitHub reports zero, as it does for most other busy repositories on that day. GitHub probably failed to count.",
            ),
            (AnomalyKind::FalseZero, Some(known)) => write!(
                f,
                "GitHub now reports zero, as it does for most other busy repositories on that day. It previously reported {}, which was kept.",
                DisplayCounts(known)
            ),
            (AnomalyKind::Truncated, Some(known)) => write!(
                f,
                "GitHub reports {reported} for the oldest day in its window. It previously reported {}, which was kept.",
                DisplayCounts(known)
            ),
            (AnomalyKind::Revised | AnomalyKind::Truncated, known) => write!(
                f,
                "GitHub reports {reported}. It previously reported {}, which was kept.",
                DisplayCounts(known.unwrap_or_default())
            ),
            (AnomalyKind::UniquesAboveCount, _) => {
                write!(f, "GitHub reports {reported}, which is more unique users than total \
                           events.")
            }
            (AnomalyKind::WrongTotal, known) => write!(
                f,
                "GitHub reports {} for the whole window, but its days add up to {}.",
                self.reported.count,
                known.unwrap_or_default().count
            ),
            (AnomalyKind::WrongUniques, known) => write!(
                f,
                "GitHub reports {} unique users for the whole window, but its days allow {} at {}.",
                self.reported.uniques.get(),
                known.unwrap_or_default().uniques.get(),
                if known.is_some_and(|known| known.uniques > self.reported.uniques) {
                    "least"
                } else {
                    "most"
                }
            ),
            (AnomalyKind::WindowRegressed, _) => {
                f.write_str("GitHub’s window ends on this day, but an earlier report reached \
                             further.")
            }
            (AnomalyKind::WindowInFuture, _) => {
                f.write_str("GitHub’s window ended on this day, which was still in the future.")
            }
            (AnomalyKind::Unreadable, None) => f.write_str(
                "GitHub’s numbers for this day could not be read, so they are unknown.",
            ),
            (AnomalyKind::Unreadable, Some(known)) => write!(
                f,
                "GitHub’s numbers for this day could not be read. It previously reported {}, which was kept.",
                DisplayCounts(known)
            ),
            (AnomalyKind::WindowTooLong, _) => write!(
                f,
                "GitHub’s window ending on this day has more than {LONGEST_WINDOW} days."
            ),
        }
    }
}

/// `18 (5 unique)`
struct DisplayCounts(Counts);

impl fmt::Display for DisplayCounts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({} unique)", self.0.count, self.0.uniques.get())
    }
}

#[cfg(test)]
mod tests;
