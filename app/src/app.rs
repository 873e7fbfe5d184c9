//! The app: the pages that run in the browser. All others are server pages.

use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::components::{ParentRoute, Route, Router, Routes};
use leptos_router::{SsrMode, path};

use crate::components::Attempts;
use crate::layout::Layout;
use crate::pages::{CollectionPage, NotFoundPage, OverviewPage, RepositoriesPage, RepositoryPage};

/// Everything below `<body>`, the same on the server and in the browser.
/// The server provides the engine and the viewer (`Option<Viewer>`) as context.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    Attempts::provide();

    // Each page waits for its data, so that the served HTML contains it.
    view! {
        <Title text="" formatter=|page: String| title(&page)/>
        <Router>
            <Routes fallback=NotFoundPage>
                <ParentRoute path=path!("/t/:tenant") view=Layout ssr=SsrMode::Async>
                    <Route path=path!("") view=OverviewPage ssr=SsrMode::Async/>
                    <Route path=path!("repositories") view=RepositoriesPage ssr=SsrMode::Async/>
                    <Route path=path!("r/:owner/:name") view=RepositoryPage ssr=SsrMode::Async/>
                    <Route path=path!("repositories/:id") view=RepositoryPage ssr=SsrMode::Async/>
                    <Route path=path!("collection") view=CollectionPage ssr=SsrMode::Async/>
                </ParentRoute>
            </Routes>
        </Router>
    }
}

fn title(page: &str) -> String {
    if page.is_empty() {
        "Tidemark".to_owned()
    } else {
        format!("{page} · Tidemark")
    }
}
