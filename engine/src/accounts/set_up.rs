//! The set-up: the first administrator and the first tenant.

use domain::{AuditAction, Email, Origin, Role, UserId};
use secrecy::SecretString;

use super::people::address_taken;
use super::tenants::{create_first_tenant, slug_for};
use super::{named, passwords};
use crate::store::NewUserRecord;
use crate::{Engine, Error, Result};

/// The input of the set-up.
#[derive(Debug)]
pub struct SetUp {
    /// The administrator's address.
    pub email: Email,
    /// The administrator's name.
    pub name: String,
    /// The administrator's password.
    pub password: SecretString,
    /// The first tenant's name; the administrator becomes its owner.
    pub tenant: String,
}

impl Engine {
    /// Whether any account exists; until then, every page leads to the set-up.
    ///
    /// The first account created on the command line, an administrator's or not, closes the set-up,
    /// so that it is not open to strangers. Further administrators are then created on the command
    /// line, too.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn is_set_up(&self) -> Result<bool> {
        Ok(self.0.store.unscoped_has_users().await?)
    }

    /// Creates the first administrator's account and the first tenant; of two concurrent requests,
    /// one wins.
    ///
    /// # Errors
    /// When an account exists, the tenant exists, or a name or the password is not acceptable.
    pub async fn set_up(&self, input: SetUp, origin: Origin) -> Result<UserId> {
        let taken = || Error::conflict("Tidemark is already set up. Sign in instead.");
        if self.is_set_up().await? {
            return Err(taken());
        }
        let name = named("administrator", &input.name)?;
        let tenant_name = named("tenant", &input.tenant)?;
        let slug = slug_for(tenant_name)?;
        let password_hash = passwords::hash(input.password).await?;
        let now = self.0.clock.now();
        let user = NewUserRecord {
            email: &input.email,
            name,
            password_hash: Some(&password_hash),
            administrator: true,
            maintainer: true,
        };
        let mut transaction = self.0.store.begin().await?;
        let id = transaction
            .insert_first_administrator(&user, now)
            .await
            .map_err(address_taken)?
            .ok_or_else(taken)?;
        let tenant = create_first_tenant(self, &mut transaction, &slug, tenant_name).await?;
        transaction
            .upsert_membership(tenant, id, Role::Owner, now)
            .await?;
        self.log_person(
            &mut transaction,
            id,
            origin,
            AuditAction::SetUp,
            Some(tenant),
            tenant_name,
        )
        .await?;
        transaction.commit().await?;
        Ok(id)
    }
}
