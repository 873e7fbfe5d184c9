//! Tenants.

use chrono::{DateTime, Utc};
use domain::{TenantId, TenantSlug};
use sqlx::FromRow;

use super::{Store, StoreError, Transaction};

#[derive(FromRow)]
struct TenantRow {
    id: i64,
    slug: String,
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

    /// All tenants, by slug.
    pub(crate) async fn unscoped_tenants(&self) -> Result<Vec<(TenantId, TenantSlug)>, StoreError> {
        let rows: Vec<TenantRow> = on!(&self.db, |pool| sqlx::query_as(
            "select id, slug from tenants order by slug"
        )
        .fetch_all(pool)
        .await)?;
        rows.into_iter()
            .map(|row| {
                let slug = row
                    .slug
                    .parse()
                    .map_err(|_| StoreError::UnknownWord("slug"))?;
                Ok((TenantId::new(row.id), slug))
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

    /// Makes a tenant.
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
}
