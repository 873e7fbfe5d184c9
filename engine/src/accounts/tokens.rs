//! API tokens: shown once, stored as a hash.

use domain::{Origin, Permission, TenantId, TokenScope, Viewer};
use secrecy::{ExposeSecret, SecretString};

use super::named;
use crate::secrets::{fingerprint, new_token};
use crate::store::TOKEN_NAME_TAKEN;
use crate::{Engine, Error, Result, authorize};

/// What every API token begins with, so that people and secret scanners recognize it.
const PREFIX: &str = "tm_";

impl Engine {
    /// Makes an API token of a tenant and returns it, this once.
    ///
    /// # Errors
    /// Where the viewer may not, or the tenant has a token of that name.
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
        self.0
            .store
            .insert_api_token(
                tenant,
                name,
                &fingerprint(token.expose_secret()),
                scope,
                self.0.clock.now(),
            )
            .await
            .map_err(|error| {
                if error.violates(TOKEN_NAME_TAKEN) {
                    Error::conflict(format!(
                        "The tenant has a token named “{name}”: choose another name."
                    ))
                } else {
                    error.into()
                }
            })?;
        Ok(token)
    }

    /// Who presents this API token; `None` where it is none.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn token_viewer(
        &self,
        token: &SecretString,
        origin: Origin,
    ) -> Result<Option<Viewer>> {
        let token = token.expose_secret();
        if !token.starts_with(PREFIX) {
            return Ok(None);
        }
        let found = self.0.store.unscoped_api_token(&fingerprint(token)).await?;
        Ok(found.map(|(id, name, tenant, scope)| Viewer::Token {
            id,
            name,
            tenant,
            scope,
            origin,
        }))
    }
}
