//! External identities that people sign in with, known by issuer and subject.

use chrono::{DateTime, Utc};
use domain::report::Identity;
use domain::{ExternalIdentity, IdentityId, UserId};
use sqlx::FromRow;

use crate::store::error::Constraint;
use crate::store::{Store, StoreError, Transaction};

/// An external identity belongs to one account.
pub(crate) const IDENTITY_TAKEN: Constraint = Constraint {
    name: "identities_subject_unique",
    columns: "identities.issuer, identities.subject",
};

#[derive(FromRow)]
struct IdentityRow {
    id: i64,
    issuer: String,
    label: String,
    connected_at: DateTime<Utc>,
    last_used_at: Option<DateTime<Utc>>,
}

impl Store {
    /// The account that an external identity signs in.
    pub(crate) async fn unscoped_identified(
        &self,
        identity: &ExternalIdentity,
    ) -> Result<Option<UserId>, StoreError> {
        let user: Option<i64> = on!(&self.db, |pool| sqlx::query_scalar(
            "select user_id from identities where issuer = $1 and subject = $2"
        )
        .bind(&identity.issuer)
        .bind(&identity.subject)
        .fetch_optional(pool)
        .await)?;
        Ok(user.map(UserId::new))
    }

    /// A person's identities, oldest first.
    pub(crate) async fn unscoped_identities(
        &self,
        user: UserId,
    ) -> Result<Vec<Identity>, StoreError> {
        const SELECT: &str = "
            select id, issuer, label, connected_at, last_used_at
            from identities where user_id = $1 order by id";
        let rows: Vec<IdentityRow> = on!(&self.db, |pool| sqlx::query_as(SELECT)
            .bind(user.get())
            .fetch_all(pool)
            .await)?;
        Ok(rows
            .into_iter()
            .map(|row| Identity {
                id: IdentityId::new(row.id),
                issuer: row.issuer,
                label: row.label,
                connected_at: row.connected_at,
                last_used_at: row.last_used_at,
            })
            .collect())
    }
}

impl Transaction {
    /// Links an identity to an account; fails with [`IDENTITY_TAKEN`] when it belongs to an account
    /// already.
    pub(crate) async fn insert_identity(
        &mut self,
        user: UserId,
        identity: &ExternalIdentity,
        now: DateTime<Utc>,
    ) -> Result<IdentityId, StoreError> {
        const INSERT: &str = "
            insert into identities (user_id, issuer, subject, label, connected_at)
            values ($1, $2, $3, $4, $5)
            returning id";
        let id: i64 = within!(*self, |connection| sqlx::query_scalar(INSERT)
            .bind(user.get())
            .bind(&identity.issuer)
            .bind(&identity.subject)
            .bind(&identity.label)
            .bind(now)
            .fetch_one(connection)
            .await)?;
        Ok(IdentityId::new(id))
    }

    /// Records a sign-in with an identity and its current label; false when it is no longer linked.
    pub(crate) async fn unscoped_use_identity(
        &mut self,
        user: UserId,
        identity: &ExternalIdentity,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        const USE: &str = "
            update identities set last_used_at = $4, label = $5
            where user_id = $1 and issuer = $2 and subject = $3";
        Ok(within!(*self, |connection| sqlx::query(USE)
            .bind(user.get())
            .bind(&identity.issuer)
            .bind(&identity.subject)
            .bind(now)
            .bind(&identity.label)
            .execute(connection)
            .await
            .map(|done| done.rows_affected() == 1))?)
    }

    /// Unlinks an identity from an account. Returns its issuer and label, if the account had it.
    pub(crate) async fn unscoped_delete_identity(
        &mut self,
        user: UserId,
        id: IdentityId,
    ) -> Result<Option<(String, String)>, StoreError> {
        Ok(within!(*self, |connection| sqlx::query_as(
            "delete from identities where id = $1 and user_id = $2 returning issuer, label"
        )
        .bind(id.get())
        .bind(user.get())
        .fetch_optional(connection)
        .await)?)
    }

    /// Whether this person can sign in: with a password or an identity. The answer holds only while
    /// the account is [locked](Self::unscoped_lock_account).
    pub(crate) async fn unscoped_has_way_in(&mut self, user: UserId) -> Result<bool, StoreError> {
        const WAY_IN: &str = "
            select id from users u
            where id = $1 and (password_hash is not null
                or exists (select 1 from identities i where i.user_id = u.id))";
        let found: Option<i64> = within!(*self, |connection| sqlx::query_scalar(WAY_IN)
            .bind(user.get())
            .fetch_optional(connection)
            .await)?;
        Ok(found.is_some())
    }
}
