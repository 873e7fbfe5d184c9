//! The rows of one page of the overview's table.

use std::collections::HashMap;

use domain::coverage::oldest_reachable;
use domain::report::OverviewRow;
use domain::{Day, DayRange, RepositoryId, RepositoryScope, TenantId};

use super::Selection;
use super::figures::{CLONES, Sums, VIEWS};
use crate::reports::data::{data_state, forgotten_days};
use crate::store::{CoverageGap, RepositoryRecord};
use crate::{Engine, Result};

/// The longest range with a daily trend line.
const DAILY_TREND: i64 = 90;
/// How many points a longer trend line has at most; each sums one or more weeks.
const TREND_POINTS: i64 = 52;

impl Engine {
    /// The rows of these repositories, in the same order.
    pub(super) async fn overview_rows(
        &self,
        all: &Selection<'_>,
        sums: &Sums,
        ids: &[RepositoryId],
    ) -> Result<Vec<OverviewRow>> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let (store, tenant, range) = (&self.0.store, all.tenant, all.range);
        let only = &RepositoryScope::Only(ids.to_vec());
        let records = store.repositories(tenant, only).await?;
        let lost = self.lost_days(tenant, only, &records, range).await?;
        let mut trends = self.trends(tenant, only, range).await?;
        let mut rows: HashMap<RepositoryId, OverviewRow> = records
            .into_iter()
            .map(|record| {
                let id = record.repository.id;
                let risk = all.states.risks.get(&id).copied();
                let lost = lost.get(&id).copied().unwrap_or_default();
                let row = OverviewRow {
                    id,
                    views: sums.of(id, VIEWS),
                    clones: sums.of(id, CLONES),
                    stars: record.stars,
                    trend: trends.remove(&id).unwrap_or_default(),
                    data: data_state(&record, lost.max(0), risk),
                    full_name: record.repository.full_name,
                };
                (id, row)
            })
            .collect();
        Ok(ids.iter().filter_map(|id| rows.remove(id)).collect())
    }

    /// How many days of each repository within a range are lost: GitHub no longer shows them, and
    /// they are neither known nor covered by a response that listed nothing for them.
    async fn lost_days(
        &self,
        tenant: TenantId,
        only: &RepositoryScope,
        records: &[RepositoryRecord],
        range: DayRange,
    ) -> Result<HashMap<RepositoryId, i64>> {
        let (store, today) = (&self.0.store, self.0.clock.today());
        let until = range.to.min(oldest_reachable(today).plus(-1));
        let Some(forgotten) = DayRange::new(range.from, until) else {
            return Ok(HashMap::new());
        };
        let sums = store.range_sums(tenant, only, [forgotten]).await?;
        let mut lost: HashMap<RepositoryId, i64> = HashMap::new();
        for record in records {
            let id = record.repository.id;
            let days = forgotten_days(record, range, today).map_or(0, DayRange::len);
            let known = sums.get(&id).map_or(0, |[sums]| sums.days_known);
            if days > known {
                lost.insert(id, days - known);
            }
        }
        if lost.is_empty() {
            return Ok(lost);
        }
        // A covered day without figures is quiet. Few days are unknown, and few not covered.
        let with_gaps = RepositoryScope::Only(lost.keys().copied().collect());
        let answered = store.covered_days(tenant, &with_gaps, range).await?;
        let gaps: Vec<(RepositoryId, CoverageGap)> = records
            .iter()
            .filter_map(|record| {
                let id = record.repository.id;
                let days = forgotten_days(record, range, today)?;
                Some((id, answered.get(&id)?.gaps(days)))
            })
            .flat_map(|(id, gaps)| gaps.into_iter().map(move |gap| (id, gap)))
            .collect();
        let ranges: Vec<_> = gaps.iter().map(|(id, gap)| (*id, gap.days)).collect();
        let known = store.own_range_sums(tenant, &ranges).await?;
        for id in answered.keys() {
            lost.insert(*id, 0);
        }
        for ((id, gap), known) in gaps.iter().zip(known) {
            let known = match (gap.views, gap.clones) {
                (true, _) => known.clones_known,
                (false, true) => known.views_known,
                (false, false) => known.days_known,
            };
            *lost.entry(*id).or_default() += gap.days.len() - known;
        }
        Ok(lost)
    }

    /// The views of each repository over time: by day, or by one or more weeks if the range is
    /// long.
    async fn trends(
        &self,
        tenant: TenantId,
        only: &RepositoryScope,
        range: DayRange,
    ) -> Result<HashMap<RepositoryId, Vec<Option<u64>>>> {
        let store = &self.0.store;
        let (starts, trends) = if range.len() > DAILY_TREND {
            let mut mondays = mondays(range);
            let trends = store.views_between(tenant, only, &mondays).await?;
            mondays.pop();
            (mondays, trends)
        } else {
            let trends = store.daily_views(tenant, only, range).await?;
            (range.days().collect(), trends)
        };
        Ok(trends
            .into_iter()
            .map(|(id, views)| {
                let trend = starts.iter().map(|start| views.get(start).copied());
                (id, trend.collect())
            })
            .collect())
    }
}

/// The first days of the buckets of a long trend line, and the day after the last one. A bucket that
/// the range truncates would look like a drop, so the buckets end with the last whole week and start
/// with the first possible one.
fn mondays(range: DayRange) -> Vec<Day> {
    let first = range.from.plus(6).week_start();
    let end = range.to.plus(1).week_start();
    let weeks = end.days_since(first) / 7;
    let step = ((weeks + TREND_POINTS - 1) / TREND_POINTS).max(1);
    let buckets = weeks / step;
    (0..=buckets)
        .map(|i| end.plus(-7 * step * (buckets - i)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().expect("a day")
    }

    #[test]
    fn a_long_trend_has_whole_weeks_and_few_points() {
        let year = DayRange::ending(day("2026-11-25"), 365);
        let weeks = mondays(year);
        assert_eq!(weeks.first(), Some(&day("2025-12-01")));
        assert_eq!(weeks.last(), Some(&day("2026-11-23")));
        assert_eq!(weeks.len(), 52);

        let decade = DayRange::ending(day("2026-11-29"), 3_650);
        let weeks = mondays(decade);
        assert_eq!(weeks.last(), Some(&day("2026-11-30")));
        assert_eq!(weeks.len(), 48);
        assert!(decade.contains(weeks[0]));
        assert_eq!(weeks[1].days_since(weeks[0]), 77);
    }
}
