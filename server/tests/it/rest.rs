//! The interface for programs, by the contract.

use domain::TokenScope;
use serde_json::{Value, json};

use crate::service::{DAYS, Service, header, problem};

/// The fields of an object, in order.
pub fn fields(value: &Value) -> Vec<&str> {
    let mut fields: Vec<_> = value
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    fields.sort_unstable();
    fields
}

#[tokio::test]
async fn a_token_is_asked_for_by_the_rules() {
    let (service, lab) = Service::with_lab().await;
    let browser = service.signed_in("ada@example.org").await;
    for path in [
        "/api/v1/repositories",
        "/api/v1/traffic.csv",
        "/api/v1/runs/1",
    ] {
        let answer = browser.get(path).await;
        assert!(
            header(&answer, "www-authenticate").starts_with("Bearer"),
            "a session is no token"
        );
        problem(answer, 401).await;
    }
    let mut program = service.program(&lab, TokenScope::Read).await;
    assert_eq!(program.get("/repositories").await.status(), 200);
    program.token = "tm_nobody".into();
    let detail = problem(program.get("/repositories").await, 401).await;
    assert!(detail.contains("not valid"), "{detail}");
}

#[tokio::test]
async fn what_is_not_there_and_what_is_not_done_are_problems() {
    let (service, lab) = Service::with_lab().await;
    let program = service.program(&lab, TokenScope::Write).await;
    for path in [
        "/nothing",
        "/repositories/abc/traffic",
        "/repositories/999/traffic",
        "/runs/999",
        "/repositories/99999999999999999999/paths",
    ] {
        problem(program.get(path).await, 404).await;
    }
    problem(service.browser().get("/api/nothing").await, 404).await;
    problem(service.browser().get("/api/v2/repositories").await, 404).await;
    let answer = program
        .request("PATCH", "/repositories")
        .send()
        .await
        .unwrap();
    assert!(
        header(&answer, "allow").contains("POST"),
        "{:?}",
        answer.headers()
    );
    problem(answer, 405).await;
}

#[tokio::test]
async fn a_repository_is_tracked_once_and_untracked() {
    let (service, lab) = Service::with_lab().await;
    let program = service.program(&lab, TokenScope::Write).await;
    let track = async |body: Value| {
        program
            .request("POST", "/repositories")
            .json(&body)
            .send()
            .await
            .unwrap()
    };

    let answer = track(json!({"full_name": "octo/hello"})).await;
    assert_eq!(answer.status(), 201);
    let repository: Value = answer.json().await.unwrap();
    assert_eq!(repository["full_name"], "octo/hello");
    assert_eq!(repository["owner"], "octo");
    assert_eq!(repository["name"], "hello");
    assert_eq!(repository["github_id"], 11);
    assert_eq!(repository["status"], "active");
    assert_eq!(repository["first_day"], Value::Null);
    assert!(repository["added_at"].as_str().unwrap().ends_with('Z'));
    for field in ["last_day", "last_collected_at", "schedule_id"] {
        assert!(repository.get(field).is_some(), "{field}");
    }

    problem(track(json!({"full_name": "Octo/HELLO"})).await, 409).await;
    let detail = problem(track(json!({"full_name": "not a name"})).await, 422).await;
    assert!(detail.contains("OWNER/NAME"), "{detail}");
    problem(track(json!({"full_name": "octo/none"})).await, 422).await;
    let detail = problem(track(json!({"full_name": "stranger/thing"})).await, 422).await;
    assert!(
        detail.to_lowercase().contains("push"),
        "names what is missing: {detail}"
    );
    problem(track(json!({"name": "octo/hello"})).await, 422).await;
    let broken = program
        .request("POST", "/repositories")
        .header("content-type", "application/json")
        .body("{");
    problem(broken.send().await.unwrap(), 422).await;

    let list = program.json("/repositories").await;
    assert_eq!(fields(&list), ["repositories"]);
    assert_eq!(list["repositories"].as_array().unwrap().len(), 1);

    let one = format!("/repositories/{}", repository["id"]);
    let wrong = program
        .request("DELETE", &format!("{one}?history=burn"))
        .send()
        .await
        .unwrap();
    problem(wrong, 422).await;
    let kept = program.request("DELETE", &one).send().await.unwrap();
    assert_eq!(kept.status(), 204);
    assert_eq!(
        program.json("/repositories").await["repositories"][0]["status"],
        "archived"
    );
    let deleted = program
        .request("DELETE", &format!("{one}?history=delete"))
        .send()
        .await
        .unwrap();
    assert_eq!(deleted.status(), 204);
    assert_eq!(
        program.json("/repositories").await["repositories"],
        json!([])
    );
}

