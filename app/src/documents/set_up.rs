//! The first start: whoever comes first creates the administrator, once.

use domain::{Problem, TenantSlug};
use engine::{Error, SetUp};
use leptos::prelude::*;

use super::account::{EMAIL, NAME, NEW_PASSWORD};
use super::form::{Form, Text, submit};
use super::frame::Frame;
use super::{Document, Page, Taken, Visit};
use crate::address::{self, Tenant};

const ORDERS: &[&str] = &["create"];

pub const DOCUMENT: Document = Document::new(
    address::SET_UP,
    ORDERS,
    |visit| Box::pin(async move { Ok(view(&visit)) }),
    |visit| Box::pin(take(visit)),
)
.metered(ORDERS);

const FIRST: Text = Text {
    focused: true,
    ..NAME
};
const TENANT: Text = Text {
    name: "tenant",
    label: "Tenant",
    autocomplete: "organization",
    placeholder: "Neuro Lab",
    hint: "Your team, laboratory or project.",
    longest: 100,
    ..Text::EMPTY
};

fn view(visit: &Visit) -> Page {
    let form = Form::new(visit, "create");
    Page::new("Set up", Frame::alone(visit), move || {
        let fields = view! {
            {[FIRST, EMAIL, NEW_PASSWORD, TENANT].map(|text| form.text(text, "")).into_iter().collect_view()}
            {submit("Create administrator")}
        };
        view! {
            <section class="card">
                <h1 id="title">"Set up Tidemark"</h1>
                <p class="muted">
                    "Create the first account. It administers this server, and owns the first "
                    "tenant: the space that holds your repositories and their numbers."
                </p>
                {form.with("title", fields)}
            </section>
        }
        .into_any()
    })
}

async fn take(visit: Visit) -> Result<Taken, Problem> {
    let fields = visit.fields();
    let tenant = fields.text("tenant").to_owned();
    let input = SetUp {
        email: fields.read("email")?,
        name: fields.text("name").to_owned(),
        password: fields.secret("password"),
        tenant: tenant.clone(),
    };
    let user = visit
        .engine
        .set_up(input, visit.origin)
        .await
        .map_err(Error::into_problem)?;
    let home = TenantSlug::from_name(&tenant).map(|slug| Tenant(slug.to_string()));
    Ok(Taken::Enter(
        user,
        home.map_or("/".to_owned(), |it| it.start()),
    ))
}
