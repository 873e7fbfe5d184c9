//! The differences between github.com and GitHub Enterprise Server.

use serde_json::Value;

use crate::client::{Client, builder};

const VIEWS: &str = "/repos/acme/anvil/traffic/views";

#[tokio::test]
async fn github_com_has_no_version() {
    let client = Client::admin();
    let meta = client.get("/meta").await;
    assert_eq!(meta.status, 200);
    assert_eq!(meta.json().get("installed_version"), None);
    assert!(meta.json()["api"].is_array());
    assert_eq!(meta.header("x-github-enterprise-version"), None);
    let anonymous = client.without("authorization").get("/meta").await;
    assert_eq!(
        (anonymous.status, anonymous.figure("x-ratelimit-limit")),
        (200, 60)
    );
}

#[tokio::test]
async fn enterprise_server_has_a_version_and_no_traffic() {
    let builder = builder().enterprise_server("3.19.1").base_path("/api/v3");
    let client = Client::of(builder).token("ghp_octocat");
    let meta = client.without("authorization").get("/api/v3/meta").await;
    assert_eq!(meta.json()["installed_version"], "3.19.1");
    assert_eq!(meta.header("x-github-enterprise-version"), Some("3.19.1"));
    assert_eq!(client.get("/api/v3/repos/acme/anvil").await.status, 200);
    for traffic in ["views", "clones", "popular/referrers", "popular/paths"] {
        let target = format!("/api/v3/repos/acme/anvil/traffic/{traffic}");
        let refused = client.get(&target).await;
        assert_eq!(
            (refused.status, refused.message().as_str()),
            (404, "Not Found")
        );
    }
}

#[tokio::test]
async fn enterprise_server_has_no_rate_limits() {
    let client = Client::of(builder().enterprise_server("3.19.1")).token("ghp_octocat");
    client.control.leave_budget("octocat", 0).unwrap();
    let user = client.get("/user").await;
    assert_eq!((user.status, user.header("x-ratelimit-limit")), (200, None));
    let limits = client.get("/rate_limit").await;
    assert_eq!(limits.status, 404);
    assert_eq!(limits.message(), "Rate limiting is not enabled.");
}

#[tokio::test]
async fn a_server_can_change_its_kind() {
    let client = Client::admin();
    assert_eq!(client.get(VIEWS).await.status, 200);
    client.control.set_enterprise_server(Some("3.19.1"));
    assert_eq!(client.get(VIEWS).await.status, 404);
    client.control.set_enterprise_server(None);
    assert_eq!(client.get(VIEWS).await.status, 200);
    let version = client.get("/meta").await.json()["installed_version"].clone();
    assert_eq!(version, Value::Null);
}
