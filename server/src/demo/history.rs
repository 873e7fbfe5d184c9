//! Loads years of recorded responses through the same merge as live ones.

use domain::report::{RankingRow, Repository};
use domain::{Counts, Day, RepositoryId, TenantId, Viewer};
use engine::{Engine, RecordedRanking, RecordedWindow};
use simulator::{Bucket, Recording, Snapshot, SnapshotRow, Window, WindowDay};

use crate::cli_error::CliError;

/// The last days of the recordings, which the demo collects over HTTP.
const DAYS_TO_COLLECT: i64 = 7;

/// The days of referrers and paths that are loaded before the demo serves: those its pages show.
const RANKING_DAYS_AT_START: i64 = 30;

/// Rankings are stored one by one, and thousands take a while.
const RANKINGS_PER_STEP: usize = 25;

/// The rankings of referrers and paths still to load, newest first.
#[derive(Default)]
pub(super) struct Remaining(Vec<(RepositoryId, Vec<RecordedRanking>, Vec<RecordedRanking>)>);

impl Remaining {
    /// Loads the recordings of a repository unless they are loaded already, and keeps the rankings
    /// that can wait.
    pub(super) async fn load(
        &mut self,
        engine: &Engine,
        tenant: TenantId,
        repository: &Repository,
        recording: &Recording,
    ) -> Result<(), CliError> {
        let Some((first, last)) = recording.days() else {
            return Ok(());
        };
        let (viewer, id) = (&Viewer::Operator, repository.id);
        let until = Day::new(last).plus(-DAYS_TO_COLLECT);
        let recent = until.plus(-RANKING_DAYS_AT_START);
        let (referrers, paths) = (&recording.referrers, &recording.paths);
        if repository.first_day.is_none_or(|day| day.date() > first) {
            let referrers = rankings(referrers, |day| day > recent && day <= until);
            let paths = rankings(paths, |day| day > recent && day <= until);
            engine
                .load_rankings(viewer, tenant, id, referrers, paths)
                .await?;
            // Last: the first day marks that all of this is loaded.
            let windows = windows(&recording.windows, until);
            engine.load_history(viewer, tenant, id, windows).await?;
        }
        let oldest = paths.first().map(|list| Day::of(list.captured_at));
        if oldest.is_some() && engine.paths(viewer, tenant, id, oldest).await?.is_none() {
            let mut referrers = rankings(referrers, |day| day <= recent);
            let mut paths = rankings(paths, |day| day <= recent);
            referrers.reverse();
            paths.reverse();
            self.0.push((id, referrers, paths));
        }
        Ok(())
    }

    /// Loads the rest while the demo serves.
    pub(super) async fn load_rest(self, engine: Engine, tenant: TenantId) {
        if self.0.is_empty() {
            return;
        }
        tracing::info!("loading earlier referrers and paths");
        for (id, mut referrers, mut paths) in self.0 {
            // The oldest list of paths is last: it marks that all of them are loaded.
            while !referrers.is_empty() || !paths.is_empty() {
                let steps = (step(&mut referrers), step(&mut paths));
                let loaded = engine.load_rankings(&Viewer::Operator, tenant, id, steps.0, steps.1);
                if let Err(error) = loaded.await {
                    let problem = error.into_problem();
                    tracing::warn!(%problem, "loading earlier referrers and paths failed");
                    return;
                }
            }
        }
        tracing::info!("loaded earlier referrers and paths");
    }
}

fn step(lists: &mut Vec<RecordedRanking>) -> Vec<RecordedRanking> {
    let rest = lists.split_off(lists.len().min(RANKINGS_PER_STEP));
    std::mem::replace(lists, rest)
}

fn windows(recorded: &[Window], until: Day) -> Vec<RecordedWindow> {
    let recorded = recorded.iter();
    recorded
        .filter(|window| Day::of(window.captured_at) <= until)
        .map(|window| RecordedWindow {
            captured_at: window.captured_at,
            views: listed_days(window, |day| day.views),
            clones: listed_days(window, |day| day.clones),
        })
        .collect()
}

/// The days that a response listed.
fn listed_days(
    window: &Window,
    bucket: impl Fn(&WindowDay) -> Option<Bucket>,
) -> Vec<(Day, Counts)> {
    let days = window.days.iter();
    days.filter_map(|day| {
        let bucket = bucket(day)?;
        Some((Day::new(day.day), counts(bucket.count, bucket.uniques)))
    })
    .collect()
}

fn rankings(recorded: &[Snapshot], of: impl Fn(Day) -> bool) -> Vec<RecordedRanking> {
    let recorded = recorded.iter();
    recorded
        .filter(|list| of(Day::of(list.captured_at)))
        .map(|list| RecordedRanking {
            captured_at: list.captured_at,
            rows: list.rows.iter().map(row).collect(),
        })
        .collect()
}

fn row(recorded: &SnapshotRow) -> RankingRow {
    RankingRow {
        label: recorded.name.clone(),
        title: None,
        counts: counts(recorded.count, recorded.uniques),
    }
}

/// GitHub's numbers fit into 32 bits, and so do the recorded ones.
fn counts(count: u64, uniques: u64) -> Counts {
    let fit = |number| u32::try_from(number).unwrap_or(u32::MAX);
    Counts::new(fit(count), fit(uniques))
}
