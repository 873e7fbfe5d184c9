//! The settings of a tenant, for its owners.

pub mod connections;
pub mod members;
pub mod schedules;
pub mod tokens;

use leptos::prelude::*;

/// A page's heading and a sentence about it.
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
