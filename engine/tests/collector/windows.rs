//! What GitHub's answers make known: whole or sparse, late, growing, cut short or falsely zero.

use chrono::TimeDelta;
use domain::report::RankingRow;
use domain::{Counts, Day, DayRange, DayTraffic, Interval, Measure, RepositoryId};
use simulator::{Fault, Scope};

use crate::fixture::{Fixture, OPERATOR, REQUESTS, day, expected, repository, true_days};

/// Views, their true weekly uniques and the known days of the weeks since a Monday.
async fn weeks(fixture: &Fixture, id: RepositoryId, monday: &str) -> Vec<(u64, Option<u32>, u32)> {
    let report = fixture
        .engine
        .traffic(
            &OPERATOR,
            fixture.tenant,
            id,
            Some(day(monday)),
            None,
            Interval::Week,
        )
        .await
        .expect("a report");
    let week = |bucket: &domain::report::Bucket| {
        let uniques = bucket.view_uniques.map(domain::Uniques::get);
        (bucket.views.unwrap_or_default(), uniques, bucket.days_known)
    };
    report.periods.iter().map(week).collect()
}

/// The sums of all views and of the daily unique visitors.
fn days_total(days: &[(Day, DayTraffic)]) -> (u32, u32) {
    let views = || days.iter().filter_map(|(_, traffic)| traffic.views);
    (
        views().map(|views| views.count).sum(),
        views().map(|views| views.uniques.get()).sum(),
    )
}

