//! The rows of the Traffic page as CSV and as JSON.

use std::io::Write;

use axum::response::Response;
use domain::report::{Bucket, RowRepository, TrafficTableQuery, TrafficTableRow};
use domain::{Day, DayRange, Interval, Problem, ProblemKind, ReportRange, RepositoryId};
use engine::{PageSize, TenantRequest};
use serde::{Deserialize, Serialize};

use super::csv::{body, file, lines};
use super::rest::paging::{Cursor, ListAddress, Paging};
use super::rest::problem::ApiProblem;

const HEADER: &[u8] = b"repository_id,owner,name,start,end,views,view_uniques,view_uniques_daily_sum,clones,clone_uniques,clone_uniques_daily_sum,days_known,days_total\n";
/// An upper bound for most lines, so that a buffer rarely grows.
const LINE_BYTES: usize = 96;

/// Which rows, in which order; as in the address of the page.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TableQuery {
    period: Option<String>,
    from: Option<String>,
    to: Option<String>,
    interval: Option<String>,
    repository: Option<RepositoryId>,
    filter: Option<String>,
    owner: Option<String>,
    tag: Option<String>,
    status: Option<String>,
    rows: Option<String>,
    sort: Option<String>,
    reversed: Option<String>,
    limit: Option<PageSize>,
    after: Option<Cursor<Place>>,
}

/// Where a page ended: the days of the table, so that a new day moves no row, and the position.
#[derive(Clone, Copy, Deserialize, Serialize)]
pub(super) struct Place(Day, Day, u64);

/// A page of the rows.
#[derive(Serialize)]
struct Page {
    interval: Interval,
    from: Day,
    to: Day,
    /// How many rows there are on all pages.
    matching: u64,
    rows: Vec<TrafficTableRow>,
}

impl TableQuery {
    fn query(&self) -> Result<TrafficTableQuery, ApiProblem> {
        let given = |name| match name {
            "period" => &self.period,
            "from" => &self.from,
            "to" => &self.to,
            "interval" => &self.interval,
            "filter" => &self.filter,
            "owner" => &self.owner,
            "tag" => &self.tag,
            "status" => &self.status,
            "rows" => &self.rows,
            "sort" => &self.sort,
            "reversed" => &self.reversed,
            _ => &None,
        };
        let query = TrafficTableQuery::parse(&|name| given(name).as_deref().unwrap_or_default());
        let query = query.map_err(|error| Problem::new(ProblemKind::Invalid, error.to_string()))?;
        Ok(TrafficTableQuery {
            repository: self.repository,
            ..query
        })
    }
}

/// A page of the rows as JSON.
pub(super) async fn json(
    request: &TenantRequest,
    address: ListAddress,
    parameters: TableQuery,
) -> Result<Response, ApiProblem> {
    let query = parameters.query()?;
    let given = query.given().into_iter();
    let address = given.fold(address, |address, (name, value)| {
        address.with(name, Some(value))
    });
    let mut continued = query;
    let mut first = 0;
    if let Some(Cursor(Place(from, to, position))) = parameters.after {
        let days = DayRange::new(from, to).ok_or_else(|| {
            Problem::new(
                ProblemKind::Invalid,
                "“after” is not valid. Take it from the “Link” header of the page before.",
            )
        })?;
        continued.report.range = ReportRange::Days(days);
        first = position;
    }
    let paging = Paging::new(parameters.limit, parameters.after, address);
    let limit = paging.size().get();
    let table = (request.engine)
        .traffic_table(
            &request.viewer,
            request.tenant,
            continued,
            first,
            limit as usize,
        )
        .await?;
    let end = table.first + table.rows.len() as u64;
    let next = (end < table.matching && !table.rows.is_empty()).then_some(Cursor(Place(
        table.range.from,
        table.range.to,
        end,
    )));
    let page = Page {
        interval: table.interval,
        from: table.range.from,
        to: table.range.to,
        matching: table.matching,
        rows: table.rows,
    };
    Ok(paging.respond(page, next))
}

/// All rows as CSV, streamed in their order. An unknown figure is an empty field.
pub(super) async fn csv(
    request: &TenantRequest,
    parameters: TableQuery,
) -> Result<Response, ApiProblem> {
    if parameters.limit.is_some() || parameters.after.is_some() {
        let message = "A CSV has all rows. Leave out “limit” and “after”.";
        return Err(Problem::new(ProblemKind::Invalid, message).into());
    }
    let query = parameters.query()?;
    let chunks = (request.engine)
        .traffic_table_rows(&request.viewer, request.tenant, query)
        .await?;
    Ok(file(
        "traffic.csv",
        body(HEADER, chunks, |chunk| encoded(&chunk)),
    ))
}

fn encoded(rows: &[TrafficTableRow]) -> Result<Vec<u8>, csv::Error> {
    let mut buffer = Vec::with_capacity(rows.len() * LINE_BYTES);
    for row in rows {
        match &row.repository {
            Some(RowRepository { id, full_name }) => {
                let shared = lines(std::iter::once((id, full_name.owner(), full_name.name())))?;
                buffer.extend_from_slice(shared.strip_suffix(b"\n").unwrap_or(&shared));
            }
            None => buffer.extend_from_slice(b",,"),
        }
        let Bucket {
            start,
            end,
            views,
            view_uniques,
            view_uniques_daily_sum,
            clones,
            clone_uniques,
            clone_uniques_daily_sum,
            days_known,
            days_total,
        } = row.bucket;
        write!(buffer, ",{start},{end}")?;
        for figure in [
            views,
            view_uniques.map(|it| it.get().into()),
            view_uniques_daily_sum.map(|sum| sum.0),
            clones,
            clone_uniques.map(|it| it.get().into()),
            clone_uniques_daily_sum.map(|sum| sum.0),
        ] {
            buffer.push(b',');
            if let Some(figure) = figure {
                buffer.extend_from_slice(itoa::Buffer::new().format(figure).as_bytes());
            }
        }
        writeln!(buffer, ",{days_known},{days_total}")?;
    }
    Ok(buffer)
}
