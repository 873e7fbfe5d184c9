//! Builds the sums of traffic from the days: once for databases from before there were any, and on
//! request; and compares the two.

use domain::{Day, DayTraffic, RepositoryId, TenantId};
use sqlx::FromRow;

use super::aggregates::{Totals, running_totals};
use crate::store::sql_day::SqlDay;
use crate::store::{Db, Store, StoreError, Transaction};

#[derive(FromRow)]
struct StoredWeek {
    week: SqlDay,
    #[sqlx(flatten)]
    totals: Totals,
    days: Vec<u8>,
}

#[derive(FromRow)]
struct SummaryRow {
    first_day: Option<SqlDay>,
    last_day: Option<SqlDay>,
    newest_whole_day: Option<SqlDay>,
    #[sqlx(flatten)]
    totals: Totals,
}

/// The days of a tenant whose sums differ from its repositories'.
const DIFFERENT_DAYS: &str = "
    select count(*) from (
        select day, sum(views) as views, sum(view_uniques) as view_uniques, sum(clones) as clones,
            sum(clone_uniques) as clone_uniques, sum(views_known) as views_known,
            sum(clones_known) as clones_known
        from (
            select day, views, view_uniques, clones, clone_uniques, views_known, clones_known
            from tenant_days where tenant_id = $1
            union all
            select d.day, -coalesce(d.views, 0), -coalesce(d.view_uniques, 0),
                -coalesce(d.clones, 0), -coalesce(d.clone_uniques, 0),
                case when d.views is null then 0 else -1 end,
                case when d.clones is null then 0 else -1 end
            from repositories r join traffic_days d on d.repository_id = r.id
            where r.tenant_id = $1
        ) as both_sums
        group by day
    ) as differences
    where views <> 0 or view_uniques <> 0 or clones <> 0 or clone_uniques <> 0
        or views_known <> 0 or clones_known <> 0";

impl Store {
    /// The repositories whose days are not summed yet, because the database is older than the sums or
    /// than the days of the weeks.
    pub(in crate::store) async fn unscoped_unsummed_repositories(
        &self,
    ) -> Result<Vec<(TenantId, RepositoryId)>, StoreError> {
        const UNSUMMED: &str = "
            select r.tenant_id, r.id from repositories r
                left join repository_summaries s on s.repository_id = r.id
            where s.repository_id is null or s.first_day is not null
                and not exists (select 1 from running_totals k where k.repository_id = r.id)
            order by r.id";
        self.tenants_and_repositories(UNSUMMED).await
    }

    /// All repositories, with their tenants.
    pub(crate) async fn unscoped_all_repositories(
        &self,
    ) -> Result<Vec<(TenantId, RepositoryId)>, StoreError> {
        self.tenants_and_repositories("select tenant_id, id from repositories order by id")
            .await
    }

    async fn tenants_and_repositories(
        &self,
        text: &'static str,
    ) -> Result<Vec<(TenantId, RepositoryId)>, StoreError> {
        let rows: Vec<(i64, i64)> =
            on!(&self.db, |pool| sqlx::query_as(text).fetch_all(pool).await)?;
        let ids = |(tenant, id)| (TenantId::new(tenant), RepositoryId::new(id));
        Ok(rows.into_iter().map(ids).collect())
    }

    /// Sums the days of a repository for the first time, or its weeks once more; does nothing if
    /// another process did it first. On SQLite, the days move from the old table on the way.
    pub(in crate::store) async fn sum_repository(
        &self,
        tenant: TenantId,
        repository: RepositoryId,
    ) -> Result<(), StoreError> {
        const INSERT: &str = "
            insert into repository_summaries (repository_id) values ($1)
            on conflict (repository_id) do nothing";
        const HAS_WEEKS: &str = "
            select exists (select 1 from running_totals where repository_id = $1)";
        const MOVE: &str = "
            insert into traffic_days
                (repository_id, day, views, view_uniques, clones, clone_uniques)
            select repository_id, unixepoch(day) / 86400, views, view_uniques, clones, clone_uniques
            from traffic_days_text where repository_id = $1 order by day";
        const DELETE: &str = "delete from traffic_days_text where repository_id = $1";
        let mut transaction = self.begin().await?;
        if !transaction.lock_repository(tenant, repository).await? {
            return Ok(());
        }
        let is_first = within!(transaction, |connection| sqlx::query(INSERT)
            .bind(repository.get())
            .execute(connection)
            .await
            .map(|done| done.rows_affected() == 1))?;
        if !is_first {
            let has_weeks: bool = within!(transaction, |connection| sqlx::query_scalar(HAS_WEEKS)
                .bind(repository.get())
                .fetch_one(connection)
                .await)?;
            if !has_weeks {
                transaction.rebuild_summary(repository).await?;
            }
            return transaction.commit().await;
        }
        if let Transaction::Sqlite(sqlite) = &mut transaction {
            for text in [MOVE, DELETE] {
                sqlx::query(text)
                    .bind(repository.get())
                    .execute(&mut **sqlite)
                    .await?;
            }
        }
        transaction.rebuild_aggregates(tenant, repository).await?;
        transaction.commit().await
    }

