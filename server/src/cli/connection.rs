//! `tidemark connection`: a tenant's connections to GitHub.

use clap::{Args, Subcommand};
use domain::Viewer;
use engine::{Credential, Engine, NewConnection};
use url::Url;

use super::{TenantArgs, input, print, with_engine};
use crate::cli_error::CliError;
use crate::config::EngineArgs;

/// What can be done to connections.
#[derive(Subcommand)]
pub(super) enum Command {
    /// Connect a tenant to GitHub, after checking the token
    Add(AddArgs),
}

#[derive(Args)]
pub(super) struct AddArgs {
    #[command(flatten)]
    tenant: TenantArgs,
    /// Name of the connection
    #[arg(long)]
    name: String,
    /// GitHub API base URL [default: the configured one]
    #[arg(long, value_name = "URL")]
    api_url: Option<Url>,
    /// Read the personal access token from standard input
    #[arg(long)]
    token_stdin: bool,
    #[command(flatten)]
    engine: EngineArgs,
}

impl Command {
    pub(super) async fn run(self) -> Result<(), CliError> {
        let Self::Add(args) = self;
        let settings = args.engine.clone();
        with_engine(&settings, async |engine| args.add(engine).await).await
    }
}

impl AddArgs {
    async fn add(self, engine: &Engine) -> Result<(), CliError> {
        let args = self;
        let tenant = args.tenant.find(engine).await?;
        let token = input::secret("token", "--token-stdin", args.token_stdin)?;
        let input = NewConnection {
            name: args.name,
            api_url: args.api_url,
            credential: Credential::Token(token),
        };
        let connection = engine.connect(&Viewer::Operator, tenant, input).await?;
        print(format_args!(
            "Connected to {} as {}.",
            connection.api_url, connection.login
        ))?;
        if let Some(notice) = &connection.notice {
            print(format_args!("{notice}"))?;
        }
        match &connection.missing_permission {
            Some(missing) => print(format_args!(
                "It lacks the permission “{missing}” to read traffic. Grant it on GitHub."
            )),
            None => Ok(()),
        }
    }
}
