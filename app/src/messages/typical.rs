//! What the line of a chart is like, in words.

use domain::typical::{Typical, Weekends};

use domain::report::Bucket;
use domain::{DayRange, Interval};

use crate::chart::format;

/// Small counts read better as words.
const COUNTS: [&str; 10] = [
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
];

/// What the views of whole buckets within the range are like; `None` where too few are known.
pub fn typical_views(buckets: &[Bucket], range: DayRange, interval: Interval) -> Option<String> {
    let is_within = |bucket: &&Bucket| range.from <= bucket.start && bucket.end <= range.to;
    let whole = buckets.iter().filter(is_within);
    let views: Vec<_> = whole.map(|bucket| (bucket.start, bucket.views)).collect();
    let views = Typical::of(&views, interval == Interval::Day)?;
    Some(typical("Views", &views))
}

/// `Views usually 120 to 180; three spikes; lowest at weekends.`
fn typical(label: &str, typical: &Typical) -> String {
    let (low, high) = (format::number(typical.low), format::number(typical.high));
    let usually = if low == high {
        format!("{label} usually {low}")
    } else {
        format!("{label} usually {low} to {high}")
    };
    let spikes = match typical.spikes {
        0 => None,
        1 => Some("one spike".to_owned()),
        many => {
            let number = COUNTS.get(many - 1).map(|it| (*it).to_owned());
            let number = number.unwrap_or_else(|| many.to_string());
            Some(format!("{number} spikes"))
        }
    };
    let weekends = typical.weekends.map(|weekends| match weekends {
        Weekends::Lower => "lowest at weekends".to_owned(),
        Weekends::Higher => "highest at weekends".to_owned(),
    });
    let parts = [Some(usually), spikes, weekends];
    let parts: Vec<_> = parts.into_iter().flatten().collect();
    parts.join("; ") + "."
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_described_by_its_range_its_spikes_and_its_weekends() {
        let mut line = Typical {
            low: 120,
            high: 1_800,
            spikes: 3,
            weekends: Some(Weekends::Lower),
        };
        assert_eq!(
            typical("Views", &line),
            "Views usually 120 to 1,800; three spikes; lowest at weekends."
        );
        (line.spikes, line.weekends) = (1, Some(Weekends::Higher));
        assert_eq!(
            typical("Views", &line),
            "Views usually 120 to 1,800; one spike; highest at weekends."
        );
        (line.low, line.spikes, line.weekends) = (1_800, 12, None);
        assert_eq!(typical("Views", &line), "Views usually 1,800; 12 spikes.");
        line.spikes = 0;
        assert_eq!(typical("Views", &line), "Views usually 1,800.");
    }
}
