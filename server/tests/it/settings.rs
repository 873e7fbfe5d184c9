//! The settings of a tenant: members, invitations, API tokens and connections, with forms alone.

use domain::Role;

use crate::service::{Browser, GITHUB_TOKEN, PASSWORD, Service, header, location};

const MEMBERS: &str = "/t/lab/settings/members";
const TOKENS: &str = "/t/lab/settings/tokens";
const CONNECTIONS: &str = "/t/lab/settings/connections";

/// What a page shows once, and never again.
fn shown(page: &str) -> &str {
    let (_, rest) = page
        .split_once(r#"id="shown""#)
        .expect("something is shown");
    let (_, rest) = rest.split_once('>').expect("the field has an end");
    rest.split('<').next().unwrap_or_default().trim()
}

/// Creates an invitation. Returns the path of its link.
async fn invite(owner: &Browser, fields: &[(&str, &str)]) -> String {
    let mut all = vec![("do", "invite")];
    all.extend(fields);
    let page = owner.post(MEMBERS, &all).await;
    assert_eq!(page.status(), 200);
    let page = page.text().await.unwrap();
    let link = shown(&page);
    link.strip_prefix(&owner.url)
        .expect("a link to here")
        .to_owned()
}

#[tokio::test]
async fn an_invitation_makes_an_account_and_opens_nothing_more() {
    let (service, lab) = Service::with_lab().await;
    let repository = service.collected(&lab).await.to_string();
    let ada = service.signed_in("ada@example.org").await;
    let offer = [
        ("email", "bo@example.org"),
        ("role", "repository_viewer"),
        ("repository", repository.as_str()),
    ];
    let link = invite(&ada, &offer).await;
    assert!(link.starts_with("/invitation?token=tmi_"), "{link}");
    let again = ada.get(MEMBERS).await.text().await.unwrap();
    assert!(
        again.contains("bo@example.org") && !again.contains("tmi_"),
        "{again}"
    );

    let bo = service.browser();
    let page = bo.get(&link).await.text().await.unwrap();
    for part in [
        "Join “Lab”",
        "as repository viewer",
        r#"value="bo@example.org""#,
        "/sign-in?next=/invitation%3Ftoken%3Dtmi_",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    let fields = |password| {
        [
            ("do", "register"),
            ("name", "Bo"),
            ("email", "bo@example.org"),
            ("password", password),
        ]
    };
    assert_eq!(bo.post(&link, &fields("short")).await.status(), 422);
    let joined = bo.post(&link, &fields(PASSWORD)).await;
    assert_eq!(location(&joined), "/t/lab");
    assert_eq!(bo.get("/t/lab").await.status(), 200);
    assert_eq!(bo.get(MEMBERS).await.status(), 404);

    let used = service.browser().get(&link).await;
    assert_eq!(used.status(), 404);
    let used = used.text().await.unwrap();
    let forged = service.browser().get("/invitation?token=tmi_x").await;
    assert_eq!(forged.text().await.unwrap(), used, "both say the same");
}

#[tokio::test]
async fn who_has_an_account_signs_in_and_joins() {
    let (service, _lab) = Service::with_lab().await;
    service.person("bo@example.org", false, None).await;
    let ada = service.signed_in("ada@example.org").await;
    let link = invite(&ada, &[("email", ""), ("role", "viewer")]).await;

    let conflict = ada.post(&link, &[("do", "join")]).await;
    assert_eq!(conflict.status(), 409, "Ada is a member already");
    let bo = service.browser();
    let back = bo.sign_in("bo@example.org", PASSWORD, &link).await;
    assert_eq!(location(&back), link);
    let page = bo.get(&link).await.text().await.unwrap();
    assert!(page.contains("Join as "), "{page}");
    let joined = bo.post(&link, &[("do", "join")]).await;
    assert_eq!(location(&joined), "/t/lab");
    assert_eq!(bo.get("/t/lab").await.status(), 200);
}

#[tokio::test]
async fn members_are_changed_and_removed_but_the_last_owner_stays() {
    let (service, lab) = Service::with_lab().await;
    service.collected(&lab).await;
    let viewer = Some(("Lab", Role::Viewer));
    service.person("bo@example.org", false, viewer).await;
    let ada = service.signed_in("ada@example.org").await;
    let editor = format!("{MEMBERS}?member=2");
    let page = ada.get(&editor).await.text().await.unwrap();
    assert!(page.contains("octo/hello"), "{page}");

    let nothing = [
        ("do", "change"),
        ("member", "2"),
        ("role", "repository_viewer"),
    ];
    let refused = ada.post(&editor, &nothing).await;
    assert_eq!(refused.status(), 422);
    let page = refused.text().await.unwrap();
    assert!(page.contains("Select at least one repository"), "{page}");
    let granted = [&nothing[..], &[("repository", "1")]].concat();
    assert_eq!(location(&ada.post(&editor, &granted).await), MEMBERS);
    let page = ada.get(MEMBERS).await.text().await.unwrap();
    assert!(page.contains("1 repository"), "{page}");

    for order in [
        &[("do", "leave")][..],
        &[("do", "remove"), ("member", "1")],
        &[("do", "change"), ("member", "1"), ("role", "viewer")],
    ] {
        let refused = ada.post(MEMBERS, order).await;
        assert_eq!(refused.status(), 409, "{order:?}");
    }
    let removed = ada
        .post(MEMBERS, &[("do", "remove"), ("member", "2")])
        .await;
    assert_eq!(location(&removed), MEMBERS);
    let page = ada.get(MEMBERS).await.text().await.unwrap();
    assert!(!page.contains("bo@example.org"), "{page}");
}

#[tokio::test]
async fn a_token_is_shown_once_and_works_until_it_is_revoked() {
    let (service, _lab) = Service::with_lab().await;
    let ada = service.signed_in("ada@example.org").await;
    let fields = [("do", "create"), ("name", "ci"), ("scope", "read")];
    let page = ada.post(TOKENS, &fields).await.text().await.unwrap();
    let token = shown(&page).to_owned();
    assert!(token.starts_with("tm_"), "{page}");
    let page = ada.get(TOKENS).await.text().await.unwrap();
    assert!(page.contains(">ci<") && !page.contains(&token), "{page}");
    assert_eq!(ada.post(TOKENS, &fields).await.status(), 409, "a second ci");

    let request = || {
        let request = service.browser().request("GET", "/api/v1/repositories");
        request.bearer_auth(&token).send()
    };
    assert_eq!(request().await.unwrap().status(), 200);
    let revoked = ada.post(TOKENS, &[("do", "revoke"), ("id", "1")]).await;
    assert_eq!(location(&revoked), TOKENS);
    assert_eq!(request().await.unwrap().status(), 401);
}

#[tokio::test]
async fn connections_are_checked_replaced_renamed_and_taken_away() {
    let (service, lab) = Service::with_lab().await;
    service.collected(&lab).await;
    let ada = service.signed_in("ada@example.org").await;
    let page = ada.get(CONNECTIONS).await;
    assert_eq!(header(&page, "cache-control"), "no-store");
    let page = page.text().await.unwrap();
    for part in ["octo", "classic", "1 repository", " per hour"] {
        assert!(page.contains(part), "{part}: {page}");
    }
    let one = ("connection", "1");
    let checked = ada.post(CONNECTIONS, &[("do", "check"), one]).await;
    assert_eq!(location(&checked), CONNECTIONS);
    let wrong = [("do", "replace"), one, ("token", "ghp_wrong")];
    let refused = ada.post(CONNECTIONS, &wrong).await;
    assert_eq!(refused.status(), 422);
    assert!(!refused.text().await.unwrap().contains("ghp_wrong"));
    let right = [("do", "replace"), one, ("token", GITHUB_TOKEN)];
    assert_eq!(location(&ada.post(CONNECTIONS, &right).await), CONNECTIONS);

    let used = ada.post(CONNECTIONS, &[("do", "disconnect"), one]).await;
    assert_eq!(used.status(), 409, "a repository is collected over it");
    let second = [
        ("do", "connect"),
        ("name", "Second"),
        ("token", GITHUB_TOKEN),
    ];
    assert_eq!(location(&ada.post(CONNECTIONS, &second).await), CONNECTIONS);
    let existing = [("do", "rename"), one, ("name", "Second")];
    assert_eq!(ada.post(CONNECTIONS, &existing).await.status(), 409);
    let moved = [("do", "disconnect"), one, ("move-to", "2")];
    assert_eq!(location(&ada.post(CONNECTIONS, &moved).await), CONNECTIONS);
    let page = ada.get(CONNECTIONS).await.text().await.unwrap();
    assert!(
        page.contains("Second") && page.contains("1 repository"),
        "{page}"
    );
}

#[tokio::test]
async fn an_app_that_is_none_is_refused_and_its_key_is_not_shown_again() {
    let (service, _lab) = Service::with_lab().await;
    let ada = service.signed_in("ada@example.org").await;
    let fields = |app| {
        [
            ("do", "connect-app"),
            ("name", "App"),
            ("app", app),
            ("installation", "34"),
            ("private-key", "no key at all"),
        ]
    };
    for (app, reason) in [
        ("twelve", "The App ID must be a number"),
        ("12", "private key"),
    ] {
        let refused = ada.post(CONNECTIONS, &fields(app)).await;
        assert_eq!(refused.status(), 422);
        let page = refused.text().await.unwrap();
        assert!(
            page.contains(reason) && page.contains(r#"value="34""#),
            "{page}"
        );
        assert!(!page.contains("no key at all"), "{page}");
    }
}
