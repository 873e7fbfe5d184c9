//! A repository's metadata, and the events that its changes show.

use chrono::{DateTime, NaiveDate, Utc};
use domain::report::RepositoryEvent;
use domain::{Day, EventKind, RepositoryId, RepositoryName, TenantId, Visibility};
use sqlx::FromRow;

use super::records::{full_name, visibility};
use crate::store::sql_day::SqlDay;
use crate::store::{Store, StoreError, Transaction};

/// GitHub's metadata of a repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RepositoryMetadata {
    pub(crate) full_name: RepositoryName,
    /// `None` from older servers.
    pub(crate) visibility: Option<Visibility>,
    pub(crate) archived: bool,
    /// The day it was created, if reported.
    pub(crate) created_on: Option<Day>,
}

/// An event to insert.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NewEvent {
    pub(crate) kind: EventKind,
    /// The full names before and after, if they differ.
    pub(crate) names: Option<(String, String)>,
}

impl NewEvent {
    pub(crate) const fn new(kind: EventKind) -> Self {
        Self { kind, names: None }
    }
}

#[derive(FromRow)]
struct MetadataRow {
    owner: String,
    name: String,
    visibility: Option<String>,
    archived_on_github: Option<bool>,
    created_on: Option<NaiveDate>,
}

#[derive(FromRow)]
struct EventRow {
    at: DateTime<Utc>,
    kind: String,
    former_name: Option<String>,
    new_name: Option<String>,
}

/// The zeros of a repository before a day.
macro_rules! zeros {
    ($verb:literal) => {
        concat!(
            $verb,
            " traffic_days where repository_id = $1 and day < $2
                and coalesce(views, 0) = 0 and coalesce(clones, 0) = 0
                and coalesce(view_uniques, 0) = 0 and coalesce(clone_uniques, 0) = 0"
        )
    };
}

impl Store {
    /// Updates a repository's metadata. Returns the events since it was last requested.
    pub(crate) async fn update_metadata(
        &self,
        tenant: TenantId,
        id: RepositoryId,
        metadata: &RepositoryMetadata,
        now: DateTime<Utc>,
    ) -> Result<Vec<NewEvent>, StoreError> {
        const KNOWN: &str = "
            select owner, name, visibility, archived_on_github, created_on from repositories
            where tenant_id = $1 and id = $2";
        // Of two processes that notice the same change, one writes it.
        const KEEP: &str = "
            update repositories
            set owner = $3, name = $4, visibility = coalesce($5, visibility),
                archived_on_github = $6, created_on = coalesce($7, created_on)
            where tenant_id = $1 and id = $2 and (owner <> $3 or name <> $4
                or archived_on_github is null or archived_on_github <> $6
                or visibility is null or visibility <> coalesce($5, visibility)
                or ($7 is not null and (created_on is null or created_on <> $7)))";
        let known: Option<MetadataRow> = on!(&self.db, |pool| sqlx::query_as(KNOWN)
            .bind(tenant.get())
            .bind(id.get())
            .fetch_optional(pool)
            .await)?;
        let Some(known) = known else {
            return Ok(Vec::new());
        };
        let Some(events) = changes(&known, metadata)? else {
            return Ok(Vec::new());
        };
        let mut transaction = self.begin().await?;
        let written = within!(transaction, |connection| sqlx::query(KEEP)
            .bind(tenant.get())
            .bind(id.get())
            .bind(metadata.full_name.owner())
            .bind(metadata.full_name.name())
            .bind(metadata.visibility.map(Visibility::as_str))
            .bind(metadata.archived)
            .bind(metadata.created_on.map(Day::date))
            .execute(connection)
            .await
            .map(|done| done.rows_affected() == 1))?;
        if !written {
            return Ok(Vec::new());
        }
        if let Some(created_on) = metadata.created_on {
            transaction
                .delete_zeros_before(tenant, id, created_on)
                .await?;
        }
        for event in &events {
            transaction.insert_event(id, event, now).await?;
        }
        transaction.commit().await?;
        Ok(events)
    }

    /// A repository's events on GitHub, newest first.
    pub(crate) async fn repository_events(
        &self,
        tenant: TenantId,
        id: RepositoryId,
        limit: u32,
    ) -> Result<Vec<RepositoryEvent>, StoreError> {
        const EVENTS: &str = "
            select e.at, e.kind, e.former_name, e.new_name
            from repository_events e join repositories r on r.id = e.repository_id
            where r.tenant_id = $1 and e.repository_id = $2
            order by e.id desc limit $3";
        let rows: Vec<EventRow> = on!(&self.db, |pool| sqlx::query_as(EVENTS)
            .bind(tenant.get())
            .bind(id.get())
            .bind(i64::from(limit))
            .fetch_all(pool)
            .await)?;
        rows.into_iter()
            .map(|row| {
                Ok(RepositoryEvent {
                    at: row.at,
                    kind: row
                        .kind
                        .parse()
                        .map_err(|_| StoreError::UnknownWord("repository event"))?,
                    former_name: row.former_name,
                    new_name: row.new_name,
                })
            })
            .collect()
    }

