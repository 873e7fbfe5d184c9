//! Some rows in the order of a figure, without sorting all.
//!
//! Two passes over the column: the first counts the rows of each class of values, which shows in
//! which classes the wanted rows are; the second sorts only the rows of these.

use std::sync::Arc;

use super::columns::{Values, day_number};
use super::rows::{RowKey, TableRows};

/// Below it, each value is a class of its own.
const EXACT: usize = 1 << EXACT_BITS;
const EXACT_BITS: u32 = 10;
/// How many bits of a larger value its class distinguishes.
const DETAIL_BITS: u32 = 9;
const DETAIL: usize = 1 << DETAIL_BITS;
/// The class of what is unknown, after all others.
const UNKNOWN: usize = EXACT + (64 - EXACT_BITS as usize) * DETAIL;

/// Rows from the position `skip` on, by their values. Rows with the same value are in the order of
/// their repositories, and the newest first; unknown ones come last.
pub(super) fn by_figure(
    rows: &TableRows,
    columns: &[Arc<Values>],
    smallest_first: bool,
    skip: u64,
    limit: usize,
) -> Vec<RowKey> {
    let mut classes = vec![0_u64; UNKNOWN + 1];
    each_row(rows, columns, |_, value| {
        classes[class(value, smallest_first)] += 1;
    });
    let Some(wanted) = wanted(&classes, skip, limit) else {
        return Vec::new();
    };
    let mut candidates = Vec::new();
    // The rows of the first class that come before the wanted ones.
    let mut before = skip - wanted.before;
    let is_exact = exact(wanted.first, smallest_first);
    let most = usize::try_from(before)
        .unwrap_or(usize::MAX)
        .saturating_add(limit);
    let mut taken = vec![0_usize; wanted.last - wanted.first + 1];
    each_row(rows, columns, |key, value| {
        let class = class(value, smallest_first);
        if !(wanted.first..=wanted.last).contains(&class) {
            return;
        }
        if class == wanted.first && is_exact && before > 0 {
            before -= 1;
            return;
        }
        let taken = &mut taken[class - wanted.first];
        // Rows of one value come in their order, so the first ones suffice.
        if exact(class, smallest_first) && *taken >= most {
            return;
        }
        *taken += 1;
        candidates.push((value, key));
    });
    candidates.sort_by_key(|(value, _)| order(*value, smallest_first));
    let before = if is_exact { 0 } else { before };
    let before = usize::try_from(before).unwrap_or(usize::MAX);
    let sorted = candidates.into_iter().map(|(_, key)| key);
    sorted.skip(before).take(limit).collect()
}

/// The classes of the wanted rows, and how many rows come before them.
struct Wanted {
    first: usize,
    last: usize,
    before: u64,
}

fn wanted(classes: &[u64], skip: u64, limit: usize) -> Option<Wanted> {
    let end = skip.saturating_add(limit as u64);
    let (mut passed, mut wanted) = (0, None::<Wanted>);
    for (class, rows) in classes.iter().enumerate().filter(|(_, rows)| **rows > 0) {
        if passed + rows > skip && passed < end {
            match &mut wanted {
                Some(wanted) => wanted.last = class,
                None => {
                    wanted = Some(Wanted {
                        first: class,
                        last: class,
                        before: passed,
                    });
                }
            }
        }
        passed += rows;
    }
    wanted
}

/// Each row with its value: by repository, the newest first.
fn each_row(
    rows: &TableRows,
    columns: &[Arc<Values>],
    mut receive: impl FnMut(RowKey, Option<u64>),
) {
    let periods: Vec<(i32, i32)> = (rows.periods().iter())
        .map(|period| (day_number(period.from), day_number(period.to)))
        .collect();
    for (repository, (first, last)) in rows.spans().iter().enumerate() {
        let values = columns.get(repository);
        for period in (*first..=*last).rev() {
            let (from, to) = periods[period];
            let value = values.and_then(|values| {
                if from == to {
                    values.at(from)
                } else {
                    values.sum(from, to)
                }
            });
            receive(RowKey { repository, period }, value);
        }
    }
}

/// The key that sorts exactly.
fn order(value: Option<u64>, smallest_first: bool) -> (bool, u64) {
    let value = value.map(|value| {
        if smallest_first {
            value
        } else {
            u64::MAX - value
        }
    });
    (value.is_none(), value.unwrap_or_default())
}

/// The class of a value; a value of a later class comes later.
fn class(value: Option<u64>, smallest_first: bool) -> usize {
    let Some(value) = value else { return UNKNOWN };
    let class = if value < EXACT as u64 {
        usize::try_from(value).unwrap_or_default()
    } else {
        let magnitude = value.ilog2();
        let detail = (value >> (magnitude - DETAIL_BITS)) & (DETAIL as u64 - 1);
        EXACT
            + (magnitude - EXACT_BITS) as usize * DETAIL
            + usize::try_from(detail).unwrap_or_default()
    };
    if smallest_first {
        class
    } else {
        UNKNOWN - 1 - class
    }
}

/// Whether all rows of a class have the same value.
const fn exact(class: usize, smallest_first: bool) -> bool {
    if class == UNKNOWN {
        return true;
    }
    let class = if smallest_first {
        class
    } else {
        UNKNOWN - 1 - class
    };
    class < EXACT
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn classes_are_in_the_order_of_their_values(a in any::<u64>(), b in 0..3_000_u64, smallest in any::<bool>()) {
            for (a, b) in [(a, b), (b, a), (a, a >> 40), (b, b + 1)] {
                let (first, second) = (class(Some(a), smallest), class(Some(b), smallest));
                let order = order(Some(a), smallest).cmp(&order(Some(b), smallest));
                prop_assert!(first == second || first.cmp(&second) == order);
                prop_assert!(first < UNKNOWN);
                prop_assert!(!exact(first, smallest) || (first == second) == (a == b));
            }
        }
    }
}
