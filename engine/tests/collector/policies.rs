//! What one repository or its organization refuses says nothing of the token.

use chrono::TimeDelta;
use domain::report::{Connection, RepositoryQuery};
use domain::{FailureKind, ProblemKind, RunStatus};
use engine::{Clock, Credential, NewConnection};
use simulator::{Endpoint, Fault, GitTag, Policy, Scope, Token};

use crate::databases::TestDatabase;
use crate::fixture::{Fixture, OPERATOR, TOKEN, problem, repository};
use crate::releases::{NAME, collect_next_day, lab_with_release, releases};

const LINK: &str = "https://github.com/settings/personal-access-tokens/12345678";
const LIFETIME: Fault = Fault::Policy(Policy::TokenLifetime { days: 90 });
const FINE: &str = "github_pat_fine";

/// Two repositories of two owners, and a fine-grained token that may read both.
async fn fixture(database: TestDatabase) -> Fixture {
    Fixture::new(database, |github| {
        github
            .repository(repository(1, "acme/anvil"))
            .repository(repository(2, "octocat/hello"))
            .token(Token::fine_grained(FINE, "octocat").administration())
    })
    .await
}

fn credential() -> Credential {
    Credential::Token(FINE.into())
}

async fn connect(fixture: &Fixture, name: &str) -> engine::Result<Connection> {
    let input = NewConnection {
        name: name.into(),
        api_url: None,
        credential: credential(),
    };
    fixture
        .engine
        .connect(&OPERATOR, fixture.tenant, input)
        .await
}

/// Strikes the views of a repository.
fn views(of: &str) -> Scope {
    Scope::everywhere().endpoint(Endpoint::Views).repository(of)
}

