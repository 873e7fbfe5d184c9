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
use super::{Client, Conditional, Per};
use crate::{Clock, SharedClock};

mod sharing;

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

async fn views(client: &Client) -> Result<super::Window, GithubError> {
    let value = client.traffic(ID, Measure::Views, Per::Day, None).await;
    value
        .and_then(Conditional::modified)
        .map(|parsed| parsed.value)
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
            stars: Some(42),
            forks: Some(5),
            watchers: Some(6),
            open_issues: Some(3),
        };
        assert_eq!((found.github_id, found.popularity), (ID, popularity));
        let by_id = client.repository_by_id(ID, None).await;
        assert_eq!(by_id.and_then(Conditional::modified), Ok(found.clone()));
        client.prove_traffic(&found).await.expect("traffic");

        let days = views(&client).await.expect("a window");
        assert_eq!(days.buckets.len(), 14);
        assert_eq!(days.buckets[0], (day("2026-11-06"), Counts::new(140, 14)));
        assert_eq!(
            days.total.expect("a total").count,
            (1..=14).map(|ago| ago * 10).sum::<u32>()
        );
        assert!(days.total.expect("a total").uniques.get() < (1..=14).sum::<u32>());
        let clones = client
            .traffic(ID, Measure::Clones, Per::Day, None)
            .await
            .and_then(Conditional::modified)
            .expect("a window")
            .value;
        assert_eq!(clones.buckets[13], (day("2026-11-19"), Counts::new(2, 1)));
        let weeks = client
            .traffic(ID, Measure::Views, Per::Week, None)
            .await
            .and_then(Conditional::modified)
            .expect("weeks")
            .value;
        let mondays: Vec<_> = weeks
            .buckets
            .iter()
            .map(|(monday, _)| monday.to_string())
            .collect();
        assert_eq!(mondays, ["2026-11-02", "2026-11-09", "2026-11-16"]);

        let referrers = client.referrers(ID, None).await;
        let referrers = referrers
            .and_then(Conditional::modified)
            .expect("referrers")
            .value
            .rows;
        assert_eq!(referrers[0].label, "news.ycombinator.com");
        assert_eq!(
            (referrers[0].counts, referrers[0].title.as_ref()),
            (Counts::new(9, 8), None)
        );
        let paths = client.paths(ID, None).await;
        let paths = paths.and_then(Conditional::modified).expect("paths");
        assert!(paths.raw.len() > 2, "the answer as it came");
        let paths = paths.value.rows;
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

