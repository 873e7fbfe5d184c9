//! What GitHub's answers give reason to doubt, and how a figure is traced to its answer.

use chrono::{DateTime, TimeDelta, Utc};
use domain::report::{AnomalyRecord, OpenAnomalies, TraceReport};
use domain::{AnomalyKind, Counts, Day, Endpoint, Measure, ProblemKind, RepositoryId};
use engine::Clock;
use simulator::{Bucket, Fault, Repository, Role, Scope, Source};

use crate::databases::TestDatabase;
use crate::fixture::{Fixture, NOW, OPERATOR, day, expected, problem, true_days};

/// The kinds, measures and days of what is in doubt, in that order.
async fn anomalies(fixture: &Fixture, open: bool) -> Vec<(AnomalyKind, Measure, String)> {
    let mut anomalies: Vec<_> = observations(fixture, open)
        .await
        .into_iter()
        .map(|it| (it.anomaly.kind, it.measure, it.anomaly.day.to_string()))
        .collect();
    anomalies.sort_by_key(|(kind, measure, day)| (kind.as_str(), *measure, day.clone()));
    anomalies.dedup();
    anomalies
}

async fn observations(fixture: &Fixture, open: bool) -> Vec<AnomalyRecord> {
    let report = fixture
        .engine
        .anomalies(&OPERATOR, fixture.tenant, None)
        .await;
    let report = report.expect("a report");
    if open { report.open } else { report.settled }
}

async fn trace(fixture: &Fixture, name: &str, on: &str) -> TraceReport {
    let name = name.parse().expect("a name");
    let traced = fixture
        .engine
        .trace(&OPERATOR, fixture.tenant, &name, Some(day(on)))
        .await;
    traced.expect("a trace")
}

/// A fixture that tracks this many repositories, each with visitors every day.
async fn busy_lab(database: TestDatabase, count: u64) -> (Fixture, Vec<RepositoryId>) {
    let now: DateTime<Utc> = NOW.parse().expect("a time");
    let busy = |id: u64| {
        let traffic = (-60..60).map(move |offset| {
            let bucket = Bucket::new(20 + id, 9);
            let day = Day::of(now).plus(offset).date();
            (day, simulator::DayTraffic::new(bucket, Bucket::default()))
        });
        Repository::new(id, &format!("acme/busy-{id}"))
            .access("octocat", Role::Admin)
            .source(Source::series(traffic))
    };
    let fixture = Fixture::new(database, |github| {
        (1..=count).fold(github, |github, id| github.repository(busy(id)))
    })
    .await;
    let mut ids = Vec::new();
    for id in 1..=count {
        ids.push(fixture.track(&format!("acme/busy-{id}")).await);
    }
    (fixture, ids)
}

