//! A seeded generator of plausible traffic, for portfolios of many repositories.

use chrono::{Datelike, NaiveDate, Weekday};

use crate::random::{between, mix};
use crate::traffic::bucket::{Bucket, DayTraffic};
use crate::traffic::recording::SnapshotRow;

const REFERRERS: [&str; 12] = [
    "Google",
    "github.com",
    "Bing",
    "news.ycombinator.com",
    "DuckDuckGo",
    "stackoverflow.com",
    "reddit.com",
    "t.co",
    "chatgpt.com",
    "docs.rs",
    "dev.to",
    "youtube.com",
];

const PAGES: [&str; 10] = [
    "",
    "/issues",
    "/releases",
    "/pulls",
    "/blob/main/README.md",
    "/tree/main/docs",
    "/actions",
    "/tree/main/src",
    "/discussions",
    "/wiki",
];

/// A day: random, lower on weekends, with a few peaks and some days without traffic.
pub(crate) fn day(seed: u64, day: NaiveDate) -> DayTraffic {
    let at = position(day);
    let level = between(seed, 0, 2, 12).pow(between(seed, 1, 1, 3).try_into().unwrap_or(1));
    let week = match day.weekday() {
        Weekday::Sat | Weekday::Sun => 55,
        Weekday::Fri => 90,
        Weekday::Mon | Weekday::Tue | Weekday::Wed | Weekday::Thu => 110,
    };
    let surge = if mix(seed ^ 0x5u64, at).is_multiple_of(97) {
        4
    } else {
        1
    };
    let views = level * week * between(seed, at, 20, 180) * surge / 10_000;
    let clones = views * between(seed ^ 0xc, at, 0, 30) / 100;
    DayTraffic {
        views: bucket_of(views, between(seed ^ 0xa, at, 20, 45)),
        clones: bucket_of(clones, between(seed ^ 0xb, at, 40, 80)),
    }
}

/// Five to ten referrers, always the same ones, with changing counts.
pub(crate) fn referrers(seed: u64, day: NaiveDate) -> Vec<SnapshotRow> {
    let first = usize::try_from(mix(seed, 11) % 12).unwrap_or_default();
    let names =
        (0..REFERRERS.len()).map(|step| REFERRERS[(first + step * 5) % REFERRERS.len()].to_owned());
    list(seed ^ 0xd, day, names)
}

/// Five to ten pages, the main page first.
pub(crate) fn paths(seed: u64, day: NaiveDate, full_name: &str) -> Vec<SnapshotRow> {
    list(
        seed ^ 0xe,
        day,
        PAGES.iter().map(|page| format!("/{full_name}{page}")),
    )
}

fn list(seed: u64, day: NaiveDate, names: impl Iterator<Item = String>) -> Vec<SnapshotRow> {
    let length = usize::try_from(between(seed, 1, 5, 10)).unwrap_or(10);
    let mut count = between(seed, position(day), 40, 400);
    names
        .take(length)
        .enumerate()
        .map(|(rank, name)| {
            let bucket = bucket_of(count, 40);
            let rank = u64::try_from(rank).unwrap_or_default();
            count = (count * between(seed, 2 + rank, 45, 85) / 100).max(1);
            SnapshotRow::new(name, bucket)
        })
        .collect()
}

/// A bucket with `percent` uniques per hundred of its count.
fn bucket_of(count: u64, percent: u64) -> Bucket {
    Bucket::new(count, (count * percent).div_ceil(100))
}

fn position(day: NaiveDate) -> u64 {
    day.num_days_from_ce().unsigned_abs().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_the_same_every_time_and_differs_by_repository() {
        let on: NaiveDate = "2026-05-04".parse().unwrap();
        assert_eq!(day(3, on), day(3, on));
        let days: Vec<DayTraffic> = (0..100).map(|seed| day(seed, on)).collect();
        let distinct = days
            .iter()
            .filter(|day| days.iter().filter(|other| other == day).count() == 1)
            .count();
        assert!(distinct > 60, "{distinct} of 100 are unlike all others");
    }

    #[test]
    fn uniques_never_exceed_counts_and_lists_are_sorted() {
        let start: NaiveDate = "2026-01-01".parse().unwrap();
        for (seed, on) in (0..20).zip(start.iter_days()) {
            let traffic = day(seed, on);
            assert!(traffic.views.uniques <= traffic.views.count);
            assert!(traffic.clones.uniques <= traffic.clones.count);
            for rows in [referrers(seed, on), paths(seed, on, "acme/anvil")] {
                assert!((5..=10).contains(&rows.len()));
                assert!(rows.windows(2).all(|pair| pair[0].count >= pair[1].count));
                let mut names: Vec<_> = rows.iter().map(|row| &row.name).collect();
                names.sort_unstable();
                names.dedup();
                assert_eq!(names.len(), rows.len());
            }
        }
    }
}
