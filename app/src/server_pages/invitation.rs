//! An invitation, as whoever holds its link sees it.

use domain::report::InvitationOffer;
use domain::{Person, Problem, ProblemKind, TenantSlug};
use engine::{Error, NewAccount};
use leptos::prelude::*;
use secrecy::SecretString;

use super::account::{EMAIL, NAME, NEW_PASSWORD};
use super::confirm::sign_in_error;
use super::form::{Form, Text, submit_button};
use super::layout::Layout;
use super::{FormOutcome, PageContent, PageRequest, ServerPage};
use crate::address::{self, Tenant};
use crate::components::timestamp;

const ACTIONS: &[&str] = &["join", "register"];

pub const PAGE: ServerPage = ServerPage::new(
    address::INVITATION,
    ACTIONS,
    |request| Box::pin(view(request)),
    |request| Box::pin(submit(request)),
)
.metered(ACTIONS);

fn token(request: &PageRequest) -> SecretString {
    request.query.secret("token")
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

/// The page of an invitation that opens nothing: used, expired, withdrawn or never made.
fn over(layout: Layout, problem: Problem) -> PageContent {
    let status = problem.kind.status();
    let page = PageContent::new("Invitation", layout, move || {
        view! {
            <section class="card">
                <h1>"This invitation opens nothing"</h1>
                <p>{problem.message}</p>
                <a class="button" href="/">
                    "Go to the start"
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
    let answer = match request.person() {
        Some(person) => join(request, offer, person),
        None => register(request, offer),
    };
    view! {
        <section class="card stack">
            <h1 id="title">{title}</h1>
            {about(offer)}
            {answer}
        </section>
    }
    .into_any()
}

/// What it offers, by whom, and until when.
fn about(offer: &InvitationOffer) -> AnyView {
    let by = offer.invited_by.as_ref();
    let by = by.map_or_else(
        || "You are invited".to_owned(),
        |name| format!("{name} invites you"),
    );
    let to = match offer.role {
        Some(role) => format!(" as {}. ", role.label().to_lowercase()),
        None => " to this Tidemark, which keeps GitHub’s traffic figures. ".to_owned(),
    };
    view! {
        <p>
            {by} {to}
            {offer.role.map(|role| view! { <span class="muted">{role.words()} " "</span> })}
            <span class="muted">"The invitation is open until " {timestamp(offer.expires_at)} "."</span>
        </p>
    }
    .into_any()
}

/// For who is signed in.
fn join(request: &PageRequest, offer: &InvitationOffer, person: &Person) -> AnyView {
    let form = Form::new(request, "join");
    let other = offer
        .email
        .as_ref()
        .filter(|email| email.folded() != person.email.folded())
        .map(|email| {
            view! {
                <p class="notice">
                    "It is meant for " <b>{email.to_string()}</b> ", and you are signed in as "
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
            <button type="submit" class="button">"Sign out, to use another account"</button>
        </form>
    }
    .into_any()
}

/// For everybody else: a new account, or the one that they have.
fn register(request: &PageRequest, offer: &InvitationOffer) -> AnyView {
    let form = Form::new(request, "register");
    let email = offer.email.as_ref().map(ToString::to_string);
    let fields = view! {
        {form.text(Text { focused: true, ..NAME }, "")}
        {form.text(EMAIL, &email.unwrap_or_default())}
        {form.text(NEW_PASSWORD, "")}
        {submit_button("Create account")}
    };
    let token = request.query.text("token");
    let way = |to: &str, label: String| {
        let to = address::with_invitation(to, token);
        view! { <a class="button" href=to>{label}</a> }
    };
    let oidc = request.sign_in_methods.oidc.as_ref();
    let oidc = oidc.map(|name| way("/sign-in/oidc", format!("Go on with {name}")));
    let github = (request.sign_in_methods.github)
        .then(|| way("/sign-in/github", "Go on with GitHub".to_owned()));
    view! {
        <h2 id="account">"Create your account"</h2>
        {sign_in_error(request)}
        {form.with("account", fields)}
        {oidc}
        {github}
        <p>
            "You have an account? "
            <a href=address::sign_in(&address::invitation(token))>"Sign in first"</a> "."
        </p>
    }
    .into_any()
}

async fn submit(request: PageRequest) -> Result<FormOutcome, Problem> {
    if request.action() == "join" {
        let joined = request
            .engine
            .accept_invitation(request.viewer()?, &token(&request))
            .await
            .map_err(Error::into_problem)?;
        return Ok(FormOutcome::Redirect(home(joined), None));
    }
    let fields = request.fields();
    let account = NewAccount {
        name: fields.text("name").to_owned(),
        email: fields.text("email").to_owned(),
        password: fields.secret("password"),
    };
    let (user, joined) = request
        .engine
        .register(&token(&request), account, request.origin)
        .await
        .map_err(Error::into_problem)?;
    Ok(FormOutcome::SignIn(user, home(joined)))
}

/// Where whoever joined goes on.
fn home(tenant: Option<TenantSlug>) -> String {
    tenant.map_or_else(|| "/".to_owned(), |slug| Tenant(slug.to_string()).home())
}
