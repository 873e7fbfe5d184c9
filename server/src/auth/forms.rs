//! Signing out, and how often one address may try to sign in.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{MethodFilter, MethodRouter, post};
use tower_governor::GovernorLayer;
use tower_governor::governor::GovernorConfigBuilder;
use tower_sessions::Session;

use super::session;
use crate::web::{Site, notice};

/// How often one address may try to sign in.
#[derive(Clone, Copy, Debug)]
pub struct SignInLimit {
    /// So many times at once.
    pub burst: u32,
    /// And once more after each of these.
    pub period: Duration,
}

impl Default for SignInLimit {
    fn default() -> Self {
        Self {
            burst: 10,
            period: Duration::from_secs(6),
        }
    }
}

/// The routes beside the documents.
pub(crate) fn routes() -> Router<Site> {
    Router::new().route("/sign-out", post(sign_out))
}

/// Counts attempts by the peer's address, and refuses those beyond the limit.
pub(crate) fn limited(method: MethodRouter<Site>, limit: SignInLimit) -> MethodRouter<Site> {
    let config = GovernorConfigBuilder::default()
        .period(limit.period)
        .burst_size(limit.burst)
        .finish();
    match config {
        Some(config) => {
            let limiter = Arc::downgrade(config.limiter());
            // Addresses whose attempts are long past are forgotten, as long as there is a limiter.
            tokio::spawn(async move {
                while let Some(limiter) = limiter.upgrade() {
                    limiter.retain_recent();
                    drop(limiter);
                    tokio::time::sleep(Duration::from_mins(1)).await;
                }
            });
            method.route_layer(GovernorLayer::new(config).error_handler(notice::too_many))
        }
        // A limit of nothing: nobody signs in.
        None => MethodRouter::new().on(MethodFilter::POST, || async { notice::unavailable() }),
    }
}

async fn sign_out(session: Session) -> Response {
    match session::leave(&session).await {
        Ok(()) => Redirect::to("/sign-in").into_response(),
        Err(error) => {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "a session was not ended"
            );
            notice::unavailable()
        }
    }
}
