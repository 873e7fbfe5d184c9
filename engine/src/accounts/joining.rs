//! Accepting an invitation with an account, or by creating one.

use domain::{AuditAction, Email, ExternalIdentity, Origin, TenantSlug, UserId, Viewer};
use secrecy::SecretString;

use super::identities::identity_taken;
use super::invitations::{invitation_not_valid, token_hash_of};
use super::people::address_taken;
use super::{named, passwords, people, person_only};
use crate::store::{NewUserRecord, TakenInvitation, Transaction};
use crate::{Engine, Error, Result};

/// What the log calls an invalid invitation.
const NO_INVITATION: &str = "an invalid invitation";

/// A new account for an invitation.
#[derive(Debug)]
pub struct NewAccount {
    /// The display name.
    pub name: String,
    /// The address to sign in with.
    pub email: String,
    /// The password.
    pub password: SecretString,
}

impl Engine {
    /// Accepts an invitation with the viewer's account. Returns the tenant's slug, if it is to a
    /// tenant.
    ///
    /// # Errors
    /// When the token is not valid, or the viewer has all that it offers; then the invitation
    /// stays.
    pub async fn accept_invitation(
        &self,
        viewer: &Viewer,
        token: &SecretString,
    ) -> Result<Option<TenantSlug>> {
        let before = person_only(viewer)?;
        let user = before.id;
        let mut transaction = self.0.store.begin().await?;
        let offered = match self.accept(&mut transaction, token).await {
            Ok(offered) => offered,
            Err(error) => {
                drop(transaction);
                self.log_refused(viewer, NO_INVITATION).await?;
                return Err(error);
            }
        };
        if !self.give(&mut transaction, user, &offered).await? {
            // Without a commit, the invitation stays for the person it was meant for.
            return Err(Error::conflict(match offered.tenant {
                Some(_) => "You’re already a member of this tenant. Pass the invitation on.",
                None => "You already have the roles this invitation grants. Pass it on.",
            }));
        }
        let tenant = offered.tenant.as_ref().map(|(tenant, ..)| *tenant);
        self.log(
            &mut transaction,
            viewer,
            AuditAction::Joined,
            tenant,
            &offer_text(&offered),
        )
        .await?;
        let (administrator, maintainer) = (
            before.administrator || offered.administrator,
            before.maintainer || offered.maintainer,
        );
        if (administrator, maintainer) != (before.administrator, before.maintainer) {
            let subject = format!(
                "{}: {} (was {})",
                before.name,
                people::system_roles_text(administrator, maintainer),
                people::system_roles_text(before.administrator, before.maintainer)
            );
            let action = AuditAction::SystemRolesChanged;
            self.log(&mut transaction, viewer, action, None, &subject)
                .await?;
        }
        transaction.commit().await?;
        Ok(offered.tenant.map(|(_, slug, _)| slug))
    }

    /// Creates an account with an invitation, and accepts it.
    ///
    /// # Errors
    /// When the token is not valid, the address has an account, or the name, address or password is
    /// not acceptable; then the invitation stays.
    pub async fn register(
        &self,
        token: &SecretString,
        account: NewAccount,
        origin: Origin,
    ) -> Result<(UserId, Option<TenantSlug>)> {
        // Hashing is expensive, so a token that is not valid gets none.
        if let Err(error) = self.invitation(token).await {
            self.log_stranger(origin, AuditAction::AccessRefused, NO_INVITATION)
                .await?;
            return Err(error);
        }
        let name = named("account", &account.name)?;
        let email = account
            .email
            .parse::<Email>()
            .map_err(|error| Error::invalid(error.to_string()))?;
        let password_hash = passwords::hash(account.password).await?;
        let mut transaction = self.0.store.begin().await?;
        let joined = self
            .join(
                &mut transaction,
                token,
                (name, &email),
                Some(&password_hash),
                origin,
            )
            .await?;
        transaction.commit().await?;
        Ok(joined)
    }

