//! Each fault, switched on and observed.

use std::time::Duration;

use axum::body::to_bytes;
use axum::http::Method;
use serde_json::{Value, json};
use simulator::{Endpoint, Fault, LimitStatus, RetryAfter, Scope};
use tokio::time::Instant;

use crate::client::{Client, TestResponse, day};

const VIEWS: &str = "/repos/acme/anvil/traffic/views";

async fn views_with(fault: Fault) -> TestResponse {
    let client = Client::admin();
    client.control.fault(fault, Scope::everywhere());
    client.get(VIEWS).await
}

fn counts(response: &TestResponse) -> Vec<u64> {
    let body = response.json();
    let points = body["views"].as_array().unwrap();
    assert_eq!(
        body["count"],
        points
            .iter()
            .map(|point| point["count"].as_u64().unwrap())
            .sum::<u64>()
    );
    points
        .iter()
        .map(|point| point["count"].as_u64().unwrap())
        .collect()
}

#[tokio::test]
async fn refused_access_comes_in_three_kinds() {
    let missing = views_with(Fault::MissingPushAccess).await;
    assert_eq!(
        (missing.status, missing.message().as_str()),
        (403, "Must have push access to repository")
    );
    assert_eq!(missing.figure("x-ratelimit-remaining"), 4_999);
    let blind = views_with(Fault::ResourceNotAccessible).await;
    assert_eq!(
        (blind.status, blind.message().as_str()),
        (403, "Resource not accessible by personal access token")
    );
    assert_eq!(
        blind.header("x-accepted-github-permissions"),
        Some("administration=read")
    );
    let unpaid = views_with(Fault::NeedsPaidPlan).await;
    assert_eq!(unpaid.status, 403);
    assert!(unpaid.message().starts_with("Upgrade to GitHub Pro"));
}

#[tokio::test]
async fn the_primary_limit_returns_403_or_429_with_nothing_remaining() {
    for (status, expected) in [
        (LimitStatus::Forbidden, 403),
        (LimitStatus::TooManyRequests, 429),
    ] {
        let limited = views_with(Fault::PrimaryLimit { status }).await;
        assert_eq!(
            (limited.status, limited.figure("x-ratelimit-remaining")),
            (expected, 0)
        );
        assert_eq!(limited.message(), "API rate limit exceeded for user ID 1.");
        assert!(limited.figure("x-ratelimit-reset") > 1_795_000_000);
        assert_eq!(limited.header("retry-after"), None);
    }
}

#[tokio::test]
async fn the_secondary_limit_leaves_requests_remaining_and_may_have_a_retry_after() {
    let kinds = [
        (LimitStatus::Forbidden, RetryAfter::Absent, 403, None),
        (LimitStatus::Forbidden, RetryAfter::Blank, 403, Some("")),
        (
            LimitStatus::TooManyRequests,
            RetryAfter::Seconds(17),
            429,
            Some("17"),
        ),
    ];
    for (status, retry_after, expected, header) in kinds {
        let limited = views_with(Fault::SecondaryLimit {
            status,
            retry_after,
        })
        .await;
        assert_eq!(
            (limited.status, limited.header("retry-after")),
            (expected, header)
        );
        assert!(limited.message().contains("secondary rate limit"));
        assert!(limited.figure("x-ratelimit-remaining") > 0);
    }
}

#[tokio::test]
async fn bad_credentials_and_lockout_apply_to_valid_tokens() {
    let refused = views_with(Fault::BadCredentials).await;
    assert_eq!(
        (refused.status, refused.message().as_str()),
        (401, "Bad credentials")
    );
    assert_eq!(refused.figure("x-ratelimit-limit"), 60);
    let locked = views_with(Fault::Lockout).await;
    assert_eq!(locked.status, 403);
    assert!(
        locked
            .message()
            .starts_with("Maximum number of login attempts exceeded")
    );
}

#[tokio::test]
async fn a_repository_can_be_gone_or_blocked() {
    assert_eq!(views_with(Fault::NotFound).await.message(), "Not Found");
    let blocked = views_with(Fault::Blocked).await;
    assert_eq!(blocked.status, 451);
    assert_eq!(blocked.json()["message"], "Repository access blocked");
    assert_eq!(blocked.json()["block"]["reason"], "dmca");
}

