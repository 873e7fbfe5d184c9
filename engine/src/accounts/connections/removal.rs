//! Removing a connection.

use domain::{AuditAction, ConnectionId, Permission, TenantId, Viewer};

use crate::accounts::servers::plain;
use crate::store::Transaction;
use crate::{Engine, Error, Result, authorize};

impl Engine {
    /// Removes a connection and erases its token or key. Its repositories move to another
    /// connection, if named. Repositories with history only may stay without one.
    ///
    /// # Errors
    /// When the viewer may not, there is no such connection, or tracked repositories use it and no
    /// other connection to the same server is named.
    pub async fn disconnect(
        &self,
        viewer: &Viewer,
        tenant: TenantId,
        id: ConnectionId,
        move_to: Option<ConnectionId>,
    ) -> Result<()> {
        authorize(viewer, tenant, Permission::ManageConnections)?;
        let mut transaction = self.0.store.begin().await?;
        let (name, api_url) = transaction
            .lock_connection(tenant, id)
            .await?
            .ok_or_else(Error::not_found)?;
        let subject = if let Some(to) = move_to {
            let new = move_all(&mut transaction, tenant, (id, &api_url), to).await?;
            format!("{name}, repositories moved to {new}")
        } else {
            let tracked = transaction.tracked_over(tenant, id).await?;
            if tracked > 0 {
                return Err(Error::conflict(format!(
                    "Some tracked repositories use “{name}” ({tracked}). Choose a connection to move them to, or stop tracking them first."
                )));
            }
            match transaction.delete_follow_rules(tenant, id).await? {
                0 => name,
                rules => format!("{name}, with its follow rules ({rules})"),
            }
        };
        transaction
            .remove_connection(tenant, id, self.0.clock.now())
            .await?;
        self.log(
            &mut transaction,
            viewer,
            AuditAction::ConnectionRemoved,
            Some(tenant),
            &subject,
        )
        .await?;
        transaction.commit().await?;
        self.forget_connection(id);
        Ok(())
    }
}

/// Moves a connection's repositories to another. Returns the other's name.
async fn move_all(
    transaction: &mut Transaction,
    tenant: TenantId,
    (from, server): (ConnectionId, &str),
    to: ConnectionId,
) -> Result<String> {
    let missing = || Error::invalid("Move the repositories to another connection of this tenant.");
    if to == from {
        return Err(missing());
    }
    let (name, api_url) = transaction
        .lock_connection(tenant, to)
        .await?
        .ok_or_else(missing)?;
    // Repository ids are those of their server.
    if plain(&api_url) != plain(server) {
        return Err(Error::invalid(format!(
            "“{name}” uses another GitHub server, which does not have these repositories. Choose a connection to the same server."
        )));
    }
    transaction.move_repositories(tenant, from, to).await?;
    transaction.move_follow_rules(tenant, from, to).await?;
    Ok(name)
}
