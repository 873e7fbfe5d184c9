//! An invitation, as whoever holds its link sees it.

use domain::report::InvitationOffer;
use domain::{Person, Problem, ProblemKind, TenantSlug};
use engine::{Error, NewAccount};
use leptos::prelude::*;
use secrecy::SecretString;

use super::account::{EMAIL, NAME, NEW_PASSWORD};
use super::form::{Form, Text, submit};
use super::frame::Frame;
use super::question::trouble;
use super::{Document, Page, Taken, Visit};
use crate::address::{self, Tenant};
use crate::components::moment;

const ORDERS: &[&str] = &["join", "register"];

pub const DOCUMENT: Document = Document::new(
    address::INVITATION,
    ORDERS,
    |visit| Box::pin(view(visit)),
    |visit| Box::pin(take(visit)),
)
.metered(ORDERS);

fn token(visit: &Visit) -> SecretString {
    visit.query.secret("token")
}

async fn view(visit: Visit) -> Result<Page, Problem> {
    let frame = Frame::alone(&visit);
    let offer = match visit.engine.invitation(&token(&visit)).await {
        Ok(offer) => offer,
        Err(error) => {
            let problem = error.into_problem();
            return match problem.kind {
                ProblemKind::NotFound => Ok(over(frame, problem)),
                _ => Err(problem),
            };
        }
    };
    Ok(Page::new("Invitation", frame, move || body(&visit, &offer)))
}

/// The page of an invitation that opens nothing: used, expired, withdrawn or never made.
fn over(frame: Frame, problem: Problem) -> Page {
    let status = problem.kind.status();
    let page = Page::new("Invitation", frame, move || {
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

fn body(visit: &Visit, offer: &InvitationOffer) -> AnyView {
    let title = offer.tenant.as_ref().map_or_else(
        || "Join Tidemark".to_owned(),
        |tenant| format!("Join “{tenant}”"),
    );
    let answer = match visit.person() {
        Some(person) => join(visit, offer, person),
        None => register(visit, offer),
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
            <span class="muted">"The invitation is open until " {moment(offer.expires_at)} "."</span>
        </p>
    }
    .into_any()
}

/// For who is signed in.
fn join(visit: &Visit, offer: &InvitationOffer, person: &Person) -> AnyView {
    let form = Form::new(visit, "join");
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
        {trouble(visit)}
        {other}
        {form.with("title", button)}
        <form method="post" action="/sign-out">
            <button type="submit" class="button">"Sign out, to use another account"</button>
        </form>
    }
    .into_any()
}

/// For everybody else: a new account, or the one that they have.
fn register(visit: &Visit, offer: &InvitationOffer) -> AnyView {
    let form = Form::new(visit, "register");
    let email = offer.email.as_ref().map(ToString::to_string);
    let fields = view! {
        {form.text(Text { focused: true, ..NAME }, "")}
        {form.text(EMAIL, &email.unwrap_or_default())}
        {form.text(NEW_PASSWORD, "")}
        {submit("Create account")}
    };
    let token = visit.query.text("token");
    let way = |to: &str, label: String| {
        let to = address::with_invitation(to, token);
        view! { <a class="button" href=to>{label}</a> }
    };
    let oidc = visit.ways.oidc.as_ref();
    let oidc = oidc.map(|name| way("/sign-in/oidc", format!("Go on with {name}")));
    let github =
        (visit.ways.github).then(|| way("/sign-in/github", "Go on with GitHub".to_owned()));
    view! {
        <h2 id="account">"Create your account"</h2>
        {trouble(visit)}
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

async fn take(visit: Visit) -> Result<Taken, Problem> {
    if visit.order() == "join" {
        let joined = visit
            .engine
            .accept_invitation(visit.viewer()?, &token(&visit))
            .await
            .map_err(Error::into_problem)?;
        return Ok(Taken::Go(home(joined), None));
    }
    let fields = visit.fields();
    let account = NewAccount {
        name: fields.text("name").to_owned(),
        email: fields.text("email").to_owned(),
        password: fields.secret("password"),
    };
    let (user, joined) = visit
        .engine
        .register(&token(&visit), account, visit.origin)
        .await
        .map_err(Error::into_problem)?;
    Ok(Taken::Enter(user, home(joined)))
}

/// Where whoever joined goes on.
fn home(tenant: Option<TenantSlug>) -> String {
    tenant.map_or_else(|| "/".to_owned(), |slug| Tenant(slug.to_string()).home())
}
