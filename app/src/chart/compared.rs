//! From the traffic that a report is compared with to the lines of a chart.

use domain::report::{Bucket, ComparedReport, ComparedWith};

use super::format;
use super::spec::ComparedLines;
use super::traffic::{unique_cloners, unique_visitors};

/// The compared lines of a chart of these buckets. Uniques are compared only with uniques of the same
/// kind, never GitHub's own with sums of daily ones.
#[must_use]
pub fn compared_lines(compared: &ComparedReport, buckets: &[Bucket]) -> Option<ComparedLines> {
    let first = compared.buckets.first()?.start;
    let of = |value: fn(&Bucket) -> Option<u64>| compared.buckets.iter().map(value).collect();
    let mut values = vec![
        ("views".to_owned(), of(|bucket| bucket.views)),
        ("clones".to_owned(), of(|bucket| bucket.clones)),
    ];
    for (key, uniques) in [
        ("visitors", unique_visitors as fn(&[Bucket]) -> _),
        ("cloners", unique_cloners),
    ] {
        let (earlier, is_sum) = uniques(&compared.buckets);
        if is_sum == uniques(buckets).1 {
            values.push((key.to_owned(), earlier));
        }
    }
    Some(ComparedLines {
        label: match &compared.with {
            ComparedWith::Previous | ComparedWith::Year => format::days(compared.range),
            ComparedWith::Repository(name) => name.to_string(),
            ComparedWith::Tag(tag) => tag.clone(),
        },
        first,
        values,
    })
}

#[cfg(test)]
mod tests {
    use domain::{DailySum, Day, DayRange, Uniques};

    use super::*;

    fn day(text: &str) -> Day {
        text.parse().expect("a day")
    }

    fn week(start: Day, uniques: Option<u32>) -> Bucket {
        Bucket {
            start,
            end: start.plus(6),
            views: Some(70),
            view_uniques: uniques.map(Uniques::new),
            view_uniques_daily_sum: Some(DailySum(30)),
            clones: None,
            clone_uniques: None,
            clone_uniques_daily_sum: None,
            days_known: 7,
            days_total: 7,
        }
    }

    #[test]
    fn uniques_are_compared_with_their_own_kind_only() {
        let now = [week(day("2026-11-16"), Some(20))];
        let lines = |uniques| {
            let earlier = week(day("2026-11-09"), uniques);
            let range = DayRange {
                from: earlier.start,
                to: earlier.end,
            };
            let compared = ComparedReport::new(ComparedWith::Previous, range, vec![earlier]);
            let lines = compared_lines(&compared, &now).expect("lines");
            let keys: Vec<_> = lines.values.into_iter().map(|(key, _)| key).collect();
            (
                lines.label,
                lines.first,
                keys.contains(&"visitors".to_owned()),
            )
        };
        let label = "9 Nov – 15 Nov 2026".to_owned();
        let first = day("2026-11-09");
        assert_eq!(lines(Some(18)), (label.clone(), first, true));
        assert_eq!(lines(None), (label, first, false));
    }

    #[test]
    fn a_bucket_with_unknown_days_is_a_gap() {
        let earlier = Bucket {
            days_known: 6,
            ..week(day("2026-11-09"), Some(18))
        };
        let range = DayRange {
            from: earlier.start,
            to: earlier.end,
        };
        let compared = ComparedReport::new(ComparedWith::Year, range, vec![earlier]);
        let lines = compared_lines(&compared, &[week(day("2026-11-16"), None)]).expect("lines");
        assert_eq!(lines.values[0], ("views".to_owned(), vec![None]));
    }
}
