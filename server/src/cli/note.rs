//! `tidemark note`: notes on the charts.

use clap::{Args, Subcommand};
use domain::{Day, DayRange, NoteInput, NoteText, RepositoryName, TenantId, Viewer};
use engine::Engine;

use super::{TenantArgs, print, with_engine};
use crate::cli_error::CliError;
use crate::config::EngineArgs;

/// What can be done with notes.
#[derive(Subcommand)]
pub(super) enum Command {
    /// Add a note to the charts of a repository, or of the whole tenant
    Add(AddArgs),
}

#[derive(Args)]
pub(super) struct AddArgs {
    #[command(flatten)]
    tenant: TenantArgs,
    /// The repository [default: the whole tenant]
    #[arg(long, value_name = "OWNER/NAME")]
    repository: Option<RepositoryName>,
    /// The first day, such as 2026-11-12
    #[arg(long, value_name = "DAY")]
    from: Day,
    /// The last day [default: the first day]
    #[arg(long, value_name = "DAY")]
    to: Option<Day>,
    /// What happened, in at most 250 characters
    #[arg(value_name = "TEXT")]
    text: NoteText,
    #[command(flatten)]
    engine: EngineArgs,
}

impl Command {
    pub(super) async fn run(self) -> Result<(), CliError> {
        let Self::Add(args) = self;
        let days = DayRange::new(args.from, args.to.unwrap_or(args.from)).ok_or_else(|| {
            CliError::usage("Choose a “--to” that is not earlier than “--from”.".to_owned())
        })?;
        with_engine(&args.engine, async |engine| args.add(engine, days).await).await
    }
}

impl AddArgs {
    async fn add(&self, engine: &Engine, days: DayRange) -> Result<(), CliError> {
        let (viewer, tenant) = (&Viewer::Operator, self.tenant.find(engine).await?);
        let repository = match &self.repository {
            Some(name) => Some(repository(engine, tenant, name).await?),
            None => None,
        };
        let note = NoteInput {
            repository,
            days,
            text: self.text.clone(),
        };
        let note = engine.add_note(viewer, tenant, &note).await?;
        print(format_args!("Note {} added.", note.id))
    }
}

async fn repository(
    engine: &Engine,
    tenant: TenantId,
    name: &RepositoryName,
) -> Result<domain::RepositoryId, CliError> {
    let found = engine
        .find_repository(&Viewer::Operator, tenant, name)
        .await;
    found.map(|repository| repository.id).map_err(|error| {
        let problem = error.into_problem();
        match problem.kind {
            domain::ProblemKind::NotFound => CliError::failed(format!(
                "The tenant does not track {name}; add it with “tidemark repository add”."
            )),
            _ => CliError::failed(problem.message),
        }
    })
}
