//! Years of real answers, replayed: on every day the maximum of each field over all of them.

use std::collections::BTreeMap;
use std::time::Instant;

use domain::report::{AnomalyRecord, RankingRow};
use domain::{
    AnomalyKind, Counts, Day, DayTraffic, ProblemKind, RepositoryId, TokenId, TokenScope, Viewer,
};
use engine::{RecordedRanking, RecordedWindow};
use simulator::{Bucket, Recording, Repository, Role, Snapshot, SnapshotRow, WindowDay};

use crate::databases::TestDatabase;
use crate::fixture::{Fixture, OPERATOR};

const NAME: &str = "jonescompneurolab/hnn-core";

fn recording() -> Recording {
    Recording::load(NAME).expect("the recording")
}

fn counts(bucket: Bucket) -> Counts {
    let fit = |number| u32::try_from(number).expect("a small number");
    Counts::new(fit(bucket.count), fit(bucket.uniques))
}

/// On each day the maximum of each field over all windows, computed here and by nothing else.
/// A day that an answer left out between its first and its last listed one had no traffic.
fn maxima(recording: &Recording) -> Vec<(Day, DayTraffic)> {
    let mut days: BTreeMap<Day, DayTraffic> = BTreeMap::new();
    for window in &recording.windows {
        for (of, field) in MEASURES {
            let listed: BTreeMap<_, _> = listed(&window.days, of).into_iter().collect();
            let (Some((first, _)), Some((last, _))) =
                (listed.first_key_value(), listed.last_key_value())
            else {
                continue;
            };
            for day in (0..=last.days_since(*first)).map(|offset| first.plus(offset)) {
                let reported = listed.get(&day).copied().unwrap_or_default();
                let known = field(days.entry(day).or_default());
                let before = known.unwrap_or_default();
                *known = Some(Counts::new(
                    before.count.max(reported.count),
                    before.uniques.get().max(reported.uniques.get()),
                ));
            }
        }
    }
    days.into_iter().collect()
}

type OfRecording = fn(&WindowDay) -> Option<Bucket>;
type OfDay = fn(&mut DayTraffic) -> &mut Option<Counts>;

const MEASURES: [(OfRecording, OfDay); 2] = [
    (|day| day.views, |traffic| &mut traffic.views),
    (|day| day.clones, |traffic| &mut traffic.clones),
];

fn listed(days: &[WindowDay], of: OfRecording) -> Vec<(Day, Counts)> {
    days.iter()
        .filter_map(|day| Some((Day::new(day.day), counts(of(day)?))))
        .collect()
}

/// The numbers from 0 to `count`, shuffled, always alike (Fisher and Yates, a xorshift).
fn shuffled(count: usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..count).collect();
    let mut state: u64 = 0x9E37_79B9_7F4A_7C15;
    for index in (1..count).rev() {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        let bound = u64::try_from(index + 1).expect("small");
        order.swap(index, usize::try_from(state % bound).expect("small"));
    }
    order
}

fn recorded(recording: &Recording) -> Vec<RecordedWindow> {
    let window = |window: &simulator::Window| RecordedWindow {
        captured_at: window.captured_at,
        views: listed(&window.days, |day| day.views),
        clones: listed(&window.days, |day| day.clones),
    };
    recording.windows.iter().map(window).collect()
}

fn row(row: &SnapshotRow) -> RankingRow {
    RankingRow {
        label: row.name.clone(),
        title: None,
        counts: counts(Bucket::new(row.count, row.uniques)),
    }
}

async fn lab_with_recording(database: TestDatabase) -> (Fixture, RepositoryId) {
    let fixture = Fixture::new(database, |github| {
        github.repository(Repository::recorded(recording()).access("octocat", Role::Admin))
    })
    .await;
    let id = fixture.track(NAME).await;
    (fixture, id)
}

/// Serves the windows one after another, each at the time it was captured, and collects each.
async fn replay(fixture: &Fixture, recording: &Recording, order: &[usize]) {
    let started = Instant::now();
    for &index in order {
        fixture
            .github
            .control()
            .serve_window(NAME, index)
            .expect("a window");
        fixture.clock.set(recording.windows[index].captured_at);
        fixture.collect_well().await;
    }
    eprintln!(
        "{} windows in {:.1} s",
        order.len(),
        started.elapsed().as_secs_f64()
    );
}

