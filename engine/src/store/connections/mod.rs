//! Connections to GitHub servers, and the GitHub Apps that become connections.

mod pending_apps;
mod records;
mod removal;
mod servers;

pub(crate) use pending_apps::{CreatedAppRecord, NewPendingApp, PendingAppRecord, StateRecord};
pub(crate) use records::{
    CONNECTION_NAME_TAKEN, CheckRecord, ConnectionSecret, NewConnectionRecord, SealedCredential,
};
pub(crate) use servers::SERVER_KNOWN;
