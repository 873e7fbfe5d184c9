//! Runs, and what outlives a repository.

use domain::report::Popularity;
use domain::{Endpoint, FailureKind, RunStatus, Trigger};

use super::*;

#[tokio::test]
async fn a_due_time_is_claimed_once_and_a_dead_workers_run_is_interrupted() {
    for Fixture { store, tenant, .. } in &fixtures().await {
        let fields = ScheduleFields {
            name: "Daily",
            cron: &"0 6 * * *".parse().expect("a cron expression"),
            timezone: domain::TimeZone::UTC,
            enabled: true,
        };
        let mut transaction = store.begin().await.expect("begun");
        let schedule = transaction
            .insert_schedule(*tenant, &fields, now())
            .await
            .expect("a schedule");
        transaction.commit().await.expect("committed");
        let begin = async |due_at, worker| {
            let run = NewRun {
                tenant: *tenant,
                schedule: Some(schedule),
                due_at: Some(due_at),
                trigger: Trigger::Schedule,
                worker,
                started_at: now(),
                repositories_total: 1,
                chosen: None,
            };
            store.insert_run(&run).await.expect("inserted")
        };
        let first = begin(now(), "a").await.expect("claimed");
        assert_eq!(begin(now(), "b").await, None, "the due time is claimed");
        let later = now() + TimeDelta::days(1);
        assert_eq!(
            begin(later, "b").await,
            None,
            "a run of the schedule goes on"
        );

        let interrupt = async |worker, stale| {
            store
                .unscoped_interrupt_runs(worker, stale, now())
                .await
                .expect("marked")
        };
        assert_eq!(interrupt(Some("b"), now() - TimeDelta::minutes(1)).await, 0);
        assert_eq!(interrupt(Some("a"), now() - TimeDelta::minutes(1)).await, 1);
        let run = store
            .run(*tenant, first)
            .await
            .expect("read")
            .expect("there");
        assert_eq!(
            (run.status, run.finished_at),
            (RunStatus::Interrupted, Some(now()))
        );
        let finished = store
            .finish_run(
                *tenant,
                first,
                RunStatus::Succeeded,
                RunProgress::default(),
                now(),
            )
            .await;
        finished.expect("tried");
        let run = store
            .run(*tenant, first)
            .await
            .expect("read")
            .expect("there");
        assert_eq!(
            run.status,
            RunStatus::Interrupted,
            "a marked run stays marked"
        );

        let second = begin(later, "b").await.expect("claimed");
        assert_eq!(
            interrupt(None, now() + TimeDelta::seconds(1)).await,
            1,
            "no sign of life"
        );
        let schedules = store.unscoped_enabled_schedules().await.expect("schedules");
        assert_eq!(schedules[0].last_due_at, Some(later));
        assert!(second > first);
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
        let weekly = WeeklyAnswer {
            measure: Measure::Views,
            weeks: &days,
            raw: Some(RawAnswer::new(Endpoint::WeeklyViews, now(), b"{}")),
        };
        let kept = store.keep_weekly(tenant, repository, &weekly).await;
        kept.expect("kept");
        let popularity = Popularity {
            stars: 3,
            forks: 2,
            watchers: 1,
            open_issues: 0,
        };
        store
            .save_popularity(tenant, repository, day("2026-11-16"), popularity)
            .await
            .expect("saved");
        let run = NewRun {
            tenant,
            schedule: None,
            due_at: None,
            trigger: Trigger::Manual,
            worker: "a",
            started_at: now(),
            repositories_total: 1,
            chosen: None,
        };
        let run = store
            .insert_run(&run)
            .await
            .expect("inserted")
            .expect("begun");
        let failed = Failed {
            endpoint: Endpoint::WeeklyViews,
            kind: FailureKind::GithubDown,
            reason: "GitHub did not answer.".into(),
        };
        let failure = NewFailure {
            repository,
            repository_name: "mona/r1",
            failed: &failed,
        };
        store
            .record_failures(tenant, run, &[failure])
            .await
            .expect("recorded");
        let progress = RunProgress {
            done: 1,
            failed: 1,
            requests: 7,
            waiting: None,
        };
        store
            .finish_run(tenant, run, RunStatus::Failed, progress, now())
            .await
            .expect("ended");

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
        let runs = store.runs(tenant, 10).await.expect("runs");
        assert_eq!(runs[0].failures[0].repository, "mona/r1");
        assert_eq!(runs[0].failures[0].endpoint, Endpoint::WeeklyViews);
    }
}
