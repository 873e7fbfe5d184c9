//! Anomalies in GitHub's responses.

use chrono::TimeDelta;
use domain::report::{AnomaliesReport, AnomalyRecord, OpenAnomalies};
use domain::{Permission, RepositoryId, RepositoryScope, TenantId, Viewer};

use crate::page::{ListPage, PageSize};
use crate::store::{AnomalyFilter, AnomalyKey};
use crate::{Engine, Result, authorize};

/// How many open and how many resolved anomalies are listed at most, newest first.
const MAX_LISTED: u32 = 500;
/// For how many days an open anomaly is shown as a warning: GitHub forgets a day after half of
/// them.
const WARNING_DAYS: i64 = 30;

impl Engine {
    /// The anomalies of the repositories in scope, or of one of them; the highest reported value is
    /// kept in each case.
    ///
    /// # Errors
    /// When there is no such repository, or the viewer may not see it.
    pub async fn anomalies(
        &self,
        viewer: &Viewer,
        tenant: TenantId,
        repository: Option<RepositoryId>,
    ) -> Result<AnomaliesReport> {
        authorize(viewer, tenant, Permission::ViewTraffic)?;
        let scope = viewer.repository_scope(tenant);
        if let Some(id) = repository {
            self.one_repository(viewer, tenant, id).await?;
        }
        let list = async |open| {
            let filter = AnomalyFilter {
                repository,
                open,
                after: None,
            };
            let listed = self
                .0
                .store
                .anomalies(tenant, &scope, filter, MAX_LISTED + 1);
            listed.await
        };
        let mut open = list(Some(true)).await?;
        let mut settled = list(Some(false)).await?;
        let most = usize::try_from(MAX_LISTED).unwrap_or(usize::MAX);
        let has_more = open.len() > most || settled.len() > most;
        open.truncate(most);
        settled.truncate(most);
        Ok(AnomaliesReport {
            open,
            settled,
            has_more,
        })
    }

    /// A page of the anomalies of a repository, open or resolved, newest first: those after a key,
    /// or the newest ones.
    ///
    /// # Errors
    /// When there is no such repository, or the viewer may not see it.
    pub async fn list_anomalies(
        &self,
        viewer: &Viewer,
        tenant: TenantId,
        repository: RepositoryId,
        size: PageSize,
        after: Option<AnomalyKey>,
    ) -> Result<ListPage<AnomalyRecord, AnomalyKey>> {
        authorize(viewer, tenant, Permission::ViewTraffic)?;
        let scope = viewer.repository_scope(tenant);
        self.one_repository(viewer, tenant, repository).await?;
        let filter = AnomalyFilter {
            repository: Some(repository),
            open: None,
            after,
        };
        let records = (self.0.store)
            .anomalies(tenant, &scope, filter, size.with_one_more())
            .await?;
        Ok(size.cut(records).into_list(AnomalyKey::of))
    }

    /// The recent open anomalies, which need a warning; `None` without any.
    pub(super) async fn recent_anomalies(
        &self,
        tenant: TenantId,
        scope: &RepositoryScope,
        repository: Option<RepositoryId>,
    ) -> Result<Option<OpenAnomalies>> {
        let since = self.0.clock.now() - TimeDelta::days(WARNING_DAYS);
        let counted = (self.0.store).count_open_anomalies(tenant, scope, repository, since);
        let (issues, repositories) = counted.await?;
        Ok((issues > 0).then_some(OpenAnomalies {
            issues,
            repositories,
        }))
    }
}
