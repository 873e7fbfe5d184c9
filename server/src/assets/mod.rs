//! The browser's side of the app, embedded in the binary: its files, and what pages link to.

mod dist;
mod frontend;
mod routes;

pub use frontend::Frontend;
pub(crate) use routes::router;
