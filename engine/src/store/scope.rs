//! Limits statements to the repositories that a viewer may see.
//!
//! The condition is part of the statement, before anything is counted or summed, so no sum includes
//! what its viewer may not see.

use domain::{RepositoryId, RepositoryScope};

use super::{Db, Transaction};

/// A statement for each database. They differ in how they read a list of ids, sent as JSON.
#[derive(Clone, Copy)]
pub(super) struct Scoped {
    pub(super) sqlite: &'static str,
    pub(super) postgres: &'static str,
}

impl Scoped {
    pub(super) const fn text(self, database: &Db) -> &'static str {
        match database {
            Db::Sqlite(_) => self.sqlite,
            Db::Postgres(_) => self.postgres,
        }
    }

    /// The statement for a transaction's database.
    pub(super) const fn within(self, transaction: &Transaction) -> &'static str {
        match transaction {
            Transaction::Sqlite(_) => self.sqlite,
            Transaction::Postgres(_) => self.postgres,
        }
    }
}

/// A statement on `repositories r`, limited to the ids in `$2` unless it is null.
macro_rules! scoped {
    ($before:literal, $after:literal) => {
        $crate::store::scope::Scoped {
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

pub(super) use scoped;

/// The ids in scope, as the statements take them.
pub(super) fn id_list(scope: &RepositoryScope) -> Option<String> {
    match scope {
        RepositoryScope::All => None,
        RepositoryScope::Only(ids) => {
            let ids: Vec<String> = ids.iter().map(RepositoryId::to_string).collect();
            Some(format!("[{}]", ids.join(",")))
        }
    }
}
