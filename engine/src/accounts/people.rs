//! The accounts of the installation, for administrators and the command line.

use domain::report::AccountsReport;
use domain::{AuditAction, Email, Role, SystemPermission, UserId, Viewer};
use secrecy::SecretString;

use super::tenants::{find_or_create_tenant, slug_for};
use super::{named, passwords};
use crate::store::{ADDRESS_TAKEN, NewUserRecord, Transaction};
use crate::{Engine, Error, Result, StoreError, authorize_system, search_text};

/// How many accounts one page lists.
const ACCOUNTS_ON_A_PAGE: u32 = 50;

/// A new account.
#[derive(Debug)]
pub struct NewUser {
    /// The address to sign in with.
    pub email: Email,
    /// The display name.
    pub name: String,
    /// The password.
    pub password: SecretString,
    /// Whether it administers the system.
    pub administrator: bool,
    /// Whether it maintains the system.
    pub maintainer: bool,
    /// The tenant to join, by slug or name (created if missing), and the role there.
    pub membership: Option<(String, Role)>,
}

impl Engine {
    /// A page of the accounts whose name or address contains a text, ignoring case. Pages count
    /// from one; one beyond the last returns the last.
    ///
    /// # Errors
    /// When the viewer may not see them.
    pub async fn people(&self, viewer: &Viewer, search: &str, page: u32) -> Result<AccountsReport> {
        authorize_system(viewer, SystemPermission::ManagePeople)?;
        let page = page.saturating_sub(1);
        let (store, now) = (&self.0.store, self.0.clock.now());
        let (mut accounts, matching) = store
            .unscoped_accounts(search_text(search), page, ACCOUNTS_ON_A_PAGE)
            .await?;
        if let Viewer::Person(person) = viewer {
            for account in &mut accounts {
                account.me = account.id == person.id;
            }
        }
        Ok(AccountsReport {
            accounts,
            matching,
            pages: matching.div_ceil(ACCOUNTS_ON_A_PAGE).max(1),
            invitations: store.unscoped_invitations(now).await?,
        })
    }

    /// Sets a person's system roles.
    ///
    /// # Errors
    /// When the viewer may not, there is no such account, or it is the last administrator's.
    pub async fn set_system_roles(
        &self,
        viewer: &Viewer,
        user: UserId,
        administrator: bool,
        maintainer: bool,
    ) -> Result<()> {
        authorize_system(viewer, SystemPermission::ManagePeople)?;
        let mut transaction = self.0.store.begin().await?;
        let administrators = hold_administrators(&mut transaction, viewer).await?;
        let account = transaction
            .unscoped_lock_account(user)
            .await?
            .ok_or_else(Error::not_found)?;
        if (account.administrator, account.maintainer) == (administrator, maintainer) {
            return Ok(());
        }
        if !administrator {
            keep_an_administrator(&administrators, user)?;
        }
        transaction
            .unscoped_set_system_roles(user, administrator, maintainer)
            .await?;
        let subject = format!(
            "{}: {} (was {})",
            account.name,
            system_roles_text(administrator, maintainer),
            system_roles_text(account.administrator, account.maintainer)
        );
        self.log(
            &mut transaction,
            viewer,
            AuditAction::SystemRolesChanged,
            None,
            &subject,
        )
        .await?;
        if account.administrator && !administrator {
            self.revoke_works(&mut transaction, viewer, None, user, &account.name)
                .await?;
        }
        Ok(transaction.commit().await?)
    }

    /// Removes an account with its memberships, sessions and identities. Its name stays in the log.
    ///
    /// # Errors
    /// When the viewer may not, there is no such account, it is the viewer's own, or it is the last
    /// administrator's or a tenant's last owner's.
    pub async fn remove_person(&self, viewer: &Viewer, user: UserId) -> Result<()> {
        authorize_system(viewer, SystemPermission::ManagePeople)?;
        if matches!(viewer, Viewer::Person(person) if person.id == user) {
            return Err(Error::conflict(
                "This is your own account. Ask another administrator to remove it.",
            ));
        }
        let mut transaction = self.0.store.begin().await?;
        let administrators = hold_administrators(&mut transaction, viewer).await?;
        transaction.unscoped_lock_tenants_of(user).await?;
        let account = transaction
            .unscoped_lock_account(user)
            .await?
            .ok_or_else(Error::not_found)?;
        keep_an_administrator(&administrators, user)?;
        let owned = transaction.unscoped_only_owner_of(user).await?;
        if !owned.is_empty() {
            return Err(Error::conflict(format!(
                "{} is the only owner of {}. Make someone else an owner there first.",
                account.name,
                quoted(&owned)
            )));
        }
        transaction
            .unscoped_set_system_roles(user, false, false)
            .await?;
        transaction.unscoped_delete_memberships(user).await?;
        self.revoke_works(&mut transaction, viewer, None, user, &account.name)
            .await?;
        for tenant in transaction.unscoped_tenants_of_tokens(user).await? {
            self.revoke_works(&mut transaction, viewer, Some(tenant), user, &account.name)
                .await?;
        }
        self.log(
            &mut transaction,
            viewer,
            AuditAction::AccountRemoved,
            None,
            &account.name,
        )
        .await?;
        transaction.unscoped_delete_user(user).await?;
        Ok(transaction.commit().await?)
    }

