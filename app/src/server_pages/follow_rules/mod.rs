//! Follow rules, which track new repositories: the list and its actions.

mod editor;
mod preview;

use domain::report::{FollowOutcome, FollowRule, FollowRulesReport};
use domain::{ConnectionId, FollowFilter, FollowRuleId, Patterns, Permission, Problem, Trigger};
use engine::{Error, TenantRequest};
use leptos::prelude::*;
use serde::Deserialize;
use strum::{EnumString, IntoStaticStr, VariantNames};

use self::editor::{Draft, editor};
use crate::components::timestamp_or;
use crate::server_pages::confirm::Confirm;
use crate::server_pages::fields::{checkbox, parsed};
use crate::server_pages::form::{Form, hidden};
use crate::server_pages::layout::{Layout, card};
use crate::server_pages::table::{ACTIONS, Column, TableLabel, data_table};
use crate::server_pages::{FormOutcome, PageContent, PageRequest, ServerPage};
use crate::text;

const COLUMNS: [Column; 5] = [
    Column("Rule", ""),
    Column("Connection", "wide-only"),
    Column("Tracks", "num"),
    Column("Last checked", ""),
    ACTIONS,
];

/// What the forms of this page do.
#[derive(Clone, Copy, EnumString, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "kebab-case", const_into_str)]
enum Action {
    Create,
    Change,
    Preview,
    Delete,
}

pub const PAGE: ServerPage = ServerPage::new(
    "/t/{tenant}/repositories/rules",
    Action::VARIANTS,
    |request| Box::pin(view(request)),
    |request| Box::pin(submit(request)),
);

/// The page; `?rule=` opens the editor for that rule.
async fn view(request: PageRequest) -> Result<PageContent, Problem> {
    let context = request.tenant().await?;
    let report = context
        .engine
        .follow_rules(&context.viewer, context.tenant)
        .await;
    let report = report.map_err(Error::into_problem)?;
    let draft = Draft::of(&request, &context, &report).await?;
    let layout = Layout::tenant(&request, &context).await?;
    Ok(PageContent::new("Follow rules", layout, move || {
        body(&request, &report, &draft)
    }))
}

fn body(request: &PageRequest, report: &FollowRulesReport, draft: &Draft) -> AnyView {
    let editor = if report.connections.is_empty() {
        not_connected(request)
    } else {
        editor(request, report, draft)
    };
    let rules = (!report.rules.is_empty()).then(|| list(request, &report.rules));
    // A rule opened for editing comes first.
    let (first, last) = if draft.id.is_some() {
        (Some(editor), None)
    } else {
        (None, Some(editor))
    };
    view! {
        <div class="page-head">
            <div>
                <h1>"Follow rules"</h1>
                <p class="muted">
                    "A rule tracks new repositories as they appear on GitHub. Rules are checked in each run, at least daily."
                </p>
            </div>
            <span class="spacer"></span>
            <a class="button" href=request.pages().repositories()>
                "All repositories"
            </a>
        </div>
        {first}
        {rules}
        {last}
    }
    .into_any()
}

fn not_connected(request: &PageRequest) -> AnyView {
    view! {
        <section class="card empty">
            <h2>"Not connected yet"</h2>
            <p>"Connect GitHub first. A rule tracks repositories of a connection."</p>
            <a class="button primary" href=request.pages().start()>
                "Connect GitHub"
            </a>
        </section>
    }
    .into_any()
}

fn list(request: &PageRequest, rules: &[FollowRule]) -> AnyView {
    let rows: Vec<_> = rules.iter().map(|rule| row(request, rule)).collect();
    card(
        "rules",
        "Rules",
        data_table("as-list", TableLabel::Heading("rules"), &COLUMNS, rows),
    )
}

fn row(request: &PageRequest, rule: &FollowRule) -> AnyView {
    let patterns = rule.filter.patterns.to_string();
    let kinds = kinds(&rule.filter).map(|kinds| view! { <p class="muted">{kinds}</p> });
    let refusal = rule
        .refusal
        .clone()
        .map(|refusal| view! { <p class="notice warn">{refusal}</p> });
    let confirm = Confirm {
        button: "Delete",
        about: patterns.clone(),
        title: "Delete this rule?".to_owned(),
        text: format!(
            "New repositories that match {patterns} will no longer be tracked. Repositories already tracked stay tracked."
        ),
        answer: "Delete rule",
        danger: true,
    };
    let delete = Form::for_item(request, Action::Delete, "rule", &rule.id.to_string());
    view! {
        <tr>
            <th scope="row" class="name">
                <code>{patterns.clone()}</code>
                {kinds}
                {refusal}
            </th>
            <td class="wide-only">{rule.connection.clone()}</td>
            <td class="num">
                {text::count(rule.tracked.into(), "repository", "repositories")}
            </td>
            <td>
                <span class="narrow-only">"Checked "</span>
                {timestamp_or(rule.checked_at, "not yet")}
            </td>
            <td class="actions">
                <div class="row">
                    <a class="button small" href=request.pages().edited_follow_rule(rule.id)>
                        "Edit"
                        <span class="visually-hidden">" " {patterns}</span>
                    </a>
                    {delete.confirm(confirm, hidden("rule", rule.id))}
                </div>
            </td>
        </tr>
    }
    .into_any()
}

