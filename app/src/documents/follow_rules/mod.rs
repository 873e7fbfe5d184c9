//! Rules that track new repositories: the list, and creating, changing and deleting one.

mod editor;
mod preview;

use domain::report::{FollowOutcome, FollowRule, FollowRulesReport};
use domain::{ConnectionId, FollowFilter, FollowRuleId, Patterns, Problem, TenantId, Trigger};
use engine::Error;
use leptos::prelude::*;

use self::editor::{Draft, editor};
use crate::documents::controls::hidden;
use crate::documents::form::Form;
use crate::documents::frame::Frame;
use crate::documents::question::Question;
use crate::documents::table::{ACTIONS, Called, Column, data_table};
use crate::documents::times::moment_or;
use crate::documents::{Document, Fields, Page, Taken, Visit};
use crate::words;

const CREATE: &str = "create";
const CHANGE: &str = "change";
const PREVIEW: &str = "preview";
const DELETE: &str = "delete";

/// The columns of the table.
const COLUMNS: [Column; 5] = [
    Column("Rule", ""),
    Column("Connection", "wide-only"),
    Column("Tracks", "num"),
    Column("Last check", ""),
    ACTIONS,
];

pub const DOCUMENT: Document = Document::new(
    "/t/{tenant}/repositories/rules",
    &[CREATE, CHANGE, PREVIEW, DELETE],
    |visit| Box::pin(view(visit)),
    |visit| Box::pin(take(visit)),
);

/// The page; the editor shows the rule that the address names.
async fn view(visit: Visit) -> Result<Page, Problem> {
    let tenant = visit.tenant().await?;
    let report = visit.engine.follow_rules(visit.viewer()?, tenant).await;
    let report = report.map_err(Error::into_problem)?;
    let draft = Draft::of(&visit, tenant, &report).await?;
    let frame = Frame::tenant(&visit, tenant).await?;
    Ok(Page::new("Follow rules", frame, move || {
        body(&visit, &report, &draft)
    }))
}

fn body(visit: &Visit, report: &FollowRulesReport, draft: &Draft) -> AnyView {
    let editor = if report.connections.is_empty() {
        not_connected(visit)
    } else {
        editor(visit, report, draft)
    };
    let rules = (!report.rules.is_empty()).then(|| list(visit, &report.rules));
    // A rule to be changed stands where people look first.
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
                    "A rule tracks new repositories as they appear on GitHub. It is checked in each run, and at least daily."
                </p>
            </div>
            <span class="spacer"></span>
            <a class="button" href=visit.pages().repositories()>
                "All repositories"
            </a>
        </div>
        {first}
        {rules}
        {last}
    }
    .into_any()
}

fn not_connected(visit: &Visit) -> AnyView {
    view! {
        <section class="card empty">
            <h2>"Not connected yet"</h2>
            <p>"Connect GitHub first: a rule looks at the repositories of a connection."</p>
            <a class="button primary" href=visit.pages().start()>
                "Connect GitHub"
            </a>
        </section>
    }
    .into_any()
}

fn list(visit: &Visit, rules: &[FollowRule]) -> AnyView {
    let rows: Vec<_> = rules.iter().map(|rule| row(visit, rule)).collect();
    view! {
        <section class="card">
            <div class="card-head">
                <h2 id="rules">"Rules"</h2>
            </div>
            {data_table("as-list", Called::By("rules"), &COLUMNS, rows)}
        </section>
    }
    .into_any()
}

fn row(visit: &Visit, rule: &FollowRule) -> AnyView {
    let patterns = rule.filter.patterns.to_string();
    let kinds = kinds(&rule.filter).map(|kinds| view! { <p class="muted">{kinds}</p> });
    let refusal = rule
        .refusal
        .clone()
        .map(|refusal| view! { <p class="notice warn">{refusal}</p> });
    let question = Question {
        button: "Delete",
        about: patterns.clone(),
        title: "Delete this rule?".to_owned(),
        text: format!(
            "New repositories that match {patterns} are no longer tracked. Those tracked already stay tracked."
        ),
        answer: "Delete the rule",
        danger: true,
    };
    let delete = Form::about(visit, DELETE, "rule", &rule.id.to_string());
    view! {
        <tr>
            <th scope="row" class="name">
                <code>{patterns.clone()}</code>
                {kinds}
                {refusal}
            </th>
            <td class="wide-only">{rule.connection.clone()}</td>
            <td class="num">
                {words::count(rule.tracked.into(), "repository", "repositories")}
            </td>
            <td>
                <span class="narrow-only">"Checked "</span>
                {moment_or(rule.checked_at, visit.zone(), "Not yet")}
            </td>
            <td class="actions">
                <div class="row">
                    <a class="button small" href=visit.pages().edited_follow_rule(rule.id)>
                        "Change"
                        <span class="visually-hidden">" " {patterns}</span>
                    </a>
                    {delete.ask(question, hidden("rule", rule.id))}
                </div>
            </td>
        </tr>
    }
    .into_any()
}

