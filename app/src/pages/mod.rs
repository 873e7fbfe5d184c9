//! The pages, one file each; the larger ones have their parts beside them.

mod collection;
mod not_found;
mod overview;
mod repositories;
mod repository;

pub use collection::CollectionPage;
pub use not_found::NotFoundPage;
pub use overview::OverviewPage;
#[cfg(feature = "ssr")]
pub use overview::chart as overview_chart;
pub use repositories::RepositoriesPage;
pub use repository::RepositoryPage;
#[cfg(feature = "ssr")]
pub use repository::{chart as repository_chart, path_entry, referrer_entry};