/// `Includes forks and private repositories`
fn kinds(filter: &FollowFilter) -> Option<String> {
    let kinds = [
        (filter.forks, "forks"),
        (filter.archived, "archived repositories"),
        (filter.private, "private repositories"),
    ];
    let kinds: Vec<_> = (kinds.into_iter())
        .filter_map(|(included, kind)| included.then_some(kind))
        .collect();
    let (last, others) = kinds.split_last()?;
    Some(if others.is_empty() {
        format!("Includes {last}")
    } else {
        format!("Includes {} and {last}", others.join(", "))
    })
}

/// The submitted editor.
#[derive(Default, Deserialize)]
#[serde(default)]
struct EditorForm {
    /// Empty if the tenant has a single connection.
    connection: Option<ConnectionId>,
    patterns: String,
    #[serde(deserialize_with = "checkbox")]
    forks: bool,
    #[serde(deserialize_with = "checkbox")]
    archived: bool,
    #[serde(deserialize_with = "checkbox")]
    private: bool,
}

impl EditorForm {
    /// What the rule tracks.
    fn filter(&self) -> Result<FollowFilter, Problem> {
        Ok(FollowFilter {
            patterns: parsed::<Patterns>(&self.patterns)?,
            forks: self.forks,
            archived: self.archived,
            private: self.private,
        })
    }
}

#[derive(Deserialize)]
struct RuleForm {
    rule: FollowRuleId,
}

async fn submit(request: PageRequest) -> Result<FormOutcome, Problem> {
    let context = request.tenant().await?;
    // What is wrong with a rule is only for those who may change it.
    let allowed = context.require(Permission::ManageRepositories);
    allowed.map_err(Error::into_problem)?;
    let message = match request.action()? {
        // The page shows the preview.
        Action::Preview => {
            request.form::<EditorForm>()?.filter()?;
            return Ok(FormOutcome::Rerender);
        }
        Action::Create => create(&context, &request.form()?).await?,
        Action::Change => change(&context, &request.form()?, &request.form()?).await?,
        Action::Delete => delete(&context, &request.form()?).await?,
    };
    Ok(FormOutcome::flash(request.pages().follow_rules(), message))
}

async fn create(context: &TenantRequest, form: &EditorForm) -> Result<String, Problem> {
    let (filter, trigger) = (form.filter()?, Some(Trigger::Manual));
    let created = (context.engine)
        .create_follow_rule(
            &context.viewer,
            context.tenant,
            form.connection,
            filter,
            trigger,
        )
        .await
        .map_err(Error::into_problem)?;
    Ok(format!("Rule created. {}", summary(&created)))
}

async fn change(
    context: &TenantRequest,
    of: &RuleForm,
    form: &EditorForm,
) -> Result<String, Problem> {
    let (filter, trigger) = (form.filter()?, Some(Trigger::Manual));
    let changed = (context.engine)
        .change_follow_rule(&context.viewer, context.tenant, of.rule, filter, trigger)
        .await
        .map_err(Error::into_problem)?;
    Ok(format!("Rule updated. {}", summary(&changed)))
}

async fn delete(context: &TenantRequest, form: &RuleForm) -> Result<String, Problem> {
    (context.engine)
        .delete_follow_rule(&context.viewer, context.tenant, form.rule)
        .await
        .map_err(Error::into_problem)?;
    Ok("Rule deleted. Its repositories stay tracked.".to_owned())
}

/// The result of creating or changing a rule, as a message.
fn summary(outcome: &FollowOutcome) -> String {
    let new = u64::from(outcome.new);
    if new == 0 {
        return "Matching repositories will be tracked as they appear.".to_owned();
    }
    let tracked = text::count(new, "repository is", "repositories are");
    let when = match (outcome.run, new) {
        (Some(_), 1) => "Its first run has started.",
        (Some(_), _) => "Their first run has started.",
        (None, 1) => "The next run collects it.",
        (None, _) => "The next run collects them.",
    };
    format!("{tracked} now tracked. {when}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server_pages::Fields;

    fn of(fields: &str) -> Result<FollowFilter, Problem> {
        Fields::parse(fields.as_bytes())
            .typed::<EditorForm>()?
            .filter()
    }

    #[test]
    fn the_form_says_what_a_rule_tracks_and_a_wrong_pattern_is_named() {
        let read = of("patterns=acme%2F*%0D%0A!acme%2F*-archive&forks=true&private=true");
        let read = read.expect("a filter");
        assert_eq!(read.patterns.to_string(), "acme/* !acme/*-archive");
        assert_eq!(
            (read.forks, read.archived, read.private),
            (true, false, true)
        );
        assert_eq!(
            kinds(&read).as_deref(),
            Some("Includes forks and private repositories")
        );
        let plain = of("patterns=*").expect("a filter");
        assert_eq!(kinds(&plain), None);
        let wrong = of("patterns=acme").expect_err("no pattern");
        assert!(
            wrong.message.contains("“acme” is not a valid pattern"),
            "{wrong:?}"
        );
    }
}
