//! Many rows in one statement.
//!
//! The rows are sent as JSON, one array each, because a statement takes no list of unknown length.
//! The databases differ in how they read it.

use std::fmt;

use serde::de::{DeserializeOwned, Visitor};
use serde::{Deserializer, Serialize};

use super::{StoreError, Transaction};

/// A statement for each database that reads its rows from `$2`.
#[derive(Clone, Copy)]
pub(super) struct Batch {
    pub(super) sqlite: &'static str,
    pub(super) postgres: &'static str,
}

impl Batch {
    /// The statement for a transaction's database.
    pub(super) const fn text(self, transaction: &Transaction) -> &'static str {
        match transaction {
            Transaction::Sqlite(_) => self.sqlite,
            Transaction::Postgres(_) => self.postgres,
        }
    }
}

/// A statement that selects the numbered columns of the rows in `$2`, each of its type:
/// `batch!("insert into t (a, b, c) select $1, ", 0 "date", 1 "bigint"; "on conflict …")`. A
/// `"day"` is sent as a date and stored as [`SqlDay`](crate::store::sql_day::SqlDay); `"bytes"` are
/// sent as hexadecimal digits.
macro_rules! batch {
    (@sqlite $at:literal "day") => {
        concat!("unixepoch(value ->> ", $at, ") / 86400")
    };
    (@sqlite $at:literal "bytes") => {
        concat!("unhex(value ->> ", $at, ")")
    };
    (@sqlite $at:literal $kind:literal) => {
        concat!("value ->> ", $at)
    };
    (@postgres $at:literal "day") => {
        concat!("cast(value ->> ", $at, " as date)")
    };
    (@postgres $at:literal "bytes") => {
        concat!("decode(value ->> ", $at, ", 'hex')")
    };
    (@postgres $at:literal $kind:literal) => {
        concat!("cast(value ->> ", $at, " as ", $kind, ")")
    };
    ($before:expr, $at:literal $kind:tt $(, $further:literal $of_kind:tt)*; $after:expr) => {
        $crate::store::batch::Batch {
            sqlite: concat!(
                $before, batch!(@sqlite $at $kind), $(", ", batch!(@sqlite $further $of_kind),)*
                // Without a condition, SQLite reads `on conflict` as part of a join.
                " from json_each($2) where true ", $after
            ),
            postgres: concat!(
                $before, batch!(@postgres $at $kind),
                $(", ", batch!(@postgres $further $of_kind),)*
                " from json_array_elements(cast($2 as json)) as listed (value) ", $after
            ),
        }
    };
}

pub(super) use batch;

impl Transaction {
    /// Runs a statement on all rows at once; `id` is `$1`.
    pub(super) async fn write_batch<R: Serialize>(
        &mut self,
        batch: Batch,
        id: i64,
        rows: &[R],
    ) -> Result<(), StoreError> {
        if rows.is_empty() {
            return Ok(());
        }
        let rows = json(rows)?;
        match self {
            Self::Sqlite(transaction) => {
                let query = sqlx::query(batch.sqlite).bind(id).bind(rows);
                query.execute(&mut **transaction).await?;
            }
            Self::Postgres(transaction) => {
                let query = sqlx::query(batch.postgres).bind(id).bind(rows);
                query.execute(&mut **transaction).await?;
            }
        }
        Ok(())
    }
}

/// The rows of a statement that returns them as one JSON array. SQLite hands rows to the program one
/// at a time and each column as an allocation, which costs several times what reading them does.
pub(super) fn from_json<R: DeserializeOwned>(rows: Option<&str>) -> Result<Vec<R>, StoreError> {
    serde_json::from_str(rows.unwrap_or("[]"))
        .map_err(|error| sqlx::Error::Decode(Box::new(error)).into())
}

/// A boolean, which SQLite stores as 0 or 1.
pub(super) fn from_json_bool<'de, D: Deserializer<'de>>(value: D) -> Result<bool, D::Error> {
    struct Stored;

    impl Visitor<'_> for Stored {
        type Value = bool;

        fn expecting(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
            to.write_str("a boolean, 0 or 1")
        }

        fn visit_bool<E>(self, value: bool) -> Result<bool, E> {
            Ok(value)
        }

        fn visit_u64<E>(self, value: u64) -> Result<bool, E> {
            Ok(value != 0)
        }
    }

    value.deserialize_any(Stored)
}

/// The rows, as the statements take them.
pub(super) fn json<R: Serialize>(rows: &[R]) -> Result<String, StoreError> {
    serde_json::to_string(rows).map_err(|error| sqlx::Error::Encode(Box::new(error)).into())
}
