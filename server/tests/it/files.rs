//! CSV says what JSON says.

use domain::TokenScope;
use serde_json::Value;

use crate::service::{Service, header};

/// A value as CSV writes it: empty for an unknown value.
fn field(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

#[tokio::test]
async fn traffic_has_one_row_for_each_known_day_with_the_numbers_of_the_interface() {
    let (service, lab) = Service::with_lab().await;
    let id = service.collected(&lab).await;
    let program = service.program(&lab, TokenScope::Read).await;
    let report = program.json(&format!("/repositories/{id}/traffic")).await;
    let known = report["periods"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|period| period["days_known"] == 1);
    let expected: Vec<String> = known
        .map(|day| {
            let numbers = ["start", "views", "view_uniques", "clones", "clone_uniques"];
            let numbers = numbers.map(|name| field(&day[name])).join(",");
            format!("{id},octo,hello,{numbers}")
        })
        .collect();
    assert_eq!(expected.len(), 14, "GitHub's window");

    let answer = program.get("/traffic.csv").await;
    assert_eq!(header(&answer, "content-type"), "text/csv; charset=utf-8");
    assert_eq!(
        header(&answer, "content-disposition"),
        "attachment; filename=\"traffic.csv\""
    );
    let text = answer.text().await.unwrap();
    let mut lines = text.lines();
    assert_eq!(
        lines.next(),
        Some("repository_id,owner,name,date,views,view_uniques,clones,clone_uniques")
    );
    assert_eq!(lines.collect::<Vec<_>>(), expected);

    let browser = service.signed_in("ada@example.org").await;
    assert_eq!(
        browser
            .get("/t/lab/traffic.csv")
            .await
            .text()
            .await
            .unwrap(),
        text
    );
}

#[tokio::test]
async fn traffic_is_narrowed_by_days_and_repository() {
    let (service, lab) = Service::with_lab().await;
    let id = service.collected(&lab).await;
    let world = "octo/world".parse().unwrap();
    service
        .engine
        .track(&domain::Viewer::Operator, lab.id, &world)
        .await
        .unwrap();
    service.collect(&lab).await;
    let program = service.program(&lab, TokenScope::Read).await;
    let today = service.engine.clock().today();
    let rows = async |query: String| {
        let text = program
            .get(&format!("/traffic.csv?{query}"))
            .await
            .text()
            .await
            .unwrap();
        text.lines().skip(1).map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(rows(String::new()).await.len(), 28);
    assert_eq!(rows(format!("repository={id}")).await.len(), 14);
    let some = rows(format!(
        "repository={id}&from={}&to={}",
        today.plus(-3),
        today.plus(-2)
    ))
    .await;
    assert_eq!(some.len(), 2);
    assert!(
        some[1].ends_with(&format!(",{},0,0,5,2", today.plus(-2))),
        "{}",
        some[1]
    );
}

#[tokio::test]
async fn repositories_have_their_first_and_last_day() {
    let (service, lab) = Service::with_lab().await;
    let id = service.collected(&lab).await;
    let program = service.program(&lab, TokenScope::Read).await;
    let list = program.json("/repositories").await;
    let listed = &list["repositories"][0];
    let (begin, end) = (field(&listed["first_day"]), field(&listed["last_day"]));
    let text = program.get("/repositories.csv").await.text().await.unwrap();
    let columns = "repository_id,owner,name,status,first_day,last_day";
    assert_eq!(
        text,
        format!("{columns}\n{id},octo,hello,active,{begin},{end}\n")
    );
    assert_eq!(begin.len(), 10);
}
