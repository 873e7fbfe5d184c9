//! Values sealed with the secret key: the key check and the connections' secrets.

use domain::ConnectionId;
use sqlx::FromRow;

use super::{StoreError, Transaction};

#[derive(FromRow)]
struct SealedRow {
    id: i64,
    sealed_token: Vec<u8>,
}

impl Transaction {
    /// The sealed key check, locked until the transaction ends.
    pub(crate) async fn unscoped_key_check(&mut self) -> Result<Option<Vec<u8>>, StoreError> {
        // An update locks the row on both databases.
        Ok(within!(*self, |executor| sqlx::query_scalar(
            "update key_check set sealed = sealed where id = 1 returning sealed"
        )
        .fetch_optional(executor)
        .await)?)
    }

    /// Stores the key check, unless another process was first.
    pub(crate) async fn unscoped_insert_key_check(
        &mut self,
        sealed: &[u8],
    ) -> Result<(), StoreError> {
        within!(*self, |executor| sqlx::query(
            "insert into key_check (id, sealed) values (1, $1) on conflict (id) do nothing"
        )
        .bind(sealed)
        .execute(executor)
        .await
        .map(drop))?;
        Ok(())
    }

    /// Replaces the sealed key check.
    pub(crate) async fn unscoped_set_key_check(&mut self, sealed: &[u8]) -> Result<(), StoreError> {
        within!(*self, |executor| sqlx::query(
            "update key_check set sealed = $1 where id = 1"
        )
        .bind(sealed)
        .execute(executor)
        .await
        .map(drop))?;
        Ok(())
    }

    /// All sealed secrets of connections, except erased ones.
    pub(crate) async fn unscoped_sealed_credentials(
        &mut self,
    ) -> Result<Vec<(ConnectionId, Vec<u8>)>, StoreError> {
        let rows: Vec<SealedRow> = within!(*self, |executor| sqlx::query_as(
            "select id, sealed_token from connections
            where removed_at is null and length(sealed_token) > 0 order by id"
        )
        .fetch_all(executor)
        .await)?;
        Ok(rows
            .into_iter()
            .map(|row| (ConnectionId::new(row.id), row.sealed_token))
            .collect())
    }

    /// Replaces a connection's sealed secret.
    pub(crate) async fn unscoped_reseal(
        &mut self,
        id: ConnectionId,
        sealed: &[u8],
    ) -> Result<(), StoreError> {
        within!(*self, |executor| sqlx::query(
            "update connections set sealed_token = $2 where id = $1"
        )
        .bind(id.get())
        .bind(sealed)
        .execute(executor)
        .await
        .map(drop))?;
        Ok(())
    }

    /// Records why a connection cannot collect.
    pub(crate) async fn unscoped_refuse(
        &mut self,
        id: ConnectionId,
        refusal: &str,
    ) -> Result<(), StoreError> {
        within!(*self, |executor| sqlx::query(
            "update connections set refusal = $2 where id = $1"
        )
        .bind(id.get())
        .bind(refusal)
        .execute(executor)
        .await
        .map(drop))?;
        Ok(())
    }
}
