//! The follow rule editor, with a preview of the repositories a rule would track.

use domain::report::{FollowPreview, FollowRulesReport};
use domain::{FollowFilter, FollowRuleId, Permission, Problem};
use engine::{Error, TenantRequest};
use leptos::prelude::*;

use super::preview::preview;
use super::{Action, EditorForm};
use crate::server_pages::PageRequest;
use crate::server_pages::controls::Choice;
use crate::server_pages::form::{Form, Text, hidden};

const PATTERNS: Text = Text {
    name: "patterns",
    label: "Repositories to track",
    placeholder: "acme/*",
    hint: "One pattern per line: acme/* for all repositories of an owner, * for all repositories of the connection, !acme/*-archive to exclude some.",
    longest: 8_000,
    ..Text::EMPTY
};

/// The editor's values and their preview.
pub struct Draft {
    /// The rule being edited; `None` for a new one.
    pub id: Option<FollowRuleId>,
    connection: String,
    patterns: String,
    forks: bool,
    archived: bool,
    private: bool,
    preview: Option<Result<FollowPreview, Problem>>,
}

impl Draft {
    /// The submitted values when previewing or after an error; else the rule in the address; else
    /// an empty one.
    pub async fn of(
        request: &PageRequest,
        context: &TenantRequest,
        report: &FollowRulesReport,
    ) -> Result<Self, Problem> {
        let named = request.query.text("rule");
        let mut rules = report.rules.iter();
        let stored = rules.find(|rule| rule.id.to_string() == named);
        let id = stored.map(|rule| rule.id);
        if matches!(
            request.action(),
            Ok(Action::Create | Action::Change | Action::Preview)
        ) {
            let form: EditorForm = request.form().unwrap_or_default();
            let connection = form.connection.map(|id| id.to_string());
            return Ok(Self {
                id,
                connection: connection.unwrap_or_default(),
                preview: requested_preview(request, context, &form).await?,
                patterns: form.patterns,
                forks: form.forks,
                archived: form.archived,
                private: form.private,
            });
        }
        let stored = stored.map(|rule| (rule.connection_id.to_string(), rule.filter.clone()));
        let (connection, filter) = stored.unzip();
        let of = |kind: fn(&FollowFilter) -> bool| filter.as_ref().is_some_and(kind);
        Ok(Self {
            id,
            connection: connection.unwrap_or_default(),
            forks: of(|filter| filter.forks),
            archived: of(|filter| filter.archived),
            private: of(|filter| filter.private),
            patterns: filter.map_or_else(String::new, |filter| {
                filter.patterns.to_string().replace(' ', "\n")
            }),
            preview: None,
        })
    }
}

/// The preview of the submitted rule.
async fn requested_preview(
    request: &PageRequest,
    context: &TenantRequest,
    form: &EditorForm,
) -> Result<Option<Result<FollowPreview, Problem>>, Problem> {
    let refused = request
        .sent
        .as_ref()
        .is_some_and(|sent| sent.problem.is_some());
    if !matches!(request.action(), Ok(Action::Preview)) || refused {
        return Ok(None);
    }
    context
        .require(Permission::ManageRepositories)
        .map_err(Error::into_problem)?;
    let filter = form.filter()?;
    let preview = (context.engine)
        .preview_follow_rule(&context.viewer, context.tenant, form.connection, &filter)
        .await;
    Ok(Some(preview.map_err(Error::into_problem)))
}

pub fn editor(request: &PageRequest, report: &FollowRulesReport, draft: &Draft) -> AnyView {
    let (action, heading, save) = if draft.id.is_some() {
        (Action::Change, "Edit rule", "Save rule")
    } else {
        (Action::Create, "New rule", "Create rule")
    };
    let form = Form::new(request, action);
    let refused = form
        .refusal()
        .or_else(|| Form::new(request, Action::Preview).refusal());
    // The connection of a rule cannot be changed.
    let connections = match draft.id {
        Some(_) => hidden("connection", draft.connection.clone()),
        None if report.connections.len() == 1 => hidden("connection", report.connections[0].0),
        None => {
            let choices = report.connections.iter();
            let choices = choices.map(|(id, name)| Choice::new(id, name.clone()));
            form.select(
                "connection",
                "Connection",
                choices.collect(),
                &draft.connection,
            )
        }
    };
    let close = draft.id.map(|_| {
        view! {
            <a class="button" href=request.pages().follow_rules()>
                "Cancel"
            </a>
        }
    });
    view! {
        <section class="card" aria-labelledby="editor">
            <div class="card-head">
                <h2 id="editor">{heading}</h2>
            </div>
            <div class="card-body narrow">
                <form method="post" class="stack" aria-labelledby="editor">
                    {refused}
                    {draft.id.map(|id| hidden("rule", id))}
                    {connections}
                    {form.area_with(PATTERNS, 3, &draft.patterns)}
                    <fieldset class="answers">
                        <legend>"Also track"</legend>
                        {form.checkbox("forks", "true", "Forks", draft.forks)}
                        {form.checkbox("archived", "true", "Archived repositories", draft.archived)}
                        {form.checkbox("private", "true", "Private and internal repositories", draft.private)}
                    </fieldset>
                    {draft.preview.as_ref().map(preview)}
                    <div class="row">
                        <button type="submit" name="do" value=Action::Preview.into_str() class="button">
                            "Preview"
                        </button>
                        <button type="submit" name="do" value=action.into_str() class="button primary">
                            {save}
                        </button>
                        {close}
                    </div>
                </form>
            </div>
        </section>
    }
    .into_any()
}
