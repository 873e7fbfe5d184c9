//! Sign-in as a library: sessions, limits on attempts, known devices and external providers.
//!
//! It has no routes and no pages. Those are in `web::sign_in`, which uses it.

mod device;
pub(crate) mod external;
mod limits;
pub(crate) mod session;
mod settings;
mod trusted_proxies;

pub(crate) use device::Device;
pub(crate) use external::Providers;
pub(crate) use limits::{Limits, TooMany};
pub use limits::{Rate, Rates};
pub use settings::{AuthSettings, GithubSettings, OidcSettings};
pub use trusted_proxies::{TrustedProxies, TrustedProxiesError};
