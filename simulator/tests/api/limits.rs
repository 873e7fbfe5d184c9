//! Rate limits, free 304s, and secondary limits.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use simulator::{
    Clock, Control, Endpoint, Fault, Repository, Scope, Simulator, Source, Token, User,
};

use crate::client::{Client, NOW, builder};

const VIEWS: &str = "/repos/acme/anvil/traffic/views";

#[tokio::test]
async fn each_request_counts_against_its_users_limit_whatever_the_token() {
    let client = Client::admin();
    let first = client.get(VIEWS).await;
    assert_eq!(first.figure("x-ratelimit-limit"), 5_000);
    assert_eq!(first.figure("x-ratelimit-remaining"), 4_999);
    assert_eq!(first.figure("x-ratelimit-used"), 1);
    assert_eq!(first.header("x-ratelimit-resource"), Some("core"));
    let now: DateTime<Utc> = NOW.parse().unwrap();
    let in_an_hour = (now + TimeDelta::hours(1)).timestamp();
    assert_eq!(
        first.header("x-ratelimit-reset"),
        Some(in_an_hour.to_string().as_str())
    );
    let error = client
        .token("ghp_octocat_too")
        .get("/repos/acme/nothing")
        .await;
    assert_eq!(
        (error.status, error.figure("x-ratelimit-remaining")),
        (404, 4_998)
    );
    assert_eq!(
        client
            .token("ghp_hubot")
            .get("/user")
            .await
            .figure("x-ratelimit-remaining"),
        4_999
    );
}

#[tokio::test]
async fn an_exhausted_limit_refuses_until_its_reset() {
    let client = Client::admin();
    client.control.leave_budget("octocat", 1).unwrap();
    assert_eq!(client.get(VIEWS).await.figure("x-ratelimit-remaining"), 0);
    let refused = client.get(VIEWS).await;
    assert_eq!(
        (refused.status, refused.figure("x-ratelimit-remaining")),
        (403, 0)
    );
    assert_eq!(refused.message(), "API rate limit exceeded for user ID 1.");
    assert_eq!(
        client.get("/rate_limit").await.json()["resources"]["core"]["remaining"],
        0
    );
    client.control.advance(TimeDelta::minutes(61));
    assert_eq!(
        client.get(VIEWS).await.figure("x-ratelimit-remaining"),
        4_999
    );
    assert!(client.control.leave_budget("nobody", 1).is_err());
}

#[tokio::test]
async fn an_unchanged_response_is_a_304_and_free() {
    let client = Client::admin();
    let first = client.get(VIEWS).await;
    let etag = first.header("etag").unwrap();
    assert!(etag.starts_with("W/\"") && etag.ends_with('"'));
    assert_eq!(
        first.header("cache-control"),
        Some("private, max-age=60, s-maxage=60")
    );
    let conditional = client.with("if-none-match", etag);
    let unchanged = conditional.get(VIEWS).await;
    assert_eq!((unchanged.status, unchanged.body.len()), (304, 0));
    assert_eq!(unchanged.header("etag"), Some(etag));
    assert_eq!(unchanged.figure("x-ratelimit-remaining"), 4_999);
    let other_token = conditional.token("ghp_octocat_too").get(VIEWS).await;
    assert_eq!(
        (
            other_token.status,
            other_token.figure("x-ratelimit-remaining")
        ),
        (200, 4_998)
    );
    client.control.advance(TimeDelta::days(1));
    let changed = conditional.get(VIEWS).await;
    assert_eq!(changed.status, 200);
    assert_ne!(changed.header("etag"), Some(etag));
}

#[tokio::test]
async fn the_rate_limit_can_be_read_for_free() {
    let client = Client::admin();
    client.get("/user").await;
    for _ in 0..3 {
        let body = client.get("/rate_limit").await.json();
        assert_eq!(body["resources"]["core"]["remaining"], 4_999);
        assert_eq!(body["resources"]["core"]["used"], 1);
        assert_eq!(body["rate"], body["resources"]["core"]);
    }
    let anonymous = client
        .without("authorization")
        .get("/rate_limit")
        .await
        .json();
    assert_eq!(anonymous["resources"]["core"]["limit"], 60);
}

