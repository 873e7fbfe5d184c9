//! Tracking many repositories at once, from what a connection's token lists.

use domain::report::{AvailableReport, TrackedMany};
use domain::{ConnectionId, Permission, RepositoryName, TenantId, Viewer};

use crate::{Engine, Error, Result, authorize};

/// Which of the repositories that a connection lists are to be tracked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Selection {
    /// All whose traffic can be read and that are not tracked yet.
    All,
    /// These.
    These(Vec<RepositoryName>),
}

impl Engine {
    /// The repositories that a connection's token lists, narrowed by a search.
    ///
    /// # Errors
    /// Where the viewer may not, there is no such connection, or GitHub does not answer.
    pub async fn available_repositories(
        &self,
        viewer: &Viewer,
        tenant: TenantId,
        _id: ConnectionId,
        _search: &str,
    ) -> Result<AvailableReport> {
        authorize(viewer, tenant, Permission::ManageRepositories)?;
        Err(Error::invalid(
            "This version of Tidemark cannot do that yet.",
        ))
    }

    /// Tracks many repositories, without asking GitHub about each.
    ///
    /// # Errors
    /// Where the viewer may not, there is no such connection, or GitHub does not answer.
    pub async fn track_many(
        &self,
        viewer: &Viewer,
        tenant: TenantId,
        _id: ConnectionId,
        _selection: Selection,
    ) -> Result<TrackedMany> {
        authorize(viewer, tenant, Permission::ManageRepositories)?;
        Err(Error::invalid(
            "This version of Tidemark cannot do that yet.",
        ))
    }
}
