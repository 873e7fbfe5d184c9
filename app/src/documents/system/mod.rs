//! The pages of the installation: tenants, people, GitHub servers, the log and the runs of all.
//!
//! Their use cases hide them from whoever may not see them, who then sees what anybody sees at an
//! address where nothing is.

mod limits;
pub mod log;
pub mod people;
pub mod runs;
pub mod servers;
pub mod tenants;

use domain::{Access, SystemPermission, Viewer};

use crate::address;

/// The first page of the installation that the viewer may see, if there is one.
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
