//! A tenant's repositories, a page at a time.

use domain::report::Repository;
use domain::{Permission, RepositoryFilter, RepositoryId, RepositoryScope, TenantId, Viewer};
use futures::{Stream, StreamExt};

use super::bounded;
use crate::page::{ListPage, PageSize};
use crate::store::{RepositoryKey, Store};
use crate::{Engine, Result, authorize};

impl Engine {
    /// A page of the repositories that a filter leaves, by name: those after a key, or the first
    /// ones.
    ///
    /// # Errors
    /// When the viewer may not see them.
    pub async fn list_repositories(
        &self,
        viewer: &Viewer,
        tenant: TenantId,
        filter: RepositoryFilter,
        size: PageSize,
        after: Option<&RepositoryKey>,
    ) -> Result<ListPage<Repository, RepositoryKey>> {
        authorize(viewer, tenant, Permission::ViewTraffic)?;
        let store = &self.0.store;
        let scope = viewer.repository_scope(tenant);
        let scope = self
            .filtered_scope(tenant, &scope, &bounded(filter))
            .await?;
        let keys = store
            .repository_keys(tenant, &scope, after, size.with_one_more())
            .await?;
        let page = size.cut(keys);
        let next = page.next(RepositoryKey::clone);
        let ids = page.rows.into_iter().map(|key| key.id).collect();
        Ok(ListPage {
            rows: details(store.clone(), tenant, ids).await?,
            next,
        })
    }

    /// All repositories that a filter leaves, by name, a page at a time. Each comes once, whatever is
    /// renamed meanwhile.
    ///
    /// # Errors
    /// When the viewer may not see them.
    pub async fn stream_repositories(
        &self,
        viewer: &Viewer,
        tenant: TenantId,
        filter: RepositoryFilter,
    ) -> Result<impl Stream<Item = Result<Vec<Repository>>> + Send + 'static + use<>> {
        authorize(viewer, tenant, Permission::ViewTraffic)?;
        let store = self.0.store.clone();
        let scope = viewer.repository_scope(tenant);
        let scope = self
            .filtered_scope(tenant, &scope, &bounded(filter))
            .await?;
        let keys = store
            .repository_keys(tenant, &scope, None, u32::MAX)
            .await?;
        let pages: Vec<Vec<RepositoryId>> = keys
            .chunks(PageSize::MAX.get() as usize)
            .map(|keys| keys.iter().map(|key| key.id).collect())
            .collect();
        Ok(futures::stream::iter(pages).then(move |ids| details(store.clone(), tenant, ids)))
    }
}

/// The repositories with these ids, by name.
async fn details(
    store: Store,
    tenant: TenantId,
    ids: Vec<RepositoryId>,
) -> Result<Vec<Repository>> {
    let only = RepositoryScope::Only(ids);
    let records = store.repositories(tenant, &only).await?;
    Ok(records
        .into_iter()
        .map(|record| record.repository)
        .collect())
}
