//! `tidemark user`: accounts.

use clap::{Args, Subcommand};
use domain::{Email, Role, Viewer};
use engine::{Engine, NewUser};

use super::{answer, input, with_engine};
use crate::cli_error::CliError;
use crate::config::EngineArgs;

/// What can be done to accounts.
#[derive(Subcommand)]
pub(super) enum Command {
    /// Create an account; the password comes from standard input
    Create(CreateArgs),
    /// Give an account another password, from standard input
    ResetPassword(ResetArgs),
}

#[derive(Args)]
pub(super) struct CreateArgs {
    /// The address to sign in with
    #[arg(long)]
    email: Email,
    /// The name on the screen
    #[arg(long)]
    name: String,
    /// Administers the system: tenants and users, but no tenant's numbers
    #[arg(long)]
    administrator: bool,
    /// Maintains the system: reads its log and starts collections
    #[arg(long)]
    maintainer: bool,
    /// The tenant to belong to; made where it is missing
    #[arg(long, requires = "role")]
    tenant: Option<String>,
    /// The role in the tenant: owner or viewer
    #[arg(long, requires = "tenant", value_parser = role)]
    role: Option<Role>,
    #[command(flatten)]
    password: PasswordArgs,
    #[command(flatten)]
    engine: EngineArgs,
}

#[derive(Args)]
pub(super) struct ResetArgs {
    /// The address of the account
    #[arg(long)]
    email: String,
    #[command(flatten)]
    password: PasswordArgs,
    #[command(flatten)]
    engine: EngineArgs,
}

#[derive(Args)]
struct PasswordArgs {
    /// Read the password from standard input
    #[arg(long)]
    password_stdin: bool,
}

impl PasswordArgs {
    fn read(&self) -> Result<secrecy::SecretString, CliError> {
        input::secret("password", "--password-stdin", self.password_stdin)
    }
}

impl Command {
    pub(super) async fn run(self) -> Result<(), CliError> {
        match self {
            Self::Create(args) => {
                let settings = args.engine.clone();
                with_engine(&settings, async |engine| create(engine, args).await).await
            }
            Self::ResetPassword(args) => {
                let settings = args.engine.clone();
                with_engine(&settings, async |engine| reset_password(engine, args).await).await
            }
        }
    }
}

async fn create(engine: &Engine, args: CreateArgs) -> Result<(), CliError> {
    let user = NewUser {
        email: args.email.clone(),
        name: args.name,
        password: args.password.read()?,
        administrator: args.administrator,
        maintainer: args.maintainer,
        membership: args.tenant.zip(args.role),
    };
    engine.create_user(&Viewer::Operator, user).await?;
    answer(format_args!("Created the account {}.", args.email))
}

async fn reset_password(engine: &Engine, args: ResetArgs) -> Result<(), CliError> {
    let password = args.password.read()?;
    engine
        .reset_password(&Viewer::Operator, &args.email, password)
        .await?;
    answer(format_args!(
        "{} signs in with the new password from now on, and is signed out everywhere.",
        args.email
    ))
}

/// Repository viewers are granted repositories, which the command line does not.
fn role(text: &str) -> Result<Role, String> {
    match text.parse() {
        Ok(role @ (Role::Owner | Role::Viewer)) => Ok(role),
        Ok(Role::RepositoryViewer) => {
            Err("repository viewers are invited on the page of members".to_owned())
        }
        Err(_) => Err("a role is owner or viewer".to_owned()),
    }
}
