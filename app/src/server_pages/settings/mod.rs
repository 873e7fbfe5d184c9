//! The settings of a tenant, for its owners.

pub mod connections;
pub mod members;
pub mod schedules;
pub mod tokens;
