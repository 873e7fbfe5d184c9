//! The way from an empty installation to the first numbers, with forms alone.

use domain::{RunStatus, Viewer};

use crate::github::{GITHUB_TOKEN, LACKING_TOKEN};
use crate::service::{Browser, PASSWORD, Service, location};

/// Ada, who has just set the installation up with a tenant “Lab”.
async fn set_up(service: &Service) -> Browser {
    let browser = service.browser();
    let fields = [
        ("do", "create"),
        ("name", "Ada"),
        ("email", "ada@example.org"),
        ("password", PASSWORD),
        ("tenant", "Lab"),
    ];
    let done = browser.post("/setup", &fields).await;
    assert_eq!(location(&done), "/t/lab/start");
    browser
}

async fn connect(browser: &Browser, token: &str) -> reqwest::Response {
    let fields = [("do", "connect"), ("name", "GitHub"), ("token", token)];
    browser.post("/t/lab/start", &fields).await
}

#[tokio::test]
async fn the_way_leads_from_a_token_to_the_first_run() {
    let service = Service::empty().await;
    let browser = set_up(&service).await;
    let page = browser.get("/t/lab").await.text().await.unwrap();
    assert!(page.contains(r#"href="/t/lab/start""#), "{page}");

    let connected = connect(&browser, GITHUB_TOKEN).await;
    assert_eq!(location(&connected), "/t/lab/start");
    let page = browser.get("/t/lab/start").await.text().await.unwrap();
    for part in [
        "connected as octo",
        "Can read traffic",
        "/t/lab/start/repositories?connection=1",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert!(!page.contains(GITHUB_TOKEN));

    let choose = "/t/lab/start/repositories";
    let page = browser.get(choose).await.text().await.unwrap();
    assert!(
        page.contains("octo/hello") && page.contains("Track all"),
        "{page}"
    );
    let fields = [("do", "track"), ("repository", "octo/hello")];
    let tracked = browser.post(choose, &fields).await;
    assert_eq!(location(&tracked), "/t/lab/start/schedule");

    let fields = [
        ("do", "finish"),
        ("preset", "17 */6 * * *"),
        ("cron", ""),
        ("timezone", "Europe/Berlin"),
    ];
    let finished = browser.post("/t/lab/start/schedule", &fields).await;
    assert_eq!(location(&finished), "/t/lab");

    let viewer = &Viewer::Operator;
    let lab = service.engine.tenant(viewer, "lab").await.unwrap();
    let schedules = service.engine.schedules(viewer, lab).await.unwrap();
    let schedule: Vec<_> = schedules
        .iter()
        .map(|it| (it.name.as_str(), it.cron.as_str(), it.timezone.as_str()))
        .collect();
    assert_eq!(
        schedule,
        [("Every 6 hours", "17 */6 * * *", "Europe/Berlin")]
    );
    let runs = service.engine.runs(viewer, lab, 5).await.unwrap();
    let run = service.engine.wait_for_run(viewer, lab, runs[0].id).await;
    assert_eq!(run.unwrap().status, RunStatus::Succeeded);
    assert_eq!(runs.len(), 1);
}

#[tokio::test]
async fn what_a_token_lacks_is_named_at_once() {
    let service = Service::empty().await;
    let browser = set_up(&service).await;
    let refused = connect(&browser, "ghp_wrong").await;
    assert_eq!(refused.status(), 422);
    let page = refused.text().await.unwrap();
    assert!(page.contains("GitHub refused the token"), "{page}");
    assert!(!page.contains("ghp_wrong"), "{page}");

    connect(&browser, LACKING_TOKEN).await;
    let page = browser.get("/t/lab/start").await.text().await.unwrap();
    for part in [
        "Permission missing",
        "lacks the repository permission “Administration: read”",
        "fine-grained",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
}

#[tokio::test]
async fn ticks_survive_a_search_and_nothing_ticked_tracks_nothing() {
    let service = Service::empty().await;
    let browser = set_up(&service).await;
    connect(&browser, GITHUB_TOKEN).await;
    let choose = "/t/lab/start/repositories";

    let fields = [
        ("search", "world"),
        ("do", "search"),
        ("repository", "octo/hello"),
    ];
    let page = browser.post(choose, &fields).await;
    assert_eq!(page.status(), 200);
    let page = page.text().await.unwrap();
    assert!(
        page.contains(r#"<input type="hidden" name="repository" value="octo/hello""#),
        "{page}"
    );
    assert!(
        page.contains("1 selected") && page.contains("octo/world"),
        "{page}"
    );

    let refused = browser.post(choose, &[("do", "track")]).await;
    assert_eq!(refused.status(), 422);
    let page = refused.text().await.unwrap();
    assert!(page.contains("Select at least one repository."), "{page}");
    let unknown = [("do", "track"), ("repository", "no/where")];
    assert_eq!(browser.post(choose, &unknown).await.status(), 422);
}

#[tokio::test]
async fn a_schedule_that_cannot_be_read_stays_in_the_form() {
    let service = Service::empty().await;
    let browser = set_up(&service).await;
    for (cron, reason) in [
        ("99 * * * *", "is not valid"),
        ("", "Enter a cron expression"),
    ] {
        let fields = [
            ("do", "finish"),
            ("preset", "other"),
            ("cron", cron),
            ("timezone", "UTC"),
        ];
        let refused = browser.post("/t/lab/start/schedule", &fields).await;
        assert_eq!(refused.status(), 422);
        let page = refused.text().await.unwrap();
        assert!(page.contains(reason) && page.contains(cron), "{page}");
    }
}

#[tokio::test]
async fn the_checkbox_tracks_later_repositories_and_not_those_left_out() {
    let service = Service::empty().await;
    let browser = set_up(&service).await;
    connect(&browser, GITHUB_TOKEN).await;
    let choose = "/t/lab/start/repositories";
    let page = browser.get(choose).await.text().await.unwrap();
    assert!(
        page.contains("Track new repositories automatically"),
        "{page}"
    );
    let fields = [
        ("do", "track"),
        ("repository", "octo/hello"),
        ("follow", "true"),
    ];
    let tracked = browser.post(choose, &fields).await;
    assert_eq!(location(&tracked), "/t/lab/start/schedule");
    let page = browser
        .get("/t/lab/start/schedule")
        .await
        .text()
        .await
        .unwrap();
    assert!(
        page.contains("New repositories will be tracked as they appear."),
        "{page}"
    );

    let later = simulator::Repository::new(21, "octo/later");
    service.github().control().add_repository(later);
    let lab = service
        .engine
        .tenant(&Viewer::Operator, "lab")
        .await
        .unwrap();
    let run = service.collect(&crate::service::Tenant { id: lab }).await;
    assert_eq!(
        (run.repositories_total, run.status),
        (2, RunStatus::Succeeded)
    );
    let page = browser
        .get("/t/lab/repositories/rules")
        .await
        .text()
        .await
        .unwrap();
    let page = page.replace("<!>", "");
    assert!(
        page.contains("<code>*/*</code>") && page.contains("Includes private repositories"),
        "{page}"
    );
}
