//! Notes on the charts: the list, and the form that adds or changes one.

use domain::report::Note;
use domain::{
    DayRange, NoteId, NoteInput, NoteText, Permission, Problem, RepositoryId, RepositoryName,
};
use engine::{Error, ListPage, PageSize, TenantRequest};
use leptos::prelude::*;
use serde::Deserialize;
use strum::{EnumString, IntoStaticStr, VariantNames};

use super::confirm::Confirm;
use super::fields::{invalid, parsed, parsed_optional};
use super::form::{Form, Text, hidden, submit_button};
use super::layout::{Layout, card};
use super::table::{ACTIONS, Column, TableLabel, data_table};
use super::{FormOutcome, PageContent, PageRequest, ServerPage};
use crate::chart::format;
use crate::components::timestamp;

const COLUMNS: [Column; 5] = [
    Column("Note", ""),
    Column("Days", ""),
    Column("Repository", ""),
    Column("Added", "wide-only"),
    ACTIONS,
];

const TEXT: Text = Text {
    name: "text",
    label: "Note",
    placeholder: "Talk at NavConf",
    hint: "At most 250 characters. Everyone who can see the chart can read it.",
    longest: 250,
    ..Text::EMPTY
};
const FROM: Text = Text {
    name: "from",
    label: "First day",
    kind: "date",
    ..Text::EMPTY
};
const TO: Text = Text {
    name: "to",
    label: "Last day",
    kind: "date",
    hint: "Leave empty for one day.",
    optional: true,
    ..Text::EMPTY
};
const REPOSITORY: Text = Text {
    name: "repository",
    label: "Repository",
    placeholder: "owner/name",
    hint: "Leave empty to show the note to the whole tenant.",
    optional: true,
    ..Text::EMPTY
};

/// What the forms of this page do.
#[derive(Clone, Copy, EnumString, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "kebab-case", const_into_str)]
enum Action {
    Add,
    Change,
    Delete,
}

pub const PAGE: ServerPage = ServerPage::new(
    "/t/{tenant}/notes",
    Action::VARIANTS,
    |request| Box::pin(view(request)),
    |request| Box::pin(submit(request)),
);

/// The notes to show, and what the viewer may do.
struct Notes {
    page: ListPage<Note, NoteId>,
    /// The note in the form; `None` for a new one.
    edited: Option<Note>,
    may_write: bool,
}

/// The page; `?repository=` shows the notes of one repository, and `?note=` edits one.
async fn view(request: PageRequest) -> Result<PageContent, Problem> {
    let context = request.tenant().await?;
    let repository = repository(&context, request.query.text("repository")).await?;
    let before = request.query.text("before").parse().ok();
    let size = PageSize::default();
    let page = (context.engine)
        .list_notes(&context.viewer, context.tenant, repository, size, before)
        .await
        .map_err(Error::into_problem)?;
    let edited = match request.query.text("note").parse() {
        Ok(id) => Some(
            (context.engine)
                .note(&context.viewer, context.tenant, id)
                .await
                .map_err(Error::into_problem)?,
        ),
        Err(_) => None,
    };
    let notes = Notes {
        page,
        edited,
        may_write: context.require(Permission::ManageRepositories).is_ok(),
    };
    let layout = Layout::tenant(&request, &context).await?;
    Ok(PageContent::new("Notes", layout, move || {
        body(&request, &notes)
    }))
}

fn body(request: &PageRequest, notes: &Notes) -> AnyView {
    let form = notes
        .may_write
        .then(|| editor(request, notes.edited.as_ref()));
    let older = notes.page.next.map(|before| {
        let address = request.pages().notes(
            Some(request.query.text("repository")).filter(|it| !it.is_empty()),
            Some(before),
        );
        view! {
            <nav class="pages" aria-label="Pagination">
                <span></span>
                <span><a href=address>"Older"</a></span>
            </nav>
        }
    });
    let list = if notes.page.rows.is_empty() {
        view! { <p class="card-body muted">"No notes yet."</p> }.into_any()
    } else {
        let rows = notes.page.rows.iter();
        let rows: Vec<_> = rows
            .map(|note| row(request, note, notes.may_write))
            .collect();
        let table = data_table("as-list", TableLabel::Heading("notes"), &COLUMNS, rows);
        view! { {table} {older} }.into_any()
    };
    view! {
        <div class="page-head">
            <div>
                <h1>"Notes"</h1>
                <p class="muted">"Notes mark days on the charts, such as a talk or an article."</p>
            </div>
        </div>
        {form}
        {card("notes", "All notes", list)}
    }
    .into_any()
}

