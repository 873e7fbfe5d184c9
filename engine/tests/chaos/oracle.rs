//! The counts that GitHub returned for each day, parsed independently of the product.

use std::collections::{BTreeMap, BTreeSet};

use domain::{Counts, Day, Measure};
use serde_json::Value;
use simulator::{Endpoint, RecordedResponse};

/// A day of a series: GitHub's id of the repository, the measure, and the day.
pub type Key = (i64, &'static str, Day);

/// How many days before today a response may list.
const OLDEST: i64 = 31;
/// How many days after today a response may list.
const NEWEST: i64 = 1;
/// A day left out had no traffic if it is at most this many days before the newest one.
const WINDOW: i64 = 14;

/// The highest counts of each day.
#[derive(Clone, Default)]
pub struct Oracle {
    pub days: BTreeMap<Key, Counts>,
    /// The days when repositories were created; a zero before that does not count.
    pub created: BTreeMap<i64, Day>,
    /// Listed days that a response cannot include.
    pub outside: BTreeSet<Key>,
    /// How many entries could not be read.
    pub unreadable: usize,
}

/// An entry of a series.
enum Entry {
    /// No day, or an impossible one.
    Undated(Option<Day>),
    /// A day with unreadable counts.
    Unknown(Day),
    Known(Day, Counts),
}

impl Oracle {
    /// Records every readable entry of a response. A day left out between its first and its last day
    /// had no traffic, unless an entry without a day may be that one.
    pub fn record(&mut self, response: &RecordedResponse) {
        let (measure, points) = match response.endpoint {
            Endpoint::Views => (Measure::Views.as_str(), "views"),
            Endpoint::Clones => (Measure::Clones.as_str(), "clones"),
            _ => return,
        };
        let Some((id, "per=day")) = repository_and_interval(&response.target) else {
            return;
        };
        let body: Value = serde_json::from_slice(&response.body).expect("whole JSON");
        let today = Day::of(response.at);
        let (mut known, mut dated, mut undated) = (Vec::new(), BTreeSet::new(), false);
        for point in body[points].as_array().expect("a list") {
            match entry(point, today) {
                Entry::Known(day, counts) => {
                    dated.insert(day);
                    known.push(day);
                    self.keep((id, measure, day), counts);
                    continue;
                }
                Entry::Unknown(day) => {
                    dated.insert(day);
                }
                Entry::Undated(day) => {
                    undated = true;
                    self.outside.extend(day.map(|day| (id, measure, day)));
                }
            }
            self.unreadable += 1;
        }
        let (Some(first), Some(last)) = (known.iter().min(), known.iter().max()) else {
            return;
        };
        let newest = dated.last().copied().unwrap_or(*last);
        for offset in 0..=last.days_since(*first) {
            let day = first.plus(offset);
            let is_left_out = !undated && !dated.contains(&day);
            if is_left_out && newest.days_since(day) <= WINDOW {
                self.keep((id, measure, day), Counts::default());
            }
        }
    }

    /// Keeps the higher of two counts, separately for each field.
    fn keep(&mut self, key: Key, counts: Counts) {
        let created = self.created.get(&key.0);
        if counts == Counts::default() && created.is_some_and(|created| key.2 < *created) {
            return;
        }
        let kept = self.days.entry(key).or_insert(counts);
        *kept = Counts::new(
            kept.count.max(counts.count),
            kept.uniques.get().max(counts.uniques.get()),
        );
    }
}

/// The repository and the query of a request.
fn repository_and_interval(target: &str) -> Option<(i64, &str)> {
    let (path, query) = target.split_once('?')?;
    let id = path.strip_prefix("/repositories/")?.split('/').next()?;
    Some((id.parse().ok()?, query))
}

fn entry(point: &Value, today: Day) -> Entry {
    let text = point["timestamp"].as_str().unwrap_or_default();
    let Some(day) = text.get(..10).and_then(|day| day.parse().ok()) else {
        return Entry::Undated(None);
    };
    if !(-NEWEST..=OLDEST).contains(&today.days_since(day)) {
        return Entry::Undated(Some(day));
    }
    match (number(&point["count"]), number(&point["uniques"])) {
        (Some(count), Some(uniques)) => Entry::Known(day, Counts::new(count, uniques)),
        _ => Entry::Unknown(day),
    }
}

/// An integer within the range of its column, written as an integer or a float.
fn number(value: &Value) -> Option<u32> {
    let text = value.as_number()?.to_string();
    text.strip_suffix(".0").unwrap_or(&text).parse().ok()
}
