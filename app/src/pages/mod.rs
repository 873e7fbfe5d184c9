//! The pages, one file each; the larger ones have their parts beside them.

mod collection;
mod not_found;
mod overview;
mod repositories;
mod repository;

pub use collection::CollectionPage;
pub use not_found::NotFoundPage;
pub use overview::OverviewPage;
pub use repositories::RepositoriesPage;
pub use repository::RepositoryPage;
