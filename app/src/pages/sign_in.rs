//! Signing in: a plain form that the server answers, so that it works without scripts.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use crate::components::Brand;

/// The form. After a refusal the server leads back here, with what was entered (never the
/// password) and what is wrong in the address.
#[component]
pub fn SignInPage() -> impl IntoView {
    let params = use_query_map().get_untracked();
    let email = params.get("email").unwrap_or_default();
    let next = params.get("next").unwrap_or_default();
    let again = !email.is_empty();
    view! {
        <Title text="Sign in"/>
        <main id="main" class="auth">
            <Brand href="/"/>
            <section class="card">
                <h1>"Sign in"</h1>
                {refusal(params.get_str("error").map(code))}
                <form method="post" action="/sign-in">
                    <input type="hidden" name="next" value=next/>
                    <div class="field">
                        <label for="email">"Email"</label>
                        <input
                            id="email"
                            name="email"
                            type="email"
                            autocomplete="username"
                            required
                            value=email
                            autofocus=!again
                        />
                    </div>
                    <div class="field">
                        <label for="password">"Password"</label>
                        <input
                            id="password"
                            name="password"
                            type="password"
                            autocomplete="current-password"
                            required
                            autofocus=again
                        />
                    </div>
                    <button type="submit" class="button primary">
                        "Sign in"
                    </button>
                </form>
            </section>
        </main>
    }
}

/// What is known of the address's word: nobody else's sentence belongs under Tidemark's name.
fn code(error: &str) -> &str {
    match error {
        "credentials" | "limited" => error,
        _ => "Signing in did not work: try again in a moment.",
    }
}

/// What the server found wrong, as it says in the address.
pub fn refusal(error: Option<&str>) -> Option<AnyView> {
    let message = match error? {
        "credentials" => "The e-mail address or the password is wrong.".to_owned(),
        "limited" => "Too many attempts: wait a minute, then try again.".to_owned(),
        message => message.chars().take(300).collect(),
    };
    Some(
        view! {
            <p class="notice bad" role="alert">
                {message}
            </p>
        }
        .into_any(),
    )
}
