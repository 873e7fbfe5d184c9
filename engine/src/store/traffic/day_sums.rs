//! The traffic of all repositories together, by day: stored for a whole tenant, summed for a part.

use domain::{Counts, Day, DayRange, Measure, RepositoryId, RepositoryScope, TenantId};
use serde::Deserialize;

use super::aggregates::{DayChanges, Totals};
use crate::store::batch::{Batch, batch, from_json};
use crate::store::numbers::to_u64;
use crate::store::scope::{Scoped, id_list, scoped};
use crate::store::sql_day::SqlDay;
use crate::store::{Db, Store, StoreError, Transaction};

/// The sums of all repositories in scope on one day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct DaySums {
    pub(crate) day: Day,
    pub(crate) views: Option<u64>,
    pub(crate) view_uniques_daily_sum: Option<u64>,
    pub(crate) clones: Option<u64>,
    pub(crate) clone_uniques_daily_sum: Option<u64>,
}

#[derive(Deserialize)]
struct DayRow {
    day: SqlDay,
    views: i64,
    view_uniques: i64,
    clones: i64,
    clone_uniques: i64,
    views_known: i64,
    clones_known: i64,
}

const TENANT_DAYS: Batch = batch!(
    "insert into tenant_days (tenant_id, day, views, view_uniques, clones, clone_uniques,
        views_known, clones_known) select $1, ",
    0 "day", 1 "bigint", 2 "bigint", 3 "bigint", 4 "bigint", 5 "bigint", 6 "bigint";
    "on conflict (tenant_id, day) do update set views = tenant_days.views + excluded.views,
        view_uniques = tenant_days.view_uniques + excluded.view_uniques,
        clones = tenant_days.clones + excluded.clones,
        clone_uniques = tenant_days.clone_uniques + excluded.clone_uniques,
        views_known = tenant_days.views_known + excluded.views_known,
        clones_known = tenant_days.clones_known + excluded.clones_known"
);

/// The stored sums of the days as one array. The days are numbers, in between `$before_day` and
/// `$after_day`.
macro_rules! all_days {
    ($start:literal, $end:literal, $before_day:literal, $after_day:literal) => {
        concat!(
            "select ",
            $start,
            $before_day,
            "day",
            $after_day,
            ",
                views, view_uniques, clones, clone_uniques, views_known, clones_known",
            $end,
            "
            from tenant_days
            where tenant_id = $1 and $2 is null and day between $3 and $4
                and (views_known > 0 or clones_known > 0)"
        )
    };
}

