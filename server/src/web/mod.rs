//! What is served: the router, and everything around the pages that every answer passes.

mod assets;
mod audit_forbidden;
mod csv;
pub(crate) mod error_page;
mod frontend;
mod health;
mod metrics;
mod pages;
mod request_log;
mod rest;
mod security;
mod serve;
mod server_pages;
mod state;
mod system;
mod tenant;

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::{CompressionLayer, CompressionLevel};
use tower_http::limit::RequestBodyLimitLayer;

pub use self::frontend::Frontend;
pub(crate) use self::security::came_from_here;
pub(crate) use self::serve::{Server, announce, bind, serve, worker};
pub use self::state::{AppConfig, AppState};
use crate::auth;

/// No form and no server function takes more than this.
const LARGEST_BODY: usize = 256 * 1024;

/// All routes; the outermost layer stands last.
pub fn router(state: &AppState) -> Router {
    let pages = pages::router(state)
        .merge(auth::routes())
        .merge(server_pages::router())
        .merge(system::router())
        .merge(tenant::router())
        .layer(from_fn(security::no_nul))
        .layer(from_fn_with_state(state.clone(), audit_forbidden::note))
        .layer(from_fn_with_state(state.clone(), auth::gate))
        .layer(from_fn_with_state(state.clone(), auth::identify))
        .layer(auth::layer(&state.engine, state.is_secure()))
        .layer(from_fn_with_state(state.clone(), security::same_origin))
        .layer(from_fn(security::never_stored))
        .layer(RequestBodyLimitLayer::new(LARGEST_BODY));
    Router::new()
        .merge(health::router())
        .merge(assets::router())
        .nest("/api/v1", rest::router(state))
        .route("/api/{*unknown}", rest::unknown())
        .merge(pages)
        // At the lowest level: the processor is the server's, and a second is a reader's.
        .layer(CompressionLayer::new().quality(CompressionLevel::Fastest))
        .layer(CatchPanicLayer::custom(error_page::panicked))
        .layer(from_fn_with_state(state.clone(), security::headers))
        .layer(from_fn(request_log::request_log))
        .with_state(state.clone())
}

#[cfg(test)]
mod tests {
    use axum::body::{Body, to_bytes};
    use axum::http::Request;
    use axum::routing::get;
    use tower::ServiceExt;

    use super::*;

    #[tokio::test]
    async fn a_panic_is_answered_without_what_it_says() {
        let panicking = Router::new()
            .route(
                "/",
                get(async || -> &'static str { panic!("the password is hunter2") }),
            )
            .layer(CatchPanicLayer::custom(error_page::panicked));
        let answer = panicking
            .oneshot(Request::new(Body::empty()))
            .await
            .unwrap();
        assert_eq!(answer.status(), 500);
        let body = to_bytes(answer.into_body(), usize::MAX).await.unwrap();
        let page = String::from_utf8_lossy(&body);
        assert!(page.contains("Something went wrong"));
        assert!(!page.contains("hunter2"));
    }
}
