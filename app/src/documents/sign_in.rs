//! Signing in.

use domain::Problem;
use engine::Error;
use leptos::prelude::*;

use super::form::{Form, Text, submit};
use super::frame::Frame;
use super::{Document, Page, Taken, Visit, local_address};
use crate::address;

pub const DOCUMENT: Document = Document::new(
    address::SIGN_IN,
    &["sign-in"],
    |visit| Box::pin(view(visit)),
    |visit| Box::pin(take(visit)),
);

async fn view(visit: Visit) -> Result<Page, Problem> {
    let frame = Frame::alone(&visit);
    let form = Form::new(&visit, "sign-in");
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
    Ok(Page::new("Sign in", frame, move || {
        let fields = view! {
            <input type="hidden" name="next" value=next/>
            {form.text(email, "")}
            {form.text(password, "")}
            {submit("Sign in")}
        };
        view! {
            <section class="card">
                <h1 id="title">"Sign in"</h1>
                {form.with("title", fields)}
            </section>
        }
        .into_any()
    }))
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
