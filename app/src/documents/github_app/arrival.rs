//! Where GitHub leads back to: with the code for a new app's key, and with its installation.

use domain::Problem;
use engine::{Error, InstallationAnswer};
use leptos::prelude::*;
use secrecy::ExposeSecret;

use crate::documents::connecting::found;
use crate::documents::frame::Frame;
use crate::documents::settings::head;
use crate::documents::{Document, Page, Taken, Visit};

pub const CREATED: Document = Document::arrival(
    "/t/{tenant}/settings/github-app/created",
    |visit| Box::pin(view(visit)),
    |visit| Box::pin(created(visit)),
);

pub const INSTALLED: Document = Document::arrival(
    "/t/{tenant}/settings/github-app/installed",
    |visit| Box::pin(view(visit)),
    |visit| Box::pin(installed(visit)),
);

/// The page of an arrival that leads nowhere.
async fn view(visit: Visit) -> Result<Page, Problem> {
    let tenant = visit.tenant().await?;
    let frame = Frame::settings(&visit, tenant, visit.pages().connections()).await?;
    let problem = visit.sent.as_ref().and_then(|sent| sent.problem.clone());
    let sentence = problem.map(|problem| problem.message);
    Ok(Page::new("GitHub App not connected", frame, move || {
        view! {
            {head("GitHub App not connected", "No connection was added.")}
            <p class="notice bad" role="alert">
                {sentence}
            </p>
            <div class="row">
                <a class="button primary" href=visit.pages().connections()>
                    "See the connections"
                </a>
                <a class="button" href=visit.pages().github_app()>
                    "Create a GitHub App"
                </a>
            </div>
        }
        .into_any()
    }))
}

/// Takes the new app's key, and leads to where it is installed.
async fn created(visit: Visit) -> Result<Taken, Problem> {
    let tenant = visit.tenant().await?;
    let (state, code) = (visit.query.text("state"), visit.query.text("code"));
    let install = visit
        .engine
        .create_app(visit.viewer()?, tenant, &visit.session, state, code)
        .await
        .map_err(Error::into_problem)?;
    Ok(Taken::Go(install.expose_secret().to_owned(), None))
}

/// Connects the installation, and leads to its repositories.
async fn installed(visit: Visit) -> Result<Taken, Problem> {
    let tenant = visit.tenant().await?;
    let answer = InstallationAnswer {
        state: visit.query.text("state"),
        installation_id: visit.query.text("installation_id").parse().ok(),
        action: visit.query.text("setup_action"),
    };
    let connected = visit
        .engine
        .install_app(visit.viewer()?, tenant, &visit.session, answer)
        .await
        .map_err(Error::into_problem)?;
    let to = visit.pages().start_repositories(Some(connected.id));
    Ok(Taken::said(to, found(&connected)))
}