#[tokio::test]
async fn traffic_has_githubs_counts_and_null_for_unknown_ones() {
    let (service, lab) = Service::with_lab().await;
    let id = service.collected(&lab).await;
    let program = service.program(&lab, TokenScope::Read).await;
    let today = service.engine.clock().today();
    let path = format!("/repositories/{id}/traffic");
    let range = format!("from={}&to={}", today.plus(-20), today);
    let report = program.json(&format!("{path}?{range}")).await;
    assert_eq!(fields(&report), ["interval", "periods", "repository"]);
    assert_eq!(report["interval"], "day");
    assert_eq!(report["repository"]["full_name"], "octo/hello");
    let periods = report["periods"].as_array().unwrap();
    assert_eq!(periods.len(), 21);
    let month = program.json(&format!("{path}?period=30d")).await;
    let month = month["periods"].as_array().unwrap();
    assert_eq!(month.len(), 30);
    assert_eq!(month[29]["start"], today.to_string());
    for (query, detail) in [
        (
            "period=30d&from=2026-11-01",
            "Choose a period or two dates, not both.",
        ),
        ("period=31d", "this-quarter"),
        ("from=2026-02-30", "from"),
        ("from=2026-11-02&to=2026-11-01", "The range is empty."),
    ] {
        for path in [&*path, "/traffic.csv"] {
            let answer = program.get(&format!("{path}?{query}")).await;
            assert_eq!(answer.status(), 422, "{path}?{query}");
            let body = answer.text().await.unwrap();
            assert!(body.contains(detail), "{path}?{query}: {body}");
        }
    }
    for (ago, views, visitors, clones, cloners) in DAYS {
        let day = today.plus(-ago).to_string();
        let period = periods
            .iter()
            .find(|period| period["start"] == day.as_str())
            .unwrap();
        assert_eq!(period["end"], day.as_str());
        assert_eq!(period["views"], views);
        assert_eq!(period["view_uniques"], visitors);
        assert_eq!(period["clones"], clones);
        assert_eq!(period["clone_uniques"], cloners);
        assert_eq!(
            (&period["days_known"], &period["days_total"]),
            (&json!(1), &json!(1))
        );
    }
    for (unknown, why) in [(0, "too old for GitHub"), (20, "not published yet")] {
        for field in ["views", "view_uniques", "clones", "clone_uniques"] {
            assert_eq!(periods[unknown][field], Value::Null, "{why}: {field}");
        }
        assert_eq!(periods[unknown]["days_known"], 0, "{why}");
    }

    let weeks = program.json(&format!("{path}?{range}&interval=week")).await;
    assert_eq!(weeks["interval"], "week");
    for week in weeks["periods"].as_array().unwrap() {
        assert!(week.get("view_uniques_daily_sum").is_some(), "{week}");
    }
    for query in [
        "interval=hour",
        "from=yesterday",
        "from=2026-13-01",
        "form=2026-01-01",
        "from=2026-02-01&to=2026-01-01",
    ] {
        problem(program.get(&format!("{path}?{query}")).await, 422).await;
    }
}

#[tokio::test]
async fn referrers_and_paths_are_lists_of_a_window() {
    let (service, lab) = Service::with_lab().await;
    let program = service.program(&lab, TokenScope::Read).await;
    let id = service.collected(&lab).await;
    let referrers = program.json(&format!("/repositories/{id}/referrers")).await;
    assert_eq!(fields(&referrers), ["captured_at", "rows", "window"]);
    assert_eq!(fields(&referrers["window"]), ["from", "to"]);
    assert_eq!(
        referrers["rows"][0],
        json!({"referrer": "github.com", "count": 9, "uniques": 4})
    );

    let paths = program.json(&format!("/repositories/{id}/paths")).await;
    assert_eq!(
        fields(&paths["rows"][0]),
        ["count", "path", "title", "uniques"]
    );
    assert_eq!(paths["rows"][0]["path"], "/octo/hello");

    let before = program
        .json(&format!("/repositories/{id}/paths?on=2020-01-01"))
        .await;
    assert_eq!(
        before,
        json!({"window": null, "captured_at": null, "rows": []})
    );
}

