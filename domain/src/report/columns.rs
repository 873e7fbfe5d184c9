//! How a page carries its numbers: as columns of fixed width. Years of days as JSON objects would
//! weigh more than the rest of the page.
//!
//! A column begins with the width of its values, in characters. A value is one more than its number,
//! so that 0 is unknown, in base 64. An empty column repeats the one before; a column of one value
//! has it throughout. The text of buckets has parts separated by spaces: the first day, the number
//! of buckets, and a column for each field.

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serializer};

use super::Bucket;
use crate::day::Day;
use crate::traffic::{DailySum, Uniques};

const DIGITS: &[u8; 64] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_";
const BASE: u64 = 64;

type Column = Vec<Option<u64>>;

/// Consecutive buckets, for `#[serde(with)]`.
pub mod buckets {
    use super::{Bucket, Deserialize, Deserializer, Error, Serializer, read, written};

    /// Writes them as columns.
    ///
    /// # Errors
    /// Those of the serializer.
    pub fn serialize<S: Serializer>(buckets: &[Bucket], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&written(buckets))
    }

    /// Reads what [`serialize`] wrote.
    ///
    /// # Errors
    /// When the text is something else.
    pub fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Vec<Bucket>, D::Error> {
        let text = String::deserialize(deserializer)?;
        read(&text).ok_or_else(|| D::Error::custom("columns expected"))
    }
}

/// The values of one line, for `#[serde(with)]`.
pub mod values {
    use super::{Deserialize, Deserializer, Error, Serializer, read_column, write_column};

    /// Writes them as a column.
    ///
    /// # Errors
    /// Those of the serializer.
    pub fn serialize<S: Serializer>(
        values: &[Option<u64>],
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        let mut text = String::new();
        write_column(&mut text, values);
        serializer.serialize_str(&text)
    }

    /// Reads what [`serialize`] wrote.
    ///
    /// # Errors
    /// When the text is something else.
    pub fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Vec<Option<u64>>, D::Error> {
        let text = String::deserialize(deserializer)?;
        read_column(&text).ok_or_else(|| D::Error::custom("a column expected"))
    }
}

fn written(buckets: &[Bucket]) -> String {
    let Some(first) = buckets.first() else {
        return String::new();
    };
    let mut text = format!("{} {}", first.start, buckets.len());
    let mut before: Column = Vec::new();
    for of in [
        |bucket: &Bucket| Some(u64::from(bucket.days_total)),
        |bucket: &Bucket| Some(u64::from(bucket.days_known)),
        |bucket: &Bucket| bucket.views,
        |bucket: &Bucket| bucket.view_uniques.map(|uniques| uniques.get().into()),
        |bucket: &Bucket| bucket.view_uniques_daily_sum.map(|sum| sum.0),
        |bucket: &Bucket| bucket.clones,
        |bucket: &Bucket| bucket.clone_uniques.map(|uniques| uniques.get().into()),
        |bucket: &Bucket| bucket.clone_uniques_daily_sum.map(|sum| sum.0),
    ] {
        let column: Column = buckets.iter().map(of).collect();
        text.push(' ');
        if column != before {
            let same = column.iter().all(|value| *value == column[0]);
            let values = if same { &column[..1] } else { &column[..] };
            write_column(&mut text, values);
        }
        before = column;
    }
    text
}

fn write_column(text: &mut String, values: &[Option<u64>]) {
    let number = |value: &Option<u64>| value.map_or(0, |value| value.saturating_add(1));
    let highest = values.iter().map(number).max().unwrap_or(0);
    let width = highest.checked_ilog(BASE).unwrap_or(0) + 1;
    let digit = |number: u64, place: u32| {
        let digit = number / BASE.pow(place) % BASE;
        char::from(DIGITS[usize::try_from(digit).unwrap_or(0)])
    };
    text.push(digit(width.into(), 0));
    for value in values {
        text.extend((0..width).rev().map(|place| digit(number(value), place)));
    }
}

