//! The user interface on both sides: pages, components, charts, and the server functions behind
//! them. The feature `ssr` builds the server's side, `hydrate` the browser's.

// Views are one deep type each; the router's needs more than the usual 128 steps.
#![recursion_limit = "256"]

mod address;
mod api;
mod app;
pub mod chart;
mod components;
mod error;
mod layout;
#[cfg(feature = "ssr")]
mod messages;
mod pages;
#[cfg(feature = "ssr")]
pub mod server_pages;
#[cfg(feature = "ssr")]
mod shell;
#[cfg(all(test, feature = "ssr"))]
mod test_html;
mod text;

#[cfg(feature = "ssr")]
pub use address::{PROFILE, SET_UP, SIGN_IN};
pub use app::App;
#[cfg(feature = "ssr")]
pub use components::{ReaderClock, reader_zone};
#[cfg(feature = "ssr")]
pub use pages::{overview_chart, repository_chart};
#[cfg(feature = "ssr")]
pub use shell::{Asset, Assets, shell};