#[tokio::test]
async fn an_installations_limit_grows_with_its_repositories() {
    let limit = async |repositories: u64| {
        let builder = (0..repositories).fold(builder(), |builder, number| {
            builder.repository(Repository::new(
                9_000 + number,
                &format!("acme/part-{number}"),
            ))
        });
        Client::of(builder)
            .token("ghs_reads")
            .get("/installation/repositories")
            .await
            .figure("x-ratelimit-limit")
    };
    assert_eq!(limit(0).await, 5_000);
    assert_eq!(limit(28).await, 5_500);
    assert_eq!(limit(400).await, 12_500);
}

#[tokio::test]
async fn the_secondary_limit_of_900_a_minute_is_enforced_on_request() {
    let builder = Simulator::builder(Clock::fixed(NOW.parse().unwrap()))
        .user(User::new(1, "octocat"))
        .token(Token::classic("ghp_octocat", "octocat", ["repo"]))
        .repository(Repository::new(1, "octocat/hello").source(Source::synthetic(1)));
    let client = Client::of(builder.secondary_limits()).token("ghp_octocat");
    for _ in 0..900 {
        assert_eq!(client.get("/user").await.status, 200);
    }
    let refused = client.get("/user").await;
    assert_eq!(
        (refused.status, refused.header("retry-after")),
        (403, Some("60"))
    );
    assert!(refused.message().contains("secondary rate limit"));
    assert_eq!(refused.figure("x-ratelimit-remaining"), 4_100);
    client.control.advance(TimeDelta::seconds(60));
    assert_eq!(client.get("/user").await.status, 200);
}

#[tokio::test]
async fn requests_are_counted_by_endpoint_and_by_status() {
    let client = Client::admin();
    client.get(VIEWS).await;
    client.get("/repositories/101/traffic/views").await;
    client.get("/repos/acme/nothing").await;
    client.get("/teapot").await;
    let control: &Control = &client.control;
    assert_eq!(control.requests(), 4);
    assert_eq!(control.requests_to(Endpoint::Views), 2);
    assert_eq!(control.requests_to(Endpoint::Repository), 1);
    assert_eq!(control.requests_to(Endpoint::Unknown), 1);
    assert_eq!(
        (control.answers_with(200), control.answers_with(404)),
        (2, 2)
    );
    assert_eq!(control.most_at_once(), 1);
    let served = control.served();
    assert_eq!(served[0].target, VIEWS);
    assert_eq!(served[0].user.as_deref(), Some("octocat"));
    control.forget_requests();
    assert_eq!((control.requests(), control.served().len()), (0, 0));
}

#[tokio::test(start_paused = true)]
async fn more_than_a_hundred_concurrent_requests_are_too_many() {
    let client = Client::of(builder().latency(Duration::from_secs(1)).secondary_limits())
        .token("ghp_octocat");
    let requests = (0..150).map(|_| client.get("/user"));
    let answers = futures::future::join_all(requests).await;
    let refused = answers
        .iter()
        .filter(|response| response.status == 403)
        .count();
    assert_eq!((refused, client.control.most_at_once()), (50, 150));
}

#[tokio::test(start_paused = true)]
async fn a_request_whose_client_disconnects_is_counted_too() {
    let client = Client::admin();
    client
        .control
        .fault(Fault::Stall(Duration::from_mins(1)), Scope::everywhere());
    let response = tokio::time::timeout(Duration::from_secs(10), client.get(VIEWS)).await;
    assert!(response.is_err());
    assert_eq!(client.control.requests_to(Endpoint::Views), 1);
    assert_eq!(client.control.answers_with(None), 1);
    assert_eq!(client.control.served()[0].user.as_deref(), Some("octocat"));
}
