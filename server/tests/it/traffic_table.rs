//! The Traffic page, its CSV and its REST list: the same rows in the same order.

use domain::{Counts, Day, TenantId, TokenScope, Viewer};
use engine::RecordedWindow;
use serde_json::Value;

use crate::service::{Browser, Program, Service, header, problem};

/// Two repositories with thirty days each; of the first, some are lost.
async fn fill(service: &Service, tenant: TenantId) {
    let (engine, operator) = (&service.engine, &Viewer::Operator);
    let today = engine.clock().today();
    for (name, from, gap) in [("octo/hello", 60, 30), ("octo/world", 40, 0)] {
        let tracked = engine.track(operator, tenant, &name.parse().unwrap()).await;
        let id = tracked.unwrap().id;
        let counts = |ago: i64| {
            let count = u32::try_from(ago * 7 % 23).unwrap();
            Counts::new(count, count.div_ceil(2))
        };
        let days = |from: i64, to: i64| -> Vec<(Day, Counts)> {
            (to..=from)
                .rev()
                .map(|ago| (today.plus(-ago), counts(ago)))
                .collect()
        };
        let parts = if gap > 0 {
            vec![(from, gap + 5), (gap, 2)]
        } else {
            vec![(from, 1)]
        };
        let windows = parts.into_iter().map(|(from, to)| RecordedWindow {
            captured_at: engine.clock().now(),
            views: days(from, to),
            clones: days(from, to),
        });
        let loaded = engine
            .load_history(operator, tenant, id, windows.collect())
            .await;
        loaded.unwrap();
    }
}

/// The lines of the CSV as the fields that both have.
async fn csv_rows(browser: &Browser, query: &str) -> Vec<String> {
    let answer = browser
        .get(&format!("/t/lab/traffic/rows.csv?{query}"))
        .await;
    assert_eq!(answer.status(), 200);
    assert!(header(&answer, "content-type").starts_with("text/csv"));
    let text = answer.text().await.unwrap();
    text.lines().skip(1).map(ToOwned::to_owned).collect()
}

/// The rows of all pages, as the lines of the CSV.
async fn rest_rows(program: &Program, query: &str, limit: usize) -> Vec<String> {
    let mut path = format!("/traffic?{query}&limit={limit}");
    let mut lines = Vec::new();
    loop {
        let answer = program.get(&path).await;
        assert_eq!(answer.status(), 200, "{path}");
        let link = answer.headers().get("link").cloned();
        let page: Value = answer.json().await.unwrap();
        for row in page["rows"].as_array().unwrap() {
            lines.push(line(row));
        }
        let Some(link) = link else {
            assert_eq!(page["matching"], lines.len());
            return lines;
        };
        let link = link.to_str().unwrap();
        let (_, next) = link.split_once("/api/v1").unwrap();
        next.split_once('>').unwrap().0.clone_into(&mut path);
    }
}

fn line(row: &Value) -> String {
    let text = |value: &Value| match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let name = text(&row["repository"]["full_name"]);
    let (owner, name) = name.split_once('/').unwrap_or_default();
    let mut fields = vec![
        text(&row["repository"]["id"]),
        owner.to_owned(),
        name.to_owned(),
    ];
    for field in [
        "start",
        "end",
        "views",
        "view_uniques",
        "view_uniques_daily_sum",
        "clones",
        "clone_uniques",
        "clone_uniques_daily_sum",
        "days_known",
        "days_total",
    ] {
        fields.push(text(&row[field]));
    }
    fields.join(",")
}

#[tokio::test]
async fn a_range_that_begins_before_the_history_is_paged_without_a_gap() {
    let (service, lab) = Service::with_lab().await;
    fill(&service, lab.id).await;
    let browser = service.signed_in("ada@example.org").await;
    let program = service.program(&lab, TokenScope::Read).await;
    let today = service.engine.clock().today();
    for query in [
        "rows=total&period=1y&reversed=true",
        "rows=total&period=1y",
        "period=1y&reversed=true",
    ] {
        let csv = csv_rows(&browser, query).await;
        assert_eq!(rest_rows(&program, query, 7).await, csv, "{query}");
        let first = today.plus(-60).to_string();
        assert!(csv.iter().any(|line| line.contains(&first)), "{query}");
    }
    // Sums of all end with the last day that all know.
    let newest = &csv_rows(&browser, "rows=total&period=1y").await[0];
    assert!(newest.contains(&today.plus(-2).to_string()), "{newest}");

    let before = format!("from={}&to={}", today.plus(-300), today.plus(-200));
    assert!(csv_rows(&browser, &before).await.is_empty());
    let total = csv_rows(&browser, &format!("{before}&rows=total")).await;
    assert!(total.is_empty());

    // Lost days at the start of a range are not days before tracking.
    let days = format!("from={}&to={}", today.plus(-34), today.plus(-20));
    let only = format!("{days}&rows=total&filter=hello");
    let answer = program.get(&format!("/traffic?{only}")).await;
    let page: Value = answer.json().await.unwrap();
    let rows = page["rows"].as_array().unwrap();
    let oldest = rows.last().unwrap();
    assert_eq!(oldest["start"], today.plus(-34).to_string());
    assert_eq!(oldest["unknown"], "lost", "{oldest}");
}

