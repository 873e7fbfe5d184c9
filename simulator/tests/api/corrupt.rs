//! Complete responses with a wrong entry, day or text.

use serde_json::{Value, json};
use simulator::{
    Asset, BadValue, Bucket, DayTraffic, Endpoint, Fault, OddText, Policy, Release, Scope, Source,
};

use crate::client::{Client, TestResponse, builder, day};

const VIEWS: &str = "/repos/acme/anvil/traffic/views";
const REFERRERS: &str = "/repos/acme/anvil/traffic/popular/referrers";
const PATHS: &str = "/repos/acme/anvil/traffic/popular/paths";

fn client_with(fault: Fault) -> Client {
    let client = Client::of(builder()).token("ghp_octocat");
    let release = Release {
        id: 9,
        tag: "v1".to_owned(),
        published_at: "2026-11-18T06:00:00Z".parse().unwrap(),
        prerelease: false,
        assets: vec![Asset {
            id: 90,
            name: "anvil.zip".to_owned(),
            size: 1_024,
            uploaded_at: None,
            download_count: 5,
            daily: 0,
        }],
    };
    client.control.add_release("acme/anvil", release).unwrap();
    client.control.fault(fault, Scope::everywhere());
    client
}

async fn answer_with(fault: Fault, target: &str) -> TestResponse {
    let response = client_with(fault).get(target).await;
    assert_eq!(response.status, 200);
    response
}

async fn entry_with(entry: u8, value: BadValue, target: &str) -> Value {
    answer_with(Fault::BadEntry { entry, value }, target)
        .await
        .json()
}

#[tokio::test]
async fn one_bucket_has_an_unreadable_count_and_the_others_are_unchanged() {
    let whole = Client::admin().get(VIEWS).await.json();
    let kinds = [
        (BadValue::Null, json!(null)),
        (BadValue::Negative, json!(-1)),
        (BadValue::TooLarge, json!(4_294_967_296_u64)),
        (BadValue::Text, json!("100")),
        (BadValue::Float, json!(100.0)),
    ];
    for (value, expected) in kinds {
        let mut response = entry_with(4, value, VIEWS).await;
        assert_eq!(response["views"][4]["count"], expected, "{value:?}");
        assert_eq!(response["views"][4]["timestamp"], "2026-11-10T00:00:00Z");
        response["views"][4]["count"] = json!(100);
        assert_eq!(response, whole, "{value:?}");
    }
    let missing = entry_with(4, BadValue::Missing, VIEWS).await;
    assert_eq!(
        missing["views"][4],
        json!({ "timestamp": "2026-11-10T00:00:00Z", "uniques": 10 })
    );
    let none = entry_with(4, BadValue::NoEntry, VIEWS).await;
    assert_eq!(none["views"][4], json!(null));
    assert_eq!(none["views"].as_array().unwrap().len(), 14);
    let round = entry_with(18, BadValue::Null, VIEWS).await;
    assert_eq!(round["views"][4]["count"], json!(null), "18 is 4 of 14");
}

#[tokio::test]
async fn a_day_is_listed_twice_with_different_counts() {
    let twice = entry_with(4, BadValue::Twice, VIEWS).await;
    let day = |at: usize| twice["views"][at].clone();
    assert_eq!(day(4)["timestamp"], day(5)["timestamp"]);
    assert_eq!(
        (&day(4)["count"], &day(5)["count"]),
        (&json!(101), &json!(100))
    );
    assert_eq!(twice["views"].as_array().unwrap().len(), 15);
}

#[tokio::test]
async fn every_list_can_have_one_bad_entry() {
    let null = BadValue::Null;
    let gone = |of: Value, pointer: &str| {
        assert_eq!(of.pointer(pointer), Some(&json!(null)), "{of}");
    };
    gone(entry_with(0, null, REFERRERS).await, "/0/referrer");
    gone(entry_with(0, null, PATHS).await, "/0/path");
    let negative = entry_with(1, BadValue::Negative, REFERRERS).await;
    assert_eq!(
        negative[1],
        json!({ "referrer": "t.co", "count": -1, "uniques": 3 })
    );
    gone(
        entry_with(0, null, "/repos/acme/anvil/releases").await,
        "/0/assets/0/size",
    );
    gone(
        entry_with(0, null, "/repos/acme/anvil/tags").await,
        "/0/commit",
    );
    gone(
        entry_with(0, null, "/repos/acme/anvil/stargazers/history").await,
        "/0/days",
    );
    gone(entry_with(2, null, "/user/repos").await, "/2/permissions");
    gone(
        entry_with(0, null, "/orgs/acme/repos").await,
        "/0/permissions",
    );
    gone(
        entry_with(0, null, "/repos/acme/anvil").await,
        "/stargazers_count",
    );
    let client = client_with(Fault::BadEntry {
        entry: 0,
        value: null,
    })
    .token("ghs_reads");
    let installed = client.get("/installation/repositories").await.json();
    gone(installed, "/repositories/0/permissions");
}

