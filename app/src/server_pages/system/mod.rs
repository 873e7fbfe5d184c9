//! The system pages: tenants, people, GitHub servers, the log and the runs of all tenants.
//!
//! Their use cases answer viewers without the permission with “not found”.

mod limits;
pub mod log;
pub mod people;
pub mod runs;
pub mod servers;
pub mod tenants;

use domain::{Access, SystemPermission, Viewer};

use crate::address;

/// The first system page the viewer may see, if any.
#[must_use]
pub fn system_home(viewer: &Viewer) -> Option<&'static str> {
    [
        (SystemPermission::ManageTenants, address::TENANTS),
        (SystemPermission::ViewLog, address::LOG),
    ]
    .into_iter()
    .find(|(permission, _)| viewer.system_access(*permission) == Access::Granted)
    .map(|(_, address)| address)
}
