//! The 404 page.

use leptos::prelude::*;

use crate::components::not_found;
use crate::layout::plain_header;

/// Shows "Not found" with status 404.
#[component]
pub fn NotFoundPage() -> impl IntoView {
    #[cfg(feature = "ssr")]
    if let Some(response) = use_context::<leptos_axum::ResponseOptions>() {
        response.set_status(axum::http::StatusCode::NOT_FOUND);
    }
    view! {
        {plain_header()}
        <main id="main" tabindex="-1">
            {not_found()}
        </main>
    }
}
