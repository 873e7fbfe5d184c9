//! A person's roles in the system and in tenants.

use domain::report::ProfileReport;
use domain::{Membership, Role};
use leptos::prelude::*;

use super::Action;
use crate::address::Tenant;
use crate::server_pages::PageRequest;
use crate::server_pages::confirm::Confirm;
use crate::server_pages::form::{Form, hidden};
use crate::text;

/// The roles with their descriptions, and the button to leave a tenant.
pub fn card(request: &PageRequest, profile: &ProfileReport) -> AnyView {
    let system = [
        (
            profile.administrator,
            "Administrator",
            "Manages tenants, people and GitHub servers. Sees a tenant’s statistics only as \
             a member.",
        ),
        (
            profile.maintainer,
            "Maintainer",
            "Sees the system log and all runs, and starts runs for any tenant.",
        ),
    ];
    let system: Vec<_> = system
        .into_iter()
        .filter(|(is, ..)| *is)
        .map(|(_, role, words)| line("System".into_any(), role, words, None, None))
        .collect();
    let tenants = profile.memberships.iter();
    let tenants: Vec<_> = tenants.map(|it| membership(request, it)).collect();
    let none = (system.is_empty() && tenants.is_empty()).then(|| {
        view! {
            <div class="card-body muted">
                "You’re not a member of any tenant yet. Ask an owner for an invitation."
            </div>
        }
    });
    view! {
        <section class="card">
            <div class="card-head">
                <h2 id="roles">"Your roles"</h2>
            </div>
            {none}
            <div class="table-wrap">
                <table class="data-table as-list" aria-labelledby="roles">
                    <thead class="visually-hidden">
                        <tr>
                            <th scope="col">"Tenant"</th>
                            <th scope="col">"Role"</th>
                            <th scope="col">"Actions"</th>
                        </tr>
                    </thead>
                    <tbody>{system} {tenants}</tbody>
                </table>
            </div>
        </section>
    }
    .into_any()
}

fn membership(request: &PageRequest, membership: &Membership) -> AnyView {
    let name = membership.name.clone();
    let place = if membership.suspended {
        view! {
            {name.clone()}
            " "
            <span class="pill warn">"suspended"</span>
        }
        .into_any()
    } else {
        let home = Tenant(membership.slug.to_string()).home();
        view! { <a href=home>{name.clone()}</a> }.into_any()
    };
    let granted = (membership.role == Role::RepositoryViewer).then(|| {
        let count = u64::try_from(membership.granted.len()).unwrap_or(u64::MAX);
        text::count(count, "repository", "repositories")
    });
    let id = membership.tenant.to_string();
    let leave = Form::for_item(request, Action::Leave, "tenant", &id).confirm(
        Confirm {
            button: "Leave",
            about: name.clone(),
            title: format!("Leave {name}?"),
            text: "You’ll lose access until an owner invites you back. Your API tokens and open invitations in this tenant will be revoked."
                .to_owned(),
            answer: "Leave",
            danger: true,
        },
        hidden("tenant", id),
    );
    let role = membership.role;
    line(
        place,
        role.label(),
        role.description(),
        granted,
        Some(leave),
    )
}

fn line(
    place: AnyView,
    role: &'static str,
    words: &'static str,
    granted: Option<String>,
    action: Option<AnyView>,
) -> AnyView {
    let granted = granted.map(|count| view! { <span class="muted">" · " {count}</span> });
    view! {
        <tr>
            <th scope="row" class="name">
                {place}
            </th>
            <td>
                <b>{role}</b>
                {granted}
                <br/>
                <span class="muted">{words}</span>
            </td>
            <td class="actions">{action}</td>
        </tr>
    }
    .into_any()
}
