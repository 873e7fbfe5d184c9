//! The client against a faithful GitHub.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use domain::report::Popularity;
use domain::{Counts, Day, Measure, ProblemKind, RepositoryName};
use secrecy::SecretString;
use simulator::{
    Bucket, DayTraffic, Endpoint, Fault, LimitStatus, Repository, RetryAfter, Role, Running, Scope,
    Simulator, SnapshotRow, Source, Token, User,
};
use url::Url;

use super::error::{GithubError, Limit};
use super::{Client, Per};
use crate::{Clock, SharedClock};

const NOW: &str = "2026-11-20T06:00:00Z";
const TOKEN: &str = "ghp_octocat";
const ID: i64 = 7;

struct Fixed(DateTime<Utc>);

impl Clock for Fixed {
    fn now(&self) -> DateTime<Utc> {
        self.0
    }
}

fn clock() -> SharedClock {
    Arc::new(Fixed(NOW.parse().expect("a time")))
}

fn day(text: &str) -> Day {
    text.parse().expect("a day")
}

/// A GitHub with one repository, `acme/anvil`, of which octocat is an administrator.
async fn github(base_path: &str) -> Running {
    let now = clock().now();
    let days = (1..=30_u32).map(|ago| {
        let day = Day::of(now).plus(-i64::from(ago)).date();
        let bucket = |times: u64| Bucket::new(u64::from(ago) * times, u64::from(ago));
        (day, DayTraffic::new(bucket(10), bucket(2)))
    });
    let anvil = Repository::new(7, "acme/anvil")
        .access("octocat", Role::Admin)
        .source(
            Source::series(days)
                .with_referrers([SnapshotRow::new("news.ycombinator.com", Bucket::new(9, 8))])
                .with_paths([SnapshotRow::new("/acme/anvil", Bucket::new(7, 6))]),
        )
        .stars(now.date_naive(), 42)
        .forks(now.date_naive(), 5)
        .subscribers(6)
        .open_issues(3);
    Simulator::builder(simulator::Clock::fixed(now))
        .user(User::new(1, "octocat"))
        .user(User::new(2, "mona"))
        .token(Token::classic(TOKEN, "octocat", ["repo"]).expires(now + chrono::Days::new(9)))
        .token(Token::classic("ghp_mona", "mona", ["repo"]))
        .token(Token::fine_grained("github_pat_octocat", "octocat"))
        .repository(anvil)
        .base_path(base_path)
        .build()
        .serve("127.0.0.1:0")
        .await
        .expect("a free port")
}

fn client_of(github: &Running, token: &str) -> Client {
    let url = Url::parse(github.url()).expect("an address");
    Client::new(&url, &token.into(), clock()).expect("a client")
}

fn name(text: &str) -> RepositoryName {
    text.parse().expect("a name")
}

async fn views(client: &Client) -> Result<super::wire::Window, GithubError> {
    client.traffic(ID, Measure::Views, Per::Day).await
}

