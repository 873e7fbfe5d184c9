//! The form that connects a tenant to GitHub.

use leptos::prelude::*;

use super::Forms;
use crate::components::{PostForm, field_error, live_value};

/// The form; the token is tried before it is kept, and never shown again.
#[component]
pub fn ConnectCard(forms: Forms) -> impl IntoView {
    let connect = forms.connect;
    let error = connect.failure();
    view! {
        <section class="card">
            <div class="card-head">
                <h2 id="connect">"Connect GitHub"</h2>
            </div>
            <div class="card-body">
                <PostForm submission=connect labelled_by="connect">
                    <div class="fields">
                        <div class="field">
                            <label for="connection-name">"Name"</label>
                            <input
                                id="connection-name"
                                name="name"
                                value="GitHub"
                                maxlength="100"
                                required
                            />
                        </div>
                        <div class="field">
                            <label for="connection-token">"Token"</label>
                            <input
                                id="connection-token"
                                name="token"
                                type="password"
                                autocomplete="off"
                                required
                                aria-describedby="connection-hint connection-error"
                                aria-invalid=live_value(move || error.get().is_some().then_some("true"))
                            />
                            {field_error("connection-error", error)}
                        </div>
                    </div>
                    <p class="hint muted" id="connection-hint">
                        "Make a "
                        <a
                            href="https://github.com/settings/personal-access-tokens/new"
                            rel="external noreferrer"
                        >
                            "fine-grained token"
                        </a> " with the repository permission “Administration: read”, or a "
                        <a href="https://github.com/settings/tokens/new?scopes=repo" rel="external noreferrer">
                            "classic token"
                        </a> " with the scope " <code>"repo"</code>
                        ". It is kept encrypted and never shown again."
                    </p>
                    <button
                        type="submit"
                        class="button primary"
                        disabled=live_value(move || connect.pending())
                    >
                        "Connect"
                    </button>
                </PostForm>
            </div>
        </section>
    }
    .into_any()
}
