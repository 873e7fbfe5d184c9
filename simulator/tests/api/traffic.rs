//! Views, clones, referrers and paths, and their totals.

use chrono::{Datelike, NaiveDate, TimeDelta, Weekday};
use serde_json::{Value, json};
use simulator::{Clock, Recording, Simulator, Token, User};

use crate::client::{Client, NOW, day};

#[tokio::test]
async fn views_are_fourteen_days_until_yesterday() {
    let views = Client::admin()
        .get("/repos/acme/anvil/traffic/views")
        .await
        .json();
    let points = views["views"].as_array().unwrap();
    assert_eq!(points.len(), 14);
    assert_eq!(
        points[0],
        json!({ "timestamp": "2026-11-06T00:00:00Z", "count": 60, "uniques": 6 })
    );
    assert_eq!(
        points[13],
        json!({ "timestamp": "2026-11-19T00:00:00Z", "count": 190, "uniques": 19 })
    );
    assert_eq!(fields(&views), ["count", "uniques", "views"]);
    let by_default = Client::admin()
        .get("/repos/acme/anvil/traffic/views?per=day")
        .await
        .json();
    assert_eq!(by_default, views);
}

#[tokio::test]
async fn clones_have_their_own_field_and_their_zero_days() {
    let clones = Client::admin()
        .get("/repos/acme/anvil/traffic/clones")
        .await
        .json();
    assert_eq!(fields(&clones), ["clones", "count", "uniques"]);
    assert_eq!(
        clones["clones"][0],
        json!({ "timestamp": "2026-11-06T00:00:00Z", "count": 6, "uniques": 3 })
    );
    assert_eq!(
        clones["clones"][1],
        json!({ "timestamp": "2026-11-07T00:00:00Z", "count": 0, "uniques": 0 })
    );
}

#[tokio::test]
async fn the_count_is_the_sum_and_the_uniques_are_fewer() {
    for series in ["views", "clones"] {
        let response = Client::admin()
            .get(&format!("/repos/acme/anvil/traffic/{series}"))
            .await
            .json();
        let points = response[series].as_array().unwrap();
        let of = |field: &str| {
            points
                .iter()
                .map(|point| point[field].as_u64().unwrap())
                .collect::<Vec<_>>()
        };
        assert_eq!(response["count"], of("count").iter().sum::<u64>());
        let (uniques, daily) = (response["uniques"].as_u64().unwrap(), of("uniques"));
        assert!(
            uniques > *daily.iter().max().unwrap() && uniques < daily.iter().sum(),
            "{uniques} of {daily:?}"
        );
    }
}

#[tokio::test]
async fn weeks_begin_on_monday_and_count_people_once() {
    let client = Client::admin();
    let days = client.get("/repos/acme/anvil/traffic/views").await.json();
    let weeks = client
        .get("/repos/acme/anvil/traffic/views?per=week")
        .await
        .json();
    let starts: Vec<NaiveDate> = weeks["views"]
        .as_array()
        .unwrap()
        .iter()
        .map(start)
        .collect();
    assert_eq!(
        starts,
        [day("2026-11-02"), day("2026-11-09"), day("2026-11-16")]
    );
    assert!(starts.iter().all(|start| start.weekday() == Weekday::Mon));
    assert_eq!(
        (&weeks["count"], &weeks["uniques"]),
        (&days["count"], &days["uniques"])
    );
    for week in weeks["views"].as_array().unwrap() {
        let within = days["views"].as_array().unwrap().iter().filter(|point| {
            let on = start(point);
            start(week) <= on && on < start(week) + TimeDelta::days(7)
        });
        let of = |field: &str| {
            within
                .clone()
                .map(|point| point[field].as_u64().unwrap())
                .collect::<Vec<_>>()
        };
        assert_eq!(week["count"], of("count").iter().sum::<u64>());
        let uniques = week["uniques"].as_u64().unwrap();
        assert!(
            uniques > *of("uniques").iter().max().unwrap() && uniques < of("uniques").iter().sum()
        );
    }
}

#[tokio::test]
async fn an_interval_that_does_not_exist_is_refused() {
    let refused = Client::admin()
        .get("/repos/acme/anvil/traffic/views?per=month")
        .await;
    assert_eq!(
        (refused.status, refused.message().as_str()),
        (422, "Validation Failed")
    );
}

