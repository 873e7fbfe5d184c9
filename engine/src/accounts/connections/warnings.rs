//! Warnings about connections, which owners see on every page.

use chrono::{DateTime, Utc};
use domain::report::{Connection, ConnectionProblem, ConnectionWarning, EXPIRES_SOON};
use domain::{Access, Day, Permission, TenantId, Viewer};

use crate::{Engine, Result};

impl Engine {
    /// Warnings about a tenant's connections, urgent ones first; none for viewers who may not
    /// manage connections.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn warnings(
        &self,
        viewer: &Viewer,
        tenant: TenantId,
    ) -> Result<Vec<ConnectionWarning>> {
        if viewer.access(tenant, Permission::ManageConnections) != Access::Granted {
            return Ok(Vec::new());
        }
        let now = self.0.clock.now();
        let connections = self.0.store.connections(tenant).await?;
        let mut warnings: Vec<_> = connections
            .into_iter()
            .filter_map(|connection| warning(connection, now))
            .collect();
        warnings.sort_by_key(|warning| !warning.is_urgent());
        Ok(warnings)
    }
}

fn warning(connection: Connection, now: DateTime<Utc>) -> Option<ConnectionWarning> {
    let expiry = connection.token_expires_at;
    let problem = if let Some(at) = expiry.filter(|at| *at <= now) {
        ConnectionProblem::TokenExpired(Day::of(at))
    } else if let Some(refusal) = connection.refusal {
        ConnectionProblem::Refused(refusal)
    } else {
        let at = expiry.filter(|at| *at - now <= EXPIRES_SOON)?;
        ConnectionProblem::TokenExpires {
            on: Day::of(at),
            days_left: (at - now).num_days(),
        }
    };
    Some(ConnectionWarning {
        connection: connection.name,
        problem,
    })
}
