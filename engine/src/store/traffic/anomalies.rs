//! Anomalies in GitHub's responses. They are stored beside the traffic and never change it.

use chrono::{DateTime, NaiveDate, Utc};
use domain::report::AnomalyRecord;
use domain::{
    Anomaly, AnomalyKind, AnomalySubject, Counts, Day, Measure, RepositoryId, RepositoryName,
    RepositoryScope, TenantId,
};
use serde::{Deserialize, Serialize};
use sqlx::FromRow;

use crate::store::numbers::to_u32;
use crate::store::scope::{Scoped, id_list, scoped};
use crate::store::{Store, StoreError, Transaction};

/// Which anomalies to read.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct AnomalyFilter {
    /// Only those of this repository.
    pub(crate) repository: Option<RepositoryId>,
    /// Only open ones, or only resolved ones.
    pub(crate) open: Option<bool>,
    /// Only those after this one in the list.
    pub(crate) after: Option<AnomalyKey>,
}

/// Where an anomaly is in the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnomalyKey {
    last_seen_at: DateTime<Utc>,
    day: Day,
    repository: RepositoryId,
    measure: Measure,
    subject: AnomalySubject,
}

impl AnomalyKey {
    /// Where this one is.
    pub(crate) fn of(record: &AnomalyRecord) -> Self {
        Self {
            last_seen_at: record.last_seen_at,
            day: record.anomaly.day,
            repository: record.repository_id,
            measure: record.measure,
            subject: record.anomaly.kind.subject(),
        }
    }
}

/// An anomaly from an imported history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PastAnomaly {
    pub(crate) anomaly: Anomaly,
    pub(crate) first_seen_at: DateTime<Utc>,
    pub(crate) last_seen_at: DateTime<Utc>,
    pub(crate) times_seen: u32,
    pub(crate) settled_at: Option<DateTime<Utc>>,
}

#[derive(FromRow)]
struct AnomalyRow {
    day: NaiveDate,
    kind: String,
    known_count: Option<i64>,
    known_uniques: Option<i64>,
    reported_count: i64,
    reported_uniques: i64,
}

impl TryFrom<AnomalyRow> for Anomaly {
    type Error = StoreError;

    fn try_from(row: AnomalyRow) -> Result<Self, StoreError> {
        let known = row.known_count.zip(row.known_uniques);
        Ok(Self {
            kind: (row.kind.parse()).map_err(|_| StoreError::UnknownWord("kind of anomaly"))?,
            day: Day::new(row.day),
            known: known.map(|(count, uniques)| counts(count, uniques)),
            reported: counts(row.reported_count, row.reported_uniques),
        })
    }
}

#[derive(FromRow)]
struct AnomalyRecordRow {
    repository_id: i64,
    owner: String,
    name: String,
    measure: String,
    #[sqlx(flatten)]
    anomaly: AnomalyRow,
    first_seen_at: DateTime<Utc>,
    last_seen_at: DateTime<Utc>,
    times_seen: i64,
    settled_at: Option<DateTime<Utc>>,
}

impl TryFrom<AnomalyRecordRow> for AnomalyRecord {
    type Error = StoreError;

    fn try_from(row: AnomalyRecordRow) -> Result<Self, StoreError> {
        let full_name = format!("{}/{}", row.owner, row.name);
        let full_name: Result<RepositoryName, _> = full_name.parse();
        Ok(Self {
            repository_id: RepositoryId::new(row.repository_id),
            full_name: full_name.map_err(|_| StoreError::UnknownWord("repository name"))?,
            measure: row
                .measure
                .parse()
                .map_err(|_| StoreError::UnknownWord("measure"))?,
            anomaly: row.anomaly.try_into()?,
            first_seen_at: row.first_seen_at,
            last_seen_at: row.last_seen_at,
            times_seen: to_u32(row.times_seen),
            settled_at: row.settled_at,
        })
    }
}

