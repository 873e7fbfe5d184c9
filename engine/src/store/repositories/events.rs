//! What GitHub says of a repository itself, and what happened to it there.

use chrono::{DateTime, NaiveDate, Utc};
use domain::report::RepositoryEvent;
use domain::{Day, EventKind, RepositoryId, RepositoryName, TenantId, Visibility};
use sqlx::FromRow;

use super::records::{full_name, visibility};
use crate::store::{Store, StoreError, Transaction};

/// What GitHub says of a repository itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Facts {
    pub(crate) full_name: RepositoryName,
    /// Older servers do not say.
    pub(crate) visibility: Option<Visibility>,
    pub(crate) archived: bool,
    /// The day on which it was made, where GitHub says one.
    pub(crate) created_on: Option<Day>,
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NewEvent {
    pub(crate) kind: EventKind,
    /// The full names before and after, where they differ.
    pub(crate) names: Option<(String, String)>,
}

impl NewEvent {
    pub(crate) const fn of(kind: EventKind) -> Self {
        Self { kind, names: None }
    }
}

#[derive(FromRow)]
struct FactsRow {
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

impl Store {
    /// Keeps what GitHub says of a repository now, and tells what happened since it was last asked.
    pub(crate) async fn keep_facts(
        &self,
        tenant: TenantId,
        id: RepositoryId,
        facts: &Facts,
        now: DateTime<Utc>,
    ) -> Result<Vec<NewEvent>, StoreError> {
        const KNOWN: &str = "
            select owner, name, visibility, archived_on_github, created_on from repositories
            where tenant_id = $1 and id = $2";
        // Of two processes that notice the same, one writes it down.
        const KEEP: &str = "
            update repositories
            set owner = $3, name = $4, visibility = coalesce($5, visibility),
                archived_on_github = $6, created_on = coalesce($7, created_on)
            where tenant_id = $1 and id = $2 and (owner <> $3 or name <> $4
                or archived_on_github is null or archived_on_github <> $6
                or visibility is null or visibility <> coalesce($5, visibility)
                or ($7 is not null and (created_on is null or created_on <> $7)))";
        let known: Option<FactsRow> = on!(&self.db, |pool| sqlx::query_as(KNOWN)
            .bind(tenant.get())
            .bind(id.get())
            .fetch_optional(pool)
            .await)?;
        let Some(known) = known else {
            return Ok(Vec::new());
        };
        let Some(events) = news(&known, facts)? else {
            return Ok(Vec::new());
        };
        let mut transaction = self.begin().await?;
        let written = within!(transaction, |connection| sqlx::query(KEEP)
            .bind(tenant.get())
            .bind(id.get())
            .bind(facts.full_name.owner())
            .bind(facts.full_name.name())
            .bind(facts.visibility.map(Visibility::as_str))
            .bind(facts.archived)
            .bind(facts.created_on.map(Day::date))
            .execute(connection)
            .await
            .map(|done| done.rows_affected() == 1))?;
        if !written {
            return Ok(Vec::new());
        }
        if let Some(created_on) = facts.created_on {
            transaction.delete_zeros_before(id, created_on).await?;
        }
        for event in &events {
            transaction.insert_event(id, event, now).await?;
        }
        transaction.commit().await?;
        Ok(events)
    }

    /// What happened to a repository on GitHub, newest first.
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

    /// The repositories that had this name once, the last one first.
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
    /// The day on which a repository was made, where GitHub said one.
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

    /// Deletes what was stored for days on which there was no repository yet: GitHub fills the
    /// window of a new one with zeros, and nobody had counted them.
    async fn delete_zeros_before(&mut self, id: RepositoryId, day: Day) -> Result<(), StoreError> {
        const ZEROS: &str = "
            delete from traffic_days where repository_id = $1 and day < $2
                and coalesce(views, 0) = 0 and coalesce(clones, 0) = 0
                and coalesce(view_uniques, 0) = 0 and coalesce(clone_uniques, 0) = 0";
        within!(*self, |connection| sqlx::query(ZEROS)
            .bind(id.get())
            .bind(day.date())
            .execute(connection)
            .await
            .map(drop))?;
        Ok(())
    }

    /// Keeps what happened to a repository that this transaction wrote already.
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

/// What happened, where GitHub says something else than what is known; `None` where it does not.
/// What is heard for the first time is no event: nobody knows when it happened.
fn news(known: &FactsRow, facts: &Facts) -> Result<Option<Vec<NewEvent>>, StoreError> {
    let before = full_name(&known.owner, &known.name)?;
    let visible = known.visibility.as_deref().map(visibility).transpose()?;
    let mut events = Vec::new();
    // Names that differ in case only are equal, and people see the case: it is kept, and is no
    // event.
    if before != facts.full_name {
        let same_owner = before.owner().eq_ignore_ascii_case(facts.full_name.owner());
        events.push(NewEvent {
            kind: if same_owner {
                EventKind::Renamed
            } else {
                EventKind::Transferred
            },
            names: Some((before.to_string(), facts.full_name.to_string())),
        });
    }
    match (known.archived_on_github, facts.archived) {
        (Some(false), true) => events.push(NewEvent::of(EventKind::Archived)),
        (Some(true), false) => events.push(NewEvent::of(EventKind::Unarchived)),
        _ => {}
    }
    if let (Some(before), Some(now)) = (visible, facts.visibility) {
        let public = |visibility| visibility == Visibility::Public;
        match (public(before), public(now)) {
            (true, false) => events.push(NewEvent::of(EventKind::MadePrivate)),
            (false, true) => events.push(NewEvent::of(EventKind::MadePublic)),
            _ => {}
        }
    }
    let changed = before.to_string() != facts.full_name.to_string()
        || known.archived_on_github != Some(facts.archived)
        || facts.visibility.is_some_and(|now| visible != Some(now))
        || (facts.created_on).is_some_and(|day| known.created_on != Some(day.date()));
    Ok(changed.then_some(events))
}
