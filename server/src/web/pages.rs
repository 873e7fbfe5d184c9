//! The app's pages and server functions, with what they need around them.

use app::{App, shell};
use axum::Router;
use domain::Viewer;
use http::request::Parts;
use leptos::nonce::Nonce;
use leptos::prelude::{provide_context, use_context};
use leptos_axum::{LeptosRoutes, generate_route_list};

use super::{Site, documents};

/// The pages, the server functions, and a page for every address that is none.
pub(super) fn router(site: &Site) -> Router<Site> {
    let context = context(site);
    let document = {
        let site = site.clone();
        move || shell(&site.frontend().assets())
    };
    Router::new()
        .leptos_routes_with_context(site, generate_route_list(App), context, document)
        .fallback(documents::nothing)
}

/// Gives pages and server functions the engine, who asks, and the nonce of the answer's policy.
fn context(site: &Site) -> impl Fn() + Clone + Send + Sync + 'static {
    let engine = site.engine.clone();
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
