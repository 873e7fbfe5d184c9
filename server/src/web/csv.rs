//! CSV for spreadsheets and scripts. An unknown figure is an empty field.

use std::borrow::Cow;
use std::io::Write;

use axum::body::{Body, Bytes};
use axum::response::{IntoResponse, Response};
use chrono::SecondsFormat;
use domain::report::{AuditEntry, AuditQuery, Repository};
use domain::{
    Counts, Day, DayTraffic, Problem, ProblemKind, ReportRange, ReportRangeError, RepositoryId,
    RepositoryState, Viewer,
};
use engine::{Engine, Error, RepositoryDays, TenantRequest, TrafficFilter};
use futures::{Stream, StreamExt, TryStreamExt, stream};
use http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use serde::{Deserialize, Serialize};

use super::repository_filter::{self, filter};
use super::rest::problem::ApiProblem;

/// How many lines of the system log are in memory at a time.
const LOG_CHUNK: usize = 1_000;
/// An upper bound for most lines of traffic, so that a buffer rarely grows.
const TRAFFIC_LINE_BYTES: usize = 64;

/// Which days of which repositories to export.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TrafficQuery {
    period: Option<String>,
    from: Option<Day>,
    to: Option<Day>,
    repository: Option<RepositoryId>,
    filter: Option<String>,
    owner: Option<String>,
    tag: Option<String>,
    #[serde(default, deserialize_with = "repository_filter::state")]
    status: Option<RepositoryState>,
}

/// Which repositories to list.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RepositoriesQuery {
    filter: Option<String>,
    owner: Option<String>,
    tag: Option<String>,
    #[serde(default, deserialize_with = "repository_filter::state")]
    status: Option<RepositoryState>,
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

/// One line for each repository, streamed.
pub(super) async fn repositories(
    request: &TenantRequest,
    query: RepositoriesQuery,
) -> Result<Response, ApiProblem> {
    let (viewer, tenant) = (&request.viewer, request.tenant);
    let filter = filter(query.filter, query.owner, query.tag, query.status);
    let pages = (request.engine)
        .stream_repositories(viewer, tenant, filter)
        .await?;
    Ok(file(
        "repositories.csv",
        body(REPOSITORIES_HEADER, pages, |page| {
            lines(page.iter().map(repository_line))
        }),
    ))
}

/// The first and the last day of a period, or as given; not both.
pub(super) fn days(
    engine: &Engine,
    period: Option<&str>,
    [from, to]: [Option<Day>; 2],
) -> Result<[Option<Day>; 2], Problem> {
    let Some(period) = period else {
        return Ok([from, to]);
    };
    let range = match (from, to) {
        (None, None) => ReportRange::parse(period, "", ""),
        _ => Err(ReportRangeError::Both),
    };
    let range = range.map_err(|error| Problem::new(ProblemKind::Invalid, error.to_string()))?;
    let days = range.requested(engine.clock().today());
    Ok([days.map(|days| days.from), days.map(|days| days.to)])
}

/// One line for each known day, streamed.
pub(super) async fn traffic(
    request: &TenantRequest,
    query: TrafficQuery,
) -> Result<Response, ApiProblem> {
    let period = query.period.as_deref();
    let [from, to] = days(&request.engine, period, [query.from, query.to])?;
    let days = TrafficFilter {
        from,
        to,
        repository: query.repository,
        repositories: filter(query.filter, query.owner, query.tag, query.status),
    };
    let (viewer, tenant) = (&request.viewer, request.tenant);
    let chunks = request.engine.traffic_days(viewer, tenant, days).await?;
    Ok(file(
        "traffic.csv",
        body(TRAFFIC_HEADER, chunks, |chunk| traffic_lines(&chunk)),
    ))
}

/// The system log, newest first, streamed.
pub(super) fn log(engine: &Engine, viewer: &Viewer, query: AuditQuery) -> Result<Response, Error> {
    let entries = engine.system_log_rows(viewer, query)?;
    let chunks = entries.try_chunks(LOG_CHUNK).map_err(|broken| broken.1);
    Ok(file(
        "log.csv",
        body(LOG_HEADER, chunks, |chunk| {
            lines(chunk.iter().map(log_line))
        }),
    ))
}

