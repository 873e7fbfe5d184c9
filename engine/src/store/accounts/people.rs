//! Accounts as administrators see and change them.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use domain::report::Account;
use domain::{Email, Role, UserId};
use sqlx::{AssertSqlSafe, FromRow};

use crate::store::search::Search;
use crate::store::{Store, StoreError, Transaction};

#[derive(FromRow)]
struct AccountRow {
    id: i64,
    name: String,
    email: String,
    administrator: bool,
    maintainer: bool,
    created_at: DateTime<Utc>,
    last_seen_at: Option<DateTime<Utc>>,
}

/// An account whose row is locked until the transaction ends.
#[derive(FromRow)]
pub(crate) struct HeldAccount {
    pub(crate) name: String,
    pub(crate) administrator: bool,
    pub(crate) maintainer: bool,
}

impl Store {
    /// One page of the accounts whose name or address contains a text, by name, and how many match
    /// in total. `page` counts from zero; one beyond the last returns the last.
    ///
    /// Sorted and searched here, because the databases treat letters beyond ASCII differently. An
    /// account takes some hundred bytes.
    pub(crate) async fn unscoped_accounts(
        &self,
        search: &str,
        page: u32,
        page_length: u32,
    ) -> Result<(Vec<Account>, u32), StoreError> {
        const SELECT: &str = r"
            select id, name, email, administrator, maintainer, created_at, last_seen_at
            from users
            where $1 = '' or lower(name) like $1 escape '\' or lower(email) like $1 escape '\'";
        let search = Search::new(search);
        let mut rows: Vec<AccountRow> = on!(&self.db, |pool| sqlx::query_as(SELECT)
            .bind(search.pattern())
            .fetch_all(pool)
            .await)?;
        rows.retain(|row| search.found_in(&row.name) || search.found_in(&row.email));
        rows.sort_by_cached_key(|row| (row.name.to_lowercase(), row.id));
        let matching = u32::try_from(rows.len()).unwrap_or(u32::MAX);
        let last_page = matching.saturating_sub(1) / page_length;
        let first = page.min(last_page) * page_length;
        let rows: Vec<AccountRow> = rows
            .into_iter()
            .skip(usize::try_from(first).unwrap_or(usize::MAX))
            .take(usize::try_from(page_length).unwrap_or(usize::MAX))
            .collect();
        let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
        let mut tenants = self.tenants_of(&ids).await?;
        let accounts = rows
            .into_iter()
            .map(|row| {
                let tenants = tenants.remove(&row.id).unwrap_or_default();
                account(row, tenants)
            })
            .collect();
        Ok((accounts, matching))
    }

    /// The tenants of some people by name, with their roles.
    async fn tenants_of(
        &self,
        users: &[i64],
    ) -> Result<HashMap<i64, Vec<(String, Role)>>, StoreError> {
        let mut tenants: HashMap<i64, Vec<(String, Role)>> = HashMap::new();
        if users.is_empty() {
            return Ok(tenants);
        }
        let places: Vec<String> = (1..=users.len()).map(|n| format!("${n}")).collect();
        let sql = format!(
            "select m.user_id, t.name, m.role
            from memberships m join tenants t on t.id = m.tenant_id
            where m.user_id in ({})
            order by t.name, t.id",
            places.join(", ")
        );
        let rows: Vec<(i64, String, String)> = on!(&self.db, |pool| {
            let query = sqlx::query_as(AssertSqlSafe(sql));
            users
                .iter()
                .fold(query, |query, id| query.bind(*id))
                .fetch_all(pool)
                .await
        })?;
        for (user, tenant, role) in rows {
            let role = role.parse().map_err(|_| StoreError::UnknownWord("role"))?;
            tenants.entry(user).or_default().push((tenant, role));
        }
        Ok(tenants)
    }
}

