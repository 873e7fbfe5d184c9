//! Repositories by name and by id, their lists, and their changes.

use serde_json::Value;
use simulator::{Repository, Role};

use crate::client::{Client, builder};

#[tokio::test]
async fn a_repository_is_described_as_github_does() {
    let client = Client::admin();
    let repository = client.get("/repos/acme/anvil").await.json();
    let expected = [
        ("id", 101.into()),
        ("name", "anvil".into()),
        ("full_name", "acme/anvil".into()),
        ("private", false.into()),
        ("archived", false.into()),
        ("fork", false.into()),
        ("visibility", "public".into()),
        ("description", "Drops.".into()),
        ("stargazers_count", 33.into()),
        ("watchers_count", 33.into()),
        ("subscribers_count", 7.into()),
        ("forks_count", 4.into()),
        ("open_issues_count", 5.into()),
        ("url", "http://github.test/repos/acme/anvil".into()),
        ("html_url", "https://github.com/acme/anvil".into()),
        (
            "releases_url",
            "http://github.test/repos/acme/anvil/releases{/id}".into(),
        ),
    ];
    for (field, value) in expected {
        let value: Value = value;
        assert_eq!(repository[field], value, "{field}");
    }
    assert_eq!(repository["owner"]["login"], "acme");
    assert_eq!(repository["owner"]["type"], "Organization");
    for role in ["admin", "maintain", "push", "triage", "pull"] {
        assert_eq!(repository["permissions"][role], true, "{role}");
    }
    assert_eq!(client.get("/repositories/101").await.json(), repository);
    assert_eq!(client.get("/repos/ACME/Anvil").await.json(), repository);
}

#[tokio::test]
async fn permissions_are_those_of_the_user_and_all_false_for_an_installation() {
    let client = Client::admin();
    let hubot = client
        .token("ghp_hubot")
        .get("/repos/acme/anvil")
        .await
        .json();
    assert_eq!(hubot["permissions"]["triage"], true);
    assert_eq!(hubot["permissions"]["push"], false);
    let installed = client
        .token("ghs_reads")
        .get("/installation/repositories")
        .await
        .json();
    assert_eq!(installed["total_count"], 2);
    for repository in installed["repositories"].as_array().unwrap() {
        let permissions = repository["permissions"].as_object().unwrap();
        assert!(
            permissions.values().all(|held| held == false),
            "{permissions:?}"
        );
    }
    let anonymous = client
        .without("authorization")
        .get("/repos/acme/anvil")
        .await
        .json();
    assert!(anonymous.get("permissions").is_none());
}

#[tokio::test]
async fn the_lists_contain_what_the_token_may_see_in_order() {
    let client = Client::admin();
    let names = async |client: &Client, target: &str| {
        let list = client.get(target).await.json();
        let names = list
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["full_name"].as_str().unwrap().to_owned());
        names.collect::<Vec<_>>()
    };
    let all = ["acme/anvil", "acme/rocket", "hubot/gears", "octocat/hello"];
    assert_eq!(names(&client, "/user/repos").await, all);
    assert_eq!(
        names(&client.token("ghp_public"), "/user/repos").await,
        ["acme/anvil", "hubot/gears", "octocat/hello"]
    );
    assert_eq!(
        names(&client.token("github_pat_one"), "/user/repos").await,
        ["acme/anvil"]
    );
    assert_eq!(
        names(&client, "/user/repos?affiliation=owner").await,
        ["octocat/hello"]
    );
    assert_eq!(
        names(&client, "/user/repos?affiliation=collaborator").await,
        ["hubot/gears"]
    );
    assert_eq!(
        names(&client, "/user/repos?visibility=private").await,
        ["acme/rocket"]
    );
    assert_eq!(
        names(&client, "/orgs/acme/repos").await,
        ["acme/anvil", "acme/rocket"]
    );
    assert_eq!(
        names(&client.token("ghp_hubot"), "/orgs/acme/repos").await,
        ["acme/anvil"]
    );
    assert_eq!(client.get("/orgs/hubot/repos").await.status, 404);
    let list = client.get("/user/repos").await.json();
    assert!(
        list[0].get("subscribers_count").is_none(),
        "only the single repository counts its watchers"
    );
    let refused = client.get("/installation/repositories").await;
    assert_eq!(refused.status, 403);
}

#[tokio::test]
async fn a_long_list_is_followed_by_its_links_to_the_end() {
    let client = Client::of(builder().synthetic_repositories(250, "fleet", 5_000, "octocat"))
        .token("ghp_octocat");
    for (first, expected) in [
        ("/user/repos?per_page=100", 254),
        ("/orgs/fleet/repos?per_page=60", 250),
    ] {
        let (mut seen, mut pages, mut next) = (Vec::new(), 0, Some(first.to_owned()));
        while let Some(target) = next {
            let response = client.get(&target).await;
            let page = response.json();
            seen.extend(
                page.as_array()
                    .unwrap()
                    .iter()
                    .map(|one| one["id"].as_u64().unwrap()),
            );
            pages += 1;
            next = response.header("link").and_then(next_of);
        }
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen.len(), expected);
        assert_eq!(
            pages,
            expected.div_ceil(if first.starts_with("/user") { 100 } else { 60 })
        );
    }
    assert_eq!(
        client
            .get("/user/repos?per_page=500")
            .await
            .json()
            .as_array()
            .unwrap()
            .len(),
        100
    );
    assert_eq!(
        client
            .get("/user/repos")
            .await
            .json()
            .as_array()
            .unwrap()
            .len(),
        30
    );
    assert_eq!(client.get("/orgs/acme/repos").await.header("link"), None);
}

