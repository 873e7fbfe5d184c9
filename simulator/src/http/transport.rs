//! The faults of servers and networks, which replace the response or reset the connection.

use axum::body::Bytes;
use axum::extract::ConnectInfo;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};

use crate::faults::fault::Fault;
use crate::http::api_error::{self, ApiError};
use crate::http::connection::ResetHandle;
use crate::http::lifecycle::RequestLifecycle;
use crate::http::response::aborted_body;
use crate::shared::Shared;

/// How a request ended.
pub(crate) enum Outcome {
    Response(Response),
    Reset,
}

impl Outcome {
    /// Logs the status, and returns the response or resets the connection.
    pub(crate) fn send(
        self,
        reset_handle: Option<ResetHandle>,
        lifecycle: &mut RequestLifecycle<'_>,
    ) -> Response {
        match self {
            Self::Response(response) => {
                lifecycle.set_status(response.status().as_u16());
                response
            }
            Self::Reset => reset(reset_handle),
        }
    }
}

/// The handle that resets the connection of a request; `None` in a test that calls the router.
pub(crate) fn reset_handle_of(parts: &Parts) -> Option<ResetHandle> {
    let info = parts.extensions.get::<ConnectInfo<ResetHandle>>();
    info.map(|ConnectInfo(reset_handle)| reset_handle.clone())
}

/// Waits for the configured latency, and returns the outcome of a fault of a server or a network.
pub(crate) async fn inject_faults(shared: &Shared, faults: &[Fault]) -> Option<Outcome> {
    let latency = shared.github().latency;
    if !latency.is_zero() {
        tokio::time::sleep(latency).await;
    }
    for fault in faults {
        let response = match fault {
            Fault::Stall(length) => {
                tokio::time::sleep(*length).await;
                continue;
            }
            Fault::ConnectionReset => return Some(Outcome::Reset),
            Fault::BadGateway => api_error::bad_gateway(),
            Fault::GatewayTimeout => ApiError::gateway_timeout().into_response(),
            Fault::ServerError => ApiError::server_error().into_response(),
            _ => continue,
        };
        return Some(Outcome::Response(response));
    }
    None
}

/// Resets the connection; without one (in a test that calls the router), the body fails.
fn reset(reset_handle: Option<ResetHandle>) -> Response {
    if let Some(reset_handle) = reset_handle {
        reset_handle.trigger();
    }
    Response::new(aborted_body(Bytes::new()))
}
