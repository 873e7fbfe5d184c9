//! What programs are told of a repository beside its traffic.

use domain::TokenScope;
use serde_json::json;

use crate::rest::fields;
use crate::service::{Service, problem};

#[tokio::test]
async fn releases_tell_their_downloads_by_asset_and_reading() {
    let (service, lab) = Service::with_lab().await;
    let program = service.program(&lab, TokenScope::Read).await;
    let id = service.collected(&lab).await;
    let releases = program.json(&format!("/repositories/{id}/releases")).await;
    assert_eq!(
        fields(&releases),
        [
            "cut_at",
            "downloads",
            "gained",
            "offered",
            "range",
            "read_on",
            "readings",
            "releases",
            "repository"
        ]
    );
    assert_eq!(releases["downloads"], 120);
    assert_eq!(
        releases["cut_at"],
        json!(null),
        "not so many that the list is cut"
    );
    assert_eq!(
        (&releases["offered"], &releases["gained"]),
        (&json!(true), &json!(null))
    );
    assert_eq!(
        fields(&releases["readings"][0]),
        ["day", "downloads", "since"]
    );
    let asset = &releases["releases"][0]["assets"][0];
    assert_eq!(
        fields(asset),
        [
            "days",
            "downloads",
            "downloads_of_upload",
            "gained",
            "gone_on",
            "name",
            "size",
            "uploaded_at",
            "uploads"
        ]
    );
    assert_eq!(
        (&asset["name"], &asset["downloads"]),
        (&json!("hello.zip"), &json!(120))
    );
    let before = program
        .json(&format!(
            "/repositories/{id}/releases?from=2020-01-01&to=2020-01-31"
        ))
        .await;
    assert_eq!(before["readings"], json!([]));
    let backwards = format!("/repositories/{id}/releases?from=2026-01-02&to=2026-01-01");
    problem(program.get(&backwards).await, 422).await;
}

#[tokio::test]
async fn stars_tell_their_history_by_day() {
    let (service, lab) = Service::with_lab().await;
    let program = service.program(&lab, TokenScope::Read).await;
    let id = service.collected(&lab).await;
    let stars = program.json(&format!("/repositories/{id}/stars")).await;
    assert_eq!(
        fields(&stars),
        [
            "counted_on",
            "days",
            "history",
            "offered",
            "range",
            "recent",
            "repository",
            "stars",
            "whole"
        ]
    );
    assert_eq!(
        (&stars["stars"], &stars["whole"]),
        (&json!(7), &json!(true))
    );
    assert_eq!(stars["recent"]["stars"], 2);
    let days = stars["days"].as_array().unwrap();
    assert_eq!(fields(&days[0]), ["counted", "day", "given", "standing"]);
    assert_eq!(
        (days.len(), &days[0]["given"], &days[0]["standing"]),
        (41, &json!(5), &json!(5))
    );
    let newest = days.last().unwrap();
    assert_eq!(
        (&newest["given"], &newest["counted"]),
        (&json!(null), &json!(7)),
        "today's stars are still being given"
    );
}