fn read(text: &str) -> Option<Vec<Bucket>> {
    if text.is_empty() {
        return Some(Vec::new());
    }
    let mut parts = text.split(' ');
    let mut start: Day = parts.next()?.parse().ok()?;
    let len: usize = parts.next()?.parse().ok()?;
    let mut columns: Vec<Column> = Vec::new();
    for part in parts {
        let column = match (part.is_empty(), columns.last()) {
            (true, Some(before)) => before.clone(),
            _ => read_column(part)?,
        };
        columns.push(column);
    }
    let of = |column: usize, index: usize| -> Option<Option<u64>> {
        let column = columns.get(column)?;
        let index = if column.len() == 1 { 0 } else { index };
        column.get(index).copied()
    };
    let days = |value: Option<u64>| u32::try_from(value?).ok();
    (0..len)
        .map(|index| {
            let days_total = days(of(0, index)?)?;
            let end = start.plus(i64::from(days_total) - 1);
            let bucket = Bucket {
                start,
                end,
                views: of(2, index)?,
                view_uniques: days(of(3, index)?).map(Uniques::new),
                view_uniques_daily_sum: of(4, index)?.map(DailySum),
                clones: of(5, index)?,
                clone_uniques: days(of(6, index)?).map(Uniques::new),
                clone_uniques_daily_sum: of(7, index)?.map(DailySum),
                days_known: days(of(1, index)?)?,
                days_total,
            };
            start = end.plus(1);
            Some(bucket)
        })
        .collect()
}

fn read_column(text: &str) -> Option<Column> {
    let digit = |byte: &u8| {
        let place = DIGITS.iter().position(|digit| digit == byte)?;
        u64::try_from(place).ok()
    };
    let (width, digits) = text.as_bytes().split_first()?;
    let width = usize::try_from(digit(width)?)
        .ok()
        .filter(|width| *width > 0)?;
    let values = digits.chunks_exact(width);
    if !values.remainder().is_empty() {
        return None;
    }
    let value = |digits: &[u8]| {
        let add = |number: u64, byte| number.checked_mul(BASE)?.checked_add(digit(byte)?);
        let number = digits.iter().try_fold(0, add)?;
        Some(number.checked_sub(1))
    };
    values.map(value).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::interval::Interval;

    type Counted = (Option<u64>, Option<u32>, Option<u64>);

    fn counts() -> impl Strategy<Value = Counted> {
        (
            proptest::option::of(0..u64::MAX - 1),
            proptest::option::of(0..u32::MAX),
            proptest::option::of(0..u64::MAX - 1),
        )
    }

    /// Consecutive buckets of an interval with any values.
    fn buckets() -> impl Strategy<Value = Vec<Bucket>> {
        let values = proptest::collection::vec((counts(), counts(), 0..7_u32), 0..60);
        (0..3_usize, values).prop_map(|(interval, values)| {
            let interval = Interval::ALL[interval];
            let mut start = interval.bucket("2026-01-14".parse().expect("a day")).from;
            let bucket = |(views, clones, days_known): (Counted, Counted, u32)| {
                let days = interval.bucket(start);
                start = days.to.plus(1);
                Bucket {
                    start: days.from,
                    end: days.to,
                    views: views.0,
                    view_uniques: views.1.map(Uniques::new),
                    view_uniques_daily_sum: views.2.map(DailySum),
                    clones: clones.0,
                    clone_uniques: clones.1.map(Uniques::new),
                    clone_uniques_daily_sum: clones.2.map(DailySum),
                    days_known,
                    days_total: u32::try_from(days.len()).expect("short"),
                }
            };
            values.into_iter().map(bucket).collect()
        })
    }

    proptest! {
        #[test]
        fn buckets_survive_the_page_that_carries_them(buckets in buckets()) {
            let mut values = String::new();
            let views: Column = buckets.iter().map(|bucket| bucket.views).collect();
            write_column(&mut values, &views);
            prop_assert_eq!(read_column(&values), Some(views));
            prop_assert_eq!(read(&written(&buckets)), Some(buckets));
        }

        #[test]
        fn no_text_is_misread_into_a_panic(text in "[0-9A-Za-z _-]{0,40}") {
            let _ = read(&text);
            let _ = read(&format!("2026-11-01 3 {text}"));
        }
    }

    #[test]
    fn a_day_of_a_repository_takes_a_few_characters() {
        let start: Day = "2026-11-01".parse().expect("a day");
        let day = |index: i64| Bucket {
            start: start.plus(index),
            end: start.plus(index),
            views: Some(40),
            view_uniques: Some(Uniques::new(9)),
            view_uniques_daily_sum: Some(DailySum(9)),
            clones: (index == 1).then_some(3),
            clone_uniques: None,
            clone_uniques_daily_sum: None,
            days_known: 1,
            days_total: 1,
        };
        let days: Vec<_> = (0..3).map(day).collect();
        assert_eq!(written(&days), "2026-11-01 3 12  1f 1A  1040 10 ");
    }
}
