//! The page of a repository as the server writes it.

use chrono::DateTime;
use domain::report::{
    Bucket, DataState, Figure, Popularity, Ranking, RankingRow, Repository, RepositoryReport,
    WindowCounts,
};
use domain::{
    Counts, Coverage, DailySum, Day, DayRange, Interval, Period, RepositoryId, RepositoryStatus,
    Uniques,
};
use leptos::prelude::*;

use super::{Shown, page};
use crate::address::Tenant;
use crate::markup::markup;

fn day(text: &str) -> Day {
    text.parse().expect("a valid day")
}

/// Thirty days with one view each but for the 5th to 8th of May, which are lost.
fn report() -> RepositoryReport {
    let today = day("2026-05-31");
    let range = DayRange::ending(day("2026-05-30"), 30);
    let lost = DayRange::new(day("2026-05-05"), day("2026-05-08")).expect("a valid range");
    let known: Vec<Day> = range.days().filter(|day| !lost.contains(*day)).collect();
    let bucket = |day: Day| {
        let is_known = known.contains(&day);
        Bucket {
            start: day,
            end: day,
            views: is_known.then_some(1),
            view_uniques: is_known.then_some(Uniques::new(1)),
            view_uniques_daily_sum: is_known.then_some(DailySum(1)),
            clones: None,
            clone_uniques: None,
            clone_uniques_daily_sum: None,
            days_known: u32::from(is_known),
            days_total: 1,
        }
    };
    let until_today = DayRange::new(range.from, today).expect("a valid range");
    let figure = |total| Figure {
        total,
        ..Figure::default()
    };
    let newest = Some(day("2026-05-30"));
    RepositoryReport {
        repository: Repository {
            id: RepositoryId::new(7),
            github_id: 1,
            full_name: "octocat/hello".parse().expect("a valid name"),
            owner: "octocat".to_owned(),
            name: "hello".to_owned(),
            status: RepositoryStatus::Active,
            added_at: DateTime::default(),
            first_day: Some(range.from),
            last_day: newest,
            last_collected_at: None,
            schedule_id: None,
            failure: None,
            failure_kind: None,
            failing_since: None,
            rest_until: None,
            visibility: None,
            archived_on_github: None,
        },
        period: Period::Days30,
        interval: Interval::Day,
        range,
        today,
        views: figure(Some(26)),
        view_uniques_daily_sum: figure(Some(26)),
        clones: figure(None),
        clone_uniques_daily_sum: figure(None),
        window_views: Some(WindowCounts {
            window: DayRange::ending(day("2026-05-30"), 14),
            counts: Counts::new(14, 9),
        }),
        window_clones: None,
        doubts: 0,
        popularity: Some(Popularity {
            stars: 1_284,
            ..Popularity::default()
        }),
        buckets: until_today.days().map(bucket).collect(),
        markers: Vec::new(),
        coverage: Coverage::of(until_today, known.iter().copied(), newest, today),
        data: DataState::Lost(4),
        trouble: None,
        facts: Vec::new(),
        referrers: Some(Ranking {
            window: DayRange::ending(day("2026-05-30"), 14),
            captured_at: DateTime::default(),
            rows: vec![RankingRow {
                label: "news.ycombinator.com".to_owned(),
                title: None,
                counts: Counts::new(8, 3),
            }],
        }),
        paths: None,
    }
}

fn html(report: RepositoryReport) -> String {
    markup(move || {
        page(Shown {
            tenant: Memo::new(|_| Tenant("lab".to_owned())),
            report: Memo::new(move |_| report.clone()),
            period: Memo::new(|_| Period::Days30),
            interval: Memo::new(|_| Interval::Day),
        })
    })
}

#[test]
fn the_figures_say_what_they_add_up_and_what_is_unknown() {
    let html = html(report());
    assert_eq!(html.matches("<h1>").count(), 1);
    assert!(
        html.contains("<h1>hello</h1>") && html.contains("octocat /"),
        "{html}"
    );
    assert_eq!(
        html.matches("daily sum").count(),
        2,
        "visitors and cloners: {html}"
    );
    assert!(html.contains(r#"<div class="value">26</div>"#), "{html}");
    assert!(
        html.contains(r#"<div class="value">–</div>"#),
        "clones are unknown: {html}"
    );
    assert!(!html.contains(r#"<div class="value">0</div>"#), "{html}");
}

#[test]
fn the_true_uniques_stand_apart_from_the_sums() {
    let html = html(report());
    assert!(html.contains("GitHub’s 14 days to 30 May:"), "{html}");
    assert!(html.contains("<b>9</b> unique visitors"), "{html}");
    assert!(html.contains("<b>1,284</b>"), "{html}");
}

#[test]
fn lost_days_are_said_in_words_and_marked_in_the_strip() {
    let html = html(report());
    assert!(
        html.contains("26 of 30 days known · 4 lost in May"),
        "{html}"
    );
    assert!(
        html.contains(r#"class="lost""#) && html.contains("--days:4"),
        "{html}"
    );
    assert!(html.contains("4 days lost"), "the pill: {html}");
}

#[test]
fn the_numbers_can_be_taken_away() {
    let html = html(report());
    let csv = r#"href="/t/lab/traffic.csv?"#;
    let link = &html[html.find(csv).expect("a link to the CSV")..];
    let link = &link[..link.find('>').expect("the link's end")];
    for part in [
        "from=2026-05-01",
        "to=2026-05-30",
        "repository=7",
        "download",
    ] {
        assert!(link.contains(part), "{part}: {link}");
    }
}

#[test]
fn the_period_and_the_interval_are_links_that_keep_each_other() {
    let html = html(report());
    assert!(html.contains("/t/lab/r/octocat/hello?period=all"), "{html}");
    assert!(
        html.contains("/t/lab/r/octocat/hello?interval=week"),
        "{html}"
    );
    assert_eq!(html.matches(r#"aria-current="true""#).count(), 2, "{html}");
}

#[test]
fn a_failure_stands_above_the_figures_with_what_to_do() {
    let mut report = report();
    report.data = DataState::Failing("The token expired: enter a new one.".to_owned());
    let html = html(report);
    let notice = html.find("The last collection failed.").expect("a notice");
    assert!(
        notice < html.find("class=\"stats\"").expect("the figures"),
        "{html}"
    );
    assert!(
        html.contains("The token expired: enter a new one."),
        "{html}"
    );
}

#[test]
fn referrers_lead_on_and_an_empty_list_says_why() {
    let html = html(report());
    assert!(
        html.contains(r#"href="https://news.ycombinator.com""#),
        "{html}"
    );
    assert!(html.contains("GitHub counted no views of pages"), "{html}");
}