impl Store {
    /// The anomalies in scope, newest first; at most `limit`.
    pub(crate) async fn anomalies(
        &self,
        tenant: TenantId,
        scope: &RepositoryScope,
        filter: AnomalyFilter,
        limit: u32,
    ) -> Result<Vec<AnomalyRecord>, StoreError> {
        const READ: Scoped = scoped!(
            "select o.repository_id, r.owner, r.name, o.measure, o.day, o.kind,
                o.known_count, o.known_uniques, o.reported_count, o.reported_uniques,
                o.first_seen_at, o.last_seen_at, o.times_seen, o.settled_at
            from observations o join repositories r on r.id = o.repository_id
            where r.tenant_id = $1",
            "and ($3 is null or o.repository_id = $3)
                and ($4 is null or (o.settled_at is null) = $4)
                and ($6 is null or o.last_seen_at < $6 or (o.last_seen_at = $6
                    and (o.day < $7 or (o.day = $7
                        and (o.repository_id, o.measure, o.subject) > ($8, $9, $10)))))
            order by o.last_seen_at desc, o.day desc, o.repository_id, o.measure, o.subject
            limit $5"
        );
        let rows: Vec<AnomalyRecordRow> =
            on!(&self.db, |pool| sqlx::query_as(READ.text(&self.db, scope))
                .bind(tenant.get())
                .bind(id_list(scope))
                .bind(filter.repository.map(RepositoryId::get))
                .bind(filter.open)
                .bind(i64::from(limit))
                .bind(filter.after.map(|key| key.last_seen_at))
                .bind(filter.after.map(|key| key.day.date()))
                .bind(filter.after.map(|key| key.repository.get()))
                .bind(filter.after.map(|key| key.measure.as_str()))
                .bind(filter.after.map(|key| key.subject.as_str()))
                .fetch_all(pool)
                .await)?;
        rows.into_iter().map(TryInto::try_into).collect()
    }

    /// How many open anomalies in scope need a warning and were seen since then, and in how many
    /// repositories.
    pub(crate) async fn count_open_anomalies(
        &self,
        tenant: TenantId,
        scope: &RepositoryScope,
        repository: Option<RepositoryId>,
        since: DateTime<Utc>,
    ) -> Result<(u32, u32), StoreError> {
        const COUNT: Scoped = scoped!(
            "select count(*), count(distinct o.repository_id)
            from observations o join repositories r on r.id = o.repository_id
            where r.tenant_id = $1 and o.settled_at is null",
            "and ($3 is null or o.repository_id = $3)
                and o.last_seen_at >= $4 and o.kind <> $5"
        );
        let (anomalies, repositories): (i64, i64) =
            on!(&self.db, |pool| sqlx::query_as(COUNT.text(&self.db, scope))
                .bind(tenant.get())
                .bind(id_list(scope))
                .bind(repository.map(RepositoryId::get))
                .bind(since)
                .bind(AnomalyKind::Truncated.as_str())
                .fetch_one(pool)
                .await)?;
        Ok((to_u32(anomalies), to_u32(repositories)))
    }

    /// Inserts the anomalies of an imported history; recorded ones stay as they are.
    pub(crate) async fn load_anomalies(
        &self,
        tenant: TenantId,
        repository: RepositoryId,
        measure: Measure,
        anomalies: &[PastAnomaly],
    ) -> Result<(), StoreError> {
        const LOAD: &str = "
            insert into observations (repository_id, measure, day, subject, kind, known_count,
                known_uniques, reported_count, reported_uniques, first_seen_at, last_seen_at,
                times_seen, settled_at)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
            on conflict (repository_id, measure, day, subject) do nothing";
        if anomalies.is_empty() {
            return Ok(());
        }
        let mut transaction = self.begin().await?;
        if !transaction.owns_repository(tenant, repository).await? {
            return Ok(());
        }
        for past in anomalies {
            let anomaly = &past.anomaly;
            within!(transaction, |connection| sqlx::query(LOAD)
                .bind(repository.get())
                .bind(measure.as_str())
                .bind(anomaly.day.date())
                .bind(anomaly.kind.subject().as_str())
                .bind(anomaly.kind.as_str())
                .bind(anomaly.known.map(|known| i64::from(known.count)))
                .bind(anomaly.known.map(|known| i64::from(known.uniques.get())))
                .bind(i64::from(anomaly.reported.count))
                .bind(i64::from(anomaly.reported.uniques.get()))
                .bind(past.first_seen_at)
                .bind(past.last_seen_at)
                .bind(i64::from(past.times_seen))
                .bind(past.settled_at)
                .execute(connection)
                .await
                .map(drop))?;
        }
        transaction.commit().await
    }
}

