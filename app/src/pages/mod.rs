//! The pages, one file each; the larger ones have their parts beside them.

mod collection;
mod home;
mod not_found;
mod overview;
mod repositories;
mod repository;
mod set_up;
mod sign_in;

pub use collection::CollectionPage;
pub use home::HomePage;
pub use not_found::NotFoundPage;
pub use overview::OverviewPage;
pub use repositories::RepositoriesPage;
pub use repository::RepositoryPage;
pub use set_up::SetUpPage;
pub use sign_in::SignInPage;
