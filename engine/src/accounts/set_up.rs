//! The first start: the first administrator and the first tenant.

use domain::{AuditAction, Email, Origin, Role, UserId};
use secrecy::SecretString;

use super::people::address_taken;
use super::tenants::{make_first, slug_for};
use super::{named, passwords};
use crate::store::NewUserRecord;
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

impl Engine {
    /// Whether anybody has an account; until then everyone is led to the set-up.
    ///
    /// Whoever makes the first account on the command line, an administrator's or not, closes the
    /// set-up: it must not lie open to strangers beside people who work here already. Further
    /// administrators are then made on the command line, too.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn is_set_up(&self) -> Result<bool> {
        Ok(self.0.store.unscoped_has_users().await?)
    }

    /// Makes the first administrator's account and the first tenant; of two at once, one wins.
    ///
    /// # Errors
    /// Where anybody has an account, the tenant exists, or a name or the password is not acceptable.
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
        let tenant = make_first(self, &mut transaction, &slug, tenant_name).await?;
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