impl Transaction {
    /// The open anomalies of a repository's measure: those of days since a day, and all of windows.
    pub(super) async fn open_anomalies(
        &mut self,
        repository: RepositoryId,
        measure: Measure,
        since: Day,
    ) -> Result<Vec<Anomaly>, StoreError> {
        const READ: &str = "
            select day, kind, known_count, known_uniques, reported_count, reported_uniques
            from observations
            where repository_id = $1 and measure = $2 and settled_at is null
                and (day >= $3 or subject in ('total', 'people', 'window'))";
        let rows: Vec<AnomalyRow> = within!(*self, |connection| sqlx::query_as(READ)
            .bind(repository.get())
            .bind(measure.as_str())
            .bind(since.date())
            .fetch_all(connection)
            .await)?;
        rows.into_iter().map(TryInto::try_into).collect()
    }

    /// Records the anomalies of a response, one per subject and day.
    pub(super) async fn record_anomalies(
        &mut self,
        repository: RepositoryId,
        measure: Measure,
        anomalies: &[Anomaly],
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        const KEEP: &str = "
            insert into observations (repository_id, measure, day, subject, kind, known_count,
                known_uniques, reported_count, reported_uniques, first_seen_at, last_seen_at,
                times_seen)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10, 1)
            on conflict (repository_id, measure, day, subject) do update set
                kind = excluded.kind, known_count = excluded.known_count,
                known_uniques = excluded.known_uniques, reported_count = excluded.reported_count,
                reported_uniques = excluded.reported_uniques,
                last_seen_at = excluded.last_seen_at,
                times_seen = observations.times_seen + 1, settled_at = null";
        for anomaly in anomalies {
            within!(*self, |connection| sqlx::query(KEEP)
                .bind(repository.get())
                .bind(measure.as_str())
                .bind(anomaly.day.date())
                .bind(anomaly.kind.subject().as_str())
                .bind(anomaly.kind.as_str())
                .bind(anomaly.known.map(|known| i64::from(known.count)))
                .bind(anomaly.known.map(|known| i64::from(known.uniques.get())))
                .bind(i64::from(anomaly.reported.count))
                .bind(i64::from(anomaly.reported.uniques.get()))
                .bind(now)
                .execute(connection)
                .await
                .map(drop))?;
        }
        Ok(())
    }

    /// Marks anomalies as resolved by a later response.
    pub(super) async fn resolve_anomalies(
        &mut self,
        repository: RepositoryId,
        measure: Measure,
        anomalies: &[Anomaly],
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        const RESOLVE: &str = "
            update observations set settled_at = $5
            where repository_id = $1 and measure = $2 and day = $3 and subject = $4
                and settled_at is null";
        for anomaly in anomalies {
            within!(*self, |connection| sqlx::query(RESOLVE)
                .bind(repository.get())
                .bind(measure.as_str())
                .bind(anomaly.day.date())
                .bind(anomaly.kind.subject().as_str())
                .bind(now)
                .execute(connection)
                .await
                .map(drop))?;
        }
        Ok(())
    }
}

/// Only this program writes these columns, so the values fit.
pub(super) fn counts(count: i64, uniques: i64) -> Counts {
    Counts::new(to_u32(count), to_u32(uniques))
}
