//! Signing in with OpenID Connect and with GitHub: what must be refused, and how it is told.

pub mod provider;

use domain::{SignInError, TenantId, Viewer};
use engine::InvitationInput;
use reqwest::Response;
use secrecy::ExposeSecret;

use self::provider::{AuthorizationRequest, Provider, Wrong};
use crate::service::{Browser, Options, PASSWORD, Service, header, location};

const BEGIN: &str = "/sign-in/oidc?next=/t/lab";

/// A site whose people may sign in at the provider, with its tenant “Lab”.
async fn served() -> (Provider, Service, TenantId) {
    let provider = Provider::start().await;
    let service = Service::with(Options {
        oidc: Some(provider.settings()),
        ..Options::default()
    })
    .await;
    let lab = service.tenant("Lab", "ada@example.org", true).await;
    (provider, service, lab.id)
}

async fn get_from(browser: &Browser, path: &str, site: &str) -> Response {
    let request = browser.request("GET", path);
    request.header("sec-fetch-site", site).send().await.unwrap()
}

/// Links the provider's Mona to the signed-in account.
async fn connect(provider: &Provider, service: &Service, browser: &Browser) -> String {
    let path = "/sign-in/oidc?intent=connect&next=/profile";
    let away = get_from(browser, path, "same-origin").await;
    let back = provider.agrees(location(&away), &service.url);
    location(&get_from(browser, &back, "cross-site").await).to_owned()
}

/// Goes to the provider, which agrees, and comes back; where that leads.
async fn go(provider: &Provider, service: &Service, browser: &Browser, path: &str) -> String {
    let away = get_from(browser, path, "same-origin").await;
    let back = provider.agrees(location(&away), &service.url);
    location(&browser.get(&back).await).to_owned()
}

fn sign_in_with_error(sign_in_with_error: SignInError) -> String {
    format!("/sign-in?error={}", sign_in_with_error.code())
}

#[tokio::test]
async fn an_identity_signs_in_once_it_is_connected_and_never_by_its_address() {
    let (provider, service, _) = served().await;
    // The provider's address for Mona is that of an account: that alone grants no access.
    service.person("mona@example.org", false, None).await;
    let browser = service.browser();
    let unknown = go(&provider, &service, &browser, BEGIN).await;
    assert_eq!(unknown, "/sign-in?error=unknown-identity&next=%2Ft%2Flab");

    let mine = service.signed_in("ada@example.org").await;
    assert_eq!(connect(&provider, &service, &mine).await, "/profile");
    let page = mine.get("/profile").await.text().await.unwrap();
    assert!(
        page.contains("mona@example.org"),
        "what user info tells is shown"
    );

    assert_eq!(go(&provider, &service, &browser, BEGIN).await, "/t/lab");
    assert_eq!(browser.get("/t/lab").await.status(), 200);
    let elsewhere = "/sign-in/oidc?next=https://evil.example/";
    assert_eq!(go(&provider, &service, &browser, elsewhere).await, "/");
}

#[tokio::test]
async fn a_faulty_provider_signs_no_user_in() {
    let (provider, service, _) = served().await;
    let mine = service.signed_in("ada@example.org").await;
    connect(&provider, &service, &mine).await;
    for wrong in Wrong::ALL {
        provider.does(Some(wrong));
        let browser = service.browser();
        let refused = go(&provider, &service, &browser, BEGIN).await;
        assert_eq!(
            refused, "/sign-in?error=provider&next=%2Ft%2Flab",
            "{wrong:?}"
        );
        assert_eq!(browser.get("/t/lab").await.status(), 303, "{wrong:?}");
    }
    provider.does(None);
    assert_eq!(
        go(&provider, &service, &service.browser(), BEGIN).await,
        "/t/lab"
    );
}

#[tokio::test]
async fn an_answer_counts_once_and_only_in_the_browser_that_asked() {
    let (provider, service, _) = served().await;
    let mine = service.signed_in("ada@example.org").await;
    connect(&provider, &service, &mine).await;
    let state = sign_in_with_error(SignInError::State);

    let browser = service.browser();
    let away = browser.get(BEGIN).await;
    let back = provider.agrees(location(&away), &service.url);
    let foreign = service.browser().get(&back).await;
    assert_eq!(location(&foreign), state, "a browser that did not ask");
    assert_eq!(location(&browser.get(&back).await), "/t/lab");
    let replayed = browser.get(&back).await;
    assert_eq!(location(&replayed), "/profile?error=state", "used before");

    let browser = service.browser();
    for path in [
        "/sign-in/oidc/callback?code=x&state=y",
        "/sign-in/oidc/callback?code=x",
        "/sign-in/oidc/callback?error=access_denied",
        "/sign-in/oidc/callback",
    ] {
        let away = browser.get(BEGIN).await;
        let right = provider.agrees(location(&away), &service.url);
        assert_eq!(location(&browser.get(path).await), state, "{path}");
        let after = browser.get(&right).await;
        assert_eq!(location(&after), state, "{path} has used the attempt up");
    }
    let away = browser.get(BEGIN).await;
    let back = provider.agrees(location(&away), &service.url);
    let (path, issuer) = (&back, "https%3A%2F%2Fevil.example");
    let mixed = browser.get(&format!("{path}&iss={issuer}")).await;
    assert!(location(&mixed).starts_with("/sign-in?error=provider"));
}

