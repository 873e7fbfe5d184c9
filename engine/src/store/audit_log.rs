//! The system log: lines are added, read, and deleted only by age.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use domain::report::{AuditEntry, AuditQuery};
use domain::{AuditAction, Day, LogEntryId, TenantId, UserId};
use sqlx::{AssertSqlSafe, FromRow};

use super::numbers::to_i64;
use super::search::Search;
use super::{Store, StoreError, Transaction};

/// How many lines a search reads at once.
const LINES_AT_A_TIME: usize = 1_000;

/// A line to insert.
pub(crate) struct NewLogLine<'a> {
    pub(crate) at: DateTime<Utc>,
    pub(crate) action: AuditAction,
    /// The account of the actor, if any.
    pub(crate) actor_id: Option<UserId>,
    /// The actor's name.
    pub(crate) actor: &'a str,
    pub(crate) tenant: Option<TenantId>,
    pub(crate) subject: &'a str,
    pub(crate) address: Option<String>,
}

#[derive(FromRow)]
struct LogRow {
    id: i64,
    at: DateTime<Utc>,
    action: String,
    actor: String,
    tenant: Option<String>,
    subject: String,
    address: Option<String>,
}

impl Transaction {
    /// Adds a line, with the tenant's current name.
    ///
    /// An account that no longer exists is logged by its name alone.
    pub(crate) async fn unscoped_insert_log_line(
        &mut self,
        line: &NewLogLine<'_>,
    ) -> Result<(), StoreError> {
        const INSERT: &str = "
            insert into system_log
                (at, action, actor_id, actor, tenant_id, tenant, subject, address)
            values ($1, $2, (select id from users where id = $3), $4,
                (select id from tenants where id = $5), (select name from tenants where id = $5),
                $6, $7)";
        within!(*self, |connection| sqlx::query(INSERT)
            .bind(line.at)
            .bind(line.action.as_str())
            .bind(line.actor_id.map(UserId::get))
            .bind(line.actor)
            .bind(line.tenant.map(TenantId::get))
            .bind(line.subject)
            .bind(line.address.as_deref())
            .execute(connection)
            .await
            .map(drop))?;
        Ok(())
    }
}

impl Store {
    /// The newest lines that match a query, newest first, at most `limit`, and the line after which
    /// the next page begins, if there may be more.
    ///
    /// At most `most_read` lines are searched, so a page may hold fewer, or none, although more
    /// follow.
    pub(crate) async fn unscoped_log(
        &self,
        query: &AuditQuery,
        limit: usize,
        most_read: usize,
    ) -> Result<(Vec<AuditEntry>, Option<LogEntryId>), StoreError> {
        let search = Search::new(&query.search);
        let sql = select(query);
        let (from, until) = (start(query.from), end(query.to));
        let mut before = query.before.map_or(i64::MAX, LogEntryId::get);
        let mut entries = Vec::new();
        let mut left = most_read;
        // Where the search has letters that only Rust can fold, the database returns too many
        // lines. Reads on until the page is full and one more line is found.
        while left > 0 && entries.len() <= limit {
            let batch = if search.is_exact() {
                limit + 1
            } else {
                LINES_AT_A_TIME.max(limit + 1)
            };
            let batch = batch.min(left);
            let rows: Vec<LogRow> =
                on!(&self.db, |pool| sqlx::query_as(AssertSqlSafe(sql.as_str()))
                    .bind(before)
                    .bind(from)
                    .bind(until)
                    .bind(search.pattern())
                    .bind(to_i64(batch))
                    .fetch_all(pool)
                    .await)?;
            let exhausted = rows.len() < batch;
            left -= rows.len();
            before = rows.last().map_or(before, |row| row.id);
            for row in rows {
                let words = [row.actor.as_str(), &row.subject];
                if words
                    .into_iter()
                    .chain(row.tenant.as_deref())
                    .any(|text| search.found_in(text))
                {
                    entries.push(entry(row)?);
                }
            }
            if exhausted && entries.len() <= limit {
                return Ok((entries, None));
            }
        }
        if entries.len() > limit {
            entries.truncate(limit);
            before = entries.last().map_or(before, |last| last.id.get());
        }
        Ok((entries, Some(LogEntryId::new(before))))
    }

    /// Deletes the lines from before this time. Returns how many.
    pub(crate) async fn unscoped_delete_log_before(
        &self,
        moment: DateTime<Utc>,
    ) -> Result<u64, StoreError> {
        Ok(on!(&self.db, |pool| sqlx::query(
            "delete from system_log where at < $1"
        )
        .bind(moment)
        .execute(pool)
        .await
        .map(|done| done.rows_affected()))?)
    }
}

/// The statement; the words in it are constants of this program.
fn select(query: &AuditQuery) -> String {
    let actions = query.topic.map_or_else(String::new, |topic| {
        let words: Vec<String> = AuditAction::ALL
            .iter()
            .filter(|action| action.topic() == topic)
            .map(|action| format!("'{}'", action.as_str()))
            .collect();
        format!("and action in ({})", words.join(", "))
    });
    format!(
        r"select id, at, action, actor, tenant, subject, address
        from system_log
        where id < $1 and at >= $2 and at < $3 {actions}
            and ($4 = '' or lower(actor) like $4 escape '\' or lower(subject) like $4 escape '\'
                or lower(coalesce(tenant, '')) like $4 escape '\')
        order by id desc limit $5"
    )
}

fn entry(row: LogRow) -> Result<AuditEntry, StoreError> {
    Ok(AuditEntry {
        id: LogEntryId::new(row.id),
        at: row.at,
        action: row
            .action
            .parse()
            .map_err(|_| StoreError::UnknownWord("action in the system log"))?,
        actor: row.actor,
        tenant: row.tenant,
        subject: row.subject,
        address: row.address,
    })
}

/// The first moment of a day, or the earliest that both databases can compare.
fn start(day: Option<Day>) -> DateTime<Utc> {
    midnight(day.map_or(NaiveDate::MIN, Day::date))
}

/// The moment after a day, or after everything.
fn end(day: Option<Day>) -> DateTime<Utc> {
    midnight(day.map_or(NaiveDate::MAX, |day| day.plus(1).date()))
}

/// Years of four digits: others are beyond PostgreSQL, or sort wrongly as SQLite's text.
fn midnight(date: NaiveDate) -> DateTime<Utc> {
    let first = NaiveDate::from_ymd_opt(1, 1, 1).unwrap_or_default();
    let last = NaiveDate::from_ymd_opt(9999, 12, 31).unwrap_or_default();
    date.clamp(first, last).and_time(NaiveTime::MIN).and_utc()
}
