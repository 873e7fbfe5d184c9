//! API tokens: shown once, stored as a hash.

use chrono::TimeDelta;
use domain::report::ApiToken;
use domain::{
    AuditAction, Limit, Origin, Permission, Problem, ProblemKind, TenantId, TokenId, TokenScope,
    Viewer,
};
use secrecy::{ExposeSecret, SecretString};

use super::members::user_of;
use super::named;
use crate::secrets::{fingerprint, new_token};
use crate::store::{NewToken, TOKEN_NAME_TAKEN};
use crate::{Engine, Error, Result, authorize};

/// The prefix of every API token, so that people and secret scanners recognize it.
const PREFIX: &str = "tm_";
/// How precisely a token's last use is stored, so that not every request writes.
const BETWEEN_TOUCHES: TimeDelta = TimeDelta::minutes(1);

impl Engine {
    /// A tenant's API tokens, by name; never the tokens themselves.
    ///
    /// # Errors
    /// When the viewer may not see them.
    pub async fn tokens(&self, viewer: &Viewer, tenant: TenantId) -> Result<Vec<ApiToken>> {
        authorize(viewer, tenant, Permission::ManageTokens)?;
        Ok(self.0.store.api_tokens(tenant).await?)
    }

    /// Creates an API token of a tenant and returns it, this once.
    ///
    /// # Errors
    /// When the viewer may not, the name is taken, or the tenant is at its limit.
    pub async fn create_token(
        &self,
        viewer: &Viewer,
        tenant: TenantId,
        name: &str,
        scope: TokenScope,
    ) -> Result<SecretString> {
        authorize(viewer, tenant, Permission::ManageTokens)?;
        let name = named("token", name)?;
        let token = new_token(PREFIX)?;
        let record = NewToken {
            name,
            token_hash: &fingerprint(token.expose_secret()),
            scope,
            created_by: maker(viewer),
            maker: user_of(viewer),
        };
        let mut transaction = self.0.store.begin().await?;
        let limits = self.hold_limits(&mut transaction, tenant).await?;
        transaction
            .insert_api_token(tenant, &record, self.0.clock.now())
            .await
            .map_err(|error| {
                if error.violates(TOKEN_NAME_TAKEN) {
                    Error::conflict(format!(
                        "A token named “{name}” already exists or has just been created. If you didn’t see its value, revoke it. Otherwise, choose another name."
                    ))
                } else {
                    error.into()
                }
            })?;
        self.keep_within(&mut transaction, tenant, &limits, Limit::ApiTokens)
            .await?;
        let subject = format!("“{name}”, scope {}", scope.as_str());
        self.log(
            &mut transaction,
            viewer,
            AuditAction::TokenCreated,
            Some(tenant),
            &subject,
        )
        .await?;
        transaction.commit().await?;
        Ok(token)
    }

    /// Revokes an API token, effective immediately.
    ///
    /// # Errors
    /// When the viewer may not, or there is no such token.
    pub async fn revoke_token(&self, viewer: &Viewer, tenant: TenantId, id: TokenId) -> Result<()> {
        authorize(viewer, tenant, Permission::ManageTokens)?;
        let mut transaction = self.0.store.begin().await?;
        let name = transaction
            .delete_api_token(tenant, id)
            .await?
            .ok_or_else(Error::not_found)?;
        self.log(
            &mut transaction,
            viewer,
            AuditAction::TokenRevoked,
            Some(tenant),
            &format!("“{name}”"),
        )
        .await?;
        Ok(transaction.commit().await?)
    }

    /// The viewer for an API token; `None` when it is not valid.
    ///
    /// # Errors
    /// When its tenant is suspended.
    pub async fn token_viewer(
        &self,
        token: &SecretString,
        origin: Origin,
    ) -> Result<Option<Viewer>> {
        let token = token.expose_secret();
        if !token.starts_with(PREFIX) {
            return Ok(None);
        }
        let store = &self.0.store;
        let Some(found) = store.unscoped_api_token(&fingerprint(token)).await? else {
            return Ok(None);
        };
        if found.suspended {
            return Err(Problem::new(
                ProblemKind::Forbidden,
                "The token’s tenant is suspended. Ask your administrator.",
            )
            .into());
        }
        let now = self.0.clock.now();
        if found
            .last_used_at
            .is_none_or(|last| now - last >= BETWEEN_TOUCHES)
        {
            store.touch_api_token(found.tenant, found.id, now).await?;
        }
        Ok(Some(Viewer::Token {
            id: found.id,
            name: found.name,
            tenant: found.tenant,
            scope: found.scope,
            origin,
        }))
    }
}

/// A token's creator, by the current name.
fn maker(viewer: &Viewer) -> &str {
    match viewer {
        Viewer::Person(person) => &person.name,
        // Programs cannot create tokens; the name would show which one did.
        Viewer::Token { name, .. } => name,
        Viewer::Operator => "command line",
    }
}
