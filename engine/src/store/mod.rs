//! The store: all SQL lives here.
mod database;
mod sessions;

pub use database::{DatabaseUrl, DatabaseUrlError, OpenError, StoreError};
pub(crate) use database::{Db, Store};
pub use sessions::SessionRecords;