#[tokio::test]
async fn referrers_and_paths_are_lists_of_at_most_ten() {
    let client = Client::admin();
    let referrers = client
        .get("/repos/acme/anvil/traffic/popular/referrers")
        .await
        .json();
    assert_eq!(
        referrers,
        json!([{ "referrer": "Google", "count": 40, "uniques": 20 }, { "referrer": "t.co", "count": 3, "uniques": 3 }])
    );
    let paths = client
        .get("/repos/acme/anvil/traffic/popular/paths")
        .await
        .json();
    let title = "anvil/README.md at main · acme/anvil";
    assert_eq!(
        paths,
        json!([{ "path": "/acme/anvil/blob/main/README.md", "title": title, "count": 9, "uniques": 4 }])
    );
    assert_eq!(
        client
            .get("/repos/octocat/hello/traffic/popular/paths")
            .await
            .json()
            .as_array()
            .unwrap()
            .len(),
        1
    );
}

#[tokio::test]
async fn a_recorded_repository_reaches_yesterday_and_continues() {
    let recording = Recording::load("jonescompneurolab/hnn-core")
        .unwrap()
        .ending(day("2026-11-19"));
    let client = demonstration();
    let maxima = recording.maxima();
    let (_, last) = recording.days().unwrap();
    for ahead in [0, 1, 90, 400] {
        let views = client
            .get("/repos/jonescompneurolab/hnn-core/traffic/views")
            .await
            .json();
        let points = views["views"].as_array().unwrap();
        assert_eq!(points.len(), 14);
        assert_eq!(
            start(&points[13]),
            client.control.now().date_naive() - TimeDelta::days(1),
            "{ahead} days ahead"
        );
        for point in points {
            let mut on = start(point);
            while on > last {
                on -= TimeDelta::days(364);
            }
            let known = maxima
                .get(&on)
                .and_then(|day| day.views)
                .unwrap_or_default();
            assert_eq!(
                (&point["count"], &point["uniques"]),
                (&json!(known.count), &json!(known.uniques))
            );
        }
        let paths = client
            .get("/repos/jonescompneurolab/hnn-core/traffic/popular/paths")
            .await
            .json();
        assert_eq!(paths.as_array().unwrap().len(), 10);
        client.control.advance(TimeDelta::days(ahead.max(1)));
    }
}

#[tokio::test]
async fn a_served_window_includes_its_lists_until_the_present_is_served_again() {
    let name = "jonescompneurolab/hnn-core";
    let recording = Recording::load(name).unwrap().ending(day("2026-11-19"));
    let client = demonstration();
    let present = client
        .get(&format!("/repos/{name}/traffic/popular/referrers"))
        .await
        .json();
    client.control.serve_window(name, 700).unwrap();
    let then = client
        .get(&format!("/repos/{name}/traffic/popular/referrers"))
        .await
        .json();
    let at = recording.windows[700].captured_at;
    let list = recording
        .referrers
        .iter()
        .rfind(|list| list.captured_at <= at)
        .unwrap();
    let recorded: Vec<Value> = list
        .rows
        .iter()
        .map(|row| json!({ "referrer": row.name, "count": row.count, "uniques": row.uniques }))
        .collect();
    assert_eq!(then, json!(recorded));
    client.control.serve_present(name).unwrap();
    assert_eq!(
        client
            .get(&format!("/repos/{name}/traffic/popular/referrers"))
            .await
            .json(),
        present
    );
}

#[tokio::test]
async fn a_thousand_generated_repositories_each_have_traffic() {
    let client = Client::of(
        Simulator::builder(Clock::fixed(NOW.parse().unwrap()))
            .user(User::new(1, "octocat"))
            .token(Token::classic("ghp_octocat", "octocat", ["repo"]))
            .synthetic_repositories(1_000, "fleet", 5_000, "octocat"),
    )
    .token("ghp_octocat");
    let mut visited = 0;
    for number in 1..=1_000 {
        let response = client
            .get(&format!(
                "/repos/fleet/repository-{number:04}/traffic/views"
            ))
            .await;
        assert_eq!(response.status, 200);
        visited += usize::from(response.json()["count"].as_u64().unwrap() > 0);
    }
    assert!(visited > 950, "{visited} of 1,000 were visited");
}

fn demonstration() -> Client {
    let builder = Simulator::builder(Clock::fixed(NOW.parse().unwrap()))
        .user(User::new(1, "octocat"))
        .token(Token::classic("ghp_octocat", "octocat", ["repo"]))
        .recordings(Recording::all().unwrap(), "octocat");
    Client::of(builder).token("ghp_octocat")
}

fn start(point: &Value) -> NaiveDate {
    let timestamp = point["timestamp"].as_str().unwrap();
    day(timestamp
        .strip_suffix("T00:00:00Z")
        .unwrap_or_else(|| panic!("{timestamp} is no midnight")))
}

fn fields(value: &Value) -> Vec<&str> {
    let mut fields: Vec<&str> = value
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    fields.sort_unstable();
    fields
}
