//! What GitHub's answers give reason to doubt, and how a figure is traced to its answer.

use chrono::{DateTime, TimeDelta, Utc};
use domain::report::{Observation, TraceReport};
use domain::{Counts, Day, DoubtKind, Endpoint, Measure, ProblemKind, RepositoryId};
use engine::Clock;
use simulator::{Bucket, Fault, Repository, Role, Scope, Source};

use crate::databases::TestDatabase;
use crate::lab::{Lab, NOW, OPERATOR, day, problem, true_days, truth};

/// The kinds, measures and days of what is in doubt, in that order.
async fn doubts(lab: &Lab, open: bool) -> Vec<(DoubtKind, Measure, String)> {
    let mut doubts: Vec<_> = observations(lab, open)
        .await
        .into_iter()
        .map(|it| (it.doubt.kind, it.measure, it.doubt.day.to_string()))
        .collect();
    doubts.sort_by_key(|(kind, measure, day)| (kind.as_str(), *measure, day.clone()));
    doubts.dedup();
    doubts
}

async fn observations(lab: &Lab, open: bool) -> Vec<Observation> {
    let report = lab.engine.observations(&OPERATOR, lab.tenant, None).await;
    let report = report.expect("a report");
    if open { report.open } else { report.settled }
}

async fn trace(lab: &Lab, name: &str, on: &str) -> TraceReport {
    let name = name.parse().expect("a name");
    let traced = lab
        .engine
        .trace(&OPERATOR, lab.tenant, &name, Some(day(on)))
        .await;
    traced.expect("a trace")
}

/// GitHub with so many repositories that somebody visits every day, tracked.
async fn busy_lab(database: TestDatabase, count: u64) -> (Lab, Vec<RepositoryId>) {
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
    let lab = Lab::new(database, |github| {
        (1..=count).fold(github, |github, id| github.repository(busy(id)))
    })
    .await;
    let mut ids = Vec::new();
    for id in 1..=count {
        ids.push(lab.track(&format!("acme/busy-{id}")).await);
    }
    (lab, ids)
}