#[tokio::test]
async fn the_page_the_csv_and_the_api_have_the_same_rows() {
    let (service, lab) = Service::with_lab().await;
    fill(&service, lab.id).await;
    let browser = service.signed_in("ada@example.org").await;
    let program = service.program(&lab, TokenScope::Read).await;
    for query in [
        "period=all",
        "period=all&interval=week&sort=views",
        "period=all&interval=month&sort=repository&reversed=true",
        "period=90d&sort=clone_uniques&reversed=true",
        "period=30d&filter=WORLD",
        "period=all&interval=week&rows=total",
    ] {
        let csv = csv_rows(&browser, query).await;
        assert!(csv.len() > 3, "{query}: {csv:#?}");
        for limit in [7, 500] {
            assert_eq!(rest_rows(&program, query, limit).await, csv, "{query}");
        }
        let page = browser.get(&format!("/t/lab/traffic?{query}")).await;
        assert_eq!(page.status(), 200);
        let html = page.text().await.unwrap();
        let rows = html.matches("<tr>").count() + html.matches("<tr class=\"sums\">").count();
        assert!(rows > csv.len().min(50), "{query}: {rows}");
    }
}

#[tokio::test]
async fn the_page_says_what_is_unknown_and_works_without_scripts() {
    let (service, lab) = Service::with_lab().await;
    let browser = service.signed_in("ada@example.org").await;
    let empty = browser.get("/t/lab/traffic").await.text().await.unwrap();
    assert!(empty.contains("No figures in this range."), "{empty}");
    fill(&service, lab.id).await;
    let html = browser.get("/t/lab/traffic?period=90d&limit=100").await;
    let html = html.text().await.unwrap();
    for text in [
        "sum of daily uniques",
        "not published yet",
        "expected by",
        ">lost<",
        "days known",
        "/t/lab/traffic/rows.csv?period=90d",
        "aria-sort=\"descending\"",
        "sort=views",
        "Name, owner or tag",
    ] {
        assert!(html.contains(text), "{text}: {html}");
    }
    assert!(!html.contains("frontend-"), "no module: {html}");
    let weekly = browser.get("/t/lab/traffic?period=90d&interval=week").await;
    let weekly = weekly.text().await.unwrap();
    assert!(
        weekly.contains("GitHub’s week") && weekly.contains("so far"),
        "{weekly}"
    );
    let chosen = browser
        .get("/t/lab/traffic?column=clones")
        .await
        .text()
        .await
        .unwrap();
    assert!(chosen.contains("sort=clones&amp;column=clones"), "{chosen}");
    assert!(!chosen.contains("sort=views"), "{chosen}");
    let none = browser
        .get("/t/lab/traffic?filter=estary")
        .await
        .text()
        .await
        .unwrap();
    assert!(none.contains("No repository matches “estary”."), "{none}");
    let last = browser
        .get("/t/lab/traffic?page=99")
        .await
        .text()
        .await
        .unwrap();
    assert!(last.contains("aria-current=\"page\""), "{last}");
}

#[tokio::test]
async fn a_wrong_parameter_is_explained_in_one_sentence() {
    let (service, lab) = Service::with_lab().await;
    let browser = service.signed_in("ada@example.org").await;
    let program = service.program(&lab, TokenScope::Read).await;
    for (query, message) in [
        ("sort=stars", "“stars” is not a column to sort by."),
        (
            "rows=all",
            "“all” is not a kind of rows. Choose repositories or total.",
        ),
        (
            "interval=hour",
            "“hour” is not a unit. Choose day, week or month.",
        ),
        ("period=31d", "“31d” is not a period."),
        (
            "from=2026-11-26&to=2026-11-01",
            "Choose a start before the end.",
        ),
        ("reversed=maybe", "“maybe” is not a value for “reversed”."),
    ] {
        let html = browser.get(&format!("/t/lab/traffic?{query}")).await;
        assert!(html.text().await.unwrap().contains(message), "{query}");
        let detail = problem(program.get(&format!("/traffic?{query}")).await, 422).await;
        assert!(detail.starts_with(message), "{query}: {detail}");
        let csv = browser
            .get(&format!("/t/lab/traffic/rows.csv?{query}"))
            .await;
        assert_eq!(csv.status(), 422);
    }
    for (query, message) in [
        (
            "limit=51",
            "“51” is not a number of rows. Choose 50, 100 or 250.",
        ),
        ("page=0", "“0” is not a page. Choose 1 or higher."),
        ("column=stars", "“stars” is not a column."),
    ] {
        let html = browser.get(&format!("/t/lab/traffic?{query}")).await;
        assert!(html.text().await.unwrap().contains(message), "{query}");
    }
    for (query, message) in [
        ("limit=501", "“limit” must be a whole number from 1 to 500."),
        (
            "after=W10",
            "“after” is not valid. Take it from the “Link” header of the page before.",
        ),
    ] {
        let detail = problem(program.get(&format!("/traffic?{query}")).await, 422).await;
        assert_eq!(detail, message);
    }
    let csv = browser.get("/t/lab/traffic/rows.csv?limit=5").await;
    assert_eq!(csv.status(), 422);
}
