//! Tests of the repository page as the server renders it.

use chrono::DateTime;
use domain::report::{
    Bucket, Figure, Popularity, Ranking, RankingRow, Repository, RepositoryQuery, RepositoryReport,
    UsualBands, WindowCounts,
};
use domain::{
    Counts, Coverage, DailySum, Day, DayRange, FixTarget, Interval, Period, RepositoryId,
    RepositoryStatus, Uniques, Visibility,
};
use leptos::prelude::*;

use super::{PageState, page};
use crate::address::Tenant;
use crate::api::{EventText, ProblemText, RepositoryData};
use crate::components::Pill;
use crate::messages;
use crate::test_html::test_html;

fn day(text: &str) -> Day {
    text.parse().expect("a valid day")
}

/// Thirty days with one view each but for the 5th to 8th of May, which are lost.
fn data() -> RepositoryData {
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
    let report = RepositoryReport {
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
            paused_until: None,
            visibility: None,
            archived_on_github: None,
            followed_by: None,
            unlisted_since: None,
            tags: Vec::new(),
        },
        query: RepositoryQuery::default(),
        interval: Interval::Day,
        range,
        shown: until_today,
        history_begins: None,
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
        anomalies: 0,
        popularity: Some(Popularity {
            stars: Some(1_284),
            ..Popularity::default()
        }),
        buckets: until_today.days().map(bucket).collect(),
        usual: UsualBands::default(),
        events: Vec::new(),
        compared: None,
        github_is_late: false,
        coverage: Coverage::new(until_today, known.iter().copied(), |_| false, newest, today),
        views_known: 26,
        clones_known: 26,
        referrers: Some(Ranking {
            window: DayRange::ending(day("2026-05-30"), 14),
            captured_at: DateTime::default(),
            rows: vec![RankingRow {
                label: "news.ycombinator.com".to_owned(),
                title: None,
                counts: Counts::new(8, 3),
            }],
        }),
        namesake: None,
        paths: None,
    };
    RepositoryData {
        report,
        pill: pill(),
        problem: None,
        labels: Vec::new(),
        events: Vec::new(),
        typical_views: None,
        may_manage: true,
    }
}

fn pill() -> Pill {
    Pill {
        class: "pill warn".to_owned(),
        text: "4 days lost".to_owned(),
        title: None,
    }
}

fn html(data: RepositoryData) -> String {
    test_html(move || {
        page(PageState {
            tag_failure: Memo::new(|_| None),
            tagging: crate::components::Submission::new(
                "/api/set-tags",
                Memo::new(|_| Tenant("lab".to_owned())),
            ),
            tenant: Memo::new(|_| Tenant("lab".to_owned())),
            data: Memo::new(move |_| data.clone()),
            query: Memo::new(|_| RepositoryQuery::default()),
        })
    })
}

