//! Connections to GitHub; their tokens and keys arrive sealed.
//!
//! A removed connection is a row without a secret, which these functions skip.

use chrono::{DateTime, Utc};
use domain::report::{Connection, ConnectionKind, RateLimit};
use domain::{ConnectionId, TenantId};
use sqlx::FromRow;

use crate::store::error::Constraint;
use crate::store::numbers::to_u32;
use crate::store::{Store, StoreError, Transaction};

/// A name belongs to one connection of a tenant.
pub(crate) const CONNECTION_NAME_TAKEN: Constraint = Constraint {
    name: "connections_name_unique",
    columns: "connections.tenant_id, connections.name",
};

/// A connection to insert; its secret is sealed after the row has an id.
pub(crate) struct NewConnectionRecord<'a> {
    pub(crate) name: &'a str,
    pub(crate) api_url: &'a str,
    pub(crate) login: &'a str,
    pub(crate) github_user_id: i64,
    pub(crate) token_expires_at: Option<DateTime<Utc>>,
}

/// A sealed token or key.
pub(crate) struct SealedCredential {
    pub(crate) kind: ConnectionKind,
    /// The app and its installation.
    pub(crate) app: Option<(i64, i64)>,
    pub(crate) sealed: Vec<u8>,
}

/// The result of a check.
pub(crate) struct CheckRecord<'a> {
    pub(crate) login: &'a str,
    pub(crate) github_user_id: i64,
    pub(crate) token_expires_at: Option<DateTime<Utc>>,
    pub(crate) scopes: Option<&'a str>,
    /// `None` when nothing is missing, empty when access could not be verified.
    pub(crate) missing_permission: Option<&'a str>,
    /// Further notes, as sentences.
    pub(crate) notice: Option<&'a str>,
    pub(crate) budget: Option<RateLimit>,
}

/// What requests to a connection's server require.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ConnectionSecret {
    pub(crate) api_url: String,
    pub(crate) kind: ConnectionKind,
    pub(crate) app_id: i64,
    pub(crate) installation_id: i64,
    /// The token's user; the installation's account.
    pub(crate) github_user_id: i64,
    pub(crate) sealed: Vec<u8>,
}

#[derive(FromRow)]
struct SecretRow {
    api_url: String,
    kind: String,
    app_id: Option<i64>,
    installation_id: Option<i64>,
    github_user_id: i64,
    sealed_token: Vec<u8>,
}

#[derive(FromRow)]
struct ConnectionRow {
    id: i64,
    name: String,
    kind: String,
    api_url: String,
    login: String,
    token_expires_at: Option<DateTime<Utc>>,
    scopes: Option<String>,
    missing_permission: Option<String>,
    notice: Option<String>,
    refusal: Option<String>,
    checked_at: Option<DateTime<Utc>>,
    limit_total: Option<i64>,
    limit_remaining: Option<i64>,
    limit_resets_at: Option<DateTime<Utc>>,
    repositories: i64,
}

const CONNECTIONS: &str = "
    select c.id, c.name, c.kind, c.api_url, c.login, c.token_expires_at, c.scopes,
        c.missing_permission, c.notice, c.refusal, c.checked_at, c.limit_total, c.limit_remaining,
        c.limit_resets_at,
        (select count(*) from repositories r
            where r.connection_id = c.id and r.status <> 'archived') as repositories
    from connections c
    where c.tenant_id = $1 and c.removed_at is null and ($2 is null or c.id = $2)
    order by c.id";

impl Store {
    /// A tenant's connections, oldest first.
    pub(crate) async fn connections(
        &self,
        tenant: TenantId,
    ) -> Result<Vec<Connection>, StoreError> {
        self.select_connections(tenant, None).await
    }

    /// One connection.
    pub(crate) async fn connection(
        &self,
        tenant: TenantId,
        id: ConnectionId,
    ) -> Result<Option<Connection>, StoreError> {
        Ok(self.select_connections(tenant, Some(id)).await?.pop())
    }

