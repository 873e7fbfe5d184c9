//! What GitHub showed of each day, read from its answers without the product's help.

use std::collections::BTreeMap;

use domain::{Counts, Day, Measure};
use serde_json::Value;
use simulator::{Endpoint, Shown};

/// A day of a series: GitHub's id of the repository, the measure, and the day.
pub type Key = (i64, &'static str, Day);

/// The greatest figures of each day.
#[derive(Clone, Default)]
pub struct History(pub BTreeMap<Key, Counts>);

impl History {
    /// Takes in an answer. Between the first and the last day that it lists, a day that it leaves
    /// out had nobody.
    pub fn learn(&mut self, shown: &Shown) {
        let (measure, points) = match shown.endpoint {
            Endpoint::Views => (Measure::Views.as_str(), "views"),
            Endpoint::Clones => (Measure::Clones.as_str(), "clones"),
            _ => return,
        };
        let Some((id, "per=day")) = asked(&shown.target) else {
            return;
        };
        let body: Value = serde_json::from_slice(&shown.body).expect("whole JSON");
        let listed = body[points]
            .as_array()
            .expect("a list")
            .iter()
            .map(|point| {
                let day: Day = point["timestamp"].as_str().expect("a time")[..10]
                    .parse()
                    .expect("a day");
                let number = |name: &str| {
                    let number = point[name].as_u64().expect("a number");
                    u32::try_from(number).expect("a number that fits")
                };
                (day, Counts::new(number("count"), number("uniques")))
            });
        let listed: BTreeMap<Day, Counts> = listed.collect();
        let (Some((first, _)), Some((last, _))) =
            (listed.first_key_value(), listed.last_key_value())
        else {
            return;
        };
        for offset in 0..=last.days_since(*first) {
            let day = first.plus(offset);
            let counts = listed.get(&day).copied().unwrap_or_default();
            self.keep((id, measure, day), counts);
        }
    }

    /// Keeps the greater of two figures, each by itself.
    fn keep(&mut self, key: Key, counts: Counts) {
        let kept = self.0.entry(key).or_insert(counts);
        *kept = Counts::new(
            kept.count.max(counts.count),
            kept.uniques.get().max(counts.uniques.get()),
        );
    }
}

/// Which repository was asked about, and in which buckets.
fn asked(target: &str) -> Option<(i64, &str)> {
    let (path, query) = target.split_once('?')?;
    let id = path.strip_prefix("/repositories/")?.split('/').next()?;
    Some((id.parse().ok()?, query))
}
