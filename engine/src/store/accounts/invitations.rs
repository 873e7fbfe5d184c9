//! Invitations; only a hash of each token is stored. Accepting one deletes it.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use domain::report::{Invitation, InvitationOffer};
use domain::{
    Email, InvitationId, RepositoryId, RepositoryScope, Role, TenantId, TenantSlug, UserId,
};
use sqlx::FromRow;

use super::members::stored_role;
use crate::store::scope::{Scoped, id_list, scoped};
use crate::store::{Store, StoreError, Transaction};

/// An invitation to insert.
pub(crate) struct NewInvitation<'a> {
    pub(crate) tenant: Option<(TenantId, Role)>,
    pub(crate) administrator: bool,
    pub(crate) maintainer: bool,
    pub(crate) email: Option<&'a Email>,
    pub(crate) token_hash: &'a [u8],
    pub(crate) invited_by: Option<UserId>,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) expires_at: DateTime<Utc>,
}

/// An invitation that was just accepted.
pub(crate) struct TakenInvitation {
    /// The tenant, its slug, and the person's role there.
    pub(crate) tenant: Option<(TenantId, TenantSlug, Role)>,
    pub(crate) granted: Vec<RepositoryId>,
    pub(crate) administrator: bool,
    pub(crate) maintainer: bool,
}

#[derive(FromRow)]
struct OpenRow {
    id: i64,
    email: Option<String>,
    role: Option<String>,
    administrator: bool,
    maintainer: bool,
    invited_by: Option<String>,
    created_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
}

#[derive(FromRow)]
struct OfferRow {
    tenant: Option<String>,
    role: Option<String>,
    invited_by: Option<String>,
    email: Option<String>,
    expires_at: DateTime<Utc>,
}

#[derive(FromRow)]
struct TakenRow {
    tenant_id: Option<i64>,
    role: Option<String>,
    administrator: bool,
    maintainer: bool,
}

impl Store {
    /// A tenant's open invitations, newest first.
    pub(crate) async fn invitations(
        &self,
        tenant: TenantId,
        now: DateTime<Utc>,
    ) -> Result<Vec<Invitation>, StoreError> {
        self.open_invitations(Some(tenant), now).await
    }

    /// The open invitations without a tenant, newest first.
    pub(crate) async fn unscoped_invitations(
        &self,
        now: DateTime<Utc>,
    ) -> Result<Vec<Invitation>, StoreError> {
        self.open_invitations(None, now).await
    }

    async fn open_invitations(
        &self,
        tenant: Option<TenantId>,
        now: DateTime<Utc>,
    ) -> Result<Vec<Invitation>, StoreError> {
        const OPEN: &str = "
            select i.id, i.email, i.role, i.administrator, i.maintainer, u.name as invited_by,
                i.created_at, i.expires_at
            from invitations i left join users u on u.id = i.invited_by
            where (i.tenant_id = $1 or ($1 is null and i.tenant_id is null)) and i.expires_at > $2
            order by i.id desc";
        const GRANTED: &str = "
            select g.invitation_id, g.repository_id
            from invitation_repositories g join invitations i on i.id = g.invitation_id
            where i.tenant_id = $1 order by g.invitation_id, g.repository_id";
        let tenant = tenant.map(TenantId::get);
        let rows: Vec<OpenRow> = on!(&self.db, |pool| sqlx::query_as(OPEN)
            .bind(tenant)
            .bind(now)
            .fetch_all(pool)
            .await)?;
        let grants: Vec<(i64, i64)> = on!(&self.db, |pool| sqlx::query_as(GRANTED)
            .bind(tenant)
            .fetch_all(pool)
            .await)?;
        let mut granted: HashMap<i64, Vec<RepositoryId>> = HashMap::new();
        for (invitation, repository) in grants {
            let repository = RepositoryId::new(repository);
            granted.entry(invitation).or_default().push(repository);
        }
        rows.into_iter()
            .map(|row| {
                Ok(Invitation {
                    id: InvitationId::new(row.id),
                    email: row.email.map(Email::stored),
                    role: row.role.as_deref().map(stored_role).transpose()?,
                    granted: granted.remove(&row.id).unwrap_or_default(),
                    administrator: row.administrator,
                    maintainer: row.maintainer,
                    invited_by: row.invited_by,
                    created_at: row.created_at,
                    expires_at: row.expires_at,
                })
            })
            .collect()
    }

