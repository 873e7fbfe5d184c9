//! Traffic as a table of any range: a row for each repository and period, or for all repositories
//! together.
//!
//! Which rows there are follows from the first and last days of the repositories, so any page
//! sorted by period or repository is computed and only its days are read. Sorted by a figure, the
//! values of that column decide, which the process keeps (`columns.rs`).

mod columns;
mod ranking;
mod reading;
mod rows;
mod unknown;

use domain::coverage::{LONGEST_LAG, PUBLICATION_LAG};
use domain::report::{
    Bucket, TrafficRows, TrafficSort, TrafficTable, TrafficTableQuery, TrafficTableRow,
};
use domain::{
    DailySum, Day, DayRange, Interval, Permission, ReportRange, RepositoryScope, RepositoryStatus,
    TenantId, Viewer,
};
use futures::Stream;

pub(crate) use self::columns::FigureColumns;
use self::reading::TableReader;
use self::rows::TableRows;
use super::countable;
use crate::repositories::bounded;
use crate::store::{FigureColumn, RangeSums, TableRepository};
use crate::{Engine, Error, Result, authorize, count};

/// The most rows that a figure can sort. Its column is in memory while it sorts.
const MOST_SORTED: u64 = 10_000_000;
/// How many rows of a download a figure sorts at most. Each chunk passes over all of them.
const MOST_SORTED_IN_DOWNLOAD: u64 = 1_000_000;
/// How many days the repositories may have in all for a figure to sort their rows.
const MOST_DAYS: i64 = 30_000_000;
/// How many rows of a download are read at a time.
const ROWS_PER_CHUNK: usize = 8_192;

/// The repositories and the days that a query asks for.
struct Selected {
    scope: RepositoryScope,
    rows: TableRows,
    history_begins: Option<Day>,
}

impl Engine {
    /// A part of the table: `limit` rows from the position `first` on, with the sums of all.
    ///
    /// # Errors
    /// When the viewer may not see it, the repository does not exist, the range starts after today,
    /// or a figure is to sort too many rows.
    pub async fn traffic_table(
        &self,
        viewer: &Viewer,
        tenant: TenantId,
        query: TrafficTableQuery,
        first: u64,
        limit: usize,
    ) -> Result<TrafficTable> {
        authorize(viewer, tenant, Permission::ViewTraffic)?;
        let selected = self.selected_rows(viewer, tenant, &query).await?;
        let (scope, range) = (&selected.scope, selected.rows.range());
        let repositories = count(selected.rows.repositories().len());
        let days = selected.rows.days();
        let store = &self.0.store;
        let (sums, cloners, reader) = tokio::try_join!(
            async { Ok(store.range_sums(tenant, scope, [range]).await?) },
            async { Ok(store.daily_unique_cloners(tenant, scope, range).await?) },
            self.table_reader(tenant, &query, scope, selected.rows),
        )?;
        let sums = total(sums.values().map(|[sums]| sums));
        let matching = reader.len();
        Ok(TrafficTable {
            interval: query.interval(),
            range,
            history_begins: selected.history_begins,
            repositories,
            matching,
            first,
            rows: reader.read(first, limit).await?,
            sums: sums_of(range, &sums, cloners),
            known: [known_days(&sums), days],
        })
    }

    /// All rows of the table in its order, in chunks. The next chunk is read when it is asked for.
    ///
    /// # Errors
    /// As for [`traffic_table`](Self::traffic_table).
    pub async fn traffic_table_rows(
        &self,
        viewer: &Viewer,
        tenant: TenantId,
        query: TrafficTableQuery,
    ) -> Result<impl Stream<Item = Result<Vec<TrafficTableRow>>> + Send + 'static + use<>> {
        authorize(viewer, tenant, Permission::ViewTraffic)?;
        let Selected { scope, rows, .. } = self.selected_rows(viewer, tenant, &query).await?;
        let sorts = query.rows == TrafficRows::Repositories
            && column(query.sort, query.interval()).is_some();
        if sorts && rows.len() > MOST_SORTED_IN_DOWNLOAD {
            return Err(Error::invalid(
                "A file sorted by a figure has at most 1,000,000 rows. Choose a shorter range or fewer repositories, or sort by period.",
            ));
        }
        let reader = self.table_reader(tenant, &query, &scope, rows).await?;
        Ok(futures::stream::try_unfold(
            (reader, 0_u64),
            async |(reader, first)| {
                if first >= reader.len() {
                    return Ok(None);
                }
                let chunk = reader.read(first, ROWS_PER_CHUNK).await?;
                let next = first + u64::from(count(ROWS_PER_CHUNK));
                Ok(Some((chunk, (reader, next))))
            },
        ))
    }

    async fn selected_rows(
        &self,
        viewer: &Viewer,
        tenant: TenantId,
        query: &TrafficTableQuery,
    ) -> Result<Selected> {
        let scope = if let Some(id) = query.repository {
            self.one_repository(viewer, tenant, id).await?;
            RepositoryScope::Only(vec![id])
        } else {
            let filter = bounded(query.filter.clone());
            let scope = viewer.repository_scope(tenant);
            self.filtered_scope(tenant, &scope, &filter).await?
        };
        let repositories = self.0.store.table_repositories(tenant, &scope).await?;
        let today = self.0.clock.today();
        let first = repositories.iter().map(|it| it.known.from).min();
        let days = (query.report.range)
            .days(first, newest_day(&repositories, today, query.rows), today)
            .map_err(|error| Error::invalid(error.to_string()))?;
        let (mut range, mut history_begins) = (days.counted, days.history_begins);
        match (query.report.range, first) {
            // A table of days before the history is empty, and not one of other days.
            (ReportRange::Days(requested), Some(first)) if requested.to < first => {
                (range, history_begins) = (requested, None);
            }
            // A cursor continues from these days, so they must not depend on how they were asked for.
            (_, Some(first)) => range.from = range.from.max(first).min(range.to),
            _ => {}
        }
        let range = countable(range.from, range.to)?;
        Ok(Selected {
            scope,
            rows: TableRows::new(query.interval(), range, repositories),
            history_begins,
        })
    }

    async fn table_reader(
        &self,
        tenant: TenantId,
        query: &TrafficTableQuery,
        scope: &RepositoryScope,
        rows: TableRows,
    ) -> Result<TableReader> {
        let store = self.0.store.clone();
        let today = self.0.clock.today();
        if query.rows == TrafficRows::Total {
            let days = store.day_sums(tenant, scope, rows.whole()).await?;
            return Ok(TableReader::totals(
                store, tenant, today, query, rows, &days,
            ));
        }
        let mut columns = Vec::new();
        if let Some(column) = column(query.sort, query.interval()) {
            if rows.len() > MOST_SORTED {
                return Err(Error::invalid(
                    "Sorting by a figure takes at most 10,000,000 rows. Choose a shorter range or fewer repositories.",
                ));
            }
            let days = rows.repositories().iter().map(|it| it.known.len());
            if days.sum::<i64>() > MOST_DAYS {
                return Err(Error::invalid(
                    "Sorting by a figure takes repositories with at most 30,000,000 days in all. Choose fewer repositories.",
                ));
            }
            columns = (self.0.figure_columns)
                .read(&store, tenant, rows.repositories(), column)
                .await?;
        }
        Ok(TableReader::repositories(
            store, tenant, today, query, rows, columns,
        ))
    }
}

