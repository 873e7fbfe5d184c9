//! Pages of the REST API's lists, followed by their links.

use domain::{TokenScope, Viewer};
use serde_json::{Value, json};
use sqlx::Connection as _;

use crate::service::{Program, Service, Tenant, header, problem};

const NAMES: [&str; 3] = ["octo/hello", "octo/third", "octo/world"];

/// The rows of all pages of `limit` rows, by their links alone.
async fn follow(program: &Program, list: &str, field: &str, limit: usize) -> Vec<Value> {
    let mut rows = Vec::new();
    let mut path = format!("{list}?limit={limit}");
    loop {
        let answer = program.get(&path).await;
        assert_eq!(answer.status(), 200, "{path}");
        let link = answer
            .headers()
            .get("link")
            .map(|link| link.to_str().unwrap().to_owned());
        let mut page: Value = answer.json().await.unwrap();
        let page = page[field].take();
        let page = page.as_array().unwrap();
        assert!(page.len() <= limit, "{path}");
        rows.extend(page.iter().cloned());
        let Some(link) = link else { return rows };
        assert_eq!(
            page.len(),
            limit,
            "a page with another one after it is full"
        );
        let address = link
            .strip_prefix('<')
            .and_then(|link| link.strip_suffix(">; rel=\"next\""))
            .unwrap();
        let api = format!("{}/api/v1", program.url);
        address.strip_prefix(&api).unwrap().clone_into(&mut path);
        assert!(rows.len() < 100, "the pages end");
    }
}

/// A program that may read all lists, and each list with its field. All have several rows.
async fn lists(service: &Service, tenant: &Tenant) -> (Program, Vec<(String, &'static str)>) {
    let (engine, viewer) = (&service.engine, &Viewer::Operator);
    let mut id = None;
    for name in NAMES {
        let tracked = engine
            .track(viewer, tenant.id, &name.parse().unwrap())
            .await;
        id.get_or_insert(tracked.unwrap().id);
        service.collect(tenant).await;
    }
    let program = service.program(tenant, TokenScope::Write).await;
    for pattern in ["octo/a*", "octo/b*", "octo/c*"] {
        let rule = program
            .request("POST", "/follow-rules")
            .json(&json!({"patterns": [pattern]}));
        assert_eq!(rule.send().await.unwrap().status(), 201);
    }
    for (name, cron) in [
        ("zero", "0 1 * * *"),
        ("Älter", "0 2 * * *"),
        ("Zulu", "0 3 * * *"),
    ] {
        let schedule = program
            .request("POST", "/schedules")
            .json(&json!({"name": name, "cron": cron}));
        assert_eq!(schedule.send().await.unwrap().status(), 201);
    }
    let observations = format!("/repositories/{}/observations", id.unwrap());
    let lists = vec![
        ("/repositories".to_owned(), "repositories"),
        ("/runs".to_owned(), "runs"),
        ("/schedules".to_owned(), "schedules"),
        ("/follow-rules".to_owned(), "follow_rules"),
        (observations, "observations"),
    ];
    (program, lists)
}

#[tokio::test]
async fn the_pages_of_every_list_are_the_whole_list() {
    let (service, lab) = Service::with_lab().await;
    let (program, lists) = lists(&service, &lab).await;
    for (list, field) in &lists {
        let answer = program.get(list).await;
        assert!(answer.headers().get("link").is_none(), "{list} is whole");
        let whole: Value = answer.json().await.unwrap();
        let whole = whole[field].as_array().unwrap();
        assert!(
            whole.len() >= 3 || *field == "observations",
            "{list}: {whole:?}"
        );
        for limit in [1, 2, 3, 500] {
            let pages = follow(&program, list, field, limit).await;
            assert_eq!(&pages, whole, "{list}, {limit} at a time");
        }
    }
}

#[tokio::test]
async fn a_wrong_page_is_explained() {
    let (service, lab) = Service::with_lab().await;
    let (program, lists) = lists(&service, &lab).await;
    for (list, _) in &lists {
        for limit in ["0", "501", "-1", "ten", "", "99999999999999999999"] {
            let detail = problem(program.get(&format!("{list}?limit={limit}")).await, 422).await;
            assert_eq!(
                detail, "“limit” must be a whole number from 1 to 500.",
                "{list}"
            );
        }
        for query in [
            "after=!",
            "after=",
            "limit=1&after=W10",
            "page=2",
            "limit=1&limit=2",
        ] {
            let detail = problem(program.get(&format!("{list}?{query}")).await, 422).await;
            assert!(
                detail.ends_with('.') && !detail.contains("serde"),
                "{list} {query}: {detail}"
            );
        }
    }
    let detail = problem(program.get("/repositories?before=1").await, 422).await;
    assert!(detail.contains("“before”"), "{detail}");
    let detail = problem(program.get("/runs?before=1&after=1").await, 422).await;
    assert_eq!(detail, "Send “after” or “before”, not both.");
}

#[tokio::test]
async fn a_page_follows_a_repository_that_was_deleted() {
    let (service, lab) = Service::with_lab().await;
    let (program, _) = lists(&service, &lab).await;
    let first = program.get("/repositories?limit=2").await;
    let link = header(&first, "link").to_owned();
    let page: Value = first.json().await.unwrap();
    let deleted = format!(
        "/repositories/{}?history=delete",
        page["repositories"][1]["id"]
    );
    let deleted = program.request("DELETE", &deleted).send().await.unwrap();
    assert_eq!(deleted.status(), 204);
    let (_, query) = link.split_once("/api/v1").unwrap();
    let next = program.json(query.split_once('>').unwrap().0).await;
    assert_eq!(next["repositories"][0]["full_name"], "octo/world");
    assert_eq!(next["repositories"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn runs_are_paged_without_parameters_and_by_their_older_one() {
    let (service, lab) = Service::with_lab().await;
    let (program, _) = lists(&service, &lab).await;
    let url = format!("sqlite:{}", service.database_path().display());
    let mut database = sqlx::SqliteConnection::connect(&url).await.unwrap();
    let more = "with recursive n (n) as (select 1 union all select n + 1 from n where n < 100)
        insert into runs (tenant_id, trigger, status, started_at, finished_at,
            repositories_total, repositories_done, repositories_failed, requests)
        select tenant_id, trigger, status, started_at, finished_at, 0, 0, 0, 0
        from n, (select * from runs limit 1)";
    sqlx::query(more).execute(&mut database).await.unwrap();
    let answer = program.get("/runs").await;
    let link = header(&answer, "link").to_owned();
    let page: Value = answer.json().await.unwrap();
    assert_eq!(page["runs"].as_array().unwrap().len(), 100);
    assert!(
        link.contains(&format!("limit=100&after={}>", page["next"])),
        "{link}"
    );
    let rest = program
        .json(&format!("/runs?before={}", page["next"]))
        .await;
    assert_eq!(rest["runs"].as_array().unwrap().len(), 3);
    assert_eq!(rest["next"], Value::Null);
}
