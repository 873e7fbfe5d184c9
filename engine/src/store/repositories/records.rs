//! Tracked repositories.

use chrono::{DateTime, Utc};
use domain::report::Repository;
use domain::{
    Day, FailureKind, FollowRuleId, RepositoryId, RepositoryName, RepositoryScope,
    RepositoryStatus, ScheduleId, TagName, TenantId, Visibility,
};
use sqlx::FromRow;

use super::facts::{Freshness, answered_until};
use super::tags::tag_name;
use crate::store::batch::from_json;
use crate::store::numbers::to_u32;
use crate::store::scope::{Scoped, id_list, scoped};
use crate::store::sql_day::SqlDay;
use crate::store::{Store, StoreError, Transaction};

/// A repository as pages show it, with the days that they derive more from.
pub(crate) struct RepositoryRecord {
    pub(crate) repository: Repository,
    /// The days from which its deadline follows.
    pub(crate) freshness: Freshness,
    /// The last known number of stars.
    pub(crate) stars: Option<u32>,
}

/// A repository to collect.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    pub(crate) id: RepositoryId,
    pub(crate) github_id: i64,
    pub(crate) full_name: RepositoryName,
    /// How its last collection failed.
    pub(crate) failure_kind: Option<FailureKind>,
    /// Its visibility when GitHub last reported it.
    pub(crate) visibility: Option<Visibility>,
}

#[derive(FromRow)]
struct RepositoryRow {
    id: i64,
    github_id: i64,
    owner: String,
    name: String,
    status: String,
    added_at: DateTime<Utc>,
    last_collected_at: Option<DateTime<Utc>>,
    schedule_id: Option<i64>,
    failure: Option<String>,
    failure_kind: Option<String>,
    failing_since: Option<DateTime<Utc>>,
    #[sqlx(rename = "rest_until")]
    paused_until: Option<DateTime<Utc>>,
    visibility: Option<String>,
    archived_on_github: Option<bool>,
    followed_by: Option<i64>,
    unlisted_since: Option<DateTime<Utc>>,
    first_day: Option<SqlDay>,
    last_day: Option<SqlDay>,
    newest_whole_day: Option<SqlDay>,
    views_covered_until: Option<SqlDay>,
    clones_covered_until: Option<SqlDay>,
    answered_on: Option<SqlDay>,
    listed_until: Option<SqlDay>,
    stars: Option<i64>,
    tags: Option<String>,
}

#[derive(FromRow)]
pub(in crate::store) struct TargetRow {
    id: i64,
    github_id: i64,
    owner: String,
    name: String,
    failure_kind: Option<String>,
    visibility: Option<String>,
}

/// The repositories by name, each with its tags as a JSON array.
macro_rules! repositories {
    ($tags:literal) => {
        concat!(
            "select r.id, r.github_id, r.owner, r.name, r.status, r.added_at, r.last_collected_at,
                r.schedule_id, r.failure, r.failure_kind, r.failing_since, r.rest_until,
                r.visibility, r.archived_on_github, r.followed_by, r.unlisted_since, s.first_day,
                s.last_day, s.newest_whole_day, s.views_covered_until, s.clones_covered_until,
                s.answered_on, s.listed_until, s.stars, (",
            $tags,
            " from tagged_repositories g join repository_tags t on t.id = g.tag_id
                where g.repository_id = r.id) as tags
            from repositories r join repository_summaries s on s.repository_id = r.id
            where r.tenant_id = $1"
        )
    };
}

const REPOSITORIES: Scoped = scoped!(
    sqlite: repositories!("select json_group_array(t.name)"),
    "order by lower(r.owner), lower(r.name), r.id";
    postgres: repositories!("select cast(json_agg(t.name) as text)"),
    "order by lower(r.owner), lower(r.name), r.id"
);

