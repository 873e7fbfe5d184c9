//! What is in doubt of GitHub's answers.

use chrono::TimeDelta;
use domain::report::AnomaliesReport;
use domain::{Permission, RepositoryId, RepositoryScope, TenantId, Viewer};

use crate::store::AnomalyFilter;
use crate::{Engine, Result, authorize};

/// How many open ones, and how many settled ones, are listed: the newest.
const MOST_LISTED: u32 = 500;
/// For how many days people are told of an open doubt: GitHub forgets a day after half of them.
const TOLD_DAYS: i64 = 30;

impl Engine {
    /// What is in doubt of the repositories within the viewer's reach, or of one of them; the
    /// largest figure that was ever reported stands in each case.
    ///
    /// # Errors
    /// Where there is no such repository, or the viewer may not see it.
    pub async fn observations(
        &self,
        viewer: &Viewer,
        tenant: TenantId,
        repository: Option<RepositoryId>,
    ) -> Result<AnomaliesReport> {
        authorize(viewer, tenant, Permission::ViewTraffic)?;
        let reach = viewer.reach(tenant);
        if let Some(id) = repository {
            self.one_repository(viewer, tenant, id).await?;
        }
        let list = async |open| {
            let filter = AnomalyFilter { repository, open };
            let listed = self
                .0
                .store
                .observations(tenant, &reach, filter, MOST_LISTED + 1);
            listed.await
        };
        let mut open = list(Some(true)).await?;
        let mut settled = list(Some(false)).await?;
        let most = usize::try_from(MOST_LISTED).unwrap_or(usize::MAX);
        let has_more = open.len() > most || settled.len() > most;
        open.truncate(most);
        settled.truncate(most);
        Ok(AnomaliesReport {
            open,
            settled,
            has_more,
        })
    }

    /// How many doubts of late are open that people are to be told, and of how many repositories.
    pub(super) async fn recent_anomalies(
        &self,
        tenant: TenantId,
        reach: &RepositoryScope,
        repository: Option<RepositoryId>,
    ) -> Result<(u32, u32)> {
        let since = self.0.clock.now() - TimeDelta::days(TOLD_DAYS);
        let counted = (self.0.store).count_open_anomalies(tenant, reach, repository, since);
        Ok(counted.await?)
    }
}

/// The line on the overview; `None` where nothing is in doubt.
pub(super) fn sentence((anomalies, repositories): (u32, u32)) -> Option<String> {
    let figures = match anomalies {
        0 => return None,
        1 => "1 data quality issue".to_owned(),
        many => format!("{many} data quality issues"),
    };
    let whose = match repositories {
        1 => "1 repository".to_owned(),
        many => format!("{many} repositories"),
    };
    Some(format!(
        "GitHub’s reports have {figures} in {whose}. The highest values were kept."
    ))
}
