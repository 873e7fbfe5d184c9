//! People's accounts and their memberships.

use chrono::{DateTime, Utc};
use domain::{Email, Membership, Origin, Person, RepositoryId, Role, TenantId, Theme, UserId};
use sqlx::FromRow;

use super::error::Constraint;
use super::{Store, StoreError, Transaction};

/// One account for one address.
pub(crate) const ADDRESS_TAKEN: Constraint = Constraint {
    name: "users_email_unique",
    columns: "users.email_folded",
};

/// A row to be.
pub(crate) struct NewUserRecord<'a> {
    pub(crate) email: &'a Email,
    pub(crate) name: &'a str,
    pub(crate) password_hash: &'a str,
    pub(crate) administrator: bool,
    pub(crate) maintainer: bool,
}

#[derive(FromRow)]
struct UserRow {
    id: i64,
    email: String,
    name: String,
    administrator: bool,
    maintainer: bool,
    theme: String,
}

#[derive(FromRow)]
struct MembershipRow {
    tenant_id: i64,
    slug: String,
    name: String,
    role: String,
    suspended_at: Option<DateTime<Utc>>,
}

impl Store {
    /// Whether anybody has an account.
    pub(crate) async fn unscoped_has_users(&self) -> Result<bool, StoreError> {
        Ok(on!(&self.db, |pool| sqlx::query_scalar::<_, i64>(
            "select id from users limit 1"
        )
        .fetch_optional(pool)
        .await
        .map(|row| row.is_some()))?)
    }

    /// The account of an address and the hash of its password.
    pub(crate) async fn unscoped_password(
        &self,
        email: &Email,
    ) -> Result<Option<(UserId, Option<String>)>, StoreError> {
        let row: Option<(i64, Option<String>)> = on!(&self.db, |pool| sqlx::query_as(
            "select id, password_hash from users where email_folded = $1"
        )
        .bind(email.folded())
        .fetch_optional(pool)
        .await)?;
        Ok(row.map(|(id, hash)| (UserId::new(id), hash)))
    }

    /// Replaces a password; false where there is no such account.
    pub(crate) async fn unscoped_set_password(
        &self,
        email: &Email,
        password_hash: &str,
    ) -> Result<bool, StoreError> {
        Ok(on!(&self.db, |pool| sqlx::query(
            "update users set password_hash = $2 where email_folded = $1"
        )
        .bind(email.folded())
        .bind(password_hash)
        .execute(pool)
        .await
        .map(|done| done.rows_affected() == 1))?)
    }

    /// A person with all their memberships.
    pub(crate) async fn unscoped_person(
        &self,
        id: UserId,
        origin: Origin,
    ) -> Result<Option<Person>, StoreError> {
        const GRANTS: &str = "
            select tenant_id, repository_id from repository_grants where user_id = $1
            order by tenant_id, repository_id";
        const MEMBERSHIPS: &str = "
            select m.tenant_id, t.slug, t.name, m.role, t.suspended_at
            from memberships m join tenants t on t.id = m.tenant_id
            where m.user_id = $1
            order by t.name, t.id";
        let user: Option<UserRow> = on!(&self.db, |pool| sqlx::query_as(
            "select id, email, name, administrator, maintainer, theme from users where id = $1"
        )
        .bind(id.get())
        .fetch_optional(pool)
        .await)?;
        let Some(user) = user else { return Ok(None) };
        let memberships: Vec<MembershipRow> = on!(&self.db, |pool| sqlx::query_as(MEMBERSHIPS)
            .bind(id.get())
            .fetch_all(pool)
            .await)?;
        let grants: Vec<(i64, i64)> = on!(&self.db, |pool| sqlx::query_as(GRANTS)
            .bind(id.get())
            .fetch_all(pool)
            .await)?;
        Ok(Some(Person {
            id: UserId::new(user.id),
            name: user.name,
            email: user
                .email
                .parse()
                .map_err(|_| StoreError::UnknownWord("e-mail address"))?,
            administrator: user.administrator,
            maintainer: user.maintainer,
            memberships: memberships
                .into_iter()
                .map(|row| membership(row, &grants))
                .collect::<Result<_, _>>()?,
            theme: Theme::parse(&user.theme).ok_or(StoreError::UnknownWord("theme"))?,
            origin,
        }))
    }
}

fn membership(row: MembershipRow, grants: &[(i64, i64)]) -> Result<Membership, StoreError> {
    let granted = grants.iter().filter(|(tenant, _)| *tenant == row.tenant_id);
    Ok(Membership {
        tenant: TenantId::new(row.tenant_id),
        slug: row
            .slug
            .parse()
            .map_err(|_| StoreError::UnknownWord("slug"))?,
        granted: granted.map(|(_, id)| RepositoryId::new(*id)).collect(),
        suspended: row.suspended_at.is_some(),
        name: row.name,
        role: row
            .role
            .parse()
            .map_err(|_| StoreError::UnknownWord("role"))?,
    })
}

impl Transaction {
    /// The name of an account.
    pub(crate) async fn unscoped_name(
        &mut self,
        user: UserId,
    ) -> Result<Option<String>, StoreError> {
        Ok(within!(*self, |connection| sqlx::query_scalar(
            "select name from users where id = $1"
        )
        .bind(user.get())
        .fetch_optional(connection)
        .await)?)
    }

    /// Makes an account.
    pub(crate) async fn insert_user(
        &mut self,
        user: &NewUserRecord<'_>,
        now: DateTime<Utc>,
    ) -> Result<UserId, StoreError> {
        const INSERT: &str = "
            insert into users
                (email, email_folded, name, password_hash, administrator, maintainer, created_at)
            values ($1, $2, $3, $4, $5, $6, $7)
            returning id";
        let id: i64 = within!(*self, |connection| sqlx::query_scalar(INSERT)
            .bind(user.email.as_str())
            .bind(user.email.folded())
            .bind(user.name)
            .bind(user.password_hash)
            .bind(user.administrator)
            .bind(user.maintainer)
            .bind(now)
            .fetch_one(connection)
            .await)?;
        Ok(UserId::new(id))
    }

    /// Makes the first account, an administrator's; `None` where anybody has one.
    ///
    /// On PostgreSQL two at once would both see no account, so the table is locked first;
    /// on SQLite the transaction is the only writer.
    pub(crate) async fn insert_first_administrator(
        &mut self,
        user: &NewUserRecord<'_>,
        now: DateTime<Utc>,
    ) -> Result<Option<UserId>, StoreError> {
        if let Self::Postgres(transaction) = self {
            sqlx::query("lock table users in exclusive mode")
                .execute(&mut **transaction)
                .await?;
        }
        let exists: Option<i64> = within!(*self, |connection| sqlx::query_scalar(
            "select id from users limit 1"
        )
        .fetch_optional(connection)
        .await)?;
        match exists {
            Some(_) => Ok(None),
            None => self.insert_user(user, now).await.map(Some),
        }
    }

    /// Makes a person a member of a tenant, or changes what they are there.
    pub(crate) async fn upsert_membership(
        &mut self,
        tenant: TenantId,
        user: UserId,
        role: Role,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        const UPSERT: &str = "
            insert into memberships (tenant_id, user_id, role, created_at) values ($1, $2, $3, $4)
            on conflict (tenant_id, user_id) do update set role = excluded.role";
        within!(*self, |connection| sqlx::query(UPSERT)
            .bind(tenant.get())
            .bind(user.get())
            .bind(role.as_str())
            .bind(now)
            .execute(connection)
            .await
            .map(drop))?;
        Ok(())
    }
}
