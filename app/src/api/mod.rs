//! Server functions: what the browser asks the server, in two or three lines over the use cases.
//!
//! On the server a page calls them directly, without HTTP.

mod account;
#[cfg(feature = "ssr")]
mod asked;
mod collection;
mod overview;
#[cfg(feature = "hydrate")]
mod post;
mod question;
mod repositories;

pub use account::{Me, Surroundings};
pub use collection::CollectNow;
pub use overview::OverviewData;
#[cfg(feature = "hydrate")]
pub use post::{Body, post};
pub use question::{Answer, Asked, Question, ask_for};
pub use repositories::{Track, Untrack};
