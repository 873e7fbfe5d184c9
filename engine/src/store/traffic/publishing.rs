//! The last listed days per server, and the longest publishing delay seen.

use chrono::NaiveDate;
use domain::{Day, DayRange, ListedWindow, RepositoryScope, RepositoryStatus, TenantId};
use sqlx::FromRow;

use crate::store::batch::{Batch, batch};
use crate::store::scope::{Scoped, id_list, scoped};
use crate::store::{Store, StoreError};

/// How many repositories of a server, of one visibility, have the same last listed day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ListedBy {
    pub(crate) api_url: String,
    pub(crate) is_public: bool,
    pub(crate) window: ListedWindow,
}

/// A server's longest delay in publishing a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SeenLag {
    pub(crate) api_url: String,
    pub(crate) is_public: bool,
    pub(crate) days: i64,
    pub(crate) seen_on: Day,
}

#[derive(FromRow)]
struct ListedRow {
    api_url: String,
    is_public: bool,
    answered_on: NaiveDate,
    first_day: NaiveDate,
    last_day: NaiveDate,
    repositories: i64,
}

impl ListedRow {
    fn listed(self) -> Option<ListedBy> {
        let listed = DayRange::new(Day::new(self.first_day), Day::new(self.last_day))?;
        Some(ListedBy {
            api_url: self.api_url,
            is_public: self.is_public,
            window: ListedWindow {
                answered_on: Day::new(self.answered_on),
                listed,
                repositories: self.repositories.unsigned_abs(),
            },
        })
    }
}

impl Store {
    /// The last listed days of the collected repositories in scope.
    pub(crate) async fn listed_windows(
        &self,
        tenant: TenantId,
        scope: &RepositoryScope,
    ) -> Result<Vec<ListedBy>, StoreError> {
        const WINDOWS: Scoped = scoped!(
            "select c.api_url, r.visibility = 'public' as is_public,
                a.answered_on, a.first_day, a.last_day, count(*) as repositories
            from repositories r join connections c on c.id = r.connection_id
                join traffic_answers a on a.repository_id = r.id and a.measure = 'views'
            where r.tenant_id = $1 and r.status <> $3
                and a.first_day is not null and r.visibility is not null",
            "group by c.api_url, r.visibility = 'public', a.answered_on, a.first_day, a.last_day"
        );
        let text = WINDOWS.text(&self.db, scope);
        let rows: Vec<ListedRow> = on!(&self.db, |pool| sqlx::query_as(text)
            .bind(tenant.get())
            .bind(id_list(scope))
            .bind(RepositoryStatus::Archived.as_str())
            .fetch_all(pool)
            .await)?;
        Ok(rows.into_iter().filter_map(ListedRow::listed).collect())
    }

    /// The last listed days of all collected repositories of all tenants.
    pub(crate) async fn unscoped_listed_windows(&self) -> Result<Vec<ListedBy>, StoreError> {
        const WINDOWS: &str = "
            select c.api_url, r.visibility = 'public' as is_public,
                a.answered_on, a.first_day, a.last_day, count(*) as repositories
            from repositories r join connections c on c.id = r.connection_id
                join traffic_answers a on a.repository_id = r.id and a.measure = 'views'
            where r.status <> $1 and a.first_day is not null and r.visibility is not null
            group by c.api_url, r.visibility = 'public', a.answered_on, a.first_day, a.last_day";
        let rows: Vec<ListedRow> = on!(&self.db, |pool| sqlx::query_as(WINDOWS)
            .bind(RepositoryStatus::Archived.as_str())
            .fetch_all(pool)
            .await)?;
        Ok(rows.into_iter().filter_map(ListedRow::listed).collect())
    }

    /// Saves servers' delays where they are longer than before.
    pub(crate) async fn unscoped_save_lags(&self, seen: &[SeenLag]) -> Result<(), StoreError> {
        const KEEP: Batch = batch!(
            // A batch's first value is an id, which is 0 here.
            "insert into publishing_lags (longest_days, api_url, visibility, seen_on)
            select $1 + ",
            0 "bigint", 1 "text", 2 "text", 3 "date";
            "on conflict (api_url, visibility) do update set
                longest_days = excluded.longest_days, seen_on = excluded.seen_on
            where excluded.longest_days > publishing_lags.longest_days"
        );
        let rows: Vec<_> = seen
            .iter()
            .map(|lag| {
                let visibility = if lag.is_public { "public" } else { "private" };
                (lag.days, &lag.api_url, visibility, lag.seen_on.date())
            })
            .collect();
        let mut transaction = self.begin().await?;
        transaction.write_batch(KEEP, 0, &rows).await?;
        transaction.commit().await
    }

    /// The longest delay, in days, of the servers of a tenant's connections; 0 without data.
    pub(crate) async fn longest_lag(&self, tenant: TenantId) -> Result<i64, StoreError> {
        const LONGEST: &str = "
            select coalesce(max(p.longest_days), 0)
            from connections c join publishing_lags p on p.api_url = c.api_url
            where c.tenant_id = $1 and c.removed_at is null";
        Ok(on!(&self.db, |pool| sqlx::query_scalar(LONGEST)
            .bind(tenant.get())
            .fetch_one(pool)
            .await)?)
    }
}
