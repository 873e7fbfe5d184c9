//! Connections: what their check finds, how they change, and how they go.

use chrono::TimeDelta;
use domain::report::{Connection, History, LogQuery};
use domain::{ConnectionId, ProblemKind, RepositoryStatus, Role as Part, RunStatus};
use engine::{Clock, Credential, NewConnection};
use simulator::{Repository, Role, Token, User};

use crate::lab::{Lab, OPERATOR, TOKEN, member, problem, repository};

const MISSING: &str = "Administration: read";

fn token(secret: &str) -> Credential {
    Credential::Token(secret.into())
}

async fn connect(lab: &Lab, name: &str, secret: &str) -> Connection {
    let input = NewConnection {
        name: name.into(),
        api_url: None,
        credential: token(secret),
    };
    let connected = lab.engine.connect(&OPERATOR, lab.tenant, input).await;
    connected.expect("connected")
}

async fn check(lab: &Lab, id: ConnectionId) -> Connection {
    let checked = lab.engine.check_connection(&OPERATOR, lab.tenant, id).await;
    checked.expect("checked")
}

/// The newest line of the system log: what was done, and to what.
async fn last_line(lab: &Lab) -> (String, String) {
    let page = lab.engine.system_log(&OPERATOR, &LogQuery::default()).await;
    let newest = page.expect("a page").entries.swap_remove(0);
    (newest.action.as_str().to_owned(), newest.subject)
}

