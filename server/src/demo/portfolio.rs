//! The content of the demo: one tenant, one person, and most of the recorded repositories.

use domain::report::Repository;
use domain::{ProblemKind, RepositoryName, Role, TenantId, Viewer};
use engine::{Credential, Engine, NewConnection, NewUser};

use super::github::{Github, TOKEN};
use super::history::Remaining;
use super::releases::Releases;
use crate::cli_error::CliError;

/// Email address for signing in.
pub(super) const EMAIL: &str = "demo@tidemark.local";

/// The password to sign in with.
pub(super) const PASSWORD: &str = "tidemark-demo";

/// Repositories for the visitor to track.
pub(super) const UNTRACKED: [&str; 2] = ["harbourworks/buoy", "cicsdev/cics-nodejs-invoke"];

const TENANT: &str = "Demo";
const SLUG: &str = "demo";

/// Creates what is missing, so that the next start completes an interrupted one. Returns the part
/// of the history that can be loaded while the demo serves.
pub(super) async fn prepare(
    engine: &Engine,
    github: &Github,
) -> Result<(TenantId, Remaining), CliError> {
    let tenant = if let Some(tenant) = tenant(engine).await? {
        tenant
    } else {
        create_person(engine).await?;
        engine.tenant(&Viewer::Operator, SLUG).await?
    };
    let report = engine.repositories(&Viewer::Operator, tenant).await?;
    if !report.connected {
        let connection = NewConnection {
            name: "GitHub, simulated".to_owned(),
            api_url: Some(github.api_url()?),
            credential: Credential::Token(TOKEN.into()),
        };
        engine
            .connect(&Viewer::Operator, tenant, connection)
            .await?;
    }
    let mut remaining = Remaining::default();
    for recording in &github.recordings {
        let full_name = recording.full_name();
        if UNTRACKED.contains(&full_name.as_str()) {
            continue;
        }
        let tracked = report
            .repositories
            .iter()
            .find(|tracked| has_name(tracked, &full_name));
        let repository = match tracked {
            Some(tracked) => tracked.clone(),
            None => track(engine, tenant, &full_name).await?,
        };
        remaining
            .load(engine, tenant, &repository, recording)
            .await?;
        let releases = Releases::new(&full_name, github.created_on);
        releases.load(engine, tenant, repository.id).await?;
    }
    Ok((tenant, remaining))
}

/// The demo's tenant, if it exists.
pub(super) async fn tenant(engine: &Engine) -> Result<Option<TenantId>, CliError> {
    match engine.tenant(&Viewer::Operator, SLUG).await {
        Ok(tenant) => Ok(Some(tenant)),
        Err(error) => {
            let problem = error.into_problem();
            match problem.kind {
                ProblemKind::NotFound => Ok(None),
                _ => Err(CliError::failed(problem.message)),
            }
        }
    }
}

async fn create_person(engine: &Engine) -> Result<(), CliError> {
    let email = EMAIL
        .parse()
        .map_err(|error| CliError::failed(format!("{error}")))?;
    let person = NewUser {
        email,
        name: "Demo".to_owned(),
        password: PASSWORD.into(),
        administrator: true,
        maintainer: false,
        membership: Some((TENANT.to_owned(), Role::Owner)),
    };
    engine.create_user(&Viewer::Operator, person).await?;
    Ok(())
}

async fn track(engine: &Engine, tenant: TenantId, full_name: &str) -> Result<Repository, CliError> {
    let name: RepositoryName = full_name
        .parse()
        .map_err(|error| CliError::failed(format!("{error}")))?;
    Ok(engine.track(&Viewer::Operator, tenant, &name).await?)
}

fn has_name(repository: &Repository, full_name: &str) -> bool {
    repository.full_name.to_string() == full_name
}
