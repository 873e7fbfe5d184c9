//! What is read of a repository and its traffic.

use serde_json::json;

use super::*;

fn day(text: &str) -> Day {
    text.parse().expect("a day")
}

fn given_on() -> Calendar {
    Calendar::at("2026-11-20T06:00:00Z".parse().expect("a time"))
}

fn body(json: &serde_json::Value) -> Body {
    Body::new(json.to_string().into_bytes())
}

fn read(buckets: &serde_json::Value, per: Per) -> Result<Window, GithubError> {
    let answer = json!({ "count": 9, "uniques": 4, "views": buckets });
    window(&body(&answer), per, given_on())
}

fn bucket(day: &str, count: &serde_json::Value) -> serde_json::Value {
    json!({ "timestamp": format!("{day}T00:00:00Z"), "count": count, "uniques": 1 })
}

#[test]
fn days_come_in_order_whatever_the_answers_order() {
    let buckets = json!([
        { "timestamp": "2026-11-02T00:00:00Z", "count": 5, "uniques": 2 },
        { "timestamp": "2026-11-01T00:00:00Z", "count": 4, "uniques": 3 },
    ]);
    let window = read(&buckets, Per::Day).expect("a window");
    assert_eq!(window.total, Some(Counts::new(9, 4)));
    assert_eq!(
        window.buckets,
        [
            (day("2026-11-01"), Counts::new(4, 3)),
            (day("2026-11-02"), Counts::new(5, 2))
        ]
    );
    assert_eq!(window.left_out, None);
    assert_eq!(read(&json!([]), Per::Day).expect("a window").buckets, []);
}

#[test]
fn a_day_that_cannot_be_read_is_unknown_and_costs_no_other() {
    let good = bucket("2026-11-18", &json!(7));
    for nonsense in [
        json!(null),
        json!(-1),
        json!(4_294_967_296_u64),
        json!("5"),
        json!(0.5),
    ] {
        let window = read(&json!([good, bucket("2026-11-17", &nonsense)]), Per::Day);
        let window = window.expect("a window");
        assert_eq!(window.buckets, [(day("2026-11-18"), Counts::new(7, 1))]);
        assert_eq!(
            window.unread,
            BTreeSet::from([day("2026-11-17")]),
            "{nonsense}"
        );
        let said = window.left_out.expect("something is left out");
        assert_eq!((said.entries, said.of, window.undated), (1, 2, false));
    }
    let float = read(&json!([bucket("2026-11-17", &json!(1.0))]), Per::Day).expect("a window");
    assert_eq!(float.buckets, [(day("2026-11-17"), Counts::new(1, 1))]);
}

#[test]
fn a_day_that_is_listed_twice_counts_with_the_larger_figures() {
    let twice = json!([
        { "timestamp": "2026-11-17T00:00:00Z", "count": 5, "uniques": 1 },
        { "timestamp": "2026-11-17T00:00:00Z", "count": 3, "uniques": 2 },
        { "timestamp": "2026-11-17T00:00:00Z", "count": null, "uniques": 2 },
    ]);
    let window = read(&twice, Per::Day).expect("a window");
    assert_eq!(window.buckets, [(day("2026-11-17"), Counts::new(5, 2))]);
    assert_eq!(
        (window.unread.len(), window.left_out.map(|it| it.entries)),
        (0, Some(1))
    );
}

#[test]
fn a_day_outside_the_calendar_is_none() {
    for outside in [
        "2026-11-22",
        "2026-12-04",
        "9999-12-31",
        "2026-10-19",
        "1970-01-01",
        "0001-01-01",
        "2026-11-32",
        "yesterday",
    ] {
        let buckets = json!([bucket("2026-11-18", &json!(7)), bucket(outside, &json!(1))]);
        let window = read(&buckets, Per::Day).expect("a window");
        assert_eq!(
            window.buckets,
            [(day("2026-11-18"), Counts::new(7, 1))],
            "{outside}"
        );
        assert!(window.undated && window.unread.is_empty(), "{outside}");
    }
    for (timestamp, per) in [
        ("2026-11-17T01:00:00Z", Per::Day),
        ("2026-11-17T00:00:00+02:00", Per::Day),
        ("2026-11-17", Per::Day),
        ("2026-11-17T00:00:00Z", Per::Week),
    ] {
        let buckets = json!([{ "timestamp": timestamp, "count": 1, "uniques": 1 }]);
        let window = read(&buckets, per).expect("a window");
        assert!(window.undated && window.buckets.is_empty(), "{timestamp}");
    }
}

