//! API tokens; only a hash of each is stored.

use chrono::{DateTime, Utc};
use domain::{TenantId, TokenId, TokenScope};

use super::error::Constraint;
use super::{Store, StoreError};

/// One token of a name in a tenant.
pub(crate) const TOKEN_NAME_TAKEN: Constraint = Constraint {
    name: "api_tokens_name_unique",
    columns: "api_tokens.tenant_id, api_tokens.name",
};

impl Store {
    /// Keeps the hash of a new token.
    pub(crate) async fn insert_api_token(
        &self,
        tenant: TenantId,
        name: &str,
        token_hash: &[u8],
        scope: TokenScope,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        const INSERT: &str = "
            insert into api_tokens (tenant_id, name, token_hash, scope, created_at)
            values ($1, $2, $3, $4, $5)";
        on!(&self.db, |pool| sqlx::query(INSERT)
            .bind(tenant.get())
            .bind(name)
            .bind(token_hash)
            .bind(scope.as_str())
            .bind(now)
            .execute(pool)
            .await
            .map(drop))?;
        Ok(())
    }

    /// The token with this hash: its id, name, tenant and scope.
    pub(crate) async fn unscoped_api_token(
        &self,
        token_hash: &[u8],
    ) -> Result<Option<(TokenId, String, TenantId, TokenScope)>, StoreError> {
        let row: Option<(i64, String, i64, String)> = on!(&self.db, |pool| sqlx::query_as(
            "select id, name, tenant_id, scope from api_tokens where token_hash = $1"
        )
        .bind(token_hash)
        .fetch_optional(pool)
        .await)?;
        row.map(|(id, name, tenant, scope)| {
            let scope = scope
                .parse()
                .map_err(|_| StoreError::UnknownWord("token scope"))?;
            Ok((TokenId::new(id), name, TenantId::new(tenant), scope))
        })
        .transpose()
    }
}
