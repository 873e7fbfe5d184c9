//! The first start: creating the administrator, once.

use domain::{Problem, TenantSlug};
use engine::{Error, SetUp};
use leptos::prelude::*;
use serde::Deserialize;
use strum::{EnumString, IntoStaticStr, VariantNames};

use super::account::{EMAIL, NAME, NEW_PASSWORD};
use super::fields::{parsed, secret};
use super::form::{Form, Text, submit_button};
use super::layout::Layout;
use super::{FormOutcome, PageAccess, PageContent, PageRequest, ServerPage};
use crate::address::{self, Tenant};
use secrecy::SecretString;

/// What the form does.
#[derive(Clone, Copy, EnumString, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "kebab-case")]
enum Action {
    Create,
}

pub const PAGE: ServerPage = ServerPage::new(
    address::SET_UP,
    Action::VARIANTS,
    |request| Box::pin(async move { Ok(view(&request)) }),
    |request| Box::pin(submit(request)),
)
.metered(Action::VARIANTS)
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
    let form = Form::new(request, Action::Create);
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

#[derive(Default, Deserialize)]
#[serde(default)]
struct SetUpForm {
    name: String,
    email: String,
    #[serde(deserialize_with = "secret")]
    password: SecretString,
    tenant: String,
}

async fn submit(request: PageRequest) -> Result<FormOutcome, Problem> {
    let Action::Create = request.action()?;
    let form: SetUpForm = request.form()?;
    let input = SetUp {
        email: parsed(&form.email)?,
        name: form.name,
        password: form.password,
        tenant: form.tenant.clone(),
    };
    let user = request
        .engine
        .set_up(input, request.origin)
        .await
        .map_err(Error::into_problem)?;
    let home = TenantSlug::from_name(&form.tenant).map(|slug| Tenant(slug.to_string()));
    Ok(FormOutcome::SignIn(
        user,
        home.map_or("/".to_owned(), |it| it.start()),
    ))
}
