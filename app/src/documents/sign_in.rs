//! Signing in.

use domain::Problem;
use engine::Error;
use leptos::prelude::*;

use super::form::{Form, Text, submit};
use super::frame::Frame;
use super::question::trouble;
use super::{Document, Page, SignInWays, Taken, Visit, local_address};
use crate::address;

const ORDERS: &[&str] = &["sign-in"];

pub const DOCUMENT: Document = Document::new(
    address::SIGN_IN,
    ORDERS,
    |visit| Box::pin(async move { Ok(view(&visit)) }),
    |visit| Box::pin(take(visit)),
)
.metered(ORDERS);

fn view(visit: &Visit) -> Page {
    let frame = Frame::alone(visit);
    let form = Form::new(visit, "sign-in");
    let again = form.problem().is_some();
    let next = form.entered("next", visit.query.text("next"));
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
    let ways = ways(&visit.ways, &next);
    let trouble = trouble(visit);
    Page::new("Sign in", frame, move || {
        let fields = view! {
            <input type="hidden" name="next" value=next/>
            {form.text(email, "")}
            {form.text(password, "")}
            {submit("Sign in")}
        };
        view! {
            <section class="card">
                <h1 id="title">"Sign in"</h1>
                {trouble}
                {form.with("title", fields)}
                {ways}
            </section>
        }
        .into_any()
    })
}

/// The links to those who sign people in elsewhere, where there are any.
fn ways(ways: &SignInWays, next: &str) -> Option<AnyView> {
    let oidc = ways
        .oidc
        .as_ref()
        .map(|name| ("/sign-in/oidc", name.clone()));
    let github = ways
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

async fn take(visit: Visit) -> Result<Taken, Problem> {
    let fields = visit.fields();
    let user = visit
        .engine
        .sign_in(
            fields.text("email"),
            fields.secret("password"),
            visit.origin,
        )
        .await
        .map_err(Error::into_problem)?;
    Ok(Taken::Enter(user, local_address(fields.text("next"))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::markup::markup;

    #[test]
    fn only_the_ways_that_are_set_up_are_offered_and_they_lead_on() {
        assert!(ways(&SignInWays::default(), "").is_none());
        let both = SignInWays {
            oidc: Some("Acme & Co".to_owned()),
            github: true,
        };
        let html = markup(|| ways(&both, "/t/lab?period=all"));
        assert!(
            html.contains(r#"href="/sign-in/oidc?next=/t/lab%3Fperiod%3Dall""#),
            "{html}"
        );
        assert!(html.contains("Acme &amp; Co"), "{html}");
        let html = markup(|| ways(&both, ""));
        assert!(html.contains(r#"href="/sign-in/github""#), "{html}");
    }
}
