//! `tidemark repository`: what is tracked.

use clap::{Args, Subcommand};
use domain::{RepositoryName, Viewer};
use engine::Engine;

use super::{TenantArgs, print, with_engine};
use crate::cli_error::CliError;
use crate::config::EngineArgs;

/// What can be done to repositories.
#[derive(Subcommand)]
pub(super) enum Command {
    /// Track repositories after checking each on GitHub; the next run collects them
    Add(AddArgs),
}

#[derive(Args)]
pub(super) struct AddArgs {
    #[command(flatten)]
    tenant: TenantArgs,
    /// The repositories
    #[arg(required = true, value_name = "OWNER/NAME")]
    names: Vec<RepositoryName>,
    #[command(flatten)]
    engine: EngineArgs,
}

impl Command {
    pub(super) async fn run(self) -> Result<(), CliError> {
        let Self::Add(args) = self;
        with_engine(&args.engine, async |engine| args.add(engine).await).await
    }
}

impl AddArgs {
    async fn add(&self, engine: &Engine) -> Result<(), CliError> {
        let tenant = self.tenant.find(engine).await?;
        // The others are tracked even if one fails.
        let mut refusals = Vec::new();
        for name in &self.names {
            match engine.track(&Viewer::Operator, tenant, name).await {
                Ok(repository) => print(format_args!("Tracking {}.", repository.full_name))?,
                Err(error) => refusals.push(format!("{name}: {}", error.into_problem().message)),
            }
        }
        if refusals.is_empty() {
            Ok(())
        } else {
            Err(CliError::failed(refusals.join("\n")))
        }
    }
}