on_both! {
    async fn a_first_run_brings_everything_github_still_knows(database) {
        let (fixture, anvil) = Fixture::with_anvil(database).await;
        let run = fixture.collect_well().await;
        assert_eq!((run.repositories_total, run.repositories_done, run.requests), (1, 1, REQUESTS));

        assert_eq!(fixture.days(anvil).await, true_days("2026-11-06", "2026-11-19"));
        let found = fixture.repository(anvil).await;
        assert_eq!(found.last_collected_at, run.finished_at);
        assert_eq!((found.first_day, found.last_day), (Some(day("2026-11-06")), Some(day("2026-11-19"))));

        let referrers = fixture.engine.referrers(&OPERATOR, fixture.tenant, anvil, None).await;
        let referrers = referrers.expect("an answer").expect("a list");
        let window = DayRange { from: day("2026-11-06"), to: day("2026-11-19") };
        assert_eq!(referrers.window, window);
        let labels: Vec<_> = referrers.rows.iter().map(|row| row.label.as_str()).collect();
        assert_eq!(labels, ["news.ycombinator.com", "github.com"]);
        let paths = fixture.engine.paths(&OPERATOR, fixture.tenant, anvil, None).await;
        let paths = paths.expect("an answer").expect("a list");
        let row = RankingRow {
            label: "/acme/anvil".into(),
            title: Some("acme/anvil".into()),
            counts: Counts::new(12, 4),
        };
        assert_eq!((paths.window, paths.rows), (window, vec![row]));

        let page = fixture.page("acme/anvil").await;
        assert_eq!(page.report.popularity.and_then(|popularity| popularity.stars), Some(42));
        // The true uniques of the window are fewer than the sum of its days'.
        let views = page.report.window_views.expect("known");
        let total = days_total(&fixture.days(anvil).await);
        assert_eq!((views.window, views.counts.count), (window, total.0));
        assert!(views.counts.uniques.get() < total.1);
    }

    async fn collecting_again_changes_nothing(database) {
        let (fixture, anvil) = Fixture::with_anvil(database).await;
        fixture.collect_well().await;
        let days = fixture.days(anvil).await;
        fixture.collect_well().await;
        assert_eq!(fixture.days(anvil).await, days);
    }

    async fn a_day_after_the_next_day_joins_and_the_old_ones_stay(database) {
        let (fixture, anvil) = Fixture::with_anvil(database).await;
        for _ in 0..20 {
            fixture.collect_well().await;
            fixture.clock.advance(TimeDelta::days(1));
        }
        assert_eq!(fixture.days(anvil).await, true_days("2026-11-06", "2026-12-08"));
    }

    /// Answers before 2026: days without traffic are left out, and the last day counts as known
    /// only once it is listed.
    async fn left_out_days_are_zero_between_listed_ones_and_unknown_after_them(database) {
        let (fixture, anvil) = Fixture::with_anvil(database).await;
        fixture.github.control().fault(Fault::Sparse, Scope::everywhere());
        fixture.collect_well().await;
        // Saturdays the 7th and 14th are left out of the answers.
        assert_eq!(fixture.days(anvil).await, true_days("2026-11-06", "2026-11-19"));

        // On Sunday the window ends on Saturday the 21st, which is left out at its end.
        fixture.clock.advance(TimeDelta::days(2));
        fixture.collect_well().await;
        assert_eq!(fixture.days(anvil).await, true_days("2026-11-06", "2026-11-20"));
        fixture.clock.advance(TimeDelta::days(1));
        fixture.collect_well().await;
        assert_eq!(fixture.days(anvil).await, true_days("2026-11-06", "2026-11-22"));
    }

    async fn however_late_github_publishes_only_listed_days_are_known(database) {
        let (fixture, anvil) = Fixture::with_anvil(database).await;
        for (lag, last) in [(3, "2026-11-17"), (2, "2026-11-18"), (1, "2026-11-19")] {
            let fault = fixture.github.control().fault(Fault::Lag { days: lag }, Scope::everywhere());
            fixture.collect_well().await;
            assert_eq!(fixture.repository(anvil).await.last_day, Some(day(last)), "{lag}");
            fixture.github.control().stop_fault(fault);
        }
        // With no lag the window shows today, counted until now.
        fixture.github.control().fault(Fault::Lag { days: 0 }, Scope::everywhere().next(4));
        fixture.collect_well().await;
        let (today, traffic) = *fixture.days(anvil).await.last().expect("days");
        assert_eq!(today, day("2026-11-20"));
        let views = traffic.views.expect("known");
        assert!(views.count > 0 && views.count < expected(today).views.expect("known").count);
        // Later the day is whole, and takes the place of its beginning.
        fixture.clock.advance(TimeDelta::days(1));
        fixture.collect_well().await;
        assert_eq!(fixture.days(anvil).await, true_days("2026-11-04", "2026-11-20"));
    }

    async fn fifteen_days_in_an_answer_are_fifteen_known_days(database) {
        let (fixture, anvil) = Fixture::with_anvil(database).await;
        fixture.github.control().fault(Fault::Buckets { count: 15 }, Scope::everywhere());
        fixture.collect_well().await;
        assert_eq!(fixture.days(anvil).await, true_days("2026-11-05", "2026-11-19"));
    }

    async fn of_a_span_that_cannot_be_only_the_days_that_can_are_stored(database) {
        let (fixture, anvil) = Fixture::with_anvil(database).await;
        fixture.github.control().fault(Fault::Buckets { count: 45 }, Scope::everywhere());
        let run = fixture.collect().await;
        let clones_and_views = [
            domain::Endpoint::Views,
            domain::Endpoint::WeeklyViews,
            domain::Endpoint::Clones,
            domain::Endpoint::WeeklyClones,
        ];
        assert_eq!(crate::fixture::failed(&run), clones_and_views);
        assert_eq!(fixture.days(anvil).await, true_days("2026-10-20", "2026-11-19"));
    }

    /// Last-write-wins lost 16 % of a real repository's views to these three.
    async fn growing_days_grow_and_shrinking_days_keep_their_largest_figures(database) {
        let (fixture, anvil) = Fixture::with_anvil(database).await;
        let github = fixture.github.control();
        let growing = github.fault(Fault::GrowingNewest { percent: 40 }, Scope::everywhere());
        fixture.collect_well().await;
        let newest = fixture.days(anvil).await[13].1.views.expect("known");
        assert!(newest.count < expected(day("2026-11-19")).views.expect("known").count);
        github.stop_fault(growing);
        fixture.collect_well().await;
        let whole = true_days("2026-11-06", "2026-11-19");
        assert_eq!(fixture.days(anvil).await, whole);

        github.fault(Fault::TruncatedOldest, Scope::everywhere());
        github.fault(Fault::FalseZero { day: day("2026-11-12").date() }, Scope::everywhere());
        github.fault(Fault::GrowingNewest { percent: 0 }, Scope::everywhere());
        fixture.collect_well().await;
        assert_eq!(fixture.days(anvil).await, whole);
    }

    async fn a_week_has_githubs_own_uniques_once_it_was_seen_from_its_monday_on(database) {
        let (fixture, anvil) = Fixture::with_anvil(database).await;
        fixture.collect_well().await;
        // The window began on Friday the 6th: the uniques of that whole week are unknown.
        let [cut, whole, current] = weeks(&fixture, anvil, "2026-11-02").await[..] else {
            panic!("three weeks");
        };
        assert_eq!((cut.1, cut.2), (None, 3));
        let daily: Vec<u32> = true_days("2026-11-09", "2026-11-15")
            .iter()
            .map(|(_, traffic)| traffic.views.expect("known").uniques.get())
            .collect();
        let uniques = whole.1.expect("known");
        assert!(Some(&uniques) > daily.iter().max() && uniques < daily.iter().sum());
        assert_eq!(whole.2, 7);
        let so_far = current.1.expect("known");

        fixture.clock.advance(TimeDelta::days(4));
        fixture.collect_well().await;
        let weeks = weeks(&fixture, anvil, "2026-11-02").await;
        assert_eq!((weeks[1].1, weeks[1].2), (Some(uniques), 7));
        assert!(weeks[2].1.expect("known") > so_far, "the week went on");
    }

    async fn empty_lists_are_snapshots_without_rows(database) {
        let (fixture, anvil) = Fixture::with_anvil(database).await;
        fixture.github.control().fault(Fault::EmptyPopular, Scope::everywhere());
        fixture.collect_well().await;
        let referrers = fixture.engine.referrers(&OPERATOR, fixture.tenant, anvil, None).await;
        assert_eq!(referrers.expect("an answer").expect("a list").rows, []);
    }

    async fn a_repository_without_visits_is_known_to_have_had_none(database) {
        let fixture = Fixture::new(database, |github| {
            github.repository(simulator::Repository::new(9, "octocat/quiet"))
        })
        .await;
        let quiet = fixture.track("octocat/quiet").await;
        fixture.collect_well().await;
        let days = fixture.days(quiet).await;
        assert_eq!(days.len(), 14);
        for measure in Measure::ALL {
            let zero = Some(Counts::default());
            assert!(days.iter().all(|(_, traffic)| traffic.of(measure) == zero));
        }
    }

    async fn renamed_and_transferred_repositories_keep_their_history(database) {
        let (fixture, anvil) = Fixture::with_anvil(database).await;
        fixture.collect_well().await;
        fixture.github.control().rename_repository("acme/anvil", "Roadrunner/Bird").expect("renamed");
        // Another repository takes the former name.
        fixture.github.control().add_repository(repository(2, "acme/anvil"));
        fixture.clock.advance(TimeDelta::days(1));
        let run = fixture.collect_well().await;
        assert_eq!(run.requests, REQUESTS);
        let found = fixture.repository(anvil).await;
        assert_eq!(found.full_name.to_string(), "Roadrunner/Bird");
        assert_eq!(fixture.days(anvil).await, true_days("2026-11-06", "2026-11-20"));
        assert_ne!(fixture.track("acme/anvil").await, anvil);
    }

    async fn a_repository_that_is_archived_on_github_is_still_collected(database) {
        let (fixture, anvil) = Fixture::with_anvil(database).await;
        fixture.github.control().archive_repository("acme/anvil", true).expect("archived");
        fixture.collect_well().await;
        assert_eq!(fixture.days(anvil).await.len(), 14);
    }
}