#[tokio::test]
async fn declining_shows_a_message_and_allows_another_try() {
    let (provider, service, _) = served().await;
    let browser = service.browser();
    for (error, code) in [("access_denied", "declined"), ("server_error", "provider")] {
        let away = browser.get(BEGIN).await;
        let back = provider.agrees(location(&away), &service.url);
        let state = back.split_once("state=").unwrap().1;
        let declined = format!("/sign-in/oidc/callback?error={error}&state={state}");
        assert_eq!(
            location(&browser.get(&declined).await),
            format!("/sign-in?error={code}&next=%2Ft%2Flab")
        );
    }
}

#[tokio::test]
async fn a_provider_may_be_down_at_first_and_change_its_keys_later() {
    let provider = Provider::start().await;
    provider.is_down(true);
    let service = Service::with(Options {
        oidc: Some(provider.settings()),
        ..Options::default()
    })
    .await;
    service.tenant("Lab", "ada@example.org", true).await;
    let mine = service.signed_in("ada@example.org").await;
    assert_eq!(
        location(&service.browser().get(BEGIN).await),
        "/sign-in?error=provider&next=%2Ft%2Flab"
    );
    provider.is_down(false);
    assert_eq!(connect(&provider, &service, &mine).await, "/profile");
    provider.changes_its_keys();
    assert_eq!(
        go(&provider, &service, &service.browser(), BEGIN).await,
        "/t/lab"
    );
}

#[tokio::test]
async fn an_issuer_is_taken_as_the_provider_ends_it() {
    let provider = Provider::start().await;
    let mut settings = provider.settings();
    let issuer = settings.issuer.as_str();
    let other = match issuer.strip_suffix('/') {
        Some(bare) => bare.to_owned(),
        None => format!("{issuer}/"),
    };
    settings.issuer = openidconnect::IssuerUrl::new(other).unwrap();
    let service = Service::with(Options {
        oidc: Some(settings),
        ..Options::default()
    })
    .await;
    service.tenant("Lab", "ada@example.org", true).await;
    let mine = service.signed_in("ada@example.org").await;
    assert_eq!(connect(&provider, &service, &mine).await, "/profile");
    assert_eq!(
        go(&provider, &service, &service.browser(), BEGIN).await,
        "/t/lab"
    );
}

#[tokio::test]
async fn an_identity_is_connected_from_ones_own_page_alone() {
    let (provider, service, _) = served().await;
    let path = "/sign-in/oidc?intent=connect&next=/profile";
    let anonymous = get_from(&service.browser(), path, "same-origin").await;
    assert_eq!(
        location(&anonymous),
        sign_in_with_error(SignInError::NotYours)
    );

    let ada = service.signed_in("ada@example.org").await;
    for site in ["cross-site", "same-site", "none"] {
        let led_here = get_from(&ada, path, site).await;
        assert_eq!(location(&led_here), "/profile?error=not-yours", "{site}");
    }
    assert_eq!(location(&ada.get(path).await), "/profile?error=not-yours");

    // Begun as Ada, finished as Eve in the same browser.
    service.person("eve@example.org", false, None).await;
    let away = get_from(&ada, path, "same-origin").await;
    let back = provider.agrees(location(&away), &service.url);
    ada.sign_in("eve@example.org", PASSWORD, "").await;
    assert_eq!(location(&ada.get(&back).await), "/profile?error=state");

    let ada = service.signed_in("ada@example.org").await;
    assert_eq!(connect(&provider, &service, &ada).await, "/profile");
    let eve = service.signed_in("eve@example.org").await;
    assert_eq!(
        connect(&provider, &service, &eve).await,
        "/profile?error=identity-taken"
    );
}

#[tokio::test]
async fn an_invitation_is_accepted_with_an_identity_once() {
    let (provider, service, lab) = served().await;
    let input = InvitationInput {
        email: None,
        role: domain::Role::Viewer,
        granted: Vec::new(),
    };
    let token = service.engine.invite(&Viewer::Operator, lab, input).await;
    let token = token.unwrap();
    let page = format!("/invitation?token={}", token.expose_secret());
    let path = format!(
        "/sign-in/oidc?invitation={}&next={}",
        token.expose_secret(),
        page.replace('?', "%3F").replace('=', "%3D")
    );
    // Another site cannot start it, and a signed-in person cannot join as another.
    let forced = get_from(&service.browser(), &path, "cross-site").await;
    assert_eq!(location(&forced), sign_in_with_error(SignInError::NotYours));
    let ada = service.signed_in("ada@example.org").await;
    let forced = get_from(&ada, &path, "same-origin").await;
    assert_eq!(location(&forced), "/profile?error=not-yours");

    let browser = service.browser();
    assert_eq!(go(&provider, &service, &browser, &path).await, "/t/lab");
    assert_eq!(browser.get("/t/lab").await.status(), 200);

    let again = service.browser();
    let used = go(&provider, &service, &again, &path).await;
    assert_eq!(used, format!("{page}&error=invitation"));
}

