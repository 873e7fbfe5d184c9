//! Orders that other sites send in a person's name are refused.

use domain::TokenScope;

use crate::service::{PASSWORD, Service, location};

#[tokio::test]
async fn forms_of_other_sites_are_refused() {
    let (service, _lab) = Service::with_lab().await;
    let browser = service.signed_in("ada@example.org").await;
    for (name, value) in [
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        ("origin", "https://evil.example"),
        ("origin", "null"),
    ] {
        for path in ["/sign-in", "/sign-out", "/api/collect_now"] {
            let request = browser.request("POST", path).header(name, value);
            let fields = [("email", "ada@example.org"), ("password", PASSWORD)];
            let answer = request.form(&fields).send().await.unwrap();
            assert_eq!(answer.status(), 403, "{path} with {name}: {value}");
        }
    }
    assert_eq!(
        browser.get("/t/lab/repositories.csv").await.status(),
        200,
        "still signed in"
    );
}

#[tokio::test]
async fn forms_of_this_site_are_taken() {
    let (service, _lab) = Service::with_lab().await;
    for (name, value) in [
        ("sec-fetch-site", "same-origin"),
        ("origin", service.url.as_str()),
    ] {
        let browser = service.signed_in("ada@example.org").await;
        let answer = browser
            .request("POST", "/sign-out")
            .header(name, value)
            .send()
            .await
            .unwrap();
        assert_eq!(location(&answer), "/sign-in");
    }
}

#[tokio::test]
async fn programs_bring_their_own_proof() {
    let (service, lab) = Service::with_lab().await;
    let program = service.program(&lab, TokenScope::Write).await;
    let request = program
        .request("POST", "/runs")
        .header("origin", "https://dashboard.example");
    assert_eq!(request.send().await.unwrap().status(), 202);
}
