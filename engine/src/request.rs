//! Who asks for something in a tenant.

use domain::{Access, Permission, TenantId, Viewer};

use crate::{Engine, Result, authorize};

/// A viewer's request in a tenant that they may know of.
#[derive(Clone)]
pub struct TenantRequest {
    /// The engine that answers it.
    pub engine: Engine,
    /// Who asks.
    pub viewer: Viewer,
    /// The tenant.
    pub tenant: TenantId,
}

impl TenantRequest {
    /// A request in the tenant with this slug.
    ///
    /// # Errors
    /// If there is no such tenant, or the viewer may not know of it.
    pub async fn for_slug(engine: Engine, viewer: Viewer, slug: &str) -> Result<Self> {
        let tenant = engine.tenant(&viewer, slug).await?;
        Ok(Self {
            engine,
            viewer,
            tenant,
        })
    }

    /// Whether the viewer has the permission. Use cases check again.
    #[must_use]
    pub fn may(&self, permission: Permission) -> bool {
        self.viewer.access(self.tenant, permission) == Access::Granted
    }

    /// Checks that the viewer has the permission.
    ///
    /// # Errors
    /// If they lack it: “forbidden”, or “not found” if they may not know of the tenant.
    pub fn require(&self, permission: Permission) -> Result<()> {
        authorize(&self.viewer, self.tenant, permission)
    }
}
