//! People: the first administrator, further accounts, forgotten passwords.

use domain::{Email, Origin, Person, Role, TenantSlug, UserId, Viewer};
use secrecy::SecretString;

use super::tenants::{find_or_make, make_first};
use super::{named, passwords};
use crate::store::{ADDRESS_TAKEN, NewUserRecord};
use crate::{Engine, Error, Result};

/// What the first start asks for.
#[derive(Debug)]
pub struct SetUp {
    /// The administrator's address.
    pub email: Email,
    /// The administrator's name.
    pub name: String,
    /// The administrator's password.
    pub password: SecretString,
    /// The first tenant's name, of which the administrator becomes an owner.
    pub tenant: String,
}

/// A new account.
#[derive(Debug)]
pub struct NewUser {
    /// The address to sign in with.
    pub email: Email,
    /// The name on the screen.
    pub name: String,
    /// The password.
    pub password: SecretString,
    /// Administers the system.
    pub administrator: bool,
    /// Maintains the system.
    pub maintainer: bool,
    /// The tenant to belong to, by slug or name (made where it is missing), and the role there.
    pub membership: Option<(String, Role)>,
}

impl Engine {
    /// Whether anybody has an account; until then everyone is led to the set-up.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn is_set_up(&self) -> Result<bool> {
        Ok(self.0.store.unscoped_has_users().await?)
    }

    /// Makes the first account, an administrator's, and the first tenant; of two at once, one wins.
    ///
    /// # Errors
    /// Where anybody has an account, the tenant exists, or a name or the password is not acceptable.
    pub async fn set_up(&self, input: SetUp) -> Result<UserId> {
        let taken = || Error::conflict("Tidemark is set up already: sign in instead.");
        if self.is_set_up().await? {
            return Err(taken());
        }
        let name = named("administrator", &input.name)?;
        let tenant = named("tenant", &input.tenant)?;
        let slug = slug_of(tenant)?;
        let password_hash = passwords::hash(input.password).await?;
        let now = self.0.clock.now();
        let user = NewUserRecord {
            email: &input.email,
            name,
            password_hash: &password_hash,
            administrator: true,
            maintainer: true,
        };
        let mut transaction = self.0.store.begin().await?;
        let id = transaction
            .insert_first_administrator(&user, now)
            .await
            .map_err(address_taken)?
            .ok_or_else(taken)?;
        let tenant = make_first(self, &mut transaction, &slug, tenant).await?;
        transaction
            .upsert_membership(tenant, id, Role::Owner, now)
            .await?;
        transaction.commit().await?;
        Ok(id)
    }

    /// Makes an account; for whoever has the command line of the server.
    ///
    /// # Errors
    /// Where the address has an account, or a name or the password is not acceptable.
    pub async fn create_user(&self, viewer: &Viewer, input: NewUser) -> Result<UserId> {
        operator_only(viewer)?;
        let name = named("person", &input.name)?;
        let membership = input
            .membership
            .as_ref()
            .map(|(tenant, role)| {
                let tenant = named("tenant", tenant)?;
                Ok::<_, Error>((tenant, slug_of(tenant)?, *role))
            })
            .transpose()?;
        let password_hash = passwords::hash(input.password).await?;
        let now = self.0.clock.now();
        let user = NewUserRecord {
            email: &input.email,
            name,
            password_hash: &password_hash,
            administrator: input.administrator,
            maintainer: input.maintainer,
        };
        let mut transaction = self.0.store.begin().await?;
        let id = transaction
            .insert_user(&user, now)
            .await
            .map_err(address_taken)?;
        if let Some((tenant, slug, role)) = membership {
            let tenant = find_or_make(self, &mut transaction, &slug, tenant).await?;
            transaction.upsert_membership(tenant, id, role, now).await?;
        }
        transaction.commit().await?;
        Ok(id)
    }

    /// Replaces a password; for whoever has the command line of the server.
    ///
    /// # Errors
    /// Where there is no such account, or the password is not acceptable.
    pub async fn reset_password(
        &self,
        viewer: &Viewer,
        email: &Email,
        password: SecretString,
    ) -> Result<()> {
        operator_only(viewer)?;
        let password_hash = passwords::hash(password).await?;
        if self
            .0
            .store
            .unscoped_set_password(email, &password_hash)
            .await?
        {
            Ok(())
        } else {
            Err(Error::invalid(format!(
                "There is no account with the address {email}: make one with “tidemark user create”."
            )))
        }
    }

    /// A person with their memberships, by the account that a session or a sign-in proved.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn person(&self, id: UserId, origin: Origin) -> Result<Option<Person>> {
        Ok(self.0.store.unscoped_person(id, origin).await?)
    }
}

pub(super) fn slug_of(tenant: &str) -> Result<TenantSlug> {
    TenantSlug::from_name(tenant)
        .map_err(|_| Error::invalid("The tenant's name needs at least one letter or digit."))
}

pub(super) fn address_taken(error: crate::StoreError) -> Error {
    if error.violates(ADDRESS_TAKEN) {
        Error::conflict("An account with this e-mail address exists already.")
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

/// Who asks, where only people can.
pub(crate) fn person_only(viewer: &Viewer) -> Result<&Person> {
    match viewer {
        Viewer::Person(person) => Ok(person),
        Viewer::Token { .. } | Viewer::Operator => Err(Error::not_found()),
    }
}
