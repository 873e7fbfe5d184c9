//! API tokens; only a hash of each is stored.

use chrono::{DateTime, Utc};
use domain::report::ApiToken;
use domain::{TenantId, TokenId, TokenScope, UserId};
use sqlx::FromRow;

use crate::store::error::Constraint;
use crate::store::{Store, StoreError, Transaction};

/// A name belongs to one token of a tenant.
pub(crate) const TOKEN_NAME_TAKEN: Constraint = Constraint {
    name: "api_tokens_name_unique",
    columns: "api_tokens.tenant_id, api_tokens.name",
};

/// A token to insert.
pub(crate) struct NewToken<'a> {
    pub(crate) name: &'a str,
    pub(crate) token_hash: &'a [u8],
    pub(crate) scope: TokenScope,
    pub(crate) created_by: &'a str,
    pub(crate) maker: Option<UserId>,
}

/// A token that a request presented.
pub(crate) struct PresentedToken {
    pub(crate) id: TokenId,
    pub(crate) name: String,
    pub(crate) tenant: TenantId,
    pub(crate) scope: TokenScope,
    pub(crate) last_used_at: Option<DateTime<Utc>>,
    /// Whether its tenant is suspended.
    pub(crate) suspended: bool,
}

#[derive(FromRow)]
struct TokenRow {
    id: i64,
    name: String,
    scope: String,
    created_by: String,
    created_at: DateTime<Utc>,
    last_used_at: Option<DateTime<Utc>>,
}

#[derive(FromRow)]
struct PresentedRow {
    id: i64,
    name: String,
    tenant_id: i64,
    scope: String,
    last_used_at: Option<DateTime<Utc>>,
    suspended_at: Option<DateTime<Utc>>,
}

impl Store {
    /// A tenant's tokens, by name.
    pub(crate) async fn api_tokens(&self, tenant: TenantId) -> Result<Vec<ApiToken>, StoreError> {
        const TOKENS: &str = "
            select id, name, scope, created_by, created_at, last_used_at
            from api_tokens where tenant_id = $1 order by lower(name), id";
        let rows: Vec<TokenRow> = on!(&self.db, |pool| sqlx::query_as(TOKENS)
            .bind(tenant.get())
            .fetch_all(pool)
            .await)?;
        rows.into_iter()
            .map(|row| {
                Ok(ApiToken {
                    id: TokenId::new(row.id),
                    name: row.name,
                    scope: stored_scope(&row.scope)?,
                    created_by: row.created_by,
                    created_at: row.created_at,
                    last_used_at: row.last_used_at,
                })
            })
            .collect()
    }

    /// The token with this hash.
    pub(crate) async fn unscoped_api_token(
        &self,
        token_hash: &[u8],
    ) -> Result<Option<PresentedToken>, StoreError> {
        const TOKEN: &str = "
            select k.id, k.name, k.tenant_id, k.scope, k.last_used_at, t.suspended_at
            from api_tokens k join tenants t on t.id = k.tenant_id
            where k.token_hash = $1";
        let row: Option<PresentedRow> = on!(&self.db, |pool| sqlx::query_as(TOKEN)
            .bind(token_hash)
            .fetch_optional(pool)
            .await)?;
        row.map(|row| {
            Ok(PresentedToken {
                id: TokenId::new(row.id),
                name: row.name,
                tenant: TenantId::new(row.tenant_id),
                scope: stored_scope(&row.scope)?,
                last_used_at: row.last_used_at,
                suspended: row.suspended_at.is_some(),
            })
        })
        .transpose()
    }

    /// Records when a token was last used.
    pub(crate) async fn touch_api_token(
        &self,
        tenant: TenantId,
        id: TokenId,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        on!(&self.db, |pool| sqlx::query(
            "update api_tokens set last_used_at = $3 where tenant_id = $1 and id = $2"
        )
        .bind(tenant.get())
        .bind(id.get())
        .bind(now)
        .execute(pool)
        .await
        .map(drop))?;
        Ok(())
    }
}

impl Transaction {
    /// Stores the hash of a new token.
    pub(crate) async fn insert_api_token(
        &mut self,
        tenant: TenantId,
        token: &NewToken<'_>,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        const INSERT: &str = "
            insert into api_tokens (tenant_id, name, token_hash, scope, created_by, created_at,
                maker_id)
            values ($1, $2, $3, $4, $5, $6, $7)";
        within!(*self, |connection| sqlx::query(INSERT)
            .bind(tenant.get())
            .bind(token.name)
            .bind(token.token_hash)
            .bind(token.scope.as_str())
            .bind(token.created_by)
            .bind(now)
            .bind(token.maker.map(UserId::get))
            .execute(connection)
            .await
            .map(drop))?;
        Ok(())
    }

    /// Deletes a token. Returns its name, or `None` when it does not exist.
    pub(crate) async fn delete_api_token(
        &mut self,
        tenant: TenantId,
        id: TokenId,
    ) -> Result<Option<String>, StoreError> {
        Ok(within!(*self, |connection| sqlx::query_scalar(
            "delete from api_tokens where tenant_id = $1 and id = $2 returning name"
        )
        .bind(tenant.get())
        .bind(id.get())
        .fetch_optional(connection)
        .await)?)
    }

    /// Deletes the tokens of a tenant that a person created. Returns their names.
    pub(crate) async fn delete_api_tokens_of(
        &mut self,
        tenant: TenantId,
        maker: UserId,
    ) -> Result<Vec<String>, StoreError> {
        const DELETE: &str = "
            delete from api_tokens where tenant_id = $1 and maker_id = $2 returning name";
        let mut names: Vec<String> = within!(*self, |connection| sqlx::query_scalar(DELETE)
            .bind(tenant.get())
            .bind(maker.get())
            .fetch_all(connection)
            .await)?;
        names.sort();
        Ok(names)
    }

    /// The tenants in which a person created tokens, former memberships included.
    pub(crate) async fn unscoped_tenants_of_tokens(
        &mut self,
        maker: UserId,
    ) -> Result<Vec<TenantId>, StoreError> {
        let tenants: Vec<i64> = within!(*self, |connection| sqlx::query_scalar(
            "select distinct tenant_id from api_tokens where maker_id = $1 order by tenant_id"
        )
        .bind(maker.get())
        .fetch_all(connection)
        .await)?;
        Ok(tenants.into_iter().map(TenantId::new).collect())
    }
}

fn stored_scope(text: &str) -> Result<TokenScope, StoreError> {
    text.parse()
        .map_err(|_| StoreError::UnknownWord("token scope"))
}
