//! CSV for spreadsheets and scripts. An unknown figure is an empty field.

use std::borrow::Cow;

use axum::body::{Body, Bytes};
use axum::response::{IntoResponse, Response};
use chrono::SecondsFormat;
use domain::report::{AuditEntry, AuditQuery, Repository};
use domain::{Counts, Day, RepositoryId, Viewer};
use engine::{Engine, Error, TenantRequest, TrafficFilter, TrafficRow};
use futures::{Stream, StreamExt, TryStreamExt, stream};
use http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use serde::{Deserialize, Serialize};

use super::rest::problem::ApiProblem;

/// How many rows are in memory at a time.
const CHUNK_ROWS: usize = 1_000;

/// Which days of which repository to export.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TrafficQuery {
    from: Option<Day>,
    to: Option<Day>,
    repository: Option<RepositoryId>,
}

#[derive(Serialize)]
struct RepositoryLine<'a> {
    repository_id: RepositoryId,
    owner: &'a str,
    name: &'a str,
    status: &'static str,
    first_day: Option<Day>,
    last_day: Option<Day>,
}

#[derive(Serialize)]
struct TrafficLine<'a> {
    repository_id: RepositoryId,
    owner: &'a str,
    name: &'a str,
    date: Day,
    views: Option<u32>,
    view_uniques: Option<u32>,
    clones: Option<u32>,
    clone_uniques: Option<u32>,
}

#[derive(Serialize)]
struct LogLine<'a> {
    at: String,
    action: &'static str,
    actor: Cow<'a, str>,
    tenant: Cow<'a, str>,
    subject: Cow<'a, str>,
    address: &'a str,
}

const TRAFFIC_HEADER: &[u8] =
    b"repository_id,owner,name,date,views,view_uniques,clones,clone_uniques\n";
const REPOSITORIES_HEADER: &[u8] = b"repository_id,owner,name,status,first_day,last_day\n";

/// Starts with a byte order mark, without which spreadsheets do not detect UTF-8.
const LOG_HEADER: &[u8] = b"\xef\xbb\xbfat,action,actor,tenant,subject,address\n";

/// One line for each repository.
pub(super) async fn repositories(request: &TenantRequest) -> Result<Response, ApiProblem> {
    let (viewer, tenant) = (&request.viewer, request.tenant);
    let report = request.engine.repositories(viewer, tenant).await?;
    let lines = lines(report.repositories.iter().map(repository_line))?;
    Ok(file(
        "repositories.csv",
        [REPOSITORIES_HEADER, &lines].concat().into(),
    ))
}

/// One line for each known day, streamed.
pub(super) async fn traffic(
    request: &TenantRequest,
    query: TrafficQuery,
) -> Result<Response, ApiProblem> {
    let filter = TrafficFilter {
        from: query.from,
        to: query.to,
        repository: query.repository,
    };
    let (viewer, tenant) = (&request.viewer, request.tenant);
    let rows = request.engine.traffic_rows(viewer, tenant, filter).await?;
    let body = stream_rows(TRAFFIC_HEADER, rows, |rows| {
        lines(rows.iter().map(traffic_line))
    });
    Ok(file("traffic.csv", body))
}

/// The system log, newest first, streamed.
pub(super) fn log(engine: &Engine, viewer: &Viewer, query: AuditQuery) -> Result<Response, Error> {
    let rows = engine.system_log_rows(viewer, query)?;
    let body = stream_rows(LOG_HEADER, rows, |rows| lines(rows.iter().map(log_line)));
    Ok(file("log.csv", body))
}

/// A body of rows that are read while it is sent.
fn stream_rows<Row: Send + 'static>(
    header: &'static [u8],
    rows: impl Stream<Item = Result<Row, Error>> + Send + 'static,
    encode: impl Fn(&[Row]) -> Result<Vec<u8>, csv::Error> + Send + 'static,
) -> Body {
    let header = stream::once(async move { Ok(Bytes::from_static(header)) });
    let chunks = rows
        // The status is sent already, so the connection is broken off, which the client notices.
        .map_err(|error| std::io::Error::other(error.into_problem()))
        .try_chunks(CHUNK_ROWS)
        .map_err(|broken| broken.1)
        .map(move |rows| encode(&rows?).map_err(std::io::Error::other))
        .map_ok(Bytes::from);
    Body::from_stream(header.chain(chunks))
}

fn repository_line(repository: &Repository) -> RepositoryLine<'_> {
    RepositoryLine {
        repository_id: repository.id,
        owner: &repository.owner,
        name: &repository.name,
        status: repository.status.as_str(),
        first_day: repository.first_day,
        last_day: repository.last_day,
    }
}

