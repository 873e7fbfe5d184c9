//! Views and clones: by day, by week, and of the whole window.

use domain::{Anomaly, Day, Endpoint, Measure};

use super::Task;
use super::trouble::Trouble;
use super::window::{days_of, uncut_weeks};
use crate::github::{Heard, Per, Told, Window};
use crate::store::{Answered, DailyAnswer, WeeklyAnswer};

/// Asks for the daily figures and merges them into the known days; the total and the true uniques
/// of the window, which only GitHub can count, are kept beside them, and so is what is in doubt.
pub(super) async fn collect_days(task: &Task<'_>, measure: Measure) -> Result<Answered, Trouble> {
    let target = task.target;
    let (heard, tag) = match ask(task, measure, Per::Day).await? {
        Told::News(heard, tag) => (heard, tag),
        Told::Same(calendar) => return keep_unchanged(task, measure, calendar.today()).await,
    };
    let captured_at = task.clock.now();
    let days = days_of(&heard.told);
    let answer = DailyAnswer {
        measure,
        days: &days,
        unread: &heard.told.unread,
        undated: heard.told.undated,
        total: heard.told.total,
        given_on: heard.calendar.today(),
        captured_at,
        raw: task.raw(endpoint(measure, Per::Day), captured_at, &heard.body),
    };
    let _writing = task.writing().await?;
    let merged = task
        .store
        .keep_daily(task.tenant, target.id, &answer)
        .await?;
    for anomaly in &merged.anomalies {
        tell(task, measure, anomaly);
    }
    tracing::debug!(
        repository.name = %target.full_name,
        measure = measure.as_str(),
        days.written = merged.written,
        "merged days"
    );
    Ok(Answered::news(tag, heard.told.left_out))
}

/// Records that nothing changed until the day on which GitHub said so.
async fn keep_unchanged(
    task: &Task<'_>,
    measure: Measure,
    given_on: Day,
) -> Result<Answered, Trouble> {
    let _writing = task.writing().await?;
    task.store
        .keep_unchanged(task.tenant, task.target.id, measure, given_on)
        .await?;
    Ok(Answered::Same)
}

/// Asks for the weekly figures: the uniques of a week are no sum of its days'.
pub(super) async fn collect_weeks(task: &Task<'_>, measure: Measure) -> Result<Answered, Trouble> {
    let Told::News(heard, tag) = ask(task, measure, Per::Week).await? else {
        return Ok(Answered::Same);
    };
    let captured_at = task.clock.now();
    let weeks = uncut_weeks(&heard.told.buckets, heard.calendar.today());
    let answer = WeeklyAnswer {
        measure,
        weeks: &weeks,
        raw: task.raw(endpoint(measure, Per::Week), captured_at, &heard.body),
    };
    let _writing = task.writing().await?;
    task.store
        .keep_weekly(task.tenant, task.target.id, &answer)
        .await?;
    Ok(Answered::news(tag, heard.told.left_out))
}

async fn ask(task: &Task<'_>, measure: Measure, per: Per) -> Result<Told<Heard<Window>>, Trouble> {
    let (client, id) = (task.calls.client(), task.target.github_id);
    let known = task.known(endpoint(measure, per));
    let request = move || client.traffic(id, measure, per, known);
    task.ask(request).await
}

const fn endpoint(measure: Measure, per: Per) -> Endpoint {
    match (measure, per) {
        (Measure::Views, Per::Day) => Endpoint::Views,
        (Measure::Views, Per::Week) => Endpoint::WeeklyViews,
        (Measure::Clones, Per::Day) => Endpoint::Clones,
        (Measure::Clones, Per::Week) => Endpoint::WeeklyClones,
    }
}

/// Seen in the wild: a window's oldest day cut short, and days falsely reported as zero.
fn tell(task: &Task<'_>, measure: Measure, anomaly: &Anomaly) {
    tracing::info!(
        repository.name = %task.target.full_name,
        measure = measure.as_str(),
        day = %anomaly.day,
        anomaly.kind = anomaly.kind.as_str(),
        "{anomaly}"
    );
}
