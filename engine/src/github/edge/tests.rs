//! What the edge makes of bytes.

use serde_json::json;

use super::*;

fn body(text: &str) -> Body {
    Body::new(text.as_bytes().to_vec())
}

fn texts(json: &str) -> Vec<String> {
    body(json).read("a test").expect("texts")
}

#[test]
fn texts_come_without_what_breaks_a_database_or_a_line() {
    assert_eq!(texts(r#"["hello/a\u0000b"]"#), ["hello/ab"]);
    assert_eq!(texts("[\"a\u{202e}b\"]"), ["ab"]);
    assert_eq!(texts("[\"raw\u{1}control\"]"), ["rawcontrol"]);
    assert_eq!(
        texts(r#"["lone \ud83d surrogate", "\udc00"]"#),
        ["lone \u{fffd} surrogate", "\u{fffd}"]
    );
    assert_eq!(texts(r#"["\ud83d\udc4d"]"#), ["👍"]);
    let broken = Body::new(b"[\"a\xff\"]".to_vec());
    assert_eq!(
        broken.read::<Vec<String>>("a test"),
        Ok(vec!["a\u{fffd}".to_owned()])
    );
    let long = json!(["x".repeat(5_000)]).to_string();
    assert_eq!(texts(&long)[0].len(), 1_000);
    let names: std::collections::BTreeMap<String, u8> =
        body("{\"a\\u0000\": 1}").read("a test").expect("an object");
    assert_eq!(names.into_keys().collect::<Vec<_>>(), ["a"]);
}

#[test]
fn a_secret_stays_as_it_came() {
    let long = "s".repeat(5_000);
    let read: Vec<String> = body(&json!([long]).to_string())
        .read_secret("a test")
        .expect("a secret");
    assert_eq!(read, [long]);
}

#[test]
fn numbers_are_whole_not_negative_and_within_bounds() {
    for (text, expected) in [
        ("1", Some(1)),
        ("1.0", Some(1)),
        ("1e3", Some(1_000)),
        ("4294967295", Some(u32::MAX)),
        ("4294967296", None),
        ("-1", None),
        ("1.5", None),
        ("\"5\"", None),
        ("null", None),
        ("true", None),
        ("1e400", None),
        ("123456789012345678901234567890", None),
    ] {
        let read: Field<Number<u32>> = body(text).read("a test").expect("a field");
        assert_eq!(read.0.map(|Number(it)| it), expected, "{text}");
    }
}

#[test]
fn an_entry_that_cannot_be_read_costs_no_other() {
    let read: Entries<Number<u32>> = body("[1, null, -3, \"4\", 5.0, {}, 1e999]")
        .read("a test")
        .expect("a list");
    assert_eq!(read.read, [Number(1), Number(5)]);
    assert_eq!(read.unread, 5);
    let text = LeftOut::from_entries(EntryKind::Day, &read).expect("something is left out");
    assert_eq!(
        text.to_string(),
        "5 of 7 days in GitHub’s response could not be read and were skipped; the others were stored. The next run requests them again."
    );
    let one = LeftOut::new(EntryKind::Row, 1, 14).expect("something is left out");
    assert_eq!(
        one.to_string(),
        "1 of 14 rows in GitHub’s response could not be read and was skipped; the others were stored. The next run requests it again."
    );
    assert_eq!(LeftOut::new(EntryKind::Row, 0, 14), None);
}

#[test]
fn what_is_no_json_is_not_whole_and_what_is_no_list_is_malformed() {
    for text in ["", "[1,", "<html>", "[1] 2"] {
        let read = body(text).read::<Entries<Number<u32>>>("a test");
        assert_eq!(read, Err(GithubError::IncompleteJson), "{text}");
    }
    for text in ["{}", "null", "7", "\"list\""] {
        let read = body(text).read::<Entries<Number<u32>>>("a test");
        assert!(
            matches!(read, Err(GithubError::Malformed(_))),
            "{text}: {read:?}"
        );
    }
}

#[test]
fn days_are_held_against_githubs_clock_and_this_machines_clock_too() {
    let mut headers = http::HeaderMap::new();
    let here = "2026-11-30T06:00:00Z".parse().expect("a time");
    assert_eq!(Calendar::from_headers(&headers, here), Calendar::at(here));
    assert_eq!(clock_ahead(&headers, here), None);
    headers.insert(
        "date",
        "Fri, 27 Nov 2026 06:00:00 GMT".parse().expect("a header"),
    );
    let calendar = Calendar::from_headers(&headers, here);
    assert_eq!(calendar.today().to_string(), "2026-11-27");
    let shows = |text: &str| calendar.covers(text.parse().expect("a day"));
    for (text, expected) in [
        ("2026-11-28", true),
        ("2026-11-29", false),
        ("2026-10-27", true),
        ("2026-10-26", false),
        ("0001-01-01", false),
        ("1970-01-01", false),
        ("9999-12-31", false),
    ] {
        assert_eq!(shows(text), expected, "{text}");
    }
    let ahead = clock_ahead(&headers, here).expect("a difference");
    assert_eq!(ahead.num_hours(), 72);
    let behind = "2026-11-27T05:48:00Z".parse().expect("a time");
    let behind = clock_ahead(&headers, behind).expect("a difference");
    assert_eq!(behind.num_minutes(), -12);
}
