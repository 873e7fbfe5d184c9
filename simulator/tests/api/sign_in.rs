//! Signing in elsewhere with a GitHub account: OAuth from the authorization to the token.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use chrono::TimeDelta;
use serde_json::Value;
use sha2::{Digest, Sha256};
use simulator::{Endpoint, Fault, OAuthApp, Scope, User};
use url::Url;
use url::form_urlencoded::Serializer;

use crate::client::{Client, TestResponse, builder};

const CALLBACK: &str = "http://127.0.0.1:4000/auth/github/callback";
const VERIFIER: &str = "a-verifier-of-at-least-forty-three-characters-0";

/// GitHub's pages, with octocat signed in and one OAuth App.
fn client() -> Client {
    let app = OAuthApp::new(
        "Iv1.tidemark",
        "s3cret",
        "http://127.0.0.1/auth/github/callback",
    );
    Client::of(builder().oauth_app(app).signed_in("octocat")).without("authorization")
}

fn challenge() -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(VERIFIER))
}

fn query<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    Serializer::new(String::new()).extend_pairs(pairs).finish()
}

/// Requests authorization, with these additional or replaced parameters.
async fn authorize(client: &Client, with: &[(&str, &str)]) -> TestResponse {
    let challenge = challenge();
    let mut params = vec![
        ("client_id", "Iv1.tidemark"),
        ("redirect_uri", CALLBACK),
        ("state", "st&te"),
        ("code_challenge", challenge.as_str()),
        ("code_challenge_method", "S256"),
    ];
    for (name, value) in with {
        params.retain(|(known, _)| known != name);
        params.push((name, value));
    }
    params.retain(|(_, value)| !value.is_empty());
    client
        .get(&format!("/login/oauth/authorize?{}", query(params)))
        .await
}

/// The URL of the redirect, and one of its parameters.
fn sent(response: &TestResponse, name: &str) -> (String, Option<String>) {
    assert_eq!(response.status, 302, "{}", response.text());
    let mut address = Url::parse(response.header("location").unwrap()).unwrap();
    let value = address
        .query_pairs()
        .find(|(known, _)| known == name)
        .map(|(_, value)| value.into_owned());
    address.set_query(None);
    (address.into(), value)
}

async fn code(client: &Client, with: &[(&str, &str)]) -> String {
    sent(&authorize(client, with).await, "code").1.unwrap()
}

/// Exchanges a code, with these replaced parameters.
async fn exchange(client: &Client, code: &str, with: &[(&str, &str)]) -> TestResponse {
    let mut params = vec![
        ("client_id", "Iv1.tidemark"),
        ("client_secret", "s3cret"),
        ("code", code),
        ("redirect_uri", CALLBACK),
        ("code_verifier", VERIFIER),
    ];
    for (name, value) in with {
        params.retain(|(known, _)| known != name);
        params.push((name, value));
    }
    params.retain(|(_, value)| !value.is_empty());
    client
        .with("accept", "application/json")
        .post(
            "/login/oauth/access_token",
            "application/x-www-form-urlencoded",
            &query(params),
        )
        .await
}

/// The error, which GitHub returns with status 200.
fn mistake(response: &TestResponse) -> String {
    let body = response.json();
    assert_eq!(response.status, 200);
    assert_eq!(body.get("access_token"), None);
    assert!(body["error_description"].is_string());
    assert!(body["error_uri"].as_str().unwrap().starts_with("https://"));
    body["error"].as_str().unwrap().to_owned()
}

fn token(response: &TestResponse) -> String {
    let body = response.json();
    let token = body["access_token"].as_str();
    token.unwrap_or_else(|| panic!("{body}")).to_owned()
}

#[tokio::test]
async fn a_signed_in_user_is_redirected_with_a_code_for_a_token() {
    let client = client();
    let back = authorize(&client, &[("scope", "read:user user:email")]).await;
    assert_eq!(
        sent(&back, "state"),
        (CALLBACK.into(), Some("st&te".into()))
    );
    let code = sent(&back, "code").1.unwrap();
    let exchanged = exchange(&client, &code, &[]).await;
    assert_eq!(exchanged.status, 200);
    let body = exchanged.json();
    assert_eq!(body["token_type"], "bearer");
    assert_eq!(body["scope"], "read:user,user:email");
    let secret = body["access_token"].as_str().unwrap();
    assert!(secret.starts_with("gho_") && secret.len() == 40, "{secret}");
    let user = client.token(secret).get("/user").await;
    assert_eq!(user.json()["login"], "octocat");
    assert_eq!(user.json()["email"], Value::Null);
    assert_eq!(user.header("x-oauth-scopes"), Some("read:user, user:email"));
    assert_eq!(user.header("x-oauth-client-id"), Some("Iv1.tidemark"));
    // Without the scope `repo`, private repositories stay hidden.
    let private = client.token(secret).get("/repos/acme/rocket").await;
    assert_eq!(private.status, 404);
}

