//! Server functions: what the browser asks the server, in two or three lines over the use cases.
//!
//! On the server a page calls them directly, without HTTP.

mod account;
#[cfg(feature = "ssr")]
mod asked;
mod collection;
mod overview;
mod repositories;
mod schedules;

pub use account::{Me, me};
pub use collection::{CollectNow, collection};
pub use overview::{overview, repository};
pub use repositories::{Connect, Track, Untrack, repositories};
pub use schedules::{DeleteSchedule, SaveSchedule, preview_schedule, time_zones};
