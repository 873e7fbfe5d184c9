//! Tests of the releases page.

use domain::report::{AssetDay, Reading, Repository};
use domain::{DayRange, Interval};

use super::*;
use crate::test_html::test_html;

fn day(text: &str) -> Day {
    text.parse().expect("a day")
}

/// A repository with only a name.
pub fn a_repository() -> Repository {
    let known = serde_json::json!({
        "id": 7, "github_id": 1, "full_name": "octocat/hello", "owner": "octocat",
        "name": "hello", "status": "active", "added_at": "2026-11-01T00:00:00Z",
    });
    serde_json::from_value(known).expect("a repository")
}

fn asset(name: &str, total: u64, days: Vec<AssetDay>) -> Asset {
    Asset {
        name: name.to_owned(),
        size: 12_345,
        uploaded_at: "2026-11-01T10:00:00Z".parse().expect("a time"),
        uploads: 1 + u32::from(days.iter().any(|day| day.reset)),
        gone_on: None,
        downloads_of_upload: days.last().map_or(total, |day| day.downloads_of_upload),
        downloads: total,
        gained: days.iter().filter_map(|day| day.gained).sum(),
        days,
    }
}

fn asset_day(on: &str, gained: u64, reset: bool) -> AssetDay {
    AssetDay {
        day: day(on),
        downloads_of_upload: gained,
        gained: Some(gained),
        reset,
    }
}

/// Readings on the 10th, 11th, 12th and 15th; the second file is uploaded again on the 12th.
fn report() -> ReleasesReport {
    let reading = |on: &str, since: Option<&str>, downloads| Reading {
        day: day(on),
        since: since.map(day),
        downloads,
    };
    let one = asset("one.zip", 120, vec![asset_day("2026-11-11", 20, false)]);
    let again = vec![
        asset_day("2026-11-12", 4, true),
        asset_day("2026-11-15", 30, false),
    ];
    let release = |tag: &str, assets: Vec<Asset>| Release {
        tag: tag.to_owned(),
        name: None,
        prerelease: false,
        published_at: "2026-11-09T10:00:00Z".parse().expect("a time"),
        gone_on: None,
        downloads: assets.iter().map(|asset| asset.downloads).sum(),
        assets,
    };
    ReleasesReport {
        repository: a_repository(),
        offered: Some(true),
        range: DayRange::new(day("2026-11-09"), day("2026-11-15")).expect("a range"),
        read_on: Some(day("2026-11-15")),
        downloads: Some(1_234),
        gained: Some(54),
        readings: vec![
            reading("2026-11-10", None, None),
            reading("2026-11-11", Some("2026-11-10"), Some(20)),
            reading("2026-11-12", Some("2026-11-11"), Some(4)),
            reading("2026-11-15", Some("2026-11-12"), Some(30)),
        ],
        releases: vec![release("v1.0", vec![one, asset("two.zip", 1_114, again)])],
        cut_at: None,
    }
}

#[test]
fn a_list_that_is_cut_says_so() {
    let html = |cut_at| {
        let report = ReleasesReport { cut_at, ..report() };
        test_html(move || body(&report))
    };
    assert!(!html(None).contains("Older ones"));
    let sentence = "reads the newest 1,000 releases. Older ones are not included.";
    assert!(html(Some(1_000)).contains(sentence));
}

#[test]
fn days_without_a_reading_are_gaps_and_what_they_share_is_said() {
    let spec = chart(&report());
    assert_eq!(
        spec.series[0].values,
        [None, None, Some(20), Some(4), None, None, None]
    );
    // The most downloaded come first. Their days without a reading are unknown too.
    assert_eq!(spec.series[1].label, "v1.0 two.zip");
    assert_eq!(spec.series[1].values[2..4], [Some(0), Some(4)]);
    assert_eq!(spec.series[2].values[2..4], [Some(20), Some(0)]);
    assert_eq!(spec.remark(0).as_deref(), Some("Released: v1.0 · Unknown"));
    assert_eq!(spec.remark(1).as_deref(), Some("First reading"));
    assert_eq!(
        spec.remark(3).as_deref(),
        Some("two.zip of v1.0: count starts over")
    );
    assert_eq!(spec.remark(6).as_deref(), Some("30 over 3 days"));
}

#[test]
fn a_reset_is_marked_in_the_table() {
    let html = test_html(|| body(&report()));
    assert!(html.contains("count restarted 1 time (12 Nov)"), "{html}");
    assert_eq!(html.matches("count restarted").count(), 1, "{html}");
    for part in [">1,234<", ">54<", "12.3 kB", "read on 15 Nov 2026"] {
        assert!(html.contains(part), "{part}: {html}");
    }
    assert_eq!(
        html.matches("</svg>").count(),
        3 + html.matches("sparkline").count()
    );
}

#[test]
fn what_github_hides_or_lacks_is_said() {
    let mut report = report();
    report.offered = Some(false);
    assert!(
        test_html({
            let report = report.clone();
            move || body(&report)
        })
        .contains("does not show these releases")
    );
    report.downloads = None;
    report.releases = Vec::new();
    let html = test_html({
        let report = report.clone();
        move || body(&report)
    });
    assert!(html.contains("No releases read yet"), "{html}");
    report.offered = Some(true);
    report.downloads = Some(0);
    let html = test_html(move || body(&report));
    assert!(html.contains("published any releases"), "{html}");
}

#[test]
fn a_year_and_more_is_told_by_week_with_what_is_known_of_each() {
    let mut report = report();
    report.range = DayRange::new(day("2025-01-01"), day("2026-11-15")).expect("a range");
    let spec = chart(&report);
    assert_eq!(spec.interval, Interval::Week);
    let last = spec.len - 1;
    assert_eq!(spec.series[0].values[last], Some(24));
    let remark = spec.remark(last).expect("a remark");
    assert!(remark.contains("2 of 7 days known"), "{remark}");
}
