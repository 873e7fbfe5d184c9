//! `tidemark serve`: starts the process, serves, and shuts down.

use std::io::{self, Write};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use engine::{Engine, SystemClock};
use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::assets::Frontend;
use crate::auth::AuthSettings;
use crate::cli_error::CliError;
use crate::config::ServeArgs;
use crate::jobs::JOBS;
use crate::startup;
use crate::state::{AppConfig, AppState};
use crate::web::router;

/// How long open requests may take to finish when the server stops.
const SHUTDOWN_GRACE: Duration = Duration::from_secs(10);

/// A started engine, served at an address until a signal stops it.
pub(crate) struct Server {
    listener: TcpListener,
    state: AppState,
    stopping: CancellationToken,
}

/// Serves until a signal stops the process.
pub(crate) async fn serve(args: ServeArgs) -> Result<(), CliError> {
    let address = args.listen.read()?;
    let public_url = args.public_url()?;
    let sign_in = args.sign_in.read(&args.engine.github_api_url()?)?;
    // Before anything else: a second server must not touch the first one's database.
    let listener = bind(address).await?;
    let worker = worker_name(&listener, address);
    let opened = startup::open(&args.engine, worker, Arc::new(SystemClock)).await?;
    let auth = sign_in.with_key(&opened.key);
    let engine = opened.engine;
    let served = serve_from(&engine, listener, public_url, auth).await;
    engine.close().await;
    served
}

async fn serve_from(
    engine: &Engine,
    listener: TcpListener,
    public_url: Option<Url>,
    auth: AuthSettings,
) -> Result<(), CliError> {
    engine.start().await?;
    let server = Server::new(listener, engine.clone(), public_url, auth)?;
    println_user(format_args!("Tidemark is served at {}", server.url()))?;
    server.run().await
}

/// Binds an address, or explains why that failed.
pub(crate) async fn bind(address: SocketAddr) -> Result<TcpListener, CliError> {
    TcpListener::bind(address).await.map_err(|error| {
        let sentence = match error.kind() {
            io::ErrorKind::AddrInUse => format!(
                "The address {address} is in use by another process; stop it, or set TIDEMARK_LISTEN to another port."
            ),
            io::ErrorKind::PermissionDenied => format!(
                "This user may not listen on {address}; set TIDEMARK_LISTEN to a port above 1023."
            ),
            _ => format!("Tidemark cannot listen on {address} ({error}); set TIDEMARK_LISTEN to another address."),
        };
        CliError::failed(sentence)
    })
}

/// The name of this process in the records of its runs.
pub(crate) fn worker_name(listener: &TcpListener, requested: SocketAddr) -> String {
    let host = gethostname::gethostname();
    let address = listener.local_addr().unwrap_or(requested);
    format!("{}:{address}", host.to_string_lossy())
}

/// Prints a line for people to standard output.
pub(crate) fn println_user(text: impl std::fmt::Display) -> Result<(), CliError> {
    let mut output = io::stdout();
    writeln!(output, "{text}")
        .and_then(|()| output.flush())
        .map_err(|error| CliError::failed(format!("Standard output cannot be written ({error}).")))
}

impl Server {
    /// Prepares to serve. Without a public URL, people use the bound address.
    pub(crate) fn new(
        listener: TcpListener,
        engine: Engine,
        public_url: Option<Url>,
        auth: AuthSettings,
    ) -> Result<Self, CliError> {
        let public_url = match public_url {
            Some(url) => url,
            None => own_url(&listener).ok_or_else(|| {
                CliError::failed("The public address is unknown; set TIDEMARK_PUBLIC_URL.")
            })?,
        };
        let stopping = CancellationToken::new();
        // Listen for signals before the address is printed: a script may stop the process then.
        tokio::spawn(Signals::listen()?.stop(stopping.clone()));
        let options = AppConfig {
            public_url,
            frontend: Frontend::embedded(),
            auth,
            stopping: stopping.clone(),
        };
        Ok(Self {
            listener,
            state: AppState::new(engine, options),
            stopping,
        })
    }

    /// The public URL, without a final slash.
    pub(crate) fn url(&self) -> &str {
        self.state.public_url().as_str().trim_end_matches('/')
    }

    /// Serves until SIGINT or SIGTERM; then finishes open requests and stops the engine.
    pub(crate) async fn run(self) -> Result<(), CliError> {
        let engine = self.state.engine.clone();
        let state = self.state.clone();
        engine.start_jobs(JOBS, move || Some(state.clone()));
        let state = self.state.clone();
        tokio::spawn(async move { state.providers().try_at_start().await });

        let service = router(&self.state).into_make_service_with_connect_info::<SocketAddr>();
        let stopping = self.stopping.clone();
        let serving = axum::serve(self.listener, service)
            .with_graceful_shutdown(self.stopping.clone().cancelled_owned());
        let out_of_time = async move {
            stopping.cancelled().await;
            tokio::time::sleep(SHUTDOWN_GRACE).await;
        };
        let served = tokio::select! {
            served = serving.into_future() => served,
            () = out_of_time => Ok(()),
        };
        engine.shutdown().await;
        tracing::info!("stopped");
        served.map_err(|error| CliError::failed(format!("The server stopped ({error}).")))
    }
}

fn own_url(listener: &TcpListener) -> Option<Url> {
    let address = listener.local_addr().ok()?;
    Url::parse(&format!("http://{address}/")).ok()
}

/// The signals that stop the process.
struct Signals {
    interrupt: Signal,
    terminate: Signal,
}

impl Signals {
    fn listen() -> Result<Self, CliError> {
        let listen = |kind| {
            signal(kind)
                .map_err(|error| CliError::failed(format!("Signals cannot be handled ({error}).")))
        };
        Ok(Self {
            interrupt: listen(SignalKind::interrupt())?,
            terminate: listen(SignalKind::terminate())?,
        })
    }

    async fn stop(mut self, stopping: CancellationToken) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
        tracing::info!("shutting down; finishing open requests");
        stopping.cancel();
    }
}
