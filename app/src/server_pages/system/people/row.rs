//! One account in the list of people, with its actions.

use domain::report::Account;
use leptos::prelude::*;

use super::Action;
use crate::components::timestamp_or;
use crate::server_pages::PageRequest;
use crate::server_pages::confirm::Confirm;
use crate::server_pages::form::{Form, hidden};

/// The checkbox labels of the system roles.
pub const ADMINISTRATOR: &str = "Administrator: manages tenants, people and GitHub servers";
pub const MAINTAINER: &str = "Maintainer: sees the log and starts runs for any tenant";

pub fn row(request: &PageRequest, account: &Account) -> AnyView {
    let pill =
        |is: bool, label: &'static str| is.then(|| view! { " " <span class="pill">{label}</span> });
    let tenants = account.tenants.iter();
    let tenants: Vec<_> = tenants
        .map(|(name, role)| format!("{name} ({})", role.label().to_lowercase()))
        .collect();
    let tenants = match tenants.as_slice() {
        [] => view! { <span class="muted">"none"</span> }.into_any(),
        tenants => tenants.join(", ").into_any(),
    };
    view! {
        <tr>
            <th scope="row" class="name">
                <b>{account.name.clone()}</b>
                {pill(account.me, "you")}
                {pill(account.administrator, "administrator")}
                {pill(account.maintainer, "maintainer")}
                <br/>
                <span class="muted">{account.email.to_string()}</span>
            </th>
            <td data-label="Tenants">{tenants}</td>
            <td data-label="Last active">
                {timestamp_or(account.last_seen_at, "Never")}
            </td>
            <td class="actions">
                <div class="row">{actions(request, account)}</div>
            </td>
        </tr>
    }
    .into_any()
}

fn actions(request: &PageRequest, account: &Account) -> AnyView {
    let id = account.id.to_string();
    let name = account.name.clone();
    let form = |action: Action| Form::for_item(request, action, "person", &id);
    let person_field = || hidden("person", &id);

    let roles = form(Action::Roles);
    let ticks = view! {
        {person_field()}
        <div class="answers">
            {roles.checkbox("administrator", "yes", ADMINISTRATOR, account.administrator)}
            {roles.checkbox("maintainer", "yes", MAINTAINER, account.maintainer)}
        </div>
    };
    let roles = roles.confirm(
        Confirm {
            button: "Roles",
            about: format!("of {name}"),
            title: format!("System roles for {name}"),
            text: "Neither role shows a tenant’s statistics. Only its members see those."
                .to_owned(),
            answer: "Save",
            danger: false,
        },
        ticks,
    );
    let sign_out = form(Action::SignOut).confirm(
        Confirm {
            button: "Sign out",
            about: format!("{name} everywhere"),
            title: format!("Sign {name} out everywhere?"),
            text: "All their sessions will end. They can sign in again.".to_owned(),
            answer: "Sign out everywhere",
            danger: false,
        },
        person_field(),
    );
    let remove = (!account.me).then(|| {
        form(Action::Remove).confirm(
            Confirm {
                button: "Remove",
                about: name.clone(),
                title: format!("Remove {name}?"),
                text: "This deletes the account with its memberships and sessions, and revokes its API \
                       tokens and open invitations. What they set up in tenants is kept, and so is \
                       their name in the log."
                    .to_owned(),
                answer: "Remove account",
                danger: true,
            },
            person_field(),
        )
    });
    view! { {roles} {sign_out} {remove} }.into_any()
}
