//! The filter field: live while typing, and on Enter without scripts.

use std::time::Duration;

use domain::report::OverviewQuery;
use leptos::ev::SubmitEvent;
use leptos::html::Input;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

use crate::address::Tenant;
use crate::components::{reactive, reactive_attr};

/// The typing pause before the table updates.
const PAUSE: Duration = Duration::from_millis(200);

/// The field; its text is in the URL.
#[component]
pub fn Filter(tenant: Memo<Tenant>, query: Memo<OverviewQuery>) -> impl IntoView {
    let field = NodeRef::<Input>::new();
    let navigate = use_navigate();
    let mut narrow = debounce(PAUSE, move |filter: String| {
        let address = tenant.read_untracked().overview(&OverviewQuery {
            filter,
            page: 1,
            ..query.get_untracked()
        });
        let options = NavigateOptions {
            replace: true,
            scroll: false,
            ..NavigateOptions::default()
        };
        navigate(&address, options);
    });
    follow_address(field, query);

    // The form keeps the URL's other parameters.
    let kept = reactive(move || {
        let params: Vec<(&str, String)> = {
            let query = query.read();
            vec![
                ("period", query.period.as_str().to_owned()),
                ("sort", query.sort.as_str().to_owned()),
                ("reversed", query.reversed.to_string()),
            ]
        };
        params
            .into_iter()
            .map(|(name, value)| view! { <input type="hidden" name=name value=value/> })
            .collect_view()
    });
    // With scripts, the page has already followed the field.
    let submit = move |event: SubmitEvent| event.prevent_default();
    view! {
        <form role="search" method="get" action=reactive_attr(move || tenant.read().home()) on:submit=submit>
            {kept}
            <input
                type="search"
                name="filter"
                aria-label="Filter repositories"
                placeholder="Filter repositories"
                autocomplete="off"
                node_ref=field
                value=query.get_untracked().filter
                on:input:target=move |event| narrow(event.target().value())
            />
        </form>
    }
}

/// Going back changes the URL and the field with it, but never while the user is typing.
fn follow_address(field: NodeRef<Input>, query: Memo<OverviewQuery>) {
    Effect::new(move |_| {
        let filter = query.read().filter.clone();
        let Some(field) = field.get() else { return };
        let typing = document()
            .active_element()
            .is_some_and(|active| active.is_same_node(Some(&field)));
        if !typing && field.value() != filter {
            field.set_value(&filter);
        }
    });
}
