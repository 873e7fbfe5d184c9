//! The bare address: it leads on to the first of a person's tenants.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::components::Redirect;

use crate::address::{self, Tenant};
use crate::api::{self, Me, Question};
use crate::components::{Brand, trouble};

/// Leads on; a person without a tenant is told whom to ask.
#[component]
pub fn HomePage() -> impl IntoView {
    let me = api::ask_for(|| (Question::Me, 0));
    view! {
        <Suspense>
            {move || Suspend::new(async move {
                let me = match me.await.read::<Option<Me>>() {
                    Ok(me) => me,
                    Err(error) => return view! { <main id="main">{trouble(&error)}</main> }.into_any(),
                };
                let Some(me) = me else {
                    return view! { <Redirect path=address::sign_in("/")/> }.into_any();
                };
                match me.memberships.first() {
                    Some(first) => {
                        view! { <Redirect path=Tenant(first.slug.to_string()).home()/> }.into_any()
                    }
                    None => without_tenant(&me.email),
                }
            })}
        </Suspense>
    }
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
