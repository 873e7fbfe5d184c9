//! A GitHub App from its manifest to its installation, as a person and their server go through it.

use serde_json::{Value, json};
use simulator::{Endpoint, Fault, Scope};
use url::Url;
use url::form_urlencoded::Serializer;

use crate::client::{Answer, Client, world};

const FORM: &str = "application/x-www-form-urlencoded";

/// GitHub's pages, with octocat signed in.
fn client() -> Client {
    Client::of(world().signed_in("octocat")).without("authorization")
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

async fn post(client: &Client, target: &str, fields: &[(&str, &str)]) -> Answer {
    let body = Serializer::new(String::new()).extend_pairs(fields).finish();
    client.post(target, FORM, &body).await
}

/// Where the answer sends people.
fn sent(answer: &Answer) -> Url {
    assert_eq!(answer.status, 302, "{}", answer.text());
    Url::parse(answer.header("location").unwrap()).unwrap()
}

fn told(address: &Url, name: &str) -> Option<String> {
    let mut told = address.query_pairs();
    told.find(|(known, _)| known == name)
        .map(|(_, value)| value.into_owned())
}

/// Presses the button on the page of the manifest, and gives where that leads.
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
    sent(&accepted)
}

async fn convert(client: &Client, code: &str) -> Answer {
    post(client, &format!("/app-manifests/{code}/conversions"), &[]).await
}

#[tokio::test]
async fn a_manifest_becomes_an_app_whose_key_is_told_once() {
    let client = client();
    let back = registered(&client, "/organizations/acme").await;
    assert_eq!(back.path(), "/created");
    assert_eq!(told(&back, "state").as_deref(), Some("st&te"));
    let code = told(&back, "code").unwrap();

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
async fn an_unknown_code_or_one_that_is_told_to_be_expired_is_not_found() {
    let client = client();
    let code = told(&registered(&client, "").await, "code").unwrap();
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
async fn an_app_is_installed_where_it_belongs_or_waits_for_approval() {
    let client = client();
    let code = told(&registered(&client, "/organizations/acme").await, "code").unwrap();
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
    let asked = sent(&post(&client, install, &[("state", "abc")]).await);
    assert_eq!(told(&asked, "setup_action").as_deref(), Some("request"));
    assert_eq!(told(&asked, "installation_id"), None);

    let id = client.control.install_app("tidemark-of-acme").unwrap();
    let back = sent(&post(&client, install, &[("state", "abc")]).await);
    assert_eq!(back.path(), "/installed");
    assert_eq!(told(&back, "installation_id"), Some(id.to_string()));
    assert_eq!(told(&back, "setup_action").as_deref(), Some("install"));
    assert_eq!(told(&back, "state").as_deref(), Some("abc"));
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
