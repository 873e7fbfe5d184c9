//! Tags with their days, and the history of stars.

use chrono::TimeDelta;
use domain::RepositoryId;
use domain::report::{Marker, MarkerKind};
use engine::Clock;
use simulator::{Endpoint, GitTag};

use crate::databases::TestDatabase;
use crate::fixture::{Fixture, day, repository};
use crate::releases::{NAME, collect_by_api_trigger, collect_next_day, lab_with_release, stars};

/// `acme/anvil` with a star more every week, for a hundred weeks until yesterday.
async fn lab_of_stars(database: TestDatabase) -> (Fixture, RepositoryId) {
    let fixture = Fixture::new(database, |github| {
        let yesterday = day("2026-11-19");
        let starred = (0..=99).fold(repository(1, NAME), |repository, weeks| {
            let on = yesterday.plus(-7 * weeks);
            repository.stars(on.date(), (100 - weeks).unsigned_abs())
        });
        github.repository(starred.stars(yesterday.plus(1).date(), 101))
    })
    .await;
    let anvil = fixture.track(NAME).await;
    (fixture, anvil)
}

on_both! {
    async fn tags_without_a_release_get_the_days_of_their_commits_a_few_at_a_time(database) {
        let (fixture, _) = lab_with_release(database).await;
        let github = fixture.github.control();
        let committed = |tag: u32| fixture.clock.now() - TimeDelta::days(tag.into());
        for number in 1..=50 {
            let tag = GitTag::new(&format!("t{number:02}"), committed(number));
            github.set_tag(NAME, tag).expect("tagged");
        }
        // A release's tag is not asked for: twenty, twenty, and the last ten.
        for (commits, requests) in [(20, 10 + 20), (20, 2 + 1 + 20), (10, 2 + 1 + 10), (0, 2)] {
            let run = collect_by_api_trigger(&fixture).await;
            assert_eq!(github.requests_to(Endpoint::Commit), commits);
            assert_eq!(run.requests, requests);
        }
        let markers = fixture.page(NAME).await.report.markers();
        let marker = |on: &str, label: &str, kind| Marker {
            day: day(on),
            label: label.to_owned(),
            kind,
        };
        // The days of the page are those of fourteen days and today.
        assert_eq!(markers.len(), 15, "{markers:?}");
        assert_eq!(markers[0], marker("2026-11-06", "t14", MarkerKind::Tag));
        assert!(markers.contains(&marker("2026-11-13", "v1.0", MarkerKind::Release)));
        assert!(markers.contains(&marker("2026-11-13", "t07", MarkerKind::Tag)));
    }

    async fn a_tag_that_moves_moves_its_mark_and_one_that_goes_keeps_it(database) {
        let (fixture, _) = lab_with_release(database).await;
        let github = fixture.github.control();
        let latest = |hours: i64| GitTag {
            sha: format!("{hours:040x}"),
            ..GitTag::new("latest", fixture.clock.now() - TimeDelta::hours(hours))
        };
        github.set_tag(NAME, latest(240)).expect("tagged");
        fixture.collect_well().await;
        let mark = async || {
            let markers = fixture.page(NAME).await.report.markers();
            markers.into_iter().find(|it| it.label == "latest").map(|it| it.day.to_string())
        };
        assert_eq!(mark().await.as_deref(), Some("2026-11-10"));
        github.set_tag(NAME, latest(48)).expect("moved");
        collect_next_day(&fixture).await;
        assert_eq!(mark().await.as_deref(), Some("2026-11-18"));
        github.delete_tag(NAME, "latest").expect("deleted");
        collect_next_day(&fixture).await;
        assert_eq!(mark().await.as_deref(), Some("2026-11-18"));
    }

    async fn the_history_of_stars_is_read_once_and_then_its_newest_weeks(database) {
        let (fixture, anvil) = lab_of_stars(database).await;
        let github = fixture.github.control();
        let first = collect_by_api_trigger(&fixture).await;
        // A hundred weeks are four pages.
        assert_eq!((github.requests_to(Endpoint::StarHistory), first.requests), (4, 13));
        let report = stars(&fixture, anvil).await;
        assert!(report.whole);
        assert_eq!(report.stars, Some(101));
        let totals: Vec<_> = report.days.iter().filter_map(|day| day.total).collect();
        // Today's are still being given.
        assert_eq!((totals[0], totals.last()), (1, Some(&100)));
        assert_eq!(report.days[0].day, day("2024-12-26"));
        assert_eq!(report.recent.map(|gained| gained.stars), Some(5));

        for days in 1..=7 {
            github.set_stars(NAME, 101 + days).expect("starred");
            collect_next_day(&fixture).await;
            let requests = github.requests_to(Endpoint::StarHistory);
            assert_eq!(requests, u64::from(days == 7), "after {days} days");
        }
        let report = stars(&fixture, anvil).await;
        assert_eq!(report.history.map(|days| days.to), Some(day("2026-11-26")));
        assert_eq!(report.days.iter().filter_map(|day| day.given).sum::<u64>(), 108);
        assert_eq!(report.stars, Some(108));
    }

    async fn an_interrupted_history_continues_where_it_stopped(database) {
        let (fixture, anvil) = lab_of_stars(database).await;
        let github = fixture.github.control();
        // 500,000 is the half: seven for the traffic, and three for what is beside it.
        github.leave_budget("octocat", 500_000 + 7 + 2).expect("a user");
        collect_by_api_trigger(&fixture).await;
        let read = github.requests_to(Endpoint::StarHistory);
        assert!((1..4).contains(&read), "{read}");
        assert!(!stars(&fixture, anvil).await.whole);
        fixture.clock.advance(TimeDelta::hours(1));
        collect_by_api_trigger(&fixture).await;
        // The first page again, which costs nothing, and those that were not read.
        assert_eq!(github.requests_to(Endpoint::StarHistory), 1 + 4 - read);
        let report = stars(&fixture, anvil).await;
        assert!(report.whole);
        assert_eq!(report.days.iter().filter_map(|day| day.given).sum::<u64>(), 100);
    }
}
