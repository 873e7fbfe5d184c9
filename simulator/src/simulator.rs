//! Builds a simulator, and serves it.

use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use tokio::net::{TcpListener, ToSocketAddrs};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::account::{Installation, Role, Token, User};
use crate::clock::Clock;
use crate::connection::{Exchange, Line};
use crate::control::Control;
use crate::recording::Recording;
use crate::repository::Repository;
use crate::routes;
use crate::source::Source;
use crate::world::World;

/// GitHub, simulated. [`Simulator::builder`] makes one.
#[derive(Clone, Debug)]
pub struct Simulator {
    shared: Arc<Shared>,
}

/// What a simulator is made of.
#[derive(Debug)]
pub struct Builder {
    clock: Clock,
    world: World,
    base_path: String,
    secondary_limits: bool,
}

/// A simulator that serves on a socket, until it is dropped.
#[derive(Debug)]
pub struct Running {
    address: SocketAddr,
    url: String,
    control: Control,
    stop: Option<oneshot::Sender<()>>,
    task: JoinHandle<io::Result<()>>,
}

/// What all requests share.
#[derive(Debug)]
pub(crate) struct Shared {
    world: Mutex<World>,
    pub(crate) clock: Clock,
    pub(crate) base_path: String,
    pub(crate) secondary_limits: bool,
    pub(crate) in_flight: AtomicUsize,
    pub(crate) most_in_flight: AtomicUsize,
    requests: AtomicU64,
}

impl Simulator {
    /// Starts with nobody and nothing, at the time of `clock`.
    #[must_use]
    pub fn builder(clock: Clock) -> Builder {
        Builder {
            clock,
            world: World::default(),
            base_path: String::new(),
            secondary_limits: false,
        }
    }

    /// The handle that changes the simulator while it serves.
    #[must_use]
    pub fn control(&self) -> Control {
        Control::new(Arc::clone(&self.shared))
    }

    /// The routes, to be called in-process or served elsewhere.
    pub fn router(&self) -> Router {
        routes::router(&self.shared)
    }

    /// Serves on `address`; `127.0.0.1:0` takes any free port.
    ///
    /// # Errors
    /// When the address cannot be listened on.
    pub async fn serve(&self, address: impl ToSocketAddrs) -> io::Result<Running> {
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        let (stop, stopped) = oneshot::channel();
        let service = self.router().into_make_service_with_connect_info::<Line>();
        let server = axum::serve(Exchange(listener), service).with_graceful_shutdown(async {
            // Sent, or dropped together with the handle: either way it is over.
            let _ = stopped.await;
        });
        Ok(Running {
            address,
            url: format!("http://{address}{}", self.shared.base_path),
            control: self.control(),
            stop: Some(stop),
            task: tokio::spawn(async { server.await }),
        })
    }
}

impl Builder {
    /// Adds a user.
    #[must_use]
    pub fn user(mut self, user: User) -> Self {
        self.world
            .users
            .insert(user.login.to_ascii_lowercase(), user);
        self
    }

    /// Adds a token. Its user or installation is added on its own.
    #[must_use]
    pub fn token(mut self, token: Token) -> Self {
        self.world.tokens.insert(token.secret.clone(), token);
        self
    }

    /// Adds an installation of a GitHub App.
    #[must_use]
    pub fn installation(mut self, installation: Installation) -> Self {
        self.world
            .installations
            .insert(installation.id, installation);
        self
    }

    /// Adds a repository. An owner who is no user is an organization.
    #[must_use]
    pub fn repository(mut self, repository: Repository) -> Self {
        self.world.add_repository(repository);
        self
    }

    /// Adds all these recordings, ending yesterday, with `login` as administrator.
    #[must_use]
    pub fn recordings(self, recordings: impl IntoIterator<Item = Recording>, login: &str) -> Self {
        let yesterday = self.clock.today().pred_opt().unwrap_or_default();
        recordings.into_iter().fold(self, |builder, recording| {
            let repository = Repository::recorded(recording.ending(yesterday));
            builder.repository(repository.access(login, Role::Admin))
        })
    }

    /// Adds `count` generated repositories `OWNER/repository-0001` and so on, with
    /// ids from `first_id` and `login` as administrator.
    #[must_use]
    pub fn synthetic_repositories(
        self,
        count: u64,
        owner: &str,
        first_id: u64,
        login: &str,
    ) -> Self {
        (1..=count).fold(self, |builder, number| {
            let repository = Repository::new(
                first_id + number - 1,
                &format!("{owner}/repository-{number:04}"),
            );
            builder.repository(
                repository
                    .source(Source::synthetic(number))
                    .access(login, Role::Admin),
            )
        })
    }

    /// Serves below this path: `/api/v3` as on GitHub Enterprise Server.
    #[must_use]
    pub fn base_path(mut self, path: &str) -> Self {
        path.trim_end_matches('/').clone_into(&mut self.base_path);
        self
    }

    /// Enforces GitHub's secondary limits: 100 requests at once and 900 a minute.
    #[must_use]
    pub fn secondary_limits(mut self) -> Self {
        self.secondary_limits = true;
        self
    }

    /// Makes it wait so long before each answer.
    #[must_use]
    pub fn latency(mut self, latency: std::time::Duration) -> Self {
        self.world.latency = latency;
        self
    }

    /// The simulator.
    #[must_use]
    pub fn build(self) -> Simulator {
        let shared = Shared {
            world: Mutex::new(self.world),
            clock: self.clock,
            base_path: self.base_path,
            secondary_limits: self.secondary_limits,
            in_flight: AtomicUsize::new(0),
            most_in_flight: AtomicUsize::new(0),
            requests: AtomicU64::new(0),
        };
        Simulator {
            shared: Arc::new(shared),
        }
    }
}

impl Running {
    /// The base address of the API, without a slash at its end.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The handle that changes the simulator while it serves.
    #[must_use]
    pub fn control(&self) -> &Control {
        &self.control
    }

    /// Stops accepting, and returns when the last connection is closed.
    ///
    /// # Errors
    /// When serving had failed.
    pub async fn stop(mut self) -> io::Result<()> {
        drop(self.stop.take());
        (&mut self.task)
            .await
            .unwrap_or_else(|error| Err(io::Error::other(error)))
    }
}

impl Shared {
    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn next_request_id(&self) -> u64 {
        self.requests.fetch_add(1, Ordering::Relaxed) + 1
    }
}
