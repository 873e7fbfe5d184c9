//! A copy of the database reveals no secret.

use domain::{Role, TokenScope, Viewer};
use engine::{Credential, InvitationInput, NewConnection};
use secrecy::ExposeSecret;

use crate::external::provider::Provider;
use crate::service::{GITHUB_TOKEN, Options, PASSWORD, Service, Tenant, cookie, location};

#[tokio::test]
async fn a_copy_of_the_database_holds_no_secret_in_the_clear() {
    let provider = Provider::start().await;
    let service = Service::with(Options {
        oidc: Some(provider.settings()),
        ..Options::default()
    })
    .await;
    let lab = service.tenant("Lab", "ada@example.org", true).await;
    let (engine, operator) = (&service.engine, &Viewer::Operator);
    let app = NewConnection {
        name: "app".to_owned(),
        api_url: None,
        credential: Credential::App {
            app_id: 1,
            installation_id: 2,
            private_key: simulator::test_keys().private_pem.into(),
        },
    };
    engine.connect(operator, lab.id, app).await.unwrap();
    service.collected(&lab).await;
    let api_token = service.token(&lab, TokenScope::Write).await;
    let invitation = InvitationInput {
        email: None,
        role: Role::Viewer,
        granted: Vec::new(),
    };
    let invitation = engine.invite(operator, lab.id, invitation).await.unwrap();
    let signed_in = service.browser();
    let signed_in = signed_in.sign_in("ada@example.org", PASSWORD, "").await;
    // Somebody is on their way to the provider.
    let away = service.browser().get("/sign-in/oidc").await;
    let away = url::Url::parse(location(&away)).unwrap();
    let sent = |name: &str| {
        let mut pairs = away.query_pairs();
        pairs.find(|(it, _)| it == name).unwrap().1.into_owned()
    };

    // A line from the middle: the first ones are alike in all keys.
    let key = simulator::test_keys().private_pem.lines().nth(5).unwrap();
    let secrets = [
        ("the password", PASSWORD.to_owned()),
        ("GitHub's token", GITHUB_TOKEN.to_owned()),
        ("the app's key", key.to_owned()),
        ("an installation's token", "ghs_".to_owned()),
        ("the API token", api_token.expose_secret()[3..].to_owned()),
        ("the invitation", invitation.expose_secret()[4..].to_owned()),
        (
            "the session",
            value(&cookie(&signed_in, "tidemark_session")),
        ),
        ("the device", value(&cookie(&signed_in, "tidemark_device"))),
        ("the attempt's state", sent("state")),
        ("the attempt's nonce", sent("nonce")),
    ];
    let copy = service.database().await;
    // GitHub's answers lie there compressed.
    let answers = answers(&service, &lab).await;
    let holds = |text: &str| {
        let text = text.as_bytes();
        let within = |bytes: &[u8]| bytes.windows(text.len()).any(|window| window == text);
        within(&copy) || within(&answers)
    };
    assert!(holds("ada@example.org"), "what is stored is found");
    assert!(holds(r#""uniques":"#), "and what GitHub answered");
    for (what, secret) in secrets {
        assert!(secret.len() >= 4, "{what} is something to search for");
        assert!(!holds(&secret), "{what} is in the clear");
    }
}

/// All answers of GitHub's that are kept, one after another.
async fn answers(service: &Service, tenant: &Tenant) -> Vec<u8> {
    let (engine, operator) = (&service.engine, &Viewer::Operator);
    let name = "octo/hello".parse().unwrap();
    let traced = engine
        .trace(operator, tenant.id, &name, None)
        .await
        .unwrap();
    let mut all = Vec::new();
    let traced_responses = traced.sources.into_iter().map(|source| source.answer);
    for answer in traced_responses.chain(traced.others) {
        let body = engine
            .raw_answer(operator, tenant.id, &name, answer.id)
            .await;
        all.extend(body.unwrap());
    }
    all
}

/// What a cookie holds, without its name and its attributes.
fn value(cookie: &str) -> String {
    let (_, value) = cookie.split_once('=').unwrap();
    value.split(';').next().unwrap().to_owned()
}
