//! What surrounds the pages: headers, the policy, health, metrics, assets.

use std::collections::BTreeSet;

use crate::service::{PAGE_SCRIPT, PASSWORD, SCRIPT, Service, cookie, header};

#[tokio::test]
async fn a_page_runs_only_the_script_that_the_policy_names() {
    let (service, _lab) = Service::with_lab().await;
    let browser = service.signed_in("ada@example.org").await;
    let mut nonces = BTreeSet::new();
    for _ in 0..2 {
        let answer = browser.get("/t/lab").await;
        assert_eq!(answer.status(), 200);
        assert!(header(&answer, "content-type").starts_with("text/html"));
        let policy = header(&answer, "content-security-policy").to_owned();
        let (_, rest) = policy.split_once("'nonce-").unwrap();
        let nonce = rest.split('\'').next().unwrap().to_owned();
        for directive in [
            "default-src 'self'",
            "'wasm-unsafe-eval'",
            "style-src 'self'",
            "frame-ancestors 'none'",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
        ] {
            assert!(policy.contains(directive), "{directive}");
        }
        assert!(!policy.contains("script-src 'unsafe-inline'"));

        let html = answer.text().await.unwrap();
        let scripts: Vec<&str> = html.split("<script").skip(1).collect();
        assert!(!scripts.is_empty());
        for script in scripts {
            let tag = script.split('>').next().unwrap();
            let is_ours = tag.contains(&format!("src=\"{PAGE_SCRIPT}\" integrity=\"sha384-AAA\""));
            assert!(
                is_ours || tag.contains(&format!("nonce=\"{nonce}\"")),
                "{tag}"
            );
        }
        assert_eq!(html.matches(PAGE_SCRIPT).count(), 1);
        assert!(html.contains(SCRIPT));
        nonces.insert(nonce);
    }
    assert_eq!(nonces.len(), 2, "each answer has its own");
}

#[tokio::test]
async fn a_document_comes_with_the_script_of_every_page_only() {
    let (service, _lab) = Service::with_lab().await;
    let answer = service.browser().get("/sign-in").await;
    assert!(header(&answer, "content-type").starts_with("text/html"));
    let html = answer.text().await.unwrap();
    assert!(html.starts_with("<!DOCTYPE html>"), "{html}");
    assert_eq!(html.matches("<script").count(), 1, "{html}");
    assert!(
        html.contains(&format!("<script defer src=\"{PAGE_SCRIPT}\"")),
        "{html}"
    );
    assert!(!html.contains(SCRIPT), "{html}");
}

#[tokio::test]
async fn times_are_in_the_browsers_zone_until_one_is_chosen() {
    let (service, lab) = Service::with_lab().await;
    service.collected(&lab).await;
    let browser = service.browser();
    let answer = browser.sign_in("ada@example.org", PASSWORD, "").await;
    let session = cookie(&answer, "tidemark_session");
    let session = session.split(';').next().unwrap();
    let zone = async |path: &str, cookie: &str| {
        let request = service.browser().request("GET", path);
        let request = request.header("cookie", format!("{session}; {cookie}"));
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), 200);
        let html = answer.text().await.unwrap().replace("<!>", "");
        let (_, zone) = html.split_once("Times are in ").unwrap();
        zone.split(['.', '<']).next().unwrap().to_owned()
    };
    for path in ["/t/lab/collection", "/t/lab/settings/tokens"] {
        assert_eq!(zone(path, "other=1").await, "UTC");
        let known = "tidemark_timezone=America/Los_Angeles";
        assert_eq!(zone(path, known).await, "America/Los_Angeles");
        // Anyone can send any cookie.
        let long = format!("tidemark_timezone={}", "Europe/Berlin".repeat(200));
        for odd in [
            "tidemark_timezone=",
            "tidemark_timezone=Mars/Olympus",
            "tidemark_timezone=<script>",
            "tidemark_timezone=../../etc/passwd",
            "tidemark_timezone=\"UTC",
            &long,
        ] {
            assert_eq!(zone(path, odd).await, "UTC", "{odd}");
        }
    }
    let profile = [("do", "about"), ("name", "Ada"), ("theme", "system")];
    for (chosen, shown) in [
        ("Asia/Tokyo", "Asia/Tokyo"),
        ("UTC", "UTC"),
        ("", "Europe/Berlin"),
    ] {
        let mut fields = profile.to_vec();
        fields.push(("timezone", chosen));
        assert_eq!(browser.post("/profile", &fields).await.status(), 303);
        let cookie = "tidemark_timezone=Europe/Berlin";
        assert_eq!(zone("/t/lab/collection", cookie).await, shown, "{chosen}");
    }
}

