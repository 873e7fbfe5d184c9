//! The API tokens page of a tenant's settings: creating a token, shown once, and revoking one.

use domain::report::ApiToken;
use domain::{Problem, TenantId, TokenScope};
use engine::Error;
use leptos::prelude::*;
use secrecy::ExposeSecret;

use super::head;
use crate::components::moment;
use crate::documents::controls::{Answer, hidden};
use crate::documents::form::{Form, Text, submit};
use crate::documents::frame::Frame;
use crate::documents::question::{Question, secret};
use crate::documents::table::{ACTIONS, Called, Column, data_table};
use crate::documents::{Document, Page, Taken, Visit};

/// The columns of the table.
const COLUMNS: [Column; 5] = [
    Column("Name", ""),
    Column("Scope", ""),
    Column("Created", "wide-only"),
    Column("Last used", ""),
    ACTIONS,
];

pub const DOCUMENT: Document = Document::new(
    "/t/{tenant}/settings/tokens",
    &["create", "revoke"],
    |visit| Box::pin(view(visit)),
    |visit| Box::pin(take(visit)),
);

const NAME: Text = Text {
    name: "name",
    label: "Name",
    autocomplete: "off",
    placeholder: "Nightly report",
    hint: "What the token is for. The system log shows its actions under this name.",
    longest: 100,
    ..Text::EMPTY
};

async fn view(visit: Visit) -> Result<Page, Problem> {
    let tenant = visit.tenant().await?;
    let tokens = visit.engine.tokens(visit.viewer()?, tenant).await;
    let tokens = tokens.map_err(Error::into_problem)?;
    let frame = Frame::settings(&visit, tenant, visit.pages().tokens()).await?;
    Ok(Page::new("API tokens", frame, move || {
        view! {
            {head("API tokens", "Let programs read this tenant’s statistics or start runs.")}
            {made(&visit)}
            <section class="card">
                <div class="card-head">
                    <h2 id="tokens">"Tokens"</h2>
                </div>
                {list(&visit, &tokens)}
            </section>
            {maker(&visit)}
        }
        .into_any()
    }))
}

/// The token just created.
fn made(visit: &Visit) -> Option<AnyView> {
    let form = Form::new(visit, "create");
    let token = form.shown()?.to_owned();
    let words = "Copy it now. It won’t be shown again, because Tidemark stores only a hash. Give it only to the program that needs it, which sends it as “Authorization: Bearer …”.";
    Some(secret("New token", token, words))
}

fn list(visit: &Visit, tokens: &[ApiToken]) -> AnyView {
    if tokens.is_empty() {
        return view! {
            <div class="empty">
                <p>"No tokens yet."</p>
            </div>
        }
        .into_any();
    }
    let rows: Vec<_> = tokens.iter().map(|token| row(visit, token)).collect();
    data_table("", Called::By("tokens"), &COLUMNS, rows)
}

fn row(visit: &Visit, token: &ApiToken) -> AnyView {
    let by = (!token.created_by.is_empty()).then(|| format!(" by {}", token.created_by));
    let used = token.last_used_at.map_or_else(
        || view! { <span class="muted">"Never"</span> }.into_any(),
        moment,
    );
    let name = token.name.clone();
    let revoke = Form::about(visit, "revoke", "id", &token.id.to_string());
    let question = Question {
        button: "Revoke",
        about: name.clone(),
        title: format!("Revoke “{name}”?"),
        text: "Anything using this token will stop working immediately.".to_owned(),
        answer: "Revoke",
        danger: true,
    };
    view! {
        <tr>
            <th scope="row" class="name">
                {name}
            </th>
            <td>{scope_label(token.scope)}</td>
            <td class="wide-only">{moment(token.created_at)} <span class="muted">{by}</span></td>
            <td>{used}</td>
            <td class="actions">
                {revoke.ask(question, hidden("id", token.id))}
            </td>
        </tr>
    }
    .into_any()
}

const fn scope_label(scope: TokenScope) -> &'static str {
    match scope {
        TokenScope::Read => "Read",
        TokenScope::Write => "Read and write",
    }
}

fn maker(visit: &Visit) -> AnyView {
    let form = Form::new(visit, "create");
    let scope = |scope: TokenScope, words| Answer {
        words,
        ..Answer::new(scope.as_str(), scope_label(scope))
    };
    let scopes = vec![
        scope(TokenScope::Read, "View and export all statistics."),
        scope(
            TokenScope::Write,
            "Also track repositories, change schedules and start runs.",
        ),
    ];
    // The new token is shown above, so the form starts empty.
    let fields = view! {
        {form.text(NAME, "")}
        {form.radios("scope", "Scope", scopes, TokenScope::Read.as_str())}
        {submit("Create token")}
    };
    view! {
        <section class="card">
            <div class="card-head">
                <h2 id="make">"Create a token"</h2>
            </div>
            <div class="card-body narrow">{form.with("make", fields)}</div>
        </section>
    }
    .into_any()
}

async fn take(visit: Visit) -> Result<Taken, Problem> {
    let tenant = visit.tenant().await?;
    match visit.order() {
        "create" => create(&visit, tenant).await,
        _ => revoke(&visit, tenant).await,
    }
}

async fn create(visit: &Visit, tenant: TenantId) -> Result<Taken, Problem> {
    let fields = visit.fields();
    let token = visit
        .engine
        .create_token(
            visit.viewer()?,
            tenant,
            fields.text("name"),
            fields.read("scope")?,
        )
        .await
        .map_err(Error::into_problem)?;
    Ok(Taken::Show(token.expose_secret().to_owned()))
}

async fn revoke(visit: &Visit, tenant: TenantId) -> Result<Taken, Problem> {
    visit
        .engine
        .revoke_token(visit.viewer()?, tenant, visit.fields().id("id")?)
        .await
        .map_err(Error::into_problem)?;
    Ok(Taken::said(visit.pages().tokens(), "Token revoked."))
}
