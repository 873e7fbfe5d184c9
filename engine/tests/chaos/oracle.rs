//! What GitHub showed of each day, read from its answers without the product's help.

use std::collections::{BTreeMap, BTreeSet};

use domain::{Counts, Day, Measure};
use serde_json::Value;
use simulator::{Endpoint, RecordedResponse};

/// A day of a series: GitHub's id of the repository, the measure, and the day.
pub type Key = (i64, &'static str, Day);

/// An answer speaks of no day further back.
const OLDEST: i64 = 31;
/// Nor of one further ahead.
const NEWEST: i64 = 1;
/// A day that is left out had nobody if it is no further back from the last one than this.
const WINDOW: i64 = 14;

/// The greatest figures of each day.
#[derive(Clone, Default)]
pub struct Oracle {
    pub days: BTreeMap<Key, Counts>,
    /// The days on which repositories were made: before, a zero says nothing.
    pub created: BTreeMap<i64, Day>,
    /// Days that answers listed and that they cannot speak of.
    pub outside: BTreeSet<Key>,
    /// How many entries could not be read.
    pub unreadable: usize,
}

/// What an entry of a series tells.
enum Entry {
    /// No day, or one that it cannot speak of.
    Undated(Option<Day>),
    /// A day whose figures cannot be read.
    Unknown(Day),
    Known(Day, Counts),
}

impl Oracle {
    /// Takes in an answer: every entry that can be read, whatever the others are. Between the
    /// first and the last day that it lists, a day that it leaves out had nobody, unless an entry
    /// without a day may be that one.
    pub fn learn(&mut self, shown: &RecordedResponse) {
        let (measure, points) = match shown.endpoint {
            Endpoint::Views => (Measure::Views.as_str(), "views"),
            Endpoint::Clones => (Measure::Clones.as_str(), "clones"),
            _ => return,
        };
        let Some((id, "per=day")) = asked(&shown.target) else {
            return;
        };
        let body: Value = serde_json::from_slice(&shown.body).expect("whole JSON");
        let today = Day::of(shown.at);
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

    /// Keeps the greater of two figures, each by itself.
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

/// Which repository was asked about, and in which buckets.
fn asked(target: &str) -> Option<(i64, &str)> {
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

/// A whole number that a column holds, written as an integer or as a float.
fn number(value: &Value) -> Option<u32> {
    let text = value.as_number()?.to_string();
    text.strip_suffix(".0").unwrap_or(&text).parse().ok()
}
