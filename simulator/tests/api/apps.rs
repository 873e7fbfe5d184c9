//! GitHub Apps, their installations and their tokens.

use axum::http::Method;
use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};
use simulator::{App, Installation, Repository, TestKeys, User, other_test_keys, test_keys};

use crate::client::{Client, NOW, TestResponse, builder};

const TOKENS: &str = "/app/installations/71/access_tokens";
const PRIVATE_VIEWS: &str = "/repos/acme/rocket/traffic/views";

fn now() -> i64 {
    NOW.parse::<DateTime<Utc>>().unwrap().timestamp()
}

fn signed_with(keys: TestKeys, algorithm: Algorithm, claims: &Value) -> String {
    let key = match algorithm {
        Algorithm::HS256 => EncodingKey::from_secret(keys.public_pem.as_bytes()),
        _ => EncodingKey::from_rsa_pem(keys.private_pem.as_bytes()).unwrap(),
    };
    encode(&Header::new(algorithm), claims, &key).unwrap()
}

fn signed(claims: &Value) -> String {
    signed_with(test_keys(), Algorithm::RS256, claims)
}

/// The claims of an app, valid for nine minutes.
fn claims() -> Value {
    json!({ "iss": 5, "iat": now() - 60, "exp": now() + 540 })
}

/// A client of the app that is installed at acme.
pub fn app() -> Client {
    Client::of(builder()).token(&signed(&claims()))
}

async fn create(client: &Client) -> TestResponse {
    client.request(Method::POST, TOKENS).await
}

#[tokio::test]
async fn an_installation_gets_a_long_token_for_an_hour() {
    let app = app();
    let created = create(&app).await;
    assert_eq!(created.status, 201);
    let body = created.json();
    let secret = body["token"].as_str().unwrap();
    assert!(secret.starts_with("ghs_") && secret.len() > 500, "{secret}");
    assert_eq!(body["expires_at"], "2026-11-20T07:00:00Z");
    assert_eq!(
        body["permissions"],
        json!({ "administration": "read", "contents": "read", "metadata": "read" })
    );
    assert_eq!(body["repository_selection"], "all");
    let installation = app.token(secret);
    assert_eq!(installation.get(PRIVATE_VIEWS).await.status, 200);
    app.control.advance(TimeDelta::minutes(59));
    assert_eq!(installation.get(PRIVATE_VIEWS).await.status, 200);
    app.control.advance(TimeDelta::minutes(1));
    assert_eq!(installation.get(PRIVATE_VIEWS).await.status, 401);
}

#[tokio::test]
async fn every_token_is_different() {
    let app = app();
    let first = create(&app).await.json();
    assert_ne!(create(&app).await.json()["token"], first["token"]);
}

#[tokio::test]
async fn the_signature_is_checked_with_the_apps_key() {
    let app = app();
    let forged = signed_with(other_test_keys(), Algorithm::RS256, &claims());
    // The public key used as a shared secret: the oldest trick against web tokens.
    let confused = signed_with(test_keys(), Algorithm::HS256, &claims());
    let mut altered = signed(&claims());
    altered.replace_range(40..41, if &altered[40..41] == "A" { "B" } else { "A" });
    for bad in [
        forged.as_str(),
        &confused,
        &altered,
        "header.payload.signature",
        "ghp_octocat",
        "ghs_reads",
    ] {
        let refused = create(&app.token(bad)).await;
        assert_eq!(refused.status, 401, "{bad}");
        assert_eq!(refused.message(), "A JSON web token could not be decoded");
    }
    let nobody = create(&app.without("authorization")).await;
    assert_eq!(nobody.message(), "A JSON web token could not be decoded");
}