#[tokio::test]
async fn the_test_chooses_who_is_signed_in() {
    let client = client();
    let mona = User::new(9, "mona").email("mona@example.org");
    client.control.add_user(mona);
    client.control.sign_in("mona").unwrap();
    let exchanged = exchange(&client, &code(&client, &[]).await, &[]).await;
    assert_eq!(exchanged.json()["scope"], "");
    let user = client.token(&token(&exchanged)).get("/user").await.json();
    assert_eq!(
        (&user["id"], &user["email"]),
        (&9.into(), &"mona@example.org".into())
    );
    assert!(client.control.sign_in("nobody").is_err());
}

#[tokio::test]
async fn a_signed_out_user_is_redirected_to_the_sign_in_page() {
    let client = client();
    client.control.sign_out();
    let params = authorize(&client, &[]).await;
    let location = params.header("location").unwrap();
    assert_eq!(params.status, 302);
    assert!(
        location
            .starts_with("/login?client_id=Iv1.tidemark&return_to=%2Flogin%2Foauth%2Fauthorize"),
        "{location}"
    );
}

#[tokio::test]
async fn a_code_is_valid_once_and_for_ten_minutes() {
    let client = client();
    let used = code(&client, &[]).await;
    token(&exchange(&client, &used, &[]).await);
    let again = exchange(&client, &used, &[]).await;
    assert_eq!(mistake(&again), "bad_verification_code");
    let (in_time, late) = (code(&client, &[]).await, code(&client, &[]).await);
    assert_ne!(in_time, late);
    client.control.advance(TimeDelta::seconds(599));
    token(&exchange(&client, &in_time, &[]).await);
    client.control.advance(TimeDelta::seconds(1));
    let expired = exchange(&client, &late, &[]).await;
    assert_eq!(mistake(&expired), "bad_verification_code");
    let forged = exchange(&client, "0123456789abcdef0123", &[]).await;
    assert_eq!(mistake(&forged), "bad_verification_code");
}

#[tokio::test]
async fn the_verifier_must_match_the_challenge() {
    let client = client();
    for wrong in ["another-verifier-of-forty-three-characters-00", ""] {
        let code = code(&client, &[]).await;
        let refused = exchange(&client, &code, &[("code_verifier", wrong)]).await;
        assert_eq!(mistake(&refused), "bad_verification_code", "{wrong:?}");
        // A wrong guess uses the code up.
        let again = exchange(&client, &code, &[]).await;
        assert_eq!(mistake(&again), "bad_verification_code");
    }
    let none = [("code_challenge", ""), ("code_challenge_method", "")];
    let unproven = code(&client, &none).await;
    token(&exchange(&client, &unproven, &[("code_verifier", "")]).await);
    let stripped = code(&client, &none).await;
    let refused = exchange(&client, &stripped, &[]).await;
    assert_eq!(mistake(&refused), "bad_verification_code");
}

#[tokio::test]
async fn a_challenge_of_another_method_is_refused_at_once() {
    let client = client();
    for with in [
        ("code_challenge_method", "plain"),
        ("code_challenge_method", ""),
        ("code_challenge", "short"),
    ] {
        let refused = authorize(&client, &[with]).await;
        let (address, error) = sent(&refused, "error");
        assert_eq!(
            (address.as_str(), error.as_deref()),
            (CALLBACK, Some("invalid_request"))
        );
    }
}

#[tokio::test]
async fn the_client_secret_is_checked_and_a_wrong_one_does_not_use_up_the_code() {
    let client = client();
    let code = code(&client, &[]).await;
    for wrong in [
        ("client_secret", "guess"),
        ("client_secret", ""),
        ("client_id", "Iv1.other"),
    ] {
        let refused = exchange(&client, &code, &[wrong]).await;
        assert_eq!(mistake(&refused), "incorrect_client_credentials");
    }
    token(&exchange(&client, &code, &[]).await);
}

#[tokio::test]
async fn a_code_works_only_for_its_own_client() {
    let client = client();
    let other = OAuthApp::new(
        "Iv1.other",
        "other",
        "http://127.0.0.1/auth/github/callback",
    );
    client.control.add_oauth_app(other);
    let code = code(&client, &[]).await;
    let stolen = [("client_id", "Iv1.other"), ("client_secret", "other")];
    let refused = exchange(&client, &code, &stolen).await;
    assert_eq!(mistake(&refused), "bad_verification_code");
    token(&exchange(&client, &code, &[]).await);
}

