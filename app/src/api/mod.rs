//! Server functions: thin wrappers over the use cases.
//!
//! On the server a page calls them directly, without HTTP.

mod account;
mod collection;
pub(crate) mod compact;
#[cfg(feature = "ssr")]
mod context;
mod overview;
mod page_query;
#[cfg(feature = "hydrate")]
mod post;
mod repositories;
mod repository;

pub use account::{CurrentUser, LayoutData, Warning};
pub use collection::{CollectNow, CollectionData, ScheduleText};
#[cfg(feature = "ssr")]
pub use overview::OverviewNotices;
pub use overview::{DailyLine, OverviewData, SinceYesterdayText, TableRow};
pub use page_query::{PageData, PageQuery, PageResource, page_resource};
#[cfg(feature = "hydrate")]
pub use post::{Body, post};
pub use repositories::{SetTags, Track, Untrack};
#[cfg(feature = "ssr")]
pub use repository::ProblemText;
pub use repository::{EventText, RepositoryData};