#[tokio::test]
async fn a_json_web_token_expires_within_ten_minutes_and_names_its_app() {
    let app = app();
    let expired = "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires";
    let future = "'Expiration time' claim ('exp') is too far in the future";
    let issued = "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued";
    let cases = [
        (
            json!({ "iss": 5, "iat": now(), "exp": now() + 600 }),
            200,
            "",
        ),
        (
            json!({ "iss": "5", "iat": now(), "exp": now() + 1 }),
            200,
            "",
        ),
        (
            json!({ "iss": 5, "iat": now(), "exp": now() + 601 }),
            401,
            future,
        ),
        (
            json!({ "iss": 5, "iat": now() - 60, "exp": now() }),
            401,
            expired,
        ),
        (json!({ "iss": 5, "iat": now() }), 401, expired),
        (
            json!({ "iss": 5, "iat": now() + 1, "exp": now() + 60 }),
            401,
            issued,
        ),
        (json!({ "iss": 5, "exp": now() + 60 }), 401, issued),
        (
            json!({ "iat": now(), "exp": now() + 60 }),
            401,
            "Missing 'issuer' claim ('iss') in assertion",
        ),
        (
            json!({ "iss": 6, "iat": now(), "exp": now() + 60 }),
            404,
            "Integration not found",
        ),
    ];
    for (claims, status, message) in cases {
        let response = app.token(&signed(&claims)).get("/app").await;
        assert_eq!(response.status, status, "{claims}");
        if status != 200 {
            assert_eq!(response.message(), message, "{claims}");
        }
    }
}

#[tokio::test]
async fn a_json_web_token_can_be_checked_with_another_clock() {
    let other_clock = simulator::Clock::fixed("2031-01-01T00:00:00Z".parse().unwrap());
    let late = other_clock.now().timestamp();
    let keys = test_keys();
    let app = App::new(5, "tidemark", keys.public_pem).unwrap();
    let client = Client::of(builder().app(app.clock(other_clock)));
    let claims = json!({ "iss": 5, "iat": late - 60, "exp": late + 540 });
    let created = create(&client.token(&signed(&claims))).await;
    // The token itself expires by the simulator's clock.
    assert_eq!(created.json()["expires_at"], "2026-11-20T07:00:00Z");
}

#[tokio::test]
async fn an_invalid_public_key_is_refused() {
    let refused = App::new(5, "tidemark", "no key").unwrap_err();
    assert!(refused.to_string().contains("RSA public key in PEM"));
}

#[tokio::test]
async fn the_app_is_described() {
    let response = app().get("/app").await;
    let body = response.json();
    assert_eq!(
        (&body["id"], &body["slug"]),
        (&json!(5), &json!("tidemark"))
    );
    assert_eq!(body["permissions"]["administration"], "read");
    assert_eq!(body["installations_count"], 2);
    assert_eq!(body["owner"]["type"], "Organization");
    assert_eq!(response.figure("x-ratelimit-limit"), 5_000);
    let by_client_id = json!({ "iss": body["client_id"], "iat": now(), "exp": now() + 60 });
    let same = app().token(&signed(&by_client_id)).get("/app").await;
    assert_eq!(same.json()["id"], 5);
}

#[tokio::test]
async fn an_installation_has_its_account_and_permissions() {
    let app = app();
    let all = app.get("/app/installations/71").await.json();
    assert_eq!(all["account"]["login"], "acme");
    assert_eq!(
        (&all["app_id"], &all["app_slug"], &all["target_type"]),
        (&json!(5), &json!("tidemark"), &json!("Organization"))
    );
    assert_eq!(all["repository_selection"], "all");
    assert_eq!(all["permissions"]["administration"], "read");
    assert_eq!(all["suspended_at"], Value::Null);
    let selected = app.get("/app/installations/72").await.json();
    assert_eq!(selected["repository_selection"], "selected");
    assert_eq!(selected["permissions"].get("administration"), None);
    for unknown in ["99", "nonsense"] {
        let target = format!("/app/installations/{unknown}");
        assert_eq!(app.get(&target).await.status, 404);
        let tokens = format!("{target}/access_tokens");
        assert_eq!(app.request(Method::POST, &tokens).await.status, 404);
    }
}

#[tokio::test]
async fn another_apps_installation_is_not_found() {
    let other = App::new(9, "stranger", other_test_keys().public_pem).unwrap();
    let client = Client::of(builder().app(other));
    let claims = json!({ "iss": 9, "iat": now(), "exp": now() + 60 });
    let anonymous = client.token(&signed_with(other_test_keys(), Algorithm::RS256, &claims));
    assert_eq!(create(&anonymous).await.status, 404);
    let own = Installation::new(73, "acme").of_app(9);
    client.control.add_installation(own);
    assert_eq!(anonymous.get("/app/installations/73").await.status, 200);
    let ours = client.token(&signed(&self::claims()));
    assert_eq!(ours.get("/app/installations/73").await.status, 404);
}

