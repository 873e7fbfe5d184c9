//! GitHub's answers as they came, compressed, for some days.

use std::io::Read;
use std::ops::Range;
use std::pin::pin;

use chrono::{DateTime, Utc};
use domain::report::StoredResponse;
use domain::{AnswerId, Endpoint, RepositoryId, TenantId};
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use futures::TryStreamExt;
use futures::stream::BoxStream;
use sqlx::FromRow;

use crate::github::Body;
use crate::store::{Store, StoreError, Transaction};

/// How many answers are deleted at once: a short statement, so that nobody waits for it.
const SWEPT_AT_ONCE: i64 = 500;
/// How many bytes of answers are looked through at once: tens of thousands of usual ones.
const MOST_INFLATED: u64 = 64 * 1024 * 1024;
/// No answer is larger; what claims to be is broken.
const LARGEST_BODY: u64 = 16 * 1024 * 1024;

/// An answer to keep.
#[derive(Clone, Debug)]
pub(crate) struct RawAnswer {
    endpoint: Endpoint,
    captured_at: DateTime<Utc>,
    compressed: Vec<u8>,
}

impl RawAnswer {
    /// An answer's body, compressed.
    pub(crate) fn new(endpoint: Endpoint, captured_at: DateTime<Utc>, body: &Body) -> Self {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        // Writing into memory does not fail.
        let written = (body.write_to(&mut encoder)).and_then(|()| encoder.finish());
        Self {
            endpoint,
            captured_at,
            compressed: written.unwrap_or_default(),
        }
    }
}

#[derive(FromRow)]
struct KeptRow {
    id: i64,
    endpoint: String,
    captured_at: DateTime<Utc>,
}

#[derive(FromRow)]
struct BodyRow {
    #[sqlx(flatten)]
    kept: KeptRow,
    body: Vec<u8>,
}

impl TryFrom<KeptRow> for StoredResponse {
    type Error = StoreError;

    fn try_from(row: KeptRow) -> Result<Self, StoreError> {
        let endpoint = row.endpoint.parse();
        Ok(Self {
            id: AnswerId::new(row.id),
            endpoint: endpoint.map_err(|_| StoreError::UnknownWord("endpoint"))?,
            captured_at: row.captured_at,
        })
    }
}

impl BodyRow {
    /// The answer with its body, where that has no more bytes than this.
    fn inflated(self, most: u64) -> Result<Option<(StoredResponse, Vec<u8>)>, StoreError> {
        let mut body = Vec::new();
        GzDecoder::new(self.body.as_slice())
            .take(most + 1)
            .read_to_end(&mut body)
            .map_err(|_| StoreError::UnknownWord("compression"))?;
        let fits = u64::try_from(body.len()).is_ok_and(|length| length <= most);
        let kept = self.kept.try_into()?;
        Ok(fits.then_some((kept, body)))
    }
}

impl Store {
    /// Makes something of each answer about a repository that came within a time, the newest
    /// first; of so many at most, and of so many bytes together. One at a time is in memory.
    pub(crate) async fn map_raw_answers<T>(
        &self,
        tenant: TenantId,
        repository: RepositoryId,
        time: Range<DateTime<Utc>>,
        limit: u32,
        mut make: impl FnMut(StoredResponse, Vec<u8>) -> T,
    ) -> Result<Vec<T>, StoreError> {
        const READ: &str = "
            select a.id, a.endpoint, a.captured_at, a.body
            from raw_answers a join repositories r on r.id = a.repository_id
            where r.tenant_id = $1 and a.repository_id = $2
                and a.captured_at >= $3 and a.captured_at < $4
            order by a.captured_at desc, a.id desc
            limit $5";
        let rows: BoxStream<'_, sqlx::Result<BodyRow>> = on!(&self.db, |pool| sqlx::query_as(READ)
            .bind(tenant.get())
            .bind(repository.get())
            .bind(time.start)
            .bind(time.end)
            .bind(i64::from(limit))
            .fetch(pool));
        let mut rows = pin!(rows);
        let mut left = MOST_INFLATED;
        let mut all = Vec::new();
        while let Some(row) = rows.try_next().await? {
            let Some((answer, body)) = row.inflated(left.min(LARGEST_BODY))? else {
                tracing::warn!("stored responses are too large to search all of them");
                break;
            };
            left = left.saturating_sub(u64::try_from(body.len()).unwrap_or(u64::MAX));
            all.push(make(answer, body));
        }
        Ok(all)
    }

    /// One answer about a repository.
    pub(crate) async fn raw_answer(
        &self,
        tenant: TenantId,
        repository: RepositoryId,
        id: AnswerId,
    ) -> Result<Option<(StoredResponse, Vec<u8>)>, StoreError> {
        const READ: &str = "
            select a.id, a.endpoint, a.captured_at, a.body
            from raw_answers a join repositories r on r.id = a.repository_id
            where r.tenant_id = $1 and a.repository_id = $2 and a.id = $3";
        let row: Option<BodyRow> = on!(&self.db, |pool| sqlx::query_as(READ)
            .bind(tenant.get())
            .bind(repository.get())
            .bind(id.get())
            .fetch_optional(pool)
            .await)?;
        let answer = row.map(|row| row.inflated(LARGEST_BODY)).transpose()?;
        Ok(answer.flatten())
    }

    /// Deletes a batch of the answers that came before a moment; whether more are left.
    pub(crate) async fn unscoped_sweep_answers(
        &self,
        before: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        const SWEEP: &str = "
            delete from raw_answers where id in (
                select id from raw_answers where captured_at < $1
                order by captured_at limit $2)";
        let swept = on!(&self.db, |pool| sqlx::query(SWEEP)
            .bind(before)
            .bind(SWEPT_AT_ONCE)
            .execute(pool)
            .await
            .map(|done| done.rows_affected()))?;
        Ok(i64::try_from(swept).is_ok_and(|swept| swept == SWEPT_AT_ONCE))
    }
}

impl Transaction {
    /// Keeps an answer about a repository.
    pub(super) async fn keep_answer(
        &mut self,
        repository: RepositoryId,
        answer: &RawAnswer,
    ) -> Result<(), StoreError> {
        const KEEP: &str = "
            insert into raw_answers (repository_id, endpoint, captured_at, body)
            values ($1, $2, $3, $4)";
        within!(*self, |connection| sqlx::query(KEEP)
            .bind(repository.get())
            .bind(answer.endpoint.as_str())
            .bind(answer.captured_at)
            .bind(answer.compressed.as_slice())
            .execute(connection)
            .await
            .map(drop))?;
        Ok(())
    }
}
