//! Schedules and the repositories that follow them: with forms alone, and over the interface.

use domain::{TokenScope, Viewer};
use serde_json::{Value, json};

use crate::service::{Browser, Service, location, problem};

const SCHEDULES: &str = "/t/lab/settings/schedules";

async fn page(browser: &Browser, path: &str) -> String {
    let answer = browser.get(path).await;
    assert_eq!(answer.status(), 200);
    answer.text().await.unwrap()
}

const fn monthly(order: &str) -> [(&str, &str); 5] {
    [
        ("do", order),
        ("name", "Monthly"),
        ("cron", "0 3 1 * *"),
        ("timezone", "Europe/Berlin"),
        ("enabled", "true"),
    ]
}

#[tokio::test]
async fn a_schedule_is_looked_at_made_given_repositories_and_deleted() {
    let (service, lab) = Service::with_lab().await;
    let repository = service.collected(&lab).await.to_string();
    let ada = service.signed_in("ada@example.org").await;
    let first = page(&ada, SCHEDULES).await;
    assert!(first.contains("Every day at 05:17 and 17:17."), "{first}");
    assert!(!first.contains(".wasm"), "a document needs no script");
    assert!(
        !first.contains("some days will be lost"),
        "nothing is lost: {first}"
    );

    let look = ada.post(SCHEDULES, &monthly("preview")).await;
    assert_eq!(look.status(), 200);
    let look = look.text().await.unwrap();
    for part in [
        "On day 1 of the month, at 03:00.",
        "This schedule would lose days.",
        "some days will be lost",
        r#"value="0 3 1 * *""#,
    ] {
        assert!(look.contains(part), "{part}: {look}");
    }
    let refused = ada.post(SCHEDULES, &monthly("create")).await;
    assert_eq!(refused.status(), 422);
    let refused = refused.text().await.unwrap();
    assert!(refused.contains("some days will be lost"), "{refused}");
    assert!(refused.contains(r#"role="alert""#), "{refused}");

    let knowingly: Vec<_> = monthly("create")
        .into_iter()
        .chain([("accept_loss", "true")])
        .collect();
    assert_eq!(location(&ada.post(SCHEDULES, &knowingly).await), SCHEDULES);
    let engine = &service.engine;
    let schedules = engine.schedules(&Viewer::Operator, lab.id).await.unwrap();
    let made = schedules.iter().find(|it| it.name == "Monthly").unwrap();
    let made = made.id.to_string();

    let fields = [("do", "move"), ("to", made.as_str())];
    let none = ada.post(SCHEDULES, &fields).await;
    assert_eq!(none.status(), 422);
    let fields = [
        ("do", "move"),
        ("repository", repository.as_str()),
        ("to", made.as_str()),
    ];
    assert_eq!(location(&ada.post(SCHEDULES, &fields).await), SCHEDULES);
    let moved = page(&ada, SCHEDULES).await;
    assert!(moved.contains("1 repository moved."), "{moved}");
    let editor = page(&ada, &format!("{SCHEDULES}?schedule={made}")).await;
    assert!(editor.contains("Edit “Monthly”"), "{editor}");

    let off: Vec<_> = monthly("change")
        .into_iter()
        .filter(|(name, _)| *name != "enabled")
        .chain([("schedule", made.as_str())])
        .collect();
    assert_eq!(location(&ada.post(SCHEDULES, &off).await), SCHEDULES);
    let overview = page(&ada, "/t/lab?sort=risk").await;
    let warned = overview.contains("octo/hello will lose data on");
    assert!(
        warned && overview.contains("no schedule collects it"),
        "{overview}"
    );
    let pill = overview.contains("loses data in");
    assert!(pill, "{overview}");

    let fields = [("do", "delete"), ("schedule", made.as_str())];
    assert_eq!(location(&ada.post(SCHEDULES, &fields).await), SCHEDULES);
    let deleted = page(&ada, SCHEDULES).await;
    assert!(!deleted.contains("Monthly"), "{deleted}");
    let overview = page(&ada, "/t/lab").await;
    let warned = overview.contains("octo/hello will lose data on");
    assert!(!warned, "it follows the default again: {overview}");
}

#[tokio::test]
async fn a_program_accepts_a_loss_knowingly_and_moves_a_repository() {
    let (service, lab) = Service::with_lab().await;
    let repository = service.collected(&lab).await;
    let program = service.program(&lab, TokenScope::Write).await;
    let send = async |method: &str, path: &str, body: Value| {
        let request = program.request(method, path).json(&body);
        request.send().await.unwrap()
    };
    let mut monthly = json!({"name": "Monthly", "cron": "0 3 1 * *"});
    let refused = problem(send("POST", "/schedules", monthly.clone()).await, 422).await;
    assert!(refused.contains("31 days pass"), "{refused}");
    monthly["accept_loss"] = json!(true);
    let made = send("POST", "/schedules", monthly).await;
    assert_eq!(made.status(), 201);
    let made: Value = made.json().await.unwrap();

    let path = format!("/repositories/{repository}");
    let moved = send("PATCH", &path, json!({"schedule_id": made["id"]})).await;
    assert_eq!(moved.status(), 200);
    let moved: Value = moved.json().await.unwrap();
    assert_eq!(moved["schedule_id"], made["id"]);
    problem(send("PATCH", &path, json!({"schedule_id": 0})).await, 404).await;
    let listed = program.json("/repositories").await;
    assert_eq!(listed["repositories"][0], moved);
}
