//! The sign-in page.

use domain::Problem;
use engine::Error;
use leptos::prelude::*;
use serde::Deserialize;
use strum::{EnumString, IntoStaticStr, VariantNames};

use super::confirm::sign_in_error;
use super::fields::secret;
use super::form::{Form, Text, hidden, submit_button};
use super::layout::Layout;
use super::{
    FormOutcome, PageAccess, PageContent, PageRequest, ServerPage, SignInMethods, home,
    safe_redirect,
};
use crate::address;
use secrecy::SecretString;

/// What the form does.
#[derive(Clone, Copy, EnumString, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "kebab-case")]
enum Action {
    SignIn,
}

pub const PAGE: ServerPage = ServerPage::new(
    address::SIGN_IN,
    Action::VARIANTS,
    |request| Box::pin(async move { Ok(view(&request)) }),
    |request| Box::pin(submit(request)),
)
.metered(Action::VARIANTS)
.open_to(PageAccess::Public)
.account_field("email")
.redirecting(|viewer| Some(home::address(viewer)));

fn view(request: &PageRequest) -> PageContent {
    let layout = Layout::alone(request);
    let form = Form::new(request, Action::SignIn);
    let again = form.problem().is_some();
    let next = form.entered("next", request.query.text("next"));
    let email = Text {
        name: "email",
        label: "Email",
        kind: "email",
        autocomplete: "username",
        longest: 254,
        focused: !again,
        ..Text::EMPTY
    };
    let password = Text {
        name: "password",
        label: "Password",
        kind: "password",
        autocomplete: "current-password",
        longest: 1000,
        focused: again,
        ..Text::EMPTY
    };
    let sign_in_methods = sign_in_methods(&request.sign_in_methods, &next);
    let sign_in_error = sign_in_error(request);
    PageContent::new("Sign in", layout, move || {
        let fields = view! {
            {hidden("next", next)}
            {form.text(email, "")}
            {form.text(password, "")}
            {submit_button("Sign in")}
        };
        view! {
            <section class="card">
                <h1 id="title">"Sign in"</h1>
                {sign_in_error}
                {form.with("title", fields)}
                {sign_in_methods}
            </section>
        }
        .into_any()
    })
}

/// The links to the external providers, if any.
fn sign_in_methods(sign_in_methods: &SignInMethods, next: &str) -> Option<AnyView> {
    let oidc = sign_in_methods
        .oidc
        .as_ref()
        .map(|name| ("/sign-in/oidc", name.clone()));
    let github = sign_in_methods
        .github
        .then(|| ("/sign-in/github", "GitHub".to_owned()));
    let links: Vec<_> = oidc
        .into_iter()
        .chain(github)
        .map(|(address, name)| {
            let address = address::going_on(address, next);
            view! {
                <a class="button" href=address>
                    "Sign in with "
                    {name}
                </a>
            }
        })
        .collect();
    if links.is_empty() {
        return None;
    }
    Some(
        view! {
            <div class="ways">
                <p class="muted">"or"</p>
                {links}
            </div>
        }
        .into_any(),
    )
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct SignInForm {
    email: String,
    #[serde(deserialize_with = "secret")]
    password: SecretString,
    next: String,
}

async fn submit(request: PageRequest) -> Result<FormOutcome, Problem> {
    let Action::SignIn = request.action()?;
    let form: SignInForm = request.form()?;
    let user = request
        .engine
        .sign_in(&form.email, form.password, request.origin)
        .await
        .map_err(Error::into_problem)?;
    Ok(FormOutcome::SignIn(user, safe_redirect(&form.next)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_html::test_html;

    #[test]
    fn only_the_ways_that_are_set_up_are_offered_and_they_lead_on() {
        assert!(sign_in_methods(&SignInMethods::default(), "").is_none());
        let both = SignInMethods {
            oidc: Some("Acme & Co".to_owned()),
            github: true,
        };
        let html = test_html(|| sign_in_methods(&both, "/t/lab?period=all"));
        assert!(
            html.contains(r#"href="/sign-in/oidc?next=/t/lab%3Fperiod%3Dall""#),
            "{html}"
        );
        assert!(html.contains("Acme &amp; Co"), "{html}");
        let html = test_html(|| sign_in_methods(&both, ""));
        assert!(html.contains(r#"href="/sign-in/github""#), "{html}");
    }
}
