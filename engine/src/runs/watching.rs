//! Waiting for a run, and streaming changes of runs.

use std::time::Duration;

use domain::report::Run;
use domain::{Access, Permission, RunId, RunStatus, TenantId, Viewer};
use futures::Stream;
use tokio::sync::watch;

use super::SHOWN_RUNS;
use crate::store::Store;
use crate::{Engine, Error, Result, authorize};

/// How often runs of other processes are polled; this process reports its own immediately.
const LOOK_AGAIN: Duration = Duration::from_secs(2);
/// The shortest time between two updates: many repositories finish within a second.
const BETWEEN_NEWS: Duration = Duration::from_millis(200);

impl Engine {
    /// Waits until a run has ended.
    ///
    /// # Errors
    /// When it does not exist, or the viewer may not see it.
    pub async fn wait_for_run(&self, viewer: &Viewer, tenant: TenantId, id: RunId) -> Result<Run> {
        authorize(viewer, tenant, Permission::ViewCollection)?;
        let mut changes = self.0.collector.changes();
        loop {
            let run = self
                .0
                .store
                .run(tenant, id)
                .await?
                .ok_or_else(Error::not_found)?;
            if run.status != RunStatus::Running {
                return Ok(run);
            }
            next_change(&mut changes).await;
        }
    }

    /// A tenant's newest runs, now and after every change, whichever process runs them.
    ///
    /// # Errors
    /// When the viewer may not see them; later errors end the stream.
    pub fn watch_runs(
        &self,
        viewer: &Viewer,
        tenant: TenantId,
    ) -> Result<impl Stream<Item = Result<Vec<Run>>> + Send + 'static + use<>> {
        authorize(viewer, tenant, Permission::ViewCollection)?;
        let watching = Watching {
            store: self.0.store.clone(),
            tenant,
            changes: self.0.collector.changes(),
            shown: None,
        };
        Ok(futures::stream::try_unfold(watching, Watching::next))
    }
}

impl Engine {
    /// Whether a [watcher](Self::watch_runs) may continue: the session is still valid, and the
    /// person may still see the runs. A stream outlives its authorization.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn may_go_on_watching(
        &self,
        viewer: &Viewer,
        tenant: TenantId,
        session: &str,
    ) -> Result<bool> {
        let Viewer::Person(person) = viewer else {
            return Ok(false);
        };
        let loaded = self.sessions().load(session, self.0.clock.now()).await?;
        let person = match loaded {
            Some(_) => self.person(person.id, person.origin).await?,
            None => None,
        };
        Ok(person.map(Viewer::Person).is_some_and(|viewer| {
            viewer.access(tenant, Permission::ViewCollection) == Access::Granted
        }))
    }
}

/// What a watcher has seen, and its source of changes.
struct Watching {
    store: Store,
    tenant: TenantId,
    changes: watch::Receiver<u64>,
    shown: Option<Vec<Run>>,
}

impl Watching {
    async fn next(mut self) -> Result<Option<(Vec<Run>, Self)>> {
        loop {
            if self.shown.is_some() {
                tokio::time::sleep(BETWEEN_NEWS).await;
                next_change(&mut self.changes).await;
            }
            let runs = self.store.runs(self.tenant, None, SHOWN_RUNS).await?;
            if self.shown.as_ref() != Some(&runs) {
                self.shown = Some(runs.clone());
                return Ok(Some((runs, self)));
            }
        }
    }
}

/// Waits until this process changes a run, or another one may have.
async fn next_change(changes: &mut watch::Receiver<u64>) {
    // The sender lives as long as the collector. If it is gone, polling is right, too.
    let waited = tokio::time::timeout(LOOK_AGAIN, changes.changed()).await;
    if let Ok(Err(_closed)) = waited {
        tokio::time::sleep(LOOK_AGAIN).await;
    }
}
