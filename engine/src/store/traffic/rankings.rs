//! Referrers and paths: dated snapshots of a window's top ten, each string stored once.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, NaiveDate, Utc};
use domain::report::{Ranking, RankingRow};
use domain::{Counts, Day, DayRange, Endpoint, RepositoryId, TenantId};
use sqlx::FromRow;

use super::responses::NewResponse;
use crate::store::batch::{Batch, batch, json};
use crate::store::numbers::to_u32;
use crate::store::{Store, StoreError, Transaction};

/// Referrers or paths.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RankingKind {
    Referrers,
    Paths,
}

impl RankingKind {
    /// The endpoint that returns it.
    pub(crate) const fn endpoint(self) -> Endpoint {
        match self {
            Self::Referrers => Endpoint::Referrers,
            Self::Paths => Endpoint::Paths,
        }
    }

    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Referrers => "referrers",
            Self::Paths => "paths",
        }
    }
}

/// A list to save.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NewRanking<'a> {
    pub(crate) kind: RankingKind,
    /// The days that it covers.
    pub(crate) window: DayRange,
    pub(crate) captured_at: DateTime<Utc>,
    pub(crate) rows: &'a [RankingRow],
    /// The response as received, if responses are kept.
    pub(crate) raw: Option<&'a NewResponse>,
}

#[derive(FromRow)]
struct HeadRow {
    id: i64,
    first_day: NaiveDate,
    last_day: NaiveDate,
    captured_at: DateTime<Utc>,
}

#[derive(FromRow)]
struct ListRow {
    label: String,
    title: Option<String>,
    count: i64,
    uniques: i64,
}

const INSERT_ROWS: Batch = batch!(
    "insert into ranking_rows (ranking_id, position, label_id, title_id, count, uniques) select $1, ",
    0 "bigint", 1 "bigint", 2 "bigint", 3 "bigint", 4 "bigint"; ""
);
/// The known strings of `$1`; on PostgreSQL, locked against deletion.
const KNOWN: Batch = Batch {
    sqlite: "select label, id from labels where label in (select value from json_each($1))",
    postgres: "
        select label, id from labels
        where label = any(array(select json_array_elements_text(cast($1 as json))))
        for key share",
};
/// In the same order everywhere. Otherwise two transactions that store the same new strings could
/// deadlock on PostgreSQL.
const STORE_LABELS: Batch = Batch {
    sqlite: "
        insert into labels (label) select value from json_each($1) where true
        on conflict (label) do update set label = excluded.label returning label, id",
    postgres: "
        insert into labels (label) select json_array_elements_text(cast($1 as json))
        on conflict (label) do update set label = excluded.label returning label, id",
};

impl Store {
    /// Saves the list of a window; a later response about the same window replaces it.
    pub(crate) async fn save_ranking(
        &self,
        tenant: TenantId,
        repository: RepositoryId,
        ranking: &NewRanking<'_>,
    ) -> Result<(), StoreError> {
        const HEAD: &str = "
            insert into rankings (repository_id, kind, last_day, first_day, captured_at)
            values ($1, $2, $3, $4, $5)
            on conflict (repository_id, kind, last_day) do update set
                first_day = excluded.first_day, captured_at = excluded.captured_at
            where excluded.captured_at >= rankings.captured_at
            returning id";
        let &NewRanking {
            kind,
            window,
            captured_at,
            rows,
            raw,
        } = ranking;
        let mut transaction = self.begin().await?;
        if !transaction.owns_repository(tenant, repository).await? {
            return Ok(());
        }
        if let Some(raw) = raw {
            transaction.insert_response(repository, raw).await?;
        }
        let id: Option<i64> = within!(transaction, |connection| sqlx::query_scalar(HEAD)
            .bind(repository.get())
            .bind(kind.as_str())
            .bind(window.to.date())
            .bind(window.from.date())
            .bind(captured_at)
            .fetch_optional(connection)
            .await)?;
        // No id is returned when a later response is stored already.
        let Some(id) = id else {
            return transaction.commit().await;
        };
        within!(transaction, |connection| sqlx::query(
            "delete from ranking_rows where ranking_id = $1"
        )
        .bind(id)
        .execute(connection)
        .await
        .map(drop))?;
        let texts: BTreeSet<&str> = rows
            .iter()
            .flat_map(|row| [Some(row.label.as_str()), row.title.as_deref()])
            .flatten()
            .collect();
        let labels = transaction.labels(&texts).await?;
        let rows: Vec<_> = (1_i64..)
            .zip(rows)
            .map(|(position, row)| {
                let title = row.title.as_deref().and_then(|title| labels.get(title));
                let counts = row.counts;
                (
                    position,
                    labels.get(row.label.as_str()),
                    title,
                    counts.count,
                    counts.uniques.get(),
                )
            })
            .collect();
        transaction.write_batch(INSERT_ROWS, id, &rows).await?;
        transaction.commit().await
    }

