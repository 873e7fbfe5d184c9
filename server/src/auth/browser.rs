//! The browser that asks: its session, its cookies, and where it is.

use axum::extract::FromRequestParts;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use domain::{Origin, Problem, ProblemKind, UserId, Viewer};
use engine::Error;
use http::header::USER_AGENT;
use http::request::Parts;
use tower_cookies::Cookies;
use tower_sessions::Session;

use super::device::Device;
use super::limits::TooMany;
use super::session::{self, SignedIn};
use crate::web::Site;

/// More of what a browser says about itself is not kept.
const LONGEST_AGENT: usize = 300;

/// Where the session keeps what is said once.
const SAID: &str = "said";

/// The browser that asks.
#[derive(Clone)]
pub(crate) struct Browser {
    pub(crate) session: Session,
    pub(crate) origin: Origin,
    /// When it asked.
    pub(crate) asked_at: DateTime<Utc>,
    /// What it says it is.
    pub(crate) agent: String,
    pub(super) cookies: Cookies,
}

impl FromRequestParts<Site> for Browser {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, Response> {
        let Ok(origin) = Origin::from_request_parts(parts, site).await;
        let session = Session::from_request_parts(parts, site).await;
        let cookies = Cookies::from_request_parts(parts, site).await;
        Ok(Self {
            session: session.map_err(IntoResponse::into_response)?,
            cookies: cookies.map_err(IntoResponse::into_response)?,
            origin,
            asked_at: site.engine.clock().now(),
            agent: agent(parts),
        })
    }
}

impl Browser {
    /// Counts setting out to a provider, which is no guess at a password.
    pub(crate) fn leaves(&self, site: &Site) -> Result<(), TooMany> {
        site.limits().leave(self.origin)
    }

    /// Counts an attempt, to an account where it names one; see [`Limits`](super::limits::Limits).
    pub(crate) fn attempt(&self, site: &Site, account: Option<&str>) -> Result<(), TooMany> {
        let device = account.and_then(|_| Device::read(&self.cookies, &site.auth().key));
        site.limits().check(self.origin, account, device.as_ref())
    }
}

impl Browser {
    /// Keeps what the next page says once.
    pub(crate) async fn say(&self, sentence: Option<String>) -> Result<(), Problem> {
        let Some(sentence) = sentence else {
            return Ok(());
        };
        let kept = self.session.insert(SAID, sentence).await;
        kept.map_err(|error| failed(&error))
    }

    /// What this page says once.
    pub(crate) async fn said(&self) -> Result<Option<String>, Problem> {
        // Looked at before it is taken: taking changes the session, which is then written.
        let said = match self.session.get_value(SAID).await {
            Ok(Some(_)) => self.session.remove::<String>(SAID).await,
            Ok(None) => Ok(None),
            Err(error) => Err(error),
        };
        said.map_err(|error| failed(&error))
    }
}

/// Signs a person in: a session under a new key, so that a key planted before is worth nothing,
/// and the cookie by which the browser is known again.
pub(crate) async fn enter(site: &Site, browser: &Browser, user: UserId) -> Result<(), Problem> {
    let person = site.engine.person(user, browser.origin).await;
    let person = person.map_err(Error::into_problem)?;
    let person = person.ok_or_else(|| {
        Problem::new(
            ProblemKind::Unauthenticated,
            "The account is gone: ask your administrator.",
        )
    })?;
    let signed_in = SignedIn::new(user, browser);
    session::start(&browser.session, signed_in)
        .await
        .map_err(|error| failed(&error))?;
    let key = &site.auth().key;
    Device::new(person.email.as_str()).write(&browser.cookies, key, site.is_secure());
    Ok(())
}

/// Puts the session under a new key and confirms it: after a change of the password, and after all
/// other sessions were ended.
pub(crate) async fn renew(site: &Site, browser: &Browser) -> Result<(), Problem> {
    session::renew(&browser.session, site.engine.clock().now())
        .await
        .map_err(|error| failed(&error))
}

/// Signs out whoever is signed in, and ends the session.
pub(crate) async fn leave(
    site: &Site,
    browser: &Browser,
    viewer: Option<&Viewer>,
) -> Result<(), Problem> {
    session::end(&browser.session)
        .await
        .map_err(|error| failed(&error))?;
    match viewer {
        Some(viewer) => {
            let told = site.engine.signed_out(viewer).await;
            told.map_err(Error::into_problem)
        }
        None => Ok(()),
    }
}

/// A session cannot be read or written: the database does not answer.
pub(super) fn failed(error: &tower_sessions::session::Error) -> Problem {
    tracing::error!(error = error as &dyn std::error::Error, "a session failed");
    let sentence = "The database does not answer: try again in a moment.";
    Problem::new(ProblemKind::Unavailable, sentence)
}

fn agent(parts: &Parts) -> String {
    let agent = parts.headers.get(USER_AGENT);
    let agent = agent.map(|value| String::from_utf8_lossy(value.as_bytes()));
    let agent = agent.unwrap_or_default();
    let plain = agent.chars().filter(|letter| !letter.is_control());
    plain.take(LONGEST_AGENT).collect()
}
