//! Invitations: links that work once, for seven days.

use chrono::TimeDelta;
use domain::report::InvitationOffer;
use domain::{
    AuditAction, Email, InvitationId, Limit, Permission, Problem, ProblemKind, RepositoryId, Role,
    SystemPermission, TenantId, Viewer,
};
use secrecy::{ExposeSecret, SecretString};

use super::members::{role_text, user_of};
use crate::limits::listed_ids;
use crate::secrets::{fingerprint, new_token};
use crate::store::{NewInvitation, Transaction};
use crate::{Engine, Error, Result, authorize, authorize_system};

/// The prefix of every invitation's token, so that secret scanners recognize it.
const PREFIX: &str = "tmi_";
/// How long an invitation is valid.
const LIFE: TimeDelta = TimeDelta::days(7);

/// A person to invite to a tenant.
#[derive(Debug)]
pub struct InvitationInput {
    /// Whom it is meant for, if stated. Anyone with the link can accept it.
    pub email: Option<Email>,
    /// The role in the tenant.
    pub role: Role,
    /// The repositories that a repository viewer will see; nothing for other roles.
    pub granted: Vec<RepositoryId>,
}

/// What an invitation offers, and whom it is meant for.
pub(super) struct Opening<'a> {
    pub(super) tenant: Option<(TenantId, Role)>,
    pub(super) administrator: bool,
    pub(super) maintainer: bool,
    pub(super) email: Option<&'a Email>,
}

impl Engine {
    /// Invites someone to a tenant. Returns the token of the link, this once.
    ///
    /// # Errors
    /// When the viewer may not, a repository belongs to another tenant, or the tenant is at its
    /// limit.
    pub async fn invite(
        &self,
        viewer: &Viewer,
        tenant: TenantId,
        input: InvitationInput,
    ) -> Result<SecretString> {
        authorize(viewer, tenant, Permission::ManageMembers)?;
        let opening = Opening {
            tenant: Some((tenant, input.role)),
            administrator: false,
            maintainer: false,
            email: input.email.as_ref(),
        };
        let granted = listed_ids(input.granted)?;
        let mut transaction = self.0.store.begin().await?;
        let (id, token) = self
            .insert_invitation(&mut transaction, viewer, &opening)
            .await?;
        if input.role == Role::RepositoryViewer {
            let offered = transaction.offer_repositories(tenant, id, &granted).await?;
            if offered < granted.len() {
                return Err(Error::not_found());
            }
        }
        let subject = meant_for(
            &role_text(input.role, granted.len()),
            input.email.as_ref().map(Email::as_str),
        );
        self.log(
            &mut transaction,
            viewer,
            AuditAction::Invited,
            Some(tenant),
            &subject,
        )
        .await?;
        transaction.commit().await?;
        Ok(token)
    }

    /// Invites someone to the installation, with or without a system role. Returns the token of the
    /// link, this once.
    ///
    /// # Errors
    /// When the viewer may not.
    pub async fn invite_to_installation(
        &self,
        viewer: &Viewer,
        email: Option<Email>,
        administrator: bool,
        maintainer: bool,
    ) -> Result<SecretString> {
        authorize_system(viewer, SystemPermission::ManagePeople)?;
        let opening = Opening {
            tenant: None,
            administrator,
            maintainer,
            email: email.as_ref(),
        };
        let what = match (administrator, maintainer) {
            (true, true) => "Administrator and maintainer",
            (true, false) => "Administrator",
            (false, true) => "Maintainer",
            (false, false) => "Account",
        };
        let subject = meant_for(what, email.as_ref().map(Email::as_str));
        let mut transaction = self.0.store.begin().await?;
        let (_, token) = self
            .insert_invitation(&mut transaction, viewer, &opening)
            .await?;
        self.log(
            &mut transaction,
            viewer,
            AuditAction::Invited,
            None,
            &subject,
        )
        .await?;
        transaction.commit().await?;
        Ok(token)
    }

    /// Withdraws an invitation to a tenant, or one to the installation. Its link stops working.
    ///
    /// # Errors
    /// When the viewer may not, or the invitation no longer exists.
    pub async fn withdraw_invitation(
        &self,
        viewer: &Viewer,
        tenant: Option<TenantId>,
        id: InvitationId,
    ) -> Result<()> {
        match tenant {
            Some(tenant) => authorize(viewer, tenant, Permission::ManageMembers)?,
            None => authorize_system(viewer, SystemPermission::ManagePeople)?,
        }
        let mut transaction = self.0.store.begin().await?;
        let email = transaction
            .delete_invitation(tenant, id)
            .await?
            .ok_or_else(Error::not_found)?;
        let subject = meant_for("Invitation", email.as_deref());
        self.log(
            &mut transaction,
            viewer,
            AuditAction::InvitationWithdrawn,
            tenant,
            &subject,
        )
        .await?;
        Ok(transaction.commit().await?)
    }

    /// What an invitation offers the holder of its token.
    ///
    /// # Errors
    /// When the token is not valid. Forged, used, expired and withdrawn ones get the same answer.
    pub async fn invitation(&self, token: &SecretString) -> Result<InvitationOffer> {
        let offer = self
            .0
            .store
            .unscoped_offer(&token_hash_of(token)?, self.0.clock.now())
            .await?;
        offer.ok_or_else(invitation_not_valid)
    }

    /// Creates an invitation, and deletes expired ones.
    pub(super) async fn insert_invitation(
        &self,
        transaction: &mut Transaction,
        viewer: &Viewer,
        opening: &Opening<'_>,
    ) -> Result<(InvitationId, SecretString)> {
        let now = self.0.clock.now();
        let token = new_token(PREFIX)?;
        let limited = match opening.tenant {
            Some((tenant, _)) => Some((tenant, self.hold_limits(transaction, tenant).await?)),
            None => None,
        };
        transaction.unscoped_delete_expired_invitations(now).await?;
        let id = transaction
            .insert_invitation(&NewInvitation {
                tenant: opening.tenant,
                administrator: opening.administrator,
                maintainer: opening.maintainer,
                email: opening.email,
                token_hash: &fingerprint(token.expose_secret()),
                invited_by: user_of(viewer),
                created_at: now,
                expires_at: now + LIFE,
            })
            .await?;
        if let Some((tenant, limits)) = limited {
            self.keep_within(transaction, tenant, &limits, Limit::Invitations)
                .await?;
        }
        Ok((id, token))
    }
}

/// The hash under which the invitation of a token would be stored.
pub(super) fn token_hash_of(token: &SecretString) -> Result<Vec<u8>> {
    let token = token.expose_secret();
    if token.starts_with(PREFIX) {
        Ok(fingerprint(token))
    } else {
        Err(invitation_not_valid())
    }
}

/// The one answer to every token that is not valid.
pub(super) fn invitation_not_valid() -> Error {
    Problem::new(
        ProblemKind::NotFound,
        "This invitation is no longer valid or has just been used. If you used it, sign in. Otherwise, ask for a new one.",
    )
    .into()
}

/// An invitation, as the system log names it.
pub(super) fn meant_for(what: &str, email: Option<&str>) -> String {
    match email {
        Some(email) => format!("{what}, for {email}"),
        None => format!("{what}, for anyone with the link"),
    }
}
