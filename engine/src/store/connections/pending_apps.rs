//! GitHub Apps that are being created or wait for their installation; their keys arrive sealed.

use chrono::{DateTime, Utc};
use domain::report::PendingApp;
use domain::{PendingAppId, TenantId, UserId};
use sqlx::FromRow;

use crate::store::{Store, StoreError, Transaction};

/// The state that GitHub must return, and its owner, as hashes.
pub(crate) struct StateRecord<'a> {
    pub(crate) user: UserId,
    pub(crate) session_hash: &'a [u8],
    pub(crate) state_hash: &'a [u8],
    pub(crate) expires_at: DateTime<Utc>,
}

/// A pending app to insert.
pub(crate) struct NewPendingApp<'a> {
    pub(crate) name: &'a str,
    pub(crate) api_url: &'a str,
    pub(crate) organization: Option<&'a str>,
    pub(crate) state: &'a StateRecord<'a>,
    pub(crate) expires_at: DateTime<Utc>,
}

/// A created app with its sealed key.
pub(crate) struct CreatedAppRecord<'a> {
    pub(crate) app_id: i64,
    pub(crate) slug: &'a str,
    pub(crate) sealed_key: &'a [u8],
    pub(crate) state: &'a StateRecord<'a>,
    pub(crate) expires_at: DateTime<Utc>,
}

/// What continuing with a pending app requires.
#[derive(FromRow)]
pub(crate) struct PendingAppRecord {
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) api_url: String,
    /// With its slug and sealed key, after GitHub created the app.
    pub(crate) app_id: Option<i64>,
    pub(crate) slug: Option<String>,
    pub(crate) sealed_key: Option<Vec<u8>>,
}

#[derive(FromRow)]
struct PendingRow {
    id: i64,
    name: String,
    api_url: String,
    organization: Option<String>,
    slug: String,
    requested: bool,
    expires_at: DateTime<Utc>,
}

#[derive(FromRow)]
struct SealedRow {
    id: i64,
    sealed_key: Vec<u8>,
}

impl Store {
    /// A tenant's apps that wait for their installation, oldest first.
    pub(crate) async fn pending_apps(
        &self,
        tenant: TenantId,
        now: DateTime<Utc>,
    ) -> Result<Vec<PendingApp>, StoreError> {
        const PENDING: &str = "
            select id, name, api_url, organization, slug, requested, expires_at
            from pending_apps
            where tenant_id = $1 and slug is not null and expires_at > $2 order by id";
        let rows: Vec<PendingRow> = on!(&self.db, |pool| sqlx::query_as(PENDING)
            .bind(tenant.get())
            .bind(now)
            .fetch_all(pool)
            .await)?;
        let pending = rows.into_iter().map(|row| PendingApp {
            id: PendingAppId::new(row.id),
            name: row.name,
            api_url: row.api_url,
            organization: row.organization,
            slug: row.slug,
            requested: row.requested,
            expires_at: row.expires_at,
        });
        Ok(pending.collect())
    }

    /// One of them.
    pub(crate) async fn pending_app(
        &self,
        tenant: TenantId,
        id: PendingAppId,
        now: DateTime<Utc>,
    ) -> Result<Option<PendingAppRecord>, StoreError> {
        const PENDING: &str = "
            select id, name, api_url, app_id, slug, sealed_key from pending_apps
            where tenant_id = $1 and id = $2 and slug is not null and expires_at > $3";
        Ok(on!(&self.db, |pool| sqlx::query_as(PENDING)
            .bind(tenant.get())
            .bind(id.get())
            .bind(now)
            .fetch_optional(pool)
            .await)?)
    }

    /// The app that this state was issued for, to this person in this session. The state is used
    /// up: of two requests with it, one succeeds.
    pub(crate) async fn take_app_state(
        &self,
        tenant: TenantId,
        user: UserId,
        session_hash: &[u8],
        state_hash: &[u8],
        now: DateTime<Utc>,
    ) -> Result<Option<PendingAppRecord>, StoreError> {
        const TAKE: &str = "
            update pending_apps set state_hash = null, session_hash = null
            where tenant_id = $1 and user_id = $2 and session_hash = $3 and state_hash = $4
                and state_expires_at > $5 and expires_at > $5
            returning id, name, api_url, app_id, slug, sealed_key";
        Ok(on!(&self.db, |pool| sqlx::query_as(TAKE)
            .bind(tenant.get())
            .bind(user.get())
            .bind(session_hash)
            .bind(state_hash)
            .bind(now)
            .fetch_optional(pool)
            .await)?)
    }

    /// Issues a new state for a pending app.
    pub(crate) async fn set_app_state(
        &self,
        tenant: TenantId,
        id: PendingAppId,
        state: &StateRecord<'_>,
    ) -> Result<(), StoreError> {
        const SET: &str = "
            update pending_apps
            set user_id = $3, session_hash = $4, state_hash = $5, state_expires_at = $6
            where tenant_id = $1 and id = $2";
        on!(&self.db, |pool| sqlx::query(SET)
            .bind(tenant.get())
            .bind(id.get())
            .bind(state.user.get())
            .bind(state.session_hash)
            .bind(state.state_hash)
            .bind(state.expires_at)
            .execute(pool)
            .await
            .map(drop))?;
        Ok(())
    }

