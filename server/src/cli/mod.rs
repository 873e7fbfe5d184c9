//! The command line.

mod backup;
mod check;
mod collect;
mod connection;
mod follow;
mod input;
mod note;
mod rebuild_totals;
mod repository;
mod rotate_key;
mod token;
mod user;

use std::io::Write;
use std::process::ExitCode;

use clap::{Args, CommandFactory, Parser, Subcommand};
use domain::{TenantId, Viewer};
use engine::{Engine, SystemClock};

use crate::cli_error::CliError;
use crate::config::{self, EngineArgs, LogArgs, ServeArgs};
use crate::demo::{self, DemoArgs};
use crate::logging;
use crate::serve;
use crate::startup;

const SERVER_LOG: &str = "info,tokio_cron_scheduler=warn";

/// Keeps the GitHub traffic that GitHub deletes after 14 days.
/// Without a command, Tidemark runs “serve”.
#[derive(Parser)]
#[command(name = "tidemark", version, args_conflicts_with_subcommands = true)]
struct Cli {
    #[command(flatten)]
    log: LogArgs,
    #[command(flatten)]
    serve: ServeArgs,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Run the server (default); migrates the database first
    Serve(ServeArgs),
    /// Run the server with recorded traffic and a simulated GitHub
    Demo(DemoArgs),
    /// Create accounts and reset passwords
    #[command(subcommand)]
    User(user::Command),
    /// Connect a tenant to GitHub
    #[command(subcommand)]
    Connection(connection::Command),
    /// Track repositories
    #[command(subcommand)]
    Repository(repository::Command),
    /// Automatically track new repositories matching a pattern
    Follow(follow::FollowArgs),
    /// Write notes on the charts
    #[command(subcommand)]
    Note(note::Command),
    /// Create API tokens
    #[command(subcommand)]
    Token(token::Command),
    /// Collect now and wait for the result
    Collect(collect::CollectArgs),
    /// Check the database, migrations, key, connections, clock, disk, schedules and totals
    Check(check::CheckArgs),
    /// Copy the SQLite database to a file, even while serving
    Backup(backup::BackupArgs),
    /// Recalculate the stored totals from the stored days
    RebuildTotals(rebuild_totals::RebuildTotalsArgs),
    /// Re-encrypt the secrets in the database with a new key
    RotateKey(rotate_key::RotateArgs),
}

/// Runs the command and reports an error as one sentence.
#[must_use]
pub fn main() -> ExitCode {
    // Before a second thread starts, and before flags take their values from the environment.
    match config::read_env_file()
        .map_err(CliError::from)
        .and_then(|()| run(Cli::parse()))
    {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            // If standard error is closed, there is no way to report it.
            let _ = writeln!(std::io::stderr(), "tidemark: {failure}");
            failure.status()
        }
    }
}

fn run(cli: Cli) -> Result<(), CliError> {
    let command = cli.command.unwrap_or(Command::Serve(cli.serve));
    // A server logs its normal operation, without that of its libraries; a command, only problems.
    let serves = matches!(command, Command::Serve(_) | Command::Demo(_));
    let usual = if serves { SERVER_LOG } else { "warn" };
    let (filter, format) = cli.log.read(&format!("{usual},{}", engine::GITHUB_LOG))?;
    logging::start(filter, format);
    for name in config::unknown_variables(&Cli::command()) {
        tracing::warn!(variable.name = name, "unknown variable; it has no effect");
    }
    let runtime = tokio::runtime::Runtime::new().map_err(|error| {
        CliError::failed(format!("The process cannot start its threads ({error})."))
    })?;
    runtime.block_on(async {
        match command {
            Command::Serve(args) => serve::serve(args).await,
            Command::Demo(args) => demo::serve(args).await,
            Command::User(command) => command.run().await,
            Command::Connection(command) => command.run().await,
            Command::Repository(command) => command.run().await,
            Command::Follow(args) => args.run().await,
            Command::Note(command) => command.run().await,
            Command::Token(command) => command.run().await,
            Command::Collect(args) => args.run().await,
            Command::Check(args) => args.run().await,
            Command::Backup(args) => args.run().await,
            Command::RebuildTotals(args) => args.run().await,
            Command::RotateKey(args) => args.run().await,
        }
    })
}

/// The tenant that a command concerns.
#[derive(Args)]
struct TenantArgs {
    /// The tenant's URL name
    #[arg(long = "tenant", value_name = "TENANT")]
    slug: String,
}

impl TenantArgs {
    async fn find(&self, engine: &Engine) -> Result<TenantId, CliError> {
        find_tenant(engine, &self.slug).await
    }
}

async fn find_tenant(engine: &Engine, slug: &str) -> Result<TenantId, CliError> {
    engine
        .tenant(&Viewer::Operator, slug)
        .await
        .map_err(|error| {
            let problem = error.into_problem();
            match problem.kind {
                domain::ProblemKind::NotFound => CliError::failed(format!(
                    "There is no tenant “{slug}”; create it with “tidemark user create --tenant \
                 {slug}”."
                )),
                _ => CliError::failed(problem.message),
            }
        })
}

/// Opens the engine for a command, without a scheduler.
///
/// The database is always closed afterwards, so no `-wal` file is left.
async fn with_engine(
    args: &EngineArgs,
    command: impl AsyncFnOnce(&Engine) -> Result<(), CliError>,
) -> Result<(), CliError> {
    let clock = std::sync::Arc::new(SystemClock);
    let engine = startup::open(args, worker_name(), clock).await?.engine;
    let ended = command(&engine).await;
    engine.close().await;
    ended
}

/// The name of a command's process in the records of its runs.
fn worker_name() -> String {
    let host = gethostname::gethostname();
    format!("{}:cli:{}", host.to_string_lossy(), std::process::id())
}

/// Prints a command's result to standard output.
fn print(text: impl std::fmt::Display) -> Result<(), CliError> {
    writeln!(std::io::stdout(), "{text}")
        .map_err(|error| CliError::failed(format!("The output cannot be written ({error}).")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_commands_fit_together() {
        Cli::command().debug_assert();
    }

    #[test]
    fn no_command_serves_and_takes_the_flags_of_serve() {
        let cli = Cli::try_parse_from(["tidemark", "--listen", "127.0.0.1:1"]).unwrap();
        assert!(cli.command.is_none());
        assert_eq!(cli.serve.listen.read().unwrap().port(), 1);
    }
}
