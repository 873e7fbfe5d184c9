//! The addresses GitHub redirects back to, with the code for a new app's key and with its
//! installation.

use domain::Problem;
use engine::{Error, InstallationAnswer};
use leptos::prelude::*;
use secrecy::ExposeSecret;

use crate::components::error_notice;
use crate::server_pages::connecting::state::check_result;
use crate::server_pages::layout::{Layout, page_head};
use crate::server_pages::{FormOutcome, PageContent, PageRequest, ServerPage};

pub const CREATED: ServerPage = ServerPage::callback(
    "/t/{tenant}/settings/github-app/created",
    |request| Box::pin(view(request)),
    |request| Box::pin(created(request)),
);

pub const INSTALLED: ServerPage = ServerPage::callback(
    "/t/{tenant}/settings/github-app/installed",
    |request| Box::pin(view(request)),
    |request| Box::pin(installed(request)),
);

/// The page shown if the redirect cannot be used.
async fn view(request: PageRequest) -> Result<PageContent, Problem> {
    let context = request.tenant().await?;
    let layout = Layout::settings(&request, &context, request.pages().connections()).await?;
    let problem = request.sent.as_ref().and_then(|sent| sent.problem.clone());
    Ok(PageContent::new(
        "GitHub App not connected",
        layout,
        move || {
            let error = problem.map(|problem| error_notice(&problem.message));
            view! {
                {page_head("GitHub App not connected", "No connection was added.")}
                {error}
                <div class="row">
                    <a class="button primary" href=request.pages().connections()>
                        "View connections"
                    </a>
                    <a class="button" href=request.pages().github_app()>
                        "Create a GitHub App"
                    </a>
                </div>
            }
            .into_any()
        },
    ))
}

/// Fetches the new app's key and redirects to its installation on GitHub.
async fn created(request: PageRequest) -> Result<FormOutcome, Problem> {
    let context = request.tenant().await?;
    let (state, code) = (request.query.text("state"), request.query.text("code"));
    let install = context
        .engine
        .create_app(
            &context.viewer,
            context.tenant,
            &request.session,
            state,
            code,
        )
        .await
        .map_err(Error::into_problem)?;
    Ok(FormOutcome::Redirect(
        install.expose_secret().to_owned(),
        None,
    ))
}

/// Connects the installation and redirects to its repositories.
async fn installed(request: PageRequest) -> Result<FormOutcome, Problem> {
    let context = request.tenant().await?;
    let answer = InstallationAnswer {
        state: request.query.text("state"),
        installation_id: request.query.text("installation_id").parse().ok(),
        action: request.query.text("setup_action"),
    };
    let connected = context
        .engine
        .install_app(&context.viewer, context.tenant, &request.session, answer)
        .await
        .map_err(Error::into_problem)?;
    let to = request.pages().start_repositories(Some(connected.id));
    Ok(FormOutcome::flash(to, check_result(&connected)))
}