#[tokio::test]
async fn every_title_is_plain_text_that_ends_in_the_products_name() {
    let (service, lab) = Service::with_lab().await;
    service.collected(&lab).await;
    let browser = service.signed_in("ada@example.org").await;
    let visitor = service.browser();
    let server_pages = app::server_pages::PAGES
        .iter()
        .map(|document| document.path);
    let pages = [
        "/t/lab",
        "/t/lab/repositories",
        "/t/lab/collection",
        "/nowhere",
    ];
    let mut shown = 0;
    for path in server_pages.chain(pages) {
        let path = path
            .replace("{tenant}", "lab")
            .replace("{owner}/{name}", "octo/hello")
            .replace("{run}", "1");
        for browser in [&browser, &visitor] {
            let answer = browser.get(&path).await;
            if answer.status().is_redirection() {
                continue;
            }
            let html = answer.text().await.unwrap();
            let (_, rest) = html.split_once("<title>").expect("a title");
            let (title, _) = rest.split_once("</title>").expect("its end");
            let page = title.strip_suffix(" · Tidemark");
            assert!(
                page.is_some_and(|page| !page.is_empty() && !page.contains(['<', '>', '&'])),
                "{path}: {title}"
            );
            shown += 1;
        }
    }
    assert!(
        shown > app::server_pages::PAGES.len(),
        "only {shown} pages were shown"
    );
}

#[tokio::test]
async fn every_answer_carries_the_headers() {
    let (service, _lab) = Service::with_lab().await;
    let browser = service.signed_in("ada@example.org").await;
    for path in [
        "/t/lab",
        "/nowhere",
        "/healthz",
        "/assets/none.js",
        "/api/v1/runs",
        "/t/lab/traffic.csv",
    ] {
        let answer = browser.get(path).await;
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "same-origin"),
            ("cross-origin-opener-policy", "same-origin"),
            ("x-frame-options", "DENY"),
        ] {
            assert_eq!(header(&answer, name), value, "{path}");
        }
        assert!(
            header(&answer, "permissions-policy").contains("camera=()"),
            "{path}"
        );
        assert!(
            header(&answer, "content-security-policy").contains("frame-ancestors 'none'"),
            "{path}"
        );
    }
    for path in ["/t/lab", "/t/lab/traffic.csv"] {
        assert_eq!(
            header(&browser.get(path).await, "cache-control"),
            "no-store",
            "{path}"
        );
    }
}

#[tokio::test]
async fn an_unknown_address_is_a_page_that_says_so() {
    let (service, _lab) = Service::with_lab().await;
    let browser = service.signed_in("ada@example.org").await;
    for path in ["/nowhere", "/t/nobody", "/t/lab/r/nobody/nothing"] {
        let answer = browser.get(path).await;
        assert_eq!(answer.status(), 404, "{path}");
        assert!(answer.text().await.unwrap().contains("<h1"), "{path}");
    }
    let file = service.browser().get("/assets/none.js").await;
    assert_eq!(file.status(), 404);
}

#[tokio::test]
async fn pages_are_compressed_for_who_takes_it() {
    let (service, _lab) = Service::with_lab().await;
    let browser = service.signed_in("ada@example.org").await;
    let request = browser
        .request("GET", "/t/lab")
        .header("accept-encoding", "gzip");
    let answer = request.send().await.unwrap();
    assert_eq!(header(&answer, "content-encoding"), "gzip");
    assert_eq!(header(&browser.get("/t/lab").await, "content-encoding"), "");
}