    /// The repositories that once had this name, the most recent first.
    pub(super) async fn formerly_named(
        &self,
        tenant: TenantId,
        name: &RepositoryName,
    ) -> Result<Vec<RepositoryId>, StoreError> {
        const FORMER: &str = "
            select e.repository_id
            from repository_events e join repositories r on r.id = e.repository_id
            where r.tenant_id = $1 and e.former_name is not null
                and lower(e.former_name) = lower($2)
            order by e.id desc";
        let ids: Vec<i64> = on!(&self.db, |pool| sqlx::query_scalar(FORMER)
            .bind(tenant.get())
            .bind(name.to_string())
            .fetch_all(pool)
            .await)?;
        Ok(ids.into_iter().map(RepositoryId::new).collect())
    }
}

impl Transaction {
    /// The day a repository was created, if GitHub reported it.
    pub(in crate::store) async fn created_on(
        &mut self,
        id: RepositoryId,
    ) -> Result<Option<Day>, StoreError> {
        let day: Option<Option<NaiveDate>> = within!(*self, |connection| sqlx::query_scalar(
            "select created_on from repositories where id = $1"
        )
        .bind(id.get())
        .fetch_optional(connection)
        .await)?;
        Ok(day.flatten().map(Day::new))
    }

    /// Deletes zeros of days before a repository existed. GitHub fills the window of a new
    /// repository with them.
    async fn delete_zeros_before(
        &mut self,
        tenant: TenantId,
        id: RepositoryId,
        day: Day,
    ) -> Result<(), StoreError> {
        const HAS_ZEROS: &str = zeros!("select day from");
        const DELETE: &str = zeros!("delete from");
        let found: Option<SqlDay> = within!(*self, |connection| sqlx::query_scalar(HAS_ZEROS)
            .bind(id.get())
            .bind(SqlDay(day))
            .fetch_optional(connection)
            .await)?;
        if found.is_none() || !self.lock_repository(tenant, id).await? {
            return Ok(());
        }
        self.subtract_from_tenant(tenant, id).await?;
        within!(*self, |connection| sqlx::query(DELETE)
            .bind(id.get())
            .bind(SqlDay(day))
            .execute(connection)
            .await
            .map(drop))?;
        self.rebuild_aggregates(tenant, id).await
    }

    /// Inserts an event of a repository that this transaction wrote already.
    pub(super) async fn insert_event(
        &mut self,
        repository: RepositoryId,
        event: &NewEvent,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        const INSERT: &str = "
            insert into repository_events (repository_id, at, kind, former_name, new_name)
            values ($1, $2, $3, $4, $5)";
        let (former, new) = event.names.clone().unzip();
        within!(*self, |connection| sqlx::query(INSERT)
            .bind(repository.get())
            .bind(now)
            .bind(event.kind.as_str())
            .bind(former)
            .bind(new)
            .execute(connection)
            .await
            .map(drop))?;
        Ok(())
    }
}

/// The events in a change of metadata; `None` without a change. A value reported for the first time
/// is no event, because nobody knows when it changed.
fn changes(
    known: &MetadataRow,
    metadata: &RepositoryMetadata,
) -> Result<Option<Vec<NewEvent>>, StoreError> {
    let before = full_name(&known.owner, &known.name)?;
    let visible = known.visibility.as_deref().map(visibility).transpose()?;
    let mut events = Vec::new();
    // Names that differ only in case are equal. The new case is stored without an event.
    if before != metadata.full_name {
        let same_owner = before
            .owner()
            .eq_ignore_ascii_case(metadata.full_name.owner());
        events.push(NewEvent {
            kind: if same_owner {
                EventKind::Renamed
            } else {
                EventKind::Transferred
            },
            names: Some((before.to_string(), metadata.full_name.to_string())),
        });
    }
    match (known.archived_on_github, metadata.archived) {
        (Some(false), true) => events.push(NewEvent::new(EventKind::Archived)),
        (Some(true), false) => events.push(NewEvent::new(EventKind::Unarchived)),
        _ => {}
    }
    if let (Some(before), Some(now)) = (visible, metadata.visibility) {
        let public = |visibility| visibility == Visibility::Public;
        match (public(before), public(now)) {
            (true, false) => events.push(NewEvent::new(EventKind::MadePrivate)),
            (false, true) => events.push(NewEvent::new(EventKind::MadePublic)),
            _ => {}
        }
    }
    let changed = before.to_string() != metadata.full_name.to_string()
        || known.archived_on_github != Some(metadata.archived)
        || metadata.visibility.is_some_and(|now| visible != Some(now))
        || (metadata.created_on).is_some_and(|day| known.created_on != Some(day.date()));
    Ok(changed.then_some(events))
}