    /// What a token offers its holder; `None` when it is not valid at `now`.
    pub(crate) async fn unscoped_offer(
        &self,
        token_hash: &[u8],
        now: DateTime<Utc>,
    ) -> Result<Option<InvitationOffer>, StoreError> {
        const OFFER: &str = "
            select t.name as tenant, i.role, u.name as invited_by, i.email, i.expires_at
            from invitations i
            left join tenants t on t.id = i.tenant_id
            left join users u on u.id = i.invited_by
            where i.token_hash = $1 and i.expires_at > $2 and t.suspended_at is null";
        let row: Option<OfferRow> = on!(&self.db, |pool| sqlx::query_as(OFFER)
            .bind(token_hash)
            .bind(now)
            .fetch_optional(pool)
            .await)?;
        row.map(|row| {
            Ok(InvitationOffer {
                tenant: row.tenant,
                role: row.role.as_deref().map(stored_role).transpose()?,
                invited_by: row.invited_by,
                email: row.email.map(Email::stored),
                expires_at: row.expires_at,
            })
        })
        .transpose()
    }
}

impl Transaction {
    /// Creates an invitation.
    pub(crate) async fn insert_invitation(
        &mut self,
        invitation: &NewInvitation<'_>,
    ) -> Result<InvitationId, StoreError> {
        const INSERT: &str = "
            insert into invitations (tenant_id, role, administrator, maintainer, email, token_hash,
                invited_by, created_at, expires_at)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
            returning id";
        let id: i64 = within!(*self, |connection| sqlx::query_scalar(INSERT)
            .bind(invitation.tenant.map(|(tenant, _)| tenant.get()))
            .bind(invitation.tenant.map(|(_, role)| role.as_str()))
            .bind(invitation.administrator)
            .bind(invitation.maintainer)
            .bind(invitation.email.map(Email::as_str))
            .bind(invitation.token_hash)
            .bind(invitation.invited_by.map(UserId::get))
            .bind(invitation.created_at)
            .bind(invitation.expires_at)
            .fetch_one(connection)
            .await)?;
        Ok(InvitationId::new(id))
    }

    /// Adds these repositories to an invitation that has none yet. Returns how many of them belong
    /// to the tenant.
    pub(crate) async fn offer_repositories(
        &mut self,
        tenant: TenantId,
        invitation: InvitationId,
        repositories: &[RepositoryId],
    ) -> Result<usize, StoreError> {
        const OFFER: Scoped = scoped!(
            "insert into invitation_repositories (invitation_id, repository_id)
            select i.id, r.id
            from invitations i join repositories r on r.tenant_id = i.tenant_id
            where i.tenant_id = $1 and i.id = $3",
            ""
        );
        let only = RepositoryScope::Only(repositories.to_vec());
        let text = OFFER.within(self, &only);
        let offered = within!(*self, |connection| sqlx::query(text)
            .bind(tenant.get())
            .bind(id_list(&only))
            .bind(invitation.get())
            .execute(connection)
            .await
            .map(|done| done.rows_affected()))?;
        Ok(usize::try_from(offered).unwrap_or(usize::MAX))
    }

