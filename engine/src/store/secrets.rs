//! What the secret key seals: the text that proves the key, and the connections' secrets.

use domain::ConnectionId;
use sqlx::FromRow;

use super::{StoreError, Transaction};

#[derive(FromRow)]
struct SealedRow {
    id: i64,
    sealed_token: Vec<u8>,
}

impl Transaction {
    /// The sealed text that proves the key, which nobody else changes until the transaction ends.
    pub(crate) async fn unscoped_key_check(&mut self) -> Result<Option<Vec<u8>>, StoreError> {
        // An update locks the row on both databases alike.
        Ok(within!(*self, |executor| sqlx::query_scalar(
            "update key_check set sealed = sealed where id = 1 returning sealed"
        )
        .fetch_optional(executor)
        .await)?)
    }

    /// Stores the text that proves the key, unless another process was first.
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

    /// Puts the text under another key.
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

    /// All sealed secrets of connections; one whose secret was erased has none.
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

    /// Puts a connection's secret under another key.
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

    /// Says why nothing is collected over a connection.
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
