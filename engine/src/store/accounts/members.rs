//! Members of a tenant, their roles, and the repositories granted to repository viewers.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use domain::report::Member;
use domain::{Email, RepositoryId, RepositoryScope, Role, TenantId, UserId};
use sqlx::FromRow;

use crate::store::scope::{Scoped, id_list, scoped};
use crate::store::{Store, StoreError, Transaction};

#[derive(FromRow)]
struct MemberRow {
    user_id: i64,
    name: String,
    email: String,
    role: String,
    created_at: DateTime<Utc>,
    last_seen_at: Option<DateTime<Utc>>,
}

impl Store {
    /// A tenant's members, owners first, by name; `me` is the viewer.
    pub(crate) async fn members(
        &self,
        tenant: TenantId,
        me: Option<UserId>,
    ) -> Result<Vec<Member>, StoreError> {
        const MEMBERS: &str = "
            select m.user_id, u.name, u.email, m.role, m.created_at, u.last_seen_at
            from memberships m join users u on u.id = m.user_id
            where m.tenant_id = $1
            order by case m.role when 'owner' then 0 when 'viewer' then 1 else 2 end,
                lower(u.name), u.id";
        const GRANTS: &str = "
            select user_id, repository_id from repository_grants
            where tenant_id = $1 order by user_id, repository_id";
        let rows: Vec<MemberRow> = on!(&self.db, |pool| sqlx::query_as(MEMBERS)
            .bind(tenant.get())
            .fetch_all(pool)
            .await)?;
        let grants: Vec<(i64, i64)> = on!(&self.db, |pool| sqlx::query_as(GRANTS)
            .bind(tenant.get())
            .fetch_all(pool)
            .await)?;
        let mut granted: HashMap<i64, Vec<RepositoryId>> = HashMap::new();
        for (user, repository) in grants {
            let repository = RepositoryId::new(repository);
            granted.entry(user).or_default().push(repository);
        }
        rows.into_iter()
            .map(|row| {
                let user = UserId::new(row.user_id);
                Ok(Member {
                    user,
                    name: row.name,
                    email: Email::stored(row.email),
                    role: stored_role(&row.role)?,
                    granted: granted.remove(&row.user_id).unwrap_or_default(),
                    since: row.created_at,
                    last_seen_at: row.last_seen_at,
                    me: me == Some(user),
                })
            })
            .collect()
    }
}

impl Transaction {
    /// Whether the tenant has an owner.
    pub(crate) async fn has_owner(&mut self, tenant: TenantId) -> Result<bool, StoreError> {
        let owner: Option<i64> = within!(*self, |connection| sqlx::query_scalar(
            "select user_id from memberships where tenant_id = $1 and role = 'owner' limit 1"
        )
        .bind(tenant.get())
        .fetch_optional(connection)
        .await)?;
        Ok(owner.is_some())
    }

    /// A member's name and role; `None` for a person who is no member.
    pub(crate) async fn member(
        &mut self,
        tenant: TenantId,
        user: UserId,
    ) -> Result<Option<(String, Role)>, StoreError> {
        const MEMBER: &str = "
            select u.name, m.role from memberships m join users u on u.id = m.user_id
            where m.tenant_id = $1 and m.user_id = $2";
        let row: Option<(String, String)> = within!(*self, |connection| sqlx::query_as(MEMBER)
            .bind(tenant.get())
            .bind(user.get())
            .fetch_optional(connection)
            .await)?;
        row.map(|(name, role)| Ok((name, stored_role(&role)?)))
            .transpose()
    }

    /// Whether the tenant has an owner beside this person. The answer holds only while the tenant
    /// is [locked](Self::lock_tenant).
    pub(crate) async fn has_another_owner(
        &mut self,
        tenant: TenantId,
        user: UserId,
    ) -> Result<bool, StoreError> {
        const ANOTHER: &str = "
            select user_id from memberships
            where tenant_id = $1 and role = 'owner' and user_id <> $2 limit 1";
        let another: Option<i64> = within!(*self, |connection| sqlx::query_scalar(ANOTHER)
            .bind(tenant.get())
            .bind(user.get())
            .fetch_optional(connection)
            .await)?;
        Ok(another.is_some())
    }

