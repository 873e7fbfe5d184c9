//! Connections to GitHub; their tokens are sealed before they come here.

use chrono::{DateTime, Utc};
use domain::report::{Connection, ConnectionKind};
use domain::{ConnectionId, TenantId};
use sqlx::FromRow;

use super::error::Constraint;
use super::{Store, StoreError, Transaction};

/// One connection of a name in a tenant.
pub(crate) const CONNECTION_NAME_TAKEN: Constraint = Constraint {
    name: "connections_name_unique",
    columns: "connections.tenant_id, connections.name",
};

/// A row to be; its token is sealed once the row's id is known.
pub(crate) struct NewConnectionRecord<'a> {
    pub(crate) name: &'a str,
    pub(crate) api_url: &'a str,
    pub(crate) login: &'a str,
    pub(crate) github_user_id: i64,
    pub(crate) token_expires_at: Option<DateTime<Utc>>,
}

/// What it takes to ask a connection's server.
#[derive(FromRow)]
pub(crate) struct ConnectionSecret {
    pub(crate) api_url: String,
    pub(crate) sealed_token: Vec<u8>,
}

#[derive(FromRow)]
struct ConnectionRow {
    id: i64,
    name: String,
    api_url: String,
    login: String,
    token_expires_at: Option<DateTime<Utc>>,
}

impl Store {
    /// A tenant's connections, oldest first.
    pub(crate) async fn connections(
        &self,
        tenant: TenantId,
    ) -> Result<Vec<Connection>, StoreError> {
        const CONNECTIONS: &str = "
            select id, name, api_url, login, token_expires_at
            from connections where tenant_id = $1 order by id";
        let rows: Vec<ConnectionRow> = on!(&self.db, |pool| sqlx::query_as(CONNECTIONS)
            .bind(tenant.get())
            .fetch_all(pool)
            .await)?;
        Ok(rows
            .into_iter()
            .map(|row| Connection {
                id: ConnectionId::new(row.id),
                name: row.name,
                api_url: row.api_url,
                login: row.login,
                token_expires_at: row.token_expires_at,
                kind: ConnectionKind::Token,
                scopes: None,
                missing_permission: None,
                untried: true,
                refusal: None,
                checked_at: None,
                budget: None,
                repositories: 0,
            })
            .collect())
    }

    /// The server and the sealed token of a connection.
    pub(crate) async fn connection_secret(
        &self,
        tenant: TenantId,
        id: ConnectionId,
    ) -> Result<Option<ConnectionSecret>, StoreError> {
        Ok(on!(&self.db, |pool| sqlx::query_as(
            "select api_url, sealed_token from connections where tenant_id = $1 and id = $2"
        )
        .bind(tenant.get())
        .bind(id.get())
        .fetch_optional(pool)
        .await)?)
    }
}

impl Transaction {
    /// Makes a connection that has no token yet.
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

    /// Gives a connection its sealed token.
    pub(crate) async fn set_sealed_token(
        &mut self,
        tenant: TenantId,
        id: ConnectionId,
        sealed_token: &[u8],
    ) -> Result<(), StoreError> {
        within!(*self, |executor| sqlx::query(
            "update connections set sealed_token = $3 where tenant_id = $1 and id = $2"
        )
        .bind(tenant.get())
        .bind(id.get())
        .bind(sealed_token)
        .execute(executor)
        .await
        .map(drop))?;
        Ok(())
    }
}