    /// Records that the installation was requested and awaits approval.
    pub(crate) async fn set_app_requested(
        &self,
        tenant: TenantId,
        id: PendingAppId,
    ) -> Result<(), StoreError> {
        on!(&self.db, |pool| sqlx::query(
            "update pending_apps set requested = (1 = 1) where tenant_id = $1 and id = $2"
        )
        .bind(tenant.get())
        .bind(id.get())
        .execute(pool)
        .await
        .map(drop))?;
        Ok(())
    }

    /// Deletes expired apps with their keys.
    pub(crate) async fn unscoped_delete_expired_apps(
        &self,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        on!(&self.db, |pool| sqlx::query(
            "delete from pending_apps where expires_at <= $1"
        )
        .bind(now)
        .execute(pool)
        .await
        .map(drop))?;
        Ok(())
    }
}

impl Transaction {
    /// Adds an app that is being created. Returns how many pending apps the tenant has. Of a
    /// person's unfinished ones, the two before it stay, because they may be open in other tabs.
    pub(crate) async fn insert_pending_app(
        &mut self,
        tenant: TenantId,
        app: &NewPendingApp<'_>,
        now: DateTime<Utc>,
    ) -> Result<i64, StoreError> {
        const CLEAR: &str = "
            delete from pending_apps
            where tenant_id = $1 and (expires_at <= $3
                or (user_id = $2 and slug is null and id not in (
                    select id from pending_apps
                    where tenant_id = $1 and user_id = $2 and slug is null
                    order by id desc limit 2)))";
        const INSERT: &str = "
            insert into pending_apps (tenant_id, user_id, name, api_url, organization,
                state_hash, session_hash, state_expires_at, created_at, expires_at)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
        within!(*self, |executor| sqlx::query(CLEAR)
            .bind(tenant.get())
            .bind(app.state.user.get())
            .bind(now)
            .execute(executor)
            .await
            .map(drop))?;
        within!(*self, |executor| sqlx::query(INSERT)
            .bind(tenant.get())
            .bind(app.state.user.get())
            .bind(app.name)
            .bind(app.api_url)
            .bind(app.organization)
            .bind(app.state.state_hash)
            .bind(app.state.session_hash)
            .bind(app.state.expires_at)
            .bind(now)
            .bind(app.expires_at)
            .execute(executor)
            .await
            .map(drop))?;
        Ok(within!(*self, |executor| sqlx::query_scalar(
            "select count(*) from pending_apps where tenant_id = $1"
        )
        .bind(tenant.get())
        .fetch_one(executor)
        .await)?)
    }

    /// Stores what GitHub returned about a created app; false when it is no longer pending.
    pub(crate) async fn set_created_app(
        &mut self,
        tenant: TenantId,
        id: PendingAppId,
        app: &CreatedAppRecord<'_>,
    ) -> Result<bool, StoreError> {
        const SET: &str = "
            update pending_apps
            set app_id = $3, slug = $4, sealed_key = $5, user_id = $6, session_hash = $7,
                state_hash = $8, state_expires_at = $9, expires_at = $10
            where tenant_id = $1 and id = $2 and slug is null";
        Ok(within!(*self, |executor| sqlx::query(SET)
            .bind(tenant.get())
            .bind(id.get())
            .bind(app.app_id)
            .bind(app.slug)
            .bind(app.sealed_key)
            .bind(app.state.user.get())
            .bind(app.state.session_hash)
            .bind(app.state.state_hash)
            .bind(app.state.expires_at)
            .bind(app.expires_at)
            .execute(executor)
            .await
            .map(|done| done.rows_affected() == 1))?)
    }

    /// Deletes a pending app with its key. Returns its name, if it existed.
    pub(crate) async fn delete_pending_app(
        &mut self,
        tenant: TenantId,
        id: PendingAppId,
    ) -> Result<Option<String>, StoreError> {
        Ok(within!(*self, |executor| sqlx::query_scalar(
            "delete from pending_apps where tenant_id = $1 and id = $2 and slug is not null
            returning name"
        )
        .bind(tenant.get())
        .bind(id.get())
        .fetch_optional(executor)
        .await)?)
    }

    /// All sealed keys of pending apps.
    pub(crate) async fn unscoped_sealed_app_keys(
        &mut self,
    ) -> Result<Vec<(PendingAppId, Vec<u8>)>, StoreError> {
        let rows: Vec<SealedRow> = within!(*self, |executor| sqlx::query_as(
            "select id, sealed_key from pending_apps where sealed_key is not null order by id"
        )
        .fetch_all(executor)
        .await)?;
        let sealed = rows.into_iter();
        Ok(sealed
            .map(|row| (PendingAppId::new(row.id), row.sealed_key))
            .collect())
    }

    /// Replaces the sealed key of a pending app.
    pub(crate) async fn unscoped_reseal_app_key(
        &mut self,
        id: PendingAppId,
        sealed: &[u8],
    ) -> Result<(), StoreError> {
        within!(*self, |executor| sqlx::query(
            "update pending_apps set sealed_key = $2 where id = $1"
        )
        .bind(id.get())
        .bind(sealed)
        .execute(executor)
        .await
        .map(drop))?;
        Ok(())
    }

    /// Deletes a pending app with an unreadable key.
    pub(crate) async fn unscoped_delete_pending_app(
        &mut self,
        id: PendingAppId,
    ) -> Result<(), StoreError> {
        within!(*self, |executor| sqlx::query(
            "delete from pending_apps where id = $1"
        )
        .bind(id.get())
        .execute(executor)
        .await
        .map(drop))?;
        Ok(())
    }
}