/// The newest day to count: the newest known one before today, while GitHub may just be late. Sums
/// of all end with the last day that all know, because a day that only some know looks like a drop.
fn newest_day(repositories: &[TableRepository], today: Day, rows: TrafficRows) -> Day {
    let up_to_date = repositories
        .iter()
        .filter(|it| it.status != RepositoryStatus::Archived)
        .map(|it| it.known.to)
        .filter(|day| *day < today && *day >= today.plus(-LONGEST_LAG));
    let newest = match rows {
        TrafficRows::Total => up_to_date.min(),
        TrafficRows::Repositories => up_to_date.max(),
    };
    newest.unwrap_or_else(|| today.plus(-PUBLICATION_LAG))
}

/// The stored figures that a column of the table sorts by. GitHub does not count months, so their
/// order is that of the sums of daily uniques.
const fn column(sort: TrafficSort, interval: Interval) -> Option<FigureColumn> {
    match (sort, interval) {
        (TrafficSort::Views, _) => Some(FigureColumn::Views),
        (TrafficSort::Clones, _) => Some(FigureColumn::Clones),
        (TrafficSort::ViewUniquesDailySum, _)
        | (TrafficSort::ViewUniques, Interval::Day | Interval::Month) => {
            Some(FigureColumn::ViewUniques)
        }
        (TrafficSort::CloneUniquesDailySum, _)
        | (TrafficSort::CloneUniques, Interval::Day | Interval::Month) => {
            Some(FigureColumn::CloneUniques)
        }
        (TrafficSort::ViewUniques, Interval::Week) => Some(FigureColumn::WeekViewUniques),
        (TrafficSort::CloneUniques, Interval::Week) => Some(FigureColumn::WeekCloneUniques),
        (TrafficSort::Period | TrafficSort::Repository, _) => None,
    }
}

fn total<'a>(sums: impl Iterator<Item = &'a RangeSums>) -> RangeSums {
    sums.fold(RangeSums::default(), |all, of_one| RangeSums {
        views: all.views + of_one.views,
        view_uniques_daily_sum: all.view_uniques_daily_sum + of_one.view_uniques_daily_sum,
        views_known: all.views_known + of_one.views_known,
        clones: all.clones + of_one.clones,
        clones_known: all.clones_known + of_one.clones_known,
        days_known: all.days_known + of_one.days_known,
    })
}

/// How many days of a repository are known.
fn known_days(sums: &RangeSums) -> u64 {
    u64::try_from(sums.days_known).unwrap_or_default()
}

fn sums_of(range: DayRange, sums: &RangeSums, cloners: u64) -> Bucket {
    let known = |sum: u64, days: i64| (days > 0).then_some(sum);
    Bucket {
        start: range.from,
        end: range.to,
        views: known(sums.views, sums.views_known),
        view_uniques: None,
        view_uniques_daily_sum: known(sums.view_uniques_daily_sum, sums.views_known).map(DailySum),
        clones: known(sums.clones, sums.clones_known),
        clone_uniques: None,
        clone_uniques_daily_sum: known(cloners, sums.clones_known).map(DailySum),
        days_known: u32::try_from(known_days(sums)).unwrap_or(u32::MAX),
        days_total: u32::try_from(range.len()).unwrap_or(u32::MAX),
    }
}

#[cfg(test)]
mod tests;