    async fn select_connections(
        &self,
        tenant: TenantId,
        id: Option<ConnectionId>,
    ) -> Result<Vec<Connection>, StoreError> {
        let rows: Vec<ConnectionRow> = on!(&self.db, |pool| sqlx::query_as(CONNECTIONS)
            .bind(tenant.get())
            .bind(id.map(ConnectionId::get))
            .fetch_all(pool)
            .await)?;
        rows.into_iter().map(connection).collect()
    }

    /// The server and the sealed secret of a connection.
    pub(crate) async fn connection_secret(
        &self,
        tenant: TenantId,
        id: ConnectionId,
    ) -> Result<Option<ConnectionSecret>, StoreError> {
        const SECRET: &str = "
            select api_url, kind, app_id, installation_id, github_user_id, sealed_token
            from connections where tenant_id = $1 and id = $2 and removed_at is null";
        let row: Option<SecretRow> = on!(&self.db, |pool| sqlx::query_as(SECRET)
            .bind(tenant.get())
            .bind(id.get())
            .fetch_optional(pool)
            .await)?;
        row.map(|row| {
            Ok(ConnectionSecret {
                api_url: row.api_url,
                kind: kind(&row.kind)?,
                app_id: row.app_id.unwrap_or_default(),
                installation_id: row.installation_id.unwrap_or_default(),
                github_user_id: row.github_user_id,
                sealed: row.sealed_token,
            })
        })
        .transpose()
    }

    /// Records how GitHub last received a connection: its refusal or success, and the remaining
    /// rate limit if reported. Like the checks, this applies only to the secret that was used, not
    /// to one that replaced it meanwhile.
    pub(crate) async fn record_connection_health(
        &self,
        tenant: TenantId,
        id: ConnectionId,
        sealed: &[u8],
        refusal: Option<&str>,
        budget: Option<RateLimit>,
    ) -> Result<(), StoreError> {
        const RECORD: &str = "
            update connections set refusal = $3,
                limit_total = coalesce($4, limit_total),
                limit_remaining = coalesce($5, limit_remaining),
                limit_resets_at = coalesce($6, limit_resets_at)
            where tenant_id = $1 and id = $2 and removed_at is null and sealed_token = $7";
        on!(&self.db, |pool| sqlx::query(RECORD)
            .bind(tenant.get())
            .bind(id.get())
            .bind(refusal)
            .bind(budget.map(|budget| i64::from(budget.total)))
            .bind(budget.map(|budget| i64::from(budget.remaining)))
            .bind(budget.map(|budget| budget.resets_at))
            .bind(sealed)
            .execute(pool)
            .await
            .map(drop))?;
        Ok(())
    }

    /// Records that a check found the connection refused.
    pub(crate) async fn record_refused_check(
        &self,
        tenant: TenantId,
        id: ConnectionId,
        sealed: &[u8],
        refusal: &str,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        on!(&self.db, |pool| sqlx::query(
            "update connections set refusal = $3, checked_at = $4
            where tenant_id = $1 and id = $2 and removed_at is null and sealed_token = $5"
        )
        .bind(tenant.get())
        .bind(id.get())
        .bind(refusal)
        .bind(now)
        .bind(sealed)
        .execute(pool)
        .await
        .map(drop))?;
        Ok(())
    }
}

impl Transaction {
    /// Creates a connection without a secret.
    pub(crate) async fn insert_connection(
        &mut self,
        tenant: TenantId,
        connection: &NewConnectionRecord<'_>,
        now: DateTime<Utc>,
    ) -> Result<ConnectionId, StoreError> {
        const INSERT: &str = "
            insert into connections (tenant_id, name, api_url, sealed_token, login,
                github_user_id, token_expires_at, created_at)
            values ($1, $2, $3, $4, $5, $6, $7, $8)
            returning id";
        let id: i64 = within!(*self, |executor| sqlx::query_scalar(INSERT)
            .bind(tenant.get())
            .bind(connection.name)
            .bind(connection.api_url)
            .bind(Vec::<u8>::new())
            .bind(connection.login)
            .bind(connection.github_user_id)
            .bind(connection.token_expires_at)
            .bind(now)
            .fetch_one(executor)
            .await)?;
        Ok(ConnectionId::new(id))
    }