    /// Whether a SQLite database still has the table that the days move out of.
    pub(in crate::store) async fn has_old_days(&self) -> Result<bool, StoreError> {
        const OLD: &str = "select exists (select 1 from sqlite_schema
            where type = 'table' and name = 'traffic_days_text')";
        let Db::Sqlite(pool) = &self.db else {
            return Ok(false);
        };
        Ok(sqlx::query_scalar(OLD).fetch_one(pool).await?)
    }

    /// Drops the table that the days were moved out of.
    pub(in crate::store) async fn drop_old_days(&self) -> Result<(), StoreError> {
        let mut transaction = self.begin().await?;
        within!(transaction, |connection| sqlx::query(
            "drop table if exists traffic_days_text"
        )
        .execute(connection)
        .await
        .map(drop))?;
        transaction.commit().await
    }

    /// Builds all sums of a repository again. Returns false if it no longer exists.
    pub(crate) async fn rebuild_repository(
        &self,
        tenant: TenantId,
        repository: RepositoryId,
    ) -> Result<bool, StoreError> {
        let mut transaction = self.begin().await?;
        if !transaction.lock_repository(tenant, repository).await? {
            return Ok(false);
        }
        transaction.insert_summaries(&[repository]).await?;
        transaction.rebuild_summary(repository).await?;
        transaction.commit().await?;
        Ok(true)
    }

    /// Builds the daily sums of a tenant again. On PostgreSQL, its collections wait meanwhile.
    pub(crate) async fn rebuild_tenant_days(&self, tenant: TenantId) -> Result<(), StoreError> {
        const LOCK: &str = "
            select id from repositories where tenant_id = $1 order by id for no key update";
        const DELETE: &str = "delete from tenant_days where tenant_id = $1";
        const INSERT: &str = "
            insert into tenant_days (tenant_id, day, views, view_uniques, clones, clone_uniques,
                views_known, clones_known)
            select $1, d.day, coalesce(sum(d.views), 0), coalesce(sum(d.view_uniques), 0),
                coalesce(sum(d.clones), 0), coalesce(sum(d.clone_uniques), 0),
                count(d.views), count(d.clones)
            from repositories r join traffic_days d on d.repository_id = r.id
            where r.tenant_id = $1 group by d.day";
        let mut transaction = self.begin().await?;
        // Everything that writes traffic locks its repository first.
        if let Transaction::Postgres(postgres) = &mut transaction {
            sqlx::query(LOCK)
                .bind(tenant.get())
                .execute(&mut **postgres)
                .await?;
        }
        for text in [DELETE, INSERT] {
            within!(transaction, |connection| sqlx::query(text)
                .bind(tenant.get())
                .execute(connection)
                .await
                .map(drop))?;
        }
        transaction.commit().await
    }

    /// Whether all sums of a repository equal a plain scan of its days.
    pub(crate) async fn repository_sums_are_right(
        &self,
        tenant: TenantId,
        repository: RepositoryId,
    ) -> Result<bool, StoreError> {
        let mut transaction = self.begin().await?;
        if !transaction.lock_repository(tenant, repository).await? {
            return Ok(true);
        }
        transaction.sums_are_right(repository).await
    }

    /// On how many days the sums of a tenant differ from a plain scan of its repositories.
    pub(crate) async fn different_tenant_days(&self, tenant: TenantId) -> Result<i64, StoreError> {
        Ok(on!(&self.db, |pool| sqlx::query_scalar(DIFFERENT_DAYS)
            .bind(tenant.get())
            .fetch_one(pool)
            .await)?)
    }
}

impl Transaction {
    /// Builds all sums of a repository again, whose days its tenant's sums do not contain.
    pub(in crate::store) async fn rebuild_aggregates(
        &mut self,
        tenant: TenantId,
        repository: RepositoryId,
    ) -> Result<(), StoreError> {
        self.rebuild_summary(repository).await?;
        self.add_to_tenant(tenant, repository).await
    }

    async fn rebuild_summary(&mut self, repository: RepositoryId) -> Result<(), StoreError> {
        self.update_running_totals(repository, None).await?;
        self.update_covered_until(repository).await?;
        self.update_stars(repository).await
    }

    async fn sums_are_right(&mut self, repository: RepositoryId) -> Result<bool, StoreError> {
        const WEEKS: &str = "
            select week, views, view_uniques, clones, clone_uniques, views_known, clones_known,
                days_known, days
            from running_totals where repository_id = $1 order by week";
        const SUMMARY: &str = "
            select first_day, last_day, newest_whole_day, views, view_uniques, clones, clone_uniques, views_known,
                clones_known, days_known
            from repository_summaries where repository_id = $1";
        let days = self.days_since(repository, None).await?;
        let (weeks, totals) = running_totals(None, &days);
        let stored: Vec<StoredWeek> = within!(*self, |connection| sqlx::query_as(WEEKS)
            .bind(repository.get())
            .fetch_all(connection)
            .await)?;
        let stored = (stored.into_iter()).map(|row| (row.week.0, row.totals, row.days));
        let weeks = (weeks.iter()).map(|week| (week.monday, week.before, week.days.bytes()));
        let are_weeks_right = stored.eq(weeks);
        let summary: Option<SummaryRow> = within!(*self, |connection| sqlx::query_as(SUMMARY)
            .bind(repository.get())
            .fetch_optional(connection)
            .await)?;
        let is_usual_right = self.usual_days_are_right(repository, &days).await?;
        let is_whole = |it: &&(Day, DayTraffic)| it.1.views.is_some() && it.1.clones.is_some();
        let newest_whole_day = days.iter().rfind(is_whole).map(|(day, _)| *day);
        Ok(is_usual_right
            && are_weeks_right
            && summary.is_some_and(|summary| {
                summary.totals == totals
                    && summary.first_day.map(Day::from) == days.first().map(|(day, _)| *day)
                    && summary.newest_whole_day.map(Day::from) == newest_whole_day
                    && summary.last_day.map(Day::from) == days.last().map(|(day, _)| *day)
            }))
    }
}
