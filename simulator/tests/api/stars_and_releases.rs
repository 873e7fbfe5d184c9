//! Star history and counts, and releases with their downloads.

use serde_json::json;
use simulator::{Asset, Clock, GitTag, Recording, Release, Repository, Simulator, Token, User};

use crate::client::{Client, NOW, builder, day};

#[tokio::test]
async fn the_star_history_is_weeks_from_sunday_newest_first() {
    let client = Client::admin();
    let history = client
        .get("/repos/acme/anvil/stargazers/history")
        .await
        .json();
    let sunday = |on: &str| {
        day(on)
            .and_time(chrono::NaiveTime::MIN)
            .and_utc()
            .timestamp()
    };
    assert_eq!(
        history,
        json!([
            { "week": sunday("2026-11-15"), "total": 3, "days": [0, 0, 0, 3, 0, 0, 0] },
            { "week": sunday("2026-11-08"), "total": 0, "days": [0, 0, 0, 0, 0, 0, 0] },
            { "week": sunday("2026-11-01"), "total": 30, "days": [0, 30, 0, 0, 0, 0, 0] },
        ])
    );
    assert_eq!(
        client
            .get("/repos/acme/anvil/stargazers/count")
            .await
            .json(),
        json!({ "count": 33 })
    );
    assert_eq!(
        client
            .get("/repos/octocat/hello/stargazers/history")
            .await
            .json(),
        json!([])
    );
}

#[tokio::test]
async fn a_long_star_history_comes_in_pages_of_thirty_that_add_up() {
    let recording = Recording::load("jonescompneurolab/hnn-core").unwrap();
    let client = Client::of(
        Simulator::builder(Clock::fixed(NOW.parse().unwrap()))
            .user(User::new(1, "octocat"))
            .token(Token::classic("ghp_octocat", "octocat", ["repo"]))
            .recordings([recording.clone()], "octocat"),
    )
    .token("ghp_octocat");
    let address = "/repos/jonescompneurolab/hnn-core/stargazers/history";
    let first = client.get(address).await;
    assert_eq!(first.json().as_array().unwrap().len(), 30);
    let next = format!(
        "<http://github.test/repositories/{}/stargazers/history?page=2>; rel=\"next\"",
        recording.github_id
    );
    assert!(
        first.header("link").unwrap().contains(&next),
        "{:?}",
        first.header("link")
    );
    let mut total = 0;
    for page in 1.. {
        let weeks = client.get(&format!("{address}?page={page}")).await.json();
        let weeks = weeks.as_array().unwrap().clone();
        if weeks.is_empty() {
            break;
        }
        total += weeks
            .iter()
            .map(|week| week["total"].as_u64().unwrap())
            .sum::<u64>();
    }
    assert_eq!(total, recording.stars.last().unwrap().total);
}

#[tokio::test]
async fn releases_come_newest_first_with_their_downloads() {
    let release = |id: u64, tag: &str, at: &str, downloads: u64| Release {
        id,
        tag: tag.to_owned(),
        published_at: at.parse().unwrap(),
        prerelease: false,
        assets: vec![Asset {
            id: id * 10,
            name: "anvil.tar.gz".to_owned(),
            size: 1_024,
            uploaded_at: None,
            download_count: downloads,
            daily: 0,
        }],
    };
    let repository = Repository::new(300, "octocat/tool")
        .release(release(1, "v1.0.0", "2026-01-05T10:00:00Z", 120))
        .release(release(2, "v1.1.0", "2026-06-05T10:00:00Z", 45));
    let client = Client::of(builder().repository(repository)).token("ghp_octocat");
    let releases = client.get("/repos/octocat/tool/releases").await.json();
    assert_eq!(releases.as_array().unwrap().len(), 2);
    assert_eq!(
        (&releases[0]["tag_name"], &releases[1]["tag_name"]),
        (&json!("v1.1.0"), &json!("v1.0.0"))
    );
    assert_eq!(releases[1]["assets"][0]["download_count"], 120);
    assert_eq!(releases[1]["published_at"], "2026-01-05T10:00:00Z");
    let page = client.get("/repos/octocat/tool/releases?per_page=1").await;
    let next = "<http://github.test/repositories/300/releases?per_page=1&page=2>; rel=\"next\"";
    assert!(page.header("link").unwrap().contains(next));
}

#[tokio::test]
async fn tags_have_commits_with_dates() {
    let at = |text: &str| text.parse().unwrap();
    let release = Release {
        id: 1,
        tag: "v1.0.0".to_owned(),
        published_at: at("2026-01-05T10:00:00Z"),
        prerelease: false,
        assets: vec![],
    };
    let alone = GitTag::new("v0.9", at("2025-12-01T10:00:00Z"));
    let future = GitTag::new("v9", at("2099-12-01T10:00:00Z"));
    let repository = Repository::new(300, "octocat/tool")
        .release(release)
        .tag(alone.clone())
        .tag(future);
    let client = Client::of(builder().repository(repository)).token("ghp_octocat");
    let tags = client.get("/repos/octocat/tool/tags").await.json();
    let names: Vec<_> = tags
        .as_array()
        .unwrap()
        .iter()
        .map(|tag| &tag["name"])
        .collect();
    assert_eq!(names, [&json!("v1.0.0"), &json!("v0.9")]);
    let sha = tags[1]["commit"]["sha"].as_str().unwrap();
    assert_eq!(sha, alone.sha);
    let commit = client
        .get(&format!("/repositories/300/git/commits/{sha}"))
        .await
        .json();
    assert_eq!(commit["committer"]["date"], "2025-12-01T10:00:00Z");
    let missing = format!("/repositories/300/git/commits/{}", "0".repeat(40));
    assert_eq!(client.get(&missing).await.status, 404);
}
