//! Keeps the sums of traffic true: running totals and days for each repository and week, sums for each
//! tenant and day, a summary of each repository, and what is usual on its newest days.
//!
//! They are written in the transaction that writes the days, so the two cannot disagree.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use domain::{Counts, Day, DayTraffic, RepositoryId, TenantId};
use sqlx::FromRow;

use super::series::TrafficRow;
use super::week_days::WeekDays;
use crate::store::batch::{Batch, batch};
use crate::store::sql_day::SqlDay;
use crate::store::{StoreError, Transaction};

/// What a repository counted up to a day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromRow)]
pub(super) struct Totals {
    pub(super) views: i64,
    pub(super) view_uniques: i64,
    pub(super) clones: i64,
    pub(super) clone_uniques: i64,
    /// On how many days the views are known.
    pub(super) views_known: i64,
    pub(super) clones_known: i64,
    /// On how many days both are.
    days_known: i64,
}

impl Totals {
    pub(super) fn add(&mut self, traffic: DayTraffic) {
        if let Some(views) = traffic.views {
            self.views += i64::from(views.count);
            self.view_uniques += i64::from(views.uniques.get());
            self.views_known += 1;
        }
        if let Some(clones) = traffic.clones {
            self.clones += i64::from(clones.count);
            self.clone_uniques += i64::from(clones.uniques.get());
            self.clones_known += 1;
        }
        self.days_known += i64::from(traffic.views.is_some() && traffic.clones.is_some());
    }
}

/// A week with known days or between two of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Week {
    pub(super) monday: Day,
    /// What the repository counted before its Monday.
    pub(super) before: Totals,
    pub(super) days: WeekDays,
}

/// The weeks from `start` on, and the totals in the end. `start` is a Monday and the totals before
/// it; without it, the days begin with the repository's first.
pub(super) fn running_totals(
    start: Option<(Day, Totals)>,
    days: &[(Day, DayTraffic)],
) -> (Vec<Week>, Totals) {
    let first = days.first().map(|(day, _)| day.week_start());
    let Some((monday, mut totals)) = start.or(first.map(|week| (week, Totals::default()))) else {
        return (Vec::new(), Totals::default());
    };
    let begun = |monday, before| Week {
        monday,
        before,
        days: WeekDays::default(),
    };
    let mut week = begun(monday, totals);
    let mut weeks = Vec::new();
    for (day, traffic) in days {
        while week.monday < day.week_start() {
            let next = begun(week.monday.plus(7), totals);
            weeks.push(std::mem::replace(&mut week, next));
        }
        totals.add(*traffic);
        week.days.set(*day, *traffic);
    }
    weeks.push(week);
    (weeks, totals)
}

/// The first date that both databases store.
const FIRST_DATE: NaiveDate = NaiveDate::from_ymd_opt(1, 1, 1).expect("a date");

/// How the days of a repository changed: the counts before and after, `None` for unknown.
pub(super) type DayChanges = BTreeMap<Day, (Option<Counts>, Option<Counts>)>;

#[derive(FromRow)]
struct RunningTotalsRow {
    week: SqlDay,
    #[sqlx(flatten)]
    totals: Totals,
}

const SINCE: &str = "
    select day, views, view_uniques, clones, clone_uniques from traffic_days
    where repository_id = $1 and day >= $2 order by day";
const WEEKS: Batch = batch!(
    "insert into running_totals (repository_id, week, views, view_uniques, clones, clone_uniques,
        views_known, clones_known, days_known, days) select $1, ",
    0 "day", 1 "bigint", 2 "bigint", 3 "bigint", 4 "bigint", 5 "bigint", 6 "bigint", 7 "bigint",
    8 "bytes";
    "on conflict (week, repository_id) do update set views = excluded.views,
        view_uniques = excluded.view_uniques, clones = excluded.clones,
        clone_uniques = excluded.clone_uniques, views_known = excluded.views_known,
        clones_known = excluded.clones_known, days_known = excluded.days_known,
        days = excluded.days"
);
/// Copies what responses covered; the days are dates, in between `$before` and `$after`.
macro_rules! covered_until {
    ($before:literal, $after:literal) => {
        concat!(
            "update repository_summaries set
                views_covered_until = (select ",
            $before,
            "max(to_day)",
            $after,
            " from answered_days
                    where repository_id = $1 and measure = 'views'),
                clones_covered_until = (select ",
            $before,
            "max(to_day)",
            $after,
            " from answered_days
                    where repository_id = $1 and measure = 'clones'),
                answered_on = (select ",
            $before,
            "min(answered_on)",
            $after,
            " from traffic_answers
                    where repository_id = $1),
                listed_until = (select ",
            $before,
            "min(last_day)",
            $after,
            " from traffic_answers
                    where repository_id = $1)
            where repository_id = $1"
        )
    };
}

impl Transaction {
    /// Whether the repository belongs to the tenant (still). Until the transaction ends, no other
    /// one changes its traffic.
    pub(in crate::store) async fn lock_repository(
        &mut self,
        tenant: TenantId,
        repository: RepositoryId,
    ) -> Result<bool, StoreError> {
        // SQLite has a single writer. On PostgreSQL, this lock lets foreign keys refer to the row.
        const LOCK: &str = "
            select id from repositories where tenant_id = $1 and id = $2 for no key update";
        const SELECT: &str = "select id from repositories where tenant_id = $1 and id = $2";
        let text = match self {
            Self::Sqlite(_) => SELECT,
            Self::Postgres(_) => LOCK,
        };
        let id: Option<i64> = within!(*self, |connection| sqlx::query_scalar(text)
            .bind(tenant.get())
            .bind(repository.get())
            .fetch_optional(connection)
            .await)?;
        Ok(id.is_some())
    }