    /// Makes a person a member; false for a member.
    pub(crate) async fn insert_member(
        &mut self,
        tenant: TenantId,
        user: UserId,
        role: Role,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        const INSERT: &str = "
            insert into memberships (tenant_id, user_id, role, created_at) values ($1, $2, $3, $4)
            on conflict (tenant_id, user_id) do nothing";
        Ok(within!(*self, |connection| sqlx::query(INSERT)
            .bind(tenant.get())
            .bind(user.get())
            .bind(role.as_str())
            .bind(now)
            .execute(connection)
            .await
            .map(|done| done.rows_affected() == 1))?)
    }

    /// Changes a member's role; false for a person who is no member.
    pub(crate) async fn set_role(
        &mut self,
        tenant: TenantId,
        user: UserId,
        role: Role,
    ) -> Result<bool, StoreError> {
        Ok(within!(*self, |connection| sqlx::query(
            "update memberships set role = $3 where tenant_id = $1 and user_id = $2"
        )
        .bind(tenant.get())
        .bind(user.get())
        .bind(role.as_str())
        .execute(connection)
        .await
        .map(|done| done.rows_affected() == 1))?)
    }

    /// Removes a member with all grants; false for a person who is no member.
    pub(crate) async fn delete_member(
        &mut self,
        tenant: TenantId,
        user: UserId,
    ) -> Result<bool, StoreError> {
        Ok(within!(*self, |connection| sqlx::query(
            "delete from memberships where tenant_id = $1 and user_id = $2"
        )
        .bind(tenant.get())
        .bind(user.get())
        .execute(connection)
        .await
        .map(|done| done.rows_affected() == 1))?)
    }

    /// The repositories granted to a member.
    pub(crate) async fn grants(
        &mut self,
        tenant: TenantId,
        user: UserId,
    ) -> Result<Vec<RepositoryId>, StoreError> {
        const GRANTS: &str = "
            select repository_id from repository_grants
            where tenant_id = $1 and user_id = $2 order by repository_id";
        let ids: Vec<i64> = within!(*self, |connection| sqlx::query_scalar(GRANTS)
            .bind(tenant.get())
            .bind(user.get())
            .fetch_all(connection)
            .await)?;
        Ok(ids.into_iter().map(RepositoryId::new).collect())
    }

    /// Removes all grants of a member.
    pub(crate) async fn delete_grants(
        &mut self,
        tenant: TenantId,
        user: UserId,
    ) -> Result<(), StoreError> {
        within!(*self, |connection| sqlx::query(
            "delete from repository_grants where tenant_id = $1 and user_id = $2"
        )
        .bind(tenant.get())
        .bind(user.get())
        .execute(connection)
        .await
        .map(drop))?;
        Ok(())
    }

    /// Grants these repositories to a member without grants. Returns how many of them belong to the
    /// tenant.
    pub(crate) async fn grant(
        &mut self,
        tenant: TenantId,
        user: UserId,
        repositories: &[RepositoryId],
    ) -> Result<usize, StoreError> {
        const GRANT: Scoped = scoped!(
            "insert into repository_grants (tenant_id, user_id, repository_id)
            select r.tenant_id, $3, r.id from repositories r where r.tenant_id = $1",
            ""
        );
        let only = RepositoryScope::Only(repositories.to_vec());
        let text = GRANT.within(self, &only);
        let granted = within!(*self, |connection| sqlx::query(text)
            .bind(tenant.get())
            .bind(id_list(&only))
            .bind(user.get())
            .execute(connection)
            .await
            .map(|done| done.rows_affected()))?;
        Ok(usize::try_from(granted).unwrap_or(usize::MAX))
    }
}

pub(super) fn stored_role(text: &str) -> Result<Role, StoreError> {
    text.parse().map_err(|_| StoreError::UnknownWord("role"))
}
