//! Tenants: finding, creating, renaming, suspending and deleting them.

use domain::report::TenantSummary;
use domain::{
    AuditAction, Cron, Email, Permission, Role, SystemPermission, TenantId, TenantSlug, TimeZone,
    Viewer,
};
use secrecy::SecretString;

use super::invitations::{Opening, meant_for};
use super::members::user_of;
use super::named;
use crate::store::{LockedTenant, SLUG_TAKEN, ScheduleFields, StoreError, Transaction};
use crate::{Engine, Error, Result, authorize, authorize_system};

/// Every tenant's first schedule: without one, days would be lost silently. Twice a day leaves a
/// dozen retries before GitHub forgets a day.
const FIRST_SCHEDULE: (&str, &str) = ("Twice a day", "17 5,17 * * *");

/// A tenant that was just created.
#[derive(Debug)]
pub struct NewTenant {
    /// Its slug.
    pub slug: TenantSlug,
    /// The token of its owner's invitation, shown this once; `None` when its creator owns it.
    pub invitation: Option<SecretString>,
}

impl Engine {
    /// The tenant with this slug.
    ///
    /// # Errors
    /// When it does not exist, or the viewer may not see it.
    pub async fn tenant(&self, viewer: &Viewer, slug: &str) -> Result<TenantId> {
        // It comes from an address, so text that is no slug does not reach the database.
        let slug: TenantSlug = slug.parse().map_err(|_| Error::not_found())?;
        let tenant = self.0.store.unscoped_tenant(slug.as_str()).await?;
        let tenant = tenant.ok_or_else(Error::not_found)?;
        authorize(viewer, tenant, Permission::ViewTraffic)?;
        Ok(tenant)
    }

    /// All tenants, by name, without their traffic.
    ///
    /// # Errors
    /// When the viewer may not see them.
    pub async fn tenants(&self, viewer: &Viewer) -> Result<Vec<TenantSummary>> {
        authorize_system(viewer, SystemPermission::ManageTenants)?;
        Ok(self.0.store.unscoped_tenants().await?)
    }

    /// Creates a tenant with a first schedule. Its creator owns it, unless an owner is to be
    /// invited.
    ///
    /// # Errors
    /// When the viewer may not, or the name is not acceptable or taken.
    pub async fn create_tenant(
        &self,
        viewer: &Viewer,
        name: &str,
        owner: Option<Email>,
    ) -> Result<NewTenant> {
        authorize_system(viewer, SystemPermission::ManageTenants)?;
        let name = named("tenant", name)?;
        let slug = slug_for(name)?;
        let mut transaction = self.0.store.begin().await?;
        let tenant = insert_with_schedule(self, &mut transaction, &slug, name).await?;
        self.log(
            &mut transaction,
            viewer,
            AuditAction::TenantCreated,
            Some(tenant),
            name,
        )
        .await?;
        let invitation = match (owner, user_of(viewer)) {
            (Some(email), _) => {
                let token = self
                    .open_for_owner(&mut transaction, viewer, tenant, Some(&email))
                    .await?;
                Some(token)
            }
            (None, Some(user)) => {
                let now = self.0.clock.now();
                transaction
                    .insert_member(tenant, user, Role::Owner, now)
                    .await?;
                None
            }
            (None, None) => None,
        };
        transaction.commit().await?;
        self.0.scheduler.reread().await;
        Ok(NewTenant { slug, invitation })
    }

    /// Invites an owner to a tenant without one. Returns the token of the link, this once.
    ///
    /// A tenant's owners invite others; administrators must not be able to admit themselves.
    ///
    /// # Errors
    /// When the viewer may not, there is no such tenant, or it has an owner.
    pub async fn invite_owner(
        &self,
        viewer: &Viewer,
        tenant: TenantId,
        email: Option<Email>,
    ) -> Result<SecretString> {
        authorize_system(viewer, SystemPermission::ManageTenants)?;
        let mut transaction = self.0.store.begin().await?;
        locked(&mut transaction, tenant).await?;
        if transaction.has_owner(tenant).await? {
            return Err(Error::conflict(
                "The tenant has an owner, who can invite others in its settings.",
            ));
        }
        let token = self
            .open_for_owner(&mut transaction, viewer, tenant, email.as_ref())
            .await?;
        transaction.commit().await?;
        Ok(token)
    }

    /// Creates an invitation for an owner, and logs it.
    async fn open_for_owner(
        &self,
        transaction: &mut Transaction,
        viewer: &Viewer,
        tenant: TenantId,
        email: Option<&Email>,
    ) -> Result<SecretString> {
        let opening = Opening {
            tenant: Some((tenant, Role::Owner)),
            administrator: false,
            maintainer: false,
            email,
        };
        let (_, token) = self
            .insert_invitation(transaction, viewer, &opening)
            .await?;
        let subject = meant_for(Role::Owner.label(), email.map(Email::as_str));
        self.log(
            transaction,
            viewer,
            AuditAction::Invited,
            Some(tenant),
            &subject,
        )
        .await?;
        Ok(token)
    }

