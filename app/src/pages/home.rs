//! The bare address: it leads on to the first of a person's tenants.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::components::Redirect;

use crate::address::{self, Tenant};
use crate::api::{self, Answer, Me, Question};
use crate::components::{Brand, awaited, trouble};

/// Leads on; a person without a tenant is told whom to ask.
#[component]
pub fn HomePage() -> impl IntoView {
    let me = api::ask_for(|| (Question::Me, 0));
    awaited(me, None, Box::new(|me| on_from_here(&me.read_untracked())))
}

fn on_from_here(me: &Answer) -> AnyView {
    let me = match me.read::<Option<Me>>() {
        Ok(me) => me,
        Err(error) => return view! { <main id="main">{trouble(&error)}</main> }.into_any(),
    };
    let first = me.as_ref().map(|me| me.memberships.first());
    let address = match first {
        None => address::sign_in("/"),
        Some(Some(first)) => Tenant(first.slug.to_string()).home(),
        Some(None) => return without_tenant(&me.map(|me| me.email).unwrap_or_default()),
    };
    view! { <Redirect path=address/> }.into_any()
}

fn without_tenant(email: &str) -> AnyView {
    view! {
        <Title text="No tenant yet"/>
        <main id="main" class="auth">
            <Brand href="/"/>
            <section class="card">
                <h1>"You belong to no tenant yet"</h1>
                <p>
                    "Ask an owner of the tenant, or the administrator of this server, to add you. "
                    "They need the address that you signed in with: " <b>{email.to_owned()}</b> "."
                </p>
                <form method="post" action="/sign-out">
                    <button type="submit" class="button">
                        "Sign out"
                    </button>
                </form>
            </section>
        </main>
    }
    .into_any()
}
