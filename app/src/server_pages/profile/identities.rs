//! The linked accounts: external identities a person can sign in with.

use domain::report::{Identity, ProfileReport};
use leptos::prelude::*;

use super::Action;
use crate::components::{timestamp, timestamp_or};
use crate::server_pages::PageRequest;
use crate::server_pages::form::Form;
use crate::server_pages::table::{ACTIONS, Column, TableLabel, data_table};

const COLUMNS: [Column; 4] = [
    Column("Account", ""),
    Column("Linked", ""),
    Column("Last used", ""),
    ACTIONS,
];

/// The linked accounts and the providers to link; `None` if there are neither.
pub fn card(request: &PageRequest, profile: &ProfileReport) -> Option<AnyView> {
    let oidc = request.sign_in_methods.oidc.clone().map(|name| {
        view! {
            <a class="button" href="/sign-in/oidc?intent=connect&next=/profile">
                "Link " {name}
            </a>
        }
    });
    let github = request.sign_in_methods.github.then(|| {
        view! {
            <a class="button" href="/sign-in/github?intent=connect&next=/profile">
                "Link GitHub"
            </a>
        }
    });
    if oidc.is_none() && github.is_none() && profile.identities.is_empty() {
        return None;
    }
    let rows: Vec<_> = profile
        .identities
        .iter()
        .map(|it| row(request, it))
        .collect();
    let list = if rows.is_empty() {
        view! {
            <div class="card-body muted">
                "None yet. Link an account to sign in with it too."
            </div>
        }
        .into_any()
    } else {
        data_table("as-list", TableLabel::Heading("identities"), &COLUMNS, rows)
    };
    Some(
        view! {
            <section class="card">
                <div class="card-head">
                    <h2 id="identities">"Linked accounts"</h2>
                    <span class="spacer"></span>
                    {oidc}
                    {github}
                </div>
                <div class="card-refusal">{Form::new(request, Action::Disconnect).refusal()}</div>
                {list}
            </section>
        }
        .into_any(),
    )
}

fn row(request: &PageRequest, identity: &Identity) -> AnyView {
    let label = view! {
        "Unlink"
        <span class="visually-hidden">" " {identity.label.clone()}</span>
    };
    let disconnect = Form::new(request, Action::Disconnect).button(
        "identity",
        identity.id,
        "button small",
        label,
    );
    view! {
        <tr>
            <th scope="row" class="name">
                <b>{identity.label.clone()}</b>
                <br/>
                <span class="muted">{identity.issuer.clone()}</span>
            </th>
            <td data-label="Linked">{timestamp(identity.connected_at)}</td>
            <td data-label="Last used">{timestamp_or(identity.last_used_at, "Never")}</td>
            <td class="actions">{disconnect}</td>
        </tr>
    }
    .into_any()
}
