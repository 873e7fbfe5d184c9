//! Notes on the charts: list, add, change and delete.

use axum::Json;
use axum::response::{IntoResponse, Response};
use domain::report::Note;
use domain::{Day, DayRange, NoteId, NoteInput, NoteText, Problem, ProblemKind, RepositoryId};
use engine::PageSize;
use http::StatusCode;
use serde::{Deserialize, Deserializer, Serialize};

use super::caller::Caller;
use super::paging::{ListAddress, Paging};
use super::problem::{ApiProblem, JsonBody, Path, Query};

#[derive(Serialize)]
pub(super) struct Notes {
    notes: Vec<Note>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Options {
    /// Only the notes on the charts of this repository.
    repository: Option<RepositoryId>,
    limit: Option<PageSize>,
    after: Option<NoteId>,
}

/// A note in a request. By default of one day, and of the whole tenant.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Input {
    repository_id: Option<RepositoryId>,
    from: Day,
    to: Option<Day>,
    text: NoteText,
}

/// The changed fields of a note.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(
    clippy::option_option,
    reason = "a missing field changes nothing, null does"
)]
pub(super) struct Change {
    /// Null makes it one of the whole tenant.
    #[serde(default, deserialize_with = "present")]
    repository_id: Option<Option<RepositoryId>>,
    from: Option<Day>,
    to: Option<Day>,
    text: Option<NoteText>,
}

impl Input {
    fn read(self) -> Result<NoteInput, ApiProblem> {
        Ok(NoteInput {
            repository: self.repository_id,
            days: days(self.from, self.to.unwrap_or(self.from))?,
            text: self.text,
        })
    }
}

impl Change {
    fn apply_to(self, before: Note) -> Result<NoteInput, ApiProblem> {
        Ok(NoteInput {
            repository: self.repository_id.unwrap_or(before.repository_id),
            days: days(
                self.from.unwrap_or(before.from),
                self.to.unwrap_or(before.to),
            )?,
            text: self.text.unwrap_or(before.text),
        })
    }
}

/// The notes, newest first. Always in pages, since people write many.
pub(super) async fn list(
    Caller(request): Caller,
    address: ListAddress,
    Query(options): Query<Options>,
) -> Result<Response, ApiProblem> {
    let paging = Paging::new(
        options.limit,
        options.after,
        address.with("repository", options.repository),
    );
    let page = request
        .engine
        .list_notes(
            &request.viewer,
            request.tenant,
            options.repository,
            paging.size(),
            paging.after,
        )
        .await?;
    Ok(paging.respond(Notes { notes: page.rows }, page.next))
}

pub(super) async fn one(
    Caller(request): Caller,
    Path(id): Path<NoteId>,
) -> Result<Json<Note>, ApiProblem> {
    let note = request
        .engine
        .note(&request.viewer, request.tenant, id)
        .await?;
    Ok(Json(note))
}

pub(super) async fn add(
    Caller(request): Caller,
    JsonBody(input): JsonBody<Input>,
) -> Result<Response, ApiProblem> {
    let note = request
        .engine
        .add_note(&request.viewer, request.tenant, &input.read()?)
        .await?;
    Ok((StatusCode::CREATED, Json(note)).into_response())
}

pub(super) async fn change(
    Caller(request): Caller,
    Path(id): Path<NoteId>,
    JsonBody(change): JsonBody<Change>,
) -> Result<Json<Note>, ApiProblem> {
    let (engine, viewer, tenant) = (&request.engine, &request.viewer, request.tenant);
    let before = engine.note(viewer, tenant, id).await?;
    let note = engine
        .change_note(viewer, tenant, id, &change.apply_to(before)?)
        .await?;
    Ok(Json(note))
}

pub(super) async fn delete(
    Caller(request): Caller,
    Path(id): Path<NoteId>,
) -> Result<StatusCode, ApiProblem> {
    request
        .engine
        .delete_note(&request.viewer, request.tenant, id)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

fn days(from: Day, to: Day) -> Result<DayRange, ApiProblem> {
    DayRange::new(from, to).ok_or_else(|| {
        Problem::new(
            ProblemKind::Invalid,
            "“to” must not be earlier than “from”.",
        )
        .into()
    })
}

/// A field that was sent, be it null.
#[expect(clippy::option_option, reason = "as in `Change`")]
fn present<'de, D: Deserializer<'de>>(value: D) -> Result<Option<Option<RepositoryId>>, D::Error> {
    Option::deserialize(value).map(Some)
}
