//! A tenant's settings, which its owners manage.

pub mod connections;
pub mod members;
pub mod schedules;
pub mod tokens;

use leptos::prelude::*;

/// The head of a page, and what it is for.
pub(super) fn head(title: &'static str, about: &'static str) -> AnyView {
    view! {
        <div class="page-head">
            <div>
                <h1>{title}</h1>
                <p class="muted">{about}</p>
            </div>
        </div>
    }
    .into_any()
}
