//! Connecting outside identities to one's account.

use domain::{AuditAction, ExternalIdentity, IdentityId, Viewer};

use super::person_only;
use crate::store::IDENTITY_TAKEN;
use crate::{Engine, Error, Result, StoreError};

impl Engine {
    /// Lets an outside identity sign the viewer in from now on.
    ///
    /// # Errors
    /// Where the viewer is no person, or it signs in somebody else.
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
        let subject = in_words(&identity.issuer, &identity.label);
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

    /// Takes an outside identity off the viewer's account.
    ///
    /// # Errors
    /// Where it is none of theirs, or nothing else signs them in.
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
        let subject = in_words(&issuer, &label);
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

fn in_words(issuer: &str, label: &str) -> String {
    format!("{label} at {issuer}")
}

/// An identity that was to be tied to an account signs somebody in already.
pub(super) fn identity_taken(error: StoreError) -> Error {
    if error.violates(IDENTITY_TAKEN) {
        Error::conflict(
            "This identity is linked to another account. Sign in with it, or unlink it there first.",
        )
    } else {
        error.into()
    }
}
