//! The app's live pages and server functions.

use std::sync::LazyLock;

use app::{App, ReaderClock, reader_zone, shell};
use axum::Router;
use domain::Viewer;
use http::request::Parts;
use leptos::nonce::Nonce;
use leptos::prelude::{provide_context, use_context};
use leptos_axum::{AxumRouteListing, LeptosRoutes, generate_route_list};
use tower_cookies::Cookies;

use super::server_pages;
use super::sign_in::browser_zone;
use crate::state::AppState;

/// The addresses of the live pages, listed once for each process. While Leptos lists them, it keeps
/// all resources of the process from loading, and a page rendered meanwhile never ends
/// (<https://github.com/leptos-rs/leptos/issues/4773>). Tests start servers beside running ones.
static ROUTES: LazyLock<Vec<AxumRouteListing>> = LazyLock::new(|| generate_route_list(App));

/// The pages, the server functions, and a page for unknown addresses.
pub(super) fn router(state: &AppState) -> Router<AppState> {
    let context = context(state);
    let page_shell = {
        let state = state.clone();
        move || shell(&state.frontend().assets())
    };
    Router::new()
        .leptos_routes_with_context(state, ROUTES.clone(), context, page_shell)
        .fallback(server_pages::not_found)
}

/// Provides pages and server functions with the engine, the viewer, and the nonce of the content
/// security policy.
fn context(state: &AppState) -> impl Fn() + Clone + Send + Sync + 'static {
    let engine = state.engine.clone();
    move || {
        let request = use_context::<Parts>();
        let extensions = request.as_ref().map(|parts| &parts.extensions);
        provide_context(engine.clone());
        let viewer = extensions.and_then(|it| it.get::<Viewer>());
        provide_context(viewer.cloned());
        let cookies = extensions.and_then(|it| it.get::<Cookies>());
        provide_context(ReaderClock {
            zone: reader_zone(viewer, cookies.and_then(browser_zone)),
            now: engine.clock().now(),
        });
        if let Some(nonce) = extensions.and_then(|it| it.get::<Nonce>()) {
            provide_context(nonce.clone());
        }
    }
}
