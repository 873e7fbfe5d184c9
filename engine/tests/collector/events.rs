//! What happens to a repository on GitHub is noticed, told with its day, and breaks nothing.

use chrono::TimeDelta;
use domain::report::{RepositoryEventSummary, RepositoryReport};
use domain::{Interval, Period, ProblemKind, Visibility};
use engine::Clock;

use crate::fixture::{Fixture, OPERATOR, problem, repository, true_days};

/// What the page of the repository tells of what happened, and when.
fn event_texts(page: &RepositoryReport) -> Vec<&str> {
    page.events.iter().map(|it| it.text.as_str()).collect()
}

/// A day later.
async fn the_next_day(fixture: &Fixture) {
    fixture.clock.advance(TimeDelta::days(1));
    fixture.collect_well().await;
}

on_both! {
    async fn a_former_name_leads_to_the_repository_unless_another_one_has_it(database) {
        let (fixture, anvil) = Fixture::with_anvil(database).await;
        fixture.collect_well().await;
        let github = fixture.github.control();
        github.rename_repository("acme/anvil", "acme/hammer").expect("renamed");
        the_next_day(&fixture).await;
        github.rename_repository("acme/hammer", "roadrunner/hammer").expect("transferred");
        the_next_day(&fixture).await;
        for name in ["ACME/anvil", "acme/hammer", "roadrunner/hammer"] {
            let page = fixture.page(name).await;
            assert_eq!(page.repository.id, anvil, "{name}");
            assert_eq!(page.repository.full_name.to_string(), "roadrunner/hammer");
            assert_eq!(event_texts(&page), ["Transferred from acme/hammer", "Renamed from acme/anvil"]);
            assert_eq!(page.events[0].at, fixture.clock.now());
            let name = name.parse().expect("a name");
            let found = fixture.engine.find_repository(&OPERATOR, fixture.tenant, &name).await;
            assert_eq!(found.expect("found").id, anvil);
        }
        assert_eq!(fixture.days(anvil).await, true_days("2026-11-06", "2026-11-21"));

        // Whatever has the name now goes first, and can be tracked.
        github.add_repository(repository(2, "acme/anvil"));
        let other = fixture.track("acme/anvil").await;
        assert_ne!(other, anvil);
        assert_eq!(fixture.page("acme/anvil").await.repository.id, other);
        assert_eq!(fixture.page("acme/hammer").await.repository.id, anvil);
        // A name that no repository ever had finds none.
        let never = "acme/saw".parse().expect("a name");
        let missing = fixture.engine
            .repository_report(&OPERATOR, fixture.tenant, &never, Period::Days14, Interval::Day)
            .await;
        assert_eq!(problem(missing).kind, ProblemKind::NotFound);
    }

    async fn a_former_name_is_found_only_by_who_may_see_the_repository(database) {
        let (fixture, anvil) = Fixture::with_anvil(database).await;
        let bellows = {
            fixture.github.control().add_repository(repository(2, "acme/bellows"));
            fixture.track("acme/bellows").await
        };
        fixture.collect_well().await;
        fixture.github.control().rename_repository("acme/anvil", "acme/hammer").expect("renamed");
        the_next_day(&fixture).await;
        let mut viewer = crate::fixture::member(fixture.tenant, domain::Role::RepositoryViewer);
        for (granted, sees) in [(bellows, false), (anvil, true)] {
            if let domain::Viewer::Person(person) = &mut viewer {
                person.memberships[0].granted = vec![granted];
            }
            let name = "acme/anvil".parse().expect("a name");
            let found = fixture.engine.find_repository(&viewer, fixture.tenant, &name).await;
            assert_eq!(found.is_ok(), sees);
        }
    }

    async fn archiving_and_hiding_are_noticed_with_their_day(database) {
        let (fixture, anvil) = Fixture::with_anvil(database).await;
        fixture.collect_well().await;
        let github = fixture.github.control();
        let page = fixture.page("acme/anvil").await;
        // What it was like at first is nothing that happened.
        assert_eq!((page.events, page.labels), (vec![], vec![]));
        let found = fixture.repository(anvil).await;
        assert_eq!((found.visibility, found.archived_on_github), (Some(Visibility::Public), Some(false)));

        github.archive_repository("acme/anvil", true).expect("archived");
        the_next_day(&fixture).await;
        github.make_private("acme/anvil", true).expect("private");
        the_next_day(&fixture).await;
        let page = fixture.page("acme/anvil").await;
        assert_eq!(page.labels, ["archived on GitHub", "private"]);
        assert_eq!(event_texts(&page), ["Made private", "Archived on GitHub"]);

        github.archive_repository("acme/anvil", false).expect("taken out");
        github.make_private("acme/anvil", false).expect("public");
        the_next_day(&fixture).await;
        // Nothing new is nothing that happens.
        the_next_day(&fixture).await;
        let page = fixture.page("acme/anvil").await;
        assert_eq!(page.labels, Vec::<String>::new());
        assert_eq!(
            event_texts(&page),
            ["Made public", "Unarchived on GitHub", "Made private", "Archived on GitHub"]
        );
        assert_eq!(fixture.days(anvil).await, true_days("2026-11-06", "2026-11-23"));
    }

    async fn what_goes_and_comes_back_is_told_once_each(database) {
        let (fixture, anvil) = Fixture::with_anvil(database).await;
        fixture.collect_well().await;
        fixture.clock.advance(TimeDelta::days(1));
        let gone_at = fixture.clock.now();
        fixture.github.control().hide_repository("acme/anvil", true).expect("hidden");
        fixture.collect().await;
        fixture.clock.advance(TimeDelta::days(1));
        fixture.collect().await;
        let gone = RepositoryEventSummary {
            at: gone_at,
            text: "No longer visible on GitHub".into(),
        };
        let page = fixture.page("acme/anvil").await;
        assert_eq!(page.events.as_slice(), std::slice::from_ref(&gone));
        assert_eq!(fixture.repository(anvil).await.failing_since, Some(gone_at));

        fixture.github.control().hide_repository("acme/anvil", false).expect("shown");
        the_next_day(&fixture).await;
        let back = RepositoryEventSummary {
            at: fixture.clock.now(),
            text: "Visible on GitHub again".into(),
        };
        assert_eq!(fixture.page("acme/anvil").await.events, [back, gone]);
    }
}
