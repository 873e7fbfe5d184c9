//! Signing in and out, and the first start: plain forms, so that they work without scripts.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{Form, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{MethodFilter, MethodRouter, post};
use domain::{Email, Problem, ProblemKind, UserId};
use engine::{Error, SetUp};
use serde::Deserialize;
use tower_governor::GovernorLayer;
use tower_governor::governor::GovernorConfigBuilder;
use tower_sessions::Session;
use url::{Url, form_urlencoded};

use super::session;
use crate::web::{Site, notice};

/// How often one address may try to sign in.
#[derive(Clone, Copy, Debug)]
pub struct SignInLimit {
    /// So many times at once.
    pub burst: u32,
    /// And once more after each of these.
    pub period: Duration,
}

impl Default for SignInLimit {
    fn default() -> Self {
        Self {
            burst: 10,
            period: Duration::from_secs(6),
        }
    }
}

#[derive(Deserialize)]
struct SignInForm {
    email: String,
    password: String,
    #[serde(default)]
    next: String,
}

#[derive(Deserialize)]
struct SetUpForm {
    name: String,
    email: String,
    password: String,
    tenant: String,
}

/// The routes that the forms are sent to; the pages around the forms are the app's.
pub(crate) fn routes(limit: SignInLimit) -> Router<Site> {
    Router::new()
        .route("/sign-in", limited(post(sign_in), limit))
        .route("/setup", limited(post(set_up), limit))
        .route("/sign-out", post(sign_out))
}

/// Counts attempts by the peer's address, and refuses those beyond the limit.
fn limited(method: MethodRouter<Site>, limit: SignInLimit) -> MethodRouter<Site> {
    let config = GovernorConfigBuilder::default()
        .period(limit.period)
        .burst_size(limit.burst)
        .finish();
    match config {
        Some(config) => {
            let limiter = Arc::downgrade(config.limiter());
            // Addresses whose attempts are long past are forgotten, as long as there is a limiter.
            tokio::spawn(async move {
                while let Some(limiter) = limiter.upgrade() {
                    limiter.retain_recent();
                    drop(limiter);
                    tokio::time::sleep(Duration::from_mins(1)).await;
                }
            });
            method.route_layer(GovernorLayer::new(config).error_handler(notice::too_many))
        }
        // A limit of nothing: nobody signs in.
        None => MethodRouter::new().on(MethodFilter::POST, || async { notice::unavailable() }),
    }
}

async fn sign_in(
    State(site): State<Site>,
    session: Session,
    Form(form): Form<SignInForm>,
) -> Response {
    match site.engine.sign_in(&form.email, form.password.into()).await {
        Ok(user) => go_in(&site, &session, user, local_address(&form.next)).await,
        Err(error) => {
            let problem = error.into_problem();
            let error = match problem.kind {
                ProblemKind::Unauthenticated => "credentials",
                _ => &problem.message,
            };
            let fields = [
                ("error", error),
                ("email", &form.email),
                ("next", &form.next),
            ];
            back_to("/sign-in", &fields)
        }
    }
}

async fn sign_out(session: Session) -> Response {
    match session::end(&session).await {
        Ok(()) => Redirect::to("/sign-in").into_response(),
        Err(error) => {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "a session was not ended"
            );
            notice::unavailable()
        }
    }
}

async fn set_up(
    State(site): State<Site>,
    session: Session,
    Form(form): Form<SetUpForm>,
) -> Response {
    let fields = [
        ("name", form.name.clone()),
        ("email", form.email.clone()),
        ("tenant", form.tenant.clone()),
    ];
    match create_administrator(&site, form).await {
        Ok((user, home)) => go_in(&site, &session, user, home).await,
        Err(problem) => {
            let mut back = vec![("error", problem.message.as_str())];
            back.extend(fields.iter().map(|(name, value)| (*name, value.as_str())));
            back_to("/setup", &back)
        }
    }
}

/// The administrator, and the page of their tenant.
async fn create_administrator(site: &Site, form: SetUpForm) -> Result<(UserId, String), Problem> {
    let email = form
        .email
        .parse::<Email>()
        .map_err(|error| Problem::new(ProblemKind::Invalid, error.to_string()))?;
    let input = SetUp {
        email,
        name: form.name,
        password: form.password.into(),
        tenant: form.tenant,
    };
    let user = site
        .engine
        .set_up(input)
        .await
        .map_err(Error::into_problem)?;
    let person = site
        .engine
        .person(user, domain::Origin::default())
        .await
        .map_err(Error::into_problem)?;
    let membership = person.and_then(|person| person.memberships.into_iter().next());
    let home = membership.map_or_else(|| "/".to_owned(), |it| format!("/t/{}", it.slug));
    Ok((user, home))
}

async fn go_in(site: &Site, session: &Session, user: UserId, address: String) -> Response {
    match session::start(session, user, site.engine.clock().today()).await {
        Ok(()) => Redirect::to(&address).into_response(),
        Err(error) => {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "a session was not started"
            );
            notice::unavailable()
        }
    }
}

/// Back to the form, with what was entered (never the password) and what is wrong with it.
fn back_to(path: &str, fields: &[(&str, &str)]) -> Response {
    let mut query = form_urlencoded::Serializer::new(String::new());
    for (name, value) in fields.iter().filter(|(_, value)| !value.is_empty()) {
        query.append_pair(name, value);
    }
    Redirect::to(&format!("{path}?{}", query.finish())).into_response()
}

/// An address on this server, whatever was asked for: nobody is sent elsewhere from the sign-in.
fn local_address(next: &str) -> String {
    let here = || "/".to_owned();
    let Ok(base) = Url::parse("http://tidemark.invalid/") else {
        return here();
    };
    // Parsed as browsers do it: they take `//host` and `/\host` for other servers.
    match base.join(next) {
        Ok(url) if is_local(&base, &url) && next.starts_with('/') => {
            let query = url
                .query()
                .map(|query| format!("?{query}"))
                .unwrap_or_default();
            format!("{}{query}", url.path())
        }
        _ => here(),
    }
}

/// The same server; and no path that names another one once it stands alone.
fn is_local(base: &Url, url: &Url) -> bool {
    url.origin() == base.origin() && !url.path().starts_with("//")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_on_never_leads_elsewhere() {
        assert_eq!(local_address("/t/lab?period=all#top"), "/t/lab?period=all");
        for elsewhere in [
            "",
            "t/lab",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example/",
            "/\t/evil.example",
            "javascript:alert(1)",
        ] {
            assert_eq!(local_address(elsewhere), "/", "{elsewhere}");
        }
        // These name another server only once they are normalized.
        assert_eq!(local_address("/.//evil.example"), "/");
        assert_eq!(local_address("/x/..//evil.example"), "/");
    }
}
