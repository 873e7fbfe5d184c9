//! `tidemark user`: accounts.

use clap::{Args, Subcommand};
use domain::{Email, Role, Viewer};
use engine::{Engine, NewUser};

use super::{input, print, with_engine};
use crate::cli_error::CliError;
use crate::config::EngineArgs;

/// What can be done to accounts.
#[derive(Subcommand)]
pub(super) enum Command {
    /// Create an account; the password comes from standard input
    Create(CreateArgs),
    /// Set a new password for an account, from standard input
    ResetPassword(ResetArgs),
}

#[derive(Args)]
pub(super) struct CreateArgs {
    /// Email address for signing in
    #[arg(long)]
    email: Email,
    /// Display name
    #[arg(long)]
    name: String,
    /// Make them an administrator: manages tenants and users, without access to tenants' numbers
    #[arg(long)]
    administrator: bool,
    /// Make them a maintainer: reads the system log and starts collections
    #[arg(long)]
    maintainer: bool,
    /// Tenant to join; created if missing
    #[arg(long, requires = "role")]
    tenant: Option<String>,
    /// Role in the tenant: owner or viewer
    #[arg(long, requires = "tenant", value_parser = role)]
    role: Option<Role>,
    #[command(flatten)]
    password: PasswordArgs,
    #[command(flatten)]
    engine: EngineArgs,
}

#[derive(Args)]
pub(super) struct ResetArgs {
    /// Email address of the account
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
    print(format_args!("Created account {}.", args.email))
}

async fn reset_password(engine: &Engine, args: ResetArgs) -> Result<(), CliError> {
    let password = args.password.read()?;
    engine
        .reset_password(&Viewer::Operator, &args.email, password)
        .await?;
    print(format_args!(
        "Reset the password of {} and signed them out everywhere.",
        args.email
    ))
}

/// Owner or viewer. Repository viewers need grants, which the command line cannot give.
fn role(text: &str) -> Result<Role, String> {
    match text.parse() {
        Ok(role @ (Role::Owner | Role::Viewer)) => Ok(role),
        Ok(Role::RepositoryViewer) => {
            Err("invite repository viewers on the Members page".to_owned())
        }
        Err(_) => Err("the role must be owner or viewer".to_owned()),
    }
}
