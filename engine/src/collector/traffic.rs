//! Views and clones: by day, by week, and of the whole window.

use domain::{Day, Endpoint, Measure};

use super::Task;
use super::trouble::Trouble;
use super::window::{known_days, span, uncut_weeks};
use crate::github::{Per, Told, Window};
use crate::store::Answered;

/// Asks for the daily figures and merges them into the known days; the total and the true uniques
/// of the window, which only GitHub can count, are kept beside them.
pub(super) async fn collect_days(task: &Task<'_>, measure: Measure) -> Result<Answered, Trouble> {
    let target = task.target;
    let Told::News(window, tag) = ask(task, measure, Per::Day).await? else {
        return Ok(Answered::Same);
    };
    let days = known_days(&window.buckets);
    let _writing = task.writing().await?;
    let merged = task
        .store
        .merge_days(task.tenant, target.id, measure, &days)
        .await?;
    for revision in &merged.revised {
        // Seen in the wild: a window's oldest day cut short, and days falsely reported as zero.
        tracing::info!(
            repository.name = %target.full_name,
            measure = measure.as_str(),
            day = %revision.day,
            known.count = revision.known.count,
            known.uniques = revision.known.uniques.get(),
            reported.count = revision.reported.count,
            reported.uniques = revision.reported.uniques.get(),
            "GitHub reports less of a day than it did; the larger figures stand"
        );
    }
    tracing::debug!(
        repository.name = %target.full_name,
        measure = measure.as_str(),
        days.written = merged.written,
        "merged days"
    );
    if let Some(range) = span(&window.buckets) {
        task.store
            .merge_window(task.tenant, target.id, measure, range, window.total)
            .await?;
    }
    Ok(Answered::News(tag))
}

/// Asks for the weekly figures: the uniques of a week are no sum of its days'.
pub(super) async fn collect_weeks(task: &Task<'_>, measure: Measure) -> Result<Answered, Trouble> {
    let target = task.target;
    let Told::News(listed, tag) = ask(task, measure, Per::Week).await? else {
        return Ok(Answered::Same);
    };
    let weeks = uncut_weeks(&listed.buckets, Day::of(task.clock.now()));
    let _writing = task.writing().await?;
    task.store
        .merge_weeks(task.tenant, target.id, measure, &weeks)
        .await?;
    Ok(Answered::News(tag))
}

async fn ask(task: &Task<'_>, measure: Measure, per: Per) -> Result<Told<Window>, Trouble> {
    let (client, id) = (task.calls.client(), task.target.github_id);
    let known = task.known(match (measure, per) {
        (Measure::Views, Per::Day) => Endpoint::Views,
        (Measure::Views, Per::Week) => Endpoint::WeeklyViews,
        (Measure::Clones, Per::Day) => Endpoint::Clones,
        (Measure::Clones, Per::Week) => Endpoint::WeeklyClones,
    });
    let request = move || client.traffic(id, measure, per, known);
    task.calls.ask(request).await
}
