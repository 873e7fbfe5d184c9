//! The first start: whoever comes first creates the administrator, once.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use super::sign_in::refusal;
use crate::components::Brand;

/// The form. After a refusal the server leads back here, with what was entered (never the
/// password) and what is wrong in the address.
#[component]
pub fn SetUpPage() -> impl IntoView {
    let params = use_query_map().get_untracked();
    let entered = |field: &str| params.get(field).unwrap_or_default();
    view! {
        <Title text="Set up"/>
        <main id="main" class="auth">
            <Brand href="/"/>
            <section class="card">
                <h1>"Set up Tidemark"</h1>
                {refusal(params.get_str("error"))}
                <p class="muted">
                    "Create the first account. It administers this server, and owns the first "
                    "tenant: the space that holds your repositories and their numbers."
                </p>
                <form method="post" action="/setup">
                    <div class="field">
                        <label for="name">"Name"</label>
                        <input
                            id="name"
                            name="name"
                            autocomplete="name"
                            required
                            maxlength="100"
                            autofocus
                            value=entered("name")
                        />
                    </div>
                    <div class="field">
                        <label for="email">"Email"</label>
                        <input
                            id="email"
                            name="email"
                            type="email"
                            autocomplete="username"
                            required
                            value=entered("email")
                        />
                    </div>
                    <div class="field">
                        <label for="password">"Password"</label>
                        <input
                            id="password"
                            name="password"
                            type="password"
                            autocomplete="new-password"
                            required
                            minlength="10"
                            aria-describedby="password-hint"
                        />
                        <p class="hint" id="password-hint">
                            "At least 10 characters; a sentence is easier to remember than signs."
                        </p>
                    </div>
                    <div class="field">
                        <label for="tenant">"Tenant"</label>
                        <input
                            id="tenant"
                            name="tenant"
                            autocomplete="organization"
                            required
                            maxlength="40"
                            placeholder="Neuro Lab"
                            aria-describedby="tenant-hint"
                            value=entered("tenant")
                        />
                        <p class="hint" id="tenant-hint">
                            "Your team, laboratory or project."
                        </p>
                    </div>
                    <button type="submit" class="button primary">
                        "Create administrator"
                    </button>
                </form>
            </section>
        </main>
    }
}
