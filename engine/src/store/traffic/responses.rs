//! GitHub's responses as received, compressed, for some days.

use std::io::Read;
use std::ops::Range;
use std::pin::pin;

use chrono::{DateTime, Utc};
use domain::report::StoredResponse;
use domain::{Endpoint, RepositoryId, ResponseId, TenantId};
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use futures::TryStreamExt;
use futures::stream::BoxStream;
use sqlx::FromRow;

use crate::github::Body;
use crate::store::{Store, StoreError, Transaction};

/// How many responses are deleted at once: few, so that the statement blocks nothing.
const PRUNE_BATCH: i64 = 500;
/// How many bytes of responses are read at most: tens of thousands of usual ones.
const MAX_TOTAL_BYTES: u64 = 64 * 1024 * 1024;
/// No response is larger; a larger one is corrupt.
const MAX_BODY_BYTES: u64 = 16 * 1024 * 1024;

/// A response to store.
#[derive(Clone, Debug)]
pub(crate) struct NewResponse {
    endpoint: Endpoint,
    captured_at: DateTime<Utc>,
    compressed: Vec<u8>,
}

impl NewResponse {
    /// A response's body, compressed.
    pub(crate) fn new(endpoint: Endpoint, captured_at: DateTime<Utc>, body: &Body) -> Self {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        // Writing to memory does not fail.
        let written = (body.write_to(&mut encoder)).and_then(|()| encoder.finish());
        Self {
            endpoint,
            captured_at,
            compressed: written.unwrap_or_default(),
        }
    }
}

#[derive(FromRow)]
struct ResponseRow {
    id: i64,
    endpoint: String,
    captured_at: DateTime<Utc>,
}

#[derive(FromRow)]
struct BodyRow {
    #[sqlx(flatten)]
    response: ResponseRow,
    body: Vec<u8>,
}

impl TryFrom<ResponseRow> for StoredResponse {
    type Error = StoreError;

    fn try_from(row: ResponseRow) -> Result<Self, StoreError> {
        let endpoint = row.endpoint.parse();
        Ok(Self {
            id: ResponseId::new(row.id),
            endpoint: endpoint.map_err(|_| StoreError::UnknownWord("endpoint"))?,
            captured_at: row.captured_at,
        })
    }
}

impl BodyRow {
    /// The response with its body, unless the body is longer than `most` bytes.
    fn decompressed(self, most: u64) -> Result<Option<(StoredResponse, Vec<u8>)>, StoreError> {
        let mut body = Vec::new();
        GzDecoder::new(self.body.as_slice())
            .take(most + 1)
            .read_to_end(&mut body)
            .map_err(|_| StoreError::UnknownWord("compression"))?;
        let fits = u64::try_from(body.len()).is_ok_and(|length| length <= most);
        let response = self.response.try_into()?;
        Ok(fits.then_some((response, body)))
    }
}

impl Store {
    /// Maps the responses about a repository within a time range, newest first, up to `limit` and a
    /// total size. One at a time is in memory.
    pub(crate) async fn map_responses<T>(
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
        let mut left = MAX_TOTAL_BYTES;
        let mut all = Vec::new();
        while let Some(row) = rows.try_next().await? {
            let Some((response, body)) = row.decompressed(left.min(MAX_BODY_BYTES))? else {
                tracing::warn!("stored responses are too large to search all of them");
                break;
            };
            left = left.saturating_sub(u64::try_from(body.len()).unwrap_or(u64::MAX));
            all.push(make(response, body));
        }
        Ok(all)
    }

    /// One response about a repository.
    pub(crate) async fn response(
        &self,
        tenant: TenantId,
        repository: RepositoryId,
        id: ResponseId,
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
        let response = row
            .map(|row| row.decompressed(MAX_BODY_BYTES))
            .transpose()?;
        Ok(response.flatten())
    }

    /// Deletes a batch of the responses from before a time. Returns whether more may be left.
    pub(crate) async fn unscoped_prune_responses(
        &self,
        before: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        const PRUNE: &str = "
            delete from raw_answers where id in (
                select id from raw_answers where captured_at < $1
                order by captured_at limit $2)";
        let deleted = on!(&self.db, |pool| sqlx::query(PRUNE)
            .bind(before)
            .bind(PRUNE_BATCH)
            .execute(pool)
            .await
            .map(|done| done.rows_affected()))?;
        Ok(i64::try_from(deleted).is_ok_and(|deleted| deleted == PRUNE_BATCH))
    }
}

impl Transaction {
    /// Stores a response about a repository.
    pub(super) async fn insert_response(
        &mut self,
        repository: RepositoryId,
        response: &NewResponse,
    ) -> Result<(), StoreError> {
        const INSERT: &str = "
            insert into raw_answers (repository_id, endpoint, captured_at, body)
            values ($1, $2, $3, $4)";
        within!(*self, |connection| sqlx::query(INSERT)
            .bind(repository.get())
            .bind(response.endpoint.as_str())
            .bind(response.captured_at)
            .bind(response.compressed.as_slice())
            .execute(connection)
            .await
            .map(drop))?;
        Ok(())
    }
}
