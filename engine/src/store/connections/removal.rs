//! Removing a connection. Its row stays without its secret, because repositories with history refer
//! to it.

use chrono::{DateTime, Utc};
use domain::{ConnectionId, TenantId};

use crate::store::numbers::to_u32;
use crate::store::{StoreError, Transaction};

impl Transaction {
    /// Locks a connection until the transaction ends. Returns its name and server.
    pub(crate) async fn lock_connection(
        &mut self,
        tenant: TenantId,
        id: ConnectionId,
    ) -> Result<Option<(String, String)>, StoreError> {
        // An update locks the row on both databases.
        Ok(within!(*self, |executor| sqlx::query_as(
            "update connections set name = name
            where tenant_id = $1 and id = $2 and removed_at is null
            returning name, api_url"
        )
        .bind(tenant.get())
        .bind(id.get())
        .fetch_optional(executor)
        .await)?)
    }

    /// How many tracked repositories use a connection.
    pub(crate) async fn tracked_over(
        &mut self,
        tenant: TenantId,
        id: ConnectionId,
    ) -> Result<u32, StoreError> {
        let count: i64 = within!(*self, |executor| sqlx::query_scalar(
            "select count(*) from repositories
            where tenant_id = $1 and connection_id = $2 and status <> 'archived'"
        )
        .bind(tenant.get())
        .bind(id.get())
        .fetch_one(executor)
        .await)?;
        Ok(to_u32(count))
    }

    /// Moves all repositories of a connection to another, those with history only included.
    pub(crate) async fn move_repositories(
        &mut self,
        tenant: TenantId,
        from: ConnectionId,
        to: ConnectionId,
    ) -> Result<(), StoreError> {
        within!(*self, |executor| sqlx::query(
            "update repositories set connection_id = $3
            where tenant_id = $1 and connection_id = $2"
        )
        .bind(tenant.get())
        .bind(from.get())
        .bind(to.get())
        .execute(executor)
        .await
        .map(drop))?;
        Ok(())
    }

    /// Removes a connection: erases its secret and frees its name. Entered names never begin with a
    /// space, so the name that the row keeps is never taken.
    pub(crate) async fn remove_connection(
        &mut self,
        tenant: TenantId,
        id: ConnectionId,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        const REMOVE: &str = "
            update connections
            set sealed_token = $3, removed_at = $4, name = $5, scopes = null,
                missing_permission = null, notice = null, refusal = null
            where tenant_id = $1 and id = $2";
        within!(*self, |executor| sqlx::query(REMOVE)
            .bind(tenant.get())
            .bind(id.get())
            .bind(Vec::<u8>::new())
            .bind(now)
            .bind(format!(" {id}"))
            .execute(executor)
            .await
            .map(drop))?;
        Ok(())
    }
}
