//! One entry that cannot be read costs no other, is never taken for zero, and is told.

use chrono::{DateTime, TimeDelta, Utc};
use domain::{AnomalyKind, Counts, Day, DayRange, DayTraffic, Endpoint, RepositoryId, RunStatus};
use engine::Clock;
use serde_json::{Value, json};

use crate::databases::TestDatabase;
use crate::fixture::{Fixture, OPERATOR, day, repository};
use crate::rewriting::{Answer, Rewriting};

/// A tracked repository whose answers can be changed on their way.
pub async fn rewritten(database: TestDatabase) -> (Fixture, RepositoryId, Rewriting) {
    let rewriting = Rewriting::default();
    let add = |github: simulator::Builder| github.repository(repository(1, "acme/anvil"));
    let fixture = Fixture::behind(database, 8, add, async |github| {
        rewriting.serve(github).await
    })
    .await;
    let anvil = fixture.track("acme/anvil").await;
    (fixture, anvil, rewriting)
}

fn today(fixture: &Fixture) -> Day {
    Day::of(fixture.clock.now())
}

/// The fourteen days until yesterday, a view on each; of some days another count.
fn views(today: Day, others: &[(Day, Value)]) -> Value {
    let buckets: Vec<_> = (1..=14)
        .rev()
        .map(|ago| {
            let day = today.plus(-ago);
            let other = others.iter().find(|(other, _)| *other == day);
            let count = other.map_or(json!(7), |(_, count)| count.clone());
            bucket(day, &count)
        })
        .collect();
    json!({ "count": 98, "uniques": 3, "views": buckets })
}

fn bucket(day: Day, count: &Value) -> Value {
    json!({ "timestamp": format!("{day}T00:00:00Z"), "count": count, "uniques": 1 })
}

fn viewed(days: &[(Day, DayTraffic)]) -> Vec<(Day, Counts)> {
    days.iter()
        .filter_map(|(day, traffic)| Some((*day, traffic.views?)))
        .collect()
}

async fn collect_partly(fixture: &Fixture) -> Vec<String> {
    let run = fixture.collect().await;
    assert_eq!(run.status, RunStatus::Partial, "{:?}", run.failures);
    run.failures
        .into_iter()
        .map(|failure| failure.reason)
        .collect()
}