fn traffic_line(row: &TrafficRow) -> TrafficLine<'_> {
    let (views, clones) = (row.traffic.views, row.traffic.clones);
    let count = |counts: Option<Counts>| counts.map(|counts| counts.count);
    let uniques = |counts: Option<Counts>| counts.map(|counts| counts.uniques.get());
    TrafficLine {
        repository_id: row.repository_id,
        owner: &row.owner,
        name: &row.name,
        date: row.day,
        views: count(views),
        view_uniques: uniques(views),
        clones: count(clones),
        clone_uniques: uniques(clones),
    }
}

fn log_line(line: &AuditEntry) -> LogLine<'_> {
    LogLine {
        at: line.at.to_rfc3339_opts(SecondsFormat::Secs, true),
        action: line.action.as_str(),
        actor: escape_formula(&line.actor),
        tenant: escape_formula(line.tenant.as_deref().unwrap_or_default()),
        subject: escape_formula(&line.subject),
        address: line.address.as_deref().unwrap_or_default(),
    }
}

/// Puts an apostrophe before text that a spreadsheet would run as a formula (OWASP, CSV injection).
/// Needed for text that people enter; names of repositories cannot start a formula.
fn escape_formula(text: &str) -> Cow<'_, str> {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) {
        Cow::Owned(format!("'{text}"))
    } else {
        Cow::Borrowed(text)
    }
}

fn lines(rows: impl Iterator<Item = impl Serialize>) -> Result<Vec<u8>, csv::Error> {
    let mut writer = csv::WriterBuilder::new()
        .has_headers(false)
        .from_writer(Vec::new());
    for row in rows {
        writer.serialize(row)?;
    }
    writer
        .into_inner()
        .map_err(|error| error.into_error().into())
}

fn file(name: &str, body: Body) -> Response {
    let headers = [
        (CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (
            CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}\""),
        ),
        (CACHE_CONTROL, "no-store".to_owned()),
    ];
    (headers, body).into_response()
}

#[cfg(test)]
mod tests {
    use domain::DayTraffic;

    use super::*;

    #[test]
    fn what_is_unknown_is_empty_and_what_is_zero_is_zero() {
        let row = |views, clones| TrafficRow {
            repository_id: RepositoryId::new(7),
            owner: "octocat".to_owned(),
            name: "hello".to_owned(),
            day: "2026-11-20".parse().unwrap(),
            traffic: DayTraffic { views, clones },
        };
        let rows = [
            row(Some(Counts::new(0, 0)), None),
            row(None, Some(Counts::new(3, 2))),
        ];
        let text = String::from_utf8(lines(rows.iter().map(traffic_line)).unwrap()).unwrap();
        assert_eq!(
            text,
            "7,octocat,hello,2026-11-20,0,0,,\n7,octocat,hello,2026-11-20,,,3,2\n"
        );
    }

    #[test]
    fn what_people_chose_is_no_formula() {
        let line = AuditEntry {
            id: 1.into(),
            at: "2026-11-23T06:05:09.5Z".parse().unwrap(),
            action: domain::AuditAction::Invited,
            actor: "=HYPERLINK(\"x\")".to_owned(),
            tenant: None,
            subject: "a, b".to_owned(),
            address: Some("::1".to_owned()),
        };
        let text = String::from_utf8(lines(std::iter::once(log_line(&line))).unwrap()).unwrap();
        assert_eq!(
            text,
            "2026-11-23T06:05:09Z,invited,\"'=HYPERLINK(\"\"x\"\")\",,\"a, b\",::1\n"
        );
        assert_eq!(escape_formula("Mona"), "Mona");
        assert_eq!(escape_formula("@mona"), "'@mona");
    }

    #[test]
    fn the_header_names_the_fields() {
        let header = |row: &dyn Fn(&mut csv::Writer<Vec<u8>>)| {
            let mut writer = csv::Writer::from_writer(Vec::new());
            row(&mut writer);
            let text = writer.into_inner().unwrap();
            text.split_inclusive(|byte| *byte == b'\n')
                .next()
                .unwrap()
                .to_vec()
        };
        let id = RepositoryId::new(1);
        let day: Day = "2026-11-20".parse().unwrap();
        let traffic = TrafficLine {
            repository_id: id,
            owner: "o",
            name: "n",
            date: day,
            views: None,
            view_uniques: None,
            clones: None,
            clone_uniques: None,
        };
        assert_eq!(
            header(&|writer| writer.serialize(&traffic).unwrap()),
            TRAFFIC_HEADER
        );
        let line = LogLine {
            at: String::new(),
            action: "",
            actor: "".into(),
            tenant: "".into(),
            subject: "".into(),
            address: "",
        };
        assert_eq!(
            Some(&*header(&|writer| writer.serialize(&line).unwrap())),
            LOG_HEADER.strip_prefix(b"\xef\xbb\xbf"),
        );
        let repository = RepositoryLine {
            repository_id: id,
            owner: "o",
            name: "n",
            status: "active",
            first_day: None,
            last_day: None,
        };
        assert_eq!(
            header(&|writer| writer.serialize(&repository).unwrap()),
            REPOSITORIES_HEADER
        );
    }
}
