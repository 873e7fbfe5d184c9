//! GitHub Apps on the connections page: creating one, and those not installed yet.

use domain::report::PendingApp;
use domain::{PendingAppId, Problem, web_url};
use engine::{Error, NextStep, TenantRequest};
use leptos::prelude::*;
use secrecy::ExposeSecret;
use serde::Deserialize;

use crate::components::timestamp;
use crate::server_pages::confirm::Confirm;
use crate::server_pages::connecting::action::Action;
use crate::server_pages::connecting::state::check_result;
use crate::server_pages::form::{Form, hidden};
use crate::server_pages::{FormOutcome, PageRequest};

/// The link to the page that creates an app.
pub fn create_card(request: &PageRequest) -> AnyView {
    view! {
        <section class="card">
            <div class="card-head">
                <h2>"Create a GitHub App"</h2>
                <span class="muted">"needs no personal token and never expires"</span>
                <span class="spacer"></span>
                <a class="button" href=request.pages().github_app()>
                    "Create a GitHub App"
                </a>
            </div>
        </section>
    }
    .into_any()
}

/// An app that is not installed yet, with its actions.
pub fn card(request: &PageRequest, app: &PendingApp) -> AnyView {
    let heading = format!("pending-app-{}", app.id);
    let labelled_by = heading.clone();
    let finish = Form::for_item(request, Action::FinishApp, "app", &app.id.to_string());
    let discard = Form::for_item(request, Action::DiscardApp, "app", &app.id.to_string());
    let (class, word) = if app.requested {
        ("pill warn", "Awaiting approval")
    } else {
        ("pill warn", "Not installed yet")
    };
    let install = finish.secret().map(str::to_owned);
    let sentence = if install.is_some() {
        "GitHub does not list the installation yet. Install the app there, or ask an owner of the organization to approve it. Then choose “Finish installing”."
    } else if app.requested {
        "An owner of the organization must approve the installation on GitHub. Then choose “Finish installing”."
    } else {
        "GitHub created the app. Install it to choose the repositories it can read."
    };
    let class_of_finish = if install.is_some() {
        "button small"
    } else {
        "button small primary"
    };
    let install = install.map(|address| {
        view! {
            <a class="button small primary" href=address>
                "Install on GitHub"
            </a>
        }
    });
    let name = app.name.clone();
    let label = view! { "Finish installing" <span class="visually-hidden">" " {name}</span> };
    let action = finish.button("app", app.id, class_of_finish, label);
    let confirm = Confirm {
        button: "Delete",
        about: app.name.clone(),
        title: format!("Delete the key of “{}”?", app.name),
        text: "You won’t be able to connect with this key. The app stays on GitHub until you delete it there.".to_owned(),
        answer: "Delete key",
        danger: true,
    };
    let server = web_url(&app.api_url);
    let owner = app.organization.clone();
    let owner = owner.unwrap_or_else(|| "The GitHub user who created it".to_owned());
    let at = format!("{server}/apps/{}", app.slug);
    view! {
        <section class="card" aria-labelledby=labelled_by>
            <div class="card-head">
                <h2 id=heading>{app.name.clone()}</h2>
                <span class=class>{word}</span>
                <span class="spacer"></span>
                <div class="row">{install} {action} {discard.confirm(confirm, hidden("app", app.id))}</div>
            </div>
            <div class="card-body stack">
                {finish.refusal()}
                <p>{sentence}</p>
                <dl class="facts">
                    <dt>"Owner"</dt>
                    <dd>{owner}</dd>
                    <dt>"On GitHub"</dt>
                    <dd>
                        <a href=at.clone() rel="noreferrer">
                            {at.clone()}
                        </a>
                    </dd>
                    <dt>"Key expires"</dt>
                    <dd>{timestamp(app.expires_at)} ", unless the app is installed first"</dd>
                </dl>
            </div>
        </section>
    }
    .into_any()
}

#[derive(Deserialize)]
struct AppForm {
    app: PendingAppId,
}

/// Continues with an app that is not installed yet.
pub async fn finish(
    request: &PageRequest,
    context: &TenantRequest,
) -> Result<FormOutcome, Problem> {
    let AppForm { app } = request.form()?;
    let next = context
        .engine
        .finish_app(&context.viewer, context.tenant, &request.session, app)
        .await
        .map_err(Error::into_problem)?;
    Ok(match next {
        NextStep::Connected(connection) => FormOutcome::flash(
            request.pages().start_repositories(Some(connection.id)),
            check_result(&connection),
        ),
        // The page's content security policy lets a link lead to GitHub, but not a form.
        NextStep::Install(address) => FormOutcome::Reveal(address.expose_secret().to_owned()),
    })
}

/// Deletes the key of an app.
pub async fn discard(request: &PageRequest, context: &TenantRequest) -> Result<String, Problem> {
    let AppForm { app } = request.form()?;
    let discarded = context
        .engine
        .discard_app(&context.viewer, context.tenant, app);
    discarded.await.map_err(Error::into_problem)?;
    Ok("Key deleted. If you no longer need the app, delete it on GitHub too.".to_owned())
}