/// Every fault becomes the expected error, without the token and without anything of a page.
async fn assert_error(faults: Vec<(Fault, GithubError)>, kind: ProblemKind) {
    let github = github("").await;
    let client = client_of(&github, TOKEN).with_deadline(Duration::from_millis(500));
    for (fault, expected) in faults {
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
async fn a_refusal_is_told_as_what_to_change() {
    let missing = GithubError::MissingPermission("Administration: read".into());
    let faults = vec![
        (Fault::MissingPushAccess, GithubError::NoPushAccess),
        (Fault::ResourceNotAccessible, missing),
        (Fault::NeedsPaidPlan, GithubError::PaidPlan),
        (Fault::BadCredentials, GithubError::TokenRefused),
        (Fault::NotFound, GithubError::NotFound),
        (Fault::Blocked, GithubError::Blocked),
    ];
    assert_error(faults, ProblemKind::Invalid).await;
}

#[tokio::test]
async fn trouble_is_told_as_something_to_wait_for() {
    let faults = vec![
        (Fault::Lockout, GithubError::LockedOut),
        (Fault::ServerError, GithubError::ServerError(500)),
        (Fault::BadGateway, GithubError::ServerError(502)),
        (Fault::GatewayTimeout, GithubError::ServerError(504)),
        (Fault::Stall(Duration::from_secs(5)), GithubError::TimedOut),
        (Fault::TruncatedBody, GithubError::Interrupted),
        (Fault::ConnectionReset, GithubError::Unreachable),
        (Fault::MalformedJson, GithubError::IncompleteJson),
    ];
    assert_error(faults, ProblemKind::Unavailable).await;
}

#[tokio::test]
async fn a_rate_limit_is_told_with_its_end() {
    let limited = |limit, after: i64| GithubError::RateLimited {
        limit,
        until: clock().now() + chrono::TimeDelta::seconds(after),
    };
    let secondary = |status, retry_after, seconds| {
        (
            Fault::SecondaryLimit {
                status,
                retry_after,
            },
            limited(Limit::Secondary, seconds),
        )
    };
    let primary = |status| {
        (
            Fault::PrimaryLimit { status },
            limited(Limit::Primary, 3_600),
        )
    };
    let (forbidden, too_many) = (LimitStatus::Forbidden, LimitStatus::TooManyRequests);
    let faults = vec![
        primary(forbidden),
        primary(too_many),
        secondary(forbidden, RetryAfter::Seconds(30), 30),
        secondary(too_many, RetryAfter::Seconds(90), 90),
        secondary(too_many, RetryAfter::Absent, 60),
        secondary(forbidden, RetryAfter::Blank, 60),
    ];
    assert_error(faults, ProblemKind::Unavailable).await;
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
async fn the_budget_is_what_remains_to_the_tokens_user() {
    let github = github("").await;
    let client = client_of(&github, TOKEN);
    assert_eq!(client.rate_limit(), None);
    let remaining = || client.rate_limit().expect("a budget").remaining;
    for expected in [4_999, 4_998] {
        client.token_owner().await.expect("an owner");
        assert_eq!(remaining(), expected);
    }
    // A refusal of the repository states it, too.
    client
        .repository(&name("acme/none"))
        .await
        .expect_err("404");
    assert_eq!(remaining(), 4_997);
    // If the token is refused, GitHub states the limit of the IP address instead.
    github.control().revoke_token(TOKEN);
    client.token_owner().await.expect_err("401");
    assert_eq!(client.rate_limit().expect("a budget").total, 5_000);
    assert_eq!(remaining(), 4_997);
}

#[tokio::test]
async fn enterprise_servers_are_told_by_their_version() {
    let github = github("").await;
    let url = Url::parse(github.url()).expect("an address");
    let client = Client::anonymous(&url, clock()).expect("a client");
    assert_eq!(client.offers_traffic().await, Ok(()));
    github.control().set_enterprise_server(Some("3.19.1"));
    assert_eq!(client.offers_traffic().await, Err(GithubError::NoTraffic));
    github
        .control()
        .fault(Fault::BadGateway, Scope::everywhere());
    assert_eq!(
        client.offers_traffic().await,
        Err(GithubError::ServerError(502))
    );
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
async fn a_refused_connection_differs_from_a_slow_response() {
    let github = github("").await;
    let client = client_of(&github, TOKEN);
    github.control().fault(
        Fault::Stall(Duration::from_secs(5)),
        Scope::everywhere().endpoint(Endpoint::User),
    );
    let slow = client
        .clone()
        .with_deadline(Duration::from_millis(100))
        .token_owner()
        .await;
    assert_eq!(slow, Err(GithubError::TimedOut));

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
    use domain::SecureUrlError::{Malformed, Unencrypted};

    let made = |url: &str, token: SecretString| {
        Client::new(&Url::parse(url).expect("an address"), &token, clock()).err()
    };
    for (url, error) in [
        ("ftp://api.github.com", Malformed),
        ("https://user:secret@api.github.com", Malformed),
        ("http://api.github.com", Unencrypted),
        ("http://ghes.example/api/v3", Unencrypted),
    ] {
        let refusal = made(url, TOKEN.into());
        assert_eq!(refusal, Some(GithubError::Insecure(error)), "{url}");
    }
    for url in ["https://api.github.com/?x=1", "https://api.github.com/#x"] {
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
