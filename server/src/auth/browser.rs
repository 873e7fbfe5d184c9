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
use crate::web::AppState;

/// More of what a browser says about itself is not kept.
const LONGEST_AGENT: usize = 300;

/// Where the session keeps what is said once.
const FLASH_KEY: &str = "said";

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

impl FromRequestParts<AppState> for Browser {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Response> {
        let Ok(origin) = Origin::from_request_parts(parts, state).await;
        let session = Session::from_request_parts(parts, state).await;
        let cookies = Cookies::from_request_parts(parts, state).await;
        Ok(Self {
            session: session.map_err(IntoResponse::into_response)?,
            cookies: cookies.map_err(IntoResponse::into_response)?,
            origin,
            asked_at: state.engine.clock().now(),
            agent: agent(parts),
        })
    }
}

impl Browser {
    /// Counts setting out to a provider, which is no guess at a password.
    pub(crate) fn leaves(&self, state: &AppState) -> Result<(), TooMany> {
        state.limits().leave(self.origin)
    }

    /// Counts an attempt, to an account where it names one; see [`Limits`](super::limits::Limits).
    pub(crate) fn attempt(&self, state: &AppState, account: Option<&str>) -> Result<(), TooMany> {
        let device = account.and_then(|_| Device::read(&self.cookies, &state.auth().key));
        state.limits().check(self.origin, account, device.as_ref())
    }
}

impl Browser {
    /// Keeps what the next page says once.
    pub(crate) async fn set_flash(&self, sentence: Option<String>) -> Result<(), Problem> {
        let Some(sentence) = sentence else {
            return Ok(());
        };
        let kept = self.session.insert(FLASH_KEY, sentence).await;
        kept.map_err(|error| failed(&error))
    }

    /// What this page says once.
    pub(crate) async fn take_flash(&self) -> Result<Option<String>, Problem> {
        // Looked at before it is taken: taking changes the session, which is then written.
        let said = match self.session.get_value(FLASH_KEY).await {
            Ok(Some(_)) => self.session.remove::<String>(FLASH_KEY).await,
            Ok(None) => Ok(None),
            Err(error) => Err(error),
        };
        said.map_err(|error| failed(&error))
    }
}

/// Signs a person in: a session under a new key, so that a key planted before is worth nothing,
/// and the cookie by which the browser is known again.
pub(crate) async fn enter(
    state: &AppState,
    browser: &Browser,
    user: UserId,
) -> Result<(), Problem> {
    let person = state.engine.person(user, browser.origin).await;
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
    let key = &state.auth().key;
    Device::new(person.email.as_str()).write(&browser.cookies, key, state.is_secure());
    Ok(())
}

/// Puts the session under a new key and confirms it: after a change of the password, and after all
/// other sessions were ended.
pub(crate) async fn renew(state: &AppState, browser: &Browser) -> Result<(), Problem> {
    session::renew(&browser.session, state.engine.clock().now())
        .await
        .map_err(|error| failed(&error))
}

/// Signs out whoever is signed in, and ends the session.
pub(crate) async fn leave(
    state: &AppState,
    browser: &Browser,
    viewer: Option<&Viewer>,
) -> Result<(), Problem> {
    session::end(&browser.session)
        .await
        .map_err(|error| failed(&error))?;
    match viewer {
        Some(viewer) => {
            let told = state.engine.signed_out(viewer).await;
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
