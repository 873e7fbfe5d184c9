//! The layout of the live pages of a tenant. It stays when the page in it changes.

use leptos::html::Main;
use leptos::prelude::*;
use leptos_router::components::Outlet;
use leptos_router::hooks::{use_location, use_params_map, use_query_map};

use super::{header, plain_header, skip_link};
use crate::address::{self, Tenant};
use crate::api::{self, LayoutData, PageData, PageQuery};
use crate::components::{reactive, suspended};

/// The tenant in the URL.
pub fn use_tenant() -> Memo<Tenant> {
    let params = use_params_map();
    Memo::new(move |_| Tenant(params.read().get("tenant").unwrap_or_default()))
}

/// The frame of a tenant's pages.
#[component]
pub fn Layout() -> impl IntoView {
    let tenant = use_tenant();
    let around = api::page_resource(move || {
        let tenant = tenant.get().0;
        (Ok(PageQuery::LayoutData { tenant }), 0)
    });
    let here = use_location().pathname;
    let search = use_query_map();
    let kept = Memo::new(move |_| {
        address::with_params(String::new(), address::kept_params(&search.read()))
    });
    let top = move |answer: Memo<PageData>| {
        let top = reactive(move || {
            let around: Option<LayoutData> = answer.read().read().ok().flatten();
            around.map_or_else(plain_header, |around| {
                header(
                    Some(&tenant.read()),
                    &around.me,
                    here.into(),
                    kept.into(),
                    &around.warnings,
                )
            })
        });
        top.into_any()
    };
    let main = NodeRef::<Main>::new();
    focus_on_arrival(main);

    view! {
        {skip_link()}
        {suspended(around, None, Box::new(top))}
        <main id="main" tabindex="-1" node_ref=main>
            <Outlet/>
        </main>
    }
}

/// Moves the focus to the new page, as a browser does after a page load.
fn focus_on_arrival(main: NodeRef<Main>) {
    let here = use_location().pathname;
    Effect::new(move |before: Option<String>| {
        let now = here.get();
        if before.is_some_and(|before| before != now)
            && let Some(main) = main.get_untracked()
        {
            // Fails only while the page is being left.
            let _ = main.focus();
        }
        now
    });
}
