//! Access by credentials, and the refusals.

use chrono::{DateTime, FixedOffset, TimeDelta, Utc};
use simulator::Token;

use crate::client::{Client, NOW, builder};

const VIEWS: &str = "/repos/acme/anvil/traffic/views";
const PRIVATE_VIEWS: &str = "/repos/acme/rocket/traffic/views";

#[tokio::test]
async fn each_token_reads_traffic_exactly_where_github_allows_it() {
    let client = Client::admin();
    let expected = [
        ("ghp_octocat", 200, 200),
        ("ghp_public", 200, 404),
        ("ghp_hubot", 403, 404),
        ("github_pat_reads", 200, 200),
        ("github_pat_one", 200, 404),
        ("github_pat_blind", 403, 403),
        ("ghs_reads", 200, 200),
        ("ghs_blind", 403, 404),
        ("ghs_actions", 403, 404),
    ];
    for (secret, public, private) in expected {
        let client = client.token(secret);
        assert_eq!(client.get(VIEWS).await.status, public, "{secret}, public");
        assert_eq!(
            client.get(PRIVATE_VIEWS).await.status,
            private,
            "{secret}, private"
        );
    }
}

#[tokio::test]
async fn the_three_refusals_of_traffic_differ() {
    let client = Client::admin();
    let no_push = client.token("ghp_hubot").get(VIEWS).await;
    assert_eq!(no_push.message(), "Must have push access to repository");
    assert_eq!(
        no_push.json()["documentation_url"],
        "https://docs.github.com/rest/metrics/traffic#get-page-views"
    );
    let blind = client.token("github_pat_blind").get(VIEWS).await;
    assert_eq!(
        blind.message(),
        "Resource not accessible by personal access token"
    );
    assert_eq!(
        blind.header("x-accepted-github-permissions"),
        Some("administration=read")
    );
    for secret in ["ghs_blind", "ghs_actions"] {
        let blind = client.token(secret).get(VIEWS).await;
        assert_eq!(blind.message(), "Resource not accessible by integration");
        assert_eq!(
            blind.header("x-accepted-github-permissions"),
            Some("administration=read")
        );
    }
}

#[tokio::test]
async fn an_anonymous_request_reads_no_traffic_and_counts_against_the_address() {
    let client = Client::admin().without("authorization");
    let refused = client.get(VIEWS).await;
    assert_eq!(
        (refused.status, refused.figure("x-ratelimit-limit")),
        (403, 60)
    );
    assert_eq!(client.get("/repos/acme/anvil").await.status, 200);
    assert_eq!(client.get("/repos/acme/rocket").await.status, 404);
    assert_eq!(
        client.get("/user").await.message(),
        "Requires authentication"
    );
}

#[tokio::test]
async fn a_wrong_token_is_refused_with_the_anonymous_limit() {
    let refused = Client::admin().token("ghp_wrong").get("/user").await;
    assert_eq!(
        (refused.status, refused.message().as_str()),
        (401, "Bad credentials")
    );
    assert_eq!(refused.figure("x-ratelimit-limit"), 60);
    let basic = Client::admin()
        .with("authorization", "Basic b2N0b2NhdDpzZWNyZXQ=")
        .get("/user")
        .await;
    assert_eq!(basic.status, 401);
}

#[tokio::test]
async fn a_revoked_token_is_refused_from_one_request_to_the_next() {
    let client = Client::admin();
    assert_eq!(client.get(VIEWS).await.status, 200);
    assert!(client.control.revoke_token("ghp_octocat"));
    assert_eq!(client.get(VIEWS).await.status, 401);
    assert!(!client.control.revoke_token("ghp_octocat"));
    assert_eq!(client.token("ghp_octocat_too").get(VIEWS).await.status, 200);
}

#[tokio::test]
async fn repeated_bad_credentials_lock_out_all_tokens_of_that_user() {
    let client = Client::admin();
    client.control.revoke_token("ghp_octocat");
    for _ in 0..10 {
        assert_eq!(client.get("/user").await.status, 401);
    }
    let other = client.token("ghp_octocat_too");
    for client in [&client, &other] {
        let locked = client.get("/user").await;
        assert_eq!(locked.status, 403);
        assert_eq!(
            locked.message(),
            "Maximum number of login attempts exceeded. Please try again later."
        );
    }
    assert_eq!(client.token("ghp_hubot").get("/user").await.status, 200);
    client.control.advance(TimeDelta::minutes(11));
    assert_eq!(other.get("/user").await.status, 200);
}

