//! Compares the stored sums of traffic with the days, and builds them again.

use domain::{SystemPermission, Viewer};

use crate::{Checked, Engine, Result, authorize_system};

impl Engine {
    /// Compares all stored sums with a plain scan of the days, a repository at a time.
    ///
    /// # Errors
    /// When the viewer may not, or the database fails.
    pub async fn check_totals(&self, viewer: &Viewer) -> Result<Checked> {
        authorize_system(viewer, SystemPermission::ManageTenants)?;
        let store = &self.0.store;
        let repositories = store.unscoped_all_repositories().await?;
        let mut wrong = 0;
        for (tenant, repository) in &repositories {
            wrong += usize::from(
                !store
                    .repository_sums_are_right(*tenant, *repository)
                    .await?,
            );
        }
        let mut wrong_days = 0;
        for tenant in store.unscoped_tenants().await? {
            wrong_days += store.different_tenant_days(tenant.id).await?;
        }
        let mut problems = Vec::new();
        if wrong > 0 {
            let noun = if wrong == 1 {
                "repository"
            } else {
                "repositories"
            };
            problems.push(format!(
                "The totals of {wrong} {noun} do not match the stored days."
            ));
        }
        if wrong_days > 0 {
            let noun = if wrong_days == 1 { "day" } else { "days" };
            problems.push(format!(
                "The sums of all repositories on {wrong_days} {noun} do not match the stored days."
            ));
        }
        if !problems.is_empty() {
            problems.push("Run “tidemark rebuild-totals”.".to_owned());
        }
        Ok(Checked {
            total: repositories.len(),
            problems,
        })
    }

    /// Builds all stored sums again from the days, which stay as they are. `progress` is called with
    /// the repositories done and their number. Returns that number.
    ///
    /// # Errors
    /// When the viewer may not, or the database fails.
    pub async fn rebuild_totals(
        &self,
        viewer: &Viewer,
        progress: &(dyn Fn(usize, usize) + Sync),
    ) -> Result<usize> {
        authorize_system(viewer, SystemPermission::ManageTenants)?;
        let store = &self.0.store;
        let repositories = store.unscoped_all_repositories().await?;
        for (done, (tenant, repository)) in repositories.iter().enumerate() {
            progress(done, repositories.len());
            store.rebuild_repository(*tenant, *repository).await?;
        }
        progress(repositories.len(), repositories.len());
        for tenant in store.unscoped_tenants().await? {
            store.rebuild_tenant_days(tenant.id).await?;
        }
        Ok(repositories.len())
    }
}
