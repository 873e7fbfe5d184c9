//! What GitHub really counted, in every test alike.

use chrono::{DateTime, Utc};
use domain::{Counts, Day, DayTraffic};
use simulator::{Bucket, Repository, Role, Source};

use crate::fixture::{NOW, day};

/// A repository of which octocat is an administrator, with the traffic of [`expected`].
pub fn repository(id: u64, name: &str) -> Repository {
    let now: DateTime<Utc> = NOW.parse().expect("a time");
    let traffic = (-60..60).map(|offset| {
        let day = Day::of(now).plus(offset);
        let bucket = |counts: Counts| Bucket::new(counts.count.into(), counts.uniques.get().into());
        let DayTraffic { views, clones } = expected(day);
        let traffic = simulator::DayTraffic::new(
            bucket(views.unwrap_or_default()),
            bucket(clones.unwrap_or_default()),
        );
        (day.date(), traffic)
    });
    let row = |name: &str| simulator::SnapshotRow::new(name, Bucket::new(12, 4));
    Repository::new(id, name)
        .access("octocat", Role::Admin)
        .source(
            Source::series(traffic)
                .with_referrers([row("news.ycombinator.com"), row("github.com")])
                .with_paths([row(&format!("/{name}"))]),
        )
        .stars(now.date_naive(), 42)
}

/// What GitHub really counted on a day; Saturdays have no visitors.
pub fn expected(day: Day) -> DayTraffic {
    let number = u32::try_from(day.days_since("2026-01-01".parse().expect("a day")))
        .expect("days of the year");
    let (views, clones) = match day.weekday() {
        chrono::Weekday::Sat => (Counts::default(), Counts::default()),
        _ => (
            Counts::new(number * 10, number),
            Counts::new(number, number / 3),
        ),
    };
    DayTraffic {
        views: Some(views),
        clones: Some(clones),
    }
}

/// The true days from the first to the last of the month.
pub fn true_days(first: &str, last: &str) -> Vec<(Day, DayTraffic)> {
    let range = domain::DayRange {
        from: day(first),
        to: day(last),
    };
    range.days().map(|day| (day, expected(day))).collect()
}
