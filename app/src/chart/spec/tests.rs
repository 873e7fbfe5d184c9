//! Tests of a chart's texts.

use domain::report::{Marker, MarkerKind};

use super::*;

fn at(text: &str) -> Day {
    text.parse().unwrap()
}

fn spec(interval: Interval, first: &str, values: &[Option<u64>]) -> ChartSpec {
    let mut spec = ChartSpec::new("Traffic", interval, at(first), values.len());
    spec.series.push(Series {
        key: "views".to_owned(),
        label: "Views".to_owned(),
        line: Line::Area,
        slot: Slot::One,
        values: values.to_vec(),
        visible: true,
    });
    spec
}

#[test]
fn buckets_are_whole_weeks_and_months() {
    let weeks = spec(Interval::Week, "2026-07-08", &[None; 3]);
    assert_eq!(weeks.first, at("2026-07-06"));
    assert_eq!(weeks.bucket_at(2).to, at("2026-07-26"));
    assert_eq!(weeks.index_of(at("2026-07-05")), -1);
    assert_eq!(weeks.index_of(at("2026-07-19")), 1);
    let months = spec(Interval::Month, "2025-12-31", &[None; 3]);
    assert_eq!(
        months.bucket_at(2),
        Interval::Month.bucket(at("2026-02-01"))
    );
    assert_eq!(months.bucket(-1).from, at("2025-11-01"));
    assert_eq!(months.index_of(at("2026-01-31")), 1);
}

#[test]
fn a_reading_tells_zero_from_unknown_and_says_why() {
    let mut days = spec(Interval::Day, "2026-07-06", &[Some(0), None, None, None]);
    days.shades.push(Shade {
        days: DayRange::new(at("2026-07-07"), at("2026-07-07")).unwrap(),
        kind: ShadeKind::Lost,
    });
    days.shades.push(Shade {
        days: DayRange::new(at("2026-07-09"), at("2026-07-09")).unwrap(),
        kind: ShadeKind::Unpublished,
    });
    assert_eq!(days.spoken(0, None), "Monday, 6 July 2026: Views 0.");
    assert_eq!(
        days.spoken(1, None),
        "Tuesday, 7 July 2026: Lost (not collected in time)."
    );
    assert_eq!(days.spoken(2, None), "Wednesday, 8 July 2026: Unknown.");
    assert_eq!(
        days.spoken(3, None),
        "Thursday, 9 July 2026: Not yet published by GitHub."
    );
}

#[test]
fn a_reading_names_what_was_released_and_the_summary_the_last_of_it() {
    let mut days = spec(Interval::Day, "2026-07-06", &[Some(3), None]);
    let mark = |day: &str, label: &str, kind| {
        ChartEvent::from(&Marker {
            day: at(day),
            label: label.to_owned(),
            kind,
        })
    };
    days.events = vec![
        mark("2026-07-06", "v1.0", MarkerKind::Release),
        mark("2026-07-06", "nightly", MarkerKind::Tag),
        mark("2026-07-07", "v1.1", MarkerKind::Release),
    ];
    assert_eq!(
        days.spoken(0, None),
        "Monday, 6 July 2026: Views 3, Released: v1.0 · Tagged: nightly."
    );
    assert_eq!(
        days.spoken(1, None),
        "Tuesday, 7 July 2026: Released: v1.1 · Unknown."
    );
    assert_eq!(
        days.summary(),
        "Traffic by day, 6 Jul – 7 Jul 2026: Views up to 3 (6 Jul 2026). 3 releases and tags, most recently v1.1 (7 Jul 2026)."
    );
    let many = (0..9).map(|number| mark("2026-07-07", &format!("t{number}"), MarkerKind::Tag));
    days.events = many.collect();
    assert_eq!(
        days.remark(1).as_deref(),
        Some("Tagged: t8, t7, t6, t5, t4 and 4 more · Unknown")
    );
}

#[test]
fn the_summary_names_the_peak() {
    let days = spec(Interval::Day, "2026-07-06", &[Some(3), Some(1_200), None]);
    assert_eq!(
        days.summary(),
        "Traffic by day, 6 Jul – 8 Jul 2026: Views up to 1,200 (7 Jul 2026)."
    );
    assert_eq!(
        spec(Interval::Day, "2026-07-06", &[]).summary(),
        "Traffic: no days yet."
    );
}

#[test]
fn a_change_needs_every_day_of_both_sides() {
    let mut days = spec(
        Interval::Day,
        "2026-07-06",
        &[Some(112), Some(50), Some(5), None, Some(5)],
    );
    days.compared = Some(ComparedLines {
        label: "8 Jun – 12 Jun 2026".to_owned(),
        first: at("2026-06-08"),
        values: vec![(
            "views".to_owned(),
            vec![Some(100), Some(200), None, Some(7), Some(0)],
        )],
    });
    let changes = |spec: &ChartSpec| -> Vec<_> {
        (0..5)
            .map(|index| spec.change(&spec.series[0], index))
            .collect()
    };
    assert_eq!(changes(&days), [Some(12), Some(-75), None, None, None]);
    assert_eq!(days.compared_when(1).as_deref(), Some("Tue 9 Jun 2026"));

    days.remarks.push(Remark {
        bucket: 0,
        text: "5 of 7 days known".to_owned(),
    });
    days.growing = Some(1);
    assert_eq!(
        changes(&days),
        [None; 5],
        "part of a bucket is not compared"
    );
}
