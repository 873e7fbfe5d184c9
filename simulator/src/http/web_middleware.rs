//! What requests to GitHub's own pages pass: faults, and nothing of the interface's
//! credentials and limits.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;

use crate::http::call::Call;
use crate::http::lifecycle::RequestLifecycle;
use crate::http::transport::{Disturbed, Outcome, disturb, line_of};
use crate::shared::Shared;

/// Serves a page as GitHub would, and writes it down.
pub(crate) async fn web_gate(
    State(shared): State<Arc<Shared>>,
    request: Request,
    next: Next,
) -> Response {
    let (mut parts, body) = request.into_parts();
    // Pages lie at the host's root, also where the interface has a path of its own.
    let mut call = Call::read(&mut parts, "", shared.clock.now()).await;
    let mut lifecycle = RequestLifecycle::begin(&shared, &call);
    let line = line_of(&parts);
    call.faults = call.struck_in(&mut shared.world());
    let outcome = match disturb(&shared, &call.faults).await {
        Disturbed::Yes(outcome) => outcome,
        Disturbed::No => {
            parts.extensions.insert(Arc::new(call));
            Outcome::Answered(next.run(Request::from_parts(parts, body)).await)
        }
    };
    outcome.over(line, &mut lifecycle)
}
