//! People, tenants and roles, and the table of who may do what.

mod email;
mod person;
mod role;
mod slug;
mod trouble;
mod viewer;

pub use email::{Email, EmailError};
pub use person::{Membership, Origin, OutsideIdentity, Person, Theme};
pub use role::{Role, TokenScope, UnknownRole, UnknownScope};
pub use slug::{TenantSlug, TenantSlugError};
pub use trouble::SignInTrouble;
pub use viewer::{Access, Permission, Reach, SystemPermission, Viewer};