/// The same of listed repositories, summed now. PostgreSQL sums bigint as numeric, hence the casts.
macro_rules! listed_days {
    ($start:literal, $end:literal, $before_day:literal, $after_day:literal) => {
        concat!(
            "select ",
            $start,
            $before_day,
            "day",
            $after_day,
            ",
                views, view_uniques, clones, clone_uniques, views_known, clones_known",
            $end,
            "
            from (
                select d.day,
                    coalesce(cast(sum(d.views) as bigint), 0) as views,
                    coalesce(cast(sum(d.view_uniques) as bigint), 0) as view_uniques,
                    coalesce(cast(sum(d.clones) as bigint), 0) as clones,
                    coalesce(cast(sum(d.clone_uniques) as bigint), 0) as clone_uniques,
                    count(d.views) as views_known, count(d.clones) as clones_known
                from repositories r join traffic_days d on d.repository_id = r.id
                where r.tenant_id = $1"
        )
    };
}

impl Store {
    /// The sums of all repositories in scope by day; days unknown to all are left out.
    pub(crate) async fn day_sums(
        &self,
        tenant: TenantId,
        scope: &RepositoryScope,
        range: DayRange,
    ) -> Result<Vec<DaySums>, StoreError> {
        const LISTED: Scoped = scoped!(
            sqlite: listed_days!("json_group_array(json_array(", "))", "", ""),
            "and d.day between $3 and $4 group by d.day) as sums";
            postgres: listed_days!(
                "cast(json_agg(json_build_array(", ")) as text)", "(", " - date '1970-01-01')"
            ), "and d.day between $3 and $4 group by d.day) as sums"
        );
        // The condition on `$2` makes both statements take the same parameters.
        let all = match &self.db {
            Db::Sqlite(_) => all_days!("json_group_array(json_array(", "))", "", ""),
            Db::Postgres(_) => all_days!(
                "cast(json_agg(json_build_array(",
                ")) as text)",
                "(",
                " - date '1970-01-01')"
            ),
        };
        let text = match scope {
            RepositoryScope::All => all,
            RepositoryScope::Only(_) => LISTED.text(&self.db, scope),
        };
        let rows: Option<String> = on!(&self.db, |pool| sqlx::query_scalar(text)
            .bind(tenant.get())
            .bind(id_list(scope))
            .bind(SqlDay(range.from))
            .bind(SqlDay(range.to))
            .fetch_one(pool)
            .await)?;
        let mut rows: Vec<DayRow> = from_json(rows.as_deref())?;
        rows.sort_unstable_by_key(|row| row.day.0);
        let known = |sum: i64, known: i64| (known > 0).then(|| to_u64(sum));
        Ok(rows
            .into_iter()
            .map(|row| DaySums {
                day: row.day.0,
                views: known(row.views, row.views_known),
                view_uniques_daily_sum: known(row.view_uniques, row.views_known),
                clones: known(row.clones, row.clones_known),
                clone_uniques_daily_sum: known(row.clone_uniques, row.clones_known),
            })
            .collect())
    }
}

impl Transaction {
    /// Adds the changes of a repository's days to its tenant's sums.
    pub(super) async fn change_tenant_days(
        &mut self,
        tenant: TenantId,
        measure: Measure,
        changes: &DayChanges,
    ) -> Result<(), StoreError> {
        let amounts = |counts: Option<Counts>| {
            counts.map_or([0; 3], |counts| {
                [i64::from(counts.count), i64::from(counts.uniques.get()), 1]
            })
        };
        let rows: Vec<_> = changes
            .iter()
            .map(|(day, (before, after))| {
                let (before, after) = (amounts(*before), amounts(*after));
                let [count, uniques, known] = std::array::from_fn(|i| after[i] - before[i]);
                match measure {
                    Measure::Views => (day.date(), count, uniques, 0, 0, known, 0),
                    Measure::Clones => (day.date(), 0, 0, count, uniques, 0, known),
                }
            })
            .collect();
        self.write_batch(TENANT_DAYS, tenant.get(), &rows).await
    }

    /// Adds all days of a repository to its tenant's sums.
    pub(super) async fn add_to_tenant(
        &mut self,
        tenant: TenantId,
        repository: RepositoryId,
    ) -> Result<(), StoreError> {
        let days = self.days_since(repository, None).await?;
        let rows: Vec<_> = days
            .iter()
            .map(|(day, traffic)| {
                let mut totals = Totals::default();
                totals.add(*traffic);
                (
                    day.date(),
                    totals.views,
                    totals.view_uniques,
                    totals.clones,
                    totals.clone_uniques,
                    totals.views_known,
                    totals.clones_known,
                )
            })
            .collect();
        self.write_batch(TENANT_DAYS, tenant.get(), &rows).await
    }

    /// Takes all days of a repository out of its tenant's sums.
    pub(in crate::store) async fn subtract_from_tenant(
        &mut self,
        tenant: TenantId,
        repository: RepositoryId,
    ) -> Result<(), StoreError> {
        // Every transaction locks the days in the same order. Otherwise two could deadlock.
        const LOCK: &str =
            "select day from tenant_days where tenant_id = $1 order by day for update";
        const SUBTRACT: &str = "
            update tenant_days set
                views = tenant_days.views - coalesce(d.views, 0),
                view_uniques = tenant_days.view_uniques - coalesce(d.view_uniques, 0),
                clones = tenant_days.clones - coalesce(d.clones, 0),
                clone_uniques = tenant_days.clone_uniques - coalesce(d.clone_uniques, 0),
                views_known = tenant_days.views_known
                    - (case when d.views is null then 0 else 1 end),
                clones_known = tenant_days.clones_known
                    - (case when d.clones is null then 0 else 1 end)
            from traffic_days d
            where d.repository_id = $2 and tenant_days.tenant_id = $1 and tenant_days.day = d.day";
        if let Self::Postgres(transaction) = self {
            sqlx::query(LOCK)
                .bind(tenant.get())
                .execute(&mut **transaction)
                .await?;
        }
        within!(*self, |connection| sqlx::query(SUBTRACT)
            .bind(tenant.get())
            .bind(repository.get())
            .execute(connection)
            .await
            .map(drop))?;
        Ok(())
    }
}
