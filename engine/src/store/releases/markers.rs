//! Releases and tags as markers on a chart.

use chrono::NaiveDate;
use domain::report::{Marker, MarkerKind};
use domain::{Day, DayRange, RepositoryId, TenantId};
use sqlx::FromRow;

use crate::store::{Db, Store, StoreError};

#[derive(FromRow)]
struct MarkerRow {
    day: NaiveDate,
    label: String,
    release: bool,
}

impl Store {
    /// The releases and tags within a range of days, oldest first; at most the newest `most`.
    pub(crate) async fn markers(
        &self,
        tenant: TenantId,
        repository: RepositoryId,
        range: DayRange,
        most: u32,
    ) -> Result<Vec<Marker>, StoreError> {
        // The databases differ in how they cast a timestamp to its UTC day.
        const SQLITE: &str = "
            select date(x.published_at) as day, x.tag as label, true as release
            from releases x join repositories r on r.id = x.repository_id
            where r.tenant_id = $1 and x.repository_id = $2
                and date(x.published_at) between $3 and $4
            union all
            select t.day as day, t.name as label, false as release
            from tags t join repositories r on r.id = t.repository_id
            where r.tenant_id = $1 and t.repository_id = $2 and t.day between $3 and $4
                and not exists (select 1 from releases x
                    where x.repository_id = t.repository_id and x.tag = t.name)
            order by day desc, label desc limit $5";
        const POSTGRES: &str = "
            select cast(x.published_at at time zone 'UTC' as date) as day, x.tag as label,
                true as release
            from releases x join repositories r on r.id = x.repository_id
            where r.tenant_id = $1 and x.repository_id = $2
                and cast(x.published_at at time zone 'UTC' as date) between $3 and $4
            union all
            select t.day as day, t.name as label, false as release
            from tags t join repositories r on r.id = t.repository_id
            where r.tenant_id = $1 and t.repository_id = $2 and t.day between $3 and $4
                and not exists (select 1 from releases x
                    where x.repository_id = t.repository_id and x.tag = t.name)
            order by day desc, label desc limit $5";
        let text = match &self.db {
            Db::Sqlite(_) => SQLITE,
            Db::Postgres(_) => POSTGRES,
        };
        let rows: Vec<MarkerRow> = on!(&self.db, |pool| sqlx::query_as(text)
            .bind(tenant.get())
            .bind(repository.get())
            .bind(range.from.date())
            .bind(range.to.date())
            .bind(i64::from(most))
            .fetch_all(pool)
            .await)?;
        let newest_first = rows.into_iter().map(|row| Marker {
            day: Day::new(row.day),
            label: row.label,
            kind: if row.release {
                MarkerKind::Release
            } else {
                MarkerKind::Tag
            },
        });
        Ok(newest_first.rev().collect())
    }
}
