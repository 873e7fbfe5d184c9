//! Follow rules, and the repositories that they leave out.

use chrono::{DateTime, Utc};
use domain::report::FollowRule;
use domain::{ConnectionId, FollowFilter, FollowRuleId, RepositoryName, TenantId};
use sqlx::FromRow;

use crate::store::batch::{Batch, batch};
use crate::store::numbers::to_u32;
use crate::store::{Store, StoreError, Transaction};

/// A rule, as its check needs it.
#[derive(Clone, Debug)]
pub(crate) struct FollowRuleRecord {
    pub(crate) id: FollowRuleId,
    pub(crate) connection: ConnectionId,
    pub(crate) filter: FollowFilter,
}

/// The result of a rule's check.
#[derive(Clone, Debug)]
pub(crate) struct FollowCheck {
    pub(crate) rule: FollowRuleId,
    /// How many repositories its patterns matched; `None` when GitHub did not list them.
    pub(crate) matching: Option<u32>,
    /// What kept it from tracking all of them, as a sentence.
    pub(crate) refusal: Option<String>,
}

#[derive(FromRow)]
struct RecordRow {
    id: i64,
    connection_id: i64,
    patterns: String,
    forks: bool,
    archived: bool,
    private: bool,
}

#[derive(FromRow)]
struct RuleRow {
    #[sqlx(flatten)]
    record: RecordRow,
    connection: String,
    created_at: DateTime<Utc>,
    checked_at: Option<DateTime<Utc>>,
    matching: Option<i64>,
    tracked: i64,
    refusal: Option<String>,
}

impl RecordRow {
    fn read(self) -> Result<FollowRuleRecord, StoreError> {
        Ok(FollowRuleRecord {
            id: FollowRuleId::new(self.id),
            connection: ConnectionId::new(self.connection_id),
            filter: FollowFilter {
                patterns: self
                    .patterns
                    .parse()
                    .map_err(|_| StoreError::UnknownWord("pattern of a follow rule"))?,
                forks: self.forks,
                archived: self.archived,
                private: self.private,
            },
        })
    }
}

impl RuleRow {
    fn read(self) -> Result<FollowRule, StoreError> {
        let counted = |count: i64| to_u32(count);
        let record = self.record.read()?;
        Ok(FollowRule {
            id: record.id,
            connection_id: record.connection,
            connection: self.connection,
            filter: record.filter,
            created_at: self.created_at,
            checked_at: self.checked_at,
            matching: self.matching.map(counted),
            tracked: counted(self.tracked),
            refusal: self.refusal,
        })
    }
}

impl Store {
    /// A tenant's rules, oldest first.
    pub(crate) async fn follow_rules(
        &self,
        tenant: TenantId,
    ) -> Result<Vec<FollowRule>, StoreError> {
        self.follow_rules_after(tenant, None, u32::MAX).await
    }

    /// A tenant's rules after one, or the first ones, oldest first; at most `limit`.
    pub(crate) async fn follow_rules_after(
        &self,
        tenant: TenantId,
        after: Option<FollowRuleId>,
        limit: u32,
    ) -> Result<Vec<FollowRule>, StoreError> {
        const RULES: &str = "
            select f.id, f.connection_id, f.patterns, f.forks, f.archived, f.private,
                c.name as connection, f.created_at, f.checked_at, f.matching, f.refusal,
                (select count(*) from repositories r
                    where r.followed_by = f.id and r.status <> 'archived') as tracked
            from follow_rules f join connections c on c.id = f.connection_id
            where f.tenant_id = $1 and f.id > $2
            order by f.id limit $3";
        let rows: Vec<RuleRow> = on!(&self.db, |pool| sqlx::query_as(RULES)
            .bind(tenant.get())
            .bind(after.map_or(0, FollowRuleId::get))
            .bind(i64::from(limit))
            .fetch_all(pool)
            .await)?;
        rows.into_iter().map(RuleRow::read).collect()
    }

    /// The tenants with a rule that was not checked since then, except suspended ones and those
    /// with a run that is about to check theirs.
    pub(crate) async fn unscoped_tenants_to_follow(
        &self,
        since: DateTime<Utc>,
    ) -> Result<Vec<TenantId>, StoreError> {
        const DUE: &str = "
            select distinct f.tenant_id
            from follow_rules f join tenants t on t.id = f.tenant_id
            where t.suspended_at is null and (f.checked_at is null or f.checked_at <= $1)
                and not exists (select 1 from runs u
                    where u.tenant_id = f.tenant_id and u.status = 'running'
                        and u.follow_worker_id is not null)
            order by f.tenant_id";
        let ids: Vec<i64> = on!(&self.db, |pool| sqlx::query_scalar(DUE)
            .bind(since)
            .fetch_all(pool)
            .await)?;
        Ok(ids.into_iter().map(TenantId::new).collect())
    }