#[tokio::test]
async fn answers_come_in_the_domains_types() {
    for base_path in ["", "/api/v3", "/rep"] {
        let github = github(base_path).await;
        let client = client_of(&github, TOKEN);
        let owner = client.token_owner().await.expect("an owner");
        assert_eq!((owner.login.as_str(), owner.id), ("octocat", 1));
        let expires_at = owner.expires_at.map(|time| time.to_rfc3339());
        assert_eq!(expires_at.as_deref(), Some("2026-11-29T06:00:00+00:00"));

        let found = client
            .repository(&name("Acme/Anvil"))
            .await
            .expect("a repository");
        let popularity = Popularity {
            stars: 42,
            forks: 5,
            watchers: 6,
            open_issues: 3,
        };
        assert_eq!((found.github_id, found.popularity), (ID, popularity));
        assert_eq!(
            client.repository_by_id(ID).await.expect("a repository"),
            found
        );
        client.prove_traffic(&found).await.expect("traffic");

        let days = views(&client).await.expect("a window");
        assert_eq!(days.buckets.len(), 14);
        assert_eq!(days.buckets[0], (day("2026-11-06"), Counts::new(140, 14)));
        assert_eq!(days.total.count, (1..=14).map(|ago| ago * 10).sum::<u32>());
        assert!(days.total.uniques.get() < (1..=14).sum::<u32>());
        let clones = client
            .traffic(ID, Measure::Clones, Per::Day)
            .await
            .expect("a window");
        assert_eq!(clones.buckets[13], (day("2026-11-19"), Counts::new(2, 1)));
        let weeks = client
            .traffic(ID, Measure::Views, Per::Week)
            .await
            .expect("weeks");
        let mondays: Vec<_> = weeks
            .buckets
            .iter()
            .map(|(monday, _)| monday.to_string())
            .collect();
        assert_eq!(mondays, ["2026-11-02", "2026-11-09", "2026-11-16"]);

        let referrers = client.referrers(ID).await.expect("referrers");
        assert_eq!(referrers[0].label, "news.ycombinator.com");
        assert_eq!(
            (referrers[0].counts, referrers[0].title.as_ref()),
            (Counts::new(9, 8), None)
        );
        let paths = client.paths(ID).await.expect("paths");
        assert_eq!(paths[0].label, "/acme/anvil");
        assert_eq!(paths[0].title.as_deref(), Some("acme/anvil"));
    }
}

#[tokio::test]
async fn a_renamed_repository_is_found_under_its_former_name_and_by_its_id() {
    let github = github("").await;
    github
        .control()
        .rename_repository("acme/anvil", "roadrunner/bird")
        .expect("renamed");
    let client = client_of(&github, TOKEN);
    let found = client
        .repository(&name("acme/anvil"))
        .await
        .expect("followed");
    assert_eq!(
        (found.github_id, found.full_name),
        (ID, name("roadrunner/bird"))
    );
    assert_eq!(views(&client).await.expect("a window").buckets.len(), 14);
}

#[tokio::test]
async fn each_fault_has_its_own_words_and_none_holds_the_token_or_a_page() {
    let github = github("").await;
    let client = client_of(&github, TOKEN).within(Duration::from_millis(300));
    let limited = |limit, after: i64| GithubError::RateLimited {
        limit,
        until: clock().now() + chrono::TimeDelta::seconds(after),
    };
    let secondary = |status, retry_after| Fault::SecondaryLimit {
        status,
        retry_after,
    };
    let (forbidden, too_many) = (LimitStatus::Forbidden, LimitStatus::TooManyRequests);
    for (fault, expected, kind) in [
        (
            Fault::MissingPushAccess,
            GithubError::NoPushAccess,
            ProblemKind::Invalid,
        ),
        (
            Fault::ResourceNotAccessible,
            GithubError::MissingPermission("Administration: read".into()),
            ProblemKind::Invalid,
        ),
        (
            Fault::NeedsPaidPlan,
            GithubError::PaidPlan,
            ProblemKind::Invalid,
        ),
        (
            Fault::PrimaryLimit { status: forbidden },
            limited(Limit::Primary, 3_600),
            ProblemKind::Unavailable,
        ),
        (
            Fault::PrimaryLimit { status: too_many },
            limited(Limit::Primary, 3_600),
            ProblemKind::Unavailable,
        ),
        (
            secondary(forbidden, RetryAfter::Seconds(30)),
            limited(Limit::Secondary, 30),
            ProblemKind::Unavailable,
        ),
        (
            secondary(too_many, RetryAfter::Absent),
            limited(Limit::Secondary, 60),
            ProblemKind::Unavailable,
        ),
        (
            secondary(forbidden, RetryAfter::Blank),
            limited(Limit::Secondary, 60),
            ProblemKind::Unavailable,
        ),
        (
            Fault::BadCredentials,
            GithubError::TokenRefused,
            ProblemKind::Invalid,
        ),
        (
            Fault::Lockout,
            GithubError::LockedOut,
            ProblemKind::Unavailable,
        ),
        (Fault::NotFound, GithubError::NotFound, ProblemKind::Invalid),
        (Fault::Blocked, GithubError::Blocked, ProblemKind::Invalid),
        (
            Fault::ServerError,
            GithubError::ServerTrouble(500),
            ProblemKind::Unavailable,
        ),
        (
            Fault::BadGateway,
            GithubError::ServerTrouble(502),
            ProblemKind::Unavailable,
        ),
        (
            Fault::GatewayTimeout,
            GithubError::ServerTrouble(504),
            ProblemKind::Unavailable,
        ),
        (
            Fault::Stall(Duration::from_secs(2)),
            GithubError::NoAnswer,
            ProblemKind::Unavailable,
        ),
        (
            Fault::TruncatedBody,
            GithubError::BrokenOff,
            ProblemKind::Unavailable,
        ),
        (
            Fault::ConnectionReset,
            GithubError::Unreachable,
            ProblemKind::Unavailable,
        ),
        (
            Fault::MalformedJson,
            GithubError::Malformed("it is no whole JSON"),
            ProblemKind::Unavailable,
        ),
    ] {
        let switch = github.control().fault(fault.clone(), Scope::everywhere());
        let error = views(&client).await.expect_err("a failure");
        assert_eq!(error, expected, "{fault:?}");
        let problem = error.into_problem();
        assert_eq!(problem.kind, kind, "{fault:?}");
        assert!(problem.message.ends_with('.'), "{}", problem.message);
        for hidden in [TOKEN, "<", "Unicorn"] {
            assert!(!problem.message.contains(hidden), "{}", problem.message);
        }
        github.control().stop_fault(switch);
    }
    views(&client).await.expect("all faults are over");
}

