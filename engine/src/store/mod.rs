//! The store: all SQL lives here, one file per noun.
//!
//! One SQL text serves SQLite and PostgreSQL; [`on!`] runs it on whichever is open. Functions
//! within a tenant take the tenant first, and touch nothing of another; any other is named
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

mod anomalies;
mod answered_days;
mod answers;
mod assets;
mod batch;
mod connection_removal;
mod connections;
mod database;
mod downloads;
mod error;
mod events;
mod failing;
mod false_zeros;
mod follow_rules;
mod identities;
mod inspection;
mod invitations;
mod limits;
mod members;
mod merging;
mod offers;
mod pending_apps;
mod people;
mod popularity;
mod publishing;
mod rankings;
mod raw_answers;
mod releases;
mod repositories;
mod run_items;
mod run_lists;
mod run_records;
mod runs;
mod schedules;
mod scope;
mod search;
mod secrets;
mod servers;
mod sessions;
mod stars;
mod system_log;
mod system_runs;
mod tags;
mod tenants;
mod tokens;
mod totals;
mod tracking;
mod traffic;
mod users;
mod workers;

pub(crate) use anomalies::{AnomalyFilter, PastAnomaly};
pub(crate) use answered_days::AnsweredDays;
pub(crate) use answers::{Answered, LastAnswer};
pub(crate) use connections::{
    CONNECTION_NAME_TAKEN, CheckRecord, ConnectionSecret, NewConnectionRecord, SealedCredential,
};
pub use database::{DatabaseUrl, DatabaseUrlError};
pub(crate) use database::{Db, Store, Transaction};
pub use error::{OpenError, StoreError};
pub(crate) use events::Facts;
pub(crate) use failing::{CollectionOutcome, Failed};
pub(crate) use false_zeros::ReportedDay;
pub(crate) use follow_rules::{FollowCheck, FollowRuleRecord};
pub(crate) use identities::IDENTITY_TAKEN;
pub use inspection::{DatabaseState, copy_into, has_no_tables, inspect_database};
pub(crate) use invitations::{NewInvitation, TakenInvitation};
pub(crate) use merging::{DailyAnswer, WeeklyAnswer};
pub(crate) use pending_apps::{CreatedAppRecord, NewPendingApp, PendingAppRecord, StateRecord};
pub(crate) use publishing::{ListedBy, SeenLag};
pub(crate) use rankings::{NewRanking, RankingKind};
pub(crate) use raw_answers::RawAnswer;
pub(crate) use releases::ReleaseReading;
pub(crate) use repositories::{ALREADY_TRACKED, NewRepository, RepositoryRecord, Target};
pub(crate) use run_items::Settlement;
pub(crate) use runs::{About, NewRun, OpenRun, RequestedRun};
pub(crate) use schedules::{SCHEDULE_NAME_TAKEN, ScheduleFields, ScheduleRecord};
pub(crate) use servers::SERVER_KNOWN;
pub(crate) use sessions::StoredSession;
pub use sessions::{SessionRecord, SessionRecords};
pub(crate) use stars::StarHistory;
pub(crate) use system_log::NewLogLine;
pub(crate) use tenants::{LockedTenant, SLUG_TAKEN};
pub(crate) use tokens::{NewToken, TOKEN_NAME_TAKEN};
pub(crate) use totals::{DaySums, RangeSums};
pub(crate) use tracking::Known;
pub(crate) use users::{ADDRESS_TAKEN, NewUserRecord, Preferences, StoredPerson};
pub(crate) use workers::WorkerId;

#[cfg(test)]
mod tests;
