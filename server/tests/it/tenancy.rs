//! What belongs to another tenant answers exactly as what does not exist.

use domain::report::ScheduleInput;
use domain::{Role, TokenScope, Viewer};

use crate::service::{Service, problem};

#[tokio::test]
async fn a_token_opens_its_own_tenant_only() {
    let (service, lab) = Service::with_lab().await;
    let rival = service.tenant("Rival", "eve@example.org", false).await;
    let repository = service.collected(&lab).await;
    let run = service
        .engine
        .runs(&Viewer::Operator, lab.id, 1)
        .await
        .unwrap()[0]
        .id;
    let schedule = ScheduleInput {
        name: "Nightly".to_owned(),
        cron: "0 3 * * *".to_owned(),
        timezone: "UTC".to_owned(),
        enabled: true,
        accept_loss: false,
    };
    let schedule = service
        .engine
        .create_schedule(&Viewer::Operator, lab.id, schedule)
        .await
        .unwrap()
        .id;

    let program = service.program(&rival, TokenScope::Write).await;
    for (method, path) in [
        ("GET", format!("/repositories/{repository}/traffic")),
        ("GET", format!("/repositories/{repository}/referrers")),
        ("GET", format!("/repositories/{repository}/paths")),
        ("GET", format!("/traffic.csv?repository={repository}")),
        ("DELETE", format!("/repositories/{repository}")),
        ("GET", format!("/runs/{run}")),
        ("DELETE", format!("/schedules/{schedule}")),
    ] {
        let theirs = program.request(method, &path).send().await.unwrap();
        let theirs = problem(theirs, 404).await;
        let missing = path.replace(|c: char| c.is_ascii_digit(), "9");
        let missing = program.request(method, &missing).send().await.unwrap();
        assert_eq!(theirs, problem(missing, 404).await, "{method} {path}");
    }
    let body = serde_json::json!({"name": "Mine", "cron": "* * * * *"});
    let answer = program
        .request("PUT", &format!("/schedules/{schedule}"))
        .json(&body)
        .send()
        .await
        .unwrap();
    problem(answer, 404).await;

    assert_eq!(
        program.json("/repositories").await["repositories"],
        serde_json::json!([])
    );
    assert_eq!(program.json("/runs").await["runs"], serde_json::json!([]));
    assert_eq!(
        program
            .get("/traffic.csv")
            .await
            .text()
            .await
            .unwrap()
            .lines()
            .count(),
        1
    );
    let own = service.program(&lab, TokenScope::Read).await;
    assert_eq!(
        own.get(&format!("/repositories/{repository}/traffic"))
            .await
            .status(),
        200
    );
}

#[tokio::test]
async fn a_person_sees_the_files_of_their_tenants_only() {
    let (service, lab) = Service::with_lab().await;
    service.tenant("Rival", "eve@example.org", false).await;
    service.collected(&lab).await;
    let eve = service.signed_in("eve@example.org").await;
    for file in ["traffic.csv", "repositories.csv", "runs/events"] {
        let theirs = eve.get(&format!("/t/lab/{file}")).await;
        let missing = eve.get(&format!("/t/nobody/{file}")).await;
        assert_eq!(
            (theirs.status(), missing.status()),
            (404.try_into().unwrap(), 404.try_into().unwrap())
        );
        assert_eq!(theirs.text().await.unwrap(), missing.text().await.unwrap());
    }
    assert_eq!(eve.get("/t/rival/traffic.csv").await.status(), 200);
}

#[tokio::test]
async fn an_administrator_sees_no_numbers_without_being_a_member() {
    let (service, lab) = Service::with_lab().await;
    service.collected(&lab).await;
    service.person("root@example.org", true, None).await;
    let root = service.signed_in("root@example.org").await;
    assert_eq!(root.get("/t/lab/traffic.csv").await.status(), 404);
}

#[tokio::test]
async fn a_viewer_may_export_and_a_read_token_may_not_write() {
    let (service, lab) = Service::with_lab().await;
    let repository = service.collected(&lab).await;
    service
        .person("vic@example.org", false, Some(("lab", Role::Viewer)))
        .await;
    let viewer = service.signed_in("vic@example.org").await;
    assert_eq!(viewer.get("/t/lab/traffic.csv").await.status(), 200);

    let program = service.program(&lab, TokenScope::Read).await;
    let track = serde_json::json!({"full_name": "octo/world"});
    problem(
        program
            .request("POST", "/repositories")
            .json(&track)
            .send()
            .await
            .unwrap(),
        403,
    )
    .await;
    problem(program.request("POST", "/runs").send().await.unwrap(), 403).await;
    let untrack = format!("/repositories/{repository}");
    problem(
        program.request("DELETE", &untrack).send().await.unwrap(),
        403,
    )
    .await;
}
