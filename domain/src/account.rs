//! People, tenants, roles and the table of permissions.

mod email;
mod person;
mod role;
mod sign_in_error;
mod slug;
mod viewer;

pub use email::{Email, EmailError};
pub use person::{ExternalIdentity, Membership, Origin, Person, Theme};
pub use role::{Role, TokenScope};
pub use sign_in_error::SignInError;
pub use slug::{TenantSlug, TenantSlugError};
pub use viewer::{Access, Permission, RepositoryScope, SystemPermission, Viewer};
