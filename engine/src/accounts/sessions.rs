//! Ending sessions: the viewer's own, and other people's.

use domain::{AuditAction, SessionId, SystemPermission, UserId, Viewer};

use super::person_only;
use crate::store::Transaction;
use crate::{Engine, Error, Result, authorize_system};

impl Engine {
    /// Ends one of the viewer's own sessions.
    ///
    /// # Errors
    /// When it is not theirs.
    pub async fn end_session(&self, viewer: &Viewer, id: SessionId) -> Result<()> {
        let person = person_only(viewer)?;
        let mut transaction = self.0.store.begin().await?;
        if !transaction.unscoped_delete_session(person.id, id).await? {
            return Err(Error::not_found());
        }
        self.log(
            &mut transaction,
            viewer,
            AuditAction::SessionsEnded,
            None,
            "one of their sessions",
        )
        .await?;
        Ok(transaction.commit().await?)
    }

    /// Ends the viewer's other sessions. Returns how many.
    ///
    /// # Errors
    /// When the viewer is not a person.
    pub async fn end_other_sessions(&self, viewer: &Viewer, current: &str) -> Result<u64> {
        let person = person_only(viewer)?;
        let mut transaction = self.0.store.begin().await?;
        let ended = self
            .end_all_sessions(&mut transaction, person.id, Some(current))
            .await?;
        self.log(
            &mut transaction,
            viewer,
            AuditAction::SessionsEnded,
            None,
            "all their other sessions",
        )
        .await?;
        transaction.commit().await?;
        Ok(ended)
    }

    /// Ends a person's sessions except the one with this key, and rejects those that began before
    /// now and are not stored yet. Returns how many. The remaining session must [begin
    /// anew](Self::session_person).
    pub(super) async fn end_all_sessions(
        &self,
        transaction: &mut Transaction,
        user: UserId,
        but: Option<&str>,
    ) -> Result<u64> {
        let now = self.0.clock.now();
        transaction
            .unscoped_refuse_sessions_before(user, now)
            .await?;
        Ok(transaction.unscoped_delete_sessions(user, but).await?)
    }

    /// Ends all sessions of a person.
    ///
    /// # Errors
    /// When the viewer may not, or there is no such account.
    pub async fn end_sessions_of(&self, viewer: &Viewer, user: UserId) -> Result<()> {
        authorize_system(viewer, SystemPermission::ManagePeople)?;
        let mut transaction = self.0.store.begin().await?;
        let name = transaction
            .unscoped_name(user)
            .await?
            .ok_or_else(Error::not_found)?;
        self.end_all_sessions(&mut transaction, user, None).await?;
        self.log(
            &mut transaction,
            viewer,
            AuditAction::SessionsEnded,
            None,
            &name,
        )
        .await?;
        Ok(transaction.commit().await?)
    }
}
