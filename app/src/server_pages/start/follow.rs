//! The box of the second step that tracks what appears later, too.

use domain::{ConnectionId, FollowFilter, Patterns, Problem, TenantId};
use engine::Error;
use leptos::prelude::*;

use crate::server_pages::PageRequest;

const FOLLOW: &str = "follow";

/// The box, ticked where it was.
pub fn tick_box(request: &PageRequest) -> AnyView {
    let checked = is_ticked(request);
    view! {
        <div class="card-body">
            <label class="checkbox">
                <input
                    type="checkbox"
                    name=FOLLOW
                    value="true"
                    checked=checked
                    aria-describedby="follow-hint"
                />
                <span>"Track new ones too"</span>
            </label>
            <p class="muted" id="follow-hint">
                "What this connection lists later is tracked when it appears, forks and archived repositories aside. You can change this rule on the Repositories page."
            </p>
        </div>
    }
    .into_any()
}

/// Whether it was ticked.
pub fn is_ticked(request: &PageRequest) -> bool {
    request.fields().checked(FOLLOW)
}

/// Tracks from now on what appears over a connection.
pub async fn follow(
    request: &PageRequest,
    tenant: TenantId,
    connection: ConnectionId,
) -> Result<(), Problem> {
    let filter = FollowFilter {
        patterns: Patterns::all(),
        forks: false,
        archived: false,
        private: true,
    };
    request
        .engine
        .follow_only_new(request.viewer()?, tenant, connection, filter)
        .await
        .map_err(Error::into_problem)
}
