//! Views and clones: by day, by week, and of the whole window.

use domain::{Anomaly, Day, Endpoint, Measure};

use super::error::CollectError;
use super::task::Task;
use super::window::{days_of, uncut_weeks};
use crate::github::{Conditional, Parsed, Per, Window};
use crate::store::{DailyResponse, Fetched, WeeklyResponse};

/// Requests the daily counts and merges them into the known days. Also stores the window's total
/// and true uniques, which only GitHub can count, and any anomalies.
pub(super) async fn collect_days(
    task: &Task<'_>,
    measure: Measure,
) -> Result<Fetched, CollectError> {
    let target = task.target;
    let (parsed, tag) = match fetch(task, measure, Per::Day).await? {
        Conditional::Modified(parsed, tag) => (parsed, tag),
        Conditional::NotModified(calendar) => {
            return record_not_modified(task, measure, calendar.today()).await;
        }
    };
    let captured_at = task.clock().now();
    let days = days_of(&parsed.value);
    let answer = DailyResponse {
        measure,
        days: &days,
        unread: &parsed.value.unread,
        undated: parsed.value.undated,
        total: parsed.value.total,
        given_on: parsed.calendar.today(),
        captured_at,
        raw: task.raw(endpoint(measure, Per::Day), captured_at, &parsed.raw),
    };
    let _permit = task.write_permit().await?;
    let merged = task
        .store()
        .merge_daily(task.tenant, target.id, &answer)
        .await?;
    for anomaly in &merged.anomalies {
        log_anomaly(task, measure, anomaly);
    }
    tracing::debug!(
        repository.name = %target.full_name,
        measure = measure.as_str(),
        days.written = merged.written,
        "merged days"
    );
    Ok(Fetched::stored(tag, parsed.value.left_out))
}

/// Records that nothing changed up to the day of the response.
async fn record_not_modified(
    task: &Task<'_>,
    measure: Measure,
    given_on: Day,
) -> Result<Fetched, CollectError> {
    let _permit = task.write_permit().await?;
    task.store()
        .record_not_modified(task.tenant, task.target.id, measure, given_on)
        .await?;
    Ok(Fetched::NotModified)
}

/// Requests the weekly counts: a week's uniques are not the sum of its days'.
pub(super) async fn collect_weeks(
    task: &Task<'_>,
    measure: Measure,
) -> Result<Fetched, CollectError> {
    let Conditional::Modified(parsed, tag) = fetch(task, measure, Per::Week).await? else {
        return Ok(Fetched::NotModified);
    };
    let captured_at = task.clock().now();
    let weeks = uncut_weeks(&parsed.value.buckets, parsed.calendar.today());
    let answer = WeeklyResponse {
        measure,
        weeks: &weeks,
        raw: task.raw(endpoint(measure, Per::Week), captured_at, &parsed.raw),
    };
    let _permit = task.write_permit().await?;
    task.store()
        .merge_weekly(task.tenant, task.target.id, &answer)
        .await?;
    Ok(Fetched::stored(tag, parsed.value.left_out))
}

async fn fetch(
    task: &Task<'_>,
    measure: Measure,
    per: Per,
) -> Result<Conditional<Parsed<Window>>, CollectError> {
    let (client, id) = (task.client(), task.target.github_id);
    let known = task.etag(endpoint(measure, per));
    let request = move || client.traffic(id, measure, per, known);
    task.request(request).await
}

const fn endpoint(measure: Measure, per: Per) -> Endpoint {
    match (measure, per) {
        (Measure::Views, Per::Day) => Endpoint::Views,
        (Measure::Views, Per::Week) => Endpoint::WeeklyViews,
        (Measure::Clones, Per::Day) => Endpoint::Clones,
        (Measure::Clones, Per::Week) => Endpoint::WeeklyClones,
    }
}

/// Seen in practice: the oldest day of a window truncated, and days falsely reported as zero.
fn log_anomaly(task: &Task<'_>, measure: Measure, anomaly: &Anomaly) {
    tracing::info!(
        repository.name = %task.target.full_name,
        measure = measure.as_str(),
        day = %anomaly.day,
        anomaly.kind = anomaly.kind.as_str(),
        "{anomaly}"
    );
}