on_both! {
    async fn a_day_cut_short_is_an_observation_and_the_largest_figure_stands(database) {
        let (lab, anvil) = Lab::with_anvil(database).await;
        lab.collect_well().await;
        assert_eq!(doubts(&lab, true).await, []);

        let cut = lab.github.control().fault(Fault::TruncatedOldest, Scope::everywhere());
        lab.collect_well().await;
        let oldest = |kind| {
            [Measure::Views, Measure::Clones].map(|it| (kind, it, "2026-11-06".to_owned()))
        };
        assert_eq!(doubts(&lab, true).await, oldest(DoubtKind::Cut));
        let known = truth(day("2026-11-06")).views.expect("views");
        let found = observations(&lab, true).await;
        let views = found.iter().find(|it| it.measure == Measure::Views).expect("views");
        assert_eq!(views.doubt.known, Some(known));
        assert!(views.doubt.reported.count < known.count);
        assert_eq!((views.first_seen_at, views.times_seen), (lab.clock.now(), 1));
        assert_eq!(lab.days(anvil).await, true_days("2026-11-06", "2026-11-19"));
        // It is how windows begin, and nobody is told of it unless they ask.
        assert_eq!(lab.page("acme/anvil").await.doubts, 0);

        lab.github.control().stop_fault(cut);
        lab.collect_well().await;
        assert_eq!(doubts(&lab, true).await, []);
        assert_eq!(doubts(&lab, false).await, oldest(DoubtKind::Cut));
    }

    async fn one_repositorys_day_without_visits_is_a_revision(database) {
        let (lab, anvil) = Lab::with_anvil(database).await;
        lab.collect_well().await;
        let zero = Fault::FalseZero { day: day("2026-11-12").date() };
        lab.github.control().fault(zero, Scope::everywhere());
        lab.collect_well().await;
        let revised = [Measure::Views, Measure::Clones]
            .map(|it| (DoubtKind::Revised, it, "2026-11-12".to_owned()));
        assert_eq!(doubts(&lab, true).await, revised);
        assert_eq!(lab.page("acme/anvil").await.doubts, 2);
        let report = lab.engine.observations(&OPERATOR, lab.tenant, Some(anvil)).await;
        assert_eq!(report.expect("a report").open.len(), 2);
        let nobodys = lab.engine.observations(&OPERATOR, lab.tenant, Some(RepositoryId::new(99)));
        assert_eq!(problem(nobodys.await).kind, ProblemKind::NotFound);
        // After a month it is history.
        lab.clock.advance(TimeDelta::days(31));
        assert_eq!(lab.page("acme/anvil").await.doubts, 0);
        assert_eq!(doubts(&lab, true).await.len(), 2);
    }

    async fn a_zero_of_many_busy_repositories_at_once_is_false_until_they_are_counted(database) {
        let (lab, ids) = busy_lab(database, 7).await;
        let github = lab.github.control();
        // The newest day was never anything else, and another one is taken back.
        let newest = github.fault(Fault::FalseZero { day: day("2026-11-19").date() }, Scope::everywhere());
        lab.collect_well().await;
        let false_zero = |on: &str| (DoubtKind::FalseZero, Measure::Views, on.to_owned());
        assert_eq!(doubts(&lab, true).await, [false_zero("2026-11-19")]);
        let back = github.fault(Fault::FalseZero { day: day("2026-11-16").date() }, Scope::everywhere());
        lab.collect_well().await;
        assert_eq!(doubts(&lab, true).await, [false_zero("2026-11-16"), false_zero("2026-11-19")]);
        let found = observations(&lab, true).await;
        assert_eq!(found.len(), 14);
        for it in &found {
            let known = (it.doubt.day == day("2026-11-16")).then(|| {
                let id = u32::try_from(it.repository_id.get()).expect("small");
                Counts::new(20 + id, 9)
            });
            assert_eq!(it.doubt.known, known);
        }
        let overview = lab.engine.overview(&OPERATOR, lab.tenant, domain::report::OverviewQuery::default());
        assert_eq!(
            overview.await.expect("an overview").doubts.as_deref(),
            Some("GitHub’s answers contradict each other in 14 figures of 7 repositories; the largest ones stand.")
        );

        github.stop_fault(newest);
        github.stop_fault(back);
        lab.collect_well().await;
        assert_eq!(doubts(&lab, true).await, []);
        assert_eq!(observations(&lab, false).await.len(), 14);
        for (index, id) in (1..).zip(&ids) {
            let days = lab.days(*id).await;
            assert!(days.iter().all(|(_, it)| it.views == Some(Counts::new(20 + index, 9))));
        }
    }

    async fn four_without_visits_are_no_incident(database) {
        let (lab, _) = busy_lab(database, 4).await;
        lab.github.control().fault(Fault::FalseZero { day: day("2026-11-19").date() }, Scope::everywhere());
        lab.collect_well().await;
        assert_eq!(doubts(&lab, true).await, []);
    }

    async fn a_figure_is_traced_to_the_answers_that_told_it(database) {
        let (lab, _) = Lab::with_anvil(database).await;
        let growing = lab.github.control().fault(Fault::GrowingNewest { percent: 40 }, Scope::everywhere());
        lab.collect_well().await;
        lab.github.control().stop_fault(growing);
        lab.clock.advance(TimeDelta::hours(6));
        lab.collect_well().await;
        // What is not news is not kept twice.
        lab.collect_well().await;

        let traced = trace(&lab, "acme/anvil", "2026-11-19").await;
        let whole = truth(day("2026-11-19"));
        assert_eq!(traced.traffic, whole);
        let views: Vec<_> = traced
            .said
            .iter()
            .filter(|said| said.measure == Measure::Views)
            .map(|said| (said.counts.count, said.listed, said.holds_count))
            .collect();
        let count = whole.views.expect("views").count;
        assert_eq!(views, [(count, true, true), (count * 2 / 5, true, false)]);
        assert_eq!(traced.said[0].answer.captured_at, lab.clock.now());
        let mut others: Vec<_> = traced.others.iter().map(|it| it.endpoint.as_str()).collect();
        others.sort_unstable();
        others.dedup();
        assert_eq!(others, ["clones by week", "paths", "referrers", "views by week"]);

        // The answer itself, as it came.
        let name = "acme/anvil".parse().expect("a name");
        let newest = traced.said.iter().find(|said| said.measure == Measure::Views).expect("one");
        let raw = lab.engine.raw_answer(&OPERATOR, lab.tenant, &name, newest.answer.id).await;
        let raw = String::from_utf8(raw.expect("kept")).expect("JSON");
        assert!(raw.starts_with(r#"{"count":"#) && raw.contains("2026-11-19T00:00:00Z"), "{raw}");
        let missing = domain::AnswerId::new(4_711);
        let missing = lab.engine.raw_answer(&OPERATOR, lab.tenant, &name, missing).await;
        assert_eq!(problem(missing).kind, ProblemKind::NotFound);

        // Of a day that no answer spoke of, nothing is said.
        assert_eq!(trace(&lab, "acme/anvil", "2026-11-20").await.said, []);
        assert_eq!(trace(&lab, "acme/anvil", "2026-11-05").await.said, []);
    }

    async fn answers_are_kept_for_a_month_and_swept_once_a_day(database) {
        let (lab, _) = Lab::with_anvil(database).await;
        lab.collect_well().await;
        let told = |traced: &TraceReport| (traced.said.len(), traced.others.len(), traced.kept_days);
        assert_eq!(told(&trace(&lab, "acme/anvil", "2026-11-19").await), (2, 4, 30));
        lab.clock.advance(TimeDelta::days(30));
        lab.collect_well().await;
        assert_eq!(told(&trace(&lab, "acme/anvil", "2026-11-19").await), (2, 4, 30));
        lab.clock.advance(TimeDelta::days(1));
        lab.collect_well().await;
        assert_eq!(told(&trace(&lab, "acme/anvil", "2026-11-19").await), (0, 0, 30));
    }

    async fn where_no_answers_are_kept_the_old_ones_go_and_figures_stay(database) {
        let (lab, anvil) = Lab::with_anvil(database).await;
        lab.collect_well().await;
        let settings = engine::Settings { keep_answers_days: 0, ..lab.settings("lab:2") };
        let clock = std::sync::Arc::new(lab.clock.clone());
        let other = engine::Engine::open(settings, clock).await.expect("opened");
        lab.clock.advance(TimeDelta::days(1));
        other.start().await.expect("started");
        crate::lab::eventually("swept", async || {
            trace(&lab, "acme/anvil", "2026-11-19").await.said.is_empty()
        })
        .await;
        let run = other.start_run(&OPERATOR, lab.tenant, domain::Trigger::Manual, None).await;
        lab.wait(run.expect("a run")).await;
        let traced = trace(&lab, "acme/anvil", "2026-11-19").await;
        assert_eq!((traced.said.len(), traced.others.len()), (0, 0));
        assert_eq!(lab.days(anvil).await, true_days("2026-11-06", "2026-11-20"));
        other.shutdown().await;
    }

    async fn whoever_may_not_see_a_repository_reads_none_of_its_answers(database) {
        let (lab, _) = Lab::with_anvil(database).await;
        lab.collect_well().await;
        let id = trace(&lab, "acme/anvil", "2026-11-19").await.said[0].answer.id;
        let name = "acme/anvil".parse().expect("a name");
        let nobody = crate::lab::member(lab.tenant, domain::Role::RepositoryViewer);
        let engine = &lab.engine;
        let refused = [
            problem(engine.raw_answer(&nobody, lab.tenant, &name, id).await),
            problem(engine.trace(&nobody, lab.tenant, &name, None).await),
            problem(engine.raw_answer(&crate::lab::administrator(), lab.tenant, &name, id).await),
        ];
        for problem in refused {
            assert_eq!(problem.kind, ProblemKind::NotFound);
        }
        let seen = engine.observations(&nobody, lab.tenant, None).await.expect("a report");
        assert_eq!((seen.open, seen.settled), (vec![], vec![]));
        let viewer = crate::lab::member(lab.tenant, domain::Role::Viewer);
        assert!(engine.raw_answer(&viewer, lab.tenant, &name, id).await.is_ok());
        let kinds = engine.trace(&viewer, lab.tenant, &name, None).await.expect("a trace");
        assert!(kinds.said.iter().all(|it| matches!(it.answer.endpoint, Endpoint::Views | Endpoint::Clones)));
    }
}
