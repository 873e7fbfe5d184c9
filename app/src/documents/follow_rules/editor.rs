//! Creating and changing a rule, with what it would track before it is saved.

use domain::report::{FollowPreview, FollowRulesReport};
use domain::{FollowFilter, FollowRuleId, Permission, Problem, TenantId};
use engine::Error;
use leptos::prelude::*;

use super::preview::preview;
use super::{CHANGE, CREATE, PREVIEW, connection, filter};
use crate::documents::Visit;
use crate::documents::controls::{Answer, hidden};
use crate::documents::form::{Form, Text};

const PATTERNS: Text = Text {
    name: "patterns",
    label: "Repositories to track",
    placeholder: "acme/*",
    hint: "One pattern a line: acme/* for all of an owner, * for all that the connection lists, !acme/*-archive to leave some out.",
    longest: 8_000,
    ..Text::EMPTY
};

/// The editor's input, and what it would track.
pub struct Draft {
    /// The rule that is changed; `None` creates a new one.
    pub id: Option<FollowRuleId>,
    connection: String,
    patterns: String,
    forks: bool,
    archived: bool,
    private: bool,
    preview: Option<Result<FollowPreview, Problem>>,
}

impl Draft {
    /// What was sent to be looked at or was refused; else the rule that the address names; else an
    /// empty one.
    pub async fn of(
        visit: &Visit,
        tenant: TenantId,
        report: &FollowRulesReport,
    ) -> Result<Self, Problem> {
        let named = visit.query.text("rule");
        let mut rules = report.rules.iter();
        let stored = rules.find(|rule| rule.id.to_string() == named);
        let id = stored.map(|rule| rule.id);
        let fields = visit.fields();
        if [CREATE, CHANGE, PREVIEW].contains(&visit.order()) {
            return Ok(Self {
                id,
                connection: fields.text("connection").to_owned(),
                patterns: fields.text("patterns").to_owned(),
                forks: fields.ticked("forks"),
                archived: fields.ticked("archived"),
                private: fields.ticked("private"),
                preview: looked_at(visit, tenant).await?,
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

/// What the rule that was sent to be looked at would track.
async fn looked_at(
    visit: &Visit,
    tenant: TenantId,
) -> Result<Option<Result<FollowPreview, Problem>>, Problem> {
    let refused = visit
        .sent
        .as_ref()
        .is_some_and(|sent| sent.problem.is_some());
    if visit.order() != PREVIEW || refused {
        return Ok(None);
    }
    visit.must(tenant, Permission::ManageRepositories)?;
    let fields = visit.fields();
    let (filter, connection) = (filter(&fields)?, connection(&fields)?);
    let preview = (visit.engine)
        .preview_follow_rule(visit.viewer()?, tenant, connection, &filter)
        .await;
    Ok(Some(preview.map_err(Error::into_problem)))
}

/// The form.
pub fn editor(visit: &Visit, report: &FollowRulesReport, draft: &Draft) -> AnyView {
    let (order, heading, save) = if draft.id.is_some() {
        (CHANGE, "Change the rule", "Save the rule")
    } else {
        (CREATE, "New rule", "Create the rule")
    };
    let form = Form::new(visit, order);
    let refused = form
        .refusal()
        .or_else(|| Form::new(visit, PREVIEW).refusal());
    // A rule stays with its connection.
    let connections = match draft.id {
        Some(_) => hidden("connection", draft.connection.clone()),
        None if report.connections.len() == 1 => hidden("connection", report.connections[0].0),
        None => {
            let answers = report.connections.iter();
            let answers = answers.map(|(id, name)| Answer::new(id, name.clone()));
            form.select(
                "connection",
                "Connection",
                answers.collect(),
                &draft.connection,
            )
        }
    };
    let close = draft.id.map(|_| {
        view! {
            <a class="button" href=visit.pages().follow_rules()>
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
                        <legend>"Track these too"</legend>
                        {form.tick("forks", "true", "Forks", draft.forks)}
                        {form.tick("archived", "true", "Archived repositories", draft.archived)}
                        {form.tick("private", "true", "Private and internal repositories", draft.private)}
                    </fieldset>
                    {draft.preview.as_ref().map(preview)}
                    <div class="row">
                        <button type="submit" name="do" value=PREVIEW class="button">
                            "Preview"
                        </button>
                        <button type="submit" name="do" value=order class="button primary">
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
