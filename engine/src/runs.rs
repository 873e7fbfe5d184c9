//! Collection runs: starting, waiting and watching.
#![allow(unused_variables, clippy::todo)]

use domain::report::{CollectionReport, Run};
use domain::{RepositoryId, RunId, TenantId, Trigger, Viewer};
use futures::Stream;

use crate::{Engine, Result};

impl Engine {
    pub async fn collection(&self, viewer: &Viewer, tenant: TenantId) -> Result<CollectionReport> { todo!() }
    pub async fn runs(&self, viewer: &Viewer, tenant: TenantId, limit: u32) -> Result<Vec<Run>> { todo!() }
    pub async fn run(&self, viewer: &Viewer, tenant: TenantId, id: RunId) -> Result<Run> { todo!() }
    pub async fn start_run(&self, viewer: &Viewer, tenant: TenantId, trigger: Trigger, repositories: Option<Vec<RepositoryId>>) -> Result<RunId> { todo!() }
    pub async fn wait_for_run(&self, viewer: &Viewer, tenant: TenantId, id: RunId) -> Result<Run> { todo!() }
    pub async fn watch_runs(&self, viewer: &Viewer, tenant: TenantId) -> Result<impl Stream<Item = Result<Vec<Run>>> + Send + 'static + use<>> {
        if tenant.get() == 0 { todo!() }
        Ok(futures::stream::empty())
    }
}
