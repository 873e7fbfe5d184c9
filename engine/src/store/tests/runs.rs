//! Runs, who holds what of them, and what outlives a repository.

use domain::report::Popularity;
use domain::{Endpoint, FailureKind, ItemOutcome, RunId, RunStatus, ScheduleId};

use super::*;

/// A further repository of the fixture's tenant.
async fn further(fixture: &Fixture, github_id: i64) -> RepositoryId {
    let (tenant, repository) = a_repository(&fixture.store, "lab", github_id).await;
    assert_eq!(tenant, fixture.tenant);
    repository
}

async fn a_schedule(store: &Store, tenant: TenantId) -> ScheduleId {
    let fields = ScheduleFields {
        name: "Daily",
        cron: &"0 6 * * *".parse().expect("a cron expression"),
        timezone: domain::TimeZone::UTC,
        enabled: true,
    };
    let mut transaction = store.begin().await.expect("begun");
    let schedule = transaction.insert_schedule(tenant, &fields, now()).await;
    transaction.commit().await.expect("committed");
    schedule.expect("a schedule")
}

impl Fixture {
    async fn status(&self, run: RunId) -> RunStatus {
        let run = self.store.run(self.tenant, run).await.expect("read");
        run.expect("there").status
    }

    async fn orphans(&self) -> u64 {
        let marked = self.store.unscoped_interrupt_orphans(now()).await;
        marked.expect("marked")
    }
}

#[tokio::test]
async fn a_due_time_is_claimed_once_and_one_run_of_a_schedule_goes_on() {
    for fixture in &fixtures().await {
        let (store, tenant) = (&fixture.store, fixture.tenant);
        let schedule = a_schedule(store, tenant).await;
        let begin = async |due_at| {
            let due = Some((schedule, Some(due_at)));
            store.begun(tenant, due, "a", now()).await
        };
        let first = begin(now()).await.expect("claimed");
        assert!(begin(now()).await.is_none(), "the due time is claimed");
        let later = now() + TimeDelta::days(1);
        assert!(
            begin(later).await.is_none(),
            "a run of the schedule goes on"
        );
        store
            .complete_all(tenant, first, ItemOutcome::Succeeded, &[], now())
            .await;
        assert_eq!(fixture.status(first.0).await, RunStatus::Succeeded);
        assert!(begin(now()).await.is_none(), "the due time stays claimed");
        assert!(begin(later).await.is_some());
        let schedules = store.unscoped_enabled_schedules().await.expect("schedules");
        let schedule = schedules[0].as_ref().expect("a schedule");
        assert_eq!(schedule.last_due_at, Some(later));
    }
}

#[tokio::test]
async fn each_repository_is_one_workers_until_it_is_settled_or_its_worker_is_gone() {
    for fixture in &fixtures().await {
        let (store, tenant) = (&fixture.store, fixture.tenant);
        let all = [
            fixture.repository,
            further(fixture, 2).await,
            further(fixture, 3).await,
        ];
        let (run, one) = store
            .begun(tenant, None, "one", now())
            .await
            .expect("begun");
        let other = store
            .unscoped_register_worker("other", true)
            .await
            .expect("enlisted");
        assert_eq!(fixture.connections(run).await.len(), 3);
        let held = fixture.claim(run, one, 1).await;
        assert_eq!(held, all);
        assert!(fixture.claim(run, other, 9).await.is_empty());
        assert!(fixture.complete_item(run, one, all[0]).await);
        assert!(
            !fixture.complete_item(run, one, all[0]).await,
            "it is settled once"
        );
        assert!(
            !fixture.complete_item(run, other, all[1]).await,
            "it is another's"
        );

        // The one dies, and the database gives its work away.
        store.unscoped_deregister_worker(one).await.expect("gone");
        assert_eq!(fixture.orphans().await, 0, "the other lives");
        assert!(!fixture.complete_item(run, one, all[1]).await);
        assert_eq!(fixture.claim(run, other, 9).await, all[1..]);
        assert!(fixture.complete_item(run, other, all[1]).await);
        let ended = async || {
            store
                .end_run(tenant, run, other, now())
                .await
                .expect("asked")
        };
        assert_eq!(ended().await, None, "one is not settled");
        assert!(fixture.complete_item(run, other, all[2]).await);
        let end = ended().await.expect("ended");
        assert_eq!(
            (end.status, end.total, end.requests),
            (RunStatus::Succeeded, 3, 24)
        );
        assert_eq!(ended().await, None, "it is ended once");
        let items = store
            .run_items(tenant, run, "", 0, 10)
            .await
            .expect("items");
        assert!(
            items
                .iter()
                .all(|item| item.requests == 7 && item.finished_at.is_some())
        );
    }
}