#[tokio::test]
async fn server_errors_are_json_or_html() {
    let error = views_with(Fault::ServerError).await;
    assert_eq!(
        (error.status, error.message().as_str()),
        (500, "Server Error")
    );
    let gateway = views_with(Fault::BadGateway).await;
    assert_eq!(gateway.status, 502);
    assert!(
        gateway
            .header("content-type")
            .unwrap()
            .starts_with("text/html")
    );
    assert!(gateway.text().starts_with("<!DOCTYPE html>"));
    let timeout = views_with(Fault::GatewayTimeout).await;
    assert_eq!(timeout.status, 504);
    assert!(
        timeout.json()["message"]
            .as_str()
            .unwrap()
            .starts_with("We couldn't respond to your request in time")
    );
}

#[tokio::test(start_paused = true)]
async fn a_stall_delays_the_response() {
    let started = Instant::now();
    let response = views_with(Fault::Stall(Duration::from_secs(12))).await;
    assert_eq!(response.status, 200);
    assert_eq!(started.elapsed(), Duration::from_secs(12));
    let client = Client::admin();
    client.control.set_latency(Duration::from_millis(80));
    let started = Instant::now();
    client.get(VIEWS).await;
    assert_eq!(started.elapsed(), Duration::from_millis(80));
}

#[tokio::test]
async fn malformed_json_is_delivered_completely_and_cannot_be_parsed() {
    let broken = views_with(Fault::MalformedJson).await;
    assert_eq!(broken.status, 200);
    assert_eq!(broken.figure("content-length"), broken.body.len() as u64);
    assert!(serde_json::from_slice::<Value>(&broken.body).is_err());
    assert!(broken.text().starts_with("{\"count\":"));
    assert_eq!(broken.header("etag"), None);
}

#[tokio::test]
async fn truncated_and_reset_responses_end_in_an_error() {
    for fault in [Fault::TruncatedBody, Fault::ConnectionReset] {
        let client = Client::admin();
        client.control.fault(fault, Scope::everywhere().next(1));
        let response = client.send(Method::GET, VIEWS).await;
        assert!(to_bytes(response.into_body(), usize::MAX).await.is_err());
        assert_eq!(client.get(VIEWS).await.status, 200);
    }
}

#[tokio::test]
async fn a_server_without_traffic_api_still_has_repositories() {
    let client = Client::admin();
    client
        .control
        .fault(Fault::NoTrafficApi, Scope::everywhere());
    for endpoint in ["views", "clones", "popular/referrers", "popular/paths"] {
        assert_eq!(
            client
                .get(&format!("/repos/acme/anvil/traffic/{endpoint}"))
                .await
                .status,
            404
        );
    }
    assert_eq!(client.get("/repos/acme/anvil").await.status, 200);
    assert_eq!(client.get("/user/repos").await.status, 200);
}

#[tokio::test]
async fn the_series_can_be_wrong_in_every_observed_way() {
    let whole = counts(&views_with(Fault::Lag { days: 1 }).await);
    assert_eq!(
        whole,
        [
            60, 70, 80, 90, 100, 110, 120, 130, 140, 150, 160, 170, 180, 190
        ]
    );
    let zero = counts(
        &views_with(Fault::FalseZero {
            day: day("2026-11-10"),
        })
        .await,
    );
    assert_eq!(zero[4], 0);
    assert_eq!((&zero[..4], &zero[5..]), (&whole[..4], &whole[5..]));
    let truncated = counts(&views_with(Fault::TruncatedOldest).await);
    assert_eq!((truncated[0], &truncated[1..]), (15, &whole[1..]));
    let growing = counts(&views_with(Fault::GrowingNewest { percent: 40 }).await);
    assert_eq!((growing[13], &growing[..13]), (76, &whole[..13]));
    let fifteen = counts(&views_with(Fault::Buckets { count: 15 }).await);
    assert_eq!(
        (fifteen.len(), fifteen[0], &fifteen[1..]),
        (15, 50, &whole[..])
    );
    let late = counts(&views_with(Fault::Lag { days: 3 }).await);
    assert_eq!((late.len(), late[13]), (14, 170));
    let with_today = counts(&views_with(Fault::Lag { days: 0 }).await);
    assert_eq!(
        (with_today.len(), with_today[13]),
        (14, 50),
        "a quarter of today's 200 by six in the morning"
    );
}

