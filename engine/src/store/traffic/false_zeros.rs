//! The days that the false-zero check reads, and the anomalies that it records.

use chrono::{DateTime, Utc};
use domain::anomaly::DayCounts;
use domain::{AnomalyKind, AnomalySubject, Counts, Day, DayRange, Measure, RepositoryId, TenantId};
use futures::stream::BoxStream;
use futures::{Stream, TryStreamExt};
use sqlx::FromRow;

use super::anomalies::counts;
use crate::store::sql_day::SqlDay;
use crate::store::{Db, Store, StoreError};

/// A stored day with its last reported values.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ReportedDay {
    views: Option<DayCounts>,
    clones: Option<DayCounts>,
}

impl ReportedDay {
    /// The values of a measure, if known.
    pub(crate) const fn of(self, measure: Measure) -> Option<DayCounts> {
        match measure {
            Measure::Views => self.views,
            Measure::Clones => self.clones,
        }
    }
}

/// The statement for one measure; only the columns differ.
macro_rules! false_zero {
    ($count:literal, $uniques:literal) => {
        concat!(
            "insert into observations (repository_id, measure, day, subject, kind, known_count,
                known_uniques, reported_count, reported_uniques, first_seen_at, last_seen_at,
                times_seen)
            select d.repository_id, '",
            $count,
            "', $7, $4, $5, case when d.",
            $count,
            " > 0 then d.",
            $count,
            " end, case when d.",
            $count,
            " > 0 then d.",
            $uniques,
            " end, 0, 0, $6, $6, 1
            from traffic_days d join repositories r on r.id = d.repository_id
            where r.tenant_id = $1 and d.repository_id = $2 and d.day = $3 and d.",
            $count,
            " is not null
            on conflict (repository_id, measure, day, subject) do update set kind = excluded.kind
            where observations.settled_at is null and observations.kind <> excluded.kind"
        )
    };
}

/// Reads the stored days with their zeros; `$day` is the day as a date.
macro_rules! reported_days {
    ($day:literal) => {
        concat!(
            "select d.repository_id, d.day, d.views, d.clones,
                v.reported_count is not null as views_zero,
                c.reported_count is not null as clones_zero
            from repositories r
            join traffic_days d on d.repository_id = r.id
            left join observations v on v.repository_id = d.repository_id
                and v.measure = 'views' and v.day = ",
            $day,
            " and v.subject = $4 and v.settled_at is null and v.reported_count = 0
            left join observations c on c.repository_id = d.repository_id
                and c.measure = 'clones' and c.day = ",
            $day,
            " and c.subject = $4 and c.settled_at is null and c.reported_count = 0
            where r.tenant_id = $1 and r.status in ('active', 'unreachable')
                and d.day between $2 and $3
            order by d.repository_id, d.day"
        )
    };
}

#[derive(FromRow)]
struct ReportedRow {
    repository_id: i64,
    day: SqlDay,
    views: Option<i64>,
    clones: Option<i64>,
    views_zero: bool,
    clones_zero: bool,
}

impl Store {
    /// The stored days within a range of every collected repository, ordered by repository and day.
    pub(crate) fn reported_days(
        &self,
        tenant: TenantId,
        range: DayRange,
    ) -> impl Stream<Item = Result<(RepositoryId, ReportedDay), StoreError>> + Send + '_ {
        // Only SQLite stores these days in two ways.
        let text = match &self.db {
            Db::Sqlite(_) => reported_days!("date(d.day * 86400, 'unixepoch')"),
            Db::Postgres(_) => reported_days!("d.day"),
        };
        let rows: BoxStream<'_, sqlx::Result<ReportedRow>> =
            on!(&self.db, |pool| sqlx::query_as(text)
                .bind(tenant.get())
                .bind(SqlDay(range.from))
                .bind(SqlDay(range.to))
                .bind(AnomalySubject::Figures.as_str())
                .fetch(pool));
        rows.map_ok(|row: ReportedRow| {
            let day = row.day.0;
            let day_counts = |count: Option<i64>, is_zero: bool| {
                let known = counts(count?, 0);
                Some(DayCounts::from((day, known, is_zero.then(Counts::default))))
            };
            let reported = ReportedDay {
                views: day_counts(row.views, row.views_zero),
                clones: day_counts(row.clones, row.clones_zero),
            };
            (RepositoryId::new(row.repository_id), reported)
        })
        .map_err(StoreError::from)
    }

    /// Records that the zeros of these repositories on a day are probably false; recorded anomalies
    /// stay as they are.
    pub(crate) async fn record_false_zeros(
        &self,
        tenant: TenantId,
        measure: Measure,
        day: Day,
        repositories: &[RepositoryId],
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        const VIEWS: &str = false_zero!("views", "view_uniques");
        const CLONES: &str = false_zero!("clones", "clone_uniques");
        let text = match measure {
            Measure::Views => VIEWS,
            Measure::Clones => CLONES,
        };
        let mut transaction = self.begin().await?;
        for repository in repositories {
            within!(transaction, |connection| sqlx::query(text)
                .bind(tenant.get())
                .bind(repository.get())
                .bind(SqlDay(day))
                .bind(AnomalySubject::Figures.as_str())
                .bind(AnomalyKind::FalseZero.as_str())
                .bind(now)
                .bind(day.date())
                .execute(connection)
                .await
                .map(drop))?;
        }
        transaction.commit().await
    }
}
