//! What the table of traffic reads: its repositories, the values of a column that sorts, GitHub's
//! own weeks of a page, and the sum of daily unique cloners.

use chrono::{DateTime, Utc};
use domain::{
    Day, DayRange, DayTraffic, RepositoryId, RepositoryName, RepositoryScope, RepositoryStatus,
    TenantId,
};
use serde::Deserialize;

use crate::store::batch::{from_json, json};
use crate::store::numbers::to_u64;
use crate::store::scope::{Scoped, id_list, scoped};
use crate::store::sql_day::SqlDay;
use crate::store::{Db, Store, StoreError};

/// A repository with known days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TableRepository {
    pub(crate) id: RepositoryId,
    pub(crate) name: RepositoryName,
    pub(crate) status: RepositoryStatus,
    /// From its first to its last known day.
    pub(crate) known: DayRange,
    /// Since when it fails.
    pub(crate) failing_since: Option<DateTime<Utc>>,
    /// Its totals, which grow with each of its days, and the time of its last collection.
    pub(crate) version: ([i64; 6], Option<DateTime<Utc>>),
}

/// A column of stored figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum FigureColumn {
    Views,
    ViewUniques,
    Clones,
    CloneUniques,
    /// GitHub's own unique visitors of a week, by its Monday.
    WeekViewUniques,
    WeekCloneUniques,
}

#[derive(Deserialize)]
struct RepositoryRow {
    id: i64,
    owner: String,
    name: String,
    status: String,
    first_day: SqlDay,
    last_day: SqlDay,
    failing_since: Option<DateTime<Utc>>,
    last_collected_at: Option<DateTime<Utc>>,
    totals: [i64; 6],
}