#[tokio::test]
async fn users_are_redirected_only_to_the_registered_url() {
    let client = client();
    let evil = "https://evil.example/auth/github/callback";
    let refused = authorize(&client, &[("redirect_uri", evil)]).await;
    assert_eq!(
        sent(&refused, "error"),
        (
            "http://127.0.0.1/auth/github/callback".into(),
            Some("redirect_uri_mismatch".into())
        )
    );
    assert_eq!(sent(&refused, "code").1, None);
    let left_out = authorize(&client, &[("redirect_uri", "")]).await;
    let (address, code) = sent(&left_out, "code");
    assert_eq!(address, "http://127.0.0.1/auth/github/callback");
    let exchanged = exchange(&client, &code.unwrap(), &[("redirect_uri", "")]).await;
    token(&exchanged);
    for other in [evil, "http://127.0.0.1:4001/auth/github/callback"] {
        let code = self::code(&client, &[]).await;
        let refused = exchange(&client, &code, &[("redirect_uri", other)]).await;
        assert_eq!(mistake(&refused), "redirect_uri_mismatch");
    }
}

#[tokio::test]
async fn an_unknown_client_gets_a_page_without_a_redirect() {
    let response = authorize(&client(), &[("client_id", "Iv1.other")]).await;
    assert_eq!((response.status, response.header("location")), (404, None));
    assert!(response.text().starts_with("<!DOCTYPE html>"));
    let get = client().get("/login/oauth/access_token").await;
    assert_eq!(get.status, 404);
}

#[tokio::test]
async fn the_response_is_json_only_on_request() {
    let client = client();
    let code = code(&client, &[]).await;
    let params = query([
        ("client_id", "Iv1.tidemark"),
        ("client_secret", "s3cret"),
        ("code", code.as_str()),
        ("code_verifier", VERIFIER),
    ]);
    let kind = "application/x-www-form-urlencoded";
    let form = client
        .post("/login/oauth/access_token", kind, &params)
        .await;
    assert!(form.header("content-type").unwrap().starts_with(kind));
    assert!(
        form.text().starts_with("access_token=gho_"),
        "{}",
        form.text()
    );
    let refused = client
        .post("/login/oauth/access_token", kind, &params)
        .await;
    assert_eq!(refused.status, 200);
    assert!(refused.text().starts_with("error=bad_verification_code&"));
}

#[tokio::test]
async fn json_and_basic_authentication_work_like_a_form() {
    let client = client();
    let json = serde_json::json!({
        "client_id": "Iv1.tidemark",
        "client_secret": "s3cret",
        "code": code(&client, &[]).await,
        "code_verifier": VERIFIER,
    });
    let accepting = client.with("accept", "application/json");
    let response = accepting
        .post(
            "/login/oauth/access_token",
            "application/json",
            &json.to_string(),
        )
        .await;
    token(&response);
    let credentials = format!("Basic {}", STANDARD.encode("Iv1.tidemark:s3cret"));
    let code = code(&client, &[]).await;
    let none = [("client_id", ""), ("client_secret", "")];
    let basic = client.with("authorization", &credentials);
    token(&exchange(&basic, &code, &none).await);
}

#[tokio::test]
async fn refusals_by_the_user_and_by_github_can_be_switched_on() {
    let client = client();
    for (fault, error) in [
        (Fault::AccessDenied, "access_denied"),
        (Fault::ApplicationSuspended, "application_suspended"),
    ] {
        client.control.fault(fault, Scope::everywhere().next(1));
        let refused = authorize(&client, &[]).await;
        assert_eq!(sent(&refused, "error").1.as_deref(), Some(error));
        assert_eq!(sent(&refused, "state").1.as_deref(), Some("st&te"));
    }
    client
        .control
        .fault(Fault::UnverifiedEmail, Scope::everywhere().next(1));
    let refused = exchange(&client, &code(&client, &[]).await, &[]).await;
    assert_eq!(mistake(&refused), "unverified_user_email");
    let down = Scope::everywhere().endpoint(Endpoint::AccessToken).next(1);
    client.control.fault(Fault::BadGateway, down);
    let code = code(&client, &[]).await;
    assert_eq!(exchange(&client, &code, &[]).await.status, 502);
    token(&exchange(&client, &code, &[]).await);
    assert_eq!(client.control.requests_to(Endpoint::AccessToken), 3);
}

#[tokio::test]
async fn the_pages_are_at_the_root_and_cost_no_rate_limit() {
    let app = OAuthApp::new("Iv1.tidemark", "s3cret", CALLBACK);
    let builder = builder().oauth_app(app).signed_in("octocat");
    let client = Client::of(builder.base_path("/api/v3")).without("authorization");
    let code = code(&client, &[]).await;
    let exchanged = exchange(&client, &code, &[]).await;
    assert_eq!(exchanged.header("x-ratelimit-limit"), None);
    let user = client.token(&token(&exchanged)).get("/api/v3/user").await;
    assert_eq!(user.figure("x-ratelimit-used"), 1);
}