    /// Claims the rules of a tenant that were not checked since then. Of several processes, one
    /// gets them.
    pub(crate) async fn claim_follow_rules(
        &self,
        tenant: TenantId,
        since: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<Vec<FollowRuleRecord>, StoreError> {
        const CLAIM: &str = "
            update follow_rules set checked_at = $3
            where tenant_id = $1 and (checked_at is null or checked_at <= $2)
            returning id, connection_id, patterns, forks, archived, private";
        let rows: Vec<RecordRow> = on!(&self.db, |pool| sqlx::query_as(CLAIM)
            .bind(tenant.get())
            .bind(since)
            .bind(now)
            .fetch_all(pool)
            .await)?;
        let mut rules: Vec<_> = rows
            .into_iter()
            .map(RecordRow::read)
            .collect::<Result<_, _>>()?;
        rules.sort_by_key(|rule| rule.id);
        Ok(rules)
    }
}

impl Transaction {
    /// Adds a rule.
    pub(crate) async fn insert_follow_rule(
        &mut self,
        tenant: TenantId,
        connection: ConnectionId,
        filter: &FollowFilter,
        now: DateTime<Utc>,
    ) -> Result<FollowRuleId, StoreError> {
        const INSERT: &str = "
            insert into follow_rules
                (tenant_id, connection_id, patterns, forks, archived, private, created_at)
            values ($1, $2, $3, $4, $5, $6, $7)
            returning id";
        let id: i64 = within!(*self, |connected| sqlx::query_scalar(INSERT)
            .bind(tenant.get())
            .bind(connection.get())
            .bind(filter.patterns.to_string())
            .bind(filter.forks)
            .bind(filter.archived)
            .bind(filter.private)
            .bind(now)
            .fetch_one(connected)
            .await)?;
        Ok(FollowRuleId::new(id))
    }

    /// Changes what a rule tracks from now on; false when it does not exist.
    pub(crate) async fn update_follow_rule(
        &mut self,
        tenant: TenantId,
        id: FollowRuleId,
        filter: &FollowFilter,
    ) -> Result<bool, StoreError> {
        const UPDATE: &str = "
            update follow_rules set patterns = $3, forks = $4, archived = $5, private = $6
            where tenant_id = $1 and id = $2";
        Ok(within!(*self, |connected| sqlx::query(UPDATE)
            .bind(tenant.get())
            .bind(id.get())
            .bind(filter.patterns.to_string())
            .bind(filter.forks)
            .bind(filter.archived)
            .bind(filter.private)
            .execute(connected)
            .await
            .map(|done| done.rows_affected() == 1))?)
    }

    /// Deletes a rule. Returns its patterns; repositories that it tracks stay tracked.
    pub(crate) async fn delete_follow_rule(
        &mut self,
        tenant: TenantId,
        id: FollowRuleId,
    ) -> Result<Option<String>, StoreError> {
        Ok(within!(*self, |connected| sqlx::query_scalar(
            "delete from follow_rules where tenant_id = $1 and id = $2 returning patterns"
        )
        .bind(tenant.get())
        .bind(id.get())
        .fetch_optional(connected)
        .await)?)
    }

    /// Moves the rules of a connection to another one.
    pub(crate) async fn move_follow_rules(
        &mut self,
        tenant: TenantId,
        from: ConnectionId,
        to: ConnectionId,
    ) -> Result<(), StoreError> {
        within!(*self, |connected| sqlx::query(
            "update follow_rules set connection_id = $3
            where tenant_id = $1 and connection_id = $2"
        )
        .bind(tenant.get())
        .bind(from.get())
        .bind(to.get())
        .execute(connected)
        .await
        .map(drop))?;
        Ok(())
    }

    /// Deletes the rules of a connection. Returns how many.
    pub(crate) async fn delete_follow_rules(
        &mut self,
        tenant: TenantId,
        connection: ConnectionId,
    ) -> Result<u64, StoreError> {
        Ok(within!(*self, |connected| sqlx::query(
            "delete from follow_rules where tenant_id = $1 and connection_id = $2"
        )
        .bind(tenant.get())
        .bind(connection.get())
        .execute(connected)
        .await
        .map(|done| done.rows_affected()))?)
    }

