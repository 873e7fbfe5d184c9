//! What changed since yesterday, on both databases. It is 23 November, a Monday.

use domain::report::{Coincidence, DailyFact, Popularity, RankingRow, SinceYesterday};
use domain::{FailureKind, FixTarget, RepositoryScope};

use super::*;
use crate::github::ListedRelease;
use crate::reports::tests::scope::repository_viewer;
use crate::store::{CollectionOutcome, Failed, NewRanking, RankingKind, ReleaseReading};

const YEAR: [(&str, &str); 1] = [("2026-01-01", "2026-11-21")];

async fn news(fixture: &Fixture, viewer: &Viewer) -> SinceYesterday {
    let query = OverviewQuery::default();
    let page = (fixture.engine).overview_page(viewer, fixture.tenant, query);
    page.await.expect("an overview").overview.since_yesterday
}

impl Fixture {
    async fn views_on(&self, id: RepositoryId, on: &str, views: u32) {
        let days = [(day(on), Counts::new(views, 1))];
        let merged = (self.engine.0.store).merge_days(self.tenant, id, Measure::Views, &days);
        merged.await.expect("merged");
    }

    async fn stars_on(&self, id: RepositoryId, on: &str, stars: u32) {
        let popularity = Popularity {
            stars: Some(stars),
            ..Popularity::default()
        };
        let saved = (self.engine.0.store).save_popularity(self.tenant, id, day(on), popularity);
        saved.await.expect("saved");
    }

    async fn referrers_until(&self, id: RepositoryId, on: &str, sites: &[&str]) {
        let rows: Vec<RankingRow> = sites
            .iter()
            .map(|site| RankingRow {
                label: (*site).to_owned(),
                title: None,
                counts: Counts::new(9, 3),
            })
            .collect();
        let ranking = NewRanking {
            kind: RankingKind::Referrers,
            window: DayRange::ending(day(on), 14),
            captured_at: day(on).plus(1).begins_at(),
            rows: &rows,
            raw: None,
        };
        let saved = (self.engine.0.store).save_ranking(self.tenant, id, &ranking);
        saved.await.expect("saved");
    }

    async fn released(&self, id: RepositoryId, tag: &str, on: &str) {
        let listed = [ListedRelease {
            github_id: 1,
            tag: tag.to_owned(),
            name: None,
            prerelease: false,
            published_at: day(on).begins_at(),
            assets: Vec::new(),
        }];
        let reading = ReleaseReading {
            day: day("2026-11-22"),
            listed: &listed,
            whole: true,
            unread: false,
        };
        let (store, now) = (&self.engine.0.store, self.engine.0.clock.now());
        let saved = store.save_releases(self.tenant, id, &[reading], now).await;
        saved.expect("saved");
    }
}

#[tokio::test]
async fn a_usual_day_has_nothing_to_tell() {
    for fixture in fixtures().await {
        fixture.repository("acme/anvil", 100, &YEAR).await;
        fixture.repository("acme/bolt", 3, &YEAR).await;
        let news = news(&fixture, &OPERATOR).await;
        assert_eq!(news.facts, []);
        let alone = fixture.engine.since_yesterday(&OPERATOR, fixture.tenant);
        assert_eq!(alone.await.expect("read"), news);
        let newest = news.newest.expect("a day");
        assert_eq!((newest.day, newest.views), (day("2026-11-21"), 103));
        assert_eq!(newest.change, Some(0));
        assert!(newest.usual.is_some_and(|usual| usual.contains(103)));
        assert_eq!((news.repositories, news.begins), (2, None));
    }
}

