//! Signing in and out: the browser's session, the middleware, and the routes of external providers.

mod browser;
mod complete;
mod external;
mod require_sign_in;
mod sign_out;

use axum::Router;

pub(super) use self::browser::{Browser, rotate, sign_in, zone as browser_zone};
pub(super) use self::require_sign_in::{identify, require_sign_in};
use crate::state::AppState;

/// The routes beside the server pages.
pub(super) fn router() -> Router<AppState> {
    Router::new()
        .merge(sign_out::router())
        .merge(external::router())
}