    /// Records the results of checks; rules deleted meanwhile are skipped.
    pub(crate) async fn record_follow_checks(
        &mut self,
        tenant: TenantId,
        checks: &[FollowCheck],
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        const RECORD: Batch = Batch {
            sqlite: "update follow_rules set checked_at = $3, refusal = listed.value ->> 2,
                    matching = coalesce(listed.value ->> 1, matching)
                from json_each($2) as listed
                where tenant_id = $1 and follow_rules.id = listed.value ->> 0",
            postgres: "update follow_rules set checked_at = $3, refusal = value ->> 2,
                    matching = coalesce(cast(value ->> 1 as bigint), matching)
                from json_array_elements(cast($2 as json)) as listed (value)
                where tenant_id = $1 and follow_rules.id = cast(value ->> 0 as bigint)",
        };
        let rows: Vec<_> = checks
            .iter()
            .map(|check| (check.rule.get(), check.matching, &check.refusal))
            .collect();
        let rows = crate::store::batch::json(&rows)?;
        let text = RECORD.text(self);
        within!(*self, |connected| sqlx::query(text)
            .bind(tenant.get())
            .bind(rows)
            .bind(now)
            .execute(connected)
            .await
            .map(drop))?;
        Ok(())
    }

    /// Records which repositories tracked by rules are missing from their connection's list, and
    /// which are back. Returns the names of the newly missing.
    pub(crate) async fn note_unlisted(
        &mut self,
        tenant: TenantId,
        connection: ConnectionId,
        listed: &[i64],
        now: DateTime<Utc>,
    ) -> Result<Vec<RepositoryName>, StoreError> {
        const BACK: Batch = Batch {
            sqlite: "update repositories set unlisted_since = null
                where tenant_id = $1 and unlisted_since is not null
                    and github_id in (select value from json_each($2))",
            postgres: "update repositories set unlisted_since = null
                where tenant_id = $1 and unlisted_since is not null and github_id in (
                    select cast(value as bigint) from json_array_elements_text(cast($2 as json)))",
        };
        const MISSING: Batch = Batch {
            sqlite: "update repositories set unlisted_since = $3
                where tenant_id = $1 and connection_id = $4 and followed_by is not null
                    and status <> 'archived' and unlisted_since is null
                    and github_id not in (select value from json_each($2))
                returning owner || '/' || name",
            postgres: "update repositories set unlisted_since = $3
                where tenant_id = $1 and connection_id = $4 and followed_by is not null
                    and status <> 'archived' and unlisted_since is null and github_id not in (
                        select cast(value as bigint)
                        from json_array_elements_text(cast($2 as json)))
                returning owner || '/' || name",
        };
        let listed = crate::store::batch::json(listed)?;
        let (back, missing) = (BACK.text(self), MISSING.text(self));
        within!(*self, |connected| sqlx::query(back)
            .bind(tenant.get())
            .bind(&listed)
            .execute(connected)
            .await
            .map(drop))?;
        let names: Vec<String> = within!(*self, |connected| sqlx::query_scalar(missing)
            .bind(tenant.get())
            .bind(&listed)
            .bind(now)
            .bind(connection.get())
            .fetch_all(connected)
            .await)?;
        let names = names.iter().map(|name| name.parse());
        names
            .collect::<Result<_, _>>()
            .map_err(|_| StoreError::UnknownWord("name of a repository"))
    }

    /// GitHub's ids of the repositories that rules leave out: deleted with their history, or older
    /// than a rule for new ones only.
    pub(crate) async fn unfollowed_repositories(
        &mut self,
        tenant: TenantId,
    ) -> Result<Vec<i64>, StoreError> {
        Ok(within!(*self, |connected| sqlx::query_scalar(
            "select github_id from unfollowed_repositories where tenant_id = $1"
        )
        .bind(tenant.get())
        .fetch_all(connected)
        .await)?)
    }

    /// Makes rules leave these repositories out.
    pub(crate) async fn unfollow(
        &mut self,
        tenant: TenantId,
        github_ids: &[i64],
    ) -> Result<(), StoreError> {
        const UNFOLLOW: Batch = batch!(
            "insert into unfollowed_repositories (tenant_id, github_id) select $1, ",
            0 "bigint"; "on conflict (tenant_id, github_id) do nothing"
        );
        let rows: Vec<_> = github_ids.iter().map(|id| (id,)).collect();
        self.write_batch(UNFOLLOW, tenant.get(), &rows).await
    }

    /// Lets rules track these repositories again, because they are tracked by name now.
    pub(crate) async fn forget_unfollowed(
        &mut self,
        tenant: TenantId,
        github_ids: &[i64],
    ) -> Result<(), StoreError> {
        const FORGET: Batch = batch!(
            "delete from unfollowed_repositories where tenant_id = $1 and github_id in (select ",
            0 "bigint"; ")"
        );
        let rows: Vec<_> = github_ids.iter().map(|id| (id,)).collect();
        self.write_batch(FORGET, tenant.get(), &rows).await
    }
}
