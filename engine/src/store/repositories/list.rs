//! The pages of the list of repositories.

use domain::report::{RepositoriesQuery, RepositoriesSort};
use domain::{RepositoryId, RepositoryScope, TenantId};

use crate::store::scope::{Scoped, id_list, scoped};
use crate::store::{Store, StoreError};

/// How many repositories there are, and how many of them are tracked.
const COUNTS: Scoped = scoped!(
    "select count(*), coalesce(sum(case when r.status = 'archived' then 0 else 1 end), 0)
    from repositories r
    where r.tenant_id = $1",
    ""
);

/// The ids of one page, and whether a newer repository has the same name. Those no longer tracked
/// come last.
const PAGE: Scoped = scoped!(
    "select r.id, exists (select 1 from repositories o
            where o.tenant_id = r.tenant_id and o.id > r.id
                and lower(o.owner) = lower(r.owner) and lower(o.name) = lower(r.name))
    from repositories r
    where r.tenant_id = $1",
    "order by case when r.status = 'archived' then 1 else 0 end,
        case $3 when 'status' then case when r.failure is null then 1 else 0 end
            when 'status-reversed' then case when r.failure is null then 0 else 1 end end,
        case $3 when 'status' then r.failure_kind end,
        case $3 when 'collected' then r.last_collected_at end desc nulls last,
        case $3 when 'collected-reversed' then r.last_collected_at end asc nulls first,
        case $3 when 'name-reversed' then lower(r.owner) end desc,
        case $3 when 'name-reversed' then lower(r.name) end desc,
        lower(r.owner), lower(r.name), r.id
    limit $4 offset $5"
);

impl Store {
    /// How many repositories are in scope, and how many of them are tracked.
    pub(crate) async fn count_in_scope(
        &self,
        tenant: TenantId,
        scope: &RepositoryScope,
    ) -> Result<(u64, u64), StoreError> {
        let text = COUNTS.text(&self.db, scope);
        let (all, tracked): (i64, i64) = on!(&self.db, |pool| sqlx::query_as(text)
            .bind(tenant.get())
            .bind(id_list(scope))
            .fetch_one(pool)
            .await)?;
        Ok((all.unsigned_abs(), tracked.unsigned_abs()))
    }

    /// The repositories in scope on a page of this length, in order, each with whether a newer one
    /// has its name.
    pub(crate) async fn repositories_on_page(
        &self,
        tenant: TenantId,
        scope: &RepositoryScope,
        query: &RepositoriesQuery,
        length: u32,
    ) -> Result<Vec<(RepositoryId, bool)>, StoreError> {
        let text = PAGE.text(&self.db, scope);
        let skipped = i64::from(query.page.saturating_sub(1)) * i64::from(length);
        let rows: Vec<(i64, bool)> = on!(&self.db, |pool| sqlx::query_as(text)
            .bind(tenant.get())
            .bind(id_list(scope))
            .bind(order(query))
            .bind(i64::from(length))
            .bind(skipped)
            .fetch_all(pool)
            .await)?;
        let rows = rows.into_iter();
        Ok(rows
            .map(|(id, taken)| (RepositoryId::new(id), taken))
            .collect())
    }
}

/// The order as the statement names it.
const fn order(query: &RepositoriesQuery) -> &'static str {
    match (query.sort, query.reversed) {
        (RepositoriesSort::Name, false) => "name",
        (RepositoriesSort::Name, true) => "name-reversed",
        (RepositoriesSort::Status, false) => "status",
        (RepositoriesSort::Status, true) => "status-reversed",
        (RepositoriesSort::Collected, false) => "collected",
        (RepositoriesSort::Collected, true) => "collected-reversed",
    }
}