#[tokio::test]
async fn who_begins_too_often_must_wait() {
    let (_, service, _) = served_slowly().await;
    let browser = service.browser();
    assert_eq!(browser.get(BEGIN).await.status(), 303);
    let answer = browser.get(BEGIN).await;
    assert_eq!(answer.status(), 429);
    assert!(header(&answer, "retry-after").parse::<u64>().unwrap() > 0);
}

async fn served_slowly() -> (Provider, Service, TenantId) {
    use server::auth::{Rate, Rates};

    let provider = Provider::start().await;
    let address = Rate {
        burst: std::num::NonZeroU32::MIN,
        period: std::time::Duration::from_mins(1),
    };
    let service = Service::with(Options {
        oidc: Some(provider.settings()),
        rates: Rates {
            address,
            ..Rates::generous()
        },
        ..Options::default()
    })
    .await;
    let lab = service.tenant("Lab", "ada@example.org", true).await;
    (provider, service, lab.id)
}

#[tokio::test]
async fn what_is_not_configured_is_not_there() {
    let service = Service::with(Options::default()).await;
    service.tenant("Lab", "ada@example.org", true).await;
    let answer = service.browser().get(BEGIN).await;
    assert_eq!(answer.status(), 404);
    let back = service
        .browser()
        .get("/sign-in/oidc/callback?code=x&state=y")
        .await;
    assert_eq!(location(&back), sign_in_with_error(SignInError::State));
}

/// Lets Octo, signed in at the simulated GitHub, continue. Returns the address of the redirect.
async fn octo_agrees(service: &Service, away: &Response) -> String {
    let to = location(away).to_owned();
    let authorization = AuthorizationRequest::read(
        &to,
        &format!(
            "{}/login/oauth/authorize",
            service.github_url().trim_end_matches('/')
        ),
    );
    assert_eq!(authorization.get("scope"), "", "nothing but who it is");
    let github = Browser::at("");
    let answer = github.client.get(to).send().await.unwrap();
    assert_eq!(answer.status(), 302);
    let back = header(&answer, "location");
    back.strip_prefix(&service.url).unwrap().to_owned()
}

#[tokio::test]
async fn github_signs_in_the_user_who_connected_it() {
    let service = Service::with(Options {
        github_app: true,
        ..Options::default()
    })
    .await;
    service.tenant("Lab", "ada@example.org", true).await;
    let begin = "/sign-in/github?next=/t/lab";
    let browser = service.browser();
    let back = octo_agrees(&service, &browser.get(begin).await).await;
    assert_eq!(
        location(&browser.get(&back).await),
        "/sign-in?error=unknown-identity&next=%2Ft%2Flab"
    );

    let ada = service.signed_in("ada@example.org").await;
    let path = "/sign-in/github?intent=connect&next=/profile";
    let back = octo_agrees(&service, &get_from(&ada, path, "same-origin").await).await;
    assert_eq!(location(&ada.get(&back).await), "/profile");

    let back = octo_agrees(&service, &browser.get(begin).await).await;
    assert_eq!(location(&browser.get(&back).await), "/t/lab");
    assert_eq!(browser.get("/t/lab").await.status(), 200);
}

#[tokio::test]
async fn github_refuses_with_status_200_and_is_understood() {
    let service = Service::with(Options {
        github_app: true,
        ..Options::default()
    })
    .await;
    service.tenant("Lab", "ada@example.org", true).await;
    let browser = service.browser();
    let away = browser.get("/sign-in/github").await;
    let back = octo_agrees(&service, &away).await;
    let state = back.split_once("state=").unwrap().1;
    let forged = format!("/sign-in/github/callback?code=0123456789abcdef0123&state={state}");
    assert_eq!(
        location(&browser.get(&forged).await),
        sign_in_with_error(SignInError::Provider)
    );
    let away = browser.get("/sign-in/github").await;
    let authorization = AuthorizationRequest::read(
        location(&away),
        &format!(
            "{}/login/oauth/authorize",
            service.github_url().trim_end_matches('/')
        ),
    );
    let declined = format!(
        "/sign-in/github/callback?error=access_denied&state={}",
        authorization.get("state")
    );
    assert_eq!(
        location(&browser.get(&declined).await),
        sign_in_with_error(SignInError::Declined)
    );
}
