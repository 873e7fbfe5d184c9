//! The GitHub servers that administrators allow beside the configured one.

use chrono::{DateTime, Utc};
use domain::ServerId;
use domain::report::GithubServer;
use sqlx::FromRow;

use crate::store::error::Constraint;
use crate::store::numbers::to_u32;
use crate::store::{Store, StoreError, Transaction};

/// A server is listed once.
pub(crate) const SERVER_KNOWN: Constraint = Constraint {
    name: "github_servers_url_unique",
    columns: "github_servers.api_url",
};

#[derive(FromRow)]
struct ServerRow {
    id: i64,
    api_url: String,
    connections: i64,
}

impl Store {
    /// The allowed servers, oldest first. Their addresses have no trailing slash.
    pub(crate) async fn unscoped_servers(&self) -> Result<Vec<GithubServer>, StoreError> {
        const SERVERS: &str = "
            select s.id, s.api_url,
                (select count(*) from connections c
                    where rtrim(c.api_url, '/') = s.api_url and c.removed_at is null)
                    as connections
            from github_servers s order by s.id";
        let rows: Vec<ServerRow> = on!(&self.db, |pool| sqlx::query_as(SERVERS)
            .fetch_all(pool)
            .await)?;
        Ok(rows
            .into_iter()
            .map(|row| GithubServer {
                id: Some(ServerId::new(row.id)),
                api_url: row.api_url,
                connections: to_u32(row.connections),
            })
            .collect())
    }

    /// How many connections of all tenants use the server at this address.
    pub(crate) async fn unscoped_connections_to(&self, api_url: &str) -> Result<u32, StoreError> {
        let count: i64 = on!(&self.db, |pool| sqlx::query_scalar(
            "select count(*) from connections
            where rtrim(api_url, '/') = $1 and removed_at is null"
        )
        .bind(api_url)
        .fetch_one(pool)
        .await)?;
        Ok(to_u32(count))
    }
}

impl Transaction {
    /// Allows a server.
    pub(crate) async fn unscoped_insert_server(
        &mut self,
        api_url: &str,
        now: DateTime<Utc>,
    ) -> Result<ServerId, StoreError> {
        let id: i64 = within!(*self, |executor| sqlx::query_scalar(
            "insert into github_servers (api_url, created_at) values ($1, $2) returning id"
        )
        .bind(api_url)
        .bind(now)
        .fetch_one(executor)
        .await)?;
        Ok(ServerId::new(id))
    }

    /// Whether connections may use the server at this address, locked until the transaction ends.
    pub(crate) async fn unscoped_lock_server(&mut self, api_url: &str) -> Result<bool, StoreError> {
        // An update locks the row on both databases.
        Ok(within!(*self, |executor| sqlx::query(
            "update github_servers set api_url = api_url where api_url = $1"
        )
        .bind(api_url)
        .execute(executor)
        .await
        .map(|done| done.rows_affected() == 1))?)
    }

    /// Removes an allowed server. Returns its address.
    pub(crate) async fn unscoped_delete_server(
        &mut self,
        id: ServerId,
    ) -> Result<Option<String>, StoreError> {
        Ok(within!(*self, |executor| sqlx::query_scalar(
            "delete from github_servers where id = $1 returning api_url"
        )
        .bind(id.get())
        .fetch_optional(executor)
        .await)?)
    }

    /// How many connections of all tenants use the server at this address.
    pub(crate) async fn unscoped_connections_to(
        &mut self,
        api_url: &str,
    ) -> Result<u32, StoreError> {
        let count: i64 = within!(*self, |executor| sqlx::query_scalar(
            "select count(*) from connections
            where rtrim(api_url, '/') = $1 and removed_at is null"
        )
        .bind(api_url)
        .fetch_one(executor)
        .await)?;
        Ok(to_u32(count))
    }
}