/// A body of chunks. A chunk is read and encoded only when the client has taken the one before.
pub(super) fn body<Chunk: Send + 'static>(
    header: &'static [u8],
    chunks: impl Stream<Item = Result<Chunk, Error>> + Send + 'static,
    encode: impl Fn(Chunk) -> Result<Vec<u8>, csv::Error> + Send + 'static,
) -> Body {
    let header = stream::once(async move { Ok(Bytes::from_static(header)) });
    let chunks = chunks
        // The status is sent already, so the connection is broken off, which the client notices.
        .map_err(|error| std::io::Error::other(error.into_problem()))
        .map(move |chunk| encode(chunk?).map_err(std::io::Error::other))
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

/// The days of a chunk. What their lines share is encoded once for each repository, and numbers
/// are written into one buffer: a record for each line takes several times longer.
fn traffic_lines(chunk: &[RepositoryDays]) -> Result<Vec<u8>, csv::Error> {
    let days: usize = chunk.iter().map(|part| part.days.len()).sum();
    let mut buffer = Vec::with_capacity(days * TRAFFIC_LINE_BYTES);
    for part in chunk {
        let shared = lines(std::iter::once((
            part.repository_id,
            &part.owner,
            &part.name,
        )))?;
        let shared = shared.strip_suffix(b"\n").unwrap_or(&shared);
        for (day, traffic) in &part.days {
            buffer.extend_from_slice(shared);
            buffer.push(b',');
            write!(buffer, "{day}")?;
            write_counts(&mut buffer, traffic);
        }
    }
    Ok(buffer)
}

/// Views, their uniques, clones and theirs, each after a comma; and the end of the line.
fn write_counts(buffer: &mut Vec<u8>, DayTraffic { views, clones }: &DayTraffic) {
    let mut number = itoa::Buffer::new();
    for counts in [views, clones] {
        match counts {
            Some(Counts { count, uniques }) => {
                for value in [*count, uniques.get()] {
                    buffer.push(b',');
                    buffer.extend_from_slice(number.format(value).as_bytes());
                }
            }
            None => buffer.extend_from_slice(b",,"),
        }
    }
    buffer.push(b'\n');
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

pub(super) fn lines(rows: impl Iterator<Item = impl Serialize>) -> Result<Vec<u8>, csv::Error> {
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

pub(super) fn file(name: &str, body: Body) -> Response {
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
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[test]
    fn what_is_unknown_is_empty_and_what_is_zero_is_zero() {
        let traffic = |views, clones| DayTraffic { views, clones };
        let days = |name: &str, days: &[(&str, DayTraffic)]| RepositoryDays {
            repository_id: RepositoryId::new(7),
            owner: "octocat".to_owned(),
            name: name.to_owned(),
            days: (days
                .iter()
                .map(|(day, traffic)| (day.parse().unwrap(), *traffic)))
            .collect(),
        };
        let known = Some(Counts::new(4_294_967_295, 12));
        let chunk = [
            days(
                "hello",
                &[
                    ("2026-11-20", traffic(Some(Counts::new(0, 0)), None)),
                    ("2026-11-21", traffic(None, Some(Counts::new(3, 2)))),
                ],
            ),
            days("none", &[]),
            days("a,\"b\"", &[("0987-01-02", traffic(known, known))]),
        ];
        let text = String::from_utf8(traffic_lines(&chunk).unwrap()).unwrap();
        assert_eq!(
            text,
            "7,octocat,hello,2026-11-20,0,0,,\n\
             7,octocat,hello,2026-11-21,,,3,2\n\
             7,octocat,\"a,\"\"b\"\"\",0987-01-02,4294967295,12,4294967295,12\n"
        );
        // Each line is what the library writes for a record with these fields.
        let mut written = csv::Writer::from_writer(Vec::new());
        for record in csv::ReaderBuilder::new()
            .has_headers(false)
            .from_reader(text.as_bytes())
            .records()
        {
            let record = record.unwrap();
            assert_eq!(
                record.len(),
                TRAFFIC_HEADER.split(|byte| *byte == b',').count()
            );
            written.write_record(&record).unwrap();
        }
        assert_eq!(written.into_inner().unwrap(), text.as_bytes());
    }

    #[tokio::test]
    async fn a_chunk_is_read_only_when_the_client_has_taken_the_one_before() {
        let read = Arc::new(AtomicUsize::new(0));
        let counter = read.clone();
        let chunks = stream::repeat_with(move || {
            counter.fetch_add(1, Ordering::Relaxed);
            Ok(Vec::new())
        });
        let mut body = body(b"a,b\n", chunks, |_: Vec<()>| Ok(b"1,2\n".to_vec()));
        for taken in 0..4_usize {
            let after_the_header = taken.saturating_sub(1);
            assert_eq!(read.load(Ordering::Relaxed), after_the_header);
            let frame = std::future::poll_fn(|context| {
                axum::body::HttpBody::poll_frame(std::pin::Pin::new(&mut body), context)
            });
            let bytes = frame.await.unwrap().unwrap().into_data().unwrap();
            assert_eq!(bytes.len(), 4);
        }
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
