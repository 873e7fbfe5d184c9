//! The app's pages and server functions, with what they need around them.

use app::{App, shell};
use axum::Router;
use domain::Viewer;
use http::request::Parts;
use leptos::nonce::Nonce;
use leptos::prelude::{provide_context, use_context};
use leptos_axum::{LeptosRoutes, generate_route_list};

use super::{AppState, server_pages};

/// The pages, the server functions, and a page for every address that is none.
pub(super) fn router(state: &AppState) -> Router<AppState> {
    let context = context(state);
    let document = {
        let state = state.clone();
        move || shell(&state.frontend().assets())
    };
    Router::new()
        .leptos_routes_with_context(state, generate_route_list(App), context, document)
        .fallback(server_pages::nothing)
}

/// Gives pages and server functions the engine, who asks, and the nonce of the answer's policy.
fn context(state: &AppState) -> impl Fn() + Clone + Send + Sync + 'static {
    let engine = state.engine.clone();
    move || {
        let request = use_context::<Parts>();
        let extensions = request.as_ref().map(|parts| &parts.extensions);
        provide_context(engine.clone());
        provide_context(extensions.and_then(|it| it.get::<Viewer>()).cloned());
        if let Some(nonce) = extensions.and_then(|it| it.get::<Nonce>()) {
            provide_context(nonce.clone());
        }
    }
}