    /// Creates an account for an external identity with an invitation, and accepts it.
    ///
    /// # Errors
    /// When the token is not valid, there is no address, or the address or identity has an account;
    /// then the invitation stays.
    pub async fn register_with(
        &self,
        token: &SecretString,
        identity: &ExternalIdentity,
        origin: Origin,
    ) -> Result<(UserId, Option<TenantSlug>)> {
        // If the provider returns no address, the invitation may state one.
        let offer = self.invitation(token).await?;
        let email = identity.email.as_ref().or(offer.email.as_ref());
        let email = email.ok_or_else(|| {
            Error::invalid(
                "Your provider does not share an email address. Create the account with a password and link your identity in your profile.",
            )
        })?;
        let names = [
            identity.name.as_deref(),
            Some(&identity.label),
            Some(email.as_str()),
        ];
        let name = names
            .into_iter()
            .flatten()
            .find_map(|name| named("account", name).ok())
            .unwrap_or("Unnamed");
        let mut transaction = self.0.store.begin().await?;
        let joined = self
            .join(&mut transaction, token, (name, email), None, origin)
            .await?;
        transaction
            .insert_identity(joined.0, identity, self.0.clock.now())
            .await
            .map_err(identity_taken)?;
        self.log_person(
            &mut transaction,
            joined.0,
            origin,
            AuditAction::IdentityConnected,
            None,
            &format!("{} at {}", identity.label, identity.issuer),
        )
        .await?;
        transaction.commit().await?;
        Ok(joined)
    }

    /// Takes the invitation, creates the account, and gives it what was offered.
    async fn join(
        &self,
        transaction: &mut Transaction,
        token: &SecretString,
        (name, email): (&str, &Email),
        password_hash: Option<&str>,
        origin: Origin,
    ) -> Result<(UserId, Option<TenantSlug>)> {
        let offered = self.accept(transaction, token).await?;
        let user = NewUserRecord {
            email,
            name,
            password_hash,
            administrator: offered.administrator,
            maintainer: offered.maintainer,
        };
        let user = transaction
            .insert_user(&user, self.0.clock.now())
            .await
            .map_err(address_taken)?;
        self.log_person(
            transaction,
            user,
            origin,
            AuditAction::AccountCreated,
            None,
            &format!(
                "{name}: {}",
                people::system_roles_text(offered.administrator, offered.maintainer)
            ),
        )
        .await?;
        self.give(transaction, user, &offered).await?;
        let tenant = offered.tenant.as_ref().map(|(tenant, ..)| *tenant);
        self.log_person(
            transaction,
            user,
            origin,
            AuditAction::Joined,
            tenant,
            &offer_text(&offered),
        )
        .await?;
        Ok((user, offered.tenant.map(|(_, slug, _)| slug)))
    }

    async fn accept(
        &self,
        transaction: &mut Transaction,
        token: &SecretString,
    ) -> Result<TakenInvitation> {
        let now = self.0.clock.now();
        let offered = transaction
            .unscoped_take_invitation(&token_hash_of(token)?, now)
            .await?;
        offered.ok_or_else(invitation_not_valid)
    }

    /// Gives an account what an invitation offers; false when the account has it already.
    async fn give(
        &self,
        transaction: &mut Transaction,
        user: UserId,
        offered: &TakenInvitation,
    ) -> Result<bool> {
        let raised = transaction
            .unscoped_add_system_roles(user, offered.administrator, offered.maintainer)
            .await?;
        let Some((tenant, _, role)) = offered.tenant else {
            return Ok(raised);
        };
        let now = self.0.clock.now();
        let joined = transaction.insert_member(tenant, user, role, now).await?;
        if joined {
            // Repositories deleted since the invitation was created are not granted.
            transaction.grant(tenant, user, &offered.granted).await?;
        }
        Ok(joined)
    }
}

/// The offered role, as the system log names it.
fn offer_text(offered: &TakenInvitation) -> String {
    match &offered.tenant {
        Some((_, _, role)) => super::members::role_text(*role, offered.granted.len()),
        None => format!(
            "Installation: {}",
            people::system_roles_text(offered.administrator, offered.maintainer)
        ),
    }
}