#[tokio::test]
async fn sparse_series_leave_out_the_days_without_traffic() {
    let client = Client::admin();
    client.control.fault(Fault::Sparse, Scope::everywhere());
    let clones = client.get("/repos/acme/anvil/traffic/clones").await.json();
    let points = clones["clones"].as_array().unwrap();
    assert_eq!(points.len(), 7);
    assert!(
        points
            .iter()
            .all(|point| point["count"].as_u64().unwrap() > 0)
    );
}

#[tokio::test]
async fn the_popular_lists_can_be_empty() {
    let client = Client::admin();
    client
        .control
        .fault(Fault::EmptyPopular, Scope::everywhere());
    assert_eq!(
        client
            .get("/repos/acme/anvil/traffic/popular/referrers")
            .await
            .json(),
        json!([])
    );
    assert_eq!(
        client
            .get("/repos/acme/anvil/traffic/popular/paths")
            .await
            .json(),
        json!([])
    );
    assert_eq!(client.get(VIEWS).await.json()["count"], 1_750);
}

#[tokio::test]
async fn data_faults_combine() {
    let client = Client::admin();
    client
        .control
        .fault(Fault::Buckets { count: 15 }, Scope::everywhere());
    client.control.fault(
        Fault::FalseZero {
            day: day("2026-11-19"),
        },
        Scope::everywhere(),
    );
    client.control.fault(Fault::Sparse, Scope::everywhere());
    let counts = counts(&client.get(VIEWS).await);
    assert_eq!((counts.len(), counts[0], counts[13]), (14, 50, 180));
}

#[tokio::test]
async fn a_scope_applies_only_to_its_requests() {
    let client = Client::admin();
    let scope = Scope::everywhere()
        .endpoint(Endpoint::Views)
        .repository("Acme/Anvil")
        .next(2);
    client.control.fault(Fault::ServerError, scope);
    assert_eq!(
        client.get("/repos/acme/anvil/traffic/clones").await.status,
        200
    );
    assert_eq!(
        client.get("/repos/acme/rocket/traffic/views").await.status,
        200
    );
    assert_eq!(client.get(VIEWS).await.status, 500);
    assert_eq!(
        client.get("/repositories/101/traffic/views").await.status,
        500,
        "by id it is the same repository"
    );
    assert_eq!(
        client.get(VIEWS).await.status,
        200,
        "two requests were affected"
    );
}

#[tokio::test]
async fn a_fault_with_a_probability_applies_to_the_same_requests_every_time() {
    let affected = async |seed: u64| {
        let client = Client::admin();
        client.control.fault(
            Fault::ServerError,
            Scope::everywhere().probability(0.3, seed),
        );
        let mut affected = Vec::new();
        for number in 0..200 {
            if client.get(VIEWS).await.status == 500 {
                affected.push(number);
            }
        }
        affected
    };
    let first = affected(7).await;
    assert!((40..80).contains(&first.len()), "{} of 200", first.len());
    assert_eq!(affected(7).await, first);
    assert_ne!(affected(8).await, first);
}

#[tokio::test]
async fn faults_are_switched_off_one_by_one_and_all_at_once() {
    let client = Client::admin();
    let first = client
        .control
        .fault(Fault::ServerError, Scope::everywhere());
    client.control.fault(Fault::NotFound, Scope::everywhere());
    assert_eq!(client.get(VIEWS).await.status, 500);
    client.control.stop_fault(first);
    assert_eq!(client.get(VIEWS).await.status, 404);
    client.control.stop_faults();
    assert_eq!(client.get(VIEWS).await.status, 200);
}
