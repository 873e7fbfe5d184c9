//! Days of many repositories in one statement, for exports.
//!
//! SQLite hands rows to the program one at a time and each column as an allocation, which costs
//! several times what reading them does. So a statement returns one row for each repository, with
//! its days as a JSON array.

use domain::{Day, DayRange, DayTraffic, RepositoryId, RepositoryScope, TenantId};
use sqlx::FromRow;

use super::series::TrafficRow;
use crate::store::batch::{from_json, json};
use crate::store::scope::{Scoped, id_list, scoped};
use crate::store::sql_day::SqlDay;
use crate::store::{Db, Store, StoreError};

/// A repository with known days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct KnownRepository {
    pub(crate) id: RepositoryId,
    pub(crate) owner: String,
    pub(crate) name: String,
    /// From its first to its last known day.
    pub(crate) known: DayRange,
}

#[derive(FromRow)]
struct KnownRow {
    id: i64,
    owner: String,
    name: String,
    first_day: SqlDay,
    last_day: SqlDay,
}

const KNOWN: Scoped = scoped!(
    "select r.id, r.owner, r.name, s.first_day, s.last_day
    from repositories r join repository_summaries s on s.repository_id = r.id
    where r.tenant_id = $1 and s.first_day is not null",
    "order by lower(r.owner), lower(r.name), r.id"
);

/// The days of the ranges in `$2`, each a repository and two days as numbers. (Measured: PostgreSQL
/// makes arrays of numbers twice as fast as JSON arrays.)
const SQLITE_DAYS: &str = "
    select r.id, (
        select json_group_array(json_array(d.day, d.views, d.view_uniques, d.clones,
            d.clone_uniques))
        from traffic_days d
        where d.repository_id = r.id and d.day between l.value ->> 1 and l.value ->> 2) as days
    from json_each($2) l cross join repositories r on r.id = l.value ->> 0
    where r.tenant_id = $1
    order by l.key";
const POSTGRES_DAYS: &str = "
    select r.id, (
        select cast(array_to_json(array_agg(array[d.day - date '1970-01-01',
            d.views, d.view_uniques, d.clones, d.clone_uniques])) as text)
        from traffic_days d
        where d.repository_id = r.id
            and d.day between date '1970-01-01' + cast(l.value ->> 1 as integer)
                and date '1970-01-01' + cast(l.value ->> 2 as integer)) as days
    from json_array_elements(cast($2 as json)) with ordinality as l (value, key)
        join repositories r on r.id = cast(l.value ->> 0 as bigint)
    where r.tenant_id = $1
    order by l.key";

impl Store {
    /// The repositories in scope that have known days, by name.
    pub(crate) async fn known_repositories(
        &self,
        tenant: TenantId,
        scope: &RepositoryScope,
    ) -> Result<Vec<KnownRepository>, StoreError> {
        let rows: Vec<KnownRow> =
            on!(&self.db, |pool| sqlx::query_as(KNOWN.text(&self.db, scope))
                .bind(tenant.get())
                .bind(id_list(scope))
                .fetch_all(pool)
                .await)?;
        Ok(rows.into_iter().filter_map(known).collect())
    }

    /// The known days of repositories, each within its range, in the order of `ranges`.
    /// Repositories deleted in the meantime are left out.
    pub(crate) async fn days_of_repositories(
        &self,
        tenant: TenantId,
        ranges: &[(RepositoryId, DayRange)],
    ) -> Result<Vec<(RepositoryId, Vec<(Day, DayTraffic)>)>, StoreError> {
        self.traffic_of_ranges(tenant, ranges, [SQLITE_DAYS, POSTGRES_DAYS])
            .await
    }

    /// What a statement of each database reads of repositories within their ranges, in the order of
    /// `ranges`.
    pub(super) async fn traffic_of_ranges(
        &self,
        tenant: TenantId,
        ranges: &[(RepositoryId, DayRange)],
        [sqlite, postgres]: [&'static str; 2],
    ) -> Result<Vec<(RepositoryId, Vec<(Day, DayTraffic)>)>, StoreError> {
        let ranges: Vec<_> = ranges
            .iter()
            .map(|(id, range)| (id.get(), epoch_days(range.from), epoch_days(range.to)))
            .collect();
        let ranges = json(&ranges)?;
        let text = match &self.db {
            Db::Sqlite(_) => sqlite,
            Db::Postgres(_) => postgres,
        };
        let rows: Vec<(i64, Option<String>)> = on!(&self.db, |pool| sqlx::query_as(text)
            .bind(tenant.get())
            .bind(ranges)
            .fetch_all(pool)
            .await)?;
        rows.into_iter()
            .map(|(id, traffic)| Ok((RepositoryId::new(id), read(traffic.as_deref())?)))
            .collect()
    }
}

fn known(row: KnownRow) -> Option<KnownRepository> {
    Some(KnownRepository {
        id: RepositoryId::new(row.id),
        owner: row.owner,
        name: row.name,
        known: DayRange::new(row.first_day.0, row.last_day.0)?,
    })
}

/// The days of one repository, in order. The databases read them in order, but promise none for an
/// aggregate; sorting what is sorted costs nothing.
fn read(days: Option<&str>) -> Result<Vec<(Day, DayTraffic)>, StoreError> {
    let rows: Vec<TrafficRow> = from_json(days)?;
    let mut days: Vec<(Day, DayTraffic)> = rows.into_iter().map(Into::into).collect();
    days.sort_by_key(|(day, _)| *day);
    Ok(days)
}

fn epoch_days(day: Day) -> i32 {
    day.date().to_epoch_days()
}