#[tokio::test]
async fn a_day_far_outside_the_usual_range_is_told_with_what_coincides() {
    for fixture in fixtures().await {
        let anvil = fixture.repository("acme/anvil", 100, &YEAR).await;
        // Three times as many, and a handful.
        let bolt = fixture.repository("acme/bolt", 3, &YEAR).await;
        fixture.views_on(anvil, "2026-11-21", 318).await;
        fixture.views_on(bolt, "2026-11-21", 20).await;
        fixture.released(anvil, "v2", "2026-11-21").await;
        fixture.stars_on(anvil, "2026-11-22", 50).await;
        fixture.stars_on(anvil, "2026-11-23", 59).await;
        for on in ["2026-10-20", "2026-11-20"] {
            fixture.referrers_until(anvil, on, &["github.com"]).await;
        }
        let sites = ["github.com", "news.ycombinator.com"];
        fixture.referrers_until(anvil, "2026-11-21", &sites).await;

        let seen_news = news(&fixture, &OPERATOR).await;
        let [
            DailyFact::Unusual {
                repository,
                measure,
                day: on,
                observed,
                coincides,
            },
        ] = &seen_news.facts[..]
        else {
            panic!("one fact, of the busy repository: {:?}", seen_news.facts);
        };
        assert_eq!(repository.to_string(), "acme/anvil");
        assert_eq!((*measure, *on), (Measure::Views, day("2026-11-21")));
        assert_eq!(observed.count, 318);
        assert_eq!(observed.usual.map(|usual| usual.median), Some(100));
        let expected = [
            Coincidence::Release("v2".to_owned()),
            Coincidence::Stars(9),
            Coincidence::NewReferrer("news.ycombinator.com".to_owned()),
        ];
        assert_eq!(coincides[..], expected);
        assert_eq!(seen_news.newest.and_then(|newest| newest.change), Some(235));

        // Others know nothing of it.
        let viewer = repository_viewer(fixture.tenant, vec![bolt]);
        let hidden = news(&fixture, &viewer).await;
        assert_eq!(hidden.facts, []);
        assert_eq!(hidden.newest.map(|newest| newest.views), Some(20));
        let scope = RepositoryScope::Only(vec![bolt]);
        let store = &fixture.engine.0.store;
        let seen = store.observed_on(fixture.tenant, &scope, day("2026-11-21"));
        assert_eq!(seen.await.expect("read").len(), 1);
    }
}

#[tokio::test]
async fn releases_and_star_jumps_of_usual_repositories_are_told_too() {
    for fixture in fixtures().await {
        let anvil = fixture.repository("acme/anvil", 100, &YEAR).await;
        let bolt = fixture.repository("acme/bolt", 100, &YEAR).await;
        fixture.released(anvil, "v2", "2026-11-22").await;
        fixture.stars_on(bolt, "2026-10-25", 100).await;
        fixture.stars_on(bolt, "2026-11-22", 128).await;
        fixture.stars_on(bolt, "2026-11-23", 140).await;
        let seen_news = news(&fixture, &OPERATOR).await;
        let expected = [
            DailyFact::Released {
                repository: "acme/anvil".parse().expect("a name"),
                tag: "v2".to_owned(),
                day: day("2026-11-22"),
                downloads: None,
                stars: 0,
            },
            DailyFact::StarJump {
                repository: "acme/bolt".parse().expect("a name"),
                gained: 12,
                before: 28,
            },
        ];
        assert_eq!(seen_news.facts, expected);
    }
}

#[tokio::test]
async fn what_needs_action_comes_first_for_those_who_can_act() {
    for fixture in fixtures().await {
        let anvil = fixture.repository("acme/anvil", 100, &YEAR).await;
        fixture.views_on(anvil, "2026-11-21", 400).await;
        let bolt = fixture.repository("acme/bolt", 100, &YEAR).await;
        let failed = Failed {
            endpoint: domain::Endpoint::Views,
            kind: FailureKind::TokenRefused,
            reason: "GitHub refused the token.".to_owned(),
        };
        let outcome = CollectionOutcome {
            failure: Some(&failed),
            pause_reason: None,
            reachable: None,
        };
        let mut transaction = fixture.engine.0.store.begin().await.expect("begun");
        let now = fixture.engine.0.clock.now();
        let saved = transaction.save_outcome(fixture.tenant, bolt, &outcome, now);
        saved.await.expect("saved");
        transaction.commit().await.expect("committed");
        let seen_news = news(&fixture, &OPERATOR).await;
        let failing = |place| DailyFact::Failing {
            kind: FailureKind::TokenRefused,
            repositories: 1,
            first: "acme/bolt".parse().expect("a name"),
            lost_on: None,
            place,
        };
        assert_eq!(seen_news.facts[0], failing(Some(FixTarget::Connections)));
        assert!(matches!(seen_news.facts[1], DailyFact::Unusual { .. }));
        let viewer = repository_viewer(fixture.tenant, vec![bolt]);
        assert_eq!(news(&fixture, &viewer).await.facts, [failing(None)]);
    }
}

#[tokio::test]
async fn before_a_week_is_known_nothing_is_compared() {
    for fixture in fixtures().await {
        let days = [("2026-11-16", "2026-11-21")];
        fixture.repository("acme/anvil", 100, &days).await;
        let seen_news = news(&fixture, &OPERATOR).await;
        assert_eq!(seen_news.begins, Some(day("2026-11-16")));
        assert_eq!(seen_news.newest.and_then(|newest| newest.change), None);
        assert_eq!(seen_news.facts, []);
    }
}
