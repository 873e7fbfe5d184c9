//! From a report's buckets to a chart.

use domain::report::{Bucket, Marker};
use domain::{Coverage, Day, DayRange, DayState, Interval};

use super::spec::{
    ChartEvent, ChartSpec, ComparedLines, Line, Remark, Series, Shade, ShadeKind, Slot, UsualBand,
};

impl ChartSpec {
    /// The chart of views and clones with their uniques.
    ///
    /// Uniques are GitHub's own count of each bucket where the report has it; where it has only
    /// sums of daily uniques, the line says so in its label.
    #[must_use]
    pub fn traffic(title: impl Into<String>, interval: Interval, buckets: &[Bucket]) -> Self {
        let first = buckets.first().map_or_else(
            || Day::new(chrono::NaiveDate::default()),
            |bucket| bucket.start,
        );
        let mut spec = Self::new(title, interval, first, buckets.len());
        let line = |key: &str, label: String, line, slot, values, visible| Series {
            key: key.to_owned(),
            label,
            line,
            slot,
            values,
            visible,
        };
        let (visitors, visitors_summed) = unique_visitors(buckets);
        let (unique_cloners, cloners_summed) = unique_cloners(buckets);
        spec.has_mean = true;
        let views = buckets.iter().map(|bucket| bucket.views).collect();
        let clones = buckets.iter().map(|bucket| bucket.clones).collect();
        spec.series = vec![
            line(
                "views",
                "Views".to_owned(),
                Line::Area,
                Slot::One,
                views,
                true,
            ),
            line(
                "visitors",
                label("Unique visitors", visitors_summed),
                Line::Dashed,
                Slot::Two,
                visitors,
                true,
            ),
            line(
                "clones",
                "Clones".to_owned(),
                Line::Solid,
                Slot::Three,
                clones,
                false,
            ),
            line(
                "cloners",
                label("Unique cloners", cloners_summed),
                Line::Dashed,
                Slot::Four,
                unique_cloners,
                false,
            ),
        ];
        spec.remarks = (buckets.iter().enumerate())
            .filter(|(_, bucket)| bucket.days_known > 0 && bucket.days_known < bucket.days_total)
            // In an overview some repositories may not know a day; that does not make the day
            // partial.
            .filter(|_| interval != Interval::Day)
            .map(
                |(
                    bucket,
                    Bucket {
                        days_known,
                        days_total,
                        ..
                    },
                )| Remark {
                    bucket,
                    text: format!("{days_known} of {days_total} days known"),
                },
            )
            .collect();
        spec
    }

    /// Marks lost and unpublished days, as a repository's coverage has them.
    #[must_use]
    pub fn with_coverage(mut self, coverage: &Coverage, github_is_late: bool) -> Self {
        let shades = coverage.stretches.iter().filter_map(|(days, state)| {
            let kind = match state {
                DayState::Known | DayState::NothingListed => return None,
                DayState::Lost => ShadeKind::Lost,
                DayState::NotYetPublished => unpublished(github_is_late),
            };
            Some(Shade { days: *days, kind })
        });
        self.shades.extend(shades);
        self
    }

    /// Marks the days of releases and tags.
    #[must_use]
    pub fn with_markers(self, markers: &[Marker]) -> Self {
        self.with_events(markers.iter().map(ChartEvent::from))
    }

    /// Adds events to those there are, in the order of their days.
    #[must_use]
    pub fn with_events(mut self, events: impl IntoIterator<Item = ChartEvent>) -> Self {
        self.events.extend(events);
        self.events.sort_by_key(|event| event.days.from);
        self
    }

    /// Compares the lines with another period, repository or tag.
    #[must_use]
    pub fn with_comparison(mut self, compared: Option<ComparedLines>) -> Self {
        self.compared = compared;
        self
    }

    /// Shows the usual range behind a series.
    #[must_use]
    pub fn with_usual(mut self, usual: Option<UsualBand>) -> Self {
        self.usual = usual;
        self
    }

    /// Marks the last weeks or months that still grow: today is in them, or a day that GitHub has
    /// not published. Call it after the shades are set.
    #[must_use]
    pub fn with_growing_end(mut self, today: Day) -> Self {
        let grows = |index: &usize| {
            self.bucket_at(*index).to >= today
                || matches!(
                    self.shade_at(*index),
                    Some(ShadeKind::Unpublished | ShadeKind::Late)
                )
        };
        if self.interval != Interval::Day {
            self.growing = (0..self.len).rev().take_while(grows).last();
        }
        for remark in &mut self.remarks {
            if self.growing.is_some_and(|first| first <= remark.bucket) {
                remark.text = format!("So far: {}", remark.text);
            }
        }
        self
    }

    /// Marks days as lost.
    #[must_use]
    pub fn with_lost(mut self, lost: &[DayRange]) -> Self {
        self.shades.extend(lost.iter().map(|days| Shade {
            days: *days,
            kind: ShadeKind::Lost,
        }));
        self
    }

    /// Marks the days after the last known bucket as not yet published.
    #[must_use]
    pub fn with_unpublished_end(mut self, github_is_late: bool) -> Self {
        let last_known = (0..self.len).rev().find(|index| self.is_known(*index));
        let from = last_known.map(|index| self.bucket_at(index).to.plus(1));
        if let Some((from, days)) = from.zip(self.days())
            && let Some(days) = DayRange::new(from, days.to)
        {
            self.shades.push(Shade {
                days,
                kind: unpublished(github_is_late),
            });
        }
        self
    }
}

