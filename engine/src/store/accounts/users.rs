//! Accounts and memberships.

use chrono::{DateTime, Utc};
use domain::{
    Email, Membership, Origin, Person, RepositoryId, Role, TenantId, Theme, TimeZone, UserId,
};
use sqlx::FromRow;

use crate::store::error::Constraint;
use crate::store::{Store, StoreError, Transaction};

/// An email address belongs to one account.
pub(crate) const ADDRESS_TAKEN: Constraint = Constraint {
    name: "users_email_unique",
    columns: "users.email_folded",
};

/// An account to insert.
pub(crate) struct NewUserRecord<'a> {
    pub(crate) email: &'a Email,
    pub(crate) name: &'a str,
    /// `None` for people who sign in with an external identity only.
    pub(crate) password_hash: Option<&'a str>,
    pub(crate) administrator: bool,
    pub(crate) maintainer: bool,
}

/// An account with its password hash.
#[derive(FromRow)]
pub(crate) struct StoredPassword {
    #[sqlx(rename = "id", try_from = "i64")]
    pub(crate) user: UserId,
    pub(crate) name: String,
    pub(crate) password_hash: Option<String>,
}

/// Settings that only the account's own page shows.
#[derive(FromRow)]
pub(crate) struct Preferences {
    pub(crate) timezone: String,
    pub(crate) password_hash: Option<String>,
}

#[derive(FromRow)]
struct UserRow {
    id: i64,
    email: String,
    name: String,
    administrator: bool,
    maintainer: bool,
    theme: String,
    timezone: String,
    last_seen_at: Option<DateTime<Utc>>,
    sessions_valid_from: Option<DateTime<Utc>>,
}

/// A person, with the times that sessions depend on.
pub(crate) struct StoredPerson {
    pub(crate) person: Person,
    pub(crate) seen_at: Option<DateTime<Utc>>,
    /// Sessions that began before are not valid.
    pub(crate) sessions_valid_from: Option<DateTime<Utc>>,
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
    /// Whether any account exists.
    pub(crate) async fn unscoped_has_users(&self) -> Result<bool, StoreError> {
        Ok(on!(&self.db, |pool| sqlx::query_scalar::<_, i64>(
            "select id from users limit 1"
        )
        .fetch_optional(pool)
        .await
        .map(|row| row.is_some()))?)
    }

    /// The account with this address, and the hash of its password.
    pub(crate) async fn unscoped_password(
        &self,
        email: &str,
    ) -> Result<Option<StoredPassword>, StoreError> {
        Ok(on!(&self.db, |pool| sqlx::query_as(
            "select id, name, password_hash from users where email_folded = $1"
        )
        .bind(Email::fold(email))
        .fetch_optional(pool)
        .await)?)
    }

    /// Settings that only the account's own page shows.
    pub(crate) async fn unscoped_preferences(
        &self,
        user: UserId,
    ) -> Result<Option<Preferences>, StoreError> {
        Ok(on!(&self.db, |pool| sqlx::query_as(
            "select timezone, password_hash from users where id = $1"
        )
        .bind(user.get())
        .fetch_optional(pool)
        .await)?)
    }

    /// Records that a person was active.
    pub(crate) async fn unscoped_touch_user(
        &self,
        user: UserId,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        on!(&self.db, |pool| sqlx::query(
            "update users set last_seen_at = $2 where id = $1"
        )
        .bind(user.get())
        .bind(now)
        .execute(pool)
        .await
        .map(drop))?;
        Ok(())
    }

    /// A person with all their memberships.
    pub(crate) async fn unscoped_person(
        &self,
        id: UserId,
        origin: Origin,
    ) -> Result<Option<StoredPerson>, StoreError> {
        const USER: &str = "
            select id, email, name, administrator, maintainer, theme, timezone, last_seen_at,
                sessions_valid_from
            from users where id = $1";
        const GRANTS: &str = "
            select tenant_id, repository_id from repository_grants where user_id = $1
            order by tenant_id, repository_id";
        const MEMBERSHIPS: &str = "
            select m.tenant_id, t.slug, t.name, m.role, t.suspended_at
            from memberships m join tenants t on t.id = m.tenant_id
            where m.user_id = $1
            order by t.name, t.id";
        let user: Option<UserRow> = on!(&self.db, |pool| sqlx::query_as(USER)
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
        let person = Person {
            id: UserId::new(user.id),
            name: user.name,
            email: Email::stored(user.email),
            administrator: user.administrator,
            maintainer: user.maintainer,
            memberships: memberships
                .into_iter()
                .map(|row| membership(row, &grants))
                .collect::<Result<_, _>>()?,
            theme: Theme::parse(&user.theme).ok_or(StoreError::UnknownWord("theme"))?,
            timezone: user.timezone,
            origin,
        };
        Ok(Some(StoredPerson {
            person,
            seen_at: user.last_seen_at,
            sessions_valid_from: user.sessions_valid_from,
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

    /// Replaces a password, unless it was replaced meanwhile.
    pub(crate) async fn unscoped_replace_password(
        &mut self,
        user: UserId,
        old_hash: Option<&str>,
        new_hash: &str,
    ) -> Result<bool, StoreError> {
        const REPLACE: &str = "
            update users set password_hash = $3
            where id = $1 and password_hash is not distinct from $2";
        Ok(within!(*self, |connection| sqlx::query(REPLACE)
            .bind(user.get())
            .bind(old_hash)
            .bind(new_hash)
            .execute(connection)
            .await
            .map(|done| done.rows_affected() == 1))?)
    }

    /// Sets the password of the account with this address. Returns its id and name, if it exists.
    pub(crate) async fn unscoped_reset_password(
        &mut self,
        email: &str,
        password_hash: &str,
    ) -> Result<Option<(UserId, String)>, StoreError> {
        let row: Option<(i64, String)> = within!(*self, |connection| sqlx::query_as(
            "update users set password_hash = $2 where email_folded = $1 returning id, name"
        )
        .bind(Email::fold(email))
        .bind(password_hash)
        .fetch_optional(connection)
        .await)?;
        Ok(row.map(|(id, name)| (UserId::new(id), name)))
    }

    /// Changes an account's own details; false when it no longer exists.
    pub(crate) async fn unscoped_update_user(
        &mut self,
        user: UserId,
        name: &str,
        email: &Email,
        timezone: Option<TimeZone>,
        theme: Theme,
    ) -> Result<bool, StoreError> {
        const UPDATE: &str = "
            update users set name = $2, email = $3, email_folded = $4, timezone = $5, theme = $6
            where id = $1";
        Ok(within!(*self, |connection| sqlx::query(UPDATE)
            .bind(user.get())
            .bind(name)
            .bind(email.as_str())
            .bind(email.folded())
            .bind(timezone.map_or("", TimeZone::as_str))
            .bind(theme.as_str())
            .execute(connection)
            .await
            .map(|done| done.rows_affected() == 1))?)
    }

    /// Creates an account.
    pub(crate) async fn insert_user(
        &mut self,
        user: &NewUserRecord<'_>,
        now: DateTime<Utc>,
    ) -> Result<UserId, StoreError> {
        const INSERT: &str = "
            insert into users
                (email, email_folded, name, password_hash, administrator, maintainer, created_at,
                 timezone)
            values ($1, $2, $3, $4, $5, $6, $7, '')
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

    /// Creates the first account, an administrator's; `None` when an account exists.
    ///
    /// On PostgreSQL, two concurrent requests would both see no account, so the table is locked
    /// first. On SQLite, the transaction is the only writer.
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

    /// Makes a person a member of a tenant, or changes the person's role there.
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