#[tokio::test]
async fn permissions_can_be_granted_and_removed() {
    let app = app();
    let secret = create(&app).await.json()["token"]
        .as_str()
        .unwrap()
        .to_owned();
    let installation = app.token(&secret);
    app.control
        .set_permission(71, "administration", None)
        .unwrap();
    let refused = installation.get(PRIVATE_VIEWS).await;
    assert_eq!(refused.message(), "Resource not accessible by integration");
    assert_eq!(
        refused.header("x-accepted-github-permissions"),
        Some("administration=read")
    );
    let again = create(&app).await.json();
    assert_eq!(again["permissions"].get("administration"), None);
    app.control
        .set_permission(71, "administration", Some("write"))
        .unwrap();
    assert_eq!(installation.get(PRIVATE_VIEWS).await.status, 200);
    assert!(
        app.control
            .set_permission(99, "administration", None)
            .is_err()
    );
}

#[tokio::test]
async fn a_suspended_installation_is_refused_until_it_is_resumed() {
    let app = app();
    let secret = create(&app).await.json()["token"]
        .as_str()
        .unwrap()
        .to_owned();
    app.control.suspend_installation(71, true).unwrap();
    for refused in [
        create(&app).await,
        app.token(&secret).get(PRIVATE_VIEWS).await,
    ] {
        assert_eq!(refused.status, 403);
        assert_eq!(refused.message(), "This installation has been suspended");
    }
    let installation = app.get("/app/installations/71").await.json();
    assert_eq!(installation["suspended_at"], NOW);
    app.control.suspend_installation(71, false).unwrap();
    assert_eq!(app.token(&secret).get(PRIVATE_VIEWS).await.status, 200);
    app.control.remove_installation(71).unwrap();
    assert_eq!(create(&app).await.status, 404);
    assert_eq!(app.token(&secret).get(PRIVATE_VIEWS).await.status, 401);
}

#[tokio::test]
async fn issued_tokens_can_be_revoked() {
    let app = app();
    let secret = create(&app).await.json()["token"]
        .as_str()
        .unwrap()
        .to_owned();
    // The one above, and the initial one.
    assert_eq!(app.control.revoke_installation_tokens(71), 2);
    assert_eq!(app.token(&secret).get(PRIVATE_VIEWS).await.status, 401);
    let renewed = create(&app).await.json()["token"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(app.token(&renewed).get(PRIVATE_VIEWS).await.status, 200);
}

#[tokio::test]
async fn a_token_with_fewer_permissions_is_refused_instead_of_having_all() {
    let app = app();
    let narrow = json!({ "permissions": { "metadata": "read" } });
    let refused = app
        .post(TOKENS, "application/json", &narrow.to_string())
        .await;
    assert_eq!(refused.status, 422);
    let whole = app.post(TOKENS, "application/json", "{}").await;
    assert_eq!(whole.status, 201);
}

#[tokio::test]
async fn an_installations_repositories_come_in_pages_without_a_users_permissions() {
    let builder = (0..250).fold(builder(), |builder, number| {
        builder.repository(Repository::new(
            9_000 + number,
            &format!("acme/part-{number:03}"),
        ))
    });
    let client = Client::of(builder.user(User::new(3, "acme-admin"))).token("ghs_reads");
    let first = client.get("/installation/repositories?per_page=100").await;
    let link = first.header("link").unwrap();
    assert!(
        link.contains("/installation/repositories?per_page=100&page=2>; rel=\"next\"")
            && link.contains("page=3>; rel=\"last\""),
        "{link}"
    );
    assert_eq!(first.json()["total_count"], 252);
    let last = client
        .get("/installation/repositories?per_page=100&page=3")
        .await;
    assert!(!last.header("link").unwrap().contains("rel=\"next\""));
    let repositories = last.json()["repositories"].as_array().unwrap().clone();
    assert_eq!(repositories.len(), 52);
    for repository in &repositories {
        let permissions = repository["permissions"].as_object().unwrap();
        assert!(
            permissions.values().all(|held| held == false),
            "{repository}"
        );
    }
}
