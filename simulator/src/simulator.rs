//! Serves a simulator, and holds what all its requests share.

use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use tokio::net::{TcpListener, ToSocketAddrs};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::builder::Builder;
use crate::clock::Clock;
use crate::connection::{Exchange, Line};
use crate::control::Control;
use crate::routes;
use crate::world::World;

/// GitHub, simulated. [`Simulator::builder`] makes one.
#[derive(Clone, Debug)]
pub struct Simulator {
    shared: Arc<Shared>,
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
        Builder::new(clock)
    }

    pub(crate) fn of(shared: Shared) -> Self {
        Self {
            shared: Arc::new(shared),
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
    pub(crate) fn new(
        world: World,
        clock: Clock,
        base_path: String,
        secondary_limits: bool,
    ) -> Self {
        Self {
            world: Mutex::new(world),
            clock,
            base_path,
            secondary_limits,
            in_flight: AtomicUsize::new(0),
            most_in_flight: AtomicUsize::new(0),
            requests: AtomicU64::new(0),
        }
    }

    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn next_request_id(&self) -> u64 {
        self.requests.fetch_add(1, Ordering::Relaxed) + 1
    }
}