/// `With forks and private ones`
fn kinds(filter: &FollowFilter) -> Option<String> {
    let kinds = [
        (filter.forks, "forks"),
        (filter.archived, "archived ones"),
        (filter.private, "private ones"),
    ];
    let kinds: Vec<_> = (kinds.into_iter())
        .filter_map(|(included, kind)| included.then_some(kind))
        .collect();
    let (last, others) = kinds.split_last()?;
    Some(if others.is_empty() {
        format!("With {last}")
    } else {
        format!("With {} and {last}", others.join(", "))
    })
}

/// What the form says a rule tracks.
fn filter(fields: &Fields) -> Result<FollowFilter, Problem> {
    Ok(FollowFilter {
        patterns: fields.read::<Patterns>("patterns")?,
        forks: fields.ticked("forks"),
        archived: fields.ticked("archived"),
        private: fields.ticked("private"),
    })
}

/// The connection that the form names; with a single one it need not.
fn connection(fields: &Fields) -> Result<Option<ConnectionId>, Problem> {
    if fields.text("connection").is_empty() {
        return Ok(None);
    }
    fields.id("connection").map(Some)
}

async fn take(visit: Visit) -> Result<Taken, Problem> {
    let tenant = visit.tenant().await?;
    let sentence = match visit.order() {
        // What it would track is told by the page.
        PREVIEW => {
            visit.must(tenant, domain::Permission::ManageRepositories)?;
            filter(&visit.fields())?;
            return Ok(Taken::Again);
        }
        CREATE => create(&visit, tenant).await?,
        CHANGE => change(&visit, tenant).await?,
        _ => delete(&visit, tenant).await?,
    };
    Ok(Taken::said(visit.pages().follow_rules(), sentence))
}

async fn create(visit: &Visit, tenant: TenantId) -> Result<String, Problem> {
    let viewer = visit.viewer()?;
    visit.must(tenant, domain::Permission::ManageRepositories)?;
    let fields = visit.fields();
    let (filter, connection) = (filter(&fields)?, connection(&fields)?);
    let trigger = Some(Trigger::Manual);
    let created = (visit.engine)
        .create_follow_rule(viewer, tenant, connection, filter, trigger)
        .await
        .map_err(Error::into_problem)?;
    Ok(format!("The rule is created. {}", told(&created)))
}

async fn change(visit: &Visit, tenant: TenantId) -> Result<String, Problem> {
    let viewer = visit.viewer()?;
    visit.must(tenant, domain::Permission::ManageRepositories)?;
    let fields = visit.fields();
    let (filter, id) = (filter(&fields)?, fields.id("rule")?);
    let trigger = Some(Trigger::Manual);
    let changed = (visit.engine)
        .change_follow_rule(viewer, tenant, id, filter, trigger)
        .await
        .map_err(Error::into_problem)?;
    Ok(format!("The rule is changed. {}", told(&changed)))
}

async fn delete(visit: &Visit, tenant: TenantId) -> Result<String, Problem> {
    let viewer = visit.viewer()?;
    visit.must(tenant, domain::Permission::ManageRepositories)?;
    let id: FollowRuleId = visit.fields().id("rule")?;
    (visit.engine)
        .delete_follow_rule(viewer, tenant, id)
        .await
        .map_err(Error::into_problem)?;
    Ok("The rule is deleted. What it tracked stays tracked.".to_owned())
}

/// What it tracks now.
fn told(outcome: &FollowOutcome) -> String {
    let new = u64::from(outcome.new);
    if new == 0 {
        return "It tracks matching repositories as they appear.".to_owned();
    }
    let tracked = words::count(new, "repository is", "repositories are");
    let when = match (outcome.run, new) {
        (Some(_), 1) => "Its first collection has begun.",
        (Some(_), _) => "Their first collection has begun.",
        (None, 1) => "The next run collects it.",
        (None, _) => "The next run collects them.",
    };
    format!("{tracked} tracked now. {when}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(fields: &str) -> Result<FollowFilter, Problem> {
        filter(&Fields::parse(fields.as_bytes()))
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
        assert_eq!(kinds(&read).as_deref(), Some("With forks and private ones"));
        let plain = of("patterns=*").expect("a filter");
        assert_eq!(kinds(&plain), None);
        let wrong = of("patterns=acme").expect_err("no pattern");
        assert!(
            wrong.message.contains("“acme” is not a pattern"),
            "{wrong:?}"
        );
    }
}
