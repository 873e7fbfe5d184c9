//! Tenants' limits: enforcing and changing them.
//!
//! What is limited is added between [`Engine::hold_limits`] and [`Engine::keep_within`], in one
//! transaction. Of two concurrent requests, the second counts what the first one added.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use domain::{AuditAction, Cron, Limit, Limits, MOST_IDS, SystemPermission, TenantId, Viewer};

use crate::store::Transaction;
use crate::{Engine, Error, Result, authorize_system};

impl Engine {
    /// The limits that administrators changed, by tenant.
    ///
    /// # Errors
    /// When the viewer may not see them.
    pub async fn tenant_limits(&self, viewer: &Viewer) -> Result<HashMap<TenantId, Limits>> {
        authorize_system(viewer, SystemPermission::ManageTenants)?;
        let limits = self.0.store.unscoped_limits().await?;
        Ok(limits.into_iter().collect())
    }

    /// Sets the limits of a tenant. What exceeds them stays, and nothing is added.
    ///
    /// # Errors
    /// When the viewer may not, or there is no such tenant.
    pub async fn set_tenant_limits(
        &self,
        viewer: &Viewer,
        tenant: TenantId,
        limits: &Limits,
    ) -> Result<()> {
        authorize_system(viewer, SystemPermission::ManageTenants)?;
        let mut transaction = self.0.store.begin().await?;
        let before = self.hold_limits(&mut transaction, tenant).await?;
        if before == *limits {
            return Ok(());
        }
        transaction.set_limits(tenant, limits).await?;
        let action = AuditAction::TenantLimitsChanged;
        let subject = log_subject(&before, limits);
        self.log(&mut transaction, viewer, action, Some(tenant), &subject)
            .await?;
        Ok(transaction.commit().await?)
    }

    /// Locks the limits of a tenant. Until the transaction ends, no other one adds what is limited.
    pub(crate) async fn hold_limits(
        &self,
        transaction: &mut Transaction,
        tenant: TenantId,
    ) -> Result<Limits> {
        let limits = transaction.hold_limits(tenant).await?;
        limits.ok_or_else(Error::not_found)
    }

    /// Refuses what was just added when it exceeds the limit. The caller must not commit then.
    pub(crate) async fn keep_within(
        &self,
        transaction: &mut Transaction,
        tenant: TenantId,
        limits: &Limits,
        limit: Limit,
    ) -> Result<()> {
        let now = self.0.clock.now();
        let most = limits.get(limit);
        if transaction.used(tenant, limit, now).await? > most.into() {
            return Err(limit.exceeded(most).into());
        }
        Ok(())
    }

    /// Refuses a schedule whose runs are too close together.
    pub(crate) fn keep_apart(&self, cron: &Cron, limits: &Limits) -> Result<()> {
        let minutes = limits.get(Limit::ScheduleInterval);
        let interval = TimeDelta::minutes(minutes.into());
        if cron.runs_within(interval, self.0.clock.now()) {
            return Err(Limit::ScheduleInterval.exceeded(minutes).into());
        }
        Ok(())
    }
}

/// How much of something limited a tenant may still add; the limits must be locked.
pub(crate) async fn room(
    transaction: &mut Transaction,
    tenant: TenantId,
    limits: &Limits,
    limit: Limit,
    now: DateTime<Utc>,
) -> Result<usize> {
    let used = transaction.used(tenant, limit, now).await?;
    let left = u64::from(limits.get(limit)).saturating_sub(used);
    Ok(usize::try_from(left).unwrap_or(usize::MAX))
}

/// The ids of a request, each once.
///
/// # Errors
/// When there are more than a request may name.
pub(crate) fn listed_ids<T: Ord>(mut ids: Vec<T>) -> Result<Vec<T>> {
    if ids.len() > MOST_IDS {
        return Err(Limit::RequestIds
            .exceeded(Limit::RequestIds.default_value())
            .into());
    }
    ids.sort_unstable();
    ids.dedup();
    Ok(ids)
}

/// The changes, as the system log names them.
fn log_subject(before: &Limits, after: &Limits) -> String {
    let changed = Limit::PER_TENANT.into_iter().filter_map(|limit| {
        let (before, after) = (before.get(limit), after.get(limit));
        (before != after).then(|| format!("{}: {after} (was {before})", limit.label()))
    });
    changed.collect::<Vec<_>>().join("; ")
}
