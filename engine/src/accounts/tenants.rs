//! Finding and making tenants.

use domain::{Cron, Permission, TenantId, TenantSlug, TimeZone, Viewer};

use super::people::operator_only;
use crate::store::{ScheduleFields, StoreError, Transaction};
use crate::{Engine, Error, Result, authorize};

/// What every tenant begins with: without a schedule, days would be lost in silence. Twice a day
/// leaves a failed run a dozen more chances before GitHub forgets.
const FIRST_SCHEDULE: (&str, &str) = ("Twice a day", "17 5,17 * * *");

impl Engine {
    /// The tenant of an address.
    ///
    /// # Errors
    /// Where there is none, or the viewer may not know of it.
    pub async fn tenant(&self, viewer: &Viewer, slug: &str) -> Result<TenantId> {
        let tenant = self
            .0
            .store
            .unscoped_tenant(slug)
            .await?
            .ok_or_else(Error::not_found)?;
        authorize(viewer, tenant, Permission::ViewTraffic)?;
        Ok(tenant)
    }

    /// All tenants; for whoever has the command line of the server.
    ///
    /// # Errors
    /// Where the viewer is someone else.
    pub async fn tenants(&self, viewer: &Viewer) -> Result<Vec<(TenantId, TenantSlug)>> {
        operator_only(viewer)?;
        Ok(self.0.store.unscoped_tenants().await?)
    }
}

/// The tenant of a slug, made with a first schedule where it is missing.
pub(super) async fn find_or_make(
    engine: &Engine,
    transaction: &mut Transaction,
    slug: &TenantSlug,
    name: &str,
) -> Result<TenantId> {
    match transaction.find_tenant(slug).await? {
        Some(tenant) => Ok(tenant),
        None => make(engine, transaction, slug, name).await,
    }
}

/// The tenant of the first account; whoever sets Tidemark up comes into no tenant that exists.
pub(super) async fn make_first(
    engine: &Engine,
    transaction: &mut Transaction,
    slug: &TenantSlug,
    name: &str,
) -> Result<TenantId> {
    match transaction.find_tenant(slug).await? {
        Some(_) => Err(Error::conflict(
            "A tenant of this name exists already: choose another name.",
        )),
        None => make(engine, transaction, slug, name).await,
    }
}

async fn make(
    engine: &Engine,
    transaction: &mut Transaction,
    slug: &TenantSlug,
    name: &str,
) -> Result<TenantId> {
    let now = engine.0.clock.now();
    let tenant = transaction.insert_tenant(slug, name, now).await?;
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
