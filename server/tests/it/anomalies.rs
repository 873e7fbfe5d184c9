//! What is in doubt, and where the numbers come from, as programs and people are told.

use domain::{TokenScope, Viewer};
use serde_json::Value;
use simulator::{Fault, Scope};

use crate::service::{Service, header, problem};

#[tokio::test]
async fn a_revision_is_told_to_programs_and_people_and_traced_to_its_answer() {
    let (service, lab) = Service::with_lab().await;
    let id = service.collected(&lab).await;
    let day = service.engine.clock().today().plus(-1);
    let zero = Fault::FalseZero { day: day.date() };
    let control = service.github().control();
    control.fault(zero, Scope::everywhere());
    service.collect(&lab).await;

    let program = service.program(&lab, TokenScope::Read).await;
    let path = format!("/repositories/{id}/observations");
    let body = program.json(&path).await;
    let body = body["observations"].as_array().unwrap();
    assert_eq!(body.len(), 2, "{body:?}");
    let views = body.iter().find(|it| it["measure"] == "views").unwrap();
    assert_eq!(views["kind"], "revised");
    assert_eq!(views["day"], day.to_string());
    assert_eq!(views["repository_id"], id.get());
    assert_eq!(views["reported"]["count"], 0);
    let known = views["known"]["count"].as_u64().unwrap();
    assert!(known > 0);
    assert_eq!(
        (&views["times_seen"], &views["settled_at"]),
        (&1.into(), &Value::Null)
    );
    let sentence = views["sentence"].as_str().unwrap();
    assert!(sentence.contains(&format!("{known} (")), "{sentence}");
    problem(program.get("/repositories/999/observations").await, 404).await;

    let browser = service.signed_in("ada@example.org").await;
    let page = async |path: &str| {
        let answer = browser.get(path).await;
        assert_eq!(answer.status(), 200, "{path}");
        answer.text().await.unwrap()
    };
    let overview = page("/t/lab").await;
    assert!(
        overview.contains(r#"href="/t/lab/observations""#),
        "{overview}"
    );
    let answers = format!("/t/lab/r/octo/hello/answers?day={day}");
    let list = page("/t/lab/observations").await;
    assert!(
        list.contains("Revised downward") && list.contains(&answers),
        "{list}"
    );
    let repository = page("/t/lab/r/octo/hello").await;
    assert!(repository.contains("2 data quality issues"), "{repository}");

    let traced = page(&answers).await;
    let body = traced
        .split("/answers/")
        .find_map(|rest| rest.split_once(".json"));
    let body = format!("/t/lab/r/octo/hello/answers/{}.json", body.unwrap().0);
    let answer = browser.get(&body).await;
    assert_eq!(
        (answer.status().as_u16(), header(&answer, "content-type")),
        (200, "application/json")
    );
    let answer: Value = answer.json().await.unwrap();
    assert!(
        answer["count"].is_u64() && answer["uniques"].is_u64(),
        "{answer}"
    );
}

#[tokio::test]
async fn a_response_is_listed_only_for_its_own_repository() {
    let (service, lab) = Service::with_lab().await;
    service.collected(&lab).await;
    let operator = &Viewer::Operator;
    let (hello, world) = ("octo/hello".parse().unwrap(), "octo/world".parse().unwrap());
    service
        .engine
        .track(operator, lab.id, &world)
        .await
        .unwrap();
    let traced = service.engine.trace(operator, lab.id, &hello, None).await;
    let id = traced.unwrap().sources[0].answer.id;
    let browser = service.signed_in("ada@example.org").await;
    for (path, status) in [
        (format!("octo/hello/answers/{id}.json"), 200),
        (format!("octo/world/answers/{id}.json"), 404),
        (format!("octo/hello/answers/{id}"), 404),
        (format!("octo/hello/answers/0{id}9.json"), 404),
        ("octo/hello/answers/x.json".to_owned(), 404),
        (format!("octo/-/answers/{id}.json"), 404),
        ("octo/nothing/answers".to_owned(), 404),
        ("-/hello/answers".to_owned(), 404),
        ("octo/hello/answers?day=yesterday".to_owned(), 200),
    ] {
        let answer = browser.get(&format!("/t/lab/r/{path}")).await;
        assert_eq!(answer.status(), status, "{path}");
    }
}
