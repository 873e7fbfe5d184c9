//! What a stolen copy of the database reveals.

use sqlx::{AssertSqlSafe, Row};

use super::*;

impl Store {
    /// Every value of every row of every table, as text; bytes both as they are, where they are
    /// text, and in hexadecimal.
    pub(crate) async fn unscoped_texts(&self) -> String {
        let mut texts = Vec::new();
        for (table, column) in self.columns().await {
            let sql = match &self.db {
                Db::Sqlite(_) => format!(
                    "select case typeof({column}) when 'blob' then hex({column})
                    else cast({column} as text) end from {table} where {column} is not null"
                ),
                Db::Postgres(_) => {
                    format!("select {column}::text from {table} where {column} is not null")
                }
            };
            let values: Vec<String> = on!(&self.db, |pool| sqlx::query_scalar(AssertSqlSafe(
                sql.as_str()
            ))
            .fetch_all(pool)
            .await)
            .expect("values");
            for value in values {
                let bytes = bytes_of(value.trim_start_matches("\\x"));
                texts.push(String::from_utf8_lossy(&bytes).into_owned());
                texts.push(value);
            }
        }
        texts.join("\n")
    }

    async fn columns(&self) -> Vec<(String, String)> {
        const SQLITE: &str = "
            select t.name as of_table, c.name as of_column
            from sqlite_master t join pragma_table_info(t.name) c
            where t.type = 'table' and t.name not like 'sqlite_%'";
        const POSTGRES: &str = "
            select table_name::text as of_table, column_name::text as of_column
            from information_schema.columns where table_schema = 'public'";
        let text = match &self.db {
            Db::Sqlite(_) => SQLITE,
            Db::Postgres(_) => POSTGRES,
        };
        on!(&self.db, |pool| sqlx::query(text)
            .fetch_all(pool)
            .await
            .map(|rows| rows
                .iter()
                .map(|row| (row.get("of_table"), row.get("of_column")))
                .collect()))
        .expect("columns")
    }
}

/// The bytes of a hexadecimal text; none where it is another text.
fn bytes_of(text: &str) -> Vec<u8> {
    let digits: Option<Vec<u8>> = text
        .chars()
        .map(|c| c.to_digit(16).and_then(|digit| u8::try_from(digit).ok()))
        .collect();
    digits
        .filter(|digits| digits.len().is_multiple_of(2))
        .unwrap_or_default()
        .chunks_exact(2)
        .map(|pair| pair[0] * 16 + pair[1])
        .collect()
}

impl Store {
    /// Makes the schedules unreadable; false if the database does not allow it.
    pub(crate) async fn unscoped_spoil_schedules(&self) -> bool {
        let Db::Sqlite(pool) = &self.db else {
            return false;
        };
        let spoilt = sqlx::query("update schedules set changed_at = 'never'")
            .execute(pool)
            .await;
        spoilt.expect("spoilt").rows_affected() > 0
    }
}
