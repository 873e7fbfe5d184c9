//! The first start: creating the administrator, once.

use domain::{Problem, TenantSlug};
use engine::{Error, SetUp};
use leptos::prelude::*;

use super::account::{EMAIL, NAME, NEW_PASSWORD};
use super::form::{Form, Text, submit_button};
use super::layout::Layout;
use super::{FormOutcome, PageAccess, PageContent, PageRequest, ServerPage};
use crate::address::{self, Tenant};

const ACTIONS: &[&str] = &["create"];

pub const PAGE: ServerPage = ServerPage::new(
    address::SET_UP,
    ACTIONS,
    |request| Box::pin(async move { Ok(view(&request)) }),
    |request| Box::pin(submit(request)),
)
.metered(ACTIONS)
.open_to(PageAccess::SetUp);

const FIRST: Text = Text {
    focused: true,
    ..NAME
};
const TENANT: Text = Text {
    name: "tenant",
    label: "Tenant",
    autocomplete: "organization",
    placeholder: "Neuro Lab",
    hint: "Your team, lab or project.",
    longest: 100,
    ..Text::EMPTY
};

fn view(request: &PageRequest) -> PageContent {
    let form = Form::new(request, "create");
    PageContent::new("Set up", Layout::alone(request), move || {
        let fields = view! {
            {[FIRST, EMAIL, NEW_PASSWORD, TENANT].map(|text| form.text(text, "")).into_iter().collect_view()}
            {submit_button("Create administrator")}
        };
        view! {
            <section class="card">
                <h1 id="title">"Set up Tidemark"</h1>
                <p class="muted">
                    "Create the first account. It manages this server and owns the first tenant, "
                    "which holds your repositories and their statistics."
                </p>
                {form.with("title", fields)}
            </section>
        }
        .into_any()
    })
}

async fn submit(request: PageRequest) -> Result<FormOutcome, Problem> {
    let fields = request.fields();
    let tenant = fields.text("tenant").to_owned();
    let input = SetUp {
        email: fields.read("email")?,
        name: fields.text("name").to_owned(),
        password: fields.secret("password"),
        tenant: tenant.clone(),
    };
    let user = request
        .engine
        .set_up(input, request.origin)
        .await
        .map_err(Error::into_problem)?;
    let home = TenantSlug::from_name(&tenant).map(|slug| Tenant(slug.to_string()));
    Ok(FormOutcome::SignIn(
        user,
        home.map_or("/".to_owned(), |it| it.start()),
    ))
}