    /// The newest list whose window ends on or before a day, or the newest of all.
    pub(crate) async fn ranking(
        &self,
        tenant: TenantId,
        repository: RepositoryId,
        kind: RankingKind,
        on: Option<Day>,
    ) -> Result<Option<Ranking>, StoreError> {
        const HEAD: &str = "
            select h.id, h.first_day, h.last_day, h.captured_at
            from rankings h join repositories r on r.id = h.repository_id
            where r.tenant_id = $1 and h.repository_id = $2 and h.kind = $3 and h.last_day <= $4
            order by h.last_day desc limit 1";
        const ROWS: &str = "
            select l.label, t.label as title, s.count, s.uniques
            from ranking_rows s
            join labels l on l.id = s.label_id
            left join labels t on t.id = s.title_id
            where s.ranking_id = $1
            order by s.position";
        // Later than every stored day. NaiveDate's own maximum is beyond PostgreSQL's dates.
        let until = on.map_or_else(
            || NaiveDate::from_ymd_opt(9999, 12, 31),
            |day| Some(day.date()),
        );
        let head: Option<HeadRow> = on!(&self.db, |pool| sqlx::query_as(HEAD)
            .bind(tenant.get())
            .bind(repository.get())
            .bind(kind.as_str())
            .bind(until)
            .fetch_optional(pool)
            .await)?;
        let Some(head) = head else { return Ok(None) };
        let rows: Vec<ListRow> = on!(&self.db, |pool| sqlx::query_as(ROWS)
            .bind(head.id)
            .fetch_all(pool)
            .await)?;
        Ok(Some(Ranking {
            window: DayRange {
                from: Day::new(head.first_day),
                to: Day::new(head.last_day),
            },
            captured_at: head.captured_at,
            rows: rows
                .into_iter()
                .map(|row| RankingRow {
                    label: row.label,
                    title: row.title,
                    counts: Counts::new(to_u32(row.count), to_u32(row.uniques)),
                })
                .collect(),
        }))
    }
}

impl Transaction {
    /// Deletes the strings that no list uses, except those that a list is about to use.
    pub(crate) async fn unscoped_delete_unused_labels(&mut self) -> Result<(), StoreError> {
        const SQLITE: &str = "
            delete from labels
            where not exists (select 1 from ranking_rows s where s.label_id = labels.id)
                and not exists (select 1 from ranking_rows s where s.title_id = labels.id)";
        const HOLD: &str = "
            select l.id from labels l
            where not exists (select 1 from ranking_rows s where s.label_id = l.id)
                and not exists (select 1 from ranking_rows s where s.title_id = l.id)
            for update of l skip locked";
        const POSTGRES: &str = "
            delete from labels l
            where l.id = any($1)
                and not exists (select 1 from ranking_rows s where s.label_id = l.id)
                and not exists (select 1 from ranking_rows s where s.title_id = l.id)";
        match self {
            Self::Sqlite(transaction) => {
                sqlx::query(SQLITE).execute(&mut **transaction).await?;
            }
            Self::Postgres(transaction) => {
                let held: Vec<i64> = sqlx::query_scalar(HOLD)
                    .fetch_all(&mut **transaction)
                    .await?;
                // Only a second statement sees what was committed during the first.
                sqlx::query(POSTGRES)
                    .bind(held)
                    .execute(&mut **transaction)
                    .await?;
            }
        }
        Ok(())
    }

    /// The ids of strings, inserted if new; none is deleted until the transaction ends.
    pub(in crate::store) async fn labels(
        &mut self,
        texts: &BTreeSet<&str>,
    ) -> Result<HashMap<String, i64>, StoreError> {
        // Nearly every string is known already, so the read comes first.
        let all: Vec<&str> = texts.iter().copied().collect();
        let mut ids: HashMap<String, i64> = self.fetch_labels(KNOWN, &all).await?;
        let new: Vec<&str> = all
            .into_iter()
            .filter(|text| !ids.contains_key(*text))
            .collect();
        if !new.is_empty() {
            ids.extend(self.fetch_labels(STORE_LABELS, &new).await?);
        }
        Ok(ids)
    }

    async fn fetch_labels(
        &mut self,
        batch: Batch,
        texts: &[&str],
    ) -> Result<HashMap<String, i64>, StoreError> {
        let texts = json(texts)?;
        let rows: Vec<(String, i64)> = match self {
            Self::Sqlite(transaction) => {
                let query = sqlx::query_as(batch.sqlite).bind(texts);
                query.fetch_all(&mut **transaction).await?
            }
            Self::Postgres(transaction) => {
                let query = sqlx::query_as(batch.postgres).bind(texts);
                query.fetch_all(&mut **transaction).await?
            }
        };
        Ok(rows.into_iter().collect())
    }
}
