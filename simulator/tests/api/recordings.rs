//! The embedded recordings match their sources exactly.
//!
//! The expected numbers were printed by `data/make.py`, which computed them from
//! its source. The checksums are those of the source files without their header.

use std::collections::BTreeMap;
use std::fmt::Write;

use chrono::{Datelike, TimeDelta};
use sha2::{Digest, Sha256};
use simulator::{Bucket, Clock, Recording, Simulator, Snapshot, Token, User, Window, WindowDay};

use crate::client::{Client, NOW, day};

struct Expected {
    name: &'static str,
    windows: (usize, usize, &'static str),
    referrers: (usize, usize, &'static str),
    paths: (usize, usize, &'static str),
    maxima: &'static str,
    views: u64,
    clones: u64,
}

const EXPECTED: [Expected; 2] = [
    Expected {
        name: "jgehrcke/github-repo-stats",
        windows: (
            1845,
            23565,
            "ba8e83d4f7e1fd2f080244fed2b2f667a42dbfb3a4c810b80dbdc3d64c1806a0",
        ),
        referrers: (
            1844,
            9125,
            "8c32e2250ce398ad4a43591f04917531c2cf1d88e4baaddee8ea680f95641f5c",
        ),
        paths: (
            1844,
            17627,
            "1e0961b1a682a790e238c1158e837330134cbf2e32595fa89305fa71ab0936c4",
        ),
        maxima: "a4689e8b7c7bd45f494ab42a733397870a4352f87c4eb490dc8215b5c5c219a9",
        views: 310_727,
        clones: 31_248,
    },
    Expected {
        name: "jonescompneurolab/hnn-core",
        windows: (
            1422,
            19681,
            "d48fe01db455df82cb9660c3a94130e5122d2d9f36f51aec3c397ebb9441c0e9",
        ),
        referrers: (
            1305,
            8733,
            "ef4090fc01d896fbf0ed22331dfe945b52720088c1ffd05695ad82fa11d089fe",
        ),
        paths: (
            1311,
            13110,
            "c5f12eee6d41eba73f54eb0e6e5ec4200120cad3f1583e7895f6d81eb84fddff",
        ),
        maxima: "a44ad84553db7ee7b3efddb0c995b5b40e29564671b5e18fcc4e7ac980345cd8",
        views: 1_329_145,
        clones: 1_107_367,
    },
];

#[test]
fn every_recorded_window_is_exact() {
    for expected in EXPECTED {
        let recording = Recording::load(expected.name).unwrap();
        let days = recording.windows.iter().flat_map(|window| &window.days);
        assert_eq!(
            (recording.windows.len(), days.clone().count()),
            (expected.windows.0, expected.windows.1)
        );
        let sum = |bucket: fn(&WindowDay) -> Option<Bucket>| {
            days.clone()
                .filter_map(bucket)
                .map(|b| b.count)
                .sum::<u64>()
        };
        assert_eq!(sum(|day| day.views), expected.views);
        assert_eq!(sum(|day| day.clones), expected.clones);
        assert_eq!(
            checksum(&windows_as_csv(&recording.windows)),
            expected.windows.2,
            "{}",
            expected.name
        );
    }
}

#[test]
fn every_recorded_list_is_exact() {
    for expected in EXPECTED {
        let recording = Recording::load(expected.name).unwrap();
        for (lists, expected) in [
            (&recording.referrers, expected.referrers),
            (&recording.paths, expected.paths),
        ] {
            assert_eq!(
                (lists.len(), lists.iter().map(|list| list.rows.len()).sum()),
                (expected.0, expected.1)
            );
            assert_eq!(checksum(&lists_as_csv(lists)), expected.2);
        }
    }
}

#[test]
fn the_maxima_are_those_of_the_source() {
    for expected in EXPECTED {
        let maxima = Recording::load(expected.name).unwrap().maxima();
        let lines = maxima.values().map(|day| {
            format!(
                "{},{},{}\n",
                day.day,
                figures(day.views),
                figures(day.clones)
            )
        });
        assert_eq!(
            checksum(&lines.collect::<String>()),
            expected.maxima,
            "{}",
            expected.name
        );
    }
}

#[test]
fn the_other_repositories_have_days_of_their_own() {
    let all = Recording::all().unwrap();
    assert_eq!(all.len(), 11);
    for recording in &all[2..] {
        let (first, last) = recording.days().unwrap();
        assert!((last - first).num_days() >= 18, "{}", recording.full_name());
        assert!(
            recording
                .maxima()
                .values()
                .any(|day| day.views.is_some_and(|views| views.count > 0))
        );
        let name = recording.full_name();
        let foreign = recording
            .paths
            .iter()
            .flat_map(|list| &list.rows)
            .find(|row| !row.name.contains(&name));
        assert!(foreign.is_none(), "{foreign:?}");
    }
    let genapp = all
        .iter()
        .find(|recording| recording.name == "cics-genapp")
        .unwrap();
    let days = genapp.maxima();
    assert_eq!(days[&day("2024-11-20")].views, Some(Bucket::new(68, 4)));
    assert_eq!(days[&day("2024-11-16")].views, Some(Bucket::new(0, 0)));
    assert_eq!(
        days.values()
            .filter_map(|day| day.views)
            .map(|views| views.count)
            .sum::<u64>(),
        477
    );
}

#[test]
fn a_recording_can_be_moved_to_end_on_a_day_and_keeps_its_weekdays() {
    let original = Recording::load("jonescompneurolab/hnn-core").unwrap();
    for offset in 0..14 {
        let yesterday = day("2026-11-19") + TimeDelta::days(offset);
        let moved = original.clone().ending(yesterday);
        let (_, last) = moved.days().unwrap();
        assert!(
            (0..7).contains(&(yesterday - last).num_days()),
            "{last} for {yesterday}"
        );
        let by = moved.windows[0].captured_at - original.windows[0].captured_at;
        assert_eq!(
            moved.paths[0].captured_at - original.paths[0].captured_at,
            by
        );
        for (moved, original) in moved.maxima().values().zip(original.maxima().values()) {
            assert_eq!(moved.day.weekday(), original.day.weekday());
            assert_eq!(
                (moved.views, moved.clones),
                (original.views, original.clones)
            );
        }
    }
    assert_eq!(original.clone().shifted(0), original);
}

#[test]
fn an_unknown_recording_is_refused_by_name() {
    let error = Recording::load("acme/anvil").unwrap_err();
    assert!(
        error.to_string().contains("no recording of acme/anvil"),
        "{error}"
    );
}

#[tokio::test]
async fn replaying_all_windows_over_the_api_gives_exactly_the_recording() {
    let name = "jonescompneurolab/hnn-core";
    let recording = Recording::load(name).unwrap();
    let client = Client::of(
        Simulator::builder(Clock::fixed(NOW.parse().unwrap()))
            .user(User::new(1, "octocat").hourly_limit(100_000))
            .token(Token::classic("ghp_octocat", "octocat", ["repo"]))
            .recordings([recording.clone()], "octocat"),
    )
    .token("ghp_octocat");
    // The simulator's own copy ends yesterday; the same shift makes them comparable.
    let recording = recording.ending(day("2026-11-19"));
    let mut known: BTreeMap<String, [Option<Bucket>; 2]> = BTreeMap::new();
    for (index, window) in recording.windows.iter().enumerate() {
        client.control.serve_window(name, index).unwrap();
        for (series, field, bucket) in [
            (
                0,
                "views",
                (|day: &WindowDay| day.views) as fn(&WindowDay) -> Option<Bucket>,
            ),
            (1, "clones", |day: &WindowDay| day.clones),
        ] {
            let response = client
                .get(&format!("/repos/{name}/traffic/{field}"))
                .await
                .json();
            let served: Vec<(String, Bucket)> = response[field]
                .as_array()
                .unwrap()
                .iter()
                .map(point)
                .collect();
            let recorded: Vec<(String, Bucket)> = window
                .days
                .iter()
                .filter_map(|day| Some((format!("{}T00:00:00Z", day.day), bucket(day)?)))
                .collect();
            assert_eq!(served, recorded, "window {index}");
            assert_eq!(
                response["count"],
                recorded.iter().map(|(_, bucket)| bucket.count).sum::<u64>()
            );
            for (timestamp, bucket) in served {
                let best = &mut known.entry(timestamp).or_default()[series];
                *best = Some(best.map_or(bucket, |best| {
                    Bucket::new(
                        best.count.max(bucket.count),
                        best.uniques.max(bucket.uniques),
                    )
                }));
            }
        }
    }
    let maxima = recording.maxima();
    assert_eq!(known.len(), maxima.len());
    for day in maxima.values() {
        assert_eq!(
            known[&format!("{}T00:00:00Z", day.day)],
            [day.views, day.clones]
        );
    }
    let past_the_end = client.control.serve_window(name, 1_422).unwrap_err();
    assert!(
        past_the_end.to_string().contains("1422 recorded windows"),
        "{past_the_end}"
    );
}

fn point(value: &serde_json::Value) -> (String, Bucket) {
    let timestamp = value["timestamp"].as_str().unwrap().to_owned();
    (
        timestamp,
        Bucket::new(
            value["count"].as_u64().unwrap(),
            value["uniques"].as_u64().unwrap(),
        ),
    )
}

fn windows_as_csv(windows: &[Window]) -> String {
    let mut csv = String::new();
    for window in windows {
        let captured_at = window.captured_at.format("%Y-%m-%dT%H:%M:%SZ");
        for day in &window.days {
            writeln!(
                csv,
                "{captured_at},{},{},{}",
                day.day,
                figures(day.views),
                figures(day.clones)
            )
            .unwrap();
        }
    }
    csv
}

fn lists_as_csv(lists: &[Snapshot]) -> String {
    let mut csv = String::new();
    for list in lists {
        let captured_at = list.captured_at.format("%Y-%m-%dT%H:%M:%SZ");
        for row in &list.rows {
            writeln!(
                csv,
                "{captured_at},{},{},{}",
                row.name, row.count, row.uniques
            )
            .unwrap();
        }
    }
    csv
}

fn figures(bucket: Option<Bucket>) -> String {
    bucket.map_or(",".to_owned(), |bucket| {
        format!("{},{}", bucket.count, bucket.uniques)
    })
}

fn checksum(text: &str) -> String {
    format!("{:x}", Sha256::digest(text))
}