on_both! {
    async fn a_truncated_day_is_an_anomaly_and_the_highest_count_is_kept(database) {
        let (fixture, anvil) = Fixture::with_anvil(database).await;
        fixture.collect_well().await;
        assert_eq!(anomalies(&fixture, true).await, []);

        let cut = fixture.github.control().fault(Fault::TruncatedOldest, Scope::everywhere());
        fixture.collect_well().await;
        let oldest = |kind| {
            [Measure::Views, Measure::Clones].map(|it| (kind, it, "2026-11-06".to_owned()))
        };
        assert_eq!(anomalies(&fixture, true).await, oldest(AnomalyKind::Truncated));
        let known = expected(day("2026-11-06")).views.expect("views");
        let found = observations(&fixture, true).await;
        let views = found.iter().find(|it| it.measure == Measure::Views).expect("views");
        assert_eq!(views.anomaly.known, Some(known));
        assert!(views.anomaly.reported.count < known.count);
        assert_eq!((views.first_seen_at, views.times_seen), (fixture.clock.now(), 1));
        assert_eq!(fixture.days(anvil).await, true_days("2026-11-06", "2026-11-19"));
        // Windows often begin that way, so it is shown only on request.
        assert_eq!(fixture.page("acme/anvil").await.report.anomalies, 0);

        fixture.github.control().stop_fault(cut);
        fixture.collect_well().await;
        assert_eq!(anomalies(&fixture, true).await, []);
        assert_eq!(anomalies(&fixture, false).await, oldest(AnomalyKind::Truncated));
    }

    async fn one_repositorys_day_without_visits_is_a_revision(database) {
        let (fixture, anvil) = Fixture::with_anvil(database).await;
        fixture.collect_well().await;
        let zero = Fault::FalseZero { day: day("2026-11-12").date() };
        fixture.github.control().fault(zero, Scope::everywhere());
        fixture.collect_well().await;
        let revised = [Measure::Views, Measure::Clones]
            .map(|it| (AnomalyKind::Revised, it, "2026-11-12".to_owned()));
        assert_eq!(anomalies(&fixture, true).await, revised);
        assert_eq!(fixture.page("acme/anvil").await.report.anomalies, 2);
        let report = fixture.engine.anomalies(&OPERATOR, fixture.tenant, Some(anvil)).await;
        assert_eq!(report.expect("a report").open.len(), 2);
        let nobodys = fixture.engine.anomalies(&OPERATOR, fixture.tenant, Some(RepositoryId::new(99)));
        assert_eq!(problem(nobodys.await).kind, ProblemKind::NotFound);
        // After a month it is history.
        fixture.clock.advance(TimeDelta::days(31));
        assert_eq!(fixture.page("acme/anvil").await.report.anomalies, 0);
        assert_eq!(anomalies(&fixture, true).await.len(), 2);
    }

    async fn a_zero_of_many_busy_repositories_at_once_is_false_until_they_are_counted(database) {
        let (fixture, ids) = busy_lab(database, 7).await;
        let github = fixture.github.control();
        // The newest day was never anything else, and another one is taken back.
        let newest = github.fault(Fault::FalseZero { day: day("2026-11-19").date() }, Scope::everywhere());
        fixture.collect_well().await;
        let false_zero = |on: &str| (AnomalyKind::FalseZero, Measure::Views, on.to_owned());
        assert_eq!(anomalies(&fixture, true).await, [false_zero("2026-11-19")]);
        let back = github.fault(Fault::FalseZero { day: day("2026-11-16").date() }, Scope::everywhere());
        fixture.collect_well().await;
        assert_eq!(anomalies(&fixture, true).await, [false_zero("2026-11-16"), false_zero("2026-11-19")]);
        let found = observations(&fixture, true).await;
        assert_eq!(found.len(), 14);
        for it in &found {
            let known = (it.anomaly.day == day("2026-11-16")).then(|| {
                let id = u32::try_from(it.repository_id.get()).expect("small");
                Counts::new(20 + id, 9)
            });
            assert_eq!(it.anomaly.known, known);
        }
        let page = fixture.engine.overview_page(&OPERATOR, fixture.tenant, domain::report::OverviewQuery::default());
        assert_eq!(
            page.await.expect("an overview").overview.warnings.anomalies,
            Some(OpenAnomalies { issues: 14, repositories: 7 })
        );

        github.stop_fault(newest);
        github.stop_fault(back);
        fixture.collect_well().await;
        assert_eq!(anomalies(&fixture, true).await, []);
        assert_eq!(observations(&fixture, false).await.len(), 14);
        for (index, id) in (1..).zip(&ids) {
            let days = fixture.days(*id).await;
            assert!(days.iter().all(|(_, it)| it.views == Some(Counts::new(20 + index, 9))));
        }
    }

    async fn four_without_visits_are_no_incident(database) {
        let (fixture, _) = busy_lab(database, 4).await;
        fixture.github.control().fault(Fault::FalseZero { day: day("2026-11-19").date() }, Scope::everywhere());
        fixture.collect_well().await;
        assert_eq!(anomalies(&fixture, true).await, []);
    }

    async fn a_figure_is_traced_to_the_answers_that_told_it(database) {
        let (fixture, _) = Fixture::with_anvil(database).await;
        let growing = fixture.github.control().fault(Fault::GrowingNewest { percent: 40 }, Scope::everywhere());
        fixture.collect_well().await;
        fixture.github.control().stop_fault(growing);
        fixture.clock.advance(TimeDelta::hours(6));
        fixture.collect_well().await;
        // What is not news is not kept twice.
        fixture.collect_well().await;

        let traced = trace(&fixture, "acme/anvil", "2026-11-19").await;
        let whole = expected(day("2026-11-19"));
        assert_eq!(traced.traffic, whole);
        let views: Vec<_> = traced
            .sources
            .iter()
            .filter(|source| source.measure == Measure::Views)
            .map(|source| (source.counts.count, source.listed, source.holds_count))
            .collect();
        let count = whole.views.expect("views").count;
        assert_eq!(views, [(count, true, true), (count * 2 / 5, true, false)]);
        assert_eq!(traced.sources[0].answer.captured_at, fixture.clock.now());
        let mut others: Vec<_> = traced.others.iter().map(|it| it.endpoint.as_str()).collect();
        others.sort_unstable();
        others.dedup();
        assert_eq!(others, ["clones by week", "paths", "referrers", "views by week"]);

        // The answer itself, as it came.
        let name = "acme/anvil".parse().expect("a name");
        let newest = traced.sources.iter().find(|source| source.measure == Measure::Views).expect("one");
        let raw = fixture.engine.raw_answer(&OPERATOR, fixture.tenant, &name, newest.answer.id).await;
        let raw = String::from_utf8(raw.expect("kept")).expect("JSON");
        assert!(raw.starts_with(r#"{"count":"#) && raw.contains("2026-11-19T00:00:00Z"), "{raw}");
        let missing = domain::ResponseId::new(4_711);
        let missing = fixture.engine.raw_answer(&OPERATOR, fixture.tenant, &name, missing).await;
        assert_eq!(problem(missing).kind, ProblemKind::NotFound);

        // Of a day that no answer spoke of, nothing is said.
        assert_eq!(trace(&fixture, "acme/anvil", "2026-11-20").await.sources, []);
        assert_eq!(trace(&fixture, "acme/anvil", "2026-11-05").await.sources, []);
    }

    async fn answers_are_kept_for_a_month_and_swept_once_a_day(database) {
        let (fixture, _) = Fixture::with_anvil(database).await;
        fixture.collect_well().await;
        let counts_of = |traced: &TraceReport| (traced.sources.len(), traced.others.len(), traced.kept_days);
        assert_eq!(counts_of(&trace(&fixture, "acme/anvil", "2026-11-19").await), (2, 4, 30));
        fixture.clock.advance(TimeDelta::days(30));
        fixture.collect_well().await;
        fixture.engine.run_due_jobs().await;
        assert_eq!(counts_of(&trace(&fixture, "acme/anvil", "2026-11-19").await), (2, 4, 30));
        fixture.clock.advance(TimeDelta::days(1));
        fixture.collect_well().await;
        fixture.engine.run_due_jobs().await;
        assert_eq!(counts_of(&trace(&fixture, "acme/anvil", "2026-11-19").await), (0, 0, 30));
    }

    async fn where_no_answers_are_kept_the_old_ones_go_and_figures_stay(database) {
        let (fixture, anvil) = Fixture::with_anvil(database).await;
        fixture.collect_well().await;
        let settings = engine::Settings { keep_responses_days: 0, ..fixture.settings("lab:2") };
        let clock = std::sync::Arc::new(fixture.clock.clone());
        let other = engine::Engine::open(settings, clock).await.expect("opened");
        fixture.clock.advance(TimeDelta::days(1));
        other.start().await.expect("started");
        crate::fixture::eventually("swept", async || {
            trace(&fixture, "acme/anvil", "2026-11-19").await.sources.is_empty()
        })
        .await;
        let run = other.start_run(&OPERATOR, fixture.tenant, domain::Trigger::Manual, None).await;
        fixture.wait(run.expect("a run")).await;
        let traced = trace(&fixture, "acme/anvil", "2026-11-19").await;
        assert_eq!((traced.sources.len(), traced.others.len()), (0, 0));
        assert_eq!(fixture.days(anvil).await, true_days("2026-11-06", "2026-11-20"));
        other.shutdown().await;
    }

    async fn a_viewer_without_access_to_a_repository_cannot_read_its_responses(database) {
        let (fixture, _) = Fixture::with_anvil(database).await;
        fixture.collect_well().await;
        let id = trace(&fixture, "acme/anvil", "2026-11-19").await.sources[0].answer.id;
        let name = "acme/anvil".parse().expect("a name");
        let nobody = crate::fixture::member(fixture.tenant, domain::Role::RepositoryViewer);
        let engine = &fixture.engine;
        let refused = [
            problem(engine.raw_answer(&nobody, fixture.tenant, &name, id).await),
            problem(engine.trace(&nobody, fixture.tenant, &name, None).await),
            problem(engine.raw_answer(&crate::fixture::administrator(), fixture.tenant, &name, id).await),
        ];
        for problem in refused {
            assert_eq!(problem.kind, ProblemKind::NotFound);
        }
        let seen = engine.anomalies(&nobody, fixture.tenant, None).await.expect("a report");
        assert_eq!((seen.open, seen.settled), (vec![], vec![]));
        let viewer = crate::fixture::member(fixture.tenant, domain::Role::Viewer);
        assert!(engine.raw_answer(&viewer, fixture.tenant, &name, id).await.is_ok());
        let kinds = engine.trace(&viewer, fixture.tenant, &name, None).await.expect("a trace");
        assert!(kinds.sources.iter().all(|it| matches!(it.answer.endpoint, Endpoint::Views | Endpoint::Clones)));
    }
}
