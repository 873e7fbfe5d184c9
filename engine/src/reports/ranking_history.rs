//! Referrers and paths of a repository over time.

use domain::report::RankingHistory;
use domain::{Day, Permission, RepositoryId, TenantId, Viewer};

use super::countable;
use crate::store::RankingKind;
use crate::{Engine, Result, authorize};

/// How many days a history covers unless more are requested.
const USUAL_DAYS: i64 = 365;

impl Engine {
    /// The referrers of the windows that end within a range; by default the last 365 days.
    ///
    /// # Errors
    /// When there is no such repository, the viewer may not see it, or `to` is before `from`.
    pub async fn referrer_history(
        &self,
        viewer: &Viewer,
        tenant: TenantId,
        id: RepositoryId,
        from: Option<Day>,
        to: Option<Day>,
    ) -> Result<RankingHistory> {
        self.ranking_history(viewer, tenant, id, RankingKind::Referrers, (from, to))
            .await
    }

    /// The paths of the windows that end within a range; by default the last 365 days.
    ///
    /// # Errors
    /// When there is no such repository, the viewer may not see it, or `to` is before `from`.
    pub async fn path_history(
        &self,
        viewer: &Viewer,
        tenant: TenantId,
        id: RepositoryId,
        from: Option<Day>,
        to: Option<Day>,
    ) -> Result<RankingHistory> {
        self.ranking_history(viewer, tenant, id, RankingKind::Paths, (from, to))
            .await
    }

    async fn ranking_history(
        &self,
        viewer: &Viewer,
        tenant: TenantId,
        id: RepositoryId,
        kind: RankingKind,
        (from, to): (Option<Day>, Option<Day>),
    ) -> Result<RankingHistory> {
        authorize(viewer, tenant, Permission::ViewTraffic)?;
        self.one_repository(viewer, tenant, id).await?;
        let to = to.unwrap_or_else(|| self.0.clock.today());
        let range = countable(from.unwrap_or_else(|| to.plus(1 - USUAL_DAYS)), to)?;
        let store = &self.0.store;
        Ok(store.ranking_history(tenant, id, kind, range).await?)
    }
}