#[tokio::test]
async fn one_repository_of_a_list_has_an_impossible_name() {
    let full_name = "acme/anvil.wiki".to_owned();
    let fault = Fault::UnknownName {
        entry: 0,
        full_name,
    };
    let listed = answer_with(fault, "/user/repos").await.json();
    assert_eq!(
        [
            &listed[0]["full_name"],
            &listed[0]["name"],
            &listed[1]["full_name"]
        ],
        ["acme/anvil.wiki", "anvil.wiki", "acme/rocket"]
    );
    assert_eq!(listed[0]["owner"]["login"], "acme");
}

#[tokio::test]
async fn impossible_days_are_listed_in_order() {
    for (stray, place) in [
        ("2026-12-04", 14),
        ("2026-10-19", 0),
        ("1970-01-01", 0),
        ("0001-01-01", 0),
        ("9999-12-31", 14),
    ] {
        let response = answer_with(Fault::StrayDay { day: day(stray) }, VIEWS).await;
        let response = response.json();
        let days = response["views"].as_array().unwrap();
        assert_eq!(days.len(), 15);
        let timestamp = format!("{stray}T00:00:00Z");
        assert_eq!(
            days[place],
            json!({ "timestamp": timestamp, "count": 7, "uniques": 3 })
        );
    }
}

#[tokio::test]
async fn a_full_series_can_become_empty() {
    let empty = answer_with(Fault::EmptySeries, VIEWS).await.json();
    assert_eq!(empty, json!({ "count": 0, "uniques": 0, "views": [] }));
}

#[tokio::test]
async fn texts_hold_nul_and_half_a_pair_of_surrogates_as_bytes() {
    let contains = |response: &TestResponse, bytes: &[u8]| {
        response
            .body
            .windows(bytes.len())
            .any(|window| window == bytes)
    };
    let surrogate = Fault::OddText(OddText::LoneSurrogate);
    let referrers = answer_with(surrogate.clone(), REFERRERS).await;
    assert!(contains(&referrers, br#""referrer":"Goo\ud83dgle""#));
    assert!(serde_json::from_slice::<Value>(&referrers.body).is_err());
    for target in [
        PATHS,
        "/repos/acme/anvil",
        "/repos/acme/anvil/releases",
        "/repos/acme/anvil/tags",
        "/user",
        "/user/repos",
    ] {
        assert!(contains(
            &answer_with(surrogate.clone(), target).await,
            br"\ud83d"
        ));
        let nul = answer_with(Fault::OddText(OddText::Nul), target).await;
        assert!(contains(&nul, br"\u0000"), "{target}");
        nul.json();
    }
    let turned = answer_with(Fault::OddText(OddText::DirectionMark), REFERRERS).await;
    assert_eq!(turned.json()[0]["referrer"], "Goo\u{202e}gle");
    let long = answer_with(Fault::OddText(OddText::Long), PATHS)
        .await
        .json();
    assert!(long[0]["title"].as_str().unwrap().len() > 3_000);
}

#[tokio::test]
async fn a_corrupted_response_has_its_own_entity_tag_and_length() {
    let client = Client::admin();
    let right = client.get(VIEWS).await;
    client.control.fault(
        Fault::BadEntry {
            entry: 0,
            value: BadValue::Null,
        },
        Scope::everywhere()
            .repository("acme/anvil")
            .endpoint(Endpoint::Views)
            .next(1),
    );
    let conditional = client.with("if-none-match", right.header("etag").unwrap());
    let wrong = conditional.get(VIEWS).await;
    assert_eq!(wrong.status, 200);
    assert_ne!(wrong.header("etag"), right.header("etag"));
    assert_eq!(
        conditional.get(VIEWS).await.status,
        304,
        "one request was affected"
    );
}

#[tokio::test]
async fn an_organizations_token_policy_refuses_only_its_repositories() {
    let client = Client::admin();
    client.control.fault(
        Fault::Policy(Policy::TokenLifetime { days: 90 }),
        Scope::everywhere().repository("acme/anvil"),
    );
    let refused = client.get(VIEWS).await;
    assert_eq!(refused.status, 403);
    let message = refused.message();
    assert!(
        message.contains("lifetime is greater than 90 days"),
        "{message}"
    );
    assert!(message.contains("https://github.com/settings/personal-access-tokens/"));
    let other = client.get("/repos/octocat/hello/traffic/views").await;
    assert_eq!(other.status, 200);
}

#[tokio::test]
async fn a_repository_is_recreated_under_the_name_of_a_deleted_one() {
    let client = Client::admin();
    let today = DayTraffic::new(Bucket::new(1, 1), Bucket::default());
    let source = Source::series([(day("2026-11-19"), today)]);
    client
        .control
        .recreate_repository("acme/anvil", 1_011, source)
        .unwrap();
    let new = client.get("/repos/acme/anvil").await.json();
    assert_eq!(
        (&new["id"], &new["created_at"]),
        (&json!(1_011), &json!("2026-11-20T06:00:00Z"))
    );
    assert_eq!(client.get(VIEWS).await.json()["count"], 1);
    assert_eq!(
        client.get("/repositories/1011/traffic/views").await.json()["count"],
        1
    );
    assert_eq!(
        client.get("/repositories/101/traffic/views").await.status,
        404
    );
}
