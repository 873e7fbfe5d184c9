//! Views, clones, referrers and paths.
//!
//! <https://docs.github.com/rest/metrics/traffic>

use std::sync::Arc;

use axum::Json;
use axum::extract::{Extension, Query};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::Visible;
use crate::faults::fault::Fault;
use crate::github::identity::AccessError;
use crate::http::api_error::ApiError;
use crate::http::call::Call;
use crate::repositories::repository::Repository;
use crate::traffic::bucket::Metric;
use crate::traffic::recording::SnapshotRow;
use crate::traffic::windowing::{DatedBucket, Overlap, WindowOptions, weeks};

#[derive(Deserialize)]
pub(super) struct Interval {
    per: Option<String>,
}

#[derive(Clone, Copy)]
enum Per {
    Day,
    Week,
}

#[derive(Serialize)]
pub(super) struct ViewSeries {
    count: u64,
    uniques: u64,
    views: Vec<Point>,
}

#[derive(Serialize)]
pub(super) struct CloneSeries {
    count: u64,
    uniques: u64,
    clones: Vec<Point>,
}

#[derive(Serialize)]
struct Point {
    timestamp: String,
    count: u64,
    uniques: u64,
}

#[derive(Serialize)]
pub(super) struct ReferrerRow {
    referrer: String,
    count: u64,
    uniques: u64,
}

#[derive(Serialize)]
pub(super) struct PathRow {
    path: String,
    title: String,
    count: u64,
    uniques: u64,
}

pub(super) async fn views(
    Extension(call): Extension<Arc<Call>>,
    Visible(repository): Visible,
    Query(interval): Query<Interval>,
) -> Result<Json<ViewSeries>, ApiError> {
    permit(&call, &repository)?;
    let (count, uniques, views) = series(&call, &repository, Metric::Views, interval.per(&call)?);
    Ok(Json(ViewSeries {
        count,
        uniques,
        views,
    }))
}

pub(super) async fn clones(
    Extension(call): Extension<Arc<Call>>,
    Visible(repository): Visible,
    Query(interval): Query<Interval>,
) -> Result<Json<CloneSeries>, ApiError> {
    permit(&call, &repository)?;
    let (count, uniques, clones) = series(&call, &repository, Metric::Clones, interval.per(&call)?);
    Ok(Json(CloneSeries {
        count,
        uniques,
        clones,
    }))
}

pub(super) async fn referrers(
    Extension(call): Extension<Arc<Call>>,
    Visible(repository): Visible,
) -> Result<Json<Vec<ReferrerRow>>, ApiError> {
    permit(&call, &repository)?;
    let rows = top_ten(&call, || {
        repository
            .source
            .referrers(snapshot_day(&call, &repository))
    });
    let referrer = |row: SnapshotRow| ReferrerRow {
        referrer: row.name,
        count: row.count,
        uniques: row.uniques,
    };
    Ok(Json(rows.map(referrer).collect()))
}

pub(super) async fn paths(
    Extension(call): Extension<Arc<Call>>,
    Visible(repository): Visible,
) -> Result<Json<Vec<PathRow>>, ApiError> {
    permit(&call, &repository)?;
    let name = repository.full_name();
    let rows = top_ten(&call, || {
        repository
            .source
            .paths(snapshot_day(&call, &repository), &name)
    });
    let path = |row: SnapshotRow| PathRow {
        title: title(&row.name, &repository.description),
        path: row.name,
        count: row.count,
        uniques: row.uniques,
    };
    Ok(Json(rows.map(path).collect()))
}

impl Interval {
    fn per(&self, call: &Call) -> Result<Per, ApiError> {
        match self.per.as_deref() {
            None | Some("day") => Ok(Per::Day),
            Some("week") => Ok(Per::Week),
            Some(_) => Err(ApiError::invalid(call.endpoint)),
        }
    }
}