    /// Writes the running totals of the weeks since a day (all of them without one), the
    /// repository's summary, and what is usual on its newest days.
    pub(super) async fn update_running_totals(
        &mut self,
        repository: RepositoryId,
        since: Option<Day>,
    ) -> Result<(), StoreError> {
        const START: &str = "
            select week, views, view_uniques, clones, clone_uniques, views_known, clones_known,
                days_known
            from running_totals where repository_id = $1 and week <= $2
            order by week desc limit 1";
        const DELETE: &str = "delete from running_totals where repository_id = $1";
        let start = if let Some(since) = since {
            let row: Option<RunningTotalsRow> = within!(*self, |connection| sqlx::query_as(START)
                .bind(repository.get())
                .bind(SqlDay(since.week_start()))
                .fetch_optional(connection)
                .await)?;
            row.map(|row| (row.week.0, row.totals))
        } else {
            within!(*self, |connection| sqlx::query(DELETE)
                .bind(repository.get())
                .execute(connection)
                .await
                .map(drop))?;
            None
        };
        let days = self
            .days_since(repository, start.map(|(week, _)| week))
            .await?;
        let (weeks, totals) = running_totals(start, &days);
        let rows: Vec<_> = weeks
            .iter()
            .map(|week| {
                let t = &week.before;
                (
                    week.monday.date(),
                    t.views,
                    t.view_uniques,
                    t.clones,
                    t.clone_uniques,
                    t.views_known,
                    t.clones_known,
                    t.days_known,
                    hex::encode(week.days.bytes()),
                )
            })
            .collect();
        self.write_batch(WEEKS, repository.get(), &rows).await?;
        self.update_summary(repository, totals).await?;
        let newest = days.last().map(|(day, _)| *day);
        self.update_usual_days(repository, newest).await
    }

    /// The known days of a repository from a day on.
    pub(super) async fn days_since(
        &mut self,
        repository: RepositoryId,
        since: Option<Day>,
    ) -> Result<Vec<(Day, DayTraffic)>, StoreError> {
        let since = since.unwrap_or(Day::new(FIRST_DATE));
        let rows: Vec<TrafficRow> = within!(*self, |connection| sqlx::query_as(SINCE)
            .bind(repository.get())
            .bind(SqlDay(since))
            .fetch_all(connection)
            .await)?;
        Ok(rows.into_iter().map(Into::into).collect())
    }

    async fn update_summary(
        &mut self,
        repository: RepositoryId,
        totals: Totals,
    ) -> Result<(), StoreError> {
        const UPDATE: &str = "
            update repository_summaries set
                first_day = (select min(day) from traffic_days where repository_id = $1),
                last_day = (select max(day) from traffic_days where repository_id = $1),
                newest_whole_day = (select day from traffic_days
                    where repository_id = $1 and views is not null and clones is not null
                    order by day desc limit 1),
                views = $2, view_uniques = $3, clones = $4, clone_uniques = $5,
                views_known = $6, clones_known = $7, days_known = $8
            where repository_id = $1";
        within!(*self, |connection| sqlx::query(UPDATE)
            .bind(repository.get())
            .bind(totals.views)
            .bind(totals.view_uniques)
            .bind(totals.clones)
            .bind(totals.clone_uniques)
            .bind(totals.views_known)
            .bind(totals.clones_known)
            .bind(totals.days_known)
            .execute(connection)
            .await
            .map(drop))?;
        Ok(())
    }

    /// Copies what a repository's responses covered into its summary.
    pub(super) async fn update_covered_until(
        &mut self,
        repository: RepositoryId,
    ) -> Result<(), StoreError> {
        let text = match self {
            Self::Sqlite(_) => covered_until!("unixepoch(", ") / 86400"),
            Self::Postgres(_) => covered_until!("", ""),
        };
        self.update_one(text, repository).await
    }

    /// Copies a repository's newest stars into its summary.
    pub(in crate::store) async fn update_stars(
        &mut self,
        repository: RepositoryId,
    ) -> Result<(), StoreError> {
        const UPDATE: &str = "
            update repository_summaries set stars = (select stars from popularity_days
                where repository_id = $1 and stars is not null order by day desc limit 1)
            where repository_id = $1";
        self.update_one(UPDATE, repository).await
    }

    async fn update_one(
        &mut self,
        text: &'static str,
        repository: RepositoryId,
    ) -> Result<(), StoreError> {
        within!(*self, |connection| sqlx::query(text)
            .bind(repository.get())
            .execute(connection)
            .await
            .map(drop))?;
        Ok(())
    }

    /// Inserts empty summaries of repositories without one.
    pub(in crate::store) async fn insert_summaries(
        &mut self,
        repositories: &[RepositoryId],
    ) -> Result<(), StoreError> {
        // A batch's first value is an id, which is 0 here.
        const INSERT: Batch = batch!(
            "insert into repository_summaries (repository_id) select $1 + ", 0 "bigint";
            "on conflict (repository_id) do nothing"
        );
        let rows: Vec<_> = repositories.iter().map(|id| [id.get()]).collect();
        self.write_batch(INSERT, 0, &rows).await
    }
}
