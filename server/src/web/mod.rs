//! The router, and the layers around the pages.

mod audit_forbidden;
mod chart;
mod csv;
mod health;
pub(crate) mod metrics;
mod origin;
mod pages;
mod repository_filter;
mod request_log;
mod rest;
mod security;
mod server_pages;
mod sign_in;
mod system;
mod tenant;
mod traffic_table;

use app::server_pages::PageAccess;
use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::{CompressionLayer, CompressionLevel};
use tower_http::limit::RequestBodyLimitLayer;

use crate::auth::session;
use crate::state::AppState;
use crate::{assets, error_page};

/// The largest body of a form or a server function.
const MAX_BODY: usize = 256 * 1024;

/// All routes. The last layer is the outermost.
pub fn router(state: &AppState) -> Router {
    let signed_in = pages::router(state)
        .merge(system::router())
        .merge(tenant::router());
    let pages = restricted(PageAccess::SignedIn, signed_in, state)
        .merge(restricted(PageAccess::Public, sign_in::router(), state))
        .merge(restricted(PageAccess::SetUp, Router::new(), state))
        .layer(from_fn_with_state(state.clone(), sign_in::identify))
        .layer(session::layer(&state.engine, state.is_secure()))
        .layer(from_fn_with_state(
            state.clone(),
            security::require_same_origin,
        ))
        .layer(from_fn(security::no_store))
        .layer(RequestBodyLimitLayer::new(MAX_BODY));
    Router::new()
        .merge(health::router())
        .merge(assets::router())
        .nest("/api/v1", rest::router(state))
        .route("/api/{*unknown}", rest::unknown())
        .merge(pages)
        // The fastest level: the processor is the server's, and the time is the reader's.
        .layer(CompressionLayer::new().quality(CompressionLevel::Fastest))
        .layer(CatchPanicLayer::custom(error_page::panicked))
        .layer(from_fn_with_state(state.clone(), security::headers))
        .layer(from_fn(request_log::request_log))
        .with_state(state.clone())
}

/// These routes and the server pages of the same access, behind the checks of that access.
fn restricted(access: PageAccess, routes: Router<AppState>, state: &AppState) -> Router<AppState> {
    routes
        .merge(server_pages::router(access))
        .layer(from_fn(security::reject_nul))
        .layer(from_fn_with_state(
            state.clone(),
            audit_forbidden::audit_forbidden,
        ))
        .layer(from_fn_with_state(
            (state.clone(), access),
            sign_in::require_sign_in,
        ))
}

#[cfg(test)]
mod tests {
    use axum::body::{Body, to_bytes};
    use axum::http::Request;
    use axum::routing::get;
    use tower::ServiceExt;

    use super::*;

    #[tokio::test]
    async fn a_panic_is_answered_without_its_message() {
        let panicking = Router::new()
            .route(
                "/",
                get(async || -> &'static str { panic!("the password is hunter2") }),
            )
            .layer(CatchPanicLayer::custom(error_page::panicked));
        let response = panicking
            .oneshot(Request::new(Body::empty()))
            .await
            .unwrap();
        assert_eq!(response.status(), 500);
        let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
        let page = String::from_utf8_lossy(&body);
        assert!(page.contains("Something went wrong"));
        assert!(!page.contains("hunter2"));
    }
}
