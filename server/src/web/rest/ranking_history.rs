//! Referrers and paths over time.

use axum::Json;
use domain::report::{RankingHistory, RankingLine, RankingWindow};
use domain::{Day, DayRange, RepositoryId, Uniques};
use serde::{Deserialize, Serialize};

use super::caller::Caller;
use super::problem::{ApiProblem, Path, Query};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Range {
    from: Option<Day>,
    to: Option<Day>,
}

#[derive(Serialize)]
pub(super) struct History<Row> {
    windows: Vec<RankingWindow>,
    rows: Vec<Row>,
}

#[derive(Serialize)]
pub(super) struct ReferrerLine {
    referrer: String,
    #[serde(flatten)]
    line: Line,
}

#[derive(Serialize)]
pub(super) struct PathLine {
    path: String,
    #[serde(flatten)]
    line: Line,
}

#[derive(Serialize)]
struct Line {
    first_seen: Day,
    last_seen: Day,
    windows: Vec<WindowRow>,
}

#[derive(Serialize)]
struct WindowRow {
    #[serde(flatten)]
    window: DayRange,
    count: u32,
    uniques: Uniques,
}

pub(super) async fn referrers(
    Caller(request): Caller,
    Path(id): Path<RepositoryId>,
    Query(Range { from, to }): Query<Range>,
) -> Result<Json<History<ReferrerLine>>, ApiProblem> {
    let (viewer, tenant) = (&request.viewer, request.tenant);
    let history = request
        .engine
        .referrer_history(viewer, tenant, id, from, to)
        .await?;
    Ok(Json(History::new(history, |referrer, line| ReferrerLine {
        referrer,
        line,
    })))
}

pub(super) async fn paths(
    Caller(request): Caller,
    Path(id): Path<RepositoryId>,
    Query(Range { from, to }): Query<Range>,
) -> Result<Json<History<PathLine>>, ApiProblem> {
    let (viewer, tenant) = (&request.viewer, request.tenant);
    let history = request
        .engine
        .path_history(viewer, tenant, id, from, to)
        .await?;
    Ok(Json(History::new(history, |path, line| PathLine {
        path,
        line,
    })))
}

impl<Row> History<Row> {
    fn new(history: RankingHistory, row: impl Fn(String, Line) -> Row) -> Self {
        let rows = history.rows.into_iter().map(|line| {
            let RankingLine {
                label,
                first_seen,
                last_seen,
                counts,
            } = line;
            let windows = counts.into_iter().map(|(window, counts)| WindowRow {
                window,
                count: counts.count,
                uniques: counts.uniques,
            });
            let line = Line {
                first_seen,
                last_seen,
                windows: windows.collect(),
            };
            row(label, line)
        });
        Self {
            rows: rows.collect(),
            windows: history.windows,
        }
    }
}
