//! A repository's figures: traffic in buckets, referrers, paths and anomalies; and all traffic as
//! CSV.

use axum::Json;
use axum::response::Response;
use chrono::{DateTime, Utc};
use domain::report::{AnomalyRecord, Ranking, RankingRow, TrafficReport};
use domain::{Day, DayRange, Interval, RepositoryId, Uniques};
use engine::AnomalyKey;
use serde::{Deserialize, Serialize};

use super::caller::Caller;
use super::paging::{Cursor, ListAddress, Paging};
use super::problem::{ApiProblem, Path, Query};
use crate::web::csv::{self, TrafficQuery};
use crate::web::traffic_table::{self, TableQuery};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Range {
    period: Option<String>,
    from: Option<Day>,
    to: Option<Day>,
    #[serde(default)]
    interval: Interval,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct On {
    on: Option<Day>,
}

/// The ranking of one window. Without one, everything is null and there are no rows.
#[derive(Serialize)]
pub(super) struct List<Row> {
    window: Option<DayRange>,
    captured_at: Option<DateTime<Utc>>,
    rows: Vec<Row>,
}

/// The anomalies of a repository, newest first.
#[derive(Serialize)]
pub(super) struct Observations {
    observations: Vec<Observation>,
}

/// An anomaly, with a sentence that explains it.
#[derive(Serialize)]
pub(super) struct Observation {
    #[serde(flatten)]
    observation: AnomalyRecord,
    sentence: String,
}

#[derive(Serialize)]
pub(super) struct ReferrerRow {
    referrer: String,
    count: u32,
    uniques: Uniques,
}

#[derive(Serialize)]
pub(super) struct PathRow {
    path: String,
    title: Option<String>,
    count: u32,
    uniques: Uniques,
}

pub(super) async fn traffic(
    Caller(request): Caller,
    Path(id): Path<RepositoryId>,
    Query(range): Query<Range>,
) -> Result<Json<TrafficReport>, ApiProblem> {
    let (viewer, tenant) = (&request.viewer, request.tenant);
    let [from, to] = csv::days(
        &request.engine,
        range.period.as_deref(),
        [range.from, range.to],
    )?;
    Ok(Json(
        request
            .engine
            .traffic(viewer, tenant, id, from, to, range.interval)
            .await?,
    ))
}

pub(super) async fn referrers(
    Caller(request): Caller,
    Path(id): Path<RepositoryId>,
    Query(query): Query<On>,
) -> Result<Json<List<ReferrerRow>>, ApiProblem> {
    let ranking = request
        .engine
        .referrers(&request.viewer, request.tenant, id, query.on)
        .await?;
    Ok(Json(List::new(ranking)))
}

pub(super) async fn paths(
    Caller(request): Caller,
    Path(id): Path<RepositoryId>,
    Query(query): Query<On>,
) -> Result<Json<List<PathRow>>, ApiProblem> {
    let ranking = request
        .engine
        .paths(&request.viewer, request.tenant, id, query.on)
        .await?;
    Ok(Json(List::new(ranking)))
}

pub(super) async fn observations(
    Caller(request): Caller,
    Path(id): Path<RepositoryId>,
    paging: Paging<Cursor<AnomalyKey>>,
) -> Result<Response, ApiProblem> {
    let (engine, viewer, tenant) = (&request.engine, &request.viewer, request.tenant);
    if !paging.is_whole() {
        let after = paging.after.as_ref().map(|cursor| cursor.0);
        let page = engine
            .list_anomalies(viewer, tenant, id, paging.size(), after)
            .await?;
        let observations = page.rows.into_iter().map(Observation::from).collect();
        return Ok(paging.respond(Observations { observations }, page.next.map(Cursor)));
    }
    let report = engine.anomalies(viewer, tenant, Some(id)).await?;
    let mut observations: Vec<AnomalyRecord> = report.open;
    observations.extend(report.settled);
    observations.sort_by_key(|it| std::cmp::Reverse(it.last_seen_at));
    let observations = observations.into_iter().map(Observation::from).collect();
    Ok(paging.respond(Observations { observations }, None))
}

/// A page of the rows of the Traffic page.
pub(super) async fn table(
    Caller(request): Caller,
    address: ListAddress,
    Query(query): Query<TableQuery>,
) -> Result<Response, ApiProblem> {
    traffic_table::json(&request, address, query).await
}

pub(super) async fn csv(
    Caller(request): Caller,
    Query(query): Query<TrafficQuery>,
) -> Result<Response, ApiProblem> {
    csv::traffic(&request, query).await
}

impl<Row: From<RankingRow>> List<Row> {
    fn new(ranking: Option<Ranking>) -> Self {
        let (window, captured_at, rows) = match ranking {
            Some(ranking) => (
                Some(ranking.window),
                Some(ranking.captured_at),
                ranking.rows,
            ),
            None => (None, None, Vec::new()),
        };
        Self {
            window,
            captured_at,
            rows: rows.into_iter().map(Row::from).collect(),
        }
    }
}

impl From<AnomalyRecord> for Observation {
    fn from(observation: AnomalyRecord) -> Self {
        Self {
            sentence: observation.anomaly.to_string(),
            observation,
        }
    }
}

impl From<RankingRow> for ReferrerRow {
    fn from(row: RankingRow) -> Self {
        Self {
            referrer: row.label,
            count: row.counts.count,
            uniques: row.counts.uniques,
        }
    }
}

impl From<RankingRow> for PathRow {
    fn from(row: RankingRow) -> Self {
        let RankingRow {
            label,
            title,
            counts,
        } = row;
        Self {
            path: label,
            title,
            count: counts.count,
            uniques: counts.uniques,
        }
    }
}