    /// Deletes the invitation of a token and returns what it offered; `None` when the token is not
    /// valid at `now`. Of two concurrent requests, one gets it.
    pub(crate) async fn unscoped_take_invitation(
        &mut self,
        token_hash: &[u8],
        now: DateTime<Utc>,
    ) -> Result<Option<TakenInvitation>, StoreError> {
        const GRANTED: &str = "
            select g.repository_id
            from invitation_repositories g join invitations i on i.id = g.invitation_id
            where i.token_hash = $1 order by g.repository_id";
        const TAKE: &str = "
            delete from invitations
            where token_hash = $1 and expires_at > $2 and not exists (
                select 1 from tenants t
                where t.id = invitations.tenant_id and t.suspended_at is not null)
            returning tenant_id, role, administrator, maintainer";
        // Read first, because they are deleted with the invitation.
        let granted: Vec<i64> = within!(*self, |connection| sqlx::query_scalar(GRANTED)
            .bind(token_hash)
            .fetch_all(connection)
            .await)?;
        let row: Option<TakenRow> = within!(*self, |connection| sqlx::query_as(TAKE)
            .bind(token_hash)
            .bind(now)
            .fetch_optional(connection)
            .await)?;
        let Some(row) = row else { return Ok(None) };
        let tenant = match row.tenant_id.zip(row.role) {
            Some((tenant, role)) => {
                let slug: String = within!(*self, |connection| sqlx::query_scalar(
                    "select slug from tenants where id = $1"
                )
                .bind(tenant)
                .fetch_one(connection)
                .await)?;
                let slug = slug.parse().map_err(|_| StoreError::UnknownWord("slug"))?;
                Some((TenantId::new(tenant), slug, stored_role(&role)?))
            }
            None => None,
        };
        Ok(Some(TakenInvitation {
            tenant,
            granted: granted.into_iter().map(RepositoryId::new).collect(),
            administrator: row.administrator,
            maintainer: row.maintainer,
        }))
    }

    /// Withdraws an invitation to a tenant, or one without a tenant. Returns whom it was meant for,
    /// if stated; `None` when it does not exist.
    pub(crate) async fn delete_invitation(
        &mut self,
        tenant: Option<TenantId>,
        id: InvitationId,
    ) -> Result<Option<Option<String>>, StoreError> {
        const DELETE: &str = "
            delete from invitations
            where (tenant_id = $1 or ($1 is null and tenant_id is null)) and id = $2
            returning email";
        Ok(within!(*self, |connection| sqlx::query_scalar(DELETE)
            .bind(tenant.map(TenantId::get))
            .bind(id.get())
            .fetch_optional(connection)
            .await)?)
    }

    /// Deletes a person's open invitations that this person could no longer create, of one tenant
    /// or of all and of the installation. Returns how many. Owners invite to their tenant;
    /// administrators to the installation, and owners to tenants without one.
    pub(crate) async fn unscoped_delete_void_invitations(
        &mut self,
        tenant: Option<TenantId>,
        maker: UserId,
    ) -> Result<u64, StoreError> {
        const DELETE: &str = "
            delete from invitations
            where invited_by = $2 and (tenant_id = $1 or $1 is null)
                and not exists (
                    select 1 from memberships m
                    where m.tenant_id = invitations.tenant_id and m.user_id = $2
                        and m.role = 'owner')
                and not (exists (select 1 from users u where u.id = $2 and u.administrator)
                    and (tenant_id is null
                        or (role = 'owner' and not exists (
                            select 1 from memberships o
                            where o.tenant_id = invitations.tenant_id and o.role = 'owner'))))";
        Ok(within!(*self, |connection| sqlx::query(DELETE)
            .bind(tenant.map(TenantId::get))
            .bind(maker.get())
            .execute(connection)
            .await
            .map(|done| done.rows_affected()))?)
    }

    /// Deletes the invitations that have expired at `now`.
    pub(crate) async fn unscoped_delete_expired_invitations(
        &mut self,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        within!(*self, |connection| sqlx::query(
            "delete from invitations where expires_at <= $1"
        )
        .bind(now)
        .execute(connection)
        .await
        .map(drop))?;
        Ok(())
    }

    /// Adds the system roles of an invitation to an account, and removes none; false when the
    /// account has them all.
    pub(crate) async fn unscoped_add_system_roles(
        &mut self,
        user: UserId,
        administrator: bool,
        maintainer: bool,
    ) -> Result<bool, StoreError> {
        const ADD: &str = "
            update users set administrator = (administrator or $2), maintainer = (maintainer or $3)
            where id = $1 and (($2 and not administrator) or ($3 and not maintainer))";
        Ok(within!(*self, |connection| sqlx::query(ADD)
            .bind(user.get())
            .bind(administrator)
            .bind(maintainer)
            .execute(connection)
            .await
            .map(|done| done.rows_affected() == 1))?)
    }
}
