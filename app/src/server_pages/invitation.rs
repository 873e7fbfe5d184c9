//! The page behind an invitation link.

use domain::report::InvitationOffer;
use domain::{Person, Problem, ProblemKind, TenantSlug};
use engine::{Error, NewAccount};
use leptos::prelude::*;
use secrecy::SecretString;
use serde::Deserialize;
use strum::{EnumString, IntoStaticStr, VariantNames};

use super::account::{EMAIL, NAME, NEW_PASSWORD};
use super::confirm::sign_in_error;
use super::fields::secret;
use super::form::{Form, Text, submit_button};
use super::layout::Layout;
use super::{FormOutcome, PageAccess, PageContent, PageRequest, ServerPage};
use crate::address::{self, Tenant};
use crate::components::timestamp;

/// What the forms of this page do.
#[derive(Clone, Copy, EnumString, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "kebab-case")]
enum Action {
    Join,
    Register,
}

pub const PAGE: ServerPage = ServerPage::new(
    address::INVITATION,
    Action::VARIANTS,
    |request| Box::pin(view(request)),
    |request| Box::pin(submit(request)),
)
.metered(Action::VARIANTS)
.open_to(PageAccess::Public);

fn token(request: &PageRequest) -> SecretString {
    request.query.text("token").into()
}

async fn view(request: PageRequest) -> Result<PageContent, Problem> {
    let layout = Layout::alone(&request);
    let offer = match request.engine.invitation(&token(&request)).await {
        Ok(offer) => offer,
        Err(error) => {
            let problem = error.into_problem();
            return match problem.kind {
                ProblemKind::NotFound => Ok(over(layout, problem)),
                _ => Err(problem),
            };
        }
    };
    Ok(PageContent::new("Invitation", layout, move || {
        body(&request, &offer)
    }))
}

/// The page of an invitation that was used, has expired, was withdrawn or never existed.
fn over(layout: Layout, problem: Problem) -> PageContent {
    let status = problem.kind.status();
    let page = PageContent::new("Invitation", layout, move || {
        view! {
            <section class="card">
                <h1>"This invitation is no longer valid"</h1>
                <p>{problem.message}</p>
                <a class="button" href="/">
                    "Back to overview"
                </a>
            </section>
        }
        .into_any()
    });
    page.with_status(status)
}

fn body(request: &PageRequest, offer: &InvitationOffer) -> AnyView {
    let title = offer.tenant.as_ref().map_or_else(
        || "Join Tidemark".to_owned(),
        |tenant| format!("Join “{tenant}”"),
    );
    let form = match request.person() {
        Some(person) => join(request, offer, person),
        None => register(request, offer),
    };
    view! {
        <section class="card stack">
            <h1 id="title">{title}</h1>
            {about(offer)}
            {form}
        </section>
    }
    .into_any()
}

/// Who invites to what, and until when.
fn about(offer: &InvitationOffer) -> AnyView {
    let by = offer.invited_by.as_ref();
    let by = by.map_or_else(
        || "You’ve been invited".to_owned(),
        |name| format!("{name} invited you"),
    );
    let to = match offer.role {
        Some(role) => format!(" to join as {}. ", role.label().to_lowercase()),
        None => " to this Tidemark server, which archives GitHub traffic. ".to_owned(),
    };
    view! {
        <p>
            {by} {to}
            {offer.role.map(|role| view! { <span class="muted">{role.description()} " "</span> })}
            <span class="muted">"The invitation expires " {timestamp(offer.expires_at)} "."</span>
        </p>
    }
    .into_any()
}

/// The buttons for a signed-in person.
fn join(request: &PageRequest, offer: &InvitationOffer, person: &Person) -> AnyView {
    let form = Form::new(request, Action::Join);
    let other = offer
        .email
        .as_ref()
        .filter(|email| email.folded() != person.email.folded())
        .map(|email| {
            view! {
                <p class="notice">
                    "This invitation is for " <b>{email.to_string()}</b> ", but you’re signed in as "
                    <b>{person.email.to_string()}</b> "."
                </p>
            }
        });
    let name = person.name.clone();
    let button = view! {
        <button type="submit" class="button primary">
            "Join as " {name}
        </button>
    };
    view! {
        {sign_in_error(request)}
        {other}
        {form.with("title", button)}
        <form method="post" action="/sign-out">
            <button type="submit" class="button">"Sign out to use another account"</button>
        </form>
    }
    .into_any()
}

/// The form for a new account, with links to sign in to an existing one.
fn register(request: &PageRequest, offer: &InvitationOffer) -> AnyView {
    let form = Form::new(request, Action::Register);
    let email = offer.email.as_ref().map(ToString::to_string);
    let fields = view! {
        {form.text(Text { focused: true, ..NAME }, "")}
        {form.text(EMAIL, &email.unwrap_or_default())}
        {form.text(NEW_PASSWORD, "")}
        {submit_button("Create account")}
    };
    let token = request.query.text("token");
    let link = |to: &str, label: String| {
        let to = address::with_invitation(to, token);
        view! { <a class="button" href=to>{label}</a> }
    };
    let oidc = request.sign_in_methods.oidc.as_ref();
    let oidc = oidc.map(|name| link("/sign-in/oidc", format!("Continue with {name}")));
    let github = (request.sign_in_methods.github)
        .then(|| link("/sign-in/github", "Continue with GitHub".to_owned()));
    view! {
        <h2 id="account">"Create your account"</h2>
        {sign_in_error(request)}
        {form.with("account", fields)}
        {oidc}
        {github}
        <p>
            "Already have an account? "
            <a href=address::sign_in(&address::invitation(token))>"Sign in"</a> "."
        </p>
    }
    .into_any()
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct RegisterForm {
    name: String,
    email: String,
    #[serde(deserialize_with = "secret")]
    password: SecretString,
}

async fn submit(request: PageRequest) -> Result<FormOutcome, Problem> {
    match request.action()? {
        Action::Join => {
            let joined = request
                .engine
                .accept_invitation(request.viewer()?, &token(&request))
                .await
                .map_err(Error::into_problem)?;
            Ok(FormOutcome::Redirect(home(joined), None))
        }
        Action::Register => {
            let form: RegisterForm = request.form()?;
            let account = NewAccount {
                name: form.name,
                email: form.email,
                password: form.password,
            };
            let (user, joined) = request
                .engine
                .register(&token(&request), account, request.origin)
                .await
                .map_err(Error::into_problem)?;
            Ok(FormOutcome::SignIn(user, home(joined)))
        }
    }
}
/// The page to show after joining.
fn home(tenant: Option<TenantSlug>) -> String {
    tenant.map_or_else(|| "/".to_owned(), |slug| Tenant(slug.to_string()).home())
}
