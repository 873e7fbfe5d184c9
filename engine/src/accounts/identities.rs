//! Linking external identities to the viewer's account.

use domain::{AuditAction, ExternalIdentity, IdentityId, Viewer};

use super::person_only;
use crate::store::IDENTITY_TAKEN;
use crate::{Engine, Error, Result, StoreError};

impl Engine {
    /// Links an external identity to the viewer's account.
    ///
    /// # Errors
    /// When the viewer is not a person, or the identity belongs to another account.
    pub async fn connect_identity(
        &self,
        viewer: &Viewer,
        identity: &ExternalIdentity,
    ) -> Result<()> {
        let person = person_only(viewer)?;
        if self.0.store.unscoped_identified(identity).await? == Some(person.id) {
            return Ok(());
        }
        let mut transaction = self.0.store.begin().await?;
        transaction
            .insert_identity(person.id, identity, self.0.clock.now())
            .await
            .map_err(identity_taken)?;
        let subject = identity_text(&identity.issuer, &identity.label);
        self.log(
            &mut transaction,
            viewer,
            AuditAction::IdentityConnected,
            None,
            &subject,
        )
        .await?;
        Ok(transaction.commit().await?)
    }

    /// Unlinks an external identity from the viewer's account.
    ///
    /// # Errors
    /// When the identity is not theirs, or they could not sign in without it.
    pub async fn disconnect_identity(&self, viewer: &Viewer, id: IdentityId) -> Result<()> {
        let person = person_only(viewer)?;
        let mut transaction = self.0.store.begin().await?;
        transaction
            .unscoped_lock_account(person.id)
            .await?
            .ok_or_else(Error::not_found)?;
        let (issuer, label) = transaction
            .unscoped_delete_identity(person.id, id)
            .await?
            .ok_or_else(Error::not_found)?;
        if !transaction.unscoped_has_way_in(person.id).await? {
            return Err(Error::conflict(
                "This is your only way to sign in. Set a password before you unlink it.",
            ));
        }
        let subject = identity_text(&issuer, &label);
        self.log(
            &mut transaction,
            viewer,
            AuditAction::IdentityDisconnected,
            None,
            &subject,
        )
        .await?;
        Ok(transaction.commit().await?)
    }
}

fn identity_text(issuer: &str, label: &str) -> String {
    format!("{label} at {issuer}")
}

/// The identity belongs to an account already.
pub(super) fn identity_taken(error: StoreError) -> Error {
    if error.violates(IDENTITY_TAKEN) {
        Error::conflict(
            "This identity is linked to another account. Sign in with it, or unlink it there first.",
        )
    } else {
        error.into()
    }
}
