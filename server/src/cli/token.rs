//! `tidemark token`: API tokens.

use clap::{Args, Subcommand};
use domain::{TokenScope, Viewer};
use engine::Engine;
use secrecy::ExposeSecret;

use super::{TenantArgs, print, with_engine};
use crate::cli_error::CliError;
use crate::config::EngineArgs;

/// What can be done to API tokens.
#[derive(Subcommand)]
pub(super) enum Command {
    /// Create a token and print it once
    Create(CreateArgs),
}

#[derive(Args)]
pub(super) struct CreateArgs {
    #[command(flatten)]
    tenant: TenantArgs,
    /// Name of the token
    #[arg(long)]
    name: String,
    /// Scope: read or write
    #[arg(long, value_parser = scope)]
    scope: TokenScope,
    #[command(flatten)]
    engine: EngineArgs,
}

impl Command {
    pub(super) async fn run(self) -> Result<(), CliError> {
        let Self::Create(args) = self;
        with_engine(&args.engine, async |engine| args.create(engine).await).await
    }
}

impl CreateArgs {
    async fn create(&self, engine: &Engine) -> Result<(), CliError> {
        let tenant = self.tenant.find(engine).await?;
        let token = engine
            .create_token(&Viewer::Operator, tenant, &self.name, self.scope)
            .await?;
        print(token.expose_secret())
    }
}

fn scope(text: &str) -> Result<TokenScope, domain::UnknownValue> {
    text.parse()
}