    /// Creates an account; for the command line only.
    ///
    /// # Errors
    /// When the address has an account, or a name or the password is not acceptable.
    pub async fn create_user(&self, viewer: &Viewer, input: NewUser) -> Result<UserId> {
        operator_only(viewer)?;
        let name = named("person", &input.name)?;
        let membership = input
            .membership
            .as_ref()
            .map(|(tenant, role)| {
                let tenant = named("tenant", tenant)?;
                Ok::<_, Error>((tenant, slug_for(tenant)?, *role))
            })
            .transpose()?;
        let password_hash = passwords::hash(input.password).await?;
        let now = self.0.clock.now();
        let user = NewUserRecord {
            email: &input.email,
            name,
            password_hash: Some(&password_hash),
            administrator: input.administrator,
            maintainer: input.maintainer,
        };
        let mut transaction = self.0.store.begin().await?;
        let id = transaction
            .insert_user(&user, now)
            .await
            .map_err(address_taken)?;
        let mut joined = None;
        let mut roles = system_roles_text(input.administrator, input.maintainer).to_owned();
        if let Some((tenant_name, slug, role)) = membership {
            let (tenant, created) =
                find_or_create_tenant(self, &mut transaction, &slug, tenant_name).await?;
            if created {
                let action = AuditAction::TenantCreated;
                self.log(&mut transaction, viewer, action, Some(tenant), tenant_name)
                    .await?;
            }
            transaction.upsert_membership(tenant, id, role, now).await?;
            joined = Some(tenant);
            roles = format!("{}, {roles}", role.label());
        }
        let subject = format!("{name}: {roles}");
        self.log(
            &mut transaction,
            viewer,
            AuditAction::AccountCreated,
            joined,
            &subject,
        )
        .await?;
        transaction.commit().await?;
        Ok(id)
    }

    /// Replaces a password and ends that person's sessions; for the command line only.
    ///
    /// # Errors
    /// When there is no such account, or the password is not acceptable.
    pub async fn reset_password(
        &self,
        viewer: &Viewer,
        email: &str,
        password: SecretString,
    ) -> Result<()> {
        operator_only(viewer)?;
        let password_hash = passwords::hash(password).await?;
        let mut transaction = self.0.store.begin().await?;
        let (user, name) = transaction
            .unscoped_reset_password(email, &password_hash)
            .await?
            .ok_or_else(|| {
                Error::invalid(format!(
                    "No account has the email address {email}. Create one with “tidemark user create”."
                ))
            })?;
        self.end_all_sessions(&mut transaction, user, None).await?;
        self.log(
            &mut transaction,
            viewer,
            AuditAction::PasswordChanged,
            None,
            &name,
        )
        .await?;
        Ok(transaction.commit().await?)
    }
}

/// Locks the administrators until the transaction ends. The viewer must still be one: of two who
/// remove each other's role at once, the first succeeds.
async fn hold_administrators(
    transaction: &mut Transaction,
    viewer: &Viewer,
) -> Result<Vec<UserId>> {
    let administrators = transaction.unscoped_lock_administrators().await?;
    match viewer {
        Viewer::Person(person) if !administrators.contains(&person.id) => Err(Error::not_found()),
        _ => Ok(administrators),
    }
}

/// The installation always keeps an administrator.
fn keep_an_administrator(administrators: &[UserId], user: UserId) -> Result<()> {
    if administrators == [user] {
        return Err(Error::conflict(
            "This is the only administrator. Make someone else an administrator first.",
        ));
    }
    Ok(())
}

/// A person's system roles, as the log names them.
pub(super) fn system_roles_text(administrator: bool, maintainer: bool) -> &'static str {
    match (administrator, maintainer) {
        (true, true) => "administrator and maintainer",
        (true, false) => "administrator",
        (false, true) => "maintainer",
        (false, false) => "no system role",
    }
}

fn quoted(names: &[String]) -> String {
    let names: Vec<String> = names.iter().map(|name| format!("“{name}”")).collect();
    names.join(", ")
}

pub(super) fn address_taken(error: StoreError) -> Error {
    if error.violates(ADDRESS_TAKEN) {
        Error::conflict("An account with this email address already exists.")
    } else {
        error.into()
    }
}

pub(super) fn operator_only(viewer: &Viewer) -> Result<()> {
    match viewer {
        Viewer::Operator => Ok(()),
        Viewer::Person(_) | Viewer::Token { .. } => Err(Error::not_found()),
    }
}