fn permit(call: &Call, repository: &Repository) -> Result<(), ApiError> {
    call.identity
        .may_read_traffic(repository)
        .map_err(|error| match error {
            AccessError::NoPushAccess => ApiError::no_push_access(call.endpoint),
            AccessError::NotAccessible => ApiError::not_accessible(call.endpoint, &call.identity),
        })
}

fn series(
    call: &Call,
    repository: &Repository,
    metric: Metric,
    per: Per,
) -> (u64, u64, Vec<Point>) {
    let window = repository
        .serving
        .and_then(|index| repository.source.window(index));
    let days: Vec<DatedBucket> = match window {
        Some(window) => window
            .days
            .iter()
            .filter_map(|day| {
                let bucket = match metric {
                    Metric::Views => day.views,
                    Metric::Clones => day.clones,
                };
                Some((day.day, bucket?))
            })
            .collect(),
        None => WindowOptions::of(&call.faults).days(&repository.source, metric, call.now),
    };
    let overlap = Overlap::of(repository.id, metric);
    let total = overlap.total(&days);
    let buckets = match per {
        Per::Day => days,
        Per::Week => weeks(&days, overlap),
    };
    (
        total.count,
        total.uniques,
        buckets.into_iter().map(Point::of).collect(),
    )
}

/// The day of the lists: that of the served window, or today.
fn snapshot_day(call: &Call, repository: &Repository) -> NaiveDate {
    let window = repository
        .serving
        .and_then(|index| repository.source.window(index));
    window
        .map_or(call.now, |window| window.captured_at)
        .date_naive()
}

fn top_ten(
    call: &Call,
    rows: impl FnOnce() -> Vec<SnapshotRow>,
) -> impl Iterator<Item = SnapshotRow> {
    let rows = if call.has(&Fault::EmptyPopular) {
        Vec::new()
    } else {
        rows()
    };
    rows.into_iter().take(10)
}

impl Point {
    fn of((day, bucket): DatedBucket) -> Self {
        Self {
            timestamp: day.format("%Y-%m-%dT00:00:00Z").to_string(),
            count: bucket.count,
            uniques: bucket.uniques,
        }
    }
}

/// The title of a page on GitHub, derived from its path because recordings have none.
fn title(path: &str, description: &str) -> String {
    let mut parts = path.trim_start_matches('/').splitn(3, '/');
    let (owner, name) = (
        parts.next().unwrap_or_default(),
        parts.next().unwrap_or_default(),
    );
    let rest = parts.next().unwrap_or_default();
    let (section, inner) = rest.split_once('/').unwrap_or((rest, ""));
    let here = format!("{owner}/{name}");
    match (section, inner) {
        ("", _) if description.is_empty() => here,
        ("", _) => format!("{here}: {description}"),
        ("blob" | "tree", inner) => {
            let (branch, file) = inner.split_once('/').unwrap_or((inner, ""));
            let file = file.rsplit('/').next().unwrap_or_default();
            format!("{name}/{file} at {branch} · {here}")
        }
        ("issues", "") => format!("Issues · {here}"),
        ("issues", number) => format!("Issue #{number} · {here}"),
        ("pulls", _) => format!("Pull requests · {here}"),
        ("pull", number) => {
            let number = number.split('/').next().unwrap_or_default();
            format!("Pull Request #{number} · {here}")
        }
        ("releases", _) => format!("Releases · {here}"),
        ("graphs", "traffic") => format!("Traffic · {here}"),
        (section, "") => format!("{section} · {here}"),
        (section, inner) => format!("{section}/{inner} · {here}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_follow_the_path() {
        let cases = [
            ("/acme/anvil", "acme/anvil: Drops."),
            (
                "/acme/anvil/blob/main/docs/use.md",
                "anvil/use.md at main · acme/anvil",
            ),
            ("/acme/anvil/pull/12/files", "Pull Request #12 · acme/anvil"),
            ("/acme/anvil/issues", "Issues · acme/anvil"),
            ("/acme/anvil/graphs/traffic", "Traffic · acme/anvil"),
        ];
        for (path, expected) in cases {
            assert_eq!(title(path, "Drops."), expected);
        }
    }
}