#[tokio::test]
async fn a_run_is_started_and_followed() {
    let (service, lab) = Service::with_lab().await;
    let id = service.collected(&lab).await;
    let program = service.program(&lab, TokenScope::Write).await;
    for body in ["", "{}", &format!("{{\"repositories\":[{id}]}}")] {
        let answer = program
            .request("POST", "/runs")
            .body(body.to_owned())
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), 202, "{body}");
        let location = header(&answer, "location").to_owned();
        let started: Value = answer.json().await.unwrap();
        assert_eq!(fields(&started), ["id"]);
        assert_eq!(location, format!("/api/v1/runs/{}", started["id"]));
        let run = domain::RunId::new(started["id"].as_i64().unwrap());
        service
            .engine
            .wait_for_run(&domain::Viewer::Operator, lab.id, run)
            .await
            .unwrap();
        let run = program.json(&format!("/runs/{run}")).await;
        assert_eq!(
            fields(&run),
            [
                "cancelled_by",
                "failures",
                "finished_at",
                "id",
                "repositories_done",
                "repositories_failed",
                "repositories_total",
                "requests",
                "started_at",
                "status",
                "trigger",
                "waiting_for",
                "waiting_until"
            ]
        );
        assert_eq!(
            (&run["trigger"], &run["status"]),
            (&json!("api"), &json!("succeeded"))
        );
        assert_eq!(run["repositories_done"], 1);
    }
    for body in ["{", "{\"repositories\":\"all\"}", "{\"repository\":1}"] {
        let answer = program
            .request("POST", "/runs")
            .body(body)
            .send()
            .await
            .unwrap();
        problem(answer, 422).await;
    }
    let runs = program.json("/runs").await;
    let ids: Vec<_> = runs["runs"]
        .as_array()
        .unwrap()
        .iter()
        .map(|run| run["id"].as_i64())
        .collect();
    assert_eq!(ids.len(), 4);
    assert!(
        ids.is_sorted_by(|newer, older| newer > older),
        "newest first: {ids:?}"
    );
}

#[tokio::test]
async fn schedules_are_made_changed_and_deleted() {
    let (service, lab) = Service::with_lab().await;
    let program = service.program(&lab, TokenScope::Write).await;
    let send = async |method: &str, path: &str, body: Value| {
        program
            .request(method, path)
            .json(&body)
            .send()
            .await
            .unwrap()
    };

    let answer = send(
        "POST",
        "/schedules",
        json!({"name": "Nightly", "cron": "0 3 * * *"}),
    )
    .await;
    assert_eq!(answer.status(), 201);
    let schedule: Value = answer.json().await.unwrap();
    assert_eq!(
        fields(&schedule),
        ["cron", "enabled", "id", "name", "next_run_at", "timezone"]
    );
    assert_eq!(
        (&schedule["timezone"], &schedule["enabled"]),
        (&json!("UTC"), &json!(true))
    );
    assert!(
        schedule["next_run_at"]
            .as_str()
            .unwrap()
            .contains("T03:00:00")
    );

    let one = format!("/schedules/{}", schedule["id"]);
    let change = json!({"name": "Nightly", "cron": "0 4 * * *", "timezone": "Europe/Berlin", "enabled": false});
    let changed: Value = send("PUT", &one, change).await.json().await.unwrap();
    assert_eq!(
        (&changed["cron"], &changed["next_run_at"]),
        (&json!("0 4 * * *"), &Value::Null)
    );
    for (cron, zone) in [
        ("99 * * * *", "UTC"),
        ("0 3 * * *", "Mars/Olympus"),
        ("nonsense", "UTC"),
    ] {
        problem(
            send(
                "PUT",
                &one,
                json!({"name": "N", "cron": cron, "timezone": zone}),
            )
            .await,
            422,
        )
        .await;
    }
    let listed = program.json("/schedules").await;
    assert!(listed["schedules"].as_array().unwrap().contains(&changed));

    assert_eq!(
        program
            .request("DELETE", &one)
            .send()
            .await
            .unwrap()
            .status(),
        204
    );
    problem(program.request("DELETE", &one).send().await.unwrap(), 404).await;
}
