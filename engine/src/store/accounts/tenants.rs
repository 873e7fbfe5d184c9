//! Tenants.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use domain::report::TenantSummary;
use domain::{TenantId, TenantSlug};
use sqlx::FromRow;

use crate::store::error::Constraint;
use crate::store::numbers::to_u32;
use crate::store::{Store, StoreError, Transaction};

/// A slug belongs to one tenant.
pub(crate) const SLUG_TAKEN: Constraint = Constraint {
    name: "tenants_slug_unique",
    columns: "tenants.slug",
};

/// A tenant whose row is locked until the transaction ends.
#[derive(FromRow)]
pub(crate) struct LockedTenant {
    pub(crate) name: String,
    pub(crate) suspended_at: Option<DateTime<Utc>>,
}

#[derive(FromRow)]
struct SummaryRow {
    id: i64,
    slug: String,
    name: String,
    created_at: DateTime<Utc>,
    suspended_at: Option<DateTime<Utc>>,
    members: i64,
    repositories: i64,
    last_run_at: Option<DateTime<Utc>>,
}

impl Store {
    /// The tenant with this slug.
    pub(crate) async fn unscoped_tenant(&self, slug: &str) -> Result<Option<TenantId>, StoreError> {
        let id: Option<i64> = on!(&self.db, |pool| sqlx::query_scalar(
            "select id from tenants where slug = $1"
        )
        .bind(slug)
        .fetch_optional(pool)
        .await)?;
        Ok(id.map(TenantId::new))
    }

    /// Whether the tenant is suspended; `None` when it does not exist.
    pub(crate) async fn is_suspended(&self, tenant: TenantId) -> Result<Option<bool>, StoreError> {
        let since: Option<Option<DateTime<Utc>>> = on!(&self.db, |pool| sqlx::query_scalar(
            "select suspended_at from tenants where id = $1"
        )
        .bind(tenant.get())
        .fetch_optional(pool)
        .await)?;
        Ok(since.map(|since| since.is_some()))
    }

    /// All tenants, by name.
    pub(crate) async fn unscoped_tenants(&self) -> Result<Vec<TenantSummary>, StoreError> {
        const TENANTS: &str = "
            select t.id, t.slug, t.name, t.created_at, t.suspended_at,
                (select count(*) from memberships m where m.tenant_id = t.id) as members,
                (select count(*) from repositories r
                    where r.tenant_id = t.id and r.status <> 'archived') as repositories,
                (select r.started_at from runs r
                    where r.tenant_id = t.id order by r.id desc limit 1) as last_run_at
            from tenants t
            order by lower(t.name), t.id";
        const OWNERS: &str = "
            select m.tenant_id, u.name from memberships m join users u on u.id = m.user_id
            where m.role = 'owner' order by lower(u.name), u.id";
        let rows: Vec<SummaryRow> = on!(&self.db, |pool| sqlx::query_as(TENANTS)
            .fetch_all(pool)
            .await)?;
        let names: Vec<(i64, String)> = on!(&self.db, |pool| sqlx::query_as(OWNERS)
            .fetch_all(pool)
            .await)?;
        let mut owners: HashMap<i64, Vec<String>> = HashMap::new();
        for (tenant, name) in names {
            owners.entry(tenant).or_default().push(name);
        }
        rows.into_iter()
            .map(|row| {
                Ok(TenantSummary {
                    id: TenantId::new(row.id),
                    slug: row
                        .slug
                        .parse()
                        .map_err(|_| StoreError::UnknownWord("slug"))?,
                    name: row.name,
                    created_at: row.created_at,
                    suspended_at: row.suspended_at,
                    owners: owners.remove(&row.id).unwrap_or_default(),
                    members: to_u32(row.members),
                    repositories: to_u32(row.repositories),
                    last_run_at: row.last_run_at,
                })
            })
            .collect()
    }
}

impl Transaction {
    /// The tenant with this slug.
    pub(crate) async fn find_tenant(
        &mut self,
        slug: &TenantSlug,
    ) -> Result<Option<TenantId>, StoreError> {
        let id: Option<i64> = within!(*self, |connection| sqlx::query_scalar(
            "select id from tenants where slug = $1"
        )
        .bind(slug.as_str())
        .fetch_optional(connection)
        .await)?;
        Ok(id.map(TenantId::new))
    }

    /// Creates a tenant.
    pub(crate) async fn insert_tenant(
        &mut self,
        slug: &TenantSlug,
        name: &str,
        now: DateTime<Utc>,
    ) -> Result<TenantId, StoreError> {
        let id: i64 = within!(*self, |connection| sqlx::query_scalar(
            "insert into tenants (slug, name, created_at) values ($1, $2, $3) returning id"
        )
        .bind(slug.as_str())
        .bind(name)
        .bind(now)
        .fetch_one(connection)
        .await)?;
        Ok(TenantId::new(id))
    }

    /// Locks a tenant's row until the transaction ends, so that decisions about its members and
    /// runs stay true; `None` when it does not exist.
    ///
    /// On SQLite, the transaction is the only writer.
    pub(crate) async fn lock_tenant(
        &mut self,
        tenant: TenantId,
    ) -> Result<Option<LockedTenant>, StoreError> {
        const SQLITE: &str = "select name, suspended_at from tenants where id = $1";
        const POSTGRES: &str = "select name, suspended_at from tenants where id = $1 for update";
        Ok(match self {
            Self::Sqlite(transaction) => {
                sqlx::query_as(SQLITE)
                    .bind(tenant.get())
                    .fetch_optional(&mut **transaction)
                    .await?
            }
            Self::Postgres(transaction) => {
                sqlx::query_as(POSTGRES)
                    .bind(tenant.get())
                    .fetch_optional(&mut **transaction)
                    .await?
            }
        })
    }

    /// Changes a tenant's display name.
    pub(crate) async fn rename_tenant(
        &mut self,
        tenant: TenantId,
        name: &str,
    ) -> Result<(), StoreError> {
        within!(*self, |connection| sqlx::query(
            "update tenants set name = $2 where id = $1"
        )
        .bind(tenant.get())
        .bind(name)
        .execute(connection)
        .await
        .map(drop))?;
        Ok(())
    }

    /// Suspends a tenant since a time, or resumes it.
    pub(crate) async fn set_suspended(
        &mut self,
        tenant: TenantId,
        since: Option<DateTime<Utc>>,
    ) -> Result<(), StoreError> {
        within!(*self, |connection| sqlx::query(
            "update tenants set suspended_at = $2 where id = $1"
        )
        .bind(tenant.get())
        .bind(since)
        .execute(connection)
        .await
        .map(drop))?;
        Ok(())
    }

    /// Whether a run of the tenant is active.
    pub(crate) async fn is_collected_now(&mut self, tenant: TenantId) -> Result<bool, StoreError> {
        let run: Option<i64> = within!(*self, |connection| sqlx::query_scalar(
            "select id from runs where tenant_id = $1 and status = 'running' limit 1"
        )
        .bind(tenant.get())
        .fetch_optional(connection)
        .await)?;
        Ok(run.is_some())
    }

    /// Deletes a tenant with all its data, except the strings of its referrers and paths, which
    /// tenants share.
    pub(crate) async fn delete_tenant(&mut self, tenant: TenantId) -> Result<(), StoreError> {
        within!(*self, |connection| sqlx::query(
            "delete from tenants where id = $1"
        )
        .bind(tenant.get())
        .execute(connection)
        .await
        .map(drop))?;
        Ok(())
    }
}
