//! Limits statements to the repositories that a viewer may see.
//!
//! The condition is part of the statement, before anything is counted or summed, so no sum includes
//! what its viewer may not see.

use domain::{RepositoryId, RepositoryScope};

use super::{Db, Transaction};

/// A statement for each database and kind of scope. The databases differ in how they read a list
/// of ids, sent as JSON. With a list, they read only its repositories.
#[derive(Clone, Copy)]
pub(super) struct Scoped {
    pub(super) sqlite: ByScope,
    pub(super) postgres: ByScope,
}

/// The statement for all repositories of a tenant, and the one for those listed.
#[derive(Clone, Copy)]
pub(super) struct ByScope {
    pub(super) all: &'static str,
    pub(super) listed: &'static str,
}

impl ByScope {
    const fn text(self, scope: &RepositoryScope) -> &'static str {
        match scope {
            RepositoryScope::All => self.all,
            RepositoryScope::Only(_) => self.listed,
        }
    }
}

impl Scoped {
    pub(super) const fn text(self, database: &Db, scope: &RepositoryScope) -> &'static str {
        match database {
            Db::Sqlite(_) => self.sqlite.text(scope),
            Db::Postgres(_) => self.postgres.text(scope),
        }
    }

    /// The statement for a transaction's database.
    pub(super) const fn within(
        self,
        transaction: &Transaction,
        scope: &RepositoryScope,
    ) -> &'static str {
        match transaction {
            Transaction::Sqlite(_) => self.sqlite.text(scope),
            Transaction::Postgres(_) => self.postgres.text(scope),
        }
    }
}

/// A statement on `repositories r`, limited to the ids in `$2`, which is null for all. Where the
/// databases differ elsewhere too, there is one for each.
macro_rules! scoped {
    ($before:expr, $after:expr) => {
        scoped!(sqlite: $before, $after; postgres: $before, $after)
    };
    (sqlite: $before:expr, $after:expr; postgres: $p_before:expr, $p_after:expr) => {
        $crate::store::scope::Scoped {
            sqlite: $crate::store::scope::ByScope {
                all: concat!($before, " and $2 is null ", $after),
                listed: concat!(
                    $before,
                    " and r.id in (select value from json_each($2)) ",
                    $after
                ),
            },
            postgres: $crate::store::scope::ByScope {
                all: concat!($p_before, " and $2 is null ", $p_after),
                listed: concat!(
                    $p_before,
                    " and r.id in (select cast(value as bigint)
                        from json_array_elements_text(cast($2 as json))) ",
                    $p_after
                ),
            },
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
