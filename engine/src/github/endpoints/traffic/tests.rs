//! How responses about traffic are parsed.

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
    let json = json!({ "count": 9, "uniques": 4, "views": buckets });
    parse_window(&body(&json), per, given_on())
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
        let skipped = window.left_out.expect("something is left out");
        assert_eq!((skipped.entries, skipped.of, window.undated), (1, 2, false));
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
fn what_is_no_answer_about_traffic_is_malformed() {
    for nonsense in [json!({}), json!(null), json!({"views": null})] {
        let outcome = parse_window(&body(&nonsense), Per::Day, given_on());
        assert!(
            matches!(outcome, Err(GithubError::Malformed(_))),
            "{nonsense}: {outcome:?}"
        );
    }
    let cut = Body::new(b"{\"count\":1,".to_vec());
    assert_eq!(
        parse_window(&cut, Per::Day, given_on()),
        Err(GithubError::IncompleteJson)
    );
    let no_total = json!({ "count": null, "views": [bucket("2026-11-17", &json!(1))] });
    let read = parse_window(&body(&no_total), Per::Day, given_on()).expect("a window");
    assert_eq!((read.total, read.buckets.len()), (None, 1));
    assert!(read.left_out.is_some());
}