macro_rules! repositories {
    ($start:literal, $end:literal, $array:literal, $before_day:literal, $after_day:literal) => {
        concat!(
            "select ",
            $start,
            "id, owner, name, status, ",
            $before_day,
            "first_day",
            $after_day,
            ", ",
            $before_day,
            "last_day",
            $after_day,
            ", failing_since, last_collected_at, ",
            $array,
            "(views, view_uniques, clones, clone_uniques, views_known, clones_known)",
            $end,
            "
            from (
                select r.id, r.owner, r.name, r.status, s.first_day, s.last_day, r.failing_since,
                    r.last_collected_at, s.views, s.view_uniques, s.clones, s.clone_uniques,
                    s.views_known, s.clones_known
                from repositories r join repository_summaries s on s.repository_id = r.id
                where r.tenant_id = $1 and s.first_day is not null"
        )
    };
}

/// The values of a column, an array of days as numbers and values for each listed repository.
macro_rules! values {
    (sqlite $table:literal, $day:literal, $column:literal) => {
        concat!(
            "select r.id, (select json_group_array(json_array(",
            $day,
            ", d.",
            $column,
            ")) from ",
            $table,
            " d where d.repository_id = r.id and d.",
            $column,
            " is not null)
            from json_each($2) l cross join repositories r on r.id = l.value
            where r.tenant_id = $1"
        )
    };
    (postgres $table:literal, $day:literal, $column:literal) => {
        concat!(
            "select r.id, (select cast(array_to_json(array_agg(array[",
            $day,
            ", d.",
            $column,
            "])) as text) from ",
            $table,
            " d where d.repository_id = r.id and d.",
            $column,
            " is not null)
            from json_array_elements_text(cast($2 as json)) as l (value)
                join repositories r on r.id = cast(l.value as bigint)
            where r.tenant_id = $1"
        )
    };
    ($column:literal) => {
        [
            values!(sqlite "traffic_days", "d.day", $column),
            values!(postgres "traffic_days", "d.day - date '1970-01-01'", $column),
        ]
    };
    (weeks $column:literal) => {
        [
            values!(sqlite "traffic_weeks", "unixepoch(d.week) / 86400", $column),
            values!(postgres "traffic_weeks", "d.week - date '1970-01-01'", $column),
        ]
    };
}

/// The weeks of the ranges in `$2`, each a repository and two days as numbers.
const SQLITE_WEEKS: &str = "
    select r.id, (
        select json_group_array(json_array(unixepoch(w.week) / 86400, w.views, w.view_uniques,
            w.clones, w.clone_uniques))
        from traffic_weeks w
        where w.repository_id = r.id
            and w.week between date(86400 * (l.value ->> 1), 'unixepoch')
                and date(86400 * (l.value ->> 2), 'unixepoch')) as weeks
    from json_each($2) l cross join repositories r on r.id = l.value ->> 0
    where r.tenant_id = $1
    order by l.key";
const POSTGRES_WEEKS: &str = "
    select r.id, (
        select cast(array_to_json(array_agg(array[w.week - date '1970-01-01',
            w.views, w.view_uniques, w.clones, w.clone_uniques])) as text)
        from traffic_weeks w
        where w.repository_id = r.id
            and w.week between date '1970-01-01' + cast(l.value ->> 1 as integer)
                and date '1970-01-01' + cast(l.value ->> 2 as integer)) as weeks
    from json_array_elements(cast($2 as json)) with ordinality as l (value, key)
        join repositories r on r.id = cast(l.value ->> 0 as bigint)
    where r.tenant_id = $1
    order by l.key";

/// The daily unique cloners of a repository before a boundary.
macro_rules! cloners_before {
    ($week:literal, $boundary:literal) => {
        concat!(
            "case when s.last_day < ",
            $boundary,
            " then s.clone_uniques
            when s.first_day >= ",
            $boundary,
            " then 0
            else coalesce((select k.clone_uniques from running_totals k
                    where k.week = ",
            $week,
            " and k.repository_id = r.id), 0)
                + coalesce((select cast(sum(d.clone_uniques) as bigint) from traffic_days d
                    where d.repository_id = r.id and d.day >= ",
            $week,
            " and d.day < ",
            $boundary,
            "), 0) end"
        )
    };
}

impl Store {
    /// The repositories in scope that have known days, by name.
    pub(crate) async fn table_repositories(
        &self,
        tenant: TenantId,
        scope: &RepositoryScope,
    ) -> Result<Vec<TableRepository>, StoreError> {
        const REPOSITORIES: Scoped = scoped!(
            sqlite: repositories!("json_group_array(json_array(", "))", "json_array", "", ""),
            "order by lower(r.owner), lower(r.name), r.id) as listed";
            postgres: repositories!(
                "cast(json_agg(json_build_array(",
                ") order by lower(owner), lower(name), id) as text)",
                "json_build_array", "(", " - date '1970-01-01')"
            ), ") as listed"
        );
        let text = REPOSITORIES.text(&self.db, scope);
        let rows: Option<String> = on!(&self.db, |pool| sqlx::query_scalar(text)
            .bind(tenant.get())
            .bind(id_list(scope))
            .fetch_one(pool)
            .await)?;
        let rows: Vec<RepositoryRow> = from_json(rows.as_deref())?;
        Ok(rows.iter().filter_map(listed).collect())
    }

    /// The known values of a column for each of these repositories, by day; in no order.
    pub(crate) async fn figure_values(
        &self,
        tenant: TenantId,
        repositories: &[RepositoryId],
        column: FigureColumn,
    ) -> Result<Vec<(RepositoryId, Vec<(i32, u32)>)>, StoreError> {
        let [sqlite, postgres]: [&str; 2] = match column {
            FigureColumn::Views => values!("views"),
            FigureColumn::ViewUniques => values!("view_uniques"),
            FigureColumn::Clones => values!("clones"),
            FigureColumn::CloneUniques => values!("clone_uniques"),
            FigureColumn::WeekViewUniques => values!(weeks "view_uniques"),
            FigureColumn::WeekCloneUniques => values!(weeks "clone_uniques"),
        };
        let text = match &self.db {
            Db::Sqlite(_) => sqlite,
            Db::Postgres(_) => postgres,
        };
        let ids: Vec<i64> = repositories.iter().map(|id| id.get()).collect();
        let rows: Vec<(i64, Option<String>)> = on!(&self.db, |pool| sqlx::query_as(text)
            .bind(tenant.get())
            .bind(json(&ids)?)
            .fetch_all(pool)
            .await)?;
        rows.into_iter()
            .map(|(id, values)| Ok((RepositoryId::new(id), from_json(values.as_deref())?)))
            .collect()
    }

    /// The weeks that GitHub counted, of each repository and range, in the order of `ranges`.
    /// Repositories deleted in the meantime are left out.
    pub(crate) async fn weeks_of_repositories(
        &self,
        tenant: TenantId,
        ranges: &[(RepositoryId, DayRange)],
    ) -> Result<Vec<(RepositoryId, Vec<(Day, DayTraffic)>)>, StoreError> {
        self.traffic_of_ranges(tenant, ranges, [SQLITE_WEEKS, POSTGRES_WEEKS])
            .await
    }

    /// The sum of daily unique cloners of all repositories in scope over a range.
    pub(crate) async fn daily_unique_cloners(
        &self,
        tenant: TenantId,
        scope: &RepositoryScope,
        range: DayRange,
    ) -> Result<u64, StoreError> {
        const CLONERS: Scoped = scoped!(
            concat!(
                "select coalesce(cast(sum((",
                cloners_before!("$6", "$5"),
                ") - (",
                cloners_before!("$4", "$3"),
                ")) as bigint), 0)
                from repositories r join repository_summaries s on s.repository_id = r.id
                where r.tenant_id = $1 and s.first_day < $5 and s.last_day >= $3"
            ),
            ""
        );
        let after = range.to.plus(1);
        let sum: i64 = on!(&self.db, |pool| sqlx::query_scalar(
            CLONERS.text(&self.db, scope)
        )
        .bind(tenant.get())
        .bind(id_list(scope))
        .bind(SqlDay(range.from))
        .bind(SqlDay(range.from.week_start()))
        .bind(SqlDay(after))
        .bind(SqlDay(after.week_start()))
        .fetch_one(pool)
        .await)?;
        Ok(to_u64(sum))
    }
}

fn listed(row: &RepositoryRow) -> Option<TableRepository> {
    Some(TableRepository {
        id: RepositoryId::new(row.id),
        name: format!("{}/{}", row.owner, row.name).parse().ok()?,
        status: row.status.parse().ok()?,
        known: DayRange::new(row.first_day.0, row.last_day.0)?,
        failing_since: row.failing_since,
        version: (row.totals, row.last_collected_at),
    })
}
