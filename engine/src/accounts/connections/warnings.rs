//! Warnings about connections, which owners see on every page.

use chrono::{DateTime, Utc};
use domain::report::{Connection, EXPIRES_SOON, Warning};
use domain::{Access, Permission, TenantId, Viewer};

use crate::{Engine, Result};

impl Engine {
    /// Warnings about a tenant's connections, urgent ones first; none for viewers who may not
    /// manage connections.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn warnings(&self, viewer: &Viewer, tenant: TenantId) -> Result<Vec<Warning>> {
        if viewer.access(tenant, Permission::ManageConnections) != Access::Granted {
            return Ok(Vec::new());
        }
        let now = self.0.clock.now();
        let connections = self.0.store.connections(tenant).await?;
        let mut warnings: Vec<_> = connections
            .iter()
            .filter_map(|connection| warning(connection, now))
            .collect();
        warnings.sort_by_key(|warning| !warning.urgent);
        Ok(warnings)
    }
}

fn warning(connection: &Connection, now: DateTime<Utc>) -> Option<Warning> {
    let name = &connection.name;
    let expiry = connection.token_expires_at;
    if let Some(at) = expiry.filter(|at| *at <= now) {
        let day = at.format("%Y-%m-%d");
        return Some(Warning {
            message: format!(
                "The token of connection “{name}” expired on {day}, so collecting with it has stopped. Replace the token."
            ),
            urgent: true,
        });
    }
    if let Some(refusal) = &connection.refusal {
        return Some(Warning {
            message: format!("Collecting with connection “{name}” has stopped. {refusal}"),
            urgent: true,
        });
    }
    let at = expiry.filter(|at| *at - now <= EXPIRES_SOON)?;
    let left = match (at - now).num_days() {
        0 => "within a day".to_owned(),
        1 => "in 1 day".to_owned(),
        days => format!("in {days} days"),
    };
    let day = at.format("%Y-%m-%d");
    Some(Warning {
        message: format!(
            "The token of connection “{name}” expires {left}, on {day}. Replace it before then to avoid losing traffic."
        ),
        urgent: false,
    })
}