on_both! {
    async fn a_connection_says_which_permission_it_lacks(database) {
        let lab = Lab::new(database, |github| {
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
            let connection = connect(&lab, secret, secret).await;
            assert_eq!(connection.scopes.as_deref(), scopes, "{secret}");
            assert_eq!(connection.missing_permission.as_deref(), missing, "{secret}");
            assert_eq!(connection.untried, untried, "{secret}");
            assert_eq!(connection.checked_at, Some(lab.clock.now()));
            let budget = connection.budget.expect("a budget");
            assert!(budget.remaining < budget.total && budget.resets_at > lab.clock.now());
            let login = if untried { "mona" } else { "octocat" };
            assert_eq!(connection.login, login);
        }
    }

    async fn a_check_learns_what_became_of_the_token(database) {
        let lab = Lab::new(database, |github| {
            github
                .repository(repository(1, "acme/anvil"))
                .token(Token::fine_grained("github_pat", "octocat"))
        })
        .await;
        let id = connect(&lab, "Fine", "github_pat").await.id;
        let github = lab.github.control();
        let expiry = lab.clock.now() + TimeDelta::days(30);
        github.add_token(Token::fine_grained("github_pat", "octocat").administration().expires(expiry));
        let checked = check(&lab, id).await;
        assert_eq!((checked.missing_permission, checked.token_expires_at), (None, Some(expiry)));

        github.revoke_token("github_pat");
        lab.clock.advance(TimeDelta::minutes(1));
        let checked = check(&lab, id).await;
        assert!(checked.refusal.is_some_and(|reason| reason.contains("refused the token")));
        assert_eq!(checked.checked_at, Some(lab.clock.now()));

        github.add_token(Token::fine_grained("github_pat", "octocat").administration());
        assert_eq!(check(&lab, id).await.refusal, None);
    }

    async fn a_refused_token_is_shown_until_another_one_works(database) {
        let (lab, anvil) = Lab::with_anvil(database).await;
        lab.collect_well().await;
        let spent = lab.connection().await.budget.expect("a budget");
        assert!(spent.total - spent.remaining >= 7, "{spent:?}");

        let github = lab.github.control();
        github.revoke_token(TOKEN);
        assert_eq!(lab.collect().await.status, RunStatus::Failed);
        let refused = lab.connection().await;
        assert!(refused.refusal.is_some_and(|reason| reason.contains("refused the token")));
        let told = lab.engine.warnings(&OPERATOR, lab.tenant).await.expect("warnings");
        assert_eq!((told.len(), told[0].urgent), (1, true));
        assert!(told[0].message.contains("“GitHub”") && told[0].message.contains("refused"));

        github.add_user(User::new(2, "mona"));
        github.set_access("acme/anvil", "mona", Role::Write).expect("given");
        github.add_token(Token::classic("ghp_mona", "mona", ["repo"]));
        let replaced = lab
            .engine
            .replace_credential(&OPERATOR, lab.tenant, refused.id, token("ghp_mona"))
            .await
            .expect("replaced");
        assert_eq!((replaced.login.as_str(), replaced.refusal), ("mona", None));
        let (action, subject) = last_line(&lab).await;
        assert_eq!((action.as_str(), subject.as_str()), ("credential_replaced", "GitHub, as mona, before as octocat"));
        assert!(lab.engine.warnings(&OPERATOR, lab.tenant).await.expect("warnings").is_empty());
        lab.collect_well().await;
        assert_eq!(lab.repository(anvil).await.failure, None);
    }

    /// The revoked one comes back, as after an outage of the organisation's single sign-on.
    async fn a_run_that_succeeds_takes_the_refusal_back(database) {
        let (lab, _) = Lab::with_anvil(database).await;
        lab.github.control().revoke_token(TOKEN);
        lab.collect().await;
        assert!(lab.connection().await.refusal.is_some());
        lab.github.control().add_token(Token::classic(TOKEN, "octocat", ["repo"]));
        lab.collect_well().await;
        assert_eq!(lab.connection().await.refusal, None);
    }

    async fn what_cannot_replace_a_token_changes_nothing(database) {
        let (lab, _) = Lab::with_anvil(database).await;
        let id = lab.connection().await.id;
        let app = Credential::App {
            app_id: 1,
            installation_id: 1,
            private_key: simulator::test_keys().private_pem.into(),
        };
        for (credential, words) in [(app, "uses a token"), (token("ghp_wrong"), "refused the token")] {
            let refused = lab.engine.replace_credential(&OPERATOR, lab.tenant, id, credential).await;
            let refused = problem(refused);
            assert_eq!(refused.kind, ProblemKind::Invalid);
            assert!(refused.message.contains(words), "{}", refused.message);
        }
        lab.collect_well().await;
    }

    async fn a_connection_is_renamed_to_a_free_name(database) {
        let (lab, _) = Lab::with_anvil(database).await;
        let other = connect(&lab, "Other", TOKEN).await.id;
        let rename = async |name: &str| lab.engine.rename_connection(&OPERATOR, lab.tenant, other, name).await;
        assert_eq!(problem(rename("GitHub").await).kind, ProblemKind::Conflict);
        assert_eq!(problem(rename(" ").await).kind, ProblemKind::Invalid);
        rename(" Spare ").await.expect("renamed");
        let report = lab.engine.connections(&OPERATOR, lab.tenant).await.expect("a report");
        let names: Vec<_> = report.connections.iter().map(|known| known.name.as_str()).collect();
        assert_eq!(names, ["GitHub", "Spare"]);
        assert_eq!(last_line(&lab).await, ("connection_renamed".into(), "Other, now Spare".into()));
    }

    async fn a_connection_goes_when_nothing_is_collected_over_it(database) {
        let (lab, anvil) = Lab::with_anvil(database).await;
        lab.collect_well().await;
        let first = lab.connection().await;
        assert_eq!(first.repositories, 1);
        let gone = async |to| lab.engine.disconnect(&OPERATOR, lab.tenant, first.id, to).await;
        let refused = problem(gone(None).await);
        assert_eq!(refused.kind, ProblemKind::Conflict);
        assert!(refused.message.contains("“GitHub” (1)"), "{}", refused.message);
        assert_eq!(problem(gone(Some(first.id)).await).kind, ProblemKind::Invalid);
        assert_eq!(problem(gone(Some(ConnectionId::new(99))).await).kind, ProblemKind::Invalid);

        let second = connect(&lab, "Second", TOKEN).await;
        gone(Some(second.id)).await.expect("gone");
        assert_eq!(
            last_line(&lab).await,
            ("connection_removed".into(), "GitHub, its repositories moved to Second".into())
        );
        let left = lab.connection().await;
        assert_eq!((left.id, left.repositories), (second.id, 1));
        lab.clock.advance(TimeDelta::days(1));
        lab.collect_well().await;
        assert_eq!(lab.days(anvil).await.len(), 15);
        assert_eq!(problem(gone(None).await).kind, ProblemKind::NotFound);
        let checked = lab.engine.check_connection(&OPERATOR, lab.tenant, first.id).await;
        assert_eq!(problem(checked).kind, ProblemKind::NotFound);
        // Its name is free again.
        connect(&lab, "GitHub", TOKEN).await;
    }

    async fn a_kept_repository_outlives_its_connection(database) {
        let (lab, anvil) = Lab::with_anvil(database).await;
        lab.collect_well().await;
        let kept = lab.engine.untrack(&OPERATOR, lab.tenant, anvil, History::Keep).await;
        kept.expect("kept");
        let first = lab.connection().await.id;
        lab.engine.disconnect(&OPERATOR, lab.tenant, first, None).await.expect("gone");
        assert_eq!(lab.days(anvil).await.len(), 14);
        let refused = lab.engine.track(&OPERATOR, lab.tenant, &"acme/anvil".parse().expect("a name")).await;
        assert!(problem(refused).message.contains("Connect the tenant"));

        connect(&lab, "GitHub", TOKEN).await;
        assert_eq!(lab.track("acme/anvil").await, anvil);
        lab.clock.advance(TimeDelta::days(1));
        lab.collect_well().await;
        assert_eq!(lab.days(anvil).await.len(), 15);
        assert_eq!(lab.repository(anvil).await.status, RepositoryStatus::Active);
    }

    async fn an_expiring_token_is_spoken_of_to_owners(database) {
        let expiry: chrono::DateTime<chrono::Utc> = "2026-12-10T06:00:00Z".parse().expect("a time");
        let lab = Lab::new(database, |github| {
            github.token(Token::classic("ghp_short", "octocat", ["repo"]).expires(expiry))
        })
        .await;
        connect(&lab, "Short", "ghp_short").await;
        let told = async |part| {
            let viewer = member(lab.tenant, part);
            lab.engine.warnings(&viewer, lab.tenant).await.expect("warnings")
        };
        assert_eq!(told(Part::Owner).await, []);
        lab.clock.advance(TimeDelta::days(7));
        let soon = told(Part::Owner).await;
        assert_eq!((soon.len(), soon[0].urgent), (1, false));
        assert!(soon[0].message.contains("“Short” expires in 13 days, on 2026-12-10"), "{}", soon[0].message);
        assert_eq!(told(Part::Viewer).await, []);
        lab.clock.advance(TimeDelta::days(13));
        let late = told(Part::Owner).await;
        assert_eq!((late.len(), late[0].urgent), (1, true));
        assert!(late[0].message.contains("expired on 2026-12-10"), "{}", late[0].message);
    }

    async fn connections_are_the_owners_own(database) {
        let (lab, _) = Lab::with_anvil(database).await;
        let id = lab.connection().await.id;
        let engine = &lab.engine;
        let elsewhere = domain::TenantId::new(lab.tenant.get() + 1);
        for viewer in [member(lab.tenant, Part::Viewer), member(elsewhere, Part::Owner)] {
            let kinds = [
                problem(engine.connections(&viewer, lab.tenant).await).kind,
                problem(engine.check_connection(&viewer, lab.tenant, id).await).kind,
                problem(engine.replace_credential(&viewer, lab.tenant, id, token(TOKEN)).await).kind,
                problem(engine.rename_connection(&viewer, lab.tenant, id, "Mine").await).kind,
                problem(engine.disconnect(&viewer, lab.tenant, id, None).await).kind,
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
        assert_eq!(lab.connection().await.name, "GitHub");
    }

    async fn repositories_never_move_to_another_server(database) {
        let (lab, _) = Lab::with_anvil(database).await;
        let other = crate::lab::another_github(&lab, |github| github.repository(Repository::new(1, "octocat/x"))).await;
        let input = NewConnection {
            name: "Elsewhere".into(),
            api_url: Some(other.url().parse().expect("an address")),
            credential: token(TOKEN),
        };
        let first = lab.connection().await.id;
        let to = lab.engine.connect(&OPERATOR, lab.tenant, input).await.expect("connected").id;
        let refused = problem(lab.engine.disconnect(&OPERATOR, lab.tenant, first, Some(to)).await);
        assert!(refused.message.contains("another GitHub server"), "{}", refused.message);
        lab.collect_well().await;
    }
}
