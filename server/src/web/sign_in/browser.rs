//! The browser that sent a request: its session, its cookies, and where it is.

use axum::extract::FromRequestParts;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use domain::{Origin, Problem, ProblemKind, TimeZone, UserId, Viewer};
use engine::Error;
use http::header::USER_AGENT;
use http::request::Parts;
use tower_cookies::Cookies;
use tower_sessions::Session;

use crate::auth::session::{self, SignedIn};
use crate::auth::{Device, TooMany};
use crate::state::AppState;

/// How much of the user agent is stored.
const MAX_AGENT: usize = 300;

/// The cookie with the browser's time zone, which the page's script sets.
const ZONE_COOKIE: &str = "tidemark_timezone";

/// The session's key for the flash message.
const FLASH_KEY: &str = "said";

/// The browser that sent a request.
#[derive(Clone)]
pub(crate) struct Browser {
    pub(crate) session: Session,
    pub(crate) origin: Origin,
    /// The time of the request.
    pub(crate) requested_at: DateTime<Utc>,
    /// Its user agent.
    pub(crate) agent: String,
    cookies: Cookies,
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
            requested_at: state.engine.clock().now(),
            agent: agent(parts),
        })
    }
}

impl Browser {
    /// Counts an attempt, at an account if there is one; see [`Limits`](crate::auth::Limits).
    pub(crate) fn check_attempt(
        &self,
        state: &AppState,
        account: Option<&str>,
    ) -> Result<(), TooMany> {
        let device = account.and_then(|_| Device::read(&self.cookies, &state.auth().key));
        let limits = state.limits();
        limits.check_attempt(self.origin, account, device.as_ref())
    }

    /// The browser's time zone.
    pub(crate) fn zone(&self) -> Option<TimeZone> {
        zone(&self.cookies)
    }

    /// Stores a message for the next page.
    pub(crate) async fn set_flash(&self, sentence: Option<String>) -> Result<(), Problem> {
        let Some(sentence) = sentence else {
            return Ok(());
        };
        let stored = self.session.insert(FLASH_KEY, sentence).await;
        stored.map_err(|error| session_problem(&error))
    }

    /// Takes the message for this page out of the session.
    pub(crate) async fn take_flash(&self) -> Result<Option<String>, Problem> {
        // Read first, since a removal marks the session as changed and writes it.
        let flash = match self.session.get_value(FLASH_KEY).await {
            Ok(Some(_)) => self.session.remove::<String>(FLASH_KEY).await,
            Ok(None) => Ok(None),
            Err(error) => Err(error),
        };
        flash.map_err(|error| session_problem(&error))
    }
}

/// The time zone of the browser with these cookies. Anyone can send any cookie, so only a known zone
/// counts.
pub(crate) fn zone(cookies: &Cookies) -> Option<TimeZone> {
    cookies.get(ZONE_COOKIE)?.value().parse().ok()
}

/// Signs a person in: a session under a new key, so that a key planted earlier is useless, and the
/// device cookie.
pub(crate) async fn sign_in(
    state: &AppState,
    browser: &Browser,
    user: UserId,
) -> Result<(), Problem> {
    let person = state.engine.person(user, browser.origin).await;
    let person = person.map_err(Error::into_problem)?;
    let person = person.ok_or_else(|| {
        Problem::new(
            ProblemKind::Unauthenticated,
            "This account no longer exists. Ask your administrator.",
        )
    })?;
    let agent = browser.agent.clone();
    let signed_in = SignedIn::new(user, browser.requested_at, browser.origin, agent);
    session::start(&browser.session, signed_in)
        .await
        .map_err(|error| session_problem(&error))?;
    let key = &state.auth().key;
    Device::new(person.email.as_str()).write(&browser.cookies, key, state.is_secure());
    Ok(())
}

/// Gives the session a new key and confirms it: after a new password, or after the person ended
/// all their other sessions.
pub(crate) async fn rotate(state: &AppState, browser: &Browser) -> Result<(), Problem> {
    session::rotate(&browser.session, state.engine.clock().now())
        .await
        .map_err(|error| session_problem(&error))
}

/// Ends the session, and logs who signed out.
pub(crate) async fn sign_out(
    state: &AppState,
    browser: &Browser,
    viewer: Option<&Viewer>,
) -> Result<(), Problem> {
    session::end(&browser.session)
        .await
        .map_err(|error| session_problem(&error))?;
    match viewer {
        Some(viewer) => {
            let logged = state.engine.signed_out(viewer).await;
            logged.map_err(Error::into_problem)
        }
        None => Ok(()),
    }
}

/// The problem when a session cannot be read or written: the database does not respond.
pub(super) fn session_problem(error: &tower_sessions::session::Error) -> Problem {
    tracing::error!(error = error as &dyn std::error::Error, "a session failed");
    let sentence = "The database is not responding. Try again in a moment.";
    Problem::new(ProblemKind::Unavailable, sentence)
}

fn agent(parts: &Parts) -> String {
    let agent = parts.headers.get(USER_AGENT);
    let agent = agent.map(|value| String::from_utf8_lossy(value.as_bytes()));
    let agent = agent.unwrap_or_default();
    let plain = agent.chars().filter(|letter| !letter.is_control());
    plain.take(MAX_AGENT).collect()
}
