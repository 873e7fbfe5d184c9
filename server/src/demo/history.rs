//! Years of recorded answers, replayed through the merge that live answers go through.

use domain::report::{RankingRow, Repository};
use domain::{Counts, Day, RepositoryId, TenantId, Viewer};
use engine::{Engine, RecordedRanking, RecordedWindow};
use simulator::{Bucket, Recording, Snapshot, SnapshotRow, Window, WindowDay};

use crate::cli_error::CliError;

/// So many days before the end of the recordings are left to be collected over HTTP.
const LEFT_TO_COLLECT: i64 = 7;

/// So many days of lists are loaded before the demonstration is served: what its pages show.
const LISTS_AT_ONCE: i64 = 30;

/// Lists are stored one by one, so thousands of them take a while.
const LISTS_PER_STEP: usize = 25;

/// The lists of referrers and paths that are not loaded yet, the newest first.
#[derive(Default)]
pub(super) struct Remaining(Vec<(RepositoryId, Vec<RecordedRanking>, Vec<RecordedRanking>)>);

impl Remaining {
    /// Loads what was recorded of a repository, unless it is loaded already, and remembers the
    /// lists that can wait.
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
        let until = Day::new(last).plus(-LEFT_TO_COLLECT);
        let recent = until.plus(-LISTS_AT_ONCE);
        let (referrers, paths) = (&recording.referrers, &recording.paths);
        if repository.first_day.is_none_or(|day| day.date() > first) {
            let referrers = rankings(referrers, |day| day > recent && day <= until);
            let paths = rankings(paths, |day| day > recent && day <= until);
            engine
                .load_rankings(viewer, tenant, id, referrers, paths)
                .await?;
            // Last, since the first day says that all of this is loaded.
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

    /// Loads the rest, while the demonstration is served.
    pub(super) async fn load_rest(self, engine: Engine, tenant: TenantId) {
        if self.0.is_empty() {
            return;
        }
        tracing::info!("loading earlier referrers and paths");
        for (id, mut referrers, mut paths) in self.0 {
            // The oldest list of paths comes last of all: it says that all of them are loaded.
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
    let rest = lists.split_off(lists.len().min(LISTS_PER_STEP));
    std::mem::replace(lists, rest)
}

fn windows(recorded: &[Window], until: Day) -> Vec<RecordedWindow> {
    let recorded = recorded.iter();
    recorded
        .filter(|window| Day::of(window.captured_at) <= until)
        .map(|window| RecordedWindow {
            captured_at: window.captured_at,
            views: listed(window, |day| day.views),
            clones: listed(window, |day| day.clones),
        })
        .collect()
}

/// The days that an answer listed.
fn listed(window: &Window, bucket: impl Fn(&WindowDay) -> Option<Bucket>) -> Vec<(Day, Counts)> {
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

/// GitHub's numbers fit into 32 bits, and so do those that were recorded of it.
fn counts(count: u64, uniques: u64) -> Counts {
    let fit = |number| u32::try_from(number).unwrap_or(u32::MAX);
    Counts::new(fit(count), fit(uniques))
}