#[test]
fn who_sees_a_repository_is_told_in_one_way_or_the_other_or_not_at_all() {
    let read = |told: serde_json::Value| {
        let mut answer = json!({ "id": 1, "full_name": "acme/anvil" });
        let fields = answer.as_object_mut().expect("an object");
        fields.extend(told.as_object().expect("an object").clone());
        let read = repository(&body(&answer), given_on()).expect("a repository");
        (read.visibility, read.archived)
    };
    let (public, private) = (Some(Visibility::Public), Some(Visibility::Private));
    for (told, expected) in [
        (
            json!({"visibility": "public", "private": false, "archived": true}),
            (public, true),
        ),
        (
            json!({"visibility": "internal", "private": true}),
            (Some(Visibility::Internal), false),
        ),
        (
            json!({"visibility": "unheard-of", "private": true}),
            (private, false),
        ),
        (json!({"private": false, "archived": null}), (public, false)),
        (json!({"private": null}), (None, false)),
        (json!({}), (None, false)),
    ] {
        assert_eq!(read(told.clone()), expected, "{told}");
    }
}

#[test]
fn a_figure_of_a_repository_that_cannot_be_read_costs_no_other() {
    let answer = json!({
        "id": 1, "full_name": "acme/anvil", "stargazers_count": null, "forks_count": 3,
        "open_issues_count": "4", "created_at": "2026-11-17T11:00:00Z",
    });
    let read = repository(&body(&answer), given_on()).expect("a repository");
    assert_eq!(read.popularity.figures(), [None, Some(3), None, None]);
    assert_eq!(read.created_on, Some(day("2026-11-17")));
    let said = read.left_out.expect("something is left out").to_string();
    assert!(said.starts_with("3 of 4 figures"), "{said}");
}

#[test]
fn a_row_that_cannot_be_read_costs_no_other_and_a_title_not_even_its_row() {
    let good = json!({ "path": "/", "title": 7, "count": 2, "uniques": 1 });
    for nonsense in [
        json!({ "path": null, "title": "x", "count": 1, "uniques": 1 }),
        json!({ "referrer": "a", "count": -1, "uniques": 1 }),
        json!({ "referrer": "\u{202e}", "count": 1, "uniques": 1 }),
        json!("row"),
    ] {
        let list = rows(&body(&json!([nonsense, good]))).expect("rows");
        assert_eq!(list.rows.len(), 1, "{nonsense}");
        assert_eq!(
            (list.rows[0].label.as_str(), &list.rows[0].title),
            ("/", &None)
        );
        assert_eq!(list.left_out.map(|it| (it.entries, it.of)), Some((1, 2)));
    }
    let many = vec![good; 101];
    let list = rows(&body(&json!(many))).expect("rows");
    assert_eq!(
        (list.rows.len(), list.left_out.map(|it| it.entries)),
        (100, Some(1))
    );
}

#[test]
fn what_is_no_answer_about_traffic_is_malformed() {
    for nonsense in [json!({}), json!(null), json!({"views": null})] {
        let outcome = window(&body(&nonsense), Per::Day, given_on());
        assert!(
            matches!(outcome, Err(GithubError::Malformed(_))),
            "{nonsense}: {outcome:?}"
        );
    }
    let cut = Body::new(b"{\"count\":1,".to_vec());
    assert_eq!(
        window(&cut, Per::Day, given_on()),
        Err(GithubError::IncompleteJson)
    );
    let page = Body::new(b"<html>".to_vec());
    assert_eq!(rows(&page), Err(GithubError::IncompleteJson));
    let no_total = json!({ "count": null, "views": [bucket("2026-11-17", &json!(1))] });
    let read = window(&body(&no_total), Per::Day, given_on()).expect("a window");
    assert_eq!((read.total, read.buckets.len()), (None, 1));
    assert!(read.left_out.is_some());
}