#[test]
fn the_figures_say_what_they_add_up_and_what_is_unknown() {
    let html = html(data());
    assert_eq!(html.matches("<h1>").count(), 1);
    assert!(
        html.contains("<h1>hello</h1>") && html.contains(r#"<p class="crumb">octocat</p>"#),
        "{html}"
    );
    assert_eq!(
        html.matches("sum of daily uniques").count(),
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
fn true_uniques_are_separate_from_daily_sums() {
    let html = html(data());
    assert!(
        html.contains("14 days to 30 May (GitHub’s own count):"),
        "{html}"
    );
    assert!(html.contains("<b>9</b> unique visitors"), "{html}");
    assert!(html.contains("<b>1,284</b>"), "{html}");
}

#[test]
fn lost_days_are_said_in_words_and_marked_in_the_strip() {
    let html = html(data());
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
fn the_numbers_can_be_downloaded() {
    let html = html(data());
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
    let html = html(data());
    assert!(html.contains("/t/lab/r/octocat/hello?period=all"), "{html}");
    assert!(
        html.contains("/t/lab/r/octocat/hello?interval=week"),
        "{html}"
    );
    assert!(
        html.contains("/t/lab/r/octocat/hello?compare=year"),
        "{html}"
    );
    // One period, one interval, one comparison.
    assert_eq!(html.matches(r#"aria-current="true""#).count(), 3, "{html}");
}

#[test]
fn a_problem_is_above_the_figures_with_its_name_and_what_to_do() {
    let mut data = data();
    let at = |text: &str| Some(text.parse().expect("a moment"));
    data.problem = Some(ProblemText {
        name: "Token refused".to_owned(),
        since: at("2026-05-28T06:00:00Z"),
        reason: "GitHub refused the token.".to_owned(),
        remedy: "Give the connection a new token.".to_owned(),
        place: Some(FixTarget::Connections),
        paused_until: at("2026-06-01T00:00:00Z"),
    });
    let html = html(data);
    let figures = html.find("class=\"stats\"").expect("the figures");
    for part in [
        "<b>Token refused</b>",
        "28 May 2026, 06:00 UTC",
        "GitHub refused the token.",
        "Give the connection a new token.",
        r#"href="/t/lab/settings/connections""#,
        "1 Jun 2026, 00:00 UTC",
    ] {
        let place = html.find(part);
        assert!(place.is_some_and(|at| at < figures), "{part}: {html}");
    }
}

#[test]
fn a_problem_without_a_remedy_has_no_link() {
    let mut data = data();
    data.problem = Some(ProblemText {
        name: "GitHub down".to_owned(),
        since: None,
        reason: "GitHub did not respond in time.".to_owned(),
        remedy: "Nothing is to be done.".to_owned(),
        place: None,
        paused_until: None,
    });
    let html = html(data);
    let notice = &html[html.find("repository-problem").expect("a notice")..];
    let notice = &notice[..notice.find("</section>").expect("its end")];
    assert!(
        !notice.contains("<a ") && !notice.contains("<time"),
        "{notice}"
    );
}

#[test]
fn labels_and_events_from_github_are_on_the_page() {
    let mut data = data();
    data.labels = vec!["archived on GitHub".to_owned()];
    data.events = vec![EventText {
        at: "2026-05-12T06:00:00Z".parse().expect("a moment"),
        text: "Renamed from octocat/hi".to_owned(),
    }];
    let html = html(data);
    for part in [
        r#"<span class="pill">archived on GitHub</span>"#,
        "Renamed from octocat/hi",
        "12 May 2026, 06:00 UTC",
    ] {
        assert!(html.contains(part), "{part}: {html}");
    }
}

#[test]
fn only_what_is_unusual_on_github_gets_a_label() {
    let labels = |archived, visibility| {
        let mut repository = data().report.repository;
        repository.archived_on_github = Some(archived);
        repository.visibility = Some(visibility);
        messages::labels(&repository)
    };
    assert_eq!(labels(false, Visibility::Public), Vec::<String>::new());
    assert_eq!(labels(false, Visibility::Internal), ["internal"]);
    assert_eq!(
        labels(true, Visibility::Private),
        ["archived on GitHub", "private"]
    );
}

#[test]
fn referrers_lead_on_and_an_empty_list_says_why() {
    let mut data = data();
    let mut paths = data.report.referrers.clone().expect("referrers");
    paths.rows.clear();
    data.report.paths = Some(paths);
    let html = html(data);
    assert!(
        html.contains(r#"href="https://news.ycombinator.com""#),
        "{html}"
    );
    assert!(html.contains("GitHub reported none on 1 Jan."), "{html}");
}

#[test]
fn coverage_shows_views_and_clones_separately_when_they_differ() {
    let mut data = data();
    assert!(html(data.clone()).contains("26 of 30 days known"));
    data.report.clones_known = 0;
    let html = html(data);
    assert!(
        html.contains(
            "26 days of views known, 0 days of clones · collect by 14 Jun to avoid a gap"
        ),
        "{html}"
    );
    assert!(!html.contains("26 of 30 days known"), "{html}");
}

#[test]
fn data_never_collected_is_not_shown_as_none() {
    let mut data = data();
    data.report.referrers = None;
    data.report.repository.first_day = None;
    let never = html(data.clone());
    assert_eq!(
        never.matches("Not collected yet.").count(),
        3,
        "chart, referrers and paths: {never}"
    );
    data.problem = Some(ProblemText {
        name: "No push access".to_owned(),
        since: None,
        reason: "The token’s user may not push.".to_owned(),
        remedy: "Give them write access.".to_owned(),
        place: None,
        paused_until: None,
    });
    let refused = html(data);
    assert!(!refused.contains("Not collected yet."), "{refused}");
    assert_eq!(
        refused
            .matches("Not collected. The token’s user may not push. Give them write access.")
            .count(),
        3,
        "{refused}"
    );
}

#[test]
fn old_figures_stay_under_their_own_period() {
    let shown = |requested: Period| {
        let data = data();
        test_html(move || {
            page(PageState {
                tag_failure: Memo::new(|_| None),
                tagging: crate::components::Submission::new(
                    "/api/set-tags",
                    Memo::new(|_| Tenant("lab".to_owned())),
                ),
                tenant: Memo::new(|_| Tenant("lab".to_owned())),
                data: Memo::new(move |_| data.clone()),
                query: Memo::new(move |_| requested.into()),
            })
        })
    };
    let current = |html: &str| {
        let (_, rest) = html
            .split_once(r#"aria-label="Period""#)
            .expect("the control");
        let mut links = rest.split("<a");
        let link = links.find(|link| link.contains(r#"aria-current="true""#));
        link.expect("a current one").to_owned()
    };
    let settled = shown(Period::Days30);
    assert!(settled.contains(r#"aria-busy="false""#), "{settled}");
    let waiting = shown(Period::Days90);
    assert!(waiting.contains(r#"aria-busy="true""#), "{waiting}");
    assert!(current(&waiting).contains(">30 d<"), "{waiting}");
}
