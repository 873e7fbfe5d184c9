//! For tests: renders a view to HTML.

use leptos::prelude::*;
use leptos_router::components::Router;
use leptos_router::location::RequestUrl;

/// The HTML of the view, without the marks that only hydration reads.
pub fn test_html<V: IntoView>(view: impl FnOnce() -> V) -> String {
    let owner = Owner::new();
    owner
        .with(|| {
            provide_context(RequestUrl::new("/"));
            // Gives the view an address.
            let _router = view! { <Router>""</Router> };
            view().into_view().to_html()
        })
        .replace("<!>", "")
}