impl Transaction {
    /// Locks the accounts of all administrators until the transaction ends, so that no two of them
    /// are removed at once. Returns their ids.
    ///
    /// On SQLite, the transaction is the only writer. The same applies to the other locks here.
    pub(crate) async fn unscoped_lock_administrators(&mut self) -> Result<Vec<UserId>, StoreError> {
        const SQLITE: &str = "select id from users where administrator order by id";
        const POSTGRES: &str =
            "select id from users where administrator order by id for no key update";
        let ids: Vec<i64> = match self {
            Self::Sqlite(transaction) => {
                sqlx::query_scalar(SQLITE)
                    .fetch_all(&mut **transaction)
                    .await?
            }
            Self::Postgres(transaction) => {
                sqlx::query_scalar(POSTGRES)
                    .fetch_all(&mut **transaction)
                    .await?
            }
        };
        Ok(ids.into_iter().map(UserId::new).collect())
    }

    /// Locks one account until the transaction ends; `None` when it does not exist.
    pub(crate) async fn unscoped_lock_account(
        &mut self,
        user: UserId,
    ) -> Result<Option<HeldAccount>, StoreError> {
        const SQLITE: &str = "select name, administrator, maintainer from users where id = $1";
        const POSTGRES: &str =
            "select name, administrator, maintainer from users where id = $1 for update";
        Ok(match self {
            Self::Sqlite(transaction) => {
                sqlx::query_as(SQLITE)
                    .bind(user.get())
                    .fetch_optional(&mut **transaction)
                    .await?
            }
            Self::Postgres(transaction) => {
                sqlx::query_as(POSTGRES)
                    .bind(user.get())
                    .fetch_optional(&mut **transaction)
                    .await?
            }
        })
    }

    /// Locks the tenants of a person until the transaction ends, as every change of members does.
    pub(crate) async fn unscoped_lock_tenants_of(
        &mut self,
        user: UserId,
    ) -> Result<(), StoreError> {
        const HOLD: &str = "
            select id from tenants
            where id in (select tenant_id from memberships where user_id = $1)
            order by id for update";
        if let Self::Postgres(transaction) = self {
            sqlx::query(HOLD)
                .bind(user.get())
                .fetch_all(&mut **transaction)
                .await?;
        }
        Ok(())
    }

    /// The tenants that would have no owner without this person, by name. The answer holds only
    /// while they are [locked](Self::unscoped_lock_tenants_of).
    pub(crate) async fn unscoped_only_owner_of(
        &mut self,
        user: UserId,
    ) -> Result<Vec<String>, StoreError> {
        const ONLY: &str = "
            select t.name from memberships m join tenants t on t.id = m.tenant_id
            where m.user_id = $1 and m.role = 'owner' and not exists (
                select 1 from memberships o
                where o.tenant_id = m.tenant_id and o.role = 'owner' and o.user_id <> $1)
            order by t.name, t.id";
        Ok(within!(*self, |connection| sqlx::query_scalar(ONLY)
            .bind(user.get())
            .fetch_all(connection)
            .await)?)
    }

    /// Sets a person's system roles.
    pub(crate) async fn unscoped_set_system_roles(
        &mut self,
        user: UserId,
        administrator: bool,
        maintainer: bool,
    ) -> Result<(), StoreError> {
        within!(*self, |connection| sqlx::query(
            "update users set administrator = $2, maintainer = $3 where id = $1"
        )
        .bind(user.get())
        .bind(administrator)
        .bind(maintainer)
        .execute(connection)
        .await
        .map(drop))?;
        Ok(())
    }

    /// Removes a person from all tenants, with all grants.
    pub(crate) async fn unscoped_delete_memberships(
        &mut self,
        user: UserId,
    ) -> Result<(), StoreError> {
        within!(*self, |connection| sqlx::query(
            "delete from memberships where user_id = $1"
        )
        .bind(user.get())
        .execute(connection)
        .await
        .map(drop))?;
        Ok(())
    }

    /// Deletes an account with its memberships, sessions and identities.
    pub(crate) async fn unscoped_delete_user(&mut self, user: UserId) -> Result<(), StoreError> {
        within!(*self, |connection| sqlx::query(
            "delete from users where id = $1"
        )
        .bind(user.get())
        .execute(connection)
        .await
        .map(drop))?;
        Ok(())
    }
}

fn account(row: AccountRow, tenants: Vec<(String, Role)>) -> Account {
    Account {
        id: UserId::new(row.id),
        name: row.name,
        email: Email::stored(row.email),
        administrator: row.administrator,
        maintainer: row.maintainer,
        tenants,
        created_at: row.created_at,
        last_seen_at: row.last_seen_at,
        me: false,
    }
}
