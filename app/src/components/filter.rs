//! The filter field of a list: live while typing, and on Enter without scripts.

use std::time::Duration;

use domain::RepositoryFilter;
use leptos::ev::SubmitEvent;
use leptos::html::Input;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

use super::{reactive, reactive_attr};

/// The typing pause before the list updates.
const PAUSE: Duration = Duration::from_millis(200);

/// The filter of a list by name; its text is in the URL.
pub struct Filter {
    /// The label of the field.
    pub label: &'static str,
    /// The text in the URL.
    pub text: Memo<String>,
    /// The page without a query.
    pub action: Box<dyn Fn() -> String + Send>,
    /// The other parameters, which the form keeps.
    pub kept: Box<dyn Fn() -> Vec<(&'static str, String)> + Send>,
    /// The URL with another text.
    pub to: Box<dyn Fn(String) -> String>,
}

impl Filter {
    /// The field.
    pub fn field(self) -> AnyView {
        let Self {
            label,
            text,
            action,
            kept,
            to,
        } = self;
        let field = NodeRef::<Input>::new();
        let navigate = use_navigate();
        let mut narrow = debounce(PAUSE, move |filter: String| {
            let options = NavigateOptions {
                replace: true,
                scroll: false,
                ..NavigateOptions::default()
            };
            navigate(&to(filter), options);
        });
        follow_address(field, text);
        let kept = reactive(move || {
            kept()
                .into_iter()
                .map(|(name, value)| view! { <input type="hidden" name=name value=value/> })
                .collect_view()
        });
        // With scripts, the page has already followed the field.
        let submit = move |event: SubmitEvent| event.prevent_default();
        view! {
            <form role="search" method="get" action=reactive_attr(action) on:submit=submit>
                {kept}
                <input
                    type="search"
                    name="filter"
                    aria-label=label
                    placeholder=label
                    autocomplete="off"
                    node_ref=field
                    value=text.get_untracked()
                    on:input:target=move |event| narrow(event.target().value())
                />
            </form>
        }
        .into_any()
    }
}

/// The parts of a filter beside its text, as the field's form keeps them.
pub fn kept_filter(filter: &RepositoryFilter) -> Vec<(&'static str, String)> {
    let parameters = filter.parameters().into_iter();
    let others = parameters.filter(|(name, _)| *name != "filter");
    others
        .filter_map(|(name, value)| Some((name, value?)))
        .collect()
}

/// Going back changes the URL and the field with it, but never while the user is typing.
fn follow_address(field: NodeRef<Input>, text: Memo<String>) {
    Effect::new(move |_| {
        let filter = text.get();
        let Some(field) = field.get() else { return };
        let typing = document()
            .active_element()
            .is_some_and(|active| active.is_same_node(Some(&field)));
        if !typing && field.value() != filter {
            field.set_value(&filter);
        }
    });
}