impl Store {
    /// A tenant's repositories in scope by name, those with history only included.
    pub(crate) async fn repositories(
        &self,
        tenant: TenantId,
        scope: &RepositoryScope,
    ) -> Result<Vec<RepositoryRecord>, StoreError> {
        let text = REPOSITORIES.text(&self.db, scope);
        let rows: Vec<RepositoryRow> = on!(&self.db, |pool| sqlx::query_as(text)
            .bind(tenant.get())
            .bind(id_list(scope))
            .fetch_all(pool)
            .await)?;
        rows.into_iter().map(record).collect()
    }

    /// One repository, if it is in scope.
    pub(crate) async fn repository(
        &self,
        tenant: TenantId,
        scope: &RepositoryScope,
        id: RepositoryId,
    ) -> Result<Option<RepositoryRecord>, StoreError> {
        if !scope.contains(id) {
            return Ok(None);
        }
        let records = self
            .repositories(tenant, &RepositoryScope::Only(vec![id]))
            .await?;
        Ok(records.into_iter().next())
    }

    /// The repository in scope with this current name, otherwise the last one to have had it.
    pub(crate) async fn repository_by_any_name(
        &self,
        tenant: TenantId,
        scope: &RepositoryScope,
        name: &RepositoryName,
    ) -> Result<Option<RepositoryRecord>, StoreError> {
        if let Some(record) = self.repository_by_current_name(tenant, scope, name).await? {
            return Ok(Some(record));
        }
        let former = self.formerly_named(tenant, name).await?;
        match former.into_iter().find(|id| scope.contains(*id)) {
            Some(id) => self.repository(tenant, scope, id).await,
            None => Ok(None),
        }
    }

    /// The newest other repository in scope last known by the same name.
    pub(crate) async fn namesake(
        &self,
        tenant: TenantId,
        scope: &RepositoryScope,
        of: &Repository,
    ) -> Result<Option<(RepositoryId, DateTime<Utc>)>, StoreError> {
        const NAMESAKES: &str = "
            select id, added_at from repositories
            where tenant_id = $1 and lower(owner) = lower($2) and lower(name) = lower($3)
                and id <> $4
            order by id desc limit 100";
        let rows: Vec<(i64, DateTime<Utc>)> = on!(&self.db, |pool| sqlx::query_as(NAMESAKES)
            .bind(tenant.get())
            .bind(of.full_name.owner())
            .bind(of.full_name.name())
            .bind(of.id.get())
            .fetch_all(pool)
            .await)?;
        let mut rows = rows.into_iter().map(|(id, at)| (RepositoryId::new(id), at));
        Ok(rows.find(|(id, _)| scope.contains(*id)))
    }

    /// The repository in scope with this current name; of several, the last one added, which has it
    /// now.
    pub(crate) async fn repository_by_current_name(
        &self,
        tenant: TenantId,
        scope: &RepositoryScope,
        name: &RepositoryName,
    ) -> Result<Option<RepositoryRecord>, StoreError> {
        const NAMED: &str = "
            select id from repositories
            where tenant_id = $1 and lower(owner) = lower($2) and lower(name) = lower($3)
            order by id desc";
        let ids: Vec<i64> = on!(&self.db, |pool| sqlx::query_scalar(NAMED)
            .bind(tenant.get())
            .bind(name.owner())
            .bind(name.name())
            .fetch_all(pool)
            .await)?;
        let mut ids = ids.into_iter().map(RepositoryId::new);
        match ids.find(|id| scope.contains(*id)) {
            Some(id) => self.repository(tenant, scope, id).await,
            None => Ok(None),
        }
    }
}

impl Transaction {
    /// Changes a repository's status; false when the repository does not exist.
    pub(crate) async fn set_repository_status(
        &mut self,
        tenant: TenantId,
        id: RepositoryId,
        status: RepositoryStatus,
    ) -> Result<bool, StoreError> {
        Ok(within!(*self, |connection| sqlx::query(
            "update repositories set status = $3 where tenant_id = $1 and id = $2"
        )
        .bind(tenant.get())
        .bind(id.get())
        .bind(status.as_str())
        .execute(connection)
        .await
        .map(|done| done.rows_affected() == 1))?)
    }

