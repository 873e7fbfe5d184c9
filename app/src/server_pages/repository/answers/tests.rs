//! Tests of the data sources page.

use chrono::DateTime;
use domain::report::Repository;
use domain::{
    Day, DayRange, DayTraffic, Endpoint, Period, RepositoryId, RepositoryStatus, ResponseId,
};

use super::*;
use crate::test_html::test_html;

fn day(text: &str) -> Day {
    text.parse().expect("a day")
}

fn sources(id: i64, count: u32, listed: bool, holds: bool) -> DaySource {
    DaySource {
        answer: StoredResponse {
            id: ResponseId::new(id),
            endpoint: Endpoint::Views,
            captured_at: DateTime::default(),
        },
        measure: Measure::Views,
        window: DayRange::ending(day("2026-11-19"), 14),
        counts: Counts::new(count, 3),
        listed,
        holds_count: holds,
        holds_uniques: true,
    }
}

fn html(sources: Vec<DaySource>, kept_days: u32) -> String {
    let report = TraceReport {
        repository: Repository {
            id: RepositoryId::new(7),
            github_id: 1,
            full_name: "octocat/hello".parse().expect("a name"),
            owner: "octocat".to_owned(),
            name: "hello".to_owned(),
            status: RepositoryStatus::Active,
            added_at: DateTime::default(),
            first_day: None,
            last_day: None,
            last_collected_at: None,
            schedule_id: None,
            failure: None,
            failure_kind: None,
            failing_since: None,
            paused_until: None,
            visibility: None,
            archived_on_github: None,
            followed_by: None,
            unlisted_since: None,
            tags: Vec::new(),
        },
        day: day("2026-11-12"),
        traffic: DayTraffic::only(Measure::Views, Counts::new(1_284, 3)),
        sources,
        others: Vec::new(),
        observations: Vec::new(),
        kept_days,
    };
    test_html(move || {
        page(
            &Tenant("lab".to_owned()),
            ReportQuery::from(Period::Year),
            &report,
        )
    })
}

#[test]
fn the_answer_that_holds_the_stored_figure_is_marked_and_each_leads_to_its_body() {
    let html = html(
        vec![sources(8, 0, false, false), sources(7, 1_284, true, true)],
        30,
    );
    let rows: Vec<&str> = html.split("<tr>").collect();
    let row = |part: &str| {
        let found = rows.iter().find(|row| row.contains(part));
        found.unwrap_or_else(|| panic!("{part}: {html}"))
    };
    let newest = row(r#"href="/t/lab/r/octocat/hello/answers/8.json""#);
    assert!(newest.contains("counts as zero"), "{newest}");
    assert_eq!(newest.matches("stored").count(), 1, "the uniques: {newest}");
    let oldest = row(r#"href="/t/lab/r/octocat/hello/answers/7.json""#);
    assert_eq!(oldest.matches("stored").count(), 2, "{oldest}");
    let clones = row(">Clones<");
    assert_eq!(clones.matches("unknown").count(), 2, "{clones}");
    for part in [
        r#"href="/t/lab/r/octocat/hello/answers?day=2026-11-11&amp;period=1y""#,
        r#"href="/t/lab/r/octocat/hello/answers?day=2026-11-13&amp;period=1y""#,
        r#"action="/t/lab/r/octocat/hello/answers""#,
        r#"<input type="hidden" name="period" value="1y""#,
        r#"href="/t/lab/r/octocat/hello?period=1y""#,
    ] {
        assert!(html.contains(part), "{part}: {html}");
    }
}

#[test]
fn why_there_are_no_answers_is_said() {
    assert!(html(Vec::new(), 30).contains("kept for 30 days"));
    assert!(html(Vec::new(), 0).contains("does not store"));
}
