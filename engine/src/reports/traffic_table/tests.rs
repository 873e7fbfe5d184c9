//! The order of rows, against a plain sort.

use domain::{DayRange, Interval, RepositoryId, RepositoryStatus};
use proptest::prelude::*;

use super::ranking::by_figure;
use super::rows::{RowKey, TableRows};
use super::*;

fn day(offset: i64) -> Day {
    "2024-02-20".parse::<Day>().unwrap().plus(offset)
}

fn repository(id: i64, from: i64, len: i64, archived: bool) -> TableRepository {
    TableRepository {
        id: RepositoryId::new(id),
        name: format!("octo/r{id:02}").parse().unwrap(),
        status: if archived {
            RepositoryStatus::Archived
        } else {
            RepositoryStatus::Active
        },
        known: DayRange::new(day(from), day(from + len)).unwrap(),
        failing_since: None,
        version: ([0; 6], None),
    }
}

prop_compose! {
    fn table()(
        interval in 0..3_usize,
        from in 0..60_i64,
        len in 0..90_i64,
        spans in proptest::collection::vec((0..120_i64, 0..90_i64, any::<bool>()), 0..6),
    ) -> TableRows {
        let range = DayRange::new(day(from), day(from + len)).unwrap();
        let repositories = (0..).zip(spans).map(|(id, (from, len, archived))| {
            repository(id, from, len, archived)
        });
        TableRows::new(Interval::ALL[interval], range, repositories.collect())
    }
}

/// All rows, by repository and the newest first.
fn all(rows: &TableRows) -> Vec<RowKey> {
    let spans = rows.spans().iter().enumerate();
    spans
        .flat_map(|(repository, (first, last))| {
            (*first..=*last)
                .rev()
                .map(move |period| RowKey { repository, period })
        })
        .collect()
}

fn paged(size: usize, page: impl Fn(u64, usize) -> Vec<RowKey>) -> Vec<RowKey> {
    let mut rows = Vec::new();
    loop {
        let part = page(rows.len() as u64, size);
        if part.is_empty() {
            return rows;
        }
        rows.extend(part);
    }
}

proptest! {
    #[test]
    fn pages_are_the_whole_table_in_order(rows in table(), size in 1..40_usize, reversed in any::<bool>()) {
        let whole = all(&rows);
        prop_assert_eq!(rows.len(), whole.len() as u64);
        let mut by_period = whole.clone();
        by_period.sort_by_key(|key| {
            let period = i64::try_from(key.period).unwrap();
            (if reversed { period } else { -period }, key.repository)
        });
        prop_assert_eq!(paged(size, |skip, limit| rows.by_period(reversed, skip, limit)), by_period);
        let mut by_name = whole;
        by_name.sort_by_key(|key| {
            let place = i64::try_from(key.repository).unwrap();
            if reversed { -place } else { place }
        });
        prop_assert_eq!(paged(size, |skip, limit| rows.by_repository(reversed, skip, limit)), by_name);
    }

    #[test]
    fn a_figure_sorts_like_a_plain_sort(
        rows in table(),
        size in 1..40_usize,
        reversed in any::<bool>(),
        most in prop::sample::select(vec![3_u32, 400, 5_000, 4_000_000_000]),
        salt in any::<u32>(),
    ) {
        let column = FigureColumn::Views;
        let value = |repository: usize, offset: i64| {
            let mixed = salt
                .wrapping_mul(u32::try_from(repository).unwrap() + 3)
                .wrapping_add(u32::try_from(offset).unwrap().wrapping_mul(2_654_435_761));
            (mixed % 7 != 0).then_some(mixed % most)
        };
        let columns: Vec<_> = rows.repositories().iter().enumerate().map(|(index, it)| {
            let days = it.known.days().filter_map(|day| {
                let offset = day.days_since(super::tests::day(0));
                Some((columns::day_number(day), value(index, offset)?))
            });
            std::sync::Arc::new(columns::Values::new(it, column, days.collect()))
        }).collect();
        let sum = |key: &RowKey| {
            let known = rows.repositories()[key.repository].known;
            let period = rows.periods()[key.period];
            let days = period.days().filter(|day| known.contains(*day));
            days.filter_map(|it| value(key.repository, it.days_since(day(0))))
                .map(u64::from)
                .reduce(|a, b| a + b)
        };
        let mut sorted = all(&rows);
        sorted.sort_by_key(|key| {
            let value = sum(key);
            (value.is_none(), value.map(|it| if reversed { it } else { u64::MAX - it }))
        });
        let pages = paged(size, |skip, limit| by_figure(&rows, &columns, reversed, skip, limit));
        prop_assert_eq!(pages, sorted);
    }
}
