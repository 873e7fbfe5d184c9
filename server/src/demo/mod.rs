//! `tidemark demo`: serves recorded traffic, with a simulated GitHub in this process.

mod github;
mod history;
mod place;
mod portfolio;
mod rankings;
mod releases;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use domain::{Trigger, Viewer};
use engine::{Engine, SharedClock, SystemClock};
use tokio::net::TcpListener;

use self::github::Github;
use self::place::Place;
use crate::auth::{AuthSettings, Rates};
use crate::cli_error::CliError;
use crate::config::ListenArgs;
use crate::serve::{Server, bind, println_user, worker_name};
use crate::startup;

/// How long the start waits for the newest days. After that, the run continues in the background.
const MAX_WAIT: Duration = Duration::from_secs(15);

/// The flags of the demo.
#[derive(Args)]
pub(crate) struct DemoArgs {
    #[command(flatten)]
    listen: ListenArgs,
    /// Keep the data in this folder and reuse it [default: a temporary one]
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,
}

/// Creates what is missing, and serves until a signal stops the process.
pub(crate) async fn serve(args: DemoArgs) -> Result<(), CliError> {
    let address = args.listen.read()?;
    let listener = bind(address).await?;
    let place = Place::at(args.data_dir)?;
    let clock: SharedClock = Arc::new(SystemClock);
    let settings = place.settings(worker_name(&listener, address))?;
    let auth = AuthSettings {
        // The demo has nothing to protect.
        rates: Rates::generous(),
        ..AuthSettings::new(&settings.secret_key)
    };
    let engine = startup::open_with_key_beside(settings, clock.clone()).await??;

    let served = serve_from(&engine, clock, listener, auth, &place).await;
    engine.close().await;
    served
}

async fn serve_from(
    engine: &Engine,
    clock: SharedClock,
    listener: TcpListener,
    auth: AuthSettings,
    place: &Place,
) -> Result<(), CliError> {
    let github = Github::start(engine, clock, portfolio::tenant(engine).await?).await?;
    let (tenant, remaining) = portfolio::prepare(engine, &github).await?;
    engine.start().await?;
    collect(engine, tenant).await?;

    let loading = tokio::spawn(remaining.load_rest(engine.clone(), tenant));
    let server = Server::new(listener, engine.clone(), None, auth)?;
    println_user(welcome(server.url(), place))?;
    let ended = server.run().await;
    loading.abort();
    ended
}

/// Collects the newest days, which are in no recorded window, in an ordinary run.
async fn collect(engine: &Engine, tenant: domain::TenantId) -> Result<(), CliError> {
    let viewer = &Viewer::Operator;
    let run = engine
        .start_run(viewer, tenant, Trigger::Startup, None)
        .await?;
    match tokio::time::timeout(MAX_WAIT, engine.wait_for_run(viewer, tenant, run)).await {
        Ok(ended) => ended.map(|_| ()).map_err(CliError::from),
        Err(_) => Ok(()),
    }
}

fn welcome(url: &str, place: &Place) -> String {
    let (email, password) = (portfolio::EMAIL, portfolio::PASSWORD);
    let more = portfolio::UNTRACKED[0];
    format!(
        "Tidemark is served at {url}\n\n  \
         Email     {email}\n  \
         Password  {password}\n\n\
         The traffic is real and recorded; the GitHub behind it is simulated in this process.\n\
         Track one more repository: {more}\n\
         {place}"
    )
}
