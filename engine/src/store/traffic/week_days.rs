//! The days of a week in a few bytes. They are kept beside the running total of the week's Monday,
//! so that sums that end within the week need no other row.

use domain::{Counts, Day, DayTraffic};
use integer_encoding::VarInt;
use serde::de::{Error, Unexpected};
use serde::{Deserialize, Deserializer};

/// The known days of a week, from Monday to the last one.
///
/// Stored as three variable-length integers for each day: views plus one, their uniques, and clones
/// plus one. An unknown count is 0.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct WeekDays(Vec<PackedDay>);

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct PackedDay {
    views: u64,
    view_uniques: u64,
    clones: u64,
}

impl PackedDay {
    /// The views and their uniques, if known.
    pub(super) fn views(self) -> Option<(i64, i64)> {
        let uniques = i64::try_from(self.view_uniques).ok()?;
        Some((known(self.views)?, uniques))
    }

    /// The clones, if known.
    pub(super) fn clones(self) -> Option<i64> {
        known(self.clones)
    }
}

/// Three integers for each of seven days, of ten bytes at most.
const MOST_BYTES: usize = 7 * 3 * 10;

/// A count from what is stored for it.
fn known(plus_one: u64) -> Option<i64> {
    i64::try_from(plus_one.checked_sub(1)?).ok()
}

impl WeekDays {
    /// Sets what a day of the week counted.
    pub(super) fn set(&mut self, day: Day, traffic: DayTraffic) {
        let place = place(day);
        if self.0.len() <= place {
            self.0.resize(place + 1, PackedDay::default());
        }
        let plus_one = |counts: Option<Counts>| counts.map_or(0, |it| u64::from(it.count) + 1);
        let uniques = |views: Counts| u64::from(views.uniques.get());
        self.0[place] = PackedDay {
            views: plus_one(traffic.views),
            view_uniques: traffic.views.map_or(0, uniques),
            clones: plus_one(traffic.clones),
        };
    }

    /// The days before one of this week.
    pub(super) fn before(&self, day: Day) -> impl Iterator<Item = PackedDay> {
        self.0.iter().take(place(day)).copied()
    }

    pub(super) fn bytes(&self) -> Vec<u8> {
        let numbers = self.0.iter();
        let numbers = numbers.flat_map(|day| [day.views, day.view_uniques, day.clones]);
        numbers.flat_map(VarInt::encode_var_vec).collect()
    }

    fn from_bytes(mut bytes: &[u8]) -> Option<Self> {
        let mut days = Vec::with_capacity(7);
        while !bytes.is_empty() {
            let mut next = || {
                let (number, length) = u64::decode_var(bytes)?;
                bytes = bytes.get(length..)?;
                Some(number)
            };
            days.push(PackedDay {
                views: next()?,
                view_uniques: next()?,
                clones: next()?,
            });
        }
        Some(Self(days))
    }
}

/// Statements send bytes as hexadecimal digits.
impl<'de> Deserialize<'de> for WeekDays {
    fn deserialize<D: Deserializer<'de>>(value: D) -> Result<Self, D::Error> {
        let digits = <&str>::deserialize(value)?;
        let mut buffer = [0; MOST_BYTES];
        let bytes = buffer
            .get_mut(..digits.len() / 2)
            .ok_or_else(|| D::Error::invalid_length(digits.len(), &"days of a week"))?;
        hex::decode_to_slice(digits, bytes).map_err(D::Error::custom)?;
        Self::from_bytes(bytes)
            .ok_or_else(|| D::Error::invalid_value(Unexpected::Bytes(bytes), &"days of a week"))
    }
}

/// How many days after Monday.
fn place(day: Day) -> usize {
    usize::try_from(day.days_since(day.week_start())).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().expect("a day")
    }

    #[test]
    fn known_and_unknown_days_come_back_from_their_bytes() {
        let traffic = |views: Option<(u32, u32)>, clones: Option<u32>| DayTraffic {
            views: views.map(|(count, uniques)| Counts::new(count, uniques)),
            clones: clones.map(|count| Counts::new(count, count)),
        };
        let mut days = WeekDays::default();
        days.set(day("2026-11-24"), traffic(Some((0, 0)), None));
        days.set(day("2026-11-26"), traffic(Some((u32::MAX, 300)), Some(7)));
        days.set(day("2026-11-25"), traffic(None, Some(0)));
        let read = WeekDays::from_bytes(&days.bytes()).expect("days");
        assert_eq!(read, days);
        let all: Vec<_> = (read.before(day("2026-11-29")))
            .map(|day| (day.views(), day.clones()))
            .collect();
        let expected = [
            (None, None),
            (Some((0, 0)), None),
            (None, Some(0)),
            (Some((4_294_967_295, 300)), Some(7)),
        ];
        assert_eq!(all, expected);
        assert_eq!(read.before(day("2026-11-26")).count(), 3);
        assert_eq!(read.before(day("2026-11-23")).count(), 0);
        assert_eq!(WeekDays::from_bytes(&[]), Some(WeekDays::default()));
        assert_eq!(WeekDays::from_bytes(&[1, 2]), None);
        assert_eq!(WeekDays::from_bytes(&[0x80]), None);
    }
}