#[tokio::test]
async fn what_is_never_settled_is_given_up() {
    for fixture in &fixtures().await {
        let (store, tenant) = (&fixture.store, fixture.tenant);
        let (run, worker) = store
            .begun(tenant, None, "one", now())
            .await
            .expect("begun");
        for _ in 0..5 {
            assert_eq!(fixture.claim(run, worker, 1).await, [fixture.repository]);
            let released = store.release(tenant, run, worker, 3).await;
            released.expect("released");
        }
        assert!(fixture.claim(run, worker, 1).await.is_empty());
        store
            .fail_exhausted(tenant, run, now())
            .await
            .expect("given up");
        let end = store
            .end_run(tenant, run, worker, now())
            .await
            .expect("asked");
        let end = end.expect("ended");
        assert_eq!(
            (end.status, end.failed, end.requests),
            (RunStatus::Failed, 1, 15)
        );
        let run = store.run(tenant, run).await.expect("read").expect("there");
        assert_eq!(run.failures[0].repository, "mona/r1");
        assert!(run.failures[0].reason.contains("five times"));
    }
}

#[tokio::test]
async fn an_abandoned_run_is_marked_and_its_rest_is_resumed_once() {
    for fixture in &fixtures().await {
        let (store, tenant) = (&fixture.store, fixture.tenant);
        let second = further(fixture, 2).await;
        let (run, worker) = store
            .begun(tenant, None, "one", now())
            .await
            .expect("begun");
        fixture.claim(run, worker, 1).await;
        assert_eq!(fixture.orphans().await, 0, "its worker lives");
        assert_eq!(
            store.unscoped_expire_dead_workers().await.expect("looked"),
            0
        );
        assert!(fixture.complete_item(run, worker, fixture.repository).await);
        store
            .unscoped_expire_predecessors("one")
            .await
            .expect("buried");
        assert!(
            !store
                .unscoped_record_heartbeat(worker)
                .await
                .expect("tried"),
            "it is dead"
        );
        assert_eq!(fixture.orphans().await, 1);
        assert_eq!(fixture.status(run).await, RunStatus::Interrupted);
        assert!(fixture.claim(run, worker, 1).await.is_empty(), "it is over");

        let successor = store
            .unscoped_register_worker("one", true)
            .await
            .expect("enlisted");
        let left = async || {
            let left = store
                .unscoped_interrupted_runs(now() - TimeDelta::days(1))
                .await;
            left.expect("read")
        };
        assert_eq!(left().await.len(), 1);
        let rest = NewRun {
            tenant,
            schedule: None,
            due_at: None,
            trigger: domain::Trigger::Startup,
            worker: successor,
            started_at: now(),
            scope: RunScope::ResumeOf(run),
        };
        let rest_id = store
            .insert_run(&rest)
            .await
            .expect("begun")
            .expect("begun")
            .id;
        assert_eq!(fixture.claim(rest_id, successor, 9).await, [second]);
        assert_eq!(left().await, []);
        assert_eq!(store.insert_run(&rest).await.expect("tried"), None);
    }
}

#[tokio::test]
async fn deleting_a_repository_takes_all_of_it_and_leaves_the_runs() {
    for Fixture {
        store,
        tenant,
        repository,
        ..
    } in &fixtures().await
    {
        let (tenant, repository) = (*tenant, *repository);
        let days = [(day("2026-11-16"), Counts::new(5, 2))];
        store
            .merge_days(tenant, repository, Measure::Views, &days)
            .await
            .expect("merged");
        let weekly = WeeklyResponse {
            measure: Measure::Views,
            weeks: &days,
            raw: Some(NewResponse::new(
                Endpoint::WeeklyViews,
                now(),
                &Body::new(b"{}".to_vec()),
            )),
        };
        let kept = store.merge_weekly(tenant, repository, &weekly).await;
        kept.expect("kept");
        let popularity = Popularity {
            stars: Some(3),
            forks: Some(2),
            watchers: Some(1),
            open_issues: Some(0),
        };
        store
            .save_popularity(tenant, repository, day("2026-11-16"), popularity)
            .await
            .expect("saved");
        let run = store.begun(tenant, None, "a", now()).await.expect("begun");
        let failure = Failed {
            endpoint: Endpoint::WeeklyViews,
            kind: FailureKind::GithubDown,
            reason: "GitHub did not answer.".to_owned(),
        };
        store
            .complete_all(tenant, run, ItemOutcome::Failed, &[failure], now())
            .await;

        let mut transaction = store.begin().await.expect("begun");
        let deleted = transaction.delete_repository(tenant, repository).await;
        assert!(deleted.expect("deleted"));
        transaction.commit().await.expect("committed");
        assert!(
            store
                .days(tenant, repository, always())
                .await
                .expect("days")
                .is_empty()
        );
        assert_eq!(
            store
                .newest_popularity(tenant, repository)
                .await
                .expect("read"),
            None
        );
        let merged = store
            .merge_days(tenant, repository, Measure::Views, &days)
            .await;
        assert_eq!(merged.expect("tried"), 0, "what is gone takes nothing");
        let runs = store.runs(tenant, None, 10).await.expect("runs");
        assert_eq!(runs[0].failures[0].repository, "mona/r1");
        assert_eq!(runs[0].failures[0].endpoint, Endpoint::WeeklyViews);
    }
}

