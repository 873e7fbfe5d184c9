//! Connections: what their check finds, how they change, and how they go.

use chrono::TimeDelta;
use domain::report::{AuditQuery, Connection, ConnectionProblem, ConnectionWarning, History};
use domain::{ConnectionId, Day, ProblemKind, RepositoryStatus, Role as Part, RunStatus};
use engine::{Clock, Credential, NewConnection};
use simulator::{Repository, Role, Token, User};

use crate::fixture::{Fixture, OPERATOR, TOKEN, member, problem, repository};

const MISSING: &str = "Administration: read";

fn token(secret: &str) -> Credential {
    Credential::Token(secret.into())
}

async fn connect(fixture: &Fixture, name: &str, secret: &str) -> Connection {
    let input = NewConnection {
        name: name.into(),
        api_url: None,
        credential: token(secret),
    };
    let connected = fixture
        .engine
        .connect(&OPERATOR, fixture.tenant, input)
        .await;
    connected.expect("connected")
}

async fn check(fixture: &Fixture, id: ConnectionId) -> Connection {
    let checked = fixture
        .engine
        .check_connection(&OPERATOR, fixture.tenant, id)
        .await;
    checked.expect("checked")
}

/// The newest line of the system log: what was done, and to what.
async fn last_line(fixture: &Fixture) -> (String, String) {
    let page = fixture
        .engine
        .system_log(&OPERATOR, &AuditQuery::default())
        .await;
    let newest = page.expect("a page").entries.swap_remove(0);
    (newest.action.as_str().to_owned(), newest.subject)
}

