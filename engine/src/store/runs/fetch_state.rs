//! The last fetch of each endpoint of a repository, so that no request is sent in vain.

use chrono::{DateTime, Utc};
use domain::{Endpoint, RepositoryId, TenantId};
use sqlx::FromRow;

use crate::github::{ETag, LeftOut};
use crate::store::{Store, StoreError, Transaction};

/// The last fetch of an endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FetchState {
    pub(crate) endpoint: Endpoint,
    /// When it succeeded; `None` if it failed.
    pub(crate) at: Option<DateTime<Utc>>,
    /// The entity tag of the stored data.
    pub(crate) tag: Option<ETag>,
}

/// The result of a fetch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Fetched {
    /// All data is stored, under this tag if it has one.
    Complete(Option<ETag>),
    /// Part of the data is stored; the endpoint is still due.
    Partial(Option<ETag>),
    /// The readable part is stored; the next request is unconditional.
    Unreadable(LeftOut),
    /// The stored data is still current.
    NotModified,
}

impl Fetched {
    /// The result when data was stored: complete, unless some was left out.
    pub(crate) fn stored(tag: Option<ETag>, left_out: Option<LeftOut>) -> Self {
        match left_out {
            None => Self::Complete(tag),
            Some(left_out) => Self::Unreadable(left_out),
        }
    }

    /// What could not be read.
    pub(crate) const fn left_out(&self) -> Option<LeftOut> {
        match self {
            Self::Unreadable(left_out) => Some(*left_out),
            Self::Complete(_) | Self::Partial(_) | Self::NotModified => None,
        }
    }
}

#[derive(FromRow)]
struct FetchStateRow {
    endpoint: String,
    answered_at: Option<DateTime<Utc>>,
    etag: Option<String>,
    credential: Option<Vec<u8>>,
}

impl Store {
    /// The last fetches about a repository.
    pub(crate) async fn fetch_states(
        &self,
        tenant: TenantId,
        repository: RepositoryId,
    ) -> Result<Vec<FetchState>, StoreError> {
        const STATES: &str = "
            select a.endpoint, a.answered_at, a.etag, a.credential
            from answers a join repositories r on r.id = a.repository_id
            where r.tenant_id = $1 and a.repository_id = $2";
        let rows: Vec<FetchStateRow> = on!(&self.db, |pool| sqlx::query_as(STATES)
            .bind(tenant.get())
            .bind(repository.get())
            .fetch_all(pool)
            .await)?;
        rows.into_iter()
            .map(|row| {
                Ok(FetchState {
                    endpoint: row
                        .endpoint
                        .parse()
                        .map_err(|_| StoreError::UnknownWord("endpoint"))?,
                    at: row.answered_at,
                    tag: row
                        .etag
                        .zip(row.credential)
                        .map(|(etag, credential)| ETag { etag, credential }),
                })
            })
            .collect()
    }
}

impl Transaction {
    /// Saves the fetches of a repository. `None` is a failed one: the stored data and its tag stay.
    pub(super) async fn save_fetch_states(
        &mut self,
        repository: RepositoryId,
        fetches: &[(Endpoint, Option<Fetched>)],
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        const UPSERT: &str = "
            insert into answers (repository_id, endpoint, answered_at, etag, credential)
            values ($1, $2, $3, $4, $5)
            on conflict (repository_id, endpoint) do update set
                answered_at = excluded.answered_at, etag = excluded.etag,
                credential = excluded.credential";
        const TOUCH: &str = "
            update answers set answered_at = $3 where repository_id = $1 and endpoint = $2";
        for (endpoint, fetched) in fetches {
            match fetched {
                Some(Fetched::Complete(_) | Fetched::Partial(_) | Fetched::Unreadable(_)) => {
                    let is_whole = !matches!(fetched, Some(Fetched::Partial(_)));
                    let tag = match fetched {
                        Some(Fetched::Complete(tag) | Fetched::Partial(tag)) => tag.as_ref(),
                        _ => None,
                    };
                    within!(*self, |connection| sqlx::query(UPSERT)
                        .bind(repository.get())
                        .bind(endpoint.as_str())
                        .bind(is_whole.then_some(now))
                        .bind(tag.map(|tag| tag.etag.as_str()))
                        .bind(tag.map(|tag| tag.credential.as_slice()))
                        .execute(connection)
                        .await
                        .map(drop))?;
                }
                Some(Fetched::NotModified) | None => {
                    let at = fetched.is_some().then_some(now);
                    within!(*self, |connection| sqlx::query(TOUCH)
                        .bind(repository.get())
                        .bind(endpoint.as_str())
                        .bind(at)
                        .execute(connection)
                        .await
                        .map(drop))?;
                }
            }
        }
        Ok(())
    }
}
