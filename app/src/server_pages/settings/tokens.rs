//! The API tokens page of a tenant's settings: creating a token, shown once, and revoking one.

use domain::report::ApiToken;
use domain::{Problem, TokenId, TokenScope};
use engine::{Error, TenantRequest};
use leptos::prelude::*;
use secrecy::ExposeSecret;
use serde::Deserialize;
use strum::{EnumString, IntoStaticStr, VariantNames};

use crate::components::{timestamp, timestamp_or};
use crate::server_pages::confirm::{Confirm, secret};
use crate::server_pages::controls::Choice;
use crate::server_pages::fields::parsed;
use crate::server_pages::form::{Form, Text, hidden, submit_button};
use crate::server_pages::layout::{Layout, card, page_head};
use crate::server_pages::list_part::{ListPart, list_card};
use crate::server_pages::table::{ACTIONS, Column, TableLabel, data_table};
use crate::server_pages::{FormOutcome, PageContent, PageRequest, ServerPage};

const COLUMNS: [Column; 5] = [
    Column("Name", ""),
    Column("Scope", ""),
    Column("Created", "wide-only"),
    Column("Last used", ""),
    ACTIONS,
];

/// What the forms of this page do.
#[derive(Clone, Copy, EnumString, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "kebab-case")]
enum Action {
    Create,
    Revoke,
}

pub const PAGE: ServerPage = ServerPage::new(
    "/t/{tenant}/settings/tokens",
    Action::VARIANTS,
    |request| Box::pin(view(request)),
    |request| Box::pin(submit(request)),
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

async fn view(request: PageRequest) -> Result<PageContent, Problem> {
    let context = request.tenant().await?;
    let tokens = context.engine.tokens(&context.viewer, context.tenant).await;
    let tokens = tokens.map_err(Error::into_problem)?;
    let layout = Layout::settings(&request, &context, request.pages().tokens()).await?;
    Ok(PageContent::new("API tokens", layout, move || {
        view! {
            {page_head("API tokens", "Let programs read this tenant’s statistics or start runs.")}
            {made(&request)}
{list(&request, &tokens)}
            {maker(&request)}
        }
        .into_any()
    }))
}

/// The token just created.
fn made(request: &PageRequest) -> Option<AnyView> {
    let form = Form::new(request, Action::Create);
    let token = form.secret()?.to_owned();
    let words = "Copy this token. You won’t see it again, because Tidemark stores only a hash. Give it only to the program that needs it, which sends it as “Authorization: Bearer …”.";
    Some(secret("New token", token, words))
}

fn list(request: &PageRequest, tokens: &[ApiToken]) -> AnyView {
    let place = (request.pages().tokens(), "");
    let (part, shown) = ListPart::of(&request.query, place, tokens, |token| token.name.clone());
    list_card("tokens", "Tokens", "Name", &part, || {
        if shown.is_empty() {
            return view! {
                <div class="empty">
                    <p>"No tokens yet."</p>
                </div>
            }
            .into_any();
        }
        let rows: Vec<_> = shown.iter().map(|token| row(request, token)).collect();
        data_table("as-rows", TableLabel::Heading("tokens"), &COLUMNS, rows)
    })
}

fn row(request: &PageRequest, token: &ApiToken) -> AnyView {
    let by = (!token.created_by.is_empty()).then(|| format!(" by {}", token.created_by));
    let used = timestamp_or(token.last_used_at, "Never");
    let name = token.name.clone();
    let revoke = Form::for_item(request, Action::Revoke, "id", &token.id.to_string());
    let confirm = Confirm {
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
            <td class="wide-only">{timestamp(token.created_at)} <span class="muted">{by}</span></td>
            <td>{used}</td>
            <td class="actions">
                {revoke.confirm(confirm, hidden("id", token.id))}
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

fn maker(request: &PageRequest) -> AnyView {
    let form = Form::new(request, Action::Create);
    let scope = |scope: TokenScope, description| Choice {
        description,
        ..Choice::new(scope.as_str(), scope_label(scope))
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
        {submit_button("Create token")}
    };
    card(
        "make",
        "Create a token",
        view! {
        <div class="card-body narrow">{form.with("make", fields)}</div>
        },
    )
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct CreateForm {
    name: String,
    scope: String,
}

#[derive(Deserialize)]
struct RevokeForm {
    id: TokenId,
}

async fn submit(request: PageRequest) -> Result<FormOutcome, Problem> {
    let context = request.tenant().await?;
    match request.action()? {
        Action::Create => create(&context, &request.form()?).await,
        Action::Revoke => {
            let RevokeForm { id } = request.form()?;
            context
                .engine
                .revoke_token(&context.viewer, context.tenant, id)
                .await
                .map_err(Error::into_problem)?;
            Ok(FormOutcome::flash(
                request.pages().tokens(),
                "Token revoked.",
            ))
        }
    }
}

async fn create(context: &TenantRequest, form: &CreateForm) -> Result<FormOutcome, Problem> {
    let scope = parsed(&form.scope)?;
    let token = context
        .engine
        .create_token(&context.viewer, context.tenant, &form.name, scope)
        .await
        .map_err(Error::into_problem)?;
    Ok(FormOutcome::Reveal(token.expose_secret().to_owned()))
}
