//! The store: all SQL, in one folder per noun.
//!
//! One SQL text serves SQLite and PostgreSQL; [`on!`] runs it on the open database. Functions
//! within a tenant take the tenant first and touch nothing of another. All others are named
//! `unscoped_…`.

/// Runs the same expression on the pool or transaction of either database.
macro_rules! on {
    ($database:expr, |$connection:ident| $query:expr) => {
        match $database {
            $crate::store::Db::Sqlite($connection) => $query,
            $crate::store::Db::Postgres($connection) => $query,
        }
    };
}

/// Runs the same expression on a transaction of either database.
macro_rules! within {
    ($transaction:expr, |$connection:ident| $query:expr) => {
        match &mut $transaction {
            $crate::store::Transaction::Sqlite(transaction) => {
                let $connection = &mut **transaction;
                $query
            }
            $crate::store::Transaction::Postgres(transaction) => {
                let $connection = &mut **transaction;
                $query
            }
        }
    };
}

mod accounts;
mod audit_log;
mod batch;
mod connections;
mod database;
mod database_state;
mod error;
mod inspection;
mod jobs;
mod numbers;
mod releases;
mod repositories;
mod runs;
mod scope;
mod search;
mod secrets;
mod sql_day;
mod traffic;

pub(crate) use accounts::*;
pub use accounts::{SessionRecord, SessionRecords};
pub(crate) use audit_log::NewLogLine;
pub(crate) use connections::*;
pub use database::{DatabaseUrl, DatabaseUrlError};
pub(crate) use database::{Db, Store, Transaction};
pub use database_state::{DatabaseState, has_no_tables, inspect_database};
pub use error::{OpenError, StoreError};
pub use inspection::copy_into;
pub(crate) use releases::*;
pub(crate) use repositories::*;
pub use repositories::{RepositoryKey, TagKey};
pub use runs::ScheduleKey;
pub(crate) use runs::*;
pub use traffic::AnomalyKey;
pub(crate) use traffic::*;

#[cfg(test)]
mod tests;
