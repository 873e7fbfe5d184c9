//! Reads tables, columns and keys from a migrated database.

use std::collections::{BTreeMap, BTreeSet};

use sqlx::{PgPool, SqlitePool};

/// A table as `SQLite` describes it.
#[derive(Default)]
pub(super) struct Table {
    pub(super) columns: Vec<Column>,
    pub(super) foreign_keys: Vec<ForeignKey>,
    pub(super) unique: Vec<Unique>,
}

/// A column, in the order of the table.
pub(super) struct Column {
    pub(super) name: String,
    pub(super) kind: String,
    pub(super) nullable: bool,
    pub(super) primary_key: bool,
}

/// A foreign key; a composite one has several columns.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct ForeignKey {
    pub(super) columns: Vec<String>,
    pub(super) target: String,
}

/// Columns that are unique together, apart from the primary key.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Unique {
    pub(super) columns: Vec<String>,
    /// Only in the rows of a partial index.
    pub(super) partial: bool,
}

impl Table {
    /// Whether the row of another table is referred to by at most one row of this one.
    pub(super) fn is_unique(&self, columns: &[String]) -> bool {
        let keys: Vec<&String> = (self.columns.iter())
            .filter(|column| column.primary_key)
            .map(|column| &column.name)
            .collect();
        let same = |unique: &Unique| !unique.partial && unique.columns == columns;
        keys.iter().copied().eq(columns) || self.unique.iter().any(same)
    }

    /// Whether a row may refer to nothing.
    pub(super) fn is_optional(&self, key: &ForeignKey) -> bool {
        (self.columns.iter()).any(|column| column.nullable && key.columns.contains(&column.name))
    }
}

const COLUMNS: &str = "
    select m.name, c.name, lower(c.type), c.\"notnull\" = 0 and c.pk = 0, c.pk > 0
    from sqlite_master m join pragma_table_info(m.name) c
    where m.type = 'table' and m.name not like 'sqlite%' and m.name not like '\\_sqlx%' escape '\\'
    order by m.name, c.cid";

const FOREIGN_KEYS: &str = "
    select m.name, f.id, f.\"from\", f.\"table\"
    from sqlite_master m join pragma_foreign_key_list(m.name) f
    where m.type = 'table'
    order by m.name, f.id, f.seq";

const UNIQUE: &str = "
    select m.name, l.name, c.name, l.partial
    from sqlite_master m join pragma_index_list(m.name) l join pragma_index_info(l.name) c
    where m.type = 'table' and m.name not like '\\_sqlx%' escape '\\'
        and l.\"unique\" = 1 and l.origin <> 'pk'
    order by m.name, l.name, c.seqno";

/// All tables by name, without those of SQLite and of the migrator.
pub(super) async fn tables(pool: &SqlitePool) -> Result<BTreeMap<String, Table>, sqlx::Error> {
    let mut tables: BTreeMap<String, Table> = BTreeMap::new();
    let columns: Vec<(String, String, String, bool, bool)> =
        sqlx::query_as(COLUMNS).fetch_all(pool).await?;
    for (table, name, kind, nullable, primary_key) in columns {
        tables.entry(table).or_default().columns.push(Column {
            name,
            kind,
            nullable,
            primary_key,
        });
    }

    let keys: Vec<(String, i64, String, String)> =
        sqlx::query_as(FOREIGN_KEYS).fetch_all(pool).await?;
    let mut composed: BTreeMap<(String, i64), ForeignKey> = BTreeMap::new();
    for (table, id, column, target) in keys {
        let key = composed.entry((table, id)).or_insert(ForeignKey {
            columns: Vec::new(),
            target,
        });
        key.columns.push(column);
    }
    for ((table, _), key) in composed {
        tables.entry(table).or_default().foreign_keys.push(key);
    }

    let indexes: Vec<(String, String, String, bool)> =
        sqlx::query_as(UNIQUE).fetch_all(pool).await?;
    let mut composed: BTreeMap<(String, String), Unique> = BTreeMap::new();
    for (table, index, column, partial) in indexes {
        let unique = composed.entry((table, index)).or_insert(Unique {
            columns: Vec::new(),
            partial,
        });
        unique.columns.push(column);
    }
    for ((table, _), unique) in composed {
        tables.entry(table).or_default().unique.push(unique);
    }

    for table in tables.values_mut() {
        table.foreign_keys.sort();
        table.unique.sort();
    }
    Ok(tables)
}

/// The columns of all tables by name in `PostgreSQL`, without those of the migrator.
pub(super) async fn postgres_columns(
    pool: &PgPool,
) -> Result<BTreeMap<String, BTreeSet<String>>, sqlx::Error> {
    let columns: Vec<(String, String)> = sqlx::query_as(
        "select table_name::text, column_name::text from information_schema.columns
        where table_schema = current_schema() and table_name not like '\\_sqlx%'",
    )
    .fetch_all(pool)
    .await?;
    let mut tables: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (table, column) in columns {
        tables.entry(table).or_default().insert(column);
    }
    Ok(tables)
}
