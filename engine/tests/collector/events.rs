//! What happens to a repository on GitHub is noticed, told with its day, and breaks nothing.

use chrono::TimeDelta;
use domain::report::RepositoryPage;
use domain::{EventKind, Period, ProblemKind, Visibility};
use engine::Clock;

use crate::fixture::{Fixture, OPERATOR, problem, repository, true_days};

/// The events on the page of the repository, each with the former name, newest first.
fn events(page: &RepositoryPage) -> Vec<(EventKind, Option<&str>)> {
    let events = page.events.iter();
    events
        .map(|event| (event.kind, event.former_name.as_deref()))
        .collect()
}

/// The kinds of the events, newest first.
fn kinds(page: &RepositoryPage) -> Vec<EventKind> {
    page.events.iter().map(|event| event.kind).collect()
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
            assert_eq!(page.report.repository.id, anvil, "{name}");
            assert_eq!(page.report.repository.full_name.to_string(), "roadrunner/hammer");
            assert_eq!(
                events(&page),
                [
                    (EventKind::Transferred, Some("acme/hammer")),
                    (EventKind::Renamed, Some("acme/anvil")),
                ]
            );
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
        assert_eq!(fixture.page("acme/anvil").await.report.repository.id, other);
        assert_eq!(fixture.page("acme/hammer").await.report.repository.id, anvil);
        // A name that no repository ever had finds none.
        let never = "acme/saw".parse().expect("a name");
        let missing = fixture.engine
            .repository_page(&OPERATOR, fixture.tenant, &never, Period::Days14.into())
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
        assert_eq!(page.events, []);
        let found = fixture.repository(anvil).await;
        assert_eq!((found.visibility, found.archived_on_github), (Some(Visibility::Public), Some(false)));

        github.archive_repository("acme/anvil", true).expect("archived");
        the_next_day(&fixture).await;
        github.make_private("acme/anvil", true).expect("private");
        the_next_day(&fixture).await;
        let page = fixture.page("acme/anvil").await;
        let seen = |page: &RepositoryPage| {
            let repository = &page.report.repository;
            (repository.archived_on_github, repository.visibility)
        };
        assert_eq!(seen(&page), (Some(true), Some(Visibility::Private)));
        assert_eq!(kinds(&page), [EventKind::MadePrivate, EventKind::Archived]);

        github.archive_repository("acme/anvil", false).expect("taken out");
        github.make_private("acme/anvil", false).expect("public");
        the_next_day(&fixture).await;
        // Nothing new is nothing that happens.
        the_next_day(&fixture).await;
        let page = fixture.page("acme/anvil").await;
        assert_eq!(seen(&page), (Some(false), Some(Visibility::Public)));
        assert_eq!(
            kinds(&page),
            [EventKind::MadePublic, EventKind::Unarchived, EventKind::MadePrivate, EventKind::Archived]
        );
        assert_eq!(fixture.days(anvil).await, true_days("2026-11-06", "2026-11-23"));
    }

    async fn disappearing_and_reappearing_are_one_event_each(database) {
        let (fixture, anvil) = Fixture::with_anvil(database).await;
        fixture.collect_well().await;
        fixture.clock.advance(TimeDelta::days(1));
        let gone_at = fixture.clock.now();
        fixture.github.control().hide_repository("acme/anvil", true).expect("hidden");
        fixture.collect().await;
        fixture.clock.advance(TimeDelta::days(1));
        fixture.collect().await;
        let events = async || {
            let events = fixture.page("acme/anvil").await.events;
            events.into_iter().map(|event| (event.at, event.kind)).collect::<Vec<_>>()
        };
        let gone = (gone_at, EventKind::Gone);
        assert_eq!(events().await, [gone]);
        assert_eq!(fixture.repository(anvil).await.failing_since, Some(gone_at));

        fixture.github.control().hide_repository("acme/anvil", false).expect("shown");
        the_next_day(&fixture).await;
        let back = (fixture.clock.now(), EventKind::BackAgain);
        assert_eq!(events().await, [back, gone]);
    }
}