    /// Renames a tenant; its slug stays, so that links keep working.
    ///
    /// # Errors
    /// When the viewer may not, there is no such tenant, or the name is not acceptable.
    pub async fn rename_tenant(&self, viewer: &Viewer, tenant: TenantId, name: &str) -> Result<()> {
        authorize_system(viewer, SystemPermission::ManageTenants)?;
        let name = named("tenant", name)?;
        let mut transaction = self.0.store.begin().await?;
        let before = locked(&mut transaction, tenant).await?;
        transaction.rename_tenant(tenant, name).await?;
        let subject = format!("“{name}” (was “{}”)", before.name);
        self.log(
            &mut transaction,
            viewer,
            AuditAction::TenantRenamed,
            Some(tenant),
            &subject,
        )
        .await?;
        Ok(transaction.commit().await?)
    }

    /// Suspends or resumes a tenant. A suspended tenant is not collected and not accessible, and
    /// keeps its data. Active runs may finish.
    ///
    /// # Errors
    /// When the viewer may not, or there is no such tenant.
    pub async fn suspend_tenant(
        &self,
        viewer: &Viewer,
        tenant: TenantId,
        suspended: bool,
    ) -> Result<()> {
        authorize_system(viewer, SystemPermission::ManageTenants)?;
        let mut transaction = self.0.store.begin().await?;
        let before = locked(&mut transaction, tenant).await?;
        if before.suspended_at.is_some() == suspended {
            return Ok(());
        }
        let (since, action) = if suspended {
            (Some(self.0.clock.now()), AuditAction::TenantSuspended)
        } else {
            (None, AuditAction::TenantResumed)
        };
        transaction.set_suspended(tenant, since).await?;
        self.log(&mut transaction, viewer, action, Some(tenant), &before.name)
            .await?;
        transaction.commit().await?;
        self.0.scheduler.reread().await;
        Ok(())
    }

    /// Deletes a tenant with all its data, permanently; `name` is its name, typed to confirm.
    ///
    /// # Errors
    /// When the viewer may not, there is no such tenant, the name differs, or a run is active.
    pub async fn delete_tenant(&self, viewer: &Viewer, tenant: TenantId, name: &str) -> Result<()> {
        authorize_system(viewer, SystemPermission::ManageTenants)?;
        let connections = self.0.store.connections(tenant).await?;
        let mut transaction = self.0.store.begin().await?;
        let before = locked(&mut transaction, tenant).await?;
        if name.trim() != before.name {
            return Err(Error::invalid(format!(
                "Nothing was deleted. Type the tenant’s name, “{}”, to confirm.",
                before.name
            )));
        }
        if transaction.is_collected_now(tenant).await? {
            return Err(Error::conflict(
                "A run of this tenant is in progress. Suspend the tenant, wait for the run to end, then delete it.",
            ));
        }
        // Logged first, while the tenant's name can still be found.
        self.log(
            &mut transaction,
            viewer,
            AuditAction::TenantDeleted,
            Some(tenant),
            &before.name,
        )
        .await?;
        transaction.delete_tenant(tenant).await?;
        transaction.unscoped_delete_unused_labels().await?;
        transaction.commit().await?;
        for connection in connections {
            self.forget_connection(connection.id);
        }
        self.0.scheduler.reread().await;
        Ok(())
    }
}

/// The tenant with this slug, created with a first schedule if missing. Returns whether it was
/// created.
pub(super) async fn find_or_create_tenant(
    engine: &Engine,
    transaction: &mut Transaction,
    slug: &TenantSlug,
    name: &str,
) -> Result<(TenantId, bool)> {
    match transaction.find_tenant(slug).await? {
        Some(tenant) => Ok((tenant, false)),
        None => Ok((
            insert_with_schedule(engine, transaction, slug, name).await?,
            true,
        )),
    }
}

/// The tenant of the first account. The set-up never joins an existing tenant.
pub(super) async fn create_first_tenant(
    engine: &Engine,
    transaction: &mut Transaction,
    slug: &TenantSlug,
    name: &str,
) -> Result<TenantId> {
    insert_with_schedule(engine, transaction, slug, name).await
}

/// A new tenant with a first schedule.
async fn insert_with_schedule(
    engine: &Engine,
    transaction: &mut Transaction,
    slug: &TenantSlug,
    name: &str,
) -> Result<TenantId> {
    let now = engine.0.clock.now();
    let tenant = transaction
        .insert_tenant(slug, name, now)
        .await
        .map_err(|error| {
            if error.violates(SLUG_TAKEN) {
                Error::conflict(format!(
                    "Another tenant already uses the URL name “{slug}” that this name would get. Choose another name."
                ))
            } else {
                error.into()
            }
        })?;
    let (name, cron) = FIRST_SCHEDULE;
    let cron: Cron = cron
        .parse()
        .map_err(|_| StoreError::UnknownWord("cron expression"))?;
    let fields = ScheduleFields {
        name,
        cron: &cron,
        timezone: TimeZone::UTC,
        enabled: true,
    };
    transaction.insert_schedule(tenant, &fields, now).await?;
    Ok(tenant)
}

/// The slug for a tenant's name.
pub(super) fn slug_for(tenant: &str) -> Result<TenantSlug> {
    TenantSlug::from_name(tenant)
        .map_err(|_| Error::invalid("The tenant’s name needs at least one letter or digit."))
}

/// A tenant, locked until the transaction ends.
async fn locked(transaction: &mut Transaction, tenant: TenantId) -> Result<LockedTenant> {
    let found = transaction.lock_tenant(tenant).await?;
    found.ok_or_else(Error::not_found)
}
