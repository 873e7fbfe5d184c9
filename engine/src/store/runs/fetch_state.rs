//! What GitHub answered last to each question about a repository, so that it is not asked in vain.

use chrono::{DateTime, Utc};
use domain::{Endpoint, RepositoryId, TenantId};
use sqlx::FromRow;

use crate::github::{ETag, LeftOut};
use crate::store::{Store, StoreError, Transaction};

/// The last answer to a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LastAnswer {
    pub(crate) endpoint: Endpoint,
    /// When it came; `None` where the question failed last.
    pub(crate) at: Option<DateTime<Utc>>,
    /// By which tag its data is known.
    pub(crate) tag: Option<ETag>,
}

/// How a question was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Answered {
    /// The data is stored that this tag belongs to, if it has one.
    News(Option<ETag>),
    /// The same, and not all of it yet: the question is still due.
    Partly(Option<ETag>),
    /// What could be read of it is stored; the rest is asked for again, in full.
    Unread(LeftOut),
    /// The stored data still holds.
    Same,
}

impl Answered {
    /// That the data of an answer is stored: all of it, unless some was left out.
    pub(crate) fn news(tag: Option<ETag>, left_out: Option<LeftOut>) -> Self {
        match left_out {
            None => Self::News(tag),
            Some(left_out) => Self::Unread(left_out),
        }
    }

    /// What could not be read.
    pub(crate) const fn left_out(&self) -> Option<LeftOut> {
        match self {
            Self::Unread(left_out) => Some(*left_out),
            Self::News(_) | Self::Partly(_) | Self::Same => None,
        }
    }
}

#[derive(FromRow)]
struct AnswerRow {
    endpoint: String,
    answered_at: Option<DateTime<Utc>>,
    etag: Option<String>,
    credential: Option<Vec<u8>>,
}

impl Store {
    /// The last answers about a repository.
    pub(crate) async fn last_answers(
        &self,
        tenant: TenantId,
        repository: RepositoryId,
    ) -> Result<Vec<LastAnswer>, StoreError> {
        const ANSWERS: &str = "
            select a.endpoint, a.answered_at, a.etag, a.credential
            from answers a join repositories r on r.id = a.repository_id
            where r.tenant_id = $1 and a.repository_id = $2";
        let rows: Vec<AnswerRow> = on!(&self.db, |pool| sqlx::query_as(ANSWERS)
            .bind(tenant.get())
            .bind(repository.get())
            .fetch_all(pool)
            .await)?;
        rows.into_iter()
            .map(|row| {
                Ok(LastAnswer {
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
    /// Keeps what became of the questions about a repository; `None` is one that failed, of which
    /// the data that was stored before still belongs to its tag.
    pub(super) async fn keep_answers(
        &mut self,
        repository: RepositoryId,
        answers: &[(Endpoint, Option<Answered>)],
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        const NEWS: &str = "
            insert into answers (repository_id, endpoint, answered_at, etag, credential)
            values ($1, $2, $3, $4, $5)
            on conflict (repository_id, endpoint) do update set
                answered_at = excluded.answered_at, etag = excluded.etag,
                credential = excluded.credential";
        const STANDING: &str = "
            update answers set answered_at = $3 where repository_id = $1 and endpoint = $2";
        for (endpoint, answered) in answers {
            match answered {
                Some(Answered::News(_) | Answered::Partly(_) | Answered::Unread(_)) => {
                    let whole = !matches!(answered, Some(Answered::Partly(_)));
                    let tag = match answered {
                        Some(Answered::News(tag) | Answered::Partly(tag)) => tag.as_ref(),
                        _ => None,
                    };
                    within!(*self, |connection| sqlx::query(NEWS)
                        .bind(repository.get())
                        .bind(endpoint.as_str())
                        .bind(whole.then_some(now))
                        .bind(tag.map(|tag| tag.etag.as_str()))
                        .bind(tag.map(|tag| tag.credential.as_slice()))
                        .execute(connection)
                        .await
                        .map(drop))?;
                }
                Some(Answered::Same) | None => {
                    let at = answered.is_some().then_some(now);
                    within!(*self, |connection| sqlx::query(STANDING)
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
