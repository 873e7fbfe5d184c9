//! What can befall a request on its way, before and after anything reads it.

use axum::body::Bytes;
use axum::extract::ConnectInfo;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};

use crate::faults::fault::Fault;
use crate::http::api_error::{self, Refusal};
use crate::http::connection::Line;
use crate::http::lifecycle::RequestLifecycle;
use crate::http::response::broken_off;
use crate::shared::Shared;

/// How a request ended.
pub(crate) enum Outcome {
    Answered(Response),
    Reset,
}

/// Whether something came between the request and its answer.
pub(crate) enum Disturbed {
    Yes(Outcome),
    No,
}

impl Outcome {
    /// What goes over the line, after it was written down.
    pub(crate) fn over(self, line: Option<Line>, lifecycle: &mut RequestLifecycle<'_>) -> Response {
        match self {
            Self::Answered(response) => {
                lifecycle.ends_with(response.status().as_u16());
                response
            }
            Self::Reset => reset(line),
        }
    }
}

/// The connection that a request came over, if it came over one.
pub(crate) fn line_of(parts: &Parts) -> Option<Line> {
    let info = parts.extensions.get::<ConnectInfo<Line>>();
    info.map(|ConnectInfo(line)| line.clone())
}

/// Waits as long as it was told to, and lets the faults of servers and networks happen.
pub(crate) async fn disturb(shared: &Shared, faults: &[Fault]) -> Disturbed {
    let latency = shared.world().latency;
    if !latency.is_zero() {
        tokio::time::sleep(latency).await;
    }
    for fault in faults {
        let answer = match fault {
            Fault::Stall(length) => {
                tokio::time::sleep(*length).await;
                continue;
            }
            Fault::ConnectionReset => return Disturbed::Yes(Outcome::Reset),
            Fault::BadGateway => api_error::bad_gateway(),
            Fault::GatewayTimeout => Refusal::gateway_timeout().into_response(),
            Fault::ServerError => Refusal::server_error().into_response(),
            _ => continue,
        };
        return Disturbed::Yes(Outcome::Answered(answer));
    }
    Disturbed::No
}

/// Resets the connection; without one (in a test that calls the router), the body fails.
fn reset(line: Option<Line>) -> Response {
    if let Some(line) = line {
        line.cut();
    }
    Response::new(broken_off(Bytes::new()))
}
