//! The checkbox in step 2 that also tracks new repositories.

use domain::{ConnectionId, FollowFilter, Patterns, Problem};
use engine::{Error, TenantRequest};
use leptos::prelude::*;

/// The checkbox, which keeps its state.
pub fn follow_checkbox(checked: bool) -> AnyView {
    view! {
        <div class="card-body">
            <label class="checkbox">
                <input
                    type="checkbox"
                    name="follow"
                    value="true"
                    checked=checked
                    aria-describedby="follow-hint"
                />
                <span>"Track new repositories automatically"</span>
            </label>
            <p class="muted" id="follow-hint">
                "Tracks new repositories on this connection as they appear, except forks and archived ones. You can change this under Follow rules on the Repositories page."
            </p>
        </div>
    }
    .into_any()
}

/// Creates a rule that tracks a connection's new repositories.
pub async fn follow(context: &TenantRequest, connection: ConnectionId) -> Result<(), Problem> {
    let filter = FollowFilter {
        patterns: Patterns::all(),
        forks: false,
        archived: false,
        private: true,
    };
    context
        .engine
        .follow_only_new(&context.viewer, context.tenant, connection, filter)
        .await
        .map_err(Error::into_problem)
}