    /// Deletes a repository with all its data; false when it does not exist.
    pub(crate) async fn delete_repository(
        &mut self,
        tenant: TenantId,
        id: RepositoryId,
    ) -> Result<bool, StoreError> {
        if !self.lock_repository(tenant, id).await? {
            return Ok(false);
        }
        self.subtract_from_tenant(tenant, id).await?;
        Ok(within!(*self, |connection| sqlx::query(
            "delete from repositories where tenant_id = $1 and id = $2"
        )
        .bind(tenant.get())
        .bind(id.get())
        .execute(connection)
        .await
        .map(|done| done.rows_affected() == 1))?)
    }
}

impl TryFrom<TargetRow> for Target {
    type Error = StoreError;

    fn try_from(row: TargetRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: RepositoryId::new(row.id),
            github_id: row.github_id,
            full_name: full_name(&row.owner, &row.name)?,
            failure_kind: row.failure_kind.as_deref().map(failure_kind).transpose()?,
            visibility: row.visibility.as_deref().map(visibility).transpose()?,
        })
    }
}

fn record(row: RepositoryRow) -> Result<RepositoryRecord, StoreError> {
    Ok(RepositoryRecord {
        freshness: Freshness {
            status: status(&row.status)?,
            last_day: row.last_day.map(Day::from),
            newest_whole_day: row.newest_whole_day.map(Day::from),
            answered_until: answered_until(row.views_covered_until, row.clones_covered_until),
            answered_on: row.answered_on.map(Day::from),
            listed_until: row.listed_until.map(Day::from),
        },
        stars: row.stars.map(to_u32),
        repository: Repository {
            id: RepositoryId::new(row.id),
            github_id: row.github_id,
            full_name: full_name(&row.owner, &row.name)?,
            owner: row.owner,
            name: row.name,
            status: status(&row.status)?,
            added_at: row.added_at,
            first_day: row.first_day.map(Day::from),
            last_day: row.last_day.map(Day::from),
            last_collected_at: row.last_collected_at,
            schedule_id: row.schedule_id.map(ScheduleId::new),
            // Failures from before kinds were recorded have none.
            failure_kind: match row.failure_kind {
                Some(word) => Some(failure_kind(&word)?),
                None => row.failure.is_some().then_some(FailureKind::Failed),
            },
            failure: row.failure,
            failing_since: row.failing_since,
            paused_until: row.paused_until,
            visibility: row.visibility.as_deref().map(visibility).transpose()?,
            archived_on_github: row.archived_on_github,
            followed_by: row.followed_by.map(FollowRuleId::new),
            // Only repositories tracked by a rule are looked up in the list.
            unlisted_since: row.unlisted_since.filter(|_| row.followed_by.is_some()),
            tags: tags(row.tags.as_deref())?,
        },
    })
}

/// The tags by name.
fn tags(names: Option<&str>) -> Result<Vec<TagName>, StoreError> {
    let names: Vec<String> = from_json(names)?;
    let names = names.into_iter().map(tag_name);
    let mut names = names.collect::<Result<Vec<_>, _>>()?;
    names.sort_by_cached_key(TagName::folded);
    Ok(names)
}

pub(in crate::store) fn failure_kind(word: &str) -> Result<FailureKind, StoreError> {
    word.parse()
        .map_err(|_| StoreError::UnknownWord("failure kind"))
}

pub(super) fn visibility(word: &str) -> Result<Visibility, StoreError> {
    word.parse()
        .map_err(|_| StoreError::UnknownWord("visibility"))
}

pub(in crate::store) fn full_name(owner: &str, name: &str) -> Result<RepositoryName, StoreError> {
    format!("{owner}/{name}")
        .parse()
        .map_err(|_| StoreError::UnknownWord("repository name"))
}

pub(super) fn status(word: &str) -> Result<RepositoryStatus, StoreError> {
    word.parse()
        .map_err(|_| StoreError::UnknownWord("repository status"))
}
