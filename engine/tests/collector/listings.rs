//! The repositories that a token lists, and tracking many of them at once.

use chrono::TimeDelta;
use domain::report::{AvailableReport, History, TrackedMany};
use domain::{Limit, Limits, ProblemKind, RepositoryName, Role as Part};
use engine::{Credential, NewConnection, RepositorySelection};
use simulator::{Endpoint, Repository, Role, Token};

use crate::fixture::{Fixture, OPERATOR, TOKEN, member, problem, repository};

const MANY: u32 = 1_234;

fn names(names: &[&str]) -> Vec<RepositoryName> {
    names
        .iter()
        .map(|name| name.parse().expect("a name"))
        .collect()
}

async fn available(fixture: &Fixture, search: &str) -> AvailableReport {
    let id = fixture.connection().await.id;
    let report = fixture
        .engine
        .available_repositories(&OPERATOR, fixture.tenant, id, search)
        .await;
    report.expect("a report")
}

async fn track(fixture: &Fixture, selection: RepositorySelection) -> TrackedMany {
    let id = fixture.connection().await.id;
    let tracked = fixture
        .engine
        .track_many(&OPERATOR, fixture.tenant, id, selection)
        .await;
    tracked.expect("tracked")
}

on_both! {
    async fn all_pages_are_read_once_within_a_few_minutes(database) {
        let fixture = Fixture::new(database, |github| github.synthetic_repositories(MANY.into(), "acme", 1, "octocat")).await;
        fixture.github.control().forget_requests();
        let pages = || fixture.github.control().requests_to(Endpoint::UserRepositories);
        let report = available(&fixture, "").await;
        assert_eq!((report.total, report.matching, report.trackable), (MANY, MANY, MANY));
        assert_eq!((report.repositories.len(), pages()), (300, 13));
        assert_eq!(report.repositories[0].full_name, names(&["acme/repository-0001"])[0]);
        assert!(fixture.github.control().most_at_once() > 1, "pages are asked for at the same time");

        let found = available(&fixture, " ORY-12 ").await;
        assert_eq!((found.total, found.matching, pages()), (MANY, 35, 13));
        fixture.clock.advance(TimeDelta::minutes(6));
        available(&fixture, "").await;
        assert_eq!(pages(), 26);
    }

    async fn thousands_are_tracked_without_a_request_for_each(database) {
        let fixture = Fixture::new(database, |github| github.synthetic_repositories(MANY.into(), "acme", 1, "octocat")).await;
        fixture.github.control().forget_requests();
        let tracked = track(&fixture, RepositorySelection::All).await;
        assert_eq!((tracked.tracked, tracked.refused.as_slice()), (MANY, &[][..]));
        assert_eq!(fixture.github.control().requests(), 13);
        let report = available(&fixture, "").await;
        assert_eq!((report.total, report.trackable), (MANY, 0));
        assert!(report.repositories.iter().all(|listed| listed.tracked));
        assert_eq!(fixture.connection().await.repositories, MANY);
        assert_eq!(track(&fixture, RepositorySelection::All).await.tracked, 0);
    }

    async fn a_tenant_has_no_more_repositories_than_its_limit_and_none_is_tracked_beyond(database) {
        let fixture = Fixture::new(database, |github| github.synthetic_repositories(20, "acme", 1, "octocat")).await;
        let limit = async |value| {
            let limits = Limits::default().with(Limit::Repositories, Some(value)).expect("a limit");
            let set = fixture.engine.set_tenant_limits(&OPERATOR, fixture.tenant, &limits).await;
            set.expect("set");
        };
        limit(10).await;
        let id = fixture.connection().await.id;
        let all = fixture.engine.track_many(&OPERATOR, fixture.tenant, id, RepositorySelection::All).await;
        assert_eq!(problem(all), Limit::Repositories.exceeded(10));
        assert_eq!(fixture.connection().await.repositories, 0, "all or none");

        let some: Vec<_> = (1..=9).map(|n| format!("acme/repository-{n:04}").parse().expect("a name")).collect();
        assert_eq!(track(&fixture, RepositorySelection::These(some)).await.tracked, 9);
        // One place, and two who want it.
        let (tenth, eleventh) = (names(&["acme/repository-0010"]), names(&["acme/repository-0011"]));
        let (one, other) = tokio::join!(
            fixture.engine.track(&OPERATOR, fixture.tenant, &tenth[0]),
            fixture.engine.track(&OPERATOR, fixture.tenant, &eleventh[0]),
        );
        let (done, refused): (Vec<_>, Vec<_>) = [one, other].into_iter().partition(Result::is_ok);
        assert_eq!(done.len(), 1);
        for refused in refused {
            assert_eq!(problem(refused), Limit::Repositories.exceeded(10));
        }
        assert_eq!(fixture.connection().await.repositories, 10);

        // What is kept is tracked again, whatever the limit is now.
        let kept = done.into_iter().next().expect("one").expect("tracked");
        let untracked = fixture.engine.untrack(&OPERATOR, fixture.tenant, kept.id, History::Keep).await;
        untracked.expect("kept");
        limit(5).await;
        fixture.engine.track(&OPERATOR, fixture.tenant, &kept.full_name).await.expect("tracked again");
    }

    async fn a_tenant_has_no_more_connections_than_its_limit(database) {
        let fixture = Fixture::new(database, |github| github).await;
        let limits = Limits::default().with(Limit::Connections, Some(1)).expect("a limit");
        let set = fixture.engine.set_tenant_limits(&OPERATOR, fixture.tenant, &limits).await;
        set.expect("set");
        let second = || NewConnection {
            name: "second".into(),
            api_url: None,
            credential: Credential::Token(TOKEN.into()),
        };
        let refused = fixture.engine.connect(&OPERATOR, fixture.tenant, second()).await;
        assert_eq!(problem(refused), Limit::Connections.exceeded(1));
        // A removed one leaves room.
        let first = fixture.connection().await.id;
        let removed = fixture.engine.disconnect(&OPERATOR, fixture.tenant, first, None).await;
        removed.expect("removed");
        fixture.engine.connect(&OPERATOR, fixture.tenant, second()).await.expect("there is room");
    }

    async fn what_cannot_be_tracked_says_why(database) {
        let fixture = Fixture::new(database, |github| {
            github
                .repository(repository(1, "acme/anvil"))
                .repository(repository(2, "acme/bolt"))
                .repository(repository(3, "acme/cog"))
                .repository(Repository::new(4, "acme/dial").access("octocat", Role::Triage))
        })
        .await;
        let anvil = fixture.track("acme/anvil").await;
        let bolt = fixture.track("acme/bolt").await;
        fixture.collect_well().await;
        let kept = fixture.engine.untrack(&OPERATOR, fixture.tenant, bolt, History::Keep).await;
        kept.expect("kept");

        let report = available(&fixture, "").await;
        let rows: Vec<_> = report
            .repositories
            .iter()
            .map(|row| (row.full_name.name(), row.readable, row.tracked))
            .collect();
        assert_eq!(
            rows,
            [("anvil", true, true), ("bolt", true, false), ("cog", true, false), ("dial", false, false)]
        );
        assert_eq!(report.trackable, 2);

        let chosen = names(&["acme/anvil", "ACME/Bolt", "acme/cog", "acme/dial", "acme/none"]);
        let outcome = track(&fixture, RepositorySelection::These(chosen)).await;
        assert_eq!(outcome.tracked, 2);
        let mut reasons: Vec<_> = outcome
            .refused
            .iter()
            .map(|(name, reason)| (name.name(), reason.as_str()))
            .collect();
        reasons.sort_unstable();
        for ((name, reason), (expected, words)) in reasons.iter().zip([
            ("anvil", "already tracked"),
            ("dial", "push access"),
            ("none", "does not list"),
        ]) {
            assert!(*name == expected && reason.contains(words), "{name}: {reason}");
        }
        assert_eq!(reasons.len(), 3);
        // The kept one is the same again, with its history.
        assert_eq!(fixture.days(bolt).await.len(), 14);
        let run = fixture.collect_well().await;
        assert_eq!(run.repositories_total, 3);
        assert_eq!(fixture.days(anvil).await.len(), 14);
    }

    async fn a_token_for_public_repositories_reads_no_private_ones(database) {
        let fixture = Fixture::new(database, |github| {
            github
                .token(Token::classic("ghp_public", "octocat", ["public_repo"]))
                .repository(repository(1, "acme/anvil"))
                .repository(repository(2, "acme/bolt").private())
        })
        .await;
        let input = NewConnection {
            name: "Public".into(),
            api_url: None,
            credential: Credential::Token("ghp_public".into()),
        };
        let id = fixture.engine.connect(&OPERATOR, fixture.tenant, input).await.expect("connected").id;
        let report = fixture.engine.available_repositories(&OPERATOR, fixture.tenant, id, "").await;
        let report = report.expect("a report");
        assert!(report.repositories.iter().all(|row| row.readable != row.private), "{report:?}");
        let tracked = fixture.engine.track_many(&OPERATOR, fixture.tenant, id, RepositorySelection::All).await;
        assert_eq!(tracked.expect("tracked").tracked, 1);
        fixture.collect_well().await;
    }

    async fn a_permission_that_was_granted_since_is_noticed(database) {
        let fixture = Fixture::new(database, |github| {
            github
                .token(Token::fine_grained("github_pat", "octocat"))
                .repository(repository(1, "acme/anvil"))
        })
        .await;
        let input = NewConnection {
            name: "Fine".into(),
            api_url: None,
            credential: Credential::Token("github_pat".into()),
        };
        let id = fixture.engine.connect(&OPERATOR, fixture.tenant, input).await.expect("connected").id;
        let track = async || {
            let these = RepositorySelection::These(names(&["acme/anvil"]));
            fixture.engine.track_many(&OPERATOR, fixture.tenant, id, these).await.expect("an answer")
        };
        let refused = track().await;
        assert_eq!(refused.tracked, 0);
        assert!(refused.refused[0].1.contains("“Administration: read”"), "{refused:?}");
        fixture.github.control().add_token(Token::fine_grained("github_pat", "octocat").administration());
        assert_eq!(track().await.tracked, 1);
    }

    async fn only_who_manages_repositories_sees_what_a_token_lists(database) {
        let fixture = Fixture::new(database, |github| github.repository(repository(1, "acme/anvil"))).await;
        let id = fixture.connection().await.id;
        let viewer = member(fixture.tenant, Part::Viewer);
        let seen = fixture.engine.available_repositories(&viewer, fixture.tenant, id, "").await;
        assert_eq!(problem(seen).kind, ProblemKind::Forbidden);
        let tracked = fixture.engine.track_many(&viewer, fixture.tenant, id, RepositorySelection::All).await;
        assert_eq!(problem(tracked).kind, ProblemKind::Forbidden);
        fixture.github.control().revoke_token(TOKEN);
        let owner = member(fixture.tenant, Part::Owner);
        let refused = fixture.engine.available_repositories(&owner, fixture.tenant, id, "").await;
        assert!(problem(refused).message.contains("refused the token"));
    }
}
