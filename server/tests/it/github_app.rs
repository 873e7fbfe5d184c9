//! GitHub Apps by manifest: what the pages send to GitHub, and what comes back.

use crate::service::{Service, header};

const PAGE: &str = "/t/lab/settings/github-app";
const FORM: [(&str, &str); 4] = [
    ("do", "create-app"),
    ("name", "Tidemark of the lab"),
    ("owner", "organization"),
    ("organization-name", "octo"),
];

#[tokio::test]
async fn a_form_may_be_sent_to_github_from_the_page_that_hands_over_and_from_no_other() {
    let (service, _lab) = Service::with_lab().await;
    let ada = service.signed_in("ada@example.org").await;
    let policy = |answer: &reqwest::Response| header(answer, "content-security-policy").to_owned();
    for page in [PAGE, "/t/lab/settings/connections"] {
        let page = ada.get(page).await;
        assert!(
            policy(&page).contains("form-action 'self'; "),
            "{}",
            policy(&page)
        );
    }
    let handover = ada.post(PAGE, &FORM).await;
    assert_eq!(handover.status(), 200);
    let policy = policy(&handover);
    let page = handover.text().await.unwrap();
    let (_, action) = page.split_once(r#"action="http"#).expect("a form");
    let action = format!("http{}", action.split('"').next().unwrap());
    let (origin, rest) = action.split_at(action.find("/organizations").expect("the page"));
    assert!(
        rest.starts_with("/organizations/octo/settings/apps/new?state="),
        "{action}"
    );
    assert!(
        policy.contains(&format!("form-action 'self' {origin}; ")),
        "{policy}"
    );
    assert!(
        page.contains("/t/lab/settings/github-app/created"),
        "{page}"
    );
    assert!(
        page.contains("/t/lab/settings/github-app/installed"),
        "{page}"
    );
    assert!(!page.contains("hook_attributes"), "{page}");
}

#[tokio::test]
async fn a_callback_from_github_that_was_not_requested_is_refused_with_a_message() {
    let (service, _lab) = Service::with_lab().await;
    let ada = service.signed_in("ada@example.org").await;
    for query in [
        "created?code=abc&state=forged",
        "created",
        "installed?installation_id=1&setup_action=install&state=forged",
        "installed?installation_id=1&setup_action=install",
    ] {
        let answer = ada.get(&format!("{PAGE}/{query}")).await;
        assert_eq!(answer.status(), 409, "{query}");
        let page = answer.text().await.unwrap();
        assert!(page.contains("has expired, was already used"), "{page}");
    }
    let refused = ada.post(PAGE, &[("do", "create-app"), ("name", " ")]).await;
    assert_eq!(refused.status(), 422);
}