on_both! {
    async fn one_bad_bucket_costs_no_other_day_and_is_unknown(database) {
        let (fixture, anvil, rewriting) = rewritten(database).await;
        for (n, nonsense) in [json!(null), json!(-1), json!(4_294_967_296_u64), json!("5")].into_iter().enumerate() {
            // A window of new days for each.
            fixture.clock.advance(TimeDelta::days(20));
            let today = today(&fixture);
            let bad = today.plus(-5);
            rewriting.say("/traffic/views?per=day", &views(today, &[(bad, nonsense.clone())]));
            let reasons_given = collect_partly(&fixture).await;
            assert_eq!(reasons_given, ["1 of 14 days in GitHub’s response could not be read and was skipped; the others were stored. The next run requests it again."], "{nonsense}");
            let stored = viewed(&fixture.days(anvil).await);
            let window: Vec<Day> = (1..=14).rev().map(|ago| today.plus(-ago)).filter(|day| *day != bad).collect();
            let of_window: Vec<Day> = stored.iter().map(|(day, _)| *day).filter(|day| *day >= today.plus(-14)).collect();
            assert_eq!(of_window, window, "{nonsense}");
            // The repository's page and the doubts name the day.
            let page = fixture.page("acme/anvil").await;
            assert!(page.problem.expect("told").failure.reason.contains("1 of 14 days"));
            let anomalies = fixture.engine.anomalies(&OPERATOR, fixture.tenant, None).await.expect("doubts");
            let unread: Vec<_> = anomalies.open.iter().filter(|it| it.anomaly.kind == AnomalyKind::Unreadable).collect();
            assert_eq!(unread[0].anomaly.day, bad);
            assert_eq!(unread.len(), n + 1);
        }
        // Once it can be read, nothing is in doubt and nothing is wrong.
        let today = today(&fixture);
        rewriting.say("/traffic/views?per=day", &views(today, &[]));
        fixture.collect_well().await;
        let stored = viewed(&fixture.days(anvil).await);
        assert!(stored.contains(&(today.plus(-5), Counts::new(7, 1))));
        assert!(fixture.page("acme/anvil").await.problem.is_none());
    }

    async fn a_window_whose_first_or_last_day_cannot_be_read_claims_neither(database) {
        let (fixture, anvil, rewriting) = rewritten(database).await;
        let today = today(&fixture);
        let edges = [(today.plus(-14), json!(null)), (today.plus(-1), json!(null))];
        rewriting.say("/traffic/views?per=day", &views(today, &edges));
        collect_partly(&fixture).await;
        let stored = viewed(&fixture.days(anvil).await);
        assert_eq!(stored.first().map(|(day, _)| *day), Some(today.plus(-13)));
        assert_eq!(stored.last().map(|(day, _)| *day), Some(today.plus(-2)));
    }

    async fn a_whole_number_may_be_written_as_a_float_and_a_day_twice(database) {
        let (fixture, anvil, rewriting) = rewritten(database).await;
        let today = today(&fixture);
        let mut answer = views(today, &[(today.plus(-3), json!(9.0))]);
        let again = bucket(today.plus(-3), &json!(4));
        answer["views"].as_array_mut().expect("a list").push(again);
        answer["count"] = json!(100);
        rewriting.say("/traffic/views?per=day", &answer);
        fixture.collect_well().await;
        let stored = viewed(&fixture.days(anvil).await);
        assert!(stored.contains(&(today.plus(-3), Counts::new(9, 1))));
    }

    async fn a_day_outside_the_calendar_is_never_stored_and_makes_no_hole_a_zero(database) {
        let (fixture, anvil, rewriting) = rewritten(database).await;
        let today = today(&fixture);
        for outside in [today.plus(14), day("9999-12-31"), day("1970-01-01"), day("0001-01-01"), today.plus(-40)] {
            // The day that it belongs to is not listed.
            let mut answer = views(today, &[]);
            answer["views"][4] = bucket(outside, &json!(7));
            rewriting.say("/traffic/views?per=day", &answer);
            let reasons_given = collect_partly(&fixture).await;
            assert!(reasons_given[0].starts_with("1 of 14 days"), "{reasons_given:?}");
            let stored = viewed(&fixture.days(anvil).await);
            assert_eq!(stored.len(), 13, "{outside}");
            assert!(stored.iter().all(|(day, counts)| *day != today.plus(-10) && counts.count == 7));
        }
        let all = fixture.days(anvil).await;
        assert!(all.iter().all(|(day, _)| (today.plus(-30)..=today).contains(day)));
    }

    async fn a_bad_row_week_tag_release_or_figure_costs_no_other(database) {
        let (fixture, anvil, rewriting) = rewritten(database).await;
        let sunday: DateTime<Utc> = "2026-11-08T00:00:00Z".parse().expect("a time");
        let week = |ago: i64, days: Value| json!({ "week": sunday.timestamp() - ago * 604_800, "total": 7, "days": days });
        rewriting.say("/popular/referrers", &json!([
            { "referrer": null, "count": 3, "uniques": 1 },
            { "referrer": "good.example", "count": 2, "uniques": 1 },
            { "referrer": "bad.example", "count": -1, "uniques": 1 },
        ]));
        rewriting.say("/popular/paths", &json!([{ "path": "/acme/anvil", "title": 7, "count": 2, "uniques": 1 }]));
        rewriting.say("/releases?", &json!([{
            "id": 1, "tag_name": "v1.0", "name": "One", "draft": false, "prerelease": false,
            "published_at": "2026-11-01T10:00:00Z", "assets": [
                { "id": 10, "name": "a.zip", "size": null, "download_count": 7, "state": "uploaded", "created_at": "2026-11-01T09:00:00Z" },
                { "id": 11, "name": "b.zip", "size": 5, "download_count": 9, "state": "uploaded", "created_at": "2026-11-01T09:00:00Z" },
            ],
        }]));
        rewriting.say("/tags?", &json!([{ "name": "v0.9", "commit": null }, { "name": "v1.0", "commit": { "sha": "c0ffee" } }]));
        rewriting.say("/stargazers/history", &json!([
            week(0, json!([1, 1, 1, 1, 1, 1, 1])), week(1, json!([1, null, "1", 1, 1, 1, 1])),
            week(2, json!([2, 2, 2, 2, 2, 2, 2])), week(2, json!([1, 1, 1, 3, 1, 1, 1])),
        ]));
        rewriting.set("/repositories/1", |body| {
            let mut answer: Value = serde_json::from_str(body).unwrap_or_default();
            if answer.get("full_name").is_some() {
                answer["stargazers_count"] = json!(null);
                answer.as_object_mut().expect("an object").remove("subscribers_count");
            }
            Answer::body(&answer)
        });
        let run = fixture.collect().await;
        let reasons_given: Vec<_> = run.failures.iter().map(|it| (it.endpoint, it.reason.split(" in GitHub").next().expect("a sentence").to_owned())).collect();
        assert_eq!(reasons_given, [
            (Endpoint::Repository, "2 of 4 figures".to_owned()),
            (Endpoint::Referrers, "2 of 3 rows".to_owned()),
            (Endpoint::Releases, "1 of 3 releases and files".to_owned()),
            (Endpoint::Tags, "1 of 2 tags".to_owned()),
            (Endpoint::StarHistory, "1 of 4 weeks".to_owned()),
        ]);
        let page = fixture.page("acme/anvil").await;
        let popularity = page.report.popularity.expect("known figures");
        assert_eq!((popularity.stars, popularity.forks.is_some()), (None, true));
        assert_eq!(page.report.referrers.expect("a list").rows[0].label, "good.example");
        assert_eq!(page.report.paths.expect("a list").rows[0].label, "/acme/anvil");
        let releases = fixture.engine.releases(&OPERATOR, fixture.tenant, anvil, None, None).await.expect("releases");
        assert_eq!(releases.releases[0].assets.len(), 1);
        let stars = fixture.engine.stars(&OPERATOR, fixture.tenant, anvil, None, None).await.expect("stars");
        // The week that could not be read is no week without stars, and neither is what lies behind.
        assert_eq!(stars.history.map(|it| it.from), Some(day("2026-11-08")));
        assert!(!stars.whole);
        let given = |text: &str| stars.days.iter().find(|it| it.day == day(text)).expect("a day").given;
        assert_eq!((given("2026-11-09"), given("2026-11-02")), (Some(1), None));
        rewriting.stop();
        fixture.clock.advance(TimeDelta::days(8));
        fixture.collect_well().await;
    }

    async fn text_that_breaks_databases_and_lines_is_cleaned_and_stored(database) {
        let (fixture, anvil, rewriting) = rewritten(database).await;
        let long = "x".repeat(5_000);
        let wide = "👍".repeat(1_000);
        rewriting.say("/popular/paths", &r#"[
            { "path": "/acme/a", "title": "hello/a\u0000b", "count": 9, "uniques": 1 },
            { "path": "/acme/b", "title": "lone \ud83d surrogate", "count": 8, "uniques": 1 },
            { "path": "/acme/c", "title": "user\u202egpj.exe", "count": 7, "uniques": 1 },
            { "path": "/acme/d", "title": "LONG", "count": 6, "uniques": 1 },
            { "path": "/acme/e", "title": "WIDE", "count": 5, "uniques": 1 }
        ]"#.replace("LONG", &long).replace("WIDE", &wide));
        rewriting.say("/popular/referrers", &r#"[{ "referrer": "a\u0000\u202e.example", "count": 9, "uniques": 1 }]"#);
        rewriting.say("/releases?", &r#"[{ "id": 1, "tag_name": "v1\u0000", "name": "One \udc00", "draft": false,
            "prerelease": false, "published_at": "2026-11-01T10:00:00Z", "assets": [{ "id": 10, "name": "a\u0000.zip",
            "size": 1, "download_count": 7, "state": "uploaded", "created_at": "2026-11-01T09:00:00Z" }] }]"#);
        rewriting.say("/tags?", &r#"[{ "name": "v1\u0000", "commit": { "sha": "c0ffee" } }]"#);
        rewriting.say("/user", &r#"{ "login": "octo\u0000cat\u202e", "id": 1, "name": "\ud83d" }"#);
        fixture.collect_well().await;
        let page = fixture.page("acme/anvil").await;
        let rows = page.report.paths.expect("a list").rows;
        let titles: Vec<_> = rows.iter().map(|row| row.title.clone().expect("a title")).collect();
        assert_eq!(titles[..3], ["hello/ab", "lone \u{fffd} surrogate", "usergpj.exe"]);
        assert_eq!((titles[3].chars().count(), titles[4].chars().count()), (1_000, 650));
        assert_eq!(page.report.referrers.expect("a list").rows[0].label, "a.example");
        let releases = fixture.engine.releases(&OPERATOR, fixture.tenant, anvil, None, None).await.expect("releases");
        assert_eq!(releases.releases[0].tag, "v1");
        assert_eq!(releases.releases[0].name.as_deref(), Some("One \u{fffd}"));
        assert_eq!(releases.releases[0].assets[0].name, "a.zip");
        let connection = fixture.connection().await;
        let checked = fixture.engine.check_connection(&OPERATOR, fixture.tenant, connection.id).await.expect("checked");
        assert_eq!(checked.login, "octocat");
    }

    /// The clock of this machine is three days ahead, and GitHub two days late.
    async fn lists_end_on_the_last_day_that_the_views_show_whatever_the_clock_says(database) {
        let (fixture, _, rewriting) = rewritten(database).await;
        let there = fixture.clock.now() - TimeDelta::days(3);
        let date = there.format("%a, %d %b %Y %H:%M:%S GMT").to_string();
        let shown = views(Day::of(there).plus(-1), &[]);
        let at = date.clone();
        rewriting.set("/traffic/views?per=day", move |_| Answer::body(&shown).with("date", &at));
        rewriting.set("/popular/", move |body| Answer::body(&body).with("date", &date));
        fixture.collect().await;
        let page = fixture.page("acme/anvil").await;
        let window = DayRange::ending(Day::of(there).plus(-2), 14);
        assert_eq!(page.report.referrers.expect("a list").window, window);
        assert_eq!(page.report.paths.expect("a list").window, window);
    }

    async fn days_before_a_repository_was_made_are_not_known_zeros(database) {
        let (fixture, anvil, rewriting) = rewritten(database).await;
        let today = today(&fixture);
        let zeros: Vec<_> = (4..=14).map(|ago| (today.plus(-ago), json!(0))).collect();
        let mut answer = views(today, &zeros);
        for bucket in answer["views"].as_array_mut().expect("a list").iter_mut().take(11) {
            bucket["uniques"] = json!(0);
        }
        answer["count"] = json!(21);
        let clones = json!({ "count": 21, "uniques": 3, "clones": answer["views"] });
        rewriting.say("/traffic/views?per=day", &answer);
        rewriting.say("/traffic/clones?per=day", &clones);
        let created_at = format!("{}T11:00:00Z", today.plus(-4));
        let of_repository = move |body: &str| {
            let mut answer: Value = serde_json::from_str(body).unwrap_or_default();
            if answer.get("full_name").is_some() {
                answer["created_at"] = json!(created_at);
            }
            Answer::body(&answer)
        };
        // First GitHub does not say when it was made.
        rewriting.set("/repositories/1", |body| Answer::body(&body.replace("created_at", "made_at")));
        fixture.collect_well().await;
        assert_eq!(fixture.days(anvil).await.len(), 14);
        rewriting.set("/repositories/1", of_repository);
        fixture.collect_well().await;
        let known: Vec<Day> = fixture.days(anvil).await.into_iter().map(|(day, _)| day).collect();
        assert_eq!(known, (1..=4).rev().map(|ago| today.plus(-ago)).collect::<Vec<_>>());
    }

    async fn a_repository_with_an_impossible_name_is_left_out_of_the_list_and_told(database) {
        let (fixture, _, rewriting) = rewritten(database).await;
        let listed = |full_name: &str| json!({
            "id": full_name.len(), "full_name": full_name, "private": false, "archived": null,
            "stargazers_count": 1, "permissions": { "push": true },
        });
        let mut all: Vec<Value> = (0..100).map(|n| listed(&format!("octo/{}", "x".repeat(n + 1)))).collect();
        all.push(listed("octo/naïve"));
        rewriting.say("/user/repos", &json!(all));
        let id = fixture.connection().await.id;
        let available = fixture.engine.available_repositories(&OPERATOR, fixture.tenant, id, "").await.expect("a list");
        let reasons_given = "1 of 101 repositories has an unsupported name and was skipped.";
        assert_eq!((available.total, available.notice.as_deref()), (100, Some(reasons_given)));
        let checked = fixture.engine.check_connection(&OPERATOR, fixture.tenant, id).await.expect("checked");
        assert_eq!(checked.notice.as_deref(), Some(reasons_given));
        all.push(json!({ "id": null }));
        all.push(json!({ "id": 900, "full_name": "octo/last", "private": false, "permissions": null }));
        rewriting.say("/user/repos", &json!(all));
        fixture.clock.advance(TimeDelta::minutes(6));
        let available = fixture.engine.available_repositories(&OPERATOR, fixture.tenant, id, "").await.expect("a list");
        assert_eq!((available.total, available.trackable), (101, 100));
        assert!(available.notice.expect("told").ends_with("1 of 103 repositories in GitHub’s list could not be read and was skipped."));
    }
}