/// What is in doubt of a repository: of each kind how many, and how many of them are open.
async fn anomalies(fixture: &Fixture, id: RepositoryId) -> Vec<(AnomalyKind, usize, usize)> {
    let report = fixture
        .engine
        .anomalies(&OPERATOR, fixture.tenant, Some(id))
        .await;
    let report = report.expect("a report");
    let of = |observations: &[AnomalyRecord], kind| {
        observations
            .iter()
            .filter(|it| it.anomaly.kind == kind)
            .count()
    };
    [
        AnomalyKind::Revised,
        AnomalyKind::Truncated,
        AnomalyKind::WindowRegressed,
    ]
    .into_iter()
    .map(|kind| {
        (
            kind,
            of(&report.open, kind) + of(&report.settled, kind),
            of(&report.open, kind),
        )
    })
    .filter(|(_, all, _)| *all > 0)
    .collect()
}

/// Counted in the recording by another program: six days of views and one of clones.
const HNN_CORE: [(AnomalyKind, usize, usize); 1] = [(AnomalyKind::Revised, 7, 1)];

on_both! {
    /// Counted in the recording by another program. In September 2021 GitHub showed for some days
    /// what it had shown a week before.
    async fn another_recording_has_days_cut_short_and_windows_that_went_back(database) {
        const OTHER: &str = "jgehrcke/github-repo-stats";
        let recording = Recording::load(OTHER).expect("the recording");
        let windows = recorded(&recording);
        let fixture = Fixture::new(database, |github| {
            github.repository(Repository::recorded(recording).access("octocat", Role::Admin))
        })
        .await;
        let id = fixture.track(OTHER).await;
        let engine = &fixture.engine;
        engine.load_history(&OPERATOR, fixture.tenant, id, windows).await.expect("loaded");
        let expected =
            [(AnomalyKind::Revised, 5, 1), (AnomalyKind::Truncated, 12, 10), (AnomalyKind::WindowRegressed, 2, 0)];
        assert_eq!(anomalies(&fixture, id).await, expected);
    }

    async fn every_recorded_window_in_order_and_then_in_another(database) {
        let (fixture, id) = lab_with_recording(database).await;
        let recording = recording();
        assert_eq!(recording.windows.len(), 1_422);
        let expected = maxima(&recording);

        let order: Vec<usize> = (0..recording.windows.len()).collect();
        replay(&fixture, &recording, &order).await;
        assert_eq!(fixture.days(id).await, expected);
        assert_eq!(anomalies(&fixture, id).await, HNN_CORE);

        replay(&fixture, &recording, &shuffled(recording.windows.len())).await;
        assert_eq!(fixture.days(id).await, expected);
    }

    async fn a_loaded_history_is_what_collecting_it_would_have_made(database) {
        let (fixture, id) = lab_with_recording(database).await;
        let recording = recording();
        let windows = recorded(&recording);
        let lists = |snapshots: &[Snapshot]| -> Vec<RecordedRanking> {
            let last = snapshots.iter().rev().take(20).rev();
            last.map(|list| RecordedRanking {
                captured_at: list.captured_at,
                rows: list.rows.iter().map(row).collect(),
            })
            .collect()
        };
        let (referrers, paths) = (lists(&recording.referrers), lists(&recording.paths));
        let newest = paths.last().expect("a list").clone();

        let program = Viewer::Token {
            id: TokenId::new(1),
            name: "ci".into(),
            origin: domain::Origin::default(),
            tenant: fixture.tenant,
            scope: TokenScope::Write,
        };
        let refused = fixture.engine.load_history(&program, fixture.tenant, id, windows.clone()).await;
        assert_eq!(refused.expect_err("refused").into_problem().kind, ProblemKind::Forbidden);
        assert_eq!(fixture.days(id).await, []);

        for _ in 0..2 {
            let engine = &fixture.engine;
            engine.load_history(&OPERATOR, fixture.tenant, id, windows.clone()).await.expect("loaded");
            engine
                .load_rankings(&OPERATOR, fixture.tenant, id, referrers.clone(), paths.clone())
                .await
                .expect("loaded");
            assert_eq!(fixture.days(id).await, maxima(&recording));
            assert_eq!(anomalies(&fixture, id).await, HNN_CORE);
            let stored = engine.paths(&OPERATOR, fixture.tenant, id, None).await;
            let stored = stored.expect("an answer").expect("a list");
            assert_eq!((stored.captured_at, &stored.rows), (newest.captured_at, &newest.rows));
            assert_eq!(stored.window.to, Day::of(newest.captured_at).plus(-1));
        }
    }
}
