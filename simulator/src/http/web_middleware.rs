//! The middleware before GitHub's web pages: faults, but no credentials or rate limits.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;

use crate::http::call::Call;
use crate::http::lifecycle::RequestLifecycle;
use crate::http::transport::{Outcome, inject_faults, reset_handle_of};
use crate::shared::Shared;

/// Serves a page as GitHub would, and logs the request.
pub(crate) async fn web_middleware(
    State(shared): State<Arc<Shared>>,
    request: Request,
    next: Next,
) -> Response {
    let (mut parts, body) = request.into_parts();
    // Pages are at the host's root, even if the REST API has a base path.
    let mut call = Call::read(&mut parts, "", shared.clock.now()).await;
    let mut lifecycle = RequestLifecycle::begin(&shared, &call);
    let reset_handle = reset_handle_of(&parts);
    call.faults = call.matching_faults(&mut shared.github());
    let outcome = if let Some(outcome) = inject_faults(&shared, &call.faults).await {
        outcome
    } else {
        parts.extensions.insert(Arc::new(call));
        Outcome::Response(next.run(Request::from_parts(parts, body)).await)
    };
    outcome.send(reset_handle, &mut lifecycle)
}
