//! Invitations: links that work once, for seven days.

use chrono::TimeDelta;
use domain::report::InvitationOffer;
use domain::{
    AuditAction, Email, InvitationId, Limit, Permission, Problem, ProblemKind, RepositoryId, Role,
    SystemPermission, TenantId, Viewer,
};
use secrecy::{ExposeSecret, SecretString};

use super::members::{in_words, user_of};
use crate::limits::listed_ids;
use crate::secrets::{fingerprint, new_token};
use crate::store::{NewInvitation, Transaction};
use crate::{Engine, Error, Result, authorize, authorize_system};

/// What every invitation's token begins with, so that secret scanners recognize it.
const PREFIX: &str = "tmi_";
/// How long an invitation can be accepted.
const LIFE: TimeDelta = TimeDelta::days(7);

/// Whom to invite to a tenant, and as what.
#[derive(Debug)]
pub struct InvitationInput {
    /// For whom it is meant, where that is to be said. Whoever has the link can accept it.
    pub email: Option<Email>,
    /// What they become in the tenant.
    pub role: Role,
    /// The repositories that a repository viewer will see; nothing for other roles.
    pub granted: Vec<RepositoryId>,
}

/// What an invitation opens, and for whom it is meant.
pub(super) struct Opening<'a> {
    pub(super) tenant: Option<(TenantId, Role)>,
    pub(super) administrator: bool,
    pub(super) maintainer: bool,
    pub(super) email: Option<&'a Email>,
}

impl Engine {
    /// Invites somebody to a tenant; the token of the link comes back, this once.
    ///
    /// # Errors
    /// Where the viewer may not, a repository is not the tenant's, or as many invitations are open
    /// as may be.
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
            &in_words(input.role, granted.len()),
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

    /// Invites somebody to the installation alone, to administer or maintain it or to be let into
    /// tenants later; the token of the link comes back, this once.
    ///
    /// # Errors
    /// Where the viewer may not.
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

    /// Takes an invitation back, to a tenant or to the installation alone; its link opens nothing
    /// from now on.
    ///
    /// # Errors
    /// Where the viewer may not, or there is no such invitation any more.
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

    /// What an invitation offers whoever holds its token.
    ///
    /// # Errors
    /// Where it opens nothing: a forged token, a used, an expired and a withdrawn one answer alike.
    pub async fn invitation(&self, token: &SecretString) -> Result<InvitationOffer> {
        let offer = self
            .0
            .store
            .unscoped_offer(&stored_form(token)?, self.0.clock.now())
            .await?;
        offer.ok_or_else(opens_nothing)
    }

    /// Makes an invitation; a good moment to forget those that expired.
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

/// The fingerprint under which the invitation of this token is stored, if there is one.
pub(super) fn stored_form(token: &SecretString) -> Result<Vec<u8>> {
    let token = token.expose_secret();
    if token.starts_with(PREFIX) {
        Ok(fingerprint(token))
    } else {
        Err(opens_nothing())
    }
}

/// The one answer to every token that opens nothing.
pub(super) fn opens_nothing() -> Error {
    Problem::new(
        ProblemKind::NotFound,
        "This invitation is no longer valid or has just been used. If you used it, sign in. Otherwise, ask for a new one.",
    )
    .into()
}

/// An invitation as the system log tells of it.
pub(super) fn meant_for(what: &str, email: Option<&str>) -> String {
    match email {
        Some(email) => format!("{what}, for {email}"),
        None => format!("{what}, for anyone with the link"),
    }
}
