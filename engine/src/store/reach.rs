//! Which repositories a statement is about: those within a viewer's reach.
//!
//! The condition stands in the statement, before anything is counted or added up, so that no sum
//! ever holds what its viewer may not see.

use domain::{Reach, RepositoryId};

use super::{Db, Transaction};

/// A statement for each database. They differ in how a list of ids, sent as JSON, is read.
#[derive(Clone, Copy)]
pub(super) struct Reaching {
    pub(super) sqlite: &'static str,
    pub(super) postgres: &'static str,
}

impl Reaching {
    pub(super) const fn text(self, database: &Db) -> &'static str {
        match database {
            Db::Sqlite(_) => self.sqlite,
            Db::Postgres(_) => self.postgres,
        }
    }

    /// The statement for the database of a transaction.
    pub(super) const fn within(self, transaction: &Transaction) -> &'static str {
        match transaction {
            Transaction::Sqlite(_) => self.sqlite,
            Transaction::Postgres(_) => self.postgres,
        }
    }
}

/// A statement on `repositories r` of which only those count whose ids `$2` lists; all, where it
/// is null.
macro_rules! reaching {
    ($before:literal, $after:literal) => {
        $crate::store::reach::Reaching {
            sqlite: concat!(
                $before,
                " and ($2 is null or r.id in (select value from json_each($2))) ",
                $after
            ),
            postgres: concat!(
                $before,
                " and ($2 is null or r.id in (
                    select cast(value as bigint) from json_array_elements_text(cast($2 as json)))) ",
                $after
            ),
        }
    };
}

pub(super) use reaching;

/// The ids within reach, as the statements take them.
pub(super) fn listed(reach: &Reach) -> Option<String> {
    match reach {
        Reach::All => None,
        Reach::Only(ids) => {
            let ids: Vec<String> = ids.iter().map(RepositoryId::to_string).collect();
            Some(format!("[{}]", ids.join(",")))
        }
    }
}
