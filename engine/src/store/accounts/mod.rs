//! Accounts, tenants and their members.

mod identities;
mod invitations;
mod limits;
mod members;
mod people;
mod sessions;
mod tenants;
mod tokens;
mod users;

pub(crate) use identities::IDENTITY_TAKEN;
pub(crate) use invitations::{NewInvitation, TakenInvitation};
pub(crate) use sessions::StoredSession;
pub use sessions::{SessionRecord, SessionRecords};
pub(crate) use tenants::{LockedTenant, SLUG_TAKEN};
pub(crate) use tokens::{NewToken, TOKEN_NAME_TAKEN};
pub(crate) use users::{ADDRESS_TAKEN, NewUserRecord, Preferences, StoredPerson};