on_both! {
    async fn a_connection_says_which_permission_it_lacks(database) {
        let fixture = Fixture::new(database, |github| {
            github
                .repository(repository(1, "acme/anvil"))
                .token(Token::classic("ghp_public", "octocat", ["public_repo"]))
                .token(Token::classic("ghp_none", "octocat", ["read:org"]))
                .token(Token::fine_grained("github_pat_full", "octocat").administration())
                .token(Token::fine_grained("github_pat_less", "octocat"))
                .token(Token::fine_grained("github_pat_mona", "mona"))
                .user(User::new(2, "mona"))
        })
        .await;
        for (secret, scopes, missing, untried) in [
            (TOKEN, Some("repo"), None, false),
            ("ghp_public", Some("public_repo"), None, false),
            ("ghp_none", Some("read:org"), Some("repo"), false),
            ("github_pat_full", None, None, false),
            ("github_pat_less", None, Some(MISSING), false),
            // Mona is given no repository that could be tried, and that is all that is known.
            ("github_pat_mona", None, None, true),
        ] {
            let connection = connect(&fixture, secret, secret).await;
            assert_eq!(connection.scopes.as_deref(), scopes, "{secret}");
            assert_eq!(connection.missing_permission.as_deref(), missing, "{secret}");
            assert_eq!(connection.untried, untried, "{secret}");
            assert_eq!(connection.checked_at, Some(fixture.clock.now()));
            let budget = connection.budget.expect("a budget");
            assert!(budget.remaining < budget.total && budget.resets_at > fixture.clock.now());
            let login = if untried { "mona" } else { "octocat" };
            assert_eq!(connection.login, login);
        }
    }

    async fn a_check_learns_what_became_of_the_token(database) {
        let fixture = Fixture::new(database, |github| {
            github
                .repository(repository(1, "acme/anvil"))
                .token(Token::fine_grained("github_pat", "octocat"))
        })
        .await;
        let id = connect(&fixture, "Fine", "github_pat").await.id;
        let github = fixture.github.control();
        let expiry = fixture.clock.now() + TimeDelta::days(30);
        github.add_token(Token::fine_grained("github_pat", "octocat").administration().expires(expiry));
        let checked = check(&fixture, id).await;
        assert_eq!((checked.missing_permission, checked.token_expires_at), (None, Some(expiry)));

        github.revoke_token("github_pat");
        fixture.clock.advance(TimeDelta::minutes(1));
        let checked = check(&fixture, id).await;
        assert!(checked.refusal.is_some_and(|reason| reason.contains("refused the token")));
        assert_eq!(checked.checked_at, Some(fixture.clock.now()));

        github.add_token(Token::fine_grained("github_pat", "octocat").administration());
        assert_eq!(check(&fixture, id).await.refusal, None);
    }

    async fn a_refused_token_is_shown_until_another_one_works(database) {
        let (fixture, anvil) = Fixture::with_anvil(database).await;
        fixture.collect_well().await;
        let spent = fixture.connection().await.budget.expect("a budget");
        assert!(spent.total - spent.remaining >= 7, "{spent:?}");

        let github = fixture.github.control();
        github.revoke_token(TOKEN);
        assert_eq!(fixture.collect().await.status, RunStatus::Failed);
        let refused = fixture.connection().await;
        assert!(refused.refusal.is_some_and(|reason| reason.contains("refused the token")));
        let warnings = fixture.engine.warnings(&OPERATOR, fixture.tenant).await.expect("warnings");
        assert_eq!((warnings.len(), warnings[0].connection.as_str()), (1, "GitHub"));
        let ConnectionProblem::Refused(refusal) = &warnings[0].problem else {
            panic!("{warnings:?}");
        };
        assert!(refusal.contains("refused the token"), "{refusal}");

        github.add_user(User::new(2, "mona"));
        github.set_access("acme/anvil", "mona", Role::Write).expect("given");
        github.add_token(Token::classic("ghp_mona", "mona", ["repo"]));
        let replaced = fixture
            .engine
            .replace_credential(&OPERATOR, fixture.tenant, refused.id, token("ghp_mona"))
            .await
            .expect("replaced");
        assert_eq!((replaced.login.as_str(), replaced.refusal), ("mona", None));
        let (action, subject) = last_line(&fixture).await;
        assert_eq!((action.as_str(), subject.as_str()), ("credential_replaced", "GitHub, as mona (was octocat)"));
        assert!(fixture.engine.warnings(&OPERATOR, fixture.tenant).await.expect("warnings").is_empty());
        fixture.collect_well().await;
        assert_eq!(fixture.repository(anvil).await.failure, None);
    }

    /// The revoked one comes back, as after an outage of the organisation's single sign-on.
    async fn a_run_that_succeeds_takes_the_refusal_back(database) {
        let (fixture, _) = Fixture::with_anvil(database).await;
        fixture.github.control().revoke_token(TOKEN);
        fixture.collect().await;
        assert!(fixture.connection().await.refusal.is_some());
        fixture.github.control().add_token(Token::classic(TOKEN, "octocat", ["repo"]));
        fixture.collect_well().await;
        assert_eq!(fixture.connection().await.refusal, None);
    }

    async fn what_cannot_replace_a_token_changes_nothing(database) {
        let (fixture, _) = Fixture::with_anvil(database).await;
        let id = fixture.connection().await.id;
        let app = Credential::App {
            app_id: 1,
            installation_id: 1,
            private_key: simulator::test_keys().private_pem.into(),
        };
        for (credential, words) in [(app, "uses a token"), (token("ghp_wrong"), "refused the token")] {
            let refused = fixture.engine.replace_credential(&OPERATOR, fixture.tenant, id, credential).await;
            let refused = problem(refused);
            assert_eq!(refused.kind, ProblemKind::Invalid);
            assert!(refused.message.contains(words), "{}", refused.message);
        }
        fixture.collect_well().await;
    }

    async fn a_connection_is_renamed_to_a_free_name(database) {
        let (fixture, _) = Fixture::with_anvil(database).await;
        let other = connect(&fixture, "Other", TOKEN).await.id;
        let rename = async |name: &str| fixture.engine.rename_connection(&OPERATOR, fixture.tenant, other, name).await;
        assert_eq!(problem(rename("GitHub").await).kind, ProblemKind::Conflict);
        assert_eq!(problem(rename(" ").await).kind, ProblemKind::Invalid);
        rename(" Spare ").await.expect("renamed");
        let report = fixture.engine.connections(&OPERATOR, fixture.tenant).await.expect("a report");
        let names: Vec<_> = report.connections.iter().map(|known| known.name.as_str()).collect();
        assert_eq!(names, ["GitHub", "Spare"]);
        assert_eq!(last_line(&fixture).await, ("connection_renamed".into(), "Spare (was Other)".into()));
    }

    async fn a_connection_goes_when_nothing_is_collected_over_it(database) {
        let (fixture, anvil) = Fixture::with_anvil(database).await;
        fixture.collect_well().await;
        let first = fixture.connection().await;
        assert_eq!(first.repositories, 1);
        let gone = async |to| fixture.engine.disconnect(&OPERATOR, fixture.tenant, first.id, to).await;
        let refused = problem(gone(None).await);
        assert_eq!(refused.kind, ProblemKind::Conflict);
        assert!(refused.message.contains("“GitHub” (1)"), "{}", refused.message);
        assert_eq!(problem(gone(Some(first.id)).await).kind, ProblemKind::Invalid);
        assert_eq!(problem(gone(Some(ConnectionId::new(99))).await).kind, ProblemKind::Invalid);

        let second = connect(&fixture, "Second", TOKEN).await;
        gone(Some(second.id)).await.expect("gone");
        assert_eq!(
            last_line(&fixture).await,
            ("connection_removed".into(), "GitHub, repositories moved to Second".into())
        );
        let left = fixture.connection().await;
        assert_eq!((left.id, left.repositories), (second.id, 1));
        fixture.clock.advance(TimeDelta::days(1));
        fixture.collect_well().await;
        assert_eq!(fixture.days(anvil).await.len(), 15);
        assert_eq!(problem(gone(None).await).kind, ProblemKind::NotFound);
        let checked = fixture.engine.check_connection(&OPERATOR, fixture.tenant, first.id).await;
        assert_eq!(problem(checked).kind, ProblemKind::NotFound);
        // Its name is free again.
        connect(&fixture, "GitHub", TOKEN).await;
    }

    async fn a_kept_repository_outlives_its_connection(database) {
        let (fixture, anvil) = Fixture::with_anvil(database).await;
        fixture.collect_well().await;
        let kept = fixture.engine.untrack(&OPERATOR, fixture.tenant, anvil, History::Keep).await;
        kept.expect("kept");
        let first = fixture.connection().await.id;
        fixture.engine.disconnect(&OPERATOR, fixture.tenant, first, None).await.expect("gone");
        assert_eq!(fixture.days(anvil).await.len(), 14);
        let refused = fixture.engine.track(&OPERATOR, fixture.tenant, &"acme/anvil".parse().expect("a name")).await;
        assert!(problem(refused).message.contains("Connect the tenant"));

        connect(&fixture, "GitHub", TOKEN).await;
        assert_eq!(fixture.track("acme/anvil").await, anvil);
        fixture.clock.advance(TimeDelta::days(1));
        fixture.collect_well().await;
        assert_eq!(fixture.days(anvil).await.len(), 15);
        assert_eq!(fixture.repository(anvil).await.status, RepositoryStatus::Active);
    }

    async fn an_expiring_token_is_spoken_of_to_owners(database) {
        let expiry: chrono::DateTime<chrono::Utc> = "2026-12-10T06:00:00Z".parse().expect("a time");
        let fixture = Fixture::new(database, |github| {
            github.token(Token::classic("ghp_short", "octocat", ["repo"]).expires(expiry))
        })
        .await;
        connect(&fixture, "Short", "ghp_short").await;
        let warnings = async |part| {
            let viewer = member(fixture.tenant, part);
            fixture.engine.warnings(&viewer, fixture.tenant).await.expect("warnings")
        };
        assert_eq!(warnings(Part::Owner).await, []);
        fixture.clock.advance(TimeDelta::days(7));
        let soon = warnings(Part::Owner).await;
        let of_short = |problem| [ConnectionWarning { connection: "Short".into(), problem }];
        assert_eq!(soon, of_short(ConnectionProblem::TokenExpires { on: Day::of(expiry), days_left: 13 }));
        assert_eq!(warnings(Part::Viewer).await, []);
        fixture.clock.advance(TimeDelta::days(13));
        let late = warnings(Part::Owner).await;
        assert_eq!(late, of_short(ConnectionProblem::TokenExpired(Day::of(expiry))));
    }

    async fn connections_are_the_owners_own(database) {
        let (fixture, _) = Fixture::with_anvil(database).await;
        let id = fixture.connection().await.id;
        let engine = &fixture.engine;
        let elsewhere = domain::TenantId::new(fixture.tenant.get() + 1);
        for viewer in [member(fixture.tenant, Part::Viewer), member(elsewhere, Part::Owner)] {
            let kinds = [
                problem(engine.connections(&viewer, fixture.tenant).await).kind,
                problem(engine.check_connection(&viewer, fixture.tenant, id).await).kind,
                problem(engine.replace_credential(&viewer, fixture.tenant, id, token(TOKEN)).await).kind,
                problem(engine.rename_connection(&viewer, fixture.tenant, id, "Mine").await).kind,
                problem(engine.disconnect(&viewer, fixture.tenant, id, None).await).kind,
            ];
            assert_eq!(kinds, [ProblemKind::NotFound; 5], "{viewer:?}");
        }
        // Nor is another tenant's connection reached by its id.
        let owner = member(elsewhere, Part::Owner);
        let kinds = [
            problem(engine.check_connection(&owner, elsewhere, id).await).kind,
            problem(engine.available_repositories(&owner, elsewhere, id, "").await).kind,
            problem(engine.disconnect(&owner, elsewhere, id, None).await).kind,
        ];
        assert_eq!(kinds, [ProblemKind::NotFound; 3]);
        assert_eq!(fixture.connection().await.name, "GitHub");
    }

    async fn repositories_never_move_to_another_server(database) {
        let (fixture, _) = Fixture::with_anvil(database).await;
        let other = crate::fixture::another_github(&fixture, |github| github.repository(Repository::new(1, "octocat/x"))).await;
        let input = NewConnection {
            name: "Elsewhere".into(),
            api_url: Some(other.url().parse().expect("an address")),
            credential: token(TOKEN),
        };
        let first = fixture.connection().await.id;
        let to = fixture.engine.connect(&OPERATOR, fixture.tenant, input).await.expect("connected").id;
        let refused = problem(fixture.engine.disconnect(&OPERATOR, fixture.tenant, first, Some(to)).await);
        assert!(refused.message.contains("another GitHub server"), "{}", refused.message);
        fixture.collect_well().await;
    }
}