on_both! {
    async fn a_repository_that_answers_badly_does_not_keep_a_token_from_connecting(database) {
        let fixture = fixture(database).await;
        let github = fixture.github.control();
        for (number, fault) in [
            LIFETIME,
            Fault::Policy(Policy::IpAllowList),
            Fault::BadGateway,
            Fault::ServerError,
            Fault::MalformedJson,
            Fault::TruncatedBody,
            Fault::Blocked,
            Fault::NoTrafficApi,
        ].into_iter().enumerate() {
            // Whichever GitHub lists first.
            for bad in ["acme/anvil", "octocat/hello"] {
                github.stop_faults();
                github.fault(fault.clone(), views(bad));
                let connected = connect(&fixture, &format!("{bad} {number}")).await.expect("connected");
                assert!(!connected.untried && connected.missing_permission.is_none(), "{fault:?}");
            }
        }
    }

    async fn a_token_that_reads_nothing_connects_and_says_what_it_met(database) {
        let fixture = fixture(database).await;
        let github = fixture.github.control();
        github.fault(LIFETIME, views("acme/anvil"));
        github.fault(Fault::BadGateway, views("octocat/hello"));
        let connected = connect(&fixture, "Fine").await.expect("connected");
        assert!(connected.untried);
        let notice = connected.notice.expect("a notice");
        for part in ["acme/anvil: ", LINK, "Shorten the token’s lifetime", "octocat/hello: ", "HTTP 502"] {
            assert!(notice.contains(part), "{part}: {notice}");
        }
        // A check takes back what no longer holds.
        github.stop_faults();
        let checked = fixture.engine.check_connection(&OPERATOR, fixture.tenant, connected.id).await.expect("checked");
        assert_eq!((checked.untried, checked.notice), (false, None));
    }

    async fn an_expiring_token_is_checked_and_replaced_while_an_organization_refuses_it(database) {
        let fixture = fixture(database).await;
        fixture.track("octocat/hello").await;
        let id = connect(&fixture, "Fine").await.expect("connected").id;
        fixture.github.control().fault(LIFETIME, views("acme/anvil"));
        fixture.engine.check_connection(&OPERATOR, fixture.tenant, id).await.expect("checked");
        let replaced = fixture.engine.replace_credential(&OPERATOR, fixture.tenant, id, credential()).await;
        assert_eq!(replaced.expect("replaced").missing_permission, None);
        fixture.collect_well().await;
    }

    async fn what_refuses_the_token_itself_still_ends_its_check(database) {
        let fixture = fixture(database).await;
        let github = fixture.github.control();
        for (fault, kind) in [
            (Fault::BadCredentials, ProblemKind::Invalid),
            (Fault::Lockout, ProblemKind::Unavailable),
            (Fault::ConnectionReset, ProblemKind::Unavailable),
        ] {
            github.stop_faults();
            github.fault(fault.clone(), Scope::everywhere().endpoint(Endpoint::Views));
            assert_eq!(problem(connect(&fixture, "Fine").await).kind, kind, "{fault:?}");
        }
    }

    async fn a_list_that_single_sign_on_shortens_is_spoken_of(database) {
        let fixture = fixture(database).await;
        let fault = Fault::PartialResults { organizations: 2 };
        fixture.github.control().fault(fault, Scope::everywhere());
        for secret in [TOKEN, FINE] {
            let input = NewConnection {
                name: secret.into(),
                api_url: None,
                credential: Credential::Token(secret.into()),
            };
            let connected = fixture.engine.connect(&OPERATOR, fixture.tenant, input).await.expect("connected");
            let notice = connected.notice.expect("a notice");
            assert!(notice.contains("the repositories of 2 organizations"), "{notice}");
            assert!(!connected.untried);
        }
    }

    async fn each_policy_has_a_name_and_a_sentence_with_what_mends_it(database) {
        let (fixture, anvil) = Fixture::with_anvil(database).await;
        for (policy, kind, part) in [
            (Policy::TokenLifetime { days: 8 }, FailureKind::TokenPolicy, LINK),
            (Policy::ClassicTokens, FailureKind::TokenPolicy, "fine-grained token"),
            (Policy::IpAllowList, FailureKind::AddressNotAllowed, "Ask an owner of acme-org to allow this server’s address"),
            (Policy::OauthApps, FailureKind::AppNotApproved, "Ask an owner of acme-org to approve the app"),
            (Policy::SingleSignOn, FailureKind::SingleSignOn, "https://github.com/orgs/acme-org/sso?authorization_request=AB12"),
            (Policy::SingleSignOnWithoutLink, FailureKind::SingleSignOn, "in the token’s settings"),
            (Policy::AdminRights, FailureKind::NoAdminRights, "admin role"),
            (Policy::Migration, FailureKind::LockedForMigration, "migration to finish"),
            (Policy::Suspended, FailureKind::AccountSuspended, "https://support.github.com"),
        ] {
            let github = fixture.github.control();
            github.stop_faults();
            github.fault(Fault::Policy(policy), Scope::everywhere());
            let run = fixture.collect().await;
            assert_eq!(run.status, RunStatus::Failed);
            assert!(run.failures.iter().all(|failure| failure.kind == kind), "{policy:?}");
            let reason = fixture.repository(anvil).await.failure.expect("a reason");
            assert!(reason.contains(part), "{reason}");
            // The connection is none the worse for it.
            assert_eq!(fixture.connection().await.refusal, None);
        }
        fixture.github.control().stop_faults();
        fixture.collect_well().await;
    }

    async fn a_repository_under_an_old_name_is_another_one(database) {
        let (fixture, old) = Fixture::with_anvil(database).await;
        fixture.collect_well().await;
        let again = fixture.engine.track(&OPERATOR, fixture.tenant, &"acme/anvil".parse().expect("a name")).await;
        assert!(problem(again).message.contains("is already tracked"));

        let github = fixture.github.control();
        github.delete_repository("acme/anvil").expect("deleted");
        github.add_repository(repository(11, "acme/anvil"));
        fixture.clock.advance(TimeDelta::days(7));
        let new = fixture.track("acme/anvil").await;
        assert_ne!(new, old);
        // The name leads to the one that has it now; each has an address of its own.
        let page = fixture.page("acme/anvil").await;
        assert_eq!(page.report.repository.id, new);
        let of = async |id| {
            let query = RepositoryQuery::default();
            let page = fixture.engine.repository_page_by_id(&OPERATOR, fixture.tenant, id, query);
            page.await.expect("a page").report
        };
        let (of_old, of_new) = (of(old).await, of(new).await);
        assert_eq!((of_old.repository.id, of_new.repository.id), (old, new));
        assert_eq!(fixture.days(old).await.len(), 14);
        let since = crate::fixture::day("2026-11-27");
        let namesake_of = |report: &domain::report::RepositoryReport| {
            report.namesake.map(|other| (other.id, other.since, other.has_name_now))
        };
        assert_eq!(namesake_of(&of_old), Some((new, since, true)));
        assert_eq!(namesake_of(&of_new), Some((old, since, false)));
        let again = fixture.engine.track(&OPERATOR, fixture.tenant, &"acme/anvil".parse().expect("a name")).await;
        assert_eq!(problem(again).kind, ProblemKind::Conflict);
    }

    async fn a_tag_whose_commit_was_refused_once_is_asked_again(database) {
        let (fixture, _) = lab_with_release(database).await;
        let github = fixture.github.control();
        github.set_tag(NAME, GitTag::new("early", fixture.clock.now() - TimeDelta::days(3))).expect("tagged");
        let policy = Fault::Policy(Policy::IpAllowList);
        github.fault(policy, Scope::everywhere().endpoint(Endpoint::Commit));
        assert_eq!(fixture.collect().await.failures[0].kind, FailureKind::AddressNotAllowed);
        let mark = async || {
            let markers = fixture.page(NAME).await.report.markers();
            markers.into_iter().find(|it| it.label == "early").map(|it| it.day.to_string())
        };
        assert_eq!(mark().await, None);
        github.stop_faults();
        collect_next_day(&fixture).await;
        assert_eq!(mark().await.as_deref(), Some("2026-11-17"));
    }

    async fn releases_behind_an_allow_list_lack_no_permission(database) {
        let (fixture, anvil) = lab_with_release(database).await;
        let policy = Fault::Policy(Policy::IpAllowList);
        fixture.github.control().fault(policy, Scope::everywhere().endpoint(Endpoint::Releases));
        let run = fixture.collect().await;
        assert_eq!(run.status, RunStatus::Partial);
        let kinds: Vec<_> = run.failures.iter().map(|failure| failure.kind).collect();
        assert_eq!(kinds, [FailureKind::AddressNotAllowed]);
        let report = releases(&fixture, anvil).await;
        assert_ne!(report.offered, Some(false));
    }
}
