//! A GitHub App from its manifest to its installation.

use serde_json::{Value, json};
use simulator::{Endpoint, Fault, Scope};
use url::Url;
use url::form_urlencoded::Serializer;

use crate::client::{Client, TestResponse, builder};

const FORM: &str = "application/x-www-form-urlencoded";

/// GitHub's pages, with octocat signed in.
fn client() -> Client {
    Client::of(builder().signed_in("octocat")).without("authorization")
}

fn manifest() -> Value {
    json!({
        "name": "Tidemark of acme",
        "url": "https://tidemark.example/",
        "redirect_url": "https://tidemark.example/created",
        "setup_url": "https://tidemark.example/installed",
        "public": false,
        "default_permissions": {"administration": "read", "metadata": "read"},
    })
}

async fn post(client: &Client, target: &str, fields: &[(&str, &str)]) -> TestResponse {
    let body = Serializer::new(String::new()).extend_pairs(fields).finish();
    client.post(target, FORM, &body).await
}

/// The URL of the redirect.
fn redirect(response: &TestResponse) -> Url {
    assert_eq!(response.status, 302, "{}", response.text());
    Url::parse(response.header("location").unwrap()).unwrap()
}

fn query_parameter(address: &Url, name: &str) -> Option<String> {
    let mut pairs = address.query_pairs();
    pairs
        .find(|(known, _)| known == name)
        .map(|(_, value)| value.into_owned())
}

/// Submits the form on the page of the manifest, and returns the redirect.
async fn registered(client: &Client, account: &str) -> Url {
    let text = manifest().to_string();
    let page = post(
        client,
        &format!("{account}/settings/apps/new?state=st%26te"),
        &[("manifest", &text)],
    )
    .await;
    assert_eq!(page.status, 200, "{}", page.text());
    assert!(page.text().contains("administration: read"));
    assert!(page.text().contains("value=\"st&amp;te\""));
    let fields = [
        ("manifest", text.as_str()),
        ("name", "Tidemark of acme"),
        ("state", "st&te"),
    ];
    let target = format!("{account}/settings/apps/manifest");
    let accepted = post(client, &target, &fields).await;
    redirect(&accepted)
}

async fn convert(client: &Client, code: &str) -> TestResponse {
    post(client, &format!("/app-manifests/{code}/conversions"), &[]).await
}

#[tokio::test]
async fn a_manifest_becomes_an_app_whose_key_is_shown_once() {
    let client = client();
    let back = registered(&client, "/organizations/acme").await;
    assert_eq!(back.path(), "/created");
    assert_eq!(query_parameter(&back, "state").as_deref(), Some("st&te"));
    let code = query_parameter(&back, "code").unwrap();

    let app = convert(&client, &code).await;
    assert_eq!(app.status, 201, "{}", app.text());
    let app = app.json();
    assert_eq!(app["slug"], "tidemark-of-acme");
    assert_eq!(app["owner"]["login"], "acme");
    assert_eq!(
        app["permissions"],
        json!({"administration": "read", "metadata": "read"})
    );
    assert!(app["pem"].as_str().unwrap().contains("PRIVATE KEY"));
    assert_eq!(convert(&client, &code).await.status, 404, "a second time");
}

#[tokio::test]
async fn an_unknown_or_expired_code_is_not_found() {
    let client = client();
    let code = query_parameter(&registered(&client, "").await, "code").unwrap();
    client.control.fault(
        Fault::ExpiredManifestCode,
        Scope::everywhere()
            .endpoint(Endpoint::ManifestConversion)
            .next(1),
    );
    assert_eq!(convert(&client, &code).await.status, 404);
    assert_eq!(convert(&client, "no-such-code").await.status, 404);
}

#[tokio::test]
async fn an_app_is_installed_for_its_owner_or_waits_for_approval() {
    let client = client();
    let code = query_parameter(&registered(&client, "/organizations/acme").await, "code").unwrap();
    convert(&client, &code).await;
    let page = client
        .get("/apps/tidemark-of-acme/installations/new?state=abc")
        .await;
    assert!(page.text().contains("Install"), "{}", page.text());

    let install = "/apps/tidemark-of-acme/installations";
    client.control.fault(
        Fault::InstallationNeedsApproval,
        Scope::everywhere().next(1),
    );
    let requested = redirect(&post(&client, install, &[("state", "abc")]).await);
    assert_eq!(
        query_parameter(&requested, "setup_action").as_deref(),
        Some("request")
    );
    assert_eq!(query_parameter(&requested, "installation_id"), None);

    let id = client.control.install_app("tidemark-of-acme").unwrap();
    let back = redirect(&post(&client, install, &[("state", "abc")]).await);
    assert_eq!(back.path(), "/installed");
    assert_eq!(
        query_parameter(&back, "installation_id"),
        Some(id.to_string())
    );
    assert_eq!(
        query_parameter(&back, "setup_action").as_deref(),
        Some("install")
    );
    assert_eq!(query_parameter(&back, "state").as_deref(), Some("abc"));
    assert_eq!(
        client.get("/apps/nothing/installations/new").await.status,
        404
    );
}

#[tokio::test]
async fn a_wrong_manifest_or_a_taken_name_is_refused_on_the_page() {
    let client = client();
    registered(&client, "").await;
    let text = manifest().to_string();
    for (name, wrong) in [
        ("Tidemark of acme", "already taken"),
        ("", "can't be blank"),
        ("a name of more than thirty-four letters", "too long"),
    ] {
        let fields = [("manifest", text.as_str()), ("name", name)];
        let refused = post(&client, "/settings/apps/manifest", &fields).await;
        assert_eq!(refused.status, 200);
        assert!(refused.text().contains(wrong), "{}", refused.text());
    }
    let mut hooked = manifest();
    hooked["hook_attributes"] = json!({"active": false});
    let hooked = hooked.to_string();
    let refused = post(&client, "/settings/apps/new", &[("manifest", &hooked)]).await;
    assert_eq!(refused.status, 422);
    assert!(refused.text().contains("wasn't supplied"));

    client.control.sign_out();
    let away = post(&client, "/settings/apps/new", &[("manifest", &text)]).await;
    assert_eq!(
        (away.status, away.header("location")),
        (302, Some("/login"))
    );
}
