//! Serves a simulator on a socket.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use tokio::net::{TcpListener, ToSocketAddrs};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::control::Control;
use crate::http::connection::{ResetHandle, ResettableListener};
use crate::routes;
use crate::shared::Shared;

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

impl Simulator {
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
        let service = self
            .router()
            .into_make_service_with_connect_info::<ResetHandle>();
        let server =
            axum::serve(ResettableListener(listener), service).with_graceful_shutdown(async {
                // Sent, or dropped with the handle: stop in both cases.
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
    /// The base URL of the API, without a trailing slash.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The address that it listens on.
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
    /// When serving failed.
    pub async fn stop(mut self) -> io::Result<()> {
        drop(self.stop.take());
        (&mut self.task)
            .await
            .unwrap_or_else(|error| Err(io::Error::other(error)))
    }
}
