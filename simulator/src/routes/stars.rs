//! `GET …/stargazers/history` and `GET …/stargazers/count`.
//!
//! <https://github.blog/changelog/2026-09-04-new-api-endpoint-provides-privacy-safe-star-history-data>

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::{Extension, Query};
use axum::http::HeaderMap;
use chrono::{Datelike, NaiveDate, TimeDelta};
use serde::Serialize;
use serde_json::{Value, json};

use super::paging::Paging;
use super::{Visible, describe};
use crate::http::call::Call;

/// A week of the history.
#[derive(Serialize)]
pub(super) struct Entry {
    week: i64,
    total: u64,
    days: [u64; 7],
}

/// The current stars.
pub(super) async fn count(
    Extension(call): Extension<Arc<Call>>,
    Visible(repository): Visible,
) -> Json<Value> {
    Json(json!({ "count": repository.stars_on(call.now.date_naive()) }))
}

/// The days on which today's stars were given, as weeks from Sunday, newest first.
pub(super) async fn history(
    Extension(call): Extension<Arc<Call>>,
    Visible(repository): Visible,
    Query(paging): Query<Paging>,
) -> (HeaderMap, Json<Vec<Entry>>) {
    let given = given(&repository.stars, call.now.date_naive());
    let address = format!(
        "{}/repositories/{}/stargazers/history",
        call.root, repository.id
    );
    let page = paging.cut(weeks(&given, call.now.date_naive()), 30, &address);
    (page.links, Json(page.items))
}

/// The stars given on each day that are still there.
///
/// Totals can fall, but the history lists only stars that remain, so each total counts as the
/// minimum of those after it.
fn given(totals: &BTreeMap<NaiveDate, u64>, today: NaiveDate) -> BTreeMap<NaiveDate, u64> {
    let mut lasting: Vec<(NaiveDate, u64)> = Vec::new();
    let mut least = u64::MAX;
    for (day, total) in totals.range(..=today).rev() {
        least = least.min(*total);
        lasting.push((*day, least));
    }
    let mut before = 0;
    lasting
        .into_iter()
        .rev()
        .map(|(day, total)| {
            let gained = total - before;
            before = total;
            (day, gained)
        })
        .collect()
}

fn weeks(given: &BTreeMap<NaiveDate, u64>, today: NaiveDate) -> Vec<Entry> {
    let Some(first) = given.keys().next().map(|day| sunday(*day)) else {
        return Vec::new();
    };
    let starts = std::iter::successors(Some(sunday(today)), |week| {
        Some(*week - TimeDelta::weeks(1))
    });
    starts
        .take_while(|week| *week >= first)
        .map(|week| {
            let on = |ahead: i64| {
                given
                    .get(&(week + TimeDelta::days(ahead)))
                    .copied()
                    .unwrap_or_default()
            };
            let days = [on(0), on(1), on(2), on(3), on(4), on(5), on(6)];
            Entry {
                week: describe::unix_seconds(week),
                total: days.iter().sum(),
                days,
            }
        })
        .collect()
}

fn sunday(day: NaiveDate) -> NaiveDate {
    day - TimeDelta::days(day.weekday().num_days_from_sunday().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn stars_that_were_taken_back_were_never_given() {
        let totals = BTreeMap::from([
            (day("2026-03-02"), 10),
            (day("2026-03-04"), 14),
            (day("2026-03-10"), 12),
            (day("2026-03-11"), 15),
        ]);
        let weeks = weeks(&given(&totals, day("2026-03-12")), day("2026-03-12"));
        assert_eq!(weeks.len(), 2);
        assert_eq!(weeks[0].days, [0, 0, 0, 3, 0, 0, 0]);
        assert_eq!(weeks[1].days, [0, 10, 0, 2, 0, 0, 0]);
        assert_eq!(weeks[1].week, 1_772_323_200);
        assert_eq!(weeks.iter().map(|week| week.total).sum::<u64>(), 15);
    }
}
