//! Referrers that a repository's lists name for the first time in a while.

use std::collections::HashMap;

use domain::{Day, RepositoryId, RepositoryScope, TenantId};

use crate::store::scope::{Scoped, id_list, scoped};
use crate::store::{Store, StoreError};

/// How far back a referrer must be absent. Each day of it costs ten rows to compare.
const ABSENT_DAYS: i64 = 90;
/// How many days of lists there must be before anything is new.
const LEAST_DAYS: i64 = 14;

impl Store {
    /// For each of these few repositories, the largest referrer of its newest list, if that ends on
    /// the day or later, that no list of the 90 days before names.
    pub(crate) async fn new_referrers(
        &self,
        tenant: TenantId,
        repositories: &RepositoryScope,
        day: Day,
    ) -> Result<HashMap<RepositoryId, String>, StoreError> {
        const NEW: Scoped = scoped!(
            "select h.repository_id, l.label
            from repositories r
                join rankings h on h.repository_id = r.id and h.kind = 'referrers'
                join ranking_rows w on w.ranking_id = h.id
                join labels l on l.id = w.label_id
            where r.tenant_id = $1 and h.last_day >= $3
                and not exists (select 1 from rankings later
                    where later.repository_id = h.repository_id and later.kind = 'referrers'
                        and later.last_day > h.last_day)
                and exists (select 1 from rankings earlier
                    where earlier.repository_id = h.repository_id and earlier.kind = 'referrers'
                        and earlier.last_day between $5 and $4)
                and not exists (select 1 from rankings o
                        join ranking_rows p on p.ranking_id = o.id
                    where o.repository_id = h.repository_id and o.kind = 'referrers'
                        and o.last_day between $5 and $3 and o.id <> h.id
                        and p.label_id = w.label_id)",
            "order by h.repository_id, w.position"
        );
        let text = NEW.text(&self.db, repositories);
        let rows: Vec<(i64, String)> = on!(&self.db, |pool| sqlx::query_as(text)
            .bind(tenant.get())
            .bind(id_list(repositories))
            .bind(day.date())
            .bind(day.plus(-LEAST_DAYS).date())
            .bind(day.plus(-ABSENT_DAYS).date())
            .fetch_all(pool)
            .await)?;
        let mut largest = HashMap::new();
        for (id, label) in rows {
            largest.entry(RepositoryId::new(id)).or_insert(label);
        }
        Ok(largest)
    }
}
