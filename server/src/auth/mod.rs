//! Who asks: sessions of people who are signed in, the ways to sign in, and the gate before the
//! pages.

mod browser;
mod device;
mod external;
mod gate;
mod limits;
mod origin;
mod session;
mod settings;
mod sign_out;

pub(crate) use browser::{Browser, enter, leave, renew};
pub(crate) use external::Providers;
pub(crate) use gate::{gate, identify};
pub(crate) use limits::{Limits, TooMany};
pub use limits::{Rate, Rates};
pub use origin::{TrustedProxies, TrustedProxiesError};
pub(crate) use session::{delete_expired, key, layer};
pub use settings::{AuthSettings, GithubSettings, OidcSettings};

use axum::Router;

use crate::web::AppState;

/// The routes beside the documents.
pub(crate) fn routes() -> Router<AppState> {
    Router::new()
        .merge(sign_out::routes())
        .merge(external::routes())
}