fn editor(request: &PageRequest, edited: Option<&Note>) -> AnyView {
    let (action, heading, save) = match edited {
        Some(_) => (Action::Change, "Edit note", "Save note"),
        None => (Action::Add, "Add a note", "Add note"),
    };
    let form = Form::new(request, action);
    let text = edited.map_or("", |note| note.text.as_str());
    let (from, to) = edited.map_or_else(Default::default, |note| {
        (note.from.to_string(), note.to.to_string())
    });
    let repository = match edited {
        Some(note) => (note.repository_name.as_ref()).map_or_else(String::new, ToString::to_string),
        None => request.query.text("repository").to_owned(),
    };
    let cancel = edited.map(|_| {
        view! {
            <a class="button" href=request.pages().notes(None, None)>
                "Cancel"
            </a>
        }
    });
    let fields = view! {
        {edited.map(|note| hidden("note", note.id))}
        {form.text(TEXT, text)}
        <div class="fields">{form.text(FROM, &from)} {form.text(TO, &to)}</div>
        {form.text(REPOSITORY, &repository)}
        <div class="row">{submit_button(save)} {cancel}</div>
    };
    let fields = form.with("editor", fields);
    card(
        "editor",
        heading,
        view! { <div class="card-body narrow">{fields}</div> },
    )
}

fn row(request: &PageRequest, note: &Note, may_write: bool) -> AnyView {
    let days = DayRange {
        from: note.from,
        to: note.to,
    };
    let days = if note.from == note.to {
        format::day(note.from)
    } else {
        format::days(days)
    };
    let repository = match &note.repository_name {
        Some(name) => name.to_string(),
        None => "Whole tenant".to_owned(),
    };
    let actions = may_write.then(|| {
        let confirm = Confirm {
            button: "Delete",
            about: note.text.to_string(),
            title: "Delete this note?".to_owned(),
            text: format!("“{}” disappears from the charts.", note.text),
            answer: "Delete note",
            danger: true,
        };
        let delete = Form::for_item(request, Action::Delete, "note", &note.id.to_string());
        view! {
            <div class="row">
                <a class="button small" href=request.pages().edited_note(note.id)>
                    "Edit"
                    <span class="visually-hidden">" " {note.text.to_string()}</span>
                </a>
                {delete.confirm(confirm, hidden("note", note.id))}
            </div>
        }
    });
    view! {
        <tr>
            <th scope="row" class="name">{note.text.to_string()}</th>
            <td>{days}</td>
            <td>{repository}</td>
            <td class="wide-only">{timestamp(note.created_at)} " by " {note.author.clone()}</td>
            <td class="actions">{actions}</td>
        </tr>
    }
    .into_any()
}

/// The submitted form.
#[derive(Deserialize)]
struct NoteForm {
    text: String,
    from: String,
    #[serde(default)]
    to: String,
    #[serde(default)]
    repository: String,
}

#[derive(Deserialize)]
struct NoteIdForm {
    note: NoteId,
}

impl NoteForm {
    async fn input(&self, context: &TenantRequest) -> Result<NoteInput, Problem> {
        let from = day(&self.from)?;
        let to = match self.to.trim() {
            "" => from,
            to => day(to)?,
        };
        Ok(NoteInput {
            repository: repository(context, &self.repository).await?,
            days: DayRange::new(from, to)
                .ok_or_else(|| invalid("Choose a first day before the last."))?,
            text: parsed::<NoteText>(&self.text)?,
        })
    }
}

fn day(text: &str) -> Result<domain::Day, Problem> {
    text.trim()
        .parse()
        .map_err(|_| invalid("Enter the day as year-month-day, such as 2026-11-12."))
}

/// The repository with this name; `None` for an empty one.
async fn repository(context: &TenantRequest, name: &str) -> Result<Option<RepositoryId>, Problem> {
    let Some(name) = parsed_optional::<RepositoryName>(name)? else {
        return Ok(None);
    };
    let found = (context.engine)
        .find_repository(&context.viewer, context.tenant, &name)
        .await;
    found
        .map(|repository| Some(repository.id))
        .map_err(Error::into_problem)
}

async fn submit(request: PageRequest) -> Result<FormOutcome, Problem> {
    let context = request.tenant().await?;
    // What is wrong with a note is only for those who may write one.
    let allowed = context.require(Permission::ManageRepositories);
    allowed.map_err(Error::into_problem)?;
    let (engine, viewer, tenant) = (&context.engine, &context.viewer, context.tenant);
    let saved = match request.action()? {
        Action::Add => {
            let input = request.form::<NoteForm>()?.input(&context).await?;
            let note = engine.add_note(viewer, tenant, &input).await;
            note.map(|note| (Some(note), "Note added."))
        }
        Action::Change => {
            let NoteIdForm { note } = request.form()?;
            let input = request.form::<NoteForm>()?.input(&context).await?;
            let note = engine.change_note(viewer, tenant, note, &input).await;
            note.map(|note| (Some(note), "Note saved."))
        }
        Action::Delete => {
            let NoteIdForm { note } = request.form()?;
            let deleted = engine.delete_note(viewer, tenant, note).await;
            deleted.map(|()| (None, "Note deleted."))
        }
    };
    let (note, message) = saved.map_err(Error::into_problem)?;
    let name = note.and_then(|note| note.repository_name);
    let name = name.map(|name| name.to_string());
    let page = request.pages().notes(name.as_deref(), None);
    Ok(FormOutcome::flash(page, message))
}