    /// Stores a connection's sealed token or key; false when the connection does not exist.
    pub(crate) async fn set_credential(
        &mut self,
        tenant: TenantId,
        id: ConnectionId,
        credential: &SealedCredential,
    ) -> Result<bool, StoreError> {
        const SET: &str = "
            update connections
            set kind = $3, app_id = $4, installation_id = $5, sealed_token = $6
            where tenant_id = $1 and id = $2 and removed_at is null";
        Ok(within!(*self, |executor| sqlx::query(SET)
            .bind(tenant.get())
            .bind(id.get())
            .bind(kind_word(credential.kind))
            .bind(credential.app.map(|(app, _)| app))
            .bind(credential.app.map(|(_, installation)| installation))
            .bind(credential.sealed.as_slice())
            .execute(executor)
            .await
            .map(|done| done.rows_affected() == 1))?)
    }

    /// Stores the result of a successful check.
    pub(crate) async fn record_check(
        &mut self,
        tenant: TenantId,
        id: ConnectionId,
        sealed: &[u8],
        check: &CheckRecord<'_>,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        const RECORD: &str = "
            update connections set login = $3, github_user_id = $4, token_expires_at = $5,
                scopes = $6, missing_permission = $7, refusal = null, checked_at = $8,
                limit_total = coalesce($9, limit_total),
                limit_remaining = coalesce($10, limit_remaining),
                limit_resets_at = coalesce($11, limit_resets_at), notice = $13
            where tenant_id = $1 and id = $2 and removed_at is null and sealed_token = $12";
        within!(*self, |executor| sqlx::query(RECORD)
            .bind(tenant.get())
            .bind(id.get())
            .bind(check.login)
            .bind(check.github_user_id)
            .bind(check.token_expires_at)
            .bind(check.scopes)
            .bind(check.missing_permission)
            .bind(now)
            .bind(check.budget.map(|budget| i64::from(budget.total)))
            .bind(check.budget.map(|budget| i64::from(budget.remaining)))
            .bind(check.budget.map(|budget| budget.resets_at))
            .bind(sealed)
            .bind(check.notice)
            .execute(executor)
            .await
            .map(drop))?;
        Ok(())
    }

    /// Renames a connection; false when it does not exist.
    pub(crate) async fn rename_connection(
        &mut self,
        tenant: TenantId,
        id: ConnectionId,
        name: &str,
    ) -> Result<bool, StoreError> {
        Ok(within!(*self, |executor| sqlx::query(
            "update connections set name = $3
            where tenant_id = $1 and id = $2 and removed_at is null"
        )
        .bind(tenant.get())
        .bind(id.get())
        .bind(name)
        .execute(executor)
        .await
        .map(|done| done.rows_affected() == 1))?)
    }
}

fn connection(row: ConnectionRow) -> Result<Connection, StoreError> {
    let count = |number: i64| to_u32(number);
    let budget = (|| {
        Some(RateLimit {
            total: count(row.limit_total?),
            remaining: count(row.limit_remaining?),
            resets_at: row.limit_resets_at?,
        })
    })();
    let missing = row.missing_permission;
    Ok(Connection {
        id: ConnectionId::new(row.id),
        name: row.name,
        kind: kind(&row.kind)?,
        api_url: row.api_url,
        login: row.login,
        token_expires_at: row.token_expires_at,
        scopes: row.scopes,
        untried: row.checked_at.is_none() || missing.as_deref() == Some(""),
        missing_permission: missing.filter(|name| !name.is_empty()),
        notice: row.notice,
        refusal: row.refusal,
        checked_at: row.checked_at,
        budget,
        repositories: count(row.repositories),
    })
}

fn kind(word: &str) -> Result<ConnectionKind, StoreError> {
    [ConnectionKind::Token, ConnectionKind::App]
        .into_iter()
        .find(|kind| kind_word(*kind) == word)
        .ok_or(StoreError::UnknownWord("kind of connection"))
}

const fn kind_word(kind: ConnectionKind) -> &'static str {
    match kind {
        ConnectionKind::Token => "token",
        ConnectionKind::App => "app",
    }
}
