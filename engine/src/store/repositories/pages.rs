//! Pages of a tenant's repositories, by name.

use domain::{RepositoryId, RepositoryScope, TenantId};
use serde::{Deserialize, Serialize};

use crate::store::scope::{Scoped, id_list, scoped};
use crate::store::{Store, StoreError};

/// Where a repository is in the list. It holds the name, so that a page can follow a repository
/// that was deleted or renamed in the meantime.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RepositoryKey {
    owner: String,
    name: String,
    pub(crate) id: RepositoryId,
}

/// The same order as the whole list has.
const KEYS: Scoped = scoped!(
    "select r.owner, r.name, r.id from repositories r where r.tenant_id = $1",
    "and ($3 is null or (lower(r.owner), lower(r.name), r.id) > (lower($3), lower($4), $5))
    order by lower(r.owner), lower(r.name), r.id
    limit $6"
);

impl Store {
    /// The repositories in scope after a key, or the first ones, by name; at most `limit`.
    pub(crate) async fn repository_keys(
        &self,
        tenant: TenantId,
        scope: &RepositoryScope,
        after: Option<&RepositoryKey>,
        limit: u32,
    ) -> Result<Vec<RepositoryKey>, StoreError> {
        let rows: Vec<(String, String, i64)> =
            on!(&self.db, |pool| sqlx::query_as(KEYS.text(&self.db, scope))
                .bind(tenant.get())
                .bind(id_list(scope))
                .bind(after.map(|key| key.owner.as_str()))
                .bind(after.map(|key| key.name.as_str()))
                .bind(after.map(|key| key.id.get()))
                .bind(i64::from(limit))
                .fetch_all(pool)
                .await)?;
        let keys = rows.into_iter().map(|(owner, name, id)| RepositoryKey {
            owner,
            name,
            id: RepositoryId::new(id),
        });
        Ok(keys.collect())
    }
}
