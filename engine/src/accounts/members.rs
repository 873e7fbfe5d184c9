//! Members of a tenant: their roles and grants. A tenant always keeps an owner.

use domain::report::MembersReport;
use domain::{
    AuditAction, Permission, RepositoryId, RepositoryScope, Role, TenantId, UserId, Viewer,
};

use crate::limits::listed_ids;
use crate::store::Transaction;
use crate::{Engine, Error, Result, authorize};

impl Engine {
    /// A tenant's members, its open invitations, and the repositories that can be granted.
    ///
    /// # Errors
    /// When the viewer may not see them.
    pub async fn members(&self, viewer: &Viewer, tenant: TenantId) -> Result<MembersReport> {
        authorize(viewer, tenant, Permission::ManageMembers)?;
        let store = &self.0.store;
        let repositories = store.repositories(tenant, &RepositoryScope::All).await?;
        Ok(MembersReport {
            members: store.members(tenant, user_of(viewer)).await?,
            invitations: store.invitations(tenant, self.0.clock.now()).await?,
            repositories: repositories
                .into_iter()
                .map(|record| (record.repository.id, record.repository.full_name))
                .collect(),
        })
    }

    /// Changes a member's role, and a repository viewer's repositories. For other roles, which see
    /// all, the list is ignored.
    ///
    /// # Errors
    /// When the viewer may not, the member or a repository does not exist in the tenant, there are
    /// more repositories than a request may name, or the tenant would lose its last owner.
    pub async fn set_member(
        &self,
        viewer: &Viewer,
        tenant: TenantId,
        user: UserId,
        role: Role,
        granted: Vec<RepositoryId>,
    ) -> Result<()> {
        authorize(viewer, tenant, Permission::ManageMembers)?;
        let mut granted = listed_ids(granted)?;
        if role != Role::RepositoryViewer {
            granted.clear();
        }
        let mut transaction = self.0.store.begin().await?;
        let (name, before) = held(&mut transaction, tenant, user).await?;
        let granted_before = transaction.grants(tenant, user).await?;
        if (before, &granted_before) == (role, &granted) {
            return Ok(());
        }
        if before == Role::Owner && role != Role::Owner {
            keep_an_owner(&mut transaction, tenant, user).await?;
        }
        transaction.set_role(tenant, user, role).await?;
        transaction.delete_grants(tenant, user).await?;
        if transaction.grant(tenant, user, &granted).await? < granted.len() {
            return Err(Error::not_found());
        }
        let subject = format!(
            "{name}: {} (was {})",
            role_text(role, granted.len()),
            role_text(before, granted_before.len())
        );
        self.log(
            &mut transaction,
            viewer,
            AuditAction::RoleChanged,
            Some(tenant),
            &subject,
        )
        .await?;
        if before == Role::Owner {
            self.revoke_works(&mut transaction, viewer, Some(tenant), user, &name)
                .await?;
        }
        Ok(transaction.commit().await?)
    }

    /// Removes a member from a tenant, with all grants.
    ///
    /// # Errors
    /// When the viewer may not, the member does not exist, or is the last owner.
    pub async fn remove_member(
        &self,
        viewer: &Viewer,
        tenant: TenantId,
        user: UserId,
    ) -> Result<()> {
        authorize(viewer, tenant, Permission::ManageMembers)?;
        self.take_out(viewer, tenant, user).await
    }

    /// Leaves a tenant.
    ///
    /// # Errors
    /// When the viewer is no member, or the last owner.
    pub async fn leave(&self, viewer: &Viewer, tenant: TenantId) -> Result<()> {
        authorize(viewer, tenant, Permission::ViewTraffic)?;
        let user = user_of(viewer).ok_or_else(Error::not_found)?;
        self.take_out(viewer, tenant, user).await
    }

    async fn take_out(&self, viewer: &Viewer, tenant: TenantId, user: UserId) -> Result<()> {
        let mut transaction = self.0.store.begin().await?;
        let (name, role) = held(&mut transaction, tenant, user).await?;
        if role == Role::Owner {
            keep_an_owner(&mut transaction, tenant, user).await?;
        }
        transaction.delete_member(tenant, user).await?;
        let subject = format!("{name} (was {})", role.label());
        self.log(
            &mut transaction,
            viewer,
            AuditAction::MemberRemoved,
            Some(tenant),
            &subject,
        )
        .await?;
        self.revoke_works(&mut transaction, viewer, Some(tenant), user, &name)
            .await?;
        Ok(transaction.commit().await?)
    }

    /// Revokes what a person created with an authority just lost, in one tenant or everywhere: open
    /// invitations, and API tokens of the tenant. Otherwise the person could return by an
    /// invitation or continue with a token.
    pub(super) async fn revoke_works(
        &self,
        transaction: &mut Transaction,
        viewer: &Viewer,
        tenant: Option<TenantId>,
        user: UserId,
        name: &str,
    ) -> Result<()> {
        let invitations = transaction
            .unscoped_delete_void_invitations(tenant, user)
            .await?;
        if invitations > 0 {
            let subject = format!("All {invitations} of {name}, who may no longer invite");
            let action = AuditAction::InvitationWithdrawn;
            self.log(transaction, viewer, action, tenant, &subject)
                .await?;
        }
        let Some(tenant) = tenant else { return Ok(()) };
        for token in transaction.delete_api_tokens_of(tenant, user).await? {
            let subject = format!("“{token}” of {name}");
            let action = AuditAction::TokenRevoked;
            self.log(transaction, viewer, action, Some(tenant), &subject)
                .await?;
        }
        Ok(())
    }
}

/// A member's name and role, locked until the transaction ends.
async fn held(
    transaction: &mut Transaction,
    tenant: TenantId,
    user: UserId,
) -> Result<(String, Role)> {
    transaction
        .lock_tenant(tenant)
        .await?
        .ok_or_else(Error::not_found)?;
    let member = transaction.member(tenant, user).await?;
    member.ok_or_else(Error::not_found)
}

async fn keep_an_owner(
    transaction: &mut Transaction,
    tenant: TenantId,
    user: UserId,
) -> Result<()> {
    if transaction.has_another_owner(tenant, user).await? {
        return Ok(());
    }
    Err(Error::conflict(
        "This is the tenant’s only owner. Make someone else an owner first.",
    ))
}

/// A role, as the system log names it, with the number of granted repositories.
pub(super) fn role_text(role: Role, granted: usize) -> String {
    match (role, granted) {
        (Role::RepositoryViewer, 1) => "Repository viewer of 1 repository".to_owned(),
        (Role::RepositoryViewer, granted) => {
            format!("Repository viewer of {granted} repositories")
        }
        (role, _) => role.label().to_owned(),
    }
}

/// The account of a viewer, if it is a person.
pub(super) fn user_of(viewer: &Viewer) -> Option<UserId> {
    match viewer {
        Viewer::Person(person) => Some(person.id),
        Viewer::Token { .. } | Viewer::Operator => None,
    }
}