#[tokio::test]
async fn a_renamed_repository_moves_and_keeps_its_sub_paths() {
    let client = Client::admin();
    client
        .control
        .rename_repository("acme/anvil", "apex/hammer")
        .unwrap();
    let moved = client.get("/repos/acme/anvil/traffic/views?per=week").await;
    assert_eq!(moved.status, 301);
    let location = "http://github.test/repositories/101/traffic/views?per=week";
    assert_eq!(moved.header("location"), Some(location));
    assert_eq!(moved.json()["message"], "Moved Permanently");
    assert_eq!(moved.json()["url"], location);
    assert_eq!(
        client.get("/repos/acme/anvil").await.header("location"),
        Some("http://github.test/repositories/101")
    );
    assert_eq!(
        client
            .get("/repositories/101/traffic/views?per=week")
            .await
            .status,
        200
    );
    let repository = client.get("/repositories/101").await.json();
    assert_eq!(repository["full_name"], "apex/hammer");
    assert_eq!(
        client.get("/repos/Apex/Hammer/traffic/clones").await.status,
        200
    );
}

#[tokio::test]
async fn an_old_name_belongs_to_the_next_repository_of_that_name() {
    let client = Client::admin();
    client
        .control
        .rename_repository("acme/anvil", "acme/hammer")
        .unwrap();
    client
        .control
        .add_repository(Repository::new(201, "acme/anvil").access("octocat", Role::Admin));
    assert_eq!(client.get("/repos/acme/anvil").await.json()["id"], 201);
    assert_eq!(client.get("/repos/acme/hammer").await.json()["id"], 101);
}

#[tokio::test]
async fn a_private_and_moved_repository_is_not_revealed() {
    let client = Client::admin();
    client
        .control
        .rename_repository("acme/rocket", "acme/missile")
        .unwrap();
    assert_eq!(client.get("/repos/acme/rocket").await.status, 301);
    assert_eq!(
        client
            .token("ghp_hubot")
            .get("/repos/acme/rocket")
            .await
            .status,
        404
    );
}

#[tokio::test]
async fn deleted_and_hidden_repositories_are_not_found() {
    let client = Client::admin();
    client.control.hide_repository("acme/anvil", true).unwrap();
    for target in ["/repos/acme/anvil", "/repositories/101/traffic/views"] {
        let missing = client.get(target).await;
        assert_eq!(
            (missing.status, missing.message().as_str()),
            (404, "Not Found")
        );
    }
    assert_eq!(
        client
            .get("/user/repos")
            .await
            .json()
            .as_array()
            .unwrap()
            .len(),
        3
    );
    client.control.hide_repository("acme/anvil", false).unwrap();
    assert_eq!(client.get("/repos/acme/anvil").await.status, 200);
    client
        .control
        .rename_repository("acme/anvil", "acme/hammer")
        .unwrap();
    client.control.delete_repository("acme/hammer").unwrap();
    for target in [
        "/repos/acme/anvil",
        "/repos/acme/hammer",
        "/repositories/101",
    ] {
        assert_eq!(client.get(target).await.status, 404);
    }
}

#[tokio::test]
async fn access_archive_and_stars_change_while_it_serves() {
    let client = Client::admin();
    client
        .control
        .set_access("acme/anvil", "hubot", Role::Write)
        .unwrap();
    assert_eq!(
        client
            .token("ghp_hubot")
            .get("/repos/acme/anvil/traffic/views")
            .await
            .status,
        200
    );
    client
        .control
        .archive_repository("acme/anvil", true)
        .unwrap();
    client.control.set_stars("acme/anvil", 99).unwrap();
    let repository = client.get("/repos/acme/anvil").await.json();
    assert_eq!(
        (&repository["archived"], &repository["stargazers_count"]),
        (&true.into(), &99.into())
    );
}

#[tokio::test]
async fn the_control_refuses_unknown_names() {
    let control = Client::admin().control;
    let unknown = control.hide_repository("acme/nothing", true).unwrap_err();
    assert_eq!(
        unknown.to_string(),
        "the simulator has no repository acme/nothing; add it first"
    );
    assert!(control.rename_repository("acme/anvil", "hammer").is_err());
    assert!(
        control.serve_window("acme/anvil", 0).is_err(),
        "it has no recording"
    );
}

#[tokio::test]
async fn an_enterprise_server_has_its_own_path() {
    let client = Client::of(builder().base_path("/api/v3/")).token("ghp_octocat");
    assert_eq!(
        client
            .get("/api/v3/repos/acme/anvil/traffic/views")
            .await
            .status,
        200
    );
    assert_eq!(client.get("/api/v3/nothing").await.status, 404);
    client
        .control
        .rename_repository("acme/anvil", "acme/hammer")
        .unwrap();
    let moved = client.get("/api/v3/repos/acme/anvil/traffic/views").await;
    let location = "http://github.test/api/v3/repositories/101/traffic/views";
    assert_eq!(moved.header("location"), Some(location));
}

#[tokio::test]
async fn an_unknown_endpoint_is_not_found() {
    let client = Client::admin();
    for target in [
        "/",
        "/repos/acme/anvil/pulls",
        "/repositories/nonsense",
        "/repos/acme",
    ] {
        let missing = client.get(target).await;
        assert_eq!(
            (missing.status, missing.message().as_str()),
            (404, "Not Found"),
            "{target}"
        );
    }
    assert_eq!(
        client
            .request(axum::http::Method::DELETE, "/repos/acme/anvil")
            .await
            .status,
        404
    );
}

fn next_of(link: &str) -> Option<String> {
    let next = link
        .split(", ")
        .find(|part| part.ends_with("rel=\"next\""))?;
    let url = next.split(['<', '>']).nth(1)?;
    Some(url.strip_prefix("http://github.test").unwrap().to_owned())
}