#[tokio::test]
async fn the_headers_show_the_scopes_and_expiry_of_the_token() {
    let utc: DateTime<Utc> = "2027-02-25T04:28:56Z".parse().unwrap();
    let zoned: DateTime<FixedOffset> = "2027-02-25T04:28:56-07:00".parse().unwrap();
    let client = Client::of(
        builder()
            .token(Token::classic("ghp_ends", "octocat", ["repo", "read:org"]).expires(utc))
            .token(Token::fine_grained("github_pat_ends", "octocat").expires(zoned)),
    );
    let classic = client.token("ghp_ends").get("/user").await;
    assert_eq!(classic.header("x-oauth-scopes"), Some("repo, read:org"));
    assert_eq!(
        classic.header("github-authentication-token-expiration"),
        Some("2027-02-25 04:28:56 UTC")
    );
    let fine = client.token("github_pat_ends").get("/user").await;
    assert_eq!(fine.header("x-oauth-scopes"), None);
    assert_eq!(
        fine.header("github-authentication-token-expiration"),
        Some("2027-02-25 04:28:56 -0700")
    );
    client.control.advance(TimeDelta::days(200));
    assert_eq!(client.token("ghp_ends").get("/user").await.status, 401);
}

#[tokio::test]
async fn the_user_is_that_of_the_token() {
    let client = Client::admin();
    let user = client.get("/user").await.json();
    assert_eq!(
        (&user["login"], &user["id"], &user["name"]),
        (&"octocat".into(), &1.into(), &"The Octocat".into())
    );
    assert_eq!(user["type"], "User");
    assert!(
        user["node_id"].is_string()
            && user["avatar_url"].is_string()
            && user["site_admin"] == false
    );
    assert_eq!(
        client.token("ghs_reads").get("/user").await.message(),
        "Resource not accessible by integration"
    );
}

#[tokio::test]
async fn a_request_without_a_user_agent_is_refused_in_plain_text() {
    let refused = Client::admin().without("user-agent").get("/user").await;
    assert_eq!(refused.status, 403);
    assert!(
        refused
            .header("content-type")
            .unwrap()
            .starts_with("text/plain")
    );
    assert!(
        refused
            .text()
            .contains("Please make sure your request has a User-Agent header")
    );
}

#[tokio::test]
async fn the_version_of_the_api_is_checked_and_returned() {
    let client = Client::admin();
    assert_eq!(
        client
            .get("/user")
            .await
            .header("x-github-api-version-selected"),
        Some("2022-11-28")
    );
    let new = client.with("x-github-api-version", "2026-03-10");
    assert_eq!(
        new.get("/user")
            .await
            .header("x-github-api-version-selected"),
        Some("2026-03-10")
    );
    assert!(new.get("/rate_limit").await.json().get("rate").is_none());
    let unknown = client
        .with("x-github-api-version", "2021-01-01")
        .get("/user")
        .await;
    assert_eq!(unknown.status, 400);
    assert!(unknown.message().contains("2021-01-01"));
}

#[tokio::test]
async fn every_response_has_githubs_headers_and_the_simulators_time() {
    let now: DateTime<Utc> = NOW.parse().unwrap();
    let client = Client::admin();
    let mut ids = Vec::new();
    for target in ["/user", "/repos/acme/anvil", "/repos/acme/nothing", VIEWS] {
        let response = client.get(target).await;
        assert_eq!(
            response.header("content-type"),
            Some("application/json; charset=utf-8")
        );
        assert_eq!(
            response.header("x-github-media-type"),
            Some("github.v3; format=json")
        );
        assert_eq!(response.header("server"), Some("github.com"));
        assert_eq!(
            DateTime::parse_from_rfc2822(response.header("date").unwrap()).unwrap(),
            now
        );
        ids.push(response.header("x-github-request-id").unwrap().to_owned());
    }
    ids.dedup();
    assert_eq!(ids.len(), 4);
}
