//! Tracking repositories, and stopping it.
#![allow(unused_variables, clippy::todo)]

use domain::report::{History, RepositoriesReport, Repository};
use domain::{RepositoryId, RepositoryName, TenantId, Viewer};

use crate::{Engine, Result};

impl Engine {
    pub async fn repositories(&self, viewer: &Viewer, tenant: TenantId) -> Result<RepositoriesReport> { todo!() }
    pub async fn find_repository(&self, viewer: &Viewer, tenant: TenantId, name: &RepositoryName) -> Result<Repository> { todo!() }
    pub async fn track(&self, viewer: &Viewer, tenant: TenantId, name: &RepositoryName) -> Result<Repository> { todo!() }
    pub async fn untrack(&self, viewer: &Viewer, tenant: TenantId, id: RepositoryId, history: History) -> Result<()> { todo!() }
}