#[tokio::test]
async fn those_who_watch_over_the_server_are_answered_without_a_sign_in() {
    let service = Service::empty().await;
    let browser = service.browser();
    assert_eq!(browser.get("/healthz").await.status(), 200);
    assert_eq!(browser.get("/readyz").await.status(), 200);
    browser.get("/setup?email=secret@example.org").await;
    let answer = browser.get("/metrics").await;
    assert!(header(&answer, "content-type").starts_with("text/plain"));
    let metrics = answer.text().await.unwrap();
    assert!(
        metrics.contains(
            "tidemark_http_requests_total{method=\"GET\",route=\"/healthz\",status=\"200\"}"
        ),
        "{metrics}"
    );
    assert!(metrics.contains("tidemark_http_request_duration_seconds_bucket"));
    assert!(!metrics.contains("secret@example.org"));
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused() {
    let (service, _lab) = Service::with_lab().await;
    let browser = service.browser();
    let password = "x".repeat(300 * 1024);
    let answer = browser.sign_in("ada@example.org", &password, "").await;
    assert_eq!(answer.status(), 413);
}

#[tokio::test]
async fn news_of_runs_come_as_they_happen() {
    let (service, lab) = Service::with_lab().await;
    let name = "octo/hello".parse().unwrap();
    service
        .engine
        .track(&domain::Viewer::Operator, lab.id, &name)
        .await
        .unwrap();
    let browser = service.signed_in("ada@example.org").await;
    let mut events = browser.get("/t/lab/runs/events").await;
    assert_eq!(header(&events, "content-type"), "text/event-stream");
    let first = events.chunk().await.unwrap().unwrap();
    assert_eq!(&first[..], b"data: []\n\n");

    let run = service.collect(&lab).await;
    let mut news = String::new();
    while !news.contains("\"status\":\"succeeded\"") {
        news += std::str::from_utf8(&events.chunk().await.unwrap().unwrap()).unwrap();
    }
    assert!(news.contains(&format!("\"id\":{}", run.id)));

    drop(service);
    assert!(
        events.chunk().await.unwrap().is_none(),
        "a server that stops ends its answers"
    );
}

#[tokio::test]
async fn an_address_with_a_zero_byte_is_not_found() {
    let (service, _lab) = Service::with_lab().await;
    let browser = service.signed_in("ada@example.org").await;
    for path in [
        "/t/la%00b",
        "/t/lab/r/octo/he%00llo",
        "/t/lab/repositories/%00",
        "/t/lab?filter=%00",
        "/t/lab/collection/runs?before=%00",
    ] {
        assert_eq!(browser.get(path).await.status(), 404, "{path}");
    }
}

#[tokio::test]
async fn a_repository_is_collected_as_soon_as_it_is_tracked() {
    let (service, lab) = Service::with_lab().await;
    let browser = service.signed_in("ada@example.org").await;
    let form = [("tenant", "lab"), ("repository", "octo/hello")];
    let answer = browser.post("/api/track", &form).await;
    assert!(!answer.status().is_client_error(), "{}", answer.status());

    let (engine, viewer) = (&service.engine, &domain::Viewer::Operator);
    let runs = engine.runs(viewer, lab.id, 5).await.unwrap();
    let [run] = &runs[..] else {
        panic!("one run of this repository alone, not {runs:?}");
    };
    let run = engine.wait_for_run(viewer, lab.id, run.id).await.unwrap();
    assert_eq!(run.status, domain::RunStatus::Succeeded);
    assert_eq!(run.repositories_total, 1);
    let report = engine.repositories(viewer, lab.id).await.unwrap();
    assert!(report.repositories[0].last_collected_at.is_some());
    assert!(report.repositories[0].first_day.is_some());
}