/// Why days are not published yet.
const fn unpublished(github_is_late: bool) -> ShadeKind {
    if github_is_late {
        ShadeKind::Late
    } else {
        ShadeKind::Unpublished
    }
}

/// Unique visitors, and whether they are sums of daily ones.
pub(super) fn unique_visitors(buckets: &[Bucket]) -> (Vec<Option<u64>>, bool) {
    uniques(buckets, |bucket| {
        (
            bucket.view_uniques.map(|uniques| u64::from(uniques.get())),
            bucket.view_uniques_daily_sum.map(|sum| sum.0),
        )
    })
}

/// Unique cloners, and whether they are sums of daily ones.
pub(super) fn unique_cloners(buckets: &[Bucket]) -> (Vec<Option<u64>>, bool) {
    uniques(buckets, |bucket| {
        (
            bucket.clone_uniques.map(|uniques| u64::from(uniques.get())),
            bucket.clone_uniques_daily_sum.map(|sum| sum.0),
        )
    })
}

/// GitHub's own uniques if it counted every known bucket, else the sums of daily uniques and
/// `true`. One line never mixes both.
fn uniques(
    buckets: &[Bucket],
    of: impl Fn(&Bucket) -> (Option<u64>, Option<u64>),
) -> (Vec<Option<u64>>, bool) {
    let (exact, sums): (Vec<_>, Vec<_>) = buckets.iter().map(of).unzip();
    let summed = exact
        .iter()
        .zip(&sums)
        .any(|(exact, sum)| exact.is_none() && sum.is_some());
    (if summed { sums } else { exact }, summed)
}

fn label(uniques: &str, summed: bool) -> String {
    if summed {
        format!("{uniques} (daily sum)")
    } else {
        uniques.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use domain::{DailySum, Uniques};

    use super::*;

    /// Weeks with these of GitHub's own unique visitors; each also has a sum of daily ones.
    fn visitors(exact: &[Option<u32>]) -> (String, Vec<Option<u64>>) {
        let first: Day = "2026-07-06".parse().unwrap();
        let bucket = |(index, exact): (i64, &Option<u32>)| Bucket {
            start: first.plus(7 * index),
            end: first.plus(7 * index + 6),
            views: Some(20),
            view_uniques: exact.map(Uniques::new),
            view_uniques_daily_sum: Some(DailySum(9)),
            clones: None,
            clone_uniques: None,
            clone_uniques_daily_sum: None,
            days_known: 7,
            days_total: 7,
        };
        let buckets: Vec<_> = (0..).zip(exact).map(bucket).collect();
        let mut spec = ChartSpec::traffic("Traffic", Interval::Week, &buckets);
        let line = spec.series.swap_remove(1);
        (line.label, line.values)
    }

    fn weeks(known: &[u32]) -> Vec<Bucket> {
        let first: Day = "2026-11-02".parse().unwrap();
        let bucket = |(index, days_known): (i64, &u32)| Bucket {
            start: first.plus(7 * index),
            end: first.plus(7 * index + 6),
            views: (*days_known > 0).then_some(20),
            view_uniques: None,
            view_uniques_daily_sum: None,
            clones: None,
            clone_uniques: None,
            clone_uniques_daily_sum: None,
            days_known: *days_known,
            days_total: 7,
        };
        (0..).zip(known).map(bucket).collect()
    }

    fn growing(known: &[u32], newest: &str, today: &str) -> ChartSpec {
        let (newest, today): (Day, Day) = (newest.parse().unwrap(), today.parse().unwrap());
        let coverage = Coverage {
            stretches: vec![(
                DayRange {
                    from: newest.plus(1),
                    to: today,
                },
                DayState::NotYetPublished,
            )],
            deadline: None,
        };
        ChartSpec::traffic("Traffic", Interval::Week, &weeks(known))
            .with_coverage(&coverage, false)
            .with_growing_end(today)
    }

    #[test]
    fn the_current_week_grows_and_says_so() {
        let spec = growing(&[7, 7, 7, 4], "2026-11-26", "2026-11-27");
        assert_eq!(spec.growing, Some(3));
        assert!(spec.is_growing(3) && !spec.is_growing(2));
        assert_eq!(spec.remark(3).as_deref(), Some("So far: 4 of 7 days known"));
        assert_eq!(spec.remark(2), None);
    }

    #[test]
    fn on_a_monday_the_week_before_grows_until_its_sunday_is_published() {
        let late = growing(&[7, 7, 6, 0], "2026-11-21", "2026-11-23");
        assert_eq!(late.growing, Some(2));
        let published = growing(&[7, 7, 7, 0], "2026-11-22", "2026-11-23");
        assert_eq!(published.growing, Some(3));
    }

    #[test]
    fn a_week_with_a_lost_day_in_the_past_is_final() {
        let spec = growing(&[7, 5, 7, 4], "2026-11-26", "2026-11-27");
        assert!(!spec.is_growing(1));
        assert_eq!(spec.remark(1).as_deref(), Some("5 of 7 days known"));
    }

    #[test]
    fn a_line_of_uniques_is_all_of_one_kind_and_says_which() {
        assert_eq!(
            visitors(&[Some(5), Some(6)]),
            ("Unique visitors".to_owned(), vec![Some(5), Some(6)])
        );
        assert_eq!(
            visitors(&[None, Some(6)]),
            (
                "Unique visitors (daily sum)".to_owned(),
                vec![Some(9), Some(9)]
            )
        );
    }
}