#[tokio::test]
async fn what_the_token_may_not_do_is_told_apart() {
    let github = github("").await;
    let refused = |token: &'static str| {
        let client = client_of(&github, token);
        async move { views(&client).await.expect_err("refused") }
    };
    assert_eq!(refused("ghp_mona").await, GithubError::NoPushAccess);
    let missing = GithubError::MissingPermission("Administration: read".into());
    assert_eq!(refused("github_pat_octocat").await, missing);
    assert_eq!(refused("ghp_unknown").await, GithubError::TokenRefused);
}

#[tokio::test]
async fn a_server_without_traffic_says_so() {
    let github = github("/api/v3").await;
    github
        .control()
        .fault(Fault::NoTrafficApi, Scope::everywhere());
    let client = client_of(&github, TOKEN);
    let found = client
        .repository(&name("acme/anvil"))
        .await
        .expect("a repository");
    assert_eq!(
        client.prove_traffic(&found).await,
        Err(GithubError::NoTraffic)
    );
}

#[tokio::test]
async fn nobody_listening_is_told_from_a_slow_answer() {
    let github = github("").await;
    let client = client_of(&github, TOKEN);
    github.control().fault(
        Fault::Stall(Duration::from_secs(5)),
        Scope::everywhere().endpoint(Endpoint::User),
    );
    let slow = client
        .clone()
        .within(Duration::from_millis(100))
        .token_owner()
        .await;
    assert_eq!(slow, Err(GithubError::NoAnswer));

    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("its address"));
    drop(listener);
    let url = Url::parse(&url).expect("an address");
    let nobody = Client::new(&url, &TOKEN.into(), clock()).expect("a client");
    assert_eq!(nobody.token_owner().await, Err(GithubError::Unreachable));
}

#[tokio::test]
async fn impossible_addresses_and_tokens_are_refused_before_anything_is_sent() {
    let made = |url: &str, token: SecretString| {
        Client::new(&Url::parse(url).expect("an address"), &token, clock()).err()
    };
    for url in [
        "ftp://api.github.com",
        "https://user:secret@api.github.com",
        "https://api.github.com/?x=1",
        "https://api.github.com/#x",
    ] {
        assert_eq!(made(url, TOKEN.into()), Some(GithubError::Address), "{url}");
    }
    for token in ["", "two words", "line\nbreak", "tökén"] {
        let error = made("https://api.github.com", token.into());
        assert_eq!(error, Some(GithubError::TokenRefused), "{token}");
    }
    // However long: installation tokens have grown, and may grow again.
    assert_eq!(
        made("https://ghes.example/api/v3/", "x".repeat(4_000).into()),
        None
    );
}