#[tokio::test]
async fn a_worker_lists_the_runs_it_holds_claims_of_and_an_ended_run_releases_none() {
    for fixture in &fixtures().await {
        let (store, tenant) = (&fixture.store, fixture.tenant);
        let (run, worker) = store
            .begun(tenant, None, "one", now())
            .await
            .expect("begun");
        let held = async || store.unscoped_held_runs(worker).await.expect("told");
        assert_eq!(held().await, []);
        for _ in 0..5 {
            assert_eq!(fixture.claim(run, worker, 1).await, [fixture.repository]);
            assert_eq!(held().await, [(tenant, run)]);
            store
                .release(tenant, run, worker, 0)
                .await
                .expect("released");
            assert_eq!(held().await, []);
        }
        let mut transaction = store.begin().await.expect("begun");
        let cancelled = transaction.cancel_run(tenant, run, "Mona", now()).await;
        assert!(cancelled.expect("cancelled"));
        transaction.commit().await.expect("committed");
        store
            .fail_exhausted(tenant, run, now())
            .await
            .expect("looked");
        let run = store.run(tenant, run).await.expect("read").expect("there");
        assert_eq!(
            (run.repositories_done, run.failures.as_slice()),
            (0, &[][..])
        );
    }
}

#[tokio::test]
async fn of_old_runs_those_with_failures_stay_and_the_newest_due_time_of_each_schedule() {
    const MANY: &str = "
        insert into runs (tenant_id, trigger, status, started_at, finished_at,
            repositories_total, repositories_done, repositories_failed, requests)
        with recursive numbers (number) as (
            select 1 union all select number + 1 from numbers where number < 1002)
        select $1, 'manual', 'succeeded', $2, $2, 0, 0, 0, 0 from numbers";
    for fixture in &fixtures().await {
        let (store, tenant) = (&fixture.store, fixture.tenant);
        let schedule = a_schedule(store, tenant).await;
        let scheduled = async |due_at| {
            let due = Some((schedule, Some(due_at)));
            let run = store.begun(tenant, due, "a", now()).await.expect("begun");
            store
                .complete_all(tenant, run, ItemOutcome::Succeeded, &[], now())
                .await;
            run.0
        };
        let first = scheduled(now()).await;
        let failing = store.begun(tenant, None, "a", now()).await.expect("begun");
        let failed = [Failed {
            endpoint: Endpoint::Views,
            kind: FailureKind::GithubDown,
            reason: "No.".into(),
        }];
        store
            .complete_all(tenant, failing, ItemOutcome::Failed, &failed, now())
            .await;
        on!(&store.db, |pool| sqlx::query(MANY)
            .bind(tenant.get())
            .bind(now())
            .execute(pool)
            .await
            .map(drop))
        .expect("inserted");
        let left = async || {
            store.prune_runs(tenant).await.expect("forgotten");
            let ids: Vec<i64> = on!(&store.db, |pool| sqlx::query_scalar(
                "select id from runs where tenant_id = $1 order by id"
            )
            .bind(tenant.get())
            .fetch_all(pool)
            .await)
            .expect("runs");
            ids
        };
        let ids = left().await;
        assert_eq!(ids.len(), 1_002);
        assert_eq!(ids[..2], [first.get(), failing.0.get()]);

        let second = scheduled(now() + TimeDelta::days(1)).await;
        let ids = left().await;
        assert_eq!(ids.len(), 1_001, "the older due time is no longer needed");
        assert_eq!((ids[0], ids[1_000]), (failing.0.get(), second.get()));
        let enabled = store.unscoped_enabled_schedules().await.expect("schedules");
        let schedule = enabled[0].as_ref().expect("a schedule");
        assert_eq!(schedule.last_due_at, Some(now() + TimeDelta::days(1)));
    }
}
