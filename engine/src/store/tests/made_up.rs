//! What tests elsewhere make up in the store without a GitHub.

use domain::{ConnectionId, ItemOutcome, RunId, ScheduleId, Trigger};

use super::*;

impl Store {
    /// A run that a process of this name began.
    pub(crate) async fn begun(
        &self,
        tenant: TenantId,
        schedule: Option<(ScheduleId, Option<DateTime<Utc>>)>,
        worker: &str,
        now: DateTime<Utc>,
    ) -> Option<(RunId, WorkerId)> {
        let worker = self
            .unscoped_register_worker(worker, false)
            .await
            .expect("enlisted");
        let run = NewRun {
            tenant,
            schedule: schedule.map(|(id, _)| id),
            due_at: schedule.and_then(|(_, due_at)| due_at),
            trigger: Trigger::Manual,
            worker,
            started_at: now,
            scope: RunScope::All,
        };
        let run = self.insert_run(&run).await.expect("inserted")?.id;
        Some((run, worker))
    }

    /// Ends a run, with all repositories that wait settled alike.
    pub(crate) async fn complete_all(
        &self,
        tenant: TenantId,
        (run, worker): (RunId, WorkerId),
        outcome: ItemOutcome,
        failures: &[Failed],
        now: DateTime<Utc>,
    ) {
        for connection in self.waiting_connections(run).await.expect("connections") {
            let claimed = self.claim(tenant, run, connection, worker, 100, now).await;
            for target in claimed.expect("claimed") {
                let result = ItemResult {
                    tenant,
                    run,
                    worker,
                    repository: target.id,
                    name: &target.full_name.to_string(),
                    outcome,
                    failures,
                    answers: &[],
                    collection: CollectionOutcome {
                        failure: failures.first(),
                        pause_reason: None,
                        reachable: None,
                    },
                    started_at: now,
                    now,
                    requests: 7,
                    unreported_requests: 7,
                };
                assert!(self.complete_item(&result).await.expect("settled"));
            }
        }
        let ended = self.end_run(tenant, run, worker, now).await.expect("ended");
        assert!(ended.is_some());
    }

    /// The repositories that a run of a schedule takes.
    pub(crate) async fn targets(
        &self,
        tenant: TenantId,
        schedule: ScheduleId,
        now: DateTime<Utc>,
    ) -> Vec<RepositoryId> {
        let (run, _) = self
            .begun(tenant, Some((schedule, None)), "tests", now)
            .await
            .expect("begun");
        let items = self
            .run_items(tenant, run, "", 0, 1_000)
            .await
            .expect("items");
        let mut transaction = self.begin().await.expect("begun");
        let cancelled = transaction.cancel_run(tenant, run, "tests", now).await;
        assert!(cancelled.expect("cancelled"));
        transaction.commit().await.expect("committed");
        items.iter().map(|item| item.repository).collect()
    }
}

impl Fixture {
    pub(super) async fn connections(&self, run: RunId) -> Vec<ConnectionId> {
        let waiting = self.store.waiting_connections(run).await;
        waiting.expect("connections")
    }

    pub(super) async fn claim(
        &self,
        run: RunId,
        worker: WorkerId,
        most: usize,
    ) -> Vec<RepositoryId> {
        let mut claimed = Vec::new();
        for connection in self.connections(run).await {
            let targets = self
                .store
                .claim(self.tenant, run, connection, worker, most, now())
                .await
                .expect("claimed");
            claimed.extend(targets.into_iter().map(|target| target.id));
        }
        claimed
    }

    pub(super) async fn complete_item(
        &self,
        run: RunId,
        worker: WorkerId,
        repository: RepositoryId,
    ) -> bool {
        let result = ItemResult {
            tenant: self.tenant,
            run,
            worker,
            repository,
            name: "mona/r",
            outcome: ItemOutcome::Succeeded,
            failures: &[],
            answers: &[],
            collection: CollectionOutcome {
                failure: None,
                pause_reason: None,
                reachable: None,
            },
            started_at: now(),
            now: now(),
            requests: 7,
            unreported_requests: 8,
        };
        self.store.complete_item(&result).await.expect("tried")
    }
}
